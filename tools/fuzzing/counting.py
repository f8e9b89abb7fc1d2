"""Whether atheris is installed, and the block in which it learns what code there is.

Nothing needs it: the lock file does not name it. Where it happens to be there, coverage guides the
search.
"""

import importlib
import importlib.util
from contextlib import AbstractContextManager, nullcontext
from typing import Any


def find_atheris() -> Any:  # noqa: ANN401 - it has no types
    """Return atheris, or None where it is not installed."""
    if importlib.util.find_spec("atheris") is None:
        return None
    return importlib.import_module("atheris")


def counting() -> AbstractContextManager[object]:
    """Count the code of ours that is imported in the block, and not what was imported before."""
    atheris = find_atheris()
    if atheris is None:
        return nullcontext()
    block: AbstractContextManager[object] = atheris.instrument_imports(include=["depesha"])
    return block
