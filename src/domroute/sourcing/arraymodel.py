"""A mixed-integer program kept as arrays, and its solution by OR-Tools MathOpt."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from domroute.errors import SolverError
from domroute.sourcing.asking import ask_integer, ask_simplex, guarded
from domroute.sourcing.solution import Solution, Solver
from domroute.units import FloatArray, IntArray

_ENDED = (
    mathopt.TerminationReason.OPTIMAL,
    mathopt.TerminationReason.FEASIBLE,
    mathopt.TerminationReason.NO_SOLUTION_FOUND,
    mathopt.TerminationReason.IMPRECISE,
)
_IMPOSSIBLE = (
    mathopt.TerminationReason.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
)


@dataclass(slots=True, eq=False)
class ArrayModel:
    """
    Columns, rows and entries, gathered as arrays.

    An object per variable would cost more than the solve on models of our size.
    """

    _lower: list[FloatArray] = field(default_factory=list)
    _upper: list[FloatArray] = field(default_factory=list)
    _cost: list[FloatArray] = field(default_factory=list)
    _whole: list[FloatArray] = field(default_factory=list)
    _row_lower: list[FloatArray] = field(default_factory=list)
    _row_upper: list[FloatArray] = field(default_factory=list)
    _entries: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(
        self,
        count: int,
        *,
        upper: ArrayLike,
        cost: ArrayLike = 0.0,
        whole: bool = True,
    ) -> IntArray:
        """Add variables from zero to ``upper``; return their positions."""
        self._lower.append(np.zeros(count))
        self._upper.append(np.broadcast_to(np.asarray(upper, float), (count,)))
        self._cost.append(np.broadcast_to(np.asarray(cost, float), (count,)))
        self._whole.append(np.full(count, float(whole)))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(
        self, count: int, *, lower: ArrayLike = -math.inf, upper: ArrayLike = math.inf
    ) -> IntArray:
        """Add constraints between ``lower`` and ``upper``; return their positions."""
        self._row_lower.append(np.broadcast_to(np.asarray(lower, float), (count,)))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, float), (count,)))
        self.rows += count
        return np.arange(self.rows - count, self.rows)

    def add_entries(
        self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike
    ) -> None:
        """Add coefficients; the three are broadcast against each other."""
        row, column, value = np.broadcast_arrays(rows, columns, values)
        self._entries.append(
            (
                row.ravel().astype(np.int64),
                column.ravel().astype(np.int64),
                value.ravel(),
            )
        )

    def at_most(self, columns: ArrayLike, values: ArrayLike, limit: float) -> None:
        """Add one constraint: the weighted sum of columns is at most a limit."""
        row = self.add_rows(1, upper=limit)
        self.add_entries(row, columns, values)

    def add_model(self, other: ArrayModel) -> int:
        """Add all of another model; return where its columns begin here."""
        first, row = self.columns, self.rows
        for name in ("_lower", "_upper", "_cost", "_whole", "_row_lower", "_row_upper"):
            getattr(self, name).extend(getattr(other, name))
        self._entries += [(r + row, c + first, v) for r, c, v in other._entries]
        self.columns += other.columns
        self.rows += other.rows
        return first

    def costs(self) -> FloatArray:
        """Return the objective; shape ``(columns,)``."""
        return np.concatenate(self._cost) if self._cost else np.empty(0)

    def solve(
        self,
        *,
        time_limit_s: float,
        gap: float,
        cost: FloatArray | None = None,
        divisible: IntArray | None = None,
        held: tuple[IntArray, FloatArray] | None = None,
        solver: Solver = Solver.HIGHS,
    ) -> Solution:
        """
        Minimize, with a solver as MathOpt bundles it.

        Parameters
        ----------
        time_limit_s
            Seconds.
        gap
            Relative gap within which a solution counts as optimal.
        cost
            Another objective than the columns' own; shape ``(columns,)``.
        divisible
            Columns that need not be whole in this solve.
        held
            Columns and the values they are held at.
        solver
            Who is asked.

        Raises
        ------
        SolverError
            If the solver rejects the model, or fails.
        """
        if time_limit_s <= 0:
            return Solution(None, -math.inf, 0)
        proto = self._to_proto(self.costs() if cost is None else cost, divisible)
        if held is not None:
            self._hold(proto, *held)
        model = _read(proto)
        return self._say(ask_integer(model, solver, time_limit_s=time_limit_s, gap=gap))

    def solve_vertex(self, values: FloatArray, free: IntArray) -> FloatArray | None:
        """
        Hold every whole column at its value but some, and solve for those by simplex.

        A vertex of a network's flows is whole where its supplies are, so that rounding
        what is returned moves no unit.

        Parameters
        ----------
        values
            A solution; shape ``(columns,)``.
        free
            Columns to solve for.
        """
        proto = self._to_proto(self.costs(), np.arange(self.columns))
        is_held = np.concatenate(self._whole) > 0
        is_held[free] = False
        at = np.flatnonzero(is_held)
        self._hold(proto, at, np.rint(values[at]))
        return self._say(ask_simplex(_read(proto))).values

    def _hold(
        self, proto: model_pb2.ModelProto, columns: IntArray, values: FloatArray
    ) -> None:
        """Leave some columns no room but one value."""
        lower, upper = np.concatenate(self._lower), np.concatenate(self._upper)
        lower[columns] = upper[columns] = values
        del proto.variables.lower_bounds[:], proto.variables.upper_bounds[:]
        proto.variables.lower_bounds.extend(lower)
        proto.variables.upper_bounds.extend(upper)

    def _say(self, result: mathopt.SolveResult) -> Solution:
        reason = result.termination.reason
        nodes = int(result.solve_stats.node_count)
        if reason in _IMPOSSIBLE:
            return Solution(None, math.inf, nodes)
        bound = result.termination.objective_bounds.dual_bound
        if reason is mathopt.TerminationReason.IMPRECISE or not math.isfinite(bound):
            bound = -math.inf  # what rounding has spoiled is no proof
        if not result.has_primal_feasible_solution():
            if reason not in _ENDED:
                message = f"the solver ended with {reason}: {result.termination.detail}"
                raise SolverError(message)
            return Solution(None, bound, nodes)
        values = np.zeros(self.columns)
        for variable, value in result.variable_values().items():
            values[variable.id] = value
        return Solution(values, bound, nodes)

    def _to_proto(
        self, cost: FloatArray, divisible: IntArray | None
    ) -> model_pb2.ModelProto:
        proto = model_pb2.ModelProto()
        columns = proto.variables
        columns.ids.extend(range(self.columns))
        columns.lower_bounds.extend(np.concatenate(self._lower))
        columns.upper_bounds.extend(np.concatenate(self._upper))
        whole = np.concatenate(self._whole) > 0
        if divisible is not None:
            whole[divisible] = False
        columns.integers.extend(whole.tolist())
        priced = np.flatnonzero(cost)
        proto.objective.linear_coefficients.ids.extend(priced.tolist())
        proto.objective.linear_coefficients.values.extend(cost[priced])
        constraints = proto.linear_constraints
        constraints.ids.extend(range(self.rows))
        constraints.lower_bounds.extend(np.concatenate(self._row_lower))
        constraints.upper_bounds.extend(np.concatenate(self._row_upper))
        row, column, value = (
            np.concatenate(part) for part in zip(*self._entries, strict=True)
        )
        key = row * self.columns + column
        keys, at = np.unique(key, return_inverse=True)
        summed = np.bincount(at, weights=value)
        kept = summed != 0
        matrix = proto.linear_constraint_matrix
        matrix.row_ids.extend((keys[kept] // self.columns).tolist())
        matrix.column_ids.extend((keys[kept] % self.columns).tolist())
        matrix.coefficients.extend(summed[kept])
        return proto


def _read(proto: model_pb2.ModelProto) -> mathopt.Model:
    return guarded(lambda: mathopt.Model.from_model_proto(proto))
