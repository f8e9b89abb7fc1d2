from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import (
    ChannelError,
    Revocation,
    RevocationFormatError,
    SignedTextError,
    open_revocation,
    sign_revocation,
)
from depesha.cipher import Ed25519Signer
from tests.channel.cards.recipes import BY_CENTRE, OF_RELEASER, REVOCATION
from tests.channel.stations import CENTRE, HARBOUR, RIVER, seed
from tests.support import Vector, vectors

KNOWN = (HARBOUR.card, RIVER.card, CENTRE.card)


@pytest.mark.parametrize("vector", vectors("channel/revocation"), ids=lambda v: v.name)
def test_revocation_vector(vector: Vector) -> None:
    """A vector opens beside the three cards, or is refused with the code it names."""
    if vector.expect == "ok":
        revocation = open_revocation(vector.body, known=KNOWN)
        assert vector.body.startswith(revocation.to_text().encode() + b"\n")
        return

    with pytest.raises(ChannelError) as refused:
        open_revocation(vector.body, known=KNOWN)

    assert refused.value.code == vector.expect


def test_an_identity_key_gives_itself_up_among_strangers() -> None:
    """Whoever holds the key wants it dead, or should: no card has to be known for that."""
    note = sign_revocation(REVOCATION, HARBOUR.identity)
    assert open_revocation(note, known=()) == REVOCATION


def test_others_are_believed_by_their_pinned_cards_alone() -> None:
    """A centre that is not pinned revokes nothing, and an unknown station no releaser."""
    for note in (
        sign_revocation(BY_CENTRE, CENTRE.identity),
        sign_revocation(OF_RELEASER, HARBOUR.identity),
    ):
        with pytest.raises(SignedTextError):
            open_revocation(note, known=[RIVER.card])


def test_a_post_revokes_no_key_of_another_name() -> None:
    """A key that is named for another station is not the post's to revoke."""
    foreign = replace(OF_RELEASER, key=RIVER.releaser.verifier)
    with pytest.raises(SignedTextError):
        open_revocation(sign_revocation(foreign, HARBOUR.identity), known=KNOWN)


def test_a_successor_revokes_the_key_before_it() -> None:
    """After a roll-over the new key says since when the old one is not believed."""
    former = Ed25519Signer("post-harbour", seed("former"))
    revocation = replace(REVOCATION, key=former.verifier)
    note = sign_revocation(revocation, HARBOUR.identity)
    assert open_revocation(note, known=KNOWN) == revocation


@pytest.mark.parametrize(
    "fields",
    [
        {"station": "x"},
        {"by": "x"},
        {"revoked_from": REVOCATION.written + timedelta(seconds=1)},
        {"key": Ed25519Signer("post-harbour/clerk", seed("k")).verifier},
        {"key": Ed25519Signer("post-harbour/clerk/a/b", seed("k")).verifier},
        {"key": Ed25519Signer("post-harbour/witness", seed("k")).verifier},
        {"key": Ed25519Signer("Post Harbour".replace(" ", ""), seed("k")).verifier},
    ],
)
def test_a_revocation_that_breaks_a_rule_cannot_be_made(fields: dict[str, object]) -> None:
    """It names two stations, a key that can be revoked, and no day to come."""
    with pytest.raises(RevocationFormatError):
        replace(REVOCATION, **fields)  # type: ignore[arg-type]


@given(st.integers(min_value=0, max_value=1_000_000), st.binary(min_size=1, max_size=3))
def test_a_changed_revocation_is_refused_or_the_same(place: int, inserted: bytes) -> None:
    """A text that parses writes back as itself."""
    text = REVOCATION.to_text()
    place %= len(text)
    changed = text[:place] + inserted.decode("latin-1") + text[place + 1 :]
    with suppress(ChannelError):
        assert Revocation.from_text(changed).to_text() == changed
