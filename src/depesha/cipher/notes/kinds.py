"""The known kinds of note signatures: one line here and one module make another."""

from collections.abc import Callable

from depesha.cipher.errors import KeyFormatError
from depesha.cipher.notes import cosignature, ed25519, mldsa
from depesha.cipher.notes.lines import vkey_from_text
from depesha.cipher.notes.verifier import Verifier

KINDS: dict[int, Callable[[str, bytes], Verifier]] = {
    ed25519.KIND: ed25519.Ed25519Verifier,
    cosignature.KIND: cosignature.CosignatureVerifier,
    mldsa.KIND: mldsa.MLDSACosignatureVerifier,
}


def verifier_from_vkey(text: str) -> Verifier:
    """Read a verifier key of any known type.

    Raises:
        KeyFormatError: The text is not a verifier key, its type is unknown, or the key is unsound.
    """
    name, kind, public = vkey_from_text(text)
    if kind not in KINDS:
        raise KeyFormatError(f"a verifier key has the unknown type 0x{kind:02x}")
    return KINDS[kind](name, public)
