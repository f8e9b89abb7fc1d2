"""One mailbox of a relay, as its holder works with it: object by object, or many in one call.

A relay that knows how hands out several objects in one call. Then the first `fetch` after a listing
brings those that follow it too, within bounds, and they are kept here until they are asked for;
each was checked against its id when it came.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from depesha.channel.adapters.relay_answers import (
    NO_CALL,
    RelayAnswer,
    json_object,
    read_listing,
    read_objects,
)
from depesha.channel.errors import ObjectUnknownError, RelayAnswerError
from depesha.channel.mailbox import (
    BUNDLE_LIMIT,
    BUNDLE_LIMIT_BYTES,
    OBJECT_LIMIT_BYTES,
    Capability,
    MailboxKeys,
    object_id_of,
    require_bundle,
    require_listing,
    require_object_id,
    require_object_size,
)
from depesha.channel.ports import ListedObject

# What is brought ahead of being asked for, with room for the four bytes of each length.
AHEAD_BYTES = 1024 * 1024
_BUNDLE_BYTES = BUNDLE_LIMIT_BYTES + 4 * BUNDLE_LIMIT
TEXT_LIMIT_BYTES = 1 << 20


class Line(Protocol):
    """A relay that can be called, and what is known of it."""

    gives_bundles: bool

    def ask(
        self,
        method: str,
        path: str,
        *,
        right: Capability,
        body: bytes = b"",
        query: Mapping[str, int] | None = None,
        limit_bytes: int = TEXT_LIMIT_BYTES,
    ) -> RelayAnswer:
        """Make one call and return its answer, good or a refusal.

        Raises:
            ChannelError: The relay could not be reached, or answered without bounds.
        """

    def call(
        self,
        method: str,
        path: str,
        *,
        right: Capability,
        body: bytes = b"",
        query: Mapping[str, int] | None = None,
        limit_bytes: int = TEXT_LIMIT_BYTES,
    ) -> bytes:
        """Make one call and return the body of a good answer.

        Raises:
            ChannelError: The error that the relay named, or that it could not be reached.
        """


@dataclass(slots=True)
class Ahead:
    """What was listed last, and which objects of it came before they were asked for."""

    listed: Sequence[ListedObject] = ()
    objects: dict[str, bytes] = field(default_factory=dict, repr=False)

    def put(self, listed: Sequence[ListedObject]) -> None:
        """Remember a listing; what came of an older one is given up."""
        self.listed = listed
        self.objects.clear()

    def from_here(self, object_id: str) -> Sequence[str]:
        """Return an id and those listed behind it, as far as they are small together."""
        ids = [row.object_id for row in self.listed]
        if object_id not in ids:
            return [object_id]
        begin = ids.index(object_id)
        wanted: list[str] = []
        left_bytes = AHEAD_BYTES
        for row in self.listed[begin : begin + BUNDLE_LIMIT]:
            left_bytes -= row.size_bytes
            if left_bytes < 0:
                break
            wanted.append(row.object_id)
        return wanted or [object_id]


@dataclass(frozen=True, slots=True)
class RelayMailbox:
    """A `Carrier`: one mailbox of a relay, for whoever holds its keys. For one thread."""

    relay: Line
    keys: MailboxKeys
    _ahead: Ahead = field(default_factory=Ahead, repr=False)

    def deposit(self, sealed: bytes) -> str:
        """Leave an object; when this returns, the relay has it on its disk.

        Raises:
            ChannelError: The relay cannot be reached, or refuses.
        """
        require_object_size(len(sealed))
        object_id = object_id_of(sealed)
        body = self.relay.call("POST", self._path(), right=self.keys.to_deposit, body=sealed)
        if json_object(body).get("id") != object_id:
            raise RelayAnswerError("the relay stored something else than it was given")
        return object_id

    def list(
        self, *, after: int = 0, limit: int = 100, wait_seconds: int = 0
    ) -> Sequence[ListedObject]:
        """List what waits, in order of arrival.

        Raises:
            ChannelError: The relay cannot be reached, or refuses.
        """
        require_listing(after=after, limit=limit, wait_seconds=wait_seconds)
        query = {"after": after, "limit": limit, "wait": wait_seconds}
        body = self.relay.call("GET", self._path(), right=self.keys.to_fetch, query=query)
        listed = read_listing(body, after=after, limit=limit)
        self._ahead.put(listed)
        return listed

    def fetch(self, object_id: str) -> bytes:
        """Return the bytes of an object, checked against its id.

        Raises:
            ChannelError: The relay cannot be reached, or refuses.
        """
        require_object_id(object_id)
        kept = self._ahead.objects.pop(object_id, None)
        if kept is not None:
            return kept
        wanted = self._ahead.from_here(object_id)
        if len(wanted) > 1 and self.relay.gives_bundles:
            found = self._fetch_many(wanted)
            if found is not None:
                self._ahead.objects.update(found)
                return self._asked(object_id)
        return self._fetch_one(object_id)

    def confirm(self, object_id: str) -> None:
        """Give the object up. Safe to repeat.

        Raises:
            ChannelError: The relay cannot be reached, or refuses.
        """
        self.relay.call("DELETE", self._path(object_id), right=self.keys.to_fetch)
        self._ahead.objects.pop(object_id, None)

    def confirm_all(self, object_ids: Sequence[str]) -> None:
        """Give several objects up, in few calls where the relay knows how. Safe to repeat.

        Raises:
            ChannelError: The relay cannot be reached, or refuses; some may be given up.
        """
        for place in range(0, len(object_ids), BUNDLE_LIMIT):
            part = require_bundle(object_ids[place : place + BUNDLE_LIMIT])
            if not self.relay.gives_bundles or self._post_ids("confirmations", part) is None:
                for object_id in part:
                    self.confirm(object_id)

    def _fetch_one(self, object_id: str) -> bytes:
        sealed = self.relay.call(
            "GET",
            self._path(object_id),
            right=self.keys.to_fetch,
            limit_bytes=OBJECT_LIMIT_BYTES,
        )
        if object_id_of(sealed) != object_id:
            raise RelayAnswerError("the relay's object is not the one that was asked for")
        return sealed

    def _fetch_many(self, object_ids: Sequence[str]) -> Mapping[str, bytes] | None:
        body = self._post_ids("fetches", object_ids)
        return None if body is None else read_objects(body, object_ids)

    def _asked(self, object_id: str) -> bytes:
        sealed = self._ahead.objects.pop(object_id, None)
        if sealed is None:
            raise ObjectUnknownError("the relay has no such object any more")
        return sealed

    def _post_ids(self, call: str, object_ids: Sequence[str]) -> bytes | None:
        """Name several objects in one call; None where the relay has no such call."""
        answer = self.relay.ask(
            "POST",
            f"/v1/mailboxes/{self.keys.name}/{call}",
            right=self.keys.to_fetch,
            body=json.dumps({"ids": list(object_ids)}).encode(),
            limit_bytes=_BUNDLE_BYTES,
        )
        if answer.is_good:
            return answer.body
        if answer.code == NO_CALL:
            self.relay.gives_bundles = False
            return None
        raise answer.refusal()

    def _path(self, object_id: str | None = None) -> str:
        path = f"/v1/mailboxes/{self.keys.name}/objects"
        return path if object_id is None else f"{path}/{require_object_id(object_id)}"
