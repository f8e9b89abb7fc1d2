"""X25519 points that give every private key the same shared secret (RFC 7748 section 6.1)."""

_PRIME = 2**255 - 19
_SIGN_BIT_MASK = 2**255 - 1
# The u coordinates of the points whose order divides eight, on the curve and on its twist.
_LOW_ORDER = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    }
)


def is_low_order(point: bytes) -> bool:
    """Tell whether a point is one whose shared secret would be all zero, in any encoding."""
    return (int.from_bytes(point, "little") & _SIGN_BIT_MASK) % _PRIME in _LOW_ORDER
