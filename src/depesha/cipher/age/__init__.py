"""Files in the age format, version 1."""

from depesha.cipher.age.armor import armor, armor_chunks, dearmor, dearmor_chunks, strip_armor
from depesha.cipher.age.curve import is_low_order
from depesha.cipher.age.files import (
    read_stanzas,
    seal,
    seal_chunks,
    unseal,
    unseal_chunks,
    unseal_indexed,
)
from depesha.cipher.age.hybrid import PUBLIC_SIZE as HYBRID_PUBLIC_SIZE
from depesha.cipher.age.hybrid import HybridIdentity, HybridRecipient
from depesha.cipher.age.kinds import identity_from_text, recipient_from_text
from depesha.cipher.age.scrypt import ScryptIdentity, ScryptRecipient
from depesha.cipher.age.stanza import Identity, Recipient, Stanza
from depesha.cipher.age.x25519 import X25519Identity, X25519Recipient

__all__ = [
    "HYBRID_PUBLIC_SIZE",
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "Recipient",
    "ScryptIdentity",
    "ScryptRecipient",
    "Stanza",
    "X25519Identity",
    "X25519Recipient",
    "armor",
    "armor_chunks",
    "dearmor",
    "dearmor_chunks",
    "identity_from_text",
    "is_low_order",
    "read_stanzas",
    "recipient_from_text",
    "seal",
    "seal_chunks",
    "strip_armor",
    "unseal",
    "unseal_chunks",
    "unseal_indexed",
]
