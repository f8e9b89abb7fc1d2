"""The station's own tables: people, drafts, telegrams with their copies, commitments, decisions."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

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
    Column("record_id", ForeignKey("station_telegram.record_id"), nullable=False, index=True),
    Column("copy_number", Integer, nullable=False),
    Column("station", String(64), nullable=False),  # the correspondent's fingerprint
    Column("channel", String(32), nullable=False),
    Column("series", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("book", String(32), nullable=False),
    Column("page", Integer, nullable=False),
    Column("cover", LargeBinary, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("page_burnt", Boolean, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    UniqueConstraint("direction", "book", "page"),
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
