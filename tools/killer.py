"""The killer: stations and a relay as real processes, killed at random moments, then judged.

    python tools/killer.py --rounds 200 --seed 7 --json

The exit status is 1 where a promise was broken (docs/guide/laboratory.md). Moments of a kill are
real time, so a seed names what is done in a round, and not to the microsecond where it ends.
"""

import argparse
import json
import shlex
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.laboratory.killing import Killer
from tools.laboratory.report import IN_MEMORY, table


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(description="Kill stations and their relay, and judge.")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    command = shlex.join(["python", "tools/killer.py", *sys.argv[1:]])
    killer, begun = Killer(asked.seed, command), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="killer-", dir=IN_MEMORY) as folder:
        killer.run(Path(folder), asked.rounds)
    found = killer.to_json(time.monotonic() - begun)
    print(json.dumps(found) if asked.json else table(found))
    return 1 if killer.broken else 0


if __name__ == "__main__":
    sys.exit(main())
