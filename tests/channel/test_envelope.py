import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import (
    ENVELOPE_LIMIT_BYTES,
    SEALED_LIMIT_BYTES,
    ChannelError,
    Envelope,
    EnvelopeFormatError,
    ForeignStanzaError,
    NoLivePageError,
    bucket,
    is_checked,
    open_envelope,
    read_checked,
    seal_envelope,
    write_checked,
)
from depesha.cipher import PageSecret, seal
from tests.channel.stations import PAGES, SECRETS
from tests.channel.vector_files import ENVELOPE
from tests.support import Vector, vectors

KIB = 1024


@pytest.mark.parametrize("vector", vectors("channel/tar"), ids=lambda v: v.name)
def test_tar_vector(vector: Vector) -> None:
    """A vector packs again to its own bytes, or is refused with the code it names."""
    if vector.expect == "ok":
        assert Envelope.unpack(vector.body).pack() == vector.body
        return

    with pytest.raises(ChannelError) as refused:
        Envelope.unpack(vector.body)

    assert refused.value.code == vector.expect


@pytest.mark.parametrize("vector", vectors("channel/sealed"), ids=lambda v: v.name)
def test_sealed_vector(vector: Vector) -> None:
    """A wire object opens with the secret in its head, or is refused with the code it names."""
    secret = PageSecret.from_bytes(bytes.fromhex(vector.head["secret"]))
    if vector.expect == "ok":
        assert open_envelope(vector.body, {"page": secret}) == ("page", ENVELOPE)
        return

    with pytest.raises(ChannelError) as refused:
        open_envelope(vector.body, {"page": secret})

    assert refused.value.code == vector.expect


envelopes = st.builds(
    Envelope,
    cover=st.binary(min_size=1, max_size=2000),
    telegram=st.binary(min_size=1, max_size=5000),
    enclosures=st.lists(st.binary(max_size=3000), max_size=4).map(tuple),
)


@given(envelopes)
def test_a_packed_envelope_reads_back(envelope: Envelope) -> None:
    """Packing loses nothing, and the length tells the bucket alone."""
    tar = envelope.pack()

    assert Envelope.unpack(tar) == envelope
    assert len(tar) in {4 * KIB, 16 * KIB, 64 * KIB}


@given(st.integers(1, 200 * KIB * KIB))
def test_buckets_hold_what_they_are_for(length: int) -> None:
    """A bucket is never too small, and no smaller one would do."""
    size = bucket(length)
    legal = {4 * KIB, 16 * KIB, 64 * KIB}

    assert size >= length
    assert size in legal or size % (256 * KIB) == 0
    assert size == 4 * KIB or bucket(length) == bucket(size)
    assert all(smaller < length for smaller in legal if smaller < size)
    assert size <= 256 * KIB or size - 256 * KIB < length


@given(st.binary(max_size=2048))
def test_any_bytes_are_no_envelope(data: bytes) -> None:
    """No input makes a reader fail in a way callers are not told about."""
    with pytest.raises(EnvelopeFormatError):
        Envelope.unpack(data)
    with pytest.raises(EnvelopeFormatError):
        open_envelope(data, {1: SECRETS[0]})


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_tar_is_another_envelope_or_refused(place: int, change: int) -> None:
    """What still parses differs in its contents only, and packs to the changed bytes."""
    tar = bytearray(ENVELOPE.pack())
    tar[place % len(tar)] ^= change
    try:
        changed = Envelope.unpack(bytes(tar))
    except EnvelopeFormatError:
        return
    assert changed.pack() == bytes(tar)
    assert changed != ENVELOPE


def test_an_envelope_has_limits() -> None:
    """Neither the number of enclosures nor the size is without end, at writing and at reading."""
    with pytest.raises(EnvelopeFormatError):
        Envelope(cover=b"c", telegram=b"t", enclosures=(b"",) * 100)
    with pytest.raises(EnvelopeFormatError):
        Envelope(cover=b"c", telegram=bytes(ENVELOPE_LIMIT_BYTES))
    with pytest.raises(EnvelopeFormatError):
        Envelope.unpack(bytes(ENVELOPE_LIMIT_BYTES + 512))
    with pytest.raises(EnvelopeFormatError):
        open_envelope(bytes(SEALED_LIMIT_BYTES + 1), {1: SECRETS[0]})


def test_the_largest_envelope_goes_through() -> None:
    """What may be packed may be sealed, and opens again."""
    room = ENVELOPE_LIMIT_BYTES - 6 * 512
    largest = Envelope(cover=b"c" * 512, telegram=b"t" * room)
    assert largest.packed_bytes == ENVELOPE_LIMIT_BYTES
    assert open_envelope(seal_envelope(largest, PAGES[0]), {1: SECRETS[0]})[1] == largest


def test_ninety_nine_enclosures_fit() -> None:
    """The last name has two digits as well."""
    full = Envelope(cover=b"c", telegram=b"t", enclosures=tuple(bytes([n]) for n in range(99)))
    assert Envelope.unpack(full.pack()) == full
    assert full.members[-1][0] == "enclosures/99"


def test_the_right_page_is_found_among_many() -> None:
    """The key returned is the one of the page that the object is addressed to."""
    sealed = seal_envelope(ENVELOPE, PAGES[4])
    assert open_envelope(sealed, dict(enumerate(SECRETS, 1))) == (5, ENVELOPE)


def test_without_its_page_an_envelope_stays_closed() -> None:
    """With other pages, or none at all, nothing opens."""
    sealed = seal_envelope(ENVELOPE, PAGES[0])
    none: dict[int, PageSecret] = {}
    for secrets in (none, {2: SECRETS[1]}):
        with pytest.raises(NoLivePageError):
            open_envelope(sealed, secrets)


def test_a_second_stanza_is_refused_even_for_ones_own_page() -> None:
    """Nobody else may hold the file key, whoever they are."""
    sealed = seal(ENVELOPE.pack(), [PAGES[0].recipient, PAGES[0].recipient])
    with pytest.raises(ForeignStanzaError):
        open_envelope(sealed, {1: SECRETS[0]})


def test_the_contents_do_not_show() -> None:
    """Where values are shown, an envelope shows nothing of what is in it."""
    assert "telegram" not in repr(ENVELOPE)
    assert "a cover" not in repr(ENVELOPE)


def test_a_flipped_bit_is_refused_wherever_it_is() -> None:
    """Every byte of the header, and a sample of the payload, is under authentication."""
    sealed = seal_envelope(ENVELOPE, PAGES[0])
    header = sealed.index(b"\n--- ") + 5 + 43 + 1
    places = [*range(header + 20), *range(header + 20, len(sealed), 97), len(sealed) - 1]
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1 << (place % 8)
        with pytest.raises(ChannelError):
            open_envelope(bytes(changed), {1: SECRETS[0]})


@pytest.mark.process
def test_a_stock_tar_extracts_an_envelope(tmp_path: Path) -> None:
    """A stranger with nothing but tar has the members under their names."""
    (tmp_path / "envelope.tar").write_bytes(ENVELOPE.pack())
    extract = ["tar", "-x", "-f", "envelope.tar"]
    answer = subprocess.run(extract, cwd=tmp_path, check=True, capture_output=True)

    assert answer.stderr == b""
    for name, data in ENVELOPE.members:
        assert (tmp_path / name).read_bytes() == data


def test_a_sheet_of_paper_takes_an_envelope_without_padding() -> None:
    """It is as long as its tar, reads back as unpadded, and is another object than the padded."""
    bare = replace(ENVELOPE, is_padded=False)
    tar = bare.pack()
    assert len(tar) < len(ENVELOPE.pack())
    assert ENVELOPE.pack().startswith(tar)
    assert Envelope.unpack(tar) == bare
    assert open_envelope(seal_envelope(bare, PAGES[0]), {1: SECRETS[0]}) == (1, bare)


@given(envelopes)
def test_padding_is_told_from_the_length_alone(envelope: Envelope) -> None:
    """A tar has one reading: one that fills its bucket exactly is a padded one."""
    bare = replace(envelope, is_padded=False)
    read = Envelope.unpack(bare.pack())
    assert read.members == envelope.members
    assert read.pack() == bare.pack()
    assert read.is_padded is (bare.packed_bytes == envelope.packed_bytes)


def test_the_largest_envelope_without_padding_has_the_same_limit() -> None:
    """Leaving out the padding makes no room for more."""
    with pytest.raises(EnvelopeFormatError):
        Envelope(cover=b"c", telegram=bytes(ENVELOPE_LIMIT_BYTES), is_padded=False)


checks = st.binary(max_size=64)


@given(st.binary(max_size=200), checks)
def test_a_cover_file_with_a_check_reads_back(text: bytes, check: bytes) -> None:
    """Text and check come apart as they were put together, whatever the text holds."""
    data = write_checked(text, check)
    assert read_checked(data) == (text, check)
    assert is_checked(data)


@given(st.binary(max_size=300))
def test_any_cover_file_is_read_in_one_spelling_or_refused(data: bytes) -> None:
    """What is not written back as the same bytes is no checked cover."""
    try:
        text, check = read_checked(data)
    except EnvelopeFormatError:
        return
    assert write_checked(text, check) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"depesha/1 cover\n",
        b"depesha/1 cover\n\ncheck: AAA=",
        b"depesha/1 cover\n\ncheck: AAA=\n\n",
        b"depesha/1 cover\n\ncheck: AAB=\n",
        b"depesha/1 cover\n\ncheck: A A=\n",
        b"depesha/1 cover\n\ncheck:  AAA=\n",
        b"depesha/1 cover\n\nCheck: AAA=\n",
        b"check: AAA=\n",
        b"depesha/1 cover\n\ncheck: AAA=\nmore\n",
        b"depesha/1 cover\n\ncheck: \xff\xfe\n",
    ],
)
def test_another_spelling_of_a_check_is_refused(data: bytes) -> None:
    """One line, one empty line before it, canonical Base64, one line end."""
    with pytest.raises(EnvelopeFormatError):
        read_checked(data)


def test_a_cover_file_is_told_by_its_last_line() -> None:
    """A check somewhere in a signed text does not make it an unsigned cover."""
    signed = "depesha/1 cover\n\n\u2014 post-harbour AAAA\n".encode()
    assert not is_checked(signed)
    assert not is_checked(b"depesha/1 cover\n\ncheck: AAA=\n\n" + signed)
    assert is_checked(b"depesha/1 cover\n\ncheck: not Base64 even\n")
    assert not is_checked(b"")
