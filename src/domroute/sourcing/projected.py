r"""
The program with its takes projected out, for lines that meet only at the nodes.

Once it is settled which offers ship, :math:`y`, each atom is filled by itself, cheapest
offer first. Its cost :math:`\theta_j(y)` is convex, and by duality, for every price
:math:`\lambda` up to the penalty of the atom,

.. math:: \theta_j \ge \lambda q_j - \sum_a \max(0, \lambda - c_{ja}) \, u_{ja} y_a,

with equality at :math:`y` for the cost of the last step filled there. The program in
:math:`y` and :math:`\theta` alone has hundreds of columns where the whole has
thousands, and is solved with more of these cuts until they agree [1]_.

References
----------
.. [1] Fischetti, M., Ljubic, I. and Sinnl, M. (2017). Redesigning Benders decomposition
   for large-scale facility location. *Management Science* 63(7).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from domroute.policy import Policy
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.sourcing.offers import OfferTable
from domroute.split import SplitLimits
from domroute.units import FloatArray, IntArray

_ROUNDS: Final = 40
"""Rounds of cuts at most before whole ships are asked for; a handful as a rule."""
_TOWARD: Final = 0.7
"""Cuts are made this far from a point inside toward the last solution: such cuts go
deeper than those at the solution itself."""


def is_separable(
    candidates: Candidates, table: OfferTable, policy: Policy, *, is_network: bool
) -> bool:
    """Tell whether nothing but the nodes used ties the lines of an order together."""
    parts = [part for block in table.blocks for part in block.parts]
    pairs = set(zip(table.node.tolist(), table.group.tolist(), strict=True))
    return (
        is_network
        and policy.splits == SplitLimits()
        and candidates.eligibility.capacity is None
        and not candidates.eligibility.safeties
        and not candidates.problem.shares_skus
        and not table.per_atom.any()
        and not any(part.breaks or part.curve for part in parts)
        and len(pairs) == len(table.node)
        and all(g.delivery.radius_km is None for g in candidates.problem.groups)
        and bool((table.penalty < IS_FORBIDDEN).all())
    )


def solve_projected(
    table: OfferTable,
    *,
    time_limit_s: float,
    gap: float,
    found: Callable[[IntArray], float],
) -> float:
    """
    Search for the offers that ship, and return a bound on the cost of any plan.

    Parameters
    ----------
    table
        The offers of an order that :func:`is_separable`.
    time_limit_s
        Seconds.
    gap
        Relative gap within which the search may end.
    found
        Told every plan, steps by atom and offer, ``(J, A)``; returns the least cost of
        a plan known so far.
    """
    deadline = time.perf_counter() + time_limit_s
    program = _Program(table)
    program.add_cuts(np.ones(len(table.node)), None)
    inside = np.full(len(table.node), 0.5)
    for _ in range(_ROUNDS):
        values = program.solve_divisible(deadline - time.perf_counter(), gap)
        if values is None:
            return -math.inf
        ships = values[program.ships]
        inside = (inside + ships) / 2
        between = _TOWARD * ships + (1 - _TOWARD) * inside
        if not program.add_cuts(between, values) and not program.add_cuts(
            ships, values
        ):
            break
    bound = -math.inf
    while (left := deadline - time.perf_counter()) > 0:
        solution = program.model.solve(time_limit_s=left, gap=gap)
        bound = max(bound, solution.bound)
        if solution.values is None:
            break
        ships = np.rint(solution.values[program.ships])
        least = found(program.fill(ships)[0])
        if least - bound <= gap * abs(least):
            break
        if not program.add_cuts(ships, solution.values):
            break
    return bound


class _Program:
    """Ships and a cost per atom, and the cuts between them."""

    def __init__(self, table: OfferTable) -> None:
        self._table = table
        self._limit = table.limit.astype(float)
        price = np.where(table.limit > 0, table.per_step, np.inf)
        self._order = np.argsort(price, axis=1, kind="stable")
        self._sorted_cost = np.take_along_axis(table.per_step, self._order, axis=1)
        self._sorted_limit = np.take_along_axis(self._limit, self._order, axis=1)
        self.model = ArrayModel()
        count = len(table.node)
        self.ships = self.model.add_columns(count, upper=1, cost=table.per_shipment)
        idle = table.steps * table.penalty
        self._costs = self.model.add_columns(
            len(table.steps), upper=np.maximum(idle, 1.0) * 2, cost=1.0, whole=False
        )

    def solve_divisible(self, seconds: float, gap: float) -> FloatArray | None:
        """Solve with ships that need not be whole."""
        everything = np.arange(self.model.columns)
        return self.model.solve(
            time_limit_s=seconds, gap=gap, divisible=everything
        ).values

    def fill(self, ships: FloatArray) -> tuple[IntArray, FloatArray]:
        """Fill every atom from the cheapest ships, and price its last step."""
        steps = self._table.steps[:, None].astype(float)
        room = (self._sorted_limit * ships[self._order]).cumsum(axis=1)
        reached = np.minimum(room, steps)
        taken = np.diff(reached, axis=1, prepend=0.0)
        is_full = room >= steps - 1e-9
        last = np.where(is_full.any(axis=1), is_full.argmax(axis=1), -1)
        price = np.where(
            last >= 0,
            self._sorted_cost[np.arange(len(last)), last],
            self._table.penalty,
        )
        by_offer = np.zeros_like(taken)
        np.put_along_axis(by_offer, self._order, taken, axis=1)
        # A step dearer than leaving it is left.
        by_offer[self._table.per_step > self._table.penalty[:, None]] = 0.0
        return (
            np.rint(by_offer).astype(np.int64),
            np.minimum(price, self._table.penalty),
        )

    def add_cuts(self, ships: FloatArray, values: FloatArray | None) -> int:
        """Cut at some ships, where that cuts a solution off; return how many cuts."""
        price = self.fill(ships)[1]
        slope = np.maximum(0.0, price[:, None] - self._table.per_step) * self._limit
        level = price * self._table.steps
        atoms = np.arange(len(price))
        if values is not None:
            least = level - slope @ values[self.ships]
            said = values[self._costs]
            atoms = np.flatnonzero(least > said + 1e-6 * np.maximum(1.0, np.abs(said)))
        rows = self.model.add_rows(len(atoms), lower=level[atoms])
        self.model.add_entries(rows, self._costs[atoms], 1.0)
        at, offer = np.nonzero(slope[atoms])
        self.model.add_entries(rows[at], self.ships[offer], slope[atoms][at, offer])
        return len(atoms)
