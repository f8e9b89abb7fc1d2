"""What a restored station asks its correspondents, and what they answer (PROTOCOL section 12).

A station that came back from a backup does not know which serials it gave and which pages it used
since. Before it seals anything it asks each correspondent, who signs an answer to that very
question. Both texts are signed notes, carried by hand: the channel is not used before it is mended.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from depesha.base import Digest, instant_to_text, require_utc
from depesha.channel.cards import Card
from depesha.channel.errors import RestoreRefusedError, ServiceFormatError
from depesha.channel.fields import (
    fingerprint,
    is_fingerprint,
    require_same_key,
    signed_text,
    write_fields,
)
from depesha.channel.service.lines import begin
from depesha.channel.service.numbers import (
    Highest,
    count,
    highest,
    highest_text,
    require_highest,
)
from depesha.channel.service.recap import checkpoint, checkpoint_text, require_checkpoint
from depesha.cipher import Ed25519Signer, sign_note

RESTORE_ASK_LABEL = "depesha/1 restore-ask"
RESTORE_ANSWER_LABEL = "depesha/1 restore-answer"
COUNT_LIMIT = 999_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreAsk:
    """The question of a restored station to one correspondent.

    `sent` is the highest serial of each series that the restored station remembers to have sent,
    `checkpoint_size` the size of the newest checkpoint that it remembers to have signed.
    """

    station: str
    peer: str
    at: datetime
    sent: Highest
    checkpoint_size: int

    def __post_init__(self) -> None:
        _require_two(self.station, self.peer)
        require_utc(self.at)
        require_highest(self.sent)
        _require_count(self.checkpoint_size)

    @property
    def digest(self) -> Digest:
        """What an answer names, so that the answer to an older question is not taken for it."""
        return Digest.of(self.to_text().encode())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form. It says nothing about who signed: see `open_restore_ask`.

        Raises:
            ServiceFormatError: The text is anything else.
        """
        fields = begin(text, RESTORE_ASK_LABEL)
        return cls(
            station=fields.value("station", fingerprint),
            peer=fields.value("peer", fingerprint),
            at=fields.instant("at"),
            sent=fields.value("sent", highest),
            checkpoint_size=fields.last(fields.value("checkpoint-size", count)),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = (
            ("station", self.station),
            ("peer", self.peer),
            ("at", instant_to_text(self.at)),
            ("sent", highest_text(self.sent)),
            ("checkpoint-size", str(self.checkpoint_size)),
        )
        return write_fields(RESTORE_ASK_LABEL, fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreAnswer:
    """What a correspondent knows of a restored station; `station` is the restored one.

    `ask` is the digest of the question. `highest` is the highest serial of each series that the
    correspondent received from it or saw voided, `live_pages` how many pages issued to it are still
    unused, `checkpoint` the newest of its register's that the correspondent cosigned.
    """

    station: str
    peer: str
    at: datetime
    ask: Digest
    highest: Highest
    live_pages: int
    checkpoint: bytes | None

    def __post_init__(self) -> None:
        _require_two(self.station, self.peer)
        require_utc(self.at)
        require_highest(self.highest)
        _require_count(self.live_pages)
        require_checkpoint(self.checkpoint)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form. It says nothing about who signed: see `open_restore_answer`.

        Raises:
            ServiceFormatError: The text is anything else.
        """
        fields = begin(text, RESTORE_ANSWER_LABEL)
        return cls(
            station=fields.value("station", fingerprint),
            peer=fields.value("peer", fingerprint),
            at=fields.instant("at"),
            ask=fields.value("ask", Digest.from_text),
            highest=fields.value("highest", highest),
            live_pages=fields.value("live-pages", count),
            checkpoint=fields.last(fields.optional("checkpoint", checkpoint)),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = (
            ("station", self.station),
            ("peer", self.peer),
            ("at", instant_to_text(self.at)),
            ("ask", self.ask.to_text()),
            ("highest", highest_text(self.highest)),
            ("live-pages", str(self.live_pages)),
            ("checkpoint", checkpoint_text(self.checkpoint)),
        )
        return write_fields(RESTORE_ANSWER_LABEL, fields)


def sign_restore_ask(ask: RestoreAsk, signer: Ed25519Signer, *, station: Card) -> bytes:
    """Write the signed note of a question with the identity key of the restored station.

    Raises:
        SignedTextError: `signer` is not the identity key of the card.
        RestoreRefusedError: The question is another station's.
    """
    require_same_key(signer, station.identity)
    _require_from(ask.station, station)
    return sign_note(ask.to_text(), [signer])


def open_restore_ask(note: bytes, *, station: Card, peer: str) -> RestoreAsk:
    """Return a question that this correspondent signed for this station, `peer`.

    Raises:
        SignedTextError: The identity key of the card did not sign it.
        ServiceFormatError: The signed text is not such a question.
        RestoreRefusedError: It is another station's, or is asked of another.
    """
    ask = RestoreAsk.from_text(signed_text(note, station.identity))
    _require_from(ask.station, station)
    if ask.peer != peer:
        raise RestoreRefusedError("the question was asked of another station")
    return ask


def sign_restore_answer(answer: RestoreAnswer, signer: Ed25519Signer, *, peer: Card) -> bytes:
    """Write the signed note of an answer with the identity key of the station that answers.

    Raises:
        SignedTextError: `signer` is not the identity key of the card.
        RestoreRefusedError: The answer is another station's.
    """
    require_same_key(signer, peer.identity)
    _require_from(answer.peer, peer)
    return sign_note(answer.to_text(), [signer])


def open_restore_answer(note: bytes, *, peer: Card, ask: RestoreAsk) -> RestoreAnswer:
    """Return the answer that this correspondent signed to this very question.

    Raises:
        SignedTextError: The identity key of the card did not sign it.
        ServiceFormatError: The signed text is not such an answer.
        RestoreRefusedError: It is another station's, or the answer to another question.
    """
    answer = RestoreAnswer.from_text(signed_text(note, peer.identity))
    _require_from(answer.peer, peer)
    if answer.ask != ask.digest or (answer.station, answer.peer) != (ask.station, ask.peer):
        raise RestoreRefusedError("the answer belongs to another question")
    return answer


def _require_two(station: str, peer: str) -> None:
    if not is_fingerprint(station) or not is_fingerprint(peer):
        raise ServiceFormatError("station and peer are fingerprints of 64 digits")
    if station == peer:
        raise ServiceFormatError("nobody asks himself")


def _require_count(number: int) -> None:
    if not 0 <= number <= COUNT_LIMIT:
        raise ServiceFormatError(f"a count is a number from 0 to {COUNT_LIMIT}")


def _require_from(named: str, card: Card) -> None:
    if named != card.fingerprint:
        raise RestoreRefusedError("the text names another station than the one who signed")
