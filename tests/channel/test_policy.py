"""What two stations agreed: the least that is accepted, and nothing that may not be agreed."""

import pytest

from depesha.channel import REPLENISH_LIMIT, ChannelPolicy, FactKind


def test_the_default_is_the_stricter_choice_where_there_is_one() -> None:
    """Nobody is talked down by saying nothing: signed only, and no fact that a person must tell."""
    policy = ChannelPolicy()
    assert not policy.allows_unsigned
    assert not policy.one_way
    assert policy.allows_period_key
    assert policy.tells == {FactKind.RECEIVED, FactKind.OPENED}
    assert policy.replenish_pages > 0


@pytest.mark.parametrize("others", [set(), {FactKind.OPENED}, {FactKind.HANDED}])
def test_that_something_was_conveyed_is_never_told_by_itself(others: set[FactKind]) -> None:
    """A person reports it; no policy can promise it (PROTOCOL 15, no. 15)."""
    assert ChannelPolicy(tells=frozenset(others)).tells == others
    with pytest.raises(ValueError, match="conveyed"):
        ChannelPolicy(tells=frozenset({*others, FactKind.CONVEYED}))


@pytest.mark.parametrize("pages", [0, 1, REPLENISH_LIMIT])
def test_a_book_in_a_cover_may_have_so_many_pages(pages: int) -> None:
    """None at all is a choice: then every book goes by hand."""
    assert ChannelPolicy(replenish_pages=pages).replenish_pages == pages


@pytest.mark.parametrize("pages", [-1, REPLENISH_LIMIT + 1])
def test_a_book_in_a_cover_has_an_end(pages: int) -> None:
    """More pages than a cover has room for cannot be agreed."""
    with pytest.raises(ValueError, match="pages"):
        ChannelPolicy(replenish_pages=pages)
