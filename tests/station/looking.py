"""All that a station holds, row by row and file by file: to tell whether anything was changed."""

from pathlib import Path

from sqlalchemy import inspect, literal_column, select, table

from depesha.base import Digest
from tests.station.houses import House, connection_of


def everything(house: House) -> dict[str, list[str]]:
    """Every row of every table, and the digest of every file that is kept beside the store."""
    with house.office.transaction() as work:
        connection = connection_of(work)
        held = {
            name: sorted(
                map(repr, connection.execute(select(literal_column("*")).select_from(table(name))))
            )
            for name in inspect(connection).get_table_names()
        }
    for folder in ("pages", "vault", "quarantine"):
        files = sorted(path for path in (house.home / folder).rglob("*") if path.is_file())
        held[folder] = [f"{path.name} {Digest.of(path.read_bytes()).hex}" for path in files]
    return held


def quarantined(house: House) -> dict[str, str]:
    """The code of each refused object, under the name of the file that keeps its bytes."""
    with house.office.transaction() as work:
        return {case.kept_as: case.code for case in work.channel.quarantine.open_cases()}


def kept_in_quarantine(house: House) -> list[bytes]:
    return [path.read_bytes() for path in sorted((house.home / "quarantine").glob("*.age"))]


def live_pages(house: House) -> set[str]:
    return {key.to_text() for key in house.office.pages.load()}


def files_of(home: Path) -> list[Path]:
    return sorted(path for path in home.rglob("*") if path.is_file())
