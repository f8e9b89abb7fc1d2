"""Cards: who a station is, how it comes to be believed, and when it ceases to be."""

from depesha.channel.cards.card import (
    Card,
    Purpose,
    Standing,
    comparison_of,
    fingerprint_of,
    is_person,
    sign_card,
)
from depesha.channel.cards.comparison import (
    fingerprint_code,
    fingerprint_words,
    group_fingerprint,
    ungroup_fingerprint,
)
from depesha.channel.cards.drawing import (
    draw_fingerprint,
    picture_of_card,
    picture_of_fingerprint,
)
from depesha.channel.cards.history import ROLLOVER_MARGIN, TRANSIT, CardHistory
from depesha.channel.cards.peers import Peer, PeerStore, Relation
from depesha.channel.cards.revocation import Revocation, open_revocation, sign_revocation
from depesha.channel.cards.trust import (
    claimed_fingerprint,
    claimed_station,
    countersign_card,
    open_card,
    open_successor,
    reopen_card,
)

__all__ = [
    "ROLLOVER_MARGIN",
    "TRANSIT",
    "Card",
    "CardHistory",
    "Peer",
    "PeerStore",
    "Purpose",
    "Relation",
    "Revocation",
    "Standing",
    "claimed_fingerprint",
    "claimed_station",
    "comparison_of",
    "countersign_card",
    "draw_fingerprint",
    "fingerprint_code",
    "fingerprint_of",
    "fingerprint_words",
    "group_fingerprint",
    "is_person",
    "open_card",
    "open_revocation",
    "open_successor",
    "picture_of_card",
    "picture_of_fingerprint",
    "reopen_card",
    "sign_card",
    "sign_revocation",
    "ungroup_fingerprint",
]
