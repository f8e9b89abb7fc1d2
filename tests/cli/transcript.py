"""Command transcripts: what somebody types, and all that the program answers (tests/scripts).

A transcript is a text file:

    shows: what the transcript is about, in a sentence
    after: the transcript whose folder it goes on in; `founded`; or `nothing`, an empty folder
    run: process            (only where a relay or pages take part, which are processes)

    ## a remark
    $ depesha …             a command; ` \\` at its end goes on in the next line
    …                       what it writes to standard output
    ! …                     what it writes to standard error
    [2]                     its exit status, where that is not 0
    & depesha …             a command that keeps running, and the first line it writes
    $ kill %1               ends it
    ~ FILE "OLD" "NEW"      words that are put for others in a file

    -- NAME --              a file that lies in the folder when the transcript begins

In an answer `…` stands for anything in a line, and alone on its line for any lines; `{name}` stands
for some words which are remembered, and may be used from there on. `> FILE` keeps standard output.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_NAME = re.compile(r"\{([a-z]+)\}")
_FILE = re.compile(r"^-- (\S+) --\n", re.MULTILINE)
_STATUS = re.compile(r"\[(\d+)\]")
_PROMPTS = ("$ ", "& ", "~ ")


@dataclass(slots=True)
class Step:
    """One command, and what is expected of it."""

    line: int
    kind: str
    command: str
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    status: int = 0

    def expect(self, line: str) -> None:
        """Take one line of the answer."""
        status = _STATUS.fullmatch(line)
        if status:
            self.status = int(status[1])
        elif line.startswith("! ") or line == "!":
            self.err.append(line[2:])
        else:
            self.out.append(line)

    def words(self, known: Mapping[str, str]) -> list[str]:
        """Return the command's words, with every remembered name filled in."""
        return shlex.split(_NAME.sub(lambda found: known[found[1]], self.command))


@dataclass(frozen=True, slots=True)
class Transcript:
    """One transcript as written."""

    name: str
    head: dict[str, str]
    steps: tuple[Step, ...]
    files: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> "Transcript":
        """Read a transcript file."""
        written, *parts = _FILE.split(path.read_text(encoding="utf-8"))
        head, _, body = written.partition("\n\n")
        pairs = (line.partition(": ") for line in head.split("\n"))
        return cls(
            name=path.stem,
            head={key: value for key, _, value in pairs},
            steps=tuple(_steps(body, first=head.count("\n") + 3)),
            files=dict(zip(parts[::2], parts[1::2], strict=True)),
        )


def _steps(body: str, *, first: int) -> list[Step]:
    steps: list[Step] = []
    is_open = False
    for number, line in enumerate(body.split("\n"), first):
        if is_open:
            steps[-1].command = steps[-1].command[:-1] + line.strip()
            is_open = steps[-1].command.endswith("\\")
        elif line.startswith(_PROMPTS):
            steps.append(Step(number, line[0], line[2:]))
            is_open = line.endswith("\\")
        elif steps and not line.startswith("## "):
            steps[-1].expect(line)
        else:
            assert not line or line.startswith("## "), f"line {number} belongs to no command"
    return steps


def compare(expected: list[str], written: str, known: dict[str, str], where: str) -> None:
    """Compare an answer with what is expected of it, and remember what it names."""
    answer = "".join(f"{line.rstrip()}\n" for line in written.rstrip().split("\n"))
    lines = "\n".join(expected).rstrip().split("\n")
    names: set[str] = set()
    pattern = "".join(_pattern(line, known, names) for line in lines)
    found = re.fullmatch(pattern, answer)
    wanted = "\n".join(lines)
    assert found, f"{where}\n--- expected\n{wanted}\n--- written\n{answer}"
    known.update(found.groupdict())


def _pattern(line: str, known: dict[str, str], names: set[str]) -> str:
    if line == "…":
        return r"(?:.*\n)*?"
    pieces = []
    for piece in re.split(r"(\{[a-z]+\}|…)", line.rstrip()):
        name = _NAME.fullmatch(piece)
        if piece == "…":
            pieces.append(".*?")
        elif name is None:
            pieces.append(re.escape(piece))
        elif name[1] in known:
            pieces.append(re.escape(known[name[1]]))
        elif name[1] in names:
            pieces.append(f"(?P={name[1]})")
        else:
            names.add(name[1])
            pieces.append(rf'(?P<{name[1]}>[^"\n]+?)')
    return "".join(pieces) + r"\n"
