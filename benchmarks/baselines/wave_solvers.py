"""The program of a wave, solved by HiGHS as MathOpt has it, and by CP-SAT."""

from __future__ import annotations

import datetime as dt
import math
import re
import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from benchmarks.baselines.contents import SCALE
from benchmarks.baselines.wave_program import Program

Point = tuple[float, float, float]
"""Seconds, bound and cost."""

_TOLD_S = re.compile(r"^([0-9.]+)s$")
_WORKERS = 2
_GAP = 1e-6
"""At which a solver may stop: that of our own policy."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """
    What a solver says.

    Attributes
    ----------
    values
        Of the variables; None if it found nothing.
    bound
        Minus infinity if it proved nothing.
    curve
        The bound and the cost as they got better, from the start of the search.
    """

    values: np.ndarray | None
    bound: float
    curve: list[Point]


def solve_by_mathopt(program: Program, time_limit_s: float) -> Solved:
    """Solve by HiGHS from a cold start: on one core, whatever there is."""
    model = mathopt.Model.from_model_proto(_proto(program))
    log: list[str] = []
    result = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=dt.timedelta(seconds=time_limit_s),
            relative_gap_tolerance=_GAP,
        ),
        msg_cb=log.extend,
    )
    bound = result.termination.objective_bounds.dual_bound
    bound = bound if math.isfinite(bound) else -math.inf
    curve = [point for point in map(_read_row, log) if point is not None]
    if not result.has_primal_feasible_solution():
        return Solved(None, bound, curve)
    values = np.zeros(len(program.cost))
    for variable, value in result.variable_values().items():
        values[variable.id] = value
    return Solved(values, bound, curve)


def _read_row(row: str) -> Point | None:
    """Read a row of the log: ... explored %, bound, cost, gap ... seconds."""
    words = row.split()
    told = _TOLD_S.match(words[-1]) if words else None
    share = next((at for at, word in enumerate(words) if word.endswith("%")), None)
    if told is None or share is None or len(words) < share + 4:
        return None
    bound, cost = float(words[share + 1]), float(words[share + 2])
    return float(told[1]), bound, cost


def _proto(program: Program) -> model_pb2.ModelProto:
    """Write the model from arrays: an object per variable takes longer than a solve."""
    proto = model_pb2.ModelProto()
    count = len(program.cost)
    columns, rows = proto.variables, proto.linear_constraints
    columns.ids.extend(range(count))
    columns.lower_bounds.extend(np.zeros(count))
    columns.upper_bounds.extend(program.upper.astype(float))
    columns.integers.extend((np.arange(count) < program.choices).tolist())
    proto.objective.linear_coefficients.ids.extend(range(count))
    proto.objective.linear_coefficients.values.extend(program.cost / SCALE)
    rows.ids.extend(range(len(program.low)))
    rows.lower_bounds.extend(program.low.astype(float))
    rows.upper_bounds.extend(program.high.astype(float))
    matrix = proto.linear_constraint_matrix
    order = np.lexsort((program.column, program.row))
    matrix.row_ids.extend(program.row[order].tolist())
    matrix.column_ids.extend(program.column[order].tolist())
    matrix.coefficients.extend(program.value[order].astype(float))
    return proto


def solve_by_cpsat(
    program: Program, time_limit_s: float, hint: np.ndarray | None = None
) -> Solved:
    """Solve by CP-SAT with two workers, from a hint if there is one."""
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, most, "") for most in program.upper.tolist()]
    edges = np.searchsorted(program.row, np.arange(len(program.low) + 1)).tolist()
    columns, values = program.column.tolist(), program.value.tolist()
    limits = zip(program.low.tolist(), program.high.tolist(), strict=True)
    for (begin, end), (low, high) in zip(pairwise(edges), limits, strict=True):
        terms = [variables[column] for column in columns[begin:end]]
        given = cp_model.LinearExpr.weighted_sum(terms, values[begin:end])
        model.add_linear_constraint(given, low, high)
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, program.cost.tolist()))
    if hint is not None:
        for variable, value in zip(variables, hint.tolist(), strict=True):
            model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = time_limit_s
    solver.parameters.num_workers = _WORKERS
    solver.parameters.relative_gap_limit = _GAP
    watch = _Watch()
    solver.best_bound_callback = watch.raise_bound
    status = solver.solve(model, watch)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Solved(None, -math.inf, watch.curve)
    found = np.array(solver.values(variables))
    return Solved(found, solver.best_objective_bound / SCALE, watch.curve)


class _Watch(cp_model.CpSolverSolutionCallback):
    """Keeps what CP-SAT tells on its way."""

    def __init__(self) -> None:
        super().__init__()
        self.curve: list[Point] = []
        self._started = time.perf_counter()
        self._bound, self._cost = -math.inf, math.inf

    def on_solution_callback(self) -> None:
        """Note a better plan."""
        self._cost = self.objective_value / SCALE
        self.raise_bound(self.best_objective_bound)

    def raise_bound(self, bound: float) -> None:
        """Note a better bound."""
        self._bound = max(self._bound, bound / SCALE)
        now = time.perf_counter() - self._started
        self.curve.append((now, self._bound, self._cost))
