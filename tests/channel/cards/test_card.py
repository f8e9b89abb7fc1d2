from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import (
    Card,
    CardFormatError,
    CardTrustError,
    CardValidityError,
    ChannelError,
    Purpose,
    SignedTextError,
    Standing,
    claimed_fingerprint,
    countersign_card,
    fingerprint_of,
    open_card,
    sign_card,
)
from depesha.cipher import Ed25519Signer, sign_note
from tests.channel.cards.recipes import RENEWED, ROLLED
from tests.channel.stations import BEGIN, CENTRE, END, HARBOUR, RIVER, seed
from tests.support import Vector, vectors


@pytest.mark.parametrize("vector", vectors("channel/card"), ids=lambda v: v.name)
def test_card_vector(vector: Vector) -> None:
    """A vector opens under the fingerprint in its head, or is refused with the code it names."""
    fingerprint = vector.head["fingerprint"]
    if vector.expect == "ok":
        card = open_card(vector.body, fingerprint=fingerprint)
        assert vector.body.startswith(card.to_text().encode() + b"\n")
        return

    with pytest.raises(ChannelError) as refused:
        open_card(vector.body, fingerprint=fingerprint)

    assert refused.value.code == vector.expect


def test_a_card_opens_under_its_compared_fingerprint() -> None:
    """What was compared in person decides alone."""
    assert open_card(HARBOUR.note, fingerprint=HARBOUR.card.fingerprint) == HARBOUR.card


def test_a_card_is_not_believed_on_first_sight() -> None:
    """A card that only signs itself is refused, also beside pinned centres."""
    for centres in ([], [CENTRE.card]):
        with pytest.raises(CardTrustError):
            open_card(HARBOUR.note, centres=centres)


def test_another_fingerprint_refuses_the_card() -> None:
    """A card under the same call-sign by another key is another station, countersigned or not."""
    note = countersign_card(HARBOUR.note, CENTRE.identity)
    with pytest.raises(CardTrustError):
        open_card(note, fingerprint=RIVER.card.fingerprint, centres=[CENTRE.card])


def test_a_countersigned_card_opens_under_the_pinned_centre() -> None:
    """A pinned centre introduces a post; its signature does not disturb the comparison either."""
    note = countersign_card(HARBOUR.note, CENTRE.identity)

    assert open_card(note, centres=[RIVER.card, CENTRE.card]) == HARBOUR.card
    assert open_card(note, fingerprint=HARBOUR.card.fingerprint) == HARBOUR.card


def test_a_post_introduces_nobody() -> None:
    """A countersignature counts only if the pinned card is a centre's."""
    note = countersign_card(HARBOUR.note, RIVER.identity)
    with pytest.raises(CardTrustError):
        open_card(note, centres=[RIVER.card])


def test_a_countersignature_alone_is_not_enough() -> None:
    """A card that its own key did not sign is refused, whoever else did."""
    note = sign_note(HARBOUR.card.to_text(), [CENTRE.identity])
    with pytest.raises(SignedTextError):
        open_card(note, centres=[CENTRE.card])


def test_a_forged_countersignature_is_refused() -> None:
    """A line that names the centre's key and is not by it does not introduce anybody."""
    signed = countersign_card(HARBOUR.note, CENTRE.identity)
    other = countersign_card(RIVER.note, CENTRE.identity)
    forged = HARBOUR.note + other.splitlines(keepends=True)[-1]
    assert forged != signed
    with pytest.raises(CardTrustError):
        open_card(forged, centres=[CENTRE.card])


def test_a_centre_does_not_sign_twice() -> None:
    """Countersigning again is refused rather than piled up."""
    note = countersign_card(HARBOUR.note, CENTRE.identity)
    with pytest.raises(SignedTextError):
        countersign_card(note, CENTRE.identity)


def test_only_the_named_identity_signs_a_card() -> None:
    """A station cannot publish a card for another."""
    with pytest.raises(SignedTextError):
        sign_card(HARBOUR.card, RIVER.identity)


def test_a_text_changed_after_signing_is_refused() -> None:
    """Every byte of the text is under the signature."""
    note = HARBOUR.note.replace(b"purpose: post", b"purpose: centre")
    with pytest.raises(SignedTextError):
        open_card(note, fingerprint=HARBOUR.card.fingerprint)


@pytest.mark.parametrize(
    "change",
    [
        lambda card: replace(card, identity=RIVER.card.identity),
        lambda card: replace(card, register=RIVER.card.register),
        lambda card: replace(card, witness=RIVER.card.witness),
        lambda card: replace(card, releasers=RIVER.card.releasers),
        lambda card: replace(
            card, releasers=(Ed25519Signer("post-harbour/register", seed("other")).verifier,)
        ),
        lambda card: replace(card, releasers=card.releasers * 2),
        lambda card: replace(
            card, releasers=(Ed25519Signer("post-harbour/b", HARBOUR.identity.seed).verifier,)
        ),
        lambda card: replace(
            card,
            releasers=tuple(
                Ed25519Signer(f"post-harbour/p{n}", seed(f"p{n}")).verifier for n in range(65)
            ),
        ),
        lambda card: replace(card, clerks=RIVER.card.clerks),
        lambda card: replace(card, clerks=card.clerks * 2),
        lambda card: replace(
            card, clerks=(*card.clerks, Ed25519Signer(card.clerks[0].name, seed("x")).verifier)
        ),
        lambda card: replace(card, post_quantum=RIVER.card.post_quantum),
        lambda card: replace(card, seal=card.register.public),
        lambda card: replace(card, seal=bytes(32)),
        lambda card: replace(card, edition=0),
        lambda card: replace(card, edition=10**9),
        lambda card: replace(card, fingerprint=RIVER.card.fingerprint),
        lambda card: replace(card, edition=2, fingerprint="not one"),
        lambda card: replace(card, valid_until=card.valid_from),
    ],
)
def test_a_card_that_breaks_a_rule_cannot_be_made(change: Callable[[Card], Card]) -> None:
    """Keys are named for the call-sign, none serves twice, and the days are in order."""
    with pytest.raises(CardFormatError):
        change(HARBOUR.card)


def test_validity_has_a_first_instant_and_no_last() -> None:
    """A card holds from its first instant up to, and not at, its end."""
    card = HARBOUR.card
    card.require_valid(BEGIN)
    card.require_valid(END - timedelta(seconds=1))
    for at in (BEGIN - timedelta(seconds=1), END):
        with pytest.raises(CardValidityError):
            card.require_valid(at)


def test_the_end_of_a_card_is_announced() -> None:
    """Thirty days before its end a card warns; it is refused only after."""
    card = HARBOUR.card
    assert card.standing(BEGIN - timedelta(seconds=1)) is Standing.EARLY
    assert card.standing(END - timedelta(days=30, seconds=1)) is Standing.VALID
    assert card.standing(END - timedelta(days=30)) is Standing.ENDING
    assert card.standing(END) is Standing.OVER


def test_what_people_compare_covers_the_present_key() -> None:
    """Until a roll-over it is the fingerprint itself; after it, another number for another key."""
    assert HARBOUR.card.comparison == HARBOUR.card.fingerprint
    assert RENEWED.comparison == HARBOUR.card.comparison
    assert ROLLED.fingerprint == HARBOUR.card.fingerprint
    assert ROLLED.comparison not in {HARBOUR.card.comparison, fingerprint_of(ROLLED.identity)}
    other = Ed25519Signer("post-harbour", seed("third")).verifier
    assert replace(ROLLED, identity=other).comparison != ROLLED.comparison


def test_an_untrusted_card_shows_its_fingerprint_only_if_it_signs_itself() -> None:
    """What is compared in person is at least the key that wrote the card."""
    assert claimed_fingerprint(HARBOUR.note) == HARBOUR.card.fingerprint
    with pytest.raises(SignedTextError):
        claimed_fingerprint(HARBOUR.note.replace(b"POST", b"POST", 1)[:-3] + b"A=\n")


def test_a_card_without_people_reads_back() -> None:
    """Releasers and clerks are the one part that may be absent."""
    card = replace(HARBOUR.card, releasers=(), clerks=(), purpose=Purpose.CENTRE)
    assert Card.from_text(card.to_text()) == card


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_as_ours(note: bytes) -> None:
    """No input makes the reader fail in a way callers are not told about."""
    with pytest.raises(ChannelError):
        open_card(note, fingerprint=HARBOUR.card.fingerprint)


@given(st.integers(min_value=0, max_value=1_000_000), st.binary(min_size=1, max_size=3))
def test_a_card_with_other_bytes_in_it_is_refused_or_the_same(place: int, inserted: bytes) -> None:
    """A text that parses writes back as itself."""
    text = HARBOUR.card.to_text()
    place %= len(text)
    changed = text[:place] + inserted.decode("latin-1") + text[place + 1 :]
    with suppress(ChannelError):
        assert Card.from_text(changed).to_text() == changed
