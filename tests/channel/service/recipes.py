"""How the vectors of the texts between stations are made: mostly one good text with one change."""

from collections.abc import Callable

from depesha.channel import RestoreAsk
from depesha.cipher import Ed25519Signer, sign_note
from tests.channel.stations import HARBOUR, NOW, RIVER

Vectors = dict[str, bytes]
# Name, comment, what is replaced, and by what.
Change = tuple[str, str, str, str]

REFUSED = "channel.service_format"
VERSION = "channel.service_version"
CHANNEL = "0123456789abcdef" * 2
POUCH = "fedcba9876543210" * 2
DIGESTS = tuple("sha256:" + digits * 32 for digits in ("0a", "1b", "a5"))
OTHER_DIGEST = "sha256:" + "5a" * 32

RECEIPT = f"""\
depesha/1 receipt
channel: {CHANNEL}
fact: 2030 1206 conveyed 2031-01-03T09:00Z head of POST HARBOUR
fact: 2031 1 received 2031-03-02T08:01:05Z second clerk
fact: 2031 1 opened 2031-03-02T08:10Z second clerk
fact: 2031 1 handed 2031-03-02T07:59Z Ana Lind
fact: 2031 4 received 2031-03-02T08:01:05Z second clerk
"""
RECAP = f"""\
depesha/1 recap
channel: {CHANNEL}
at: 2031-03-02T12:00Z
sent: 2030 1205 1310 1207,1300-1310
sent: 2031 1 42 none
have: 2030:1-1204,1206 2031:1-17
void: 2030:1205
checkpoint: bm90ZQo=
"""
SMALL_RECAP = f"""\
depesha/1 recap
channel: {CHANNEL}
at: 2031-03-02T12:00:09Z
have: none
void: none
checkpoint: none
"""
VOID = f"""\
depesha/1 void
channel: {CHANNEL}
series: 2031
serials: 17,30-31
at: 2031-03-02T12:00Z
reason: sealed for a machine that was lost
"""
WAYBILL = f"""\
depesha/1 waybill
pouch: {POUCH}
at: 2031-03-02T12:00Z
objects: 3
object: {DIGESTS[0]}
object: {DIGESTS[1]}
object: {DIGESTS[2]}
"""
EMPTY_WAYBILL = f"""\
depesha/1 waybill
pouch: {POUCH}
at: 2031-03-02T12:00Z
objects: 0
"""
NOTICE = f"""\
depesha/1 service
kind: repeat
channel: {CHANNEL}
at: 2031-03-02T12:00Z
serials: 2030:1205 2031:4,6-7
text: The three of Tuesday did not come.
"""
OTHER_NOTICE = f"""\
depesha/1 service
kind: pads
channel: {CHANNEL}
at: 2031-03-02T12:00Z
serials: none
text: none
"""
ASK = f"""\
depesha/1 restore-ask
station: {HARBOUR.card.fingerprint}
peer: {RIVER.card.fingerprint}
at: 2031-03-02T07:10Z
sent: 2030:1310 2031:42
checkpoint-size: 1704
"""
QUESTION = RestoreAsk(
    station=HARBOUR.card.fingerprint,
    peer=RIVER.card.fingerprint,
    at=NOW,
    sent=((2030, 1310), (2031, 42)),
    checkpoint_size=1704,
)
ANSWER = f"""\
depesha/1 restore-answer
station: {HARBOUR.card.fingerprint}
peer: {RIVER.card.fingerprint}
at: 2031-03-04T07:10Z
ask: {QUESTION.digest.to_text()}
highest: 2030:1310 2031:57
live-pages: 12
checkpoint: bm90ZQo=
"""


def vector(expect: str, comment: str, body: str | bytes) -> bytes:
    data = body if isinstance(body, bytes) else body.encode()
    return f"expect: {expect}\ncomment: {comment}\n\n".encode() + data


def replaced(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new, 1)


def changed(text: str, changes: tuple[Change, ...]) -> Vectors:
    return {
        f"{name}.txt": vector(REFUSED, comment, replaced(text, old, new))
        for name, comment, old, new in changes
    }


def ends(text: str) -> Vectors:
    """What is refused in every text: its end, its bytes, its version, its label."""
    what = text.partition("\n")[0]
    return {
        "line_feed_missing_at_end.txt": vector(REFUSED, "the last line has an end", text[:-1]),
        "empty_line_at_end.txt": vector(REFUSED, "nothing follows the last field", text + "\n"),
        "field_unknown.txt": vector(REFUSED, "a field nobody knows", text + "more: x\n"),
        "carriage_return.txt": vector(
            REFUSED, "the line feed alone ends a line", text.replace("\n", "\r\n")
        ),
        "byte_order_mark.txt": vector(REFUSED, "UTF-8 needs no mark", "\ufeff" + text),
        "not_utf8.txt": vector(
            REFUSED, "bytes are UTF-8 or refused", text.encode()[:-1] + b"\xff\n"
        ),
        "label_of_minute.txt": vector(
            REFUSED, "a text of another purpose", replaced(text, what, "depesha/1 minute")
        ),
        "label_version_two.txt": vector(
            VERSION, "a version that is not ours to guess", replaced(text, "depesha/1", "depesha/2")
        ),
    }


def receipt_vectors() -> Vectors:
    first = "fact: 2030 1206 conveyed 2031-01-03T09:00Z head of POST HARBOUR\n"
    opened = "fact: 2031 1 opened 2031-03-02T08:10Z second clerk\n"
    handed = "fact: 2031 1 handed 2031-03-02T07:59Z Ana Lind\n"
    without = RECEIPT.partition("fact")[0]
    many = "".join(
        f"fact: 2031 {serial} received 2031-03-02T08:01Z clerk\n" for serial in range(1, 258)
    )
    return {
        "ok.txt": vector("ok", "facts of two series; order is by number, not by time", RECEIPT),
        "ok_one.txt": vector("ok", "a single fact", without + first),
        "ok_most.txt": vector("ok", "256 facts", without + many.rpartition("fact")[0]),
        **ends(RECEIPT),
        "facts_too_many.txt": vector(REFUSED, "at most 256 facts", without + many),
        "facts_none.txt": vector(REFUSED, "a receipt of nothing is not sent", without),
        "actor_too_long.txt": vector(
            REFUSED, "an actor has at most 200 characters", replaced(RECEIPT, "Ana", "A" * 196)
        ),
        **changed(
            RECEIPT,
            (
                ("channel_capitals", "one spelling", CHANNEL, CHANNEL.upper()),
                ("channel_short", "32 digits", CHANNEL, CHANNEL[1:]),
                ("channel_missing", "no channel", f"channel: {CHANNEL}\n", ""),
                ("facts_out_of_order", "facts are in the order of their kinds",
                 opened + handed, handed + opened),
                ("series_out_of_order", "facts are in the order of their series",
                 first, first + first.replace("2030", "2029")),
                ("fact_twice", "a fact stands once", opened,
                 opened + opened.replace("second", "third")),
                ("kind_unknown", "one of four kinds", "opened", "read"),
                ("kind_of_the_relay", "a hint of the relay is no fact", "opened", "taken"),
                ("serial_zero", "serials begin at 1", "2031 4", "2031 0"),
                ("serial_leading_zero", "one spelling", "2031 4", "2031 04"),
                ("serial_ten_digits", "at most nine digits", "2031 4", "2031 1000000000"),
                ("series_two_digits", "a year has four digits", "2031 4", "31 4"),
                ("digest_for_a_serial", "a receipt names no digest", "2031 4",
                 f"2031 {DIGESTS[0]}"),
                ("actor_missing", "somebody saw to it", "Z Ana Lind", "Z"),
                ("actor_two_spaces", "no space before a name", "Z Ana", "Z  Ana"),
                ("actor_bidirectional_override", "nothing reorders what a reader sees",
                 "Ana Lind", "\u202edniL anA"),
                ("instant_seconds_of_zero", "one spelling", "08:10Z", "08:10:00Z"),
            ),
        ),
    }  # fmt: skip


def recap_vectors() -> Vectors:
    older = "sent: 2030 1205 1310 1207,1300-1310\n"
    newer = "sent: 2031 1 42 none\n"
    return {
        "ok.txt": vector("ok", "two series, voids, and a checkpoint", RECAP),
        "ok_smallest.txt": vector("ok", "nothing sent, nothing had", SMALL_RECAP),
        **ends(RECAP),
        **changed(
            RECAP,
            (
                ("series_out_of_order", "series rise", older + newer, newer + older),
                ("series_twice", "a series stands once", "sent: 2031", "sent: 2030"),
                ("nothing_sent", "a series without a serial is left out",
                 "2031 1 42", "2031 43 42"),
                ("void_beyond_highest", "no void beyond what was given", "1310 1207", "1309 1207"),
                ("void_below_first", "no void before the first", "1205 1310", "1208 1310"),
                ("voids_touching", "runs that touch are one run", "1300-1310", "1208-1310"),
                ("highest_zero", "serials begin at 1", "2031 1 42", "2031 0 0"),
                ("sent_two_spaces", "single spaces", "2031 1 42", "2031 1  42"),
                ("have_without_year", "each series is named", "2031:1-17", "1-17"),
                ("have_of_nothing", "a series without serials is left out", "2031:1-17",
                 "2031:none"),
                ("have_missing", "what is not had is none", "have: 2030:1-1204,1206 2031:1-17\n",
                 ""),
                ("void_without_year", "each series is named", "2030:1205", "1205"),
                ("void_missing", "what is not void is none", "void: 2030:1205\n", ""),
                ("checkpoint_unpadded", "padded base64", "bm90ZQo=", "bm90ZQo"),
                ("checkpoint_spare_bits", "one spelling", "bm90ZQo=", "bm90ZQp="),
                ("checkpoint_empty", "no checkpoint is none", "bm90ZQo=", ""),
                ("at_local", "instants are in UTC", "12:00Z", "12:00"),
            ),
        ),
    }  # fmt: skip


def void_vectors() -> Vectors:
    return {
        "ok.txt": vector("ok", "three serials", VOID),
        "ok_one.txt": vector("ok", "one serial", replaced(VOID, "17,30-31", "17")),
        **ends(VOID),
        **changed(
            VOID,
            (
                ("serials_none", "a void is of something", "17,30-31", "none"),
                ("serials_touching", "runs that touch are one run", "17,30-31", "17,18"),
                ("serials_of_two_series", "one series", "17,30-31", "2031:17"),
                ("series_three_digits", "a year has four digits", "2031\n", "203\n"),
                ("reason_missing", "why is said", "reason: sealed for a machine that was lost\n",
                 ""),
                ("reason_empty", "why is said", "sealed for a machine that was lost", ""),
                ("reason_too_long", "at most 500 characters", "machine", "m" * 500),
                ("reason_zero_width", "nothing hides", "machine", "ma\u200bchine"),
                ("fields_swapped", "fields have one order",
                 "series: 2031\nserials: 17,30-31\n", "serials: 17,30-31\nseries: 2031\n"),
            ),
        ),
    }  # fmt: skip


def waybill_vectors() -> Vectors:
    lines = [f"object: {digest}\n" for digest in DIGESTS]
    return {
        "ok.txt": vector("ok", "three objects", WAYBILL),
        "ok_empty.txt": vector("ok", "nothing but the waybill itself", EMPTY_WAYBILL),
        **ends(WAYBILL),
        **changed(
            WAYBILL,
            (
                ("object_too_few", "as many objects as said", lines[1], ""),
                ("object_too_many", "no object beyond", "objects: 3", "objects: 2"),
                ("objects_out_of_order", "digests rise", lines[0] + lines[1], lines[1] + lines[0]),
                ("object_twice", "an object stands once", lines[1], lines[0]),
                ("digest_capitals", "one spelling", DIGESTS[2], DIGESTS[2].upper()),
                ("digest_without_name", "a digest says how it was made", DIGESTS[2], "a5" * 32),
                ("count_leading_zero", "one spelling", "objects: 3", "objects: 03"),
                ("count_missing", "the count is said", "objects: 3\n", ""),
                ("count_unlimited", "at most 10,000 objects", "objects: 3", "objects: 10001"),
                ("pouch_call_sign", "a label says nothing", POUCH, "POST HARBOUR"),
            ),
        ),
    }  # fmt: skip


def notice_vectors() -> Vectors:
    text = "The three of Tuesday did not come."
    restored = replaced(OTHER_NOTICE, "pads", "restored")
    return {
        "ok.txt": vector("ok", "a request to repeat, with words", NOTICE),
        "ok_silent.txt": vector("ok", "a request to repeat", replaced(NOTICE, text, "none")),
        "ok_pads.txt": vector("ok", "a request for pages", OTHER_NOTICE),
        "ok_restored.txt": vector("ok", "news of a restored station", restored),
        "ok_text.txt": vector(
            "ok", "words", replaced(replaced(OTHER_NOTICE, "pads", "text"), "text: none", "text: x")
        ),
        **ends(NOTICE),
        "serials_elsewhere.txt": vector(
            REFUSED,
            "serials are of a repeat",
            replaced(restored, "serials: none", "serials: 2031:4"),
        ),
        "text_missing.txt": vector(
            REFUSED, "words without words", replaced(OTHER_NOTICE, "pads", "text")
        ),
        **changed(
            NOTICE,
            (
                ("kind_unknown", "one of four kinds", "repeat", "please"),
                ("repeat_of_nothing", "a repeat is of something",
                 "2030:1205 2031:4,6-7", "none"),
                ("serials_without_year", "each series is named", "2031:4,6-7", "4,6-7"),
                ("series_out_of_order", "series rise", "2030:1205", "2032:1205"),
                ("text_empty", "no text is none", text, ""),
                ("text_two_lines", "one line", "three of", "three\nof"),
                ("text_too_long", "at most 500 characters", "three", "three " * 100),
                ("text_not_normal", "normal form C", "come", "co\u0308me"),
            ),
        ),
    }  # fmt: skip


def signed(text: str, signer: Ed25519Signer) -> bytes:
    return sign_note(text, [signer])


def ask_vectors() -> Vectors:
    harbour, river = HARBOUR.card.fingerprint, RIVER.card.fingerprint
    refused = "channel.restore_refused"

    def made(expect: str, comment: str, old: str = "", new: str = "") -> bytes:
        return vector(expect, comment, signed(replaced(ASK, old, new), HARBOUR.identity))

    return {
        "ok.txt": made("ok", "a question of POST HARBOUR to POST RIVER"),
        "ok_new_station.txt": made(
            "ok", "a station that remembers nothing", "2030:1310 2031:42", "none"
        ),
        "signed_by_peer.txt": vector(
            "channel.signed_text", "who asks signs", signed(ASK, RIVER.identity)
        ),
        "not_a_note.txt": vector("channel.signed_text", "the text alone", ASK),
        "other_station.txt": made(
            refused, "the signer asks for himself", f"station: {harbour}", "station: " + "c" * 64
        ),
        "other_peer.txt": made(refused, "asked of another", f"peer: {river}", "peer: " + "c" * 64),
        "asked_of_himself.txt": made(
            REFUSED, "nobody asks himself", f"peer: {river}", f"peer: {harbour}"
        ),
        "label_version_two.txt": made(
            VERSION, "a version that is not ours to guess", "depesha/1", "depesha/2"
        ),
        "label_of_answer.txt": made(REFUSED, "another purpose", "restore-ask", "restore-answer"),
        "series_out_of_order.txt": made(REFUSED, "series rise", "2030:1310", "2032:1310"),
        "sent_runs.txt": made(REFUSED, "the highest serial alone", "2031:42", "2031:1-42"),
        "sent_zero.txt": made(REFUSED, "serials begin at 1", "2031:42", "2031:0"),
        "size_leading_zero.txt": made(REFUSED, "one spelling", "1704", "01704"),
        "size_missing.txt": made(REFUSED, "every field is there", "checkpoint-size: 1704\n", ""),
        "field_unknown.txt": made(REFUSED, "a field nobody knows", "1704\n", "1704\nmore: x\n"),
    }


def answer_vectors() -> Vectors:
    river = RIVER.card.fingerprint
    refused = "channel.restore_refused"

    def made(expect: str, comment: str, old: str = "", new: str = "") -> bytes:
        return vector(expect, comment, signed(replaced(ANSWER, old, new), RIVER.identity))

    return {
        "ok.txt": made("ok", "POST RIVER's answer to POST HARBOUR"),
        "ok_nothing_known.txt": vector(
            "ok",
            "a correspondent that received nothing and cosigned nothing",
            signed(
                replaced(replaced(ANSWER, "2030:1310 2031:57", "none"), "bm90ZQo=", "none"),
                RIVER.identity,
            ),
        ),
        "signed_by_asker.txt": vector(
            "channel.signed_text", "who answers signs", signed(ANSWER, HARBOUR.identity)
        ),
        "other_peer.txt": made(
            refused, "the signer answers for himself", f"peer: {river}", "peer: " + "c" * 64
        ),
        "other_station.txt": made(
            refused, "an answer to another station", HARBOUR.card.fingerprint, "c" * 64
        ),
        "other_question.txt": made(
            refused, "the answer to an older question", QUESTION.digest.to_text(), OTHER_DIGEST
        ),
        "label_version_two.txt": made(
            VERSION, "a version that is not ours to guess", "depesha/1", "depesha/2"
        ),
        "label_of_ask.txt": made(REFUSED, "another purpose", "restore-answer", "restore-ask"),
        "series_twice.txt": made(REFUSED, "a series stands once", "2031:57", "2030:57"),
        "highest_two_spaces.txt": made(REFUSED, "single spaces", " 2031:57", "  2031:57"),
        "pages_negative.txt": made(REFUSED, "a count", "live-pages: 12", "live-pages: -1"),
        "checkpoint_base64_url.txt": made(REFUSED, "standard base64", "bm90ZQo=", "bm9_ZQo="),
        "checkpoint_missing.txt": made(
            REFUSED, "no checkpoint is none", "checkpoint: bm90ZQo=\n", ""
        ),
    }


MAKERS: dict[str, Callable[[], Vectors]] = {
    "receipt": receipt_vectors,
    "recap": recap_vectors,
    "void": void_vectors,
    "waybill": waybill_vectors,
    "notice": notice_vectors,
    "restore-ask": ask_vectors,
    "restore-answer": answer_vectors,
}
