"""The envelope: what one sealed object on the wire is (docs/formats/envelope.md).

An age v1 file with exactly one hybrid stanza, around an uncompressed tar of `cover.txt`,
`telegram.txt` and the enclosures, padded to a size bucket. What the two texts say, and who
signed them, is not known here.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

from depesha.channel.errors import (
    EnvelopeDamagedError,
    EnvelopeFormatError,
    ForeignStanzaError,
    NoLivePageError,
)
from depesha.channel.tar import read_tar, tar_length, write_tar
from depesha.cipher import (
    CipherError,
    HeaderFormatError,
    NoMatchingIdentityError,
    Page,
    PageSecret,
    read_stanzas,
    seal,
    unseal_indexed,
)

COVER = "cover.txt"
TELEGRAM = "telegram.txt"
ENCLOSURE_LIMIT = 99
KIB = 1024
SMALL_BUCKETS = (4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB)
BUCKET_STEP = 256 * KIB
ENVELOPE_LIMIT_BYTES = 32 * KIB * KIB
# The tar, its age header (a stanza, the MAC) and 16 bytes for each 64 KiB: well within.
SEALED_LIMIT_BYTES = ENVELOPE_LIMIT_BYTES + 64 * KIB
HYBRID_KIND = "mlkem768x25519"
# A header with its one stanza has some 1.6 KiB; nobody makes a reader look further than this.
_HEADER_LIMIT_BYTES = 8 * KIB
_CHECK_LINE = b"\ncheck: "

PageKey = TypeVar("PageKey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The members of an envelope, in their order.

    They are plaintext: never logged, and never shown before the signatures in them are verified.
    `packed_bytes` is the length of the tar: the smallest bucket that holds it, or its own length
    where it goes on paper alone.
    """

    cover: bytes = field(repr=False)
    telegram: bytes = field(repr=False)
    enclosures: tuple[bytes, ...] = field(default=(), repr=False)
    is_padded: bool = True
    packed_bytes: int = field(init=False)

    def __post_init__(self) -> None:
        if not self.cover or not self.telegram:
            raise EnvelopeFormatError("an envelope has a cover and a telegram, neither empty")
        if len(self.enclosures) > ENCLOSURE_LIMIT:
            raise EnvelopeFormatError(f"an envelope has at most {ENCLOSURE_LIMIT} enclosures")
        length = tar_length(len(data) for data in (self.cover, self.telegram, *self.enclosures))
        object.__setattr__(self, "packed_bytes", bucket(length) if self.is_padded else length)
        if self.packed_bytes > ENVELOPE_LIMIT_BYTES:
            raise EnvelopeFormatError(f"an envelope is at most {ENVELOPE_LIMIT_BYTES} bytes")

    @property
    def members(self) -> tuple[tuple[str, bytes], ...]:
        """Each member under its name, in the one order."""
        enclosures = (
            (f"enclosures/{number:02}", data) for number, data in enumerate(self.enclosures, 1)
        )
        return ((COVER, self.cover), (TELEGRAM, self.telegram), *enclosures)

    def pack(self) -> bytes:
        """Write the tar, padded to its bucket; `unpack` refuses every other."""
        return write_tar(self.members, length=self.packed_bytes)

    @classmethod
    def unpack(cls, tar: bytes) -> Self:
        """Read the one tar of an envelope.

        Raises:
            EnvelopeFormatError: The bytes are anything else.
        """
        if len(tar) > ENVELOPE_LIMIT_BYTES:
            raise EnvelopeFormatError(f"an envelope is at most {ENVELOPE_LIMIT_BYTES} bytes")
        names: list[str] = []
        contents: list[bytes] = []
        for name, data in read_tar(tar):
            names.append(name)
            contents.append(data)
        if names[:2] != [COVER, TELEGRAM]:
            raise EnvelopeFormatError("the first members are not the cover and the telegram")
        envelope = cls(cover=contents[0], telegram=contents[1], enclosures=tuple(contents[2:]))
        if names != [name for name, _ in envelope.members]:
            raise EnvelopeFormatError("the enclosures are not numbered in order from 01")
        if len(tar) == envelope.packed_bytes:
            return envelope
        # A sheet of paper has no room for padding; what the padding hides, the paper shows anyway.
        envelope = replace(envelope, is_padded=False)
        if len(tar) != envelope.packed_bytes:
            raise EnvelopeFormatError("the tar is not padded to its size bucket")
        return envelope


def write_checked(text: bytes, check: bytes) -> bytes:
    """Write the cover file of an unsigned telegram: the cover's text, an empty line, its check."""
    return text + _CHECK_LINE + b64encode(check) + b"\n"


def read_checked(data: bytes) -> tuple[bytes, bytes]:
    """Part the cover file of an unsigned telegram into the cover's text and its check.

    Nothing is verified here: see `depesha.cipher.require_check`, and read the text after it.

    Raises:
        EnvelopeFormatError: The bytes have another form.
    """
    text, line, encoded = data.rpartition(_CHECK_LINE)
    try:
        check = b64decode(encoded.removesuffix(b"\n"), validate=True)
    except Base64Error as error:
        raise EnvelopeFormatError("the check of a cover is not Base64") from error
    if not line or write_checked(text, check) != data:
        raise EnvelopeFormatError("the cover file does not end with a check in its one spelling")
    return text, check


def is_checked(data: bytes) -> bool:
    """Tell by its last line whether a cover file has a check in place of signatures."""
    last = data.removesuffix(b"\n").rpartition(b"\n")[2]
    return last.startswith(_CHECK_LINE.lstrip())


def bucket(length: int) -> int:
    """Return the size to which a tar of `length` bytes is padded.

    The buckets are 4, 16, 64 and 256 KiB, then every multiple of 256 KiB.
    """
    for size in SMALL_BUCKETS:
        if length <= size:
            return size
    return -(-length // BUCKET_STEP) * BUCKET_STEP


def seal_envelope(envelope: Envelope, page: Page) -> bytes:
    """Seal an envelope to one page, and to nothing else.

    The caller has durably moved its pointer past the page before the result leaves the house.
    """
    return seal(envelope.pack(), [page.recipient])


def open_envelope(sealed: bytes, secrets: Mapping[PageKey, PageSecret]) -> tuple[PageKey, Envelope]:
    """Open an envelope with whichever live page it is addressed to.

    The pages are tried in the order given, so those expected next come first. What is returned
    came whole from somebody who knew the page; who that was, the cover tells.

    Raises:
        EnvelopeFormatError: It is no age file, or holds another tar than an envelope's.
        ForeignStanzaError: The header has another stanza than one hybrid stanza.
        NoLivePageError: It is addressed to none of these pages.
        EnvelopeDamagedError: It is addressed to one of them, and was altered or cut.
    """
    if len(sealed) > SEALED_LIMIT_BYTES:
        raise EnvelopeFormatError(f"a sealed envelope is at most {SEALED_LIMIT_BYTES} bytes")
    require_one_stanza(sealed)
    keys = list(secrets)
    try:
        index, tar = unseal_indexed(sealed, [secrets[key].identity for key in keys])
    except NoMatchingIdentityError as error:
        raise NoLivePageError("the object is not addressed to any live page") from error
    except HeaderFormatError as error:
        raise EnvelopeFormatError("the object is not a well-formed age file") from error
    except CipherError as error:
        raise EnvelopeDamagedError("the object was altered or cut after it was sealed") from error
    return keys[index], Envelope.unpack(tar)


def require_one_stanza(sealed: bytes) -> None:
    """Refuse an object whose header is not one hybrid stanza and nothing beside it.

    A second recipient could rewrite the payload for the first, and an archive's would open
    captured traffic for ever. Whatever stands behind a second stanza is not looked at.

    Raises:
        EnvelopeFormatError: It is no age file, or a stanza is longer than a hybrid one can be.
        ForeignStanzaError: It has another stanza, or more than one.
    """
    try:
        stanzas = read_stanzas(sealed[:_HEADER_LIMIT_BYTES], at_most=2)
    except CipherError as error:
        raise EnvelopeFormatError("the object is not a well-formed age file") from error
    if [stanza.kind for stanza in stanzas] != [HYBRID_KIND]:
        raise ForeignStanzaError("the object is not sealed to exactly one hybrid recipient")
