"""Verifying a release offline: text, decision, proofs, checkpoint and two cosignatures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.benches.measure import Bench, Effort, Limit, Peer, Side

from depesha.edition import verify_release
from tests.edition.world import POLICY, World


@contextmanager
def benches(_: Path, __: Effort) -> Iterator[tuple[Bench, ...]]:
    """Verify one release again and again, as a reader does with a shelf of them."""
    release = World().bundle().to_bytes()
    yield (
        Bench(
            title="verify a release offline, in Python alone, once loaded",
            ours=Side(name="Depesha", work=lambda: verify_release(release, POLICY)),
            peers=(Peer(side=Limit(name="5 ms", milliseconds=5), reach=1),),
        ),
    )
