"""Cells that a feed counts and the ledger has no row for: which may have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np

from domroute.errors import Issue
from domroute.ledger.feed import Feed
from domroute.ledger.pages import ON_HAND, Spread
from domroute.ledger.scope import Scope
from domroute.ledger.snapshot import Snapshot
from domroute.units import MAX_UNITS, BoolArray, FloatArray, IntArray

NOISE: Final = 1e-9
"""Less than any part of a unit: what sums of floats may be off."""


@dataclass(frozen=True, slots=True, eq=False)
class NewCells:
    """
    Cells without a row, each once.

    Attributes
    ----------
    at
        The rows of the feed that count one; shape ``(M,)``.
    cell
        Which one each of them counts; shape ``(M,)``.
    node_ids, sku_ids
        The names that occur.
    node, sku
        Positions in them, by cell; shape ``(C,)``.
    """

    at: IntArray
    cell: IntArray
    node_ids: list[str]
    sku_ids: list[str]
    node: IntArray
    sku: IntArray

    @classmethod
    def of(cls, feed: Feed, at: IntArray) -> Self:
        """
        Find the cells that some rows of a feed count.

        Examples
        --------
        >>> feed = Feed.read(
        ...     {"node": ["N1", "N1"], "sku": ["A", "A"], "on_hand": [1, 2]}, "add"
        ... )
        >>> new = NewCells.of(feed, np.array([0, 1]))
        >>> len(new), new.cell.tolist()
        (1, [0, 0])
        """
        rows = at.tolist()
        node_ids, node = _numbered([feed.nodes[row] for row in rows])
        sku_ids, sku = _numbered([feed.skus[row] for row in rows])
        key = sku * max(1, len(node_ids)) + node
        cells, cell = np.unique(key, return_inverse=True)
        sku, node = np.divmod(cells, max(1, len(node_ids)))
        return cls(at, cell, node_ids, sku_ids, node, sku)

    def __len__(self) -> int:
        return len(self.node)

    def name(self, cell: int) -> tuple[str, str]:
        """Return the (node, SKU) of one of the cells."""
        return self.node_ids[self.node[cell]], self.sku_ids[self.sku[cell]]

    def refused(self, feed: Feed, scope: Scope | None) -> tuple[BoolArray, list[Issue]]:
        """
        Find the cells that get no row, and say why at each row of the feed.

        Returns
        -------
        tuple
            Which cells, shape ``(C,)``; and faults in the order of the feed.
        """
        is_refused = np.zeros(len(self), bool)
        if scope is not None:
            no_node = [name not in scope.nodes for name in self.node_ids]
            no_sku = [name not in scope.skus for name in self.sku_ids]
            is_refused |= np.array(no_node, bool)[self.node]
            is_refused |= np.array(no_sku, bool)[self.sku]
        total: FloatArray = np.zeros(len(self))
        if feed.adds:
            added = feed.figures[ON_HAND][self.at]
            total += np.bincount(self.cell, added, len(self))
            is_refused |= (total < -NOISE) | (total > MAX_UNITS)
        issues = []
        for spot in np.flatnonzero(is_refused[self.cell]).tolist():
            cell = int(self.cell[spot])
            where = f"row[{self.at[spot]}]"
            found = self._faults(cell, float(total[cell]), scope)
            issues += [replace(issue, where=where) for issue in found]
        return is_refused, issues

    def _faults(self, cell: int, total: float, scope: Scope | None) -> Sequence[Issue]:
        node, sku = self.name(cell)
        where = f"stock of {sku!r} at {node!r}"
        if scope is not None and (found := scope.unknown(node, sku)):
            return found
        if total < 0:
            text = f"{-total:g} units are to go, and there is no such row"
            return [Issue("unknown_stock", where, text)]
        text = f"would be {total:g}, which is more than {MAX_UNITS:g}"
        return [Issue("out_of_range", where, text)]

    def entered(
        self, stock: Snapshot, rows: IntArray, is_refused: BoolArray
    ) -> tuple[Spread, IntArray]:
        """
        Lay out stock with rows for the cells that are not refused.

        Parameters
        ----------
        stock
            What has none for them.
        rows
            Where each row of the feed stands in it; -1 for nowhere; shape ``(Q,)``.
        is_refused
            The cells that get none, not all of them; shape ``(C,)``.

        Returns
        -------
        tuple
            All rows, and where each row of the feed stands among them.
        """
        fresh = np.flatnonzero(~is_refused)
        spread, moved = stock.spread_with(
            [self.node_ids[at] for at in self.node[fresh].tolist()],
            [self.sku_ids[at] for at in self.sku[fresh].tolist()],
        )
        of_cell = np.full(len(self), -1, np.int64)
        of_cell[fresh] = moved[len(stock.layout) :]
        rows = moved[rows]
        rows[self.at] = of_cell[self.cell]
        return spread, rows


def _numbered(names: list[str]) -> tuple[list[str], IntArray]:
    """Give each name a number; return the names, and the number of each given."""
    number = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return list(number), np.fromiter(
        map(number.__getitem__, names), np.int64, len(names)
    )
