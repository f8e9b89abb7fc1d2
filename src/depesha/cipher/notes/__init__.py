"""Signed notes."""

from depesha.cipher.notes.cosignature import CosignatureSigner, CosignatureVerifier
from depesha.cipher.notes.ed25519 import Ed25519Signer, Ed25519Verifier
from depesha.cipher.notes.kinds import verifier_from_vkey
from depesha.cipher.notes.lines import SignatureLine
from depesha.cipher.notes.mldsa import MLDSACosignatureSigner, MLDSACosignatureVerifier
from depesha.cipher.notes.note import (
    VerifiedNote,
    VerifiedSignature,
    append_signature,
    open_note,
    sign_note,
    unverified_text,
)
from depesha.cipher.notes.verifier import Verifier

__all__ = [
    "CosignatureSigner",
    "CosignatureVerifier",
    "Ed25519Signer",
    "Ed25519Verifier",
    "MLDSACosignatureSigner",
    "MLDSACosignatureVerifier",
    "SignatureLine",
    "VerifiedNote",
    "VerifiedSignature",
    "Verifier",
    "append_signature",
    "open_note",
    "sign_note",
    "unverified_text",
    "verifier_from_vkey",
]
