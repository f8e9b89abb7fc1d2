from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import Digest
from depesha.channel import (
    BUNDLE_LIMIT,
    AdmissionDeniedError,
    Capability,
    MailboxDeniedError,
    MailboxFormatError,
    MailboxFullError,
    MailboxKeys,
    MailboxTerms,
    Quota,
    expires_at,
    require_admission,
    require_bundle,
    require_capability,
    require_listing,
    write_bundle,
)
from depesha.channel.mailbox import read_bundle
from tests.channel.stations import NOW, mailbox_keys

RIGHT = Capability(bytes(range(32)))


@given(st.binary(min_size=32, max_size=32))
def test_a_capability_reads_back(value: bytes) -> None:
    """43 characters carry it, and no other spelling does."""
    capability = Capability(value)
    text = capability.to_text()

    assert Capability.from_text(text) == capability
    assert len(text) == 43
    for other in (f"{text}=", text[:-1], f" {text}", f"{text}\n"):
        with pytest.raises(MailboxFormatError):
            Capability.from_text(other)


@given(st.text(max_size=50) | st.text(alphabet="AQgw_-0+/=", min_size=43, max_size=43))
def test_any_text_is_a_capability_or_refused(text: str) -> None:
    """A text that parses writes back as itself."""
    with suppress(MailboxFormatError):
        assert Capability.from_text(text).to_text() == text


def test_a_capability_does_not_show() -> None:
    """Where values are shown, a right is not; equal rights are equal."""
    keys = mailbox_keys()
    assert RIGHT.to_text() not in repr(RIGHT)
    assert keys.to_fetch.to_text() not in repr(keys)
    assert Capability(RIGHT.value) == RIGHT
    assert len({RIGHT, Capability(RIGHT.value), Capability(bytes(32))}) == 2
    assert keys.to_fetch != keys.to_fetch.value
    with pytest.raises(MailboxFormatError):
        Capability(b"short")


@pytest.mark.parametrize(
    ("presented", "stored"),
    [
        (None, None),
        (RIGHT, None),
        (None, RIGHT.digest),
        (None, Digest(bytes(32))),
        (RIGHT, Digest.of(b"another")),
    ],
)
def test_whatever_does_not_match_is_refused_alike(
    presented: Capability | None, stored: Digest | None
) -> None:
    """Nothing shown, nothing stored, and a mismatch cannot be told apart."""
    with pytest.raises(MailboxDeniedError) as refused:
        require_capability(presented, stored)
    with pytest.raises(AdmissionDeniedError):
        require_admission(presented, stored)
    assert str(refused.value) == "this mailbox is not open to this capability"


def test_the_right_capability_passes() -> None:
    """The one whose digest is stored does."""
    require_capability(RIGHT, RIGHT.digest)
    require_admission(RIGHT, RIGHT.digest)


@pytest.mark.parametrize(
    ("objects", "size_bytes"), [(0, 1), (1_000_001, 1), (1, 0), (1, (1 << 40) + 1)]
)
def test_a_quota_has_bounds(objects: int, size_bytes: int) -> None:
    """No mailbox is empty by its terms, or without end."""
    with pytest.raises(MailboxFormatError):
        Quota(objects=objects, size_bytes=size_bytes)


def test_a_quota_fills_exactly() -> None:
    """The last byte and the last object fit; one more does not."""
    quota = Quota(objects=3, size_bytes=100)
    quota.require_room(objects=2, size_bytes=60, new_bytes=40)
    for objects, new_bytes in ((3, 1), (2, 41)):
        with pytest.raises(MailboxFullError):
            quota.require_room(objects=objects, size_bytes=60, new_bytes=new_bytes)


def test_a_mailbox_has_two_different_rights() -> None:
    """Who may deposit may not fetch."""
    with pytest.raises(MailboxFormatError):
        MailboxTerms(deposit=RIGHT.digest, fetch=RIGHT.digest)


def test_keys_are_drawn_and_named() -> None:
    """Two mailboxes share nothing."""
    first, second = MailboxKeys.generate(), MailboxKeys.generate()
    values = {first.name, second.name, first.deposit, second.deposit, first.fetch, second.fetch}
    assert len(values) == 6
    with pytest.raises(MailboxFormatError):
        MailboxKeys(name="post-harbour")


@given(st.binary(min_size=4, max_size=4))
def test_expiry_lies_between_thirty_and_forty_four_days(blur: bytes) -> None:
    """Whatever the blur, an object waits its thirty days and is gone after forty-four."""
    waits = expires_at(NOW, blur) - NOW
    assert timedelta(days=30) <= waits < timedelta(days=44)


def test_expiry_uses_the_whole_blur() -> None:
    """The first and the last blur lie at the two ends."""
    assert expires_at(NOW, bytes(4)) - NOW == timedelta(days=30)
    assert expires_at(NOW, b"\xff" * 4) - NOW > timedelta(days=43, hours=23)


def test_a_listing_has_bounds() -> None:
    """No keeper is asked for a place in the order that it could not even store."""
    require_listing(after=(1 << 63) - 1, limit=1, wait_seconds=0)
    for after in (-1, 1 << 63):
        with pytest.raises(MailboxFormatError):
            require_listing(after=after, limit=1, wait_seconds=0)


@given(st.lists(st.none() | st.binary(min_size=1, max_size=40), min_size=1, max_size=9))
def test_several_objects_in_one_body_are_read_back(objects: list[bytes | None]) -> None:
    """Each in its place, also those that are not there."""
    assert list(read_bundle(write_bundle(objects), most_objects=len(objects))) == objects


@given(st.binary(max_size=60), st.integers(1, 5))
def test_any_body_is_several_objects_or_refused(body: bytes, most_objects: int) -> None:
    """There is one way to write them, and never more than were asked for."""
    with suppress(MailboxFormatError):
        objects = read_bundle(body, most_objects=most_objects)
        assert write_bundle(objects) == body
        assert 1 <= len(objects) <= most_objects


def test_a_call_names_a_bounded_number_of_objects_once() -> None:
    """Ids only, some and not too many."""
    ids = [f"{number:064x}" for number in range(BUNDLE_LIMIT + 1)]
    assert list(require_bundle(ids[:-1])) == ids[:-1]
    for wrong in ([], ids, [ids[0], ids[0]], ["any"]):
        with pytest.raises(MailboxFormatError):
            require_bundle(wrong)
