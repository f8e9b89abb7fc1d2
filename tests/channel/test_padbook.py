from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import Digest
from depesha.channel import (
    FIRST_SERIAL_LIMIT,
    BookUse,
    ChannelError,
    HeldBook,
    MailboxAddress,
    PadBook,
    PadBookExhaustedError,
    PadBookFormatError,
    PadBookRefusedError,
    SignedTextError,
    channel_id,
    new_book_id,
    open_book,
    require_usable,
    sign_book,
)
from depesha.channel.padbook import PERIOD_LIMIT
from depesha.cipher import Page
from tests.channel.stations import (
    BEGIN,
    BOOK_END,
    HARBOUR,
    NOW,
    PAGES,
    RIVER,
    address,
    book,
    page_secret,
)
from tests.support import Vector, vectors

ISSUER, HOLDER = HARBOUR.card, RIVER.card.fingerprint


@pytest.mark.parametrize("vector", vectors("channel/padbook"), ids=lambda v: v.name)
def test_padbook_vector(vector: Vector) -> None:
    """A vector opens for RIVER as HARBOUR's book, or is refused with the code it names."""
    if vector.expect == "ok":
        opened = open_book(vector.body, issuer=ISSUER, holder=HOLDER)
        assert vector.body.startswith(opened.to_text().encode() + b"\n")
        return

    with pytest.raises(ChannelError) as refused:
        open_book(vector.body, issuer=ISSUER, holder=HOLDER)

    assert refused.value.code == vector.expect


def test_a_book_reads_back() -> None:
    """What was issued is what the holder opens, to the last key."""
    made = book()
    note = sign_book(made, HARBOUR.identity, issuer=ISSUER)

    opened = open_book(note, issuer=ISSUER, holder=HOLDER)

    assert opened == made
    assert opened.channel == channel_id(HOLDER, ISSUER.fingerprint)
    assert opened.page(6) == PAGES[5]


def test_only_the_issuer_signs() -> None:
    """Another key is refused before anything is written, and so is another card."""
    with pytest.raises(SignedTextError):
        sign_book(book(), RIVER.identity, issuer=ISSUER)
    with pytest.raises(PadBookRefusedError):
        sign_book(book(), RIVER.identity, issuer=RIVER.card)


def test_the_deposit_right_does_not_show() -> None:
    """Neither the book nor its address shows the capability where values are shown."""
    text = address().deposit.to_text()
    assert text not in repr(book())
    assert text not in repr(address())
    assert text in book().to_text()


def test_a_book_is_used_within_its_days_only() -> None:
    """A book that ended is refused at acceptance; one that has not begun may wait."""
    require_usable(book(), at=BEGIN - timedelta(days=1), spent=(), offered={})
    with pytest.raises(PadBookRefusedError):
        require_usable(book(), at=BOOK_END, spent=(), offered={})


def test_a_spent_page_is_not_taken_again() -> None:
    """A relay or an old medium that offers a used page again is refused."""
    with pytest.raises(PadBookRefusedError):
        require_usable(book(), at=NOW, spent={PAGES[3].digest()}, offered={})


def test_a_spent_recipient_with_a_new_check_key_is_not_taken() -> None:
    """The check key does not make a page new."""
    mixed = replace(book(), pages=(Page(PAGES[0].recipient, page_secret("fresh").page.check_key),))
    with pytest.raises(PadBookRefusedError):
        require_usable(mixed, at=NOW, spent={PAGES[0].digest()}, offered={})


@pytest.mark.parametrize("issuer", [HARBOUR.card.fingerprint, RIVER.card.fingerprint])
def test_a_page_offered_before_is_refused(issuer: str) -> None:
    """Whether by the same station or by another under the same key."""
    offered: dict[Digest, str] = {PAGES[0].digest(): issuer}
    with pytest.raises(PadBookRefusedError):
        require_usable(book(), at=NOW, spent=(), offered=offered)


def test_pages_go_strictly_in_order_and_run_out() -> None:
    """Each page once, in order; the last leaves nothing to take."""
    held = HeldBook.of(book(pages=3))
    numbers = []
    while held.left:
        number, held = held.take(NOW)
        numbers.append(number)

    assert numbers == [1, 2, 3]
    with pytest.raises(PadBookExhaustedError):
        held.take(NOW)


def test_the_alarm_sounds_at_one_third() -> None:
    """Low means a third is left, not a page more."""
    held = HeldBook.of(book(pages=6))
    assert [replace(held, next_page=page).is_low for page in range(1, 8)] == [
        False, False, False, False, True, True, True,
    ]  # fmt: skip


def test_a_page_is_taken_within_the_days_of_its_book() -> None:
    """Before its first and from its last instant on, a book gives no page."""
    held = HeldBook.of(book())
    assert held.take(BEGIN)[0] == 1
    for at in (BEGIN - timedelta(seconds=1), BOOK_END):
        assert not held.may_be_used(at)
        with pytest.raises(PadBookExhaustedError):
            held.take(at)


def test_a_pointer_outside_the_book_is_refused() -> None:
    """A damaged store is noticed when the book is read, not when a page is missing."""
    for next_page in (0, 8):
        with pytest.raises(PadBookExhaustedError):
            replace(HeldBook.of(book()), next_page=next_page)
    for number in (0, 7):
        with pytest.raises(PadBookExhaustedError):
            book().page(number)


def test_a_book_that_breaks_a_rule_cannot_be_made() -> None:
    """The rules hold for a book written here as for one read."""
    for pages in ((), PAGES[:1] * 2):
        with pytest.raises(PadBookFormatError):
            replace(book(), pages=pages)
    with pytest.raises(PadBookFormatError):
        replace(book(), issuer="c" * 63)
    assert replace(book(), first_serial=FIRST_SERIAL_LIMIT).first_serial == 1_000_000
    with pytest.raises(PadBookFormatError):
        replace(book(), first_serial=FIRST_SERIAL_LIMIT + 1)
    for relay in (
        "relay.example",
        "https://xn--a",
        "https://relay.example/ ",
        "https://relay.example\n",
    ):
        with pytest.raises(PadBookFormatError):
            MailboxAddress(relay=relay, mailbox=address().mailbox, deposit=address().deposit)


def test_book_names_are_drawn() -> None:
    """Two books are not confused."""
    names = {new_book_id() for _ in range(50)}
    assert len(names) == 50
    assert all(replace(book(), book=name) for name in names)


@given(st.integers(min_value=0), st.characters())
def test_a_book_with_another_character_in_it_is_refused_or_the_same(place: int, char: str) -> None:
    """A text that parses writes back as itself."""
    text = book(pages=1).to_text()
    place %= len(text)
    changed = text[:place] + char + text[place + 1 :]
    with suppress(ChannelError):
        assert PadBook.from_text(changed).to_text() == changed


def period(**changes: object) -> PadBook:
    values = {
        "use": BookUse.PERIOD,
        "pages": PAGES[:1],
        "not_before": BEGIN,
        "not_after": BEGIN + timedelta(days=20),
        **changes,
    }
    return replace(book(), **values)  # type: ignore[arg-type]


def test_a_period_key_is_one_page_and_lives_a_month_at_most() -> None:
    """It opens many files, so it is kept short."""
    assert period(not_after=BEGIN + PERIOD_LIMIT).pages == PAGES[:1]
    for changes in (
        {"pages": PAGES[:2]},
        {"not_after": BEGIN + PERIOD_LIMIT + timedelta(seconds=1)},
    ):
        with pytest.raises(PadBookFormatError):
            period(**changes)


def test_a_period_key_reads_back_as_one() -> None:
    """The use stands in the signed text: nobody turns a page into a period key."""
    note = sign_book(period(), HARBOUR.identity, issuer=ISSUER)
    assert open_book(note, issuer=ISSUER, holder=HOLDER) == period()
    assert "\nuse: period\n" in period().to_text()
    assert "\nuse: once\n" in book().to_text()
    with pytest.raises(PadBookFormatError):
        PadBook.from_text(book().to_text().replace("use: once", "use: period"))


def test_a_period_key_is_taken_without_moving_anything() -> None:
    """It is there until its last day, and not an instant longer."""
    held = HeldBook.of(period())
    for _ in range(3):
        number, after = held.take(NOW - timedelta(days=50))
        assert (number, after) == (1, held)
    with pytest.raises(PadBookExhaustedError):
        held.take(period().not_after)


def test_a_period_key_is_offered_once_like_any_page() -> None:
    """A key that was a page before, or was offered before, is refused."""
    require_usable(period(), at=BEGIN, spent=(), offered={})
    with pytest.raises(PadBookRefusedError):
        require_usable(period(), at=BEGIN, spent={PAGES[0].digest()}, offered={})
    with pytest.raises(PadBookRefusedError):
        require_usable(
            period(), at=BEGIN, spent=(), offered={PAGES[0].digest(): ISSUER.fingerprint}
        )
