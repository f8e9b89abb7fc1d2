"""A release: the parts of one record that are let out, and the proof that they are its parts.

It is made in two steps, because the decision is itself registered. `draft_release` gives the
statement, whose `decision_entry` the station appends to the register; with the proofs of both
entries, `Statement.bundle` gives the file. Nothing here sees a part that is not disclosed: of the
others only their leaf hashes go in. Format: docs/formats/release.md.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, Self

from depesha.base import BaseFormatError, Digest, instant_from_text, instant_to_text
from depesha.edition.commitment import ENTRY_VERSION, Commitment, CommitmentTree, Disclosure
from depesha.edition.decision import (
    Decision,
    Selection,
    Withholding,
    require_decided_line,
    settle,
)
from depesha.edition.errors import (
    AlreadyDisclosedError,
    ReleaseDamagedError,
    ReleaseFormatError,
    UndecidedError,
)
from depesha.edition.verify import VerifyError, canonical, read_release

RELEASE_LABEL: Final = "depesha/1 release"
SALT_SIZE: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedTree:
    """One tree as it is let out: every leaf hash, the parts laid open, the cards of the others."""

    leaves: tuple[bytes, ...]
    disclosed: tuple[Disclosure, ...]
    withheld: tuple[Withholding, ...]

    def text(self, path: str) -> str | None:
        """Return the text of a disclosed part, or None."""
        return next((part.text for part in self.disclosed if part.path == path), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """What the register says about both entries: plain values, since edition knows no register.

    Args:
        checkpoint: The text of the signed note, with its cosignatures.
        telegram_hashes: The inclusion proof of the telegram's entry at the checkpoint's size.
        decision_salt: The salt that made the decision's entry.
        decision_index: Where that entry stands.
        decision_hashes: Its inclusion proof.
    """

    checkpoint: str
    telegram_hashes: tuple[bytes, ...]
    decision_salt: bytes
    decision_index: int
    decision_hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All that is decided about one release, before it is proved."""

    record: str
    authority: str
    released: datetime
    number: int
    entry: bytes
    index: int
    header: ReleasedTree
    body: ReleasedTree

    def __post_init__(self) -> None:
        require_decided_line(self.record, "the name of a record")
        require_decided_line(self.authority, "an authority")

    def to_json(self) -> dict[str, Any]:
        """Write the members of the statement."""
        return {
            "authority": self.authority,
            "body": _tree_to_json(self.body),
            "header": _tree_to_json(self.header),
            "number": self.number,
            "record": self.record,
            "released": instant_to_text(self.released),
            "telegram": {"entry": _encode(self.entry), "index": self.index},
        }

    def digest(self) -> Digest:
        """Digest the statement in its one spelling."""
        return Digest.of(canonical(self.to_json()))

    def decision_entry(self, salt: bytes) -> bytes:
        """Return the 65 bytes that register this decision without telling it.

        Args:
            salt: 32 fresh random bytes; they are published in the bundle and nowhere before.
        """
        if len(salt) != SALT_SIZE:
            raise UndecidedError("the salt of a decision is 32 bytes")
        label = hmac.digest(salt, b"release", "sha256")
        return ENTRY_VERSION + label + hmac.digest(salt, self.digest().value, "sha256")

    def bundle(self, proofs: Proofs) -> "ReleaseBundle":
        """Join the statement with its proofs."""
        return ReleaseBundle(statement=self, proofs=proofs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBundle:
    """The file that is let out (`release.json`)."""

    statement: Statement
    proofs: Proofs = field(repr=False)

    def to_bytes(self) -> bytes:
        """Write the file in its one spelling."""
        whole = {RELEASE_LABEL: self.statement.to_json(), "proof": self._proof_to_json()}
        digest = sha256(canonical(whole)).hexdigest()
        return canonical({**whole, "digest": f"sha256:{digest}"})

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a file that is whole and in its one spelling. It verifies nothing.

        Raises:
            ReleaseDamagedError: The file is not the one that was written.
            ReleaseFormatError: It is whole, and no release in its one spelling.
        """
        try:
            bundle = cls._from_json(read_release(data))
        except VerifyError as error:
            is_damaged = error.code == ReleaseDamagedError.code
            raise (ReleaseDamagedError if is_damaged else ReleaseFormatError)(str(error)) from error
        except (ValueError, BaseFormatError, UndecidedError) as error:
            raise ReleaseFormatError("a date or a line in it is not one") from error
        if bundle.to_bytes() != data:
            raise ReleaseFormatError("this is not a release in its one spelling")
        return bundle

    @classmethod
    def _from_json(cls, whole: Mapping[str, Any]) -> Self:
        proof, decision = whole["proof"], whole["proof"]["decision"]
        return cls(
            statement=_statement_from_json(whole[RELEASE_LABEL]),
            proofs=Proofs(
                checkpoint=proof["checkpoint"],
                telegram_hashes=_decode_all(proof["telegram"]["hashes"]),
                decision_salt=_decode(decision["salt"]),
                decision_index=decision["index"],
                decision_hashes=_decode_all(decision["hashes"]),
            ),
        )

    def _proof_to_json(self) -> dict[str, Any]:
        salt = self.proofs.decision_salt
        return {
            "checkpoint": self.proofs.checkpoint,
            "decision": {
                "entry": _encode(self.statement.decision_entry(salt)),
                "hashes": [_encode(item) for item in self.proofs.decision_hashes],
                "index": self.proofs.decision_index,
                "salt": _encode(salt),
            },
            "telegram": {"hashes": [_encode(item) for item in self.proofs.telegram_hashes]},
        }


def draft_release(
    commitment: Commitment, decision: Decision, *, index: int, earlier: Statement | None = None
) -> Statement:
    """Draw up a release from the parts that are disclosed, and from nothing else.

    Args:
        commitment: The record as it was committed.
        decision: What is let out and what is kept back, and by whose word.
        index: Where the telegram's entry stands in the register.
        earlier: The release before this one, if any; what it disclosed stays disclosed.

    Raises:
        UndecidedError: A part is neither disclosed nor withheld, or is not a part.
        AlreadyDisclosedError: `earlier` disclosed what this one would withhold.
    """
    if earlier is not None and earlier.entry != commitment.entry():
        raise UndecidedError("the earlier release is of another record")
    before = (earlier.header, earlier.body) if earlier else (None, None)
    return Statement(
        record=decision.record,
        authority=decision.authority,
        released=decision.released,
        number=earlier.number + 1 if earlier else 1,
        entry=commitment.entry(),
        index=index,
        header=_release(commitment.header, decision.header, before[0]),
        body=_release(commitment.body, decision.body, before[1]),
    )


def _release(
    tree: CommitmentTree, selection: Selection, earlier: ReleasedTree | None
) -> ReleasedTree:
    shown = settle(tree, selection)
    if earlier and not {part.path for part in earlier.disclosed}.issubset(shown):
        raise AlreadyDisclosedError("an earlier release disclosed a part that this one withholds")
    return ReleasedTree(
        leaves=tree.leaves,
        disclosed=tuple(tree.disclose(path) for path in shown),
        withheld=tuple(selection.withheld),
    )


def _tree_to_json(tree: ReleasedTree) -> dict[str, Any]:
    return {
        "disclosed": [
            {"index": part.index, "path": part.path, "salt": _encode(part.salt), "text": part.text}
            for part in tree.disclosed
        ],
        "leaves": [_encode(leaf) for leaf in tree.leaves],
        "withheld": [
            {
                "authority": card.authority,
                "decided": card.decided.isoformat(),
                "path": card.path,
                "reason": card.reason,
                "review": card.review.isoformat() if card.review else "",
                "substitute": card.substitute,
            }
            for card in tree.withheld
        ],
    }


def _statement_from_json(members: Mapping[str, Any]) -> Statement:
    return Statement(
        record=members["record"],
        authority=members["authority"],
        released=instant_from_text(members["released"]),
        number=members["number"],
        entry=_decode(members["telegram"]["entry"]),
        index=members["telegram"]["index"],
        header=_tree_from_json(members["header"]),
        body=_tree_from_json(members["body"]),
    )


def _tree_from_json(members: Mapping[str, Any]) -> ReleasedTree:
    return ReleasedTree(
        leaves=_decode_all(members["leaves"]),
        disclosed=tuple(
            Disclosure(**{**part, "salt": _decode(part["salt"])}) for part in members["disclosed"]
        ),
        withheld=tuple(_card_from_json(card) for card in members["withheld"]),
    )


def _card_from_json(card: Mapping[str, Any]) -> Withholding:
    review = date.fromisoformat(card["review"]) if card["review"] else None
    decided = date.fromisoformat(card["decided"])
    return Withholding(**{**card, "decided": decided, "review": review})


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _decode_all(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(_decode(text) for text in texts)
