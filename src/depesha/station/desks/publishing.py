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
    CopyMark,
    CrossReference,
    Event,
    Publication,
    ReleaseBundle,
    Source,
    chicago_note,
    render_edition,
)
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.keeping import stamp
from depesha.station.desks.minutes import minute_of
from depesha.station.desks.release import ReleaseDesk
from depesha.station.errors import LeakError
from depesha.station.held import KeptCommitment, Stamp
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Minute

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
            record = work.archive.records.record(decided.record_id)
            publication = _publication(work, record, bundle, imprint, policy)
            kept = work.commitments.of_record(decided.record_id)
        made = render_edition(publication)
        withheld = _require_no_leak(made, bundle, kept)
        self.office.publish(folder / publication.name, made)
        with self.office.transaction() as work:
            stamp(work, record.record_id, "published", by=by.name, at=now)
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
    """Search every file for each sentence that is not disclosed; return the withheld paths."""
    shown = {part.path for part in bundle.statement.body.disclosed}
    hidden = [_as_read(text) for path, text in kept.body if "." in path and path not in shown]
    whole = _as_read(b"\n".join(made.values()).decode("utf-8", "replace"))
    if any(text and text in whole for text in hidden):
        raise LeakError("a withheld sentence stands in the description: nothing was written")
    return tuple(card.path for card in bundle.statement.body.withheld)


def _as_read(text: str) -> str:
    """Undo what pages, JSON and BibTeX do to a text: a sentence is found however written."""
    plain = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return " ".join(html.unescape(plain).replace("\\n", " ").replace("\\", "").split())


def _publication(
    work: Work, record: Record, bundle: ReleaseBundle, imprint: Imprint, policy: str
) -> Publication:
    minute = minute_of(work.telegrams.get(record.record_id))
    stamps = work.telegrams.stamps(record.record_id)
    return Publication(
        name=_folder_name(record, minute),
        edition=imprint.edition,
        source=_source(record, minute, imprint),
        release=bundle,
        policy=policy,
        summary=record.abstract or "",
        events=tuple(Event(what=one.kind, by=one.actor, at=one.at) for one in stamps),
        copies=tuple(
            CopyMark(number=str(entry.copy_number), holder=entry.holder)
            for entry in minute.distribution.entries
        ),
        copies_stated=str(minute.distribution.stated_total or ""),
        conveyance=_conveyance(minute, stamps),
        references=tuple(_references(work, record)),
        description=tuple(_description(work, record)),
        rights=imprint.rights,
    )


def _folder_name(record: Record, minute: Minute) -> str:
    number = minute.number.to_text().replace("/", "-")
    return f"{minute.year}-{number}-{record.record_id[:8]}"


def _source(record: Record, minute: Minute, imprint: Imprint) -> Source:
    return Source(
        record=record.record_id,
        title=record.title.shown,
        dated=record.date.edtf or "",
        genre=record.kind,
        number=minute.number.to_text(),
        author=minute.originator,
        recipient=minute.final_addressee or minute.stations[0].text,
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


def _conveyance(minute: Minute, stamps: tuple[Stamp, ...]) -> tuple[tuple[str, str], ...]:
    if minute.conveyance is None:
        return ()
    told = [("Ordered", minute.conveyance.form.value)]
    if minute.conveyance.instruction:
        told.append(("Instruction", minute.conveyance.instruction))
    told += [("Reported", one.note) for one in stamps if one.kind == "conveyed"]
    return tuple(told)


def _references(work: Work, record: Record) -> list[CrossReference]:
    cited = [
        CrossReference(
            relation="Answers" if reference.kind.value == "reply" else "Cites",
            verbatim=reference.verbatim,
            status=reference.status.value if reference.status else "",
        )
        for reference in record.references
    ]
    for record_id, _ in work.archive.references.citing(record.record_id):
        answer = work.telegrams.get(record_id)
        cited.append(
            CrossReference(
                relation="Answered by",
                verbatim=f"No. {answer.number} of {answer.originator}, {answer.year}",
                status="held",
            )
        )
    return cited


def _description(work: Work, record: Record) -> list[tuple[str, str]]:
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
    ]
    named = [one for one in record.parties if one.role is PartyRole.ORIGINATOR]
    told += [
        ("Cover name", f"{one.name} is identified as {one.identification}")
        for one in named
        if one.identification
    ]
    return [(term, text) for term, text in told if text]
