"""What every bundle of an order costs at some prices, and which of them may be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from domroute.sourcing.choice import FORBIDDEN
from domroute.units import FloatArray, IntArray


class Crowd(NamedTuple):
    """What half of a cell or more costs: as :class:`.Crowding`."""

    large_from: IntArray
    half: IntArray
    large: FloatArray
    halves: FloatArray


@njit(cache=True, nogil=True)
def spot(book, at, part, column):
    """Find the place of a bundle at a column of its sheet."""
    begin = book.begin[at]
    return book.price_at[at] + part * (book.end[at] - begin) + column - begin


@njit(cache=True, nogil=True)
def price(book, at, lam, gam, fade, cost):
    """Price every bundle of an order, as ``Sheet.at`` does."""
    s, begin = book.sheet[at], book.begin[at]
    width = book.end[at] - begin
    row, skus = book.width[s], book.skus[s]
    for p in range(book.states[s]):
        base = book.price_at[at] + p * width
        line, known = cost[p], book.price[base : base + width]
        for x in range(width):
            line[x] = known[x]
    asked = np.empty(width)
    for k in range(skus):
        cells = book.cell_at[s] + k * row + begin
        cell = book.cell[cells : cells + width]
        for x in range(width):
            asked[x] = fade * lam[cell[x]]
        for p in range(book.states[s]):
            units = book.taken[book.taken_at[s] + p * skus + k]
            if units > 0:
                line = cost[p]
                for x in range(width):
                    line[x] += units * asked[x]
    if book.has_load:
        _price_load(book, at, gam, fade, cost)


@njit(cache=True, nogil=True)
def _price_load(book, at, gam, fade, cost):
    """Price the capacity that every bundle of an order uses."""
    s, begin = book.sheet[at], book.begin[at]
    width = book.end[at] - begin
    nodes = book.column_at[s] + begin
    for p in range(book.states[s]):
        base = book.price_at[at] + p * width
        for x in range(width):
            cost[p, x] += book.load[base + x] * (fade * gam[book.node[nodes + x]])


@njit(cache=True, nogil=True)
def price_crowded(book, at, lam, gam, crowd, cost):
    """Price every bundle of an order, and what takes half of a cell or more."""
    s, begin = book.sheet[at], book.begin[at]
    width = book.end[at] - begin
    row, skus = book.width[s], book.skus[s]
    for p in range(book.states[s]):
        base = book.price_at[at] + p * width
        line, known = cost[p], book.price[base : base + width]
        for x in range(width):
            line[x] = known[x]
    most = 0
    for p in range(book.states[s]):
        for k in range(skus):
            most = max(most, book.taken[book.taken_at[s] + p * skus + k])
    asked = np.zeros((most + 1, width))
    for k in range(skus):
        cells = book.cell_at[s] + k * row + begin
        for x in range(width):
            cell = book.cell[cells + x]
            for units in range(1, most + 1):
                asked[units, x] = units * lam[cell]
                if units >= crowd.large_from[cell]:
                    asked[units, x] += crowd.large[cell]
                if units == crowd.half[cell]:
                    asked[units, x] += crowd.halves[cells + x]
        for p in range(book.states[s]):
            units = book.taken[book.taken_at[s] + p * skus + k]
            if units > 0:
                line, price_of = cost[p], asked[units]
                for x in range(width):
                    line[x] += price_of[x]
    if book.has_load:
        _price_load(book, at, gam, 1.0, cost)


@njit(cache=True, nogil=True)
def forbid(book, at, left, room, cost):
    """Forbid what is left of no cell, or no capacity, as ``Desk.fits`` does."""
    s, begin = book.sheet[at], book.begin[at]
    width = book.end[at] - begin
    row = book.width[s]
    there = np.empty(width)
    for k in range(book.skus[s]):
        cells = book.cell_at[s] + k * row + begin
        cell = book.cell[cells : cells + width]
        for x in range(width):
            there[x] = left[cell[x]]
        for p in range(book.states[s]):
            units = book.taken[book.taken_at[s] + p * book.skus[s] + k]
            if units == 0:
                continue
            line = cost[p]
            for x in range(width):
                line[x] = FORBIDDEN if units > there[x] else line[x]
    if book.has_load:
        nodes = book.column_at[s] + begin
        for p in range(book.states[s]):
            base = book.price_at[at] + p * width
            for x in range(width):
                if book.load[base + x] > room[book.node[nodes + x]]:
                    cost[p, x] = FORBIDDEN
