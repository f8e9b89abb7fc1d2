"""Readers of sealed files, keys and signed notes."""

import base64
import hashlib

from tools.fuzzing.seeds import age_files, armored_age_files, binary_age_files, heads, ours
from tools.fuzzing.seeds import strings_of as strings
from tools.fuzzing.target import Target, TwoSpellingsError, as_text, one_form, text

from depesha.cipher import (
    CipherError,
    Identity,
    Page,
    PageSecret,
    ScryptIdentity,
    ScryptRecipient,
    Verifier,
    dearmor,
    identity_from_text,
    open_key_file,
    open_note,
    read_stanzas,
    recipient_from_text,
    seal,
    unseal,
    unverified_text,
    verifier_from_vkey,
)

# A file may ask for this much work here and no more: mutations would ask for minutes of it.
_WORK_FACTOR = 10
_PASSPHRASE = "a passphrase of the fuzzer"  # noqa: S105 - it protects nothing
KEY_FILE = b"depesha/1 keyfile\nidentity: AQIDBA==\npeer/one: AAECAwQFBgcICQ==\n"


def _header(data: bytes) -> None:
    read_stanzas(data, at_most=2)
    read_stanzas(data)


class _AgeFile:
    """Opens a file with every key of the shared set; they are read when first needed."""

    def __init__(self) -> None:
        self._identities: list[Identity] = []

    def __call__(self, data: bytes) -> None:
        self._identities = self._identities or list(_identities())
        unseal(data, self._identities)


def _identities() -> list[Identity]:
    keys = dict.fromkeys(head["identity"] for head, _ in age_files() if "identity" in head)
    words = dict.fromkeys(head["passphrase"] for head, _ in age_files() if "passphrase" in head)
    return [
        *(identity_from_text(key) for key in keys),
        *(ScryptIdentity(word, max_work_factor=_WORK_FACTOR) for word in words),
    ]


def _key_file(data: bytes) -> None:
    try:
        stanzas = read_stanzas(data)
    except CipherError:
        stanzas = ()
    if all(len(stanza.arguments) < 2 or len(stanza.arguments[1]) < 2 for stanza in stanzas):  # noqa: PLR2004
        open_key_file(data, _PASSPHRASE)


def _key_file_text(data: bytes) -> None:
    open_key_file(seal(data, [ScryptRecipient(_PASSPHRASE, work_factor=1)]), _PASSPHRASE)


class _Note:
    """Opens a note with every key that the vectors name."""

    def __init__(self) -> None:
        self._keys: list[Verifier] = []

    def __call__(self, data: bytes) -> None:
        self._keys = self._keys or _note_keys()
        unverified_text(data)
        open_note(data, self._keys)


def _note_keys() -> list[Verifier]:
    keys = " ".join(heads("vkeys", "cipher/signed-note")).split()
    return [verifier_from_vkey(key) for key in dict.fromkeys(keys)]


def _vkey(given: str) -> None:
    if verifier_from_vkey(given).to_vkey() != given:
        raise TwoSpellingsError


def _with_key_id(data: bytes) -> bytes:
    """Write the key id that belongs to a name and key, so that these are looked at."""
    name, _, rest = data.partition(b"+")
    key = rest.partition(b"+")[2]
    try:
        decoded = base64.b64decode(key)
    except ValueError:
        return data
    key_id = hashlib.sha256(name + b"\n" + decoded).hexdigest()[:8].encode()
    return name + b"+" + key_id + b"+" + key


def _age_keys() -> list[bytes]:
    keys = [head["identity"].encode() for head, _ in age_files() if "identity" in head]
    return list(dict.fromkeys([*keys, *map(_recipient, keys)]))


def _recipient(key: bytes) -> bytes:
    return identity_from_text(key.decode()).recipient.to_text().encode()


def _age_key(data: bytes) -> None:
    given = as_text(data)
    try:
        identity_from_text(given)
    except CipherError:
        recipient_from_text(given)


def _sealed_key_files() -> list[bytes]:
    return [seal(KEY_FILE, [ScryptRecipient(_PASSPHRASE, work_factor=1)])]


TARGETS = (
    Target("age-header", _header, binary_age_files),
    Target("age-armor", dearmor, armored_age_files),
    Target("age-file", _AgeFile(), binary_age_files),
    Target("age-key", _age_key, _age_keys),
    Target("key-file", _key_file, _sealed_key_files),
    Target("key-file-text", _key_file_text, lambda: (KEY_FILE,)),
    Target("signed-note", _Note(), ours("cipher/signed-note")),
    Target("vkey", text(_vkey), ours("cipher/vkey"), _with_key_id),
    Target("vkey-shared", text(_vkey), strings("vkeys.json"), _with_key_id),
    Target("pad-page", one_form(Page.from_bytes), ours("cipher/pad-page")),
    Target("page-secret", one_form(PageSecret.from_bytes), lambda: (bytes(range(64)),)),
)
