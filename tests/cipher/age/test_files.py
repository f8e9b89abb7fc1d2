"""Whole files: sealed to some, opened by them, and refused after any change."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import (
    CipherError,
    HybridIdentity,
    MixedRecipientsError,
    NoMatchingIdentityError,
    Recipient,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    read_stanzas,
    seal,
    seal_chunks,
    unseal,
    unseal_chunks,
    unseal_indexed,
)
from depesha.cipher.age import files, x25519
from depesha.cipher.age.header import read_header
from depesha.cipher.age.stanza import Stanza
from depesha.cipher.errors import HeaderFormatError, HeaderMacError

ONE = HybridIdentity.from_seed(bytes(32))
TWO = HybridIdentity.from_seed(bytes(31) + b"\x01")
CLASSIC = X25519Identity(bytes(31) + b"\x02")
PASSPHRASE = ScryptRecipient("hush", work_factor=1)
SEALED = seal(b"The second variant is accepted.\n", [ONE.recipient])
HEADER_SIZE = read_header(SEALED)[1]


def sealed_with(
    plaintext: bytes, stanzas: Sequence[Stanza], *, file_key: bytes, nonce: bytes
) -> bytes:
    return b"".join(files._seal_with([plaintext], stanzas, file_key=file_key, nonce=nonce))


@given(st.binary(max_size=300))
def test_what_is_sealed_opens(plaintext: bytes) -> None:
    """Every recipient opens the file, and it has one stanza for each."""
    sealed = seal(plaintext, [ONE.recipient, TWO.recipient])

    assert unseal(sealed, [ONE]) == unseal(sealed, [TWO]) == plaintext
    assert [stanza.kind for stanza in read_stanzas(sealed)] == ["mlkem768x25519"] * 2


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 196608])
def test_sizes_around_chunks(size: int) -> None:
    """Long texts survive, and the pieces add up to the whole."""
    plaintext = bytes(size)
    sealed = seal(plaintext, [ONE.recipient])
    assert unseal(sealed, [ONE]) == plaintext
    assert b"".join(unseal_chunks([sealed], [ONE])) == plaintext


@pytest.mark.parametrize("step", [1, 1000, 65536, 300_000])
def test_pieces_change_nothing(step: int) -> None:
    """However a text or a file is cut into pieces, it is sealed and opened as a whole one."""
    plaintext = bytes(place % 251 for place in range(140_000))
    pieces = (plaintext[place : place + step] for place in range(0, len(plaintext), step))
    sealed = b"".join(seal_chunks(pieces, [ONE.recipient]))

    assert unseal(sealed, [ONE]) == plaintext
    cut = (sealed[place : place + step] for place in range(0, len(sealed), step))
    assert b"".join(unseal_chunks(cut, [TWO, ONE])) == plaintext


def test_only_the_piece_at_hand_is_held() -> None:
    """Neither sealing nor opening reads ahead by more than a chunk, so any size passes through."""
    read = 0

    def pieces() -> Iterator[bytes]:
        nonlocal read
        for _ in range(64):
            read += 65536
            yield bytes(65536)

    opened = 0
    for chunk in unseal_chunks(seal_chunks(pieces(), [ONE.recipient]), [ONE]):
        opened += len(chunk)
        assert read - opened <= 3 * 65536
    assert opened == 64 * 65536


def test_recipients_are_checked_before_a_piece_is_asked_for() -> None:
    """A text that comes from somewhere is not even begun where it may not be sealed."""

    def never() -> Iterator[bytes]:
        pytest.fail("a piece was asked for")
        yield b""

    with pytest.raises(MixedRecipientsError):
        seal_chunks(never(), [ONE.recipient, CLASSIC.recipient])


@given(st.binary(max_size=400), st.integers(min_value=1, max_value=90))
def test_any_pieces_are_read_or_refused(data: bytes, step: int) -> None:
    """A reader of pieces refuses exactly what a reader of whole files refuses."""
    for sealed in (data, SEALED[:60] + data, SEALED[:HEADER_SIZE] + data):
        cut = [sealed[place : place + step] for place in range(0, len(sealed), step)]
        assert refusal_of(partial(joined, cut)) == refusal(sealed)


def joined(cut: list[bytes]) -> bytes:
    return b"".join(unseal_chunks(cut, [ONE]))


def test_a_header_beyond_the_limit_is_not_held() -> None:
    """An endless header is refused once a mebibyte of it has come."""
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        yield b"age-encryption.org/v1\n"
        while True:
            read += 65536
            yield b"-> grease\n\n" * 5461

    with pytest.raises(HeaderFormatError):
        unseal_chunks(endless(), [ONE])
    assert read <= 18 * 65536


def test_other_kinds() -> None:
    """Classic keys and passphrases open what was sealed to them."""
    assert unseal(seal(b"x", [CLASSIC.recipient]), [ONE, CLASSIC]) == b"x"
    assert unseal(seal(b"x", [PASSPHRASE]), [ONE, ScryptIdentity("hush")]) == b"x"


def test_the_matching_identity_is_named() -> None:
    """The caller learns which page was used, so that it can be burnt."""
    assert unseal_indexed(SEALED, [TWO, CLASSIC, ONE]) == (2, unseal(SEALED, [ONE]))


@pytest.mark.parametrize("identities", [[], [TWO], [TWO, CLASSIC, ScryptIdentity("x")]])
def test_not_for_this_holder(identities: list[HybridIdentity]) -> None:
    """Who is not a recipient is told so, and nothing else."""
    with pytest.raises(NoMatchingIdentityError):
        unseal(SEALED, identities)


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [ONE.recipient, CLASSIC.recipient],
        [CLASSIC.recipient, ONE.recipient],
        [PASSPHRASE, PASSPHRASE],
        [ONE.recipient, PASSPHRASE],
    ],
)
def test_recipients_that_may_not_share_a_file(recipients: Sequence[Recipient]) -> None:
    """One weak recipient would undo what the others promise, so nothing is sealed."""
    with pytest.raises(MixedRecipientsError):
        seal(b"x", recipients)


def refusal(sealed: bytes) -> str:
    return refusal_of(lambda: unseal(sealed, [ONE]))


def refusal_of(work: Callable[[], bytes]) -> str:
    try:
        work()
    except CipherError as refused:
        return refused.code
    return "ok"


def test_one_flipped_bit_anywhere_is_refused() -> None:
    """In the payload it is the payload that is refused; in the header, the header or the key."""
    of_header = {"cipher.header_format", "cipher.header_mac", "cipher.no_match"}
    for place in range(len(SEALED)):
        for bit in range(8):
            changed = bytearray(SEALED)
            changed[place] ^= 1 << bit
            expected = of_header if place < HEADER_SIZE else {"cipher.payload"}
            assert refusal(bytes(changed)) in expected, f"bit {bit} of byte {place}"


def test_every_cut_is_refused() -> None:
    """No beginning of a file passes for the file."""
    for size in range(len(SEALED)):
        assert refusal(SEALED[:size]) in {"cipher.header_format", "cipher.payload"}


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No bytes make the reader fail in a way callers are not told about."""
    with suppress(CipherError):
        unseal(data, [ONE])
    with suppress(CipherError):
        unseal(SEALED[:HEADER_SIZE] + data, [ONE])
    with suppress(CipherError):
        read_stanzas(SEALED[:40] + data)


def test_a_header_is_checked_before_the_first_piece_is_asked_for() -> None:
    """Asking for pieces fails at once where the header is bad."""
    with pytest.raises(HeaderFormatError):
        unseal_chunks([b"age-encryption.org/v2\n"], [ONE])
    with pytest.raises(NoMatchingIdentityError):
        unseal_chunks([SEALED], [TWO])


def test_a_known_stanza_of_bad_shape_fails_the_file_for_everyone() -> None:
    """Also for who holds an identity of another kind and would never open that stanza."""
    key = bytes(16)
    good = ONE.recipient.wrap(key)
    for bad in (
        Stanza(kind="X25519", arguments=("AA",), body=bytes(32)),
        Stanza(kind="X25519", arguments=(), body=bytes(32)),
        Stanza(kind="mlkem768x25519", arguments=good.arguments, body=bytes(31)),
        PASSPHRASE.wrap(key),
    ):
        sealed = sealed_with(b"x", [good, bad], file_key=key, nonce=bytes(16))
        with pytest.raises(HeaderFormatError):
            unseal(sealed, [ONE])
        with pytest.raises(HeaderFormatError):
            read_stanzas(sealed)


def test_unknown_stanzas_are_ignored() -> None:
    """Grease from other programs does not stand in the way."""
    key = bytes(16)
    stanzas = [Stanza(kind="grease", body=b"x"), ONE.recipient.wrap(key)]
    sealed = sealed_with(b"x", stanzas, file_key=key, nonce=bytes(16))
    assert unseal(sealed, [ONE]) == b"x"


def test_a_file_has_no_more_recipients_than_are_read() -> None:
    """What is sealed here opens here, to the last recipient."""
    sealed = seal(b"x", [CLASSIC.recipient] * 256)
    assert unseal(sealed, [CLASSIC]) == b"x"
    assert len(read_stanzas(sealed, at_most=3)) == 3
    with pytest.raises(MixedRecipientsError):
        seal(b"x", [CLASSIC.recipient] * 257)


def test_the_first_stanzas_have_their_shape() -> None:
    """Also where not the whole header is read, a known stanza is what it must be."""
    bad = Stanza(kind="X25519", arguments=(), body=bytes(32))
    sealed = sealed_with(b"x", [bad], file_key=bytes(16), nonce=bytes(16))
    with pytest.raises(HeaderFormatError):
        read_stanzas(sealed, at_most=1)


def test_a_stanza_moved_to_another_file_fails_the_mac() -> None:
    """A stanza that opens does not authenticate the rest of its header."""
    key = bytes(16)
    stanza = ONE.recipient.wrap(key)
    sealed = sealed_with(b"x", [stanza], file_key=key, nonce=bytes(16))
    added = sealed.replace(b"--- ", b"-> grease\n\n--- ")
    with pytest.raises(HeaderMacError):
        unseal(added, [ONE])


def test_sealing_is_fixed_by_its_parts() -> None:
    """With stanza, file key and nonce given, nothing is drawn."""
    stanza = x25519._wrap_with(CLASSIC.recipient, bytes(16), ephemeral=bytes([9]) * 32)
    parts = (b"x", [stanza])
    first = sealed_with(*parts, file_key=bytes(16), nonce=bytes(16))
    assert first == sealed_with(*parts, file_key=bytes(16), nonce=bytes(16))
    assert unseal(first, [CLASSIC]) == b"x"


class OddIdentity:
    """An identity written elsewhere, which returns a file key of a wrong length."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        return bytes(len(stanza.body))


def test_a_file_key_of_wrong_length_is_refused() -> None:
    """Also where the identity is not one of ours."""
    with pytest.raises(HeaderFormatError):
        unseal(SEALED, [OddIdentity()])
