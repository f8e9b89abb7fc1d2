"""The result object of the demonstration: what both ends hold when the play is over."""

from dataclasses import dataclass

from depesha.cli.describing import describe_status
from depesha.cli.stage import House
from depesha.station import HandOver, TelegramView


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """One telegram that went from one house to the other, as each end holds it."""

    sender: House
    receiver: House
    sent: str
    received: str


def view_of(house: House, record_id: str) -> TelegramView:
    """Show a telegram as one house holds it."""
    return house.station.reading.telegram(record_id)


def post_result(house: House) -> dict[str, object]:
    """Sum up one station."""
    return {"name": house.name, "register": describe_status(house.station.registering.status())}


def telegram_result(one: Performed) -> dict[str, object]:
    """Sum up one telegram, as both ends hold it."""
    sent, received = view_of(one.sender, one.sent), view_of(one.receiver, one.received)
    return {
        "number": sent.line.number,
        "from": one.sender.name,
        "to": one.receiver.name,
        "transmission": sent.line.transmissions[0],
        "mode": sent.mode,
        "minute_sha256_sent": sent.minute_digest,
        "minute_sha256_opened": received.minute_digest,
        "page_burnt": received.copies[0].page_burnt,
    }


def conveyance_result(given: HandOver | None) -> dict[str, object] | None:
    """Sum up what was conveyed, if anything was."""
    if given is None:
        return None
    return {"number": given.number, "form": given.form, "handover_text": given.text}


def reply_result(reply: Performed) -> dict[str, object]:
    """Sum up a reply by what it cites, as the archive it came to resolved it."""
    view = view_of(reply.receiver, reply.received)
    cited = view.citations[0]
    return {
        "number": view.line.number,
        "cites": cited.cites,
        "status": cited.status,
        "resolved_to": cited.resolved_to[0] if cited.resolved_to else None,
    }
