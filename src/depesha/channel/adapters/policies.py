"""The policies of channels in SQL."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from depesha.channel.adapters.tables import policies
from depesha.channel.policy import ChannelPolicy
from depesha.channel.service import FactKind


@dataclass(frozen=True, slots=True)
class SqlPolicyStore:
    """A `PolicyStore` inside the caller's transaction."""

    connection: Connection

    def of(self, station: str) -> ChannelPolicy:
        """Return the policy for a correspondent; the default where none was set."""
        row = self.connection.execute(
            select(policies).where(policies.c.station == station)
        ).one_or_none()
        if row is None:
            return ChannelPolicy()
        return ChannelPolicy(
            allows_unsigned=row.allows_unsigned,
            allows_period_key=row.allows_period_key,
            tells=frozenset(FactKind(word) for word in row.tells.split()),
            replenish_pages=row.replenish_pages,
            one_way=row.one_way,
        )

    def put(self, station: str, policy: ChannelPolicy) -> None:
        """Set the policy for a correspondent."""
        values = {
            "allows_unsigned": policy.allows_unsigned,
            "allows_period_key": policy.allows_period_key,
            "tells": " ".join(sorted(kind.value for kind in policy.tells)),
            "replenish_pages": policy.replenish_pages,
            "one_way": policy.one_way,
        }
        change = update(policies).where(policies.c.station == station).values(values)
        if self.connection.execute(change).rowcount == 0:
            self.connection.execute(insert(policies).values(station=station, **values))
