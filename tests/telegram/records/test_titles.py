import pytest

from depesha.telegram.records.stated import Place, SourceText
from depesha.telegram.records.titles import TitleFacts, read_title


def title(text: str) -> TitleFacts:
    source = SourceText(text)
    return read_title(source, source.whole)


def names(facts: TitleFacts) -> tuple[str | None, list[str]]:
    sender = None if facts.sender is None else facts.sender.value.as_written
    return sender, [party.value.as_written for party in facts.recipients]


@pytest.mark.parametrize(
    ("text", "kind", "sender", "recipients"),
    [
        ("Cable, Halm to Norrow", "cable", "Halm", ["Norrow"]),
        (
            "Ciphered telegram from Halm [Berg] to Ana\nLind",
            "ciphered telegram",
            "Halm [Berg]",
            ["Ana Lind"],
        ),
        (
            "Report, Halm to Norrow and the River Bureau (Excerpt)",
            "report",
            "Halm",
            ["Norrow", "River Bureau"],
        ),
        ("Letter, Halm to All Heads of Posts", "letter", "Halm", ["All Heads of Posts"]),
        ("Record of Conversation between Halm and Lind", "memorandum of conversation", None, []),
        ("Press Release containing a Speech", "press release", None, []),
        ("Address by Halm to the Assembly", "speech", None, []),
        ("Cable, Halm to Norrow to Lind", "cable", None, []),
        ("Cable, Halm to Norrow on leaving the river", "cable", None, []),
        ("Cable, Halm to Norrow and Lind", "cable", None, []),
        ("Cable, Halm to [Norrow]", "cable", None, []),
        ("Cablegram, Halm to Norrow", None, None, []),
        ("The Water Question", None, None, []),
        ("", None, None, []),
        ("Cable, " + "A" * 1000 + " to Norrow", None, None, []),
    ],
)
def test_a_title_is_read_whole_or_not_at_all(
    text: str, kind: str | None, sender: str | None, recipients: list[str]
) -> None:
    """Kind and parties are read where the title leaves no doubt."""
    facts = title(text)
    assert (None if facts.kind is None else facts.kind.value) == kind
    assert names(facts) == (sender, recipients)


@pytest.mark.parametrize(
    "text",
    ["Cable, Halm [Berg] to Ana Lind (via Norrow)", "Cable, Halm [Berg] [via Norrow] to Ana Lind"],
)
def test_via_may_stand_anywhere(text: str) -> None:
    """The custodian is read in round and square brackets, and is no identification."""
    facts = title(text)
    assert facts.via is not None
    assert facts.via.value == "Norrow"
    assert facts.sender is not None
    assert facts.sender.value.real_name == "Berg"
    assert names(facts) == ("Halm [Berg]", ["Ana Lind"])


def test_places_in_parentheses_are_not_names() -> None:
    """A party with a place keeps its place apart; such a recipient is named by the text."""
    facts = title("Confidential Report from Halm (Aarhus) to Norrow (Oslo), \u2018Water\u2019")
    assert facts.place_from is not None
    assert facts.place_to is not None
    assert (facts.place_from.value, facts.place_to.value) == ("Aarhus", "Oslo")
    assert names(facts) == ("Halm", [])


def test_every_value_knows_its_place() -> None:
    """Columns are those of the title as it stands, also behind a bracket taken out."""
    facts = title("Cable, Halm [via Norrow] to Lind")
    assert facts.recipients[0].place == Place(1, 29)
    assert facts.recipients[0].verbatim == "Lind"
