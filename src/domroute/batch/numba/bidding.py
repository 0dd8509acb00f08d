"""The answers of :mod:`~domroute.batch.bidding`, order by order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from domroute.batch.book import Book
from domroute.batch.numba.choosing import solve
from domroute.batch.numba.fitting import Scratch
from domroute.batch.numba.lending import lent
from domroute.batch.numba.placing import Hand, move, true_cost
from domroute.batch.numba.pricing import spot, start
from domroute.units import BoolArray, FloatArray, IntArray


class Offer(NamedTuple):
    """
    What orders pay: as :class:`.Terms`.

    ``matters`` tells which cells are contended, and which rows after them are limited.
    """

    lam: FloatArray
    gam: FloatArray
    over: float
    over_load: FloatArray
    matters: BoolArray


class Wishes(NamedTuple):
    """What each order of a book would take: as in a hand, where it is written too."""

    counts: IntArray
    parts: IntArray
    columns: IntArray


@njit(cache=True, nogil=True, inline="always")
def _price(book, at, hand, offer, asked, cost):
    """Price every bundle of an order, which has been lifted, as ``Bidders`` do."""
    s, begin = book.orders[at].table, book.orders[at].begin
    width, states = book.orders[at].end - begin, book.tables[s].states
    row, skus, taken = (
        book.tables[s].width,
        book.tables[s].skus,
        book.tables[s].taken_at,
    )
    start(book, at, cost)
    for k in range(skus):
        most = 0
        for p in range(states):
            most = max(most, book.taken[taken + p * skus + k])
        cells = book.tables[s].cell_at + k * row + begin
        for x in range(width):
            cell = book.cell[cells + x]
            each, left = offer.lam[cell], hand.left[cell]
            for units in range(1, most + 1):
                over = min(max(units - left, 0.0), float(units))
                asked[units, x] = units * each + offer.over * over
        for p in range(states):
            units = book.taken[taken + p * skus + k]
            if units > 0:
                line, price_of = cost[p], asked[units]
                for x in range(width):
                    line[x] += price_of[x]
    base, column = book.orders[at].price_at, book.tables[s].column_at + begin
    for r in range(len(book.row)):
        for x in range(width):
            mine = book.row[r, column + x]
            for p in range(states):
                load = book.load[r, base + x * states + p]
                over = min(max(load - hand.room[mine], 0.0), load)
                cost[p, x] += load * offer.gam[mine] + offer.over_load[mine] * over


@njit(cache=True, nogil=True, inline="always")
def _wish(book, at, hand, offer, wishes, asked, scratch, rooms):
    """Ask an order what it would take; tell whether that is not what it holds."""
    s, begin = book.orders[at].table, book.orders[at].begin
    first, last = book.orders[at].picks_at, book.orders[at].picks_end
    x, count = book.tables[s].column_at, hand.counts[at]
    for r in range(len(book.row)):
        for i in range(count):
            rooms[r, i] = hand.room[book.row[r, x + hand.columns[first + i]]]
    move(book, hand, at, -1)
    shape = book.tables[s].states, book.orders[at].end - begin
    cost = scratch.cost[: shape[0] * shape[1]].reshape(shape)
    _price(book, at, hand, offer, asked, cost)
    move(book, hand, at, 1)
    for r in range(len(book.row)):
        for i in range(count):
            # To give and take back is not to have, in sums of floats.
            hand.room[book.row[r, x + hand.columns[first + i]]] = rooms[r, i]
    _, found = solve(
        book, at, cost, True, wishes.parts[first:last], wishes.columns[first:last]
    )
    wishes.counts[at] = found
    is_new = found != count
    for i in range(first, first + found):
        wishes.columns[i] += begin
        if not is_new:
            is_new = (
                wishes.parts[i] != hand.parts[i] or wishes.columns[i] != hand.columns[i]
            )
    return is_new


@njit(cache=True, nogil=True, inline="always")
def _meets(book, at, parts, columns, count, offer, met, stamp):
    """Tell whether picks touch a contended cell that somebody has moved at."""
    s, first = book.orders[at].table, book.orders[at].picks_at
    row, skus = book.tables[s].width, book.tables[s].skus
    meets = False
    for i in range(first, first + count):
        for k in range(skus):
            if book.taken[book.tables[s].taken_at + parts[i] * skus + k] > 0:
                cell = book.cell[book.tables[s].cell_at + k * row + columns[i]]
                meets |= offer.matters[cell] and met[cell] == stamp
    return meets


@njit(cache=True, nogil=True, inline="always")
def _overloads(book, at, hand, wishes, met, stamp):
    """Tell whether a node that somebody has moved at has too little room."""
    first, count = book.orders[at].picks_at, hand.counts[at]
    x, cells = book.tables[book.orders[at].table].column_at, len(hand.left)
    for r in range(len(book.row)):
        for i in range(first, first + wishes.counts[at]):
            row = book.row[r, x + wishes.columns[i]]
            room = hand.room[row]
            for j in range(first, first + count):
                if hand.columns[j] == wishes.columns[i]:
                    place = spot(book, at, hand.parts[j], hand.columns[j])
                    room += book.load[r, place]
            load = book.load[r, spot(book, at, wishes.parts[i], wishes.columns[i])]
            if met[cells + row] == stamp and load > room:
                return True
    return False


@njit(cache=True, nogil=True, inline="always")
def _touch(book, at, hand, met, stamp):
    """Note that somebody has moved where an order holds something."""
    s, first = book.orders[at].table, book.orders[at].picks_at
    row, skus = book.tables[s].width, book.tables[s].skus
    for i in range(first, first + hand.counts[at]):
        for k in range(skus):
            if book.taken[book.tables[s].taken_at + hand.parts[i] * skus + k] > 0:
                met[book.cell[book.tables[s].cell_at + k * row + hand.columns[i]]] = (
                    stamp
                )
        x = book.tables[s].column_at + hand.columns[i]
        for r in range(len(book.row)):
            met[len(hand.left) + book.row[r, x]] = stamp


@njit(cache=True, nogil=True)
def bid_all(
    book: Book,
    hand: Hand,
    pieces: IntArray,
    offer: Offer,
    priority: IntArray,
    wishes: Wishes,
    scratch: Scratch,
) -> int:
    """
    Ask pieces of a book one after another; return how many orders moved.

    A piece is the first of its orders and the one after the last; ``priority`` is by
    order of the book.
    """
    book, hand, wishes, scratch = lent((book, hand, wishes, scratch))
    width = 1
    for at in range(len(book.orders)):
        width = max(width, book.orders[at].end - book.orders[at].begin)
    asked = np.empty((book.taken.max() + 1, width))
    rooms = np.empty((len(book.row), len(hand.parts)))
    met = np.full(len(hand.left) + len(hand.room), -1)
    movers = np.empty(len(book.orders), np.int64)
    moved = 0
    for stamp in range(len(pieces)):
        count = 0
        for at in range(pieces[stamp, 0], pieces[stamp, 1]):
            if _wish(book, at, hand, offer, wishes, asked, scratch, rooms):
                movers[count] = at
                count += 1
        for at in movers[:count][np.argsort(priority[movers[:count]])]:
            if _meets(
                book, at, hand.parts, hand.columns, hand.counts[at], offer, met, stamp
            ):
                continue
            if _meets(
                book, at, wishes.parts, wishes.columns, wishes.counts[at], offer, met,
                stamp,
            ):  # fmt: skip
                continue
            if _overloads(book, at, hand, wishes, met, stamp):
                continue
            _touch(book, at, hand, met, stamp)
            move(book, hand, at, -1)
            first = book.orders[at].picks_at
            hand.counts[at] = wishes.counts[at]
            for i in range(first, first + wishes.counts[at]):
                hand.parts[i], hand.columns[i] = wishes.parts[i], wishes.columns[i]
            hand.costs[at] = true_cost(book, at, hand)
            move(book, hand, at, 1)
            _touch(book, at, hand, met, stamp)
            moved += 1
    return moved
