"""The channel's tables, one schema for SQLite, SQLCipher and PostgreSQL.

Instants are whole seconds since 1970, digests are 32 bytes, ranges of serials their text form.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from depesha.base import Digest, require_utc

FINGERPRINT = String(64)
SHORT_ID = String(32)
SERIES = String(4)
CODE = String(64)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC, to the second."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Write the seconds since 1970."""
        return None if value is None else int(require_utc(value).timestamp())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Read the seconds since 1970."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


class DigestBytes(TypeDecorator[Digest]):
    """A SHA-256 digest as its 32 bytes."""

    impl = LargeBinary(32)
    cache_ok = True

    def process_bind_param(self, value: Digest | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Write the 32 bytes."""
        return None if value is None else value.value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Digest | None:  # noqa: ANN401, ARG002
        """Read the 32 bytes."""
        return None if value is None else Digest(bytes(value))


metadata = MetaData()

peers = Table(
    "channel_peers",
    metadata,
    Column("fingerprint", FINGERPRINT, primary_key=True),
    Column("call_sign", String(40), nullable=False, index=True),
    Column("note", LargeBinary, nullable=False),
    Column("relation", String(16), nullable=False),
    Column("pinned_at", Instant, nullable=False),
    Column("retired_at", Instant),
)

# The cards that a newer edition took the place of: what they signed must go on verifying.
cards_before = Table(
    "channel_cards_before",
    metadata,
    Column("fingerprint", FINGERPRINT, primary_key=True),
    Column("edition", Integer, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
    Column("superseded_at", Instant, nullable=False),
)

# Rows here are never deleted: nothing takes a revocation back.
revocations = Table(
    "channel_revocations",
    metadata,
    Column("note_digest", DigestBytes, primary_key=True),
    Column("station", FINGERPRINT, nullable=False, index=True),
    Column("key", Text, nullable=False),
    Column("revoked_from", Instant, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("entered_at", Instant, nullable=False),
)

books_held = Table(
    "channel_books_held",
    metadata,
    Column("book", SHORT_ID, primary_key=True),
    Column("channel", SHORT_ID, nullable=False, index=True),
    Column("issuer", FINGERPRINT, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("use", String(8), nullable=False),
    Column("next_page", Integer, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("not_after", Instant, nullable=False),
    Column("relay", Text),
    Column("mailbox", SHORT_ID),
    Column("deposit", LargeBinary),
    Column("accepted_at", Instant, nullable=False),
)

# The key of a page stays for ever; the page itself is dropped once it is used.
pages_held = Table(
    "channel_pages_held",
    metadata,
    Column("key", DigestBytes, primary_key=True),
    Column("book", SHORT_ID, ForeignKey("channel_books_held.book"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("issuer", FINGERPRINT, nullable=False),
    Column("recipient", LargeBinary),
    Column("check_key", LargeBinary),
    UniqueConstraint("book", "number"),
)

books_issued = Table(
    "channel_books_issued",
    metadata,
    Column("book", SHORT_ID, primary_key=True),
    Column("holder", FINGERPRINT, nullable=False, index=True),
    Column("note", LargeBinary, nullable=False),
    Column("relay", Text),
    Column("mailbox", SHORT_ID),
    Column("deposit", LargeBinary),
    Column("fetch", LargeBinary),
    Column("use", String(8), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("not_after", Instant, nullable=False),
    Column("closed_at", Instant),
    # A travelling book goes along inside covers until one that carried it is acknowledged.
    Column("travelling", Boolean, nullable=False),
    Column("carried_series", Integer),
    Column("carried_serial", Integer),
)

# The spent list: rows here are never deleted.
pages_issued = Table(
    "channel_pages_issued",
    metadata,
    Column("key", DigestBytes, primary_key=True),
    Column("book", SHORT_ID, ForeignKey("channel_books_issued.book"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("spent_at", Instant),
    UniqueConstraint("book", "number"),
)

serials_out = Table(
    "channel_serials_out",
    metadata,
    Column("channel", SHORT_ID, primary_key=True),
    Column("series", SERIES, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("following", Integer, nullable=False),
    Column("previous", DigestBytes),
)

# Rows here are never deleted: a void stays void.
voids_out = Table(
    "channel_voids_out",
    metadata,
    Column("channel", SHORT_ID, primary_key=True),
    Column("series", SERIES, primary_key=True),
    Column("serials", Text, nullable=False),
    Column("voided_at", Instant, nullable=False),
)

policies = Table(
    "channel_policies",
    metadata,
    Column("station", FINGERPRINT, primary_key=True),
    Column("allows_unsigned", Boolean, nullable=False),
    Column("allows_period_key", Boolean, nullable=False),
    Column("tells", String(64), nullable=False),
    Column("replenish_pages", Integer, nullable=False),
    Column("one_way", Boolean, nullable=False),
)

facts_owed = Table(
    "channel_facts_owed",
    metadata,
    Column("channel", SHORT_ID, primary_key=True),
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("serial", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("actor", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Column("due", Instant, nullable=False),
    Column("carried_series", Integer),
    Column("carried_serial", Integer),
)

gaps = Table(
    "channel_gaps",
    metadata,
    Column("channel", SHORT_ID, primary_key=True),
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("serial", Integer, primary_key=True, autoincrement=False),
    Column("seen_at", Instant, nullable=False),
    Column("due", Instant, nullable=False),
    Column("asked", Integer, nullable=False),
)

repeats_asked = Table(
    "channel_repeats_asked",
    metadata,
    Column("channel", SHORT_ID, primary_key=True),
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("serial", Integer, primary_key=True, autoincrement=False),
    Column("asked_at", Instant, nullable=False),
)

ledgers = Table(
    "channel_ledgers",
    metadata,
    Column("channel", SHORT_ID, primary_key=True),
    Column("series", SERIES, primary_key=True),
    Column("first_serial", Integer, nullable=False),
    Column("received", Text, nullable=False),
    Column("voided", Text, nullable=False),
    Column("announced", Integer, nullable=False),
)

covers_in = Table(
    "channel_covers_in",
    metadata,
    Column("cover", DigestBytes, primary_key=True),
    Column("channel", SHORT_ID, nullable=False),
    Column("series", SERIES, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("minute", DigestBytes, nullable=False),
    Column("previous", DigestBytes),
    Column("is_signed", Boolean, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("object_digest", DigestBytes, nullable=False, unique=True),
    Column("arrival", String(8), nullable=False),
    # 0 for the first cover under its serial, by which later arrivals are judged; then 1, 2, …
    Column("place", Integer, nullable=False),
    Column("record_id", String(128), nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("channel", "series", "serial", "place"),
)

outbox = Table(
    "channel_outbox",
    metadata,
    Column("outbox_id", Integer, primary_key=True, autoincrement=True),
    Column("channel", SHORT_ID, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("relay", Text),
    Column("mailbox", SHORT_ID),
    Column("deposit", LargeBinary),
    Column("queued_at", Instant, nullable=False),
    Column("deposited_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("last_error", CODE),
    Index("channel_outbox_state", "state", "outbox_id"),
)

quarantine = Table(
    "channel_quarantine",
    metadata,
    Column("object_digest", DigestBytes, primary_key=True),
    Column("code", CODE, nullable=False),
    Column("kept_as", String(128), nullable=False),
    Column("source", String(64), nullable=False),
    Column("refused_at", Instant, nullable=False),
    Column("settled_at", Instant),
)
