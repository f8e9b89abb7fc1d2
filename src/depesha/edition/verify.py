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
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

LIMIT_BYTES = 64 * 1024 * 1024
_DIGEST_LINE = re.compile(rb'^ "digest": "sha256:([0-9a-f]{64})",\n', re.MULTILINE)
# Controls but the line feed, other line breaks, what reorders or hides a text, half characters.
_REFUSED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
# How the outline is spelt: all fields; the number of points; of sentences, and a printed label.
_FIELD = r"[a-z][a-z0-9-]{0,39}(?:\.[1-9][0-9]{0,5})?"
_FIELDS = re.compile(rf"(?:{_FIELD}(?: {_FIELD})*)?")
_POINTS = re.compile(r"0|[1-9][0-9]{0,5}")
_POINT = re.compile(r"(?:0|[1-9][0-9]{0,5})(?: \S(?:.{0,38}\S)?)?")
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
    """Verify a release against a policy that the reader trusts.

    Raises:
        VerifyError: The release, or the policy, is refused; or there is no policy.
    """
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
    trusted = None if policy is None else _Policy(policy)
    signers = trusted.require(checkpoint) if trusted else None
    checkpoint.require({**telegram, **proof["telegram"]}, "telegram")
    checkpoint.require(decision, "decision")
    if signers is None:
        keys = "".join(f"\n  {name} {key.hex()}" for name, key, _ in checkpoint.signatures)
        advice = "which proves nothing: run this with --policy and a policy that you trust."
        message = f"The file agrees with itself, {advice}\nSHA-256 {_sha256(release).hex()}\n"
        raise VerifyError("no_policy", f"{message}Keys that it names for its register:{keys}")
    register = (checkpoint.origin, checkpoint.size, telegram["index"], decision["index"])
    record, authority, released = (statement[name] for name in _TEXTS)
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


def _is_text(value: str) -> bool:
    return not _REFUSED.search(value)


def _is_line(value: str) -> bool:
    return _is_text(value) and "\n" not in value and value == value.strip() != ""


def _is_day(value: str) -> bool:
    return date.fromisoformat(value).isoformat() == value


def _is_instant(value: str) -> bool:
    moment = datetime.fromisoformat(value).replace(tzinfo=None).isoformat(timespec="seconds")
    return moment.removesuffix(":00") + "Z" == value


# The shape of a release: a type, the size of what is in base64, a rule for a text, or shapes within.
_WITHHELD: dict[str, object] = dict.fromkeys(("authority", "path", "reason"), _is_line)
_WITHHELD |= {"decided": _is_day, "review": lambda value: not value or _is_day(value)}
_WITHHELD |= {"substitute": lambda value: not value or _is_line(value)}
_DISCLOSED = {"index": int, "path": _is_line, "salt": 32, "text": _is_text}
_TREE = {"disclosed": [_DISCLOSED], "leaves": [32], "withheld": [_WITHHELD]}
_TELEGRAM = {"entry": 65, "index": int}
_TEXTS = {"record": _is_line, "authority": _is_line, "released": _is_instant}
_STATEMENT = _TEXTS | {"body": _TREE, "header": _TREE, "number": int, "telegram": _TELEGRAM}
_DECISION = {"entry": 65, "hashes": [32], "index": int, "salt": 32}
_PROOF = {"checkpoint": _is_text, "decision": _DECISION, "telegram": {"hashes": [32]}}
_RELEASE = {"depesha/1 release": _STATEMENT, "digest": _is_line, "proof": _PROOF}


def _fits(value: Any, shape: Any) -> bool:  # noqa: ANN401
    if isinstance(shape, dict):
        known = type(value) is dict and value.keys() == shape.keys()
        return known and all(_fits(value[name], inner) for name, inner in shape.items())
    if isinstance(shape, list):
        return type(value) is list and all(_fits(item, shape[0]) for item in value)
    if isinstance(shape, int):
        return type(value) is str and len(_base64(value)) == shape
    return type(value) is int if shape is int else type(value) is str and shape(value)


def _base64(text: str) -> bytes:
    """Decode the one base64 spelling of some bytes; anything else is no bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return data if base64.b64encode(data).decode() == text else b""


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# 2. Every part is what was committed, and none is passed over in silence.
def _open(tree: _Part, root: bytes, noun: str) -> tuple[_Part, ...]:
    parts = _open_tree(tree, root, noun)
    texts = [(path, part.get("text")) for path, part in parts.items()]
    return tuple(parts[path] for path in read_outline(texts, noun))


def read_outline(texts: Sequence[tuple[str, str | None]], noun: str) -> list[str]:
    """Return the paths of a tree in reading order; a withheld part has no text.

    Raises:
        VerifyError: The outline does not name each of these paths once, and no other.
    """
    # An outline may announce any number of parts: one more than there are is enough to refuse it.
    paths = list(islice(_announced(dict(texts), noun), len(texts) + 1))
    if sorted(paths) != sorted(path for path, _ in texts):
        raise VerifyError(_ALTERED[noun], f"A registered {noun} is passed over in silence.")
    return paths


def _announced(texts: dict[str, str | None], noun: str) -> Iterator[str]:
    if noun == "field":
        yield from ("fields", *_spelt(texts.get("fields"), _FIELDS, noun).split())
        return
    yield "points"
    for point in range(1, int(_spelt(texts.get("points"), _POINTS, noun) or 0) + 1):
        yield str(point)
        count = _spelt(texts.get(str(point)), _POINT, noun).partition(" ")[0]
        yield from (f"{point}.{number + 1}" for number in range(int(count or 0)))


def _spelt(text: str | None, spelling: re.Pattern[str], noun: str) -> str:
    if text is not None and not spelling.fullmatch(text):
        raise VerifyError(_ALTERED[noun], f"What should name the {noun}s is no such list.")
    return text or ""


def _open_tree(tree: _Part, root: bytes, noun: str) -> dict[str, _Part]:
    leaves = [base64.b64decode(leaf) for leaf in tree["leaves"]]
    for item in tree["disclosed"]:
        pieces = (f"depesha/1 {noun}".encode(), item["path"].encode(), item["text"].encode())
        message = b"".join(len(piece).to_bytes(8, "big") + piece for piece in pieces)
        leaf = hmac.digest(base64.b64decode(item["salt"]), message, "sha256")
        index = item["index"]
        if not 0 <= index < len(leaves) or leaves[index] != _sha256(b"\x00" + leaf):
            raise VerifyError(_ALTERED[noun], f"The {noun} {item['path']} was altered.")
    items = [*tree["disclosed"], *tree["withheld"]]
    parts = {item["path"]: item for item in items}
    is_whole = len(leaves) >= _LEAST_LEAVES and not len(leaves) & (len(leaves) - 1)
    while is_whole and len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2], strict=True)
        leaves = [_sha256(b"\x01" + left + right) for left, right in pairs]
    if len(parts) != len(items) or leaves != [root]:
        raise VerifyError(_ALTERED[noun], f"A {noun} was exchanged, added, or stands twice.")
    return parts


# 3. The register holds both entries, and those whom the policy trusts have signed it.
class _Checkpoint:
    """A C2SP checkpoint with its signature lines, read but not yet believed."""

    def __init__(self, note: str) -> None:
        head, _, tail = note.rpartition("\n\n")
        body, lines = head.split("\n"), tail.split("\n")
        found = [_SIGNATURE_LINE.fullmatch(line) for line in lines[:-1]]
        raw = [(match[1], _base64(match[2])) for match in found if match]
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
            is_read = not words or words[0][0] == "#" or self._take(words)
            if not is_read or _REFUSED.search(line.replace("\t", " ")):
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
        logs = {name for (name, _), (_, _, witness) in self.keys.items() if not witness}
        if checkpoint.origin not in logs:
            raise VerifyError("unknown_register", "The policy does not name this register.")
        signed: dict[str, None] = {}
        others: list[str] = []
        for name, key_id, signature in checkpoint.signatures:
            kind, key, witness = self.keys.get((name, key_id), (_MLDSA, b"", ""))
            if kind == _MLDSA:
                others.append(f"{name} {key_id.hex()}")
                continue
            _require_signature(kind, key, checkpoint.text.encode(), signature)
            signed[witness or f"log {name}"] = None
        if f"log {checkpoint.origin}" not in signed:
            raise VerifyError("checkpoint_signature", "The register itself has not signed.")
        if self.quorum != "none" and not self._agrees(self.quorum, signed):
            raise VerifyError("quorum", "Too few of the policy's witnesses have cosigned.")
        return tuple(name for name in signed if " " not in name), tuple(others)

    def _agrees(self, name: str, signed: dict[str, None]) -> bool:
        least, members = self.names[name]
        agreeing = sum(self._agrees(member, signed) for member in members)
        return agreeing >= least if members else name in signed


def _require_signature(kind: int, key: bytes, text: bytes, signature: bytes) -> None:
    if kind == _COSIGNATURE:
        time = int.from_bytes(signature[:8], "big")
        text, signature = b"cosignature/v1\ntime %d\n%s" % (time, text), signature[8:]
    require_ed25519(key, text, signature)


# 4. Ed25519 (RFC 8032, section 5.1.7), strictly: one spelling of a key, a point and a number.
_Point = tuple[int, int, int, int]
_PRIME, _ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D, _ROOT = -121665 * pow(121666, -1, _PRIME) % _PRIME, pow(2, (_PRIME - 1) // 4, _PRIME)
_TWICE_D = 2 * _D % _PRIME
_BASE, _IDENTITY = bytes([0x58, *[0x66] * 31]), (0, 1, 1, 0)


@lru_cache(maxsize=256)
def require_ed25519(key: bytes, message: bytes, signature: bytes) -> None:
    """Refuse a false signature, and every signature by a key of small order."""
    number = int.from_bytes(signature[32:], "little")
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    minus_key = (int.from_bytes(key[:_HASH], "little") ^ 1 << 255).to_bytes(_HASH, "little")
    base, other, total = _comb(_BASE), _comb(minus_key), _IDENTITY
    for place in range(64):
        total = _add(total, base[place][number >> 4 * place & 15])
        total = _add(total, other[place][challenge >> 4 * place & 15])
    across, up = (part * pow(total[2], -1, _PRIME) % _PRIME for part in total[:2])
    point = (up | (across & 1) << 255).to_bytes(32, "little")
    if (
        _point(key) is None
        or number >= _ORDER
        or signature != point + number.to_bytes(32, "little")
    ):
        raise VerifyError("checkpoint_signature", "A signature under the checkpoint is false.")


def _add(one: _Point, two: _Point) -> _Point:
    (across, up, scale, product), (across_2, up_2, scale_2, product_2) = one, two
    low, high = (up - across) * (up_2 - across_2), (up + across) * (up_2 + across_2)
    twist, scales = _TWICE_D * product % _PRIME * product_2, 2 * scale * scale_2
    east, fall = (high - low) % _PRIME, (scales - twist) % _PRIME
    gain, rise = (scales + twist) % _PRIME, (high + low) % _PRIME
    return east * fall % _PRIME, gain * rise % _PRIME, fall * gain % _PRIME, east * rise % _PRIME


@lru_cache(maxsize=64)
def _comb(key: bytes) -> list[list[_Point]]:
    """Return the multiples 0 to 15 of a point, of 16 times it, of 256 times it, and so on."""
    rows = [list(accumulate([_point(key) or _IDENTITY] * 16, _add, initial=_IDENTITY))]
    while len(rows) < 64:  # noqa: PLR2004
        rows.append(list(accumulate([rows[-1][16]] * 16, _add, initial=_IDENTITY)))
    return rows


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
    names = [name for name, value in found.items() if type(value) in {str, int}]
    lines = ["VERIFIED", *(f"{name}: {found[name]}" for name in names)]
    lines += [f"cosigned by: {name}" for name in found["witnesses"] or ["nobody"]]
    lines += [f"not checked: {line}" for line in found["not_checked"]]
    for title in ("header", "body"):
        lines += [f"{title}:", *map(_shown, found[title])]
    return "\n".join([*lines, ""])


def _shown(part: _Part) -> str:
    """Write a part below the margin, where no line of a text looks like one of the report."""
    if "text" in part:
        return f"  {part['path']}: {part['text'].rstrip()}".replace("\n", "\n      ")
    attested = f"\n      attested, not proved: {part['substitute']}" if part["substitute"] else ""
    return f"  {part['path']} [withheld: {part['reason']}, {part['authority']}]{attested}"


if __name__ == "__main__":
    sys.exit(main())
