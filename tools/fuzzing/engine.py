"""The fuzzer's own engine: it needs nothing but Python, and a seed names what it does.

No coverage is measured. What guides it is the refusal: an input that is refused with other words
than any before has come to another place in the reader, and is kept to be mutated further.
"""

import re
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from tools.fuzzing.mutation import mutate
from tools.fuzzing.target import Target

from depesha.base import DepeshaError

KEPT_LIMIT = 5000
KEPT_SIZE_BYTES = 16 * 1024
CPU_SECONDS = 2.0
MEMORY_BYTES = 512 * 1024 * 1024
SHRINK_TRIES = 2000
SHRINK_SECONDS = 20.0
FINDING_LIMIT = 10
# Which character it was that is refused, and where in its line, makes no other place in the reader.
_PLACE = re.compile(r"U\+[0-9A-F]+|at (?:character|byte) [0-9]+|(?<=line [0-9])[0-9]+")
_HERE = str(Path(__file__).resolve().parent)


class TooSlowError(BaseException):
    """One input took more time of the processor than any may; no reader can catch it by mistake."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that a reader met with something else than its value or a refusal."""

    target: str
    fault: str
    where: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one input ended: with words by which it is told from others, or with a fault."""

    words: str
    fault: str | None = None
    where: str = ""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a run of one target came to."""

    target: str
    inputs: int = 0
    kept: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)


class Explorer:
    """Tries one target with its seeds and then with mutations of all that was of interest."""

    def __init__(self, target: Target, *, seed: int, cpu_seconds: float = CPU_SECONDS) -> None:
        """Begin with the seeds of the target; they are tried first, as they are."""
        self._target = target
        self._cpu_seconds = cpu_seconds
        # Chance that can be repeated is what a fuzzer needs; nothing secret is drawn from it.
        self._chance = Random(f"{target.name} {seed}")  # noqa: S311
        self.seeds = list(target.seeds())
        self._kept = [data for data in self.seeds if len(data) <= KEPT_SIZE_BYTES] or [b""]
        self._seen: set[str] = set()
        self._places: set[tuple[str, str]] = set()
        self.tally = Tally(target=target.name)
        self._began = time.monotonic()

    def run(
        self,
        *,
        inputs: int | None = None,
        seconds: float | None = None,
        before: Callable[[bytes], object] | None = None,
    ) -> Tally:
        """Try inputs until there were enough of them, or until the time is over.

        Args:
            inputs: How many to try beside the seeds; None does not count them.
            seconds: How long to go on; None does not look at the time.
            before: Called with each input before it is tried.
        """
        self._began = time.monotonic()
        for number, data in enumerate(self._inputs()):
            if inputs is not None and number >= inputs + len(self.seeds):
                break
            if seconds is not None and time.monotonic() - self._began >= seconds:
                break
            if len(self.tally.findings) >= FINDING_LIMIT:
                break
            if before is not None:
                before(data)
            self.consider(data)
        return self.tally

    def _inputs(self) -> Iterator[bytes]:
        yield from self.seeds
        while True:
            data = mutate(self._chance.choice(self._kept), self._kept, self._chance)
            yield self._target.mend(data) if self._chance.randrange(2) else data

    def consider(self, data: bytes) -> Tally:
        """Try one input, keep it if it is of interest, and return what the run came to so far."""
        outcome = attempt(self._target, data, cpu_seconds=self._cpu_seconds)
        self.tally.inputs += 1
        if outcome.fault is not None:
            if (outcome.fault, outcome.where) not in self._places:
                self._places.add((outcome.fault, outcome.where))
                small = shrink(self._target, data, outcome, cpu_seconds=self._cpu_seconds)
                found = Finding(self._target.name, outcome.fault, outcome.where, small)
                self.tally.findings.append(found)
        elif outcome.words not in self._seen:
            self._seen.add(outcome.words)
            if len(self._kept) < KEPT_LIMIT and len(data) <= KEPT_SIZE_BYTES:
                self._kept.append(data)
                self.tally.kept += 1
        self.tally.seconds = time.monotonic() - self._began
        return self.tally


def attempt(target: Target, data: bytes, *, cpu_seconds: float = CPU_SECONDS) -> Outcome:
    """Try one input; whatever a reader does is an outcome."""
    try:
        with _within(cpu_seconds):
            came = target.run(data)
    except DepeshaError as error:
        return Outcome(words=f"{error.code} {_PLACE.sub('', str(error))}")
    except TooSlowError as error:
        return Outcome(words="", fault=f"more than {cpu_seconds} s", where=_where(error))
    # The fuzzer is the outermost loop: any other error is what it looks for.
    except Exception as error:  # noqa: BLE001
        return Outcome(words="", fault=type(error).__name__, where=_where(error))
    return Outcome(words=f"read {came}" if isinstance(came, str) else "read")


def shrink(
    target: Target, data: bytes, outcome: Outcome, *, cpu_seconds: float = CPU_SECONDS
) -> bytes:
    """Leave out of an input what its fault does not need; a little, not to the last byte."""
    until = time.monotonic() + SHRINK_SECONDS
    tries = 0
    length = len(data) // 2
    while length:
        place = 0
        while place < len(data) and tries < SHRINK_TRIES and time.monotonic() < until:
            tries += 1
            shorter = data[:place] + data[place + length :]
            again = attempt(target, shorter, cpu_seconds=cpu_seconds)
            if (again.fault, again.where) == (outcome.fault, outcome.where):
                data = shorter
            else:
                place += length
        length //= 2
    return data


def limit_memory() -> None:
    """Let this process take a bounded amount of memory more; only a worker does that to itself."""
    if sys.platform != "linux":  # Elsewhere the limit counts what was only reserved.
        return
    import resource  # noqa: PLC0415 - no other system has it

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


@contextmanager
def _within(cpu_seconds: float) -> Iterator[None]:
    """Break off what needs more time; it is the processor's, so a busy machine is no fault."""
    signal.signal(signal.SIGPROF, _break_off)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _break_off(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError


def _where(error: BaseException) -> str:
    """Name the last line of ours that an error went through."""
    steps = traceback.extract_tb(error.__traceback__)
    ours = [step for step in steps if "depesha" in step.filename and _HERE not in step.filename]
    if not ours:
        return ""
    path = Path(ours[-1].filename)
    return f"{path.parent.name}/{path.name}:{ours[-1].lineno}"
