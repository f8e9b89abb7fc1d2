"""Releases and policies with one defect each, as our vectors keep them.

`python -m tests.edition.forgeries` writes the vectors anew; a test compares them with these.
"""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.edition.world import (
    CENTRE,
    LAKE,
    LOG,
    POLICY,
    RIVER,
    PreparedWorld,
    Signer,
    World,
    rewritten,
)

Members = dict[str, Any]
Change = Callable[[Members, Members], object]
FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "edition"
STRANGER = Signer("example.org/stranger", b"S" * 32)
ZEROS = base64.b64encode(bytes(32)).decode()


def changed(change: Change) -> bytes:
    """Let a forger change statement and proof, and make the digest fit again."""
    return rewritten(
        World().bundle().to_bytes(),
        lambda whole: change(whole["depesha/1 release"], whole["proof"]),
    )


def _flip_text(release: bytes) -> bytes:
    return release.replace(b"second variant", b"second vbriant")


def _set(*path: str | int, to: object) -> Change:
    def change(statement: Members, proof: Members) -> None:
        place: Any = {"statement": statement, "proof": proof}
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _omit_card(statement: Members, _: Members) -> None:
    statement["body"]["withheld"].pop(0)


def _add_card(statement: Members, _: Members) -> None:
    statement["body"]["withheld"].append(dict(statement["body"]["withheld"][0], path="3.3"))


def _repeat(parts: list[Members]) -> None:
    parts.append(parts[-1])


def _withhold_field(statement: Members, _: Members) -> None:
    """Say that a field is not there at all."""
    tree = statement["header"]
    tree["withheld"].clear()


def _swap_decision(statement: Members, proof: Members) -> None:
    statement["body"]["withheld"][0]["reason"] = "lost"
    salt = proof["decision"]["salt"]
    other = World().statement(body=None).decision_entry(base64.b64decode(salt))
    proof["decision"]["entry"] = base64.b64encode(other).decode()


def _duplicate_name(release: bytes) -> bytes:
    """Name a member twice and make the digest fit: the last one wins in a lax reader."""
    lines = release.split(b"\n")
    rest = b"\n".join(line for line in lines if not line.startswith(b' "digest"'))
    rest = rest.replace(b'  "number": 1,\n', b'  "number": 2,\n  "number": 1,\n')
    digest = hashlib.sha256(rest).hexdigest().encode()
    return rest.replace(b'\n "proof": {', b'\n "digest": "sha256:' + digest + b'",\n "proof": {')


def releases() -> dict[str, tuple[str, str, bytes]]:
    """Name, expected code, comment and bytes of every vector of a release."""
    good = World().bundle().to_bytes()
    statement = World().statement()
    text = World().checkpoint_text(statement)
    return {
        "ok.json": ("ok", "a release in part, with its proof", good),
        "flipped.json": ("edition.release_damaged", "one letter is wrong", _flip_text(good)),
        "cut-off.json": ("edition.release_damaged", "the end is missing", good[:-40]),
        "empty.json": ("edition.release_damaged", "nothing at all", b""),
        "name-twice.json": (
            "edition.release_format",
            "a member stands twice",
            _duplicate_name(good),
        ),
        "extra-member.json": (
            "edition.release_format",
            "a member that nobody knows",
            changed(_set("statement", "note", to="believe me")),
        ),
        "float.json": (
            "edition.release_format",
            "an index is not a whole number",
            changed(_set("statement", "telegram", "index", to=5.0)),
        ),
        "control-character.json": (
            "edition.release_format",
            "a text would move the cursor of a terminal",
            changed(_set("statement", "authority", to="\x1b[2J")),
        ),
        **_refused_texts(),
        **_prepared(),
        "segment.json": (
            "edition.segment_altered",
            "a sentence says something else",
            changed(_set("statement", "body", "disclosed", 2, "text", to="We refuse. ")),
        ),
        "segment-salt.json": (
            "edition.segment_altered",
            "a salt is not the one",
            changed(_set("statement", "body", "disclosed", 2, "salt", to=ZEROS)),
        ),
        "segment-omitted.json": (
            "edition.segment_altered",
            "a withheld sentence is passed over",
            changed(_omit_card),
        ),
        "segment-added.json": (
            "edition.segment_altered",
            "a sentence is said to be withheld that never was",
            changed(_add_card),
        ),
        "leaf.json": (
            "edition.segment_altered",
            "the leaf of a withheld sentence is another",
            changed(_set("statement", "body", "leaves", 1, to=ZEROS)),
        ),
        "segment-twice.json": (
            "edition.segment_altered",
            "a sentence stands twice",
            changed(lambda statement, _: _repeat(statement["body"]["disclosed"])),
        ),
        "base64.json": (
            "edition.release_format",
            "a salt is no base64",
            changed(_set("statement", "body", "disclosed", 2, "salt", to=f"!{ZEROS[1:]}")),
        ),
        "base64-spelling.json": (
            "edition.release_format",
            "a salt has bits that base64 throws away",
            changed(_set("statement", "body", "disclosed", 2, "salt", to=f"{ZEROS[:-2]}B=")),
        ),
        "field.json": (
            "edition.header_altered",
            "the number is another",
            changed(_set("statement", "header", "disclosed", 1, "text", to="18/k")),
        ),
        "field-omitted.json": (
            "edition.header_altered",
            "a withheld field is passed over",
            changed(_withhold_field),
        ),
        "reason.json": (
            "edition.decision_altered",
            "another reason is given",
            changed(_set("statement", "body", "withheld", 0, "reason", to="3.3(b)(9)")),
        ),
        "review.json": (
            "edition.decision_altered",
            "another review date is given",
            changed(_set("statement", "body", "withheld", 0, "review", to="2171-01-01")),
        ),
        "decision-exchanged.json": (
            "edition.decision_altered",
            "the entry is that of another decision",
            changed(_swap_decision),
        ),
        "index.json": (
            "edition.not_in_register",
            "the decision stands elsewhere",
            changed(_set("proof", "decision", "index", to=10)),
        ),
        "index-outside.json": (
            "edition.not_in_register",
            "an entry behind the end of the register",
            changed(_set("proof", "decision", "index", to=13)),
        ),
        "path-short.json": (
            "edition.not_in_register",
            "a proof without its last hash",
            changed(lambda _, proof: proof["telegram"]["hashes"].pop()),
        ),
        "path-long.json": (
            "edition.not_in_register",
            "a proof with a hash too many",
            changed(lambda _, proof: proof["telegram"]["hashes"].append(ZEROS)),
        ),
        "checkpoint.json": (
            "edition.checkpoint_format",
            "the checkpoint is no note",
            changed(_set("proof", "checkpoint", to=text)),
        ),
        "signature.json": (
            "edition.checkpoint_signature",
            "a known key signed something else",
            World().bundle(signers=(LOG, LAKE), extra=CENTRE.line(text + "more\n")).to_bytes(),
        ),
        "unsigned.json": (
            "edition.checkpoint_signature",
            "witnesses signed and the register did not",
            World().bundle(signers=(LAKE, CENTRE)).to_bytes(),
        ),
        "quorum.json": (
            "edition.quorum",
            "nobody of one group cosigned",
            World().bundle(signers=(LOG, RIVER, LAKE)).to_bytes(),
        ),
        "extra-signatures.json": (
            "ok",
            "lines of unknown keys are passed over",
            World().bundle(signers=(STRANGER, LOG, LAKE, CENTRE)).to_bytes(),
        ),
    }


def _refused_texts() -> dict[str, tuple[str, str, bytes]]:
    forged = "x, A]\n1.2: We paid him.\ncosigned by: United Nations\n[withheld: y"
    card = ("statement", "body", "withheld", 0)
    cases = {
        "line-break.json": ("a reason goes on as a line of the report", (*card, "reason"), forged),
        "line-separator.json": ("a line break beside LF", (*card, "substitute"), "x\u2028y: z"),
        "zero-width.json": ("a name with a sign of no width", ("statement", "record"), "a\u200bb"),
        "direction-mark.json": ("a mark of direction", ("statement", "authority"), "a\u200fb"),
        "outer-space.json": ("a line ends with a space", (*card, "authority"), "Board "),
        "path-line-break.json": ("a path of two lines", (*card, "path"), "1.2\n1.3"),
        "released.json": (
            "a time that does not exist",
            ("statement", "released"),
            "2061-01-01T24:00Z",
        ),
        "decided.json": ("a day that does not exist", (*card, "decided"), "2061-02-29"),
        "review-line.json": ("a day that is none", (*card, "review"), "soon"),
    }
    return {
        name: ("edition.release_format", why, changed(_set(*path, to=text)))
        for name, (why, path, text) in cases.items()
    }


def _prepared() -> dict[str, tuple[str, str, bytes]]:
    """Make releases of entries that no station makes, but that an owner can."""
    bodies = {
        "outline-word.json": ("the number of points is a word", [("points", "x")]),
        "outline-zero.json": ("a number begins with zero", [("points", "01"), ("1", "0")]),
        "outline-label.json": ("a label of two lines", [("points", "1"), ("1", "0 1.\n2.")]),
        "outline-many.json": (
            "more sentences are announced than any memory holds",
            [("points", "2"), ("1", "999999999999999999"), ("2", "999999999999999999")],
        ),
    }
    headers = {
        "field-name.json": (
            "a field has the path of a sentence",
            [("fields", "1.2"), ("1.2", "x")],
        ),
        "field-list.json": (
            "two spaces part two fields",
            [("fields", "a  b"), ("a", ""), ("b", "")],
        ),
    }
    made = {
        name: ("edition.segment_altered", why, PreparedWorld(body_parts=parts).release())
        for name, (why, parts) in bodies.items()
    }
    return made | {
        name: (
            "edition.header_altered",
            why,
            PreparedWorld(header_parts=parts, body_parts=[("points", "0")]).release(),
        )
        for name, (why, parts) in headers.items()
    }


def policies() -> dict[str, tuple[str, str, bytes]]:
    """Name, expected code, comment and bytes of every vector of a policy."""
    lines = POLICY.split("\n")
    key_used_twice = Signer(LAKE.name, LOG.seed, 4)
    cases = {
        "ok.txt": ("ok", "groups of groups, comments, an address", POLICY),
        "tabs.txt": ("ok", "tabs and outer spaces are spaces", POLICY.replace(" ", " \t ")),
        "none.txt": ("ok", "no witness is asked for", f"log {LOG.vkey}\nquorum none\n"),
        "unknown-register.txt": (
            "edition.unknown_register",
            "another register is trusted",
            POLICY.replace(LOG.vkey, STRANGER.vkey),
        ),
        "no-quorum.txt": ("edition.policy_format", "the quorum is missing", "\n".join(lines[:-2])),
        "empty.txt": ("edition.policy_format", "nothing at all", ""),
        "quorum-twice.txt": ("edition.policy_format", "two quorums", POLICY + "quorum none\n"),
        "quorum-unknown.txt": (
            "edition.policy_format",
            "the quorum is nobody",
            POLICY.replace("quorum all-of-them", "quorum somebody"),
        ),
        "unknown-word.txt": (
            "edition.policy_format",
            "a word of no meaning",
            POLICY + "trust me\n",
        ),
        "key-id.txt": (
            "edition.policy_format",
            "the key does not fit its id",
            POLICY.replace(LOG.key_id.hex(), "00000000"),
        ),
        "key-type.txt": (
            "edition.policy_format",
            "a witness with a log's key type",
            f"log {LOG.vkey}\nwitness x {STRANGER.vkey}\nquorum x\n",
        ),
        "key-twice.txt": (
            "edition.policy_format",
            "one key for two purposes",
            f"log {LOG.vkey}\nwitness x {key_used_twice.vkey}\nquorum x\n",
        ),
        "key-small-order.txt": (
            "edition.policy_format",
            "a key of small order",
            f"log {_small_order_vkey()}\nquorum none\n",
        ),
        "name-twice.txt": (
            "edition.policy_format",
            "two witnesses of one name",
            POLICY.replace("witness river", "witness lake"),
        ),
        "member-twice.txt": (
            "edition.policy_format",
            "a witness in two groups",
            POLICY.replace("all posts centre", "all posts centre lake"),
        ),
        "member-later.txt": (
            "edition.policy_format",
            "a member that is defined later",
            f"log {LOG.vkey}\ngroup g any lake\nwitness lake {LAKE.vkey}\nquorum g\n",
        ),
        "threshold-high.txt": (
            "edition.policy_format",
            "more are asked for than there are",
            POLICY.replace("posts any", "posts 3"),
        ),
        "threshold-zero.txt": (
            "edition.policy_format",
            "nobody is asked for",
            POLICY.replace("posts any", "posts 0"),
        ),
        "carriage-return.txt": (
            "edition.policy_format",
            "a control character",
            POLICY.replace("\n", "\r\n"),
        ),
    }
    return {name: (code, why, text.encode()) for name, (code, why, text) in cases.items()}


def _small_order_vkey() -> str:
    data = b"\x01" + b"\x01" + bytes(31)
    key_id = hashlib.sha256(b"example.org/small\n" + data).digest()[:4].hex()
    return f"example.org/small+{key_id}+{base64.b64encode(data).decode()}"


def vector_bytes(code: str, comment: str, body: bytes) -> bytes:
    return f"expect: {code}\ncomment: {comment}\n\n".encode() + body


def main() -> None:
    for format_name, cases in (("release", releases()), ("policy", policies())):
        folder = FOLDER / format_name
        folder.mkdir(parents=True, exist_ok=True)
        for name, case in cases.items():
            (folder / name).write_bytes(vector_bytes(*case))


if __name__ == "__main__":
    main()
