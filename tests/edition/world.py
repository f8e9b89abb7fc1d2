"""A register, its witnesses and a record, built without the parts that edition may not import."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from depesha.edition import (
    Commitment,
    CommitmentTree,
    Decision,
    Disclosure,
    PointText,
    Proofs,
    ReleaseBundle,
    ReleasedTree,
    Selection,
    Statement,
    Withholding,
    commit,
    cut_points,
    draft_release,
)

SECRET = bytes(range(32))
SALT = bytes(range(32, 64))
HEADER = (
    ("number", "17/k"),
    ("transmission", "1204"),
    ("written", "2031-03-02T07:10Z"),
    ("from", "NORTH DESK"),
    ("action", "POST HARBOUR (immediate)"),
    ("action", "POST LAKE (routine)"),
    ("via", "head of POST HARBOUR"),
    ("for", "the Minister Kowalczyk"),
)
POINTS = (
    PointText(
        label="1.",
        text="We accept the second variant. Our source Wagtail confirms it. Reply at once.",
    ),
    PointText(label="2.", text="The depot at Zubrowka holds nine lorries. Do not name it."),
    PointText(text="Mail goes on Friday, e.g. by Dr. Brandt. Nothing else is new."),
)
WITHHELD_SENTENCE = "Our source Wagtail confirms it. "
RELEASED = datetime(2061, 1, 1, 9, 0, tzinfo=UTC)


def hash_pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def tree_root(hashes: Sequence[bytes]) -> bytes:
    """The root as RFC 6962 defines it, by recursion."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return hash_pair(tree_root(hashes[:half]), tree_root(hashes[half:]))


def audit_path(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    if len(hashes) == 1:
        return ()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    if index < half:
        return (*audit_path(hashes[:half], index), tree_root(hashes[half:]))
    return (*audit_path(hashes[half:], index - half), tree_root(hashes[:half]))


@dataclass(frozen=True)
class Signer:
    """A note signer of one type: 1 signs the text, 4 cosigns it with a time."""

    name: str
    seed: bytes
    kind: int = 1

    @property
    def data(self) -> bytes:
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        return bytes([self.kind]) + key.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(f"{self.name}\n".encode() + self.data).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.data).decode()}"

    def line(self, text: str, *, time: int = 1_900_000_000) -> str:
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.kind == 1:
            raw = key.sign(text.encode())
        else:
            raw = time.to_bytes(8, "big")
            raw += key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        return f"— {self.name} {base64.b64encode(self.key_id + raw).decode()}\n"


LOG = Signer("example.org/post-harbour", b"L" * 32)
RIVER = Signer("example.org/river", b"R" * 32, 4)
LAKE = Signer("example.org/lake", b"K" * 32, 4)
CENTRE = Signer("example.org/centre", b"C" * 32, 4)
POLICY = f"""# trusted since the visit of March 2031
log {LOG.vkey}

witness river {RIVER.vkey}
witness lake {LAKE.vkey} https://lake.example/
witness centre {CENTRE.vkey}
group posts any river lake
group all-of-them all posts centre
quorum all-of-them
"""


@dataclass
class World:
    """A register that holds a telegram, its decision, and strangers' entries between them."""

    commitment: Commitment = field(default_factory=lambda: commit_record(POINTS))
    index: int = 5
    decision_index: int = 11
    size: int = 13

    def statement(
        self, header: Selection | None = None, body: Selection | None = None
    ) -> Statement:
        decision = Decision(
            record="harbour-17-k",
            authority="Release board",
            released=RELEASED,
            header=header or header_selection(),
            body=body or body_selection(),
        )
        return draft_release(self.commitment, decision, index=self.index)

    def hashes(self, statement: Statement) -> list[bytes]:
        entries = [hashlib.sha256(bytes([place])).digest() * 2 + b"!" for place in range(self.size)]
        entries[self.index] = self.commitment.entry()
        entries[self.decision_index] = statement.decision_entry(SALT)
        return [leaf_hash(entry) for entry in entries]

    def checkpoint_text(self, statement: Statement) -> str:
        root = base64.b64encode(tree_root(self.hashes(statement))).decode()
        return f"{LOG.name}\n{self.size}\n{root}\n"

    def bundle(
        self,
        statement: Statement | None = None,
        signers: Sequence[Signer] = (LOG, LAKE, CENTRE),
        extra: str = "",
    ) -> ReleaseBundle:
        statement = statement or self.statement()
        text = self.checkpoint_text(statement)
        hashes = self.hashes(statement)
        proofs = Proofs(
            checkpoint=f"{text}\n{''.join(signer.line(text) for signer in signers)}{extra}",
            telegram_hashes=audit_path(hashes, self.index),
            decision_salt=SALT,
            decision_index=self.decision_index,
            decision_hashes=audit_path(hashes, self.decision_index),
        )
        return statement.bundle(proofs)


def commit_record(points: Sequence[PointText] = POINTS, secret: bytes = SECRET) -> Commitment:
    body = [(segment.path, segment.text) for segment in cut_points(points)]
    return commit(secret, HEADER, body)


def card(path: str, **changes: object) -> Withholding:
    given: dict[str, Any] = {
        "path": path,
        "reason": "3.3(b)(1)",
        "authority": "Release board",
        "decided": date(2060, 11, 3),
        "review": date(2071, 1, 1),
    }
    return Withholding(**{**given, **changes})


def header_selection() -> Selection:
    shown = ("number", "transmission", "written", "from", "action", "action.2", "via")
    return Selection(disclosed=shown, withheld=(card("for"),))


def body_selection() -> Selection:
    return Selection(
        disclosed=("1.1", "1.3", "3.1", "3.2"), withheld=(card("1.2"), card("2", review=None))
    )


Parts = Sequence[tuple[str, str]]
LEAN_HEADER: Parts = (("fields", "from"), ("from", "NORTH DESK"))


@dataclass
class PreparedWorld(World):
    """A register whose owner commits to any parts whatever, outline or not, and some of them twice.

    Args:
        header_parts: The parts of the heading.
        body_parts: The parts of the text.
    """

    header_parts: Parts = LEAN_HEADER
    body_parts: Parts = ()

    def __post_init__(self) -> None:
        self.header = prepare("field", self.header_parts)
        self.body = prepare("segment", self.body_parts)
        self.commitment = Commitment(
            header=CommitmentTree(leaves=self.header.leaves, parts={}),
            body=CommitmentTree(leaves=self.body.leaves, parts={}),
        )

    def showing(self, *places: int, withheld: Sequence[Withholding] = ()) -> Statement:
        """Lay open the parts of the body at these places, or all of them."""
        shown = [self.body.disclosed[place] for place in places]
        return Statement(
            record="harbour-17-k",
            authority="Release board",
            released=RELEASED,
            number=1,
            entry=self.commitment.entry(),
            index=self.index,
            header=self.header,
            body=ReleasedTree(
                leaves=self.body.leaves,
                disclosed=tuple(shown) if places else self.body.disclosed,
                withheld=tuple(withheld),
            ),
        )

    def release(self, *places: int, withheld: Sequence[Withholding] = ()) -> bytes:
        return self.bundle(self.showing(*places, withheld=withheld)).to_bytes()


def prepare(noun: str, parts: Parts) -> ReleasedTree:
    disclosed, leaves = [], []
    for index, (path, text) in enumerate(parts):
        salt = hashlib.sha256(f"{noun} {index}".encode()).digest()
        pieces = (f"depesha/1 {noun}".encode(), path.encode(), text.encode())
        message = b"".join(len(piece).to_bytes(8, "big") + piece for piece in pieces)
        leaves.append(leaf_hash(hmac.digest(salt, message, "sha256")))
        disclosed.append(Disclosure(path=path, text=text, salt=salt, index=index))
    while len(leaves) < 8 or len(leaves) & (len(leaves) - 1):
        leaves.append(hashlib.sha256(f"{noun} {len(leaves)}".encode()).digest())
    return ReleasedTree(leaves=tuple(leaves), disclosed=tuple(disclosed), withheld=())


def rewritten(release: bytes, change: Callable[[Any], object]) -> bytes:
    """Change a release as a forger would who knows how the digest of the file is made."""
    whole = json.loads(release)
    del whole["digest"]
    change(whole)
    digest = hashlib.sha256(canonical(whole)).hexdigest()
    return canonical({**whole, "digest": f"sha256:{digest}"})


def canonical(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
