"""Reading a service text of whatever kind: the label says which it is."""

from collections.abc import Callable

from depesha.base import BaseFormatError, decode
from depesha.channel.errors import ServiceFormatError, ServiceVersionError
from depesha.channel.service.lines import (
    NOTICE_LABEL,
    RECAP_LABEL,
    RECEIPT_LABEL,
    SERVICE_LIMIT_BYTES,
    VOID_LABEL,
    WAYBILL_LABEL,
    is_service,
)
from depesha.channel.service.notice import Notice
from depesha.channel.service.recap import Recap
from depesha.channel.service.receipt import Receipt
from depesha.channel.service.void import VoidNotice
from depesha.channel.service.waybill import Waybill

ServiceText = Receipt | Recap | VoidNotice | Waybill | Notice

_READERS: dict[str, Callable[[str], ServiceText]] = {
    RECEIPT_LABEL: Receipt.from_text,
    RECAP_LABEL: Recap.from_text,
    VOID_LABEL: VoidNotice.from_text,
    WAYBILL_LABEL: Waybill.from_text,
    NOTICE_LABEL: Notice.from_text,
}


def read_service(data: bytes) -> ServiceText:
    """Read the bytes of a service text. Verify what authenticates them first.

    Raises:
        ServiceVersionError: The label names a service text of another version.
        ServiceFormatError: The bytes are not a service text in its one spelling.
    """
    if len(data) > SERVICE_LIMIT_BYTES:
        raise ServiceFormatError("the text is larger than 1 MiB")
    try:
        text = decode(data, what="the text")
    except BaseFormatError as error:
        raise ServiceFormatError(str(error)) from error
    read = _READERS.get(text.partition("\n")[0])
    if read is None:
        if is_service(data):
            raise ServiceVersionError("line 1: a version that is not read here")
        raise ServiceFormatError("line 1: expected the label of a service text")
    return read(text)
