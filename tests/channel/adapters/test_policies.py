"""Policies in the store: what was set comes back, and what was not set is the default."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, String, select

from depesha.channel import REPLENISH_LIMIT, ChannelPolicy, ChannelStore, FactKind
from depesha.channel.adapters.tables import policies as table
from tests.channel.stations import HARBOUR, RIVER

PORT = HARBOUR.card.fingerprint
TOLD = [kind for kind in FactKind if kind is not FactKind.CONVEYED]

agreed = st.builds(
    ChannelPolicy,
    allows_unsigned=st.booleans(),
    allows_period_key=st.booleans(),
    tells=st.frozensets(st.sampled_from(TOLD)),
    replenish_pages=st.integers(0, REPLENISH_LIMIT),
    one_way=st.booleans(),
)


def test_without_a_word_the_default_holds(store: ChannelStore) -> None:
    """A correspondent nobody spoke of has the default, and asking writes nothing."""
    assert store.policies.of(PORT) == ChannelPolicy()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=agreed, second=agreed)
def test_the_last_word_holds(
    store: ChannelStore, first: ChannelPolicy, second: ChannelPolicy
) -> None:
    """Whatever was agreed reads back whole, and is replaced by what is agreed next."""
    for policy in (first, second):
        store.policies.put(PORT, policy)
        assert store.policies.of(PORT) == policy
    assert store.policies.of(RIVER.card.fingerprint) == ChannelPolicy()


def test_the_longest_list_of_facts_has_room(store: ChannelStore, connection: Connection) -> None:
    """The column holds every fact at once, so that an engine that counts cuts none off."""
    store.policies.put(PORT, ChannelPolicy(tells=frozenset(TOLD)))
    (words,) = connection.execute(select(table.c.tells)).scalars()
    assert isinstance(table.c.tells.type, String)
    assert len(words) <= (table.c.tells.type.length or 0)
