import json
from dataclasses import replace
from pathlib import Path

import pytest

from depesha.base import DepeshaError, Digest
from depesha.station import Annex, Enclosure, Imprint, KeptDecision, Withhold, verify_release
from tests.station.desks.test_filing import RECORD
from tests.station.houses import PORT, SENTENCE, Pair, draft_to
from tests.station.looking import everything
from tests.station.refusals import refused

IMPRINT = Imprint(edition="Telegrams of the River Section", publisher="Records Office")
AUTHORITY = "Records Office"


def withhold(*paths: str) -> tuple[Withhold, ...]:
    return tuple(Withhold(path=path, reason="names a source") for path in paths)


def decided(
    pair: Pair, record_id: str, *paths: str, annexes: frozenset[Annex] = frozenset()
) -> KeptDecision:
    north = pair.north
    desk = north.station.release
    proposed = desk.propose(
        record_id, withhold(*paths), authority=AUTHORITY, annexes=annexes, by=north.archivist
    )
    return desk.decide(proposed.decision_id, by=north.releaser)


def published(pair: Pair, decision: KeptDecision, folder: Path, *, quorum: int = 0) -> Path:
    policy = pair.north.station.release.policy(quorum=quorum)
    made = pair.north.station.publishing.publish(
        decision.decision_id, folder, IMPRINT, policy=policy, by=pair.north.archivist
    )
    return made.index.parent


def test_a_release_shows_what_was_decided_and_proves_it(pair: Pair, tmp_path: Path) -> None:
    """The page, its proof and its policy lie together; the withheld sentence is in none of them."""
    held = pair.north.released(draft_to(PORT))
    decision = decided(pair, held.record_id, "1")

    page = published(pair, decision, tmp_path / "edition")

    files = {path.name: path.read_bytes() for path in page.iterdir()}
    assert set(files) >= {"index.html", "release.json", "policy.txt", "verify.py", "citation.bib"}
    assert not [name for name, data in files.items() if SENTENCE.encode() in data]
    assert b"We accept the second variant." in files["index.html"]
    verify_release(files["release.json"], files["policy.txt"].decode())
    stamps = pair.north.station.reading.telegram(held.record_id).stamps
    assert [one.kind for one in stamps][-3:] == [
        "release proposed",
        "release decided",
        "published",
    ]


def test_a_flipped_bit_of_a_release_is_refused(pair: Pair, tmp_path: Path) -> None:
    """Whatever byte of the disclosed text, the proofs or the cards is changed, nobody is fooled."""
    held = pair.north.released(draft_to(PORT))
    page = published(pair, decided(pair, held.record_id, "1"), tmp_path / "edition")
    release, policy = (page / "release.json").read_bytes(), (page / "policy.txt").read_text("utf-8")

    for place in range(0, len(release), 97):
        flipped = bytearray(release)
        flipped[place] ^= 1
        with pytest.raises(DepeshaError) as caught:
            verify_release(bytes(flipped), policy)
        assert caught.value.code.startswith("edition.")


def test_a_decision_is_an_entry_and_is_taken_once(pair: Pair) -> None:
    """A second click decides nothing: the register has one entry for one decision."""
    held = pair.north.released(draft_to(PORT))
    decision = decided(pair, held.record_id, "1")
    before = everything(pair.north)

    with refused("station.wrong_state"):
        pair.north.station.release.decide(decision.decision_id, by=pair.north.releaser)

    assert everything(pair.north) == before
    assert (decision.register_index, pair.north.register_size()) == (1, 2)
    assert pair.north.station.registering.audit().size == 2


def test_what_was_disclosed_is_not_withheld_again(pair: Pair) -> None:
    """A later decision may let out more, and never less."""
    held = pair.north.released(draft_to(PORT))
    desk = pair.north.station.release
    proposal = desk.propose(
        held.record_id, withhold("2"), authority=AUTHORITY, by=pair.north.archivist
    )
    decided(pair, held.record_id, "1")
    before = everything(pair.north)

    with refused("edition.already_disclosed"):
        desk.decide(proposal.decision_id, by=pair.north.releaser)
    with refused("edition.already_disclosed"):
        desk.propose(held.record_id, withhold("2"), authority=AUTHORITY, by=pair.north.archivist)

    assert everything(pair.north) == before


@pytest.mark.parametrize("step_seconds", [0, -3600, 60])
def test_decisions_are_ordered_by_the_register(
    pair: Pair, tmp_path: Path, step_seconds: int
) -> None:
    """Two decisions in one second, or with the clock set back, still publish and verify."""
    held = pair.north.released(draft_to(PORT, "One. Two. Three."))
    first = decided(pair, held.record_id, "1")
    pair.clock.pass_time(seconds=step_seconds)
    second = decided(pair, held.record_id, "1.2")
    pair.clock.pass_time(seconds=step_seconds)
    third = decided(pair, held.record_id)

    numbers = []
    for number, decision in enumerate((first, second, third)):
        page = published(pair, decision, tmp_path / str(number))
        numbers.append(
            json.loads((page / "release.json").read_bytes())["depesha/1 release"]["number"]
        )
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize(
    ("paths", "review", "code"),
    [
        (("9",), None, "edition.undecided"),
        (("1", "1"), None, "edition.undecided"),
        (("1.1", "1"), None, "edition.undecided"),
        (("points",), None, "edition.undecided"),
        (("1",), "tomorrow", "station.input"),
    ],
)
def test_what_cannot_be_decided_is_refused_when_proposed(
    pair: Pair, paths: tuple[str, ...], review: str | None, code: str
) -> None:
    """A part that does not exist, or a day that is none, makes no proposal."""
    held = pair.north.released(draft_to(PORT))
    cards = tuple(Withhold(path=path, reason="r", review=review) for path in paths)
    before = everything(pair.north)

    with refused(code):
        pair.north.station.release.propose(
            held.record_id, cards, authority=AUTHORITY, by=pair.north.archivist
        )

    assert everything(pair.north) == before


def test_a_proposal_is_not_published(pair: Pair, tmp_path: Path) -> None:
    """Without the second person's decision there is no release."""
    held = pair.north.released(draft_to(PORT))
    desk = pair.north.station.release
    proposed = desk.propose(
        held.record_id, withhold("1"), authority=AUTHORITY, by=pair.north.archivist
    )

    with refused("station.wrong_state"):
        published(pair, proposed, tmp_path / "edition")
    with refused("station.not_found"):
        desk.decide("0" * 32, by=pair.north.releaser)
    with refused("station.not_found"):
        desk.propose("0" * 32, (), authority=AUTHORITY, by=pair.north.archivist)
    assert not (tmp_path / "edition").exists()


def test_a_policy_that_asks_for_witnesses_gets_them(pair: Pair, tmp_path: Path) -> None:
    """Without the quorum nothing is written; with a cosignature the same release is published."""
    north, port = pair.north, pair.port
    held = north.released(draft_to(PORT))
    decision = decided(pair, held.record_id, "1")
    with refused("edition.quorum"):
        published(pair, decision, tmp_path / "edition", quorum=1)
    assert not (tmp_path / "edition").exists()

    advice = north.station.registering.advise(PORT, by=north.clerk)
    line = port.station.registering.cosign(advice, north.name, by=port.clerk)
    north.station.registering.attach(line, PORT, by=north.clerk)

    assert (published(pair, decision, tmp_path / "edition", quorum=1) / "index.html").is_file()
    for quorum in (-1, 2):
        with refused("station.input"):
            north.station.release.policy(quorum=quorum)


def described(pair: Pair, record_id: str, summary: str) -> None:
    """Describe a telegram by a record whose summary is this."""
    text = RECORD.replace("A telegram accepting a corridor for the grain convoy.", summary)
    record = pair.north.station.filing.describe(record_id, text, by=pair.north.archivist)
    assert record.abstract == summary


HIDDEN = "Don't tell \u201cTom & Jerry\u201d <of the lower quay> it's 4 o'clock."
# The sentence as the telegram has it, beside the one that the description shows.
LEAKS = {
    "as it is": HIDDEN,
    "in other lines": HIDDEN.replace("of the", "of\nthe"),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_withheld_sentence_in_the_description_stops_the_page(
    pair: Pair, tmp_path: Path, name: str
) -> None:
    """However the page writes the letters of a sentence, it is found before anything is written."""
    held = pair.north.released(draft_to(PORT, f"We agree. {LEAKS[name]}"))
    decision = decided(pair, held.record_id, "1.2")
    described(pair, held.record_id, f"A telegram in which it is said: {HIDDEN}")
    before = everything(pair.north)

    with refused("station.leak") as caught:
        published(pair, decision, tmp_path / "edition")

    assert "Jerry" not in str(caught.value)
    assert not (tmp_path / "edition").exists()
    assert everything(pair.north) == before


def test_a_withheld_sentence_in_the_imprint_stops_the_page(pair: Pair, tmp_path: Path) -> None:
    """What an editor types beside the record is searched as well, as a reader will see it."""
    held = pair.north.released(draft_to(PORT, f"We agree. {HIDDEN}"))
    decision = decided(pair, held.record_id, "1.2")

    with refused("station.leak"):
        pair.north.station.publishing.publish(
            decision.decision_id,
            tmp_path / "edition",
            replace(IMPRINT, rights=f"It says: {HIDDEN}"),
            policy=pair.north.station.release.policy(quorum=0),
            by=pair.north.archivist,
        )

    assert not (tmp_path / "edition").exists()


def test_a_sentence_let_out_elsewhere_is_no_leak(pair: Pair, tmp_path: Path) -> None:
    """A description that shows only what is disclosed is published."""
    held = pair.north.released(draft_to(PORT, "Kept back. Let out."))
    decision = decided(pair, held.record_id, "1.1")
    described(pair, held.record_id, "A telegram in which it is said: Let out.")

    assert (published(pair, decision, tmp_path / "edition") / "index.html").is_file()


def answered(pair: Pair) -> tuple[str, str]:
    """A telegram to be conveyed, and the answer to it with a file enclosed; both at NORTH."""
    held = pair.north.sealed(
        draft_to(PORT, final="the Minister", form="spoken", instruction="Speak slowly.")
    )
    pair.sync(pair.north)
    (arrived,) = pair.sync(pair.port)
    cited = pair.port.station.reading.citation(arrived)
    enclosure = Enclosure(name="report.txt", data=b"the residence")
    answer = draft_to(pair.north.name, "It is done.", in_reply_to=cited, enclosures=(enclosure,))
    pair.port.sealed(answer)
    pair.sync(pair.port)
    (reply,) = pair.sync(pair.north)
    return held.record_id, reply


def page_of(pair: Pair, decision: KeptDecision, folder: Path) -> str:
    return (published(pair, decision, folder / "edition") / "index.html").read_text("utf-8")


def test_the_page_tells_what_the_decision_names_and_nothing_else(
    pair: Pair, tmp_path: Path
) -> None:
    """Stamps, conveyance and references appear when they are let out, never by themselves."""
    first, reply = answered(pair)
    decided(pair, reply)

    bare = page_of(pair, decided(pair, first), tmp_path / "bare")
    whole = page_of(pair, decided(pair, first, annexes=frozenset(Annex)), tmp_path / "whole")

    assert "Speak slowly." in bare  # a field of the heading, disclosed with it
    assert pair.north.releaser.name not in bare
    assert "Answered by" not in bare
    assert pair.north.releaser.name in whole
    assert "Answered by" in whole


def test_an_answer_that_nobody_let_out_is_not_named(pair: Pair, tmp_path: Path) -> None:
    """The page of one telegram does not give away that there is another."""
    first, _ = answered(pair)

    page = page_of(pair, decided(pair, first, annexes=frozenset(Annex)), tmp_path)

    assert "Answered by" not in page


def test_enclosures_and_fields_can_be_kept_back(pair: Pair, tmp_path: Path) -> None:
    """No digest of an enclosure is published, for it would confirm a guess at what it holds."""
    first, reply = answered(pair)

    page = published(pair, decided(pair, reply), tmp_path / "edition")
    with refused("station.leak"):  # the title still names him
        published(pair, decided(pair, first, "for"), tmp_path / "edition")
    described(pair, first, "A telegram.")
    kept_back = page_of(pair, decided(pair, first, "for"), tmp_path)

    assert "the Minister" not in kept_back
    digest = Digest.of(b"the residence").hex.encode()
    assert not [path.name for path in page.iterdir() if digest in path.read_bytes()]
