"""How many units reservations hold of each cell: now, and from which moments on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from domroute.ledger.later import Lots
from domroute.ledger.reservations import Reservation
from domroute.ledger.shelf import Cell


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """
    Units of reservations, by cell.

    Attributes
    ----------
    now
        Those that are there now.
    by_moment
        Those that must be there from a moment on.
    """

    now: dict[Cell, int] = field(default_factory=dict)
    by_moment: dict[Cell, dict[datetime, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, reservations: Iterable[Reservation]) -> Self:
        """
        Add up what reservations hold.

        Examples
        --------
        >>> from domroute.plan import Content
        >>> one = Reservation(1, "o1", "N1", "ship", (Content("l1", "A", 2),))
        >>> Units.of([one, one]).now
        {('N1', 'A'): 4}
        """
        made = cls()
        for one in reservations:
            start = one.stock_at
            for cell, units in one.cells.items():
                if start is None:
                    made.now[cell] = made.now.get(cell, 0) + units
                else:
                    lots = made.by_moment.setdefault(cell, {})
                    lots[start] = lots.get(start, 0) + units
        return made

    @property
    def cells(self) -> Sequence[Cell]:
        """All cells that something is held of."""
        if not self.by_moment:
            return list(self.now)
        return list(dict.fromkeys((*self.now, *self.by_moment)))

    def lots(self, sign: int = 1) -> dict[Cell, Lots]:
        """Return what must be there later, or that with another sign."""
        return {
            cell: [(at, float(sign * units)) for at, units in by_moment.items()]
            for cell, by_moment in self.by_moment.items()
        }

    def by(self, cell: Cell, start: datetime | None) -> int:
        """Count what must be there of a cell by a moment; None for now."""
        units = self.now.get(cell, 0)
        if start is not None and cell in self.by_moment:
            units += sum(n for at, n in self.by_moment[cell].items() if at <= start)
        return units

    def starts(self, cell: Cell) -> list[datetime | None]:
        """List from when on units of a cell must be there, the first first."""
        now: list[datetime | None] = [None] if cell in self.now else []
        return [*now, *sorted(self.by_moment.get(cell, ()))]
