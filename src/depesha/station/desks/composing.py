"""From a draft to the minute: pure, so that a drafter can be shown what would be released."""

from collections.abc import Iterator
from datetime import datetime

from depesha.base import BaseFormatError, CallSign, Digest, OriginatorNumber, instant_from_text
from depesha.channel import ChannelError, Envelope
from depesha.station.draft import Addressee as DraftAddressee
from depesha.station.draft import Draft, DraftEntry
from depesha.station.errors import InputError
from depesha.telegram import (
    COVER_LIMIT_BYTES,
    MINUTE_LIMIT_BYTES,
    Addressee,
    Conveyance,
    Distribution,
    DistributionEntry,
    Enclosure,
    Form,
    Minute,
    Mode,
    Point,
    Precedence,
    Reference,
    ReferenceKind,
    TelegramError,
)


def compose(entry: DraftEntry, *, number: int, year: int, released: datetime) -> Minute:
    """Make the minute of a draft, with one copy for each station and the last one for the file.

    Raises:
        InputError: A value of the draft cannot stand in a minute; the message says which.
    """
    draft = entry.draft
    try:
        minute = Minute(
            number=OriginatorNumber(number, draft.series),
            year=year,
            originator=draft.sender,
            written=instant_from_text(entry.drafted_at),
            released=released,
            mode=Mode.from_text(draft.mode),
            action=tuple(_addressee(one) for one in draft.action),
            info=tuple(_addressee(one) for one in draft.info),
            via=draft.via,
            final_addressee=draft.final,
            conveyance=_conveyance(draft),
            references=tuple(_references(draft)),
            subjects=draft.subjects,
            classification=draft.classification,
            caveats=draft.caveats,
            distribution=_distribution(draft),
            enclosures=tuple(Enclosure.of(one.name, one.data) for one in draft.enclosures),
            signature=draft.signature,
            points=tuple(
                Point(sequence=sequence, label=label or None, text=text)
                for sequence, (label, text) in enumerate(draft.points, start=1)
            ),
        )
        _require_room(minute, draft)
    except (TelegramError, BaseFormatError, ChannelError) as error:
        raise InputError(f"the draft cannot become a telegram: {error}") from error
    return minute


def _require_room(minute: Minute, draft: Draft) -> None:
    """Refuse what no envelope holds, before it has a number; a signature adds a little."""
    if len(minute.to_bytes()) > MINUTE_LIMIT_BYTES:
        raise InputError("the text is larger than a telegram can be")
    Envelope(
        cover=bytes(COVER_LIMIT_BYTES),
        telegram=bytes(MINUTE_LIMIT_BYTES),
        enclosures=tuple(one.data for one in draft.enclosures),
    )


def _addressee(one: DraftAddressee) -> Addressee:
    return Addressee(
        call_sign=CallSign(one.call_sign), precedence=Precedence.from_text(one.precedence)
    )


def _conveyance(draft: Draft) -> Conveyance | None:
    if draft.form is None:
        if draft.instruction is not None:
            raise InputError("an instruction to convey needs the form that it comes to")
        return None
    return Conveyance(form=Form.from_text(draft.form), instruction=draft.instruction)


def _references(draft: Draft) -> Iterator[Reference]:
    for kind, citation in (
        (ReferenceKind.REPLY, draft.in_reply_to),
        (ReferenceKind.CANCELS, draft.cancels),
        (ReferenceKind.SUPERSEDES, draft.supersedes),
    ):
        if citation is not None:
            yield Reference(
                kind=kind,
                number=OriginatorNumber.from_text(citation.number),
                originator=citation.originator,
                year=citation.year,
                digest=Digest.from_text(citation.digest) if citation.digest else None,
            )


def _distribution(draft: Draft) -> Distribution:
    holders = [one.call_sign for one in (*draft.action, *draft.info)] + ["file"]
    entries = tuple(
        DistributionEntry(copy_number=number, holder=holder)
        for number, holder in enumerate(holders, start=1)
    )
    return Distribution(stated_total=len(holders), entries=entries)
