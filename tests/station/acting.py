"""Steps below the use cases: what one station seals to the other, and what lies in its store."""

from depesha.base import SerialRanges
from depesha.channel import IncomingLedger, Peer, ServiceText, channel_id
from depesha.station.desks.sealing import cover_text
from depesha.station.desks.services import send_service
from depesha.station.held import Direction, SealedCopy
from depesha.telegram import Cover
from tests.station.houses import House, Pair


def peer_of(house: House, other: House) -> Peer:
    with house.office.reading() as work:
        return work.channel.peers.by_call_sign(other.name)


def way(sender: House, receiver: House) -> str:
    return channel_id(sender.office.keyring.fingerprint, receiver.office.keyring.fingerprint)


def send(sender: House, receiver: House, text: ServiceText) -> SealedCopy:
    """Seal a service text of any content, as a station that means no good would."""
    with sender.office.transaction() as work:
        peer = work.channel.peers.by_call_sign(receiver.name)
        at = sender.clock.now()
        return send_service(work, sender.office, peer, text, clerk="Calder", at=at)


def queued(house: House) -> list[bytes]:
    with house.office.reading() as work:
        return [one.sealed for one in work.channel.outbox.waiting()]


def bring(sender: House, receiver: House) -> list[str]:
    """Bring by hand all that waits, and say what became of each: its record, kind or code."""
    became = []
    with sender.office.transaction() as work:
        waiting = work.channel.outbox.waiting()
        for one in waiting:
            work.channel.outbox.deposited(one.outbox_id, sender.clock.now())
    for one in waiting:
        received = receiver.station.reception.receive(one.sealed, by=receiver.clerk)
        became.append(received.refused or received.service or received.record_id or "")
    return became


def ledger(receiver: House, sender: House, series: str = "2031") -> IncomingLedger:
    with receiver.office.reading() as work:
        found = work.channel.incoming.ledger(way(sender, receiver), series)
        assert found is not None
        return found


def gaps(receiver: House, sender: House) -> SerialRanges:
    with receiver.office.reading() as work:
        return SerialRanges.of(one.serial for one in work.channel.dues.gaps(way(sender, receiver)))


def sent(house: House, receiver: House) -> list[SealedCopy]:
    """Every copy that was sealed to a station, services among them, by serial and repeat."""
    with house.office.reading() as work:
        channel = way(house, receiver)
        every = work.channel.outgoing.every(channel)
        found = [
            copy
            for state in every
            for serial in range(state.first, state.following)
            for copy in work.copies.of_serial(channel, int(state.series), serial)
            if copy.direction is Direction.SENT
        ]
    return sorted(found, key=lambda copy: (copy.series, copy.serial, copy.repeat))


def covers(house: House, receiver: House) -> list[Cover]:
    return [Cover.from_text(cover_text(copy)) for copy in sent(house, receiver)]


def lose(house: House) -> None:
    """Let all that waits in the outbox leave, and never arrive."""
    with house.office.transaction() as work:
        for one in work.channel.outbox.waiting():
            work.channel.outbox.deposited(one.outbox_id, house.clock.now())


def stamps(pair_house: House, record_id: str) -> list[tuple[str, str]]:
    view = pair_house.station.reading.telegram(record_id)
    return [(stamp.kind, stamp.actor) for stamp in view.stamps]


def set_serial(pair: Pair, following: int) -> None:
    """Let the north go on at a later serial, as after a restore that nobody told of."""
    channel = way(pair.north, pair.port)
    with pair.north.office.transaction() as work:
        state = work.channel.outgoing.state(channel, "2031")
        assert state is not None
        work.channel.outgoing.put(state.jumped(following))
