"""The promises about registers: each verifies, and each has only ever grown."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tools.laboratory.stores import Stores

from depesha.base import DepeshaError
from depesha.station import Station


@dataclass
class Growth:
    """The sizes and roots that registers showed while the run went on, by fingerprint."""

    shown: dict[str, dict[int, str]] = field(default_factory=dict)

    def note(self, station: Station) -> Iterator[str]:
        """Remember what a register shows now; say what contradicts what it showed before."""
        status = station.registering.status()
        seen = self.shown.setdefault(station.office.keyring.fingerprint, {})
        if seen and status.size < max(seen):
            yield f"{station.call_sign}: the register shrank to {status.size} entries"
        if seen.setdefault(status.size, status.root) != status.root:
            yield f"{station.call_sign}: the register shows two roots at {status.size} entries"

    def forget(self, station: Station) -> None:
        """Count no longer what a register showed beyond the size that a restore left it."""
        size = station.registering.status().size
        seen = self.shown.get(station.office.keyring.fingerprint, {})
        self.shown[station.office.keyring.fingerprint] = {
            shown: root for shown, root in seen.items() if shown <= size
        }

    def broken(self, one: Stores) -> Iterator[str]:
        """Compare every root that was shown with the entries as they lie now."""
        roots = naive_roots(one.entries)
        for size, root in self.shown.get(one.fingerprint, {}).items():
            if base64.b64encode(roots[size]).decode() != root:
                yield f"{one.name}: the register was rewritten below entry {size}"


def broken_register(station: Station) -> Iterator[str]:
    """Recompute one register, its checkpoints and their cosignatures; check the vault as well."""
    try:
        station.registering.audit()
        station.filing.check()
    except DepeshaError as error:
        yield f"{station.call_sign}: {error.code}: {error}"


def broken_sizes(one: Stores) -> Iterator[str]:
    """Nobody has signed or cosigned more than there is, and each telegram has its own entry."""
    if max((*one.signed_sizes, *one.cosigned_sizes), default=0) > len(one.entries):
        yield f"{one.name}: a signed size is above the log"
    if len(one.telegrams) > len(one.entries):
        yield f"{one.name}: a telegram has no entry"


def naive_roots(entries: Sequence[bytes]) -> list[bytes]:
    """Return the root at each size from 0 on, by RFC 9162 and by nothing of ours."""
    # Complete subtrees from left to right, as (number of leaves, hash).
    heap: list[tuple[int, bytes]] = []
    roots = [hashlib.sha256().digest()]
    for entry in entries:
        heap.append((1, hashlib.sha256(b"\x00" + entry).digest()))
        while len(heap) > 1 and heap[-1][0] == heap[-2][0]:
            (size, right), (_, left) = heap.pop(), heap.pop()
            heap.append((2 * size, _joined(left, right)))
        root = heap[-1][1]
        for _, left in reversed(heap[:-1]):
            root = _joined(left, root)
        roots.append(root)
    return roots


def _joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
