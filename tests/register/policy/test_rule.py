import itertools

import pytest

from depesha.cipher import MLDSACosignatureSigner, VerifiedSignature, sign_note
from depesha.register import (
    CheckpointFormatError,
    OriginError,
    Policy,
    QuorumError,
    countersign,
    sign_checkpoint,
)
from tests.register.samples import (
    NOON,
    ORIGIN,
    OWNER,
    OWNER_POST_QUANTUM,
    STRANGER,
    WITNESSES,
    log_of,
)

SEVEN = log_of(7).checkpoint()
KEYS = [witness.verifier.to_vkey() for witness in WITNESSES]
TWO_POSTS_AND_PARTNER = Policy.from_text(
    f"log {OWNER.verifier.to_vkey()}\n"
    f"witness A {KEYS[0]}\nwitness B {KEYS[1]}\nwitness C {KEYS[2]}\n"
    "group posts 2 A B C\n"
    f"witness partner {KEYS[3]}\n"
    "group both all posts partner\n"
    "quorum both\n"
)
LOG_ALONE = Policy.from_text(f"log {OWNER.verifier.to_vkey()}\nquorum none\n")


def cosigned_by(numbers: tuple[int, ...]) -> bytes:
    note = sign_checkpoint(SEVEN, OWNER)
    lines = (WITNESSES[number].cosign(SEVEN.to_text(), NOON) for number in numbers)
    return note + "".join(lines).encode()


@pytest.mark.parametrize(
    "numbers",
    [chosen for count in range(5) for chosen in itertools.combinations(range(4), count)],
    ids=str,
)
def test_quorum_of_two_posts_and_a_partner(numbers: tuple[int, ...]) -> None:
    """Of all sets of witnesses, exactly those that satisfy the groups are enough."""
    note = cosigned_by(numbers)
    if 3 in numbers and len(numbers) >= 3:
        seen = TWO_POSTS_AND_PARTNER.open_checkpoint(note)
        assert seen.checkpoint == SEVEN
        assert seen.signed.note == note
        assert len(seen.signatures) == 1 + len(numbers)
        return

    with pytest.raises(QuorumError) as refused:
        TWO_POSTS_AND_PARTNER.open_checkpoint(note)

    assert refused.value.code == "register.quorum"


def test_cosignature_without_a_time_does_not_count() -> None:
    """A statement that names no time doesn't say the tree was the newest."""
    key = WITNESSES[0].verifier
    policy = Policy.from_text(f"witness A {KEYS[0]}\nquorum A\n")
    timed = VerifiedSignature(name=key.name, key_id=key.key_id, timestamp=NOON)
    policy.require_quorum([timed])
    with pytest.raises(QuorumError):
        policy.require_quorum([VerifiedSignature(name=key.name, key_id=key.key_id)])


def test_witnesses_alone_make_no_checkpoint() -> None:
    """However many witnesses sign, the register's owner must have."""
    text = SEVEN.to_text()
    note = (text + "\n" + "".join(w.cosign(text, NOON) for w in WITNESSES)).encode()
    with pytest.raises(OriginError):
        TWO_POSTS_AND_PARTNER.open_checkpoint(note)


def test_known_register_signs_under_its_own_origin_only() -> None:
    """One register of a policy can't speak for another."""
    policy = Policy.from_text(
        f"log {OWNER.verifier.to_vkey()}\nlog {STRANGER.verifier.to_vkey()}\nquorum none\n"
    )
    with pytest.raises(OriginError):
        policy.open_checkpoint(sign_note(SEVEN.to_text(), [STRANGER]))
    with pytest.raises(OriginError):
        policy.open_checkpoint(sign_note(SEVEN.to_text(), [OWNER, STRANGER]))


def test_signed_letter_is_no_checkpoint() -> None:
    """What a policy's register signs besides checkpoints proves nothing here."""
    with pytest.raises(CheckpointFormatError):
        LOG_ALONE.open_checkpoint(sign_note("a letter\n", [OWNER]))


def test_post_quantum_keys_count() -> None:
    """Owner and witness may both sign with ML-DSA-44 alone."""
    witness = MLDSACosignatureSigner("outside.example/witness", bytes([7]) * 32)
    policy = Policy.from_text(
        f"log {OWNER_POST_QUANTUM.verifier.to_vkey()}\n"
        f"witness W {witness.verifier.to_vkey()}\n"
        "quorum W\n"
    )
    note = countersign(sign_checkpoint(SEVEN, OWNER), OWNER_POST_QUANTUM, NOON)
    note += witness.cosign(SEVEN.to_text(), NOON).encode()
    assert policy.open_checkpoint(note).checkpoint.origin == ORIGIN
