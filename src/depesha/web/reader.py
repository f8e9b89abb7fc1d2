"""What the pages read of a station: the register and single telegrams, and nothing else."""

from dataclasses import dataclass

from depesha.station import Station
from depesha.web.register_view import RegisterView
from depesha.web.telegram_view import TelegramSheet


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads an open station; nothing here writes to it."""

    station: Station

    def register(self, *, leaf: int | None = None) -> RegisterView:
        """Show one leaf of the register; None is the last.

        Three readings of a store that may grow between them. Entries come first, so that whatever
        they name is found; the sum comes last, and may count more than is listed.

        Raises:
            NoSuchPageError: The register has no such leaf.
        """
        lines = self.station.registering.lines()
        telegrams = self.station.reading.telegrams()
        status = self.station.registering.status()
        return RegisterView.of(self.station.call_sign, status, lines, telegrams, leaf=leaf)

    def telegram(self, record_id: str) -> TelegramSheet:
        """Show one telegram.

        Raises:
            NotFoundError: There is none of that name.
        """
        return TelegramSheet.of(self.station.reading.telegram(record_id))
