"""The resources that an order of a wave takes, and what is due on them."""

from __future__ import annotations

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.days import day_uses
from domroute.batch.incumbent import Incumbent
from domroute.batch.placed import Placed
from domroute.units import IntArray


def resources_of(
    incumbent: Incumbent, at: int, picks: Placed | None = None
) -> list[int]:
    """
    List what an order takes, or would: contended cells, and limited rows.

    Rows are numbered after the cells; each comes once, as it is first met.
    """
    placed = incumbent.placed[at] if picks is None else picks
    seat, wave = incumbent.seats[at], incumbent.wave
    if placed is None:
        return []
    touched: list[tuple[IntArray, IntArray]] = []
    if seat.table is not None:
        touched += [
            (
                seat.table.cell[seat.table.taken[part] > 0, column],
                seat.table.row[:, column],
            )
            for part, column in placed.picks
        ]
    if seat.loner is not None:
        problem, of_node = (
            seat.loner.offers.problem,
            wave.arrays.capacity.of_node,
        )
        for take in placed.takes:
            skus = problem.sku_of[take.block.lines[take.units > 0]]
            rows = of_node[:, problem.nodes[take.node]]
            rows = np.append(rows, day_uses(seat.loner.days, take, set())[0])
            touched.append((seat.loner.cell[skus, take.node], rows))
        if placed.drawn is not None:
            touched.append((placed.drawn[0], np.empty(0, np.int64)))
    found: dict[int, None] = {}
    for cells, rows in touched:
        found.update(dict.fromkeys(cells[wave.is_contended[cells]].tolist()))
        limited = len(wave.stock) + rows[wave.is_limited[rows]]
        found.update(dict.fromkeys(limited.tolist()))
    return list(found)


def dues_of(incumbent: Incumbent, at: int, prices: Prices) -> float:
    """Add up what an order would pay for what it takes."""
    placed, total = incumbent.placed[at], 0.0
    if placed is None:
        return total
    for cells, units, rows, load in incumbent.taken_by(at, placed):
        for one in (prices.units[cells] * units).tolist():
            total += one
        for one in (prices.load[rows] * load).tolist():
            total += one
    return total
