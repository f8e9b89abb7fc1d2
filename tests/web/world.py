"""Two stations in one folder, with a telegram from one to the other and its answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from depesha.station import (
    Actor,
    Addressee,
    BookOrder,
    CallSign,
    Citation,
    Draft,
    Enclosure,
    Founding,
    HybridRecipient,
    Purpose,
    Role,
    Station,
    Withhold,
    found_station,
    new_identity,
    open_station,
)

PASSPHRASE = "a lantern on the lower quay"
FIRST = "CALDER"
SECOND = "OKONJO"

# A text with everything that a careless page would take for markup.
HOSTILE = '<script>alert("x")</script> & <img src=x onerror=alert(1)> {{ 7 * 7 }}'

QUAY = (
    "We thank the Minister for opening the lower quay [of Port Amaro]. The first four barges "
    "carried 310 tonnes of grain past the bar without loss. No. 2 store is full and the mills "
    "upriver have flour for eleven days."
)
CORRIDOR = (
    "We accept the second variant of the corridor: by night, lights out, one pilot to a barge. The "
    "harbour master's deputy told us which of the channel buoys have been moved.\n"
    "The Minister should not be embarrassed by the delays at the lock."
)
PILOTS = "Please ask the Minister for six pilots until the end of October."

DESCRIPTION = """
**September 14, 2026**

**Ciphered telegram from North Desk [Ines Calder] to the Harbour Minister (via Okonjo)**

**Citation:**

"Ciphered telegram from North Desk [Ines Calder] to the Harbour Minister (via Okonjo)", \
September 14, 2026, River Mission Digital Archive, CARM, Fond 12, Opis 1, Delo 31, \
Listy 4-5, 9 (original copy); and PAA, Fond 3a, Opis 2, Delo 7, Papka 2, Listy 88-89
<https://archive.example/document/31>

**Summary:**

Telegram from the coordination centre to the Harbour Minister, accepting a corridor for the \
grain convoy and asking for pilots.

**Original Language:**

English

**Contents:**

Original - English

North Desk

CIPHERED TELEGRAM No. 1206
Port Amaro, Head of Post.

1. The first four barges carried 310 tonnes of grain past the bar without loss.

North Desk [Ines Calder]

14 September 2026
No. 17/k
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The two homes, the names of the telegrams in the first, and what was written in them."""

    home: Path
    other_home: Path
    sent: str
    answer: str
    hostile: str


def people() -> tuple[tuple[Actor, str], ...]:
    every = frozenset(Role)
    return ((Actor(name=FIRST, roles=every), "calder"), (Actor(name=SECOND, roles=every), ""))


def found(home: Path, call_sign: str) -> Path:
    _, archive = new_identity()
    founding = Founding(
        call_sign=CallSign(call_sign),
        purpose=Purpose.POST,
        people=people(),
        archive=HybridRecipient.from_text(archive),
        work_factor=10,
    )
    found_station(home, founding, PASSPHRASE)
    return home


@contextmanager
def opened(home: Path) -> Iterator[Station]:
    station = open_station(home, PASSPHRASE)
    try:
        yield station
    finally:
        station.close()


def acquaint(one: Station, other: Station) -> None:
    """Pin each other's cards and hand each other a pad book."""
    for here, there in ((one, other), (other, one)):
        by = here.actor(FIRST)
        fingerprint = there.introducing.fingerprint()
        here.introducing.introduce(there.introducing.card(), fingerprint=fingerprint, by=by)
    for here, there in ((one, other), (other, one)):
        order = BookOrder(call_sign=there.call_sign, pages=8, first_serial=1206)
        book = here.correspondence.issue(order, by=here.actor(FIRST))
        there.correspondence.accept(book, issuer=here.call_sign, by=there.actor(FIRST))


def release(station: Station, draft: Draft) -> str:
    by = station.actor(FIRST)
    entry = station.drafting.write(draft, by=by)
    return station.drafting.release(entry.draft_id, by=by).record_id


def carry(sender: Station, receiver: Station, folder: Path) -> tuple[str, ...]:
    """Seal all that waits, take it over in a pouch, and return the records it became."""
    by = sender.actor(FIRST)
    for line in sender.reading.telegrams():
        if line.state == "released":
            sender.dispatch.seal(line.record_id, by=by)
    folder.mkdir()
    sender.pouching.pack(receiver.call_sign, folder, by=by)
    arrived = receiver.pouching.unpack(folder, by=receiver.actor(SECOND))
    return tuple(one.record_id for one in arrived.received if one.record_id)


def first_draft(to: str) -> Draft:
    return Draft(
        sender="North Desk",
        action=(Addressee(call_sign=to, precedence="immediate"),),
        via="Okonjo",
        final="the Harbour Minister",
        form="spoken, if asked written unsigned",
        instruction=(
            "Verbally transmit the following to the Harbour Minister. If he asks for it in "
            "written form, give it to him in written form, but without my signature."
        ),
        subjects=("PORT", "GRAIN"),
        classification="Confidential",
        caveats=("Relief only",),
        signature="North Desk",
        series="k",
        title="Ciphered telegram from North Desk to the Harbour Minister (via Okonjo)",
        points=(
            ("1.", QUAY),
            ("2.", CORRIDOR),
            ("3. [sic]", PILOTS),
            ("", "Acknowledge by return."),
        ),
        enclosures=(Enclosure(name="soundings.csv", data=b"buoy,metres\n4,2.1\n"),),
    )


def answer_draft(to: str, year: int) -> Draft:
    return Draft(
        sender="Port Amaro",
        action=(Addressee(call_sign=to, precedence="priority"),),
        in_reply_to=Citation(number="17/k", originator="North Desk", year=year),
        points=(("1.", "Conveyed at the residence; he asked permission to write it down."),),
    )


def hostile_draft(to: str) -> Draft:
    return Draft(
        sender="North <b>Desk</b>",
        action=(Addressee(call_sign=to),),
        in_reply_to=Citation(number="999", originator="Nobody", year=2025),
        classification=HOSTILE,
        signature=HOSTILE,
        title=HOSTILE,
        points=(("", HOSTILE),),
    )


def build_world(folder: Path) -> World:
    """Found two stations and let them exchange a telegram and its answer."""
    home, other_home = found(folder / "north", "NORTH DESK"), found(folder / "port", "PORT AMARO")
    with opened(home) as north, opened(other_home) as port:
        acquaint(north, port)
        north.drafting.start_series(north.drafting.year(), "k", 17, by=north.actor(FIRST))
        sent = release(north, first_draft(port.call_sign))
        carry(north, port, folder / "pouch")
        release(port, answer_draft(north.call_sign, port.drafting.year()))
        (answer,) = carry(port, north, folder / "pouch-back")
        hostile = release(north, hostile_draft(port.call_sign))
        archivist, second = north.actor(FIRST), north.actor(SECOND)
        north.filing.describe(sent, DESCRIPTION, by=archivist)
        proposal = north.release.propose(
            sent,
            (Withhold(path="2", reason="names a source"),),
            authority="The archivist",
            by=archivist,
        )
        north.release.decide(proposal.decision_id, by=second)
    return World(home=home, other_home=other_home, sent=sent, answer=answer, hostile=hostile)
