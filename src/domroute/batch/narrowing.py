"""A wave narrowed to the nodes that matter at given prices: the search is quicker."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.placed import Placed
from domroute.batch.scores import ranked_columns
from domroute.batch.sheets import Sheet
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
        By sheet, the columns of the whole that are kept, in their order.
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
        sheets, kept, at = [], [], 0
        for sheet in wave.sheets:
            mine = _choose(sheet, prices, keep, placed)
            narrowed = replace(
                sheet,
                price=np.ascontiguousarray(sheet.price[:, mine]),
                first=np.searchsorted(mine, sheet.first),
                node=sheet.node[mine],
                cell=np.ascontiguousarray(sheet.cell[:, mine]),
                cell_at=at,
                row=np.ascontiguousarray(sheet.row[:, mine]),
                load=np.ascontiguousarray(sheet.load[:, :, mine]),
            )
            at += narrowed.cell.size
            sheets.append(narrowed)
            kept.append(mine)
        return cls(wave, replace(wave, sheets=tuple(sheets), solve=None), tuple(kept))

    def narrowed(self, placed: list[Placed | None]) -> list[Placed | None]:
        """See a plan of the whole, all of whose columns were kept."""
        found = list(placed)
        for sheet, kept in zip(self.wave.sheets, self.kept, strict=True):
            for at in sheet.orders.tolist():
                one = placed[at]
                if one is not None and one.picks:
                    columns = kept.searchsorted([x for _, x in one.picks]).tolist()
                    found[at] = _moved(one, columns)
        return found

    def widened(self, placed: list[Placed | None]) -> list[Placed | None]:
        """See a plan of the narrowed wave as one of the whole."""
        found = list(placed)
        for sheet, kept in zip(self.wave.sheets, self.kept, strict=True):
            for at in sheet.orders.tolist():
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
        halves = np.zeros(sum(sheet.cell.size for sheet in self.whole.sheets))
        for whole, sheet, kept in zip(
            self.whole.sheets, self.wave.sheets, self.kept, strict=True
        ):
            shape = whole.cell.shape
            table = halves[whole.cell_at : whole.cell_at + whole.cell.size]
            end = sheet.cell_at + sheet.cell.size
            mine = crowding.halves[sheet.cell_at : end].reshape(sheet.cell.shape)
            table.reshape(shape)[:, kept] = mine
        return replace(prices, crowding=replace(crowding, halves=halves))


def _moved(placed: Placed, columns: list[int]) -> Placed:
    parts = [part for part, _ in placed.picks]
    return Placed(placed.cost, picks=tuple(zip(parts, columns, strict=True)))


def _choose(
    sheet: Sheet, prices: Prices, keep: int, placed: list[Placed | None]
) -> IntArray:
    ranked = ranked_columns(sheet, prices)
    order = np.repeat(np.arange(len(sheet.orders)), np.diff(sheet.first))
    rank = np.arange(len(ranked)) - sheet.first[order]
    is_kept = np.zeros(len(ranked), bool)
    is_kept[ranked[rank < keep]] = True
    for at in sheet.orders.tolist():
        one = placed[at]
        if one is not None:
            for _, column in one.picks:
                is_kept[column] = True
    return np.flatnonzero(is_kept)
