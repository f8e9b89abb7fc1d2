"""How the vectors of a sheet's parts are made."""

import base64
from collections.abc import Callable

from depesha.base import Digest
from depesha.channel import SheetPart, cut_object

Vectors = dict[str, bytes]
OBJECT = bytes(range(256)) * 7
PARTS = cut_object(OBJECT)
BAD = "channel.sheet_format"


def checked(text: str) -> str:
    """Write a text's own check behind it, whatever the text says."""
    return f"{text}:{base64.b32encode(Digest.of(text.encode()).value).decode()[:8]}"


def part_vectors() -> Vectors:
    last = PARTS[-1].to_text()
    purpose, number, digest, data, _ = last.split(":")
    small = SheetPart(number=1, parts=1, digest=Digest.of(b"x"), data=b"x").to_text()

    def made(expect: str, comment: str, text: str) -> bytes:
        return f"expect: {expect}\ncomment: {comment}\n\n{text}".encode()

    def other(comment: str, **parts: str) -> bytes:
        fields = {"purpose": purpose, "number": number, "digest": digest, "data": data} | parts
        return made(BAD, comment, checked(":".join(fields.values())))

    return {
        "ok.txt": made("ok", "the last of three parts", last),
        "full.txt": made("ok", "a part as long as one may be", PARTS[0].to_text()),
        "one_byte.txt": made("ok", "the only part, of one byte", small),
        "check_fails.txt": made(BAD, "a character was misread", last[:-1] + "7"),
        "misread.txt": made(BAD, "a character was misread", last.replace(data[:4], "7777", 1)),
        "lower_case.txt": made(BAD, "capitals only", last.lower()),
        "next_version.txt": other("a version unknown", purpose="DEPESHA2"),
        "part_zero.txt": other("parts count from 1", number="0/3"),
        "part_beyond.txt": other("no part beyond the last", number="4/3"),
        "leading_zero.txt": other("a number has one spelling", number="03/3"),
        "too_many_parts.txt": other("at most twelve parts", number="1/13"),
        "digest_short.txt": other("a digest has 52 characters", digest=digest[1:]),
        "digest_spare_bits.txt": other("no spare bits", digest=digest[:-1] + "B"),
        "no_data.txt": other("a part carries something", data=""),
        "data_too_long.txt": other("800 bytes at most", data="A" * 1288),
        "data_spare_bits.txt": other("no spare bits", data="AB"),
        "data_of_impossible_length.txt": other("no base32 has this length", data="AAA"),
        "data_padded.txt": other("no padding", data="AA======"),
        "data_of_other_digits.txt": other("base32 alone", data="A189"),
        "space_before.txt": made(BAD, "nothing around it", " " + last),
        "empty.txt": made(BAD, "no text", ""),
    }


MAKERS: dict[str, Callable[[], Vectors]] = {"sheet": part_vectors}
