"""The only place of a station that asks what time it is."""

from datetime import UTC, datetime


class SystemClock:
    """The system's clock, in UTC, to the second."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC).replace(microsecond=0)
