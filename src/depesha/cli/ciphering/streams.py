"""Files of any size, and standard input and output, in pieces: nothing is held whole.

A named output appears when it is whole, or not at all. What goes to standard output cannot be
taken back: the caller gives it authentic pieces alone.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from depesha.base import sync_folder
from depesha.cli.ciphering.refusals import InputRefusedError, OutputLostError

STANDARD = Path("-")
_STEP = 1 << 16


def read_pieces(path: Path) -> Iterator[bytes]:
    """Yield a file, or standard input for `-`, in pieces of 64 KiB."""
    if path == STANDARD:
        yield from _pieces_of(sys.stdin.buffer)
        return
    with path.open("rb", buffering=0) as file:
        yield from _pieces_of(file)


def read_small(path: Path, *, what: str, limit_bytes: int = 1 << 24) -> bytes:
    """Read a file of keys, or standard input for `-`.

    Raises:
        InputRefusedError: It is larger than any file of keys; the message names `what`.
    """
    data = bytearray()
    for piece in read_pieces(path):
        data += piece
        if len(data) > limit_bytes:
            raise InputRefusedError(f"{what} is larger than {limit_bytes} bytes")
    return bytes(data)


def write_pieces(out: Path, pieces: Iterable[bytes]) -> None:
    """Write pieces to a file, readable by its owner alone, or to standard output for `-`.

    Raises:
        OutputLostError: Whoever read standard output went away.
    """
    if out == STANDARD:
        _write_standard(pieces)
        return
    path = out.resolve() if out.is_symlink() else out
    if path.exists() and not path.is_file():
        # A device or a named pipe is written to; a file put in its place would end it.
        with path.open("wb", buffering=0) as file:
            _write_to(file, pieces)
        return
    _write_whole(path, pieces)


def require_readable(out: Path, *, is_text: bool) -> None:
    """Refuse to write bytes on a terminal, which would take some of them for orders.

    Raises:
        InputRefusedError: Standard output is a terminal, and what is to be written is no text.
    """
    if out == STANDARD and not is_text and sys.stdout.isatty():
        raise InputRefusedError("a terminal cannot show it: name a file with --out, or use --armor")


def _pieces_of(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_STEP):
        yield piece


def _write_standard(pieces: Iterable[bytes]) -> None:
    # Past Python's buffer, so that nothing is left in it to fail once more when the program ends.
    stream = sys.stdout.buffer
    try:
        _write_to(getattr(stream, "raw", stream), pieces)
    except BrokenPipeError:
        raise OutputLostError("standard output was closed before all was written") from None


def _write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write to a temporary file beside it, which takes the name when it is whole and on disk.

    A crash before leaves the old file, or none, and the temporary one, which nobody reads.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            _write_to(file, pieces)
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _write_to(file: BinaryIO, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            rest = rest[file.write(rest) :]
