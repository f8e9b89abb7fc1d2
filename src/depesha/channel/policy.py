"""What two stations agreed for their channel; each side keeps its own (PROTOCOL 4, 5, 7).

A policy fixes the least that is accepted, so that nobody can talk a station down to less.
"""

from dataclasses import dataclass
from typing import Protocol

from depesha.channel.service import FactKind

DEFAULT_TELLS = frozenset({FactKind.RECEIVED, FactKind.OPENED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPolicy:
    """The rules of the traffic with one correspondent.

    `allows_unsigned`: telegrams that nobody can prove to others are sent and accepted.
    `allows_period_key`: where no page is left, the weaker period key is used, and it shows; without
    it the rule is "no pad, no telegram".
    `tells`: which facts about its telegrams the correspondent is told of. That a telegram was
    conveyed is never among them: a person reports it.
    `replenish_pages`: how many pages a book has that goes along in a cover when a third is left;
    0 sends none.
    `one_way`: nothing ever comes back from there; no receipt is waited for.
    """

    allows_unsigned: bool = False
    allows_period_key: bool = True
    tells: frozenset[FactKind] = DEFAULT_TELLS
    replenish_pages: int = 16
    one_way: bool = False

    def __post_init__(self) -> None:
        if FactKind.CONVEYED in self.tells:
            raise ValueError("that a telegram was conveyed is never told by itself")
        if not 0 <= self.replenish_pages <= REPLENISH_LIMIT:
            raise ValueError(f"a book in a cover has at most {REPLENISH_LIMIT} pages")


# A cover has room for one such book and a period key beside all else that it carries.
REPLENISH_LIMIT = 64


class PolicyStore(Protocol):
    """The policies by the fingerprint of the correspondent."""

    def of(self, station: str) -> ChannelPolicy:
        """Return the policy for a correspondent; the default where none was set."""

    def put(self, station: str, policy: ChannelPolicy) -> None:
        """Set the policy for a correspondent."""
