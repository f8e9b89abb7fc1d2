"""What this part refuses.

    TelegramError                     telegram
    ├─ TelegramFormatError            telegram.format               a value is not valid by itself
    │  ├─ MinuteFormatError           telegram.minute_format        the text is not a minute
    │  ├─ CoverFormatError            telegram.cover_format         the text is not a cover
    │  ├─ ConveyanceFormatError       telegram.conveyance_format    not a report of conveyance
    │  ├─ UnsupportedVersionError     telegram.unsupported_version  a label of another version
    │  ├─ UnknownPrecedenceError      telegram.unknown_precedence
    │  ├─ FieldTooLongError           telegram.field_too_long
    │  └─ LookAlikeError              telegram.look_alike           a heading that deceives the eye
    └─ RecordError                    telegram.record
       ├─ RecordFormatError           telegram.record_format        a historic record is not UTF-8
       └─ RecordTooLargeError         telegram.record_too_large

No message holds a value that was read: it names the field, the line and the rule.
"""

from depesha.base import DepeshaError


class TelegramError(DepeshaError):
    """A text or a value is not what a telegram is made of."""

    code = "telegram"


class TelegramFormatError(TelegramError):
    """A value breaks a rule; says which rule, and the line where it was read."""

    code = "telegram.format"

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line

    def __str__(self) -> str:
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"


class MinuteFormatError(TelegramFormatError):
    """The text, or the set of values, is not a minute."""

    code = "telegram.minute_format"


class CoverFormatError(TelegramFormatError):
    """The text, or the set of values, is not a cover."""

    code = "telegram.cover_format"


class ConveyanceFormatError(TelegramFormatError):
    """The text, or the set of values, is not a report of conveyance."""

    code = "telegram.conveyance_format"


class UnsupportedVersionError(TelegramFormatError):
    """The label names this kind of text in a version that this program does not read."""

    code = "telegram.unsupported_version"


class UnknownPrecedenceError(TelegramFormatError):
    """The word is none of the five precedences."""

    code = "telegram.unknown_precedence"


class FieldTooLongError(TelegramFormatError):
    """A field, or the whole text, is longer than its limit."""

    code = "telegram.field_too_long"


class LookAlikeError(TelegramFormatError):
    """A heading holds characters that make it look like another one."""

    code = "telegram.look_alike"


class RecordError(TelegramError):
    """A historic record cannot be read at all."""

    code = "telegram.record"


class RecordFormatError(RecordError):
    """The bytes of a historic record are not UTF-8."""

    code = "telegram.record_format"


class RecordTooLargeError(RecordError):
    """A historic record is larger than the reader's limit."""

    code = "telegram.record_too_large"
