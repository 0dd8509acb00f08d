"""Goals before cost in the integer program: each is an objective, then a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.sourcing.formulation import Formulation
from domroute.sourcing.standing import quantum_of
from domroute.units import FloatArray

_SLACK = 1e-6
"""What the solver's own tolerances leave open, where nothing is known of the values."""


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

    def proves(self, value: float, bound: float) -> bool:
        """Tell whether a value is proven least; a bound above it proves nothing."""
        slack = self._slack(value)
        return bound - slack <= value <= bound + slack

    def hold(self, model: ArrayModel, value: float) -> None:
        """Let no plan come to more than a value."""
        columns = np.flatnonzero(self.weights)
        if len(columns):
            limit = value + self._slack(value)
            model.at_most(columns, self.weights[columns], limit)

    def _slack(self, value: float) -> float:
        return 0.4 * self.quantum if self.quantum else _SLACK * max(1.0, abs(value))


def first_goals(
    made: Formulation, candidates: Candidates, *, puts_fewest_first: bool
) -> tuple[Goal, ...]:
    """
    Return the goals before cost, in their order.

    Of a ladder that drains: the fewest units left, then the fewest not filled by its
    first rung, then by its first two, and so on. Of fewest shipments: the least penalty
    for what is left, and then the fewest shipments.
    """
    goals = _drain_goals(made, candidates)
    if puts_fewest_first:
        penalty = np.zeros(made.model.columns)
        priced = made.table.penalty < IS_FORBIDDEN
        penalty[made.short[priced]] = made.table.penalty[priced]
        shipments = np.zeros(made.model.columns)
        shipments[made.ships] = 1.0
        goals += [
            Goal(penalty, quantum_of(made.table.penalty[priced])),
            Goal(shipments, 1.0),
        ]
    return tuple(goals)


def _drain_goals(made: Formulation, candidates: Candidates) -> list[Goal]:
    if candidates.drain is None:
        return []
    units = made.table.units.sum(axis=1).astype(float)
    left = np.zeros(made.model.columns)
    left[made.short] = units
    rung = candidates.drain[made.table.node][made.offer]
    goals = [Goal(left, 1.0)]
    for at in range(int(candidates.drain.max(initial=0))):
        later = left.copy()
        later[made.takes] = units[made.atom] * (rung > at)
        goals.append(Goal(later, 1.0))
    return goals


def cost_besides(made: Formulation) -> FloatArray:
    """Return what columns cost but for penalties, which are settled before."""
    cost = made.model.costs().copy()
    cost[made.short] = 0.0
    return cost
