"""How the vectors of the register part are made: every one is rebuilt from here, byte for byte.

Run as a program (`python -m tests.register.recipes`) it writes them below `tests/vectors/register`.
"""

import base64
import hashlib
from collections.abc import Iterator

from depesha.cipher import CosignatureSigner, Ed25519Signer, MLDSACosignatureSigner
from tests.support import VECTORS

Recipe = tuple[str, dict[str, str], bytes]
Case = tuple[str, str, str | bytes]

ORIGIN = "post-harbour.example/register"
ROOT = base64.b64encode(hashlib.sha256(b"root").digest()).decode()
EMPTY_ROOT = base64.b64encode(hashlib.sha256(b"").digest()).decode()
HASHES = [base64.b64encode(hashlib.sha256(bytes([place])).digest()).decode() for place in range(64)]
HEADER_ROOT = hashlib.sha256(b"header").digest()
BODY_ROOT = hashlib.sha256(b"body").digest()
ENTRY = b"\x01" + HEADER_ROOT + BODY_ROOT
PROOF_HEAD = "c2sp.org/tlog-proof@v1\n"
NOTE = "the checkpoint's note is not read here\n"
LARGEST = 2**63 - 1


def recipes() -> Iterator[Recipe]:
    """Yield each vector's path below `tests/vectors/register`, head and body."""
    yield from _accepted("checkpoint", _checkpoints())
    yield from _refused("checkpoint", "register.checkpoint_format", _not_checkpoints())
    yield from _accepted("entry", _entries())
    yield from _refused("entry", "register.entry_format", _not_entries())
    yield from _accepted("tlog-proof", _proofs())
    yield from _refused("tlog-proof", "register.proof_format", _not_proofs())
    yield from _accepted("advice", _advice())
    yield from _refused("advice", "register.advice_format", _not_advice())
    yield from _accepted("policy", _policies())
    yield from _refused("policy", "register.policy_format", _disordered_policies())
    yield from _refused("policy", "register.policy_format", _misspelt_policies())


def to_bytes(head: dict[str, str], body: bytes) -> bytes:
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    return lines.encode() + b"\n" + body


def _accepted(format_name: str, cases: Iterator[Case]) -> Iterator[Recipe]:
    return _refused(format_name, "ok", cases)


def _refused(format_name: str, expect: str, cases: Iterator[Case]) -> Iterator[Recipe]:
    ending = "bin" if format_name == "entry" else "txt"
    for name, comment, body in cases:
        data = body if isinstance(body, bytes) else body.encode()
        yield f"{format_name}/{name}.{ending}", {"expect": expect, "comment": comment}, data


def _checkpoints() -> Iterator[Case]:
    yield "plain", "three lines", f"{ORIGIN}\n17\n{ROOT}\n"
    empty = "an empty register; its root is judged where it is witnessed"
    yield "size_zero", empty, f"{ORIGIN}\n0\n{EMPTY_ROOT}\n"
    yield "size_largest", "2^63 - 1 is the largest size", f"{ORIGIN}\n{LARGEST}\n{ROOT}\n"
    extended = f"{ORIGIN}\n17\n{ROOT}\nanother line\n"
    yield "extension", "an opaque line below the root is kept", extended
    foreign = f"пост-гавань/register\n17\n{ROOT}\n"
    yield "origin_not_ascii", "an origin may be any plain line", foreign


def _not_checkpoints() -> Iterator[Case]:
    yield "extension_empty", "an extension line is not empty", f"{ORIGIN}\n17\n{ROOT}\n\n"
    yield "origin_empty", "an origin is not empty", f"\n17\n{ROOT}\n"
    spaced = f"{ORIGIN} \n17\n{ROOT}\n"
    yield "origin_trailing_space", "an origin does not end with a space", spaced
    turned = f"post\u202eruobrah\n17\n{ROOT}\n"
    yield "origin_bidirectional", "no character may turn the text around", turned
    yield "carriage_return", "lines end in a line feed alone", f"{ORIGIN}\r\n17\r\n{ROOT}\r\n"
    for name, comment, size in (
        ("size_leading_zero", "a size has one spelling", "017"),
        ("size_sign", "a size has no sign", "+17"),
        ("size_negative", "a size is not below zero", "-1"),
        ("size_too_large", "2^63 is too large", f"{LARGEST + 1}"),
        ("size_other_digits", "digits are ASCII", "\uff11\uff17"),
        ("size_empty", "the size is missing", ""),
    ):
        yield name, comment, f"{ORIGIN}\n{size}\n{ROOT}\n"
    for name, comment, root in (
        ("root_short", "a root is 32 bytes", base64.b64encode(b"bananas").decode()),
        ("root_unpadded", "base64 is padded", ROOT.rstrip("=")),
        ("root_stray_bits", "the last bits of base64 are zero", _loose(ROOT)),
        ("root_url_alphabet", "base64 is of the standard alphabet", _in_url_alphabet(ROOT)),
    ):
        yield name, comment, f"{ORIGIN}\n17\n{root}\n"
    yield "two_lines", "the root is missing", f"{ORIGIN}\n17\n"
    yield "unfinished", "the last line does not end", f"{ORIGIN}\n17\n{ROOT}"
    yield "empty", "there is nothing", ""


def _loose(padded: str) -> str:
    """Set an unused bit of padded base64: another spelling of the same bytes."""
    loose = f"{padded[:-2]}{chr(ord(padded[-2]) + 1)}="
    assert base64.b64decode(loose) == base64.b64decode(padded)
    return loose


def _in_url_alphabet(padded: str) -> str:
    changed = padded.replace("/", "_").replace("+", "-")
    assert changed != padded
    return changed


def _entries() -> Iterator[Case]:
    yield "plain", "version 1 and two commitments", ENTRY
    yield "line_feeds", "every byte value may stand in a commitment", b"\x01" + b"\n" * 64


def _not_entries() -> Iterator[Case]:
    yield "version_0", "there is no version 0", b"\x00" + ENTRY[1:]
    yield "version_2", "a later version is not guessed at", b"\x02" + ENTRY[1:]
    yield "short", "an entry is 65 bytes", ENTRY[:-1]
    yield "long", "an entry is 65 bytes", ENTRY + b"\n"
    yield "empty", "there is nothing", b""


def _proofs() -> Iterator[Case]:
    two = f"{PROOF_HEAD}index 1\n{HASHES[0]}\n{HASHES[1]}\n\n{NOTE}"
    yield "plain", "two hashes", two
    yield "no_hashes", "the only entry needs no hash", f"{PROOF_HEAD}index 0\n\n{NOTE}"
    extra = f"{PROOF_HEAD}extra ZXh0cmE=\nindex 1\n{HASHES[0]}\n\n{NOTE}"
    yield "extra", "extra data before the index", extra
    most = f"{PROOF_HEAD}index 0\n{_lines(63)}\n{NOTE}"
    yield "most_hashes", "63 hashes are the most there can be", most
    parted = f"{PROOF_HEAD}index 0\n\na\n\nb\n"
    yield "note_with_empty_line", "the first empty line is the border", parted


def _not_proofs() -> Iterator[Case]:
    short = base64.b64encode(b"bananas").decode()
    for name, comment, lines in (
        ("too_many_hashes", "64 hashes belong to no tree", f"index 0\n{_lines(64)}"),
        ("extra_empty", "empty extra data is left out", "extra \nindex 1\n"),
        ("extra_twice", "extra data stands once", "extra ZXh0cmE=\n" * 2 + "index 1\n"),
        ("extra_after_index", "extra data stands before the index", "index 1\nextra ZXh0cmE=\n"),
        ("extra_not_base64", "extra data is base64", "extra ZXh0cmE\nindex 1\n"),
        ("index_leading_zero", "an index has one spelling", "index 01\n"),
        ("index_two_spaces", "one space stands before the index", "index  1\n"),
        ("index_missing", "the index is missing", f"{HASHES[0]}\n"),
        ("index_too_large", "2^63 is too large", f"index {LARGEST + 1}\n"),
        ("hash_short", "a hash is 32 bytes", f"index 1\n{short}\n"),
        ("hash_not_ascii", "a hash is ASCII", f"index 1\n{'я' * 22}\n"),
        ("hash_trailing_space", "nothing stands after a hash", f"index 1\n{HASHES[0]} \n"),
    ):
        yield name, comment, f"{PROOF_HEAD}{lines}\n{NOTE}"
    later = f"c2sp.org/tlog-proof@v2\nindex 0\n\n{NOTE}"
    yield "version_2", "a later version is not guessed at", later
    returns = f"{PROOF_HEAD}index 0\r\n\r\n{NOTE}"
    yield "carriage_return", "lines end in a line feed alone", returns
    yield "head_alone", "all but the first line is missing", PROOF_HEAD
    yield "no_border", "no empty line, no checkpoint", f"{PROOF_HEAD}index 0\n{NOTE}"
    yield "no_checkpoint", "below the empty line stands nothing", f"{PROOF_HEAD}index 0\n\n"
    yield "empty", "there is nothing", ""


def _lines(count: int) -> str:
    return "".join(f"{digest}\n" for digest in HASHES[:count])


def _advice() -> Iterator[Case]:
    yield "plain", "two hashes from size 5", f"old 5\n{_lines(2)}\n{NOTE}"
    yield "first", "the first advice starts at zero", f"old 0\n\n{NOTE}"
    yield "most_hashes", "63 hashes are the most there can be", f"old 5\n{_lines(63)}\n{NOTE}"


def _not_advice() -> Iterator[Case]:
    yield "too_many_hashes", "64 hashes belong to no tree", f"old 5\n{_lines(64)}\n{NOTE}"
    yield "old_missing", "the old size is missing", f"{_lines(1)}\n{NOTE}"
    yield "old_leading_zero", "a size has one spelling", f"old 05\n\n{NOTE}"
    yield "old_not_a_number", "a size is a number", f"old many\n\n{NOTE}"
    yield "hash_unpadded", "base64 is padded", f"old 5\n{HASHES[0].rstrip('=')}\n\n{NOTE}"
    yield "no_checkpoint", "below the empty line stands nothing", "old 5\n\n"
    yield "no_border", "no empty line, no checkpoint", f"old 5\n{NOTE}"
    yield "empty", "there is nothing", ""


def _witness(number: int, *, name: str | None = None) -> str:
    """Return the verifier key of a witness; the same number is the same key."""
    named = name or f"post-{number}.example/witness"
    return CosignatureSigner(named, bytes([10 + number]) * 32).verifier.to_vkey()


LOG = Ed25519Signer(ORIGIN, bytes([1]) * 32).verifier.to_vkey()
LOG_COSIGNING = CosignatureSigner("role.example", bytes([1]) * 32).verifier.to_vkey()
LOG_POST_QUANTUM = MLDSACosignatureSigner(ORIGIN, bytes([5]) * 32).verifier.to_vkey()
ONE = f"witness A {_witness(0)}\n"
TWO = f"{ONE}witness B {_witness(1)}\n"


def _policies() -> Iterator[Case]:
    yield "no_quorum", "a register, and no witness asked for", f"log {LOG}\nquorum none\n"
    partner = f"log {LOG}\nwitness partner {_witness(0)}\nquorum partner\n"
    yield "one_witness", "one witness is enough", partner
    groups = (
        f"log {LOG}\n\n# The posts.\n{TWO}witness C {_witness(2)}\ngroup posts 2 A B C\n\n"
        f"witness partner {_witness(3)} https://partner.example/\n"
        "group both all posts partner\nquorum both\n"
    )
    yield "groups", "two of three posts and one body outside", groups
    elsewhere = f"{ONE}group any-one any A\nquorum any-one\n"
    yield "no_log", "where the register is known otherwise", elsewhere
    second = f"log {LOG}\nlog {LOG_POST_QUANTUM}\nquorum none\n"
    yield "post_quantum_log", "a register's second key", second
    foreign = f"log {LOG} https://example.org/\nwitness партнёр {_witness(0)}\nquorum партнёр\n"
    yield "name_not_ascii", "names are any plain words", foreign


def _disordered_policies() -> Iterator[Case]:
    """Lines that are well spelt, and say together what no policy says."""
    same = _witness(0, name="another-name.example")
    yield "quorum_missing", "there is exactly one quorum", f"log {LOG}\n"
    twice = f"log {LOG}\nquorum none\nquorum none\n"
    yield "quorum_twice", "there is exactly one quorum", twice
    yield "quorum_undefined", "the quorum is defined above", f"log {LOG}\nquorum A\n"
    yield "quorum_two_names", "the quorum is one name", f"{TWO}quorum A B\n"
    for name, comment, lines in (
        ("group_before_member", "members are defined above the group",
         f"group G any A\n{ONE}quorum G"),
        ("group_of_itself", "a group is not its own member", f"{ONE}group G any A G\nquorum G"),
        ("group_of_nobody", "a group has a member", f"{ONE}group G any\nquorum A"),
        ("member_twice", "a witness counts once in a group", f"{ONE}group G any A A\nquorum G"),
        ("member_of_two", "a witness counts in one way only",
         f"{TWO}group G any A\ngroup H all A B\nquorum H"),
        ("threshold_zero", "nobody is not enough", f"{ONE}group G 0 A\nquorum G"),
        ("threshold_above_members", "more than all cannot be asked for",
         f"{ONE}group G 2 A\nquorum G"),
        ("threshold_leading_zero", "a number has one spelling", f"{ONE}group G 01 A\nquorum G"),
        ("threshold_word", "any and all are the only words", f"{ONE}group G most A\nquorum G"),
        ("member_none", "none is nobody's name in a group",
         f"{ONE}group G any A none\nquorum G"),
        ("name_none", "none is taken", f"witness none {_witness(0)}\nquorum none"),
        ("name_twice", "names are given once", f"{ONE}witness A {_witness(1)}\nquorum A"),
        ("key_twice", "one key is one witness, whatever its name",
         f"{ONE}witness B {same}\nquorum A"),
        ("key_of_log_and_witness", "one key, one role",
         f"log {LOG}\nwitness A {LOG_COSIGNING}\nquorum A"),
        ("log_twice", "a register stands once", f"log {LOG}\nlog {LOG}\nquorum none"),
        ("log_with_witness_key", "an Ed25519 cosigner's key signs for no register",
         f"log {_witness(0)}\nquorum none"),
        ("witness_with_log_key", "a plain key states no time", f"witness A {LOG}\nquorum A"),
    ):  # fmt: skip
        yield name, comment, f"{lines}\n"


def _misspelt_policies() -> Iterator[Case]:
    """Lines that are none of a policy's, or not in their one spelling."""
    for name, comment, line in (
        ("key_id_wrong", "a key id is that of its key", f"log {_with_wrong_key_id(LOG)}"),
        ("log_without_key", "a register is a key", "log"),
        ("log_of_three_words", "a register is a key and perhaps an address",
         f"log {LOG} https://example.org/ more"),
        ("witness_without_key", "a witness is a name and a key", "witness A"),
        ("word_unknown", "only four words begin a line", "trust everybody"),
        ("two_spaces", "one space stands between words", f"log  {LOG}"),
        ("space_before", "a line does not begin with a space", f" log {LOG}"),
        ("space_after", "a line does not end with a space", f"log {LOG} "),
        ("tab", "a tab is no space", f"log\t{LOG}"),
        ("comment_bidirectional", "no character may turn the text around", "# \u202e"),
    ):  # fmt: skip
        yield name, comment, f"{line}\nquorum none\n"
    yield "unfinished", "the last line does not end", f"log {LOG}\nquorum none"
    yield "empty", "there is no quorum", ""


def _with_wrong_key_id(vkey: str) -> str:
    name, key_id, data = vkey.split("+", 2)
    first = "0" if key_id[0] != "0" else "1"
    return f"{name}+{first}{key_id[1:]}+{data}"


if __name__ == "__main__":
    for path, head, body in recipes():
        target = VECTORS / "register" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(to_bytes(head, body))
