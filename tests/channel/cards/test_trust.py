from dataclasses import replace

import pytest

from depesha.channel import (
    CardTrustError,
    ChannelError,
    claimed_station,
    countersign_card,
    open_card,
    open_successor,
    reopen_card,
    sign_card,
)
from tests.channel.cards.recipes import ROLLED, ROLLED_NOTE, SECOND_IDENTITY
from tests.channel.stations import CENTRE, HARBOUR, RIVER
from tests.support import Vector, vectors


@pytest.mark.parametrize("vector", vectors("channel/successor"), ids=lambda v: v.name)
def test_successor_vector(vector: Vector) -> None:
    """With the first card pinned, a vector follows it, or is refused with the code it names."""
    if vector.expect == "ok":
        card = open_successor(vector.body, pinned=HARBOUR.card)
        assert vector.body.startswith(card.to_text().encode() + b"\n")
        return

    with pytest.raises(ChannelError) as refused:
        open_successor(vector.body, pinned=HARBOUR.card)

    assert refused.value.code == vector.expect


def test_an_edition_cannot_be_skipped_over_a_change_of_keys() -> None:
    """Who missed a roll-over needs the card between: each key vouches for the next alone."""
    with pytest.raises(CardTrustError):
        open_successor(sign_card(replace(ROLLED, edition=3), SECOND_IDENTITY), pinned=HARBOUR.card)
    assert open_successor(ROLLED_NOTE, pinned=HARBOUR.card) == ROLLED
    last = sign_card(replace(ROLLED, edition=3), SECOND_IDENTITY)
    assert open_successor(last, pinned=ROLLED).edition == 3


def test_a_later_edition_can_be_a_first_acquaintance() -> None:
    """A station met after its roll-over is compared by its present key, or introduced."""
    assert open_card(ROLLED_NOTE, fingerprint=ROLLED.comparison) == ROLLED
    with pytest.raises(CardTrustError):
        open_card(ROLLED_NOTE, fingerprint=ROLLED.fingerprint)
    introduced = countersign_card(ROLLED_NOTE, CENTRE.identity)
    assert open_card(introduced, centres=[CENTRE.card]) == ROLLED


def test_a_kept_card_is_read_under_its_station() -> None:
    """A store hands back the card of the station it was asked for, or nothing."""
    assert reopen_card(ROLLED_NOTE, station=HARBOUR.card.fingerprint) == ROLLED
    assert claimed_station(ROLLED_NOTE) == HARBOUR.card.fingerprint
    with pytest.raises(CardTrustError):
        reopen_card(ROLLED_NOTE, station=RIVER.card.fingerprint)
