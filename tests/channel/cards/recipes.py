"""How the vectors of cards and revocations are made: one good text with one change each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from depesha.channel import Card, Purpose, Revocation, countersign_card, sign_card, sign_revocation
from depesha.cipher import CosignatureSigner, Ed25519Signer, SealKey, sign_note
from tests.channel.stations import BEGIN, CENTRE, HARBOUR, NOW, RIVER, seed

Vectors = dict[str, bytes]
BAD = "channel.card_format"
TRUST = "channel.card_trust"
SIGNED = "channel.signed_text"
NEXT_DAY = BEGIN + timedelta(days=40)

SECOND_IDENTITY = Ed25519Signer("post-harbour", seed("post-harbour second identity"))
RENEWED = replace(
    HARBOUR.card,
    edition=2,
    valid_from=NEXT_DAY,
    valid_until=HARBOUR.card.valid_until + timedelta(days=40),
)
ROLLED = replace(
    RENEWED,
    identity=SECOND_IDENTITY.verifier,
    seal=SealKey.from_bytes(seed("post-harbour second seal")).public,
)
ROLLED_NOTE = sign_card(ROLLED, SECOND_IDENTITY, former=HARBOUR.identity)


def vector(expect: str, comment: str, body: bytes, **head: str) -> bytes:
    lines = {"expect": expect, "comment": comment, **head}
    return "".join(f"{key}: {value}\n" for key, value in lines.items()).encode() + b"\n" + body


def made(expect: str, comment: str, note: bytes) -> bytes:
    return vector(expect, comment, note, fingerprint=HARBOUR.card.comparison)


def signed(text: str, signer: Ed25519Signer = HARBOUR.identity) -> bytes:
    return sign_note(text, [signer])


def with_line(old: str, new: str) -> bytes:
    text = HARBOUR.card.to_text()
    assert text.count(old) == 1
    return signed(text.replace(old, new))


def vkey(name: str, secret: str) -> str:
    return Ed25519Signer(name, seed(secret)).verifier.to_vkey()


def card_vectors() -> Vectors:
    return {**_card_notes(), **_card_fields(), **_card_keys()}


def _card_notes() -> Vectors:
    text = HARBOUR.card.to_text()
    countersigned = countersign_card(HARBOUR.note, CENTRE.identity)
    return {
        "ok.txt": made("ok", "a post with one releaser and one clerk", HARBOUR.note),
        "countersigned.txt": made("ok", "a centre signed as well", countersigned),
        "other_station.txt": made(TRUST, "a true card of another", RIVER.note),
        "wrong_signer.txt": made(
            SIGNED, "another key of the card signed", signed(text, HARBOUR.register)
        ),
        "not_a_note.txt": made(SIGNED, "the text alone", text.encode()),
        "wrong_label.txt": made(BAD, "another purpose", with_line("1 card", "1 padbook")),
        "next_version.txt": made(BAD, "a version unknown", with_line("1 card", "2 card")),
    }


def _card_fields() -> Vectors:
    text = HARBOUR.card.to_text()
    swapped = "purpose: post\ncall-sign: POST HARBOUR\n"
    return {
        "missing_field.txt": made(BAD, "no purpose", with_line("purpose: post\n", "")),
        "unknown_field.txt": made(
            BAD, "a field nobody knows", with_line("purpose", "motto: x\npurpose")
        ),
        "trailing_field.txt": made(BAD, "a line too many", signed(text + "more: x\n")),
        "fields_swapped.txt": made(
            BAD,
            "the order is fixed",
            with_line("call-sign: POST HARBOUR\npurpose: post\n", swapped),
        ),
        "unknown_purpose.txt": made(BAD, "post or centre", with_line(": post\n", ": outpost\n")),
        "lower_case_call_sign.txt": made(
            BAD, "call-signs are capitals", with_line("POST HARBOUR", "post harbour")
        ),
        "edition_zero.txt": made(BAD, "editions count from 1", with_line("ion: 1\n", "ion: 0\n")),
        "edition_with_zero.txt": made(
            BAD, "a number has one spelling", with_line("ion: 1\n", "ion: 01\n")
        ),
        "first_edition_of_another.txt": made(
            BAD,
            "a first edition is named by its own key",
            with_line(HARBOUR.card.fingerprint, RIVER.card.fingerprint),
        ),
        "station_in_capitals.txt": made(
            BAD,
            "a fingerprint has one spelling",
            with_line(HARBOUR.card.fingerprint, HARBOUR.card.fingerprint.upper()),
        ),
        "filing_missing.txt": made(
            BAD,
            "every card says that the station files everything",
            with_line("filing: this station files everything that it sends and receives\n", ""),
        ),
        "filing_in_other_words.txt": made(
            BAD,
            "it is said in these words",
            with_line("files everything", "may file everything"),
        ),
        "ends_before_it_begins.txt": made(
            BAD, "the days are in order", with_line("2032-01-01", "2030-01-01")
        ),
        "instant_with_zero_seconds.txt": made(
            BAD,
            "an instant has one spelling",
            with_line("2032-01-01T00:00Z", "2032-01-01T00:00:00Z"),
        ),
        "trailing_space.txt": made(BAD, "no outer space", with_line(": post\n", ": post \n")),
        "empty_line.txt": made(
            BAD, "no empty line in the text", with_line("purpose: post", "\npurpose: post")
        ),
    }


def _card_keys() -> Vectors:
    releaser = HARBOUR.releaser.verifier.to_vkey()
    clerk = HARBOUR.clerk.verifier.to_vkey()
    witness = HARBOUR.witness.verifier.to_vkey()
    post_quantum = HARBOUR.post_quantum.verifier.to_vkey()
    plain = CosignatureSigner("post-harbour/post-quantum", seed("p")).verifier.to_vkey()
    seal = next(line for line in HARBOUR.card.to_text().splitlines() if line.startswith("seal"))
    lines = f"releaser: {releaser}\n", f"clerk: {clerk}\n"
    return {
        "no_people.txt": made("ok", "no releaser, no clerk", with_line("".join(lines), "")),
        "call_sign_of_another.txt": made(
            BAD, "keys are named for the call-sign", with_line("POST HARBOUR", "POST RIVER")
        ),
        "witness_of_wrong_type.txt": made(
            BAD,
            "a witness key has type 0x04",
            with_line(witness, vkey("post-harbour/witness", "w")),
        ),
        "post_quantum_of_wrong_type.txt": made(
            BAD, "a post-quantum key has type 0x06", with_line(post_quantum, plain)
        ),
        "seal_key_of_low_order.txt": made(
            BAD, "a seal key is sound", with_line(seal, "seal: " + "A" * 43 + "=")
        ),
        "seal_key_short.txt": made(
            BAD, "a seal key is 32 bytes", with_line(seal, "seal: " + "A" * 40)
        ),
        "key_twice.txt": made(
            BAD,
            "one key serves one purpose",
            with_line(releaser, vkey("post-harbour/b", "post-harbour register")),
        ),
        "clerk_with_the_key_of_a_releaser.txt": made(
            BAD,
            "one key serves one purpose",
            with_line(clerk, vkey("post-harbour/clerk/b-rask", "post-harbour releaser")),
        ),
        "clerk_before_releaser.txt": made(
            BAD, "the order is fixed", with_line("".join(lines), "".join(reversed(lines)))
        ),
        "clerk_named_as_a_releaser.txt": made(
            BAD,
            "a clerk's key is named below clerk",
            with_line(clerk, vkey("post-harbour/b-rask", "post-harbour clerk")),
        ),
        "releaser_named_clerk.txt": made(
            BAD, "the word is kept", with_line(releaser, vkey("post-harbour/clerk", "c"))
        ),
    }


def successor_vectors() -> Vectors:
    """Cards that come after the card of POST HARBOUR, which is pinned."""

    def after(expect: str, comment: str, note: bytes) -> bytes:
        pinned = HARBOUR.card.fingerprint
        return vector(expect, comment, note, pinned="../card/ok.txt", station=pinned)

    def changed(card: Card, **fields: object) -> bytes:
        return sign_card(replace(card, **fields), SECOND_IDENTITY, former=HARBOUR.identity)  # type: ignore[arg-type]

    stolen = sign_card(ROLLED, SECOND_IDENTITY)
    return {
        "renewed.txt": after(
            "ok", "the same identity, a later day", sign_card(RENEWED, HARBOUR.identity)
        ),
        "rolled_over.txt": after("ok", "signed by the new key and the old", ROLLED_NOTE),
        "same_again.txt": after("ok", "the pinned card itself", HARBOUR.note),
        "not_signed_by_the_old_key.txt": after(TRUST, "only the new key signed", stolen),
        "countersigned_instead.txt": after(
            TRUST,
            "a centre does not take the place of the old key",
            countersign_card(stolen, CENTRE.identity),
        ),
        "signed_by_the_old_key_alone.txt": after(
            SIGNED, "the new key must sign", signed(ROLLED.to_text())
        ),
        "same_edition.txt": after(
            TRUST,
            "two cards of one edition",
            sign_card(replace(HARBOUR.card, releasers=()), HARBOUR.identity),
        ),
        "another_register.txt": after(
            TRUST,
            "the register lasts",
            changed(
                ROLLED,
                register=Ed25519Signer("post-harbour/register", seed("another")).verifier,
            ),
        ),
        "made_a_centre.txt": after(
            TRUST, "the purpose lasts", changed(ROLLED, purpose=Purpose.CENTRE)
        ),
        "begins_before.txt": after(
            TRUST,
            "a new card does not begin before the old",
            changed(ROLLED, valid_from=BEGIN - timedelta(days=1)),
        ),
        "another_station.txt": after(TRUST, "a card of another station", RIVER.note),
    }


REVOCATION = Revocation(
    station=HARBOUR.card.fingerprint,
    key=HARBOUR.identity.verifier,
    revoked_from=NOW - timedelta(days=3),
    written=NOW,
    by=HARBOUR.card.fingerprint,
)
BY_CENTRE = replace(REVOCATION, by=CENTRE.card.fingerprint)
OF_RELEASER = replace(REVOCATION, key=HARBOUR.releaser.verifier)


def revocation_vectors() -> Vectors:
    """Revocations, where the cards of POST HARBOUR, POST RIVER and NORTH CENTRE are pinned."""
    bad = "channel.revocation_format"

    def changed(old: str, new: str) -> bytes:
        text = REVOCATION.to_text()
        assert old in text
        return signed(text.replace(old, new))

    return {
        "by_itself.txt": vector("ok", "the key", sign_revocation(REVOCATION, HARBOUR.identity)),
        "by_a_centre.txt": vector("ok", "a centre", sign_revocation(BY_CENTRE, CENTRE.identity)),
        "of_a_releaser.txt": vector(
            "ok", "a releaser's key", sign_revocation(OF_RELEASER, HARBOUR.identity)
        ),
        "of_a_clerk.txt": vector(
            "ok",
            "a clerk's key",
            sign_revocation(replace(REVOCATION, key=HARBOUR.clerk.verifier), HARBOUR.identity),
        ),
        "by_another_post.txt": vector(
            SIGNED,
            "a post revokes its own keys alone",
            sign_revocation(replace(REVOCATION, by=RIVER.card.fingerprint), RIVER.identity),
        ),
        "in_the_name_of_a_centre.txt": vector(
            SIGNED, "the centre did not sign", sign_revocation(BY_CENTRE, RIVER.identity)
        ),
        "by_the_releaser.txt": vector(
            SIGNED,
            "a releaser's key revokes nothing, not even itself",
            sign_revocation(OF_RELEASER, HARBOUR.releaser),
        ),
        "not_a_note.txt": vector(SIGNED, "the text alone", REVOCATION.to_text().encode()),
        "next_version.txt": vector(bad, "a version unknown", changed("1 rev", "2 rev")),
        "in_advance.txt": vector(
            bad, "no key is revoked in advance", changed("from: 2031-02-27", "from: 2031-03-27")
        ),
        "of_a_register.txt": vector(
            bad,
            "a register is not revoked",
            changed(HARBOUR.identity.verifier.to_vkey(), HARBOUR.register.verifier.to_vkey()),
        ),
        "trailing_field.txt": vector(
            bad, "a line too many", signed(REVOCATION.to_text() + "more: x\n")
        ),
        "fields_swapped.txt": vector(
            bad,
            "the order is fixed",
            changed(
                "from: 2031-02-27T07:10Z\nwritten: 2031-03-02T07:10Z\n",
                "written: 2031-03-02T07:10Z\nfrom: 2031-02-27T07:10Z\n",
            ),
        ),
    }


MAKERS: dict[str, Callable[[], Vectors]] = {
    "card": card_vectors,
    "successor": successor_vectors,
    "revocation": revocation_vectors,
}
