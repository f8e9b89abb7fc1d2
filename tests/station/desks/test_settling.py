"""What lies in quarantine: listed with its advice, tried again, settled, and never deleted."""

import pytest

from depesha.base import DepeshaError, Digest
from depesha.channel import ChannelPolicy
from depesha.station.desks.settling import _ADVICE
from tests.station.desks.test_reception import receive, sent
from tests.station.houses import NORTH, PORT, Pair, draft_to
from tests.station.looking import everything, kept_in_quarantine
from tests.station.refusals import refused

JUNK = b"junk"
NAME = Digest.of(JUNK).hex


def test_a_case_says_what_it_is_and_what_to_do(pair: Pair) -> None:
    """By its code, since when, how large; found by the beginning of its digest."""
    receive(pair.port, JUNK)
    pair.clock.pass_time(hours=1)
    receive(pair.port, b"more junk")
    desk = pair.port.station.settling

    first, second = desk.cases()

    assert (first.code, first.object_digest) == ("channel.envelope_format", f"sha256:{NAME}")
    assert first.refused_at < second.refused_at
    assert desk.case(NAME[:6]).size_bytes == len(JUNK)
    assert "damaged" in first.advice


def test_a_settled_case_is_closed_and_kept(pair: Pair) -> None:
    """The registrar closes it; the bytes stay in quarantine as they came."""
    receive(pair.port, JUNK)
    desk = pair.port.station.settling

    assert desk.settle(f"sha256:{NAME}", by=pair.port.clerk).code == "channel.envelope_format"

    assert desk.cases() == ()
    assert kept_in_quarantine(pair.port) == [JUNK]
    with refused("station.not_found"):
        desk.settle(NAME, by=pair.port.clerk)


def test_a_case_is_named_without_doubt(pair: Pair) -> None:
    """Too short, unknown or ambiguous names settle nothing."""
    receive(pair.port, JUNK)
    before = everything(pair.port)
    desk = pair.port.station.settling

    for name, code in ((NAME[:5], "input"), ("", "input"), ("0" * 6, "not_found")):
        with refused(f"station.{code}"):
            desk.case(name)
        with refused(f"station.{code}"):
            desk.settle(name, by=pair.port.clerk)

    assert everything(pair.port) == before


def test_two_cases_that_begin_alike_need_more_digits(pair: Pair) -> None:
    """No case is guessed at."""
    with pair.port.office.reading() as work:
        cases = list(work.channel.quarantine.open_cases())
    assert cases == []
    alike: dict[str, bytes] = {}
    for number in range(20_000):
        junk = b"%d" % number
        other = alike.setdefault(Digest.of(junk).hex[:6], junk)
        if other != junk:
            break
    else:
        pytest.fail("no two digests begin alike")
    for one in (junk, other):
        receive(pair.port, one)

    with refused("station.input"):
        pair.port.station.settling.case(Digest.of(junk).hex[:6])
    assert pair.port.station.settling.case(Digest.of(junk).hex).size_bytes == len(junk)


def test_what_was_refused_too_early_is_opened_again_by_name(pair: Pair) -> None:
    """One case is tried again and settled by being accepted; the others are left alone."""
    pair.clock.pass_time(days=3)
    early, _ = sent(pair)
    pair.clock.pass_time(days=-3)
    assert receive(pair.port, early).refused == "station.arrival"
    receive(pair.port, JUNK)
    desk = pair.port.station.settling
    (again,) = desk.again(Digest.of(early).hex[:12], by=pair.port.clerk)
    assert again.refused == "station.arrival"
    pair.clock.pass_time(days=3)

    became = desk.again(by=pair.port.clerk)

    assert sorted(one.refused or "filed" for one in became) == ["channel.envelope_format", "filed"]
    assert [case.object_digest for case in desk.cases()] == [f"sha256:{NAME}"]
    assert len(pair.port.station.reading.telegrams()) == 1


def test_an_unsigned_telegram_is_taken_once_the_policy_allows_it(pair: Pair) -> None:
    """The advice on a refused mode is true: allow it, try again, and it is filed."""
    unsigned = ChannelPolicy(allows_unsigned=True)
    pair.north.station.correspondence.set_policy(PORT, unsigned, by=pair.north.clerk)
    pair.north.sealed(draft_to(PORT, mode="unsigned"))
    pair.sync(pair.north)
    assert pair.sync(pair.port) == ("station.mode_refused",)
    (case,) = pair.port.station.settling.cases()
    assert "allow them in the channel's policy" in case.advice

    pair.port.station.correspondence.set_policy(NORTH, unsigned, by=pair.port.clerk)
    (became,) = pair.port.station.settling.again(by=pair.port.clerk)

    assert became.refused is None
    assert pair.port.station.settling.cases() == ()


def test_every_advice_is_for_a_real_code() -> None:
    """A code that was renamed is noticed here."""

    def codes(error: type[DepeshaError]) -> set[str]:
        return {error.code}.union(*(codes(one) for one in error.__subclasses__()))

    assert set(_ADVICE) <= codes(DepeshaError)
