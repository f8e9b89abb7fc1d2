"""After a restore: nothing is sealed before the other side has answered, and nothing is reused."""

from pathlib import Path
from shutil import copytree

import pytest

from depesha.channel import ChannelPolicy, RestoreAnswer
from depesha.cipher import unverified_text
from depesha.station import BookOrder, RelayAdmission
from depesha.station.desks.restoring import quarantine_all
from tests.station.houses import NORTH, PAGES, PORT, RELAY, House, Pair, draft_to, open_house
from tests.station.refusals import refused


@pytest.fixture
def backup(pair: Pair, tmp_path: Path) -> Path:
    """The north's home as it was after one telegram, without its live pages."""
    pair.north.sealed(draft_to(PORT, "Before the backup."))
    carry(pair)
    target = tmp_path / "backup"
    with pair.north.office.transaction() as work:
        work.people.actors()
    pair.north.station.close()
    copytree(pair.north.home, target)
    for page in (target / "pages").iterdir():
        page.unlink()
    pair.north = open_house(pair.north.home, pair.relay, pair.clock)
    return target


def carry(pair: Pair) -> None:
    for house in (pair.north, pair.port, pair.north):
        pair.sync(house)


def restored(pair: Pair, backup: Path) -> House:
    """Open the backup as a restored station: every correspondence is in quarantine."""
    pair.north.station.close()
    house = open_house(backup, pair.relay, pair.clock)
    with house.office.transaction() as work:
        quarantine_all(work, pair.clock.now())
    pair.north = house
    return house


def new_books(pair: Pair) -> None:
    (token,) = pair.relay.admitted
    admission = RelayAdmission(address=RELAY, token=token)
    for issuer, holder in ((pair.port, pair.north), (pair.north, pair.port)):
        order = BookOrder(call_sign=holder.name, relay=admission)
        book = issuer.station.correspondence.issue(order, by=issuer.clerk)
        holder.station.correspondence.accept(book, issuer=issuer.name, by=holder.clerk)


def mend(pair: Pair) -> None:
    north, port = pair.north, pair.port
    ask = north.station.reconciling.ask(PORT, by=north.clerk)
    answer = port.station.reconciling.answer(ask, NORTH, by=port.clerk)
    north.station.reconciling.mend(answer, PORT, by=north.clerk)


def test_nothing_is_sealed_before_the_answer(pair: Pair, backup: Path) -> None:
    """A restored station writes and releases, and seals nothing until its channel is mended."""
    north = restored(pair, backup)
    held = north.released(draft_to(PORT))
    with refused("station.quarantined"):
        north.station.dispatch.seal(held.record_id, by=north.clerk)
    assert [name for name, _ in north.station.reconciling.open_cases()] == [PORT]

    mend(pair)
    new_books(pair)

    north.station.dispatch.seal(held.record_id, by=north.clerk)
    assert north.station.reconciling.open_cases() == ()
    with refused("station.wrong_state"):
        north.station.reconciling.ask(PORT, by=north.clerk)


def test_no_serial_page_or_number_is_used_twice(pair: Pair, backup: Path) -> None:
    """What was sealed after the backup keeps its serials and numbers, though nobody here knows."""
    lost = [pair.north.sealed(draft_to(PORT, f"Lost {count}.")) for count in range(3)]
    carry(pair)
    in_flight = pair.north.sealed(draft_to(PORT, "On its way."))
    pair.sync(pair.north)
    north = restored(pair, backup)

    mend(pair)
    new_books(pair)
    fresh = [north.sealed(draft_to(PORT, f"Fresh {count}.")) for count in range(3)]
    carry(pair)

    numbers = {one.number for one in (*lost, in_flight)}
    assert numbers.isdisjoint(one.number for one in fresh)
    received = pair.port.station.reading.telegrams()
    assert {one.number for one in (*lost, in_flight, *fresh)} <= {one.number for one in received}
    with pair.port.office.reading() as work:
        assert work.channel.quarantine.open_cases() == []
        copies = [copy for one in received for copy in work.copies.of_record(one.record_id)]
    assert len({copy.serial for copy in copies}) == len(copies)


def test_what_nobody_knows_any_more_is_named_as_void(pair: Pair, backup: Path) -> None:
    """A telegram lost on its way and from the store is a void in the end, and no open gap."""
    pair.north.sealed(draft_to(PORT, "Lost for good."))
    pair.sync(pair.north)
    for box in pair.relay.boxes.values():
        box.objects.clear()
    north = restored(pair, backup)
    mend(pair)
    new_books(pair)
    north.sealed(draft_to(PORT, "Afterwards."))

    for _ in range(8):
        pair.clock.pass_time(hours=12)
        carry(pair)

    with pair.port.office.reading() as work:
        own = pair.port.office.keyring.fingerprint
        (channel,) = {
            copy.channel
            for line in pair.port.station.reading.telegrams()
            for copy in work.copies.of_record(line.record_id)
            if copy.station != own
        }
        ledger = work.channel.incoming.ledgers(channel)["2031"]
    assert ledger.missing.runs == ()
    assert 2 in ledger.voided


def test_what_came_after_the_backup_comes_again(pair: Pair, backup: Path) -> None:
    """Telegrams received and lost with the disk are asked for, and sealed again to new pages."""
    lost = pair.port.sealed(draft_to(NORTH, "You had this."))
    carry(pair)
    view = pair.port.station.reading.telegram(lost.record_id)
    assert [copy.acknowledged for copy in view.copies] == [False]
    pair.north.sealed(draft_to(PORT, "And I say so."))
    carry(pair)
    north = restored(pair, backup)
    assert lost.number not in {one.number for one in north.station.reading.telegrams()[1:]}
    mend(pair)
    new_books(pair)

    for _ in range(6):
        pair.clock.pass_time(hours=12)
        carry(pair)

    texts = [one for one in north.station.reading.telegrams() if one.direction == "received"]
    assert [one.number for one in texts] == [lost.number]


def test_an_answer_to_another_question_is_refused(pair: Pair, backup: Path) -> None:
    """Neither an old answer nor another station's mends a channel; nothing is changed by it."""
    north = restored(pair, backup)
    first = north.station.reconciling.ask(PORT, by=north.clerk)
    old = pair.port.station.reconciling.answer(first, NORTH, by=pair.port.clerk)
    pair.clock.pass_time(minutes=1)
    north.station.reconciling.ask(PORT, by=north.clerk)
    with refused("channel.restore_refused"):
        north.station.reconciling.mend(old, PORT, by=north.clerk)
    with refused("channel.signed_text"):
        pair.port.station.reconciling.answer(old + b"x", NORTH, by=pair.port.clerk)
    assert len(north.station.reconciling.open_cases()) == 1


def test_lost_register_entries_are_counted(pair: Pair, backup: Path) -> None:
    """The correspondent has seen more of the register than the backup holds, and it is said."""
    for count in range(2):
        # Each reply cosigns what it has seen, so that the next cover begins its proof there.
        pair.port.sealed(draft_to(NORTH))
        carry(pair)
        pair.north.sealed(draft_to(PORT, f"Lost {count}."))
        carry(pair)
    north = restored(pair, backup)
    ask = north.station.reconciling.ask(PORT, by=north.clerk)
    answer = pair.port.station.reconciling.answer(ask, NORTH, by=pair.port.clerk)
    mended = north.station.reconciling.mend(answer, PORT, by=north.clerk)
    assert mended.lost_entries == 4
    assert mended.station == PORT
    assert mended.skipped[2031] >= 2


def test_a_period_key_widens_the_margin(pair: Pair, backup: Path) -> None:
    """Where a period key was out, more may have been sealed than there were pages."""
    for house, other in ((pair.port, NORTH), (pair.north, PORT)):
        policy = ChannelPolicy(allows_period_key=False)
        house.station.correspondence.set_policy(other, policy, by=house.clerk)
    north = restored(pair, backup)
    ask = north.station.reconciling.ask(PORT, by=north.clerk)
    answer = pair.port.station.reconciling.answer(ask, NORTH, by=pair.port.clerk)
    mended = north.station.reconciling.mend(answer, PORT, by=north.clerk)
    assert mended.skipped[2031] >= 256


def test_a_second_restore_is_answered_no_lower_than_the_first(pair: Pair, backup: Path) -> None:
    """What was answered counts as used, though nothing under it ever came."""
    north = restored(pair, backup)
    first = answered(pair, north)
    second = answered(pair, north)
    assert second["2031"] >= first["2031"] + PAGES - 1


def answered(pair: Pair, north: House) -> dict[str, int]:
    """Ask and answer; return the highest serials that were named."""
    pair.clock.pass_time(minutes=1)
    ask = north.station.reconciling.ask(PORT, by=north.clerk)
    note = pair.port.station.reconciling.answer(ask, NORTH, by=pair.port.clerk)
    highest = RestoreAnswer.from_text(unverified_text(note)).highest
    return {str(year): serial for year, serial in highest}


def test_a_void_that_the_backup_does_not_know_is_heard_again(pair: Pair, backup: Path) -> None:
    """The other side still holds the serial to be void; nobody waits for its copy for ever."""
    held = pair.north.sealed(draft_to(PORT, "Given up after the backup."))
    pair.north.station.close()
    later = backup.with_name("later")
    copytree(pair.north.home, later)
    for page in (later / "pages").iterdir():
        page.unlink()
    pair.north = open_house(pair.north.home, pair.relay, pair.clock)
    pair.north.station.dispatch.void(held.record_id, PORT, by=pair.north.clerk)
    for _ in range(5):
        pair.clock.pass_time(hours=12)
        carry(pair)
    north = restored(pair, later)
    mend(pair)
    new_books(pair)
    for _ in range(6):
        pair.clock.pass_time(hours=12)
        carry(pair)
    view = north.station.reading.telegram(held.record_id)
    (copy,) = {copy.serial: copy for copy in view.copies}.values()
    assert not copy.acknowledged
    with north.office.reading() as work:
        assert copy.serial in work.channel.outgoing.voided(copy.channel, "2031")


def test_a_book_on_its_way_to_the_station_of_before_comes_no_more(pair: Pair, backup: Path) -> None:
    """It may have used pages of that book, and no longer knows: the answer stops it."""
    pair.north.sealed(draft_to(PORT))
    carry(pair)
    own = pair.north.office.keyring.fingerprint
    with pair.port.office.transaction() as work:
        for book in work.channel.lives.every(own):
            work.channel.lives.send(book.book)
    for _ in range(3):
        pair.port.sealed(draft_to(NORTH, "Sealed to pages that are gone."))
    restored(pair, backup)

    mend(pair)

    with pair.port.office.reading() as work:
        assert not any(book.is_travelling for book in work.channel.lives.every(own))
        assert work.channel.outbox.waiting() == []
