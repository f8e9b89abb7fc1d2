"""How often one right may call: a bucket of calls that fills steadily. Pure; time comes in.

Calls are counted by capability and not by network address: addresses are not kept here at all,
and behind a proxy or an onion service they would all be one. Calls whose capability opens nothing
share one bucket, so guessing slows down guessing alone.
"""

from dataclasses import dataclass, field

from depesha.channel import RelayBusyError

BUCKET_LIMIT = 100_000
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
