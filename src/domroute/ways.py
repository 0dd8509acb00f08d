"""What may leave for the lines of an order: the SKU, parts of a kit, substitutes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domroute.items import Item
from domroute.orders import Line
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """
    An order of which other goods may leave than its lines name.

    A *demand* is the least of an order that is filled by itself: a unit of a line, or
    the whole of it, or of lines that ship together. A *way* fills a demand with goods:
    with what is asked for, the components of a kit, a substitute, or what a substitute
    is made of. The goods of a way are its *rows*, which stand side by side; each row is
    a line of its own to all who offer, price and ship.

    Attributes
    ----------
    lines
        The lines of the order; ``A`` of them.
    quantity, unit_price
        Of these; shape ``(A,)``.
    rows
        What may leave, as lines: ``L`` of them.
    items
        Of the rows.
    way_of_row, each
        The way of each row, and its units for one of the demand; shape ``(L,)``.
    penalty
        What a unit of each row costs besides, where it is a substitute; shape ``(L,)``.
    first
        The first row of each way; shape ``(W,)``.
    demand_of_way
        What each way fills; shape ``(W,)``.
    is_loose, goes_by_unit
        Whether the rows of each way may leave apart, and unit by unit; ``(W,)``.
    worse
        Units, of one of the demand, that are no better than each place in the order of
        preference, from the first substitute on; shape ``(W, R)``.
    wanted
        How many there are of each demand; shape ``(D,)``.
    filled_by
        Units of each line in one of each demand; shape ``(D, A)``.
    """

    lines: tuple[Line, ...]
    quantity: IntArray
    unit_price: FloatArray
    rows: tuple[Line, ...]
    items: tuple[Item, ...]
    way_of_row: IntArray
    each: IntArray
    penalty: FloatArray
    first: IntArray
    demand_of_way: IntArray
    is_loose: BoolArray
    goes_by_unit: BoolArray
    worse: IntArray
    wanted: IntArray
    filled_by: IntArray

    def rows_of(self, line: int) -> IntArray:
        """List the rows that may leave for a line."""
        name = self.lines[line].id
        return np.array([at for at, row in enumerate(self.rows) if row.id == name])

    def done(self, units: FloatArray | IntArray) -> IntArray:
        """Count whole ones of the demand that each way fills; from ``(..., L)``."""
        counted = units // self.each
        whole = np.minimum.reduceat(counted, self.first, axis=-1)
        return np.asarray(whole, np.int64)

    def filled(self, units: FloatArray | IntArray) -> IntArray:
        """Count the units of lines that rows fill: from ``(..., L)``, ``(..., A)``."""
        found: IntArray = self.done(units) @ self.filled_by[self.demand_of_way]
        return found

    def are_whole(self, units: FloatArray | IntArray) -> BoolArray:
        """
        Tell where rows make whole ones of a demand, and no more than are wanted.

        From units of rows, ``(..., L)``.
        """
        done = self.done(units)
        whole: BoolArray = np.all(units == done[..., self.way_of_row] * self.each, -1)
        filled = done @ (self.demand_of_way[:, None] == np.arange(len(self.wanted)))
        whole &= np.all(filled <= self.wanted, axis=-1)
        return whole

    def ranked(self, units: FloatArray | IntArray) -> IntArray:
        """Count units that are no better than each place; from ``(..., L)``."""
        found: IntArray = self.done(units) @ self.worse
        return found

    @property
    def weights(self) -> tuple[IntArray, int]:
        """
        What a unit of each row counts for, in a share of a unit of a line.

        Of a way the first row counts, and others nothing; shape ``(L,)``. Besides, how
        many such shares a unit of a line has.
        """
        filled = self.filled_by[self.demand_of_way].sum(axis=1)
        each = self.each[self.first]
        shares = int(np.lcm.reduce(each // np.gcd(each, filled)))
        found = np.zeros(len(self.rows), np.int64)
        found[self.first] = shares * filled // each
        return found, shares

    def could_fill(self, units: IntArray, line: int) -> tuple[IntArray, int]:
        """
        Count the units of a line that goods at nodes could fill.

        From units of rows at each node, ``(N, L)``: those of each node by itself,
        ``(N,)``, and those of all together.
        """
        each = self.filled_by[self.demand_of_way, line]
        alone, joint = self.done(units) * each, self.done(units.sum(axis=0)) * each
        mine = np.where(self.is_loose, joint, alone.sum(axis=0))
        return alone.sum(axis=1), int(mine.sum())

    def has_way(self, has: BoolArray, line: int) -> bool:
        """Tell whether all rows for a line are there, ``(L,)``, of some way."""
        needed = np.isin(np.arange(len(self.rows)), self.rows_of(line))
        whole = np.logical_and.reduceat(has | ~needed, self.first)
        return bool(whole[self.filled_by[self.demand_of_way, line] > 0].any())

    def split(self, line: int) -> Ways | None:
        """Let a line be split; None where it ships together with others."""
        (demand,) = np.flatnonzero(self.filled_by[:, line])
        told = self.lines[line]
        if told.ship_together is not None:
            return None
        ways = np.flatnonzero(self.demand_of_way == demand)
        each, worse = self.each.copy(), self.worse.copy()
        wanted, filled_by = self.wanted.copy(), self.filled_by.copy()
        each[np.isin(self.way_of_row, ways)] //= filled_by[demand, line]
        worse[ways] //= filled_by[demand, line]
        wanted[demand], filled_by[demand, line] = told.quantity, 1
        lines = list(self.lines)
        lines[line] = told.model_copy(update={"allow_split": True})
        return replace(
            self,
            lines=tuple(lines),
            each=each,
            worse=worse,
            wanted=wanted,
            filled_by=filled_by,
            goes_by_unit=self.goes_by_unit | (self.demand_of_way == demand),
        )
