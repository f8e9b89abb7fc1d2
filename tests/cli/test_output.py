"""How results are shown on a terminal of 80 columns."""

import json

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cli.output import print_fields, print_json, print_table, print_words, shows


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")


def test_fields_stand_under_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    """Names are words, long values go on under themselves, members of a list have a line each."""
    print_fields(
        {
            "drawn_up_by": "R. Weiss",
            "gone": None,
            "words": "one two three " * 8,
            "held_at": ["CARM, Fond 12", "PAA, Fond 3a"],
            "withheld": [],
        }
    )

    assert capsys.readouterr().out == (
        "drawn up by  R. Weiss\n"
        "words        one two three one two three one two three one two three one two\n"
        "             three one two three one two three one two three\n"
        "held at      CARM, Fond 12\n"
        "             PAA, Fond 3a\n"
        "withheld     none\n"
    )


def test_what_is_copied_is_never_broken(capsys: pytest.CaptureFixture[str]) -> None:
    """A digest that is longer than the line stays in one piece, in fields and in first columns."""
    digest = "sha256:" + "0123456789abcdef" * 4

    print_fields({"a_long_name_of_a_field": digest})
    print_table(("record", "title"), [(digest[7:], "a title of several words")], empty="")

    out = capsys.readouterr().out
    assert f"a long name of a field  {digest}\n" in out
    assert f"{digest[7:]}  a title of" in out


def test_a_table_without_rows_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to guess what an empty table means."""
    print_table(("name", "roles"), [], empty="Nobody works here.")

    assert capsys.readouterr().out == "Nobody works here.\n"


def test_a_cell_is_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    """What came from outside is not taken for markup, and an empty cell stays empty."""
    print_table(("a", "b_c"), [("[bold]x[/bold]", None)], empty="")

    assert capsys.readouterr().out.split() == ["a", "b", "c", "[bold]x[/bold]"]


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_json_reads_back(text: str) -> None:
    """Whatever is shown as JSON reads back as it was, however it is escaped."""
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(click, "echo", written.append)
        print_json({"text": text})

    assert json.loads(written[0]) == {"text": text}


def test_no_text_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """An escape sequence or a hidden direction in a text is shown as a mark, and does not act."""
    print_fields({"title": "red \x1b[31mherring \u202egnirreh"})
    print_table(("title",), [("a\x07b",)], empty="")
    print_words("a\x9bb")

    out = capsys.readouterr().out
    assert not {"\x1b", "\u202e", "\x07", "\x9b"} & set(out)
    assert "herring" in out


def test_one_result_in_two_forms(capsys: pytest.CaptureFixture[str]) -> None:
    """A command returns its result once; `--json` shows the very same."""

    @click.command()
    @shows(lambda result: click.echo(f"{result['size']} entries"))
    def sizes() -> dict[str, object]:
        return {"size": 3}

    sizes.main([], standalone_mode=False)
    sizes.main(["--json"], standalone_mode=False)

    assert capsys.readouterr().out == '3 entries\n{\n  "size": 3\n}\n'
