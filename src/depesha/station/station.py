"""A station as its faces see it: one object, a desk for each kind of work."""

from collections.abc import Callable
from dataclasses import dataclass, field

from depesha.station.actor import Actor
from depesha.station.desks.conveying import Conveying
from depesha.station.desks.correspondence import Correspondence
from depesha.station.desks.courier import Courier
from depesha.station.desks.custody import CustodyDesk
from depesha.station.desks.dispatch import Dispatch
from depesha.station.desks.drafting import Drafting
from depesha.station.desks.filing import Filing
from depesha.station.desks.introducing import Introducing
from depesha.station.desks.keys import Keys
from depesha.station.desks.liaison import Liaison
from depesha.station.desks.papers import seal_papers
from depesha.station.desks.pouching import Pouching
from depesha.station.desks.publishing import Publishing
from depesha.station.desks.reading import Reading
from depesha.station.desks.reception import Reception
from depesha.station.desks.reconciling import Reconciling
from depesha.station.desks.registering import Registering
from depesha.station.desks.release import ReleaseDesk
from depesha.station.desks.settling import Settling
from depesha.station.desks.sheeting import Sheeting
from depesha.station.desks.watching import Watching
from depesha.station.errors import InputError
from depesha.station.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """An open station. Each use case is one method of one desk and one transaction."""

    introducing: Introducing
    keys: Keys
    correspondence: Correspondence
    drafting: Drafting
    dispatch: Dispatch
    courier: Courier
    pouching: Pouching
    sheeting: Sheeting
    reception: Reception
    reconciling: Reconciling
    settling: Settling
    liaison: Liaison
    watching: Watching
    conveying: Conveying
    custody: CustodyDesk
    reading: Reading
    filing: Filing
    registering: Registering
    release: ReleaseDesk
    publishing: Publishing
    office: Office = field(repr=False)
    close: Callable[[], None] = field(repr=False)

    @property
    def call_sign(self) -> str:
        """The station's own name."""
        return self.office.keyring.call_sign.text

    def actor(self, name: str | None) -> Actor:
        """Return the named actor, or the only one there is.

        Raises:
            NotFoundError: Nobody of that name works here.
            InputError: No name was given, and several people work here.
        """
        with self.office.reading() as work:
            if name is not None:
                return work.people.actor(name)
            actors = work.people.actors()
        if len(actors) != 1:
            raise InputError("several people work at this station: say who acts")
        return actors[0]

    def actors(self) -> tuple[Actor, ...]:
        """Return everybody who works here, by name."""
        with self.office.reading() as work:
            return work.people.actors()


def assemble(office: Office, close: Callable[[], None]) -> Station:
    """Set up the desks of an open office."""
    reception = Reception(office)
    pouching = Pouching(office, reception, seal_papers)
    desk = ReleaseDesk(office)
    return Station(
        introducing=Introducing(office),
        keys=Keys(office),
        correspondence=Correspondence(office),
        drafting=Drafting(office),
        dispatch=Dispatch(office),
        courier=Courier(office, reception),
        pouching=pouching,
        sheeting=Sheeting(office, pouching),
        reception=reception,
        reconciling=Reconciling(office),
        settling=Settling(office, reception),
        liaison=Liaison(office),
        watching=Watching(office),
        conveying=Conveying(office),
        custody=CustodyDesk(office),
        reading=Reading(office),
        filing=Filing(office),
        registering=Registering(office),
        release=desk,
        publishing=Publishing(office, desk),
        office=office,
        close=close,
    )
