from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from depesha.channel import (
    ROLLOVER_MARGIN,
    TRANSIT,
    CardHistory,
    CardValidityError,
    RevokedError,
    SignedTextError,
)
from depesha.cipher import sign_note
from tests.channel.cards.recipes import NEXT_DAY, RENEWED, ROLLED, SECOND_IDENTITY
from tests.channel.stations import BEGIN, END, HARBOUR, RIVER

OLD, NEW = HARBOUR.card.identity, ROLLED.identity
SECOND = timedelta(seconds=1)
ROLLED_OVER = CardHistory(cards=(HARBOUR.card, ROLLED))


def revoked(key_text: str, since: datetime) -> CardHistory:
    return replace(ROLLED_OVER, revoked={key_text: since})


def test_the_newest_key_that_signed_is_told() -> None:
    """A text is verified by any identity key that the station had, and says by which."""
    for signer, card in ((HARBOUR.identity, HARBOUR.card), (SECOND_IDENTITY, ROLLED)):
        assert ROLLED_OVER.signed_by(sign_note("a cover\n", [signer])) == ("a cover\n", card)
    with pytest.raises(SignedTextError):
        ROLLED_OVER.signed_by(sign_note("a cover\n", [RIVER.identity]))


def test_after_a_roll_over_the_old_key_signs_nothing_new() -> None:
    """What it signed before stays good, with a margin for clocks."""
    now = NEXT_DAY + timedelta(days=10)
    for signed in (BEGIN, NEXT_DAY, NEXT_DAY + ROLLOVER_MARGIN - SECOND):
        ROLLED_OVER.require_in_force(OLD, signed=signed, now=now)
    for key, signed in (
        (OLD, NEXT_DAY + ROLLOVER_MARGIN),
        (OLD, BEGIN - SECOND),
        (NEW, NEXT_DAY - SECOND),
        (NEW, ROLLED.valid_until),
        (RIVER.card.identity, NEXT_DAY),
    ):
        with pytest.raises(CardValidityError):
            ROLLED_OVER.require_in_force(key, signed=signed, now=now)
    ROLLED_OVER.require_in_force(NEW, signed=NEXT_DAY, now=now)


def test_a_date_cannot_be_written_back_for_ever() -> None:
    """What the old key signed is taken while it can be on its way, and not for ever."""
    last = NEXT_DAY + TRANSIT
    ROLLED_OVER.require_in_force(OLD, signed=BEGIN, now=last - SECOND)
    with pytest.raises(CardValidityError):
        ROLLED_OVER.require_in_force(OLD, signed=BEGIN, now=last)


def test_a_renewed_card_leaves_no_gap_and_no_end() -> None:
    """The same key under two cards is one key: all it signed within either stays good."""
    history = CardHistory(cards=(HARBOUR.card, RENEWED))
    for signed in (BEGIN, NEXT_DAY + ROLLOVER_MARGIN, END, RENEWED.valid_until - SECOND):
        history.require_in_force(OLD, signed=signed, now=RENEWED.valid_until + TRANSIT * 2)
    with pytest.raises(CardValidityError):
        history.require_in_force(OLD, signed=RENEWED.valid_until, now=RENEWED.valid_until)


def test_people_go_with_the_cards_that_name_them() -> None:
    """A releaser or clerk whom the next card leaves out signs nothing after it."""
    bare = replace(ROLLED, releasers=(), clerks=())
    history = CardHistory(cards=(HARBOUR.card, bare))
    during, after = NEXT_DAY + timedelta(days=1), NEXT_DAY + ROLLOVER_MARGIN
    assert history.current == bare
    assert history.releasers(during) == HARBOUR.card.releasers
    assert history.clerks(during) == HARBOUR.card.clerks
    assert history.seal_keys(during) == (bare.seal, HARBOUR.card.seal)
    assert history.releasers(after) == history.clerks(after) == ()
    assert history.seal_keys(after) == (bare.seal,)
    assert ROLLED_OVER.releasers(during) == HARBOUR.card.releasers


def test_a_revoked_key_is_believed_up_to_the_instant() -> None:
    """Before it all stays good; from it on nothing is, in one code."""
    since = BEGIN + timedelta(days=3)
    history = revoked(OLD.to_vkey(), since)
    history.require_in_force(OLD, signed=since - SECOND, now=since)
    assert history.seal_keys(since - SECOND) == (HARBOUR.card.seal,)
    assert history.seal_keys(since) == ()
    with pytest.raises(RevokedError):
        history.require_in_force(OLD, signed=since, now=since)

    for key in (HARBOUR.releaser.verifier, HARBOUR.clerk.verifier):
        history = revoked(key.to_vkey(), since)
        assert key in {*history.releasers(since - SECOND), *history.clerks(since - SECOND)}
        assert key not in {*history.releasers(since), *history.clerks(since)}
        assert not history.is_revoked


@pytest.mark.parametrize(
    ("key", "since", "dead"),
    [
        (NEW, END, True),
        (OLD, NEXT_DAY + SECOND, False),
        (OLD, NEXT_DAY, True),
        (OLD, BEGIN, True),
        (RIVER.card.identity, BEGIN, False),
    ],
)
def test_a_thief_does_not_roll_over(key: object, since: datetime, *, dead: bool) -> None:
    """A key revoked from before its successor was drawn takes the successor with it."""
    assert revoked(key.to_vkey(), since).is_revoked is dead  # type: ignore[attr-defined]


def test_a_card_alone_is_revoked_with_its_key() -> None:
    """With one card there is no roll-over to save it, nor one to doubt."""
    alone = CardHistory(cards=(HARBOUR.card,))
    assert not alone.is_revoked
    assert replace(alone, revoked={OLD.to_vkey(): END}).is_revoked


def test_no_instant_is_too_late_to_be_asked_about() -> None:
    """A stranger's text may bear the last instant there is; no key is believed for it."""
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert not ROLLED_OVER.releasers(last)
    assert not ROLLED_OVER.seal_keys(last)
