"""The telegrams of a run, drawn from the seed: to whom, in which mode, answering what."""

from collections.abc import Sequence
from random import Random

from depesha.station import Addressee, Draft, Enclosure

FINAL = "Minister Adeyemi"
_PRECEDENCES = ("routine", "priority", "immediate")
_WORDS = ("barge", "quay", "pilot", "tide", "lamp", "ferry", "sluice", "harbour", "night")
# In a hundred telegrams.
_UNSIGNED = 40
_WITH_A_FILE = 5
_TO_CONVEY = 10


def draw_draft(draw: Random, number: int, sender: str, others: Sequence[tuple[str, bool]]) -> Draft:
    """Draw one telegram; of each other post is told whether its channel takes unsigned ones."""
    shuffled = list(others)
    draw.shuffle(shuffled)
    copies = draw.choices((1, 2, 3), (85, 12, 3))[0]
    addressed = shuffled[:copies]
    precedence = draw.choice(_PRECEDENCES)
    action, *info = (Addressee(call_sign=name, precedence=precedence) for name, _ in addressed)
    draft = Draft(
        sender=f"{sender.title()} Section",
        action=(action,),
        info=tuple(info),
        points=(("1.", f"Telegram {number}."), ("2.", _text(draw))),
    )
    if draw.randrange(100) < _UNSIGNED and all(allowed for _, allowed in addressed):
        draft = draft.amended({"mode": "unsigned"})
    if draw.randrange(100) < _WITH_A_FILE:
        file = Enclosure(name="map.txt", data=draw.randbytes(draw.randint(1, 9000)).hex().encode())
        draft = draft.amended({"enclosures": (file,)})
    if draw.randrange(100) < _TO_CONVEY:
        draft = draft.amended({"via": "Okonjo", "final": FINAL, "form": "spoken"})
    return draft


def closing_draft(sender: str, addressee: str, number: int) -> Draft:
    """Write the telegram after which nothing follows on a channel."""
    return Draft(
        sender=f"{sender.title()} Section",
        action=(Addressee(call_sign=addressee),),
        points=(("", f"Nothing follows. {number}"),),
    )


def _text(draw: Random) -> str:
    """Draw a text of some length: most telegrams are short."""
    count = draw.choices((12, 300, 3000), (90, 8, 2))[0]
    return " ".join(draw.choice(_WORDS) for _ in range(count)).capitalize() + "."
