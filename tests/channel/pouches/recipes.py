"""How the vectors of a pouch's label are made: one good text, with one change in each other."""

from collections.abc import Callable

GOOD = "depesha/1 pouch\nlabel: 0123456789abcdef0123456789abcdef\n"
BAD = "channel.pouch_format"
Vectors = dict[str, bytes]


def label_vectors() -> Vectors:
    def made(expect: str, comment: str, text: bytes) -> bytes:
        return f"expect: {expect}\ncomment: {comment}\n\n".encode() + text

    def changed(comment: str, old: str, new: str) -> bytes:
        assert old in GOOD
        return made(BAD, comment, GOOD.replace(old, new, 1).encode())

    return {
        "ok.txt": made("ok", "a label", GOOD.encode()),
        "capitals.txt": changed("lower-case digits", "abcdef", "ABCDEF"),
        "a_digit_too_few.txt": changed("32 digits", "0123", "012"),
        "a_digit_too_many.txt": changed("32 digits", "0123", "01234"),
        "next_version.txt": changed("a version unknown", "1 pouch", "2 pouch"),
        "wrong_label.txt": changed("another purpose", "1 pouch", "1 waybill"),
        "other_field.txt": changed("no other name", "label", "pouch"),
        "field_too_many.txt": made(BAD, "a line too many", f"{GOOD}to: somebody\n".encode()),
        "no_last_line_feed.txt": made(BAD, "ends with a line feed", GOOD[:-1].encode()),
        "carriage_return.txt": changed("line feeds alone", "\nlabel", "\r\nlabel"),
        "not_utf8.txt": made(BAD, "UTF-8 alone", GOOD.encode() + b"\xff"),
        "too_long.txt": made(BAD, "one short file", GOOD.encode() * 5),
        "empty.txt": made(BAD, "no bytes", b""),
    }


MAKERS: dict[str, Callable[[], Vectors]] = {"pouch-label": label_vectors}
