"""Comparing a pouch with its waybills: what a courier dropped, and what was slipped in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from depesha.base import Digest
from depesha.channel.service import Waybill


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is named and not there, and what is there from that station and not named."""

    missing: tuple[Digest, ...] = ()
    added: tuple[Digest, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the pouch is as it was packed."""
        return not self.missing and not self.added


def compare_waybills(
    waybills: Mapping[Digest, Waybill],
    *,
    present: Collection[Digest],
    opened: Collection[Digest],
) -> Comparison:
    """Compare all waybills that one station put into a pouch with what the pouch holds.

    A pouch that was packed in several goes has several waybills, each for what went in with it;
    together they name everything but themselves. Without any, nothing can be said, and nothing is.

    Args:
        waybills: Each waybill under the digest of the object it came in.
        present: The digests of all objects in the pouch, opened or not.
        opened: The digests of those that opened as sent by this station.
    """
    if not waybills:
        return Comparison()
    named = {digest for waybill in waybills.values() for digest in waybill.objects}
    missing = named.difference(present)
    added = set(opened).difference(named, waybills)
    return Comparison(missing=_in_order(missing), added=_in_order(added))


def _in_order(digests: Collection[Digest]) -> tuple[Digest, ...]:
    return tuple(sorted(digests, key=lambda digest: digest.value))
