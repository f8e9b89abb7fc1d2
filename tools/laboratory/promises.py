"""The promises about telegrams, serials, numbers and pages, judged by what lies in the stores."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.laboratory.stores import Copy, Stores


@dataclass(frozen=True)
class Judged:
    """One copy as it was sent, and what became of it at the other end."""

    sender: Stores
    receiver: Stores
    copy: Copy
    filed: int

    @property
    def is_void(self) -> bool:
        """Whether the sender gave the serial up."""
        return self.copy.serial in self.sender.voids.get(
            (self.copy.channel, self.copy.series), frozenset()
        )

    @property
    def is_named(self) -> bool:
        """Whether the receiver knows that this serial was given and that nothing came of it."""
        ledger = self.receiver.ledgers.get((self.copy.channel, self.copy.series))
        if ledger is None:
            return False
        return self.copy.serial in ledger.voided or ledger.names_as_missing(self.copy.serial)

    def __str__(self) -> str:
        at = f"{self.sender.name} to {self.receiver.name}"
        return f"{at}, series {self.copy.series}, serial {self.copy.serial}"


def copies_sent(stores: Sequence[Stores], lost: Sequence[Stores] = ()) -> Iterator[Judged]:
    """Yield every numbered copy once, however often it was repeated.

    `lost` are the stores that a restore took the place of: what left from them did leave.
    """
    by_fingerprint = {one.fingerprint: one for one in stores}
    filed = {
        one.fingerprint: Counter(t.minute for t in one.telegrams.values() if not t.is_sent)
        for one in stores
    }
    seen = set()
    for one in (*stores, *lost):
        sender = by_fingerprint[one.fingerprint]
        for copy in one.copies:
            key = (one.fingerprint, copy.record, copy.copy_number, copy.station)
            if not copy.is_sent or copy.is_service or key in seen:
                continue
            seen.add(key)
            count = filed[copy.station][copy.text]
            yield Judged(sender, by_fingerprint[copy.station], copy, count)


def broken_deliveries(stores: Sequence[Stores], lost: Sequence[Stores] = ()) -> Iterator[str]:
    """Every copy is filed once where it was sent, or known there to be missing."""
    for one in copies_sent(stores, lost):
        if one.filed > 1:
            yield f"{one}: filed {one.filed} times"
        if one.filed == 0 and not one.is_named:
            yield f"{one}: neither filed nor named as missing"


def broken_acknowledgements(stores: Sequence[Stores], lost: Sequence[Stores] = ()) -> Iterator[str]:
    """What a sender counts as acknowledged is filed at its receiver, or was voided."""
    del lost  # what a sender has forgotten it counts no more
    by_fingerprint = {one.fingerprint: one for one in stores}
    filed = {one.fingerprint: set(_texts_received(one)) for one in stores}
    for sender in stores:
        for copy in sender.copies:
            if not (copy.is_sent and copy.is_acknowledged):
                continue
            ledger = by_fingerprint[copy.station].ledgers.get((copy.channel, copy.series))
            is_void = ledger is not None and copy.serial in ledger.voided
            if not is_void and copy.text not in filed[copy.station]:
                yield f"{sender.name} counts serial {copy.serial} as acknowledged: it is not filed"


def broken_serials(stores: Sequence[Stores], lost: Sequence[Stores] = ()) -> Iterator[str]:
    """No serial of a channel names two texts, at either end or at both together."""
    texts: defaultdict[tuple[str, int, int], set[str]] = defaultdict(set)
    for one in (*stores, *lost):
        for copy in one.copies:
            minute = copy.text.removeprefix("sha256:")
            texts[copy.channel, copy.series, copy.serial].add(minute)
        for channel, series, serial, minute in one.covers:
            texts[channel, series, serial].add(minute)
    for (channel, series, serial), minutes in texts.items():
        if len(minutes) > 1:
            yield f"serial {serial} of {series} on channel {channel[:8]} names two texts"


def broken_numbers(stores: Sequence[Stores], lost: Sequence[Stores] = ()) -> Iterator[str]:
    """An office number names one text; the numbers of a year begin at 1 and have no holes.

    A post that was restored goes on beyond numbers that it may have used: there are holes then.
    """
    restored = {one.fingerprint for one in lost}
    texts: defaultdict[tuple[str, int, str], defaultdict[int, set[str]]]
    texts = defaultdict(lambda: defaultdict(set))
    for one in (*stores, *lost):
        for telegram in one.telegrams.values():
            number, _, series = telegram.number.partition("/")
            if telegram.is_sent:
                key = (one.fingerprint, telegram.year, series)
                texts[key][int(number)].add(telegram.minute)
    for (fingerprint, year, series), found in texts.items():
        name = f"office numbers of {year}{series} at {fingerprint[:8]}"
        if any(len(minutes) > 1 for minutes in found.values()):
            yield f"{name}: one names two texts"
        if fingerprint not in restored and set(found) != set(range(1, len(found) + 1)):
            yield f"{name} have a hole"


def broken_sequences(stores: Sequence[Stores], lost: Sequence[Stores] = ()) -> Iterator[str]:
    """The serials of a channel and year begin at 1, and each was used or given up."""
    serials: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for one in (*stores, *lost):
        for copy in one.copies:
            if copy.is_sent:
                serials[copy.channel, copy.series].add(copy.serial)
    for one in stores:
        for key, given_up in one.voids.items():
            serials[key] |= given_up
    for (channel, series), found in serials.items():
        if found != set(range(1, max(found) + 1)):
            yield f"serials of {series} on channel {channel[:8]} have a hole"


def opened_twice(stores: Sequence[Stores], lost: Sequence[Stores] = ()) -> Iterator[str]:
    """Name each page that opened more than one object, and was no period key."""
    yield from _pages_of_two(stores, lost, is_sent=False)


def broken_pages(stores: Sequence[Stores], lost: Sequence[Stores] = ()) -> Iterator[str]:
    """A page is sealed to once and opens once, also over a restore."""
    yield from opened_twice(stores, lost)
    yield from _pages_of_two(stores, lost, is_sent=True)


def _pages_of_two(
    stores: Sequence[Stores], lost: Sequence[Stores], *, is_sent: bool
) -> Iterator[str]:
    objects: defaultdict[tuple[str, str, int], set[str]] = defaultdict(set)
    for one in (*stores, *lost):
        for copy in one.copies:
            if copy.is_sent == is_sent and not copy.is_period_key:
                objects[one.name, copy.book, copy.page].add(copy.digest)
    act = "was sealed to" if is_sent else "opened"
    for (name, book, page), digests in objects.items():
        if len(digests) > 1:
            yield f"{name}: page {page} of book {book[:8]} {act} {len(digests)} objects"


def broken_ends(stores: Sequence[Stores]) -> Iterator[str]:
    """In the quiet after everything nothing is half done."""
    for one in stores:
        unburnt = [
            copy for copy in one.copies if not (copy.is_sent or copy.is_burnt or copy.is_period_key)
        ]
        half_done = {
            "objects wait in the outbox": one.queued,
            "preservation copies wait for the vault": one.unvaulted,
            "filed copies have a page that is not noted as burnt": len(unburnt),
            "spent pages still have their secrets": len(one.spent & one.live),
        }
        for what, count in half_done.items():
            if count:
                yield f"{one.name}: {count} {what}"


def broken_trust(stores: Sequence[Stores]) -> Iterator[str]:
    """Where no register went back, nobody is accused, and no evidence convicts anybody."""
    for one in stores:
        accused = {
            f"incidents accuse honest posts ({', '.join(sorted(set(one.incidents)))})": len(
                one.incidents
            ),
            "pieces of evidence convict honest posts": one.evidence,
        }
        for what, count in accused.items():
            if count:
                yield f"{one.name}: {count} {what}"


def _texts_received(one: Stores) -> Iterator[str]:
    yield from (telegram.minute for telegram in one.telegrams.values() if not telegram.is_sent)
    yield from (service.digest for service in one.services.values() if not service.is_sent)
