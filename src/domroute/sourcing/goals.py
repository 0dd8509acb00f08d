"""Goals before cost in the integer program: each is an objective, then a row."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.offers.priced import Offers
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.sourcing.comparing import quantum_of
from domroute.sourcing.searching import WHOLE, Search
from domroute.sourcing.variables import Formulation
from domroute.units import FloatArray, IntArray

_SLACK = 1e-6
"""What the solver's own tolerances leave open, where nothing is known of the values."""
_RANGE: Final = 1e6
"""Sums of up to so many quanta are told apart by any solver."""
_FINEST: Final = 1e-9
"""Part of a sum that solvers cannot tell from rounding."""


@dataclass(slots=True, eq=False)
class Goals:
    """
    A search goal by goal.

    Attributes
    ----------
    search
        How it stands.
    proven
        How many goals before cost are, the first first.
    """

    search: Search
    proven: int = 0

    def solve(self, seconds: float) -> None:
        """Settle what comes before cost, goal by goal, and then cost."""
        search = self.search
        made = search.formulate()
        ends = time.perf_counter() + seconds
        share = search.tuning.program.goals_share
        puts_fewest = search.limits.puts_fewest_first
        goals = first_goals(made, search.offers, puts_fewest_first=puts_fewest)
        for place, goal in enumerate(goals):
            if place >= self.proven:
                until = ends - (1 - share) * seconds
                self._solve_one(made, goal, place, until - time.perf_counter())
            if search.taken is None:
                search.proves_goals = False
                return
            goal.hold(made.model, goal.value(made, search.taken))
        search.proves_goals = self.proven == len(goals)
        self._solve_last(made, ends - time.perf_counter())

    def _solve_one(
        self, made: Formulation, goal: Goal, place: int, seconds: float
    ) -> None:
        """Find the least that a goal comes to where those before it are held."""
        search = self.search
        taken = search.taken
        cost = math.inf if taken is None else goal.value(made, taken)
        proof = search.proof.beside(cost)
        solution = search.ask(made, seconds, gap=0.0, cost=goal.weights, proof=proof)
        if solution is not None and solution.values is not None:
            search.offer(made.steps_taken(solution.values))
        if search.taken is None:
            if proof.is_impossible:
                search.proof.say(math.inf)
            return
        value = goal.value(made, search.taken)
        proof.plan(value)
        if place == self.proven and goal.proves(value, proof.bound):
            self.proven += 1

    def _solve_last(self, made: Formulation, seconds: float) -> None:
        """Solve for cost where the goals before are held."""
        search = self.search
        known = math.inf if search.by_goal is None else search.by_goal[-1]
        proof = search.proof.beside(known)
        puts_fewest = search.limits.puts_fewest_first
        cost = cost_besides(made) if puts_fewest else made.model.costs()
        solution = search.ask(made, seconds, cost=cost, proof=proof)
        if solution is not None and solution.values is not None:
            search.offer(made.steps_taken(solution.values))
        if search.proves_goals and search.by_goal is not None:
            proof.plan(search.by_goal[-1])
            settled = search.by_goal[-3] if puts_fewest else 0.0
            search.proof.say(settled + proof.bound)
            if solution is not None and solution.has_ended:
                search.end(WHOLE)


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """
    One goal before cost.

    Attributes
    ----------
    weights
        What a unit of each column counts; shape ``(columns,)``.
    quantum
        What two of its values differ by at least, if they differ; zero if not known.
    """

    weights: FloatArray
    quantum: float

    def value(self, made: Formulation, taken: IntArray) -> float:
        """Return what steps taken by atom and offer, ``(J, A)``, come to."""
        return float(self.weights @ made.values_of(taken))

    def proves(self, value: float, bound: float) -> bool:
        """Tell whether a value is proven least; a bound above it proves nothing."""
        slack = self._slack(value)
        return bound - slack <= value <= bound + slack

    def hold(self, model: ArrayModel, value: float) -> None:
        """
        Let no plan come to more than a value, as near to it as solvers can tell.

        What is too dear for a single unit of it is held by itself: beside a penalty of
        a million a slack of a cent is less than what they take for rounding.
        """
        columns = np.flatnonzero(self.weights)
        if not len(columns):
            return
        limit = value + max(self._slack(value), _FINEST * abs(value))
        weights = self.weights[columns]
        most = limit - float(np.minimum(weights, 0.0) @ model.most()[columns])
        is_dear = weights > most
        for column in columns[is_dear].tolist():
            model.at_most([column], [1.0], 0.0)
        model.at_most(columns[~is_dear], weights[~is_dear], limit)

    def _slack(self, value: float) -> float:
        return 0.4 * self.quantum if self.quantum else _SLACK * max(1.0, abs(value))


def first_goals(
    made: Formulation, offers: Offers, *, puts_fewest_first: bool
) -> tuple[Goal, ...]:
    """
    Return the goals before cost, in their order.

    Of a ladder that drains: the fewest units left, then the fewest not filled by its
    first rung, then by its first two, and so on. Of fewest shipments: the least penalty
    for what is left, the dearest first where others cannot make up for it, and then the
    fewest shipments.
    """
    goals = _drain_goals(made, offers)
    if puts_fewest_first:
        shipments = np.zeros(made.model.columns)
        shipments[made.ships] = 1.0
        goals += [*_penalty_goals(made), Goal(shipments, 1.0)]
    return tuple(goals)


def _penalty_goals(made: Formulation) -> list[Goal]:
    table = made.table
    priced = np.flatnonzero(table.penalty < IS_FORBIDDEN)
    goals = []
    for level in levels_of(table.penalty[priced], table.wanted[priced]):
        at = priced[level]
        penalty = np.zeros(made.model.columns)
        penalty[made.short[at]] = table.penalty[at]
        if penalty.any():
            goals.append(Goal(penalty, quantum_of(table.penalty[at])))
    return goals


def levels_of(amounts: FloatArray, most: IntArray) -> list[IntArray]:
    """
    Part amounts of very different size, where the lesser never outweigh the greater.

    A sum of all is least where that of the greatest is, and then that of the next: what
    tells sums apart may be less than what a solver takes for rounding beside a million.

    Parameters
    ----------
    amounts
        What one of each counts.
    most
        How many there may be.

    Returns
    -------
    list of arrays
        Positions, the greatest amounts first; all together if that can be told apart.

    Examples
    --------
    >>> levels_of(np.array([5.0, 1e6, 0.001, 1e6]), np.array([1, 1, 9, 2]))
    [array([1, 3]), array([0]), array([2])]
    >>> levels_of(np.array([5.0, 9.0]), np.array([1, 1]))
    [array([1, 0])]
    """
    order = np.argsort(-np.abs(amounts), kind="stable")
    sizes = np.abs(amounts) * most
    if not len(order) or sizes.sum() <= _RANGE * quantum_of(amounts):
        return [order]
    rest = np.cumsum(sizes[order][::-1])[::-1]
    starts = [0]
    for at in range(1, len(order)):
        is_other = amounts[order[at]] != amounts[order[at - 1]]
        if is_other and rest[at] < quantum_of(amounts[order[starts[-1] : at]]):
            starts.append(at)
    return np.split(order, starts[1:])


def _drain_goals(made: Formulation, offers: Offers) -> list[Goal]:
    if offers.drain is None:
        return []
    weights, shares = made.table.weights
    units = weights.astype(float)
    left = np.zeros(made.model.columns)
    left[made.short] = made.table.filled_by.sum(axis=1) * float(shares)
    rung = offers.drain[made.table.node][made.offer]
    goals = [Goal(left, 1.0)]
    for at in range(int(offers.drain.max(initial=0))):
        later = left.copy()
        later[made.takes] = units[made.atom] * (rung > at)
        goals.append(Goal(later, 1.0))
    return goals


def cost_besides(made: Formulation) -> FloatArray:
    """Return what columns cost but for penalties, which are settled before."""
    cost = made.model.costs().copy()
    cost[made.short] = 0.0
    return cost
