"""The key file of a home: the keyring under the passphrase, replaced whole or not at all."""

from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from depesha.base import write_durably
from depesha.cipher import open_key_file, seal_key_file
from depesha.station.errors import HomeError, StationBusyError
from depesha.station.keyring import Keyring


@dataclass(slots=True)
class KeyFile:
    """A `KeyCabinet` over one file."""

    path: Path
    passphrase: str = field(repr=False)
    work_factor: int
    _read: bytes = field(default=b"", repr=False)
    _keyring: Keyring | None = field(default=None, repr=False)

    @classmethod
    def open(cls, path: Path, passphrase: str) -> "KeyFile":
        """Open the key file with its passphrase.

        Raises:
            HomeError: There is no key file, or it lacks a value.
            PassphraseError: The passphrase does not open it.
        """
        if not path.is_file():
            raise HomeError("there is no station in this folder")
        data = path.read_bytes()
        keyring = Keyring.from_secrets(open_key_file(data, passphrase))
        return cls(path, passphrase, _work_factor(data), data, keyring)

    @property
    def keyring(self) -> Keyring:
        """The keys as they were last kept.

        Raises:
            HomeError: None were kept yet.
        """
        if self._keyring is None:
            raise HomeError("there is no station in this folder")
        return self._keyring

    def keep(self, keyring: Keyring) -> None:
        """Put a changed keyring in the place of the one before; durable when it returns.

        A crash leaves the old file or the new one. Nobody overwrites the old one: its sectors may
        stay readable for who has the disk and the passphrase (docs/soundness.md).

        Raises:
            StationBusyError: Another command changed the keys since they were read; writing ours
                would destroy what it drew.
        """
        secrets = keyring.to_secrets()
        sealed = seal_key_file(secrets, self.passphrase, work_factor=self.work_factor)
        with FileLock(self.path.with_name("keys.lock"), mode=0o600):
            present = self.path.read_bytes() if self.path.exists() else b""
            if present != self._read:
                raise StationBusyError("another command of this station has changed its keys")
            write_durably(self.path, sealed)
        self._read, self._keyring = sealed, keyring


def _work_factor(data: bytes) -> int:
    """Read the work factor of a key file that opened: `-> scrypt SALT FACTOR`, its second line."""
    return int(data.split(b"\n", 2)[1].split(b" ")[3])
