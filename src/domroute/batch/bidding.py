"""Orders in tables that answer what they would take, though others hold it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.incumbent import Incumbent
from domroute.batch.tables import PricingTable
from domroute.units import FloatArray, IntArray

_Held = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """
    What units and capacity cost.

    Attributes
    ----------
    prices
        Of every unit, and of all capacity used.
    over, over_load
        What each unit, and what is used of each row of capacity, costs beside that
        where others leave less; ``over_load`` has shape ``(Q,)``.
    """

    prices: Prices
    over: float
    over_load: FloatArray


@dataclass(slots=True, eq=False)
class Bidders:
    """
    The orders in the tables of an incumbent's wave, which are lifted at first.

    What is left on the incumbent may be less than nothing while they bid.
    """

    incumbent: Incumbent
    _held: dict[int, _Held] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lift them."""
        for table in self.incumbent.wave.tables:
            for at in table.orders.tolist():
                self.incumbent.lift(at)
                self._held[at] = ()

    def publish(self) -> None:
        """Put on the incumbent what they hold."""
        for at, held in self._held.items():
            seat = self.incumbent.seats[at]
            if seat.table is not None:
                placed = self.incumbent.placed_as(seat.table, seat.place, held)
                self.incumbent.placed[at] = placed

    def bid(self, pieces: IntArray, terms: Terms, priority: IntArray) -> int:
        """
        Ask pieces one after another; return how many orders moved.

        Parameters
        ----------
        pieces
            Table, first order of it, and the one after the last; shape ``(M, 3)``.
        terms
            What they pay.
        priority
            Who goes first, where orders of a piece meet; shape ``(O,)``.
        """
        moved = 0
        for at, begin, end in pieces.tolist():
            table = self.incumbent.wave.tables[at]
            wishes = self._ask(table, begin, end, terms)
            movers = [
                (one, wish)
                for one, wish in zip(
                    table.orders[begin:end].tolist(), wishes, strict=True
                )
                if wish != self._held[one]
            ]
            movers.sort(key=lambda mover: int(priority[mover[0]]))
            met: set[int] = set()
            for one, wish in movers:
                moved += self._move(table, one, wish, met)
        return moved

    def _ask(
        self, table: PricingTable, begin: int, end: int, terms: Terms
    ) -> list[_Held]:
        columns = table.columns(begin, end)
        held = [
            pick for at in table.orders[begin:end].tolist() for pick in self._held[at]
        ]
        part = np.array([part for part, _ in held], np.int64)
        column = np.array([column for _, column in held], np.int64)
        left = self.incumbent.left[table.cell[:, columns]]
        left[:, column - columns.start] += table.taken[part].T
        cost = table.price[:, columns].copy()
        for k, units in enumerate(table.taken.T):
            whole = units.astype(np.int64)
            count = np.arange(int(whole.max()) + 1.0)[:, None]
            over = np.minimum(np.maximum(count - left[k], 0.0), count)
            asked = count * terms.prices.units[table.cell[k, columns]]
            asked += terms.over * over
            cost += asked[whole]
        for row, load in zip(table.row[:, columns], table.load, strict=True):
            mine, room = load[:, columns], self.incumbent.room[row]
            room[column - columns.start] += load[part, column]
            over = np.minimum(np.maximum(mine - room, 0.0), mine)
            cost += mine * terms.prices.load[row] + terms.over_load[row] * over
        _, picks = table.choose(cost, begin, end, is_strict=True)
        wishes: list[list[tuple[int, int]]] = [[] for _ in range(begin, end)]
        for at, one, where in zip(
            (picks.order - begin).tolist(),
            picks.part.tolist(),
            picks.column.tolist(),
            strict=True,
        ):
            wishes[at].append((one, where))
        return [tuple(wish) for wish in wishes]

    def _move(self, table: PricingTable, at: int, wish: _Held, met: set[int]) -> bool:
        """Let an order have what it wishes, unless another has moved there just now."""
        before = self._held[at]
        touched = self._cells(table, before) | self._cells(table, wish)
        if touched & met or self._overloads(table, before, wish, met):
            return False
        incumbent, cells = self.incumbent, len(self.incumbent.left)
        met |= touched
        columns = [column for _, column in (*before, *wish)]
        met.update((cells + table.row[:, columns].ravel()).tolist())
        for sign, picks in ((1.0, before), (-1.0, wish)):
            for part, column in picks:
                incumbent.left[table.cell[:, column]] += sign * table.taken[part]
                for row, load in zip(table.row, table.load, strict=True):
                    incumbent.room[row[column]] += sign * load[part, column]
        self._held[at] = wish
        return True

    def _cells(self, table: PricingTable, picks: _Held) -> set[int]:
        """List the contended cells that picks take from."""
        found = set[int]()
        for part, column in picks:
            cells = table.cell[table.taken[part] > 0, column]
            found.update(cells[self.incumbent.wave.is_contended[cells]].tolist())
        return found

    def _overloads(
        self, table: PricingTable, before: _Held, wish: _Held, met: set[int]
    ) -> bool:
        """Tell whether a node that somebody has moved at has too little room."""
        for row, load in zip(table.row, table.load, strict=True):
            freed = {column: load[part, column] for part, column in before}
            for part, column in wish:
                mine = int(row[column])
                room = self.incumbent.room[mine] + freed.get(column, 0.0)
                if len(self.incumbent.left) + mine in met and load[part, column] > room:
                    return True
        return False
