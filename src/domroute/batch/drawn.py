"""Stock still to come, in a wave: what arrives is cells of their own, drawn on last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from domroute.batch.cells import NO_CELL, Prices
from domroute.offers.blocks import Block
from domroute.offers.priced import Offers
from domroute.sourcing.bydate import class_of_offers
from domroute.sourcing.choice import Take
from domroute.units import FloatArray, IntArray

Taken = tuple[IntArray, IntArray | FloatArray, IntArray, FloatArray]
"""Cells and units of each, rows of capacity and what is used of each."""


def draw(
    offers: Offers,
    cells: tuple[IntArray, IntArray],
    takes: Sequence[Take],
    left: FloatArray,
) -> tuple[IntArray, FloatArray]:
    """
    Draw what takes ship on cells: what comes last of all that may be waited for first.

    So no more is drawn on a sooner cell than must be, in whatever order takes come.

    Parameters
    ----------
    offers
        The order, with stock by date.
    cells
        The cell of each SKU at each node, ``(K, M)``, and those of what comes later,
        ``(C-1, K, M)``.
    takes
        What is shipped.
    left
        What is left of every cell.

    Returns
    -------
    tuple
        Cells, and the units drawn on each; on those of now what is nowhere else.
    """
    by_date, sku_of = offers.eligibility.by_date, offers.problem.sku_of
    now, later = cells
    drawn: dict[int, float] = {}
    for take in takes:
        lines = take.block.lines
        at = int(class_of_offers(take.block)[take.offer])
        for line, units in zip(lines.tolist(), take.units.tolist(), strict=True):
            k, need = int(sku_of[line]), float(units)
            may_wait = by_date is not None and bool(by_date.waits[line])
            for on in range(at if may_wait else 0, 0, -1):
                cell = int(later[on - 1, k, take.node])
                if need and cell != NO_CELL:
                    taken = min(need, max(0.0, left[cell] - drawn.get(cell, 0.0)))
                    drawn[cell] = drawn.get(cell, 0.0) + taken
                    need -= taken
            if need:
                cell = int(now[k, take.node])
                drawn[cell] = drawn.get(cell, 0.0) + need
    used = {cell: units for cell, units in drawn.items() if units}
    return np.array(list(used), np.int64), np.array(list(used.values()), float)


def as_drawn(
    drawn: tuple[IntArray, FloatArray], used: Iterable[Taken]
) -> Iterator[Taken]:
    """Yield what takes use of capacity as it is, and of cells what was drawn."""
    nothing = np.empty(0, np.int64)
    for _, _, rows, load in used:
        yield nothing, nothing, rows, load
    yield *drawn, nothing, np.empty(0)


def prices_by_class(
    cells: tuple[IntArray, IntArray], prices: Prices
) -> tuple[FloatArray, IntArray]:
    """
    Price a unit by each class: at the cheapest of the cells that it may be drawn on.

    Returns
    -------
    tuple
        The prices, and the cells; of those that cost the same the last; shape
        ``(C, K, M)`` each.
    """
    now, later = cells
    cell = np.concatenate((now[None], later))
    price = np.where(cell == NO_CELL, np.inf, prices.units[cell])
    for at in range(1, len(cell)):
        is_dearer = price[at] > price[at - 1]
        price[at] = np.where(is_dearer, price[at - 1], price[at])
        cell[at] = np.where(is_dearer, cell[at - 1], cell[at])
    return price, cell


def rows_of(offers: Offers, block: Block) -> tuple[IntArray, IntArray, IntArray]:
    """
    Find where lines stand by offers in what is told by class, SKU and node.

    Returns
    -------
    tuple
        Classes, SKUs and nodes; they go together as ``(G, A)``.
    """
    by_date, sku_of = offers.eligibility.by_date, offers.problem.sku_of[block.lines]
    on = class_of_offers(block)[None, :]
    if by_date is not None:
        on = np.where(by_date.waits[block.lines][:, None], on, 0)
    return on, sku_of[:, None], block.nodes[None, :]
