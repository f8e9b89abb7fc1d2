"""How the vectors of the cipher part are made: every one is rebuilt from here, byte for byte.

Run as a program (`python -m tests.cipher.recipes`) it writes them below `tests/vectors/cipher`.
"""

import base64
import string
from collections.abc import Iterator
from datetime import UTC, datetime

from depesha.cipher import (
    CosignatureSigner,
    Ed25519Signer,
    MLDSACosignatureSigner,
    PageSecret,
    ScryptRecipient,
    SealKey,
    make_check,
)
from depesha.cipher.age import files, scrypt
from depesha.cipher.notes.lines import vkey_to_text
from tests.support import VECTORS

Recipe = tuple[str, dict[str, str], bytes]

AT = datetime(2031, 3, 2, 7, 10, 5, tzinfo=UTC)
ALPHA = Ed25519Signer("post.example/alpha", bytes(range(32)))
BETA = Ed25519Signer("post.example/beta", bytes(range(32, 64)))
WITNESS = CosignatureSigner("witness.example", bytes(range(64, 96)))
TEXT = "depesha/1 minute\n\nWe accept the second variant.\n"
QUANTUM = MLDSACosignatureSigner("quantum.example", bytes(range(96, 128)))
CHECKPOINT = "post.example/alpha\n5\n" + base64.b64encode(bytes(range(32))).decode() + "\n"
PASSPHRASE = "correct horse battery staple"
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
ORDER_EIGHT = 2707385501144840649318225287225658788936804267575313519463743609750303402022
PRIME = 2**255 - 19


def recipes() -> Iterator[Recipe]:
    """Yield each vector's path below `tests/vectors/cipher`, head and body."""
    yield from _notes()
    yield from _verifier_keys()
    yield from _pages()
    yield from _key_files()
    yield from _checks()


def to_bytes(head: dict[str, str], body: bytes) -> bytes:
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    return lines.encode() + b"\n" + body


def _notes() -> Iterator[Recipe]:
    alpha, beta = ALPHA.sign(TEXT), BETA.sign(TEXT)
    cosigned = WITNESS.cosign(CHECKPOINT, AT)
    dash, name, data = alpha.removesuffix("\n").split(" ")
    unpadded = data.rstrip("=")
    signed = base64.b64decode(data)
    known, format_refused = "ok", "cipher.note_format"
    crowd = [Ed25519Signer(f"crowd-{number}", bytes(32)).sign(TEXT) for number in range(64)]
    for file, expect, comment, note in (
        ("one_signature", known, "a text with an empty line in it", f"{TEXT}\n{alpha}"),
        ("two_signatures", known, "both keys are known", f"{TEXT}\n{alpha}{beta}"),
        ("text_ends_in_empty_lines", known, "the last empty line is the break",
         f"{TEXT}\n\n\n{ALPHA.sign(TEXT + chr(10) * 2)}"),
        ("text_beyond_ascii", known, "UTF-8 is signed as it stands",
         f"Телеграмма № 5\n\n{ALPHA.sign('Телеграмма № 5' + chr(10))}"),
        ("cosigned", known, "a checkpoint with a cosignature of type 0x04",
         f"{CHECKPOINT}\n{ALPHA.sign(CHECKPOINT)}{cosigned}"),
        ("sixty_four_signatures", known, "as many lines as are read",
         f"{TEXT}\n{alpha}{''.join(crowd[1:])}"),
        ("unknown_key", "cipher.no_known_signature", "nobody known signed",
         f"{TEXT}\n{crowd[0]}"),
        ("text_changed", "cipher.signature", "the text is another",
         f"{TEXT.replace('second', 'first')}\n{alpha}"),
        ("line_of_another_text", "cipher.signature", "one good and one wrong signature",
         f"{TEXT}\n{alpha}{BETA.sign('x' + chr(10))}"),
        ("time_changed", "cipher.signature", "a cosignature states another time",
         f"{CHECKPOINT}\n{_later(cosigned)}"),
        ("signature_cut", "cipher.signature", "63 bytes of a signature",
         f"{TEXT}\n{dash} {name} {base64.b64encode(signed[:-1]).decode()}\n"),
        ("same_key_twice", "ok", "one key signed twice, and counts once",
         f"{TEXT}\n{alpha}{alpha}"),
        ("sixty_five_signatures", format_refused, "one line too many",
         f"{TEXT}\n{alpha}{''.join(crowd)}"),
        ("no_signature", format_refused, "a text alone", f"{TEXT}\n"),
        ("no_break", format_refused, "no empty line before the signature", f"x\n{alpha}"),
        ("no_last_line_feed", format_refused, "the last line is not ended",
         f"{TEXT}\n{alpha.removesuffix(chr(10))}"),
        ("empty_text", format_refused, "the text has no line feed", f"\n{alpha}"),
        ("carriage_returns", format_refused, "lines end with CRLF",
         f"{TEXT}\n{alpha}".replace("\n", "\r\n")),
        ("tab_in_text", format_refused, "a control character", f"a\tb\n\n{alpha}"),
        ("hyphen_for_dash", format_refused, "the line begins with another dash",
         f"{TEXT}\n- {name} {data}\n"),
        ("two_spaces", format_refused, "two spaces in a signature line",
         f"{TEXT}\n{dash}  {name} {data}\n"),
        ("trailing_space", format_refused, "a space after the signature",
         f"{TEXT}\n{dash} {name} {data} \n"),
        ("plus_in_name", format_refused, "a plus sign in a key name",
         f"{TEXT}\n{dash} post+alpha {data}\n"),
        ("wide_space_in_name", format_refused, "an em space in a key name",
         f"{TEXT}\n{dash} post\u2003alpha {data}\n"),
        ("base64_unpadded", format_refused, "padding is missing",
         f"{TEXT}\n{dash} {name} {unpadded}\n"),
        ("base64_loose_bits", format_refused, "unused bits are set",
         f"{TEXT}\n{dash} {name} {_loose(data)}\n"),
        ("key_id_alone", format_refused, "nothing follows the key id",
         f"{TEXT}\n{dash} {name} {base64.b64encode(signed[:4]).decode()}\n"),
    ):  # fmt: skip
        yield f"signed-note/{file}", _note_head(expect, comment), note.encode()
    yield (
        "signed-note/not_utf8",
        _note_head(format_refused, "a byte that begins no character"),
        b"\xff\n\n" + alpha.encode(),
    )
    yield (
        "signed-note/half_a_character",
        _note_head(format_refused, "a surrogate, encoded"),
        b"\xed\xa0\x80\n\n" + alpha.encode(),
    )


def _note_head(expect: str, comment: str) -> dict[str, str]:
    vkeys = " ".join(signer.verifier.to_vkey() for signer in (ALPHA, BETA, WITNESS))
    return {"expect": expect, "comment": comment, "vkeys": vkeys}


def _loose(data: str) -> str:
    """Set an unused bit of padded base64: another spelling of the same bytes."""
    body = data.rstrip("=")
    return body[:-1] + ALPHABET[ALPHABET.index(body[-1]) + 1] + data[len(body) :]


def _later(line: str) -> str:
    dash, name, data = line.removesuffix("\n").split(" ")
    raw = bytearray(base64.b64decode(data))
    raw[11] += 1
    return f"{dash} {name} {base64.b64encode(raw).decode()}\n"


def _verifier_keys() -> Iterator[Recipe]:
    good = ALPHA.verifier.to_vkey()
    name, key_id, data = good.split("+", 2)
    public = ALPHA.verifier.public
    refused = "cipher.key_format"
    quantum = QUANTUM.verifier.to_vkey()
    for file, expect, comment, text in (
        ("ed25519", "ok", "type 0x01", good),
        ("cosigner", "ok", "type 0x04", WITNESS.verifier.to_vkey()),
        ("ml_dsa", "ok", "type 0x06", quantum),
        ("name_beyond_ascii", "ok", "a name in another script", vkey_to_text("пост", 1, public)),
        ("empty", refused, "nothing", ""),
        ("trailing_line_feed", refused, "a line feed after the key", good + "\n"),
        ("no_name", refused, "an empty name", f"+{key_id}+{data}"),
        ("space_in_name", refused, "a space in the name", vkey_to_text("a b", 1, public)),
        ("key_id_of_another", refused, "the key id is not that of the key",
         f"{name}+00000000+{data}"),
        ("key_id_in_capitals", refused, "a second spelling of the key id",
         f"{name}+{key_id.upper()}+{data}"),
        ("base64_unpadded", refused, "padding is missing", quantum.rstrip("=")),
        ("base64_loose_bits", refused, "unused bits are set", _loose(quantum)),
        ("unknown_type", refused, "type 0x7f", vkey_to_text(name, 0x7F, public)),
        ("short_key", refused, "31 bytes", vkey_to_text(name, 1, public[:-1])),
        ("long_key", refused, "33 bytes", vkey_to_text(name, 1, public + b"x")),
        ("type_alone", refused, "no key after the type", vkey_to_text(name, 1, b"")),
        ("identity_point", refused, "a key of order one", _vkey(name, 1)),
        ("order_eight", refused, "a key of order eight", _vkey(name, ORDER_EIGHT)),
        ("order_eight_cosigner", refused, "a cosigner's key of order eight",
         vkey_to_text(name, 4, ORDER_EIGHT.to_bytes(32, "little"))),
        ("second_encoding", refused, "a coordinate above the prime", _vkey(name, PRIME + 3)),
        ("not_on_the_curve", refused, "a coordinate of no point", _vkey(name, 2)),
        ("ml_dsa_short_key", refused, "type 0x06 with 32 bytes", vkey_to_text(name, 6, public)),
    ):  # fmt: skip
        yield f"vkey/{file}", {"expect": expect, "comment": comment}, text.encode()


def _vkey(name: str, coordinate: int) -> str:
    return vkey_to_text(name, 1, coordinate.to_bytes(32, "little"))


def _pages() -> Iterator[Recipe]:
    page = PageSecret.from_bytes(bytes(range(64))).page
    data = page.to_bytes()
    yield (
        "pad-page/page",
        {
            "expect": "ok",
            "comment": "the page of the 64 bytes from 00 to 3f",
            "digest": page.digest().to_text(),
        },
        data,
    )
    for file, comment, body in (
        ("empty", "nothing", b""),
        ("short", "1,247 bytes", data[:-1]),
        ("long", "1,249 bytes", data + b"\x00"),
        ("check_key_zero", "a check key of low order", data[:1216] + bytes(32)),
        ("x25519_half_zero", "a recipient whose X25519 half has low order",
         data[:1184] + bytes(32) + data[1216:]),
        ("ml_kem_half_out_of_range", "coefficients above the modulus",
         b"\xff" * 3 + data[3:]),
    ):  # fmt: skip
        yield f"pad-page/{file}", {"expect": "cipher.key_format", "comment": comment}, body


def _key_files() -> Iterator[Recipe]:
    text = b"depesha/1 keyfile\nseal: AAE=\nsign: eA==\n"
    good = _sealed(text)
    yield (
        "key-file/two_secrets",
        {**_key_head("ok", "two secrets under a passphrase"), "names": "seal sign"},
        good,
    )
    yield (
        "key-file/no_secret",
        {**_key_head("ok", "a key file may be empty"), "names": ""},
        _sealed(b"depesha/1 keyfile\n"),
    )
    yield (
        "key-file/wrong_passphrase",
        {"expect": "cipher.passphrase", "comment": "another passphrase", "passphrase": "x"},
        good,
    )
    refused = "cipher.key_format"
    for file, expect, comment, body in (
        ("cut", "cipher.payload", "the last byte is missing", good[:-1]),
        ("grease_added", "cipher.header_format", "a passphrase stands alone in its header",
         good.replace(b"--- ", b"-> grease\n\n--- ", 1)),
        ("mac_of_another", "cipher.header_mac", "the MAC is not over this header",
         good[: good.index(b"--- ") + 4] + b"A" * 43 + good[good.index(b"--- ") + 47 :]),
        ("not_age", "cipher.header_format", "another file", b"depesha/1 keyfile\n"),
        ("unsorted", refused, "names out of order",
         _sealed(b"depesha/1 keyfile\nsign: eA==\nseal: AAE=\n")),
        ("same_name_twice", refused, "one name twice",
         _sealed(b"depesha/1 keyfile\nsign: eA==\nsign: eA==\n")),
        ("other_label", refused, "another version", _sealed(b"depesha/2 keyfile\n")),
        ("no_last_line_feed", refused, "the last line is not ended", _sealed(text[:-1])),
        ("carriage_returns", refused, "lines end with CRLF",
         _sealed(text.replace(b"\n", b"\r\n"))),
        ("base64_loose_bits", refused, "unused bits are set",
         _sealed(b"depesha/1 keyfile\nsign: eB==\n")),
        ("empty_secret", refused, "a secret of no bytes", _sealed(b"depesha/1 keyfile\nsign: \n")),
        ("name_in_capitals", refused, "a name that is not lower-case",
         _sealed(b"depesha/1 keyfile\nSign: eA==\n")),
    ):  # fmt: skip
        yield f"key-file/{file}", _key_head(expect, comment), body


def _key_head(expect: str, comment: str) -> dict[str, str]:
    return {"expect": expect, "comment": comment, "passphrase": PASSPHRASE}


def _sealed(text: bytes) -> bytes:
    file_key, salt, nonce = bytes(range(16)), bytes(range(16, 32)), bytes(range(32, 48))
    stanza = scrypt._wrap_with(ScryptRecipient(PASSPHRASE, work_factor=4), file_key, salt=salt)
    return b"".join(files._seal_with([text], [stanza], file_key=file_key, nonce=nonce))


def _checks() -> Iterator[Recipe]:
    sender, secret = SealKey(bytes(range(64, 96))), bytes(range(64))
    page = PageSecret.from_bytes(secret).page
    text = b"depesha/1 cover\nserial: 5\n"
    good = make_check(sender, page.check_key, text)
    other = PageSecret.from_bytes(bytes(range(1, 65))).page
    refused, unsound = "cipher.check", "cipher.key_format"
    for file, expect, comment, body, public in (
        ("holds", "ok", "a check by the sender on the text", good + text, None),
        ("empty_text", "ok", "a text of no bytes", make_check(sender, page.check_key, b""), None),
        ("text_changed", refused, "another serial", good + text.replace(b"5", b"6"), None),
        ("one_bit", refused, "one bit of the check", bytes([good[0] ^ 1]) + good[1:] + text, None),
        ("cut", refused, "half a check", good[:16], None),
        ("other_page", refused, "made for another page",
         make_check(sender, other.check_key, text) + text, None),
        ("other_sender", refused, "made with another seal key",
         make_check(SealKey(bytes(32)), page.check_key, text) + text, None),
        ("other_card", refused, "the card has another seal key", good + text,
         SealKey(bytes(32)).public),
        ("low_order", unsound, "the card's seal key has low order", good + text, bytes(32)),
        ("second_encoding", unsound, "the card's seal key is above the prime", good + text,
         (PRIME + 9).to_bytes(32, "little")),
        ("high_bit", unsound, "the card's seal key has its unused bit set", good + text,
         sender.public[:-1] + bytes([sender.public[-1] | 0x80])),
    ):  # fmt: skip
        head = {"expect": expect, "comment": comment}
        keys = {"seal-key": sender.private.hex(), "page-secret": secret.hex()}
        named = {} if public is None else {"seal-public": public.hex()}
        yield f"check/{file}", {**head, **keys, **named}, body


if __name__ == "__main__":
    for path, head, body in recipes():
        target = VECTORS / "cipher" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(to_bytes(head, body))
