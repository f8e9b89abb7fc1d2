"""Who may do what: each use case names one role, and without it changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getmembers, isclass, isfunction, signature
from pathlib import Path
from typing import get_type_hints

import pytest

from depesha.channel import ChannelPolicy
from depesha.station import (
    Actor,
    BookOrder,
    Conveyed,
    Drawn,
    Imprint,
    InputError,
    KeyName,
    NotPermittedError,
    Role,
    Station,
    Withhold,
)
from depesha.station.actor import require, require_second
from tests.station.houses import (
    ARCHIVIST,
    CLERK,
    NORTH,
    PORT,
    RELEASER,
    SECOND,
    Founded,
    Pair,
    draft_to,
    draft_to_convey,
)
from tests.station.looking import everything
from tests.station.refusals import refused

RECORD = "**Summary:**\n\nA telegram.\n"


@dataclass(frozen=True)
class Scene:
    """A pair in the middle of its work: something stands ready for each use case."""

    pair: Pair
    folder: Path
    draft: str
    unsealed: str
    sealed: str
    arrived: str
    refused: str
    proposed: str
    decided: str

    @property
    def north(self) -> Station:
        return self.pair.north.station

    @property
    def port(self) -> Station:
        return self.pair.port.station


@pytest.fixture(scope="module")
def scene(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("permissions")
    with founded.opened(folder) as pair:
        north, port = pair.north, pair.port
        port.sealed(draft_to_convey(NORTH))
        pair.sync(port)
        (arrived,) = pair.sync(north)
        unsealed = north.released(draft_to(PORT)).record_id
        sealed = north.sealed(draft_to(PORT)).record_id
        refused = north.station.reception.receive(b"junk", by=north.clerk).object_digest
        desk = north.station.release
        proposed, decided = (
            desk.propose(unsealed, (), authority="Records Office", by=north.archivist).decision_id
            for _ in range(2)
        )
        desk.decide(decided, by=north.releaser)
        draft = north.station.drafting.write(draft_to(PORT), by=north.clerk).draft_id
        yield Scene(
            pair=pair,
            folder=folder,
            draft=draft,
            unsealed=unsealed,
            sealed=sealed,
            arrived=arrived,
            refused=refused,
            proposed=proposed,
            decided=decided,
        )


Step = Callable[[Scene, Actor], object]

STEPS: dict[str, tuple[Role, Step]] = {
    "drafting.write": (
        Role.DRAFTER,
        lambda s, by: s.north.drafting.write(draft_to(PORT), by=by),
    ),
    "drafting.release": (Role.RELEASER, lambda s, by: s.north.drafting.release(s.draft, by=by)),
    "drafting.start_series": (
        Role.REGISTRAR,
        lambda s, by: s.north.drafting.start_series(2031, "k", 17, by=by),
    ),
    "dispatch.seal": (Role.CLERK, lambda s, by: s.north.dispatch.seal(s.unsealed, by=by)),
    "dispatch.void": (Role.REGISTRAR, lambda s, by: s.north.dispatch.void(s.sealed, PORT, by=by)),
    "courier.sync": (Role.CLERK, lambda s, by: s.north.courier.sync(by=by)),
    "pouching.pack": (Role.CLERK, lambda s, by: s.north.pouching.pack(PORT, s.folder, by=by)),
    "pouching.unpack": (Role.CLERK, lambda s, by: s.north.pouching.unpack(s.folder, by=by)),
    "pouching.take_in": (
        Role.CLERK,
        lambda s, by: s.north.pouching.take_in([b"junk"], by=by),
    ),
    "sheeting.draw": (Role.CLERK, lambda s, by: s.north.sheeting.draw(PORT, by=by)),
    "sheeting.printed": (
        Role.CLERK,
        lambda s, by: s.north.sheeting.printed(
            Drawn(objects=(), left_out=0, pages=(), html="", texts=()), by=by
        ),
    ),
    "sheeting.scan": (Role.CLERK, lambda s, by: s.north.sheeting.scan(["junk"], by=by)),
    "reception.receive": (Role.CLERK, lambda s, by: s.north.reception.receive(b"junk", by=by)),
    "settling.settle": (Role.REGISTRAR, lambda s, by: s.north.settling.settle(s.refused, by=by)),
    "settling.again": (Role.CLERK, lambda s, by: s.north.settling.again(s.refused, by=by)),
    "introducing.introduce": (
        Role.REGISTRAR,
        lambda s, by: s.north.introducing.introduce(
            s.port.introducing.card(), fingerprint=s.port.introducing.fingerprint(), by=by
        ),
    ),
    "introducing.countersign": (
        Role.REGISTRAR,
        lambda s, by: s.north.introducing.countersign(
            s.port.introducing.card(), fingerprint=s.port.introducing.fingerprint(), by=by
        ),
    ),
    "introducing.retire": (Role.REGISTRAR, lambda s, by: s.north.introducing.retire(PORT, by=by)),
    "keys.renew": (Role.REGISTRAR, lambda s, by: s.north.keys.renew(by=by)),
    "keys.rollover": (Role.REGISTRAR, lambda s, by: s.north.keys.rollover(by=by)),
    "keys.revoke": (
        Role.REGISTRAR,
        lambda s, by: s.north.keys.revoke(KeyName(name="okonjo"), by=by),
    ),
    "keys.believe": (Role.REGISTRAR, lambda s, by: s.north.keys.believe(b"", by=by)),
    "correspondence.issue": (
        Role.CLERK,
        lambda s, by: s.north.correspondence.issue(BookOrder(call_sign=PORT), by=by),
    ),
    "correspondence.accept": (
        Role.CLERK,
        lambda s, by: s.north.correspondence.accept(b"", issuer=PORT, by=by),
    ),
    "correspondence.set_policy": (
        Role.REGISTRAR,
        lambda s, by: s.north.correspondence.set_policy(
            PORT, ChannelPolicy(allows_unsigned=True), by=by
        ),
    ),
    "liaison.recap": (Role.CLERK, lambda s, by: s.north.liaison.recap(PORT, by=by)),
    "liaison.ask": (Role.CLERK, lambda s, by: s.north.liaison.ask(PORT, by=by)),
    "reconciling.ask": (Role.REGISTRAR, lambda s, by: s.north.reconciling.ask(PORT, by=by)),
    "reconciling.answer": (
        Role.REGISTRAR,
        lambda s, by: s.north.reconciling.answer(b"", PORT, by=by),
    ),
    "reconciling.mend": (
        Role.REGISTRAR,
        lambda s, by: s.north.reconciling.mend(b"", PORT, by=by),
    ),
    "conveying.hand_over": (
        Role.CONVEYOR,
        lambda s, by: s.north.conveying.hand_over(s.arrived, by=by),
    ),
    "conveying.report": (
        Role.CONVEYOR,
        lambda s, by: s.north.conveying.report(
            s.arrived, Conveyed(place="the residence", form="spoken"), by=by, tell=True
        ),
    ),
    "custody.hand": (
        Role.CLERK,
        lambda s, by: s.north.custody.hand(s.arrived, to="Okonjo", by=by),
    ),
    "custody.return_copy": (
        Role.REGISTRAR,
        lambda s, by: s.north.custody.return_copy(s.sealed, 1, by=by),
    ),
    "custody.destroy_copy": (
        Role.REGISTRAR,
        lambda s, by: s.north.custody.destroy_copy(
            s.sealed, 1, reason="old", witness=s.pair.north.releaser, by=by
        ),
    ),
    "registering.advise": (Role.REGISTRAR, lambda s, by: s.north.registering.advise(PORT, by=by)),
    "registering.cosign": (
        Role.REGISTRAR,
        lambda s, by: s.north.registering.cosign(b"", PORT, by=by),
    ),
    "registering.attach": (
        Role.REGISTRAR,
        lambda s, by: s.north.registering.attach(b"", PORT, by=by),
    ),
    "filing.describe": (
        Role.ARCHIVIST,
        lambda s, by: s.north.filing.describe(s.unsealed, RECORD, by=by),
    ),
    "release.propose": (
        Role.ARCHIVIST,
        lambda s, by: s.north.release.propose(
            s.unsealed, (Withhold(path="2", reason="a source"),), authority="Office", by=by
        ),
    ),
    "release.decide": (Role.ARCHIVIST, lambda s, by: s.north.release.decide(s.proposed, by=by)),
    "publishing.publish": (
        Role.EDITOR,
        lambda s, by: s.north.publishing.publish(
            s.decided,
            s.folder / "edition",
            Imprint(edition="E", publisher="P"),
            policy=s.north.release.policy(quorum=0),
            by=by,
        ),
    ),
}


def acting() -> set[str]:
    """Every method of a desk that somebody does, by desk and name."""
    return {
        f"{name}.{method}"
        for name, desk in get_type_hints(Station).items()
        if isclass(desk)
        for method, done in getmembers(desk, isfunction)
        if not method.startswith("_") and "by" in signature(done).parameters
    }


def test_every_step_that_somebody_does_is_among_them() -> None:
    """A new use case cannot forget to name its role: it fails here until it is listed."""
    assert acting() == set(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_refused_to_everybody_without_its_role(scene: Scene, step: str) -> None:
    """Whoever holds every role but the one that the step needs can do nothing by it."""
    role, act = STEPS[step]
    everybody_else = Actor(name=CLERK, roles=frozenset(Role) - {role})
    before = everything(scene.pair.north)

    with refused("station.not_permitted") as caught:
        act(scene, everybody_else)

    assert role.value in str(caught.value)
    assert everything(scene.pair.north) == before
    assert not (scene.folder / "edition").exists()


def test_the_proposer_cannot_decide(scene: Scene) -> None:
    """A release needs two persons, whatever roles one of them holds."""
    alone = Actor(name=ARCHIVIST, roles=frozenset(Role))
    before = everything(scene.pair.north)

    with refused("station.two_persons"):
        scene.pair.north.station.release.decide(scene.proposed, by=alone)

    assert everything(scene.pair.north) == before


def test_a_releaser_without_a_key_cannot_release(scene: Scene) -> None:
    """The role alone signs nothing: no number is used and nothing is registered."""
    north = scene.pair.north
    before = everything(north)

    with refused("station.home"):
        north.station.drafting.release(scene.draft, by=north.second)

    assert everything(north) == before


def test_a_role_lets_the_step_go_on() -> None:
    """Nothing but the role is asked for."""
    require(Actor(name="A", roles=frozenset({Role.CLERK})), Role.CLERK)
    require_second(Actor(name="B", roles=frozenset()), first="A")
    with pytest.raises(NotPermittedError):
        require(Actor(name="A", roles=frozenset()), Role.CLERK)


@pytest.mark.parametrize("name", ["", " padded", "two\nlines", "hidden\u202ename"])
def test_an_actor_has_a_name_that_can_be_stamped(name: str) -> None:
    """A name that would mislead a reader of stamps is no name."""
    with pytest.raises(InputError):
        Actor(name=name, roles=frozenset())


def test_a_station_knows_its_people(scene: Scene) -> None:
    """People are found by name, with the roles they were founded with; others are refused."""
    station = scene.pair.north.station
    assert [one.name for one in station.actors()] == sorted([CLERK, RELEASER, ARCHIVIST, SECOND])
    assert station.actor(ARCHIVIST).roles == {Role.ARCHIVIST, Role.EDITOR}
    with refused("station.not_found"):
        station.actor("Nobody")
    with refused("station.input"):
        station.actor(None)
