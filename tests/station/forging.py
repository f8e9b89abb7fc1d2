"""Objects that a hostile correspondent could make: opened, altered in one place, sealed again."""

from dataclasses import dataclass, replace

from depesha.base import Digest
from depesha.channel import Envelope, open_envelope, seal_envelope
from depesha.cipher import Ed25519Signer, Page, sign_note, unverified_text
from depesha.telegram import Cover, Minute
from tests.station.houses import House


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What is inside an honest object, with the page it is sealed to and the keys of its sender."""

    page: Page
    cover: Cover
    minute: Minute
    enclosures: tuple[bytes, ...]
    identity: Ed25519Signer
    releaser: Ed25519Signer

    @property
    def minute_note(self) -> bytes:
        return sign_note(self.minute.to_text(), [self.releaser])

    def with_minute(self, **changes: object) -> "Inside":
        """Change the minute, and let the cover name the changed one."""
        changed = replace(self, minute=replace(self.minute, **changes))  # type: ignore[arg-type]
        return changed.with_cover(minute=Digest.of(changed.minute_note))

    def with_cover(self, **changes: object) -> "Inside":
        return replace(self, cover=replace(self.cover, **changes))  # type: ignore[arg-type]

    def signed_by(self, *, cover: Ed25519Signer | None = None) -> "Inside":
        return replace(self, identity=cover or self.identity)

    def released_by(self, signer: Ed25519Signer) -> "Inside":
        changed = replace(self, releaser=signer)
        return changed.with_cover(minute=Digest.of(changed.minute_note))

    def envelope(self, *, cover: bytes | None = None, telegram: bytes | None = None) -> Envelope:
        return Envelope(
            cover=cover or sign_note(self.cover.to_text(), [self.identity]),
            telegram=telegram or self.minute_note,
            enclosures=self.enclosures,
        )

    def seal(self, *, cover: bytes | None = None, telegram: bytes | None = None) -> bytes:
        return seal_envelope(self.envelope(cover=cover, telegram=telegram), self.page)


def look_inside(sealed: bytes, *, sender: House, receiver: House) -> Inside:
    """Open an honest object as its receiver could; nothing is burnt by this."""
    pages = receiver.office.pages.load()
    key, envelope = open_envelope(sealed, pages)
    keyring = sender.office.keyring
    return Inside(
        page=pages[key].page,
        cover=Cover.from_text(unverified_text(envelope.cover)),
        minute=Minute.from_text(unverified_text(envelope.telegram)),
        enclosures=envelope.enclosures,
        identity=keyring.identity,
        releaser=keyring.releaser("okonjo"),
    )
