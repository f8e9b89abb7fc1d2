"""Facts about what came in: told by policy, about first sealings alone, and believed once."""

from dataclasses import replace

import pytest

from depesha.channel import ChannelPolicy, Fact, FactKind, OwedFact, Receipt
from depesha.station.desks.facts import owe_fact_of_record
from depesha.station.desks.timing import TELL_WITHIN
from depesha.telegram import Precedence
from tests.station.acting import bring, covers, lose, send, stamps, way
from tests.station.houses import BEGIN, NORTH, PORT, House, Pair, draft_to


def owed(house: House, sender: House) -> list[OwedFact]:
    with house.office.reading() as work:
        return list(work.channel.dues.owed(way(sender, house)))


def kinds(house: House, sender: House) -> list[FactKind]:
    return [one.fact.kind for one in owed(house, sender)]


def arrived(pair: Pair) -> tuple[str, str]:
    """A telegram from the north at the port; its record at either end."""
    held = pair.north.sealed(draft_to(PORT))
    (record_id,) = bring(pair.north, pair.port)
    return held.record_id, record_id


def set_policy(house: House, other: str, policy: ChannelPolicy) -> None:
    house.station.correspondence.set_policy(other, policy, by=house.clerk)


def test_what_came_is_owed_with_actor_and_time(pair: Pair) -> None:
    """Received and opened are two facts, due as the precedence of the copy says."""
    arrived(pair)
    for one, kind in zip(
        owed(pair.port, pair.north), (FactKind.RECEIVED, FactKind.OPENED), strict=True
    ):
        assert one.fact == Fact(
            series=2031, serial=1, kind=kind, actor=pair.port.clerk.name, at=pair.clock.now()
        )
        assert one.due == pair.clock.now() + TELL_WITHIN[Precedence.IMMEDIATE]


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (ChannelPolicy(), [FactKind.RECEIVED, FactKind.OPENED]),
        (ChannelPolicy(tells=frozenset({FactKind.OPENED})), [FactKind.OPENED]),
        (ChannelPolicy(tells=frozenset()), []),
        (ChannelPolicy(one_way=True), []),
    ],
)
def test_a_policy_says_what_is_told(
    pair: Pair, policy: ChannelPolicy, told: list[FactKind]
) -> None:
    """What the channel does not tell is never even owed; a one-way post is told nothing."""
    set_policy(pair.port, NORTH, policy)
    arrived(pair)
    assert kinds(pair.port, pair.north) == told


@pytest.mark.parametrize("one_way", [False, True])
def test_a_person_may_order_what_no_policy_tells(pair: Pair, one_way: bool) -> None:
    """That something was handed over or conveyed is told by a policy, or by a person's word."""
    set_policy(pair.port, NORTH, ChannelPolicy(tells=frozenset(), one_way=one_way))
    _, record_id = arrived(pair)
    at = pair.clock.now()
    for ordered, expected in ((False, []), (True, [FactKind.CONVEYED])):
        with pair.port.office.transaction() as work:
            owe_fact_of_record(
                work, record_id, FactKind.CONVEYED, by="Okonjo", at=at, is_ordered=ordered
            )
        assert kinds(pair.port, pair.north) == expected


def test_a_fact_is_told_once_of_a_telegram_that_was_sealed_twice(pair: Pair) -> None:
    """A repeat is the same telegram under its serial: it was handed over once."""
    set_policy(pair.port, NORTH, ChannelPolicy(tells=frozenset({FactKind.HANDED})))
    _, record_id = arrived(pair)
    with pair.port.office.transaction() as work:
        (copy,) = work.copies.of_record(record_id)
        work.copies.add(replace(copy, repeat=1, object_digest="sha256:" + "0" * 64))
    pair.port.station.custody.hand(record_id, to="Okonjo", by=pair.port.clerk)
    assert [(one.fact.serial, one.fact.kind) for one in owed(pair.port, pair.north)] == [
        (1, FactKind.HANDED)
    ]


def test_a_telegram_that_came_as_a_repeat_alone_is_told_of_too(pair: Pair) -> None:
    """Its first sealing was lost for good; the sender wants to know all the same."""
    set_policy(pair.port, NORTH, ChannelPolicy(tells=frozenset({FactKind.HANDED})))
    pair.north.sealed(draft_to(PORT))
    lose(pair.north)
    pair.north.sealed(draft_to(PORT))
    bring(pair.north, pair.port)
    pair.port.station.liaison.ask(NORTH, by=pair.port.clerk)
    bring(pair.port, pair.north)
    pair.sync(pair.north)
    (record_id,) = pair.sync(pair.port)

    pair.port.station.custody.hand(record_id, to="Okonjo", by=pair.port.clerk)

    (copy,) = pair.port.station.reading.telegram(record_id).copies
    assert copy.repeat == 1
    assert kinds(pair.port, pair.north) == [FactKind.HANDED]


def test_a_telegram_that_was_sent_owes_nothing(pair: Pair) -> None:
    """What this house does with its own telegram is no fact for anybody else."""
    held, _ = arrived(pair)
    with pair.north.office.transaction() as work:
        owe_fact_of_record(work, held, FactKind.HANDED, by="A", at=pair.clock.now())
    assert owed(pair.north, pair.port) == []
    assert owed(pair.port, pair.north)


def fact(serial: int, *, actor: str = "Rask", kind: FactKind = FactKind.HANDED) -> Fact:
    return Fact(series=2031, serial=serial, kind=kind, actor=actor, at=BEGIN)


def tell(pair: Pair, *facts: Fact, channel: str | None = None) -> None:
    """Let the port tell facts by a receipt of their own."""
    receipt = Receipt(channel=channel or way(pair.north, pair.port), facts=facts)
    send(pair.port, pair.north, receipt)
    assert bring(pair.port, pair.north) == ["receipt"]


def test_a_fact_is_stamped_once_for_each_who_did_it(pair: Pair) -> None:
    """Told again it changes nothing; a second person is another fact."""
    held, _ = arrived(pair)
    for actor in ("Rask", "Rask", "Lind"):
        tell(pair, fact(1, actor=actor))
    handed = [actor for kind, actor in stamps(pair.north, held) if kind == "handed"]
    assert handed == [f"Rask, {PORT}", f"Lind, {PORT}"]


def test_what_a_receipt_says_beside_the_point_stamps_nothing(pair: Pair) -> None:
    """Of serials never given, of service texts, of another channel: kept, and nothing more."""
    held, _ = arrived(pair)
    notice = send(
        pair.north, pair.port, Receipt(channel=way(pair.port, pair.north), facts=(fact(1),))
    )
    bring(pair.north, pair.port)

    tell(pair, fact(notice.serial), fact(999_999_999))
    tell(pair, fact(1), channel=way(pair.port, pair.north))
    tell(pair, fact(1), channel="f" * 32)

    assert "handed" not in {kind for kind, _ in stamps(pair.north, held)}


def test_facts_are_due_again_when_the_cover_that_told_them_was_lost(pair: Pair) -> None:
    """They go along once, wait, and go along again; acknowledged, they are forgotten."""
    arrived(pair)
    pair.port.sealed(draft_to(NORTH))
    assert [one.carried for one in owed(pair.port, pair.north)] == [(2031, 1)] * 2
    lose(pair.port)
    pair.port.sealed(draft_to(NORTH))
    assert [one.carried for one in owed(pair.port, pair.north)] == [(2031, 1)] * 2
    pair.clock.pass_time(days=5)
    pair.port.sealed(draft_to(NORTH))
    assert [one.carried for one in owed(pair.port, pair.north)] == [(2031, 3)] * 2

    bring(pair.port, pair.north)
    pair.north.sealed(draft_to(PORT))
    bring(pair.north, pair.port)

    assert {one.fact.serial for one in owed(pair.port, pair.north)} == {2}


def test_a_receipt_names_serials_and_nothing_of_the_telegram(pair: Pair) -> None:
    """It is signed where its cover is, and must not sign an unsigned telegram by the back door."""
    _, record_id = arrived(pair)
    view = pair.port.station.reading.telegram(record_id)
    pair.port.sealed(draft_to(NORTH))
    (cover,) = covers(pair.port, pair.north)
    assert cover.receipt is not None
    text = cover.receipt.decode()
    assert Receipt.from_text(text).facts == tuple(one.fact for one in owed(pair.port, pair.north))
    for digest in (view.minute_digest, *(copy.object_digest for copy in view.copies)):
        assert digest.removeprefix("sha256:") not in text
