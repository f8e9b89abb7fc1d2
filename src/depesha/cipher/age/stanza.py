"""A recipient stanza, and what wraps and unwraps a file key (C2SP age, "Recipient stanza")."""

from dataclasses import dataclass, field
from typing import Protocol

from depesha.cipher.encoding import from_unpadded_base64
from depesha.cipher.errors import HeaderFormatError

FILE_KEY_SIZE = 16
WRAPPED_KEY_SIZE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Stanza:
    """One wrapping of the file key: its kind, the arguments after the kind, and the body."""

    kind: str
    arguments: tuple[str, ...] = ()
    body: bytes = field(default=b"", repr=False)


class Recipient(Protocol):
    """Something a file can be sealed to."""

    def labels(self) -> frozenset[str]:
        """Name what all recipients of one file must agree on."""
        ...

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap the file key so that only the matching identity unwraps it."""
        ...


class Identity(Protocol):
    """Something that opens files sealed to its recipient."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None where the stanza is of another kind or for another.

        The stanza has passed the shape check of its kind.

        Raises:
            HeaderFormatError: The stanza asks for something this identity refuses to do.
        """
        ...


def require_arguments(stanza: Stanza, count: int) -> None:
    """Check the shape that every known kind has: so many arguments, and a body of 32 bytes.

    The length is checked before decryption, or one body could hold two keys' ciphertexts.

    Raises:
        HeaderFormatError: The shape is another.
    """
    if len(stanza.arguments) != count:
        raise HeaderFormatError(f"a {stanza.kind} stanza has {count} arguments")
    if len(stanza.body) != WRAPPED_KEY_SIZE:
        raise HeaderFormatError(f"the body of a {stanza.kind} stanza is not 32 bytes")


def decode_argument(stanza: Stanza, *, size: int) -> bytes:
    """Return the bytes of the first argument.

    Raises:
        HeaderFormatError: It is not the canonical base64 of `size` bytes.
    """
    what = f"the argument of a {stanza.kind} stanza"
    data = from_unpadded_base64(stanza.arguments[0].encode(), refusal=HeaderFormatError, what=what)
    if len(data) != size:
        raise HeaderFormatError(f"{what} is not {size} bytes")
    return data
