"""Units that may leave by each moment at which more of them arrive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.ledger.stock import whole_units_by_row
from domroute.promise.later import NEVER
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """
    What arrives, and, below zero, what is promised of it; each of shape ``(E,)``.

    Attributes
    ----------
    sku, node
        Positions.
    at
        When; microseconds from 1970 on; ``NEVER`` is left out.
    units
        How many.
    """

    sku: IntArray
    node: IntArray
    at: IntArray
    units: FloatArray


def count_by_class(
    figures: FloatArray, events: Events, placed: int
) -> tuple[IntArray, IntArray]:
    """
    Count what may leave by each class of each node.

    Parameters
    ----------
    figures
        On hand, reserved and safety; shape ``(3, K, N)``.
    events
        What arrives.
    placed
        When the first class begins: what arrives until then is there.

    Returns
    -------
    tuple of IntArray
        When classes begin, ``(C, N)``, and units by each, ``(C, K, N)``.

    Examples
    --------
    Two are there; three arrive at 9, of which one is promised.

    >>> comes = Events(*np.array([[0, 0], [0, 0], [9, 9]]), np.array([3.0, -1.0]))
    >>> since, units = count_by_class(np.array([[[2.0]], [[0.0]], [[0.0]]]), comes, 5)
    >>> since.ravel().tolist(), units.ravel().tolist()
    ([5, 9], [2, 4])
    """
    on_hand, reserved, safety = figures
    count, shape = on_hand.shape[1], on_hand.shape
    cell, at = events.sku * count + events.node, events.at
    free = (on_hand - reserved).ravel()
    is_now, comes = at <= placed, (at > placed) & (at < NEVER)
    np.add.at(free, cell[is_now], events.units[is_now])
    # Of what sums are made: by so much they may be rounded.
    size = on_hand.ravel().copy()
    np.add.at(size, cell, np.maximum(events.units, 0.0))
    kept = safety.ravel()
    if not comes.any():
        now = _whole(free, size, kept)
        return np.full((1, count), placed), now.reshape(1, *shape)
    rows = _Rows.of(cell[comes], at[comes], events.units[comes], free)
    # What is promised for later is kept from now on.
    free[rows.cells] = np.minimum(free[rows.cells], rows.least)
    node, when = rows.cell % count, rows.at
    rank = _rank(node, when, count)
    since = np.full((int(rank.max(initial=0)) + 1, count), NEVER)
    since[0], since[rank, node] = placed, when
    units = np.zeros((len(since), len(free)), np.int64)
    units[0] = _whole(free, size, kept)
    units[rank, rows.cell] = _whole(rows.free, size[rows.cell], kept[rows.cell])
    units = np.maximum.accumulate(units, axis=0)
    return since, units.reshape(len(since), *shape)


def count_coming(events: Events, since: IntArray, skus: int) -> IntArray:
    """
    Count what of each SKU arrives by each class of each node, and is not promised.

    Parameters
    ----------
    events
        What arrives, and what is promised of it.
    since
        When classes begin, the first as the order was placed; shape ``(C, N)``.
    skus
        How many SKUs there are.

    Returns
    -------
    IntArray
        Shape ``(C, K, N)``; nothing by the first.

    Examples
    --------
    Three arrive at 9, of which one is promised.

    >>> comes = Events(*np.array([[0, 0], [0, 0], [9, 9]]), np.array([3.0, -1.0]))
    >>> count_coming(comes, np.array([[5], [9]]), 1).ravel().tolist()
    [0, 2]
    """
    classes, count = since.shape
    by = np.zeros((classes + 1, skus, count))
    is_later = (events.at > since[0, events.node]) & (events.at < NEVER)
    sku, node, at = (x[is_later] for x in (events.sku, events.node, events.at))
    # What is promised between two arrivals, or after all, is kept from before on.
    rank = (since[:, node] < at).sum(axis=0)
    np.add.at(by, (rank, sku, node), events.units[is_later])
    total = np.cumsum(by, axis=0)
    least = np.minimum.accumulate(total[::-1], axis=0)[::-1][:classes]
    least[0] = 0.0
    return whole_units_by_row(np.maximum(0.0, least))


def _whole(left: FloatArray, size: FloatArray, kept: FloatArray) -> IntArray:
    """Count whole units beside what is kept; sizes say how far sums are rounded."""
    return whole_units_by_row(size, size - left, kept)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """
    What is free of cells from the moments on at which something arrives.

    Attributes
    ----------
    cell, at, free
        Each cell and moment, and what is free then; shape ``(R,)``.
    cells, least
        The cells, and what is ever free of each later on; shape ``(X,)``.
    """

    cell: IntArray
    at: IntArray
    free: FloatArray
    cells: IntArray
    least: FloatArray

    @classmethod
    def of(
        cls, cell: IntArray, at: IntArray, units: FloatArray, free: FloatArray
    ) -> _Rows:
        """Add events up, cell by cell, beside what is free before, by cell."""
        order = np.lexsort((at, cell))
        cell, at, units = cell[order], at[order], units[order]
        is_first = _differs(cell)
        first = np.flatnonzero(is_first)
        of = np.cumsum(is_first) - 1
        running = np.cumsum(units)
        by = free[cell] + running - (running - units)[first][of]
        # A moment counts as it ends, also where something is only promised from then.
        is_last = np.append(is_first[1:], np.True_)
        is_end = is_last | np.append(_differs(at)[1:], np.True_)
        moment = np.cumsum(np.append(np.True_, is_end[:-1])) - 1
        comes = np.zeros(int(moment[-1]) + 1, bool)
        comes[moment[units > 0]] = True
        is_class = is_end & comes[moment]
        place = np.arange(len(cell)) - first[of]
        table = np.full((len(first), int(place.max()) + 1), np.inf)
        table[of[is_end], place[is_end]] = by[is_end]
        table = np.minimum.accumulate(table[:, ::-1], axis=1)[:, ::-1]
        return cls(
            cell[is_class],
            at[is_class],
            table[of[is_class], place[is_class]],
            cell[first],
            table[:, 0],
        )


def _rank(node: IntArray, at: IntArray, count: int) -> IntArray:
    """Count moments of each node from 1 on, the same ones alike; shape ``(R,)``."""
    order = np.lexsort((at, node))
    node, at = node[order], at[order]
    is_new = _differs(node) | _differs(at)
    number = np.cumsum(is_new)
    start = np.zeros(count, np.int64)
    is_first = _differs(node)
    start[node[is_first]] = number[is_first] - 1
    rank = np.empty(len(order), np.int64)
    rank[order] = number - start[node]
    return rank


def _differs(values: IntArray) -> BoolArray:
    """Tell which values, in a row, differ from the one before; shape ``(R,)``."""
    differs = np.ones(len(values), bool)
    differs[1:] = values[1:] != values[:-1]
    return differs
