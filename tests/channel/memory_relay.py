"""A relay in memory: the fake that passes the contract of the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from depesha.channel import (
    AdmissionDeniedError,
    Capability,
    Carrier,
    ListedObject,
    MailboxExistsError,
    MailboxKeys,
    MailboxTerms,
    ObjectUnknownError,
    RelayUnreachableError,
    object_id_of,
    require_admission,
    require_capability,
    require_listing,
    require_mailbox_name,
    require_object_id,
    require_object_size,
)

BEGIN = datetime(2031, 1, 1, tzinfo=UTC)


@dataclass
class Box:
    terms: MailboxTerms
    objects: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    arrivals: int = 0


@dataclass
class MemoryRelay:
    """A `MailboxClient`; `is_reachable` and `calls` let a test play with the world."""

    admission: Capability | None = None
    admitted: set[str] = field(default_factory=set)
    boxes: dict[str, Box] = field(default_factory=dict)
    is_reachable: bool = True
    calls: list[str] = field(default_factory=list)

    def open(self, name: str, terms: MailboxTerms) -> None:
        self._called("open")
        if self.admission is None:
            raise AdmissionDeniedError("no admission token of this relay is held")
        known = self.admission.digest if self.admission.to_text() in self.admitted else None
        require_admission(self.admission, known)
        box = self.boxes.setdefault(require_mailbox_name(name), Box(terms))
        if box.terms != terms:
            raise MailboxExistsError("a mailbox of this name is open under other terms")

    def close(self, keys: MailboxKeys) -> None:
        self._called("close")
        self.box(keys, keys.to_fetch, is_deposit=False)
        del self.boxes[keys.name]

    def carrier(self, keys: MailboxKeys) -> Carrier:
        return MemoryMailbox(self, keys)

    def box(self, keys: MailboxKeys, right: Capability, *, is_deposit: bool) -> Box:
        box = self.boxes.get(keys.name)
        stored = None if box is None else box.terms.deposit if is_deposit else box.terms.fetch
        require_capability(right, stored)
        assert box is not None
        return box

    def _called(self, call: str) -> None:
        self.calls.append(call)
        if not self.is_reachable:
            raise RelayUnreachableError("the relay gave no answer")


@dataclass
class MemoryMailbox:
    relay: MemoryRelay
    keys: MailboxKeys

    def deposit(self, sealed: bytes) -> str:
        self.relay._called("deposit")
        require_object_size(len(sealed))
        box = self.relay.box(self.keys, self.keys.to_deposit, is_deposit=True)
        object_id = object_id_of(sealed)
        if object_id not in box.objects:
            waiting = sum(len(body) for _, body in box.objects.values())
            box.terms.quota.require_room(
                objects=len(box.objects), size_bytes=waiting, new_bytes=len(sealed)
            )
            box.arrivals += 1
            box.objects[object_id] = (box.arrivals, sealed)
        return object_id

    def list(
        self, *, after: int = 0, limit: int = 100, wait_seconds: int = 0
    ) -> Sequence[ListedObject]:
        self.relay._called("list")
        require_listing(after=after, limit=limit, wait_seconds=wait_seconds)
        found = [
            ListedObject(object_id=object_id, size_bytes=len(body), arrival=arrival)
            for object_id, (arrival, body) in self._box().objects.items()
            if arrival > after
        ]
        return found[:limit]

    def fetch(self, object_id: str) -> bytes:
        self.relay._called("fetch")
        found = self._box().objects.get(require_object_id(object_id))
        if found is None:
            raise ObjectUnknownError("no such object waits in this mailbox")
        return found[1]

    def confirm_all(self, object_ids: Sequence[str]) -> None:
        for object_id in object_ids:
            self.confirm(object_id)

    def confirm(self, object_id: str) -> None:
        self.relay._called("confirm")
        self._box().objects.pop(require_object_id(object_id), None)

    def _box(self) -> Box:
        return self.relay.box(self.keys, self.keys.to_fetch, is_deposit=False)
