"""How values that hold a secret are compared."""

import hashlib
import hmac
from abc import ABC, abstractmethod


class SecretValue(ABC):
    """A value known by its secret bytes: compared in constant time, never ordered.

    A subclass is a dataclass with `eq=False` whose secret fields have `repr=False`.
    """

    __slots__ = ()

    @abstractmethod
    def _secret(self) -> bytes:
        """The bytes that make this value this value."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretValue) or type(other) is not type(self):
            return NotImplemented
        return hmac.compare_digest(self._secret(), other._secret())

    def __hash__(self) -> int:
        return hash((type(self), hashlib.sha256(self._secret()).digest()))
