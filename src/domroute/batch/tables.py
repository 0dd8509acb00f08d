r"""
Orders of equal quantities side by side, priced in one pass.

A pricing table holds, for many orders whose lattices are the same, what every bundle
costs at every node that may fill it: a column for each pair of an order and a node. At
prices :math:`\lambda` of units and :math:`\gamma` of capacity a bundle costs
:math:`c + \lambda u + \gamma w`; the cheapest node for each bundle, and the recursion
over bundles, are then a few array operations for all orders at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from domroute.batch.cells import Prices, Usage
from domroute.batch.own import OwnLimits
from domroute.offers.priced import Offers
from domroute.sourcing.bundles import Bundles
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN, Take
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.subset import solve_bundles, takes_of
from domroute.sourcing.totals import Totals
from domroute.sourcing.walk import Filled, filled, filled_by_count
from domroute.split.atoms import atoms_of
from domroute.units import BoolArray, FloatArray, IntArray

_AT_ONCE: Final = 1 << 22
"""Prices held at once beside those of the table itself: 32 megabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Picks:
    """
    Bundles picked for many orders, each at a column of their table; shape ``(R,)``.

    ``order`` counts within the table.
    """

    order: IntArray
    part: IntArray
    column: IntArray

    def without(self, barred: BoolArray) -> Picks:
        """Leave out the picks of some orders; ``barred`` is by order of the table."""
        if not barred.any():
            return self
        kept = ~barred[self.order]
        return Picks(self.order[kept], self.part[kept], self.column[kept])


@dataclass(frozen=True, slots=True, eq=False)
class PricingTable:
    """
    What bundles of many orders with one lattice cost.

    Attributes
    ----------
    orders
        Positions of the orders in the batch; shape ``(O,)``.
    lattice
        The states they share.
    taken
        Units of each SKU of an order in each bundle; shape ``(P, K)``.
    price
        Cost of each bundle in each column, ``FORBIDDEN`` where it may not be; shape
        ``(P, X)``.
    first
        Where the columns of each order begin, and where the last ends; ``(O + 1,)``.
    node
        The node of each column; shape ``(X,)``.
    cell
        The cell of each SKU of an order in each column; shape ``(K, X)``.
    cell_at
        Where they begin among the cells of all tables in a row.
    row
        The rows of capacity of each column; shape ``(R, X)``; none where no node is
        limited.
    load
        What each bundle uses of each of them; shape ``(R, P, X)``.
    missing
        Cost of filling each state and no more; shape ``(P, O)``.
    totals
        The limits and prices on the number of parts; of its ``missing`` that of one of
        the orders.
    own
        What the only order of the table asks beside that, if there is anything.
    """

    orders: IntArray
    lattice: Lattice
    taken: FloatArray
    price: FloatArray
    first: IntArray
    node: IntArray
    cell: IntArray
    cell_at: int
    row: IntArray
    load: FloatArray
    missing: FloatArray
    totals: Totals
    own: OwnLimits | None = None

    @property
    def extra(self) -> FloatArray:
        """What plans of no part, one part and so on cost beside their parts."""
        most = min(self.totals.most_parts, int(self.lattice.counts[-1].sum()))
        # Beside what is missing, which may be forbidden and would swallow it.
        filled = replace(self.totals, missing=np.zeros(1))
        extra: FloatArray = filled.ends_counted(np.zeros((most + 1, 1)))[:, 0]
        return extra

    def totals_of(self, place: int) -> Totals:
        """Return the costs of ending, for one of the orders."""
        return replace(self.totals, missing=self.missing[:, place])

    def count(self, parts: Sequence[int]) -> int:
        """Count parts as the limits on their number do: as shipments, or as nodes."""
        if self.own is None:
            return len(parts)
        weights = self.own.weights(self.totals)
        return int(weights[list(parts)].sum())

    def cheapest(
        self, cost: FloatArray, place: int
    ) -> tuple[float, list[tuple[int, int]]] | None:
        """
        Find the best plan of an order whose bundles cost so much at its columns.

        No column is used twice. None if there is no plan.
        """
        totals = self.totals_of(place)
        if self.own is not None:
            return self.own.solve(self.lattice, cost, totals)
        bundles = Bundles(self.taken, cost, None, np.zeros(len(cost)))
        return solve_bundles(self.lattice, bundles, totals)

    def takes(
        self, picks: Iterable[tuple[int, int]], offers: Offers
    ) -> tuple[Take, ...]:
        """See bundles at columns as what an order of the table takes by offer."""
        atoms, found = atoms_of(offers.problem), []
        for part, column in picks:
            units = self.lattice.counts[part]
            if atoms.units is not None:
                units = units @ atoms.units
            node = self.node[column]
            at = int(np.searchsorted(offers.problem.nodes, node))
            found.append((units, at))
        every = range(len(offers.problem.nodes))
        return takes_of(offers, found, divided=every if offers.several else ())

    def at(self, prices: Prices, columns: slice) -> FloatArray:
        """Price every bundle in some columns; shape ``(P, X)``."""
        # Sums in this order, and no products of matrices: compiled code does the same.
        cost: FloatArray = self.price[:, columns].copy()
        is_crowded = prices.crowding is not None
        for k, units in enumerate(self.taken.T):
            if is_crowded:
                whole = units.astype(np.int64)
                cost += self._asked(prices, k, int(whole.max()), columns)[whole]
            else:
                cost += np.multiply.outer(units, prices.units[self.cell[k, columns]])
        for row, load in zip(self.row, self.load, strict=True):
            cost += load[:, columns] * prices.load[row[columns]]
        return cost

    def _asked(self, prices: Prices, k: int, most: int, columns: slice) -> FloatArray:
        """Price no unit of a SKU, one unit and so on in some columns; ``(U, X)``."""
        cell = self.cell[k, columns]
        units = np.arange(most + 1)
        asked: FloatArray = np.multiply.outer(units, prices.units[cell])
        crowding = prices.crowding
        if crowding is not None:
            begin = self.cell_at + k * self.cell.shape[1]
            own = crowding.halves[begin + columns.start : begin + columns.stop]
            is_large = units[:, None] >= crowding.large_from[cell]
            asked += np.where(is_large, crowding.large[cell], 0.0)
            asked += np.where(units[:, None] == crowding.half[cell], own, 0.0)
        return asked

    def solve(
        self, prices: Prices, *, is_strict: bool = False
    ) -> tuple[FloatArray, Picks]:
        """
        Find the cheapest plan of every order at some prices.

        Parts may share a node, which makes the cost a bound where they do; strictly,
        they may not, and where they would an order is solved by itself.

        Returns
        -------
        values, picks
            The cost of each order, prices included, ``(O,)``; and what is picked.
        """
        values = np.empty(len(self.orders))
        found: list[Picks] = []
        for begin, end in self.chunks():
            cost = self.at(prices, self.columns(begin, end))
            value, picks = self.choose(cost, begin, end, is_strict=is_strict)
            values[begin:end] = value
            found.append(picks)
        return values, Picks(
            np.concatenate([p.order for p in found]),
            np.concatenate([p.part for p in found]),
            np.concatenate([p.column for p in found]),
        )

    def chunks(self) -> list[tuple[int, int]]:
        """Cut the orders so that no table made on the way is too large."""
        rows = max(len(self.price), len(self.lattice.every.part))
        most = max(1, _AT_ONCE // rows)
        bounds, begin = [], 0
        for at in range(len(self.orders)):
            if self.first[at + 1] - self.first[begin] > most and at > begin:
                bounds.append((begin, at))
                begin = at
        return [*bounds, (begin, len(self.orders))]

    def columns(self, begin: int, end: int) -> slice:
        """Find the columns of some orders."""
        return slice(int(self.first[begin]), int(self.first[end]))

    def choose(
        self, cost: FloatArray, begin: int, end: int, *, is_strict: bool
    ) -> tuple[FloatArray, Picks]:
        """Find the cheapest plans of some orders, whose bundles cost ``cost``."""
        if self.own is not None:
            return self._choose_own(self.own, cost)
        starts = self.first[begin:end] - self.first[begin]
        best = np.minimum.reduceat(cost, starts, axis=1)
        missing = self.missing[:, begin:end]
        if self.totals.counts_parts:
            extra = self.extra[:, None, None]
            made = filled_by_count(self.lattice, best, len(extra) - 1)
            value, order, part = _ended(made, made.cost + missing + extra)
        else:
            made = filled(self.lattice, best)
            value, order, part = _ended(made, made.cost + missing)
        # By order, and within as the recursion walks.
        by_order = order.argsort(kind="stable")
        order, part = order[by_order], part[by_order]
        column = _first_at(cost, best, starts, order, part)
        picks = Picks(order + begin, part, column + int(self.first[begin]))
        return self._part(cost, begin, value, picks) if is_strict else (value, picks)

    def _choose_own(self, own: OwnLimits, cost: FloatArray) -> tuple[FloatArray, Picks]:
        """Let the one order of the table choose: by cost, as a bound needs."""
        found = own.bound(self.lattice, cost, self.totals_of(0))
        value, picks = (FORBIDDEN, []) if found is None else found
        part, column = np.array(picks, np.int64).reshape(-1, 2).T
        return np.array([value]), Picks(np.zeros_like(part), part, column)

    def _part(
        self, cost: FloatArray, begin: int, value: FloatArray, picks: Picks
    ) -> tuple[FloatArray, Picks]:
        """Solve orders again of which two parts share a column."""
        pairs = np.stack((picks.order, picks.column))
        times = np.unique(pairs, axis=1, return_counts=True)
        again = np.unique(times[0][0, times[1] > 1])
        if not len(again):
            return value, picks
        value = value.copy()
        kept = ~np.isin(picks.order, again)
        order, part = [picks.order[kept]], [picks.part[kept]]
        column = [picks.column[kept]]
        for place in again.tolist():
            first, last = self.first[[place, place + 1]].tolist()
            mine = cost[:, first - self.first[begin] : last - self.first[begin]]
            found = self.cheapest(mine, place)
            value[place - begin] = FORBIDDEN if found is None else found[0]
            parted = [] if found is None else found[1]
            order.append(np.full(len(parted), place))
            part.append(np.array([p for p, _ in parted], np.int64))
            column.append(np.array([x for _, x in parted], np.int64) + first)
        orders = np.concatenate(order)
        by_order = orders.argsort(kind="stable")
        return value, Picks(
            orders[by_order],
            np.concatenate(part)[by_order],
            np.concatenate(column)[by_order],
        )

    def use(self, picks: Picks, usage: Usage) -> None:
        """Add what picks take to what is used."""
        cell = self.cell[:, picks.column].ravel()
        units = self.taken[picks.part].T.ravel()
        np.add.at(usage.units, cell, units)
        for row, load in zip(self.row, self.load, strict=True):
            np.add.at(usage.load, row[picks.column], load[picks.part, picks.column])


def _ended(made: Filled, ends: FloatArray) -> tuple[FloatArray, IntArray, IntArray]:
    """Pick where each order ends, ``(C, P, O)``: values, orders and their parts."""
    flat = ends.reshape(-1, ends.shape[-1])
    where = flat.argmin(axis=0)
    value = flat[where, np.arange(len(where))]
    count, state = np.divmod(where, ends.shape[-2])
    state[value >= IS_FORBIDDEN] = 0
    return value, *made.parts_of_all(state, count)


def _first_at(
    cost: FloatArray,
    best: FloatArray,
    starts: IntArray,
    order: IntArray,
    part: IntArray,
) -> IntArray:
    """Find the first column of an order at which a bundle has its least cost."""
    sizes = np.diff(np.append(starts, cost.shape[1]))[order]
    ends = np.cumsum(sizes)
    pick = np.repeat(np.arange(len(order)), sizes)
    column = np.arange(len(pick)) - np.repeat(ends - sizes, sizes) + starts[order][pick]
    is_least = cost[part[pick], column] == best[part, order][pick]
    least = np.flatnonzero(is_least)
    _, first = np.unique(pick[least], return_index=True)
    found: IntArray = column[least[first]]
    return found
