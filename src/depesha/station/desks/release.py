"""The release desk: what is let out of a record, what is withheld, and the proof of both.

One person proposes, a second decides; the decision is a register entry before anything is
published. What an earlier release disclosed cannot be withheld again.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from depesha.base import instant_from_text, instant_to_text
from depesha.cipher import random_bytes
from depesha.edition import (
    Commitment,
    Decision,
    Proofs,
    ReleaseBundle,
    Selection,
    Statement,
    Withholding,
    draft_release,
    require_commitment,
)
from depesha.register import Entry, Policy
from depesha.station.actor import Actor, Role, require, require_second
from depesha.station.desks.keeping import stamp
from depesha.station.errors import InputError, WrongStateError
from depesha.station.held import Annex, DecisionState, KeptCommitment, KeptDecision
from depesha.station.office import Office
from depesha.station.work import Work

_ID_SIZE = 16
_SALT_SIZE = 32
ENCLOSURE_REASON = "enclosure not part of this release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withhold:
    """One part to be withheld: a point (`2`), a sentence of it (`2.3`) or a field (`via`); and why.

    `review` is the day, YYYY-MM-DD, on which the reason is looked at again.
    """

    path: str
    reason: str
    review: str | None = None
    substitute: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseDesk:
    """Proposes, decides and publishes releases."""

    office: Office

    def propose(
        self,
        record_id: str,
        withheld: tuple[Withhold, ...],
        *,
        authority: str,
        annexes: frozenset[Annex] = frozenset(),
        by: Actor,
    ) -> KeptDecision:
        """Propose to let a telegram out but for some parts; nothing is decided by this.

        Enclosures are withheld unless they are let out by a release of their own: their digests
        in the heading would let anybody check a guess at what they hold.

        Args:
            record_id: The telegram.
            withheld: The points, sentences and fields of the heading that are kept back.
            authority: Who lets it out.
            annexes: What else of its history the page may show; nothing by default.
            by: Who proposes it.

        Raises:
            NotPermittedError: The actor is no archivist.
            NotFoundError: There is no such telegram.
            UndecidedError: A part does not exist, or is named twice.
            InputError: A day cannot be read.
        """
        require(by, Role.ARCHIVIST)
        proposal = KeptDecision(
            decision_id=random_bytes(_ID_SIZE).hex(),
            record_id=record_id,
            state=DecisionState.PROPOSED,
            withheld=json.dumps([asdict(one) for one in withheld], ensure_ascii=False),
            authority=authority,
            annexes=" ".join(sorted(annexes)),
            proposed_by=by.name,
        )
        now = instant_to_text(self.office.clock.now())
        with self.office.transaction() as work:
            work.telegrams.get(record_id)
            # Drawn up once and thrown away: what cannot be decided is refused here already.
            _draft(work, replace(proposal, decided_at=now))
            work.commitments.add_decision(proposal)
        return proposal

    def decide(self, decision_id: str, *, by: Actor) -> KeptDecision:
        """Decide a proposal as a second person, and enter the decision in the register.

        Raises:
            NotPermittedError: The actor is no archivist.
            TwoPersonsError: The actor proposed it.
            WrongStateError: It was decided before.
            AlreadyDisclosedError: An earlier release disclosed what this one would withhold.
        """
        require(by, Role.ARCHIVIST)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            proposal = work.commitments.decision(decision_id)
            require_second(by, first=proposal.proposed_by)
            if proposal.state is not DecisionState.PROPOSED:
                raise WrongStateError("the release was decided before")
            salt = random_bytes(_SALT_SIZE)
            decided = replace(
                proposal,
                state=DecisionState.DECIDED,
                salt=salt,
                decided_by=by.name,
                decided_at=instant_to_text(now),
                register_index=work.log.size(),
            )
            statement = _draft(work, decided)
            work.log.append(Entry.from_bytes(statement.decision_entry(salt)))
            decided = replace(decided, statement=statement.digest().to_text())
            work.commitments.decide(decided)
            work.checkpoints.issue(self.office.keyring.register, now)
            stamp(work, proposal.record_id, "release proposed", by=proposal.proposed_by, at=now)
            stamp(work, proposal.record_id, "release decided", by=by.name, at=now)
        return decided

    def policy(self, *, quorum: int = 1) -> str:
        """Write the policy by which outsiders can check: our register, and our correspondents.

        A reader must get it from elsewhere than the release it is used on, or compare its keys.

        Raises:
            InputError: There are fewer correspondents than the quorum asks for.
        """
        own = self.office.keyring
        with self.office.reading() as work:
            peers = [
                peer.card
                for peer in work.channel.peers.everyone()
                if peer.card.fingerprint != own.fingerprint
            ]
        if not 0 <= quorum <= len(peers):
            raise InputError("there are not as many correspondents as the quorum asks for")
        lines = [f"log {own.register.verifier.to_vkey()}"]
        lines += [f"witness {card.call_sign.slug} {card.witness.to_vkey()}" for card in peers]
        if quorum:
            names = " ".join(card.call_sign.slug for card in peers)
            lines += [f"group correspondents {quorum} {names}", "quorum correspondents"]
        else:
            lines.append("quorum none")
        return Policy.from_text("".join(f"{line}\n" for line in lines)).to_text()

    def bundle(self, decision_id: str) -> ReleaseBundle:
        """Join a decided release with its proofs, under the best cosigned checkpoint there is.

        Raises:
            WrongStateError: It is not decided yet.
        """
        with self.office.reading() as work:
            decided = work.commitments.decision(decision_id)
            index = decided.register_index
            if decided.state is not DecisionState.DECIDED or index is None:
                raise WrongStateError("the release is proposed, and not decided yet")
            statement = _draft(work, decided)
            size = _checkpoint_size(work, index)
            proofs = Proofs(
                checkpoint=work.checkpoints.note(size).decode(),
                telegram_hashes=work.log.inclusion_proof(statement.index, size),
                decision_salt=decided.salt,
                decision_index=index,
                decision_hashes=work.log.inclusion_proof(index, size),
            )
        return statement.bundle(proofs)


def _draft(work: Work, decision: KeptDecision) -> Statement:
    """Draw up the statement of a decision, after all that was decided of its record before."""
    kept = work.commitments.of_record(decision.record_id)
    # What is released is what was registered: a kept text that was changed since is refused here.
    entry = work.log.entry(kept.register_index).to_bytes()
    commitment = require_commitment(entry, kept.secret, kept.header, kept.body)
    earlier: Statement | None = None
    for one in work.commitments.decisions():
        if one.record_id == decision.record_id and _precedes(one, decision):
            earlier = _state(commitment, kept, one, earlier)
    return _state(commitment, kept, decision, earlier)


def _precedes(one: KeptDecision, other: KeptDecision) -> bool:
    if one.register_index is None:
        return False
    return other.register_index is None or one.register_index < other.register_index


def _state(
    commitment: Commitment,
    kept: KeptCommitment,
    decision: KeptDecision,
    earlier: Statement | None,
) -> Statement:
    at = instant_from_text(decision.decided_at)
    cards = [
        Withholding(
            path=one["path"],
            reason=one["reason"],
            authority=decision.authority,
            decided=at.date(),
            review=_day(one["review"]),
            substitute=one["substitute"],
        )
        for one in json.loads(decision.withheld)
    ]
    fields = [card for card in cards if card.path in commitment.header.parts]
    fields += _enclosure_cards(commitment, fields, decision.authority, at.date())
    parts = [card for card in cards if card.path not in commitment.header.parts]
    return draft_release(
        commitment,
        Decision(
            record=decision.record_id,
            authority=decision.authority,
            released=at,
            header=Selection(disclosed=_fields(commitment, fields), withheld=fields),
            body=Selection(disclosed=_shown(commitment, parts), withheld=parts),
        ),
        index=kept.register_index,
        earlier=earlier,
    )


def _enclosure_cards(
    commitment: Commitment, given: Sequence[Withholding], authority: str, decided: date
) -> list[Withholding]:
    """Withhold every enclosure that has no card yet."""
    taken = {card.path for card in given}
    return [
        Withholding(path=path, reason=ENCLOSURE_REASON, authority=authority, decided=decided)
        for path in commitment.header.parts
        if path.partition(".")[0] == "enclosure" and path not in taken
    ]


def _fields(commitment: Commitment, withheld: Sequence[Withholding]) -> list[str]:
    """Return the fields of the heading that no card covers; their list comes by itself."""
    hidden = {"fields", *(card.path for card in withheld)}
    return [path for path in commitment.header.parts if path not in hidden]


def _shown(commitment: Commitment, withheld: Sequence[Withholding]) -> list[str]:
    """Return the sentences that no card covers; the outline comes by itself."""
    hidden = {card.path for card in withheld}
    return [
        path
        for path in commitment.body.parts
        if "." in path and path not in hidden and path.partition(".")[0] not in hidden
    ]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("a day of review is written YYYY-MM-DD") from error


def _checkpoint_size(work: Work, index: int) -> int:
    """Return the largest cosigned checkpoint that covers an entry, or else the newest."""
    sizes = [size for size in work.checkpoints.store.checkpoint_sizes() if size > index]
    cosigned = [size for size in sizes if work.checkpoints.store.cosignatures(size)]
    return max(cosigned or sizes)
