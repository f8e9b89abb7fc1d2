"""Makes the vectors of the channel's formats: `python -m tests.channel.vector_files`.

Each is a head, an empty line and the bytes, with one defect a file. Those that are the same at
each making are compared by a test; those with randomness in them (`sealed`) are made once.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from depesha.channel import BookUse, Envelope, seal_envelope
from depesha.channel.tar import write_tar
from depesha.cipher import (
    Ed25519Signer,
    ScryptRecipient,
    X25519Identity,
    seal,
    sign_note,
)
from tests.channel.cards import recipes as cards
from tests.channel.pouches import recipes as pouches
from tests.channel.service import recipes as service
from tests.channel.sheets import recipes as sheets
from tests.channel.stations import BOOK_ID, HARBOUR, PAGES, RIVER, SECRETS, book
from tests.support import VECTORS

Vectors = dict[str, bytes]
KIB = 1024
ENVELOPE = Envelope(cover=b"a cover\n", telegram=b"a telegram\n", enclosures=(b"one", b""))


def vector(expect: str, comment: str, body: bytes, **head: str) -> bytes:
    lines = {"expect": expect, "comment": comment, **head}
    return "".join(f"{key}: {value}\n" for key, value in lines.items()).encode() + b"\n" + body


def padbook_vectors() -> Vectors:
    text = book(pages=2).to_text()
    bad = "channel.padbook_format"
    refused = "channel.padbook_refused"

    def signed(text: str, signer: Ed25519Signer = HARBOUR.identity) -> bytes:
        return sign_note(text, [signer])

    def with_line(old: str, new: str) -> bytes:
        assert old in text
        return signed(text.replace(old, new))

    check_keys = [base64.b64encode(page.check_key).decode() for page in PAGES]
    recipients = [base64.b64encode(page.recipient.public).decode() for page in PAGES]
    harbour, river = HARBOUR.card.fingerprint, RIVER.card.fingerprint
    without = book(pages=2, with_address=False).to_text()
    period = replace(
        book(pages=1),
        use=BookUse.PERIOD,
        not_before=datetime(2031, 1, 1, tzinfo=UTC),
        not_after=datetime(2031, 1, 31, tzinfo=UTC),
    ).to_text()
    return {
        "ok.txt": vector("ok", "two pages and a mailbox", signed(text)),
        "no_mailbox.txt": vector("ok", "a book for a pouch", signed(without)),
        "signed_by_holder.txt": vector(
            "channel.signed_text", "the issuer signs", signed(text, RIVER.identity)
        ),
        "other_issuer.txt": vector(
            refused,
            "the signer names another issuer",
            with_line(f"issuer: {harbour}", "issuer: " + "c" * 64),
        ),
        "other_holder.txt": vector(
            refused, "issued to another", with_line(f"holder: {river}", "holder: " + "c" * 64)
        ),
        "own_book.txt": vector(
            bad, "nobody issues to himself", with_line(f"holder: {river}", f"holder: {harbour}")
        ),
        "recipient_twice.txt": vector(
            bad, "a recipient stands once", with_line(recipients[1], recipients[0])
        ),
        "check_key_twice.txt": vector(
            bad, "a check key stands once", with_line(check_keys[1], check_keys[0])
        ),
        "low_order_check_key.txt": vector(
            bad, "a check key that agrees on nothing", with_line(check_keys[1], "A" * 43 + "=")
        ),
        "pages_out_of_order.txt": vector(bad, "pages count up", with_line("page: 2 ", "page: 3 ")),
        "a_page_too_few.txt": vector(
            bad, "as many pages as said", with_line("pages: 2", "pages: 3")
        ),
        "a_page_too_many.txt": vector(bad, "no page beyond", with_line("pages: 2", "pages: 1")),
        "no_pages.txt": vector(bad, "at least one page", with_line("pages: 2", "pages: 0")),
        "unlimited_pages.txt": vector(bad, "a book ends", with_line("pages: 2", "pages: 99999999")),
        "book_in_capitals.txt": vector(bad, "one spelling", with_line(BOOK_ID, BOOK_ID.upper())),
        "serial_zero.txt": vector(bad, "from 1", with_line("first-serial: 1", "first-serial: 0")),
        "serial_at_the_limit.txt": vector(
            "ok", "a million", with_line("first-serial: 1", "first-serial: 1000000")
        ),
        "serial_beyond_the_limit.txt": vector(
            bad, "no book uses up a channel", with_line("first-serial: 1", "first-serial: 1000001")
        ),
        "period_key.txt": vector("ok", "one page for a month", signed(period)),
        "period_of_two_pages.txt": vector(
            bad, "a period key stands alone", with_line("use: once", "use: period")
        ),
        "period_too_long.txt": vector(
            bad, "a period key lives a month", signed(period.replace("01-31T", "02-02T"))
        ),
        "use_unknown.txt": vector(bad, "once, or a period", with_line("use: once", "use: twice")),
        "use_missing.txt": vector(bad, "every field stands", with_line("use: once\n", "")),
        "relay_not_encodable.txt": vector(
            bad, "a label that encodes no name", with_line("relay.example", "xn--a")
        ),
        "relay_host_of_empty_label.txt": vector(
            bad, "labels are not empty", with_line("relay.example", "relay..example")
        ),
        "relay_host_half_a_number.txt": vector(
            bad, "four numbers or a name", with_line("relay.example", "10.0.0.256")
        ),
        "relay_port_too_large.txt": vector(
            bad, "ports end at 65535", with_line("relay.example", "relay.example:65536")
        ),
        "relay_path_upwards.txt": vector(
            bad, "no step upwards", with_line("relay.example", "relay.example/..")
        ),
        "relay_by_number.txt": vector(
            "ok", "an IPv6 address and a port", with_line("relay.example", "[2001:db8::7]:8440")
        ),
        "mailbox_without_deposit.txt": vector(
            bad,
            "all of the address or none of it",
            signed(
                "".join(
                    "deposit: none\n" if line.startswith("deposit") else line
                    for line in text.splitlines(keepends=True)
                )
            ),
        ),
        "relay_of_another_kind.txt": vector(
            bad, "http or https", with_line("https://relay", "file://relay")
        ),
        "relay_with_last_slash.txt": vector(
            bad, "one spelling of an address", with_line("relay.example", "relay.example/")
        ),
        "ends_before_it_begins.txt": vector(
            bad, "the days are in order", with_line("2031-04-30", "2030-04-30")
        ),
        "recipient_cut.txt": vector(
            bad, "a recipient is 1216 bytes", with_line(recipients[0], recipients[0][4:])
        ),
        "space_in_page.txt": vector(bad, "single spaces", with_line("page: 2 ", "page: 2  ")),
    }


def tar_vectors() -> Vectors:
    good = ENVELOPE.pack()
    bad = "channel.envelope_format"

    def members(*names: str, length: int = 4 * KIB) -> bytes:
        return write_tar([(name, b"x") for name in names], length=length)

    def patched(place: int, data: bytes) -> bytes:
        changed = good[:place] + data + good[place + len(data) :]
        assert changed != good
        return changed

    def rechecked(place: int, data: bytes) -> bytes:
        block = bytearray(patched(place, data)[:512])
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        return bytes(block) + good[512:]

    return {
        "ok.bin": vector("ok", "a cover, a telegram and two enclosures", good),
        "second_bucket.bin": vector(
            "ok", "16 KiB", Envelope(cover=b"c", telegram=b"t" * 5000).pack()
        ),
        "empty.bin": vector(bad, "no bytes", b""),
        "only_zeros.bin": vector(bad, "no member", bytes(4 * KIB)),
        "no_telegram.bin": vector(bad, "a telegram must be there", members("cover.txt")),
        "members_swapped.bin": vector(
            bad, "the order is fixed", members("telegram.txt", "cover.txt")
        ),
        "cover_twice.bin": vector(
            bad, "each member once", members("cover.txt", "cover.txt", "telegram.txt")
        ),
        "enclosure_missing.bin": vector(
            bad, "enclosures count from 01", members("cover.txt", "telegram.txt", "enclosures/02")
        ),
        "enclosure_one_digit.bin": vector(
            bad, "two digits", members("cover.txt", "telegram.txt", "enclosures/1")
        ),
        "other_name.bin": vector(
            bad, "no other name", members("cover.txt", "telegram.txt", "notes")
        ),
        "path_upwards.bin": vector(
            bad, "no path out", members("cover.txt", "telegram.txt", "../enclosures/01")
        ),
        "absolute_path.bin": vector(
            bad, "no absolute path", members("cover.txt", "telegram.txt", "/enclosures/01")
        ),
        "empty_cover.bin": vector(
            bad,
            "a cover is not empty",
            write_tar([("cover.txt", b""), ("telegram.txt", b"x")], length=4096),
        ),
        "symbolic_link.bin": vector(bad, "regular files only", rechecked(156, b"2")),
        "hard_link.bin": vector(bad, "regular files only", rechecked(156, b"1")),
        "folder.bin": vector(bad, "regular files only", rechecked(156, b"5")),
        "old_file_type.bin": vector(bad, "type 0, not NUL", rechecked(156, b"\0")),
        "extended_header.bin": vector(bad, "no pax header", rechecked(156, b"x")),
        "executable.bin": vector(bad, "mode 0600", rechecked(100, b"0000700")),
        "owned.bin": vector(bad, "owned by nobody", rechecked(108, b"0001750")),
        "dated.bin": vector(bad, "no time", rechecked(136, b"00000000001")),
        "named_owner.bin": vector(bad, "no owner's name", rechecked(265, b"root")),
        "prefix.bin": vector(bad, "no prefix", rechecked(345, b"home")),
        "gnu_magic.bin": vector(bad, "ustar only", rechecked(257, b"ustar  \0")),
        "size_in_spaces.bin": vector(bad, "eleven octal digits", rechecked(124, b"         10")),
        "size_in_base_256.bin": vector(
            bad, "no binary size", rechecked(124, b"\x80" + bytes(10) + b"\x08")
        ),
        "size_too_large.bin": vector(bad, "the member is cut", rechecked(124, b"77777777777")),
        "wrong_checksum.bin": vector(bad, "a checksum that fails", patched(148, b"000000")),
        "checksum_in_spaces.bin": vector(bad, "one spelling of it", patched(148, b" 10")),
        "slack_not_zero.bin": vector(bad, "zeros after a member", patched(512 + 100, b"x")),
        "tail_not_zero.bin": vector(bad, "zeros to the end", patched(len(good) - 1, b"x")),
        "bytes_after_the_name.bin": vector(bad, "zeros after the name", rechecked(20, b"x")),
        "not_padded.bin": vector(bad, "padded to a bucket", good[:3584]),
        "one_end_block.bin": vector(bad, "two zero blocks end it", good[:3072]),
        "wrong_bucket.bin": vector(bad, "the smallest bucket", good + bytes(12 * KIB)),
        "cut.bin": vector(bad, "cut inside a member", good[: 512 + 4]),
    }


def sealed_vectors() -> Vectors:
    page = PAGES[0]
    good = seal_envelope(ENVELOPE, page)

    def made(expect: str, comment: str, sealed: bytes) -> bytes:
        return vector(expect, comment, sealed, secret=SECRETS[0].to_bytes().hex())

    other_tar = write_tar([("cover.txt", b"x")], length=4 * KIB)
    two = seal(ENVELOPE.pack(), [page.recipient, PAGES[1].recipient])
    classic = seal(ENVELOPE.pack(), [X25519Identity.generate().recipient])
    passphrase = seal(ENVELOPE.pack(), [ScryptRecipient("a passphrase", work_factor=10)])
    first, _, rest = good.partition(b"\n")
    share = rest.split(b"\n")[0].split(b" ")[2]
    low = base64.b64encode(base64.b64decode(share + b"==")[:-32] + bytes(32)).rstrip(b"=")
    return {
        "ok.age": made("ok", "sealed to the page of the secret", good),
        "other_page.age": made(
            "channel.no_live_page", "sealed to another page", seal_envelope(ENVELOPE, PAGES[1])
        ),
        "two_recipients.age": made("channel.foreign_stanza", "a second page", two),
        "classic_recipient.age": made("channel.foreign_stanza", "an X25519 recipient", classic),
        "passphrase.age": made("channel.foreign_stanza", "a passphrase", passphrase),
        "grease.age": made(
            "channel.foreign_stanza",
            "an unknown stanza beside the page's",
            first + b"\n-> grease-42 x\n\n" + rest,
        ),
        "low_order_share.age": made(
            "channel.envelope_format",
            "the stanza's X25519 share is zero",
            good.replace(share, low, 1),
        ),
        "payload_cut.age": made("channel.envelope_damaged", "the end is missing", good[:-1]),
        "payload_longer.age": made("channel.envelope_damaged", "a byte too many", good + b"x"),
        "other_tar.age": made(
            "channel.envelope_format", "another tar inside", seal(other_tar, [page.recipient])
        ),
        "not_age.age": made("channel.envelope_format", "no age file", ENVELOPE.pack()),
        "hundred_recipients.age": made(
            "channel.foreign_stanza",
            "far more recipients than are looked at",
            seal(ENVELOPE.pack(), [page.recipient] * 100),
        ),
        "endless_header.age": made(
            "channel.foreign_stanza",
            "stanzas to the end",
            b"age-encryption.org/v1\n" + b"-> a\n\n" * 2048,
        ),
        "endless_stanza.age": made(
            "channel.envelope_format",
            "a stanza longer than any that is looked at",
            b"age-encryption.org/v1\n-> " + b"a " * 8192 + b"\n\n",
        ),
        "next_version.age": made(
            "channel.envelope_format",
            "age v2",
            good.replace(b"encryption.org/v1", b"encryption.org/v2", 1),
        ),
    }


REPEATABLE: dict[str, Callable[[], Vectors]] = {
    **cards.MAKERS,
    "padbook": padbook_vectors,
    "tar": tar_vectors,
    **service.MAKERS,
    **pouches.MAKERS,
    **sheets.MAKERS,
}
ONCE: dict[str, Callable[[], Vectors]] = {"sealed": sealed_vectors}


def files(makers: dict[str, Callable[[], Vectors]]) -> Iterator[tuple[Path, bytes]]:
    for format_name, make in makers.items():
        for name, data in make().items():
            yield VECTORS / "channel" / format_name / name, data


def main() -> None:
    for path, data in files(REPEATABLE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for path, data in files(ONCE):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(data)


if __name__ == "__main__":
    main()
