"""The texts that stations exchange about their channel, and the notes of a restored station."""

from depesha.channel.service.lines import SERVICE_LIMIT_BYTES, is_service
from depesha.channel.service.notice import Notice, NoticeKind
from depesha.channel.service.reading import ServiceText, read_service
from depesha.channel.service.recap import Recap, SentSeries
from depesha.channel.service.receipt import (
    FACT_LIMIT,
    RECEIPT_LIMIT_BYTES,
    Fact,
    FactKind,
    Receipt,
)
from depesha.channel.service.restore import (
    RestoreAnswer,
    RestoreAsk,
    open_restore_answer,
    open_restore_ask,
    sign_restore_answer,
    sign_restore_ask,
)
from depesha.channel.service.void import VoidNotice
from depesha.channel.service.waybill import WAYBILL_LIMIT, Waybill

__all__ = [
    "FACT_LIMIT",
    "RECEIPT_LIMIT_BYTES",
    "SERVICE_LIMIT_BYTES",
    "WAYBILL_LIMIT",
    "Fact",
    "FactKind",
    "Notice",
    "NoticeKind",
    "Recap",
    "Receipt",
    "RestoreAnswer",
    "RestoreAsk",
    "SentSeries",
    "ServiceText",
    "VoidNotice",
    "Waybill",
    "is_service",
    "open_restore_answer",
    "open_restore_ask",
    "read_service",
    "sign_restore_answer",
    "sign_restore_ask",
]
