"""Bytes that come in pieces of any size, and are taken in the sizes that a format needs.

Nothing is held but the piece at hand, so a file of any size passes through constant memory; and a
text that is in memory already passes through without a copy.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

Piece = bytes | memoryview


class Pieces:
    """A row of bytes, read once from its beginning to its end."""

    __slots__ = ("_held", "_rest")

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._rest: Iterator[Piece] = iter(pieces)
        self._held = memoryview(b"")

    def take(self, size: int) -> Piece:
        """Return the next bytes: so many, or all that are left where the row ends before."""
        parts: list[memoryview] = []
        while size > 0 and self._fill():
            part, self._held = self._held[:size], self._held[size:]
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def put_back(self, piece: Piece) -> None:
        """Let the next bytes be these again, which were the last that were taken."""
        if self._held:
            self._rest = chain((self._held,), self._rest)
        self._held = memoryview(piece)

    def _fill(self) -> bool:
        """Have something at hand, unless the row has ended."""
        while not self._held:
            piece = next(self._rest, None)
            if piece is None:
                return False
            self._held = memoryview(piece)
        return True
