"""The answer to a request that is refused: a page for readers, a document for programs."""

import json

from litestar import Response

from depesha.web.api import API
from depesha.web.problems import PROBLEM_TYPE, Problem
from depesha.web.rendering import render


def answer(problem: Problem, path: str) -> Response[str]:
    """Answer with a problem document below the API, and with a page everywhere else."""
    if path == API or path.startswith(f"{API}/"):
        body, media_type = json.dumps(problem.to_document()), PROBLEM_TYPE
    else:
        body, media_type = render("problem.html", problem=problem), "text/html; charset=utf-8"
    return Response(
        body, status_code=problem.status, media_type=media_type, headers=problem.headers()
    )
