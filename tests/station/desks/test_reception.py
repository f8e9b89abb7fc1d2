from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

import pytest

from depesha.base import CallSign, Digest, SerialRanges
from depesha.channel import (
    Envelope,
    IncomingLedger,
    ListedObject,
    ObjectUnknownError,
    PageStoreError,
    seal_envelope,
)
from depesha.cipher import (
    Ed25519Signer,
    PageSecret,
    X25519Identity,
    random_bytes,
    seal,
    sign_note,
)
from depesha.station import Addressee, Received
from depesha.station import Enclosure as DraftEnclosure
from depesha.station.desks.courier import ROUND_LIMIT
from depesha.station.office import Office
from depesha.station.station import assemble
from depesha.telegram import Addressee as MinuteAddressee
from depesha.telegram import Mode, Precedence
from tests.station.forging import Inside, look_inside
from tests.station.houses import NORTH, PORT, SECRETS, Founded, House, Pair, draft_to
from tests.station.looking import everything, kept_in_quarantine, live_pages, quarantined
from tests.station.refusals import refused

Forge = Callable[[Pair, Inside], bytes]
STRANGER = bytes(range(32))


def sent(pair: Pair, text: str = "One.") -> tuple[bytes, Inside]:
    """An honest object from the north that has not been delivered yet, and what is in it."""
    enclosure = DraftEnclosure(name="soundings.csv", data=b"buoy,metres\n4,2.1\n")
    held = pair.north.sealed(draft_to(PORT, text, enclosures=(enclosure,)))
    pair.sync(pair.north)
    view = pair.north.station.reading.telegram(held.record_id)
    digests = {copy.object_digest for copy in view.copies}
    (sealed,) = [one for one in pair.waiting() if Digest.of(one).to_text() in digests]
    return sealed, look_inside(sealed, sender=pair.north, receiver=pair.port)


def receive(house: House, sealed: bytes) -> Received:
    return house.station.reception.receive(sealed, by=house.clerk)


def stranger(signer: Ed25519Signer) -> Ed25519Signer:
    """Another key under the same name."""
    return Ed25519Signer(signer.verifier.name, random_bytes(32))


def to_two(_: Pair, inside: Inside) -> bytes:
    second = PageSecret.generate().page
    return seal(inside.envelope().pack(), [inside.page.recipient, second.recipient])


def to_classic(_: Pair, inside: Inside) -> bytes:
    return seal(inside.envelope().pack(), [X25519Identity.generate().recipient])


def to_a_stranger(_: Pair, inside: Inside) -> bytes:
    return seal_envelope(inside.envelope(), PageSecret.generate().page)


def without_enclosures(_: Pair, inside: Inside) -> bytes:
    return replace(inside, enclosures=()).seal()


def other_enclosure(_: Pair, inside: Inside) -> bytes:
    return replace(inside, enclosures=(b"buoy,metres\n4,2.2\n",)).seal()


def to_somebody_else(_: Pair, inside: Inside) -> bytes:
    other = MinuteAddressee(call_sign=CallSign("POST RIVER"), precedence=Precedence.ROUTINE)
    return inside.with_minute(action=(other,)).seal()


def unsigned_by_its_words(_: Pair, inside: Inside) -> bytes:
    return inside.with_minute(mode=Mode.UNSIGNED).with_cover(mode=Mode.UNSIGNED).seal()


def forwarded(pair: Pair, inside: Inside) -> bytes:
    """The receiver's own signed minute, sent back to it as if it were the sender's."""
    own = pair.port.office.keyring.releaser("okonjo")
    return inside.released_by(own).seal()


FORGERIES: dict[str, tuple[str, Forge]] = {
    "garbage": ("channel.envelope_format", lambda _, __: b"age-encryption.org/v2\n"),
    "empty": ("channel.envelope_format", lambda _, __: b""),
    "no envelope": (
        "channel.envelope_format",
        lambda _, inside: seal(bytes(4096), [inside.page.recipient]),
    ),
    "cut": ("channel.envelope_damaged", lambda _, inside: inside.seal()[:-1]),
    "lengthened": ("channel.envelope_damaged", lambda _, inside: inside.seal() + b"\0"),
    "two stanzas": ("channel.foreign_stanza", to_two),
    "classic stanza": ("channel.foreign_stanza", to_classic),
    "for another station": ("channel.no_live_page", to_a_stranger),
    "cover by a stranger": (
        "channel.signed_text",
        lambda _, inside: inside.signed_by(cover=stranger(inside.identity)).seal(),
    ),
    "cover by a releaser": (
        "channel.signed_text",
        lambda _, inside: inside.signed_by(cover=inside.releaser).seal(),
    ),
    "cover altered": (
        "channel.signed_text",
        lambda _, inside: inside.seal(
            cover=sign_note(inside.cover.to_text(), [inside.identity]).replace(
                b"page: 1", b"page: 2"
            )
        ),
    ),
    "no cover but signed": (
        "telegram.cover_format",
        lambda _, inside: inside.seal(cover=sign_note("depesha/1 card\n", [inside.identity])),
    ),
    "a cover of another version": (
        "telegram.unsupported_version",
        lambda _, inside: inside.seal(cover=sign_note("depesha/2 cover\n", [inside.identity])),
    ),
    "minute by an uncertified releaser": (
        "cipher.no_known_signature",
        lambda _, inside: inside.released_by(stranger(inside.releaser)).seal(),
    ),
    "minute by the station itself": (
        "cipher.no_known_signature",
        lambda _, inside: inside.released_by(inside.identity).seal(),
    ),
    "minute sent on": ("cipher.no_known_signature", forwarded),
    "minute unsigned": (
        "cipher.note_format",
        lambda _, inside: inside.with_cover(minute=Digest.of(inside.minute.to_bytes())).seal(
            telegram=inside.minute.to_bytes()
        ),
    ),
    "minute of another cover": (
        "station.arrival",
        lambda _, inside: inside.with_cover(minute=Digest.of(b"another")).seal(),
    ),
    "cover for another page": (
        "station.arrival",
        lambda _, inside: inside.with_cover(page=inside.cover.page + 1).seal(),
    ),
    "cover for another book": (
        "station.arrival",
        lambda _, inside: inside.with_cover(book=bytes(16)).seal(),
    ),
    "cover for another receiver": (
        "station.arrival",
        lambda _, inside: inside.with_cover(receiver=STRANGER).seal(),
    ),
    "cover from another sender": (
        "station.arrival",
        lambda _, inside: inside.with_cover(sender=STRANGER).seal(),
    ),
    "cover on another channel": (
        "station.arrival",
        lambda _, inside: inside.with_cover(channel=bytes(16)).seal(),
    ),
    "unsigned by its words": ("station.arrival", unsigned_by_its_words),
    "addressed to others": ("station.not_addressed", to_somebody_else),
    "enclosure missing": ("station.arrival", without_enclosures),
    "enclosure exchanged": ("station.arrival", other_enclosure),
}


@dataclass(frozen=True)
class Undelivered:
    """A pair with one honest object on its way."""

    pair: Pair
    honest: bytes
    inside: Inside


@pytest.fixture(scope="module")
def undelivered(
    founded: Founded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Undelivered]:
    with founded.opened(tmp_path_factory.mktemp("undelivered")) as pair:
        honest, inside = sent(pair)
        yield Undelivered(pair, honest, inside)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_goes_to_quarantine_and_nowhere_else(undelivered: Undelivered, name: str) -> None:
    """What cannot be believed is kept as it came, under its code; its page lives on."""
    code, forge = FORGERIES[name]
    port = undelivered.pair.port
    forged = forge(undelivered.pair, undelivered.inside)
    before = everything(port)

    received = receive(port, forged)

    after = everything(port)
    changed = {part for part in after if after[part] != before[part]}
    assert (received.refused, received.record_id) == (code, None)
    assert changed == {"channel_quarantine", "quarantine"}
    assert quarantined(port)[Digest.of(forged).hex] == code
    assert forged in kept_in_quarantine(port)
    assert undelivered.inside.page.digest().to_text() in live_pages(port)


def test_after_all_forgeries_the_honest_object_arrives(pair: Pair) -> None:
    """No refusal uses up a page or a serial that an honest telegram needs."""
    honest, inside = sent(pair)
    for _, forge in FORGERIES.values():
        assert receive(pair.port, forge(pair, inside)).refused is not None

    assert receive(pair.port, honest).refused is None


def test_an_honest_object_is_filed_registered_and_burnt(pair: Pair) -> None:
    """The order is file, register, vault, burn, acknowledge; each is done once."""
    sealed, inside = sent(pair)
    assert inside.page.digest().to_text() in live_pages(pair.port)

    (record_id,) = pair.sync(pair.port)

    view = pair.port.station.reading.telegram(record_id)
    steps = ["filed", "preserved", "burnt", "noted", "acknowledged"]
    assert [step for step in pair.port.steps if step in steps] == steps
    assert view.minute_digest == inside.cover.minute.to_text()
    assert [copy.page_burnt for copy in view.copies] == [True]
    assert inside.page.digest().to_text() not in live_pages(pair.port)
    assert pair.port.register_size() == 1
    assert pair.waiting() == []
    assert sealed not in kept_in_quarantine(pair.port)


def test_a_replay_of_what_is_filed_changes_nothing(pair: Pair) -> None:
    """The same object again is the telegram that is here, and no row or file is touched."""
    sealed, _ = sent(pair)
    first = receive(pair.port, sealed)
    before = everything(pair.port)

    again = receive(pair.port, sealed)

    assert (again.record_id, again.is_new, again.refused) == (first.record_id, False, None)
    assert everything(pair.port) == before


def test_an_object_brought_back_to_its_sender_is_refused(pair: Pair) -> None:
    """A relay that reflects our own object cannot stop what comes after it."""
    sealed, _ = sent(pair)

    assert receive(pair.north, sealed).refused == "channel.no_live_page"
    assert kept_in_quarantine(pair.north) == [sealed]
    assert pair.north.register_size() == 1


def test_a_refusal_is_kept_once(pair: Pair) -> None:
    """A flood of one junk object is one case and one file."""
    for _ in range(3):
        assert receive(pair.port, b"junk").refused == "channel.envelope_format"
    assert len(quarantined(pair.port)) == len(kept_in_quarantine(pair.port)) == 1


def test_another_telegram_under_a_used_serial_is_refused(pair: Pair) -> None:
    """No serial names two texts, not even when the sender signs both."""
    first, _ = sent(pair)
    _, inside = sent(pair, "Two.")
    receive(pair.port, first)

    clash = inside.with_cover(serial=1, previous=None).seal()

    assert receive(pair.port, clash).refused == "station.arrival"
    assert [line.transmissions for line in pair.port.station.reading.telegrams()] == [("1",)]


@pytest.mark.parametrize("previous", [None, Digest.of(b"another history")])
def test_a_broken_chain_is_refused(pair: Pair, previous: Digest | None) -> None:
    """A cover that does not name the one before it is another history, and is not taken."""
    first, _ = sent(pair)
    honest, inside = sent(pair, "Two.")
    receive(pair.port, first)

    assert (
        receive(pair.port, inside.with_cover(previous=previous).seal()).refused == "channel.chain"
    )
    assert receive(pair.port, honest).refused is None


def test_a_cover_that_fills_a_gap_must_lead_to_the_one_after(pair: Pair) -> None:
    """The chain is checked in the other direction as well."""
    _, first = sent(pair)
    second, _ = sent(pair, "Two.")
    receive(pair.port, second)

    forged = first.with_cover(clerk="Another").seal()

    assert receive(pair.port, forged).refused == "channel.chain"


def test_a_gap_is_named_and_filled(pair: Pair) -> None:
    """The stamp of the later telegram says what is missing before it; the late one still comes."""
    objects = [sent(pair, text)[0] for text in ("One.", "Two.", "Three.", "Four.")]
    last = receive(pair.port, objects[3])
    stamps = pair.port.station.reading.telegram(last.record_id or "").stamps
    assert [one.note for one in stamps if one.kind == "received"] == ["missing before it: 1-3"]

    for sealed in (objects[1], objects[0], objects[2]):
        assert receive(pair.port, sealed).refused is None

    assert len(pair.port.station.reading.telegrams()) == 4


def test_disorder_on_the_way_incriminates_nobody(pair: Pair) -> None:
    """A cover that was overtaken shows an older checkpoint: that is no incident."""
    objects = [sent(pair, text)[0] for text in ("One.", "Two.", "Three.")]
    for sealed in reversed(objects):
        receive(pair.port, sealed)

    lines = pair.port.station.reading.telegrams()
    kinds = {
        stamp.kind
        for line in lines
        for stamp in pair.port.station.reading.telegram(line.record_id).stamps
    }
    assert kinds == {"sealed", "received", "opened"}
    assert everything(pair.port)["register_evidence"] == []
    assert pair.port.station.registering.seen(NORTH) == 3


def repeated(pair: Pair, inside: Inside, **changes: object) -> bytes:
    """The same telegram once more, in a new cover, on the next page that the receiver issued."""
    with pair.north.office.transaction() as work:
        taken = work.channel.held.take(inside.cover.channel.hex(), pair.clock.now())
    page = {"page": taken.number, "book": bytes.fromhex(taken.book.book)}
    return replace(inside, page=taken.page).with_cover(**page, **changes).seal()


def test_a_repeat_is_merged(pair: Pair) -> None:
    """A telegram repeated under its serial on a new page is the one that is here already."""
    first, inside = sent(pair)
    second, _ = sent(pair, "Two.")
    for sealed in (first, second):
        receive(pair.port, sealed)

    again = receive(pair.port, repeated(pair, inside))

    assert again.refused is None
    view = pair.port.station.reading.telegram(again.record_id or "")
    assert [(copy.serial, copy.page_burnt) for copy in view.copies] == [(1, True), (1, True)]
    assert pair.port.register_size() == 2


def test_one_minute_under_two_serials_is_one_telegram(pair: Pair) -> None:
    """What comes twice is filed and registered once, and each page is burnt."""
    first, inside = sent(pair)
    receive(pair.port, first)
    previous = Digest.of(sign_note(inside.cover.to_text(), [inside.identity]))

    again = receive(pair.port, repeated(pair, inside, serial=2, previous=previous))

    view = pair.port.station.reading.telegram(again.record_id or "")
    assert sorted(copy.serial for copy in view.copies) == [1, 2]
    assert all(copy.page_burnt for copy in view.copies)
    assert len(pair.port.station.reading.telegrams()) == pair.port.register_size() == 1


@pytest.mark.parametrize(
    "ledger",
    [
        pytest.param(IncomingLedger(first=75021), id="before the first"),
        pytest.param(IncomingLedger().with_voided(SerialRanges.of([1])), id="voided"),
    ],
)
def test_a_serial_that_cannot_come_is_refused(pair: Pair, ledger: IncomingLedger) -> None:
    """A number of the paper channel before ours, or one that was voided, brings nothing."""
    sealed, inside = sent(pair)
    with pair.port.office.transaction() as work:
        work.channel.incoming.put_ledger(inside.cover.channel.hex(), "2031", ledger)

    assert receive(pair.port, sealed).refused == "station.arrival"


def with_office(house: House, **changes: object) -> House:
    office: Office = replace(house.office, **changes)  # type: ignore[arg-type]
    return replace(house, station=assemble(office, house.station.close))


class Crash(BaseException):
    """The process ends here, as far as the station can tell."""


def crash_at(step: str) -> Callable[[str], None]:
    def observe(reached: str) -> None:
        if reached == step:
            raise Crash(step)

    return observe


def test_a_second_object_to_a_page_not_yet_burnt_is_refused(pair: Pair) -> None:
    """Between filing and burning the page still lives, and still opens nothing else."""
    first, inside = sent(pair)
    with pytest.raises(Crash):
        receive(with_office(pair.port, observe=crash_at("filed")), first)
    previous = Digest.of(sign_note(inside.cover.to_text(), [inside.identity]))
    other = inside.with_minute(originator="Another Desk").with_cover(serial=2, previous=previous)
    assert inside.page.digest().to_text() in live_pages(pair.port)

    with refused("channel.store"):
        receive(pair.port, other.seal())
    pair.port.station.reception.finish_all()

    assert receive(pair.port, other.seal()).refused == "channel.no_live_page"
    assert pair.port.register_size() == 1


class SealedPages:
    """Page secrets that cannot be read, as when the disk fails."""

    def load(self) -> object:
        raise PageStoreError("the live pages cannot be read or written")

    def add(self, _secrets: object) -> None:
        raise PageStoreError("the live pages cannot be read or written")


def test_a_fault_of_this_house_is_no_fault_of_the_object(pair: Pair) -> None:
    """Where the pages cannot be read the object stays with its carrier, out of quarantine."""
    sealed, _ = sent(pair)
    broken = with_office(pair.port, pages=SealedPages())
    before = everything(pair.port)

    with refused("channel.page_store"):
        receive(broken, sealed)
    report = broken.station.courier.sync(by=broken.clerk)

    assert (report.received, report.failed) == ((), ("channel.page_store",))
    assert everything(pair.port) == before
    assert pair.waiting() == [sealed]
    assert len(pair.sync(pair.port)) == 1


def test_one_bad_object_does_not_stop_the_others(pair: Pair) -> None:
    """Junk at the head of a mailbox goes to quarantine, and what lies behind it arrives."""
    sealed, _ = sent(pair)
    box = next(box for box in pair.relay.boxes.values() if box.objects)
    arrivals = count(1)
    box.objects = {
        Digest.of(one).hex: (next(arrivals), one) for one in (b"junk", sealed, b"more junk")
    }

    refused_first, record_id, refused_last = pair.sync(pair.port)

    assert refused_first == refused_last == "channel.envelope_format"
    assert pair.port.station.reading.telegram(record_id).line.number == "1"
    assert pair.waiting() == []


def test_each_addressee_gets_its_own_copy_and_may_read_it(pair: Pair) -> None:
    """A telegram for information is a telegram; the copy mark is the one of its addressee."""
    draft = draft_to(PORT)
    held = pair.north.sealed(draft.amended({"info": (), "action": (Addressee(call_sign=PORT),)}))
    pair.sync(pair.north)
    (record_id,) = pair.sync(pair.port)

    here, there = (
        house.station.reading.telegram(name)
        for house, name in ((pair.north, held.record_id), (pair.port, record_id))
    )
    assert here.minute_digest == there.minute_digest
    assert [copy.copy_number for copy in there.copies] == [1]


def test_what_is_shown_of_an_arrival_shows_no_secret(pair: Pair) -> None:
    """The report of a refusal may be logged: it holds a digest and a code."""
    sealed, inside = sent(pair, SECRETS[2])
    shown = repr(receive(pair.port, inside.with_cover(page=9).seal())) + repr(
        receive(pair.port, sealed)
    )
    assert not [secret for secret in SECRETS if secret in shown]


def test_the_envelope_is_the_only_form(pair: Pair) -> None:
    """A tar with a member more than an envelope has is not opened, though signed and sealed."""
    _, inside = sent(pair)
    envelope = inside.envelope()
    crammed = Envelope(
        cover=envelope.cover, telegram=envelope.telegram, enclosures=(*envelope.enclosures, b"x")
    )

    assert receive(pair.port, seal_envelope(crammed, inside.page)).refused == "station.arrival"


def test_an_object_filed_meanwhile_is_no_incident(pair: Pair) -> None:
    """Between the first look and the page's burning another process may have filed it."""
    sealed, _ = sent(pair)

    class Overtaken:
        def load(self) -> object:
            pages = dict(pair.port.office.pages.load())
            receive(pair.port, sealed)
            return {key: page for key, page in pages.items() if key in live_keys(pair.port)}

    late = receive(with_office(pair.port, pages=Overtaken()), sealed)

    assert (late.refused, late.is_new) == (None, False)
    assert quarantined(pair.port) == {}


def live_keys(house: House) -> set[Digest]:
    return set(house.office.pages.load())


def test_a_relay_that_never_ends_is_left_after_a_round(pair: Pair) -> None:
    """No carrier holds a command for ever, whatever it lists."""

    class Endless:
        def deposit(self, sealed: bytes) -> str:
            return Digest.of(sealed).hex

        def confirm_all(self, object_ids: Sequence[str]) -> None:
            """Forget nothing."""

        def confirm(self, object_id: str) -> None:
            """Forget nothing."""

        def list(
            self, *, after: int = 0, limit: int = 100, wait_seconds: int = 0
        ) -> Sequence[ListedObject]:
            return [
                ListedObject(object_id=f"{after + place:064x}", size_bytes=1, arrival=after + place)
                for place in range(1, limit + 1)
            ]

        def fetch(self, object_id: str) -> bytes:
            raise ObjectUnknownError("it is not there")

    taken = list(pair.port.station.courier._take_all(Endless(), pair.port.clerk, 0))

    assert len(taken) == ROUND_LIMIT
    assert {one.refused for one in taken} == {"channel.object_unknown"}
