"""The laboratory: real stations over a hostile carrier, with crashes; then every promise judged.

    python tools/lab.py --posts 4 --telegrams 2000 --seed 7 --faults all --json

The same seed makes the same decisions. The exit status is 1 where a promise was broken
(docs/guide/laboratory.md).
"""

import argparse
import json
import shlex
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.laboratory.drill import Drill
from tools.laboratory.faults import Fault, faults_of
from tools.laboratory.judging import Judge
from tools.laboratory.report import IN_MEMORY, table
from tools.laboratory.tally import Tally
from tools.laboratory.world import Plan, let_loose, world

JUDGE_EVERY = 25


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(description="Run stations over a hostile carrier.")
    parser.add_argument("--posts", type=int, default=4)
    parser.add_argument("--telegrams", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    kinds = ",".join(Fault)
    parser.add_argument("--faults", default="all", help=f"all, none, or some of {kinds}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    plan = Plan(
        posts=asked.posts,
        telegrams=asked.telegrams,
        seed=asked.seed,
        faults=faults_of(asked.faults),
    )
    tally = Tally(command=shlex.join(["python", "tools/lab.py", *sys.argv[1:]]))
    begun = time.monotonic()
    run(plan, tally)
    found = tally.to_json(time.monotonic() - begun)
    print(json.dumps(found) if asked.json else table(found))
    return 1 if tally.broken else 0


def run(plan: Plan, tally: Tally) -> None:
    """Run a plan in a folder of its own, in memory where the system has such a place."""
    with (
        tempfile.TemporaryDirectory(prefix="lab-", dir=IN_MEMORY) as folder,
        world(plan, Path(folder), tally) as made,
    ):
        drill, judge = Drill(made), Judge(made)
        let_loose(made)
        drill.work(judge.look, every=JUDGE_EVERY)
        drill.rest(judge.is_settled)
        judge.conclude(drill)


if __name__ == "__main__":
    sys.exit(main())
