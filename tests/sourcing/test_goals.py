"""Fewest shipments, exact by every method: the tuple of brute force."""

import random

import numpy as np
import pytest

from builders import line, node
from changes import route
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.goals import Goal
from domroute.words import Objective, Status
from oracle import best_key
from stages import problem_at

EXACT = ["subset", "mip"]


def problem_of(seed, scale=1.0, penalty=1000.0):
    """Make an order over four nodes that differ by cents, and a line none has."""
    draw = random.Random(seed)
    nodes = [
        node(
            f"N{at}",
            per_shipment=round(scale * draw.uniform(3, 3.2), 2),
            per_unit=round(scale * draw.uniform(0, 0.05), 3),
        )
        for at in range(4)
    ]
    held = {f"N{at}": {sku: draw.randint(0, 2) for sku in "AB"} for at in range(4)}
    lines = [line(sku, sku, draw.randint(1, 3)) for sku in "AB"]
    lines.append(line("C", "C", draw.randint(1, 5)))
    policy = Policy(
        costs=[Handling()],
        unfilled_penalty=penalty,
        objective=Objective.FEWEST_SHIPMENTS,
    )
    return problem_at(nodes, held, policy, lines=lines)


@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize(
    ("scale", "penalty"), [(1.0, 1000.0), (0.1, 1e6), (1000.0, 5000.0)]
)
def test_a_large_penalty_swallows_no_cent(method, scale, penalty):
    """Of plans that leave the same, and ship as often, the cheapest is taken."""
    for seed in range(8):
        problem = problem_of(seed, scale, penalty)
        unfilled, shipments, cost = best_key(*problem)

        result = route(problem, method)

        assert result.status is Status.OPTIMAL
        assert result.costs["unfilled"] == pytest.approx(unfilled)
        assert len(result.plan.shipments) == shipments
        assert result.cost - unfilled == pytest.approx(cost - unfilled, abs=1e-6)


@pytest.mark.parametrize("method", EXACT)
def test_a_cent_of_penalty_decides_beside_thousands(method):
    """Leaving B costs a cent less than leaving A: B is left."""
    # The node can do one unit.
    nodes = [node("N1", capacity={"limit": 1, "measure": "units"})]
    lines = [
        line("A", "A", 1, unfilled_penalty=5000.01),
        line("B", "B", 1, unfilled_penalty=5000.0),
        line("C", "C", 40, unfilled_penalty=250_000.0),
    ]
    policy = Policy(costs=[Handling()], objective=Objective.FEWEST_SHIPMENTS)
    problem = problem_at(nodes, {"N1": {"A": 1, "B": 1}}, policy, lines=lines)

    result = route(problem, method)

    assert [part.line_id for part in result.plan.unfilled] == ["B", "C"]


@pytest.mark.parametrize("method", EXACT)
def test_penalties_that_tie_but_for_rounding_tie(method):
    """Leaving 0.1 and 0.2, or 0.3, is the same: the fewer shipments win."""
    # N1 ships C alone, or A and B; both together are more than it can do.
    nodes = [
        node("N1", capacity={"limit": 2, "measure": "units"}),
        node("N2", per_shipment=1.0),
    ]
    lines = [
        line("A", "A", 1, unfilled_penalty=0.1),
        line("B", "B", 1, unfilled_penalty=0.2),
        line("C", "C", 1, unfilled_penalty=0.3, excluded_nodes=["N1"]),
    ]
    held = {"N1": {"A": 1, "B": 1}, "N2": {"C": 1}}
    policy = Policy(
        costs=[Handling()],
        objective=Objective.FEWEST_SHIPMENTS,
        splits={"max_shipments": 1},
    )

    result = route(problem_at(nodes, held, policy, lines=lines), method)

    # Either leaves 0.3 in one shipment; N1 ships for nothing.
    assert result.plan.node_ids == ("N1",)


def test_penalty_of_a_million_beside_a_thousandth_is_held():
    """Enough would fill both; no solver is caught saying that nothing can."""
    # A caught solver warns, and warnings are errors.
    lines = [
        line("l0", "A", 1, unfilled_penalty=1e6),
        line("l1", "A", 1, unfilled_penalty=0.001),
    ]
    policy = Policy(costs=[], objective=Objective.FEWEST_SHIPMENTS)

    result = route(problem_at([node("N1")], {}, policy, lines=lines), "mip")

    # A thousandth is less than two millionths of what the order costs: a tie.
    assert [(part.line_id, str(part.reason)) for part in result.plan.unfilled] == [
        ("l0", "out_of_stock"),
        ("l1", "no_plan_fills_more"),
    ]


def test_greedy_compares_goal_by_goal():
    """One dear shipment goes before two for nothing, and filling before both."""
    nodes = [node("N1"), node("N2"), node("N3", per_shipment=2e6)]
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    policy = Policy(
        costs=[Handling()],
        unfilled_penalty=0.01,
        objective=Objective.FEWEST_SHIPMENTS,
    )

    result = route(problem_at(nodes, held, policy, A=1, B=1), "greedy")

    assert result.plan.node_ids == ("N3",)
    assert not result.plan.unfilled


@pytest.mark.parametrize("method", ["greedy", "nearest_first"])
def test_a_bound_on_cost_proves_no_goal_before_it(method):
    """A plan at no cost is not proven to have the fewest shipments."""
    nodes = [node("N1"), node("N2", at=(1.0, 0.0)), node("N3", at=(2.0, 0.0))]
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    policy = Policy(costs=[], objective=Objective.FEWEST_SHIPMENTS)

    result = route(problem_at(nodes, held, policy, A=1, B=1), method)

    assert result.cost == 0.0
    assert result.status is Status.FEASIBLE


def test_goal_is_proven_within_half_of_its_quantum():
    """Values that differ, differ by a quantum: less than half of it is rounding."""
    goal = Goal(np.ones(3), quantum=0.05)

    assert goal.proves(100.0, 99.99)
    assert not goal.proves(100.0, 99.95)
    # A bound above a value in hand is no bound.
    assert not goal.proves(100.0, 100.05)


def test_goal_without_quantum_is_proven_to_the_tolerance():
    """Where nothing is known of the values, what the solver leaves open is allowed."""
    goal = Goal(np.ones(3), quantum=0.0)

    assert goal.proves(1 / 3, 1 / 3 - 1e-7)
    assert not goal.proves(1 / 3, 1 / 3 - 1e-5)


def test_goal_holds_what_is_too_dear_by_itself():
    """A step of 3 is worth too much, unless steps worth less than nothing allow it."""
    model, other = ArrayModel(), ArrayModel()
    for each in (model, other):
        each.add_columns(3, upper=1)

    Goal(np.array([3.0, 1.0, 1.0]), quantum=1.0).hold(model, 2.0)
    Goal(np.array([3.0, 1.0, -1.0]), quantum=1.0).hold(other, 2.0)

    assert (model.rows, other.rows) == (2, 1)


def test_goal_without_weights_holds_nothing():
    """Where no column counts there is no row."""
    model = ArrayModel()
    model.add_columns(3, upper=1)

    Goal(np.zeros(3), quantum=0.0).hold(model, 0.0)

    assert model.rows == 0
