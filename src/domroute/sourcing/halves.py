"""A program solved as two halves side by side: the solver itself uses one core."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np

from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.solution import Solution, Solver
from domroute.units import FloatArray, IntArray

_WHOLE: Final = 1e-6
"""What is this near to zero or one is decided."""


def solve_halves(
    model: ArrayModel,
    among: IntArray,
    *,
    time_limit_s: float,
    gap: float,
    divisible: IntArray | None = None,
    relaxed: FloatArray | None = None,
    solver: Solver = Solver.HIGHS,
) -> Solution:
    """
    Solve with a yes-or-no column held at no and, at the same time, at yes.

    Parameters
    ----------
    model
        The program.
    among
        Columns of zero or one; the one held is the least decided of them where nothing
        need be whole.
    time_limit_s, gap, divisible, solver
        As in :meth:`ArrayModel.solve`.
    relaxed
        A solution where nothing need be whole, if one is at hand.

    Returns
    -------
    Solution
        The better half's values, and the lesser of both bounds: at least what was found
        where nothing need be whole, which is early to be had.
    """
    ends, least = time.perf_counter() + time_limit_s, -math.inf
    if relaxed is None:
        whole = model.solve(
            time_limit_s=time_limit_s,
            gap=gap,
            divisible=np.arange(model.columns),
            solver=solver,
        )
        if whole.fault:
            return whole
        relaxed, least = whole.values, whole.bound
    column = None if relaxed is None else _least_decided(relaxed, among)

    def solve(held: tuple[IntArray, FloatArray] | None) -> Solution:
        return model.solve(
            time_limit_s=ends - time.perf_counter(),
            gap=gap,
            divisible=divisible,
            held=held,
            solver=solver,
        )

    if column is None:
        only = solve(None)
        return replace(only, bound=max(least, only.bound))
    sides = [(np.array([column]), np.array([value])) for value in (0.0, 1.0)]
    # The solver lets go of the interpreter's lock while it works.
    with ThreadPoolExecutor(max_workers=2) as pool:
        no, yes = pool.map(solve, sides)
    if no.fault or yes.fault:
        return no if no.fault else yes
    costs = model.costs()
    totals = [
        math.inf if half.values is None else float(costs @ half.values)
        for half in (no, yes)
    ]
    better = no if totals[0] <= totals[1] else yes
    # What nothing whole costs at least, both halves do, out of time or not.
    bound = max(least, min(no.bound, yes.bound))
    has_ended = no.has_ended and yes.has_ended
    return Solution(better.values, bound, no.nodes + yes.nodes, has_ended)


def _least_decided(relaxed: FloatArray, among: IntArray) -> int | None:
    """Return the column nearest to one half; None if all are whole."""
    undecided = np.minimum(relaxed[among], 1.0 - relaxed[among])
    if undecided.max(initial=0.0) < _WHOLE:
        return None
    return int(among[undecided.argmax()])
