"""Who takes what of a book, and orders placed again one after another."""

from __future__ import annotations

from typing import NamedTuple

from numba import njit

from domroute.batch.book import Book
from domroute.batch.numba.choosing import choose_parts, part_nodes
from domroute.batch.numba.fitting import Scratch, find_fitting
from domroute.batch.numba.lending import lent
from domroute.batch.numba.pricing import forbid, price, spot
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.units import FloatArray, IntArray


class Hand(NamedTuple):
    """
    Who takes what, and what is left.

    Attributes
    ----------
    left, room
        As on the incumbent; shapes ``(C,)`` and ``(Q,)``.
    costs
        Of each order of the book; ``FORBIDDEN`` where it has no plan; ``(O,)``.
    counts, parts, columns
        How many picks each order has, and the picks, from ``picks_at`` on.
    """

    left: FloatArray
    room: FloatArray
    costs: FloatArray
    counts: IntArray
    parts: IntArray
    columns: IntArray


@njit(cache=True, nogil=True, inline="always")
def move(book, hand, at, sign):
    """Take what an order holds from what is left, or give it back."""
    s = book.orders[at].table
    row, skus, rows = book.tables[s].width, book.tables[s].skus, len(book.row)
    begin = book.orders[at].picks_at
    for i in range(begin, begin + hand.counts[at]):
        part, column = hand.parts[i], hand.columns[i]
        for k in range(skus):
            cell = book.cell[book.tables[s].cell_at + k * row + column]
            hand.left[cell] -= (
                sign * book.taken[book.tables[s].taken_at + part * skus + k]
            )
        if rows > 0:
            x, place = book.tables[s].column_at + column, spot(book, at, part, column)
            for r in range(rows):
                hand.room[book.row[r, x]] -= sign * book.load[r, place]


@njit(cache=True, nogil=True, inline="always")
def true_cost(book, at, hand):
    """Price what an order holds, without prices."""
    s, first = book.orders[at].table, book.orders[at].picks_at
    state, total = 0, 0.0
    for i in range(first, first + hand.counts[at]):
        state += hand.parts[i]
        total += book.price[spot(book, at, hand.parts[i], hand.columns[i])]
    known = book.missing[book.orders[at].missing_at + state]
    if book.tables[s].layers > 0:
        known += book.extra[book.tables[s].extra_at + hand.counts[at]]
    return known + total


@njit(cache=True, nogil=True, inline="always")
def settle(book, hand, at, lam, gam, fade, scratch):
    """Place an order that has been lifted in the best way that what is left allows."""
    s = book.orders[at].table
    begin, end = book.orders[at].picks_at, book.orders[at].picks_end
    parts, columns = hand.parts[begin:end], hand.columns[begin:end]
    find_fitting(book, at, hand.left, hand.room, lam, gam, fade, scratch)
    value, count = choose_parts(book, at, scratch.best, scratch.filled, parts)
    meets = False
    for i in range(count):
        columns[i] = scratch.place[parts[i]]
        for j in range(i):
            meets |= columns[i] == columns[j]
    if meets:
        width = book.orders[at].end - book.orders[at].begin
        shape = book.tables[s].states, width
        cost = scratch.cost[: shape[0] * shape[1]].reshape(shape)
        price(book, at, lam, gam, fade, cost)
        forbid(book, at, hand.left, hand.room, cost)
        value, count = part_nodes(
            book, at, cost, scratch.best, value, count, parts, columns
        )
    hand.counts[at] = count
    if value >= IS_FORBIDDEN:
        hand.costs[at] = FORBIDDEN
        return
    for i in range(count):
        columns[i] += book.orders[at].begin
    hand.costs[at] = true_cost(book, at, hand)
    move(book, hand, at, 1)


@njit(cache=True, nogil=True)
def settle_all(
    book: Book,
    hand: Hand,
    sequence: IntArray,
    lam: FloatArray,
    gam: FloatArray,
    scratch: Scratch,
) -> None:
    """Lift orders of a book, and place each again before the next is lifted."""
    book, hand, lam, gam, scratch = lent((book, hand, lam, gam, scratch))
    for at in sequence:
        move(book, hand, at, -1)
        hand.counts[at] = 0
        settle(book, hand, at, lam, gam, 1.0, scratch)


@njit(cache=True, nogil=True)
def take_all(book: Book, hand: Hand) -> None:
    """Take what all orders of a book hold from what is left."""
    for at in range(len(book.orders)):
        move(book, hand, at, 1)
