"""How the vectors of reports of conveyance are made."""

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

REPORT_REFUSED = "telegram.conveyance_format"
REPORT = f"""\
depesha/1 conveyance
telegram: 17/k of NORTH DESK 2031 {DIGEST}
minute: {DIGEST}
when: 2031-03-02T17:27Z
where: the Ministry
by: head of POST HARBOUR
to: the Minister
form: text left unsigned
notes: asked to
deviation: The Minister was ill. His deputy was read the text a day later.
reaction: He was in a very good mood.
"""
SMALL_REPORT = f"""\
depesha/1 conveyance
telegram: 17 of NORTH DESK 2031
minute: {DIGEST}
when: 2031-03-02T17:27:05Z
where: Harbour
by: second clerk
to: Ana Lind
form: spoken
notes: none
deviation: none
reaction: none
"""


def recipes() -> Iterator[Recipe]:
    """Yield each vector's path below `tests/vectors/telegram`, head and body."""
    yield from changed("conveyance", REPORT, REPORT_REFUSED, REPORT_CHANGES)
    yield from _other_reports()


REPORT_CHANGES: tuple[Change, ...] = (
    ("label_of_minute", "a text of another purpose", "depesha/1 conveyance", "depesha/1 minute"),
    ("field_missing", "every field is there", "notes: asked to\n", ""),
    ("field_out_of_order", "fields have one order",
     "by: head of POST HARBOUR\nto: the Minister\n",
     "to: the Minister\nby: head of POST HARBOUR\n"),
    ("field_twice", "a field stands once",
     "to: the Minister\n", "to: the Minister\nto: the Deputy\n"),
    ("field_empty", "what is not said is none, not empty",
     "reaction: He was in a very good mood.", "reaction: "),
    ("form_ordered_not_used", "a form that was used, not one that was ordered",
     "text left unsigned", "spoken, if asked written"),
    ("notes_unknown", "one of three words", "notes: asked to", "notes: yes"),
    ("identification_in_name", "who a cover name stands for never travels in a heading",
     "to: the Minister", "to: Halm [Berg]"),
    ("minute_none_beside_digest", "an unsigned telegram is cited without a digest too",
     f"minute: {DIGEST}", "minute: none"),
    ("minute_of_another", "citation and minute are one",
     f"minute: {DIGEST}", f"minute: {DIGEST.replace('a5', '5a')}"),
    ("minute_digest_capitals", "a digest has one spelling",
     f"minute: {DIGEST}", f"minute: {DIGEST.upper()}"),
    ("telegram_without_year", "a citation has the full key", "NORTH DESK 2031", "NORTH DESK"),
    ("when_local", "instants are in UTC", "17:27Z", "17:27"),
)  # fmt: skip


def _other_reports() -> Iterator[Recipe]:
    refused = REPORT_REFUSED
    for name, expect, comment, body in (
        ("ok_full", "ok", "every field has a value", REPORT),
        ("ok_smallest", "ok", "nothing to report beyond the act", SMALL_REPORT),
        ("ok_unsigned", "ok", "a report on an unsigned telegram names no digest",
         replaced(SMALL_REPORT, f"minute: {DIGEST}", "minute: none")),
        ("label_version_two", VERSION_REFUSED, "a version that is not ours to guess",
         replaced(REPORT, "depesha/1", "depesha/2")),
        ("line_feed_missing_at_end", refused, "the text ends with a line feed", REPORT[:-1]),
        ("empty_line_at_end", refused, "nothing follows the last field", REPORT + "\n"),
        ("name_mixed_alphabets", LOOK_ALIKE, "a Cyrillic letter in a Latin word",
         replaced(REPORT, "to: the Minister", "to: the Mini\u0455ter")),
        ("reaction_too_long", "telegram.field_too_long",
         "a sentence has at most 2,000 characters",
         replaced(REPORT, "He was", f"He was {'very ' * 400}")),
        ("not_utf8", refused, "bytes are UTF-8 or refused",
         REPORT.encode().replace(b"good", b"g\xf6od")),
    ):  # fmt: skip
        yield made(f"conveyance/{name}", expect, comment, body)
