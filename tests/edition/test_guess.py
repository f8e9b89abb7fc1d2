"""The attack that redaction is for: somebody who can list every sentence that may stand there."""

import base64
import hmac
import json
import re
from collections.abc import Iterator
from hashlib import sha256

from depesha.edition import PointText, Selection
from tests.edition.world import (
    POINTS,
    SALT,
    WITHHELD_SENTENCE,
    World,
    body_selection,
    card,
    commit_record,
)

CANDIDATES = [
    WITHHELD_SENTENCE,
    WITHHELD_SENTENCE.strip(),
    "Our source Heron confirms it. ",
    "Nobody confirms it. ",
]


def known_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from known_strings(inner)


def hashes_of_guess(candidate: str, salts: list[bytes]) -> Iterator[bytes]:
    """Every hash of a candidate that can be made from what a release shows."""
    pieces = (b"depesha/1 segment", b"1.2", candidate.encode())
    message = b"".join(len(piece).to_bytes(8, "big") + piece for piece in pieces)
    plain = candidate.encode()
    yield from (sha256(plain).digest(), sha256(message).digest())
    yield from (sha256(b"\x00" + plain).digest(), sha256(b"\x00" + message).digest())
    for salt in salts:
        for guess in (message, plain):
            leaf = hmac.digest(salt, guess, "sha256")
            yield from (leaf, sha256(b"\x00" + leaf).digest(), sha256(salt + guess).digest())


def test_a_withheld_sentence_is_not_found_by_guessing() -> None:
    """Whoever knows all candidates, and everything published, finds no trace of the right one."""
    release = World().bundle().to_bytes()
    strings = list(known_strings(json.loads(release)))
    hashes = [base64.b64decode(text) for text in strings if len(text) == 44 and text[-1] == "="]
    salts = [SALT, bytes(32), b"", *hashes]
    assert len(salts) > 20
    for candidate in CANDIDATES:
        for guess in hashes_of_guess(candidate, salts):
            assert base64.b64encode(guess).decode() not in strings
            assert guess.hex() not in release.decode()


def test_the_guess_would_succeed_with_the_salt() -> None:
    """The attack above is the right one: with the withheld salt it names the sentence."""
    tree = commit_record().body
    salt = tree.disclose("1.2").salt
    found = [
        candidate
        for candidate in CANDIDATES
        if set(hashes_of_guess(candidate, [salt])) & set(tree.leaves)
    ]
    assert found == [WITHHELD_SENTENCE]


def test_a_release_does_not_tell_the_length_of_what_it_withholds() -> None:
    """A withheld word and a withheld page give files of the same size and the same shape."""
    sizes = set()
    for words in ("Never. ", "Word " * 400 + "end. "):
        first = PointText(label="1.", text=f"We accept it. {words}Reply at once.")
        world = World(commitment=commit_record([first, *POINTS[1:]]))
        bundle = world.bundle(world.statement())
        sizes.add(len(bundle.to_bytes()))
    assert len(sizes) == 1


def test_a_point_withheld_whole_does_not_tell_how_many_sentences_it_has() -> None:
    """Within one power of two, the number of sentences of a withheld point leaves no trace."""
    sizes = set()
    for count in (1, 4):
        second = PointText(label="2.", text="Nine lorries. " * count)
        world = World(commitment=commit_record([POINTS[0], second, POINTS[2]]))
        release = world.bundle(world.statement()).to_bytes()
        # The places are drawn by lot: one of them may have a digit more.
        sizes.add(len(re.sub(rb'"index": [0-9]+', b"", release)))
    assert len(sizes) == 1


def test_places_of_disclosed_parts_do_not_count_the_withheld_ones() -> None:
    """A disclosed sentence after a withheld point stands at a place drawn by lot."""
    places = set()
    for seed in range(24):
        tree = commit_record(secret=bytes([seed]) * 32).body
        places.add(tree.disclose("3.1").index)
    assert len(places) > 8


def test_withholding_everything_shows_one_card_only() -> None:
    """Withheld in full, a telegram of three points looks like one of none."""
    everything = Selection(withheld=[card("points")])
    shapes = set()
    for points in (POINTS, POINTS[:1], ()):
        world = World(commitment=commit_record(points))
        statement = world.statement(body=everything)
        assert statement.body.disclosed == ()
        shapes.add(len(statement.body.withheld))
    assert shapes == {1}
    assert body_selection().withheld
