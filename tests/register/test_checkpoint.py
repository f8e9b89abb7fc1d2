import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import DepeshaError
from depesha.cipher import CipherError, MLDSACosignatureSigner, sign_note
from depesha.register import (
    Checkpoint,
    CheckpointFormatError,
    OriginError,
    SignedCheckpoint,
    countersign,
    open_checkpoint,
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
    one_bit_flips,
)
from tests.support import Vector, shared, vectors

SEVEN = log_of(7).checkpoint()
PUBLISHED = json.loads(shared("vectors/tlog/checkpoint-bodies.json").read_text())


@pytest.mark.parametrize("vector", vectors("register/checkpoint"), ids=lambda vector: vector.name)
def test_checkpoint_vector(vector: Vector) -> None:
    """A vector reads back as its own text, or is refused with the code it names."""
    text = vector.body.decode()
    if vector.expect == "ok":
        assert Checkpoint.from_text(text).to_text() == text
        return

    with pytest.raises(DepeshaError) as refused:
        Checkpoint.from_text(text)

    assert refused.value.code == vector.expect


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["name"])
def test_published_body(case: dict[str, str | bool]) -> None:
    """Other implementations' bodies are read as strictly as C2SP writes."""
    body = str(case["body"])
    if not case["strict_c2sp_error"]:
        assert Checkpoint.from_text(body).to_text() == body
        return

    with pytest.raises(CheckpointFormatError):
        Checkpoint.from_text(body)


checkpoints = st.builds(
    Checkpoint,
    origin=st.from_regex(r"[a-z0-9./-]{1,40}", fullmatch=True),
    size=st.integers(0, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(st.from_regex(r"[!-~]{1,9}", fullmatch=True), max_size=2).map(tuple),
)


@given(checkpoints)
def test_checkpoint_reads_back(checkpoint: Checkpoint) -> None:
    """Every checkpoint has one text."""
    assert Checkpoint.from_text(checkpoint.to_text()) == checkpoint


@given(
    st.text()
    | checkpoints.map(Checkpoint.to_text).flatmap(lambda text: st.permutations(text).map("".join))
)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No input makes the parser fail in a way callers are not told about."""
    with suppress(CheckpointFormatError):
        assert Checkpoint.from_text(text).to_text() == text


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"origin": "a\nb"}, 1),
        ({"size": -1}, 2),
        ({"size": 2**63}, 2),
        ({"root": b"short"}, 3),
        ({"extensions": ("fine", "two\nlines")}, 5),
        ({"extensions": ("",)}, 4),
        ({"extensions": ("tab\there",)}, 4),
    ],
    ids=str,
)
def test_impossible_checkpoint_cannot_be_made(change: dict[str, object], line: int) -> None:
    """What could not be read can't be built either, and the error names the line."""
    fields: dict[str, Any] = {"origin": ORIGIN, "size": 1, "root": bytes(32), **change}
    with pytest.raises(CheckpointFormatError) as refused:
        Checkpoint(**fields)
    assert refused.value.line == line


def test_signed_checkpoint_opens() -> None:
    """What the owner signs, whoever has the owner's key can open."""
    note = sign_checkpoint(SEVEN, OWNER)
    assert open_checkpoint(note, OWNER.verifier) == SEVEN
    assert SignedCheckpoint.verify(note, OWNER.verifier) == SignedCheckpoint.kept(note)


def test_one_flipped_bit_is_refused() -> None:
    """No bit of a signed checkpoint can change, wherever it stands."""
    note = sign_checkpoint(SEVEN, OWNER)
    for flipped in one_bit_flips(note):
        with pytest.raises(CipherError):
            open_checkpoint(flipped, OWNER.verifier)


def test_nobody_signs_under_another_origin() -> None:
    """The name of the key is the origin, for signing with either key."""
    with pytest.raises(OriginError):
        sign_checkpoint(SEVEN, STRANGER)
    with pytest.raises(OriginError):
        countersign(
            sign_checkpoint(SEVEN, OWNER), MLDSACosignatureSigner("stranger", bytes(32)), NOON
        )


def test_checkpoint_under_another_origin_is_refused() -> None:
    """A validly signed checkpoint speaks for no register but its signer's."""
    note = sign_note(SEVEN.to_text(), [STRANGER])
    with pytest.raises(OriginError):
        open_checkpoint(note, STRANGER.verifier)


def test_signed_text_that_is_no_checkpoint_is_refused() -> None:
    """A signature makes no checkpoint of another text."""
    note = sign_note("a letter\n", [OWNER])
    with pytest.raises(CheckpointFormatError):
        open_checkpoint(note, OWNER.verifier)


def test_cosignatures_are_no_hindrance() -> None:
    """A checkpoint with cosignatures of unknown witnesses opens as before."""
    note = sign_checkpoint(SEVEN, OWNER)
    cosigned = note + WITNESSES[0].cosign(SEVEN.to_text(), NOON).encode()
    assert open_checkpoint(cosigned, OWNER.verifier) == SEVEN


def test_both_keys_open_a_countersigned_checkpoint() -> None:
    """The owner's second, post-quantum signature is as good as the first."""
    note = countersign(sign_checkpoint(SEVEN, OWNER), OWNER_POST_QUANTUM, NOON)
    assert open_checkpoint(note, OWNER.verifier) == SEVEN
    assert open_checkpoint(note, OWNER_POST_QUANTUM.verifier) == SEVEN


def test_unsigned_extension_is_refused() -> None:
    """An extension line is not believed on a signature that leaves it out."""
    longer = Checkpoint(origin=ORIGIN, size=7, root=SEVEN.root, extensions=("trust me",))
    note = countersign(sign_checkpoint(longer, OWNER), OWNER_POST_QUANTUM, NOON)
    assert open_checkpoint(note, OWNER.verifier) == longer
    with pytest.raises(CheckpointFormatError):
        open_checkpoint(note, OWNER_POST_QUANTUM.verifier)
