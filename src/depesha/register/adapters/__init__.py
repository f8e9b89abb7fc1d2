"""The register's tables and stores over SQLAlchemy Core."""

from depesha.register.adapters.store import SqlCheckpointStore, SqlLogStore, SqlWitnessStore
from depesha.register.adapters.tables import metadata

__all__ = ["SqlCheckpointStore", "SqlLogStore", "SqlWitnessStore", "metadata"]
