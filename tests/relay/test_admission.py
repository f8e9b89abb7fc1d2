from datetime import timedelta

import pytest

from depesha.base import Digest
from depesha.channel import AdmissionDeniedError, Quota
from depesha.relay import Admission, AdmissionRefusedError
from depesha.relay.admission import (
    TOKEN_BYTES,
    TOKEN_MAILBOXES,
    admission_id_of,
    require_admission_id,
)
from tests.channel.stations import NOW

TOKEN = Digest.of(b"token")
SMALL = Quota(objects=1, size_bytes=1)


def test_a_token_opens_until_its_allowance_is_used() -> None:
    """Mailboxes and bytes are both counted, and the last of each is still allowed."""
    last = Admission(token=TOKEN, mailboxes=TOKEN_MAILBOXES - 1, size_bytes=TOKEN_BYTES - 1)
    last.require_room(SMALL, now=NOW)
    with pytest.raises(AdmissionDeniedError):
        last.require_room(Quota(size_bytes=2), now=NOW)
    with pytest.raises(AdmissionDeniedError):
        Admission(token=TOKEN, mailboxes=TOKEN_MAILBOXES).require_room(SMALL, now=NOW)


def test_a_token_is_over_at_its_instant() -> None:
    """One second before it is good."""
    ending = Admission(token=TOKEN, expires=NOW)
    ending.require_room(SMALL, now=NOW - timedelta(seconds=1))
    with pytest.raises(AdmissionDeniedError):
        ending.require_room(SMALL, now=NOW)
    assert not Admission(token=TOKEN).is_over(NOW)


@pytest.mark.parametrize("most", [0, TOKEN_MAILBOXES + 1])
def test_a_token_that_cannot_be_is_refused(most: int) -> None:
    """None that opens nothing, and none without bounds."""
    with pytest.raises(AdmissionRefusedError):
        Admission(token=TOKEN, most_mailboxes=most)


def test_a_name_opens_nothing() -> None:
    """It is part of a digest; other texts are no names."""
    assert TOKEN.hex.startswith(require_admission_id(admission_id_of(TOKEN)))
    for text in ("", TOKEN.hex, admission_id_of(TOKEN).upper(), "g" * 16):
        with pytest.raises(AdmissionRefusedError):
            require_admission_id(text)
