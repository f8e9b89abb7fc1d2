from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import Ed25519Signer, sign_note
from depesha.station.desks.restoring import (
    BackupManifest,
    RestoredMark,
)
from depesha.station.errors import BackupError
from tests.station.recipes import BACKUP, RESTORED
from tests.support import Vector, vectors

IDENTITY = Ed25519Signer("post-harbour", bytes(range(32)))
OTHER = Ed25519Signer("post-harbour", bytes(range(1, 33)))


@pytest.mark.parametrize("vector", vectors("station/backup"), ids=lambda v: v.name)
def test_backup_vector(vector: Vector) -> None:
    """A list of files reads back as its own text, or is refused with the code that it names."""
    text = vector.body.decode()
    if vector.expect == "ok":
        assert BackupManifest.from_text(text).to_text() == text
        return

    with pytest.raises(BackupError) as refused:
        BackupManifest.from_text(text)

    assert refused.value.code == vector.expect


@pytest.mark.parametrize("vector", vectors("station/restored"), ids=lambda v: v.name)
def test_restored_vector(vector: Vector) -> None:
    """A mark reads back as its own bytes, or is refused with the code that it names."""
    if vector.expect == "ok":
        assert RestoredMark.from_bytes(vector.body).to_bytes() == vector.body
        return

    with pytest.raises(BackupError) as refused:
        RestoredMark.from_bytes(vector.body)

    assert refused.value.code == vector.expect


@given(st.text() | st.integers(0, len(BACKUP)).map(lambda cut: BACKUP[:cut] + BACKUP[cut + 1 :]))
def test_any_list_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in a way that callers are not told of."""
    with suppress(BackupError):
        assert BackupManifest.from_text(text).to_text() == text


@given(st.binary() | st.integers(0, len(RESTORED)).map(lambda cut: RESTORED[:cut].encode()))
def test_any_mark_is_read_or_refused(data: bytes) -> None:
    """No bytes make the reader fail in a way that callers are not told of."""
    with suppress(BackupError):
        assert RestoredMark.from_bytes(data).to_bytes() == data


def test_a_list_is_believed_by_its_signature() -> None:
    """Only the station whose keys lie in the backup can have listed its files."""
    manifest = BackupManifest.from_text(BACKUP)
    note = manifest.sign(IDENTITY)

    assert BackupManifest.open(note, IDENTITY.verifier) == manifest
    assert manifest.size_bytes == 4711 + 12 + 1048576
    assert manifest.made == datetime(2031, 3, 2, 7, 10, tzinfo=UTC)
    for forged in (manifest.sign(OTHER), note.replace(b" 12 ", b" 13 "), b"", BACKUP.encode()):
        with pytest.raises(BackupError):
            BackupManifest.open(forged, IDENTITY.verifier)
    with pytest.raises(BackupError):
        BackupManifest.open(sign_note(RESTORED, [IDENTITY]), IDENTITY.verifier)
