"""Make the register: entries, tree, checkpoints, witnessed registers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step; its statements are never edited once it is released."""
    _register_checkpoint()
    _register_entry()
    _register_evidence()
    _register_node()
    _register_witnessed()
    _register_cosignature()


def _register_checkpoint() -> None:
    op.create_table(
        "register_checkpoint",
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("size"),
    )


def _register_entry() -> None:
    op.create_table(
        "register_entry",
        sa.Column(
            "entry_index",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("entry_index >= 0", name="register_entry_index"),
        sa.PrimaryKeyConstraint("entry_index"),
    )


def _register_evidence() -> None:
    op.create_table(
        "register_evidence",
        sa.Column(
            "evidence_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("known_note", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("found_at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("evidence_id"),
    )
    op.create_index(
        op.f("ix_register_evidence_origin"), "register_evidence", ["origin"], unique=False
    )


def _register_node() -> None:
    op.create_table(
        "register_node",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )


def _register_witnessed() -> None:
    op.create_table(
        "register_witnessed",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin"),
    )


def _register_cosignature() -> None:
    op.create_table(
        "register_cosignature",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["size"],
            ["register_checkpoint.size"],
        ),
        sa.PrimaryKeyConstraint("size", "name"),
        sqlite_with_rowid=False,
    )
