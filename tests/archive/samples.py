"""Made-up units and records for the archive's tests."""

from datetime import UTC, datetime

from depesha.archive import (
    Direction,
    Event,
    Holding,
    Identifier,
    IdentifierType,
    Instantiation,
    Level,
    Party,
    Record,
    RecordDate,
    RecordSet,
    Reference,
    ReferenceKind,
    Role,
    Title,
)
from depesha.base import Digest, OriginatorNumber

FONDS = RecordSet(unit_id=f"{1:032x}", level=Level.FONDS, number="45", title="North Desk")
INVENTORY = RecordSet(
    unit_id=f"{2:032x}", level=Level.INVENTORY, number="1", title="Telegrams", parent_id=f"{1:032x}"
)
FILE = RecordSet(
    unit_id=f"{3:032x}", level=Level.FILE, number="347", title="Harbour", parent_id=f"{2:032x}"
)
OTHER_FILE = RecordSet(
    unit_id=f"{4:032x}", level=Level.FILE, number="348", title="River", parent_id=f"{2:032x}"
)
UNITS = (FONDS, INVENTORY, FILE, OTHER_FILE)


def number(text: str, **more: object) -> Identifier:
    """Return an outgoing office number such as 483/sh."""
    return Identifier(
        type=IdentifierType.REGISTER,
        verbatim=f"No. {text}",
        number=OriginatorNumber.from_text(text),
        **more,  # type: ignore[arg-type]  # a test passes originator and year through
    )


def record(place: int, **more: object) -> Record:
    """Return a small record, number `place`, with the fields given."""
    fields: dict[str, object] = {
        "record_id": f"{place:032x}",
        "unit_id": FILE.unit_id,
        "direction": Direction.IMPORTED,
        "title": Title(devised=f"Telegram {place}"),
        "kind": "ciphered telegram",
    }
    return Record(**{**fields, **more})  # type: ignore[arg-type]


def full_record(place: int) -> Record:
    """Return a record in which every field is filled."""
    return record(
        place,
        direction=Direction.RECEIVED,
        title=Title(
            devised="Ciphered telegram from Nansen [Ivo] to the Minister", formal="TELEGRAM"
        ),
        date=RecordDate(verbatim="28 August 2031", edtf="2031-08-28"),
        identifiers=(
            number(f"{place}/sh", originator="NORTH DESK", year=2031),
            Identifier(type=IdentifierType.TRANSMISSION, verbatim="75021"),
        ),
        parties=(
            Party(role=Role.ORIGINATOR, name="Nansen", identification="Ivo"),
            Party(role=Role.ACTION, name="POST HARBOUR"),
            Party(role=Role.VIA, name="Stern"),
            Party(role=Role.FINAL, name="the Minister"),
        ),
        languages=("ru", "en"),
        markings=("Strictly secret. Making copies is forbidden",),
        abstract="On the bridge.\nAnd the ferry.",
        text="Let him cross the bridge at Ōmi.\n\n2. Мост закрыт. 桥已关闭。\n",
        holdings=(
            Holding(
                verbatim="RMA, Fond 059a, Opis 5a, Delo 4, Listy 155-156 (original copy)",
                archive="RMA",
                levels=(("fonds", "059a"), ("inventory", "5a"), ("file", "4")),
                leaves=("155-156",),
                copy_status="original copy",
            ),
            Holding(verbatim="somewhere in the cellar"),
        ),
        references=(
            Reference(
                verbatim="To No. 12/k",
                kind=ReferenceKind.REPLY,
                number=OriginatorNumber(12, "k"),
                originator="POST HARBOUR",
                year=2031,
                digest=Digest.of(b"twelve"),
            ),
            Reference(
                verbatim="your No. 5-9",
                kind=ReferenceKind.CITES,
                number=OriginatorNumber(5),
                last=9,
            ),
            Reference(verbatim="my telegram of January 30", kind=ReferenceKind.CITES),
        ),
        events=(
            Event(type="received", at=datetime(2031, 8, 28, 17, 27, tzinfo=UTC)),
            Event(type="deciphered", agent="Morozova", verbatim="7:45"),
        ),
        instantiations=(
            Instantiation(
                name=f"{place:032x}.received",
                kind="received copy",
                digest=Digest.of(b"sealed"),
                size_bytes=6,
            ),
        ),
        source=b"TELEGRAM\r\n\xff as it came",
        minute_digest=Digest.of(f"minute {place}".encode()),
        cover_digest=Digest.of(f"cover {place}".encode()),
        register_index=place,
    )
