"""What is proven and by whom: contradictions are found, told, and prove nothing."""

import math
import warnings
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from builders import item, network, node, order, service, stock
from changes import route, with_policy, with_tuning
from domroute.answers.concluding import conclude
from domroute.batch.prices import Ascent
from domroute.batch.state import SearchState
from domroute.costs import Handling, Shipping
from domroute.errors import SolverError
from domroute.policy import Policy, SolveOptions
from domroute.router import Router
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.mip import solve_mip
from domroute.sourcing.proof import Proof, settled
from domroute.sourcing.solution import Solution, Solver
from domroute.tuning import WaveTuning
from domroute.words import Objective, Status
from stages import problem_at, stages_of

HIGHS, SCIP = Solver


def said(bound, values=None):
    """Make what a solver says."""
    return Solution(values, bound, 1)


def answers(**by):
    """Ask for what is written down: a solution, or an error to raise."""
    asked = []

    def ask(solver):
        asked.append(solver)
        answer = by[solver.name]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ask, asked


def test_best_bound_stands():
    """Of several bounds the highest, never above the plan but for rounding."""
    proof = Proof()
    proof.say(3.0)
    proof.say(7.0, HIGHS)
    proof.say(5.0, HIGHS)
    proof.plan(9.0)

    assert proof.bound == 7.0
    assert not proof.proves(0.0)

    proof.say(9.0 + 1e-9, HIGHS)

    assert proof.bound == 9.0
    assert proof.proves(0.0)


@pytest.mark.parametrize("plan_first", [True, False])
def test_bound_above_a_plan_is_no_bound(plan_first):
    """Whichever came first, all that its sayer said is dropped, and it is told."""
    proof = Proof()
    proof.say(80.0)
    proof.say(90.0, HIGHS)
    tell = [partial(proof.plan, 98.4), partial(proof.say, 112.1, HIGHS)]
    first, second = tell if plan_first else tell[::-1]
    first()

    with pytest.warns(RuntimeWarning, match=r"HiGHS says .* 112\.1, but 98\.4 is"):
        second()

    assert proof.bound == 80.0
    assert not proof.proves(1e-6)
    proof.say(95.0, HIGHS)
    assert proof.bound == 80.0  # who was caught once is not believed again
    proof.say(97.0, SCIP)
    assert proof.bound == 97.0


def test_no_plan_beside_a_plan_is_a_contradiction():
    """A plan in hand is one, whatever a solver says."""
    proof = Proof()
    proof.plan(10.0)

    with pytest.warns(RuntimeWarning, match="HiGHS says"):
        solution = proof.ask(answers(HIGHS=said(math.inf), SCIP=said(9.0))[0])

    assert solution.bound == 9.0
    assert not proof.is_impossible
    assert proof.bound == 9.0


def test_no_plan_is_nobodys_word_alone():
    """Where the second solver has a plan, the first was wrong."""
    proof = Proof()
    ask, asked = answers(HIGHS=said(math.inf), SCIP=said(9.0, np.ones(1)))

    with pytest.warns(RuntimeWarning, match="there is no plan, but SCIP has one"):
        solution = proof.ask(ask)

    assert asked == [HIGHS, SCIP]
    assert solution.values.tolist() == [1.0]
    assert proof.bound == 9.0


@pytest.mark.parametrize(
    "second", [said(math.inf), said(-math.inf), SolverError("failed")]
)
def test_no_plan_is_believed_where_nothing_speaks_against_it(second):
    """The second agrees, has no time, or fails."""
    proof = Proof()

    solution = proof.ask(answers(HIGHS=said(math.inf), SCIP=second)[0])

    assert solution.values is None
    assert proof.is_impossible
    assert proof.proves(0.0)


def test_second_solver_is_asked_where_the_first_fails():
    """And the first is not asked again."""
    proof = Proof()
    ask, asked = answers(HIGHS=SolverError("failed"), SCIP=said(4.0))

    assert proof.ask(ask).bound == 4.0
    assert proof.find(ask).bound == 4.0
    assert asked == [HIGHS, SCIP, SCIP]
    assert str(proof.failure) == "failed"


def test_nobody_answers():
    """Where all have failed nothing is said, and nothing proven."""
    proof = Proof()

    solution = proof.ask(answers(HIGHS=SolverError("a"), SCIP=SolverError("b"))[0])

    assert solution is None
    assert proof.bound == -math.inf
    assert str(proof.failure) == "b"


def test_what_is_held_proves_nothing():
    """A question with something settled has a bound of its own, which is not taken."""
    proof = Proof()

    proof.find(answers(HIGHS=said(math.inf), SCIP=said(1.0))[0])

    assert proof.bound == -math.inf


def test_values_that_are_no_solution_are_told():
    """All that their sayer said is dropped, and the next one is asked."""
    proof = Proof()
    proof.say(3.0, HIGHS)
    broken = Solution(None, -math.inf, 1, fault="a row is above its most")

    with pytest.warns(RuntimeWarning, match="HiGHS says .* but a row is above its"):
        solution = proof.ask(answers(HIGHS=broken, SCIP=said(2.0))[0])

    assert solution.bound == 2.0
    assert proof.bound == 2.0


def test_goals_have_proofs_of_their_own():
    """Another goal starts from the plan in hand; who was caught stays caught."""
    proof = Proof()
    proof.plan(50.0)
    with pytest.warns(RuntimeWarning):
        proof.say(51.0, HIGHS)

    beside = proof.beside(2.0)
    beside.say(1.0, HIGHS)

    assert beside.bound == -math.inf
    assert beside.cost == 2.0


def test_rounding_is_settled_and_more_is_not():
    """A bound a hair above comes down to the cost; one above by more is none."""
    assert settled(0.1 + 0.2, 0.3) == 0.3
    assert settled(2.0, 3.0) == 2.0
    assert settled(math.inf, math.inf) == math.inf
    with pytest.warns(RuntimeWarning, match=r"bound 3\.0001 is above a plan at 3"):
        assert settled(3.0001, 3.0) == -math.inf


# --- in the stages -----------------------------------------------------------


def fourteen():
    """Make an order of fourteen lines over three nodes: at 2 + 3 + 14 x 0.25 = 8.5."""
    skus = "abcdefghijklmn"
    nodes = [node(f"N{at}", per_shipment=2.0 + at, per_unit=0.25) for at in range(3)]
    held = {
        f"N{at}": {sku: 1 for i, sku in enumerate(skus) if i % 3 != at}
        for at in range(3)
    }
    policy = Policy(costs=[Handling()], unfilled_penalty=50.0)
    return problem_at(nodes, held, policy, items=skus, **dict.fromkeys(skus, 1))


def lie(monkeypatch, *, bound, by=(HIGHS,), values=False):
    """Let solvers say another bound than what they found."""
    solve = ArrayModel.solve

    def lying(self, **given):
        solution = solve(self, **given)
        if given.get("solver", HIGHS) not in by:
            return solution
        return Solution(solution.values if values else None, bound, 1)

    monkeypatch.setattr(ArrayModel, "solve", lying)


@pytest.mark.parametrize("bound", [20.0, math.inf])
@pytest.mark.parametrize("objective", Objective)
def test_lying_solver_proves_nothing_of_an_order(bound, objective, monkeypatch):
    """A false bound is caught by the greedy's plan, and the second solver proves."""
    problem = with_policy(fourteen(), objective=objective)
    lie(monkeypatch, bound=bound)

    with pytest.warns(RuntimeWarning, match="HiGHS says"):
        result = route(problem)

    assert result.method == "mip"
    assert result.is_optimal
    assert result.cost == pytest.approx(8.5)


def test_solvers_that_lie_alike_prove_nothing(monkeypatch):
    """The plan in hand stands, with the bound that rests on no solver."""
    lie(monkeypatch, bound=20.0, by=Solver, values=True)

    with pytest.warns(RuntimeWarning):
        result = route(fourteen())

    # Every unit at 0.25, and one shipment at 2; half of each node, 2 + 3 + 4, at most.
    assert 14 * 0.25 + 2 < result.bound < 14 * 0.25 + 4.5
    assert result.status is Status.FEASIBLE
    assert result.plan.shipments


def test_stages_of_large_orders_are_held_to_the_same(monkeypatch):
    """The program of shipments alone, and the halves, are caught as well."""
    lie(monkeypatch, bound=20.0, values=True)

    with pytest.warns(RuntimeWarning, match="HiGHS says"):
        result = route(with_tuning(fourteen(), program={"large": 1}))

    assert result.cost == pytest.approx(8.5)
    assert result.is_optimal


def stepped():
    """Make an order of six lines with weight steps, which no single node fills."""
    skus = "ABCDEF"
    held = {
        f"N{at}": {sku: 2 for i, sku in enumerate(skus) if i % 3 != at}
        for at in range(3)
    }
    return problem_at(
        [node(f"N{at}", per_shipment=1.0 + at) for at in range(3)],
        held,
        Policy(costs=[Handling(), Shipping()], unfilled_penalty=100.0),
        services=[service("G", ((5.0, 7.0, 9.0),), (1.0, 2.0, 9.0))],
        items=[item(sku, weight_kg=0.4) for sku in skus],
        **dict.fromkeys(skus, 2),
    )


@pytest.mark.parametrize("large", [1, 800])
@pytest.mark.parametrize("lie_at", [30.0, math.inf, None])
def test_stages_of_weight_steps_are_held_to_the_same(lie_at, large, monkeypatch):
    """A bound too high, "no plan" or broken rows: the second solver proves."""
    problem = with_tuning(stepped(), program={"large": large})
    # 4.8 kg in two shipments, from N0 at 1 and N1 at 2: one of up to 2 kg for 7, and
    # the rest, as much as 3.2 kg, for 9.
    assert route(problem, "subset").cost == pytest.approx(1 + 2 + 7 + 9)
    if lie_at is None:
        spoil(monkeypatch)
    else:
        lie(monkeypatch, bound=lie_at)

    with pytest.warns(RuntimeWarning, match="HiGHS says"):
        result = route(problem, "mip")

    assert result.is_optimal
    assert result.cost == pytest.approx(19.0)


class Said:
    """What a solver said, but for its values: no more than a part of them."""

    def __init__(self, result):
        """Take the rest from what was said."""
        self._result = result

    def __getattr__(self, name):
        """Pass on what is true."""
        return getattr(self._result, name)

    def variable_values(self):
        """Say two fifths of each value."""
        known = self._result.variable_values()
        return {variable: 0.4 * value for variable, value in known.items()}


def spoil(monkeypatch):
    """Let HiGHS say values that break rows, at the cost and bound of those it found."""
    solve = mathopt.solve

    def spoiled(model, kind, **given):
        result = solve(model, kind, **given)
        return Said(result) if kind is mathopt.SolverType.HIGHS else result

    monkeypatch.setattr(mathopt, "solve", spoiled)


@pytest.mark.parametrize("large", [1, 800])
@pytest.mark.parametrize("objective", Objective)
def test_values_that_break_rows_are_caught(objective, large, monkeypatch):
    """In every stage; the second solver decides."""
    spoil(monkeypatch)
    made = with_tuning(fourteen(), program={"large": large})
    problem = with_policy(made, objective=objective)

    with pytest.warns(RuntimeWarning, match="HiGHS says that this is a solution"):
        result = route(problem)

    assert result.is_optimal
    assert result.cost == pytest.approx(8.5)


@pytest.mark.parametrize("objective", Objective)
def test_failing_solvers_leave_the_plan_in_hand(objective, monkeypatch):
    """Where every solver fails, the greedy's plan is returned, unproven."""

    def fail(*_, **__):
        raise SolverError("failed")

    monkeypatch.setattr(ArrayModel, "solve", fail)
    problem = with_policy(fourteen(), objective=objective)

    result = route(problem)

    assert result.plan.shipments
    assert result.status is Status.FEASIBLE
    assert result.bound <= result.cost


def test_failing_solvers_and_no_plan_are_an_error(monkeypatch):
    """Nothing in hand and nobody to ask: the library's own error."""

    def fail(*_, **__):
        raise SolverError("failed")

    monkeypatch.setattr(ArrayModel, "solve", fail)
    policy = Policy(
        costs=[Handling()], unfilled_penalty=None, solve=SolveOptions(method="mip")
    )
    problem = problem_at([node("N1")], {"N1": {"A": 1}}, policy, A=2)

    with pytest.raises(SolverError, match="failed"):
        Router(problem.network, problem.inventory, problem.policy).route(problem.order)


def test_bound_above_the_written_plan_is_left_out():
    """Whoever said it: what costs 8.5 as written cannot cost 9 at least."""
    stages = stages_of(fourteen())
    choice = solve_mip(*stages, time_limit_s=10)
    wrong = replace(choice, bound=9.0)

    with pytest.warns(RuntimeWarning, match=r"bound 9 is above a plan at 8\.5"):
        result = conclude(
            stages.offers, wrong, stages.policy, stages.arrays, elapsed_s=0.0
        )

    # What rests on no solver stays: a shipment at 2, and 14 units at 0.25.
    assert result.status is Status.FEASIBLE
    assert result.bound == pytest.approx(5.5)


class Hands:
    """What a joint plan is made with, as far as it is ranked and copied."""

    def rank(self):
        """Cost 7, no order without a plan."""
        return (0, 7.0)

    def copy(self):
        """Return itself: nothing is changed."""
        return self


def test_waves_are_held_to_the_same():
    """A bound above the joint plan is none, and does not end the search."""
    state = SearchState(
        time_limit_s=1e6, gap=0.0, watch=lambda *_: True, tuned=WaveTuning()
    )
    state.note(Hands())
    state.prove(6.0)

    with pytest.warns(RuntimeWarning, match="but 7 is known"):
        state.prove(8.0)

    assert state.bound == -math.inf
    assert not state.is_over()


def scarce():
    """Make two orders for one unit at 1 and one at 5: 6 together."""
    nodes = [node("near", per_shipment=1.0), node("far", per_shipment=5.0)]
    return Router(
        network(*nodes),
        stock(near={"A": 1}, far={"A": 1}),
        Policy(costs=[Handling()], unfilled_penalty=50.0),
    ), [order("o1", A=1), order("o2", A=1)]


@pytest.mark.parametrize("bound", [90.0, math.inf])
def test_joint_program_is_held_to_the_same(bound, monkeypatch):
    """What is said above the joint plan in hand is told, and the second is asked."""
    router, orders = scarce()
    lie(monkeypatch, bound=bound)
    monkeypatch.setattr(Ascent, "climb", lambda *_: None)

    with pytest.warns(RuntimeWarning, match="HiGHS says"):
        batch = router.route_batch(orders, time_limit_s=20.0)

    assert batch.cost == pytest.approx(6.0)
    assert batch.bound == pytest.approx(6.0)
    assert batch.status is Status.OPTIMAL


def test_joint_program_of_broken_rows_is_caught(monkeypatch):
    """Values that are no solution place no order; the second solver proves."""
    router, orders = scarce()
    spoil(monkeypatch)
    monkeypatch.setattr(Ascent, "climb", lambda *_: None)

    with pytest.warns(RuntimeWarning, match="HiGHS says that this is a solution"):
        batch = router.route_batch(orders, time_limit_s=20.0)

    assert batch.cost == pytest.approx(6.0)
    assert batch.bound == pytest.approx(6.0)
    assert batch.status is Status.OPTIMAL


def test_joint_program_that_fails_leaves_the_plan(monkeypatch):
    """Where every solver fails the plan in hand stands, with the bound by prices."""

    def fail(*_, **__):
        raise SolverError("failed")

    router, orders = scarce()
    monkeypatch.setattr(ArrayModel, "solve", fail)
    monkeypatch.setattr(Ascent, "climb", lambda *_: None)

    batch = router.route_batch(orders, time_limit_s=0.5)

    assert batch.cost == pytest.approx(6.0)
    assert batch.bound <= 6.0


def test_agreement_is_silent():
    """Nothing is told where nothing is contradicted."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert route(fourteen()).is_optimal
