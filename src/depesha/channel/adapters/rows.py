"""What the stores share: an address in three columns, and refusing what must not be there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from depesha.channel.errors import ChannelStoreError
from depesha.channel.mailbox import Capability
from depesha.channel.padbook import MailboxAddress


@contextmanager
def storing() -> Iterator[None]:
    """Refuse as ours what the engine's own constraints refuse; it wrote nothing.

    Raises:
        ChannelStoreError: A row clashes with another.
    """
    try:
        yield
    except IntegrityError as error:
        raise ChannelStoreError("what was to be stored clashes with what is there") from error


def address_columns(address: MailboxAddress | None) -> dict[str, str | bytes | None]:
    """Return the three columns of an address, all empty where there is none."""
    if address is None:
        return {"relay": None, "mailbox": None, "deposit": None}
    return {
        "relay": address.relay,
        "mailbox": address.mailbox,
        "deposit": address.deposit.value,
    }


def read_address(row: Row[Any]) -> MailboxAddress | None:
    """Read the three columns of an address."""
    if row.relay is None:
        return None
    return MailboxAddress(
        relay=row.relay, mailbox=row.mailbox, deposit=Capability(bytes(row.deposit))
    )


def require_row(row: Row[Any] | None, what: str) -> Row[Any]:
    """Return the row that must be there.

    Raises:
        ChannelStoreError: It is not.
    """
    if row is None:
        raise ChannelStoreError(f"{what} is not in the store")
    return row


def require_one(rows: int, what: str) -> None:
    """Refuse a change that met no row.

    Raises:
        ChannelStoreError: It met none.
    """
    if rows != 1:
        raise ChannelStoreError(f"{what} is not in the store, or not in that state")
