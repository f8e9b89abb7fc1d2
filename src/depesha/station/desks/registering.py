"""The register as its keeper and its correspondents see it."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime

from depesha.base import BaseFormatError, decode
from depesha.cipher import Verifier
from depesha.register import (
    Advice,
    ConsistencyProof,
    Evidence,
    EvidenceError,
    SignedCheckpoint,
    cosign,
    observe,
    verify_log,
)
from depesha.station.actor import Actor, Role, require
from depesha.station.errors import InputError
from depesha.station.office import Office
from depesha.station.work import Work

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterStatus:
    """A register summed up as it is now, and who has cosigned how much of it.

    `cosigned_by` names the cosigners of the largest cosigned checkpoint, `cosigned_size` its size.
    """

    origin: str
    size: int
    root: str
    cosigned_size: int
    cosigned_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One entry as its own station can read it; a stranger sees only `entry`."""

    index: int
    entry: str
    what: str
    record_id: str | None


@dataclass(frozen=True, slots=True)
class Registering:
    """Reads, proves and audits the register, and exchanges cosignatures."""

    office: Office

    def status(self) -> RegisterStatus:
        """Sum the register up."""
        with self.office.reading() as work:
            present = work.log.checkpoint()
            size, names = _cosigned(work)
        return RegisterStatus(
            origin=present.origin,
            size=present.size,
            root=base64.b64encode(present.root).decode(),
            cosigned_size=size,
            cosigned_by=names,
        )

    def lines(self) -> tuple[RegisterLine, ...]:
        """List every entry with what it is, from the first."""
        with self.office.reading() as work:
            known = {one.register_index: one for one in work.telegrams.all()}
            decided = {one.register_index: one for one in work.commitments.decisions()}
            lines = []
            for index in range(work.log.size()):
                telegram, decision = known.get(index), decided.get(index)
                what, record_id = "void", None
                if telegram is not None:
                    what = f"{telegram.direction.value} No. {telegram.number}"
                    record_id = telegram.record_id
                elif decision is not None:
                    what, record_id = "release decided", decision.record_id
                entry = work.log.entry(index).to_bytes().hex()
                lines.append(RegisterLine(index=index, entry=entry, what=what, record_id=record_id))
            return tuple(lines)

    def audit(self) -> RegisterStatus:
        """Recompute everything from the entries and check every checkpoint that was signed.

        Raises:
            LogDamagedError: Names the first entry that cannot be believed.
        """
        with self.office.reading() as work:
            cosigners = [peer.card.witness for peer in work.channel.peers.everyone()]
            verifier = self.office.keyring.register.verifier
            verify_log(work.log.store, work.checkpoints.store, verifier, cosigners)
        return self.status()

    def seen(self, call_sign: str) -> int:
        """Return how many entries of a correspondent's register this station has accepted."""
        with self.office.reading() as work:
            register = work.channel.peers.by_call_sign(call_sign).card.register
            note = work.witnessed.newest(register.name)
        return SignedCheckpoint.kept(note).checkpoint.size if note else 0

    def advise(self, call_sign: str, *, since: int | None = None, by: Actor) -> bytes:
        """Write the advice by which a correspondent can cosign the newest checkpoint.

        Args:
            call_sign: The correspondent.
            since: The size it says it has seen; without it, the size it cosigned last.
            by: Who asks for it.

        Raises:
            NotPermittedError: The actor is no registrar.
            ChannelStoreError: There is no such correspondent.
            OutOfRangeError: The register never had the size `since`.
        """
        require(by, Role.REGISTRAR)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            issued = work.checkpoints.issue(self.office.keyring.register, now)
            proof = consistency_for(work, peer.card.fingerprint, issued, since=since)
        return Advice(proof=proof, note=issued.note).to_bytes()

    def cosign(self, advice: bytes, call_sign: str, *, by: Actor) -> bytes:
        """Check a correspondent's advice against all it has shown before, and cosign.

        The newest view is durable before the cosignature is returned. Two checkpoints that
        contradict each other are kept as evidence, and nothing is cosigned.

        Raises:
            NotPermittedError: The actor is no registrar.
            RegisterError: The advice is malformed, or not consistent with what was seen.
        """
        require(by, Role.REGISTRAR)
        read = Advice.from_bytes(advice)
        with self.office.transaction() as work:
            register = work.channel.peers.by_call_sign(call_sign).card.register
        try:
            with self.office.transaction() as work:
                accepted = observe(work.witnessed, read.note, read.proof, register)
        except EvidenceError as error:
            with self.office.transaction() as work:
                keep_evidence(work, register, error, at=self.office.clock.now())
            raise
        line = cosign(accepted, self.office.keyring.witness, self.office.clock.now())
        return f"{accepted.checkpoint.size}\n{line}".encode()

    def attach(self, cosignature: bytes, call_sign: str, *, by: Actor) -> RegisterStatus:
        """Verify a correspondent's cosignature and keep it beside its checkpoint.

        Raises:
            NotPermittedError: The actor is no registrar.
            InputError: The bytes are no cosignature file.
            CipherError: It is not this correspondent's valid signature on that checkpoint.
        """
        require(by, Role.REGISTRAR)
        try:
            size, _, line = decode(cosignature, what="the cosignature").partition("\n")
        except BaseFormatError as error:
            raise InputError(str(error)) from error
        if not _SIZE.fullmatch(size):
            raise InputError("a cosignature begins with the size of the checkpoint")
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            work.checkpoints.attach(int(size), line, peer.card.witness)
            work.cosigned.remember(peer.card.fingerprint, int(size))
        return self.status()


def consistency_for(
    work: Work, station: str, issued: SignedCheckpoint, *, since: int | None = None
) -> ConsistencyProof:
    """Prove that the register only grew since the checkpoint that this station cosigned last."""
    old_size = work.cosigned.cosigned_size(station) if since is None else since
    if old_size == 0:
        return ConsistencyProof(old_size=0)
    hashes = work.log.consistency_proof(old_size, issued.checkpoint.size)
    return ConsistencyProof(old_size=old_size, hashes=hashes)


def keep_evidence(work: Work, register: Verifier, error: EvidenceError, *, at: datetime) -> None:
    """Keep two signed checkpoints that contradict each other: together they convict the signer."""
    work.witnessed.keep_evidence(
        Evidence(origin=register.name, known_note=error.known_note, note=error.note, at=at)
    )


def _cosigned(work: Work) -> tuple[int, tuple[str, ...]]:
    """Return the largest cosigned size and the names of its cosigners."""
    for size in reversed(work.checkpoints.store.checkpoint_sizes()):
        lines = work.checkpoints.store.cosignatures(size)
        if lines:
            return size, tuple(sorted(line.split(" ")[1] for line in lines))
    return 0, ()
