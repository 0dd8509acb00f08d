"""What the orders of a batch compete for: units of a SKU at a node, and capacities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

import numpy as np

from domroute.offers.priced import Offers
from domroute.problem import NetworkArrays
from domroute.promise.later import NEVER
from domroute.supply import StockByDate
from domroute.units import FloatArray, IntArray

UNITS_SLACK = 1e-9
"""What a sum of workloads may be over a capacity."""


NO_CELL: Final = -1
"""Where nothing comes of a SKU to a node at a moment."""


@dataclass(frozen=True, slots=True, eq=False)
class _Arrivals:
    """A row of cells, and when what it stands for arrives at each node, ``(N,)``."""

    number: int
    at: IntArray


@dataclass(slots=True, eq=False)
class Cells:
    """
    The (SKU, node) cells at hand, numbered as they are met, and their stock.

    Attributes
    ----------
    node_count
        Nodes of the network.
    row
        The row of cells of each SKU, of what is there now. What arrives later has rows
        of its own, so many as there are moments at a node.
    """

    node_count: int
    row: dict[str, int] = field(default_factory=dict)
    _arrivals: dict[str, list[_Arrivals]] = field(default_factory=dict)
    _whole: dict[str, IntArray] = field(default_factory=dict)
    _stock: list[IntArray] = field(default_factory=list)
    _wanted: list[IntArray] = field(default_factory=list)

    def enter(self, offers: Offers) -> IntArray:
        """
        Give numbers to the cells an order may take from, and count what it might.

        Returns
        -------
        IntArray
            The cell of each SKU of the order at each node at hand; shape ``(K, M)``.
        """
        problem, by_date = offers.problem, offers.eligibility.by_date
        allocated = offers.eligibility.allocated
        there, all_by_date = offers.eligibility.stock, by_date
        if allocated is not None:  # what is for other channels is theirs to take
            there, all_by_date = allocated.shared, allocated.by_date
        if all_by_date is not None:
            there = all_by_date.stock[0]
        for k, sku in enumerate(problem.skus):
            if sku not in self.row:
                self.row[sku] = self._add_row()
            most = int(problem.quantity[problem.sku_of == k].sum())
            self._count(self.row[sku], problem.nodes, there[k], most)
        if all_by_date is not None:
            self._enter_later(offers, all_by_date)
        return self.of(offers)

    def _enter_later(self, offers: Offers, by_date: StockByDate) -> None:
        """Give numbers likewise to what arrives later, and count it."""
        problem = offers.problem
        for k, sku in enumerate(problem.skus):
            most = int(problem.quantity[problem.sku_of == k].sum())
            whole = self._whole.setdefault(sku, np.zeros(self.node_count, np.int64))
            whole[problem.nodes] = np.maximum(whole[problem.nodes], by_date.all[k])
            brings = np.diff(by_date.stock[:, k], axis=0)
            for at, units in enumerate(brings, 1):
                here = np.flatnonzero(units > 0)
                nodes, moment = problem.nodes[here], by_date.due_of(at, k)[here]
                for row in self._rows_at(sku, nodes, moment, grows=True):
                    mine = row.at[nodes] == moment
                    self._count(row.number, nodes[mine], units[here][mine], most)

    def _count(self, row: int, nodes: IntArray, stock: IntArray, most: int) -> None:
        """Count what there is of a row at nodes, and what an order might take of it."""
        have, want = self._stock[row], self._wanted[row]
        # The most that any order may take down to: hard safety stock may differ.
        have[nodes] = np.maximum(have[nodes], stock)
        want[nodes] += np.minimum(stock, most)

    def _add_row(self) -> int:
        self._stock.append(np.zeros(self.node_count, np.int64))
        self._wanted.append(np.zeros(self.node_count, np.int64))
        return len(self._stock) - 1

    def _rows_at(
        self, sku: str, nodes: IntArray, moment: IntArray, *, grows: bool = False
    ) -> list[_Arrivals]:
        """List the rows of what arrives of a SKU, at nodes at moments too if told."""
        rows = self._arrivals.setdefault(sku, [])
        is_new = np.full(len(nodes), grows)
        for row in rows:
            is_new &= row.at[nodes] != moment
        for row in rows:
            free = is_new & (row.at[nodes] == NEVER)
            row.at[nodes[free]] = moment[free]
            is_new &= ~free
        if is_new.any():
            row = _Arrivals(self._add_row(), np.full(self.node_count, NEVER))
            row.at[nodes[is_new]] = moment[is_new]
            rows.append(row)
        return rows

    def of(self, offers: Offers) -> IntArray:
        """Return the cells of an order that has been entered; shape ``(K, M)``."""
        problem = offers.problem
        rows = np.array([self.row[sku] for sku in problem.skus], np.int64)
        cells: IntArray = rows[:, None] * self.node_count + problem.nodes
        return cells

    def later_of(self, offers: Offers) -> IntArray | None:
        """
        Return the cells of what arrives later for an order that has been entered.

        None where it waits for nothing; shape ``(C-1, K, M)``, -1 where nothing comes.
        """
        problem, by_date = offers.problem, offers.eligibility.by_date
        if by_date is None:
            return None
        found = np.full((len(by_date.stock) - 1, *by_date.all.shape), NO_CELL)
        for at, k in np.ndindex(found.shape[:2]):
            moment = by_date.due_of(at + 1, k)
            brings = by_date.stock[at + 1, k] > by_date.stock[at, k]
            for row in self._rows_at(problem.skus[k], problem.nodes, moment):
                here = brings & (row.at[problem.nodes] == moment)
                cell = row.number * self.node_count + problem.nodes
                found[at, k, here] = cell[here]
        return found

    def beside(self, sku: str) -> list[int]:
        """List the rows of what arrives later of a SKU."""
        return [row.number for row in self._arrivals.get(sku, ())]

    def whole(self, sku: str, node: int) -> int:
        """Count units of a SKU at a node once all has come; 0 where nothing does."""
        whole = self._whole.get(sku)
        return 0 if whole is None else int(whole[node])

    def close(self) -> tuple[IntArray, IntArray]:
        """
        Hand over what was counted: no order is entered any more.

        Returns
        -------
        stock, wanted
            Units in each cell, and what all orders together might take of it; shape
            ``(C,)`` each.
        """
        return _emptied(self._stock), _emptied(self._wanted)


def _emptied(rows: list[IntArray]) -> IntArray:
    """Join rows, and let go of them."""
    joined = np.concatenate(rows) if rows else np.empty(0, np.int64)
    rows.clear()
    return joined


class Wish(NamedTuple):
    """What an order would take: units of cells, and of rows of capacity, as lists."""

    cells: IntArray
    units: FloatArray
    rows: IntArray
    load: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ByResource:
    """
    A number for each resource: the cells, and the rows of capacity after them.

    Attributes
    ----------
    values
        Shape ``(C + Q,)``.
    cells
        How many cells there are.
    """

    values: FloatArray
    cells: int

    @classmethod
    def none(cls, cells: int, rows: int) -> Self:
        """Begin with nothing."""
        return cls(np.zeros(cells + rows), cells)

    @property
    def units(self) -> FloatArray:
        """The numbers of cells, where they stand; shape ``(C,)``."""
        return self.values[: self.cells]

    @property
    def load(self) -> FloatArray:
        """The numbers of rows of capacity, likewise; shape ``(Q,)``."""
        return self.values[self.cells :]


@dataclass(frozen=True, slots=True, eq=False)
class Usage(ByResource):
    """What is taken: units of cells, and of rows of capacity what each counts."""

    def add(self, wish: Wish) -> None:
        """Add what an order would take."""
        np.add.at(self.units, wish.cells, wish.units)
        np.add.at(self.load, wish.rows, wish.load)


@dataclass(frozen=True, slots=True, eq=False)
class Crowding:
    """
    What taking half of a cell or more costs, beside its units.

    Attributes
    ----------
    large_from, half
        Units that are more than half of each cell, and those that are half; no take has
        as many where it does not matter; shape ``(C,)``.
    large
        The price of taking more than half; shape ``(C,)``.
    halves
        The price of taking half, which is each order's own; for every cell of every
        table in a row, ``(H,)``.
    """

    large_from: IntArray
    half: IntArray
    large: FloatArray
    halves: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Prices(ByResource):
    """
    What a unit costs: zero where the cell is not contended, or the row endless.

    Attributes
    ----------
    crowding
        What half a cell or more costs beside its units, where that is priced.
    """

    crowding: Crowding | None = None

    @classmethod
    def of(
        cls, units: FloatArray, load: FloatArray, crowding: Crowding | None = None
    ) -> Prices:
        """Join the prices of cells, ``(C,)``, and of rows of capacity, ``(Q,)``."""
        return cls(np.concatenate((units, load)), len(units), crowding)

    def times(self, factor: float) -> Prices:
        """Scale the prices of units and capacity, and leave out those of crowding."""
        return Prices(self.values * factor, self.cells)


def capacity_left(arrays: NetworkArrays, offers: Offers) -> FloatArray:
    """Spread what nodes at hand can still do over all rows; infinite elsewhere."""
    left = np.full(len(arrays.capacity.limit), np.inf)
    capacity = offers.eligibility.capacity
    if capacity is not None:
        left[arrays.capacity.of_node[:, offers.problem.nodes]] = capacity
    return left


def whole_capacity(arrays: NetworkArrays, left: FloatArray) -> FloatArray:
    """Round down what is counted in whole orders, lines or units; never below zero."""
    left = np.maximum(0.0, left)
    is_counted = arrays.capacity.demands.per_work == 0
    return np.where(is_counted, np.floor(left + UNITS_SLACK), left)
