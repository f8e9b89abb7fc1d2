import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.archive import fold, index_tokens
from depesha.archive.tokens import TOKEN_LIMIT, is_run, phrase_tokens, pieces, word_tokens

WORDS = st.lists(st.sampled_from(["No.", "483/sh", "朴宪永", "Kim", "京", "박헌영", "Штыков", "й"]))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("No. 483/sh", "no 483 sh 483/sh"),
        ("№ 34691/Ш", "no 34691 ш 34691/ш"),
        ("28/08/1950", "28 08 1950 28/08/1950"),
        ("and/or", "and or"),
        ("Pak Hŏn-yŏng", "pak hon yong"),
        ("Ёлка, Йод", "елка иод"),
        ("朴宪永", "朴宪 宪永 永"),
        ("京", "京"),
        ("박헌영 동지", "박헌 헌영 영 동지 지"),
        ("致金日成telegram", "致金 金日 日成 成 telegram"),
        ("ＡＢＣ １２", "abc 12"),
        ("हिन्दी", "हिन्दी"),
        ("שָׁלוֹם", "שלום"),
        ("co\u00adoperate a_b", "cooperate a b"),
        ("straße", "strasse"),
        ("", ""),
    ],
)
def test_tokens_of_a_text(text: str, tokens: str) -> None:
    """Scripts, accents and numbers are cut as the module says."""
    assert list(index_tokens(text)) == tokens.split()


def test_each_part_of_a_number_finds_it() -> None:
    """483, sh and 483/sh are all tokens of 483/sh, and asking 483/sh asks the joined form."""
    assert {"483", "sh", "483/sh"} <= set(index_tokens("telegram 483/sh."))
    assert word_tokens("483/sh") == (("483/sh",),)


def test_a_token_is_cut_alike_in_text_and_query() -> None:
    """A word longer than any token still finds itself."""
    long = "x" * (TOKEN_LIMIT + 50)

    assert list(index_tokens(long)) == ["x" * TOKEN_LIMIT]
    assert word_tokens(long) == (("x" * TOKEN_LIMIT,),)


@given(st.text())
def test_tokens_need_no_quoting(text: str) -> None:
    """A token is of letters, marks, digits and slashes and never empty."""
    for token in index_tokens(text):
        assert token
        assert not any(character.isspace() or character in '"*\0' for character in token)


@given(st.text())
def test_folding_again_changes_nothing_found(text: str) -> None:
    """What was folded cuts into the same tokens as what was not."""
    assert list(index_tokens(fold(text))) == list(index_tokens(text))


@given(WORDS, WORDS, WORDS)
def test_a_phrase_is_found_where_it_stands(
    before: list[str], inner: list[str], after: list[str]
) -> None:
    """The tokens of a phrase stand together in every text that holds it between spaces."""
    phrase = phrase_tokens(" ".join(inner))
    tokens = tuple(index_tokens(" ".join([*before, *inner, *after])))

    assert any(tokens[place : place + len(phrase)] == phrase for place in range(len(tokens) + 1))


@given(st.text(alphabet="朴宪永金日成", min_size=1, max_size=8), st.data())
def test_any_stretch_of_han_is_found(text: str, data: st.DataObject) -> None:
    """Every stretch of a run is found in it, one character by its beginning."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    (asked,) = word_tokens(text[start:end])
    tokens = tuple(index_tokens(text))

    if len(asked[0]) == 1:
        assert any(token.startswith(asked[0]) for token in tokens)
    else:
        assert any(tokens[at : at + len(asked)] == asked for at in range(len(tokens)))


@given(st.text())
def test_pieces_stand_where_they_say(text: str) -> None:
    """Pieces lie in order inside the text and fold as the stretch they name."""
    last = 0
    for piece in pieces(text):
        assert last <= piece.start < piece.end <= len(text)
        assert piece.folded == fold(text[piece.start : piece.end])
        last = piece.end


def test_runs_are_told_from_words() -> None:
    """Han, Hangul and Kana are runs; everything else is words."""
    assert is_run("京")
    assert is_run("かな")
    assert not is_run("kim")
    assert not is_run("")
