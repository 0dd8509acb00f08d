"""What arrives at nodes after an order was placed, read off the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np

from domroute.ledger import Snapshot
from domroute.offers.byclass import Events, count_by_class, count_coming
from domroute.orders import Line, Order
from domroute.promise.finding import DateFinder
from domroute.promise.window import tick_of
from domroute.supply import StockByDate
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Coming:
    """What arrives of one SKU, or is promised of that, row by row; shape ``(E,)``."""

    node: IntArray
    at: IntArray
    units: FloatArray


_NOTHING: Final = _Coming(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


@dataclass(slots=True, eq=False)
class SupplyFinder:
    """
    Finds the classes of stock for orders; made once per router.

    Parameters
    ----------
    finder
        Knows when nodes have received what arrives.
    node_at
        Positions of nodes, by id.
    is_usual
        Whether lines wait that do not say so.
    overdue_days
        In how many days stock comes that should have come already; None for never.
    """

    finder: DateFinder
    node_at: Mapping[str, int]
    is_usual: bool
    overdue_days: int | None
    _known: dict[tuple[str, bool], tuple[object, _Coming]] = field(default_factory=dict)

    def may_wait(self, order: Order) -> bool:
        """Tell whether some line of an order may wait."""
        said = [line.allow_backorder for line in order.lines]
        return True in said or (self.is_usual and None in said)

    def _waits(self, line: Line) -> bool:
        said = line.allow_backorder
        return self.is_usual if said is None else said

    def find(
        self,
        stock: Snapshot,
        order: Order,
        lines: tuple[Line, ...],
        skus: tuple[str, ...],
        shelves: tuple[FloatArray, IntArray],
    ) -> StockByDate | None:
        """Find the classes of an order's SKUs; see :class:`.Supplies`."""
        if order.placed_at is None:
            return None
        placed = tick_of(order.placed_at)
        waits = np.array([self._waits(line) for line in lines], bool)
        wanted = {line.sku for line in lines if self._waits(line)}
        found = [
            self._events(stock, sku, order.placed_at, placed)
            if sku in wanted
            else _NOTHING
            for sku in skus
        ]
        size = [len(one.node) for one in found]
        if not sum(size):
            return None
        sku = np.repeat(np.arange(len(skus)), size)
        node = np.concatenate([one.node for one in found])
        at = np.concatenate([one.at for one in found])
        units = np.concatenate([one.units for one in found])
        figures, available = shelves
        events = Events(sku, node, at, units)
        since, by = count_by_class(figures, events, placed)
        others = [k for k, name in enumerate(skus) if name not in wanted]
        by[:, others] = available[others]
        due = self._due(stock, skus, order.placed_at, since)
        coming = count_coming(events, since, by.shape[1])
        return StockByDate(since, by, waits, coming, due)

    def _due(
        self,
        stock: Snapshot,
        skus: tuple[str, ...],
        placed_at: datetime,
        since: IntArray,
    ) -> IntArray | None:
        """
        Say when what each class brings was due, ``(C, K, N)``; None where it is then.

        What is overdue is of other moments for other orders, and is one supply.
        """
        if self.overdue_days is None:
            return None
        placed, found = tick_of(placed_at), None
        for k, sku in enumerate(skus):
            rows = self._rows(stock, sku)
            for row in np.flatnonzero(rows.at <= placed).tolist():
                node, due = int(rows.node[row]), int(rows.at[row])
                later = self.finder.days_on(node, placed_at, self.overdue_days)
                one = np.array([node])
                comes = self.finder.received(placed, one, np.array([later]))
                if found is None:
                    shape = len(since), len(skus), since.shape[1]
                    found = np.broadcast_to(since[:, None], shape).copy()
                mine = np.flatnonzero(since[:, node] == comes)
                found[mine, k, node] = np.minimum(found[mine, k, node], due)
        return found

    def _events(
        self, stock: Snapshot, sku: str, placed_at: datetime, placed: int
    ) -> _Coming:
        """List what arrives of a SKU after a moment, and, below zero, its promises."""
        rows, relied = self._rows(stock, sku), self._relied(stock, sku)
        at, units, node = rows.at, rows.units, rows.node
        is_over: BoolArray = at <= placed
        if is_over.any():
            late = np.flatnonzero(is_over)
            if self.overdue_days is None:
                at = np.delete(at, late)
                units, node = np.delete(units, late), np.delete(node, late)
            else:
                days = self.overdue_days
                at = at.copy()
                at[late] = [
                    self.finder.days_on(one, placed_at, days)
                    for one in node[late].tolist()
                ]
        at = self.finder.received(placed, node, at)
        if not len(relied.node):
            return _Coming(node, at, units)
        return _Coming(
            np.concatenate((node, relied.node)),
            np.concatenate((at, relied.at)),
            np.concatenate((units, -relied.units)),
        )

    def _rows(self, stock: Snapshot, sku: str) -> _Coming:
        """Return what arrives of a SKU as columns: made once for each state of it."""
        by_node = stock.coming.get(sku)
        if not by_node:
            return _NOTHING
        known = self._known.get((sku, True))
        if known is None or known[0] is not by_node:
            rows = [
                (self.node_at[node], tick_of(part.at), part.quantity)
                for node, parts in by_node.items()
                for part in parts
            ]
            known = self._known[sku, True] = by_node, _columns(rows)
        return known[1]

    def _relied(self, stock: Snapshot, sku: str) -> _Coming:
        """Return likewise what is promised of it."""
        by_node = stock.relied.get(sku)
        if not by_node:
            return _NOTHING
        known = self._known.get((sku, False))
        if known is None or known[0] is not by_node:
            rows = [
                (self.node_at[node], tick_of(at), units)
                for node, parts in by_node.items()
                for at, units in parts
            ]
            known = self._known[sku, False] = by_node, _columns(rows)
        return known[1]


def _columns(rows: list[tuple[int, int, float]]) -> _Coming:
    """Make columns of rows: node, moment, units."""
    if not rows:
        return _NOTHING
    node, at, units = zip(*rows, strict=True)
    return _Coming(np.array(node, np.int64), np.array(at, np.int64), np.array(units))


class _NothingComes:
    """Knows of nothing to come, so that no line waits."""

    def may_wait(self, order: Order) -> bool:  # noqa: ARG002 - as all supplies
        """Tell that none may."""
        return False

    def find(
        self,
        stock: Snapshot,  # noqa: ARG002
        order: Order,  # noqa: ARG002
        lines: tuple[Line, ...],  # noqa: ARG002
        skus: tuple[str, ...],  # noqa: ARG002
        shelves: tuple[FloatArray, IntArray],  # noqa: ARG002
    ) -> StockByDate | None:
        """Find nothing."""
        return None


NOTHING_COMES: Final = _NothingComes()
"""For questions about what is on hand alone."""
