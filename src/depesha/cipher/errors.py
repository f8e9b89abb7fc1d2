"""What the cipher part refuses.

CipherError                  cipher
├─ NoMatchingIdentityError   cipher.no_match               no identity opens the file
│  └─ PassphraseError        cipher.passphrase             a passphrase is wrong or unusable
├─ HeaderFormatError         cipher.header_format          the header is not an age header
├─ HeaderMacError            cipher.header_mac             the header was altered
├─ ArmorFormatError          cipher.armor_format           the armor is not age armor
├─ PayloadError              cipher.payload                the payload was altered or cut off
├─ MixedRecipientsError      cipher.mixed_recipients       such recipients may not share a file
├─ KeyFormatError            cipher.key_format             a key, key file or page is malformed
├─ NoteFormatError           cipher.note_format            the bytes are not a signed note
├─ SignatureError            cipher.signature              a known key's signature is wrong
├─ NoKnownSignatureError     cipher.no_known_signature     no known key signed the note
├─ AuthenticationError       cipher.check                  the check is not by the station named
└─ UnsupportedError          cipher.unsupported            this machine lacks what is needed
"""

from typing import ClassVar

from depesha.base import DepeshaError


class CipherError(DepeshaError):
    """Sealed, signed or key bytes that cannot be made or believed."""

    code: ClassVar[str] = "cipher"


class NoMatchingIdentityError(CipherError):
    """None of the identities given opens the file: it is not for this holder."""

    code = "cipher.no_match"


class PassphraseError(NoMatchingIdentityError):
    """The passphrase is wrong, or cannot be one."""

    code = "cipher.passphrase"


class HeaderFormatError(CipherError):
    """The bytes do not begin with an age header, or a known stanza has a bad shape."""

    code = "cipher.header_format"


class HeaderMacError(CipherError):
    """A file key was found, but the header is not the one that was sealed."""

    code = "cipher.header_mac"


class ArmorFormatError(CipherError):
    """The text is not an armored age file."""

    code = "cipher.armor_format"


class PayloadError(CipherError):
    """The payload was altered, cut off or lengthened; what came before it is whole."""

    code = "cipher.payload"


class MixedRecipientsError(CipherError):
    """The recipients carry different labels, or there is none; nothing was sealed."""

    code = "cipher.mixed_recipients"


class KeyFormatError(CipherError):
    """A key, key file or pad page is malformed, or is a key nobody should use."""

    code = "cipher.key_format"


class NoteFormatError(CipherError):
    """The bytes are not a signed note, or a text cannot become one."""

    code = "cipher.note_format"


class SignatureError(CipherError):
    """A signature that names a known key is not by that key."""

    code = "cipher.signature"


class NoKnownSignatureError(CipherError):
    """The note is well formed, but no known key signed it."""

    code = "cipher.no_known_signature"


class AuthenticationError(CipherError):
    """The check of a cover without a signature is not by the station that the cover names."""

    code = "cipher.check"


class UnsupportedError(CipherError):
    """The installed cryptographic library or this machine cannot do what is needed."""

    code = "cipher.unsupported"
