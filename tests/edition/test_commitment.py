import hmac
import sys
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.edition import (
    CommitmentFormatError,
    CommitmentMismatchError,
    PointText,
    commit,
    cut_points,
    require_commitment,
    verify_release,
)
from depesha.edition.commitment import _REFUSED
from depesha.edition.verify import _TEXT
from tests.edition.world import (
    HEADER,
    LEAN_HEADER,
    POINTS,
    POLICY,
    SECRET,
    PreparedWorld,
    commit_record,
    leaf_hash,
    tree_root,
)
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


@pytest.mark.parametrize("text", ["\x00", "\t", "\r\n", "\u202e", "\u200b", "\u2028", "\ud800"])
def test_a_text_that_no_verifier_shows_is_refused_at_sealing(text: str) -> None:
    """What the verifier would refuse later is refused while it can be mended."""
    with pytest.raises(CommitmentFormatError):
        commit(SECRET, [("from", text)], OUTLINE)


def test_sealing_and_verifying_refuse_the_same_characters() -> None:
    """The two lists, kept apart so that each checks the other, are one."""
    for character in map(chr, range(sys.maxunicode + 1)):
        assert bool(_REFUSED.search(character)) != bool(_TEXT.fullmatch(character))


BODY = [(part.path, part.text) for part in cut_points(POINTS)]


def test_the_archivist_recognises_the_entry_of_a_record() -> None:
    """Secret and texts, as preserved, give the entry that stands in the register."""
    entry = commit_record().entry()
    assert require_commitment(entry, SECRET, HEADER, BODY) == commit_record()


@pytest.mark.parametrize(
    ("secret", "header", "body"),
    [
        (bytes(32), HEADER, BODY),
        (SECRET, HEADER[1:], BODY),
        (SECRET, HEADER, [*BODY[:-1], (BODY[-1][0], "Nothing is new.")]),
    ],
)
def test_the_archivist_recognises_no_other_record(
    secret: bytes, header: list[tuple[str, str]], body: list[tuple[str, str]]
) -> None:
    """Another secret, a field less or another sentence is told from the record."""
    with pytest.raises(CommitmentMismatchError) as refused:
        require_commitment(commit_record().entry(), secret, header, body)
    assert "new" not in str(refused.value)


@pytest.mark.parametrize("entry", [b"", bytes(65)])
def test_an_entry_of_any_size_is_compared(entry: bytes) -> None:
    """What is no entry at all commits to nothing."""
    with pytest.raises(CommitmentMismatchError):
        require_commitment(entry, SECRET, HEADER, BODY)


def test_a_second_text_laid_down_at_sealing_shows_in_the_package_alone() -> None:
    """An owner can prepare two texts of one path; then no package fits the entry."""
    texts = ("He is guilty.", "He is innocent.")
    body = [("points", "1"), ("1", "1"), *(("1.1", text) for text in texts)]
    world = PreparedWorld(body_parts=body)
    for place, text in enumerate(texts, start=2):
        assert verify_release(world.release(0, 1, place), POLICY).body[-1]["text"] == text
        package = [*body[:2], ("1.1", text)]
        with pytest.raises(CommitmentMismatchError):
            require_commitment(world.commitment.entry(), SECRET, LEAN_HEADER[1:], package)


@pytest.mark.parametrize(
    "body",
    [
        [],
        [("points", "1")],
        [("points", "1"), ("1", "1")],
        [("points", "0"), ("1", "0")],
        [("points", "1"), ("1", "1"), ("1.1", "A."), ("1.1", "B.")],
        [("points", "1"), ("1", "0 1.\n2.")],
        [("points", "1"), ("1", "0 ")],
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
