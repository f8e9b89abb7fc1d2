"""Verify a Depesha release: python3 -I verify.py --policy POLICY RELEASE.

This one file needs Python 3.11 or later and nothing else. It tells whether the text in RELEASE is,
part by part, what a telegram register took in; whether the decision to withhold the rest is the
one that was registered; and whether the register is one that POLICY trusts. Take POLICY from the
register's owner or from someone you believe: a policy found beside a release proves nothing.

Exit status: 0 verified, 1 refused, 2 wrong use, 3 no policy given.
Formats: docs/formats/release.md, commitment.md and policy.md; RFC 6962, RFC 8032, C2SP signed-note.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

LIMIT_BYTES = 64 * 1024 * 1024
_DIGEST_LINE = re.compile(rb'^ "digest": "sha256:([0-9a-f]{64})",\n', re.MULTILINE)
# Controls but the line feed, other line breaks, what reorders or hides a text, half characters.
_TEXT = re.compile(
    "[^\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]*"
)
_LINE = re.compile(rf"(?=\S)(?=.*\Z){_TEXT.pattern}(?<=\S)")
_DAY = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
_INSTANT = re.compile(rf"{_DAY.pattern}T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::(?!00)[0-5][0-9])?Z")
# The shape of a release: a type, the size of what is in base64, how a text is spelt, or shapes.
_WITHHELD = dict.fromkeys(("authority", "path", "reason"), _LINE) | {"decided": _DAY}
_WITHHELD |= {"review": re.compile(f"(?:{_DAY.pattern})?")}
_WITHHELD |= {"substitute": re.compile(f"(?:{_LINE.pattern})?")}
_DISCLOSED = {"index": int, "path": _LINE, "salt": 32, "text": _TEXT}
_TREE = {"disclosed": [_DISCLOSED], "leaves": [32], "withheld": [_WITHHELD]}
_NAMES: dict[str, object] = {"record": _LINE, "authority": _LINE, "released": _INSTANT}
_TELEGRAM = {"entry": 65, "index": int}
_STATEMENT = _NAMES | {"body": _TREE, "header": _TREE, "number": int, "telegram": _TELEGRAM}
_DECISION = {"entry": 65, "hashes": [32], "index": int, "salt": 32}
_PROOF = {"checkpoint": _TEXT, "decision": _DECISION, "telegram": {"hashes": [32]}}
_RELEASE = {"depesha/1 release": _STATEMENT, "digest": _LINE, "proof": _PROOF}
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
# How the outline is spelt: all fields; the number of points; of sentences, and a printed label.
_FIELD = r"[a-z][a-z0-9-]{0,39}(?:\.[1-9][0-9]{0,5})?"
_FIELDS = re.compile(rf"(?:{_FIELD}(?: {_FIELD})*)?")
_POINT = re.compile(rf"(?:{_NUMBER.pattern})(?: \S(?:.{{0,38}}\S)?)?")
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) (\S+)")
_HASH, _KEY_ID, _LEAST_LEAVES, _BODY_LINES, _MOST_SIGNATURES, _MOST_MEMBERS = 32, 4, 8, 3, 64, 256
_LOG, _COSIGNATURE, _MLDSA = 1, 4, 6  # C2SP signature types; the last is reported, not checked.
_ALTERED = {"field": "header_altered", "segment": "segment_altered"}
_Part = dict[str, Any]


class VerifyError(Exception):
    """The release is not believed; `code` is stable, the message is for the reader."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = "edition." + code


@dataclass(frozen=True)
class Result:
    """What was proved, and by whom; a part has a `text`, or says why it is withheld."""

    record: str
    authority: str
    released: str
    register: str
    size: int
    telegram_index: int
    decision_index: int
    witnesses: tuple[str, ...]
    not_checked: tuple[str, ...]
    header: tuple[_Part, ...]
    body: tuple[_Part, ...]


def verify_release(release: bytes, policy: str | None) -> Result:
    """Verify a release against a policy that the reader trusts, or raise VerifyError."""
    whole = read_release(release)
    statement, proof = whole["depesha/1 release"], whole["proof"]
    telegram, decision = statement["telegram"], proof["decision"]
    entry = base64.b64decode(telegram["entry"])
    header = _open(statement["header"], entry[1:33], "field")
    body = _open(statement["body"], entry[33:], "segment")
    salt, content = base64.b64decode(decision["salt"]), _sha256(canonical(statement))
    roots = hmac.digest(salt, b"release", "sha256") + hmac.digest(salt, content, "sha256")
    if b"\x01" + roots != base64.b64decode(decision["entry"]):
        raise VerifyError("decision_altered", "What is withheld, by whom or why, was altered.")
    checkpoint = _Checkpoint(proof["checkpoint"])
    signers = None if policy is None else _Policy(policy).require(checkpoint)
    checkpoint.require({**telegram, **proof["telegram"]}, "telegram")
    checkpoint.require(decision, "decision")
    if signers is None:
        keys = "".join(f"\n  {name} {key.hex()}" for name, key, _ in checkpoint.signatures)
        advice = "The file agrees with itself, which proves nothing: name a policy that you trust."
        message = f"{advice}\nSHA-256 {_sha256(release).hex()}\n"
        raise VerifyError("no_policy", f"{message}Keys that it names for its register:{keys}")
    register = (checkpoint.origin, checkpoint.size, telegram["index"], decision["index"])
    record, authority, released = (statement[name] for name in _NAMES)
    return Result(record, authority, released, *register, *signers, header, body)


# 1. The file is whole and in its one spelling.
def read_release(release: bytes) -> _Part:
    """Return the members of a file that is whole, or raise VerifyError; nothing is verified."""
    found = None if len(release) > LIMIT_BYTES else _DIGEST_LINE.search(release)
    rest = release[: found.start()] + release[found.end() :] if found else b""
    if not found or _sha256(rest).hex() != found[1].decode():
        raise VerifyError("release_damaged", "The file is damaged, or is not a release at all.")
    # What JSON spells in two ways, or twice, does not come out of `canonical` as it went in.
    with suppress(ValueError, RecursionError):
        whole = json.loads(release)
        if canonical(whole) == release and _fits(whole, _RELEASE):
            return dict(whole)
    raise VerifyError("release_format", "The file is whole, but it is not a release.")


def canonical(value: object) -> bytes:
    """Write JSON in its one spelling."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _fits(value: Any, shape: Any) -> bool:  # noqa: ANN401
    if isinstance(shape, dict):
        known = type(value) is dict and value.keys() == shape.keys()
        return known and all(_fits(value[name], inner) for name, inner in shape.items())
    if isinstance(shape, list):
        return type(value) is list and all(_fits(item, shape[0]) for item in value)
    if isinstance(shape, int):
        return type(value) is str and len(_base64(value)) == shape
    if isinstance(shape, re.Pattern):
        found = shape.fullmatch(value) if type(value) is str else None
        # A day that does not exist is a ValueError.
        return found is not None and bool(not found.lastgroup or date.fromisoformat(found["day"]))
    return type(value) is shape


def _base64(text: str) -> bytes:
    """Decode the one base64 spelling of some bytes; anything else is no bytes."""
    with suppress(ValueError):
        data = base64.b64decode(text, validate=True)
        return data if base64.b64encode(data).decode() == text else b""
    return b""


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# 2. Every part is what was committed, and none is passed over in silence.
def _open(tree: _Part, root: bytes, noun: str) -> tuple[_Part, ...]:
    leaves = [base64.b64decode(leaf) for leaf in tree["leaves"]]
    for item in tree["disclosed"]:
        pieces = (f"depesha/1 {noun}".encode(), item["path"].encode(), item["text"].encode())
        message = b"".join(len(piece).to_bytes(8, "big") + piece for piece in pieces)
        leaf = hmac.digest(base64.b64decode(item["salt"]), message, "sha256")
        if not 0 <= item["index"] < len(leaves) or leaves[item["index"]] != _sha256(b"\x00" + leaf):
            raise VerifyError(_ALTERED[noun], f"The {noun} {item['path']} was altered.")
    is_whole = len(leaves) >= _LEAST_LEAVES and not len(leaves) & (len(leaves) - 1)
    while is_whole and len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2], strict=True)
        leaves = [_sha256(b"\x01" + left + right) for left, right in pairs]
    if leaves != [root]:
        raise VerifyError(_ALTERED[noun], f"A {noun} was exchanged or added.")
    items = [*tree["disclosed"], *tree["withheld"]]
    parts = {item["path"]: item for item in items}
    paths = read_outline([(item["path"], item.get("text")) for item in items], noun)
    return tuple(parts[path] for path in paths)


def read_outline(texts: Sequence[tuple[str, str | None]], noun: str) -> list[str]:
    """Return the paths in reading order, or raise VerifyError; a withheld part has no text."""
    rules = {"fields": _FIELDS} if noun == "field" else {"points": _NUMBER}
    rules |= {path: _POINT for path, _ in texts if path.isdecimal()}
    outline = {path: text for path, text in texts if path in rules and text is not None}
    is_spelt = all(rules[path].fullmatch(text) for path, text in outline.items())
    # An outline may announce any number of parts: one more than there are is enough to refuse it.
    paths = list(islice(_announced(outline, noun), len(texts) + 1)) if is_spelt else []
    if sorted(paths) != sorted(path for path, _ in texts):
        raise VerifyError(_ALTERED[noun], f"A {noun} stands twice, or is passed over in silence.")
    return paths


def _announced(outline: dict[str, str], noun: str) -> Iterator[str]:
    yield from ["points"] if noun == "segment" else ["fields", *outline.get("fields", "").split()]
    for point in range(1, int(outline.get("points", 0)) + 1):
        yield str(point)
        sentences = int(outline.get(str(point), "0").split(" ")[0])
        yield from (f"{point}.{number + 1}" for number in range(sentences))


# 3. The register holds both entries, and those whom the policy trusts have signed it.
class _Checkpoint:
    """A C2SP checkpoint with its signature lines, read but not yet believed."""

    def __init__(self, note: str) -> None:
        head, _, tail = note.rpartition("\n\n")
        body, lines = head.split("\n"), tail.split("\n")
        raw = [(m[1], _base64(m[2])) for m in map(_SIGNATURE_LINE.fullmatch, lines[:-1]) if m]
        self.signatures = [(n, d[:_KEY_ID], d[_KEY_ID:]) for n, d in raw if len(d) > _KEY_ID]
        is_note = lines[-1] == "" and len(self.signatures) == len(lines) - 1 <= _MOST_SIGNATURES
        is_body = len(body) >= _BODY_LINES and all(body) and _NUMBER.fullmatch(body[1])
        self.root = _base64(body[2]) if is_body else b""
        if not is_note or not self.signatures or len(self.root) != _HASH:
            raise VerifyError("checkpoint_format", "The register's checkpoint is no signed note.")
        self.text, self.origin, self.size = head + "\n", body[0], int(body[1])

    def require(self, proof: _Part, noun: str) -> None:
        hashes = [base64.b64decode(sibling) for sibling in proof["hashes"]]
        node = _sha256(b"\x00" + base64.b64decode(proof["entry"]))
        is_inside = 0 <= proof["index"] < self.size
        if not is_inside or _climb(node, proof["index"], self.size, hashes) != self.root:
            raise VerifyError("not_in_register", f"The {noun} does not stand in the register.")

    def require_signature(self, kind: int, key: bytes, signature: bytes) -> None:
        text, time = self.text.encode(), int.from_bytes(signature[:8], "big")
        if kind == _COSIGNATURE:
            text, signature = b"cosignature/v1\ntime %d\n%s" % (time, text), signature[8:]
        require_ed25519(key, text, signature)


def _climb(node: bytes, index: int, size: int, hashes: list[bytes]) -> bytes:
    if size == 1 or not hashes:
        return node if size == 1 and not hashes else b"no root"
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return _sha256(b"\x01" + _climb(node, index, half, hashes[:-1]) + hashes[-1])
    return _sha256(b"\x01" + hashes[-1] + _climb(node, index - half, size - half, hashes[:-1]))


class _Policy:
    """A C2SP tlog-policy: which registers and witnesses are trusted, and how many must agree."""

    def __init__(self, text: str) -> None:
        self.keys: dict[tuple[str, bytes], tuple[int, bytes, str]] = {}
        self.names: dict[str, tuple[int, list[str]]] = {}
        self.quorum = ""
        for number, line in enumerate(text.split("\n"), start=1):
            words = re.findall(r"[^ \t]+", line)
            is_text = bool(_TEXT.fullmatch(line.replace("\t", " ")))
            if not (is_text and (not words or words[0][0] == "#" or self._take(words))):
                raise VerifyError("policy_format", f"Line {number} of the policy is refused.")
        if not self.quorum:
            raise VerifyError("policy_format", "The policy names no quorum.")

    def _take(self, words: list[str]) -> bool:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                return self._take_key(vkey, "", _LOG)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                return self._define(name, "1", []) and self._take_key(vkey, name, _COSIGNATURE)
            case ["group", name, threshold, first, *others]:
                return self._define(name, threshold, [first, *others])
            case ["quorum", name] if not self.quorum and name in {"none", *self.names}:
                self.quorum = name
                return True
        return False

    def _take_key(self, vkey: str, witness: str, kind: int) -> bool:
        name, key_id, data = (*vkey.split("+", 2), "", "")[:3]
        key = _base64(data)
        identifier = _sha256(f"{name}\n".encode() + key)[:_KEY_ID]
        is_new = key[1:] not in {other for _, other, _ in self.keys.values()}
        if not key or not name or not is_new or identifier.hex() != key_id:
            return False
        self.keys[name, identifier] = (key[0], key[1:], witness)
        return key[0] == _MLDSA or (key[0] == kind and _point(key[1:]) is not None)

    def _define(self, name: str, threshold: str, members: list[str]) -> bool:
        used = [member for _, others in self.names.values() for member in others] + members
        least = {"any": "1", "all": str(len(members))}.get(threshold, threshold)
        fits = _NUMBER.fullmatch(least) and 0 < int(least) <= max(1, len(members))
        is_known = self.names.keys() >= set(members) and name not in {"none", *self.names}
        self.names[name] = (int(least) if fits else 0, members)
        return bool(fits and is_known and len(set(used)) == len(used) <= _MOST_MEMBERS)

    def require(self, checkpoint: _Checkpoint) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Verify known keys and the quorum; return who cosigned, and which lines nobody knows."""
        if checkpoint.origin not in {name for (name, _), (*_, who) in self.keys.items() if not who}:
            raise VerifyError("unknown_register", "The policy does not name this register.")
        signed, others = dict[str, None](), list[str]()
        for name, key_id, signature in checkpoint.signatures:
            kind, key, witness = self.keys.get((name, key_id), (_MLDSA, b"", ""))
            if kind == _MLDSA:
                others.append(f"{name} {key_id.hex()}")
                continue
            checkpoint.require_signature(kind, key, signature)
            signed[witness or f"log {name}"] = None
        if f"log {checkpoint.origin}" not in signed:
            raise VerifyError("checkpoint_signature", "The register itself has not signed.")
        if self.quorum != "none" and not self._agrees(self.quorum, signed):
            raise VerifyError("quorum", "Too few of the policy's witnesses have cosigned.")
        return tuple(name for name in signed if " " not in name), tuple(others)

    def _agrees(self, name: str, signed: dict[str, None]) -> bool:
        least, members = self.names[name]
        return name in signed or sum(self._agrees(one, signed) for one in members) >= least


# 4. Ed25519 (RFC 8032, section 5.1.7), strictly: one spelling of a key, a point and a number.
_Point = tuple[int, int, int, int]
_PRIME, _ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D, _ROOT = -121665 * pow(121666, -1, _PRIME) % _PRIME, pow(2, (_PRIME - 1) // 4, _PRIME)
_BASE, _IDENTITY = bytes([0x58, *[0x66] * 31]), (0, 1, 1, 0)


def require_ed25519(key: bytes, message: bytes, signature: bytes) -> None:
    """Refuse a false signature, and every signature by a key of small order."""
    number = int.from_bytes(signature[32:], "little")
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    base, other, total = _point(_BASE) or _IDENTITY, _point(key), _IDENTITY
    across, up, _, product = other or _IDENTITY
    minus_key = (-across, up, 1, -product)
    sums = (_IDENTITY, base, minus_key, _add(base, minus_key))
    for bit in reversed(range(_ORDER.bit_length())):
        total = _add(total, total)
        total = _add(total, sums[number >> bit & 1 | (challenge >> bit & 1) << 1])
    across, up = (part * pow(total[2], -1, _PRIME) % _PRIME for part in total[:2])
    point = (up | (across & 1) << 255).to_bytes(32, "little")
    if other is None or number >= _ORDER or signature != point + number.to_bytes(32, "little"):
        raise VerifyError("checkpoint_signature", "A signature under the checkpoint is false.")


def _add(one: _Point, two: _Point) -> _Point:
    (across, up, scale, product), (across_2, up_2, scale_2, product_2) = one, two
    low, high = (up - across) * (up_2 - across_2), (up + across) * (up_2 + across_2)
    twist, scales = 2 * _D * product % _PRIME * product_2, 2 * scale * scale_2
    east, fall = (high - low) % _PRIME, (scales - twist) % _PRIME
    gain, rise = (scales + twist) % _PRIME, (high + low) % _PRIME
    return east * fall % _PRIME, gain * rise % _PRIME, fall * gain % _PRIME, east * rise % _PRIME


def _point(key: bytes) -> _Point | None:
    """Read a point; no second spelling, no point of small order."""
    up, sign = int.from_bytes(key, "little") & (1 << 255) - 1, key[-1:] >= b"\x80"
    top, bottom = up * up - 1, _D * up * up + 1
    across = top * bottom**3 * pow(top * bottom**7, (_PRIME - 5) // 8, _PRIME) % _PRIME
    across = across if (bottom * across**2 - top) % _PRIME == 0 else across * _ROOT % _PRIME
    across = across if across & 1 == sign else _PRIME - across
    point = eighth = (across, up, 1, across * up % _PRIME)
    for _ in range(3):
        eighth = _add(eighth, eighth)
    is_point = len(key) == _HASH and up < _PRIME and (bottom * across**2 - top) % _PRIME == 0
    return point if is_point and eighth[0] != 0 else None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description="Verify a Depesha release.", allow_abbrev=False)
    parser.add_argument("--policy", type=Path, help="a policy from a source that you trust")
    parser.add_argument("--json", action="store_true", help="write the result as JSON")
    parser.add_argument("release", type=Path)
    chosen = parser.parse_args(arguments)
    try:
        with chosen.release.open("rb") as file:
            release = file.read(LIMIT_BYTES + 1)
        policy = chosen.policy.read_text("utf-8") if chosen.policy else None
    except (OSError, ValueError) as error:
        parser.error(f"cannot read: {error}")
    try:
        found = {"verified": True, **asdict(verify_release(release, policy))}
    except VerifyError as error:
        found = {"verified": False, "code": error.code, "message": str(error)}
    sys.stdout.buffer.write(canonical(found) if chosen.json else _report(found).encode())
    return 0 if found["verified"] else 3 if found["code"] == "edition.no_policy" else 1


def _report(found: _Part) -> str:
    if not found["verified"]:
        return f"NOT VERIFIED ({found['code']})\n{found['message']}\n"
    lines = [
        "VERIFIED",
        *(f"{n}: {value}" for n, value in found.items() if type(value) in {str, int}),
    ]
    lines += [f"cosigned by: {name}" for name in found["witnesses"] or ["nobody"]]
    lines += [f"not checked: {line}" for line in found["not_checked"]]
    return "\n".join([*lines, *map(_shown, (*found["header"], *found["body"])), ""])


def _shown(part: _Part) -> str:
    """Write a part below the margin, where no line of a text looks like one of the report."""
    if "text" in part:
        return f"  {part['path']}: {part['text'].rstrip()}".replace("\n", "\n      ")
    attested = f"\n      attested, not proved: {part['substitute']}" if part["substitute"] else ""
    return f"  {part['path']} [withheld: {part['reason']}, {part['authority']}]{attested}"


if __name__ == "__main__":
    sys.exit(main())
