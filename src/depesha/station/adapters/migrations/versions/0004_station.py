"""Make the station: people, drafts, telegrams, commitments, decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step; its statements are never edited once it is released."""
    _station_actor()
    _station_commitment()
    _station_cosigned()
    _station_draft()
    _station_enclosure()
    _station_series()
    _station_telegram()
    _station_unvaulted()
    _station_copy()
    _station_decision()
    _station_event()


def _station_actor() -> None:
    op.create_table(
        "station_actor",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("releaser_key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _station_commitment() -> None:
    op.create_table(
        "station_commitment",
        sa.Column("register_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("register_index"),
    )
    op.create_index(
        op.f("ix_station_commitment_record_id"), "station_commitment", ["record_id"], unique=False
    )


def _station_cosigned() -> None:
    op.create_table(
        "station_cosigned",
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("station"),
    )


def _station_draft() -> None:
    op.create_table(
        "station_draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.String(length=200), nullable=False),
        sa.Column("drafted_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _station_enclosure() -> None:
    op.create_table(
        "station_enclosure",
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "position"),
    )


def _station_series() -> None:
    op.create_table(
        "station_series",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("series", sa.String(length=8), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "series"),
    )


def _station_telegram() -> None:
    op.create_table(
        "station_telegram",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("originator", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("minute", sa.LargeBinary(), nullable=False),
        sa.Column("minute_digest", sa.String(length=71), nullable=False),
        sa.Column("register_index", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record_id"),
        sa.UniqueConstraint("minute_digest"),
    )


def _station_unvaulted() -> None:
    op.create_table(
        "station_unvaulted",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _station_copy() -> None:
    op.create_table(
        "station_copy",
        sa.Column("object_digest", sa.String(length=71), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("book", sa.String(length=32), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("cover", sa.LargeBinary(), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("page_burnt", sa.Boolean(), nullable=False),
        sa.Column("acknowledged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["station_telegram.record_id"],
        ),
        sa.PrimaryKeyConstraint("object_digest"),
        sa.UniqueConstraint("direction", "book", "page"),
    )
    op.create_index(op.f("ix_station_copy_record_id"), "station_copy", ["record_id"], unique=False)


def _station_decision() -> None:
    op.create_table(
        "station_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("withheld", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("annexes", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.String(length=24), nullable=False),
        sa.Column("register_index", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["station_telegram.record_id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )


def _station_event() -> None:
    op.create_table(
        "station_event",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["station_telegram.record_id"],
        ),
        sa.PrimaryKeyConstraint("record_id", "position"),
    )
