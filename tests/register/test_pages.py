"""The examples in the formats' pages are what the code makes."""

import re

import pytest

from tests.register.samples import NOON, OWNER, WITNESSES, book_of, entry
from tests.support import REPOSITORY


def examples(page: str) -> list[str]:
    text = (REPOSITORY / "docs" / "formats" / page).read_text(encoding="utf-8")
    return re.findall(r"^```\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def test_entry_page() -> None:
    """The example entry and its leaf hash are right."""
    assert examples("register-entry.md") == [
        f"{entry(0).to_bytes().hex()}\n",
        f"{entry(0).leaf_hash.hex()}\n",
    ]


def test_checkpoint_page() -> None:
    """The example checkpoint is what its key signs, and the key is right."""
    note = book_of(5).issue(OWNER, NOON).note
    assert examples("checkpoint.md") == [note.decode(), f"{OWNER.verifier.to_vkey()}\n"]


def test_proof_page() -> None:
    """The example proof is what the register makes."""
    book, witness = book_of(5), WITNESSES[0]
    line = witness.cosign(book.issue(OWNER, NOON).text, NOON)
    book.attach(5, line, witness.verifier)
    assert examples("tlog-proof.md") == [book.prove(3, 5).to_bytes().decode()]


@pytest.mark.parametrize("page", ["tlog-policy.md", "register-advice.md"])
def test_other_pages_are_there(page: str) -> None:
    """Every format has its page."""
    assert (REPOSITORY / "docs" / "formats" / page).is_file()
