"""Make our own test vectors anew from their recipes, or compare them with what the recipes make.

`python tools/make_vectors.py` writes every vector that has a recipe; `--check` writes nothing and
names each file that is missing, differs or has no recipe. The recipes stand beside the tests of
their part. Vectors that are data themselves, written by hand with what a person expects of them,
are listed in `BY_HAND`; vectors with randomness in them are made once and then kept.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.base import recipes as base
from tests.channel import vector_files
from tests.cipher import recipes as cipher
from tests.edition import forgeries
from tests.register import recipes as register
from tests.station import recipes as station
from tests.support import VECTORS
from tests.telegram import recipes as telegram

Recipes = Iterable[tuple[str, dict[str, str], bytes]]
# A format folder without a recipe, and why it needs none.
BY_HAND = {
    "archive/dates": "a date, and the days a person takes it to mean",
    "archive/query": "a query, and what a person takes it to ask",
    "edition/segment": "a text, and the sentences a person finds in it",
    "telegram/record": "a historic text, and what a person reads in it",
}


def made() -> dict[str, bytes]:
    """Return the bytes of every vector that is the same at each making, by path."""
    files = {
        f"base/{format_name}/{name}": data
        for format_name, make in base.MAKERS.items()
        for name, data in make().items()
    }
    files.update(_from_recipes("cipher", cipher.recipes(), cipher.to_bytes))
    files.update(_from_recipes("register", register.recipes(), register.to_bytes))
    files.update(_from_recipes("telegram", telegram.recipes(), telegram.to_bytes))
    files.update(_from_makers(vector_files.REPEATABLE))
    files.update(station.files())
    for name, cases in (("release", forgeries.releases()), ("policy", forgeries.policies())):
        for file, case in cases.items():
            files[f"edition/{name}/{file}"] = forgeries.vector_bytes(*case)
    return files


def made_once() -> dict[str, bytes]:
    """Return vectors with randomness in them: their names are fixed, their bytes are not."""
    return dict(_from_makers(vector_files.ONCE))


def found(folder: Path = VECTORS) -> dict[str, bytes]:
    """Read every vector on disk, but for those written by hand."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if path.is_file() and name.rpartition("/")[0] not in BY_HAND
    }


def faults(files: Mapping[str, bytes]) -> list[str]:
    """Compare vectors with the recipes; say what is wrong with each file, by name."""
    expected, once = made(), made_once()
    missing = (expected.keys() | once.keys()) - files.keys()
    strays = files.keys() - expected.keys() - once.keys()
    differing = {name for name in expected.keys() & files.keys() if expected[name] != files[name]}
    return sorted(
        [f"{name}: missing" for name in missing]
        + [f"{name}: no recipe makes it" for name in strays]
        + [f"{name}: not what its recipe makes" for name in differing]
    )


def write(folder: Path = VECTORS) -> None:
    """Write every vector that has a recipe; those made once are left as they are."""
    for name, data in made().items():
        _write(folder / name, data)
    for name, data in made_once().items():
        if not (folder / name).exists():
            _write(folder / name, data)


def main() -> int:
    """Write or compare; return the exit status."""
    parser = argparse.ArgumentParser(description="Make our test vectors from their recipes.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    if not parser.parse_args().check:
        write()
    wrong = faults(found())
    for line in wrong:
        print(line)
    print(f"{len(made())} vectors have a recipe; {len(wrong)} files are wrong")
    return 1 if wrong else 0


def _from_recipes(
    part: str, recipes: Recipes, to_bytes: Callable[[dict[str, str], bytes], bytes]
) -> Iterator[tuple[str, bytes]]:
    return ((f"{part}/{path}", to_bytes(head, body)) for path, head, body in recipes)


def _from_makers(
    makers: dict[str, Callable[[], dict[str, bytes]]],
) -> Iterator[tuple[str, bytes]]:
    for path, data in vector_files.files(makers):
        yield path.relative_to(VECTORS).as_posix(), data


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
