"""The improvement of :mod:`~domroute.batch.ruin`, turn by turn."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from domroute.batch.book import Book
from domroute.batch.numba.fitting import Scratch
from domroute.batch.numba.lending import lent
from domroute.batch.numba.placing import Hand, move, settle
from domroute.batch.numba.pricing import spot
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.units import BoolArray, FloatArray, IntArray


class Rivals(NamedTuple):
    """
    Who wants what, and who holds it: what the improvement goes by.

    Attributes
    ----------
    busy
        Orders of the book that want something contended.
    ideal_at, ideal
        What each order would hold at the prices: cells, then rows after them.
    held_at, held_count, held
        Who holds each cell or row of capacity.
    regret
        What each order pays more than it would at the prices.
    matters
        Whether a cell is contended, or a row limited.
    absence
        How bad it is that an order of the book has no plan.
    ranked
        The columns of each order, those that suit it best first.
    """

    busy: IntArray
    ideal_at: IntArray
    ideal: IntArray
    held_at: IntArray
    held_count: IntArray
    held: IntArray
    regret: FloatArray
    matters: BoolArray
    absence: IntArray
    ranked: IntArray


@njit(cache=True, nogil=True, inline="always")
def _resources(book, hand, at, parts, columns, picks, matters, found):
    """List what picks take that matters, each once, in their order."""
    s = book.orders[at].table
    row, skus, cells = book.tables[s].width, book.tables[s].skus, len(hand.left)
    count, kinds = 0, skus + len(book.row)
    for i in range(picks):
        part, column = parts[i], columns[i]
        for k in range(kinds):
            if k < skus:
                if book.taken[book.tables[s].taken_at + part * skus + k] == 0:
                    continue
                resource = book.cell[book.tables[s].cell_at + k * row + column]
            else:
                x = book.tables[s].column_at + column
                resource = cells + book.row[k - skus, x]
            if not matters[resource]:
                continue
            is_new = True
            for j in range(count):
                is_new &= found[j] != resource
            if is_new:
                found[count] = resource
                count += 1
    return count


@njit(cache=True, nogil=True, inline="always")
def _release(book, hand, rivals, at, parts, columns, picks, found):
    """Forget what an order held."""
    count = _resources(book, hand, at, parts, columns, picks, rivals.matters, found)
    for j in range(count):
        resource = found[j]
        begin = rivals.held_at[resource]
        last = begin + rivals.held_count[resource] - 1
        for i in range(begin, last):
            if rivals.held[i] == at:
                rivals.held[i] = rivals.held[last]
                break
        rivals.held_count[resource] -= 1


@njit(cache=True, nogil=True, inline="always")
def _hold(book, hand, rivals, at, found, lam, gam, value):
    """Note what an order holds, and how much more it pays than at the prices."""
    first = book.orders[at].picks_at
    count = _resources(
        book, hand, at, hand.parts[first:], hand.columns[first:], hand.counts[at],
        rivals.matters, found,
    )  # fmt: skip
    for j in range(count):
        resource = found[j]
        rivals.held[rivals.held_at[resource] + rivals.held_count[resource]] = at
        rivals.held_count[resource] += 1
    if hand.costs[at] >= IS_FORBIDDEN:
        rivals.regret[at] = np.inf
        return
    s = book.orders[at].table
    row, skus, rows = book.tables[s].width, book.tables[s].skus, len(book.row)
    dues = 0.0
    for i in range(first, first + hand.counts[at]):
        part, column = hand.parts[i], hand.columns[i]
        for k in range(skus):
            units = book.taken[book.tables[s].taken_at + part * skus + k]
            dues += units * lam[book.cell[book.tables[s].cell_at + k * row + column]]
        if rows > 0:
            x, place = book.tables[s].column_at + column, spot(book, at, part, column)
            for r in range(rows):
                dues += book.load[r, place] * gam[book.row[r, x]]
    rivals.regret[at] = hand.costs[at] + dues - value[at]


@njit(cache=True, nogil=True)
def hold_all(
    book: Book,
    hand: Hand,
    rivals: Rivals,
    lam: FloatArray,
    gam: FloatArray,
    value: FloatArray,
) -> None:
    """Note what every order holds."""
    found = np.empty(_most(book), np.int64)
    for at in range(len(book.orders)):
        _hold(book, hand, rivals, at, found, lam, gam, value)


@njit(cache=True, nogil=True)
def _most(book):
    """Bound what one order can hold."""
    most = 1
    for at in range(len(book.orders)):
        picks = book.orders[at].picks_end - book.orders[at].picks_at
        skus = book.tables[book.orders[at].table].skus
        most = max(most, picks * (skus + len(book.row)))
    return most


@njit(cache=True, nogil=True)
def _choose(rivals, rng, draws, freed, size):
    """Pick an order that pays too much, and those that hold what it wants."""
    chosen = rivals.busy[int(rng.random() * len(rivals.busy))]
    for _ in range(draws - 1):
        other = rivals.busy[int(rng.random() * len(rivals.busy))]
        if rivals.regret[other] > rivals.regret[chosen]:
            chosen = other
    freed[0] = chosen
    count, at = 1, 0
    while at < count < size:
        for j in range(rivals.ideal_at[freed[at]], rivals.ideal_at[freed[at] + 1]):
            resource = rivals.ideal[j]
            begin, holders = rivals.held_at[resource], rivals.held_count[resource]
            for turn in range(min(holders, size)):
                place = turn
                if holders > size:
                    place = int(rng.random() * holders)
                other = rivals.held[begin + place]
                is_new = True
                for i in range(count):
                    is_new &= freed[i] != other
                if is_new and count < size:
                    freed[count] = other
                    count += 1
        at += 1
    return count


@njit(cache=True, nogil=True)
def _roam(book, rivals, rng, tries, freed, size):
    """Pick any order, and those that hold what it could take."""
    freed[0] = rivals.busy[int(rng.random() * len(rivals.busy))]
    count = 1
    for _ in range(tries * size):
        if count == size:
            break
        at = freed[int(rng.random() * count)]
        s, begin = book.orders[at].table, book.orders[at].begin
        width = book.orders[at].end - begin
        share = rng.random()
        share *= share
        rank = book.tables[s].column_at + begin + int(share * share * width)
        cells = book.tables[s].cell_at + rivals.ranked[rank]
        for k in range(book.tables[s].skus):
            cell = book.cell[cells + k * book.tables[s].width]
            holders = rivals.held_count[cell]
            if holders > 0:
                other = rivals.held[rivals.held_at[cell] + int(rng.random() * holders)]
                is_new = count < size
                for i in range(count):
                    is_new &= freed[i] != other
                if is_new:
                    freed[count] = other
                    count += 1
    return count


@njit(cache=True, nogil=True)
def improve(
    book: Book,
    hand: Hand,
    rivals: Rivals,
    lam: FloatArray,
    gam: FloatArray,
    value: FloatArray,
    fades: FloatArray,
    scratch: Scratch,
    rng: np.random.Generator,
    begin: int,
    turns: int,
    size: int,
    draws: int,
    tries: int,
    warmth: float,
    roam: float,
) -> tuple[int, float]:
    """
    Free a few orders that compete and place them again, some turns.

    Returns
    -------
    tuple[int, float]
        By how much less orders without a plan weigh, and what is saved.
    """
    book, hand, rivals, scratch = lent((book, hand, rivals, scratch))
    lam, gam, value, fades = lent((lam, gam, value, fades))
    freed, again = np.empty(size, np.int64), np.empty(size, np.int64)
    found = np.empty(_most(book), np.int64)
    most = 1
    for at in range(len(book.orders)):
        most = max(most, book.orders[at].picks_end - book.orders[at].picks_at)
    old_cost, old_count = np.empty(size), np.empty(size, np.int64)
    old_part = np.empty((size, most), np.int64)
    old_column = np.empty((size, most), np.int64)
    placed, saved = 0, 0.0
    for turn in range(begin, begin + turns):
        if rng.random() < roam:
            count = _roam(book, rivals, rng, tries, freed, size)
        else:
            count = _choose(rivals, rng, draws, freed, size)
        missing, before = 0, 0.0
        for i in range(count):
            at = freed[i]
            again[i] = at
            first = book.orders[at].picks_at
            old_cost[i], old_count[i] = hand.costs[at], hand.counts[at]
            for j in range(hand.counts[at]):
                old_part[i, j] = hand.parts[first + j]
                old_column[i, j] = hand.columns[first + j]
            if hand.costs[at] >= IS_FORBIDDEN:
                missing += rivals.absence[at]
            else:
                before += hand.costs[at]
            move(book, hand, at, -1)
            hand.counts[at] = 0
        for i in range(count - 1, 0, -1):
            j = int(rng.random() * (i + 1))
            again[i], again[j] = again[j], again[i]
        for i in range(count):
            fade = fades[turn % len(fades)]
            settle(book, hand, again[i], lam, gam, fade, scratch)
        after = 0.0
        for i in range(count):
            if hand.costs[freed[i]] >= IS_FORBIDDEN:
                missing -= rivals.absence[freed[i]]
            else:
                after += hand.costs[freed[i]]
        gain = before - after
        if missing != 0:
            keeps = missing > 0
        elif gain >= 0:
            keeps = gain > 0
        else:
            keeps = warmth > 0 and rng.random() < math.exp(gain / warmth)
        if keeps:
            placed += missing
            saved += gain
            # All is given back before any is held: the lists have no room for both.
            changes = 0
            for i in range(count):
                at, first = freed[i], book.orders[freed[i]].picks_at
                is_same = hand.counts[at] == old_count[i]
                for j in range(min(hand.counts[at], old_count[i])):
                    is_same &= hand.parts[first + j] == old_part[i, j]
                    is_same &= hand.columns[first + j] == old_column[i, j]
                if not is_same:
                    _release(
                        book, hand, rivals, at, old_part[i], old_column[i],
                        old_count[i], found,
                    )  # fmt: skip
                    again[changes] = at
                    changes += 1
            for i in range(changes):
                _hold(book, hand, rivals, again[i], found, lam, gam, value)
        else:
            for i in range(count):
                move(book, hand, freed[i], -1)
            for i in range(count):
                at = freed[i]
                first = book.orders[at].picks_at
                hand.costs[at], hand.counts[at] = old_cost[i], old_count[i]
                for j in range(old_count[i]):
                    hand.parts[first + j] = old_part[i, j]
                    hand.columns[first + j] = old_column[i, j]
                move(book, hand, at, 1)
    return placed, saved
