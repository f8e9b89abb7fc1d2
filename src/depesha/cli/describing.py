"""What the station returns, named for JSON: one function for each value, used by every command."""

from depesha.base import SerialRanges, instant_to_text
from depesha.station import Alarm, ChannelPolicy, ChannelView, RegisterStatus, TelegramView


def describe_status(status: RegisterStatus) -> dict[str, object]:
    """Name what sums a register up."""
    return {
        "origin": status.origin,
        "size": status.size,
        "root": status.root,
        "cosigned_size": status.cosigned_size,
        "cosigned_by": list(status.cosigned_by),
    }


def describe_telegram(view: TelegramView) -> dict[str, object]:
    """Name everything that is shown of a telegram."""
    return {
        "number": view.line.number,
        "year": view.line.year,
        "record": view.line.record_id,
        "direction": view.line.direction,
        "state": view.line.state,
        "marks": list(view.line.marks),
        "mode": view.mode,
        "period_key": view.is_period_key,
        "repeat": view.repeat,
        "register_index": view.line.register_index,
        "minute": view.minute_digest,
        "heading": [list(pair) for pair in view.heading],
        "points": list(view.points),
        **_describe_copies(view),
        "citations": [
            {
                "kind": one.kind,
                "cites": one.cites,
                "status": one.status,
                "to": list(one.resolved_to),
            }
            for one in view.citations
        ],
        "enclosures": list(view.enclosures),
        "facts": [
            {"what": one.kind, "by": one.by, "at": one.at, "note": one.note} for one in view.facts
        ],
        "stamps": [
            {"what": one.kind, "by": one.actor, "at": one.at, "note": one.note}
            for one in view.stamps
        ],
        "sheet": view.sheet,
    }


def _describe_copies(view: TelegramView) -> dict[str, object]:
    return {
        "copies": [
            {
                "copy": one.copy_number,
                "transmission": one.serial,
                "repeat": one.repeat,
                "page": one.page,
                "period_key": one.is_period_key,
                "page_burnt": one.page_burnt,
                "acknowledged": one.acknowledged,
            }
            for one in view.copies
        ],
        "due": [
            {
                "station": one.station,
                "action": one.is_action,
                "precedence": one.precedence,
                "at": instant_to_text(one.at),
            }
            for one in view.due
        ],
    }


def describe_alarm(alarm: Alarm) -> dict[str, object]:
    """Name everything that is shown of an alarm."""
    return {
        "kind": alarm.kind.value,
        "urgency": alarm.urgency.value,
        "station": alarm.station,
        "since": instant_to_text(alarm.since) if alarm.since else None,
        "words": alarm.words,
    }


def describe_policy(policy: ChannelPolicy) -> dict[str, object]:
    """Name what is agreed for a channel."""
    return {
        "unsigned": policy.allows_unsigned,
        "period_key": policy.allows_period_key,
        "tells": sorted(kind.value for kind in policy.tells),
        "replenish": policy.replenish_pages,
        "one_way": policy.one_way,
    }


def describe_channel(view: ChannelView) -> dict[str, object]:
    """Name everything that is shown of the traffic with one correspondent."""
    until = view.pads.period_until
    return {
        "station": view.call_sign,
        "policy": describe_policy(view.policy),
        "quarantined": view.is_quarantined,
        "pages_to_it": view.pads.left,
        "low": view.pads.is_low,
        "pages_from_it": view.pads.live,
        "period_key_until": instant_to_text(until) if until else None,
        "recap_sent": view.recap_sent,
        "recap_received": view.recap_received,
        "register_seen": view.seen,
        "register_cosigned": view.cosigned,
        **_describe_series(view),
        "gaps": [
            {
                "series": one.series,
                "serial": one.serial,
                "since": instant_to_text(one.seen_at),
                "asked": one.asked,
                "next": instant_to_text(one.due),
            }
            for one in view.gaps
        ],
        "owed": [
            {"series": one.fact.series, "serial": one.fact.serial, "fact": one.fact.kind.value}
            for one in view.owed
        ],
        "asked_of_us": [{"series": one.series, "serial": one.serial} for one in view.asked],
    }


def _describe_series(view: ChannelView) -> dict[str, object]:
    return {
        "sent": [
            {
                "series": one.series,
                "first": one.first,
                "highest": one.highest,
                "acknowledged": _runs(one.acknowledged),
                "voided": _runs(one.voided),
            }
            for one in view.sent
        ],
        "received": [
            {
                "series": one.series,
                "first": one.first,
                "announced": one.announced,
                "received": _runs(one.received),
                "missing": _runs(one.missing),
                "voided": _runs(one.voided),
            }
            for one in view.received
        ],
    }


def _runs(serials: SerialRanges) -> str:
    return serials.to_text()
