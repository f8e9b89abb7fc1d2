"""How each text that stations exchange begins, and what may stand on its lines.

A service text is the `telegram.txt` of an ordinary sealed object, or rides in a cover, and bears no
signature of its own: the cover authenticates it. Its first line says which text it is, and in which
version (docs/formats/service.md).
"""

import re

from depesha.base import BaseFormatError, require_line
from depesha.channel.errors import ServiceFormatError, ServiceVersionError
from depesha.channel.fields import FieldReader, short_id

RECEIPT_LABEL = "depesha/1 receipt"
RECAP_LABEL = "depesha/1 recap"
VOID_LABEL = "depesha/1 void"
WAYBILL_LABEL = "depesha/1 waybill"
NOTICE_LABEL = "depesha/1 service"
SERVICE_LIMIT_BYTES = 1024 * 1024
_SERVICE = re.compile(rb"depesha/[0-9]{1,4} (?:receipt|recap|void|waybill|service)\n")
_VERSION = re.compile(r"depesha/[0-9]{1,4} ", re.ASCII)


def is_service(data: bytes) -> bool:
    """Tell by the label alone whether bytes claim to be a service text, of whatever version."""
    return _SERVICE.match(data) is not None


def begin(text: str, label: str) -> FieldReader:
    """Return the reader of a text's fields, once its label was seen to be the expected one.

    Raises:
        ServiceVersionError: The label is that of another version.
        ServiceFormatError: It is another label, or the last line has no end, or there is too much.
    """
    require_size(text)
    found = text.partition("\n")[0]
    if found != label and _VERSION.sub("", found, count=1) == label.partition(" ")[2]:
        raise ServiceVersionError("line 1: a version that is not read here")
    return FieldReader(text, label=label, error=ServiceFormatError)


def require_size(text: str, *, limit_bytes: int = SERVICE_LIMIT_BYTES) -> None:
    """Refuse a text that is larger than its kind may be.

    Raises:
        ServiceFormatError: It is larger.
    """
    if len(text) > limit_bytes or len(text.encode(errors="replace")) > limit_bytes:
        raise ServiceFormatError(f"the text is larger than {limit_bytes} bytes")


def require_named(text: str, *, what: str) -> None:
    """Refuse what is not the name of a channel or a pouch: 32 lower-case hexadecimal digits.

    Raises:
        ServiceFormatError: It is anything else.
    """
    try:
        short_id(text)
    except ValueError:
        raise ServiceFormatError(f"{what} is not named by 32 lower-case digits") from None


def require_words(text: str, *, what: str, limit: int) -> None:
    """Refuse what is not one plain line of at most `limit` characters.

    Raises:
        ServiceFormatError: It is anything else; the message never repeats it.
    """
    if len(text) > limit:
        raise ServiceFormatError(f"{what} is longer than {limit} characters")
    try:
        require_line(text, what=what)
    except BaseFormatError as error:
        raise ServiceFormatError(str(error)) from error
