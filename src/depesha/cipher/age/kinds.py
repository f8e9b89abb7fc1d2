"""The known kinds of recipient: one line here and one module make another.

A stanza of a kind that is not in the table is ignored; one that is must have its shape.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from depesha.cipher.age import hybrid, scrypt, x25519
from depesha.cipher.age.hybrid import HybridIdentity, HybridRecipient
from depesha.cipher.age.stanza import Stanza
from depesha.cipher.age.x25519 import X25519Identity, X25519Recipient
from depesha.cipher.errors import HeaderFormatError, KeyFormatError


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds for every stanza of one kind."""

    check_shape: Callable[[Stanza], None]
    is_alone: bool = False


KINDS = {
    hybrid.KIND: Kind(hybrid.check_shape),
    x25519.KIND: Kind(x25519.check_shape),
    scrypt.KIND: Kind(scrypt.check_shape, is_alone=True),
}
# Longer prefixes first: that of a classic key begins those of the others.
_IDENTITIES: tuple[type[HybridIdentity] | type[X25519Identity], ...] = (
    HybridIdentity,
    X25519Identity,
)
_RECIPIENTS: tuple[type[HybridRecipient] | type[X25519Recipient], ...] = (
    HybridRecipient,
    X25519Recipient,
)


def check_stanzas(stanzas: Sequence[Stanza]) -> None:
    """Check every stanza of a known kind, before any is opened.

    Raises:
        HeaderFormatError: One has a bad shape, or must be alone and is not.
    """
    for stanza in stanzas:
        kind = KINDS.get(stanza.kind)
        if kind is None:
            continue
        if kind.is_alone and len(stanzas) > 1:
            raise HeaderFormatError(f"a {stanza.kind} stanza is not alone in its header")
        kind.check_shape(stanza)


def identity_from_text(text: str) -> HybridIdentity | X25519Identity:
    """Read an identity of either kind from its text.

    Raises:
        KeyFormatError: The text is neither; the message never repeats it.
    """
    for kind in _IDENTITIES:
        if text.startswith(f"{kind.PREFIX}1".upper()):
            return kind.from_text(text)
    raise KeyFormatError("not an identity: expected AGE-SECRET-KEY-…")


def recipient_from_text(text: str) -> HybridRecipient | X25519Recipient:
    """Read a recipient of either kind from its text.

    Raises:
        KeyFormatError: The text is neither.
    """
    for kind in _RECIPIENTS:
        if text.startswith(f"{kind.PREFIX}1"):
            return kind.from_text(text)
    raise KeyFormatError("not a recipient: expected age1…")
