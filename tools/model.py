"""`make model`: check every state of the channel's model, and that each deliberate fault is found.

The model is docs/model/channel.pml; docs/model/README.md says what it covers. spin writes a
checker in C, gcc compiles it, both in a temporary folder. A configuration holds when its search
visited every state and found no error; a fault must break the promise that it is listed with, and
the shortest way there is told in words.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

MODEL = Path(__file__).resolve().parents[1] / "docs" / "model" / "channel.pml"
PROMISES = (
    "a_page_opens_once",
    "a_page_is_sealed_to_once",
    "a_serial_names_one_text",
    "what_is_acknowledged_is_filed",
    "what_is_burnt_is_filed",
    "a_loss_is_named",
)
SETTLED = "everything_is_settled"

# Two searches at a time stay well below 4 GB together; a search that needs more is not exhaustive.
WORKERS = 2
MEMORY_LIMIT_MB = 1900
DEPTH_LIMIT = 200_000
SECONDS_LIMIT = 1200
_UNFINISHED = ("max search depth too small", "Search not completed", "out of memory", "MEMLIM")
_COMMON = ("-DNOREDUCE", f"-DMEMLIM={MEMORY_LIMIT_MB}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Sizes and enemies of one exhaustive search; with progress, the carrier is a fair one."""

    name: str
    flags: tuple[str, ...]
    has_progress: bool = False

    @property
    def promises(self) -> tuple[str, ...]:
        """The promises that the search checks in every state."""
        return (*PROMISES, SETTLED) if self.has_progress else PROMISES


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A deliberate fault, and the promise that it must break."""

    name: str
    breaks: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What one search found: how much it visited, and the steps to the error, if there is one."""

    name: str
    states: int
    depth: int
    errors: int
    is_exhaustive: bool
    seconds: float
    memory_mb: float
    broken: str | None
    steps: tuple[str, ...] = ()


CONFIGURATIONS = (
    Configuration(name="hostile-carrier", flags=("-DTEXTS=3", "-DBOOK=5")),
    Configuration(
        name="sender-restored", flags=("-DTEXTS=3", "-DBOOK=2", "-DNEW_BOOK=2", "-DRESTORES=1")
    ),
    Configuration(
        name="sender-restored-twice",
        flags=("-DTEXTS=3", "-DBOOK=1", "-DNEW_BOOK=1", "-DRESTORES=2"),
    ),
    Configuration(
        name="receiver-restored", flags=("-DTEXTS=3", "-DBOOK=3", "-DNEW_BOOK=2", "-DRETURNS=1")
    ),
    Configuration(
        name="fair-carrier", flags=("-DFAIR", "-DTEXTS=3", "-DBOOK=4"), has_progress=True
    ),
    Configuration(
        name="fair-sender-restored",
        flags=("-DFAIR", "-DTEXTS=2", "-DBOOK=2", "-DNEW_BOOK=2", "-DRESTORES=1"),
        has_progress=True,
    ),
    Configuration(
        name="fair-receiver-restored",
        flags=("-DFAIR", "-DTEXTS=2", "-DBOOK=2", "-DNEW_BOOK=2", "-DRETURNS=1"),
        has_progress=True,
    ),
)

_RESTORED = ("-DBOOK=2", "-DRESTORES=1")
_TWICE = ("-DBOOK=1", "-DNEW_BOOK=1", "-DRESTORES=2")
_REST = ("-DFAIR", "-DAT_REST")
FAULTS = (
    Fault(name="BURN_BEFORE_FILE", breaks="what_is_burnt_is_filed"),
    Fault(name="ACK_BEFORE_FILE", breaks="what_is_acknowledged_is_filed"),
    Fault(name="POINTER_AFTER_SEND", breaks="a_serial_names_one_text"),
    Fault(name="REPEAT_WITH_OTHER_TEXT", breaks="a_serial_names_one_text"),
    Fault(name="REPEAT_ON_THE_OLD_PAGE", breaks="a_page_is_sealed_to_once"),
    Fault(name="NO_SPENT_LIST", breaks="a_page_opens_once", flags=("-DNO_FINISH_ALL",)),
    Fault(name="NO_FINISH_ALL", breaks=SETTLED, flags=(*_REST, "-DTEXTS=1")),
    Fault(name="GAPS_ONLY", breaks="a_loss_is_named"),
    Fault(name="NO_QUARANTINE", breaks="a_serial_names_one_text", flags=_RESTORED),
    Fault(name="KEEP_HELD_PAGES", breaks="a_page_is_sealed_to_once", flags=_RESTORED),
    Fault(name="JUMP_TO_HIGHEST", breaks="a_serial_names_one_text", flags=_RESTORED),
    Fault(name="SERIAL_WITHOUT_PAGE", breaks="a_serial_names_one_text", flags=_RESTORED),
    Fault(name="ANY_ANSWER", breaks="a_serial_names_one_text", flags=_TWICE),
    Fault(name="ANSWER_FORGOTTEN", breaks="a_serial_names_one_text", flags=_TWICE),
    Fault(name="HAVE_NAMES_VOIDS", breaks="what_is_acknowledged_is_filed", flags=_RESTORED),
    Fault(
        name="VOIDS_ARE_NOT_ECHOED",
        breaks=SETTLED,
        flags=(*_REST, "-DTEXTS=2", "-DREPLAYS=0", "-DCRASHES=0", *_RESTORED),
    ),
    Fault(name="PAGES_IN_THE_BACKUP", breaks="a_page_opens_once", flags=("-DRETURNS=1",)),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; return 0 when every promise holds and every fault is found."""
    names = [one.name for one in (*CONFIGURATIONS, *FAULTS)]
    parser = argparse.ArgumentParser(description="Check every state of the channel's model.")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--only", choices=names, action="append", help="this one (repeatable)")
    chosen = parser.parse_args(arguments)
    _require("spin", "gcc")
    wanted = chosen.only or names
    with ThreadPoolExecutor(max_workers=min(WORKERS, os.cpu_count() or 1)) as pool:
        configurations = pool.map(search, [one for one in CONFIGURATIONS if one.name in wanted])
        faults = pool.map(find, [one for one in FAULTS if one.name in wanted])
        write = _write_json if chosen.json else _write_text
        return 0 if write(configurations, faults) else 1


def search(one: Configuration) -> Searched:
    """Visit every state of a configuration."""
    flags, arguments = (("-O2",), ("-a",)) if one.has_progress else (("-O2", "-DSAFETY"), ())
    return _search(one.name, one.flags, flags, arguments)


def find(one: Fault) -> Searched:
    """Look for the shortest way in which a fault breaks its promise."""
    flags = (f"-D{one.name}", f"-DONLY={one.breaks}", *one.flags)
    return _search(one.name, flags, ("-O1", "-DSAFETY", "-DBFS"), ())


def holds(found: Searched) -> bool:
    """Tell whether a configuration was searched to the end without an error."""
    return found.is_exhaustive and found.errors == 0


def is_found(found: Searched) -> bool:
    """Tell whether a fault broke the promise that it is listed with."""
    breaks = {one.name: one.breaks for one in FAULTS}
    return found.errors == 1 and found.broken == breaks[found.name]


def read_search(name: str, output: str, steps: tuple[str, ...] = ()) -> Searched:
    """Read what the checker printed; whatever is not plainly a whole search is none."""
    broken = re.search(r"assertion violated (\w+)", output)
    is_whole = "Full statespace search" in output
    return Searched(
        name=name,
        states=int(_figure(r"(\d+) states, stored", output)),
        depth=int(_figure(r"depth reached (\d+)", output)),
        errors=int(_figure(r"errors: (\d+)", output)),
        is_exhaustive=is_whole and not any(one in output for one in _UNFINISHED),
        seconds=float(_figure(r"elapsed time ([\d.e+-]+) seconds", output)),
        memory_mb=float(_figure(r"([\d.]+)\s+total actual memory", output)),
        broken=broken[1] if broken else None,
        steps=steps,
    )


def _search(
    name: str, flags: Iterable[str], compiler: Iterable[str], arguments: Iterable[str]
) -> Searched:
    with tempfile.TemporaryDirectory(prefix="depesha-model-") as made:
        folder = Path(made)
        shutil.copy(MODEL, folder)
        _run(folder, "spin", "-a", *flags, MODEL.name)
        _run(folder, "gcc", "-w", *compiler, *_COMMON, "-o", "pan", "pan.c")
        output = _run(folder, "./pan", "-w23", f"-m{DEPTH_LIMIT}", *arguments)
        return read_search(name, output, _steps(folder, flags))


def _steps(folder: Path, flags: Iterable[str]) -> tuple[str, ...]:
    """Tell the way to an error in the words that the model prints along it."""
    trail = folder / f"{MODEL.name}.trail"
    if not trail.exists():
        return ()
    told = _run(folder, "spin", "-t", "-k", trail.name, *flags, MODEL.name)
    lines = (line.strip() for line in told.splitlines())
    return tuple(line for line in lines if re.match(r"(S|R|the carrier) [a-z]", line))


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=SECONDS_LIMIT, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def _figure(pattern: str, output: str) -> str:
    found = re.search(pattern, output)
    if found is None:
        raise SystemExit(f"the checker's answer cannot be read: {output}")
    return found[1]


def _require(*programs: str) -> None:
    missing = [one for one in programs if shutil.which(one) is None]
    if missing:
        raise SystemExit(f"Missing, please install: {' '.join(missing)}")


def _write_json(configurations: Iterable[Searched], faults: Iterable[Searched]) -> bool:
    searched, broken = list(configurations), list(faults)
    promises = {one.name: one.promises for one in CONFIGURATIONS}
    is_good = all(map(holds, searched)) and all(map(is_found, broken))
    report = {
        "ok": is_good,
        "configurations": [
            {**asdict(one), "holds": holds(one), "promises": promises[one.name]} for one in searched
        ],
        "faults": [{**asdict(one), "is_found": is_found(one)} for one in broken],
    }
    print(json.dumps(report))
    return is_good


def _write_text(configurations: Iterable[Searched], faults: Iterable[Searched]) -> bool:
    """Print each result as soon as it is there."""
    is_good = True
    print("Every state, with these promises in each:")
    for one in configurations:
        is_good &= _say(one, holds, _configuration_lines)
    print("\nDeliberate faults, each with the shortest way to what it breaks:")
    for one in faults:
        is_good &= _say(one, is_found, _fault_lines)
    print("\nAll promises hold." if is_good else "\nNOT as it should be; see above.")
    return is_good


def _say(
    one: Searched, is_right: Callable[[Searched], bool], lines: Callable[[Searched], Iterable[str]]
) -> bool:
    is_good = is_right(one)
    print("\n".join(lines(one)), flush=True)
    if not is_good:
        print("  ^ NOT as it should be")
    return is_good


def _configuration_lines(one: Searched) -> Iterable[str]:
    whole = "exhaustive" if one.is_exhaustive else "NOT exhaustive"
    yield f"\n{one.name}: {one.states:,} states, depth {one.depth}, {whole}, {one.seconds:.0f} s"
    promises = next(known.promises for known in CONFIGURATIONS if known.name == one.name)
    for promise in promises:
        is_blamed = one.errors and one.broken in {promise, None}
        yield f"  {promise:34}errors: {one.errors if is_blamed else 0}"
    yield from (f"    {step}" for step in one.steps)


def _fault_lines(one: Searched) -> Iterable[str]:
    yield f"\n{one.name}: breaks {one.broken or 'nothing'}"
    yield from (f"    {step}" for step in one.steps)


if __name__ == "__main__":
    sys.exit(main())
