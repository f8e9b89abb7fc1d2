"""Make the channel: cards, pad books, serials, outbox, quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step; its statements are never edited once it is released."""
    _channel_acknowledged()
    _channel_books_held()
    _channel_books_issued()
    _channel_covers_in()
    _channel_ledgers()
    _channel_outbox()
    _channel_peers()
    _channel_quarantine()
    _channel_serials_out()
    _channel_pages_held()
    _channel_pages_issued()


def _channel_acknowledged() -> None:
    op.create_table(
        "channel_acknowledged",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("series", sa.String(length=4), nullable=False),
        sa.Column("have", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "series"),
    )


def _channel_books_held() -> None:
    op.create_table(
        "channel_books_held",
        sa.Column("book", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("issuer", sa.String(length=64), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("next_page", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("relay", sa.Text(), nullable=True),
        sa.Column("mailbox", sa.String(length=32), nullable=True),
        sa.Column("deposit", sa.LargeBinary(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book"),
    )
    op.create_index(
        op.f("ix_channel_books_held_channel"), "channel_books_held", ["channel"], unique=False
    )


def _channel_books_issued() -> None:
    op.create_table(
        "channel_books_issued",
        sa.Column("book", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("relay", sa.Text(), nullable=True),
        sa.Column("mailbox", sa.String(length=32), nullable=True),
        sa.Column("deposit", sa.LargeBinary(), nullable=True),
        sa.Column("fetch", sa.LargeBinary(), nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("book"),
    )
    op.create_index(
        op.f("ix_channel_books_issued_holder"), "channel_books_issued", ["holder"], unique=False
    )


def _channel_covers_in() -> None:
    op.create_table(
        "channel_covers_in",
        sa.Column("cover", sa.LargeBinary(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("series", sa.String(length=4), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("minute", sa.LargeBinary(length=32), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=True),
        sa.Column("object_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("arrival", sa.String(length=8), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(length=128), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cover"),
        sa.UniqueConstraint("channel", "series", "serial", "place"),
        sa.UniqueConstraint("object_digest"),
    )


def _channel_ledgers() -> None:
    op.create_table(
        "channel_ledgers",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("series", sa.String(length=4), nullable=False),
        sa.Column("first_serial", sa.Integer(), nullable=False),
        sa.Column("received", sa.Text(), nullable=False),
        sa.Column("voided", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "series"),
    )


def _channel_outbox() -> None:
    op.create_table(
        "channel_outbox",
        sa.Column("outbox_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("relay", sa.Text(), nullable=True),
        sa.Column("mailbox", sa.String(length=32), nullable=True),
        sa.Column("deposit", sa.LargeBinary(), nullable=True),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("deposited_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("outbox_id"),
    )
    op.create_index("channel_outbox_state", "channel_outbox", ["state", "outbox_id"], unique=False)


def _channel_peers() -> None:
    op.create_table(
        "channel_peers",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("call_sign", sa.String(length=40), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("pinned_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    op.create_index(
        op.f("ix_channel_peers_call_sign"), "channel_peers", ["call_sign"], unique=False
    )


def _channel_quarantine() -> None:
    op.create_table(
        "channel_quarantine",
        sa.Column("object_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kept_as", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("object_digest"),
    )


def _channel_serials_out() -> None:
    op.create_table(
        "channel_serials_out",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("series", sa.String(length=4), nullable=False),
        sa.Column("following", sa.Integer(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("channel", "series"),
    )


def _channel_pages_held() -> None:
    op.create_table(
        "channel_pages_held",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("book", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("check_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["book"],
            ["channel_books_held.book"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("book", "number"),
    )


def _channel_pages_issued() -> None:
    op.create_table(
        "channel_pages_issued",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("book", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("spent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["book"],
            ["channel_books_issued.book"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("book", "number"),
    )
