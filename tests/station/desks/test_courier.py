from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from depesha.channel import Capability, MailboxClient, RelayUnreachableError
from depesha.station.station import assemble
from tests.station.houses import (
    NORTH,
    PORT,
    House,
    Pair,
    draft_to,
    found,
    open_house,
)
from tests.station.looking import kept_in_quarantine, live_pages


def test_a_round_carries_both_ways(pair: Pair) -> None:
    """One call deposits what is queued and brings in what waits."""
    pair.north.sealed(draft_to(PORT))
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.north)

    report = pair.port.station.courier.sync(by=pair.port.clerk)

    assert (report.deposited, len(report.received)) == (1, 1)
    assert (report.unreachable, report.failed) == (0, ())
    assert len(pair.sync(pair.north)) == 1


def test_a_silent_relay_loses_nothing(pair: Pair) -> None:
    """What is queued stays queued, and the round is reported and never fatal."""
    for _ in range(3):
        pair.north.sealed(draft_to(PORT))
    pair.relay.is_reachable = False

    report = pair.north.station.courier.sync(by=pair.north.clerk)

    assert (report.deposited, report.received) == (0, ())
    assert set(report.failed) == {"channel.relay_unreachable"}
    pair.relay.is_reachable = True
    assert pair.north.station.courier.sync(by=pair.north.clerk).deposited == 3
    assert len(pair.sync(pair.port)) == 3


def test_acknowledgements_ride_on_covers(pair: Pair) -> None:
    """The next cover back says what has arrived, and each copy is stamped as acknowledged once."""
    held = pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    pair.sync(pair.port)
    for _ in range(2):
        pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    pair.sync(pair.north)

    view = pair.north.station.reading.telegram(held.record_id)
    assert [copy.acknowledged for copy in view.copies] == [True]
    clerk = f"{pair.port.clerk.name}, {PORT}"
    assert [(one.kind, one.actor) for one in view.stamps][-4:] == [
        ("taken by relay", "relay"),
        ("acknowledged", PORT),
        ("received", clerk),
        ("opened", clerk),
    ]


def test_registers_are_cosigned_by_the_way(pair: Pair) -> None:
    """Each cover shows a register, and the answer to it cosigns what was shown."""
    for sender, receiver in ((pair.north, pair.port), (pair.port, pair.north)) * 2:
        sender.sealed(draft_to(receiver.name))
        pair.sync(sender)
        pair.sync(receiver)

    status = pair.north.station.registering.status()
    assert status.cosigned_by == ("port-amaro/witness",)
    assert status.cosigned_size > 0
    assert pair.north.station.registering.audit() == status


def queue(house: House, count: int, relay: str | None) -> None:
    """Put objects that no station can open into the outbox."""
    with house.office.transaction() as work:
        (waiting,) = work.channel.outbox.waiting()
        assert waiting.address is not None
        address = None if relay is None else replace(waiting.address, relay=relay)
        for number in range(1, count + 1):
            work.channel.outbox.queue(
                b"%d" % number,
                channel="0" * 32,
                serial=number,
                address=address,
                at=house.clock.now(),
            )


@pytest.mark.parametrize("relay", [None, "https://silent.example"])
def test_what_cannot_leave_never_blocks_what_can(pair: Pair, relay: str | None) -> None:
    """Hundreds of objects that wait for a pouch, or for a silent relay, let the others pass."""
    pair.north.sealed(draft_to(PORT))
    with pair.north.office.transaction() as work:
        (honest,) = work.channel.outbox.waiting()
    queue(pair.north, 250, relay)
    with pair.north.office.transaction() as work:
        address = honest.address
        work.channel.outbox.queue(
            honest.sealed, channel=honest.channel, serial=1, address=address, at=pair.clock.now()
        )
    calls: list[str] = []

    @contextmanager
    def reached(address: str, _: Capability | None) -> Iterator[MailboxClient]:
        calls.append(address)
        if "silent" in address:
            raise RelayUnreachableError("the relay gave no answer")
        yield pair.relay

    station = assemble(replace(pair.north.office, relay=reached), pair.north.station.close)
    report = station.courier.sync(by=pair.north.clerk)

    assert report.deposited == 2
    assert report.unreachable == calls.count("https://silent.example") == (1 if relay else 0)
    assert len(pair.sync(pair.port)) == 1


def test_a_mailbox_belongs_to_its_book(pair: Pair) -> None:
    """A third station's book has a mailbox of its own, and each brings only its own telegrams."""
    home = pair.north.home.with_name("river")
    found(home, "POST RIVER", pair.clock)
    river = open_house(home, pair.relay, pair.clock)
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)

    assert pair.sync(river) == ()
    assert len(pair.sync(pair.port)) == 1
    river.station.close()


def test_junk_that_the_relay_brings_is_kept_and_confirmed(pair: Pair) -> None:
    """A mailbox is emptied of what cannot be opened, and nothing of it is lost."""
    with pair.port.office.transaction() as work:
        (mailbox,) = work.channel.issued.mailboxes()
    pages = live_pages(pair.port)
    for junk in (b"one", b"two"):
        pair.relay.carrier(mailbox.keys).deposit(junk)

    assert pair.sync(pair.port) == ("channel.envelope_format",) * 2
    assert pair.waiting() == []
    assert sorted(kept_in_quarantine(pair.port)) == [b"one", b"two"]
    assert live_pages(pair.port) >= pages
