"""How the vectors of minutes are made."""

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

MINUTE_REFUSED = "telegram.minute_format"
REPLY = f"in-reply-to: 204 of POST HARBOUR 2031 {DIGEST}\n"
CITATION = "cites: 12/k of NORTH DESK 2030\n"
MINUTE = f"""\
depesha/1 minute
number: 17/k
year: 2031
from: NORTH DESK
written: 2031-03-02T07:10Z
released: 2031-03-02T07:55Z
mode: signed
action: POST HARBOUR (immediate)
info: POST RIVER (routine)
exempt: POST LAKE
authority: Head of the North Desk
via: head of POST HARBOUR
for: the Minister
convey: spoken, if asked written unsigned
instruction: Read the following to the Minister. \
If he asks for it in writing, leave it without signature.
{REPLY}{CITATION}\
corrects: 16/k of NORTH DESK 2031
cancels: 15/k of NORTH DESK 2031
supersedes: 14/k of NORTH DESK 2031
subject: WATER-2
subject: TREATY
classification: SECRET
caveat: Strictly secret. Making copies is forbidden
copies: 4
copy: 1 POST HARBOUR
copy: 2 POST RIVER
copy: 4 file
enclosure: 2048 {DIGEST} map.pdf
enclosure: 0 {DIGEST} empty.txt
signature: Halm

1. We accept the second variant.

A paragraph that bears no number
and runs over two lines.

4. [sic] The third is dropped.
"""
SMALL_HEADING = """\
depesha/1 minute
number: 1
year: 2031
from: NORTH DESK
written: 2031-03-02T07:10Z
released: 2031-03-02T07:10:05Z
mode: unsigned
action: POST HARBOUR (deferred)
"""
SMALL = f"{SMALL_HEADING}\nCome home.\n"


def recipes() -> Iterator[Recipe]:
    """Yield each vector's path below `tests/vectors/telegram`, head and body."""
    yield from _good_minutes()
    yield from changed("minute", MINUTE, MINUTE_REFUSED, MINUTE_LAYOUT + MINUTE_HEADINGS)
    yield from changed("minute", MINUTE, MINUTE_REFUSED, MINUTE_LISTS + MINUTE_BODIES)
    yield from changed("minute", MINUTE, LOOK_ALIKE, MINUTE_LOOK_ALIKES)
    yield from _other_minutes()


def _good_minutes() -> Iterator[Recipe]:
    scripts = replaced(SMALL, "NORTH DESK", "Отдел печати")
    body = "1. Возвращайтесь. 我們同意第二方案。\n\n2. 평양 – Überfahrt."
    for name, comment, text in (
        ("full", "every field, every kind of reference, points with and without labels", MINUTE),
        ("smallest", "nothing that may be absent is there", SMALL),
        ("scripts", "headings and bodies in other scripts",
         replaced(scripts, "Come home.", body)),
        ("label_like_text", "no label: a number without a full stop, a Roman number",
         replaced(SMALL, "Come home.", "12 ships.\n\nI. Roman.")),
    ):  # fmt: skip
        yield made(f"minute/ok_{name}", "ok", comment, text)


MINUTE_LAYOUT: tuple[Change, ...] = (
    ("label_of_cover", "a text of another purpose", "depesha/1 minute", "depesha/1 cover"),
    ("label_missing", "the purpose label is not optional", "depesha/1 minute\n", ""),
    ("two_empty_lines", "one empty line stands between points", "variant.\n\nA", "variant.\n\n\nA"),
    ("carriage_return", "the line feed is the only control character", "2031\n", "2031\r\n"),
    ("tab_in_body", "the line feed is the only control character", "We accept", "We\taccept"),
    ("field_out_of_order", "fields have one order",
     "via: head of POST HARBOUR\nfor: the Minister\n",
     "for: the Minister\nvia: head of POST HARBOUR\n"),
    ("field_twice", "a field stands once", "mode: signed\n", "mode: signed\nmode: unsigned\n"),
    ("field_unknown", "unknown fields are refused, not ignored",
     "subject: WATER-2", "x-subject: WATER-2"),
    ("field_empty", "what is not said is absent, not empty", "via: head of POST HARBOUR", "via: "),
    ("field_two_spaces", "one space after the colon", "mode: signed", "mode:  signed"),
    ("field_space_at_end", "no space at the end of a line",
     "for: the Minister", "for: the Minister "),
    ("field_two_on_a_line", "one field on a line", "07:10Z\nreleased:", "07:10Z   released:"),
)  # fmt: skip
MINUTE_HEADINGS: tuple[Change, ...] = (
    ("number_leading_zero", "a number has one spelling", "17/k", "017/k"),
    ("number_suffix_capital", "a number has one spelling", "17/k", "17/K"),
    ("year_of_two_digits", "a year has four digits", "year: 2031", "year: 31"),
    ("instant_seconds_of_zero", "seconds of zero are left out", "07:10Z", "07:10:00Z"),
    ("instant_without_zone", "instants are in UTC and say so", "07:10Z", "07:10"),
    ("instant_no_such_day", "the calendar has no such day",
     "written: 2031-03-02", "written: 2031-02-29"),
    ("released_before_written", "nothing is released before it is written",
     "released: 2031-03-02T07:55Z", "released: 2031-03-02T07:09Z"),
    ("mode_unknown", "a telegram is signed or unsigned", "mode: signed", "mode: anonymous"),
    ("mode_missing", "the mode is always stated", "mode: signed\n", ""),
    ("action_small_letters", "an addressee on the system is a call-sign",
     "action: POST HARBOUR", "action: Post Harbour"),
    ("action_call_sign_cyrillic", "a call-sign is ASCII: this O is Cyrillic",
     "action: POST", "action: P\u041eST"),
    ("precedence_missing", "every addressee has a precedence", " (routine)", ""),
    ("addressee_twice", "a station is named once", "info: POST RIVER", "info: POST HARBOUR"),
    ("exempt_addressee", "an addressee cannot be exempt as well",
     "exempt: POST LAKE", "exempt: POST RIVER"),
    ("convey_unknown_form", "one of five forms",
     "convey: spoken, if asked written unsigned", "convey: sung"),
    ("convey_without_final_addressee", "a conveyance is to somebody", "for: the Minister\n", ""),
    ("instruction_without_form", "an instruction says what it comes to",
     "convey: spoken, if asked written unsigned\n", ""),
    ("identification_in_signature", "who a cover name stands for never travels in a heading",
     "signature: Halm", "signature: Halm [Berg]"),
    ("heading_bidirectional_override", "nothing reorders what a reader sees",
     "for: the Minister", "for: the \u202eretsiniM"),
    ("heading_not_normal", "text is in normal form C",
     "signature: Halm", "signature: Ha\u0308lm"),
)  # fmt: skip
MINUTE_LISTS: tuple[Change, ...] = (
    ("reference_without_year", "a citation has the full key",
     "204 of POST HARBOUR 2031", "204 of POST HARBOUR"),
    ("reference_digest_capitals", "a digest has one spelling", DIGEST, "sha256:" + "A5" * 32),
    ("references_out_of_order", "replies stand before citations",
     REPLY + CITATION, CITATION + REPLY),
    ("reference_supersedes_first", "what is cancelled stands before what is superseded",
     "cancels: 15/k of NORTH DESK 2031\nsupersedes: 14/k of NORTH DESK 2031\n",
     "supersedes: 14/k of NORTH DESK 2031\ncancels: 15/k of NORTH DESK 2031\n"),
    ("reference_kind_unknown", "one of five fields", "supersedes: 14/k", "replaces: 14/k"),
    ("subject_small_letters", "a subject code is capital letters, digits and hyphens",
     "WATER-2", "water-2"),
    ("copy_numbers_fall", "copy numbers rise",
     "copy: 1 POST HARBOUR\ncopy: 2 POST RIVER\n", "copy: 2 POST RIVER\ncopy: 1 POST HARBOUR\n"),
    ("copy_beyond_total", "no copy beyond the number of copies", "copies: 4", "copies: 3"),
    ("copy_number_zero", "copies are counted from 1", "copy: 1 POST", "copy: 0 POST"),
    ("enclosure_name_with_folder", "an enclosure has a plain file name", "map.pdf", "../map.pdf"),
    ("enclosure_name_twice", "two enclosures have two names", "empty.txt", "map.pdf"),
    ("enclosure_size_leading_zero", "a size has one spelling", "2048", "02048"),
)  # fmt: skip
MINUTE_BODIES: tuple[Change, ...] = (
    ("body_signature_line", "no line can be taken for a signature of a note",
     "A paragraph", "\u2014 north.example/desk AAAA\nA paragraph"),
    ("body_bidirectional_isolate", "nothing reorders what a reader sees",
     "We accept", "We \u2067accept"),
    ("body_space_at_line_end", "no line ends with a space", "no number\n", "no number \n"),
    ("body_two_spaces_after_label", "one space stands between label and text", "1. We", "1.  We"),
    ("body_label_leading_zero", "a label has one spelling", "1. We", "01. We"),
    ("body_label_alone", "a label has a text", "4. [sic] The third is dropped.", "4."),
)  # fmt: skip
MINUTE_LOOK_ALIKES: tuple[Change, ...] = (
    ("heading_mixed_alphabets", "a Cyrillic letter in a Latin word", "Minister", "Mini\u0455ter"),
    ("heading_full_width_letters", "letters in disguise", "Minister", "\uff2dinister"),
    ("heading_no_break_space", "one kind of space", "the Minister", "the\u00a0Minister"),
    ("heading_invisible_joiner", "a joiner that no reader sees", "Minister", "Mini\u200dster"),
)


def _other_minutes() -> Iterator[Recipe]:
    utf8 = SMALL.encode()
    refused = MINUTE_REFUSED
    long = replaced(MINUTE, "signature: Halm", f"signature: {'Halm ' * 40}Halm")
    for name, expect, comment, body in (
        ("label_version_two", VERSION_REFUSED, "a version that is not ours to guess",
         replaced(MINUTE, "depesha/1", "depesha/2")),
        ("precedence_unknown", "telegram.unknown_precedence", "one of five words",
         replaced(MINUTE, "(immediate)", "(urgent)")),
        ("heading_too_long", "telegram.field_too_long",
         "a heading has at most 200 characters", long),
        ("action_missing", refused, "a telegram has an action addressee",
         replaced(SMALL, "action: POST HARBOUR (deferred)\n", "")),
        ("line_feed_missing_at_end", refused, "the body ends with a line feed", MINUTE[:-1]),
        ("empty_line_at_end", refused, "the body ends with one line feed only", MINUTE + "\n"),
        ("body_missing", refused, "a telegram has a text",
         SMALL_HEADING.removesuffix("\n") + "\n\n"),
        ("empty_line_missing", refused, "heading and body are parted by an empty line",
         SMALL_HEADING),
        ("byte_order_mark", refused, "UTF-8 needs no mark", b"\xef\xbb\xbf" + utf8),
        ("not_utf8", refused, "bytes are UTF-8 or refused", utf8.replace(b"Come", b"C\xf6me")),
        ("surrogate", refused, "a surrogate is no character in UTF-8",
         utf8.replace(b"Come", b"C\xed\xa0\x80me")),
    ):  # fmt: skip
        yield made(f"minute/{name}", expect, comment, body)
