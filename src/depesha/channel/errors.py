"""What the channel refuses.

ChannelError                    channel
├─ SignedTextError              channel.signed_text         no note that the expected key signed
├─ CardFormatError              channel.card_format
├─ CardTrustError               channel.card_trust          neither compared nor countersigned
├─ CardValidityError            channel.card_validity       not yet, or no longer
├─ RevocationFormatError        channel.revocation_format
├─ RevokedError                 channel.revoked             by a key or station given up for good
├─ PadBookFormatError           channel.padbook_format
├─ PadBookRefusedError          channel.padbook_refused     a true book that must not be used
├─ PadBookExhaustedError        channel.padbook_exhausted   no page left, or past its day
├─ SerialFormatError            channel.serial_format
├─ ChainBrokenError             channel.chain               two covers do not follow each other
├─ EnvelopeFormatError          channel.envelope_format     not the one tar, or no age file
├─ EnvelopeDamagedError         channel.envelope_damaged    ours by its page, but altered or cut
├─ ForeignStanzaError           channel.foreign_stanza      more or other than one hybrid stanza
├─ NoLivePageError              channel.no_live_page        addressed to no live page
├─ MailboxFormatError           channel.mailbox_format      a name, right or quota is misspelt
├─ MailboxDeniedError           channel.mailbox_denied      wrong capability, or no such mailbox
├─ AdmissionDeniedError         channel.admission_denied    no such admission token
├─ MailboxExistsError           channel.mailbox_exists      the name is taken by another mailbox
├─ MailboxFullError             channel.mailbox_full
├─ ObjectTooLargeError          channel.object_too_large
├─ ObjectUnknownError           channel.object_unknown
├─ RelayUnreachableError        channel.relay_unreachable   retryable
├─ RelayBusyError(seconds)      channel.relay_busy          retryable
├─ RelayAnswerError             channel.relay_answer        the relay answered out of protocol
├─ PouchFormatError             channel.pouch_format
├─ PouchMediumError             channel.pouch_medium        gone, full, or not to be read or written
├─ IntakeError                  channel.intake              no room here for what a pouch holds
├─ SheetFormatError             channel.sheet_format        no part of a sheet of codes
├─ ServiceFormatError           channel.service_format      not a text between stations
│  └─ ServiceVersionError       channel.service_version     a label of another version
├─ RestoreRefusedError          channel.restore_refused     true, and not for this or by him
├─ PageStoreError               channel.page_store          the live pages cannot be opened
└─ ChannelStoreError            channel.store               a row is absent, or there already

The codes never change; the words may.
"""

from depesha.base import DepeshaError


class ChannelError(DepeshaError):
    """Something could not be carried, or must not be believed because of how it was carried."""

    code = "channel"


class SignedTextError(ChannelError):
    """The bytes are not a signed note that the expected key verifies."""

    code = "channel.signed_text"


class CardFormatError(ChannelError):
    """The text is not a card."""

    code = "channel.card_format"


class CardTrustError(ChannelError):
    """The card was neither compared in person nor countersigned by a pinned centre."""

    code = "channel.card_trust"


class CardValidityError(ChannelError):
    """The card is not valid at the time of use."""

    code = "channel.card_validity"


class RevocationFormatError(ChannelError):
    """The text is not a revocation."""

    code = "channel.revocation_format"


class RevokedError(ChannelError):
    """The key or the station is not believed any more: it was revoked or retired."""

    code = "channel.revoked"


class PadBookFormatError(ChannelError):
    """The text is not a pad book."""

    code = "channel.padbook_format"


class PadBookRefusedError(ChannelError):
    """The pad book is authentic, and using it would break a rule."""

    code = "channel.padbook_refused"


class PadBookExhaustedError(ChannelError):
    """No page of the book may be used any more."""

    code = "channel.padbook_exhausted"


class SerialFormatError(ChannelError):
    """A series, a serial or a list of serials is not written in its one way."""

    code = "channel.serial_format"


class ChainBrokenError(ChannelError):
    """A cover names another predecessor than the one that was received."""

    code = "channel.chain"


class EnvelopeFormatError(ChannelError):
    """The envelope is not the one tar, or its age header is not well formed."""

    code = "channel.envelope_format"


class EnvelopeDamagedError(ChannelError):
    """The envelope is addressed to a live page, and was altered or cut afterwards."""

    code = "channel.envelope_damaged"


class ForeignStanzaError(ChannelError):
    """The age header carries anything but exactly one hybrid stanza."""

    code = "channel.foreign_stanza"


class NoLivePageError(ChannelError):
    """The envelope is addressed to no live page of this station."""

    code = "channel.no_live_page"


class MailboxFormatError(ChannelError):
    """A mailbox name, a capability, a quota or a listing argument is not canonical."""

    code = "channel.mailbox_format"


class MailboxDeniedError(ChannelError):
    """The capability does not open this mailbox, or there is no such mailbox."""

    code = "channel.mailbox_denied"


class AdmissionDeniedError(ChannelError):
    """The relay's operator gave out no such admission token, or it is used up."""

    code = "channel.admission_denied"


class MailboxExistsError(ChannelError):
    """The name belongs to a mailbox opened with other capabilities or another quota."""

    code = "channel.mailbox_exists"


class MailboxFullError(ChannelError):
    """The quota of the mailbox has no room for this object."""

    code = "channel.mailbox_full"


class ObjectTooLargeError(ChannelError):
    """No mailbox takes an object of this size."""

    code = "channel.object_too_large"


class ObjectUnknownError(ChannelError):
    """The mailbox or pouch holds no such object."""

    code = "channel.object_unknown"


class RelayUnreachableError(ChannelError):
    """The relay gave no answer; nothing is known about what it stored."""

    code = "channel.relay_unreachable"
    retryable = True


class RelayBusyError(ChannelError):
    """The relay asks to be called again later; it did nothing."""

    code = "channel.relay_busy"
    retryable = True

    def __init__(self, reason: str, *, retry_after_seconds: int) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class RelayAnswerError(ChannelError):
    """The relay answered something that the protocol does not allow."""

    code = "channel.relay_answer"


class PouchFormatError(ChannelError):
    """The medium holds something that a pouch may not hold."""

    code = "channel.pouch_format"


class ServiceFormatError(ChannelError):
    """The text is not one of those that stations exchange about their channel."""

    code = "channel.service_format"


class ServiceVersionError(ServiceFormatError):
    """The label names a text between stations in a version that this program does not read."""

    code = "channel.service_version"


class RestoreRefusedError(ChannelError):
    """A restored station's note is authentic, and belongs to another station or question."""

    code = "channel.restore_refused"


class PouchMediumError(ChannelError):
    """The medium is gone, full, or cannot be read or written; nothing was taken from it."""

    code = "channel.pouch_medium"


class IntakeError(ChannelError):
    """This station's disk cannot take what a pouch holds; nothing was taken from it."""

    code = "channel.intake"


class SheetFormatError(ChannelError):
    """The text is not one part of a sheet."""

    code = "channel.sheet_format"


class PageStoreError(ChannelError):
    """The live page secrets cannot be opened, or a page is not among them."""

    code = "channel.page_store"


class ChannelStoreError(ChannelError):
    """A row that must exist is absent, or one that must be new is there already or clashes."""

    code = "channel.store"
