"""Playing a transcript in a folder, and the folders that transcripts go on from."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.running import COMMAND, Ended, environment, run, run_process
from tests.cli.transcript import Step, Transcript, compare
from tests.support import REPOSITORY

SCRIPTS = REPOSITORY / "tests" / "scripts"
_BEGINNINGS = ("founded", "nothing")


@dataclass(slots=True)
class Play:
    """One transcript being played in its folder."""

    transcript: Transcript
    folder: Path
    known: dict[str, str]
    service: "subprocess.Popen[str] | None" = None

    def perform(self) -> None:
        """Play every step; the first answer that is not as written fails the test."""
        for name, text in self.transcript.files.items():
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        try:
            for step in self.transcript.steps:
                self.take(step)
        finally:
            self.stop()

    def take(self, step: Step) -> None:
        """Play one step."""
        words = step.words(self.known)
        where = f"{self.transcript.name}.txt, line {step.line}: {step.command}"
        if step.kind == "~":
            self.alter(*words)
        elif step.kind == "&":
            compare(step.out, self.start(words), self.known, where)
        elif words == ["kill", "%1"]:
            self.stop()
        else:
            ended = self.type(words)
            compare(step.out, ended.out, self.known, where)
            compare(step.err, ended.err, self.known, where)
            assert ended.status == step.status, f"{where}\n{ended}"

    def type(self, words: list[str]) -> Ended:
        """Run what is typed; `> FILE` keeps its output."""
        program, *arguments = words
        assert program == "depesha", f"a transcript runs depesha, not {program}"
        # The relay and the pages are processes, which write past everything that this one catches.
        act = run_process if {"relay", "serve"} & set(arguments) else run
        if ">" not in arguments:
            return act(arguments, self.folder)
        place = arguments.index(">")
        ended = act(arguments[:place], self.folder)
        (self.folder / arguments[place + 1]).write_text(ended.out, encoding="utf-8")
        return Ended(ended.status, "", ended.err)

    def alter(self, name: str, old: str, new: str) -> None:
        """Put some words for others in a file."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def start(self, words: list[str]) -> str:
        """Start a command that keeps running; return the first line it writes."""
        self.service = subprocess.Popen(
            [*COMMAND, *words[1:]],
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.service.stdout is not None
        return self.service.stdout.readline()

    def stop(self) -> None:
        """End what keeps running."""
        if self.service is not None:
            self.service.terminate()
            self.service.wait(timeout=20)
            if self.service.stdout is not None:
                self.service.stdout.close()
            self.service = None


@dataclass(slots=True)
class Playhouse:
    """Plays each transcript once, after the one it goes on from, in a folder of its own."""

    folder: Path
    found: Callable[[Path], None]
    played: dict[str, dict[str, str]] = field(default_factory=dict)

    def play(self, name: str) -> Path:
        """Play a transcript unless it was played; return the folder as it was left."""
        folder = self.folder / name
        if name in self.played:
            return folder
        if name in _BEGINNINGS:
            folder.mkdir()
            if name == "founded":
                self.found(folder)
            self.played[name] = {}
            return folder
        transcript = Transcript.read(SCRIPTS / f"{name}.txt")
        before = transcript.head["after"]
        self.play(before)
        known = dict(self.played[before])
        self.copy(before, folder)
        Play(transcript, folder, known).perform()
        self.played[name] = known
        return folder

    def copy(self, name: str, folder: Path) -> None:
        """Copy the folder that a transcript has left, to go on in it."""
        shutil.copytree(self.play(name), folder)
