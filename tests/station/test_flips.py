"""One flipped bit, wherever it is: the station's verdict. What each part does is tested there."""

from dataclasses import dataclass
from itertools import chain

import pytest

from depesha.base import DepeshaError
from depesha.cipher import sign_note
from depesha.register import Advice
from tests.station.forging import look_inside
from tests.station.houses import NORTH, PORT, Pair, draft_to
from tests.station.looking import everything
from tests.station.refusals import refused

REFUSED = {
    "channel.envelope_format",
    "channel.envelope_damaged",
    "channel.foreign_stanza",
    "channel.no_live_page",
}


@dataclass(frozen=True)
class Wire:
    """One honest object on its way."""

    pair: Pair
    sealed: bytes


@pytest.fixture
def wire(pair: Pair) -> Wire:
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    (sealed,) = pair.waiting()
    return Wire(pair, sealed)


def test_no_flipped_bit_of_a_sealed_file_passes(wire: Wire) -> None:
    """Every byte of the header, and every hundredth of the payload: refused by its code, kept."""
    sealed, port = wire.sealed, wire.pair.port
    header = sealed.index(b"\n---") + 50
    codes = set()
    for place in chain(range(0, header, 7), range(header, len(sealed), 211)):
        flipped = bytearray(sealed)
        flipped[place] ^= 1 << place % 8
        received = port.station.reception.receive(bytes(flipped), by=port.clerk)
        assert received.refused in REFUSED, place
        codes.add(received.refused)
    assert codes >= {"channel.no_live_page", "channel.envelope_damaged"}
    assert port.register_size() == 0
    assert wire.pair.sync(port)[0] not in REFUSED


def test_no_flipped_bit_of_a_cover_passes(wire: Wire) -> None:
    """Sealed to the right page by whoever stole it, an altered cover is refused as unsigned."""
    pair = wire.pair
    inside = look_inside(wire.sealed, sender=pair.north, receiver=pair.port)
    note = sign_note(inside.cover.to_text(), [inside.identity])
    codes = set()
    for place in range(0, len(note), 61):
        flipped = bytearray(note)
        flipped[place] ^= 1 << place % 8
        received = pair.port.station.reception.receive(
            inside.seal(cover=bytes(flipped)), by=pair.port.clerk
        )
        codes.add(received.refused)
    assert codes == {"channel.signed_text"}
    assert pair.port.register_size() == 0


def test_no_flipped_bit_of_a_checkpoint_is_cosigned(pair: Pair) -> None:
    """Advice that was altered on the way is refused, and the register seen stays as it was."""
    pair.north.released(draft_to(PORT))
    advice = pair.north.station.registering.advise(PORT, by=pair.north.clerk)
    Advice.from_bytes(advice)
    before = everything(pair.port)
    for place in range(0, len(advice), 5):
        flipped = bytearray(advice)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(DepeshaError) as caught:
            pair.port.station.registering.cosign(bytes(flipped), NORTH, by=pair.port.clerk)
        assert caught.value.code.startswith(("register.", "cipher."))
    assert everything(pair.port) == before
    with refused("register.advice_format"):
        pair.port.station.registering.cosign(b"", NORTH, by=pair.port.clerk)
