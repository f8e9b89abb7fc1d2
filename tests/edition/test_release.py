import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.edition import (
    AlreadyDisclosedError,
    Decision,
    EditionError,
    ReleaseBundle,
    ReleaseDamagedError,
    ReleaseFormatError,
    Selection,
    Statement,
    UndecidedError,
    draft_release,
    verify_release,
)
from tests.edition.forgeries import releases, vector_bytes
from tests.edition.world import (
    POLICY,
    RELEASED,
    SALT,
    WITHHELD_SENTENCE,
    World,
    body_selection,
    card,
    commit_record,
    header_selection,
    rewritten,
)
from tests.support import VECTORS, Vector, vectors


def decide(body: Selection, earlier: Statement | None = None) -> Statement:
    decision = Decision(
        record="r", authority="a", released=RELEASED, header=header_selection(), body=body
    )
    return draft_release(commit_record(), decision, index=5, earlier=earlier)


@pytest.mark.parametrize("vector", vectors("edition/release"), ids=lambda vector: vector.name)
def test_vector_of_a_release(vector: Vector) -> None:
    """A vector verifies and reads back as its own bytes, or is refused with its code."""
    if vector.expect == "ok":
        verify_release(vector.body, POLICY)
        assert ReleaseBundle.from_bytes(vector.body).to_bytes() == vector.body
        return
    with pytest.raises(EditionError) as refused:
        verify_release(vector.body, POLICY)
    assert refused.value.code == vector.expect


def test_vectors_are_those_of_the_generator() -> None:
    """No vector is a mystery: each can be made again, and none is left over."""
    folder = VECTORS / "edition" / "release"
    made = {name: vector_bytes(*case) for name, case in releases().items()}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == made


def test_the_file_opens_with_its_label() -> None:
    """The first bytes tell what the file is."""
    assert World().bundle().to_bytes().startswith(b'{\n "depesha/1 release": {\n')


def test_a_release_holds_only_what_is_disclosed() -> None:
    """No withheld word is anywhere in the file, and no secret."""
    release = World().bundle().to_bytes().decode()
    for word in ("Wagtail", "source", "confirms", "Zubrowka", "lorries", "Kowalczyk"):
        assert word not in release


def test_every_flipped_bit_is_refused() -> None:
    """No bit of a release can change unseen."""
    release = World().bundle().to_bytes()
    assert verify_release(release, POLICY).record == "harbour-17-k"
    flipped = bytearray(release)
    for place, bit in product(range(len(release)), range(8)):
        flipped[place] ^= 1 << bit
        assert refusal(bytes(flipped)) == ReleaseDamagedError.code
        flipped[place] ^= 1 << bit
    assert flipped == release


def refusal(release: bytes) -> str:
    try:
        verify_release(release, POLICY)
    except EditionError as error:
        return error.code
    return "verified"


def test_later_releases_disclose_more() -> None:
    """A release that follows another is numbered after it and may open what was kept."""
    first = decide(body_selection())
    opened = Selection(
        disclosed=("1.1", "1.2", "1.3", "3.1", "3.2"), withheld=[card("2", reason="3.3(b)(6)")]
    )
    second = decide(opened, earlier=first)
    assert (first.number, second.number) == (1, 2)
    assert second.body.text("1.2") == WITHHELD_SENTENCE


def test_what_was_disclosed_stays_disclosed() -> None:
    """A later release cannot take a sentence back."""
    first = decide(body_selection())
    taken_back = Selection(
        disclosed=("1.1", "3.1", "3.2"), withheld=[card("1.2"), card("1.3"), card("2")]
    )
    with pytest.raises(AlreadyDisclosedError):
        decide(taken_back, earlier=first)


def test_a_release_follows_one_of_the_same_record() -> None:
    """Releases of different records are not numbered together."""
    other = draft_release(
        commit_record(secret=bytes(32)),
        Decision(
            record="r",
            authority="a",
            released=RELEASED,
            header=header_selection(),
            body=body_selection(),
        ),
        index=5,
    )
    with pytest.raises(UndecidedError):
        decide(body_selection(), earlier=other)


def test_decision_entries_tell_nothing_without_their_salt() -> None:
    """The same decision under two salts gives entries that have no byte block in common."""
    statement = World().statement()
    one, two = statement.decision_entry(SALT), statement.decision_entry(bytes(32))
    assert len(one) == len(two) == 65
    assert one[1:33] != two[1:33]
    assert one[33:] != two[33:]
    with pytest.raises(UndecidedError):
        statement.decision_entry(b"short")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("released",), "2061-01-01"),
        (("released",), "2061-01-01T09:00:00Z"),
        (("body", "withheld", 0, "decided"), "20601103"),
        (("body", "withheld", 0, "decided"), "2060-02-30"),
        (("body", "withheld", 0, "reason"), ""),
        (("record",), "two\nlines"),
        (("released",), "2061-02-29T09:00Z"),
        (("body", "withheld", 0, "path"), "1.2\n1.3"),
        (("body", "withheld", 0, "substitute"), "two\nlines"),
        (("body", "disclosed", 0, "path"), "points\n1"),
    ],
)
def test_a_value_in_another_spelling_is_refused(path: tuple[str | int, ...], value: str) -> None:
    """Dates and lines have one spelling in a release."""

    def change(whole: dict[str, object]) -> None:
        place: object = whole["depesha/1 release"]
        for step in path[:-1]:
            place = place[step]  # type: ignore[index] # walks whatever JSON holds
        place[path[-1]] = value  # type: ignore[index]

    release = rewritten(World().bundle().to_bytes(), change)
    with pytest.raises(ReleaseFormatError):
        ReleaseBundle.from_bytes(release)
    with pytest.raises(ReleaseFormatError):
        verify_release(release, POLICY)


@pytest.mark.parametrize(
    ("name", "value"), [("record", "Cafe\u0301"), ("record", "another"), ("number", 2)]
)
def test_a_file_that_would_not_be_written_is_not_read(name: str, value: object) -> None:
    """A name in another normal form, or a decision that is not this one, is no release of ours."""
    release = rewritten(
        World().bundle().to_bytes(),
        lambda whole: whole["depesha/1 release"].update({name: value}),
    )
    with pytest.raises(ReleaseFormatError):
        ReleaseBundle.from_bytes(release)


@pytest.mark.parametrize("name", ["record", "authority"])
def test_a_statement_holds_lines(name: str) -> None:
    """No statement can be made whose names would be two lines of a report."""
    with pytest.raises(UndecidedError):
        replace(World().statement(), **{name: "two\nlines"})  # type: ignore[arg-type] # either name


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No input makes the reader fail in a way callers are not told about."""
    with suppress(EditionError):
        assert ReleaseBundle.from_bytes(data).to_bytes() == data


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists))
def test_any_statement_is_read_or_refused(value: object) -> None:
    """A file whose digest fits may hold anything, and is refused by name all the same."""
    release = rewritten(
        World().bundle().to_bytes(), lambda whole: whole.update({"depesha/1 release": value})
    )
    with pytest.raises(ReleaseFormatError):
        ReleaseBundle.from_bytes(release)
    with pytest.raises(ReleaseFormatError):
        verify_release(release, POLICY)


def test_substitute_words_are_marked_as_attested() -> None:
    """Words given in place of a part travel with its card and are registered with it."""
    selection = Selection(
        disclosed=("1.1", "1.3", "3.1", "3.2"),
        withheld=[card("1.2", substitute="A source confirms it."), card("2")],
    )
    world = World()
    release = world.bundle(world.statement(body=selection)).to_bytes()
    verified = verify_release(release, POLICY)
    assert [part["substitute"] for part in verified.body if part["path"] == "1.2"] == [
        "A source confirms it."
    ]
    assert json.loads(release)["depesha/1 release"]["body"]["withheld"][0]["decided"] == str(
        date(2060, 11, 3)
    )
