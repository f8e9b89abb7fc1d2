"""The register's tables, one schema for SQLCipher and PostgreSQL.

An entry's row is never changed or deleted; a subtree's row is derived from entries and can be
made again. All hashes are 32 bytes.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# SQLite calls only a column of exactly this type its row id, which saves it a second tree.
_Index = BigInteger().with_variant(Integer(), "sqlite")

entry = Table(
    "register_entry",
    metadata,
    Column("entry_index", _Index, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    CheckConstraint("entry_index >= 0", name="register_entry_index"),
)

# `position` counts the complete subtrees from left to right as they lie in the tree: the one of
# level and index stands at (2 * index + 1) * 2**level - 1. Even positions are leaves, whose
# hashes stand in register_entry. One number is looked up many times faster than a pair.
node = Table(
    "register_node",
    metadata,
    Column("position", _Index, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

checkpoint = Table(
    "register_checkpoint",
    metadata,
    Column("size", _Index, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
    Column("signed_at", String(20), nullable=False),
)

cosignature = Table(
    "register_cosignature",
    metadata,
    Column("size", _Index, ForeignKey("register_checkpoint.size"), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("line", Text, nullable=False),
    sqlite_with_rowid=False,
)

witnessed = Table(
    "register_witnessed",
    metadata,
    Column("origin", String(255), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
)

evidence = Table(
    "register_evidence",
    metadata,
    Column("evidence_id", _Index, primary_key=True, autoincrement=True),
    Column("origin", String(255), nullable=False, index=True),
    Column("known_note", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("found_at", String(20), nullable=False),
)
