"""Those who wait for a mailbox to receive something: long polls, woken and never lost."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# One fetcher needs one; the others of its mailbox are answered at once.
WAITERS_LIMIT = 8


@dataclass(slots=True)
class Waiters:
    """Waiting calls by mailbox. Used in the thread of the event loop only."""

    is_closing: bool = False
    _waiting: dict[str, set[asyncio.Event]] = field(default_factory=dict)

    @contextmanager
    def enter(self, name: str) -> Iterator[asyncio.Event | None]:
        """Give an event that is set at the next arrival; None where nobody may wait.

        It must be taken before the mailbox is looked into, so that an arrival between the look
        and the waiting is not missed.
        """
        waiting = self._waiting.setdefault(name, set())
        if self.is_closing or len(waiting) >= WAITERS_LIMIT:
            yield None
            return
        event = asyncio.Event()
        waiting.add(event)
        try:
            yield event
        finally:
            waiting.discard(event)
            if not waiting and self._waiting.get(name) is waiting:
                del self._waiting[name]

    def wake(self, name: str | None) -> None:
        """Wake those who wait for one mailbox; None wakes everyone."""
        names = list(self._waiting) if name is None else [name]
        for one in names:
            for event in self._waiting.get(one, ()):
                event.set()

    def close(self) -> None:
        """Wake everyone, and let nobody wait any more: the relay is about to stop."""
        self.is_closing = True
        self.wake(None)
