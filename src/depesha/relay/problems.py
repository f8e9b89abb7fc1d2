"""Refusals as problem documents (RFC 9457): one table from error codes to HTTP status."""

import logging
from collections.abc import Mapping
from types import MappingProxyType

from litestar.exceptions import HTTPException
from litestar.plugins.problem_details import ProblemDetailsException

from depesha.base import DepeshaError
from depesha.channel import (
    ChannelError,
    MailboxDeniedError,
    MailboxFormatError,
    ObjectTooLargeError,
    RelayBusyError,
)
from depesha.relay.errors import NoSuchCallError, RelayError

_log = logging.getLogger("depesha.relay")

TYPE_PREFIX = "https://depesha.example/problems/"
BAD_REQUEST = 400
INTERNAL = 500
UNAUTHORIZED = 401

STATUS: Mapping[str, int] = MappingProxyType(
    {
        "channel.mailbox_format": 400,
        "channel.mailbox_denied": 401,
        "channel.admission_denied": 401,
        "channel.object_unknown": 404,
        "channel.mailbox_exists": 409,
        "channel.object_too_large": 413,
        "channel.relay_busy": 429,
        "channel.mailbox_full": 507,
        "relay.no_call": 404,
        "relay.store": 503,
    }
)

# What Litestar itself refuses, in our words; any other of its refusals concerns the request.
_OF_LITESTAR: Mapping[int, type[DepeshaError]] = MappingProxyType(
    {
        404: NoSuchCallError,
        405: NoSuchCallError,
        413: ObjectTooLargeError,
        401: MailboxDeniedError,
    }
)


def problem_of(error: DepeshaError) -> ProblemDetailsException:
    """Write a refusal as a problem document; its words hold no name and no key."""
    return _problem(
        error.code, str(error), STATUS.get(error.code, INTERNAL), headers=_headers(error)
    )


def problem_of_litestar(error: HTTPException) -> ProblemDetailsException:
    """Write a refusal of the framework in our words, keeping its status.

    Its own words are dropped: they may repeat an address, which names a mailbox.
    """
    if error.status_code >= INTERNAL:
        return _problem(RelayError.code, "the relay failed", error.status_code)
    refusal = _OF_LITESTAR.get(error.status_code, MailboxFormatError)
    return _problem(refusal.code, "the call is not one of this relay's", error.status_code)


def problem_of_failure(error: Exception) -> ProblemDetailsException:
    """Say that something failed, and not what; the log has the kind of failure alone."""
    _log.error("a call failed: %s", type(error).__name__)
    return _problem(RelayError.code, "the relay failed", INTERNAL)


def _problem(
    code: str, words: str, status: int, *, headers: dict[str, str] | None = None
) -> ProblemDetailsException:
    return ProblemDetailsException(
        detail=words, status_code=status, type_=TYPE_PREFIX + code, title=code, headers=headers
    )


def _headers(error: DepeshaError) -> dict[str, str] | None:
    if isinstance(error, RelayBusyError):
        return {"Retry-After": str(error.retry_after_seconds)}
    if isinstance(error, ChannelError) and STATUS.get(error.code) == UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    return None
