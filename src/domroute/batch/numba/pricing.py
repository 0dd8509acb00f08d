"""What every bundle of an order costs at some prices, and which of them may be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from domroute.sourcing.choice import FORBIDDEN
from domroute.units import FloatArray


class Crowd(NamedTuple):
    """
    What half of a cell or more costs: as :class:`.Crowding`.

    ``cells`` has a row for each cell, which comes at once: price of a unit, price of a
    large take, units from which one is large, and units that are half.
    """

    cells: FloatArray
    halves: FloatArray


@njit(cache=True, nogil=True, inline="always")
def spot(book, at, part, column):
    """Find the place of a bundle at a column of its table."""
    states = book.tables[book.orders[at].table].states
    x = column - book.orders[at].begin
    return book.orders[at].price_at + x * states + part


@njit(cache=True, nogil=True, inline="always")
def start(book, at, cost):
    """Copy what every bundle of an order costs by itself: by bundle, then column."""
    states = book.tables[book.orders[at].table].states
    width, base = book.orders[at].end - book.orders[at].begin, book.orders[at].price_at
    known = book.price[base : base + width * states]
    for p in range(states):
        line = cost[p]
        for x in range(width):
            line[x] = known[x * states + p]


@njit(cache=True, nogil=True, inline="always")
def price(book, at, lam, gam, fade, cost):
    """Price every bundle of an order, as ``PricingTable.at`` does."""
    s, begin = book.orders[at].table, book.orders[at].begin
    width = book.orders[at].end - begin
    row, skus = book.tables[s].width, book.tables[s].skus
    start(book, at, cost)
    asked = np.empty(width)
    for k in range(skus):
        cells = book.tables[s].cell_at + k * row + begin
        cell = book.cell[cells : cells + width]
        for x in range(width):
            asked[x] = fade * lam[cell[x]]
        for p in range(book.tables[s].states):
            units = book.taken[book.tables[s].taken_at + p * skus + k]
            if units > 0:
                line = cost[p]
                for x in range(width):
                    line[x] += units * asked[x]
    if len(book.row) > 0:
        _price_load(book, at, gam, fade, cost)


@njit(cache=True, nogil=True)
def _price_load(book, at, gam, fade, cost):
    """Price the capacity that every bundle of an order uses."""
    s, begin = book.orders[at].table, book.orders[at].begin
    width = book.orders[at].end - begin
    column, states = book.tables[s].column_at + begin, book.tables[s].states
    base = book.orders[at].price_at
    for r in range(len(book.row)):
        for x in range(width):
            asked = fade * gam[book.row[r, column + x]]
            for p in range(states):
                cost[p, x] += book.load[r, base + x * states + p] * asked


@njit(cache=True, nogil=True)
def price_crowded(book, at, gam, crowd, cost):
    """Price every bundle of an order, and what takes half of a cell or more."""
    s, begin = book.orders[at].table, book.orders[at].begin
    width = book.orders[at].end - begin
    row, skus = book.tables[s].width, book.tables[s].skus
    start(book, at, cost)
    most = 0
    for p in range(book.tables[s].states):
        for k in range(skus):
            most = max(most, book.taken[book.tables[s].taken_at + p * skus + k])
    asked = np.zeros((most + 1, width))
    for k in range(skus):
        cells = book.tables[s].cell_at + k * row + begin
        for x in range(width):
            cell = crowd.cells[book.cell[cells + x]]
            for units in range(1, most + 1):
                price_of_units = units * cell[0]
                if units >= cell[2]:
                    price_of_units += cell[1]
                if units == cell[3]:
                    price_of_units += crowd.halves[cells + x]
                asked[units, x] = price_of_units
        for p in range(book.tables[s].states):
            units = book.taken[book.tables[s].taken_at + p * skus + k]
            if units > 0:
                line, price_of = cost[p], asked[units]
                for x in range(width):
                    line[x] += price_of[x]
    if len(book.row) > 0:
        _price_load(book, at, gam, 1.0, cost)


@njit(cache=True, nogil=True, inline="always")
def forbid(book, at, left, room, cost):
    """Forbid what is left of no cell, or no capacity, as ``Incumbent.fits`` does."""
    s, begin = book.orders[at].table, book.orders[at].begin
    width = book.orders[at].end - begin
    row = book.tables[s].width
    there = np.empty(width)
    for k in range(book.tables[s].skus):
        cells = book.tables[s].cell_at + k * row + begin
        cell = book.cell[cells : cells + width]
        for x in range(width):
            there[x] = left[cell[x]]
        for p in range(book.tables[s].states):
            units = book.taken[book.tables[s].taken_at + p * book.tables[s].skus + k]
            if units == 0:
                continue
            line = cost[p]
            for x in range(width):
                line[x] = FORBIDDEN if units > there[x] else line[x]
    column, states = book.tables[s].column_at + begin, book.tables[s].states
    base = book.orders[at].price_at
    for r in range(len(book.row)):
        for x in range(width):
            space = room[book.row[r, column + x]]
            for p in range(states):
                if book.load[r, base + x * states + p] > space:
                    cost[p, x] = FORBIDDEN
