"""Two stations and a carrier that drops, repeats and reorders, as Hypothesis pleases."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from depesha.channel import IncomingLedger, NoLivePageError, channel_id, open_envelope
from tests.station.houses import Founded, House, draft_to
from tests.station.looking import kept_in_quarantine

EXAMPLES, STEPS = 7, 18


@dataclass(frozen=True)
class Flying:
    """One object on its way, and what its receiver should make of it."""

    sender: str
    serial: int
    minute: str
    sealed: bytes


class LossyCarrier(RuleBasedStateMachine):
    """Each rule is something that the world does; what must hold after all stands below."""

    founded: Founded

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(TemporaryDirectory())
        self.pair = self.stack.enter_context(self.founded.opened(Path(folder)))
        self.houses = {"north": self.pair.north, "port": self.pair.port}
        self.sent: list[Flying] = []
        self.arrived: list[Flying] = []

    @precondition(lambda self: len(self.sent) < 8)
    @rule(sender=st.sampled_from(["north", "port"]))
    def send(self, sender: str) -> None:
        house = self.houses[sender]
        held = house.sealed(draft_to(self.receiver(sender).name, f"Text {len(self.sent)}."))
        (copy,) = house.station.reading.telegram(held.record_id).copies
        with house.office.transaction() as work:
            *_, queued = work.channel.outbox.waiting()
        self.sent.append(Flying(sender, copy.serial, held.minute_digest, queued.sealed))
        self.pair.clock.pass_time(seconds=30)

    @precondition(lambda self: self.sent)
    @rule(choice=st.integers(min_value=0))
    def deliver(self, choice: int) -> None:
        """Any object, in any order, any number of times; what is never chosen is dropped."""
        flying = self.sent[choice % len(self.sent)]
        house = self.receiver(flying.sender)
        received = house.station.reception.receive(flying.sealed, by=house.clerk)
        assert received.refused is None
        assert received.is_new == (flying not in self.arrived)
        if flying not in self.arrived:
            self.arrived.append(flying)

    @precondition(lambda self: self.sent)
    @rule(choice=st.integers(min_value=0))
    def bring_back(self, choice: int) -> None:
        """The carrier reflects an object to its sender."""
        flying = self.sent[choice % len(self.sent)]
        house = self.houses[flying.sender]
        received = house.station.reception.receive(flying.sealed, by=house.clerk)
        assert received.refused == "channel.no_live_page"

    def no_page_opens_twice(self) -> None:
        for house in self.houses.values():
            pages = house.office.pages.load()
            for flying in self.arrived:
                with pytest.raises(NoLivePageError):
                    open_envelope(flying.sealed, pages)

    def everything_arrived_is_filed_once(self) -> None:
        for name, house in self.houses.items():
            lines = house.station.reading.telegrams()
            minutes = [
                house.station.reading.telegram(line.record_id).minute_digest for line in lines
            ]
            own = [one.minute for one in self.sent if one.sender == name]
            others = [one.minute for one in self.arrived if one.sender != name]
            assert sorted(minutes) == sorted(own + others)

    @invariant()
    def no_serial_names_two_texts(self) -> None:
        for sender in self.houses:
            serials = [one.serial for one in self.sent if one.sender == sender]
            assert serials == list(range(1, len(serials) + 1))

    def what_did_not_arrive_is_missing_by_name(self) -> None:
        for sender in self.houses:
            ledger = self.ledger(sender)
            here = {one.serial for one in self.arrived if one.sender == sender}
            lost = {
                one.serial
                for one in self.sent
                if one.sender == sender and one.serial not in here and one.serial < max(here or {0})
            }
            assert {serial for serial in range(1, 9) if serial in ledger.received} == here
            assert {serial for serial in range(1, 9) if serial in ledger.missing} == lost

    def registers_are_sound_and_accuse_nobody(self) -> None:
        for house in self.houses.values():
            assert house.station.registering.audit().size == len(house.station.reading.telegrams())
            stamps = [
                stamp.kind
                for line in house.station.reading.telegrams()
                for stamp in house.station.reading.telegram(line.record_id).stamps
            ]
            assert "incident" not in stamps
            assert all(one in {flying.sealed for flying in self.sent} for one in self.kept(house))

    def teardown(self) -> None:
        with self.stack:
            self.no_page_opens_twice()
            self.everything_arrived_is_filed_once()
            self.what_did_not_arrive_is_missing_by_name()
            self.registers_are_sound_and_accuse_nobody()

    def receiver(self, sender: str) -> House:
        return self.houses["port" if sender == "north" else "north"]

    def ledger(self, sender: str) -> IncomingLedger:
        house = self.receiver(sender)
        own, theirs = (one.office.keyring.fingerprint for one in (house, self.houses[sender]))
        with house.office.transaction() as work:
            ledger = work.channel.incoming.ledger(channel_id(theirs, own), "2031")
        return ledger or IncomingLedger()

    @staticmethod
    def kept(house: House) -> list[bytes]:
        return kept_in_quarantine(house)


def test_a_lossy_carrier_breaks_no_promise(founded: Founded) -> None:
    """No page opens twice, no serial names two texts, nothing is lost unseen."""
    LossyCarrier.founded = founded
    run_state_machine_as_test(
        LossyCarrier,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
