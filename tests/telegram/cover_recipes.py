"""How the vectors of covers are made."""

from collections.abc import Iterator

from tests.telegram.changes import (
    DIGEST,
    LOOK_ALIKE,
    VERSION_REFUSED,
    Change,
    Recipe,
    changed,
    made,
    replaced,
)

COVER_REFUSED = "telegram.cover_format"
CONSISTENCY = f"consistency: 7 {'AAAA' * 10}AAA= {'////' * 10}//8=\n"
COVER = f"""\
depesha/1 cover
channel: {"c0" * 16}
series: 2031
serial: 1205
repeat: 2
copy: 1 of 3
sender: {"5e" * 32}
receiver: {"4e" * 32}
book: {"b0" * 16}
page: 7
minute: {DIGEST}
previous: sha256:{"b6" * 32}
mode: signed
sealed: 2031-03-02T08:00:03Z
clerk: second clerk
precedence: immediate
have: 2030:1-77 2031:1-1204,1206
receipt: ZmFjdHM=
fresh: Ym9vaw== cGVyaW9k
checkpoint: cmVnaXN0ZXI=
{CONSISTENCY}\
cosignature: 9 4oCUIG5hbWUgQUFBQQo=
"""
FIRST_COVER = f"""\
depesha/1 cover
channel: {"c0" * 16}
series: 2031
serial: 1
repeat: 0
copy: 1 of 1
sender: {"5e" * 32}
receiver: {"4e" * 32}
book: {"b0" * 16}
page: 1
minute: {DIGEST}
previous: none
mode: unsigned
sealed: 2031-03-02T08:00Z
clerk: second clerk
precedence: deferred
have: none
receipt: none
fresh: none
checkpoint: none
consistency: none
cosignature: none
"""


def recipes() -> Iterator[Recipe]:
    """Yield each vector's path below `tests/vectors/telegram`, head and body."""
    yield from _good_covers()
    yield from changed("cover", COVER, COVER_REFUSED, COVER_LAYOUT + COVER_IDENTIFIERS)
    yield from changed("cover", COVER, COVER_REFUSED, COVER_FIELDS)
    yield from _other_covers()


def _good_covers() -> Iterator[Recipe]:
    for name, comment, text in (
        ("full", "every field has a value", COVER),
        ("first", "the first on its channel, unsigned, with nothing to report", FIRST_COVER),
        ("consistency_without_hashes", "a proof from size 0 has no hashes",
         replaced(COVER, CONSISTENCY, "consistency: 0\n")),
    ):  # fmt: skip
        yield made(f"cover/ok_{name}", "ok", comment, text)


COVER_LAYOUT: tuple[Change, ...] = (
    ("label_of_minute", "a text of another purpose", "depesha/1 cover", "depesha/1 minute"),
    ("field_missing", "every field is there", "page: 7\n", ""),
    ("field_out_of_order", "fields have one order",
     "series: 2031\nserial: 1205\n", "serial: 1205\nseries: 2031\n"),
    ("field_twice", "a field stands once", "page: 7\n", "page: 7\npage: 8\n"),
    ("carriage_return", "the line feed is the only control character", "page: 7\n", "page: 7\r\n"),
)  # fmt: skip
COVER_IDENTIFIERS: tuple[Change, ...] = (
    ("channel_short", "an identifier is 16 bytes", "c0" * 16, "c0" * 15),
    ("channel_capitals", "hexadecimal digits are in lower case", "c0" * 16, "C0" * 16),
    ("sender_short", "a fingerprint is 32 bytes", "5e" * 32, "5e" * 31),
    ("sender_is_receiver", "a station sends nothing to itself", "4e" * 32, "5e" * 32),
    ("serial_leading_zero", "a serial has one spelling", "1205", "01205"),
    ("serial_zero", "serials are counted from 1", "1205", "0"),
    ("serial_huge", "a serial has at most nine digits", "1205", "1" * 10),
    ("copy_beyond_total", "no copy beyond the number of copies", "1 of 3", "4 of 3"),
    ("copy_without_total", "a copy says how many there are", "1 of 3", "1"),
    ("page_signed", "a page has one spelling", "page: 7", "page: +7"),
    ("page_arabic_digit", "digits are ASCII", "page: 7", "page: \u0667"),
    ("minute_digest_short", "a digest is 32 bytes", "a5" * 32, "a5" * 31),
    ("minute_none", "a cover is about a minute", f"minute: {DIGEST}", "minute: none"),
    ("unsigned_names_previous", "an unsigned cover links to no other by digest",
     "mode: signed", "mode: unsigned"),
)  # fmt: skip
COVER_FIELDS: tuple[Change, ...] = (
    ("mode_unknown", "a cover is signed or unsigned", "mode: signed", "mode: Signed"),
    ("sealed_with_offset", "instants are in UTC", "08:00:03Z", "08:00:03+00:00"),
    ("clerk_empty", "a clerk is named", "clerk: second clerk", "clerk: "),
    ("have_touching", "ranges that touch are one range", "1-1204,1206", "1-1204,1205"),
    ("have_overlapping", "ranges do not overlap", "1-1204,1206", "1-1204,1200-1206"),
    ("have_out_of_order", "ranges rise", "1-1204,1206", "1206,1-1204"),
    ("have_range_of_one", "a range of one serial is that serial",
     "1-1204,1206", "1-1204,1206-1206"),
    ("have_backwards", "a range rises", "1-1204,1206", "1204-1"),
    ("have_zero", "serials are counted from 1", "1-1204,1206", "0-1204"),
    ("have_without_series", "serials stand under their year", "2031:1-1204", "1-1204"),
    ("have_series_twice", "a series stands once", "2030:1-77", "2031:1-77"),
    ("have_series_out_of_order", "series rise", "2030:1-77", "2032:1-77"),
    ("have_series_empty", "a series without serials is left out", "2030:1-77", "2030:none"),
    ("repeat_missing", "a first sealing says so", "repeat: 2\n", ""),
    ("repeat_leading_zero", "a repeat is counted in one spelling", "repeat: 2", "repeat: 02"),
    ("repeat_hundred", "nothing is repeated a hundred times", "repeat: 2", "repeat: 100"),
    ("receipt_base64_spare_bits", "Base64 has one spelling", "ZmFjdHM=", "ZmFjdHN="),
    ("fresh_two_spaces", "one space between books", "Ym9vaw== cG", "Ym9vaw==  cG"),
    ("fresh_five", "a cover brings at most four books", "Ym9vaw== ", "Ym9vaw== " * 4),
    ("fresh_empty", "no book at all is written none", "fresh: Ym9vaw== cGVyaW9k", "fresh: "),
    ("have_space", "no space after the comma", "1-1204,1206", "1-1204, 1206"),
    ("have_empty", "the empty set is written none", "have: 2030:1-77 2031:1-1204,1206", "have: "),
    ("checkpoint_base64_unpadded", "Base64 is padded", "cmVnaXN0ZXI=", "cmVnaXN0ZXI"),
    ("checkpoint_base64_spare_bits", "Base64 has one spelling", "cmVnaXN0ZXI=", "cmVnaXN0ZXJ="),
    ("checkpoint_base64_url", "Base64 is the standard alphabet", "cmVnaXN0ZXI=", "cm_naXN0ZXI="),
    ("consistency_hash_short", "a hash is 32 bytes", "AAAA" * 10 + "AAA=", "AAAA" * 10),
    ("consistency_two_spaces", "one space between hashes", "consistency: 7 ", "consistency: 7  "),
    ("consistency_64_hashes", "no tree needs more than 63 hashes",
     "consistency: 7", "consistency: 7" + f" {'AAAA' * 10}AAA=" * 62),
    ("cosignature_without_size", "a cosignature says for which size",
     "cosignature: 9 ", "cosignature: "),
)  # fmt: skip


def _other_covers() -> Iterator[Recipe]:
    refused = COVER_REFUSED
    for name, expect, comment, body in (
        ("label_version_two", VERSION_REFUSED, "a version that is not ours to guess",
         replaced(COVER, "depesha/1", "depesha/2")),
        ("clerk_mixed_alphabets", LOOK_ALIKE, "a Cyrillic letter in a Latin word",
         replaced(COVER, "second", "sec\u043end")),
        ("precedence_unknown", "telegram.unknown_precedence", "one of five words",
         replaced(COVER, "precedence: immediate", "precedence: Z")),
        ("line_feed_missing_at_end", refused, "the text ends with a line feed", COVER[:-1]),
        ("empty_line_at_end", refused, "nothing follows the last field", COVER + "\n"),
        ("field_unknown", refused, "unknown fields are refused, not ignored", COVER + "note: x\n"),
        ("not_utf8", refused, "bytes are UTF-8 or refused",
         COVER.encode().replace(b"second", b"s\xe9cond")),
    ):  # fmt: skip
        yield made(f"cover/{name}", expect, comment, body)
