"""What plans come to, goal by goal: compared by tuples, never by big weights."""

from __future__ import annotations

from typing import Final

import numpy as np

from domroute.units import BoolArray, FloatArray

ByGoal = tuple[float, ...]
"""
What a plan comes to by each goal, the first of which decides; the last is money.

Where cost is the only goal, it is the cost. Where fewest shipments come first, it is
the penalty of what is left, the number of shipments, and what the plan costs besides.
"""

ROUNDING: Final = 1e-12
"""Sums of the same amounts of money, added in another order, differ by less than this
part of them; amounts that differ by a cent do by more, up to ten billion."""


def is_near(one: float, other: float) -> bool:
    """
    Tell whether two sums of money differ by rounding at most.

    Examples
    --------
    >>> is_near(0.1 + 0.2, 0.3), is_near(5_000_000_000.00, 5_000_000_000.01)
    (True, False)
    """
    return abs(one - other) <= ROUNDING * max(abs(one), abs(other))


def is_better(one: ByGoal, other: ByGoal, slack: float = 0.0) -> bool:
    """
    Tell whether one plan is better than another: by the first goal they differ in.

    Parameters
    ----------
    one, other
        Of plans of the same order.
    slack
        What it must save at least where cost decides.

    Examples
    --------
    >>> is_better((1e15, 2, 7.01), (1e15, 2, 7.02))
    True
    >>> is_better((0.0, 2, 1.0), (0.0, 1, 9.0))
    False
    """
    for mine, theirs in zip(one[:-1], other[:-1], strict=True):
        if not is_near(mine, theirs):
            return mine < theirs
    return one[-1] < other[-1] - slack


def are_least(amounts: FloatArray, among: BoolArray) -> BoolArray:
    """Tell which of some sums of money are the least, but for rounding."""
    least = amounts[among].min()
    found: BoolArray = among & (amounts <= least + ROUNDING * np.abs(least))
    return found


def quantum_of(amounts: FloatArray) -> float:
    """
    Find a number of which amounts of money are whole multiples; zero if none is found.

    Sums of them that differ, differ by that much at least.

    Examples
    --------
    >>> quantum_of(np.array([1000.0, 250.0])), quantum_of(np.array([0.75, 1e9]))
    (250.0, 0.25)
    """
    for digits in range(7):
        scaled = amounts * 10.0**digits
        whole = np.rint(scaled)
        if (np.abs(scaled - whole) <= ROUNDING * np.abs(scaled)).all():
            if np.abs(whole).max(initial=0.0) > 2.0**53:
                return 0.0
            divisor = int(np.gcd.reduce(whole.astype(np.int64), initial=0))
            return divisor / 10.0**digits
    return 0.0
