from dataclasses import replace

import pytest

from depesha.base import Digest
from depesha.register import Advice, ConsistencyProof, Entry, sign_checkpoint
from tests.station.forging import look_inside
from tests.station.houses import NORTH, PORT, House, Pair, connection_of, draft_to
from tests.station.looking import everything
from tests.station.refusals import refused


def exchange(house: House, witness: House, *, since: int | None = None) -> bytes:
    """Let one station cosign the other's register, by hand; return the advice."""
    desk = house.station.registering
    advice = desk.advise(witness.name, since=since, by=house.clerk)
    line = witness.station.registering.cosign(advice, house.name, by=witness.clerk)
    desk.attach(line, witness.name, by=house.clerk)
    return advice


def test_a_register_is_cosigned_by_hand(pair: Pair) -> None:
    """Advice, cosignature and its keeping are three files that two people exchange."""
    pair.north.released(draft_to(PORT))
    exchange(pair.north, pair.port)
    pair.north.released(draft_to(PORT))

    exchange(pair.north, pair.port)

    status = pair.north.station.registering.status()
    assert (status.size, status.cosigned_size) == (2, 2)
    assert status.cosigned_by == ("port-amaro/witness",)
    assert pair.port.station.registering.seen(NORTH) == 2


def test_an_empty_register_is_cosigned_and_grows(pair: Pair) -> None:
    """A cosignature on nothing is no obstacle to the next one, by hand or on a cover."""
    exchange(pair.north, pair.port)
    for sender, receiver in ((pair.north, pair.port), (pair.port, pair.north)):
        sender.sealed(draft_to(receiver.name))
        pair.sync(sender)
        (became,) = pair.sync(receiver)
        assert receiver.station.reading.telegram(became).line.state == "filed"

    assert pair.north.station.registering.status().cosigned_size == 1


def test_a_register_that_went_back_is_evidence(pair: Pair) -> None:
    """Two signed checkpoints that contradict each other are kept, and nothing is cosigned."""
    first = exchange(pair.north, pair.port)
    pair.north.released(draft_to(PORT))
    exchange(pair.north, pair.port)

    with refused("register.rollback"):
        pair.port.station.registering.cosign(first, NORTH, by=pair.port.clerk)

    assert len(everything(pair.port)["register_evidence"]) == 1
    assert pair.port.station.registering.seen(NORTH) == 1


def forked(pair: Pair) -> bytes:
    """A checkpoint by the north's own key over another history of the same size."""
    pair.north.released(draft_to(PORT))
    with pair.north.office.transaction() as work:
        present = work.log.checkpoint()
    other = replace(present, root=Digest.of(b"another history").value)
    return sign_checkpoint(other, pair.north.office.keyring.register)


def test_a_fork_is_evidence_and_stays_outside(pair: Pair) -> None:
    """One size with two roots convicts the signer, by hand as on a cover."""
    note = forked(pair)
    exchange(pair.north, pair.port)
    advice = Advice(proof=ConsistencyProof(old_size=1), note=note).to_bytes()
    before = pair.port.station.registering.status()

    with refused("register.fork"):
        pair.port.station.registering.cosign(advice, NORTH, by=pair.port.clerk)

    assert len(everything(pair.port)["register_evidence"]) == 1
    assert pair.port.station.registering.status() == before


def test_a_bad_checkpoint_on_a_cover_loses_no_telegram(pair: Pair) -> None:
    """The telegram is filed; the incident is stamped on it, with evidence where there is some."""
    note = forked(pair)
    exchange(pair.north, pair.port)
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    (sealed,) = pair.waiting()
    inside = look_inside(sealed, sender=pair.north, receiver=pair.port)

    received = pair.port.station.reception.receive(
        inside.with_cover(checkpoint=note).seal(), by=pair.port.clerk
    )

    stamps = pair.port.station.reading.telegram(received.record_id or "").stamps
    assert [(one.kind, one.note) for one in stamps if one.kind == "incident"] == [
        ("incident", "register.fork")
    ]
    assert len(everything(pair.port)["register_evidence"]) == 1


def test_a_cover_in_order_that_shows_less_is_an_incident_and_no_evidence(pair: Pair) -> None:
    """A checkpoint overtaken by one that went by hand asks for a look, and convicts nobody."""
    pair.north.sealed(draft_to(PORT))
    pair.north.released(draft_to(PORT))
    exchange(pair.north, pair.port)
    pair.sync(pair.north)
    (record_id,) = pair.sync(pair.port)

    stamps = pair.port.station.reading.telegram(record_id).stamps
    assert [one.note for one in stamps if one.kind == "incident"] == ["register.rollback"]
    assert everything(pair.port)["register_evidence"] == []
    assert pair.port.station.registering.seen(NORTH) == 2


def test_a_forged_cosignature_on_a_cover_is_an_incident(pair: Pair) -> None:
    """A line that its witness did not sign is stamped, and not attached."""
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    pair.sync(pair.north)
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    (sealed,) = pair.waiting()
    inside = look_inside(sealed, sender=pair.north, receiver=pair.port)
    assert inside.cover.cosignature is not None
    line = bytearray(inside.cover.cosignature.line)
    line[-10] ^= 1
    forged = inside.with_cover(cosignature=replace(inside.cover.cosignature, line=bytes(line)))

    received = pair.port.station.reception.receive(forged.seal(), by=pair.port.clerk)

    stamps = pair.port.station.reading.telegram(received.record_id or "").stamps
    assert [one.kind for one in stamps].count("incident") == 1
    assert pair.port.station.registering.status().cosigned_by == ()


@pytest.mark.parametrize(
    ("cosignature", "code"),
    [
        (b"", "station.input"),
        (b"\xff\n", "station.input"),
        (b"x\nline", "station.input"),
        (b"01\nline", "station.input"),
        (b"9" * 5000 + b"\nline", "station.input"),
        (b"9" * 18 + b"\nline", "register.out_of_range"),
        (b"1\n", "cipher.note_format"),
        ("1\n\u2014 port-amaro/witness AAAA\n".encode(), "cipher.note_format"),
    ],
)
def test_what_is_no_cosignature_is_refused(pair: Pair, cosignature: bytes, code: str) -> None:
    """Any bytes are read or refused, and a refusal changes nothing."""
    pair.north.released(draft_to(PORT))
    before = everything(pair.north)

    with refused(code):
        pair.north.station.registering.attach(cosignature, PORT, by=pair.north.clerk)

    assert everything(pair.north) == before


def test_a_cosignature_of_another_station_is_refused(pair: Pair) -> None:
    """The line of the wrong witness, valid as it is, is not taken as this correspondent's."""
    pair.north.released(draft_to(PORT))
    advice = pair.north.station.registering.advise(PORT, by=pair.north.clerk)
    checkpoint = Advice.from_bytes(advice).note.partition(b"\n\n")[0].decode() + "\n"
    line = pair.north.office.keyring.witness.cosign(checkpoint, pair.clock.now())

    with refused("cipher.no_known_signature"):
        pair.north.station.registering.attach(f"1\n{line}".encode(), PORT, by=pair.north.clerk)


def test_advice_is_for_correspondents_and_sizes_that_were(pair: Pair) -> None:
    """An unknown station, or a size that the register never had, is refused."""
    with refused("channel.store"):
        pair.north.station.registering.advise("POST RIVER", by=pair.north.clerk)
    for since in (-1, 1, 10**30):
        with refused("register.out_of_range"):
            pair.north.station.registering.advise(PORT, since=since, by=pair.north.clerk)
    with refused("register.advice_format"):
        pair.port.station.registering.cosign(b"junk", NORTH, by=pair.port.clerk)


def test_every_entry_says_what_it_is(pair: Pair) -> None:
    """Its own station reads each entry; a stranger sees 65 bytes."""
    north = pair.north
    held = north.sealed(draft_to(PORT))
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    (arrived,) = pair.sync(north)
    proposed = north.station.release.propose(
        held.record_id, (), authority="Office", by=north.archivist
    )
    north.station.release.decide(proposed.decision_id, by=north.releaser)

    lines = north.station.registering.lines()

    assert [(one.index, one.what, one.record_id) for one in lines] == [
        (0, "sent No. 1", held.record_id),
        (1, "received No. 1", arrived),
        (2, "release decided", held.record_id),
    ]
    assert {len(one.entry) for one in lines} == {130}


def test_an_audit_names_what_cannot_be_believed(pair: Pair) -> None:
    """One changed byte of one entry is found, and nothing more is signed or sealed on top."""
    north = pair.north
    for _ in range(3):
        north.released(draft_to(PORT))
    with north.office.transaction() as work:
        entry = bytearray(work.log.entry(1).to_bytes())
        entry[40] ^= 1
        connection_of(work).exec_driver_sql(
            "UPDATE register_entry SET data = ? WHERE entry_index = 1", (bytes(entry),)
        )

    with refused("register.fsck") as caught:
        north.station.registering.audit()

    assert "1" in str(caught.value)


def test_a_register_that_was_set_back_signs_nothing(pair: Pair) -> None:
    """Where a signed entry is gone no telegram is released: no number is given twice unseen."""
    north = pair.north
    north.released(draft_to(PORT))
    with north.office.transaction() as work:
        connection = connection_of(work)
        connection.exec_driver_sql("DELETE FROM register_entry")
        connection.exec_driver_sql("DELETE FROM register_node")
    entry = north.station.drafting.write(draft_to(PORT), by=north.clerk)
    before = everything(north)

    with refused("register.fsck"):
        north.station.drafting.release(entry.draft_id, by=north.releaser)

    assert everything(north) == before


def test_a_damaged_register_takes_no_arrival(pair: Pair) -> None:
    """The object stays with its carrier: it is our register that is at fault."""
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    pair.port.released(draft_to(NORTH))
    with pair.port.office.transaction() as work:
        connection_of(work).exec_driver_sql("DELETE FROM register_entry")
        connection_of(work).exec_driver_sql("DELETE FROM register_node")

    with refused("register.fsck"):
        pair.sync(pair.port)

    assert len(pair.waiting()) == 1
    assert everything(pair.port)["quarantine"] == []


def test_a_void_is_an_entry_like_any_other(pair: Pair) -> None:
    """An entry that belongs to no telegram and no decision is listed as a void."""
    with pair.north.office.transaction() as work:
        work.log.append(Entry.from_bytes(b"\x01" + bytes(64)))

    assert [one.what for one in pair.north.station.registering.lines()] == ["void"]
