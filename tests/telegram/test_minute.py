from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import CallSign, Digest, OriginatorNumber
from depesha.telegram import (
    MINUTE_LIMIT_BYTES,
    Conveyance,
    Distribution,
    DistributionEntry,
    Enclosure,
    FieldTooLongError,
    Form,
    Minute,
    MinuteFormatError,
    Mode,
    Point,
    Precedence,
    Reference,
    ReferenceKind,
    Role,
    TelegramError,
    number_points,
)
from tests.support import Vector, vectors
from tests.telegram.sample import addressee, minute


@pytest.mark.parametrize("vector", vectors("telegram/minute"), ids=lambda each: each.name)
def test_minute_vector(vector: Vector) -> None:
    """A vector reads back as its own bytes, or is refused with the code it names."""
    if vector.expect == "ok":
        assert Minute.from_bytes(vector.body).to_bytes() == vector.body
        return

    with pytest.raises(TelegramError) as refused:
        Minute.from_bytes(vector.body)

    assert refused.value.code == vector.expect


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No input makes the reader fail in a way callers are not told about."""
    for candidate in (text, f"depesha/1 minute\n{text}", minute().to_text() + text):
        with suppress(TelegramError):
            assert Minute.from_text(candidate).to_text() == candidate


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Bytes that are no text are refused as a minute that is none."""
    with pytest.raises(TelegramError):
        Minute.from_bytes(data)


@given(st.data())
def test_a_changed_character_is_noticed_or_read_as_itself(data: st.DataObject) -> None:
    """A text with one character changed is another minute or none, and never the same one."""
    text = FULL.to_text()
    place = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    character = data.draw(st.sampled_from("\n :0a-\u2014\u0435é\u202e"))
    changed = text[:place] + character + text[place + 1 :]
    try:
        read = Minute.from_text(changed)
    except TelegramError:
        return
    assert (read == FULL) == (changed == text)


words = (
    st.text(alphabet="abc ABC.é平", min_size=1, max_size=20)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
instants = st.integers(0, 4 * 10**9).map(lambda second: datetime.fromtimestamp(second, tz=UTC))


@st.composite
def minutes(draw: st.DrawFn) -> Minute:
    written = draw(instants)
    final = draw(st.none() | words)
    forms = st.builds(Conveyance, form=st.sampled_from(Form), instruction=st.none() | words)
    references = st.builds(
        Reference,
        kind=st.sampled_from(ReferenceKind),
        number=st.builds(OriginatorNumber, st.integers(1, 999), st.sampled_from(["", "k", "sh"])),
        originator=words,
        year=st.integers(1000, 9999),
        digest=st.none() | st.builds(Digest.of, st.binary(max_size=2)),
    )
    kinds = list(ReferenceKind)
    return minute(
        originator=draw(words),
        written=written,
        released=written + timedelta(seconds=draw(st.integers(0, 9999))),
        mode=draw(st.sampled_from(Mode)),
        info=tuple(addressee(f"POST {n}") for n in range(draw(st.integers(0, 3)))),
        exempt=tuple(CallSign(f"LAKE {n}") for n in range(draw(st.integers(0, 2)))),
        authority=draw(st.none() | words),
        via=draw(st.none() | words),
        final_addressee=final,
        conveyance=None if final is None else draw(st.none() | forms),
        references=tuple(
            sorted(draw(st.lists(references, max_size=4)), key=lambda each: kinds.index(each.kind))
        ),
        subjects=draw(st.sampled_from([(), ("WATER-2",), ("A", "B1")])),
        classification=draw(st.none() | words),
        caveats=tuple(draw(st.lists(words, max_size=2))),
        signature=draw(st.none() | words),
        points=number_points(draw(st.lists(words, min_size=1, max_size=4))),
    )


@given(minutes())
def test_every_minute_that_can_be_made_reads_back(made: Minute) -> None:
    """Whatever is valid when it is made has one text, and the text is that minute."""
    assert Minute.from_text(made.to_text()) == made


FULL = minute(
    info=(addressee("POST RIVER"),),
    exempt=(CallSign("POST LAKE"),),
    authority="Head of the North Desk",
    via="head of POST HARBOUR",
    final_addressee="the Minister",
    conveyance=Conveyance(form=Form.SPOKEN, instruction="Read it to the Minister."),
    references=(
        Reference(
            kind=ReferenceKind.REPLY,
            number=OriginatorNumber(204),
            originator="POST HARBOUR",
            year=2031,
        ),
    ),
    distribution=Distribution(
        stated_total=2, entries=(DistributionEntry(copy_number=1, holder="file"),)
    ),
    enclosures=(Enclosure.of("map.pdf", b"map"),),
)


def test_the_heading_gives_every_field_in_order() -> None:
    """Who commits to single fields gets each with its text, and the text form is made of them."""
    heading = FULL.heading()
    assert [name for name, _ in heading] == [
        *("number", "year", "from", "written", "released", "mode", "action", "info", "exempt"),
        *("authority", "via", "for", "convey", "instruction", "in-reply-to", "copies", "copy"),
        "enclosure",
    ]
    assert "".join(f"{name}: {value}\n" for name, value in heading) in FULL.to_text()


def test_the_parties_have_their_roles() -> None:
    """Everybody in the heading is listed once, with precedence where there is one."""
    assert [(party.role, party.name, party.precedence) for party in FULL.parties] == [
        (Role.ORIGINATOR, "NORTH DESK", None),
        (Role.ACTION, "POST HARBOUR", Precedence.PRIORITY),
        (Role.INFO, "POST RIVER", Precedence.ROUTINE),
        (Role.VIA, "head of POST HARBOUR", None),
        (Role.FINAL, "the Minister", None),
    ]
    assert FULL.stations == (CallSign("POST HARBOUR"), CallSign("POST RIVER"))


def test_the_most_urgent_action_decides() -> None:
    """Information addressees do not make a telegram more urgent."""
    hurried = minute(
        action=(addressee("A", Precedence.ROUTINE), addressee("B", Precedence.IMMEDIATE)),
        info=(addressee("C", Precedence.FLASH),),
    )
    assert hurried.precedence is Precedence.IMMEDIATE


@pytest.mark.parametrize(
    "changes",
    [
        {"action": ()},
        {"action": (addressee("A"), addressee("A"))},
        {"year": 31},
        {"subjects": ("",)},
        {"subjects": ("A" * 21,)},
        {"conveyance": Conveyance(form=Form.SPOKEN)},
        {"released": datetime(2031, 3, 2, 7, 9, tzinfo=UTC)},
        {"points": ()},
        {"points": (Point(sequence=2, text="x"),)},
        {"enclosures": tuple(Enclosure.of(f"{n}.txt", b"") for n in range(100))},
        {"signature": "Halm [Berg]"},
        {
            "references": tuple(
                Reference(kind=kind, number=OriginatorNumber(1), originator="A", year=2031)
                for kind in (ReferenceKind.CITES, ReferenceKind.REPLY)
            )
        },
    ],
)
def test_a_minute_that_could_not_be_read_cannot_be_made(changes: dict[str, object]) -> None:
    """The rules of the text hold for values as well."""
    with pytest.raises(MinuteFormatError):
        minute(**changes)


def test_an_instant_without_a_zone_is_a_mistake_of_the_program() -> None:
    """Local time is refused as a mistake and not as a format."""
    with pytest.raises(ValueError, match="UTC"):
        minute(written=datetime(2031, 3, 2))  # noqa: DTZ001  # the missing zone is the point


def test_a_minute_has_a_size_limit() -> None:
    """A text beyond the limit is refused before it is looked at."""
    with pytest.raises(FieldTooLongError):
        Minute.from_bytes(b"\xff" * (MINUTE_LIMIT_BYTES + 1))
    with pytest.raises(FieldTooLongError):
        Minute.from_text("x" * (MINUTE_LIMIT_BYTES + 1))


def test_a_minute_has_no_more_parts_than_a_reader_bears() -> None:
    """A million references or points would hold a station for as long as their sender likes."""
    cited = Reference(
        kind=ReferenceKind.CITES, number=OriginatorNumber(1), originator="A", year=2031
    )
    most = minute(references=(cited,) * 100, points=number_points(["One."] * 1000))
    assert len(most.points) == 1000
    for changes in ({"references": (cited,) * 101}, {"points": number_points(["One."] * 1001)}):
        with pytest.raises(MinuteFormatError):
            minute(**changes)


def test_no_line_of_a_minute_is_a_signature_line() -> None:
    """An unsigned minute cannot pass for a signed note by what it says."""
    with pytest.raises(TelegramError):
        minute(points=number_points(["Text.", "\u2014 north.example/desk AAAA"]))
    with pytest.raises(TelegramError):
        Minute.from_text(minute().to_text() + "\n\u2014 north.example/desk AAAA\n")
