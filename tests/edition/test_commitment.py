import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.edition import CommitmentFormatError, PointText, commit, cut_points
from tests.edition.world import HEADER, POINTS, SECRET, commit_record, leaf_hash, tree_root
from tests.support import REPOSITORY

OUTLINE = [("points", "0")]


def test_entry_is_version_and_two_roots() -> None:
    """The register gets 65 bytes: the version, the heading's root, the body's root."""
    commitment = commit_record()
    assert commitment.entry() == b"\x01" + commitment.header_root + commitment.body_root
    assert len(commitment.entry()) == 65


def test_roots_are_those_of_rfc_6962() -> None:
    """A root is that of an ordinary Merkle tree over the leaf hashes."""
    commitment = commit_record()
    assert commitment.body_root == tree_root(commitment.body.leaves)
    assert commitment.header_root == tree_root(commitment.header.leaves)


def test_a_disclosed_part_recomputes_its_leaf() -> None:
    """Path, text and salt of a part give the leaf hash at its index, by the page's formula."""
    tree = commit_record().body
    for path in tree.parts:
        part = tree.disclose(path)
        pieces = (b"depesha/1 segment", path.encode(), part.text.encode())
        message = b"".join(len(piece).to_bytes(8, "big") + piece for piece in pieces)
        leaf = hmac.digest(part.salt, message, "sha256")
        assert tree.leaves[part.index] == leaf_hash(leaf) == sha256(b"\x00" + leaf).digest()


def test_salts_are_all_different() -> None:
    """No salt serves two parts, also not the same path of heading and body."""
    commitment = commit_record()
    parts = [*commitment.header.parts.values(), *commitment.body.parts.values()]
    assert len({part.salt for part in parts}) == len(parts)


@pytest.mark.parametrize(("sentences", "leaves"), [(0, 8), (6, 8), (7, 16), (14, 16), (15, 32)])
def test_decoys_fill_a_tree_to_a_power_of_two(sentences: int, leaves: int) -> None:
    """The number of leaves tells the number of parts only within a power of two."""
    tree = commit_record([PointText(text="Ab. " * sentences)]).body
    assert len(tree.leaves) == leaves == len(set(tree.leaves))


def test_leaves_stand_in_an_order_drawn_from_the_secret() -> None:
    """The places of the parts follow neither the reading order nor one another's records."""
    orders = []
    for secret in (SECRET, bytes(32)):
        tree = commit_record(secret=secret).body
        orders.append([part.index for part in tree.parts.values()])
    assert orders[0] != orders[1]
    assert all(order != sorted(order) for order in orders)


def test_the_same_record_and_secret_give_the_same_commitment() -> None:
    """A station can make its commitment again from what it keeps."""
    assert commit_record() == commit_record()
    assert commit_record(secret=bytes(32)).entry() != commit_record().entry()


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_repeated_fields_have_paths_of_their_own(names: list[str]) -> None:
    """Fields of one name are told apart, and the list of fields names them all in order."""
    tree = commit(SECRET, [(name, "x") for name in names], OUTLINE).header
    paths = tree.disclose("fields").text.split()
    assert len(set(paths)) == len(names)
    assert [path.partition(".")[0] for path in paths] == names


@pytest.mark.parametrize("name", ["", "From", "fields", "a.2", "a b", "x" * 41, "naïve"])
def test_a_field_that_has_no_name_is_refused(name: str) -> None:
    """A name that could be taken for a path, or for the outline, is refused."""
    with pytest.raises(CommitmentFormatError):
        commit(SECRET, [(name, "x")], OUTLINE)


@pytest.mark.parametrize("text", ["\x00", "\t", "\r\n", "\x7f", "\u202e", "\u2066", "\ud800"])
def test_a_text_that_no_verifier_shows_is_refused_at_sealing(text: str) -> None:
    """What the verifier would refuse later is refused while it can be mended."""
    with pytest.raises(CommitmentFormatError):
        commit(SECRET, [("from", text)], OUTLINE)


@pytest.mark.parametrize(
    "body",
    [
        [],
        [("points", "1")],
        [("points", "1"), ("1", "1")],
        [("points", "0"), ("1", "0")],
        [("points", "1"), ("1", "1"), ("1.1", "A."), ("1.1", "B.")],
    ],
)
def test_a_body_is_what_its_outline_says(body: list[tuple[str, str]]) -> None:
    """A sentence too few or too many would let a release pass one over later."""
    with pytest.raises(CommitmentFormatError):
        commit(SECRET, HEADER, body)


def test_a_secret_is_32_bytes() -> None:
    """A short secret is refused."""
    with pytest.raises(CommitmentFormatError):
        commit(bytes(16), HEADER, OUTLINE)


def test_a_part_that_is_not_there_is_refused() -> None:
    """Nobody is shown a part that was never committed."""
    with pytest.raises(CommitmentFormatError):
        commit_record().body.disclose("9.9")


def test_no_text_form_shows_a_text_or_a_salt() -> None:
    """A commitment in a log line or traceback gives nothing away."""
    commitment = commit_record()
    shown = repr(commitment) + repr(commitment.body.disclose("1.2")) + repr(cut_points(POINTS))
    assert "Wagtail" not in shown
    assert "salt" not in shown


def test_example_of_the_format_page() -> None:
    """The example printed in docs/formats/commitment.md is what the code makes."""
    page = (REPOSITORY / "docs" / "formats" / "commitment.md").read_text("utf-8")
    parts = cut_points([PointText(label="1.", text="We accept. Reply at once.")])
    commitment = commit(SECRET, [("number", "17/k")], [(part.path, part.text) for part in parts])
    assert commitment.entry().hex() in page
    for tree in (commitment.header, commitment.body):
        for part in tree.parts.values():
            row = (
                f"`{part.path}` | `{part.text}` | {part.index} | `{tree.leaves[part.index].hex()}`"
            )
            assert row in page
    assert commitment.header.disclose("number").salt.hex() in page
