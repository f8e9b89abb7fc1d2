"""Admission tokens: who may open mailboxes, until when, and how many (PROTOCOL 17).

A relay has as many tokens as its operator gave out, and keeps a digest of each. A token opens
mailboxes and nothing else; those that it opened stay when it ends or is revoked, since the relay
does not keep which token opened which mailbox.
"""

from dataclasses import dataclass
from datetime import datetime

from depesha.base import Digest
from depesha.channel import AdmissionDeniedError, Quota
from depesha.relay.errors import AdmissionRefusedError

# What one token may open in its life; the operator gives out another for more.
TOKEN_MAILBOXES = 4096
TOKEN_BYTES = 1 << 40
_ID_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """One token by its digest, what it may do, and what it did.

    `expires` is None for a token without an end; `mailboxes` and `size_bytes` count what it opened
    in its life, for nothing is given back.
    """

    token: Digest
    expires: datetime | None = None
    most_mailboxes: int = TOKEN_MAILBOXES
    mailboxes: int = 0
    size_bytes: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.most_mailboxes <= TOKEN_MAILBOXES:
            raise AdmissionRefusedError(f"a token opens from 1 to {TOKEN_MAILBOXES} mailboxes")

    @property
    def admission_id(self) -> str:
        """The name by which its operator revokes it; it opens nothing."""
        return admission_id_of(self.token)

    def is_over(self, now: datetime) -> bool:
        """Tell whether the token has come to its end."""
        return self.expires is not None and self.expires <= now

    def require_room(self, quota: Quota, *, now: datetime) -> None:
        """Refuse one mailbox more where the token may not open it.

        Raises:
            AdmissionDeniedError: It is over, or has opened as much as it may.
        """
        if self.is_over(now):
            raise AdmissionDeniedError("this relay opens no mailbox for this token")
        if self.mailboxes >= self.most_mailboxes or (
            self.size_bytes + quota.size_bytes > TOKEN_BYTES
        ):
            raise AdmissionDeniedError("the token has opened as much as one token may")


def admission_id_of(token: Digest) -> str:
    """Name a token: the first 16 digits of its digest."""
    return token.hex[:_ID_DIGITS]


def require_admission_id(text: str) -> str:
    """Return `text` if it can be the name of a token.

    Raises:
        AdmissionRefusedError: It cannot.
    """
    if len(text) != _ID_DIGITS or not set(text) <= set("0123456789abcdef"):
        raise AdmissionRefusedError(f"a token is named by {_ID_DIGITS} lower-case digits")
    return text
