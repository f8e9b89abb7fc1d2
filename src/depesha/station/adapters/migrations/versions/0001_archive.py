"""Make the archive: arrangement, records, references, search."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step; its statements are never edited once it is released."""
    _archive_units()
    _archive_records()
    _archive_events()
    _archive_holdings()
    _archive_identifiers()
    _archive_instantiations()
    _archive_parties()
    _archive_references()
    _archive_targets()
    _search()


def _archive_units() -> None:
    op.create_table(
        "archive_units",
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("dates", sa.String(length=64), nullable=True),
        sa.Column("creator", sa.Text(), nullable=True),
        sa.Column("access_conditions", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("custodial_history", sa.Text(), nullable=True),
        sa.Column("scope_and_content", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_archive_units")),
        sa.UniqueConstraint("parent_id", "number", name=op.f("uq_archive_units_parent_id_number")),
    )


def _archive_records() -> None:
    op.create_table(
        "archive_records",
        sa.Column("serial", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("title_devised", sa.Text(), nullable=True),
        sa.Column("title_formal", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("date_verbatim", sa.Text(), nullable=True),
        sa.Column("date_edtf", sa.String(length=64), nullable=True),
        sa.Column("earliest", sa.String(length=10), nullable=True),
        sa.Column("latest", sa.String(length=10), nullable=True),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("markings", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("minute_digest", sa.String(length=71), nullable=True),
        sa.Column("cover_digest", sa.String(length=71), nullable=True),
        sa.Column("register_index", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["archive_units.unit_id"], name=op.f("fk_archive_records_unit_id")
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_archive_records")),
        sa.UniqueConstraint("record_id", name=op.f("uq_archive_records_record_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_archive_records_earliest_latest"),
        "archive_records",
        ["earliest", "latest"],
        unique=False,
    )
    op.create_index(
        op.f("ix_archive_records_minute_digest"), "archive_records", ["minute_digest"], unique=False
    )
    op.create_index(
        op.f("ix_archive_records_unit_id"), "archive_records", ["unit_id"], unique=False
    )


def _archive_events() -> None:
    op.create_table(
        "archive_events",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("verbatim", sa.Text(), nullable=True),
        sa.Column("at", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["archive_records.record_id"],
            name=op.f("fk_archive_events_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "position", name=op.f("pk_archive_events")),
    )


def _archive_holdings() -> None:
    op.create_table(
        "archive_holdings",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verbatim", sa.Text(), nullable=False),
        sa.Column("archive", sa.Text(), nullable=True),
        sa.Column("levels", sa.Text(), nullable=False),
        sa.Column("leaves", sa.Text(), nullable=False),
        sa.Column("copy_status", sa.Text(), nullable=True),
        sa.Column("fonds", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["archive_records.record_id"],
            name=op.f("fk_archive_holdings_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "position", name=op.f("pk_archive_holdings")),
    )
    op.create_index(op.f("ix_archive_holdings_fonds"), "archive_holdings", ["fonds"], unique=False)


def _archive_identifiers() -> None:
    op.create_table(
        "archive_identifiers",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("verbatim", sa.Text(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("series", sa.String(length=8), nullable=True),
        sa.Column("originator", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["archive_records.record_id"],
            name=op.f("fk_archive_identifiers_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "position", name=op.f("pk_archive_identifiers")),
    )
    op.create_index(
        op.f("ix_archive_identifiers_series_serial"),
        "archive_identifiers",
        ["series", "serial"],
        unique=False,
    )


def _archive_instantiations() -> None:
    op.create_table(
        "archive_instantiations",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["archive_records.record_id"],
            name=op.f("fk_archive_instantiations_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "position", name=op.f("pk_archive_instantiations")),
        sa.UniqueConstraint("name", name=op.f("uq_archive_instantiations_name")),
    )


def _archive_parties() -> None:
    op.create_table(
        "archive_parties",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("identification", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["archive_records.record_id"],
            name=op.f("fk_archive_parties_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "position", name=op.f("pk_archive_parties")),
    )


def _archive_references() -> None:
    op.create_table(
        "archive_references",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verbatim", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("series", sa.String(length=8), nullable=True),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("originator", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=71), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["archive_records.record_id"],
            name=op.f("fk_archive_references_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "position", name=op.f("pk_archive_references")),
    )
    op.create_index(
        op.f("ix_archive_references_status"), "archive_references", ["status"], unique=False
    )


def _archive_targets() -> None:
    op.create_table(
        "archive_targets",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target_id", sa.String(length=32), nullable=False),
        sa.Column("certainty", sa.String(length=16), nullable=False),
        sa.Column("warrant", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["archive_records.record_id"],
            name=op.f("fk_archive_targets_record_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["archive_records.record_id"], name=op.f("fk_archive_targets_target_id")
        ),
        sa.PrimaryKeyConstraint(
            "record_id", "reference", "position", name=op.f("pk_archive_targets")
        ),
    )
    op.create_index(
        op.f("ix_archive_targets_target_id"), "archive_targets", ["target_id"], unique=False
    )


def _search() -> None:
    # Only search is written for each engine: this index is SQLite's own.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS archive_search_1 USING fts5("
            "title, numbers, senders, addressees, names, text, "
            "content = '', contentless_delete = 1, tokenize = \"ascii tokenchars '/'\")"
        )
