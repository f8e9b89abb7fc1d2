"""One minute and one cover that the tests of this part start from."""

from datetime import UTC, datetime

from depesha.base import CallSign, Digest, OriginatorNumber, SerialRanges
from depesha.telegram import (
    Addressee,
    Cover,
    Minute,
    Mode,
    Precedence,
    number_points,
)


def minute(**changes: object) -> Minute:
    fields: dict[str, object] = {
        "number": OriginatorNumber(17, "k"),
        "year": 2031,
        "originator": "NORTH DESK",
        "written": datetime(2031, 3, 2, 7, 10, tzinfo=UTC),
        "released": datetime(2031, 3, 2, 7, 55, tzinfo=UTC),
        "mode": Mode.SIGNED,
        "action": (addressee("POST HARBOUR", Precedence.PRIORITY),),
        "points": number_points(["1. We accept.", "2. Say so."]),
    }
    return Minute(**(fields | changes))  # type: ignore[arg-type]  # a test may pass anything


def addressee(call_sign: str, precedence: Precedence = Precedence.ROUTINE) -> Addressee:
    return Addressee(call_sign=CallSign(call_sign), precedence=precedence)


def cover(**changes: object) -> Cover:
    fields: dict[str, object] = {
        "channel": b"c" * 16,
        "series": 2031,
        "serial": 12,
        "copy_number": 1,
        "copies": 2,
        "sender": b"s" * 32,
        "receiver": b"r" * 32,
        "book": b"b" * 16,
        "page": 3,
        "minute": Digest.of(b"minute"),
        "mode": Mode.SIGNED,
        "sealed": datetime(2031, 3, 2, 8, 0, 3, tzinfo=UTC),
        "clerk": "second clerk",
        "precedence": Precedence.PRIORITY,
        "have": SerialRanges(((1, 9), (11, 11))),
    }
    return Cover(**(fields | changes))  # type: ignore[arg-type]  # a test may pass anything
