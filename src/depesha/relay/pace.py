"""How much the relay bears: calls of one right, and bodies under way. Pure; time comes in.

How often one right may call is a bucket of calls that fills steadily.

Calls are counted by capability and not by network address: addresses are not kept here at all,
and behind a proxy or an onion service they would all be one. Calls whose capability opens nothing
share one bucket, so guessing slows down guessing alone.
"""

from dataclasses import dataclass, field

from depesha.channel import RelayBusyError

BUCKET_LIMIT = 100_000
INTAKE_LIMIT_BYTES = 512 * 1024 * 1024
NOBODY = b""


@dataclass(slots=True)
class Pace:
    """Lets each key make `calls_per_minute` calls, all at once or spread; 0 lets all pass."""

    calls_per_minute: int
    _left: dict[bytes, tuple[float, float]] = field(default_factory=dict)

    def spend(self, key: bytes, *, now_seconds: float) -> None:
        """Count one call of `key`.

        Args:
            key: The digest of the capability, or `NOBODY`.
            now_seconds: A clock that never goes back.

        Raises:
            RelayBusyError: The bucket is empty; it says when to come again.
        """
        if self.calls_per_minute == 0:
            return
        rate = self.calls_per_minute / 60
        full = float(self.calls_per_minute)
        left, since = self._left.get(key, (full, now_seconds))
        left = min(full, left + (now_seconds - since) * rate)
        if left < 1:
            raise RelayBusyError(
                "too many calls in too short a time",
                retry_after_seconds=int((1 - left) / rate) + 1,
            )
        if len(self._left) >= BUCKET_LIMIT:
            self._forget_full(now_seconds, rate)
        self._left[key] = (left - 1, now_seconds)

    def _forget_full(self, now_seconds: float, rate: float) -> None:
        # A bucket that is full again is what a key unknown here begins with.
        self._left = {
            key: (left, since)
            for key, (left, since) in self._left.items()
            if left + (now_seconds - since) * rate < self.calls_per_minute
        }


@dataclass(slots=True)
class Intake:
    """Counts the bytes of bodies under way, which are held in memory until they are stored.

    Counted is what came, and not what was announced: whoever announces much and sends nothing
    takes no room from others.
    """

    limit_bytes: int = INTAKE_LIMIT_BYTES
    held_bytes: int = 0

    def take(self, size_bytes: int) -> None:
        """Make room for what came.

        Raises:
            RelayBusyError: Too much is under way already.
        """
        if self.held_bytes + size_bytes > self.limit_bytes:
            raise RelayBusyError("the relay is taking in too much at once", retry_after_seconds=2)
        self.held_bytes += size_bytes

    def give_back(self, size_bytes: int) -> None:
        """Give room back once a call is answered."""
        self.held_bytes -= size_bytes
