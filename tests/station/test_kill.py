"""Real processes killed with SIGKILL at each durable step, and what the next run finds."""

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from depesha.channel import MailboxKeys, NoLivePageError, open_envelope
from depesha.channel.adapters.http import HttpRelay
from depesha.station import Received, RelayAdmission, Station, open_station
from depesha.station.held import Direction
from tests.station.houses import (
    CLERK,
    NORTH,
    PASSPHRASE,
    PORT,
    RELEASER,
    SetClock,
    acquaint,
    draft_to,
    found,
)
from tests.station.killed import send, sync
from tests.support import REPOSITORY

pytestmark = pytest.mark.process
RELAY = [sys.executable, "-m", "depesha.relay"]
BOOK = 40


@dataclass(frozen=True)
class Line:
    """Two homes, and the address of the relay process between them."""

    north: Path
    port: Path
    relay: str


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """Run a relay as a process; give its address."""
    command = [*RELAY, "serve", "--data", str(data), "--port", "0", "--calls-per-minute", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["listening"]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("line")
    admitted = subprocess.run(
        [*RELAY, "admit", "--data", str(folder / "relay")],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    north, port = folder / "north", folder / "port"
    for home, call_sign in ((north, NORTH), (port, PORT)):
        found(home, call_sign, SetClock())
    with serving(folder / "relay") as address:
        admission = RelayAdmission(address=address, token=admitted.stdout.strip())
        with opened(north) as one, opened(port) as other:
            acquaint(one, other, admission, pages=BOOK)
        yield Line(north, port, address)


@contextmanager
def opened(home: Path) -> Iterator[Station]:
    station = open_station(home, PASSPHRASE, clock=SetClock())
    try:
        yield station
    finally:
        station.close()


def run(
    home: Path, step: str, *act: str, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.station.killed", str(home), step, *act]
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=before,
    )


def drafted(home: Path) -> str:
    with opened(home) as station:
        return station.drafting.write(draft_to(PORT), by=station.actor(CLERK)).draft_id


def sealed_by(home: Path) -> tuple[str, bytes]:
    """Release and seal one telegram; return its record and the sealed bytes."""
    with opened(home) as station:
        entry = station.drafting.write(draft_to(PORT), by=station.actor(CLERK))
        held = station.drafting.release(entry.draft_id, by=station.actor(RELEASER))
        station.dispatch.seal(held.record_id, by=station.actor(CLERK))
        with station.office.transaction() as work:
            *_, queued = work.channel.outbox.waiting()
        return held.minute_digest, queued.sealed


def carried(home: Path, folder: Path | None) -> None:
    """Take what is sealed to the relay, or into a pouch."""
    with opened(home) as station:
        if folder is None:
            sync(station)
        else:
            folder.mkdir()
            station.pouching.pack(PORT, folder, by=station.actor(CLERK))


def brought(station: Station, pouch: Path) -> list[Received]:
    """Unpack a pouch; return what became of the telegrams in it, its papers left aside."""
    received = station.pouching.unpack(pouch, by=station.actor(CLERK)).received
    telegrams = {line.record_id for line in station.reading.telegrams()}
    return [one for one in received if one.refused or one.record_id in telegrams]


def filed(station: Station) -> list[str]:
    return [
        station.reading.telegram(line.record_id).minute_digest
        for line in station.reading.telegrams()
    ]


def require_delivered_once(station: Station, minute: str, sealed: bytes, before: int) -> None:
    """Filed once, registered once, its page burnt, preserved whole, the register clean."""
    (record_id,) = (
        line.record_id
        for line in station.reading.telegrams()
        if station.reading.telegram(line.record_id).minute_digest == minute
    )
    view = station.reading.telegram(record_id)
    entries = station.registering.lines()
    assert filed(station).count(minute) == 1
    assert [entry.record_id for entry in entries].count(record_id) == 1
    assert station.registering.audit().size == before + 1
    assert [copy.page_burnt for copy in view.copies] == [True]
    with pytest.raises(NoLivePageError):
        open_envelope(sealed, station.office.pages.load())
    (kept,) = view.record.instantiations
    assert station.office.vault.read(kept.name, kept.digest).startswith(b"age-encryption.org/v1\n")
    assert station.filing.check() == before + 1
    with station.office.transaction() as work:
        assert work.channel.quarantine.open_cases() == []


def left_at_the_relay(station: Station) -> int:
    with station.office.transaction() as work:
        mailboxes = work.channel.issued.mailboxes()
    waiting = 0
    for mailbox in mailboxes:
        client = HttpRelay(mailbox.relay)
        keys: MailboxKeys = mailbox.keys
        waiting += len(client.carrier(keys).list())
        client.disconnect()
    return waiting


@pytest.mark.parametrize("step", ["filed", "preserved", "burnt", "noted", "acknowledged"])
def test_a_receiver_killed_at_a_step_goes_on(line: Line, step: str) -> None:
    """By the relay: after the next round the telegram is here once, and the relay lists nothing."""
    minute, sealed = sealed_by(line.north)
    carried(line.north, None)
    with opened(line.port) as station:
        before = station.registering.status().size

    assert run(line.port, step, "sync").returncode == -signal.SIGKILL

    with opened(line.port) as station:
        sync(station)
        require_delivered_once(station, minute, sealed, before)
        assert left_at_the_relay(station) == 0


@pytest.mark.parametrize("step", ["burnt"])
def test_a_receiver_of_a_pouch_killed_at_a_step_goes_on(
    line: Line, tmp_path: Path, step: str
) -> None:
    """By a pouch: unpacking it again leaves the telegram here once."""
    minute, sealed = sealed_by(line.north)
    carried(line.north, tmp_path / "pouch")
    with opened(line.port) as station:
        before = station.registering.status().size

    killed = run(line.port, step, "unpack", str(tmp_path / "pouch"))
    assert killed.returncode == -signal.SIGKILL

    with opened(line.port) as station:
        (again,) = brought(station, tmp_path / "pouch")
        assert again.refused is None
        require_delivered_once(station, minute, sealed, before)


@pytest.mark.parametrize("step", ["released", "preserved", "sealed", "deposited"])
def test_a_sender_killed_at_a_step_goes_on(line: Line, step: str) -> None:
    """No number, serial or page is used twice or skipped, and the telegram arrives once."""
    draft = drafted(line.north)
    with opened(line.north) as station:
        before = station.registering.status().size
        copies = _copies(station)
        following = len(copies) + _papers(station) + 1

    assert run(line.north, step, "send", draft).returncode == -signal.SIGKILL

    with opened(line.north) as station:
        send(station, draft)
        assert station.registering.audit().size == before + 1
        assert station.reading.telegram(draft).line.number == str(before + 1)
        assert _copies(station) == [*copies, (following, following)]
        assert station.filing.check() == before + 1
        minute = station.reading.telegram(draft).minute_digest
    with opened(line.port) as station:
        sync(station)
        assert filed(station).count(minute) == 1
        assert left_at_the_relay(station) == 0


def _papers(station: Station) -> int:
    """How many serials and pages went to the papers of pouches."""
    with station.office.reading() as work:
        port = work.channel.peers.by_call_sign(PORT).card.fingerprint
        return sum(one.direction is Direction.SENT for one in work.services.of_station(port))


def _copies(station: Station) -> list[tuple[int, int]]:
    """Serial and page of every copy sent, in order."""
    return sorted(
        (copy.serial, copy.page)
        for line in station.reading.telegrams()
        for copy in station.reading.telegram(line.record_id).copies
    )


def no_room() -> None:
    """Let no file of this process grow, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_a_full_disk_loses_nothing(line: Line, tmp_path: Path) -> None:
    """Where nothing can be written the telegram stays in the pouch, and comes later."""
    minute, sealed = sealed_by(line.north)
    carried(line.north, tmp_path / "pouch")
    with opened(line.port) as station:
        before = station.registering.status().size

    full = run(line.port, "never", "unpack", str(tmp_path / "pouch"), before=no_room)

    assert full.returncode == 1
    # Where coverage is measured, it cannot write either and says so in lines of its own below.
    assert full.stderr.splitlines()[0] in {
        "archive.store_fault",
        "channel.intake",
        "channel.page_store",
    }
    with opened(line.port) as station:
        assert station.registering.audit().size == before
        (received,) = brought(station, tmp_path / "pouch")
        assert received.is_new
        require_delivered_once(station, minute, sealed, before)
