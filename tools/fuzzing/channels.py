"""Readers of what the other station, a relay or a courier hands over."""

import io
import os
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import httpx
from tools.fuzzing.seeds import heads, ours, texts_of_notes
from tools.fuzzing.target import Target, TwoSpellingsError, as_text, one_form, one_text, text

from depesha.base import DepeshaError
from depesha.channel import (
    Capability,
    Card,
    Envelope,
    MailboxKeys,
    Notice,
    PadBook,
    PouchLabel,
    Recap,
    Receipt,
    RestoreAnswer,
    RestoreAsk,
    Revocation,
    SheetPart,
    VoidNotice,
    Waybill,
    claimed_fingerprint,
    cut_object,
    gather,
    object_id_of,
    open_envelope,
    read_checked,
    read_service,
    require_relay_address,
    ungroup_fingerprint,
)
from depesha.channel.adapters.http import HttpRelay
from depesha.channel.adapters.pouch import PouchFolder
from depesha.channel.adapters.pouch_tar import PouchTar
from depesha.channel.tar import read_tar
from depesha.cipher import PageSecret

_BLOCK = 512
_CHECKSUM = slice(148, 156)
_TAR_LIMIT_BYTES = 1 << 20
_KEYS = MailboxKeys(name="0f" * 16, deposit=Capability(bytes(32)), fetch=Capability(bytes(32)))
_STATUS = (200, 201, 204, 301, 400, 403, 404, 409, 413, 429, 500, 503, 507)
_SERVICE = ("receipt", "recap", "void", "waybill", "notice")
_WIRE = object_id_of(b"sealed")

ADDRESSES = (
    b"https://relay.example",
    b"http://10.0.0.1:8440/a/b-c",
    b"https://[2001:db8::7]:8440",
    b"https://xn--bcher-kva.example",
)
ANSWERS = (
    b'\x00{"id": "%b"}' % _WIRE.encode(),
    b'\x00{"objects": [{"id": "%b", "size": 6, "arrival": 1}]}' % _WIRE.encode(),
    b"\x00sealed",
    b'\x04{"type": "https://relay.example/errors/channel.mailbox_full", "title": "full"}',
    b"\x09Retry-After: 7",
)
LABEL = PouchLabel("0123456789abcdef" * 2).to_bytes()


def _service(data: bytes) -> None:
    if read_service(data).to_text().encode() != data:
        raise TwoSpellingsError


class _Sealed:
    """Opens a wire object with the secrets of the vectors."""

    def __init__(self) -> None:
        self._secrets: dict[str, PageSecret] = {}

    def __call__(self, data: bytes) -> None:
        self._secrets = self._secrets or {
            secret: PageSecret.from_bytes(bytes.fromhex(secret))
            for secret in heads("secret", "channel/sealed")
        }
        open_envelope(data, self._secrets)


def _envelope(data: bytes) -> None:
    if Envelope.unpack(data).pack() != data:
        raise TwoSpellingsError


def _with_checksums(data: bytes) -> bytes:
    """Write the checksum into every block that may be a header of the tar."""
    blocks = bytearray(data)
    for start in range(0, len(blocks) - _BLOCK + 1, _BLOCK):
        block = blocks[start : start + _BLOCK]
        if block[257:262] == b"ustar":
            block[_CHECKSUM] = b" " * 8
            block[_CHECKSUM] = b"%06o\0 " % sum(block)
            blocks[start : start + _BLOCK] = block
    return bytes(blocks)


def _tar(data: bytes) -> None:
    for _ in read_tar(data):
        pass


def _pouch_tar(data: bytes) -> None:
    for object_id, sealed in PouchTar(io.BytesIO(data), limit_bytes=_TAR_LIMIT_BYTES).objects():
        if object_id_of(sealed) != object_id:
            raise TwoSpellingsError


def _pouch_tars() -> Iterable[bytes]:
    yield from ours("channel/tar")()
    names = (f"{_WIRE}.age".encode(), b"./pouch/label.txt", b"pouch/")
    for name, data, kind in zip(names, (b"sealed", LABEL, b""), b"005", strict=True):
        yield _with_checksums(_tar_member(name, data, kind)) + bytes(2 * _BLOCK)


def _tar_member(name: bytes, data: bytes, kind: int) -> bytes:
    header = bytearray(_BLOCK)
    header[: len(name)] = name
    header[124:136] = b"%011o\0" % len(data)
    header[156] = kind
    header[257:262] = b"ustar"
    return bytes(header) + data + bytes(-len(data) % _BLOCK)


class _PouchFolder:
    """Puts the bytes on a medium, as an object under a false name and as the label."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __call__(self, data: bytes) -> str:
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="fuzz-pouch-")
        folder = Path(self._folder.name)
        name = object_id_of(b"another")
        (folder / f"{name}.age").write_bytes(data)
        for path in folder.glob("pouch*"):
            path.unlink()
        (folder / _stray(data)).write_bytes(data)
        pouch = PouchFolder(folder)
        pouch.contents()
        pouch.label()
        return " ".join(_refusal(partial(pouch.fetch, listed.object_id)) for listed in pouch.list())


def _stray(data: bytes) -> str:
    """Make a file name of the bytes: whatever a system allows may lie on a medium."""
    name = os.fsdecode(data[:40].replace(b"/", b"_").replace(b"\0", b"_"))
    return f"pouch{name}"


def _refusal(call: Callable[[], object]) -> str:
    """Return the words of a refusal; of none, where the call came through."""
    try:
        call()
    except DepeshaError as error:
        return f"{error.code} {error}"
    return ""


def _relay(data: bytes) -> str:
    """Let a relay answer everything with these bytes; the first chooses the status."""
    status = _STATUS[data[0] % len(_STATUS)] if data else _STATUS[0]
    body = data[1:]
    headers = {"Retry-After": as_text(body[:20].replace(b"\n", b" "))} if body.isascii() else {}

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=body, headers=headers)

    calls: tuple[Callable[[], object], ...] = (
        lambda: box.list(limit=5),
        lambda: box.deposit(b"sealed"),
        lambda: box.fetch(_WIRE),
        lambda: box.confirm(_WIRE),
    )
    relay = HttpRelay("https://relay.example", transport=httpx.MockTransport(answer))
    box = relay.carrier(_KEYS)
    return "; ".join(_refusal(call) for call in calls)


def _address(given: str) -> None:
    HttpRelay(require_relay_address(given), transport=httpx.MockTransport(_nothing)).disconnect()


def _nothing(_: httpx.Request) -> httpx.Response:
    return httpx.Response(204)


def _sheets(data: bytes) -> str:
    found = gather(as_text(data).split("\n"))
    return f"{len(found.objects)} {len(found.incomplete)} {len(found.unread_lines)}"


def _sheet_parts() -> list[bytes]:
    return [part.to_text().encode() for part in cut_object(bytes(range(256)) * 8)]


def _fingerprints() -> list[bytes]:
    return [b"0123 4567 89ab cdef " * 4, b"0f" * 32]


TARGETS = (
    Target("card", one_text(Card.from_text), texts_of_notes("channel/card")),
    Target("card-note", claimed_fingerprint, ours("channel/card")),
    Target("revocation", one_text(Revocation.from_text), texts_of_notes("channel/revocation")),
    Target("comparison", text(ungroup_fingerprint), _fingerprints),
    Target("pad-book", one_text(PadBook.from_text), texts_of_notes("channel/padbook")),
    Target("receipt", one_text(Receipt.from_text), ours("channel/receipt")),
    Target("recap", one_text(Recap.from_text), ours("channel/recap")),
    Target("void", one_text(VoidNotice.from_text), ours("channel/void")),
    Target("waybill", one_text(Waybill.from_text), ours("channel/waybill")),
    Target("notice", one_text(Notice.from_text), ours("channel/notice")),
    Target("service", _service, ours(*(f"channel/{name}" for name in _SERVICE))),
    Target("restore-ask", one_text(RestoreAsk.from_text), texts_of_notes("channel/restore-ask")),
    Target(
        "restore-answer",
        one_text(RestoreAnswer.from_text),
        texts_of_notes("channel/restore-answer"),
    ),
    Target("tar", _tar, ours("channel/tar"), _with_checksums),
    Target("envelope", _envelope, ours("channel/tar"), _with_checksums),
    Target("sealed", _Sealed(), ours("channel/sealed")),
    Target("checked-cover", read_checked, lambda: (b"depesha/1 cover\nx: y\n\ncheck: AAAA\n",)),
    Target("pouch-tar", _pouch_tar, _pouch_tars, _with_checksums),
    Target("pouch-folder", _PouchFolder(), ours("channel/waybill")),
    Target("pouch-label", one_form(PouchLabel.from_bytes), lambda: (LABEL,)),
    Target("sheet-part", one_text(SheetPart.from_text), _sheet_parts),
    Target("sheets", _sheets, _sheet_parts),
    Target("relay-answer", _relay, lambda: ANSWERS),
    Target("relay-address", text(_address), lambda: ADDRESSES),
)
