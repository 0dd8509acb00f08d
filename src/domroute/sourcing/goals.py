"""Goals before cost in the integer program: each is an objective, then a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.sourcing.arraymodel import ArrayModel
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


def first_goals(made: Formulation) -> tuple[Goal, ...]:
    """
    Return the goals of fewest shipments before cost, in their order.

    The least penalty for what is left, and then the fewest shipments.
    """
    penalty = np.zeros(made.model.columns)
    priced = made.table.penalty < IS_FORBIDDEN
    penalty[made.short[priced]] = made.table.penalty[priced]
    shipments = np.zeros(made.model.columns)
    shipments[made.ships] = 1.0
    return (
        Goal(penalty, quantum_of(made.table.penalty[priced])),
        Goal(shipments, 1.0),
    )


def cost_besides(made: Formulation) -> FloatArray:
    """Return what columns cost but for penalties, which are settled before."""
    cost = made.model.costs().copy()
    cost[made.short] = 0.0
    return cost
