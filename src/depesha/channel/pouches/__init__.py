"""Pouches, as values: their label, what was taken out of one, and what its waybills say of it."""

from depesha.channel.pouches.comparing import Comparison, compare_waybills
from depesha.channel.pouches.label import LABEL_FILE, PouchLabel
from depesha.channel.pouches.media import PouchMedia, TakenPouch, UnreadObject

__all__ = [
    "LABEL_FILE",
    "Comparison",
    "PouchLabel",
    "PouchMedia",
    "TakenPouch",
    "UnreadObject",
    "compare_waybills",
]
