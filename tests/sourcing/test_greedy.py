"""The greedy: near the best where nodes cost differently, and never nearest-first."""

import math
import random

import pytest

from builders import Problem, network, node, order, stock
from changes import route
from domroute.costs import Handling, Quotes, Shipping
from domroute.policy import Policy
from domroute.sourcing.greedy import simple_bound, solve_greedy
from domroute.sourcing.offers import tabulate
from domroute.words import Status
from stages import FREE, problem_at, stages_of

SKUS = "ABCDEFGH"


def mixed_problem(seed):
    """Make an order of 2-6 lines over 30 nodes whose work costs 1 to 8 a shipment."""
    draw = random.Random(seed)
    nodes = [
        node(
            f"N{at:02}",
            at=(draw.uniform(30, 45), draw.uniform(-110, -75)),
            per_shipment=draw.uniform(1, 8),
            per_unit=draw.uniform(0, 1),
        )
        for at in range(30)
    ]
    held = {
        made.id: {sku: draw.randint(1, 4) for sku in SKUS if draw.random() < 0.4}
        for made in nodes
    }
    skus = draw.sample(SKUS, draw.randint(2, 6))
    lines = {sku: draw.randint(1, 2) for sku in skus}
    spot = (draw.uniform(30, 45), draw.uniform(-110, -75))
    return Problem(
        order("o1", at=spot, **lines),
        network(*nodes, items=SKUS),
        stock(**held),
        Policy(costs=[Handling(), Shipping()]),
        Quotes(),
    )


def test_greedy_is_near_the_best():
    """On networks of mixed costs the greedy is within 3 % of the best on average."""
    ratios = []
    for seed in range(120):
        problem = mixed_problem(seed)
        ratios.append(route(problem, "greedy").cost / route(problem).cost)

    assert min(ratios) >= 1 - 1e-9
    assert sum(ratios) / len(ratios) <= 1.03


def test_nearest_is_not_first():
    """A cheap node far away goes before a dear one on the spot."""
    nodes = [node("N1", per_shipment=9.0), node("N2", at=(5.0, 0.0), per_shipment=1.0)]
    policy = Policy(costs=[Handling()])
    held = {"N1": {"A": 1}, "N2": {"A": 1}}

    result = route(problem_at(nodes, held, policy, A=1), "greedy")

    assert result.plan.node_ids == ("N2",)


def test_improvement_merges_shipments():
    """One node that has both is found, though each line is cheaper elsewhere."""
    # By the step: A from N1 for 1, B from N2 for 1; both from N3 for 1.5.
    nodes = [
        node("N1", per_shipment=1.0),
        node("N2", per_shipment=1.0),
        node("N3", per_shipment=1.5),
    ]
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    problem = problem_at(nodes, held, Policy(costs=[Handling()]), A=1, B=1)

    assert route(problem, "greedy").cost == 1.5


@pytest.mark.parametrize(
    ("capacity", "cost"), [(None, 0.0), ({"limit": 1, "measure": "units"}, 7.0)]
)
def test_greedy_keeps_capacity(capacity, cost):
    """Of two units one stays, where the node can do one."""
    problem = problem_at([node("N1", capacity=capacity)], {"N1": {"A": 5}}, FREE, A=2)

    assert route(problem, "greedy").cost == cost


def test_greedy_claims_no_more_than_it_knows():
    """Its plan is feasible, or optimal where its simple bound meets it."""
    result = route(problem_at([node("N1")], {"N1": {"A": 5}}, FREE, A=2), "greedy")

    assert (result.method, result.status) == ("greedy", Status.OPTIMAL)
    assert result.bound == result.cost == 0.0


def test_greedy_that_finds_nothing_proves_nothing():
    """No plan in hand is not infeasible: the greedy has not looked everywhere."""
    policy = Policy(costs=[], unfilled_penalty=None)

    result = route(problem_at([node("N1")], {"N1": {"A": 1}}, policy, A=2), "greedy")

    assert result.status is Status.FEASIBLE
    assert math.isinf(result.cost)
    assert not math.isinf(result.bound) or result.bound < 0


@pytest.mark.parametrize("penalty", [7.0, None])
def test_order_nobody_has(penalty):
    """No offers leave the penalty, or no bound at all."""
    policy = Policy(costs=[], unfilled_penalty=penalty)
    stages = stages_of(problem_at([node("N1")], {"N1": {"B": 1}}, policy, A=2))

    choice = solve_greedy(*stages, time_limit_s=10.0)

    assert choice.bound == (-math.inf if penalty is None else 14.0)
    assert choice.takes == (None if penalty is None else ())


def test_simple_bound_is_below_every_plan():
    """Each step at its cheapest and one shipment: 2 x 0.5 + 1 <= the best, 2 + 1."""
    nodes = [
        node("N1", per_shipment=1.0, per_unit=1.0),
        node("N2", per_shipment=3.0, per_unit=0.5),
    ]
    held = {"N1": {"A": 2}, "N2": {"A": 2}}
    policy = Policy(costs=[Handling()], unfilled_penalty=9.0)
    stages = stages_of(problem_at(nodes, held, policy, A=2))

    bound = simple_bound(tabulate(stages.offers, stages.atoms))

    assert bound == 2.0
    assert route(problem_at(nodes, held, policy, A=2)).cost == 3.0
