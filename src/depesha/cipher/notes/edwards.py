"""Which Ed25519 public keys are sound (RFC 8032 section 5.1).

The library takes any 32 bytes for a key, and for a key of low order or in a second encoding two
libraries disagree about which signatures are good. So such keys are refused when they are
registered, and never reach verification.
"""

from functools import lru_cache

from depesha.cipher.errors import KeyFormatError

KEY_SIZE = 32
_PRIME = 2**255 - 19
_SIGN_BIT_MASK = 2**255 - 1
_CURVE_CONSTANT = -121665 * pow(121666, -1, _PRIME) % _PRIME
# The y coordinates of the points whose order divides eight.
_LOW_ORDER = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
        55188659117513257062467267217118295137698188065244968500265048394206261417927,
    }
)


# The same few keys are read again with every card and note; the power below is most of the cost.
@lru_cache(maxsize=1024)
def require_sound_key(public: bytes) -> None:
    """Check that 32 bytes are the one encoding of a point of large order.

    Raises:
        KeyFormatError: They are not.
    """
    if len(public) != KEY_SIZE:
        raise KeyFormatError("an Ed25519 public key is 32 bytes")
    y = int.from_bytes(public, "little") & _SIGN_BIT_MASK
    if y >= _PRIME:
        raise KeyFormatError("an Ed25519 public key is not in its one encoding")
    if y in _LOW_ORDER:
        raise KeyFormatError("an Ed25519 public key has low order")
    numerator, denominator = y * y - 1, _CURVE_CONSTANT * y * y + 1
    # x² = numerator / denominator has a root exactly if their product is a square (Euler).
    if pow(numerator * denominator, (_PRIME - 1) // 2, _PRIME) != 1:
        raise KeyFormatError("an Ed25519 public key is not on the curve")
