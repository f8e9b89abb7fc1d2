"""The register's stores in memory: real implementations of the ports, for rules' tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from depesha.register import Evidence, Leaf, LogConflictError, LogStoreError

NodeKey = tuple[int, int]


@dataclass
class MemoryLogStore:
    entries: dict[int, Leaf] = field(default_factory=dict)
    higher: dict[NodeKey, bytes] = field(default_factory=dict)

    def size(self) -> int:
        return max(self.entries, default=-1) + 1

    def append(
        self, first: int, leaves: Sequence[Leaf], nodes: Sequence[tuple[NodeKey, bytes]]
    ) -> None:
        added = dict(enumerate(leaves, start=first))
        if added.keys() & self.entries.keys() or dict(nodes).keys() & self.higher.keys():
            raise LogConflictError("somebody else wrote to the register first")
        self.entries.update(added)
        self.higher.update(nodes)

    def leaves(self, start: int, stop: int) -> Mapping[int, Leaf]:
        return {index: leaf for index, leaf in self.entries.items() if start <= index < stop}

    def nodes(self, keys: Sequence[NodeKey]) -> Mapping[NodeKey, bytes]:
        found = {key: self.higher[key] for key in keys if key in self.higher}
        for level, index in keys:
            if level == 0 and index in self.entries:
                found[level, index] = self.entries[index].digest
        return found


@dataclass
class MemoryCheckpointStore:
    notes: dict[int, bytes] = field(default_factory=dict)
    lines: dict[tuple[int, str], str] = field(default_factory=dict)

    def keep_checkpoint(self, size: int, note: bytes, at: datetime) -> None:
        if size in self.notes:
            raise LogConflictError("somebody else wrote to the register first")
        self.notes[size] = note

    def checkpoint(self, size: int | None = None) -> bytes | None:
        return self.notes.get(max(self.notes, default=0) if size is None else size)

    def checkpoint_sizes(self) -> Sequence[int]:
        return sorted(self.notes)

    def keep_cosignature(self, size: int, name: str, line: str) -> None:
        if size not in self.notes:
            raise LogStoreError("there is no such checkpoint")
        self.lines[size, name] = line

    def cosignatures(self, size: int) -> Sequence[str]:
        return [line for (at, _), line in sorted(self.lines.items()) if at == size]


@dataclass
class MemoryWitnessStore:
    accepted: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    kept: list[Evidence] = field(default_factory=list)

    def newest(self, origin: str) -> bytes | None:
        return self.accepted[origin][1] if origin in self.accepted else None

    def advance(self, origin: str, old_size: int | None, size: int, note: bytes) -> None:
        present = self.accepted[origin][0] if origin in self.accepted else None
        if present != old_size:
            raise LogConflictError("another checkpoint of this origin was accepted meanwhile")
        self.accepted[origin] = (size, note)

    def keep_evidence(self, evidence: Evidence) -> None:
        notes = {(known.known_note, known.note) for known in self.evidence(evidence.origin)}
        if (evidence.known_note, evidence.note) not in notes:
            self.kept.append(evidence)

    def evidence(self, origin: str) -> Sequence[Evidence]:
        return [evidence for evidence in self.kept if evidence.origin == origin]
