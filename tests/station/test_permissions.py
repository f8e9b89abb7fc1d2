"""Who may do what: each use case names one role, and without it changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from depesha.station import (
    Actor,
    BookOrder,
    Conveyed,
    Imprint,
    InputError,
    NotPermittedError,
    Role,
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
    arrived: str
    proposed: str
    decided: str


@pytest.fixture(scope="module")
def scene(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("permissions")
    with founded.opened(folder) as pair:
        north, port = pair.north, pair.port
        port.sealed(draft_to_convey(NORTH))
        pair.sync(port)
        (arrived,) = pair.sync(north)
        unsealed = north.released(draft_to(PORT)).record_id
        desk = north.station.release
        proposed, decided = (
            desk.propose(unsealed, (), authority="Records Office", by=north.archivist).decision_id
            for _ in range(2)
        )
        desk.decide(decided, by=north.releaser)
        draft = north.station.drafting.write(draft_to(PORT), by=north.clerk).draft_id
        yield Scene(pair, folder, draft, unsealed, arrived, proposed, decided)


Step = Callable[[Scene, Actor], object]

STEPS: dict[str, tuple[Role, Step]] = {
    "draft": (
        Role.DRAFTER,
        lambda s, by: s.pair.north.station.drafting.write(draft_to(PORT), by=by),
    ),
    "release": (
        Role.RELEASER,
        lambda s, by: s.pair.north.station.drafting.release(s.draft, by=by),
    ),
    "start a series": (
        Role.REGISTRAR,
        lambda s, by: s.pair.north.station.drafting.start_series(2031, "k", 17, by=by),
    ),
    "seal": (Role.CLERK, lambda s, by: s.pair.north.station.dispatch.seal(s.unsealed, by=by)),
    "sync": (Role.CLERK, lambda s, by: s.pair.north.station.courier.sync(by=by)),
    "pack": (Role.CLERK, lambda s, by: s.pair.north.station.courier.pack(PORT, s.folder, by=by)),
    "unpack": (Role.CLERK, lambda s, by: s.pair.north.station.courier.unpack(s.folder, by=by)),
    "receive": (Role.CLERK, lambda s, by: s.pair.north.station.reception.receive(b"junk", by=by)),
    "introduce": (
        Role.REGISTRAR,
        lambda s, by: s.pair.north.station.correspondence.introduce(
            s.pair.port.station.correspondence.card(),
            fingerprint=s.pair.port.station.correspondence.fingerprint(),
            by=by,
        ),
    ),
    "issue a book": (
        Role.CLERK,
        lambda s, by: s.pair.north.station.correspondence.issue(BookOrder(call_sign=PORT), by=by),
    ),
    "accept a book": (
        Role.CLERK,
        lambda s, by: s.pair.north.station.correspondence.accept(b"", issuer=PORT, by=by),
    ),
    "hand over": (
        Role.CONVEYOR,
        lambda s, by: s.pair.north.station.conveying.hand_over(s.arrived, by=by),
    ),
    "report": (
        Role.CONVEYOR,
        lambda s, by: s.pair.north.station.conveying.report(
            s.arrived, Conveyed(place="the residence", form="spoken"), by=by
        ),
    ),
    "advise": (Role.REGISTRAR, lambda s, by: s.pair.north.station.registering.advise(PORT, by=by)),
    "cosign": (
        Role.REGISTRAR,
        lambda s, by: s.pair.north.station.registering.cosign(b"", PORT, by=by),
    ),
    "attach": (
        Role.REGISTRAR,
        lambda s, by: s.pair.north.station.registering.attach(b"", PORT, by=by),
    ),
    "describe": (
        Role.ARCHIVIST,
        lambda s, by: s.pair.north.station.filing.describe(s.unsealed, RECORD, by=by),
    ),
    "propose": (
        Role.ARCHIVIST,
        lambda s, by: s.pair.north.station.release.propose(
            s.unsealed, (Withhold(path="2", reason="a source"),), authority="Office", by=by
        ),
    ),
    "decide": (
        Role.ARCHIVIST,
        lambda s, by: s.pair.north.station.release.decide(s.proposed, by=by),
    ),
    "publish": (
        Role.EDITOR,
        lambda s, by: s.pair.north.station.publishing.publish(
            s.decided,
            s.folder / "edition",
            Imprint(edition="E", publisher="P"),
            policy=s.pair.north.station.release.policy(quorum=0),
            by=by,
        ),
    ),
}


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
