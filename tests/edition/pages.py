"""Publications to make pages of: one that a register proves, one that comes from an archive."""

from depesha.edition import (
    ArchiveHolding,
    CopyMark,
    CrossReference,
    Event,
    Publication,
    Reading,
    ReadingPart,
    ReadingPoint,
    ReleaseBundle,
    Source,
)
from tests.edition.world import POLICY, World

SOURCE = Source(
    record="harbour-17-k",
    title="Telegram from North Desk to Post Harbour on the second variant",
    dated="2031-03-02",
    number="17/k",
    author="North Desk",
    recipient="Post Harbour",
    holdings=(
        ArchiveHolding(archive="Archive of the Centre", location="Fond 3, Delo 17, Listy 5-6"),
        ArchiveHolding(archive="Port Archive", location="Box 11", place="Harbour"),
    ),
    publisher="Harbour Papers",
    url="https://papers.example/harbour-17-k/",
)


def proved(release: ReleaseBundle | None = None) -> Publication:
    return Publication(
        name="harbour-17-k",
        edition="The Harbour Papers, 2031",
        source=SOURCE,
        release=release or World().bundle(),
        policy=POLICY,
        summary="North Desk accepts a proposal and announces the next mail.",
        events=(
            Event(what="Written", by="North Desk", at="2 March 2031, 07:10"),
            Event(what="Sealed", by="clerk Ada", place="the Centre", at="08:02"),
            Event(what="Received", by="clerk Bo", place="Harbour", at="13:30 p.m."),
        ),
        copies=(
            CopyMark(number="No. 1", holder="Post Harbour", mark="returned"),
            CopyMark(number="No. 2", holder="file"),
        ),
        copies_stated="Distribution list: 3 copies",
        conveyance=(
            ("Instruction", "orally; if asked, leave a written text without signature"),
            ("Report", "spoken on 3 March; the listener asked to write it down, and did"),
        ),
        references=(
            CrossReference(
                relation="Answered by",
                verbatim="To No. 17/k",
                title="Telegram 88 from Post Harbour",
                page="../harbour-88/",
                status="resolved",
            ),
            CrossReference(relation="Cites", verbatim="my telegram of January", status="ambiguous"),
        ),
        description=(
            ("Reference code", "HP 2031/3/17"),
            ("Level", "item"),
            ("Extent and medium", "1 telegram, 1 leaf"),
            ("Language", "English"),
            ("Access", "released in part"),
        ),
        rights="Text and description: CC0 1.0.",
    )


def unproved() -> Publication:
    reading = Reading(
        heading=(
            ReadingPart(path="transmission", text="75021"),
            ReadingPart(path="number", text="483/sh"),
            ReadingPart(path="from", text="Heron [the First Secretary]"),
            ReadingPart(path="action", text="the Legation"),
            ReadingPart(path="action.2", text="the Mission"),
            ReadingPart(path="via", text="the Ambassador"),
            ReadingPart(path="typed-by", text="B."),
            ReadingPart(path="signature", text="Heron"),
        ),
        points=(
            ReadingPoint(
                number=1,
                label="1.",
                parts=(ReadingPart(path="1.1", text="Tell [sic] him <b>nothing</b> & wait."),),
            ),
            ReadingPoint(number=2, parts=(ReadingPart(path="2.1", text="Heron [First Sec.]"),)),
        ),
    )
    return Publication(name="a-75021", edition="Old Papers", source=SOURCE, reading=reading)
