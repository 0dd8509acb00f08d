r"""
One order as a partition into contents of nodes: the best plan by another method.

Every content that some node can send, at the node that sends it cheapest, is a column
:math:`b` of units :math:`u_{lb}` at cost :math:`c_b`; what is left of a line costs its
penalty. With at most :math:`K` shipments,

.. math::

   \min \sum_b c_b z_b + \sum_l \pi_l s_l \quad\text{so that}\quad
   \sum_b u_{lb} z_b + s_l = q_l \;\; \forall l, \quad \sum_b z_b \le K.

Simplex prices the rows, columns whose reduced cost exceeds what a plan in hand leaves
room for are dropped, and CP-SAT, which counts in whole numbers, solves what is left.
Nothing of it is shared with the library but the data: contents are priced in whole
ten-thousandths by ``contents.py``, steps of tariffs are no rows, and neither HiGHS nor
a dynamic program decides.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from benchmarks.baselines.contents import SCALE, Contents, Wanted
from benchmarks.baselines.pricing import Prices
from domroute import Order

_MOST: Final = 400_000
"""Contents of all nodes together beyond which the method is not for an order."""
_SAFE: Final = 1e-6
"""Of a plan's cost: more than simplex rounds."""


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """Contents: their units ``(B, L)``, cost and node ``(B,)``."""

    units: np.ndarray
    cost: np.ndarray
    node: np.ndarray

    def at(self, kept: np.ndarray) -> _Columns:
        return _Columns(self.units[kept], self.cost[kept], self.node[kept])


class Partition:
    """
    Finds the cheapest plans of a stream's orders.

    Parameters
    ----------
    prices
        The stream's data; capacities are not looked at.
    time_limit_s
        What CP-SAT may take over one order.
    """

    def __init__(self, prices: Prices, time_limit_s: float) -> None:
        self._contents = Contents(prices)
        self._most_shipments = prices.stream.policy.splits.max_shipments
        self._solver = cp_model.CpSolver()
        self._solver.parameters.max_time_in_seconds = time_limit_s
        self._solver.parameters.num_workers = 1
        self._solver.parameters.linearization_level = 2

    def cheapest(self, order: Order, known: float) -> float | None:
        """
        Return what the best plan costs; None if the method cannot tell.

        Parameters
        ----------
        order
            The order.
        known
            What some plan of it costs.
        """
        wanted = self._contents.read(order)
        everything = self._columns(wanted)
        if everything is None:
            return None
        columns = _cheapest_of_each(everything)
        found = self._solve(wanted, columns, known)
        if found is None:
            return None
        cost, nodes = found
        if len(np.unique(nodes)) < len(nodes):
            # A node twice is no plan, unless both of its contents may go as one.
            again = self._solve(wanted, everything, known, once=True)
            return None if again is None else again[0]
        return cost

    def _columns(self, wanted: Wanted) -> _Columns | None:
        made = self._contents
        units, cost, node = [], [], []
        sizes = (wanted.most + 1).prod(axis=0) - 1
        if sizes.sum() > _MOST:
            return None
        grams, cm3 = np.array(wanted.grams), np.array(wanted.cm3)
        for n in np.flatnonzero(sizes).tolist():
            held = np.flatnonzero(wanted.most[:, n])
            ranges = [range(most + 1) for most in wanted.most[held, n].tolist()]
            sent = np.zeros((sizes[n], len(wanted.units)), np.int64)
            sent[:, held] = np.array(list(itertools.product(*ranges)))[1:]
            step = np.maximum(
                np.searchsorted(made.caps_g, sent @ grams),
                np.searchsorted(made.caps_cm3, sent @ cm3),
            )
            if step.max() >= made.rates.shape[1]:
                return None  # more than one parcel
            units.append(sent)
            cost.append(
                made.rates[wanted.zone[n], step]
                + made.per_shipment[n]
                + made.per_unit[n] * sent.sum(axis=1)
            )
            node.append(np.full(len(sent), n))
        if not units:
            return None
        return _Columns(
            np.concatenate(units), np.concatenate(cost), np.concatenate(node)
        )

    def _solve(
        self, wanted: Wanted, columns: _Columns, known: float, *, once: bool = False
    ) -> tuple[float, np.ndarray] | None:
        """Return the cost and the nodes of the best plan over some columns."""
        quantity = np.array(wanted.units)
        most = self._most_shipments or int(quantity.sum())
        price, each = self._price(quantity, columns, most)
        reduced = columns.cost - columns.units @ price + each
        # By Lagrange: all rows at their prices, and no column below nothing but those
        # that rounding has left there; of them a line has as many as units at most.
        least = quantity @ price - each * most
        least += np.minimum(reduced, 0.0).min() * quantity.sum()
        room = known * SCALE * (1 + _SAFE) + _SAFE * SCALE - least
        kept = columns.at(np.flatnonzero(reduced <= room))
        model = cp_model.CpModel()
        chosen = [model.new_bool_var("") for _ in range(len(kept.cost))]
        left = [model.new_int_var(0, units, "") for units in wanted.units]
        expression = cp_model.LinearExpr.weighted_sum
        for at, units in enumerate(wanted.units):
            mine = np.flatnonzero(kept.units[:, at]).tolist()
            given = [*(chosen[b] for b in mine), left[at]]
            model.add(expression(given, [*kept.units[mine, at].tolist(), 1]) == units)
        model.add(cp_model.LinearExpr.sum(chosen) <= most)
        if once:
            for n in np.unique(kept.node):
                mine = np.flatnonzero(kept.node == n).tolist()
                model.add_at_most_one([chosen[b] for b in mine])
        penalty = [self._contents.penalty] * len(left)
        model.minimize(expression([*chosen, *left], [*kept.cost.tolist(), *penalty]))
        status = self._solver.solve(model)
        if status != cp_model.OPTIMAL:
            return (math.inf, np.empty(0)) if status == cp_model.INFEASIBLE else None
        used = [b for b, variable in enumerate(chosen) if self._solver.value(variable)]
        return round(self._solver.objective_value) / SCALE, kept.node[used]

    def _price(
        self, quantity: np.ndarray, columns: _Columns, most: int
    ) -> tuple[np.ndarray, float]:
        """Price a unit of each line, and a shipment, by simplex over cheap columns."""
        penalty = float(self._contents.penalty)
        price, each = np.full(len(quantity), penalty), 0.0
        active = np.empty(0, np.int64)
        for _ in range(60):
            reduced = columns.cost - columns.units @ price + each
            worst = np.argsort(reduced, kind="stable")[:300]
            worst = np.setdiff1d(worst[reduced[worst] < -1e-6], active)
            if not len(worst):
                break
            active = np.append(active, worst)
            price, each = _duals(quantity, columns.at(active), most, penalty)
        return price, each


def _cheapest_of_each(columns: _Columns) -> _Columns:
    """Keep of equal contents the one that costs least."""
    by_cost = np.argsort(columns.cost, kind="stable")
    _, first = np.unique(columns.units[by_cost], axis=0, return_index=True)
    return columns.at(by_cost[first])


def _duals(
    quantity: np.ndarray, columns: _Columns, most: int, penalty: float
) -> tuple[np.ndarray, float]:
    model = mathopt.Model()
    covers = [model.add_linear_constraint(lb=q, ub=q) for q in quantity.tolist()]
    limit = model.add_linear_constraint(ub=most)
    for cover in covers:
        left = model.add_variable(lb=0.0)
        cover.set_coefficient(left, 1.0)
        model.objective.set_linear_coefficient(left, penalty)
    for units, cost in zip(columns.units.tolist(), columns.cost.tolist(), strict=True):
        column = model.add_variable(lb=0.0)
        model.objective.set_linear_coefficient(column, cost)
        limit.set_coefficient(column, 1.0)
        for at, count in enumerate(units):
            if count:
                covers[at].set_coefficient(column, float(count))
    result = mathopt.solve(model, mathopt.SolverType.GLOP)
    price = np.minimum(np.array(result.dual_values(covers)), penalty)
    return price, max(0.0, -float(result.dual_values(limit)))
