from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import DepeshaError
from depesha.register import Group, KnownLog, Policy, PolicyFormatError, Quorum, Remark, Witness
from depesha.register.policy.lines import POLICY_LIMIT, PolicyLine
from tests.register.samples import OWNER, WITNESSES
from tests.support import Vector, vectors

LOG = KnownLog(verifier=OWNER.verifier)
FIRST = Witness(name="first", verifier=WITNESSES[0].verifier)
SECOND = Witness(name="second", verifier=WITNESSES[1].verifier, url="https://second.example/")


@pytest.mark.parametrize("vector", vectors("register/policy"), ids=lambda vector: vector.name)
def test_policy_vector(vector: Vector) -> None:
    """A vector reads back as its own text, or is refused with the code it names."""
    text = vector.body.decode()
    if vector.expect == "ok":
        assert Policy.from_text(text).to_text() == text
        return

    with pytest.raises(DepeshaError) as refused:
        Policy.from_text(text)

    assert refused.value.code == vector.expect


pieces = st.sampled_from(
    [
        LOG.to_line(),
        FIRST.to_line(),
        SECOND.to_line(),
        "group both all first second",
        "group one any first",
        "group two 2 first second",
        "quorum first",
        "quorum both",
        "quorum none",
        "# a remark",
        "",
        "witness",
        "log a+b+c",
        "witness x \ud800+00000000+AA==",
        "group ² ² first",
        "group g ² first",
    ]
)


@given(st.text() | st.lists(pieces | st.text(max_size=9)).map("\n".join).map(lambda t: t + "\n"))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No input makes the parser fail in a way callers are not told about."""
    with suppress(PolicyFormatError):
        assert Policy.from_text(text).to_text() == text


@pytest.mark.parametrize(
    ("enough", "threshold"), [("any", 1), ("all", 3), ("1", 1), ("2", 2), ("3", 3)]
)
def test_threshold(enough: str, threshold: int) -> None:
    """`any` is one, `all` is every member, and a number is itself."""
    assert Group(name="g", enough=enough, members=("a", "b", "c")).threshold == threshold


@pytest.mark.parametrize(
    "lines",
    [
        [Witness(name="two words", verifier=WITNESSES[0].verifier), Quorum("none")],
        [KnownLog(verifier=OWNER.verifier, url="two words"), Quorum("none")],
        [FIRST, Group(name="two words", enough="any", members=("first",)), Quorum("none")],
        [Remark("not a remark"), Quorum("none")],
        [Remark("# two\n# lines"), Quorum("none")],
        [Remark("quorum none")],
    ],
    ids=str,
)
def test_lines_that_do_not_read_back_make_no_policy(lines: list[PolicyLine]) -> None:
    """What could not be read can't be built either."""
    with pytest.raises(PolicyFormatError):
        Policy(tuple(lines))


def test_built_policy_reads_back() -> None:
    """A policy built from values has a text, and the text is that policy."""
    both = Group(name="both", enough="all", members=("first", "second"))
    policy = Policy((Remark("# Ours."), LOG, FIRST, SECOND, Remark(), both, Quorum("both")))
    assert Policy.from_text(policy.to_text()) == policy


def test_policy_has_a_limit() -> None:
    """A text of any size can't keep the reader busy."""
    with pytest.raises(PolicyFormatError):
        Policy.from_text("#\n" * POLICY_LIMIT)
