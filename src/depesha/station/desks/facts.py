"""Facts about telegrams that came in, owed to their senders; and facts told to us (PROTOCOL 7).

Six facts, none implied by another: taken by relay, received, opened, handed, conveyed, answered.
The first is a hint of the relay, the last is the reply itself; the four between travel in receipts.
A receipt names serials alone, so that it can never sign an unsigned telegram by the back door.
"""

from datetime import datetime

from depesha.channel import (
    Fact,
    FactKind,
    OwedFact,
    Peer,
    Receipt,
    channel_id,
)
from depesha.station.desks.arriving import CLOCK_SKEW
from depesha.station.desks.keeping import stamp
from depesha.station.desks.timing import TELL_WITHIN
from depesha.station.held import Direction, SealedCopy
from depesha.station.work import Work
from depesha.telegram import Cover, Precedence


def owe_fact(
    work: Work, peer: Peer, cover: Cover, kind: FactKind, *, by: str, at: datetime
) -> None:
    """Owe a fact to the sender of a cover, if the channel's policy tells such facts."""
    policy = work.channel.policies.of(peer.card.fingerprint)
    if kind not in policy.tells or policy.one_way:
        return
    fact = Fact(series=cover.series, serial=cover.serial, kind=kind, actor=by, at=at)
    _owe(work, cover.channel.hex(), fact, cover.precedence)


def owe_fact_of_record(
    work: Work, record_id: str, kind: FactKind, *, by: str, at: datetime, is_ordered: bool = False
) -> None:
    """Owe a fact about a telegram that was received here before.

    `is_ordered` tells it against the policy's silence: a person said so.
    """
    for copy in work.copies.of_record(record_id):
        if copy.direction is not Direction.RECEIVED:
            continue
        policy = work.channel.policies.of(copy.station)
        if is_ordered or (kind in policy.tells and not policy.one_way):
            fact = Fact(series=copy.series, serial=copy.serial, kind=kind, actor=by, at=at)
            _owe(work, copy.channel, fact, Precedence.from_text(copy.precedence))


def take_receipt(work: Work, peer: Peer, receipt: Receipt, own: str, *, at: datetime) -> None:
    """Stamp our telegrams with what became of them at the other end; a fact again changes nothing.

    A receipt for another channel, or about serials never given, stamps nothing; nor does a fact
    that has not happened yet.
    """
    if receipt.channel != channel_id(own, peer.card.fingerprint):
        return
    for fact in receipt.facts:
        if fact.at > at + CLOCK_SKEW:
            continue
        copies = work.copies.of_serial(receipt.channel, fact.series, fact.serial)
        sent = [one for one in copies if one.direction is Direction.SENT and not one.is_service]
        if sent:
            _stamp_fact(work, sent[0], fact, peer.card.call_sign.text)


def _owe(work: Work, channel: str, fact: Fact, precedence: Precedence) -> None:
    due = fact.at + TELL_WITHIN[precedence]
    work.channel.dues.owe(OwedFact(channel=channel, fact=fact, due=due))


def _stamp_fact(work: Work, copy: SealedCopy, fact: Fact, call_sign: str) -> None:
    actor = f"{fact.actor}, {call_sign}"
    stamps = work.telegrams.stamps(copy.record_id)
    if not any((one.kind, one.actor) == (fact.kind.value, actor) for one in stamps):
        stamp(work, copy.record_id, fact.kind.value, by=actor, at=fact.at)
