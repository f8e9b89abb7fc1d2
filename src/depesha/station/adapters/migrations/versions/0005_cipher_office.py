"""Make room for the cipher office: policies, dues, service texts, custody, restores."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COPIED = (
    "object_digest, record_id, copy_number, station, channel, series, serial, book, page, cover, "
    "direction, page_burnt, acknowledged"
)


def upgrade() -> None:
    """Take the step; its statements are never edited once it is released."""
    _books()
    _ledgers_and_covers()
    op.drop_table("channel_acknowledged")
    _channel_cards_before()
    _channel_revocations()
    _channel_voids_out()
    _channel_policies()
    _channel_facts_owed()
    _channel_gaps()
    _channel_repeats_asked()
    _station_copy()
    _station_service()
    _station_custody()
    _station_cancellation()
    _station_restored()


def _books() -> None:
    op.add_column("channel_books_held", _column("use", sa.String(length=8), "once"))
    issued = "channel_books_issued"
    op.add_column(issued, _column("use", sa.String(length=8), "once"))
    op.add_column(issued, _column("not_after", sa.BigInteger(), "0"))
    op.add_column(issued, _column("travelling", sa.Boolean(), sa.false()))
    op.add_column(issued, sa.Column("carried_series", sa.Integer(), nullable=True))
    op.add_column(issued, sa.Column("carried_serial", sa.Integer(), nullable=True))


def _ledgers_and_covers() -> None:
    op.add_column("channel_ledgers", _column("announced", sa.Integer(), "0"))
    op.add_column("channel_covers_in", _column("is_signed", sa.Boolean(), sa.true()))
    op.add_column("channel_serials_out", _column("first", sa.Integer(), "1"))
    op.add_column("channel_covers_in", _column("repeat", sa.Integer(), "0"))


def _channel_cards_before() -> None:
    op.create_table(
        "channel_cards_before",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", "edition"),
    )


def _channel_revocations() -> None:
    op.create_table(
        "channel_revocations",
        sa.Column("note_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("revoked_from", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("note_digest"),
    )
    op.create_index(
        "ix_channel_revocations_station", "channel_revocations", ["station"], unique=False
    )


def _channel_voids_out() -> None:
    op.create_table(
        "channel_voids_out",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("series", sa.String(length=4), nullable=False),
        sa.Column("serials", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "series"),
    )


def _channel_policies() -> None:
    op.create_table(
        "channel_policies",
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("allows_unsigned", sa.Boolean(), nullable=False),
        sa.Column("allows_period_key", sa.Boolean(), nullable=False),
        sa.Column("tells", sa.String(length=64), nullable=False),
        sa.Column("replenish_pages", sa.Integer(), nullable=False),
        sa.Column("one_way", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("station"),
    )


def _channel_facts_owed() -> None:
    op.create_table(
        "channel_facts_owed",
        *_serial_columns(),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("carried_series", sa.Integer(), nullable=True),
        sa.Column("carried_serial", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("channel", "series", "serial", "kind"),
    )


def _channel_gaps() -> None:
    op.create_table(
        "channel_gaps",
        *_serial_columns(),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "series", "serial"),
    )


def _channel_repeats_asked() -> None:
    op.create_table(
        "channel_repeats_asked",
        *_serial_columns(),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "series", "serial"),
    )


def _station_copy() -> None:
    """Make the table anew: it loses two constraints, which SQLite cannot take away."""
    op.rename_table("station_copy", "station_copy_before")
    op.drop_index("ix_station_copy_record_id", "station_copy_before")
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
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("is_period_key", sa.Boolean(), nullable=False),
        sa.Column("is_service", sa.Boolean(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("precedence", sa.String(length=16), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.Column("page_burnt", sa.Boolean(), nullable=False),
        sa.Column("acknowledged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("object_digest"),
    )
    op.execute(
        f"INSERT INTO station_copy ({_COPIED}, mode, is_period_key, is_service, repeat, "  # noqa: S608
        f"precedence, sealed_at) SELECT {_COPIED}, 'signed', {sa.false()}, {sa.false()}, 0, "
        "'routine', 0 FROM station_copy_before"
    )
    op.drop_table("station_copy_before")
    for name, columns in (
        ("ix_station_copy_record_id", ["record_id"]),
        ("station_copy_serial", ["channel", "series", "serial"]),
        ("station_copy_open", ["direction", "acknowledged", "page_burnt"]),
    ):
        op.create_index(name, "station_copy", columns, unique=False)


def _station_service() -> None:
    op.create_table(
        "station_service",
        sa.Column("service_id", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("service_id"),
    )
    op.create_index("ix_station_service_station", "station_service", ["station"], unique=False)


def _station_custody() -> None:
    op.create_table(
        "station_custody",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["station_telegram.record_id"]),
        sa.PrimaryKeyConstraint("record_id", "position"),
    )


def _station_cancellation() -> None:
    op.create_table(
        "station_cancellation",
        sa.Column("by_record", sa.String(length=32), nullable=False),
        sa.Column("originator", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("by_number", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["by_record"], ["station_telegram.record_id"]),
        sa.PrimaryKeyConstraint("by_record", "originator", "year", "number"),
    )
    op.create_index(
        "station_cancellation_of", "station_cancellation", ["number", "year"], unique=False
    )


def _station_restored() -> None:
    op.create_table(
        "station_restored",
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(length=24), nullable=False),
        sa.Column("settled_at", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("station"),
    )


def _serial_columns() -> tuple[sa.Column[str] | sa.Column[int], ...]:
    return (
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("series", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.Integer(), autoincrement=False, nullable=False),
    )


def _column(
    name: str,
    kind: sa.String | sa.Integer | sa.Boolean,
    default: str | sa.ColumnElement[bool],
) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=False, server_default=default)
