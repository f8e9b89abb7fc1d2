"""The search of atheris: it proposes the inputs, guided by coverage.

How they are judged, made small and told is the explorer's, as ever.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from tools.fuzzing.engine import FINDING_LIMIT, Explorer, Tally


def explore(
    atheris: Any,  # noqa: ANN401 - it has no types
    explorer: Explorer,
    folder: Path,
    *,
    seconds: float,
    seed: int,
    before: Callable[[bytes], object],
    done: Callable[[Tally], object],
) -> None:
    """Try what atheris proposes until the time is over, and then call `done`, which ends the run.

    Args:
        atheris: The module. Its own search never returns.
        explorer: Judges the inputs; its seeds are the first of them.
        folder: An empty folder for the seeds; the caller removes it.
        seconds: How long to go on.
        seed: Another seed tries other inputs.
        before: Called with each input before it is tried.
        done: Called with what it came to; it does not return.
    """

    def one(data: bytes) -> None:
        before(data)
        tally = explorer.consider(data)
        if tally.seconds >= seconds or len(tally.findings) >= FINDING_LIMIT:
            done(tally)

    for data in explorer.seeds:
        (folder / sha256(data).hexdigest()).write_bytes(data)
    # A seed of 0 would be drawn by chance. What takes too long is told by the explorer, in time of
    # the processor; its own limit is by the wall's clock, and must not come first.
    options = [f"-seed={seed + 1}", "-timeout=600", "-max_len=65536", "-verbosity=0"]
    options.append(f"-artifact_prefix={folder}/")
    atheris.Setup(["fuzz", *options, str(folder)], one)
    atheris.Fuzz()
