"""The house rules that no linter knows: sizes, front doors, docstrings (STYLE of this house)."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import REPOSITORY

SOURCE = REPOSITORY / "src" / "depesha"
PARTS = sorted(path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists())
MODULES = sorted(SOURCE.rglob("*.py"))

MODULE_LIMIT = 400
FUNCTION_LIMIT = 40
METHOD_LIMIT = 12
PACKAGE_LIMIT = 12

# Each exception has a reason; nothing else may exceed a limit.
EXCEPTIONS: dict[str, str] = {
    "station/adapters/migrations": "one table is one call, and a released step is never edited",
}

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[AnyFunction]:
    return (node for node in ast.walk(tree) if isinstance(node, AnyFunction))


def body_lines(function: AnyFunction) -> int:
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_sizes(path: Path) -> None:
    """No module, function or class outgrows what one reader can hold."""
    tree = parse(path)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LIMIT
    long = [f.name for f in functions(tree) if body_lines(f) > FUNCTION_LIMIT]
    assert long == [] or any(name_of(path).startswith(one) for one in EXCEPTIONS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            public = [f for f in node.body if isinstance(f, AnyFunction)]
            assert len([f for f in public if not f.name.startswith("_")]) <= METHOD_LIMIT, node.name


@pytest.mark.parametrize("part", PARTS)
def test_front_door(part: str) -> None:
    """A front door re-exports and lists, nothing else, and its list is what it imports."""
    tree = parse(SOURCE / part / "__init__.py")
    imported: set[str] = set()
    listed: list[str] = []
    for node in tree.body[1:]:
        if isinstance(node, ast.ImportFrom):
            imported |= {alias.asname or alias.name for alias in node.names}
        else:
            assert isinstance(node, ast.Assign), ast.dump(node)
            listed = ast.literal_eval(node.value)
    assert ast.get_docstring(tree)
    assert set(listed) == imported


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_use_front_doors(path: Path) -> None:
    """Another part is reached through its front door; only wiring names its adapters."""
    own = path.relative_to(SOURCE).parts[0]
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("depesha."):
            steps = (node.module or "").split(".")
            is_wiring = path.name == "wiring.py" and "adapters" in steps
            assert steps[1] == own or len(steps) == 2 or is_wiring, node.module


@pytest.mark.parametrize("part", PARTS)
def test_package_size(part: str) -> None:
    """A package keeps to a dozen concepts."""
    modules = [path for path in (SOURCE / part).glob("*.py") if not path.name.startswith("__")]
    assert len(modules) <= PACKAGE_LIMIT or part in EXCEPTIONS


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_its_page(part: str) -> None:
    """The documentation cannot forget a part."""
    assert (REPOSITORY / "docs" / "guide" / f"{part}.md").is_file()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_functions_say_what_they_promise(path: Path) -> None:
    """Each module, and each public function and class at its top, has a docstring."""
    tree = parse(path)
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, AnyFunction | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []
    assert ast.get_docstring(tree) or not tree.body


def test_the_repository_names_no_machine() -> None:
    """No tracked text file holds a path of the machine it was written on."""
    home = os.path.expanduser("~") + os.sep  # noqa: PTH111 - the text form is wanted
    here = str(REPOSITORY.parent) + os.sep
    for path in (*SOURCE.rglob("*.py"), *(REPOSITORY / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert home not in text
        assert here not in text
