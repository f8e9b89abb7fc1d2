"""`make interop`: another age implementation and a plain tar open what Depesha sealed.

Two stations and a relay are set up in a temporary folder; a telegram is sealed and deposited; the
sealed file is taken out of the relay's own store, as whoever runs the relay could; and with the
identity of its pad page, npm's `age-encryption` and `tar` turn it into readable text. Then files of
telling sizes go both ways between the two implementations.
"""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from depesha.cipher import HybridIdentity, HybridRecipient, seal, unseal
from depesha.cli.play import Play, deposit
from depesha.cli.script import Script
from depesha.cli.stage import Stage, set_stage
from depesha.cli.story import Story

TOOLS = Path(__file__).resolve().parent / "interop"
SAMPLE = Path(__file__).resolve().parents[1] / "src/depesha/cli/samples/relief.txt"
SIZES = (0, 1, 65_536, 65_537, 196_608)


def main() -> int:
    """Run everything; return the exit status."""
    node = _node()
    _run(["npm", "ci", "--silent", "--no-fund", "--no-audit"], TOOLS)
    with tempfile.TemporaryDirectory(prefix="depesha-interop-") as name:
        folder = Path(name)
        _open_telegram(folder, node)
        for size in SIZES:
            _exchange(folder, node, size)
    print("Both implementations read each other's files.")
    return 0


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


def _exchange(folder: Path, node: str, size: int) -> None:
    """Send one file each way between the implementations."""
    identity, plain = HybridIdentity.generate(), bytes(range(256)) * (size // 256 + 1)
    (folder / "identity").write_text(f"{identity.to_text()}\n", encoding="ascii")
    (folder / "recipient").write_text(f"{identity.recipient.to_text()}\n", encoding="ascii")
    (folder / "plain").write_bytes(plain[:size])
    recipient = HybridRecipient.from_text(identity.recipient.to_text())
    (folder / "ours.age").write_bytes(seal(plain[:size], [recipient]))
    _run([node, "open.mjs", folder / "ours.age", folder / "identity", folder / "read"], TOOLS)
    _run([node, "seal.mjs", folder / "plain", folder / "recipient", folder / "theirs.age"], TOOLS)
    theirs = unseal((folder / "theirs.age").read_bytes(), [identity])
    if (folder / "read").read_bytes() != plain[:size] or theirs != plain[:size]:
        raise SystemExit(f"a file of {size} bytes came out changed")
    print(f"{size:>7} bytes: read by both")


def _node() -> str:
    found = shutil.which("node")
    if found is None:
        raise SystemExit("Missing, please install: node 20 or newer, and npm")
    return found


def _run(command: list[object], folder: Path) -> None:
    done = subprocess.run([str(word) for word in command], cwd=folder, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed with status {done.returncode}")


if __name__ == "__main__":
    sys.exit(main())
