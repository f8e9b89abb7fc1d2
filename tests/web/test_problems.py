"""Refusals as readers meet them."""

import json

import pytest
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)

from depesha import web
from depesha.archive import ItemNotFoundError, StoreBusyError
from depesha.base import DepeshaError
from depesha.station import NotFoundError
from depesha.web.problems import API, STATUS, Problem, answer

# These end the program before it answers anybody.
BEFORE_ANY_ANSWER = {"web", "web.loopback", "web.listen", "web.passphrase_line"}


def test_every_refusal_of_the_pages_has_a_status() -> None:
    """No error that a reader can meet falls through to a failure."""
    classes = [value for value in vars(web).values() if isinstance(value, type)]
    codes = {one.code for one in classes if issubclass(one, web.WebError)}

    assert codes - BEFORE_ANY_ANSWER <= STATUS.keys()
    assert {code for code in STATUS if code.startswith("web.")} <= codes


def test_the_table_names_codes_that_exist() -> None:
    """The codes of other parts in the table are those parts' own."""
    foreign = {code for code in STATUS if not code.startswith("web.")}

    assert {NotFoundError.code, ItemNotFoundError.code, StoreBusyError.code} <= foreign


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFoundException(detail="/telegrams/secret"), 404, "web.no_page"),
        (MethodNotAllowedException(detail="secret"), 400, "web.request"),
        (ValidationException(detail="secret"), 400, "web.request"),
        (InternalServerException(detail="secret"), 500, "web"),
    ],
)
def test_the_framework_speaks_in_our_words(error: HTTPException, status: int, code: str) -> None:
    """A refusal of the framework keeps nothing of its own words, which may repeat an address."""
    problem = Problem.of_framework(error)

    assert (problem.status, problem.code) == (status, code)
    assert "secret" not in problem.detail


def test_an_error_outside_the_table_is_a_failure() -> None:
    """An error that no reader should meet is shown by its code, as a failure."""
    problem = Problem.of(DepeshaError("the store cannot be read"))

    assert (problem.status, problem.code) == (500, "depesha")
    assert problem.heading == "These pages failed"


@pytest.mark.parametrize("status", sorted(set(STATUS.values())))
def test_every_status_has_a_heading(status: int) -> None:
    """Each kind of refusal says on its page what it is."""
    assert Problem(code="x", status=status, detail="x").heading != "These pages failed"


def test_what_may_pass_says_when_to_come_back() -> None:
    """Only an error that may pass by itself asks for another try."""
    assert Problem.of(StoreBusyError("busy")).headers() == {"Retry-After": "1"}
    assert Problem.of(NotFoundError("no")).headers() == {}


@pytest.mark.parametrize(
    ("path", "is_document"),
    [(API, True), (f"{API}/x", True), ("/", False), ("/apiary", False), ("", False)],
)
def test_documents_below_the_api_and_pages_elsewhere(path: str, *, is_document: bool) -> None:
    """Programs get a problem document, readers a page."""
    made = answer(Problem.of(NotFoundError("there is none")), path)

    assert made.status_code == 404
    if is_document:
        assert json.loads(made.content)["title"] == "station.not_found"
        assert made.media_type == "application/problem+json"
    else:
        assert made.content.startswith("<!DOCTYPE html>")
