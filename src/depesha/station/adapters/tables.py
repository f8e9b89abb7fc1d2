"""The station's own tables: people, drafts, telegrams with their copies, commitments, decisions."""

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
)

from depesha.base import instant_from_text, instant_to_text


class Instant(TypeDecorator[str]):
    """The text of an instant, kept as whole seconds since 1970, so that it can be ordered."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Write the seconds since 1970."""
        return None if value is None else int(instant_from_text(value).timestamp())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ANN401, ARG002
        """Read the seconds since 1970."""
        return None if value is None else instant_to_text(datetime.fromtimestamp(value, UTC))


metadata = MetaData()

actor = Table(
    "station_actor",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("roles", String(200), nullable=False),
    # The last word of this person's releaser key name; empty for those who do not release.
    Column("releaser_key", String(64), nullable=False),
)

office_series = Table(
    "station_series",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("series", String(8), primary_key=True),
    Column("next_number", Integer, nullable=False),
)

draft = Table(
    "station_draft",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("content", Text, nullable=False),
    Column("drafted_by", String(200), nullable=False),
    Column("drafted_at", String(24), nullable=False),
)

enclosure = Table(
    "station_enclosure",
    metadata,
    Column("owner", String(32), primary_key=True),  # a draft's or a telegram's id
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", String(128), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

telegram = Table(
    "station_telegram",
    metadata,
    Column("record_id", String(32), primary_key=True),
    Column("direction", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("originator", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", String(24), nullable=False),
    Column("minute", LargeBinary, nullable=False),
    Column("minute_digest", String(71), nullable=False, unique=True),
    Column("register_index", Integer, nullable=False),
)

copy = Table(
    "station_copy",
    metadata,
    # A repeat is the same copy under its serial again, so that the object alone names a row.
    Column("object_digest", String(71), primary_key=True),
    Column("record_id", String(32), nullable=False, index=True),  # a telegram's or a service's
    Column("copy_number", Integer, nullable=False),
    Column("station", String(64), nullable=False),  # the correspondent's fingerprint
    Column("channel", String(32), nullable=False),
    Column("series", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("book", String(32), nullable=False),
    Column("page", Integer, nullable=False),
    Column("cover", LargeBinary, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("is_period_key", Boolean, nullable=False),
    Column("is_service", Boolean, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("precedence", String(16), nullable=False),
    Column("sealed_at", Instant, nullable=False),
    Column("page_burnt", Boolean, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    Index("station_copy_serial", "channel", "series", "serial"),
    Index("station_copy_open", "direction", "acknowledged", "page_burnt"),
)

service = Table(
    "station_service",
    metadata,
    Column("service_id", String(32), primary_key=True),
    Column("direction", String(8), nullable=False),
    Column("station", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

custody = Table(
    "station_custody",
    metadata,
    Column("record_id", ForeignKey("station_telegram.record_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("copy_number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("holder", String(200), nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", String(24), nullable=False),
    Column("note", Text, nullable=False),
)

cancellation = Table(
    "station_cancellation",
    metadata,
    Column("by_record", ForeignKey("station_telegram.record_id"), primary_key=True),
    Column("originator", String(200), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("number", String(24), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("station", String(64), nullable=False),
    Column("by_number", String(24), nullable=False),
    Index("station_cancellation_of", "number", "year"),
)

restored = Table(
    "station_restored",
    metadata,
    # After a restore every correspondence waits here until its other side has told where it stands.
    Column("station", String(64), primary_key=True),
    Column("since", String(24), nullable=False),
    Column("settled_at", String(24), nullable=True),
)

event = Table(
    "station_event",
    metadata,
    Column("record_id", ForeignKey("station_telegram.record_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("at", String(24), nullable=False),
    Column("note", Text, nullable=False),
)

commitment = Table(
    "station_commitment",
    metadata,
    Column("register_index", Integer, primary_key=True, autoincrement=False),
    Column("record_id", String(32), nullable=False, index=True),
    Column("secret", LargeBinary, nullable=False),
    Column("header", Text, nullable=False),
    Column("body", Text, nullable=False),
)

decision = Table(
    "station_decision",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("record_id", ForeignKey("station_telegram.record_id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("withheld", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("annexes", String(64), nullable=False),
    Column("statement", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("proposed_by", String(200), nullable=False),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", String(24), nullable=False),
    Column("register_index", Integer, nullable=True),
)

cosigned = Table(
    "station_cosigned",
    metadata,
    # Up to which size a correspondent has cosigned our register, for the next consistency proof.
    Column("station", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
)

unvaulted = Table(
    "station_unvaulted",
    metadata,
    # Preservation copies, sealed to the archive key, that the vault does not keep yet.
    Column("name", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
