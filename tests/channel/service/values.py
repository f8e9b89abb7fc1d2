"""Strategies of valid values of the texts between stations."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from depesha.base import SERIAL_LIMIT, BaseFormatError, Digest, SerialRanges, SeriesSerials
from depesha.base import require_line as _require_line
from depesha.channel import (
    Fact,
    FactKind,
    Notice,
    NoticeKind,
    Recap,
    Receipt,
    SentSeries,
    ServiceText,
    VoidNotice,
    Waybill,
)

KINDS = list(FactKind)


def is_line(text: str) -> bool:
    try:
        _require_line(text, what="a line")
    except BaseFormatError:
        return False
    return text != "none"


LINES = st.text(min_size=1, max_size=20).filter(is_line)
INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the strategy wants naive bounds
    timezones=st.just(UTC),
).map(lambda at: at.replace(microsecond=0))
NAMES = st.binary(min_size=16, max_size=16).map(bytes.hex)
YEARS = st.integers(min_value=0, max_value=9999)
SERIALS = st.integers(min_value=1, max_value=SERIAL_LIMIT)
RANGES = st.sets(st.one_of(st.integers(min_value=1, max_value=40), SERIALS), min_size=1).map(
    SerialRanges.of
)
SERIES = st.dictionaries(YEARS, RANGES, max_size=4).map(SeriesSerials.of)
NOTES = st.none() | st.binary(min_size=1, max_size=40)
FACTS = st.builds(
    Fact, series=YEARS, serial=SERIALS, kind=st.sampled_from(FactKind), actor=LINES, at=INSTANTS
)


@st.composite
def sent_series(draw: st.DrawFn, series: int) -> SentSeries:
    first, highest = sorted((draw(SERIALS), draw(SERIALS)))
    voided = draw(st.sets(st.integers(min_value=first, max_value=highest), max_size=5))
    return SentSeries(series=series, first=first, highest=highest, voided=SerialRanges.of(voided))


@st.composite
def recaps(draw: st.DrawFn) -> Recap:
    years = draw(st.sets(YEARS, max_size=4))
    return Recap(
        channel=draw(NAMES),
        at=draw(INSTANTS),
        sent=tuple(draw(sent_series(year)) for year in sorted(years)),
        have=draw(SERIES),
        void=draw(SERIES),
        checkpoint=draw(NOTES),
    )


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    facts = draw(
        st.lists(
            FACTS,
            min_size=1,
            max_size=6,
            unique_by=lambda fact: (fact.series, fact.serial, fact.kind),
        )
    )
    facts.sort(key=lambda fact: (fact.series, fact.serial, KINDS.index(fact.kind)))
    return Receipt(channel=draw(NAMES), facts=tuple(facts))


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    kind = draw(st.sampled_from(NoticeKind))
    asked = SERIES.filter(lambda serials: bool(serials.series))
    return Notice(
        kind=kind,
        channel=draw(NAMES),
        at=draw(INSTANTS),
        serials=draw(asked) if kind is NoticeKind.REPEAT else SeriesSerials(),
        text=draw(LINES if kind is NoticeKind.TEXT else st.none() | LINES),
    )


VOIDS = st.builds(
    VoidNotice, channel=NAMES, series=YEARS, serials=RANGES, at=INSTANTS, reason=LINES
)
WAYBILLS = st.builds(
    Waybill,
    pouch=NAMES,
    at=INSTANTS,
    objects=st.sets(st.binary(min_size=32, max_size=32), max_size=6).map(
        lambda found: tuple(Digest(value) for value in sorted(found))
    ),
)
SERVICE_TEXTS: st.SearchStrategy[ServiceText] = st.one_of(
    receipts(), recaps(), VOIDS, WAYBILLS, notices()
)
