"""Every decision of a run, drawn from its seed and from what is decided: nothing else enters.

A decision is drawn under a name ("object 14 of mailbox 3", "round 12"), and not from one long
stream. Keys, digests and drawn names differ from run to run; what is decided does not.
"""

import random


def chance(seed: int, *about: str | int) -> random.Random:
    """Return the source of all that is decided about one thing."""
    name = "/".join(map(str, (seed, *about)))
    return random.Random(name)  # noqa: S311 - a run must be repeatable, and nothing here is secret
