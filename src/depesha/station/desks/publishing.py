"""Publishing a decided release: the page, the citation and the proof, as one folder of files.

The page is made from the release and from the description, never from the text itself; and before
anything is written, every file is searched for each withheld sentence.
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from depesha.archive import Holding, Record
from depesha.archive import Role as PartyRole
from depesha.edition import (
    ArchiveHolding,
    CrossReference,
    Event,
    Publication,
    ReleaseBundle,
    ReleasedTree,
    Source,
    chicago_note,
    render_edition,
)
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.keeping import stamp
from depesha.station.desks.release import ReleaseDesk
from depesha.station.errors import LeakError
from depesha.station.held import Annex, KeptCommitment, KeptDecision, Stamp
from depesha.station.office import Office
from depesha.station.work import Work

LEAST_FIELD = 5
_JSON_ESCAPE = re.compile(r"\\u([0-9a-f]{4})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """Under whose name an edition appears, and where: the publisher, the title, an address."""

    edition: str
    publisher: str
    url: str = ""
    rights: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was written: the page, the proof beside it, the policy it was checked against."""

    index: Path
    proof: Path
    policy: Path
    withheld: tuple[str, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class Publishing:
    """Writes the edition of one record."""

    office: Office
    desk: ReleaseDesk

    def publish(
        self, decision_id: str, folder: Path, imprint: Imprint, *, policy: str, by: Actor
    ) -> Published:
        """Write the page of a decided release; verify it by `policy` before anything is written.

        Raises:
            NotPermittedError: The actor is no editor.
            WrongStateError: The release is not decided yet.
            ReleaseError: The release does not hold by this policy, for example for want of a
                cosignature: let a correspondent cosign the register, then publish again.
            LeakError: A withheld sentence stands in one of the files; nothing was written.
        """
        require(by, Role.EDITOR)
        bundle = self.desk.bundle(decision_id)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            decided = work.commitments.decision(decision_id)
            publication = _publication(work, decided, bundle, imprint, policy)
            kept = work.commitments.of_record(decided.record_id)
        made = render_edition(publication)
        withheld = _require_no_leak(made, bundle, kept)
        self.office.publish(folder / publication.name, made)
        with self.office.transaction() as work:
            stamp(work, decided.record_id, "published", by=by.name, at=now)
        page = folder / publication.name
        return Published(
            index=page / "index.html",
            proof=page / "release.json",
            policy=page / "policy.txt",
            withheld=withheld,
            citation=chicago_note(publication.source),
        )


def _require_no_leak(
    made: dict[str, bytes], bundle: ReleaseBundle, kept: KeptCommitment
) -> tuple[str, ...]:
    """Search every file for what is kept back; return the withheld paths."""
    fields = {part.text for part in bundle.statement.header.disclosed}
    shown = {part.path: _as_read(part.text) for part in bundle.statement.body.disclosed}
    withheld = [_as_read(text) for path, text in kept.body if "." in path and path not in shown]
    # A field of a few letters, such as a year, stands in any page by chance.
    withheld += [text for _, text in kept.header if text not in fields and len(text) >= LEAST_FIELD]
    # A sentence that stands in a disclosed part too is no secret any more.
    hidden = [one for one in withheld if not any(one in told for told in shown.values())]
    whole = _as_read(b"\n".join(made.values()).decode("utf-8", "replace"))
    if any(text and text in whole for text in hidden):
        raise LeakError("the title or the description says what is withheld: nothing was written")
    return tuple(card.path for card in bundle.statement.body.withheld)


def _as_read(text: str) -> str:
    """Undo what pages, JSON and BibTeX do to a text: a sentence is found however written."""
    plain = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return " ".join(html.unescape(plain).replace("\\n", " ").replace("\\", "").split())


def _publication(
    work: Work, decided: KeptDecision, bundle: ReleaseBundle, imprint: Imprint, policy: str
) -> Publication:
    """Gather what the decision lets out: the release, the description, and the annexes named."""
    record = work.archive.records.record(decided.record_id)
    heading = bundle.statement.header
    annexes = decided.annexes.split()
    stamps = work.telegrams.stamps(record.record_id)
    has_stamps = Annex.STAMPS in annexes
    return Publication(
        name=_folder_name(record, heading),
        edition=imprint.edition,
        source=_source(record, heading, imprint),
        release=bundle,
        policy=policy,
        summary=record.abstract or "",
        events=tuple(Event(what=one.kind, by=one.actor, at=one.at) for one in stamps)
        if has_stamps
        else (),
        conveyance=_conveyance(stamps) if Annex.CONVEYANCE in annexes else (),
        references=tuple(_references(work, record)) if Annex.REFERENCES in annexes else (),
        description=tuple(_description(work, record, with_numbers=has_stamps)),
        rights=imprint.rights,
    )


def _folder_name(record: Record, heading: ReleasedTree) -> str:
    """Name the folder by what is disclosed of the number, and by the record."""
    stated = [heading.text("year"), heading.text("number"), record.record_id[:8]]
    return "-".join(one.replace("/", "-") for one in stated if one)


def _source(record: Record, heading: ReleasedTree, imprint: Imprint) -> Source:
    return Source(
        record=record.record_id,
        title=record.title.shown,
        dated=record.date.edtf or "",
        genre=record.kind,
        number=heading.text("number") or "",
        author=heading.text("from") or "",
        recipient=heading.text("for") or heading.text("action") or "",
        holdings=tuple(_holding(one) for one in record.holdings),
        publisher=imprint.publisher,
        url=imprint.url,
    )


def _holding(kept: Holding) -> ArchiveHolding:
    archive = kept.archive or ""
    return ArchiveHolding(
        archive=archive or kept.verbatim,
        location=kept.verbatim.removeprefix(f"{archive}, ") if archive else "",
    )


def _conveyance(stamps: tuple[Stamp, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(("Reported", one.note) for one in stamps if one.kind == "conveyed")


def _references(work: Work, record: Record) -> list[CrossReference]:
    cited = [
        CrossReference(
            relation="Answers" if reference.kind.value == "reply" else "Cites",
            verbatim=reference.verbatim,
            status=reference.status.value if reference.status else "",
        )
        for reference in record.references
    ]
    let_out = {one.record_id for one in work.commitments.decisions() if one.decided_by}
    for record_id, _ in work.archive.references.citing(record.record_id):
        # An answer that nobody has let out is not named on somebody else's page.
        if record_id not in let_out:
            continue
        answer = work.telegrams.get(record_id)
        cited.append(
            CrossReference(
                relation="Answered by",
                verbatim=f"No. {answer.number} of {answer.originator}, {answer.year}",
                status="held",
            )
        )
    return cited


def _description(work: Work, record: Record, *, with_numbers: bool) -> list[tuple[str, str]]:
    tree = work.archive.units.tree(work.call_sign.slug)
    told = [
        ("Reference code", f"{tree.reference_code(record.unit_id)}, {record.record_id[:8]}"),
        ("Level", "item"),
        ("Title", record.title.shown),
        ("Language", ", ".join(record.languages)),
        ("Creator", work.call_sign.text),
    ]
    told += [
        ("Transmission number", f"No. {one.serial} of {one.series}, copy {one.copy_number}")
        for one in work.copies.of_record(record.record_id)
        if with_numbers
    ]
    named = [one for one in record.parties if one.role is PartyRole.ORIGINATOR]
    told += [
        ("Cover name", f"{one.name} is identified as {one.identification}")
        for one in named
        if one.identification
    ]
    return [(term, text) for term, text in told if text]
