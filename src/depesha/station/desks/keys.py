"""The station's own keys over the years, and keys given up: renewal, roll-over, revocation.

A card is followed by its next edition. Keys are durable before the card that names them, and the
old ones are given up after it: a crash between leaves a station that signs with what its own card
says (`settled`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from depesha.channel import (
    CardHistory,
    ChannelStoreError,
    Peer,
    Purpose,
    Relation,
    Revocation,
    open_revocation,
    open_successor,
    sign_card,
    sign_revocation,
)
from depesha.cipher import Ed25519Signer, Ed25519Verifier
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.introducing import burn_pages, card_of, centres_of
from depesha.station.desks.rekeying import (
    beginning_rollover,
    rolled_over,
    with_people,
    without,
)
from depesha.station.errors import InputError, NotFoundError
from depesha.station.keyring import Keyring
from depesha.station.office import Office
from depesha.station.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """Whose keys change with a renewed card, by the last word of the name of each key.

    A key that is dropped is destroyed; one that is dropped and added is drawn anew.
    """

    drop: tuple[str, ...] = ()
    releasers: tuple[str, ...] = ()
    clerks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyName:
    """One key of a station: `clerk/NAME`, a releaser's `NAME`, or the identity of an edition.

    Without a station it is this one's; without a name, the identity key, of the newest edition
    if none is said.
    """

    call_sign: str | None = None
    name: str | None = None
    edition: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationEffect:
    """What a revocation does here: whose key is refused from when on, and what goes with it.

    `retires` says that the station itself is given up, and `live_pages` how many of the pages
    that it may still use are destroyed then. A station that is not known here has no call-sign.
    """

    call_sign: str | None
    key: str
    revoked_from: datetime
    signed_by: str
    retires: bool
    live_pages: int


@dataclass(frozen=True, slots=True)
class Keys:
    """Renews, rolls over and revokes."""

    office: Office

    def renew(self, change: KeyChange | None = None, *, by: Actor) -> bytes:
        """Write the next edition of the station's card, with the same identity, from today on.

        Raises:
            NotPermittedError: The actor is no registrar.
            InputError: A name cannot name a key.
            NotFoundError: A key to be dropped is not there.
            StationBusyError: Another command changed the keys meanwhile.
            CardTrustError: The clock stands before the day of the present card.
        """
        require(by, Role.REGISTRAR)
        keyring = _changed(self.office.keyring, change or KeyChange())
        if keyring != self.office.keyring:
            # A crash from here on leaves a key that no card names, or a card that names a key
            # that is gone: nothing is signed with either, and renewing again ends it.
            self.office.keys.keep(keyring)
        return self._enter(keyring, former=None)

    def rollover(self, *, by: Actor) -> bytes:
        """Draw a new identity key and a new seal key, and write the card that names them.

        The old key signs that card too: who has pinned the old one takes it without comparing.

        Raises:
            NotPermittedError: The actor is no registrar.
            StationBusyError: Another command changed the keys meanwhile.
            CardTrustError: The clock stands before the day of the present card.
        """
        require(by, Role.REGISTRAR)
        former = self.office.keyring.identity
        beginning = beginning_rollover(self.office.keyring)
        self.office.keys.keep(beginning)
        # A crash from here on leaves keys that no card names; the next roll-over draws others.
        self.office.observe("next keys kept")
        keyring = rolled_over(beginning)
        note = self._enter(keyring, former=former)
        # A crash from here on leaves both keys in the file; opening the station finds the card
        # and gives the old one up.
        self.office.observe("next card entered")
        self.office.keys.keep(keyring)
        return note

    def revoke(self, key: KeyName, *, since: datetime | None = None, by: Actor) -> bytes:
        """Write the note that a key is not believed, from `since` or from now on.

        The station revokes its own keys, and a centre anybody's. An own releaser's or clerk's key
        is destroyed; renewing the card then takes its name off. With the identity key of its
        present card the station gives itself up: it signs nothing after this.

        Raises:
            NotPermittedError: The actor is no registrar.
            NotFoundError: The station is unknown, or no card of it names such a key.
            InputError: The key is another station's and this is no centre.
            RevocationFormatError: `since` lies in the future.
        """
        require(by, Role.REGISTRAR)
        now, keyring = self.office.clock.now(), self.office.keyring
        signer = keyring.identity
        with self.office.transaction() as work:
            history = _history(work, key.call_sign, keyring.fingerprint)
            is_own = history.current.fingerprint == keyring.fingerprint
            _require_entitled(work, keyring.fingerprint, is_own=is_own)
            revocation = Revocation(
                station=history.current.fingerprint,
                key=_find_key(history, key),
                revoked_from=since or now,
                written=now,
                by=keyring.fingerprint,
            )
            note = sign_revocation(revocation, signer)
            _give_up(work, revocation, note, now)
        # A crash from here on leaves a key of our own in use that others are told to refuse:
        # revoking again is possible, and does the rest.
        self._after(revocation, is_own=is_own)
        return note

    def examine(self, note: bytes) -> RevocationEffect:
        """Tell what a revocation would do here; nothing is changed.

        Raises:
            SignedTextError: Nobody signed it who may revoke that key.
            RevocationFormatError: It is no revocation.
            InputError: It is about this station itself.
        """
        with self.office.reading() as work:
            return self._effect(work, self._open(work, note))

    def believe(self, note: bytes, *, by: Actor) -> RevocationEffect:
        """Take a revocation, for ever: refuse the key, and burn the pages of a station given up.

        Raises:
            NotPermittedError: The actor is no registrar.
            SignedTextError: Nobody signed it who may revoke that key.
            RevocationFormatError: It is no revocation.
            InputError: It is about this station itself.
        """
        require(by, Role.REGISTRAR)
        with self.office.transaction() as work:
            revocation = self._open(work, note)
            effect = self._effect(work, revocation)
            _give_up(work, revocation, note, self.office.clock.now())
        self._after(revocation, is_own=False)
        return effect

    def notes(self, call_sign: str | None = None) -> Sequence[bytes]:
        """Return the revocations that are kept of a station, or of this one, to be handed on.

        Raises:
            NotFoundError: The station is unknown.
        """
        own = self.office.keyring.fingerprint
        with self.office.reading() as work:
            station = _history(work, call_sign, own).current.fingerprint
            return work.channel.peers.revocation_notes(station)

    def _enter(self, keyring: Keyring, *, former: Ed25519Signer | None) -> bytes:
        now = self.office.clock.now()
        with self.office.transaction() as work:
            own = work.channel.peers.find(keyring.fingerprint).card
            card = card_of(keyring, own.purpose, now, edition=own.edition + 1)
            note = sign_card(card, keyring.identity, former=former)
            open_successor(note, pinned=own)
            work.channel.peers.pin(Peer(card=card, note=note, relation=Relation.OWN, pinned_at=now))
        return note

    def _open(self, work: Work, note: bytes) -> Revocation:
        known = [peer.card for peer in work.channel.peers.everyone()]
        centres = centres_of(work, self.office.clock.now())
        own = self.office.keyring.fingerprint
        entitled = [card for card in known if card.purpose is not Purpose.CENTRE]
        revocation = open_revocation(note, known=[*entitled, *centres])
        if revocation.station == own:
            raise InputError("the revocation is about this station: nothing was changed")
        return revocation

    def _effect(self, work: Work, revocation: Revocation) -> RevocationEffect:
        known = _cards_of(work, revocation.station)
        signer = _cards_of(work, revocation.by)
        retires = known is not None and _with(known, revocation).is_revoked
        live = work.channel.issued.live(revocation.station) if retires else ()
        return RevocationEffect(
            call_sign=known.current.call_sign.text if known else None,
            key=revocation.key.name,
            revoked_from=revocation.revoked_from,
            signed_by=signer.current.call_sign.text if signer else revocation.key.name,
            retires=retires,
            live_pages=len(live),
        )

    def _after(self, revocation: Revocation, *, is_own: bool) -> None:
        """Destroy what the revocation makes useless: our own key, or the pages of another."""
        if not is_own:
            with self.office.reading() as work:
                known = _cards_of(work, revocation.station)
            if known is not None and known.is_revoked:
                burn_pages(self.office, revocation.station)
            return
        keyring = self.office.keyring
        if not revocation.is_identity:
            self.office.keys.keep(without(keyring, revocation.key.name))
        elif revocation.key == keyring.identity.verifier:
            self.office.keys.keep(replace(keyring, is_revoked=True))


def _changed(keyring: Keyring, change: KeyChange) -> Keyring:
    for name in change.drop:
        full = f"{keyring.call_sign.slug}/{name}"
        fewer = without(keyring, full)
        if fewer == keyring:
            raise NotFoundError("this station has no such key of a releaser or clerk")
        keyring = fewer
    return with_people(keyring, releasers=change.releasers, clerks=change.clerks)


def _history(work: Work, call_sign: str | None, own: str) -> CardHistory:
    if call_sign is None:
        return work.channel.peers.history(own)
    try:
        peer = work.channel.peers.named(call_sign)
    except ChannelStoreError as error:
        raise NotFoundError("no station of that call-sign is known") from error
    return work.channel.peers.history(peer.card.fingerprint)


def _require_entitled(work: Work, own: str, *, is_own: bool) -> None:
    if not is_own and work.channel.peers.find(own).card.purpose is not Purpose.CENTRE:
        raise InputError("a station revokes its own keys; those of others, only a centre")


def _find_key(history: CardHistory, key: KeyName) -> Ed25519Verifier:
    cards = [card for card in history.cards if key.edition in {None, card.edition}]
    for card in reversed(cards):
        if key.name is None:
            return card.identity
        for one in (*card.releasers, *card.clerks):
            if one.name == f"{card.call_sign.slug}/{key.name}":
                return one
    raise NotFoundError("no card of the station names that key")


def _give_up(work: Work, revocation: Revocation, note: bytes, at: datetime) -> None:
    work.channel.peers.revoke(revocation, note, at)
    known = _cards_of(work, revocation.station)
    if known is None or not known.is_revoked:
        return
    peer = work.channel.peers.find(revocation.station)
    if peer.retired_at is None and peer.relation is not Relation.OWN:
        work.channel.peers.retire(revocation.station, at)


def _cards_of(work: Work, station: str) -> CardHistory | None:
    try:
        return work.channel.peers.history(station)
    except ChannelStoreError:
        return None


def _with(history: CardHistory, revocation: Revocation) -> CardHistory:
    key = revocation.key.to_vkey()
    earliest = min(revocation.revoked_from, history.revoked.get(key, revocation.revoked_from))
    return replace(history, revoked={**history.revoked, key: earliest})
