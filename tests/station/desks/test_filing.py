import pytest

from depesha.archive import FixityError
from depesha.station import Citation, InputError, holding_facts, read_text
from tests.station.houses import NORTH, PORT, Pair, draft_to
from tests.station.looking import everything
from tests.station.refusals import refused

RECORD = """**September 14, 2026**

**Ciphered telegram from River Section [Ines Calder] to the Harbour Minister**

**Citation:**

"Ciphered telegram from River Section [Ines Calder] to the Harbour Minister", September 14, 2026, \
River Mission Digital Archive, CARM, Fond 12, Opis 1, Delo 31, Listy 4-5, 9 (original copy)
<https://archive.example/document/31>

**Summary:**

A telegram accepting a corridor for the grain convoy.

**Original Language:**

English

**Contents:**

Original - English

River Section

1. The first four barges passed the bar.

River Section [Ines Calder]
"""


def test_a_description_changes_the_description_alone(pair: Pair) -> None:
    """Title, summary, language and holdings are the archivist's; the telegram stays as it was."""
    held = pair.north.released(draft_to(PORT))
    filing = pair.north.station.filing
    before = filing.record(held.record_id)

    after = filing.describe(held.record_id, RECORD, by=pair.north.archivist)

    assert after == filing.record(held.record_id)
    assert after.title.shown.startswith("Ciphered telegram from River Section")
    assert after.abstract == "A telegram accepting a corridor for the grain convoy."
    assert (after.languages, len(after.holdings)) == (("English",), 1)
    assert (after.source, after.minute_digest, after.text) == (
        before.source,
        before.minute_digest,
        before.text,
    )
    assert next(party.identification for party in after.parties) == "Ines Calder"
    assert holding_facts(after) != (None,)


def test_a_text_that_is_no_record_describes_nothing(pair: Pair) -> None:
    """An unknown telegram and an unreadable text are refused, and change nothing."""
    pair.north.released(draft_to(PORT))
    before = everything(pair.north)
    with refused("archive.item_not_found"):
        pair.north.station.filing.describe("0" * 32, RECORD, by=pair.north.archivist)
    with refused("station.input"):
        read_text(b"\xff\xfe")
    with pytest.raises(InputError):
        read_text(b"\x80")
    assert read_text(RECORD.encode()) == RECORD
    assert everything(pair.north) == before


def test_what_is_filed_is_found(pair: Pair) -> None:
    """A telegram is in the index from the moment it has a number, and its description after."""
    held = pair.north.released(draft_to(PORT, series="k"))
    filing = pair.north.station.filing
    assert [hit.record_id for hit in filing.search("pilots quay")] == [held.record_id]
    assert [hit.record_id for hit in filing.search("no:1/k")] == [held.record_id]
    assert filing.search("grain") == ()

    filing.describe(held.record_id, RECORD, by=pair.north.archivist)

    assert [hit.record_id for hit in filing.search("grain convoy")] == [held.record_id]
    with refused("archive.query_format"):
        filing.search('"')


def test_each_correspondence_has_its_file(pair: Pair) -> None:
    """Fonds, year and correspondent: one file for each, however many telegrams there are."""
    for _ in range(2):
        pair.north.sealed(draft_to(PORT))
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    pair.sync(pair.north)

    units = pair.north.station.filing.units()

    assert [(code, unit.level.value) for code, unit in units] == [
        ("north-desk/north-desk", "fonds"),
        ("north-desk/north-desk/2031", "inventory"),
        ("north-desk/north-desk/2031/port-amaro", "file"),
    ]


def test_a_missing_or_altered_copy_is_named(pair: Pair) -> None:
    """A check of the vault finds every fault, not the first alone."""
    names = [pair.north.released(draft_to(PORT)).record_id for _ in range(3)]
    vault = pair.north.home / "vault"
    (vault / f"{names[0]}.age").unlink()
    altered = bytearray((vault / f"{names[1]}.age").read_bytes())
    altered[-1] ^= 1
    (vault / f"{names[1]}.age").write_bytes(altered)

    with pytest.raises(FixityError) as caught:
        pair.north.station.filing.check()

    assert {fault.name for fault in caught.value.details} == set(names[:2])


def test_a_reply_is_tied_to_what_it_answers(pair: Pair) -> None:
    """A citation by number and digest is resolved when it is filed, or when it is asked for."""
    held = pair.north.sealed(draft_to(PORT, series="k"))
    pair.sync(pair.north)
    (arrived,) = pair.sync(pair.port)
    cited = pair.port.station.reading.citation("1/k")
    assert cited == Citation(
        number="1/k", originator="River Section", year=2031, digest=held.minute_digest
    )
    pair.port.sealed(draft_to(NORTH, "To No. 1/k.", in_reply_to=cited))
    pair.sync(pair.port)
    (reply,) = pair.sync(pair.north)

    (citation,) = pair.north.station.reading.telegram(reply).citations
    assert (citation.kind, citation.cites, citation.status) == ("reply", "1/k", "resolved")
    assert citation.resolved_to == (held.record_id,)
    assert pair.port.station.reading.telegram(arrived).line.number == "1/k"


def test_a_reply_that_comes_first_is_tied_later(pair: Pair) -> None:
    """What was cited before it was held is found once it is here."""
    early = Citation(number="2", originator="Port Amaro", year=2031)
    held = pair.north.released(draft_to(PORT, in_reply_to=early))
    (before,) = pair.north.station.reading.telegram(held.record_id).citations
    for _ in range(2):
        pair.port.sealed(draft_to(NORTH, sender="Port Amaro"))
    pair.sync(pair.port)
    _, second = pair.sync(pair.north)

    pair.north.station.filing.resolve_references(held.record_id)

    (after,) = pair.north.station.reading.telegram(held.record_id).citations
    assert before.resolved_to == ()
    assert after.resolved_to == (second,)
