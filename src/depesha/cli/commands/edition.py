"""depesha edition: let a record out, part withheld, and verify what was let out."""

from dataclasses import asdict
from pathlib import Path

import click

from depesha.base import write_durably
from depesha.cli.output import Result, print_fields, print_table, print_words, shows
from depesha.cli.reading import read_words
from depesha.cli.session import Session, pass_session
from depesha.station import Annex, Imprint, InputError, Withhold, verify_release

INPUT = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def edition() -> None:
    """Release records in part or in full, and verify releases."""


@edition.command()
@click.argument("name", metavar="NUMBER")
@click.option(
    "--withhold",
    multiple=True,
    metavar="PATH=REASON[,YYYY-MM-DD]",
    help="A point (2), a sentence (2.3) or a field (via), its reason, the day of review.",
)
@click.option("--authority", required=True, help="Who lets the record out.")
@click.option(
    "--show",
    multiple=True,
    type=click.Choice([annex.value for annex in Annex]),
    help="What else of its history the page may show; nothing by default.",
)
@pass_session
@shows(print_fields)
def propose(
    session: Session, name: str, withhold: tuple[str, ...], authority: str, show: tuple[str, ...]
) -> Result:
    r"""Propose to let a telegram out; a second person decides.

    \b
    Example:
      depesha --home centre edition propose 17/k \
        --withhold "2.2=source,2056-01-01" --authority "Records Office"
    """
    record_id = session.station.reading.find(name)
    cards = tuple(read_card(text) for text in withhold)
    proposed = session.station.release.propose(
        record_id,
        cards,
        authority=authority,
        annexes=frozenset(Annex(word) for word in show),
        by=session.actor,
    )
    return {"decision": proposed.decision_id, "withheld": [card.path for card in cards]}


def read_card(text: str) -> Withhold:
    """Read `2.3=reason,2056-01-01`."""
    path, separator, rest = text.partition("=")
    if not separator or not rest:
        raise InputError("what to withhold is written PATH=REASON, such as 2.3=source")
    reason, _, review = rest.partition(",")
    return Withhold(path=path, reason=reason, review=review or None)


@edition.command()
@click.argument("decision")
@pass_session
@shows(print_fields)
def decide(session: Session, decision: str) -> Result:
    r"""Decide a proposal as a second person. The decision enters the register.

    \b
    Example:
      depesha --home centre --as "M. Sato" edition decide 9c…
    """
    decided = session.station.release.decide(decision, by=session.actor)
    return {"decision": decided.decision_id, "register_index": decided.register_index}


@edition.command()
@click.option("--quorum", default=1, show_default=True, help="How many correspondents must cosign.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
@pass_session
@shows(print_fields)
def policy(session: Session, quorum: int, out: Path) -> Result:
    r"""Write the policy by which outsiders check releases. Hand it out by another way.

    \b
    Example:
      depesha --home centre edition policy --out policy.txt
    """
    write_durably(out, session.station.release.policy(quorum=quorum).encode())
    return {"policy": str(out), "quorum": quorum}


@edition.command()
@click.argument("decision")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--policy", "policy_file", type=INPUT, required=True)
@click.option("--title", default="Telegrams", show_default=True, help="The edition's name.")
@click.option("--publisher", default="", help="Who publishes it.")
@click.option("--url", default="", help="Where it will stand.")
@pass_session
@shows(print_fields)
def publish(
    session: Session,
    decision: str,
    folder: Path,
    *,
    policy_file: Path,
    title: str,
    publisher: str,
    url: str,
) -> Result:
    r"""Write the page, the citation and the proof of a decided release.

    \b
    Example:
      depesha --home centre edition publish 9c… site --policy policy.txt
    """
    made = session.station.publishing.publish(
        decision,
        folder,
        Imprint(edition=title, publisher=publisher, url=url),
        policy=read_words(policy_file, what="the policy"),
        by=session.actor,
    )
    return {
        "page": str(made.index),
        "proof": str(made.proof),
        "withheld": list(made.withheld),
        "citation": made.citation,
    }


@edition.command()
@click.argument("release", type=INPUT)
@click.option("--policy", "policy_file", type=INPUT, help="Whose keys you trust; from elsewhere.")
@shows(lambda result: _show_verified(result))
def verify(release: Path, policy_file: Path | None) -> Result:
    r"""Verify a release offline; needs no station. See also verify.py beside every page.

    \b
    Example:
      depesha edition verify site/…/release.json --policy policy.txt
    """
    trusted = read_words(policy_file, what="the policy") if policy_file else None
    found = verify_release(release.read_bytes(), trusted)
    return asdict(found)


def _show_verified(result: Result) -> None:
    print_words(
        f"Verified: record {result['record']}, let out by {result['authority']}, "
        f"stands in the register {result['register']} of {result['size']} entries."
    )
    click.echo(
        f"Cosigned by: {', '.join(result['witnesses']) or 'nobody that the policy asks for'}"
    )
    fields = [one for one in result["header"] if one["path"] != "fields"]
    # A point's own entry only counts its sentences; it is shown where the whole is withheld.
    points = [one for one in result["body"] if "." in one["path"] or "reason" in one]
    rows = [
        (one["path"], one.get("text") or f"withheld: {one.get('reason')}")
        for one in (*fields, *points)
    ]
    print_table(("part", ""), rows, empty="Nothing of the text is disclosed.")
