"""The one place where a station's adapters are chosen and joined.

A home is a folder: `keys.age` (the keyring, under the passphrase), `station.db` (SQLCipher),
`pages/` (live page secrets), `vault/` (preservation copies), `quarantine/` (what was refused), and
for the length of an import `intake/` (a pouch as it was copied).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from depesha.archive import Vault
from depesha.archive.adapters.backup import back_up
from depesha.archive.adapters.engine import READ_ONLY, open_engine
from depesha.archive.adapters.search_fts5 import Fts5SearchIndex
from depesha.archive.adapters.store import SqlArchiveStore
from depesha.archive.adapters.upgrade import Step, pending, require_current, upgrade
from depesha.archive.adapters.vault import FolderVault
from depesha.base import CallSign, sync_folder
from depesha.channel import Peer, Purpose, Relation, open_card
from depesha.channel.adapters.http import HttpRelays
from depesha.channel.adapters.intake import DiskPouches
from depesha.channel.adapters.page_secrets import PageSecretFolder
from depesha.channel.adapters.peers import SqlPeerStore
from depesha.channel.adapters.store import SqlChannelStore
from depesha.cipher import Ed25519Verifier, HybridRecipient
from depesha.edition.adapters.folder import write_edition
from depesha.register import CheckpointBook, Log
from depesha.register.adapters.store import SqlCheckpointStore, SqlLogStore, SqlWitnessStore
from depesha.station.actor import Actor, Role
from depesha.station.adapters.backup import Backup, Restore, clear_mark, read_mark
from depesha.station.adapters.clock import SystemClock
from depesha.station.adapters.key_file import KeyFile
from depesha.station.adapters.pending import SqlCosigned, SqlUnvaulted
from depesha.station.adapters.services import (
    SqlCancellations,
    SqlCustody,
    SqlRestores,
    SqlServices,
)
from depesha.station.adapters.store import SqlDrafts, SqlOfficeSeries, SqlPeople
from depesha.station.adapters.telegrams import SqlCommitments, SqlCopies, SqlTelegrams
from depesha.station.desks.introducing import own_card
from depesha.station.desks.rekeying import settled
from depesha.station.desks.restoring import quarantine_all
from depesha.station.errors import HomeError, StationBusyError, StoreConflictError
from depesha.station.keyring import Keyring, key_name
from depesha.station.office import Office, RelayAccess
from depesha.station.ports import Clock, Observer
from depesha.station.station import Station, assemble
from depesha.station.work import Work

KEYS = "keys.age"
DATABASE = "station.db"
WORK_FACTOR = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a new station is: its name, its purpose, its people, and the archivist's public key.

    `work_factor` is the scrypt exponent of the key file; less than 18 is for tests alone.
    """

    call_sign: CallSign
    purpose: Purpose
    people: tuple[tuple[Actor, str], ...]
    archive: HybridRecipient
    work_factor: int = field(default=WORK_FACTOR)


def found_station(
    home: Path, founding: Founding, passphrase: str, *, clock: Clock | None = None
) -> None:
    """Make a new station in `home`, which must not hold one.

    The key file is written last but for nothing: a folder without it is no station, so a crash
    on the way leaves something that can be founded again after it is cleared away.

    Raises:
        HomeError: The folder is not empty, or cannot be made.
        InputError: Two people would have one releaser key.
    """
    keyring = _new_keyring(founding)
    _make_home(home)
    engine = _engine(home, keyring, create=True)
    try:
        upgrade(engine, _scripts())
        now = (clock or SystemClock()).now()
        note = own_card(keyring, founding.purpose, now)
        with engine.begin() as connection:
            work = _work(connection, keyring)
            for person, key in founding.people:
                work.people.add(person, key)
            card = open_card(note, fingerprint=keyring.fingerprint)
            own = Peer(card=card, note=note, relation=Relation.OWN, pinned_at=now)
            work.channel.peers.pin(own)
    finally:
        engine.dispose()
    KeyFile(home / KEYS, passphrase, founding.work_factor).keep(keyring)


def open_station(
    home: Path,
    passphrase: str,
    *,
    clock: Clock | None = None,
    observe: Observer = lambda _step: None,
    relay: RelayAccess | None = None,
) -> Station:
    """Open the station in `home`.

    `relay` reaches a relay by its address; without it, over HTTP.

    Raises:
        HomeError: There is no station.
        PassphraseError: The passphrase does not open its keys.
        SchemaBehindError: The store is older than the program; see `upgrade_station`.
        SchemaTooNewError: The store is newer than the program.
    """
    keys = KeyFile.open(home / KEYS, passphrase)
    engine = _engine(home, keys.keyring)
    try:
        require_current(engine, _scripts())
        _settle(keys, engine)
        _heed_restore(home, keys.keyring, engine, (clock or SystemClock()).now())
        relays = HttpRelays()

        def close() -> None:
            relays.disconnect()
            engine.dispose()

        office = _office(home, keys, engine, clock or SystemClock(), observe, relay or relays.reach)
        return assemble(office, close)
    except BaseException:
        engine.dispose()
        raise


def _heed_restore(home: Path, keyring: Keyring, engine: Engine, at: datetime) -> None:
    """Open a restored station in quarantine: the mark beside its store goes into the store."""
    if read_mark(home) is None:
        return
    with engine.begin() as connection:
        quarantine_all(_work(connection, keyring), at)
    # A crash here puts all into quarantine once more at the next opening.
    clear_mark(home)


@contextmanager
def backup_of(home: Path, passphrase: str, *, clock: Clock | None = None) -> Iterator[Backup]:
    """Yield the backup of a station, to be planned or written; the station may be open.

    Raises:
        HomeError: There is no station.
        PassphraseError: The passphrase does not open its keys.
    """
    keyring = _keyring(home, passphrase)
    engine = _engine(home, keyring)
    try:
        yield Backup(
            home=home,
            copy_store=lambda path: back_up(engine, path),
            identity=keyring.identity,
            at=(clock or SystemClock()).now(),
        )
    finally:
        engine.dispose()


def restore_from(source: Path, passphrase: str, *, clock: Clock | None = None) -> Restore:
    """Return a backup, to be checked or put into a new home; nothing is read yet."""

    def open_keys(path: Path) -> Ed25519Verifier:
        return _keyring(path.parent, passphrase).identity.verifier

    return Restore(source=source, open_keys=open_keys, at=(clock or SystemClock()).now())


def pending_upgrades(home: Path, passphrase: str) -> tuple[Step, ...]:
    """List the steps that the store of a station has not taken yet; writes nothing."""
    engine = _engine(home, _keyring(home, passphrase))
    try:
        return pending(engine, _scripts())
    finally:
        engine.dispose()


def upgrade_station(home: Path, passphrase: str) -> tuple[Step, ...]:
    """Bring the store of a station up to the program's schema, after keeping a copy of it."""
    engine = _engine(home, _keyring(home, passphrase))
    try:
        steps = pending(engine, _scripts())
        if steps:
            _keep_copy(engine, home / f"{DATABASE}.before-{steps[0].revision}")
        return upgrade(engine, _scripts())
    finally:
        engine.dispose()


def _new_keyring(founding: Founding) -> Keyring:
    clerks = {actor.name for actor, _ in founding.people if Role.CLERK in actor.roles}
    return Keyring.generate(
        founding.call_sign,
        founding.archive,
        tuple(key for _, key in founding.people if key),
        tuple(sorted(map(key_name, clerks))),
    )


def _make_home(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_empty = not any(home.iterdir())
    except OSError as error:
        raise HomeError("the folder of the station cannot be made or read") from error
    if not is_empty:
        raise HomeError("the folder is not empty: a station is founded in a new one")


def _keep_copy(engine: Engine, path: Path) -> None:
    """Copy the store, in the place of a copy that an upgrade which did not end left there."""
    copy = path.with_name(f"{path.name}.new")
    copy.unlink(missing_ok=True)
    back_up(engine, copy)
    copy.replace(path)
    sync_folder(path.parent)


def _keyring(home: Path, passphrase: str) -> Keyring:
    return KeyFile.open(home / KEYS, passphrase).keyring


def _settle(keys: KeyFile, engine: Engine) -> None:
    """Finish a roll-over that a crash cut off: the own card says which keys are in use."""
    with engine.connect() as connection:
        own = SqlPeerStore(connection).find(keys.keyring.fingerprint).card
    fitting = settled(keys.keyring, own.identity)
    if fitting != keys.keyring:
        keys.keep(fitting)


def _engine(home: Path, keyring: Keyring, *, create: bool = False) -> Engine:
    # Without wiping of SQLite's page memory writing is three times as fast. The key is wiped all
    # the same, and Python, which reads every row, could not wipe what it read (docs/soundness.md).
    return open_engine(home / DATABASE, keyring.seeds["database"], create=create, wipe_memory=False)


def _office(
    home: Path,
    keys: KeyFile,
    engine: Engine,
    clock: Clock,
    observe: Observer,
    relay: RelayAccess,
) -> Office:
    @contextmanager
    def transaction() -> Iterator[Work]:
        try:
            with engine.begin() as connection:
                yield _work(connection, keys.keyring)
        except IntegrityError as error:
            raise StoreConflictError("the store refuses what contradicts it") from error

    @contextmanager
    def reading() -> Iterator[Work]:
        with engine.connect() as connection:
            connection.execution_options(**{READ_ONLY: True})
            with connection.begin():
                yield _work(connection, keys.keyring)

    @contextmanager
    def carrying() -> Iterator[None]:
        try:
            with FileLock(home / "carrying.lock", blocking=False):
                yield
        except Timeout as error:
            raise StationBusyError("another command of this station is carrying") from error

    vault: Vault = FolderVault.prepare(home / "vault")
    pages = PageSecretFolder(home / "pages", storage_secret=keys.keyring.seeds["pages"])
    return Office(
        keys=keys,
        clock=clock,
        transaction=transaction,
        reading=reading,
        carrying=carrying,
        vault=vault,
        quarantine=FolderVault.prepare(home / "quarantine"),
        pages=pages,
        relay=relay,
        pouches=DiskPouches(home / "intake"),
        publish=write_edition,
        observe=observe,
    )


def _work(connection: Connection, keyring: Keyring) -> Work:
    log = Log(keyring.register.name, SqlLogStore(connection))
    return Work(
        call_sign=keyring.call_sign,
        people=SqlPeople(connection),
        series=SqlOfficeSeries(connection),
        drafts=SqlDrafts(connection),
        telegrams=SqlTelegrams(connection),
        copies=SqlCopies(connection),
        custody=SqlCustody(connection),
        cancellations=SqlCancellations(connection),
        services=SqlServices(connection),
        restores=SqlRestores(connection),
        commitments=SqlCommitments(connection),
        unvaulted=SqlUnvaulted(connection),
        cosigned=SqlCosigned(connection),
        channel=SqlChannelStore.over(connection),
        log=log,
        checkpoints=CheckpointBook(log, SqlCheckpointStore(connection)),
        witnessed=SqlWitnessStore(connection),
        archive=SqlArchiveStore(connection),
        index=Fts5SearchIndex(connection),
    )


def _scripts() -> Path:
    return Path(str(files("depesha.station.adapters"))) / "migrations"
