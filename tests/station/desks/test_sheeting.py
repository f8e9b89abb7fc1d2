import pytest

from depesha.channel import cut_object
from depesha.station import NotPermittedError
from tests.station.houses import PORT, Pair, draft_to
from tests.station.looking import everything


def test_a_short_telegram_goes_on_paper(pair: Pair) -> None:
    """What is scanned in any order is filed, and the second time known already."""
    held = pair.north.sealed(draft_to(PORT))

    drawn = pair.north.station.sheeting.draw(PORT, by=pair.north.clerk)
    done = pair.port.station.sheeting.scan(reversed(drawn.texts), by=pair.port.clerk)

    assert (len(drawn.objects), drawn.left_out) == (1, 0)
    assert len(drawn.pages) == -(-len(drawn.texts) // 6)
    (received,) = done.received
    assert received.record_id is not None
    view = pair.port.station.reading.telegram(received.record_id)
    assert view.minute_digest == held.minute_digest
    again = pair.port.station.sheeting.scan(drawn.texts, by=pair.port.clerk)
    assert [one.is_new for one in again.received] == [False]


def test_missing_parts_open_nothing(pair: Pair) -> None:
    """Parts that are missing are named, and nothing is touched."""
    pair.north.sealed(draft_to(PORT))
    drawn = pair.north.station.sheeting.draw(PORT, by=pair.north.clerk)
    before = everything(pair.port)

    done = pair.port.station.sheeting.scan(["junk", *drawn.texts[1:]], by=pair.port.clerk)

    assert done.received == ()
    assert [one.missing for one in done.incomplete] == [(1,)]
    assert done.unread_lines == (1,)
    assert everything(pair.port) == before


def test_drawing_leaves_all_queued_until_it_is_printed(pair: Pair) -> None:
    """Paper may jam: only when a person says so is a sheet counted as carried."""
    sheeting = pair.north.station.sheeting
    held = pair.north.sealed(draft_to(PORT, "One."))
    drawn = sheeting.draw(PORT, by=pair.north.clerk)
    assert sheeting.draw(PORT, by=pair.north.clerk).texts == drawn.texts
    pair.north.sealed(draft_to(PORT, "Sealed after the sheets were drawn."))

    sheeting.printed(drawn, by=pair.north.clerk)

    assert len(sheeting.draw(PORT, by=pair.north.clerk).objects) == 1
    stamps = [one.kind for one in pair.north.station.reading.telegram(held.record_id).stamps]
    assert "printed on sheets" in stamps


def test_what_is_too_long_for_paper_waits_on(pair: Pair) -> None:
    """A long telegram is counted and left for another carrier."""
    pair.north.sealed(draft_to(PORT, "\n".join(["A long sentence."] * 900)))

    drawn = pair.north.station.sheeting.draw(PORT, by=pair.north.clerk)

    assert (drawn.objects, drawn.left_out, drawn.pages) == ((), 1, ())
    assert pair.north.station.courier.sync(by=pair.north.clerk).deposited >= 1


def test_our_own_sheet_is_known(pair: Pair) -> None:
    """A sheet that comes back to its sender is told, not opened."""
    pair.north.sealed(draft_to(PORT))
    drawn = pair.north.station.sheeting.draw(PORT, by=pair.north.clerk)

    done = pair.north.station.sheeting.scan(drawn.texts, by=pair.north.clerk)

    assert (done.received, len(done.own)) == ((), 1)


def test_junk_on_paper_goes_to_quarantine(pair: Pair) -> None:
    """Whole parts of something else are treated as any object that cannot be opened."""
    texts = [part.to_text() for part in cut_object(b"junk")]

    done = pair.port.station.sheeting.scan(texts, by=pair.port.clerk)

    assert [one.refused for one in done.received] == ["channel.envelope_format"]


def test_paper_is_a_clerk_s(pair: Pair) -> None:
    """Nobody else draws, prints or scans."""
    sheeting = pair.north.station.sheeting
    drawn = sheeting.draw(PORT, by=pair.north.clerk)
    for call in (
        lambda: sheeting.draw(PORT, by=pair.north.second),
        lambda: sheeting.printed(drawn, by=pair.north.second),
        lambda: sheeting.scan([], by=pair.north.second),
    ):
        with pytest.raises(NotPermittedError):
            call()
