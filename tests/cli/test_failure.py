"""How refusals end: the status hangs on the code, and every code that is named exists."""

from collections.abc import Iterator

import pytest

from depesha.base import DepeshaError
from depesha.cli.ciphering.refusals import InputRefusedError, OutputLostError
from depesha.cli.failure import ALARMED, HINTS, REFUSED, STATUSES, USAGE, report, report_disk
from depesha.cli.main import INTERRUPTED
from depesha.station import InputError, NotPermittedError, StationError
from tests.support import REPOSITORY


def kinds(error: type[DepeshaError]) -> Iterator[type[DepeshaError]]:
    yield error
    for one in error.__subclasses__():
        yield from kinds(one)


def test_only_real_codes_have_a_status_or_a_hint() -> None:
    """A code that was renamed is noticed here, not by a script that waits for its status."""
    codes = {one.code for one in kinds(DepeshaError)}
    assert {InputRefusedError.code, OutputLostError.code} <= codes

    assert set(STATUSES) <= codes
    assert set(HINTS) <= codes


def test_the_page_states_every_status() -> None:
    """Whoever writes a script finds each status on the page of the command line."""
    page = (REPOSITORY / "docs" / "guide" / "cli.md").read_text(encoding="utf-8")

    for status in {0, REFUSED, USAGE, ALARMED, INTERRUPTED, *STATUSES.values()}:
        assert f"| {status} |" in page
    for code in STATUSES:
        assert f"`{code}`" in page


def test_a_hint_stands_below_its_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    """A refusal is one line with its code; what to do about it stands below."""
    error = NotPermittedError("this step is for the role clerk")
    error.add_note("somebody else may")

    assert report(error, as_json=False) == REFUSED
    assert capsys.readouterr().err == (
        "refused [station.not_permitted]: this step is for the role clerk\n"
        "  somebody else may\n"
        "  name another actor with --as\n"
    )


def test_a_refusal_as_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A program reads code, message and hint; without a hint there is null."""
    assert report(InputError("not a number"), as_json=True) == USAGE
    assert report(StationError("no"), as_json=True) == REFUSED
    assert capsys.readouterr().err == (
        '{"error": {"code": "station.input", "message": "not a number", "hint": null}}\n'
        '{"error": {"code": "station", "message": "no", "hint": null}}\n'
    )


def test_a_failed_disk_is_told_with_its_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """What the system says of a file is passed on, with where it lies if that is known."""
    assert report_disk(FileNotFoundError(2, "No such file", "pads/one.book")) == REFUSED
    assert report_disk(OSError("gone")) == REFUSED
    assert capsys.readouterr().err == (
        "refused [disk]: No such file, in the folder pads\nrefused [disk]: the disk failed\n"
    )
