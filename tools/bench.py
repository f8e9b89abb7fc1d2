"""Measure ours beside its peers in one run, and print ratios (docs/benchmarks.md).

`make bench` runs this. Nothing here passes or fails: a table is for people to read, and a slow
or busy machine is no fault of the code.
"""

import argparse
import dataclasses
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.benches import appending, relay, release, sealing, search
from tools.benches.measure import FULL, QUICK, Bench, Effort, Result, measure

BENCHES: dict[str, Callable[[Path, Effort], AbstractContextManager[tuple[Bench, ...]]]] = {
    "seal": sealing.benches,
    "append": appending.benches,
    "relay": relay.benches,
    "import": search.importing,
    "search": search.finding,
    "verify": release.benches,
}
WIDTH = 80


def main() -> None:
    """Run the benches asked for."""
    parser = argparse.ArgumentParser(description="Measure ours beside its peers, as ratios.")
    parser.add_argument("--json", action="store_true", help="one JSON object for each comparison")
    parser.add_argument("--quick", action="store_true", help="few rounds and small samples")
    parser.add_argument("--only", choices=BENCHES, action="append", help="this group (repeatable)")
    chosen = parser.parse_args()
    write = write_json if chosen.json else write_table
    write(results(chosen.only or list(BENCHES), QUICK if chosen.quick else FULL))


def results(names: list[str], effort: Effort) -> Iterator[list[Result]]:
    """Run benches one after the other, each group in a new folder that is then removed."""
    for name in names:
        with (
            tempfile.TemporaryDirectory(prefix="bench-") as folder,
            BENCHES[name](Path(folder), effort) as benches,
        ):
            for bench in benches:
                yield measure(bench, effort)


def write_json(groups: Iterator[list[Result]]) -> None:
    """Print each comparison as soon as it is there."""
    for group in groups:
        for result in group:
            print(json.dumps({**dataclasses.asdict(result), "verdict": result.verdict}), flush=True)


def write_table(groups: Iterator[list[Result]]) -> None:
    """Print a table 80 columns wide: ratios first, since they are what carries over."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors; ours / peer's rate;")
    print("in brackets the least and the greatest ratio of the rounds")
    print(f"{'':44}{'ratio':>7} {'':15}{'reach':>6}")
    for group in groups:
        print(f"\n{group[0].title}")
        for result in group:
            print(line(result), flush=True)


def line(result: Result) -> str:
    """Write one comparison."""
    if result.ratio is None or result.low is None or result.high is None:
        return f"  {result.peer:42}{result.verdict}"
    reach = "" if result.reach is None else f"{result.reach:g}"
    spread = f"({number(result.low)}-{number(result.high)})"
    name = result.peer
    if len(name) > WIDTH // 2 + 1:
        name = f"{name}\n{'':42}"
    return f"  {name:42}{number(result.ratio):>7} {spread:14}{reach:>6} {result.verdict}"


def number(ratio: float) -> str:
    """Write a ratio in three figures, as far as they stand behind the point."""
    places = max(0, 3 - len(str(int(ratio))))
    return f"{ratio:.{places}f}"


if __name__ == "__main__":
    main()
