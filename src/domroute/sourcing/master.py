r"""
The linear program over whole plans, of those known so far.

With rates :math:`r_t` of order types :math:`t`, the cost :math:`c_p` of plan :math:`p`
and the units :math:`u_{pc}` it takes of cell :math:`c`,

.. math::

   \min \sum_t \sum_{p \in P_t} c_p x_p
   \quad\text{so that}\quad \sum_{p \in P_t} x_p = r_t \;\; \forall t, \quad
   \sum_p u_{pc} x_p \le s_c \;\; \forall c, \quad x \ge 0.

Its duals are the prices at which better plans are looked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.glop import parameters_pb2
from ortools.math_opt.python import mathopt

from domroute.errors import SolverError
from domroute.sourcing.asking import guarded
from domroute.units import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Duals:
    """
    What the program says at the plans known.

    Attributes
    ----------
    cost
        Of the best mix of plans.
    prices
        Of a unit of each cell; not negative; shape ``(C,)``.
    values
        What one more order of each type would cost; shape ``(T,)``.
    """

    cost: float
    prices: FloatArray
    values: FloatArray


class Master:
    """
    The program, which grows by plans and is solved again from where it stood.

    Parameters
    ----------
    rates
        Expected orders of each type; shape ``(T,)``.
    stock
        Units of each cell; shape ``(C,)``.
    """

    def __init__(self, rates: FloatArray, stock: FloatArray) -> None:
        self._model = mathopt.Model()
        self._kinds = [
            self._model.add_linear_constraint(lb=rate, ub=rate)
            for rate in rates.tolist()
        ]
        self._cells = [
            self._model.add_linear_constraint(ub=units) for units in stock.tolist()
        ]
        self._plans: list[mathopt.Variable] = []
        self.kind: list[int] = []
        parameters = parameters_pb2.GlopParameters(use_preprocessing=False)
        self._parameters = mathopt.SolveParameters(glop=parameters)
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)
        # Duals are all that is asked for; to read the rest would take as long again.
        nothing = mathopt.VariableFilter(filtered_items=())
        self._asked = mathopt.ModelSolveParameters(
            variable_values_filter=nothing, reduced_costs_filter=nothing
        )

    def __len__(self) -> int:
        return len(self._plans)

    def add(self, kind: int, cost: float, cells: list[int], units: list[float]) -> None:
        """Add a plan of an order type: its cost, and the units it takes of cells."""
        plan = self._model.add_variable(lb=0.0)
        self._model.objective.set_linear_coefficient(plan, cost)
        self._kinds[kind].set_coefficient(plan, 1.0)
        for cell, taken in zip(cells, units, strict=True):
            self._cells[cell].set_coefficient(plan, taken)
        self._plans.append(plan)
        self.kind.append(kind)

    def change(self, rates: FloatArray, stock: FloatArray) -> None:
        """Go on with other rates and stock."""
        for kind, rate in zip(self._kinds, rates.tolist(), strict=True):
            kind.lower_bound = kind.upper_bound = rate
        for cell, units in zip(self._cells, stock.tolist(), strict=True):
            cell.upper_bound = units

    def solve(self) -> Duals:
        """
        Find the best mix of the plans known, from where the last one stood.

        Raises
        ------
        SolverError
            If the solver fails.
        """
        result = guarded(
            lambda: self._solver.solve(
                params=self._parameters, model_params=self._asked
            )
        )
        if result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
            message = f"the solver ended with {result.termination.reason}"
            raise SolverError(message)
        duals = np.array(result.dual_values(self._cells), float)
        values = np.array(result.dual_values(self._kinds), float)
        return Duals(result.objective_value(), np.maximum(0.0, -duals), values)
