"""What the relay answers: a body, or a refusal as a problem document (RFC 9457)."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from depesha.base import DepeshaError
from depesha.channel import RelayBusyError
from depesha.relay.errors import NoSuchCallError, RelayError

_log = logging.getLogger("depesha.relay")

TYPE_PREFIX = "https://depesha.example/problems/"
OCTETS = "application/octet-stream"
JSON = "application/json"
PLAIN = "text/plain; charset=utf-8"
OK = 200
CREATED = 201
NO_CONTENT = 204
_PROBLEM = "application/problem+json"
_INTERNAL = 500
_UNAUTHORIZED = 401
_NO_METHOD = 405

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


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body of a media type, and what else stands in the head."""

    status: int
    body: bytes = field(default=b"", repr=False)
    media_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def answer_of(found: object) -> Answer:
    """Answer with a value as JSON."""
    return Answer(OK, json.dumps(found, separators=(",", ":")).encode())


def problem_of(error: DepeshaError) -> Answer:
    """Write a refusal as a problem document; its words hold no name and no key."""
    status = STATUS.get(error.code, _INTERNAL)
    if isinstance(error, NoSuchCallError) and error.allowed:
        status = _NO_METHOD
    return _problem(error.code, str(error), status, _headers(error, status))


def problem_of_failure(error: Exception) -> Answer:
    """Say that something failed, and not what; the log has the kind of failure alone."""
    _log.error("a call failed: %s", type(error).__name__)
    return _problem(RelayError.code, "the relay failed", _INTERNAL, ())


def _problem(code: str, words: str, status: int, headers: tuple[tuple[str, str], ...]) -> Answer:
    document = {"type": TYPE_PREFIX + code, "title": code, "status": status, "detail": words}
    return Answer(status, json.dumps(document).encode(), _PROBLEM, headers)


def _headers(error: DepeshaError, status: int) -> tuple[tuple[str, str], ...]:
    if isinstance(error, RelayBusyError):
        return (("Retry-After", str(error.retry_after_seconds)),)
    if isinstance(error, NoSuchCallError) and error.allowed:
        return (("Allow", ", ".join(error.allowed)),)
    return (("WWW-Authenticate", "Bearer"),) if status == _UNAUTHORIZED else ()
