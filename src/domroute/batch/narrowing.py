"""A wave narrowed to the nodes that matter at given prices: the search is quicker."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.placed import Placed
from domroute.batch.scores import ranked_columns
from domroute.batch.tables import PricingTable
from domroute.batch.wave import Wave
from domroute.units import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """
    A wave seen narrowly: of each order some of its nodes only.

    Attributes
    ----------
    whole, wave
        All of the wave, and the same orders and cells narrowed.
    kept
        By table, the columns of the whole that are kept, in their order.
    """

    whole: Wave
    wave: Wave
    kept: tuple[IntArray, ...]

    @classmethod
    def on(
        cls, wave: Wave, prices: Prices, keep: int, placed: list[Placed | None]
    ) -> Lens:
        """
        Keep the nodes by which the plans of each order are cheapest at some prices.

        Parameters
        ----------
        wave, prices
            The orders, and the prices.
        keep
            Nodes that each order keeps, besides those it is placed at.
        placed
            Who takes what.
        """
        tables, kept, at = [], [], 0
        for table in wave.tables:
            mine = _choose(table, prices, keep, placed)
            narrowed = replace(
                table,
                price=np.ascontiguousarray(table.price[:, mine]),
                first=np.searchsorted(mine, table.first),
                node=table.node[mine],
                cell=np.ascontiguousarray(table.cell[:, mine]),
                cell_at=at,
                row=np.ascontiguousarray(table.row[:, mine]),
                load=np.ascontiguousarray(table.load[:, :, mine]),
            )
            at += narrowed.cell.size
            tables.append(narrowed)
            kept.append(mine)
        return cls(wave, replace(wave, tables=tuple(tables), solve=None), tuple(kept))

    def narrowed(self, placed: list[Placed | None]) -> list[Placed | None]:
        """See a plan of the whole, all of whose columns were kept."""
        found = list(placed)
        for table, kept in zip(self.wave.tables, self.kept, strict=True):
            for at in table.orders.tolist():
                one = placed[at]
                if one is not None and one.picks:
                    columns = kept.searchsorted([x for _, x in one.picks]).tolist()
                    found[at] = _moved(one, columns)
        return found

    def widened(self, placed: list[Placed | None]) -> list[Placed | None]:
        """See a plan of the narrowed wave as one of the whole."""
        found = list(placed)
        for table, kept in zip(self.wave.tables, self.kept, strict=True):
            for at in table.orders.tolist():
                one = placed[at]
                if one is not None and one.picks:
                    columns = kept[[x for _, x in one.picks]].tolist()
                    found[at] = _moved(one, columns)
        return found

    def widened_prices(self, prices: Prices) -> Prices:
        """Ask for half a cell where it was asked; elsewhere for nothing."""
        crowding = prices.crowding
        if crowding is None:
            return prices
        halves = np.zeros(sum(table.cell.size for table in self.whole.tables))
        for whole, table, kept in zip(
            self.whole.tables, self.wave.tables, self.kept, strict=True
        ):
            shape = whole.cell.shape
            into = halves[whole.cell_at : whole.cell_at + whole.cell.size]
            end = table.cell_at + table.cell.size
            mine = crowding.halves[table.cell_at : end].reshape(table.cell.shape)
            into.reshape(shape)[:, kept] = mine
        return replace(prices, crowding=replace(crowding, halves=halves))


def _moved(placed: Placed, columns: list[int]) -> Placed:
    parts = [part for part, _ in placed.picks]
    return Placed(placed.cost, picks=tuple(zip(parts, columns, strict=True)))


def _choose(
    table: PricingTable, prices: Prices, keep: int, placed: list[Placed | None]
) -> IntArray:
    ranked = ranked_columns(table, prices)
    order = np.repeat(np.arange(len(table.orders)), np.diff(table.first))
    rank = np.arange(len(ranked)) - table.first[order]
    is_kept = np.zeros(len(ranked), bool)
    is_kept[ranked[rank < keep]] = True
    for at in table.orders.tolist():
        one = placed[at]
        if one is not None:
            for _, column in one.picks:
                is_kept[column] = True
    return np.flatnonzero(is_kept)
