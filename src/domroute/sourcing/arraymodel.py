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
from domroute.sourcing.claims import Question, fault_of
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
        lower: ArrayLike = 0.0,
        upper: ArrayLike,
        cost: ArrayLike = 0.0,
        whole: bool = True,
    ) -> IntArray:
        """Add variables from ``lower`` to ``upper``; return their positions."""
        self._lower.append(np.broadcast_to(np.asarray(lower, float), (count,)))
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

    def most(self) -> FloatArray:
        """Return what columns may be at most; shape ``(columns,)``."""
        return np.concatenate(self._upper) if self._upper else np.empty(0)

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
        question = self._question(self.costs() if cost is None else cost, held)
        if divisible is not None:
            question.whole[divisible] = False
        model = _read(self._to_proto(question))
        result = ask_integer(model, solver, time_limit_s=time_limit_s, gap=gap)
        return self._say(result, question)

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
        is_held = np.concatenate(self._whole) > 0
        is_held[free] = False
        at = np.flatnonzero(is_held)
        question = self._question(self.costs(), (at, np.rint(values[at])))
        question.whole[:] = False
        result = ask_simplex(_read(self._to_proto(question)))
        return self._say(result, question).values

    def _question(
        self, cost: FloatArray, held: tuple[IntArray, FloatArray] | None
    ) -> Question:
        """Put everything together; columns that are held have room for one value."""
        lower, upper = np.concatenate(self._lower), np.concatenate(self._upper)
        if held is not None:
            lower[held[0]] = upper[held[0]] = held[1]
        row, column, value = (
            np.concatenate(part) for part in zip(*self._entries, strict=True)
        )
        keys, at = np.unique(row * self.columns + column, return_inverse=True)
        summed = np.bincount(at, weights=value)
        kept = summed != 0
        return Question(
            lower=lower,
            upper=upper,
            cost=cost,
            whole=np.concatenate(self._whole) > 0,
            row_lower=np.concatenate(self._row_lower),
            row_upper=np.concatenate(self._row_upper),
            row=keys[kept] // self.columns,
            column=keys[kept] % self.columns,
            value=summed[kept],
        )

    def _say(self, result: mathopt.SolveResult, question: Question) -> Solution:
        reason = result.termination.reason
        nodes = int(result.solve_stats.node_count)
        if reason in _IMPOSSIBLE:
            return Solution(None, math.inf, nodes, has_ended=True)
        bound = result.termination.objective_bounds.dual_bound
        is_precise = reason is not mathopt.TerminationReason.IMPRECISE
        if not is_precise or not math.isfinite(bound):
            bound = -math.inf  # what rounding has spoiled is no proof
        if not result.has_primal_feasible_solution():
            if reason not in _ENDED:
                message = f"the solver ended with {reason}: {result.termination.detail}"
                raise SolverError(message)
            return Solution(None, bound, nodes)
        values = np.zeros(self.columns)
        for variable, value in result.variable_values().items():
            values[variable.id] = value
        if is_precise and (
            fault := fault_of(question, values, result.objective_value())
        ):
            return Solution(None, -math.inf, nodes, fault=fault)
        has_ended = reason is mathopt.TerminationReason.OPTIMAL
        return Solution(values, bound, nodes, has_ended)

    def _to_proto(self, question: Question) -> model_pb2.ModelProto:
        proto = model_pb2.ModelProto()
        columns = proto.variables
        columns.ids.extend(range(self.columns))
        columns.lower_bounds.extend(question.lower)
        columns.upper_bounds.extend(question.upper)
        columns.integers.extend(question.whole.tolist())
        priced = np.flatnonzero(question.cost)
        proto.objective.linear_coefficients.ids.extend(priced.tolist())
        proto.objective.linear_coefficients.values.extend(question.cost[priced])
        constraints = proto.linear_constraints
        constraints.ids.extend(range(self.rows))
        constraints.lower_bounds.extend(question.row_lower)
        constraints.upper_bounds.extend(question.row_upper)
        matrix = proto.linear_constraint_matrix
        matrix.row_ids.extend(question.row.tolist())
        matrix.column_ids.extend(question.column.tolist())
        matrix.coefficients.extend(question.value)
        return proto


def _read(proto: model_pb2.ModelProto) -> mathopt.Model:
    return guarded(lambda: mathopt.Model.from_model_proto(proto))
