"""What a thief of the disk, or a reader of logs, must not find."""

import gc
import logging
from pathlib import Path

import pytest

from depesha.channel import NoLivePageError, open_envelope
from depesha.cipher import open_key_file
from tests.station.forging import look_inside
from tests.station.houses import (
    FINAL,
    NORTH,
    PASSPHRASE,
    PORT,
    SECRETS,
    SENTENCE,
    Pair,
    draft_to,
    draft_to_convey,
)
from tests.station.looking import files_of


def whole_life(pair: Pair) -> bytes:
    """Every kind of thing that leaves a trace: both directions, a pouch, refusals, a release."""
    north, port = pair.north, pair.port
    held = north.sealed(draft_to_convey(PORT).amended({"title": SENTENCE}))
    north.station.drafting.write(draft_to(PORT, SENTENCE, final=FINAL), by=north.clerk)
    pair.sync(north)
    (sealed,) = pair.waiting()
    inside = look_inside(sealed, sender=north, receiver=port)
    forged = inside.with_cover(page=9).seal()
    for refused in (forged, b"junk"):
        port.station.reception.receive(refused, by=port.clerk)
    (arrived,) = pair.sync(port)
    port.station.conveying.hand_over(arrived, by=port.clerk)
    cited = port.station.reading.citation(arrived)
    port.sealed(draft_to(NORTH, SENTENCE, in_reply_to=cited))
    pair.sync(port)
    pair.sync(north)
    proposed = north.station.release.propose(
        held.record_id, (), authority="Office", by=north.archivist
    )
    north.station.release.decide(proposed.decision_id, by=north.releaser)
    north.station.filing.search(SENTENCE)
    north.station.filing.check()
    return sealed


def secret_bytes(pair: Pair, home: Path) -> list[bytes]:
    words = [*SECRETS, NORTH, "Okonjo", "second variant"]
    found = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    found += open_key_file((home / "keys.age").read_bytes(), PASSPHRASE).values()
    for house in (pair.north, pair.port):
        for secret in house.office.pages.load().values():
            found += [secret.hybrid_seed, secret.check_seed]
    return found


@pytest.mark.parametrize("is_closed", [False, True], ids=["while open", "once closed"])
def test_no_file_and_no_name_shows_a_secret(pair: Pair, is_closed: bool) -> None:
    """Not the store, nor its log, the vault, the pages or the quarantine; nor a file's name."""
    whole_life(pair)
    for house in (pair.north, pair.port):
        hidden = secret_bytes(pair, house.home)
        if is_closed:
            house.station.close()
        files = files_of(house.home)
        assert {path.parent.name for path in files} >= {"pages", "vault"}
        for path in files:
            data = path.read_bytes()
            name = str(path.relative_to(house.home)).lower()
            assert not [secret for secret in hidden if secret in data], path.name
            assert not [word for word in SECRETS if word.lower() in name]
            assert not any(part in name for part in ("north-desk", "port-amaro"))


def test_nothing_is_logged_but_codes(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever any library logs of all this shows neither text nor name."""
    with caplog.at_level(logging.DEBUG):
        whole_life(pair)
    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_a_burnt_station_opens_no_recorded_file(pair: Pair) -> None:
    """Who recorded the wire and seizes the whole home, passphrase and all, opens nothing sent."""
    sealed = whole_life(pair)
    home = pair.port.home
    pair.port.station.close()
    gc.collect()
    with pytest.raises(NoLivePageError):
        open_envelope(sealed, pair.port.office.pages.load())
    assert len(list((home / "pages").glob("live-*.key"))) == 1
