"""Two stations, founded once for all transcripts, with a key file that opens quickly."""

from pathlib import Path

import pytest

from depesha.cli.commands.station import read_person
from depesha.station import (
    CallSign,
    Founding,
    HybridRecipient,
    Purpose,
    found_station,
    new_archive_key,
)
from tests.cli.playing import Playhouse

PASSPHRASE = "a lantern on the lower quay"
# One guess at these key files costs next to nothing, which is for tests alone.
WORK_FACTOR = 4
CENTRE = (
    "R. Weiss=drafter,clerk,registrar,conveyor,reader",
    "I. Calder=releaser,archivist",
    "M. Sato=archivist,editor",
)


@pytest.fixture(scope="session")
def playhouse(tmp_path_factory: pytest.TempPathFactory) -> Playhouse:
    return Playhouse(tmp_path_factory.mktemp("transcripts"), found_both)


def found_both(folder: Path) -> None:
    """Found a centre and a post, as `depesha station init` does it."""
    (folder / "pw").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    _found(folder / "centre", "CENTRE", Purpose.CENTRE, CENTRE)
    _found(folder / "harbour", "POST HARBOUR", Purpose.POST, ("A. Okonjo=all",))


def _found(home: Path, call_sign: str, purpose: Purpose, people: tuple[str, ...]) -> None:
    key_file, recipient = new_archive_key(PASSPHRASE, work_factor=WORK_FACTOR)
    home.with_suffix(".key").write_bytes(key_file)
    founding = Founding(
        call_sign=CallSign(call_sign),
        purpose=purpose,
        people=tuple(read_person(text) for text in people),
        archive=HybridRecipient.from_text(recipient),
        work_factor=WORK_FACTOR,
    )
    found_station(home, founding, PASSPHRASE)
