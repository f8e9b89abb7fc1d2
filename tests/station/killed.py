"""A station in a process of its own, killed when a step is durable: python -m tests.station.killed.

    python -m tests.station.killed HOME STEP ACT [ARGUMENT]

STEP is the step's name, or `never`. ACT is `sync`, `unpack FOLDER`, `duties MINUTES`, which does
what is due so many minutes after the beginning, or `send DRAFT`, which goes on with a draft from
wherever it stands: release, seal, carry.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from depesha.base import DepeshaError
from depesha.station import Station, open_station
from depesha.station.desks.duties import Duties
from tests.station.houses import CLERK, PASSPHRASE, RELEASER, SetClock


def sync(station: Station, _: str = "") -> None:
    station.courier.sync(by=station.actor(CLERK))


def unpack(station: Station, folder: str) -> None:
    station.pouching.unpack(Path(folder), by=station.actor(CLERK))


def send(station: Station, draft: str) -> None:
    drafting = station.drafting
    if any(one.draft_id == draft and one.state == "open" for one in drafting.drafts()):
        drafting.release(draft, by=station.actor(RELEASER))
    if station.reading.telegram(draft).line.state == "released":
        station.dispatch.seal(draft, by=station.actor(CLERK))
    sync(station)


def duties(station: Station, minutes: str) -> None:
    cast("SetClock", station.office.clock).pass_time(minutes=int(minutes))
    Duties(station.office, CLERK).run()


ACTS: Mapping[str, Callable[[Station, str], None]] = {
    "sync": sync,
    "unpack": unpack,
    "send": send,
    "duties": duties,
}


def main(home: str, step: str, act: str, argument: str = "") -> None:
    def observe(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    station = open_station(Path(home), PASSPHRASE, clock=SetClock(), observe=observe)
    ACTS[act](station, argument)
    station.close()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except DepeshaError as error:
        sys.exit(error.code)
