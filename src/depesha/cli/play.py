"""The demonstration: the whole life of one telegram and its reply, on real stations.

Every act calls the same desks that the commands told beside it call.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, run
from typing import Any

from depesha.base import write_durably
from depesha.cli.result import (
    Performed,
    conveyance_result,
    post_result,
    reply_result,
    telegram_result,
    view_of,
)
from depesha.cli.script import Script
from depesha.cli.stage import House, Stage
from depesha.cli.story import Story
from depesha.station import (
    Addressee,
    Annex,
    BookOrder,
    Conveyed,
    Draft,
    Enclosure,
    HandOver,
    HeldTelegram,
    Imprint,
    KeptDecision,
    RelayAdmission,
    TelegramView,
    Withhold,
    draft_of_record,
    draft_of_text,
    holding_facts,
)

PAGES = 16
_REASON = "protects a source"
_REVIEW = "2056-01-01"


@dataclass(slots=True, kw_only=True)
class Play:
    """One performance of a script on a stage."""

    stage: Stage
    script: Script
    story: Story
    performed: list[Performed] = field(default_factory=list, init=False)

    def perform(self) -> dict[str, Any]:
        """Play every act and return the result object of the demonstration."""
        self.exchange_cards()
        self.exchange_pads()
        first = self.send_first(self.release_first())
        conveyed = self.convey(first)
        reply = self.reply(first, conveyed)
        self.acknowledge_by_pouch(reply)
        search = self.describe_and_find(first)
        decision = self.decide_release(first)
        released = self.let_out(decision)
        return {
            "posts": [post_result(self.stage.centre), post_result(self.stage.post)],
            "telegrams": [telegram_result(one) for one in self.performed],
            "conveyance": conveyance_result(conveyed),
            "reply": reply_result(reply),
            "holdings": list(holding_facts(view_of(first.sender, first.sent).record)),
            **search,
            **released,
        }

    def exchange_cards(self) -> None:
        """Act 1: two offices compare fingerprints in person."""
        for house, other in self._both():
            card, path = other.station.introducing.card(), f"{other.home}.card"
            write_durably(self.stage.folder / path, card)
            fingerprint = other.station.introducing.fingerprint()
            desk = house.station.introducing
            desk.introduce(card, fingerprint=fingerprint, by=house.clerk)
        centre, post = self.stage.centre, self.stage.post
        self.story.tell(
            f"{centre.name} and {post.name} were founded, and a relay was started. Their officers "
            "met, read out their fingerprints, and believe each other's cards since.",
            f'--home post station init "{post.name}" --person … --archive-key …',
            centre.by_hand(centre.clerk, "post add post.card --fingerprint …"),
        )

    def exchange_pads(self) -> None:
        """Act 2: each issues the other a book of one-time pages."""
        serial = self.script.transmission
        relay = RelayAdmission(address=self.stage.relay, token=self.stage.token)
        for house, other in self._both():
            first = serial if house is self.stage.post else 1
            order = BookOrder(call_sign=other.name, pages=PAGES, first_serial=first, relay=relay)
            book = house.station.correspondence.issue(order, by=house.clerk)
            write_durably(self.stage.folder / f"{house.home}.book", book)
            other.station.correspondence.accept(book, issuer=house.name, by=other.clerk)
        centre, post = self.stage.centre, self.stage.post
        self.story.tell(
            f"Each gave the other a book of {PAGES} one-time pages by hand, and opened a mailbox "
            f"at the relay. The channel goes on from its paper past with No. {serial}.",
            post.by_hand(post.clerk, f'pads issue "{centre.name}" --out post.book …'),
            centre.by_hand(centre.clerk, f'pads accept post.book --from "{post.name}"'),
        )

    def release_first(self) -> HeldTelegram:
        """Act 3: the record is drafted, and released by a second person."""
        centre, post = self.stage.centre, self.stage.post
        draft = draft_of_record(self.script.text, sender=self.script.sender)
        addressed = draft.amended({"action": (_to(post, "immediate"),)})
        number = self.script.office_number
        if number > 1:
            year = centre.station.drafting.year()
            centre.station.drafting.start_series(year, draft.series, number, by=centre.clerk)
        held = self._release(centre, addressed)
        self.story.tell(
            f"{centre.clerk.name} drafted a telegram; {centre.releaser.name} read and released it. "
            f"It became No. {held.number}: signed, filed, and entry {held.register_index} of the "
            "register, in one transaction.",
            centre.by_hand(centre.clerk, f'telegram draft --record … --to "{post.name}"'),
            centre.by_hand(centre.releaser, "telegram release DRAFT"),
        )
        return held

    def send_first(self, held: HeldTelegram) -> Performed:
        """Act 4: it is sealed, carried and opened."""
        centre, post = self.stage.centre, self.stage.post
        done = self._send(centre, post, held)
        copy = view_of(centre, done.sent).copies[0]
        self.story.tell(
            f"{centre.clerk.name} sealed copy {copy.copy_number} to page {copy.page} of the pad as "
            f"transmission No. {copy.serial}, and the relay took it. The relay saw a size and a "
            "time, and neither names nor numbers.",
            centre.by_hand(centre.clerk, f"telegram seal {held.number}"),
            centre.by_hand(centre.clerk, "sync"),
        )
        self._tell_opened(done)
        return done

    def convey(self, first: Performed) -> HandOver | None:
        """Act 5: the final addressee, who is not on the system, is told."""
        post = first.receiver
        number = view_of(post, first.received).line.number
        if not _is_conveyed(view_of(post, first.received)):
            return None
        desk = post.station.conveying
        given = desk.hand_over(first.received, by=post.clerk)
        report = desk.report(
            first.received,
            Conveyed(
                place="the residence",
                form="spoken",
                notes="taken",
                reaction="He asked permission to write the points down.",
            ),
            by=post.clerk,
        )
        write_durably(self.stage.folder / "conveyance.txt", report)
        self.story.tell(
            f"The order was: {given.form}. {post.clerk.name} spoke the {_count(given)} points to "
            f"{given.to}, from a text without number, signature or copy mark, and reported it.",
            post.by_hand(post.clerk, f"telegram handover {number}"),
            post.by_hand(post.clerk, f"telegram convey {number} --form spoken …"),
        )
        return given

    def reply(self, first: Performed, conveyed: HandOver | None) -> Performed:
        """Act 6: the post answers by number, with the report enclosed."""
        post, centre = first.receiver, first.sender
        cited = post.station.reading.citation(first.received)
        told = f"The points were spoken to {conveyed.to}." if conveyed else "It is being acted on."
        text = f"To No. {cited.number}.\n\n1. {told}\n\n2. An answer is expected within the week.\n"
        changes = {"action": (_to(centre, "priority"),), "in_reply_to": cited}
        if conveyed is not None:
            data = (self.stage.folder / "conveyance.txt").read_bytes()
            changes["enclosures"] = (Enclosure(name="conveyance.txt", data=data),)
        held = self._release(post, draft_of_text(text, sender=post.name).amended(changes))
        done = self._send(post, centre, held)
        found = view_of(centre, done.received).citations[0]
        self.story.tell(
            f"{post.name} answered with its No. {held.number}, the report enclosed. The centre's "
            f"archive tied “To No. {found.cites}” to the telegram it answers: {found.status}.",
            post.by_hand(post.clerk, f"telegram draft --reply-to {cited.number} --enclose …"),
            centre.by_hand(centre.clerk, "sync"),
        )
        return done

    def acknowledge_by_pouch(self, reply: Performed) -> None:
        """Act 7: the line is down, and a courier carries the acknowledgement."""
        centre, post = reply.receiver, reply.sender
        cited = centre.station.reading.citation(reply.received)
        text = f"To No. {cited.number}.\n\nReceived with thanks. Go on as instructed.\n"
        changes = {
            "action": (_to(post, "routine"),),
            "in_reply_to": cited,
            "series": self._series(),
        }
        held = self._release(centre, draft_of_text(text, sender=centre.name).amended(changes))
        centre.station.dispatch.seal(held.record_id, by=centre.clerk)
        pouch = self.stage.folder / "pouch"
        pouch.mkdir()
        centre.station.pouching.pack(post.name, pouch, by=centre.clerk)
        arrived = post.station.pouching.unpack(pouch, by=post.clerk).received
        received = [one for one in arrived if one.service is None]
        self.performed.append(
            Performed(
                sender=centre,
                receiver=post,
                sent=held.record_id,
                received=received[0].record_id or "",
            )
        )
        self.story.tell(
            f"The line was down: No. {held.number} went in a courier's pouch, the same sealed file "
            "in a folder. Each cover acknowledged, and cosigned the other's register.",
            centre.by_hand(centre.clerk, f'pouch pack "{post.name}" pouch'),
            post.by_hand(post.clerk, "pouch unpack pouch"),
        )

    def describe_and_find(self, first: Performed) -> dict[str, object]:
        """Act 8: the archivist describes the telegram, and anybody finds it."""
        centre = first.sender
        filing = centre.station.filing
        record = filing.describe(first.sent, self.script.text, by=centre.archivist)
        query = f"no:{view_of(centre, first.sent).line.number}"
        hits = filing.search(query)
        self.story.tell(
            f"Years passed. {centre.archivist.name} described the telegram: {len(record.holdings)} "
            f"holdings, a summary, {len(record.references)} references. A search for {query} "
            f"finds {len(hits)} record in the encrypted store.",
            centre.by_hand(centre.archivist, "archive describe NUMBER record.txt"),
            centre.by_hand(centre.archivist, f"archive search {query}"),
        )
        listed = [{"record": hit.record_id, "title": hit.title} for hit in hits]
        return {"search": {"query": query, "hits": listed}}

    def decide_release(self, first: Performed) -> KeptDecision:
        """Act 9: two persons let it out, one point withheld; the post cosigns the register."""
        centre, post = first.sender, first.receiver
        path = _point_to_withhold(view_of(centre, first.sent))
        card = Withhold(path=path, reason=_REASON, review=_REVIEW)
        desk = centre.station.release
        proposed = desk.propose(
            first.sent,
            (card,),
            authority="Records Office",
            annexes=frozenset(Annex),
            by=centre.archivist,
        )
        decided = desk.decide(proposed.decision_id, by=centre.releaser)
        self.story.tell(
            f"{centre.archivist.name} proposed to let it out but for point {path}; "
            f"{centre.releaser.name}, a second person, decided it: entry {decided.register_index}.",
            centre.by_hand(centre.archivist, f'edition propose NUMBER --withhold "{path}=…"'),
            centre.by_hand(centre.releaser, "edition decide DECISION"),
        )
        for house, other in self._both():
            seen = other.station.registering.seen(house.name)
            advice = house.station.registering.advise(other.name, since=seen, by=house.clerk)
            line = other.station.registering.cosign(advice, house.name, by=other.clerk)
            house.station.registering.attach(line, other.name, by=house.clerk)
        self.story.tell(
            f"{post.name} checked that the centre's register had only grown, and cosigned it.",
            centre.by_hand(centre.clerk, f'register advise "{post.name}" > advice'),
            post.by_hand(post.clerk, f'register cosign advice --from "{centre.name}"'),
        )
        return decided

    def let_out(self, decision: KeptDecision) -> dict[str, object]:
        """Act 10: the page is written, and an outsider verifies it with one file of Python."""
        centre = self.stage.centre
        policy = self.stage.folder / "policy.txt"
        text = centre.station.release.policy(quorum=1)
        write_durably(policy, text.encode())
        published = centre.station.publishing.publish(
            decision.decision_id,
            self.stage.folder / "edition",
            Imprint(edition="Telegrams of the Centre", publisher="Depesha demonstration"),
            policy=text,
            by=centre.archivist,
        )
        verifier = published.index.with_name("verify.py")
        verified = _verify(verifier, policy, published.proof)
        self.story.tell(
            "The page was written, with a citation and a proof. A stranger's Python, with nothing "
            f"of ours installed, {'verified' if verified else 'REFUSED'} it against the policy.",
            centre.by_hand(centre.archivist, "edition publish DECISION edition --policy …"),
            "edition verify release.json --policy policy.txt",
        )
        return {
            "citation": published.citation,
            "release": {
                "withheld": list(published.withheld),
                "proof": str(published.proof),
                "policy": str(policy),
                "verified": verified,
            },
            "edition": str(published.index),
        }

    def _series(self) -> str:
        """Return the series in which the centre's office numbers its telegrams."""
        first = view_of(self.stage.centre, self.performed[0].sent).line.number
        return first.partition("/")[2]

    def _both(self) -> tuple[tuple[House, House], tuple[House, House]]:
        centre, post = self.stage.centre, self.stage.post
        return (post, centre), (centre, post)

    def _release(self, house: House, draft: Draft) -> HeldTelegram:
        entry = house.station.drafting.write(draft, by=house.clerk)
        return house.station.drafting.release(entry.draft_id, by=house.releaser)

    def _send(self, sender: House, receiver: House, held: HeldTelegram) -> Performed:
        deposit(sender, held)
        received = receiver.station.courier.sync(by=receiver.clerk).received
        done = Performed(
            sender=sender,
            receiver=receiver,
            sent=held.record_id,
            received=received[0].record_id or "",
        )
        self.performed.append(done)
        return done

    def _tell_opened(self, done: Performed) -> None:
        post = done.receiver
        view = view_of(post, done.received)
        burnt = "burnt" if view.copies[0].page_burnt else "NOT BURNT"
        self.story.tell(
            f"{post.clerk.name} at {post.name} opened it: both signatures held, it was filed and "
            f"registered there too, and the page was {burnt}: nobody opens that file again.",
            post.by_hand(post.clerk, "sync"),
            post.by_hand(post.clerk, f"telegram show {view.line.number}"),
        )


def deposit(sender: House, held: HeldTelegram) -> None:
    """Seal a released telegram and leave it at the relay."""
    sender.station.dispatch.seal(held.record_id, by=sender.clerk)
    sender.station.courier.sync(by=sender.clerk)


def _to(house: House, precedence: str) -> Addressee:
    return Addressee(call_sign=house.name, precedence=precedence)


def _is_conveyed(view: TelegramView) -> bool:
    return any(name == "for" for name, _ in view.heading)


def _count(given: HandOver) -> int:
    return len(given.text.strip().split("\n\n"))


def _point_to_withhold(view: TelegramView) -> str:
    """Return the second point, or the only one."""
    return str(min(2, len(view.points)))


def _verify(verifier: Path, policy: Path, release: Path) -> bool:
    command = [sys.executable, "-I", str(verifier), "--policy", str(policy), str(release)]
    return run(command, stdout=DEVNULL, check=False).returncode == 0  # noqa: S603 - our own file
