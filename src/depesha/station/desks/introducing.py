"""Correspondents: whose card is believed, and from when to when (PROTOCOL 18).

A card is believed by its fingerprint as a person read it from the other station's own screen or
paper, or because a pinned centre signed it after such a reading; never at first sight. The next
card of a station that is known is believed by the one before, and by nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from depesha.channel import (
    Card,
    ChannelStoreError,
    Peer,
    Purpose,
    Relation,
    Standing,
    claimed_station,
    countersign_card,
    draw_fingerprint,
    fingerprint_words,
    group_fingerprint,
    open_card,
    open_successor,
    picture_of_card,
    picture_of_fingerprint,
    sign_card,
    ungroup_fingerprint,
)
from depesha.station.actor import Actor, Role, require
from depesha.station.errors import InputError
from depesha.station.keyring import Keyring
from depesha.station.office import Office
from depesha.station.work import Work

CARD_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """A pinned station as a face shows it; `standing` warns before its card runs out."""

    card: Card
    relation: Relation
    pinned_at: datetime
    standing: Standing


@dataclass(frozen=True, slots=True)
class Introducing:
    """Cards: one's own, and those of others."""

    office: Office

    def card(self, edition: int | None = None) -> bytes:
        """Return this station's own card, or an earlier edition for who missed a roll-over.

        Raises:
            ChannelStoreError: There is no such edition.
        """
        own = self.office.keyring.fingerprint
        with self.office.reading() as work:
            if edition is not None:
                return work.channel.peers.note_of(own, edition)
            return work.channel.peers.find(own).note

    def fingerprint(self) -> str:
        """Return this station's fingerprint in groups, to be read out to the other side."""
        return group_fingerprint(self._comparison())

    def words(self) -> str:
        """Return the same in sixteen spoken words."""
        return fingerprint_words(self._comparison())

    def drawing(self) -> str:
        """Draw the same as a QR code for a terminal."""
        return draw_fingerprint(self._comparison())

    def picture(self) -> bytes:
        """Write the same as a QR code in an SVG picture."""
        return picture_of_fingerprint(self._comparison())

    def card_picture(self, edition: int | None = None) -> bytes:
        """Write the own card as a QR code in an SVG picture.

        Raises:
            ChannelStoreError: There is no such edition.
            CardFormatError: It is too large for one code.
        """
        return picture_of_card(self.card(edition))

    def introduce(self, note: bytes, *, fingerprint: str | None = None, by: Actor) -> Peer:
        """Pin a card: compared by a person, countersigned by a pinned centre, or a successor.

        Args:
            note: The card as it was received.
            fingerprint: What a person compared; without it, a centre must have signed, or the
                station be known by the card before.
            by: Who answers for it.

        Raises:
            NotPermittedError: The actor is no registrar.
            CardTrustError: Nothing makes the card believed.
            CardValidityError: The card does not hold today.
            RevokedError: The station was retired, or its key revoked.
            ChannelStoreError: Another station has that call-sign here.
        """
        require(by, Role.REGISTRAR)
        now = self.office.clock.now()
        compared = None if fingerprint is None else ungroup_fingerprint(fingerprint)
        station = claimed_station(note)
        if station == self.office.keyring.fingerprint:
            raise InputError("this is the station's own card")
        with self.office.transaction() as work:
            known = _known(work, station)
            if known is None:
                peer = _first(note, compared, centres_of(work, now), now)
            else:
                peer = _next(work, note, compared, known, now)
            peer.card.require_valid(now)
            work.channel.peers.pin(peer)
        return peer

    def countersign(self, note: bytes, *, fingerprint: str, by: Actor) -> bytes:
        """Sign a card as a centre, after comparing it with its station in person.

        Raises:
            NotPermittedError: The actor is no registrar.
            InputError: This station is no centre.
            CardTrustError: The card has another fingerprint.
            CardValidityError: The card does not hold today.
            RevokedError: The station was retired here, or its key revoked.
        """
        require(by, Role.REGISTRAR)
        now = self.office.clock.now()
        card = open_card(note, fingerprint=ungroup_fingerprint(fingerprint))
        card.require_valid(now)
        with self.office.reading() as work:
            own = work.channel.peers.find(self.office.keyring.fingerprint).card
            work.channel.peers.require_believed(card)
        if own.purpose is not Purpose.CENTRE or own.fingerprint == card.fingerprint:
            raise InputError("only a centre introduces others, and never itself")
        own.require_valid(now)
        return countersign_card(note, self.office.keyring.identity)

    def retire(self, call_sign: str, *, by: Actor) -> None:
        """Believe a station no more: nothing is sealed to it, and what it seals is refused.

        Its card stays for the telegrams that are held.

        Raises:
            NotPermittedError: The actor is no registrar.
            ChannelStoreError: There is no such correspondent.
            InputError: It is this station itself.
        """
        require(by, Role.REGISTRAR)
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            if peer.relation is Relation.OWN:
                raise InputError("a station does not retire itself")
            work.channel.peers.retire(peer.card.fingerprint, self.office.clock.now())
        burn_pages(self.office, peer.card.fingerprint)

    def posts(self) -> tuple[Correspondent, ...]:
        """Return every pinned correspondent by call-sign, and how long its card still holds."""
        now = self.office.clock.now()
        return tuple(
            Correspondent(
                card=peer.card,
                relation=peer.relation,
                pinned_at=peer.pinned_at,
                standing=peer.card.standing(now),
            )
            for peer in correspondents(self.office)
        )

    def _comparison(self) -> str:
        with self.office.reading() as work:
            return work.channel.peers.find(self.office.keyring.fingerprint).card.comparison


def correspondents(office: Office) -> tuple[Peer, ...]:
    """Return every pinned correspondent by call-sign."""
    own = office.keyring.fingerprint
    with office.reading() as work:
        return tuple(peer for peer in work.channel.peers.everyone() if peer.card.fingerprint != own)


def centres_of(work: Work, at: datetime) -> tuple[Card, ...]:
    """Return the cards of the pinned centres that are believed at `at`."""
    return tuple(
        peer.card
        for peer in work.channel.peers.everyone()
        if peer.card.purpose is Purpose.CENTRE
        and peer.card.standing(at) in {Standing.VALID, Standing.ENDING}
        and not work.channel.peers.history(peer.card.fingerprint).is_revoked
    )


def burn_pages(office: Office, station: str) -> int:
    """Destroy the pages that a station may still use, after it was retired; return how many.

    A crash before it is through leaves pages that open what nobody accepts any more; the books'
    own last day burns them.
    """
    with office.reading() as work:
        live = work.channel.issued.live(station)
    office.pages.burn([page.key for page in live])
    with office.transaction() as work:
        for book in {page.book for page in live}:
            work.channel.lives.close(book, office.clock.now())
    return len(live)


def own_card(keyring: Keyring, purpose: Purpose, at: datetime, *, edition: int = 1) -> bytes:
    """Write and sign the card of this station with the keys that it has now."""
    return sign_card(card_of(keyring, purpose, at, edition=edition), keyring.identity)


def card_of(keyring: Keyring, purpose: Purpose, at: datetime, *, edition: int) -> Card:
    """Write the card that names every key of a keyring."""
    return Card(
        call_sign=keyring.call_sign,
        purpose=purpose,
        edition=edition,
        fingerprint=keyring.fingerprint,
        identity=keyring.identity.verifier,
        register=keyring.register.verifier,
        witness=keyring.witness.verifier,
        post_quantum=keyring.post_quantum.verifier,
        seal=keyring.seal.public,
        releasers=tuple(keyring.releaser(name).verifier for name in sorted(keyring.releasers)),
        clerks=tuple(keyring.clerk(name).verifier for name in sorted(keyring.clerks)),
        valid_from=at,
        valid_until=at + timedelta(days=CARD_DAYS),
    )


def _known(work: Work, station: str) -> Peer | None:
    try:
        return work.channel.peers.find(station)
    except ChannelStoreError:
        return None


def _first(note: bytes, compared: str | None, centres: Sequence[Card], now: datetime) -> Peer:
    card = open_card(note, fingerprint=compared, centres=centres)
    relation = Relation.COUNTERSIGNED if compared is None else Relation.COMPARED
    return Peer(card=card, note=note, relation=relation, pinned_at=now)


def _next(work: Work, note: bytes, compared: str | None, known: Peer, now: datetime) -> Peer:
    work.channel.peers.require_believed(known.card)
    card = open_successor(note, pinned=known.card)
    if compared is not None:
        open_card(note, fingerprint=compared)
    relation = known.relation if compared is None else Relation.COMPARED
    return Peer(card=card, note=note, relation=relation, pinned_at=now)
