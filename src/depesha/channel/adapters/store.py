"""All of a station's channel tables behind one connection."""

from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import Connection

from depesha.channel.adapters.book_lives import SqlBookLives
from depesha.channel.adapters.books import SqlHeldBookStore, SqlIssuedBookStore
from depesha.channel.adapters.dues import SqlDueStore
from depesha.channel.adapters.outbox import SqlOutboxStore, SqlQuarantineStore
from depesha.channel.adapters.peers import SqlPeerStore
from depesha.channel.adapters.policies import SqlPolicyStore
from depesha.channel.adapters.serials import SqlIncomingStore, SqlOutgoingStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlChannelStore:
    """A `ChannelStore`: the table groups inside one transaction, which is the caller's."""

    peers: SqlPeerStore
    held: SqlHeldBookStore
    issued: SqlIssuedBookStore
    lives: SqlBookLives
    policies: SqlPolicyStore
    dues: SqlDueStore
    outgoing: SqlOutgoingStore
    incoming: SqlIncomingStore
    outbox: SqlOutboxStore
    quarantine: SqlQuarantineStore
    connection: Connection = field(repr=False)

    @classmethod
    def over(cls, connection: Connection) -> Self:
        """Work through an open connection; the caller begins and commits."""
        return cls(
            peers=SqlPeerStore(connection),
            held=SqlHeldBookStore(connection),
            issued=SqlIssuedBookStore(connection),
            lives=SqlBookLives(connection),
            policies=SqlPolicyStore(connection),
            dues=SqlDueStore(connection),
            outgoing=SqlOutgoingStore(connection),
            incoming=SqlIncomingStore(connection),
            outbox=SqlOutboxStore(connection),
            quarantine=SqlQuarantineStore(connection),
            connection=connection,
        )
