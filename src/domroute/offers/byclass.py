"""Units that may leave by each moment at which more of them arrive."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from domroute.ledger.stock import whole_units_of_sums
from domroute.offers.course import Course
from domroute.promise.later import NEVER
from domroute.units import BoolArray, FloatArray, IntArray


def count_by_class(
    figures: FloatArray,
    courses: Mapping[int, Course],
    placed: int,
    *,
    until: int = NEVER,
) -> tuple[IntArray, IntArray, FloatArray]:
    """
    Count what may leave by each class of each node.

    Parameters
    ----------
    figures
        On hand, reserved and safety; shape ``(3, K, N)``.
    courses
        What arrives of SKUs, by position: of one at least.
    placed
        When the first class begins: what should have come by then never does.
    until
        When what arrives helps no more: it begins no class, and counts for none.

    Returns
    -------
    since, units : IntArray
        When classes begin, ``(C, N)``; and units by each, ``(C, K, N)``.
    comes : FloatArray
        Those of them that arrive and are not promised; ``(C, K, N)``.

    Examples
    --------
    Two are there; three arrive at 9, of which one is promised.

    >>> course = Course.of(*np.array([[0, 0], [9, 9]]), np.array([3.0, -1.0]))
    >>> held = np.array([[[2.0]], [[0.0]], [[0.0]]])
    >>> [found.ravel().tolist() for found in count_by_class(held, {0: course}, 5)]
    [[5, 9], [2, 4], [0.0, 2.0]]
    """
    each, shape = courses.values(), figures.shape[1:]
    node, at = np.concatenate([one.rows for one in each], axis=1)
    units = np.concatenate([one.units for one in each])
    cell = np.repeat([k * shape[1] for k in courses], [len(one.units) for one in each])
    cell += node
    helps = (at > placed) & (at <= until)
    if any(one.is_promised for one in each):
        steps = np.concatenate([one.steps for one in each])
        begins = (helps & (units > 0)).nonzero()[0]
        since, _, _ = _classes(node.take(begins), at.take(begins), placed, shape[1])
        # After all classes, by one more, counts what is promised for then, or late.
        rank = np.add.reduce(since.take(node, axis=1) < at, axis=0)
        rank[at > until] = len(since)
        events = rank, cell, units, steps
        return since, *_beside_promises(figures, events, at <= placed, len(since))
    begins = helps.nonzero()[0]
    classes = _classes(node.take(begins), at.take(begins), placed, shape[1])
    since, order, rank = classes
    begins = begins.take(order)
    comes = _sums(rank, cell.take(begins), units.take(begins), (len(since), *shape))
    on_hand, reserved, safety = figures
    left, size = comes + (on_hand - reserved), on_hand + comes[-1]
    return since, whole_units_of_sums(left, size, safety), comes


def _beside_promises(
    figures: FloatArray,
    events: tuple[IntArray, IntArray, FloatArray, FloatArray],
    is_past: BoolArray,
    classes: int,
) -> tuple[IntArray, FloatArray]:
    """
    Count what may leave by each of some classes, where some is promised.

    Parameters
    ----------
    figures
        As above.
    events
        By which class each arrival or promise counts; where it stands among SKUs and
        nodes; its units, and its steps.
    is_past
        Which should have come by now.
    """
    (on_hand, reserved, safety), (rank, cell, units, steps) = figures, events
    shape = classes + 1, *on_hand.shape
    total, least = (_sums(rank, cell, each, shape) for each in (units, steps))
    least += total[-1] - least[-1]  # nothing is promised later than in the end
    # What is promised between two arrivals is kept from the first of them on.
    comes = least[:-1] - total[0]
    comes[0] = 0.0
    arrives = np.maximum(units, 0.0)
    past, size = (
        np.bincount(cell, each, on_hand.size).reshape(on_hand.shape)
        for each in (arrives * is_past, arrives)
    )
    left, size = least[:-1] + (on_hand - reserved - past), on_hand + size
    return whole_units_of_sums(left, size, safety), comes


def _classes(
    node: IntArray, at: IntArray, placed: int, count: int
) -> tuple[IntArray, IntArray, IntArray]:
    """
    Make a class of each moment of each node at which something arrives.

    Returns
    -------
    since : IntArray
        When the classes of so many nodes begin, the first when an order was placed;
        ``NEVER`` where a node has no more; shape ``(C, N)``.
    order, class : IntArray
        What arrives, sorted by node and moment, and the class that it begins; ``(E,)``.
    """
    order = np.lexsort((at, node))
    node, at = node.take(order), at.take(order)
    is_other = np.ones(len(node), bool)
    np.not_equal(node[1:], node[:-1], out=is_other[1:])
    is_later = is_other.copy()
    is_later[1:] |= at[1:] != at[:-1]
    begun = is_later.cumsum()
    by_class = begun - np.maximum.accumulate((begun - 1) * is_other)
    since = np.full((int(by_class.max(initial=0)) + 1, count), NEVER)
    since[0], since[by_class, node] = placed, at
    return since, order, by_class


def _sums(
    rank: IntArray, cell: IntArray, units: FloatArray, shape: tuple[int, ...]
) -> FloatArray:
    """Add units up by class and cell in a table, and then along its classes."""
    key = rank * math.prod(shape[1:]) + cell
    total = np.asarray(np.bincount(key, units, math.prod(shape)), float).reshape(shape)
    # Class by class, since NumPy would accumulate number by number.
    for at in range(1, len(total)):
        total[at] += total[at - 1]
    return total
