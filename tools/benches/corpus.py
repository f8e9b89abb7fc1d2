"""Made-up records for searching: words by Zipf's law, the same at every run.

The n-th most frequent word is about n times as rare as the first, as in prose. Words are made of
syllables, so that beginnings of words are shared.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

from depesha.archive import (
    Direction,
    Identifier,
    IdentifierType,
    Level,
    Party,
    Record,
    RecordDate,
    RecordSet,
    Role,
    Title,
)
from depesha.base import OriginatorNumber

VOCABULARY = 30_000
WORDS = 150
TITLE_WORDS = 6
FIRST_DAY = date(1946, 1, 1)
DAYS = 5000
SYLLABLES = [onset + vowel for onset in "bdfgklmnprstvz" for vowel in ("a", "e", "i", "o", "u")]
FONDS = RecordSet(unit_id=f"{1:032x}", level=Level.FONDS, number="45", title="North Desk")
INVENTORY = RecordSet(
    unit_id=f"{2:032x}",
    level=Level.INVENTORY,
    number="1",
    title="Telegrams",
    parent_id=FONDS.unit_id,
)
FILE = RecordSet(
    unit_id=f"{3:032x}",
    level=Level.FILE,
    number="347",
    title="Harbour",
    parent_id=INVENTORY.unit_id,
)
UNITS = (FONDS, INVENTORY, FILE)


def word(rank: int) -> str:
    """Return the word of this rank; 0 is the most frequent."""
    text = SYLLABLES[rank % len(SYLLABLES)]
    while rank := rank // len(SYLLABLES):
        text += SYLLABLES[rank % len(SYLLABLES)]
    return text + "n"


def records(first: int = 0) -> Iterator[Record]:
    """Yield records without end, from number `first` on."""
    number = first
    while True:
        yield record(number)
        number += 1


def record(number: int) -> Record:
    """Make the record of this number."""
    words = list(_words(number))
    return Record(
        record_id=f"{number + 1:032x}",
        unit_id=FILE.unit_id,
        direction=Direction.IMPORTED,
        title=Title(devised=" ".join(words[:TITLE_WORDS])),
        kind="telegram",
        date=RecordDate(edtf=day(number).isoformat()),
        identifiers=(
            Identifier(
                type=IdentifierType.REGISTER,
                verbatim=f"No. {number + 1}",
                number=OriginatorNumber(number + 1),
            ),
        ),
        parties=(
            Party(role=Role.ORIGINATOR, name=words[0]),
            Party(role=Role.ACTION, name=words[1]),
        ),
        text=" ".join(words),
    )


def day(number: int) -> date:
    """Return the day of a record."""
    return FIRST_DAY + timedelta(days=number * 7919 % DAYS)


def _words(number: int) -> Iterator[str]:
    # Two bytes of a stream for a word: a fraction of 1, whose power of the vocabulary is a rank.
    stream = hashlib.shake_256(b"%d" % number).digest(2 * WORDS)
    for place in range(0, len(stream), 2):
        fraction = int.from_bytes(stream[place : place + 2]) / 65_536
        yield word(int(VOCABULARY**fraction) - 1)
