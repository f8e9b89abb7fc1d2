"""What a register keeps of a record: two salted roots, from which nothing can be guessed.

Every part of a record (a field of the heading, a sentence of the text) becomes one leaf

    HMAC-SHA-256(salt, length-prefixed(purpose, path, text))

under a salt of its own, derived from one secret per record; the leaves of the heading and those of
the body form one small RFC 6962 tree each. Two things hide what the roots alone must not tell:

- Decoy leaves fill each tree to a power of two, at least eight, so that its size does not tell how
  much was written.
- Leaves stand in an order drawn from the secret, not in reading order. In reading order the place
  of a disclosed sentence would tell how many withheld ones stand before it.

The outline parts (see `segment`) make up for the lost order: they are committed too, so that a
release can show that it passes nothing over in silence. Format: docs/formats/commitment.md.
"""

import hmac
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from depesha.edition.errors import CommitmentFormatError, CommitmentMismatchError
from depesha.edition.segment import outline_paths

ENTRY_VERSION: Final = b"\x01"
FIELDS_PATH: Final = "fields"
LEAST_LEAVES: Final = 8
SECRET_SIZE: Final = 32
_HEADER: Final = "header"
_BODY: Final = "body"
_PURPOSES: Final = {_HEADER: b"depesha/1 field", _BODY: b"depesha/1 segment"}
_DECOY: Final = b"depesha/1 decoy"
# Control characters but the line feed, other line breaks, what reorders or hides a text, half
# characters: the verifier refuses them, so they are refused while something can be done about it.
_REFUSED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_FIELD = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One part laid open: whoever holds it can compute its leaf and no other."""

    path: str
    text: str = field(repr=False)
    salt: bytes = field(repr=False)
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentTree:
    """One tree of a commitment: every leaf, and what is needed to lay each part open."""

    leaves: tuple[bytes, ...]
    parts: Mapping[str, Disclosure] = field(repr=False)

    @property
    def root(self) -> bytes:
        """The RFC 6962 root over the leaves."""
        level = list(self.leaves)
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=True)
            level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        return level[0]

    def disclose(self, path: str) -> Disclosure:
        """Lay one part open.

        Raises:
            CommitmentFormatError: There is no such part.
        """
        if path not in self.parts:
            raise CommitmentFormatError("the record has no such part")
        return self.parts[path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A record as its register knows it, with all that is needed to release any part of it.

    It holds the whole text and every salt: it stays at the station. Only `entry` leaves.
    """

    header: CommitmentTree
    body: CommitmentTree

    @property
    def header_root(self) -> bytes:
        """The root over the fields of the heading."""
        return self.header.root

    @property
    def body_root(self) -> bytes:
        """The root over the text."""
        return self.body.root

    def entry(self) -> bytes:
        """Return the 65 bytes for the register: version, header root, body root."""
        return ENTRY_VERSION + self.header_root + self.body_root


def commit(
    secret: bytes, header: Sequence[tuple[str, str]], body: Sequence[tuple[str, str]]
) -> Commitment:
    """Commit to a record. The same secret and record give the same commitment.

    Args:
        secret: 32 random bytes that serve this record alone. Who holds it can guess; who loses it
            can prove nothing, and to destroy it is part of destroying the record.
        header: Names and values; a name may stand several times (`action`, then `action.2`).
        body: Paths and texts as `segment.cut_points` gives them, outline included.

    Raises:
        CommitmentFormatError: A name, a path or a text is not fit to be committed.
    """
    if len(secret) != SECRET_SIZE:
        raise CommitmentFormatError("a record secret is 32 bytes")
    paths = tuple(path for path, _ in body)
    if paths != outline_paths(body):
        raise CommitmentFormatError("the paths of the body are not those of its outline")
    return Commitment(
        header=_plant(secret, _HEADER, _numbered(header)), body=_plant(secret, _BODY, body)
    )


def require_commitment(
    entry: bytes,
    secret: bytes,
    header: Sequence[tuple[str, str]],
    body: Sequence[tuple[str, str]],
) -> Commitment:
    """Return the commitment to a record, which must be the one behind a register's entry.

    No release shows this: what it leaves closed may be a decoy or anything else. Only whoever holds
    the secret and all texts can tell that the entry commits to these texts and to no others, so
    that no second text of a path was laid down beside them.

    Args:
        entry: The 65 bytes that stand in the register.
        secret: The secret of the record, as for `commit`.
        header: Names and values, as for `commit`.
        body: Paths and texts, as for `commit`.

    Raises:
        CommitmentMismatchError: The entry is that of another record, or of more than this one.
        CommitmentFormatError: A name, a path or a text is not fit to be committed.
    """
    commitment = commit(secret, header, body)
    if not hmac.compare_digest(commitment.entry(), entry):
        raise CommitmentMismatchError("the register's entry does not commit to this record alone")
    return commitment


def _numbered(header: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give each field its path, and put the list of all paths before them."""
    seen: Counter[str] = Counter()
    fields: list[tuple[str, str]] = []
    for name, value in header:
        if not _FIELD.fullmatch(name) or name == FIELDS_PATH:
            raise CommitmentFormatError("the name of a field is lower-case letters and hyphens")
        seen[name] += 1
        fields.append((name if seen[name] == 1 else f"{name}.{seen[name]}", value))
    return [(FIELDS_PATH, " ".join(path for path, _ in fields)), *fields]


def _plant(secret: bytes, tree: str, parts: Sequence[tuple[str, str]]) -> CommitmentTree:
    hashes = {path: _leaf(secret, tree, path, text) for path, text in parts}
    for number in range(_padded(len(parts)) - len(parts)):
        decoy = f"decoy {number}"
        hashes[decoy] = _leaf_hash(_salt(secret, tree, decoy), (_DECOY,))
    order = sorted(hashes, key=lambda path: _derive(secret, "place", tree, path))
    places = {path: index for index, path in enumerate(order)}
    return CommitmentTree(
        leaves=tuple(hashes[path] for path in order),
        parts={
            path: Disclosure(
                path=path, text=text, salt=_salt(secret, tree, path), index=places[path]
            )
            for path, text in parts
        },
    )


def _padded(count: int) -> int:
    return max(LEAST_LEAVES, 1 << (count - 1).bit_length())


def _leaf(secret: bytes, tree: str, path: str, text: str) -> bytes:
    if _REFUSED.search(text):
        raise CommitmentFormatError("a text holds a character that is never shown")
    parts = (_PURPOSES[tree], path.encode(), text.encode())
    return _leaf_hash(_salt(secret, tree, path), parts)


def _leaf_hash(salt: bytes, parts: Sequence[bytes]) -> bytes:
    message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return sha256(b"\x00" + hmac.digest(salt, message, "sha256")).digest()


def _salt(secret: bytes, tree: str, path: str) -> bytes:
    return _derive(secret, "salt", tree, path)


def _derive(secret: bytes, purpose: str, tree: str, path: str) -> bytes:
    label = f"depesha/1 {purpose}\0{tree}\0{path}".encode()
    return hmac.digest(secret, label, "sha256")
