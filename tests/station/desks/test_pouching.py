import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from depesha.base import Digest
from depesha.channel import Waybill
from depesha.channel.pouches import LABEL_FILE
from depesha.station import NotPermittedError, Unpacked
from depesha.station.desks.pouching import ADDED, Papers, Pouching
from depesha.station.errors import NoPadError
from depesha.station.office import Office
from depesha.station.work import Work
from tests.station.desks.test_courier import queue
from tests.station.houses import NORTH, PORT, House, Pair, draft_to
from tests.station.looking import everything, kept_in_quarantine
from tests.station.refusals import refused


def packed(pair: Pair, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    pair.north.station.pouching.pack(PORT, folder, by=pair.north.clerk)
    return folder


def unpacked(house: House, path: Path) -> Unpacked:
    return house.station.pouching.unpack(path, by=house.clerk)


def became(done: Unpacked) -> list[str]:
    """What each object brought: a telegram, or a paper by its kind, or the code of its refusal."""
    return sorted(one.refused or one.service or "telegram" for one in done.received)


def objects_in(pouch: Path) -> set[str]:
    return {path.name for path in pouch.iterdir()} - {LABEL_FILE}


def test_a_pouch_is_unpacked_twice_without_harm(pair: Pair, tmp_path: Path) -> None:
    """The second time nothing is new, and no row or file is touched; the medium is only read."""
    for text in ("One.", "Two.", "Three."):
        pair.north.sealed(draft_to(PORT, text))
    pouch = packed(pair, tmp_path / "pouch")
    on_it = {path.name: path.read_bytes() for path in pouch.iterdir()}

    first = unpacked(pair.port, pouch)
    before = everything(pair.port)
    second = unpacked(pair.port, pouch)

    assert became(first) == ["recap", "telegram", "telegram", "telegram", "waybill"]
    assert [(one.is_new, one.refused) for one in second.received] == [(False, None)] * 5
    assert everything(pair.port) == before
    assert {path.name: path.read_bytes() for path in pouch.iterdir()} == on_it


def test_a_tar_of_the_pouch_is_as_good(pair: Pair, tmp_path: Path) -> None:
    """A courier may carry one file in place of a folder."""
    pair.north.sealed(draft_to(PORT))
    pouch = packed(pair, tmp_path / "pouch")
    with tarfile.open(tmp_path / "pouch.tar", "w") as tar:
        tar.add(pouch, arcname="pouch")

    done = unpacked(pair.port, tmp_path / "pouch.tar")

    assert became(done) == ["recap", "telegram", "waybill"]
    assert done.compared[NORTH].agrees
    assert done.label == unpacked(pair.port, pouch).label is not None


def test_a_packed_object_is_packed_and_deposited_no_more(pair: Pair, tmp_path: Path) -> None:
    """A pouch takes the place of the relay: each object leaves the outbox once."""
    held = pair.north.sealed(draft_to(PORT))
    pouch = packed(pair, tmp_path / "pouch")
    on_it = objects_in(pouch)
    assert len(on_it) == 3

    packed(pair, pouch)

    assert len(objects_in(pouch) - on_it) == 2  # the papers of the second packing alone
    assert pair.north.station.courier.sync(by=pair.north.clerk).deposited == 0
    stamps = [one.kind for one in pair.north.station.reading.telegram(held.record_id).stamps]
    assert stamps.count("packed into a pouch") == 1


def test_a_pouch_packed_twice_agrees_with_itself(pair: Pair, tmp_path: Path) -> None:
    """One label, two waybills, and nothing missing or added by the sum of them."""
    pair.north.sealed(draft_to(PORT, "One."))
    pouch = packed(pair, tmp_path / "pouch")
    label = (pouch / LABEL_FILE).read_bytes()
    pair.north.sealed(draft_to(PORT, "Two."))
    packed(pair, pouch)

    assert (pouch / LABEL_FILE).read_bytes() == label
    assert unpacked(pair.port, pouch).compared[NORTH].agrees


def test_a_courier_can_not_drop_unnoticed(pair: Pair, tmp_path: Path) -> None:
    """What is on the waybill and not in the pouch is named, and all else is filed."""
    pair.north.sealed(draft_to(PORT, "One."))
    with pair.north.office.reading() as work:
        (waiting,) = work.channel.outbox.waiting()
    pair.north.sealed(draft_to(PORT, "Two."))
    pouch = packed(pair, tmp_path / "pouch")
    dropped = pouch / f"{Digest.of(waiting.sealed).hex}.age"
    kept_back = dropped.read_bytes()
    dropped.unlink()

    done = unpacked(pair.port, pouch)

    assert done.compared[NORTH].missing == (Digest.of(kept_back),)
    assert len(pair.port.station.reading.telegrams()) == 1
    dropped.write_bytes(kept_back)
    assert unpacked(pair.port, pouch).compared[NORTH].agrees


def test_what_came_another_way_is_not_missing(pair: Pair, tmp_path: Path) -> None:
    """An object that was taken from the pouch and sent by relay is here all the same."""
    pair.north.sealed(draft_to(PORT))
    with pair.north.office.reading() as work:
        (waiting,) = work.channel.outbox.waiting()
    pouch = packed(pair, tmp_path / "pouch")
    (pouch / f"{Digest.of(waiting.sealed).hex}.age").unlink()
    pair.port.station.reception.receive(waiting.sealed, by=pair.port.clerk)

    assert unpacked(pair.port, pouch).compared[NORTH].agrees


def test_a_courier_can_not_add_unnoticed(pair: Pair, tmp_path: Path) -> None:
    """A true object that was slipped in is filed, named, and stamped once."""
    pair.north.sealed(draft_to(PORT, "By relay."))
    pair.sync(pair.north)
    (slipped_in,) = pair.waiting()
    for box in pair.relay.boxes.values():
        box.objects.clear()
    pair.north.sealed(draft_to(PORT, "By pouch."))
    pouch = packed(pair, tmp_path / "pouch")
    digest = Digest.of(slipped_in)
    (pouch / f"{digest.hex}.age").write_bytes(slipped_in)

    for _ in range(2):
        done = unpacked(pair.port, pouch)
        assert done.compared[NORTH].added == (digest,)

    with pair.port.office.reading() as work:
        copy = work.copies.of_object(digest.to_text())
        assert copy is not None
        stamps = [one.kind for one in work.telegrams.stamps(copy.record_id)]
    assert stamps.count(ADDED) == 1


def test_junk_is_kept_in_quarantine(pair: Pair, tmp_path: Path) -> None:
    """What opens under no page is refused by itself, and is nobody's addition."""
    pair.north.sealed(draft_to(PORT))
    pouch = packed(pair, tmp_path / "pouch")
    (pouch / f"{Digest.of(b'junk').hex}.age").write_bytes(b"junk")

    done = unpacked(pair.port, pouch)

    assert became(done) == ["channel.envelope_format", "recap", "telegram", "waybill"]
    assert done.compared[NORTH].agrees
    assert kept_in_quarantine(pair.port) == [b"junk"]


def test_a_sender_that_unpacks_its_own_pouch_is_told_so(pair: Pair, tmp_path: Path) -> None:
    """Our own objects are known by their digests: none is opened, and none fills quarantine."""
    pair.north.sealed(draft_to(PORT))
    pouch = packed(pair, tmp_path / "pouch")
    before = everything(pair.north)

    done = unpacked(pair.north, pouch)

    assert (done.received, len(done.own)) == ((), 3)
    assert kept_in_quarantine(pair.north) == []
    assert everything(pair.north) == before


def test_without_a_page_for_papers_the_pouch_goes_all_the_same(pair: Pair, tmp_path: Path) -> None:
    """What is sealed must not wait for a new book; it is said that there is no waybill."""

    def no_pad(_work: Work, _office: Office, _papers: Papers) -> None:
        raise NoPadError("no page")

    pair.north.sealed(draft_to(PORT))
    pouching = Pouching(pair.north.office, pair.north.station.reception, no_pad)
    stick = tmp_path / "stick"
    stick.mkdir()

    done = pouching.pack(PORT, stick, by=pair.north.clerk)

    assert (done.objects, done.has_papers) == (1, False)
    arrived = unpacked(pair.port, stick)
    assert became(arrived) == ["telegram"]
    assert arrived.compared == {}


def test_a_dry_run_changes_nothing(pair: Pair, tmp_path: Path) -> None:
    """It counts what waits; no page is used, no file is written."""
    pair.north.sealed(draft_to(PORT))
    (tmp_path / "stick").mkdir()
    before = everything(pair.north)

    done = pair.north.station.pouching.pack(
        PORT, tmp_path / "stick", by=pair.north.clerk, is_dry_run=True
    )

    assert (done.objects, done.has_papers) == (1, False)
    assert done.size_bytes > 4096
    assert list((tmp_path / "stick").iterdir()) == []
    assert everything(pair.north) == before


def test_a_pouch_that_cannot_be_written_keeps_the_outbox(pair: Pair, tmp_path: Path) -> None:
    """What was not packed stays queued, and a pouch that is not there is no empty one."""
    pair.north.sealed(draft_to(PORT))

    with refused("channel.pouch_medium"):
        pair.north.station.pouching.pack(PORT, tmp_path / "absent", by=pair.north.clerk)
    with refused("channel.pouch_medium"):
        unpacked(pair.port, tmp_path / "absent")

    assert pair.north.station.courier.sync(by=pair.north.clerk).deposited == 1


def test_a_one_way_post_needs_no_way_back(pair: Pair, tmp_path: Path) -> None:
    """Pouch after pouch goes out to a post that never answers, each with its recapitulation."""
    with pair.north.office.transaction() as work:
        port = work.channel.peers.by_call_sign(PORT).card.fingerprint
        policy = replace(work.channel.policies.of(port), one_way=True)
        work.channel.policies.put(port, policy)
    for number in range(3):
        pair.north.sealed(draft_to(PORT, f"Number {number}."))
        pouch = packed(pair, tmp_path / f"pouch-{number}")
        assert became(unpacked(pair.port, pouch)) == ["recap", "telegram", "waybill"]

    assert len(pair.port.station.reading.telegrams()) == 3


def test_a_pouch_takes_more_than_one_batch(pair: Pair, tmp_path: Path) -> None:
    """Everything queued for a post is packed, however much it is; for others, nothing."""
    pair.north.sealed(draft_to(PORT))
    queue(pair.north, 250, None)
    with pair.north.office.transaction() as work:
        (honest, *_) = work.channel.outbox.waiting()
        for number in range(2, 130):
            work.channel.outbox.queue(
                b"copy %d" % number,
                channel=honest.channel,
                serial=number,
                address=None,
                at=pair.clock.now(),
            )

    (tmp_path / "p").mkdir()
    done = pair.north.station.pouching.pack(PORT, tmp_path / "p", by=pair.north.clerk)

    assert done.objects == 129 + 2
    assert len(objects_in(tmp_path / "p")) == 131


def test_the_waybill_names_the_label_and_all_else(pair: Pair, tmp_path: Path) -> None:
    """It is kept as it came, and its objects are those of the pouch but for itself."""
    pair.north.sealed(draft_to(PORT))
    pouch = packed(pair, tmp_path / "pouch")
    label = unpacked(pair.port, pouch).label

    with pair.port.office.reading() as work:
        north = work.channel.peers.by_call_sign(NORTH).card.fingerprint
        (text,) = [one.text for one in work.services.of_station(north) if one.kind == "waybill"]
    waybill = Waybill.from_text(text.decode())
    assert waybill.pouch == label
    named = {f"{digest.hex}.age" for digest in waybill.objects}
    assert named < objects_in(pouch)
    assert len(objects_in(pouch) - named) == 1


def test_a_crash_after_packing_repeats_harmlessly(pair: Pair, tmp_path: Path) -> None:
    """The pouch is whole, all is still queued, and the relay brings what is known already."""

    class Stop(BaseException):
        """The process ends here."""

    def stop(step: str) -> None:
        if step == "packed":
            raise Stop

    pair.north.sealed(draft_to(PORT))
    dying = Pouching(
        replace(pair.north.office, observe=stop),
        pair.north.station.reception,
        pair.north.station.pouching.accompany,
    )
    stick = tmp_path / "stick"
    stick.mkdir()
    with pytest.raises(Stop):
        dying.pack(PORT, stick, by=pair.north.clerk)

    assert pair.north.station.courier.sync(by=pair.north.clerk).deposited == 3
    assert became(unpacked(pair.port, stick)) == ["recap", "telegram", "waybill"]
    pair.sync(pair.port)
    assert len(pair.port.station.reading.telegrams()) == 1


def test_carrying_is_a_clerk_s(pair: Pair, tmp_path: Path) -> None:
    """Nobody else packs or unpacks."""
    pouching = pair.north.station.pouching
    for call in (
        lambda: pouching.pack(PORT, tmp_path, by=pair.north.second),
        lambda: pouching.unpack(tmp_path, by=pair.north.second),
    ):
        with pytest.raises(NotPermittedError):
            call()
