"""What the orders of a batch compete for: units of a SKU at a node, and capacities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from domroute.offers.priced import Offers
from domroute.problem import NetworkArrays
from domroute.units import FloatArray, IntArray

UNITS_SLACK = 1e-9
"""What a sum of workloads may be over a capacity."""


@dataclass(slots=True, eq=False)
class Cells:
    """
    The (SKU, node) cells at hand, numbered as they are met, and their stock.

    Attributes
    ----------
    node_count
        Nodes of the network.
    row
        The row of cells of each SKU.
    """

    node_count: int
    row: dict[str, int] = field(default_factory=dict)
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
        problem = offers.problem
        stock = offers.eligibility.stock
        for k, sku in enumerate(problem.skus):
            at = self.row.setdefault(sku, len(self.row))
            if at == len(self._stock):
                self._stock.append(np.zeros(self.node_count, np.int64))
                self._wanted.append(np.zeros(self.node_count, np.int64))
            have, want = self._stock[at], self._wanted[at]
            # The most that any order may take down to: hard safety stock may differ.
            have[problem.nodes] = np.maximum(have[problem.nodes], stock[k])
            most = int(problem.quantity[problem.sku_of == k].sum())
            want[problem.nodes] += np.minimum(stock[k], most)
        return self.of(offers)

    def of(self, offers: Offers) -> IntArray:
        """Return the cells of an order that has been entered; shape ``(K, M)``."""
        problem = offers.problem
        rows = np.array([self.row[sku] for sku in problem.skus], np.int64)
        cells: IntArray = rows[:, None] * self.node_count + problem.nodes
        return cells

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
