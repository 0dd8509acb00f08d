"""OR-Tools asked: how its solvers are set, and what becomes of their failures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final, TypeVar

from ortools.math_opt.python import mathopt

from domroute.errors import SolverError
from domroute.sourcing.solution import Solver

_T = TypeVar("_T")


_TYPES: Final = {
    Solver.HIGHS: mathopt.SolverType.HIGHS,
    Solver.SCIP: mathopt.SolverType.GSCIP,
}
_PRESOLVE: Final = {Solver.HIGHS: mathopt.Emphasis.OFF, Solver.SCIP: None}
"""The presolve of HiGHS 1.11 to 1.15 cuts off the best solutions of programs such as
ours, and calls what is left optimal: ``docs/concepts/proofs.md`` has the case."""


def ask_integer(
    model: mathopt.Model, solver: Solver, *, time_limit_s: float, gap: float
) -> mathopt.SolveResult:
    """
    Solve an integer program.

    Parameters
    ----------
    model
        The program.
    solver
        Who is asked.
    time_limit_s, gap
        Seconds, and the relative gap within which a solution counts as optimal.

    Raises
    ------
    SolverError
        If the solver fails, in whatever way.
    """
    parameters = mathopt.SolveParameters(
        time_limit=dt.timedelta(seconds=time_limit_s),
        relative_gap_tolerance=gap,
        presolve=_PRESOLVE[solver],
    )
    return guarded(lambda: mathopt.solve(model, _TYPES[solver], params=parameters))


def ask_simplex(model: mathopt.Model) -> mathopt.SolveResult:
    """
    Solve a linear program at a vertex.

    Raises
    ------
    SolverError
        If the solver fails, in whatever way.
    """
    return guarded(lambda: mathopt.solve(model, mathopt.SolverType.GLOP))


def guarded(ask: Callable[[], _T]) -> _T:
    """
    Call OR-Tools, and let no exception of its own out.

    Raises
    ------
    SolverError
        In place of any exception; where a solver ends with an error, OR-Tools 9.15
        itself stumbles over how to say so, and raises an ``AttributeError``.

    Examples
    --------
    >>> guarded(lambda: 1 + 1)
    2
    """
    try:
        return ask()
    except Exception as error:  # whatever OR-Tools raises says no more than this
        message = f"the solver failed: {type(error).__name__}: {error}"
        raise SolverError(message) from error
