from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from depesha.archive import (
    UNDATED,
    ArchiveFormatError,
    Event,
    Holding,
    Instantiation,
    Party,
    Record,
    RecordDate,
    Reference,
    ReferenceKind,
    Role,
    Title,
)
from depesha.base import Digest, OriginatorNumber
from tests.archive.samples import full_record, record


def test_names_are_chosen_by_role() -> None:
    """A name as written stands before what an editor made of it."""
    assert full_record(1).names(Role.ORIGINATOR, Role.VIA) == ("Nansen", "Ivo", "Stern")


def test_no_text_of_a_record_is_in_its_repr() -> None:
    """A record that reaches a log by accident shows neither text nor names nor source."""
    shown = repr(full_record(1))

    for secret in ("bridge", "ferry", "Nansen", "as it came", "Minister", "POST", "Morozova"):
        assert secret not in shown
    assert "Minister" not in repr(full_record(1).parties)


def test_the_shown_title_is_the_devised_one() -> None:
    """An archivist's title goes before the record's own, which serves where there is no other."""
    assert Title(devised="a", formal="B").shown == "a"
    assert Title(formal="B").shown == "B"


def test_a_date_without_edtf_spans_nothing() -> None:
    """A date that was only written down is not guessed at."""
    assert RecordDate(verbatim="last Tuesday").span == UNDATED
    assert RecordDate(edtf="1950").span.earliest == date(1950, 1, 1)


def test_an_event_is_kept_to_the_second() -> None:
    """Instants are cut to what their text form can say."""
    at = datetime(2031, 3, 2, 7, 10, 5, 999, tzinfo=UTC)

    assert Event(type="typed", at=at).at == at.replace(microsecond=0)


def test_an_event_in_local_time_is_a_mistake() -> None:
    """An instant that is not in UTC is the program's fault and not a refusal."""
    at = datetime(2031, 3, 2, tzinfo=timezone(timedelta(hours=3)))
    with pytest.raises(ValueError, match="UTC"):
        Event(type="typed", at=at)


def test_the_fonds_of_a_holding() -> None:
    """A holding names its fonds where its levels do."""
    assert full_record(1).holdings[0].fonds == "059a"
    assert full_record(1).holdings[1].fonds is None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Title, {}),
        (Title, {"devised": ""}),
        (RecordDate, {"edtf": "28 August"}),
        (RecordDate, {"verbatim": "two\nlines"}),
        (Party, {"role": Role.VIA, "name": " "}),
        (Holding, {"verbatim": ""}),
        (Holding, {"verbatim": "x", "levels": (("fonds", ""),)}),
        (Event, {"type": ""}),
        (Reference, {"verbatim": "", "kind": ReferenceKind.CITES}),
        (Reference, {"verbatim": "5-9", "kind": ReferenceKind.CITES, "last": 9}),
        (
            Reference,
            {
                "verbatim": "9-5",
                "kind": ReferenceKind.CITES,
                "number": OriginatorNumber(9),
                "last": 5,
            },
        ),
        (
            Instantiation,
            {"name": "../x", "kind": "copy", "digest": Digest.of(b""), "size_bytes": 0},
        ),
        (Instantiation, {"name": "x", "kind": "copy", "digest": Digest.of(b""), "size_bytes": -1}),
    ],
)
def test_a_part_is_valid_from_the_start(kind: type[Any], fields: dict[str, Any]) -> None:
    """A value that says nothing, or cannot be stored, is not made."""
    with pytest.raises(ArchiveFormatError):
        kind(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"record_id": "7"},
        {"unit_id": "7"},
        {"kind": ""},
        {"languages": ("",)},
        {"text": "nul \0"},
        {"abstract": "half \udc80"},
        {"register_index": -1},
    ],
)
def test_a_record_is_valid_from_the_start(fields: dict[str, object]) -> None:
    """A record that cannot be stored is not made."""
    with pytest.raises(ArchiveFormatError):
        record(1, **fields)


def test_records_are_values() -> None:
    """Two records that say the same are the same."""
    assert full_record(3) == full_record(3)
    assert isinstance(full_record(3), Record)
