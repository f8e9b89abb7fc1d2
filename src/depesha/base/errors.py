"""The root of everything Depesha refuses.

    DepeshaError                 code, retryable
    └─ BaseFormatError           a digest, identifier, instant or line of text is not canonical

Every part hangs its own tree below `DepeshaError` in its own `errors.py`.
"""

from typing import ClassVar


class DepeshaError(Exception):
    """Something Depesha refuses to do, named by a code that never changes.

    The message may be shown and logged: it holds no plaintext, key, passphrase or addressee.
    """

    code: ClassVar[str] = "depesha"
    retryable: ClassVar[bool] = False


class BaseFormatError(DepeshaError):
    """A value that every part shares is not written in its one spelling."""

    code = "base.format"
