"""The solvers asked: right where a presolve was wrong, and no failure but ours."""

import itertools
import math

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from builders import node
from changes import route
from domroute.costs import Handling
from domroute.errors import SolverError
from domroute.policy import Policy, SolveOptions
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.asking import Solver, guarded
from domroute.sourcing.master import Master
from domroute.words import Objective
from stages import problem_at

COSTS = np.array([1.0, 0.5, 1.0, 0.7, 0.8, 10.0, 1.0, 1.0])
UPPER = np.array([2.0, 1.0, 2.0, 1.0, 1.0, 1.0, 9.0, 1.0])
WEIGHTS = {
    0: 0.04762, 3: 0.016, 5: -0.0142857143, 6: -0.01, 7: -0.014285714300000009
}  # fmt: skip


def reduced():
    """
    Make what was left of one order's program at 300 nodes, taken apart row by row.

    Two units of one line and one of another, some from a parcel with steps:
    x0 + x1 + x2 = 2, x3 + x4 = 1, and what x0 and x3 weigh is at most what x5 to x7
    hold. All are whole numbers.
    """
    model = ArrayModel()
    columns = model.add_columns(8, upper=UPPER, cost=COSTS)
    cover = model.add_rows(2, lower=[2.0, 1.0], upper=[2.0, 1.0])
    model.add_entries(cover[[0, 0, 0, 1, 1]], columns[:5], 1.0)
    model.at_most(list(WEIGHTS), list(WEIGHTS.values()), 0.0)
    return model


def least_by_listing():
    """List all 4,320 corners of the reduced program, and return the least cost."""
    costs = [
        COSTS @ x
        for x in itertools.product(*(range(int(most) + 1) for most in UPPER))
        if x[0] + x[1] + x[2] == 2
        and x[3] + x[4] == 1
        and sum(weight * x[at] for at, weight in WEIGHTS.items()) <= 0
    ]
    return min(costs)


@pytest.mark.parametrize("solver", Solver)
def test_reduced_program_is_solved_right(solver):
    """HiGHS with its presolve calls 3.3 the optimum of it; as it is asked here, 2.3."""
    # x1 = x2 = x4 = 1 weigh nothing: 0.5 + 1 + 0.8.
    assert least_by_listing() == pytest.approx(2.3)

    solution = reduced().solve(time_limit_s=10, gap=0.0, solver=solver)

    assert reduced().costs() @ solution.values == pytest.approx(2.3)
    assert solution.bound == pytest.approx(2.3)


def test_solver_is_asked_without_its_presolve(monkeypatch):
    """Whatever the program, HiGHS gets it as it is."""
    asked = []
    solve = mathopt.solve

    def watched(model, kind, *, params):
        asked.append((kind, params.presolve))
        return solve(model, kind, params=params)

    monkeypatch.setattr(mathopt, "solve", watched)

    reduced().solve(time_limit_s=10, gap=0.0)

    assert asked == [(mathopt.SolverType.HIGHS, mathopt.Emphasis.OFF)]


@pytest.mark.parametrize("solver", Solver)
def test_impossible_programs_are_impossible_to_both(solver):
    """One column that must be two, and is one at most."""
    model = ArrayModel()
    columns = model.add_columns(1, upper=1)
    model.add_entries(model.add_rows(1, lower=2.0), columns, 1.0)

    solution = model.solve(time_limit_s=10, gap=0.0, solver=solver)

    assert solution.values is None
    assert solution.bound == math.inf


@pytest.mark.parametrize("error", [AttributeError, RuntimeError, ValueError])
def test_foreign_exceptions_do_not_leave(error):
    """Whatever OR-Tools raises becomes the library's own error, and names it."""

    def fail():
        raise error("of its own")

    with pytest.raises(SolverError, match=f"{error.__name__}: of its own"):
        guarded(fail)


def test_failing_simplex_of_values_is_our_error(monkeypatch):
    """The program of stock values keeps foreign exceptions in as well."""
    master = Master(np.ones(1), np.ones(1))
    master.add(0, 2.0, [0], [1.0])

    def fail(**_):
        raise AttributeError("of its own")

    monkeypatch.setattr(master._solver, "solve", fail)

    with pytest.raises(SolverError, match="of its own"):
        master.solve()


def test_what_the_presolve_broke_is_routed():
    """Fewest shipments with a line that nobody has: two nodes, and its penalty."""
    # N1 gives 2 A and 2 C, N2 the third A: 3 + 4 x 0.05 and 3.04 + 0.006, and 5,000
    # for five Z. With N4 for N2, at 3.18 + 0.012, it would be dearer.
    policy = Policy(
        costs=[Handling()],
        objective=Objective.FEWEST_SHIPMENTS,
        solve=SolveOptions(method="mip"),
    )
    problem = problem_at(
        [
            node("N1", per_shipment=3.0, per_unit=0.05),
            node("N2", per_shipment=3.04, per_unit=0.006),
            node("N4", per_shipment=3.18, per_unit=0.012),
        ],
        {"N1": {"A": 2, "C": 3}, "N2": {"A": 1}, "N4": {"A": 2, "C": 2}},
        policy,
        items="ACZ",
        A=3,
        C=2,
        Z=5,
    )

    result = route(problem)

    assert result.cost == pytest.approx(5006.246)
    assert result.is_optimal
