"""Several relay processes over one PostgreSQL: what each promises holds for all together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import httpx
import pytest

from depesha.channel import (
    ChannelError,
    MailboxFullError,
    MailboxKeys,
    Quota,
    RelayBusyError,
    RelayUnreachableError,
)
from depesha.channel.adapters.http import HttpRelay
from tests.relay.postgresql import Postgresql, running_postgresql
from tests.relay.running import RELAY, admitted_client, served

pytestmark = pytest.mark.process
WORKERS = ("--workers", "2")


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Postgresql]:
    with running_postgresql() as server:
        yield server


@contextmanager
def clients(address: str, count: int) -> Iterator[list[HttpRelay]]:
    """Clients with connections of their own, so that they reach all workers."""
    made = [HttpRelay(address) for _ in range(count)]
    try:
        yield made
    finally:
        for client in made:
            client.disconnect()


def opened(place: str, address: str, quota: Quota) -> MailboxKeys:
    keys = MailboxKeys.generate()
    with admitted_client(place, address) as client:
        client.open(keys.name, keys.terms(quota))
    return keys


def workers_of(process: "subprocess.Popen[str]") -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(number) for number in children.split()]


def stop(process: "subprocess.Popen[str]") -> str:
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert process.stderr is not None
    return process.stderr.read()


def until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def test_no_arrival_slips_below_what_was_seen(postgresql: Postgresql) -> None:
    """Whoever follows the listing, always behind what he saw last, sees every object once."""
    place = postgresql.new_database()
    seen: list[str] = []
    with served(place, *WORKERS) as (process, address), clients(address, 8) as made:
        keys = opened(place, address, Quota())
        is_over = Event()

        def follow() -> None:
            after = 0
            carrier = made[0].carrier(keys)
            while True:
                # Looked at before the listing: what came before it is in the listing.
                was_over = is_over.is_set()
                listed = carrier.list(after=after, limit=1000)
                seen.extend(row.object_id for row in listed)
                after = listed[-1].arrival if listed else after
                if was_over and not listed:
                    return

        def deposit(number: int) -> list[str]:
            carrier = made[number].carrier(keys)
            return [carrier.deposit(b"%d of %d" % (turn, number)) for turn in range(60)]

        with ThreadPoolExecutor(8) as pool:
            following = pool.submit(follow)
            deposited = [one for own in pool.map(deposit, range(1, 8)) for one in own]
            is_over.set()
            following.result(60)
        metrics = [httpx.get(f"{address}/metrics").text for _ in range(4)]
        log = stop(process)

    assert len(seen) == len(set(seen))
    assert set(seen) == set(deposited)
    total = 'depesha_relay_calls_total{call="deposit",outcome="ok"} 420'
    assert all(total in text for text in metrics)
    assert keys.name not in log


def test_quotas_are_exact_over_all_workers(postgresql: Postgresql) -> None:
    """As many objects as the mailbox takes are taken, by whichever process."""
    place = postgresql.new_database()
    with served(place, *WORKERS) as (_, address), clients(address, 6) as made:
        keys = opened(place, address, Quota(objects=40))

        def deposit(number: int) -> int:
            carrier, taken = made[number].carrier(keys), 0
            for turn in range(20):
                try:
                    carrier.deposit(b"%d of %d" % (turn, number))
                    taken += 1
                except MailboxFullError:
                    pass
            return taken

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(deposit, range(6))) == 40
        assert len(made[0].carrier(keys).list(limit=1000)) == 40


@contextmanager
def depositing(address: str, keys: MailboxKeys) -> Iterator[list[str]]:
    """Deposit all the while, through every trouble; give what was answered."""
    answered: list[str] = []
    is_over = Event()

    def work(number: int, client: HttpRelay) -> None:
        turn = 0
        while not is_over.is_set():
            try:
                answered.append(client.carrier(keys).deposit(b"%d of %d" % (turn, number)))
                turn += 1
            except (RelayUnreachableError, RelayBusyError):
                time.sleep(0.05)

    with clients(address, 4) as made, ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, number, client) for number, client in enumerate(made)]
        try:
            yield answered
        finally:
            is_over.set()
        for one in working:
            one.result(60)


def stored(address: str, keys: MailboxKeys) -> set[str]:
    client = HttpRelay(address)
    found: set[str] = set()
    after = 0
    while listed := client.carrier(keys).list(after=after, limit=1000):
        found |= {row.object_id for row in listed}
        after = listed[-1].arrival
    client.disconnect()
    return found


def test_a_database_killed_in_full_work_loses_nothing_answered(postgresql: Postgresql) -> None:
    """The relay refuses while it is gone, goes on by itself, and has all that it answered for."""
    place = postgresql.new_database()
    with served(place, *WORKERS) as (process, address):
        keys = opened(place, address, Quota())
        with depositing(address, keys) as answered:
            until(lambda: len(answered) > 100)
            postgresql.stop(signal.SIGQUIT)
            assert httpx.get(f"{address}/readyz").status_code == 503
            assert httpx.get(f"{address}/healthz").status_code == 200
            postgresql.start()
            before = len(answered)
            until(lambda: len(answered) > before + 100)
        assert set(answered) <= stored(address, keys)
        log = stop(process)
    assert keys.name not in log
    assert str(postgresql.folder) not in log


def test_a_worker_killed_in_full_work_is_replaced(postgresql: Postgresql) -> None:
    """Nothing answered is lost, and there are as many workers as before."""
    place = postgresql.new_database()
    with served(place, *WORKERS) as (process, address):
        keys = opened(place, address, Quota())
        with depositing(address, keys) as answered:
            until(lambda: len(answered) > 50)
            killed = workers_of(process)[0]
            os.kill(killed, signal.SIGKILL)
            until(lambda: len(set(workers_of(process)) - {killed}) == 2)
            before = len(answered)
            until(lambda: len(answered) > before + 50)
        assert set(answered) <= stored(address, keys)
        assert "started anew" in stop(process)


def test_workers_end_with_their_watcher(postgresql: Postgresql) -> None:
    """A watcher that was killed leaves nobody behind who listens."""
    with served(postgresql.new_database(), *WORKERS) as (process, address):
        assert len(workers_of(process)) == 2
        process.kill()
        process.wait(10)

        def is_closed() -> bool:
            try:
                httpx.get(f"{address}/healthz", timeout=5)
            except httpx.TransportError:
                return True
            return False

        until(is_closed)


def test_a_folder_is_for_one_process(tmp_path: Path) -> None:
    """Several workers over SQLite are refused in one line."""
    command = [*RELAY, "serve", "--data", str(tmp_path), "--port", "0", *WORKERS]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "[relay.store]" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_closed_mailbox_is_closed_in_every_process(postgresql: Postgresql) -> None:
    """Whichever worker is called next, its holder is told that there is none."""
    place = postgresql.new_database()
    with served(place, *WORKERS) as (_, address), clients(address, 6) as made:
        keys = opened(place, address, Quota())
        for client in made:
            assert list(client.carrier(keys).list()) == []
        made[0].close(keys)
        for client in made:
            with pytest.raises(ChannelError) as refused:
                client.carrier(keys).list()
            assert refused.value.code == "channel.mailbox_denied"
