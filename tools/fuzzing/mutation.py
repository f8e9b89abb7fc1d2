"""How one input becomes another: by bits and bytes, and by what texts of ours consist of.

Lines are swapped, doubled and left out, fields change their values with each other, numbers go to
the ends of their ranges, Base64 is changed on the inside. All chance comes from the generator that
is given, so a seed names a run.
"""

import base64
import re
from collections.abc import Callable, Sequence
from random import Random

SIZE_LIMIT_BYTES = 64 * 1024
_GROWN_LIMIT_BYTES = 16 * 1024
_MOST_STEPS = 6
_NUMBER = re.compile(rb"[0-9]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")
_NUMBERS = (
    b"", b"0", b"00", b"1", b"-1", b"+1", b"01", b"1e9", b"1.0", b"1_0", b"255", b"256", b"9999",
    b"10000", b"65536", b"999999999", b"1000000000", b"2147483648", b"4294967296",
    b"9223372036854775807", b"9223372036854775808", b"18446744073709551616", b"9" * 5000,
    "\u0661".encode(), "\u00b2".encode(), "\uff11".encode(),
)  # fmt: skip
_WORDS = (
    b"\n", b"\n\n", b"\r\n", b"\r", b"\0", b"\t", b" ", b"  ", b": ", b":", b",", b"-", b"/", b"=",
    b"none", b"sha256:", b"depesha/1 ", b"depesha/2 ", b"age-encryption.org/v1\n", b"-> ", b"--- ",
    b"[", b"]", b"{", b"}", b'"', b"\\", b"\\u0000", b"null", b"true", b"NaN", b"\xff", b"\xc0\x80",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "\ufeff".encode(), "\u202e".encode(), "\u2067".encode(),
    "\u200b".encode(), "\u200d".encode(), "\u2028".encode(), "\u00a0".encode(), "\u0301".encode(),
    "\u0455".encode(), "\u212a".encode(), "\u0130".encode(), "\u1e9e".encode(), "\ufdfa".encode(),
    "\U000e0041".encode(), "\u2014 ".encode(), "\ufffd".encode(), "\uffff".encode(),
)  # fmt: skip
_DEEP = (b"[", b'{"a":', b"(", b"-> a\n\n", b"a-", b"1,", b'"', b"\n", b" ", b"a: b\n")

Step = Callable[[bytes, Random], bytes]


def mutate(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """Return another input, made from one and perhaps a second of the inputs there are."""
    for _ in range(min(_MOST_STEPS, 1 + int(chance.expovariate(0.7)))):
        if chance.random() < _SPLICED:
            data = _spliced(data, chance.choice(others), chance)
        else:
            data = chance.choice(_STEPS)(data, chance)
    return data[:SIZE_LIMIT_BYTES]


_SPLICED = 0.1


def _flipped(data: bytes, chance: Random) -> bytes:
    changed = bytearray(data or b"\0")
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _with_byte(data: bytes, chance: Random) -> bytes:
    place = chance.randint(0, len(data))
    return data[:place] + bytes((chance.randrange(256),)) + data[place + chance.randrange(2) :]


def _with_word(data: bytes, chance: Random) -> bytes:
    place = chance.randint(0, len(data))
    return data[:place] + chance.choice(_WORDS) + data[place + chance.randrange(3) :]


def _cut(data: bytes, chance: Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def _without(data: bytes, chance: Random) -> bytes:
    first, last = _stretch(data, chance)
    return data[:first] + data[last:]


def _doubled(data: bytes, chance: Random) -> bytes:
    first, last = _stretch(data, chance)
    return data[:last] + data[first:]


def _grown(data: bytes, chance: Random) -> bytes:
    """Repeat a short stretch until it is long: what costs more than it should shows then."""
    first = chance.randint(0, len(data))
    piece = data[first : first + chance.randint(1, 40)] or b"a"
    times = _GROWN_LIMIT_BYTES // len(piece)
    return data[:first] + piece * chance.randint(2, times) + data[first:]


def _deepened(data: bytes, chance: Random) -> bytes:
    place = chance.randint(0, len(data))
    return data[:place] + chance.choice(_DEEP) * chance.randint(1, 3000) + data[place:]


def _with_number(data: bytes, chance: Random) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return _with_word(data, chance)
    number = chance.choice(found)
    if chance.randrange(2) and len(number[0]) < _SMALL_DIGITS:
        near = b"%d" % (int(number[0]) + chance.choice((-1, 1)))
    else:
        near = chance.choice(_NUMBERS)
    return data[: number.start()] + near + data[number.end() :]


_SMALL_DIGITS = 20


def _with_base64(data: bytes, chance: Random) -> bytes:
    found = list(_BASE64.finditer(data))
    if not found:
        return _flipped(data, chance)
    token = chance.choice(found)
    digits = token[0].rstrip(b"=")
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    inside = base64.b64decode(digits + b"=" * (-len(digits) % 4))
    inside = chance.choice((_flipped, _with_byte, _cut, _with_word))(inside, chance)
    encoded = base64.b64encode(inside)
    if chance.randrange(2):
        encoded = encoded.rstrip(b"=")
    return data[: token.start()] + encoded + data[token.end() :]


def _with_lines_changed(data: bytes, chance: Random) -> bytes:
    lines = data.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            lines[one], lines[two] = lines[two], lines[one]
        case 1:
            lines.insert(one, lines[two])
        case 2:
            del lines[one]
        case _:
            lines.insert(one, lines.pop(two))
    return b"\n".join(lines)


def _with_values_changed(data: bytes, chance: Random) -> bytes:
    lines = data.split(b"\n")
    fields = [place for place, line in enumerate(lines) if b": " in line]
    if not fields:
        return _with_lines_changed(data, chance)
    one, two = chance.choice(fields), chance.choice(fields)
    name = lines[one].partition(b": ")[0]
    lines[one] = name + b": " + lines[two].partition(b": ")[2]
    return b"\n".join(lines)


def _with_words_changed(data: bytes, chance: Random) -> bytes:
    words = data.split(b" ")
    one, two = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[two] = words[two], words[one]
    return b" ".join(words)


def _spliced(data: bytes, other: bytes, chance: Random) -> bytes:
    if chance.randrange(2):
        return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]
    lines, others = data.split(b"\n"), other.split(b"\n")
    place = chance.randrange(len(lines))
    lines[place : place + chance.randrange(2)] = [chance.choice(others)]
    return b"\n".join(lines)


def _stretch(data: bytes, chance: Random) -> tuple[int, int]:
    ends = chance.randint(0, len(data)), chance.randint(0, len(data))
    return min(ends), max(ends)


_STEPS: tuple[Step, ...] = (
    _flipped,
    _with_byte,
    _with_word,
    _with_word,
    _cut,
    _without,
    _doubled,
    _grown,
    _deepened,
    _with_number,
    _with_number,
    _with_base64,
    _with_lines_changed,
    _with_lines_changed,
    _with_values_changed,
    _with_words_changed,
)
