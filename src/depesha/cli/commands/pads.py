"""depesha pads: the one-time pages that telegrams are sealed to."""

from pathlib import Path

import click

from depesha.base import instant_to_text, write_durably
from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.reading import read_words, require_new
from depesha.cli.session import Session, pass_session
from depesha.station import BookOrder, BookUse, InputError, RelayAdmission

PAGES = {BookUse.ONCE: 64, BookUse.PERIOD: 1}
DAYS = {BookUse.ONCE: 60, BookUse.PERIOD: 20}


@click.group()
def pads() -> None:
    """Issue, accept and count pad books."""


@pads.command()
@click.argument("station")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where the book goes.")
@click.option("--pages", type=click.IntRange(1, 512), help="How many: 64, if nothing is said.")
@click.option(
    "--days", type=click.IntRange(1, 3660), help="How long it holds: 60 days; a period key 20."
)
@click.option("--period", is_flag=True, help="Issue a period key: for when no page is left.")
@click.option("--first-serial", default=1, show_default=True, help="Go on from a paper channel.")
@click.option("--relay", help="The address of the relay where the mailbox is opened.")
@click.option(
    "--admission-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The relay's admission token, in a file.",
)
@pass_session
@shows(lambda result: print_fields(result))
def issue(
    session: Session,
    station: str,
    *,
    out: Path,
    pages: int | None,
    days: int | None,
    period: bool,
    first_serial: int,
    relay: str | None,
    admission_file: Path | None,
) -> Result:
    r"""Make a pad book by which STATION can write to this station.

    The book carries the right to deposit: give it by hand, and to nobody else.
    A period key is weaker than a page: it opens until its last day, and it shows.

    \b
    Example:
      depesha --home harbour pads issue CENTRE --out for-centre.book \
        --relay https://relay.example --admission-file token
    """
    if period and pages is not None:
        raise InputError("a period key is one page: leave --pages out")
    use = BookUse.PERIOD if period else BookUse.ONCE
    order = BookOrder(
        call_sign=station,
        use=use,
        pages=pages or PAGES[use],
        days=days or DAYS[use],
        first_serial=first_serial,
        relay=_admission(relay, admission_file),
    )
    require_new(out)
    write_durably(out, session.station.correspondence.issue(order, by=session.actor))
    return {"for": station, "use": use.value, "pages": order.pages, "book": str(out)}


def _admission(relay: str | None, token_file: Path | None) -> RelayAdmission | None:
    if (relay is None) != (token_file is None):
        raise InputError("name a relay together with its admission token, or neither")
    if relay is None or token_file is None:
        return None
    token = read_words(token_file, what="the admission token").strip()
    return RelayAdmission(address=relay, token=token)


@pads.command()
@click.argument("book", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--from", "issuer", required=True, help="The station that issued the book.")
@pass_session
@shows(lambda result: print_fields(result))
def accept(session: Session, book: Path, issuer: str) -> Result:
    r"""Take a pad book that another station issued to this one.

    \b
    Example:
      depesha --home centre pads accept for-centre.book --from "POST HARBOUR"
    """
    taken = session.station.correspondence.accept(
        book.read_bytes(), issuer=issuer, by=session.actor
    )
    return {
        "from": issuer,
        "use": taken.use.value,
        "pages": len(taken.pages),
        "until": taken.not_after.date().isoformat(),
    }


@pads.command()
@pass_session
@shows(lambda result: _show_pads(result))
def status(session: Session) -> Result:
    r"""Count the pages left, in both directions.

    \b
    Example:
      depesha --home centre pads status
    """
    statuses = session.station.correspondence.pads()
    return {
        "pads": [
            {
                "station": one.call_sign,
                "left": one.left,
                "low": one.is_low,
                "live": one.live,
                "period_key_until": instant_to_text(one.period_until) if one.period_until else None,
            }
            for one in statuses
        ]
    }


def _show_pads(result: Result) -> None:
    rows = [
        (
            one["station"],
            one["left"],
            "low" if one["low"] else "",
            one["live"],
            one["period_key_until"] or "none",
        )
        for one in result["pads"]
    ]
    columns = ("station", "pages to it", "", "pages from it", "period key to it until")
    print_table(columns, rows, empty="No pads yet.")
