"""The archive's tables: one schema for every engine.

Instants, dates, digests and identifiers are kept in their one text form, so that they sort and
compare alike on every engine. Lists that are only ever read whole are JSON.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

units = Table(
    "archive_units",
    metadata,
    Column("unit_id", String(32), primary_key=True),
    # The root's parent is the empty string, so that two fonds of one number clash as well.
    Column("parent_id", String(32), nullable=False),
    Column("level", String(16), nullable=False),
    Column("number", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("dates", String(64)),
    Column("creator", Text),
    Column("access_conditions", Text),
    Column("language", Text),
    Column("custodial_history", Text),
    Column("scope_and_content", Text),
    UniqueConstraint("parent_id", "number"),
)

records = Table(
    "archive_records",
    metadata,
    # The order in which records came, and the row's number in the search index: never used twice.
    Column("serial", Integer, primary_key=True, autoincrement=True),
    Column("record_id", String(32), nullable=False, unique=True),
    Column("unit_id", ForeignKey("archive_units.unit_id"), nullable=False, index=True),
    Column("direction", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("title_devised", Text),
    Column("title_formal", Text),
    Column("kind", Text, nullable=False),
    Column("date_verbatim", Text),
    Column("date_edtf", String(64)),
    Column("earliest", String(10)),
    Column("latest", String(10)),
    Column("languages", Text, nullable=False),
    Column("markings", Text, nullable=False),
    Column("abstract", Text),
    Column("text", Text, nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("minute_digest", String(71), index=True),
    Column("cover_digest", String(71)),
    Column("register_index", Integer),
    sqlite_autoincrement=True,
)
Index(None, records.c.earliest, records.c.latest)


def _part(name: str, *columns: Column[object]) -> Table:
    """Return a table of the parts of records, in order within a record."""
    return Table(
        f"archive_{name}",
        metadata,
        Column(
            "record_id",
            ForeignKey("archive_records.record_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        Column("position", Integer, primary_key=True, autoincrement=False),
        *columns,
    )


identifiers = _part(
    "identifiers",
    Column("type", String(16), nullable=False),
    Column("verbatim", Text, nullable=False),
    Column("serial", Integer),
    Column("series", String(8)),
    Column("originator", Text),
    Column("year", Integer),
)
Index(None, identifiers.c.series, identifiers.c.serial)

parties = _part(
    "parties",
    Column("role", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("identification", Text),
)

holdings = _part(
    "holdings",
    Column("verbatim", Text, nullable=False),
    Column("archive", Text),
    Column("levels", Text, nullable=False),
    Column("leaves", Text, nullable=False),
    Column("copy_status", Text),
    # The number of the fonds, folded: what a search for `fonds:` compares.
    Column("fonds", Text, index=True),
)

events = _part(
    "events",
    Column("type", Text, nullable=False),
    Column("agent", Text),
    Column("verbatim", Text),
    Column("at", String(20)),
)

instantiations = _part(
    "instantiations",
    Column("name", String(128), nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("size_bytes", Integer, nullable=False),
)

references = _part(
    "references",
    Column("verbatim", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("serial", Integer),
    Column("series", String(8)),
    Column("last", Integer),
    Column("originator", Text),
    Column("year", Integer),
    Column("digest", String(71)),
    Column("status", String(16), index=True),
)

targets = Table(
    "archive_targets",
    metadata,
    Column(
        "record_id",
        ForeignKey("archive_records.record_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    # Which reference of the record, and which of its targets.
    Column("reference", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("target_id", ForeignKey("archive_records.record_id"), nullable=False, index=True),
    Column("certainty", String(16), nullable=False),
    Column("warrant", Text, nullable=False),
)
