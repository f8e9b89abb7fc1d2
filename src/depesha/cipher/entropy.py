"""The project's only source of randomness."""

import secrets


def random_bytes(size: int) -> bytes:
    """Draw `size` bytes from the operating system's generator, fit for keys."""
    return secrets.token_bytes(size)
