"""The cheapest bundles of one order that what is left allows: there are few of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from domroute.batch.book import NO_AXES, Book
from domroute.sourcing.choice import FORBIDDEN
from domroute.units import FloatArray, IntArray


class Scratch(NamedTuple):
    """
    Room to work in, for one order at a time.

    Attributes
    ----------
    best, place
        The least cost of each bundle and its column, counted from the order's first.
    filled
        The least cost of filling each state.
    left
        What is left of each SKU in each column.
    parts, columns
        Bundles that what is left allows, and where.
    cost
        What they cost; or every bundle in every column.
    """

    best: FloatArray
    place: IntArray
    filled: FloatArray
    left: FloatArray
    parts: IntArray
    columns: IntArray
    cost: FloatArray


def scratch_for(book: Book) -> Scratch:
    """Make room for the largest order of a book."""
    of_order, size = book.tables[book.orders["table"]], book.largest
    width = book.orders["end"] - book.orders["begin"]
    states = int(of_order["states"].max())
    return Scratch(
        best=np.empty(states),
        place=np.empty(states, np.int64),
        filled=np.empty(states),
        left=np.empty(int((of_order["skus"] * width).max())),
        parts=np.zeros(size, np.int64),
        columns=np.empty(size, np.int64),
        cost=np.empty(size),
    )


@njit(cache=True, nogil=True, inline="always")
def _look(book, at, left, scratch):
    """Look up what is left for an order: all at once, as no look needs another."""
    s, width = book.orders[at].table, book.orders[at].end - book.orders[at].begin
    for k in range(book.tables[s].skus):
        cells = book.tables[s].cell_at + k * book.tables[s].width
        cells += book.orders[at].begin
        for x in range(width):
            scratch.left[k * width + x] = left[book.cell[cells + x]]


@njit(cache=True, nogil=True, inline="always")
def _list_fitting(book, at, scratch):
    """List the bundles that what is left allows, column by column."""
    s, width = book.orders[at].table, book.orders[at].end - book.orders[at].begin
    skus, states = book.tables[s].skus, book.tables[s].states
    axes, taken = book.tables[s].axis_at, book.tables[s].taken_at
    left, parts, count = scratch.left, scratch.parts, 0
    for x in range(width):
        first = count
        if axes == NO_AXES:
            for part in range(1, states):
                fits = True
                for k in range(skus):
                    units = book.taken[taken + part * skus + k]
                    fits &= units <= left[k * width + x]
                if fits:
                    parts[count] = part
                    count += 1
        else:
            # Each SKU in turn, alone and with every bundle listed before it.
            for k in range(skus):
                there, axis, known = left[k * width + x], axes + k, count
                for times in range(1, book.axes[axis].most + 1):
                    if times * book.axes[axis].step > there:
                        break
                    more = times * book.axes[axis].stride
                    parts[count] = more
                    count += 1
                    for i in range(first, known):
                        parts[count] = parts[i] + more
                        count += 1
        for i in range(first, count):
            scratch.columns[i] = x
    return count


@njit(cache=True, nogil=True, inline="always")
def find_fitting(book, at, left, room, lam, gam, fade, scratch):
    """Find the least cost of every bundle that what is left allows, and where."""
    s, begin = book.orders[at].table, book.orders[at].begin
    states, base = book.tables[s].states, book.orders[at].price_at
    row, skus = book.tables[s].width, book.tables[s].skus
    taken, column = book.tables[s].taken_at, book.tables[s].column_at + begin
    rows = len(book.row)
    for part in range(states):
        scratch.best[part] = FORBIDDEN
    _look(book, at, left, scratch)
    count = _list_fitting(book, at, scratch)
    for i in range(count):
        where = base + scratch.columns[i] * states + scratch.parts[i]
        scratch.cost[i] = book.price[where]
    for i in range(count):
        part, x, cost = scratch.parts[i], scratch.columns[i], scratch.cost[i]
        for k in range(skus):
            units = book.taken[taken + part * skus + k]
            if units > 0:
                cell = book.cell[book.tables[s].cell_at + k * row + begin + x]
                cost += units * (fade * lam[cell])
        for r in range(rows):
            load, mine = book.load[r, base + x * states + part], book.row[r, column + x]
            cost += load * (fade * gam[mine])
            cost = FORBIDDEN if load > room[mine] else cost
        if cost < scratch.best[part]:
            scratch.best[part], scratch.place[part] = cost, x
