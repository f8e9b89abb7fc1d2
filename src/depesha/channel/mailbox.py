"""The rules of a mailbox, for whoever keeps one (docs/formats/relay-http.md).

A mailbox has a random name, two capabilities of which only digests are kept, and a quota. What
is stored where, and when it is durable, is its keeper's: the relay's store, or a test's memory.
Pure rules (PROTOCOL 8 and 17); random bytes come in as arguments, but for new names and rights.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from depesha.base import Digest
from depesha.channel.errors import (
    AdmissionDeniedError,
    MailboxDeniedError,
    MailboxFormatError,
    MailboxFullError,
    ObjectTooLargeError,
)
from depesha.cipher import random_bytes

# The largest envelope (a tar of 32 MiB) with its age header and chunk tags fits.
OBJECT_LIMIT_BYTES = 33 * 1024 * 1024
LISTING_LIMIT = 1000
# How many objects one call may name, and where an answer that holds several of them ends.
BUNDLE_LIMIT = 256
BUNDLE_LIMIT_BYTES = 4 * 1024 * 1024
ARRIVAL_LIMIT = (1 << 63) - 1
WAIT_LIMIT_SECONDS = 60
EXPIRY_DAYS = 30
EXPIRY_BLUR_DAYS = 14
BLUR_SIZE = 4
_CAPABILITY_SIZE = 32
_NAME_SIZE = 16
_LENGTH_SIZE = 4
_OBJECT_CEILING = 1_000_000
_BYTE_CEILING = 1 << 40
_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_OBJECT_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Capability:
    """A right to deposit, to fetch, or to open mailboxes: 32 random bytes that are shown.

    The keeper stores `digest` only, so a stolen mailbox table opens nothing.
    """

    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) != _CAPABILITY_SIZE:
            raise MailboxFormatError("a capability is 32 bytes")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Capability):
            return NotImplemented
        return hmac.compare_digest(self.value, other.value)

    def __hash__(self) -> int:
        return hash(self.digest)

    @classmethod
    def generate(cls) -> Self:
        """Draw a new right."""
        return cls(random_bytes(_CAPABILITY_SIZE))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form: base64url without padding, 43 characters.

        Raises:
            MailboxFormatError: The text is anything else.
        """
        try:
            value = base64.b64decode(text + "=", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise MailboxFormatError("a capability is 43 characters of base64url") from None
        capability = cls(value)
        if capability.to_text() != text:
            raise MailboxFormatError("a capability is 43 characters of base64url")
        return capability

    def to_text(self) -> str:
        """Write the one text form, as a bearer token carries it; it is the right itself."""
        return base64.urlsafe_b64encode(self.value).decode().rstrip("=")

    @property
    def digest(self) -> Digest:
        """What a keeper stores in place of the capability."""
        return Digest.of(self.value)


# What is compared for a mailbox that does not exist, so that it costs what a real one costs.
_NOBODY = Digest(bytes(32))


def require_capability(presented: Capability | None, stored: Digest | None) -> None:
    """Refuse a capability that is not the one whose digest is stored.

    Args:
        presented: What the caller showed; None if it showed nothing readable.
        stored: The digest in the mailbox's row; None if there is no such mailbox.

    Raises:
        MailboxDeniedError: They differ, or there is nothing to compare; it never says which.
    """
    shown = _NOBODY.value if presented is None else presented.digest.value
    kept = _NOBODY if stored is None else stored
    is_equal = hmac.compare_digest(shown, kept.value)
    if not is_equal or presented is None or stored is None:
        raise MailboxDeniedError("this mailbox is not open to this capability")


def require_admission(presented: Capability | None, stored: Digest | None) -> None:
    """Refuse a token that the relay's operator did not give out.

    Raises:
        AdmissionDeniedError: It is not the one whose digest is stored.
    """
    try:
        require_capability(presented, stored)
    except MailboxDeniedError:
        raise AdmissionDeniedError("this relay opens no mailbox for this token") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How much may lie in a mailbox at once."""

    objects: int = 1000
    size_bytes: int = 256 * 1024 * 1024

    def __post_init__(self) -> None:
        if not 1 <= self.objects <= _OBJECT_CEILING:
            raise MailboxFormatError(f"a quota is from 1 to {_OBJECT_CEILING} objects")
        if not 1 <= self.size_bytes <= _BYTE_CEILING:
            raise MailboxFormatError(f"a quota is from 1 to {_BYTE_CEILING} bytes")

    def require_room(self, *, objects: int, size_bytes: int, new_bytes: int) -> None:
        """Refuse one object more where it would not fit beside what lies there.

        Raises:
            MailboxFullError: It would not fit.
        """
        if objects + 1 > self.objects or size_bytes + new_bytes > self.size_bytes:
            raise MailboxFullError("the mailbox is full until objects in it are fetched or expire")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxTerms:
    """What a mailbox is opened with: the digests of its two capabilities, and its quota."""

    deposit: Digest
    fetch: Digest
    quota: Quota = Quota()

    def __post_init__(self) -> None:
        if self.deposit == self.fetch:
            raise MailboxFormatError("deposit and fetch are different capabilities")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxKeys:
    """The rights over one mailbox that one party holds; either may be missing."""

    name: str
    deposit: Capability | None = field(default=None, repr=False)
    fetch: Capability | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        require_mailbox_name(self.name)

    @classmethod
    def generate(cls) -> Self:
        """Draw a new name and both capabilities, for a mailbox about to be opened."""
        return cls(
            name=random_bytes(_NAME_SIZE).hex(),
            deposit=Capability.generate(),
            fetch=Capability.generate(),
        )

    def terms(self, quota: Quota) -> MailboxTerms:
        """Return what to open the mailbox with.

        Raises:
            MailboxDeniedError: One of the capabilities is not held.
        """
        return MailboxTerms(deposit=self.to_deposit.digest, fetch=self.to_fetch.digest, quota=quota)

    @property
    def to_deposit(self) -> Capability:
        """The deposit capability.

        Raises:
            MailboxDeniedError: It is not held.
        """
        if self.deposit is None:
            raise MailboxDeniedError("the right to deposit is not held")
        return self.deposit

    @property
    def to_fetch(self) -> Capability:
        """The fetch capability.

        Raises:
            MailboxDeniedError: It is not held.
        """
        if self.fetch is None:
            raise MailboxDeniedError("the right to fetch is not held")
        return self.fetch


def require_mailbox_name(name: str) -> str:
    """Return `name` if it is 32 lower-case hexadecimal digits.

    Raises:
        MailboxFormatError: It is anything else.
    """
    if not _NAME.fullmatch(name):
        raise MailboxFormatError("a mailbox name is 32 lower-case hexadecimal digits")
    return name


def require_object_id(object_id: str) -> str:
    """Return `object_id` if it is 64 lower-case hexadecimal digits.

    Raises:
        MailboxFormatError: It is anything else.
    """
    if not _OBJECT_ID.fullmatch(object_id):
        raise MailboxFormatError("an object id is 64 lower-case hexadecimal digits")
    return object_id


def object_id_of(sealed: bytes) -> str:
    """Name an object by its bytes, so that the same bytes are the same object."""
    return Digest.of(sealed).hex


def require_bundle(object_ids: Sequence[str]) -> Sequence[str]:
    """Return the ids if one call may name them together.

    Raises:
        MailboxFormatError: There is none, or there are too many, or one is none or stands twice.
    """
    if not 1 <= len(object_ids) <= BUNDLE_LIMIT or len(set(object_ids)) != len(object_ids):
        raise MailboxFormatError(f"a call names from 1 to {BUNDLE_LIMIT} objects, each once")
    return [require_object_id(object_id) for object_id in object_ids]


def write_bundle(objects: Sequence[bytes | None]) -> bytes:
    """Write several objects as one body: each its length in four bytes, then its bytes.

    In place of an object that is not there stands the length 0, which no object has.
    """
    pieces = [piece for one in objects for piece in _framed(one or b"")]
    return b"".join(pieces)


def read_bundle(body: bytes, *, most_objects: int) -> Sequence[bytes | None]:
    """Read what `write_bundle` wrote; None stands for an object that is not there.

    Raises:
        MailboxFormatError: It is cut, or holds no object or too many.
    """
    found: list[bytes | None] = []
    place = 0
    while place < len(body) and len(found) < most_objects:
        begin = place + _LENGTH_SIZE
        place = begin + int.from_bytes(body[place:begin])
        found.append(body[begin:place] or None)
    if place != len(body) or not found:
        raise MailboxFormatError("several objects in one body are cut, or too many")
    return found


def _framed(one: bytes) -> tuple[bytes, bytes]:
    return len(one).to_bytes(_LENGTH_SIZE), one


def require_object_size(size_bytes: int) -> int:
    """Return the size if a mailbox takes objects of it.

    Raises:
        ObjectTooLargeError: It is too large.
        MailboxFormatError: There is nothing to store.
    """
    if size_bytes > OBJECT_LIMIT_BYTES:
        raise ObjectTooLargeError(f"an object is at most {OBJECT_LIMIT_BYTES} bytes")
    if size_bytes < 1:
        raise MailboxFormatError("an object is at least one byte")
    return size_bytes


def require_listing(*, after: int, limit: int, wait_seconds: int) -> None:
    """Refuse arguments of a listing that no keeper honours.

    Raises:
        MailboxFormatError: One is out of its range.
    """
    is_in_range = (
        0 <= after <= ARRIVAL_LIMIT,
        1 <= limit <= LISTING_LIMIT,
        0 <= wait_seconds <= WAIT_LIMIT_SECONDS,
    )
    if not all(is_in_range):
        raise MailboxFormatError(
            f"a listing begins from 0 to {ARRIVAL_LIMIT}, has 1 to {LISTING_LIMIT} rows, "
            f"and waits at most {WAIT_LIMIT_SECONDS} seconds"
        )


def expires_at(taken: datetime, blur: bytes) -> datetime:
    """Return when an object taken at `taken` goes unfetched: 30 to 44 days later.

    Args:
        taken: When the object became durable.
        blur: Four random bytes; they hide from the day of expiry the hour of deposit.
    """
    span_seconds = EXPIRY_BLUR_DAYS * 86_400
    offset = int.from_bytes(blur[:BLUR_SIZE]) * span_seconds >> (8 * BLUR_SIZE)
    return taken + timedelta(days=EXPIRY_DAYS, seconds=offset)
