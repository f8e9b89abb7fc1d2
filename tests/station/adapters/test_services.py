"""Texts, custody, cancellations and quarantines as rows: found by what they are asked by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, create_engine

from depesha.station import NotFoundError
from depesha.station.adapters.services import (
    SqlCancellations,
    SqlCustody,
    SqlRestores,
    SqlServices,
)
from depesha.station.adapters.tables import metadata
from depesha.station.adapters.telegrams import SqlCopies
from depesha.station.held import (
    Cancellation,
    CustodyEvent,
    CustodyKind,
    Direction,
    HeldService,
    Restored,
    SealedCopy,
)

NOW = datetime(2031, 3, 2, 7, 10, tzinfo=UTC)
HARBOUR, RIVER = "a" * 64, "b" * 64
RECAP = HeldService(
    service_id="1" * 32,
    direction=Direction.SENT,
    station=HARBOUR,
    kind="recap",
    text=b"depesha/1 recap\n\xe2\x80\xa6\n",
    at="2031-03-02T07:10Z",
)
COPY = SealedCopy(
    record_id="1" * 32,
    copy_number=1,
    station=HARBOUR,
    channel="c" * 32,
    series=2031,
    serial=4,
    book="d" * 32,
    page=1,
    cover=b"a cover",
    object_digest="sha256:1",
    direction=Direction.SENT,
    sealed_at="2031-03-02T07:10Z",
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


class TestServices:
    def test_a_text_reads_back_byte_for_byte(self, connection: Connection) -> None:
        """It may have to be sealed again, and is evidence of what was said."""
        services = SqlServices(connection)
        services.add(RECAP)
        assert services.get(RECAP.service_id) == RECAP
        assert RECAP.text not in repr(RECAP).encode()
        with pytest.raises(NotFoundError):
            services.get("2" * 32)

    def test_the_newest_is_the_last_of_its_kind(self, connection: Connection) -> None:
        """Of that station and direction, by its entering: a clock may have been set back."""
        services = SqlServices(connection)
        assert services.newest(HARBOUR, Direction.SENT, "recap") is None
        late = "2031-03-09T00:00Z"
        newest = replace(RECAP, service_id="0" * 32, at="2031-03-01T07:10Z")
        others = (
            replace(RECAP, service_id="3" * 32, at=late, kind="void"),
            replace(RECAP, service_id="4" * 32, at=late, direction=Direction.RECEIVED),
            replace(RECAP, service_id="5" * 32, at=late, station=RIVER),
        )
        for one in (RECAP, newest, *others):
            services.add(one)
        assert services.newest(HARBOUR, Direction.SENT, "recap") == newest
        kinds = [one.service_id[0] for one in services.of_station(HARBOUR)]
        assert kinds == ["1", "0", "3", "4"]

    @pytest.mark.parametrize(("hours", "count"), [(0, 2), (1, 1), (25, 0)])
    def test_texts_are_counted_since_an_instant(
        self, connection: Connection, hours: int, count: int
    ) -> None:
        """The instant itself counts, what came before does not."""
        services = SqlServices(connection)
        for number, at in enumerate(
            ("2031-03-01T07:10Z", "2031-03-02T07:10Z", "2031-03-03T07:10Z")
        ):
            services.add(replace(RECAP, service_id=str(number) * 32, at=at))
        since = NOW + timedelta(hours=hours)
        assert services.count_since(HARBOUR, Direction.SENT, "recap", since) == count
        assert services.count_since(HARBOUR, Direction.RECEIVED, "recap", since) == 0


def test_custody_is_told_in_the_order_in_which_it_was_written(connection: Connection) -> None:
    """Not by time: a clock may have been set back. Each telegram has its own list."""
    custody = SqlCustody(connection)
    first = CustodyEvent(
        record_id="1" * 32,
        copy_number=2,
        kind=CustodyKind.ISSUED,
        holder="PORT AMARO",
        by="Calder",
        at="2031-03-02T07:10Z",
    )
    later = replace(first, kind=CustodyKind.RETURNED, at="2031-03-01T00:00Z", note="by courier")
    other = replace(first, record_id="2" * 32)
    for event in (first, other, later):
        custody.add(event)
    assert custody.of_record(first.record_id) == (first, later)
    assert custody.of_record(other.record_id) == (other,)
    assert custody.of_record("3" * 32) == ()


def test_a_cancellation_is_found_by_number_and_year(connection: Connection) -> None:
    """Of any originator and station: whose it may mark is decided by the rule, not here."""
    cancellations = SqlCancellations(connection)
    one = Cancellation(
        kind="cancelled",
        station=HARBOUR,
        originator="River Section",
        year=2031,
        number="17/k",
        by_record="1" * 32,
        by_number="18/k",
    )
    other = replace(one, originator="Harbour Section", by_record="2" * 32, station=RIVER)
    for found in (other, one, replace(one, year=2030), replace(one, number="7/k")):
        cancellations.add(found)
    assert cancellations.of("17/k", 2031) == (one, other)
    assert cancellations.of("17", 2031) == ()


def test_a_quarantine_ends_once_and_may_begin_again(connection: Connection) -> None:
    """A station may be restored twice; what was settled before is open again then."""
    restores = SqlRestores(connection)
    assert not restores.is_open(HARBOUR)
    for station in (RIVER, HARBOUR):
        restores.begin(station, "2031-03-02T07:10Z")
    assert [one.station for one in restores.open()] == [HARBOUR, RIVER]

    restores.settle(HARBOUR, "2031-03-03T07:10Z")
    assert (restores.is_open(HARBOUR), restores.is_open(RIVER)) == (False, True)
    for station in (HARBOUR, "c" * 64):
        with pytest.raises(NotFoundError):
            restores.settle(station, "2031-03-03T07:10Z")

    restores.begin(HARBOUR, "2031-04-02T07:10Z")
    assert restores.open()[0] == Restored(
        station=HARBOUR, since="2031-04-02T07:10Z", settled_at=None
    )


class TestCopies:
    def test_a_serial_names_its_first_sealing_and_its_repeats(self, connection: Connection) -> None:
        """In their order; the same serial of another channel or year is another."""
        copies = SqlCopies(connection)
        again = replace(COPY, repeat=1, object_digest="sha256:0")
        for copy in (
            again,
            COPY,
            replace(COPY, series=2030, object_digest="sha256:2"),
            replace(COPY, channel="e" * 32, object_digest="sha256:3"),
        ):
            copies.add(copy)
        assert copies.of_serial(COPY.channel, 2031, 4) == (COPY, again)

    def test_what_nobody_acknowledged_is_listed_by_channel(self, connection: Connection) -> None:
        """Received copies never are; acknowledging one object says nothing of another."""
        copies = SqlCopies(connection)
        elsewhere = replace(COPY, channel="e" * 32, object_digest="sha256:2")
        came = replace(COPY, direction=Direction.RECEIVED, object_digest="sha256:3")
        for copy in (COPY, elsewhere, came):
            copies.add(copy)
        assert set(copies.unacknowledged()) == {COPY, elsewhere}
        assert copies.unacknowledged(COPY.channel) == (COPY,)
        copies.mark_acknowledged(COPY.object_digest)
        assert copies.unacknowledged() == (elsewhere,)

    def test_the_newest_telegram_is_no_service_text(self, connection: Connection) -> None:
        """A recap does not make a channel busy, or recaps would never stop."""
        copies = SqlCopies(connection)
        assert copies.newest_telegram(COPY.channel) is None
        copies.add(COPY)
        later = {"sealed_at": "2031-03-09T00:00Z", "object_digest": "sha256:2"}
        copies.add(replace(COPY, is_service=True, **later))  # type: ignore[arg-type]
        newest = copies.newest_telegram(COPY.channel)
        assert str(newest).startswith("2031-03-02")

    def test_a_copy_under_a_period_key_has_no_page_to_burn(self, connection: Connection) -> None:
        """What waits to be burnt is what was opened with a page of ours, and only that."""
        copies = SqlCopies(connection)
        came = replace(COPY, direction=Direction.RECEIVED, object_digest="sha256:3")
        under_key = replace(came, is_period_key=True, object_digest="sha256:4")
        for copy in (COPY, came, under_key):
            copies.add(copy)
        assert copies.unburnt() == (came,)
        copies.mark_burnt(came.object_digest)
        assert copies.unburnt() == ()


def test_the_newest_text_is_the_one_entered_last(connection: Connection) -> None:
    """A clock that was set back does not make a text of the past the newest for years."""
    services = SqlServices(connection)
    ahead = replace(RECAP, service_id="9" * 32, at="2040-01-01T00:00Z")
    for service in (ahead, RECAP):
        services.add(service)
    assert services.newest(HARBOUR, Direction.SENT, "recap") == RECAP
    assert services.of_station(HARBOUR) == (ahead, RECAP)
