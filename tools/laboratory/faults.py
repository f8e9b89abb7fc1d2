"""What goes wrong in a run, by name, and how often."""

from enum import StrEnum


class Fault(StrEnum):
    """One kind of misfortune; the carrier's first, then the houses' own."""

    DROP = "drop"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DELAY = "delay"
    REPLAY = "replay"
    TRUNCATE = "truncate"
    FLIP = "flip"
    SWAP = "swap"
    FLOOD = "flood"
    SILENCE = "silence"
    CRASH = "crash"
    RESTORE = "restore"
    CLOCK = "clock"


# What becomes of a deposited object, each in a hundred of them.
IN_TRANSIT = {
    Fault.DROP: 3.0,
    Fault.DELAY: 6.0,
    Fault.DUPLICATE: 3.0,
    Fault.TRUNCATE: 1.0,
    Fault.FLIP: 1.0,
    Fault.SWAP: 1.0,
}
# In a hundred calls of the carrier: those without an answer.
SILENT_CALLS = 0.4
# In a thousand acts of a station: those that are its last.
LAST_ACTS = 2.0
# Each in a hundred rounds: junk into some mailbox, a clock set, a backup made and one put back.
FLOODS = 15.0
CLOCKS_SET = 2.5
BACKUPS = 15.0
RESTORES = 3.0
# Each in a hundred listings: in another order than that of arrival.
SHUFFLES = 30.0


def faults_of(text: str) -> frozenset[Fault]:
    """Read `all`, `none`, or names with commas between them.

    Raises:
        ValueError: A name is no fault's.
    """
    if text == "none":
        return frozenset()
    if text == "all":
        return frozenset(Fault)
    return frozenset(Fault(name) for name in text.split(","))
