"""Unsigned telegrams: the receiver is convinced, nobody else, and nothing signed links to one."""

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest

from depesha.base import Digest
from depesha.channel import (
    ChannelPolicy,
    Envelope,
    IncomingLedger,
    NoLivePageError,
    is_checked,
    open_envelope,
    read_checked,
    seal_envelope,
    write_checked,
)
from depesha.cipher import CipherError, SealKey, make_check, unverified_text
from depesha.station import Conveyed
from depesha.station.draft import Enclosure
from depesha.telegram import Cover, Minute, Mode
from tests.station.houses import FINAL, NORTH, PORT, House, Pair, draft_to
from tests.station.refusals import refused

SECRET_TEXT = "The lamp at the third pier stays dark until the tide turns."


@pytest.fixture
def quiet(pair: Pair) -> Pair:
    """Both stations allow unsigned telegrams between them."""
    for house, other in ((pair.north, PORT), (pair.port, NORTH)):
        allow(house, other)
    return pair


def allow(house: House, other: str, *, allows_unsigned: bool = True) -> None:
    policy = ChannelPolicy(allows_unsigned=allows_unsigned)
    house.station.correspondence.set_policy(other, policy, by=house.clerk)


def opened(pair: Pair, receiver: House) -> list[Envelope]:
    """What lies at the relay for a station, read with its own pages and without using them up."""
    envelopes = []
    for sealed in pair.waiting():
        try:
            envelopes.append(open_envelope(sealed, receiver.office.pages.load())[1])
        except NoLivePageError:
            continue  # it is the other station's
    return envelopes


def test_an_unsigned_telegram_is_believed_and_bears_no_signature(quiet: Pair) -> None:
    """It arrives whole, is filed as unsigned, and the station attests to its check."""
    held = quiet.north.sealed(draft_to(PORT, SECRET_TEXT, mode="unsigned"))
    quiet.sync(quiet.north)
    (envelope,) = opened(quiet, quiet.port)
    with pytest.raises(CipherError):
        unverified_text(envelope.telegram)
    assert is_checked(envelope.cover)
    assert Minute.from_bytes(envelope.telegram).mode is Mode.UNSIGNED

    (record_id,) = quiet.sync(quiet.port)

    view = quiet.port.station.reading.telegram(record_id)
    assert (view.mode, SECRET_TEXT in view.sheet) == ("unsigned", True)
    assert [copy.mode for copy in view.copies] == ["unsigned"]
    notes = {stamp.kind: stamp.note for stamp in view.stamps}
    assert notes["opened"] == "unsigned: its check held on receipt"
    # The sender can prove it later at will: its own copy is signed, and never left the house.
    own = quiet.north.station.reading.telegram(held.record_id)
    assert own.minute_digest == view.minute_digest
    with quiet.north.office.reading() as work:
        assert unverified_text(work.telegrams.get(held.record_id).minute)


def test_a_channel_is_signed_until_both_sides_say_otherwise(pair: Pair) -> None:
    """Neither is an unsigned telegram written, nor is one that comes believed."""
    with refused("station.mode_refused"):
        pair.north.released(draft_to(PORT, mode="unsigned"))
    allow(pair.north, PORT)
    pair.north.sealed(draft_to(PORT, mode="unsigned"))
    pair.sync(pair.north)
    assert pair.sync(pair.port) == ("station.mode_refused",)
    assert pair.port.station.reading.telegrams() == ()


def test_a_policy_that_was_withdrawn_stops_what_was_released(quiet: Pair) -> None:
    """Between release and sealing the channel may become signed only: nothing is numbered."""
    held = quiet.north.released(draft_to(PORT, mode="unsigned"))
    allow(quiet.north, PORT, allows_unsigned=False)
    with refused("station.mode_refused"):
        quiet.north.station.dispatch.seal(held.record_id, by=quiet.north.clerk)


def test_only_the_two_of_them_can_make_the_check(quiet: Pair) -> None:
    """Another seal key makes no check that holds; the receiver could have made this one itself."""
    quiet.north.sealed(draft_to(PORT, SECRET_TEXT, mode="unsigned"))
    quiet.sync(quiet.north)
    (sealed,) = quiet.waiting()
    key, envelope = open_envelope(sealed, quiet.port.office.pages.load())
    secret = quiet.port.office.pages.load()[key]
    text, check = read_checked(envelope.cover)
    forged = make_check(SealKey.generate(), secret.page.check_key, text)
    assert forged != check
    # Who has stolen every lasting key of the receiver still cannot forge towards it.
    stolen = make_check(quiet.port.office.keyring.seal, secret.page.check_key, text)
    for wrong in (forged, stolen, bytes(32), check[::-1]):
        changed = Envelope(cover=write_checked(text, wrong), telegram=envelope.telegram)
        again = seal_envelope(changed, secret.page)
        received = quiet.port.station.reception.receive(again, by=quiet.port.clerk)
        assert received.refused == "cipher.check"
    assert len(quiet.sync(quiet.port)) == 1


def test_modes_do_not_mix(quiet: Pair) -> None:
    """A signed minute under a check, and an unsigned one under a signature, are refused."""
    for mode in ("signed", "unsigned"):
        quiet.north.sealed(draft_to(PORT, f"{mode} text", mode=mode))
    quiet.sync(quiet.north)
    secrets = quiet.port.office.pages.load()
    pages = {}
    for sealed in quiet.waiting():
        key, envelope = open_envelope(sealed, secrets)
        pages[is_checked(envelope.cover)] = (secrets[key], envelope)
    for box in quiet.relay.boxes.values():
        box.objects.clear()
    secret, unsigned = pages[True]
    _, signed = pages[False]
    text, _ = read_checked(unsigned.cover)
    claims = text.replace(b"mode: unsigned", b"mode: signed")
    check = make_check(quiet.north.office.keyring.seal, secret.page.check_key, claims)
    mixed = Envelope(cover=write_checked(claims, check), telegram=signed.telegram)
    sealed = seal_envelope(mixed, secret.page)
    assert quiet.port.station.reception.receive(sealed, by=quiet.port.clerk).refused in {
        "station.arrival",
        "telegram.cover_format",
    }


def test_a_conversation_in_both_modes_keeps_its_numbers(quiet: Pair) -> None:
    """Signed and unsigned telegrams share one gapless serial, and neither breaks the chain."""
    for mode in ("signed", "unsigned", "unsigned", "signed", "signed"):
        quiet.north.sealed(draft_to(PORT, f"Text in mode {mode}.", mode=mode))
        quiet.sync(quiet.north)
        (became,) = quiet.sync(quiet.port)
        assert len(became) == 32, became
    ledger = ledger_of(quiet)
    assert ledger.received.to_text() == "1-5"


def ledger_of(pair: Pair) -> IncomingLedger:
    with pair.port.office.reading() as work:
        (channel,) = {
            copy.channel
            for line in pair.port.station.reading.telegrams()
            for copy in work.copies.of_record(line.record_id)
            if copy.direction.value == "received"
        }
        return work.channel.incoming.ledgers(channel)["2031"]


def digests_of(envelope: Envelope, sealed: bytes) -> Iterator[Digest]:
    """Every digest by which somebody could link to an unsigned telegram."""
    text, check = read_checked(envelope.cover)
    for data in (envelope.telegram, envelope.cover, text, check, sealed, *envelope.enclosures):
        yield Digest.of(data)
    minute = Minute.from_bytes(envelope.telegram)
    yield from (Digest.of(point.text.encode()) for point in minute.points)
    yield from (Digest.of(point.to_text().encode()) for point in minute.points)


def spellings(digest: Digest) -> Iterator[bytes]:
    raw = digest.value
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield base64.b64encode(raw).rstrip(b"=")
    yield base64.urlsafe_b64encode(raw).rstrip(b"=")
    yield base64.b32encode(raw).rstrip(b"=")


def unfolded(data: bytes) -> Iterator[bytes]:
    """The bytes, and all that is written in them in Base64."""
    yield data
    for word in data.replace(b"\n", b" ").split(b" "):
        if len(word) >= 24 and len(word) % 4 == 0:
            try:
                inner = base64.b64decode(word, validate=True)
            except ValueError:
                continue
            yield from unfolded(inner)


def signed_parts(envelope: Envelope) -> Iterator[bytes]:
    """What a signature covers in an envelope, with what that binds by its digest."""
    if is_checked(envelope.cover):
        return
    yield envelope.cover
    yield envelope.telegram
    yield from envelope.enclosures


def converse(pair: Pair) -> tuple[list[bytes], set[Digest]]:
    """Let every act happen that writes about an unsigned telegram; collect what was signed."""
    signed: list[bytes] = []
    secret: set[Digest] = set()

    def carry() -> None:
        for sender, receiver in ((pair.north, pair.port), (pair.port, pair.north)):
            pair.sync(sender)
            for sealed in pair.waiting():
                try:
                    _, envelope = open_envelope(sealed, receiver.office.pages.load())
                except NoLivePageError:
                    continue  # it is the other station's
                signed.extend(signed_parts(envelope))
                if is_checked(envelope.cover) and envelope.telegram.startswith(b"depesha/1 minute"):
                    secret.update(digests_of(envelope, sealed))
            pair.sync(receiver)

    enclosure = Enclosure(name="list.csv", data=b"pier,lamp\n3,dark\n")
    first = pair.north.sealed(
        draft_to(PORT, SECRET_TEXT, mode="unsigned", enclosures=(enclosure,), final=FINAL)
    )
    carry()
    number = first.number
    reader = pair.port.station.reading
    report = pair.port.station.conveying.report(
        reader.find(number), Conveyed(place="the quay", form="spoken"), by=pair.port.clerk
    )
    cites = reader.citation(number)
    assert cites.digest is None
    pair.port.sealed(
        draft_to(NORTH, in_reply_to=cites, enclosures=(Enclosure(name="report.txt", data=report),))
    )
    carry()
    pair.north.sealed(draft_to(PORT, cancels=pair.north.station.reading.citation(first.record_id)))
    carry()
    for _ in range(9):
        pair.clock.pass_time(days=1)
        carry()
    for house, other in ((pair.north, PORT), (pair.port, NORTH)):
        signed.append(house.station.introducing.card())
        signed.append(house.station.registering.advise(other, by=house.clerk))
        with house.office.reading() as work:
            signed.extend(book.note for book in work.channel.lives.every())
            newest = work.checkpoints.newest()
            assert newest is not None
            signed.append(newest.note)
    return signed, secret


def test_no_signed_byte_links_to_an_unsigned_telegram(quiet: Pair) -> None:
    """PROTOCOL 15, no. 7: in all that a post signs and sends, no digest names such a telegram."""
    signed, secret = converse(quiet)
    assert len(secret) >= 8
    assert len(signed) > 12
    haystack = [inner for data in signed for inner in unfolded(data)]
    for digest in secret:
        for spelling in spellings(digest):
            assert not any(spelling in data for data in haystack), digest


def test_the_search_would_find_a_leak(pair: Pair) -> None:
    """The same search finds a signed telegram's digest in its own cover: it is not blind."""
    allow(pair.north, PORT)
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    (envelope,) = opened(pair, pair.port)
    digest = Digest.of(envelope.telegram)
    found = [
        inner
        for data in signed_parts(envelope)
        for inner in unfolded(data)
        if any(spelling in inner for spelling in spellings(digest))
    ]
    assert found
    assert Cover.from_text(unverified_text(envelope.cover)).minute == digest


def test_a_reply_that_would_name_the_digest_is_refused(quiet: Pair) -> None:
    """Whoever types the digest into a citation is told so before anything is signed."""
    held = quiet.north.sealed(draft_to(PORT, SECRET_TEXT, mode="unsigned"))
    quiet.sync(quiet.north)
    quiet.sync(quiet.port)
    cites = quiet.port.station.reading.citation(held.number)
    with refused("station.input"):
        quiet.port.released(draft_to(NORTH, in_reply_to=replace(cites, digest=held.minute_digest)))
