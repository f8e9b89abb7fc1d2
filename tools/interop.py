"""`make interop`: other age implementations and a plain tar read what Depesha sealed, and back.

Two stations and a relay are set up in a temporary folder; a telegram is sealed and deposited; the
sealed file is taken out of the relay's own store, as whoever runs the relay could; and with the
identity of its pad page, npm's `age-encryption` and `tar` turn it into readable text. Then files of
telling sizes go both ways between `depesha cipher` and each of two other age programs, for every
kind of key that both know, binary and armored. A table says what came through; one file that did
not makes the exit status 1.
"""

import argparse
import hashlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.interop_peers import Age, Key, Ours, Peer, PeerFailedError, Typage

from depesha.cipher import HybridIdentity, X25519Identity, random_bytes
from depesha.cli.play import Play, deposit
from depesha.cli.script import Script
from depesha.cli.stage import Stage, set_stage
from depesha.cli.story import Story

TOOLS = Path(__file__).resolve().parent / "interop"
SAMPLE = Path(__file__).resolve().parents[1] / "src/depesha/cli/samples/relief.txt"
KIB = 1024
SIZES = (0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, KIB * KIB, 100 * KIB * KIB)
OURS = Ours()


def main() -> int:
    """Run everything; return the exit status."""
    parser = argparse.ArgumentParser(description="Exchange files with other age programs.")
    parser.add_argument("--files", action="store_true", help="leave out the telegram")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave out larger files")
    chosen = parser.parse_args()
    node, age = _program("node", "node 20 or newer, and npm"), _program("age", "age 1.1 or newer")
    _run(["npm", "ci", "--silent", "--no-fund", "--no-audit"], TOOLS)
    with tempfile.TemporaryDirectory(prefix="depesha-interop-") as name:
        folder = Path(name)
        if not chosen.files:
            _open_telegram(folder, node)
        sizes = [size for size in SIZES if size <= chosen.largest]
        failures = _exchange_all(folder, (Age(age), Typage(node)), sizes)
    if failures:
        print(f"{failures} files did not come through.")
        return 1
    print("All implementations read each other's files.")
    return 0


def _exchange_all(folder: Path, peers: tuple[Peer, ...], sizes: list[int]) -> int:
    """Exchange every kind of file with every peer, and print a line for each; count failures."""
    keys = _keys(folder)
    print(f"{'peer':15} {'key':11} {'form':7} {'bytes':>11}  we seal    they seal")
    failures = 0
    for size in sizes:
        plain = _plain(folder, size)
        for peer in peers:
            for key in keys:
                if key.kind in peer.kinds:
                    for is_text in (False, True):
                        told = [_told(plain, key, is_text, *way) for way in _ways(peer)]
                        failures += sum(word != "ok" for word in told)
                        form = "armored" if is_text else "binary"
                        start = f"{peer.name:15} {key.kind:11} {form:7} {size:>11,}"
                        print(f"{start}  {told[0]:10} {told[1]}", flush=True)
    return failures


def _ways(peer: Peer) -> Iterator[tuple[Peer, Peer]]:
    yield OURS, peer
    yield peer, OURS


def _told(plain: Path, key: Key, is_text: bool, sealer: Peer, opener: Peer) -> str:
    """Seal with one, open with the other, and say whether the same bytes came out."""
    sealed, opened = plain.with_name("sealed.age"), plain.with_name("opened")
    try:
        sealer.seal(plain, key, sealed, as_text=is_text)
        opener.open(sealed, key, opened)
        return "ok" if _digest(plain) == _digest(opened) else "CHANGED"
    except PeerFailedError as failed:
        return f"FAILED: {failed}"
    finally:
        sealed.unlink(missing_ok=True)
        opened.unlink(missing_ok=True)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _keys(folder: Path) -> tuple[Key, ...]:
    """Draw a key of each kind, and write it into files."""
    found = []
    for kind, identity in (
        ("hybrid", HybridIdentity.generate()),
        ("X25519", X25519Identity.generate()),
    ):
        key = Key(kind=kind, sealing=folder / f"{kind}.pub", opening=folder / f"{kind}.key")
        key.sealing.write_text(f"{identity.recipient.to_text()}\n", encoding="ascii")
        key.opening.write_text(f"{identity.to_text()}\n", encoding="ascii")
        found.append(key)
    words = folder / "passphrase"
    words.write_text(f"{random_bytes(12).hex()}\n", encoding="ascii")
    return (*found, Key(kind="passphrase", sealing=words, opening=words))


def _plain(folder: Path, size: int) -> Path:
    """Write a file in which no two stretches of 64 KiB are alike."""
    path = folder / "plain"
    with path.open("wb") as file:
        for number in range(-(-size // KIB)):
            block = number.to_bytes(8, "big") * (KIB // 8)
            file.write(block[: size - number * KIB])
    return path


def _open_telegram(folder: Path, node: str) -> None:
    """Take a sealed telegram from the relay and open it without any code of ours."""
    script = Script.of(SAMPLE.read_text(encoding="utf-8"))
    with set_stage(folder / "play", post_name=script.post, officer=script.officer) as stage:
        sealed, identity, minute = _sealed_at_the_relay(stage, script)
    (folder / "telegram.age").write_bytes(sealed)
    (folder / "page.txt").write_text(f"{identity}\n", encoding="ascii")
    _run([node, "open.mjs", folder / "telegram.age", folder / "page.txt", folder / "t.tar"], TOOLS)
    _run(["tar", "-x", "-f", folder / "t.tar", "-C", folder], TOOLS)
    opened = (folder / "telegram.txt").read_bytes()
    if opened != minute or not (folder / "cover.txt").read_bytes().startswith(b"depesha/1 cover\n"):
        raise SystemExit("the other implementation read another telegram")
    print(f"A telegram of {len(sealed)} sealed bytes, taken from the relay, opened to text:")
    print("".join(f"    {line}\n" for line in opened.decode().splitlines()[:8]))


def _sealed_at_the_relay(stage: Stage, script: Script) -> tuple[bytes, str, bytes]:
    """Play until the telegram lies at the relay; return it, its page's identity, its minute."""
    play = Play(stage=stage, script=script, story=Story(is_silent=True))
    play.exchange_cards()
    play.exchange_pads()
    held = play.release_first()
    deposit(stage.centre, held)
    pages = stage.post.station.office.pages.load().values()
    with stage.centre.station.office.transaction() as work:
        minute = work.telegrams.get(held.record_id).minute
    first_page = next(iter(pages)).identity.to_text()
    return _only_object(stage.folder / "relay"), first_page, minute


def _only_object(relay: Path) -> bytes:
    """Read the one object in the relay's database, past the relay itself."""
    with sqlite3.connect(relay / "relay.sqlite3") as connection:
        rows = connection.execute("SELECT body FROM objects").fetchall()
    if len(rows) != 1:
        raise SystemExit("expected one object at the relay")
    return bytes(rows[0][0])


def _program(name: str, words: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"Missing, please install: {words}")
    return found


def _run(command: list[object], folder: Path) -> None:
    done = subprocess.run([str(word) for word in command], cwd=folder, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed with status {done.returncode}")


if __name__ == "__main__":
    sys.exit(main())
