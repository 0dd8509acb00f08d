"""The recursion over the parts of one order, and over all orders of a book."""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numba.np.ufunc.parallel import get_thread_id

from domroute.batch.book import Book
from domroute.batch.numba.lending import lent
from domroute.batch.numba.pricing import Crowd, price, price_crowded
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.units import FloatArray, IntArray

_NEAR = 1e-9


@njit(cache=True, nogil=True, inline="always")
def _cheapest(cost, width, states, best):
    """Find the least cost of every bundle, four at a time: none waits for another."""
    best[0] = FORBIDDEN
    quarter = width // 4
    for p in range(1, states):
        line = cost[p]
        first, second = line[:quarter], line[quarter : 2 * quarter]
        third, fourth = line[2 * quarter : 3 * quarter], line[3 * quarter : 4 * quarter]
        a = b = c = d = FORBIDDEN
        for x in range(quarter):
            a = first[x] if first[x] < a else a
            b = second[x] if second[x] < b else b
            c = third[x] if third[x] < c else c
            d = fourth[x] if fourth[x] < d else d
        for x in range(4 * quarter, width):
            a = line[x] if line[x] < a else a
        best[p] = min(a, b, c, d)


@njit(cache=True, nogil=True, inline="always")
def _partition(book, at, best, filled, parts):
    """Fill each state at the least cost; list the parts of the best end."""
    s = book.orders[at].table
    states, leads = book.tables[s].states, book.tables[s].lead_at
    filled[0] = 0.0
    for state in range(1, states):
        low = FORBIDDEN
        first = True
        for i in range(book.start[leads + state], book.start[leads + state + 1]):
            part = book.part[i]
            total = best[part] + filled[state - part]
            if first or total < low:
                low, first = total, False
        filled[state] = low
    missing = book.orders[at].missing_at
    value, state = filled[0] + book.missing[missing], 0
    for end in range(1, states):
        total = filled[end] + book.missing[missing + end]
        if total < value:
            value, state = total, end
    count = 0
    if value >= IS_FORBIDDEN:
        return value, count
    while state:
        low, chosen = np.inf, 0
        for i in range(book.start[leads + state], book.start[leads + state + 1]):
            part = book.part[i]
            total = best[part] + filled[state - part]
            if total < low:
                low, chosen = total, part
        parts[count] = chosen
        count += 1
        state -= chosen
    return value, count


@njit(cache=True, nogil=True)
def _layer(book, at, best, layers):
    """Fill each state with each number of parts."""
    s = book.orders[at].table
    states, every = book.tables[s].states, book.tables[s].every_at
    layers[:] = FORBIDDEN
    layers[0, 0] = 0.0
    for count in range(1, book.tables[s].layers):
        for state in range(1, states):
            low = np.inf
            for i in range(book.start[every + state], book.start[every + state + 1]):
                part = book.part[i]
                total = best[part] + layers[count - 1, state - part]
                low = min(low, total)
            layers[count, state] = low


@njit(cache=True, nogil=True)
def _best_end(book, at, layers):
    """Pick the number of parts and the state to end with, the first among equals."""
    s, missing = book.orders[at].table, book.orders[at].missing_at
    value, count, state = np.inf, 0, 0
    for c in range(book.tables[s].layers):
        extra = book.extra[book.tables[s].extra_at + c]
        for end in range(book.tables[s].states):
            total = (layers[c, end] + book.missing[missing + end]) + extra
            if total < value:
                value, count, state = total, c, end
    return value, count, state


@njit(cache=True, nogil=True)
def _counted(book, at, best, parts):
    """Do as ``_partition`` does, where the number of parts is limited or priced."""
    s = book.orders[at].table
    every = book.tables[s].every_at
    layers = np.empty((book.tables[s].layers, book.tables[s].states))
    _layer(book, at, best, layers)
    value, count, state = _best_end(book, at, layers)
    found = 0
    if value >= IS_FORBIDDEN:
        return value, found
    while state:
        low, chosen = np.inf, 0
        for i in range(book.start[every + state], book.start[every + state + 1]):
            part = book.part[i]
            total = best[part] + layers[count - 1, state - part]
            if total < low:
                low, chosen = total, part
        parts[found] = chosen
        found += 1
        state -= chosen
        count -= 1
    return value, found


@njit(cache=True, nogil=True)
def _upper(cost, width, columns, parts, count, value):
    """Return the cost of a plan near the picks in which no node is used twice."""
    used = np.zeros(width, np.bool_)
    for i in range(count):
        taker = columns[i]
        if used[taker]:
            low = np.inf
            for x in range(width):
                if not used[x] and cost[parts[i], x] < low:
                    low, taker = cost[parts[i], x], x
            if low == np.inf:
                return np.inf
            value += low - cost[parts[i], columns[i]]
        used[taker] = True
    return value


@njit(cache=True, nogil=True)
def _useful(book, at, cost, width, best, upper, useful):
    """Mark the nodes that a plan within an upper bound can use."""
    s, missing = book.orders[at].table, book.orders[at].missing_at
    states, every, layered = (
        book.tables[s].states,
        book.tables[s].every_at,
        book.tables[s].layers > 0,
    )
    rows = book.tables[s].layers if layered else 1
    layers = np.full((rows, states), FORBIDDEN)
    if layered:
        _layer(book, at, best, layers)
    else:
        layers[0, 0] = 0.0
        for state in range(1, states):
            low = np.inf
            for i in range(book.start[every + state], book.start[every + state + 1]):
                part = book.part[i]
                low = min(low, best[part] + layers[0, state - part])
            layers[0, state] = low
    rest = np.full(states, FORBIDDEN)
    step = 1 if layered else 0
    for state in range(1, states):
        for i in range(book.start[every + state], book.start[every + state + 1]):
            part = book.part[i]
            for c in range(rows - step):
                extra = book.extra[book.tables[s].extra_at + c + 1] if layered else 0.0
                total = layers[c, state - part] + book.missing[missing + state] + extra
                rest[part] = min(rest[part], total)
    within = upper + _NEAR * max(1.0, abs(upper))
    for x in range(width):
        low = FORBIDDEN
        for p in range(1, states):
            low = min(low, cost[p, x] + rest[p])
        useful[x] = low <= within and low < IS_FORBIDDEN


@njit(cache=True, nogil=True)
def _node_by_node(book, at, cost, width, useful, parts, columns):
    """Run the recursion one node after another, so that no node is used twice."""
    s, missing = book.orders[at].table, book.orders[at].missing_at
    states, every, layered = (
        book.tables[s].states,
        book.tables[s].every_at,
        book.tables[s].layers > 0,
    )
    rows = book.tables[s].layers if layered else 1
    step = 1 if layered else 0
    nodes = np.flatnonzero(useful[:width])
    history = np.full((len(nodes) + 1, rows, states), FORBIDDEN)
    history[0, 0, 0] = 0.0
    for turn in range(len(nodes)):
        x, old, new = nodes[turn], history[turn], history[turn + 1]
        # Not new[:] = old: its check of shapes takes longer to compile than all else.
        for row in range(rows):
            for state in range(states):
                new[row, state] = old[row, state]
        for row in range(step, rows):
            for state in range(1, states):
                low = np.inf
                for i in range(
                    book.start[every + state], book.start[every + state + 1]
                ):
                    part = book.part[i]
                    total = cost[part, x] + old[row - step, state - part]
                    low = min(low, total)
                new[row, state] = min(new[row, state], low)
    last = history[len(nodes)]
    if layered:
        value, row, state = _best_end(book, at, last)
    else:
        value, row, state = last[0, 0] + book.missing[missing], 0, 0
        for end in range(1, states):
            total = last[0, end] + book.missing[missing + end]
            if total < value:
                value, state = total, end
    found = 0
    if value >= IS_FORBIDDEN:
        return value, found
    for turn in range(len(nodes) - 1, -1, -1):
        old, new, x = history[turn], history[turn + 1], nodes[turn]
        if state == 0 or new[row, state] >= old[row, state]:
            continue
        low, chosen = np.inf, 0
        for i in range(book.start[every + state], book.start[every + state + 1]):
            part = book.part[i]
            total = cost[part, x] + old[row - step, state - part]
            if total < low:
                low, chosen = total, part
        parts[found], columns[found] = chosen, x
        found += 1
        state -= chosen
        row -= step
    return value, found


@njit(cache=True, nogil=True, inline="always")
def choose_parts(book, at, best, filled, parts):
    """Find the best parts, given what the cheapest node asks for each."""
    s = book.orders[at].table
    if book.tables[s].layers > 0:
        return _counted(book, at, best, parts)
    return _partition(book, at, best, filled, parts)


@njit(cache=True, nogil=True)
def part_nodes(book, at, cost, best, value, count, parts, columns):
    """Find the best parts and columns, where picks of the least cost share a node."""
    width = book.orders[at].end - book.orders[at].begin
    upper = _upper(cost, width, columns, parts, count, value)
    useful = np.empty(width, np.bool_)
    _useful(book, at, cost, width, best, upper, useful)
    return _node_by_node(book, at, cost, width, useful, parts, columns)


@njit(cache=True, nogil=True, inline="always")
def solve(book, at, cost, is_strict, parts, columns):
    """Find the best parts and columns; strictly: no node twice."""
    s = book.orders[at].table
    states, width = book.tables[s].states, book.orders[at].end - book.orders[at].begin
    best, filled = np.empty(states), np.empty(states)
    _cheapest(cost, width, states, best)
    value, count = choose_parts(book, at, best, filled, parts)
    meets = False
    for i in range(count):
        x = 0
        while cost[parts[i], x] != best[parts[i]]:
            x += 1
        columns[i] = x
        for j in range(i):
            meets |= columns[i] == columns[j]
    if meets and is_strict:
        return part_nodes(book, at, cost, best, value, count, parts, columns)
    return value, count


@njit(cache=True, nogil=True, inline="always")
def _answer(
    book, at, lam, gam, crowd, values, counts, parts, columns, is_strict, scratch
):
    """Find the cheapest plan of one order."""
    s = book.orders[at].table
    shape = book.tables[s].states, book.orders[at].end - book.orders[at].begin
    cost = scratch[: shape[0] * shape[1]].reshape(shape)
    if len(crowd.cells) > 0:
        price_crowded(book, at, gam, crowd, cost)
    else:
        price(book, at, lam, gam, 1.0, cost)
    begin, end = book.orders[at].picks_at, book.orders[at].picks_end
    value, count = solve(
        book, at, cost, is_strict, parts[begin:end], columns[begin:end]
    )
    values[at], counts[at] = value, count
    for i in range(begin, begin + count):
        columns[i] += book.orders[at].begin


@njit(cache=True, nogil=True, parallel=True)
def ask(
    book: Book,
    lam: FloatArray,
    gam: FloatArray,
    crowd: Crowd,
    values: FloatArray,
    counts: IntArray,
    parts: IntArray,
    columns: IntArray,
    is_strict: bool,
    scratch: FloatArray,
) -> None:
    """
    Find the cheapest plan of every order of a book at some prices, on all threads.

    Nothing is crowded if ``crowd.cells`` is empty; strictly, no node comes twice. Each
    thread has a row of the scratch, which is large enough for any order. To be called
    from one thread of Python at a time.
    """
    for at in prange(len(book.orders)):
        # Signed, as elsewhere: each of what is called is compiled once, not twice.
        _answer(
            book, np.int64(at), lam, gam, crowd, values, counts, parts, columns,
            is_strict, scratch[get_thread_id()],
        )  # fmt: skip


@njit(cache=True, nogil=True)
def ask_quietly(
    book: Book,
    lam: FloatArray,
    gam: FloatArray,
    crowd: Crowd,
    values: FloatArray,
    counts: IntArray,
    parts: IntArray,
    columns: IntArray,
    is_strict: bool,
    scratch: FloatArray,
) -> None:
    """Do as :func:`ask` does, on the thread that calls."""
    book, lam, gam, crowd, scratch = lent((book, lam, gam, crowd, scratch))
    for at in range(len(book.orders)):
        _answer(
            book, at, lam, gam, crowd, values, counts, parts, columns, is_strict,
            scratch[0],
        )  # fmt: skip
