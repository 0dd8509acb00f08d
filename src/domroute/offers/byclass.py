"""Units that may leave by each moment at which more of them arrive."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import accumulate

import numpy as np

from domroute.ledger.stock import whole_units_by_row, whole_units_of_sums
from domroute.offers.course import Course
from domroute.promise.later import NEVER
from domroute.units import FloatArray, IntArray


def count_by_class(
    figures: FloatArray, courses: Mapping[int, Course], placed: int
) -> tuple[IntArray, IntArray, IntArray]:
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

    Returns
    -------
    tuple of IntArray
        When classes begin, ``(C, N)``; and units by each, and those of them that arrive
        and are not promised, ``(C, K, N)``.

    Examples
    --------
    Two are there; three arrive at 9, of which one is promised.

    >>> course = Course.of(*np.array([[0, 0], [9, 9]]), np.array([3.0, -1.0]))
    >>> held = np.array([[[2.0]], [[0.0]], [[0.0]]])
    >>> [found.ravel().tolist() for found in count_by_class(held, {0: course}, 5)]
    [[5, 9], [2, 4], [0, 2]]
    """
    on_hand, reserved, safety = figures
    shape, each = on_hand.shape, courses.values()
    node, at, place = np.concatenate([one.rows for one in each], axis=1)
    units = np.concatenate([one.units for one in each])
    tops = list(accumulate([one.places for one in each], initial=1))
    starts = np.array(([k * shape[1] for k in courses], tops[:-1]))
    cell, row = np.repeat(starts, [len(one.units) for one in each], axis=1)
    cell += node
    row += place
    is_past, is_promised = at <= placed, any(one.is_promised for one in each)
    begins = np.where(is_past | (units < 0) if is_promised else is_past, NEVER, at)
    since = _since(begins, (row, node), (tops[-1], shape[1]), placed)
    # By which class each counts: what is promised for after all of them, by one more.
    rank = np.add.reduce(since.take(node, axis=1) < at, axis=0)
    key, held = rank * on_hand.size + cell, on_hand - reserved
    if not is_promised:
        comes = _sums(key, units, (len(since), *shape))
        comes -= comes[0]
        left, size = comes + held, on_hand + comes[-1]
    else:
        shape = len(since) + 1, *shape
        total = _sums(key, units, shape)
        least = _sums(key, np.concatenate([one.steps for one in each]), shape)
        least += total[-1] - least[-1]  # nothing is promised later than in the end
        # What is promised between two arrivals is kept from the first of them on.
        comes = least[:-1] - total[0]
        comes[0] = 0.0
        arrives = np.maximum(units, 0.0)
        past, size = (
            np.bincount(cell, each, on_hand.size).reshape(on_hand.shape)
            for each in (arrives * is_past, arrives)
        )
        left, size = least[:-1] + (held - past), on_hand + size
    return since, whole_units_of_sums(left, size, safety), whole_units_by_row(comes)


def _since(
    begins: IntArray,
    at: tuple[IntArray, IntArray],
    shape: tuple[int, int],
    placed: int,
) -> IntArray:
    """
    Find when the classes of nodes begin; shape ``(C, N)``.

    Parameters
    ----------
    begins, at
        When the class of each event does, ``NEVER`` for none; and where it may stand
        in a table of so many moments of each node, the first of which is free.
    shape, placed
        Of the table; and when the first class begins.
    """
    moments = np.full(shape, NEVER)
    moments[at] = begins
    moments[0] = placed
    moments.sort(axis=0)
    is_again = (moments[1:] == moments[:-1]) & (moments[1:] < NEVER)
    if np.logical_or.reduce(is_again, axis=None):
        moments[1:][is_again] = NEVER
        moments.sort(axis=0)
    classes = np.count_nonzero(np.minimum.reduce(moments, axis=1) < NEVER)
    return moments[:classes]


def _sums(key: IntArray, units: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Add units up by their positions in a table, and then along its classes."""
    total = np.asarray(np.bincount(key, units, math.prod(shape)), float).reshape(shape)
    # Class by class, since NumPy would accumulate number by number.
    for at in range(1, len(total)):
        total[at] += total[at - 1]
    return total
