"""Give every reader of outside bytes inputs that nobody meant, and see that it refuses them.

`make fuzz` runs this. A reader may return, or raise a `DepeshaError`, within a bound of time and
memory; anything else is a finding. It is kept in a file outside of the repository, and the command
that repeats it is printed.
"""

import argparse
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.fuzzing.counting import counting, find_atheris

with counting():
    from tools.fuzzing import guided
    from tools.fuzzing.catalogue import TARGETS
    from tools.fuzzing.engine import Explorer, Finding, Tally, attempt, limit_memory
    from tools.fuzzing.target import Target

REPOSITORY = Path(__file__).resolve().parents[1]
# How much longer than its time a worker may take: it may be making an input smaller.
GRACE_SECONDS = 120.0
_POLL_SECONDS = 0.2


def main() -> int:
    """Fuzz what was asked for; return 1 if anything was found."""
    chosen = _arguments()
    kept = chosen.keep or Path(tempfile.gettempdir()) / "depesha-fuzz"
    if kept.resolve().is_relative_to(REPOSITORY):
        sys.exit("findings are not kept inside the repository: choose another folder")
    if chosen.replay is not None:
        return replay(_one(chosen.only), chosen.replay)
    if chosen.worker:
        return work(_one(chosen.only), minutes=chosen.minutes, seed=chosen.seed, kept=kept)
    names = chosen.only or list(TARGETS)
    failed = False
    for tally in in_parallel(names, minutes=chosen.minutes, seed=chosen.seed, kept=kept):
        failed = failed or bool(tally["findings"])
        print(json.dumps(tally) if chosen.json else "\n".join(in_words(tally)), flush=True)
    return 1 if failed else 0


def replay(target: Target, path: Path) -> int:
    """Try one kept input again, and show what happens in full."""
    data = path.read_bytes()
    outcome = attempt(target, data)
    if outcome.fault is None:
        print(f"{target.name}: {outcome.words}")
        return 0
    print(f"{target.name}: {outcome.fault} {outcome.where}")
    target.run(data)
    return 1


def work(target: Target, *, minutes: float, seed: int, kept: Path) -> int:
    """Fuzz one target in this process, and print one JSON object about it.

    Where atheris is installed, coverage guides the search; nothing else is different.
    """
    kept.mkdir(parents=True, exist_ok=True)
    current, folder = kept / f"{target.name}.current", kept / f"{target.name}.seeds"
    explorer, atheris = Explorer(target, seed=seed), find_atheris()
    limit_memory()
    # If this process dies or hangs, the input that it was given is what its parent finds here.
    with current.open("wb", buffering=0) as file:

        def remember(data: bytes) -> None:
            os.pwrite(file.fileno(), data, 0)
            os.ftruncate(file.fileno(), len(data))

        def done(tally: Tally) -> None:
            current.unlink()
            shutil.rmtree(folder, ignore_errors=True)
            print(json.dumps(_to_json(tally, kept)), flush=True)
            # The search of atheris never returns.
            os._exit(0)

        seconds = minutes * 60
        if atheris is not None:
            folder.mkdir(exist_ok=True)
            guided.explore(
                atheris, explorer, folder, seconds=seconds, seed=seed, before=remember, done=done
            )
        done(explorer.run(seconds=seconds, before=remember))
    return 0


def in_parallel(
    names: Sequence[str], *, minutes: float, seed: int, kept: Path
) -> Iterator[dict[str, object]]:
    """Fuzz targets in processes of their own, as many at a time as there are cores."""
    waiting = list(names)
    running: dict[str, tuple[subprocess.Popen[str], float]] = {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            name = waiting.pop(0)
            until = time.monotonic() + minutes * 60 + GRACE_SECONDS
            running[name] = _worker(name, minutes, seed, kept), until
        time.sleep(_POLL_SECONDS)
        for name, (process, until) in list(running.items()):
            if process.poll() is None and time.monotonic() < until:
                continue
            del running[name]
            yield _result(name, process, kept)


def in_words(tally: dict[str, object]) -> Iterator[str]:
    """Tell what came of one target, and how each finding is repeated."""
    inputs, seconds = tally["inputs"], tally["seconds"]
    findings = tally["findings"]
    yield f"{tally['target']:<20} {inputs:>9} inputs  {seconds:>7} s  {tally['kept']:>5} kept"
    for found in findings if isinstance(findings, list) else []:
        yield f"  FOUND {found['fault']} {found['where']} ({found['size_bytes']} bytes)"
        yield f"  python tools/fuzz.py --only {tally['target']} --replay {found['path']}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzz the readers of outside bytes.")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long for each target")
    parser.add_argument("--only", choices=TARGETS, action="append", help="this one (repeatable)")
    parser.add_argument("--seed", type=int, default=0, help="another seed tries other inputs")
    parser.add_argument("--json", action="store_true", help="one JSON object for each target")
    parser.add_argument("--keep", type=Path, help="folder for findings, outside the repository")
    parser.add_argument("--replay", type=Path, help="try this one input again")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _one(names: list[str] | None) -> Target:
    if names is None or len(names) != 1:
        sys.exit("name one target with --only")
    return TARGETS[names[0]]


def _worker(name: str, minutes: float, seed: int, kept: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, "--worker", "--only", name, "--keep", str(kept)]
    command += ["--minutes", str(minutes), "--seed", str(seed)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _result(name: str, process: "subprocess.Popen[str]", kept: Path) -> dict[str, object]:
    is_late = process.poll() is None
    if is_late:
        process.kill()
    output, errors = process.communicate()
    if not is_late and process.returncode == 0:
        return dict(json.loads(output))
    current = kept / f"{name}.current"
    data = current.read_bytes() if current.exists() else b""
    current.unlink(missing_ok=True)
    # Whatever else a process says when it ends, an error of Python's names itself.
    said = [line for line in errors.splitlines() if "Error" in line] or errors.splitlines()
    words = said[-1].strip() if said else ""
    fault = "did not return" if is_late else f"the process ended with {process.returncode}"
    found = Finding(name, fault, words, data)
    return _to_json(Tally(target=name, findings=[found]), kept)


def _to_json(tally: Tally, kept: Path) -> dict[str, object]:
    findings = []
    for found in tally.findings:
        path = kept / f"{found.target}-{sha256(found.data).hexdigest()[:12]}.bin"
        path.write_bytes(found.data)
        shown = {name: getattr(found, name) for name in ("fault", "where")}
        findings.append({**shown, "size_bytes": len(found.data), "path": str(path)})
    return {
        **dataclasses.asdict(dataclasses.replace(tally, findings=[])),
        "seconds": round(tally.seconds, 1),
        "findings": findings,
    }


if __name__ == "__main__":
    sys.exit(main())
