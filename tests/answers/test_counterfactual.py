"""What a plan with each node would cost, beside brute force."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings

from builders import node
from domroute.answers.counterfactual import best_with_each
from domroute.answers.facts import Question
from domroute.costs import Handling
from domroute.orders import Delivery
from domroute.policy import Policy, SolveOptions
from domroute.reasons import Reason
from domroute.router import Router
from domroute.split import SplitLimits
from domroute.words import Objective
from oracle import Oracle
from plain import rank, ways_of
from stages import explain_of, problem_at, stages_of
from strategies import problems
from worlds import world


def by_trying(problem):
    """Find the best plan that uses each node, by trying all plans: its goals."""
    oracle = Oracle(*problem)
    best = {made.id: (math.inf,) for made in problem.network.nodes}
    for way in oracle.ways():
        if way and oracle.allows(way):
            plan = oracle.plan_of(way)
            for _, name in way if plan is not None else ():
                best[name] = min(best[name], oracle.key_of(plan))
    return best


@settings(deadline=None)
@given(problems(most_ways=600))
def test_cost_with_a_node_is_that_of_the_best_plan_that_uses_it(problem):
    """Whatever rules, limits, quotes and goals there are."""
    best, made = by_trying(problem), explain_of(problem)
    for part in made.nodes:
        if not part.is_chosen:
            cost = best[part.node_id][-1]
            assert part.cost_with == pytest.approx(cost, rel=1e-6, abs=1e-6)
            assert (part.reason is None) == math.isfinite(cost)


@pytest.mark.parametrize("seed", range(30))
def test_cost_with_a_node_is_that_of_every_plan_listed(seed):
    """Beside a brute force that shares nothing; a tie is one, and no plan is said."""
    made = world(Random(seed))
    ways = ways_of(*made)
    router = Router(made.network, made.inventory, made.policy)
    told = router.explain(made.order, quotes=made.quotes)

    best = min((rank(way, made.policy) for way in ways), default=None)
    for part in told.nodes:
        mine = [rank(way, made.policy) for way in ways if part.node_id in way.nodes]
        if mine:
            assert part.cost_with == pytest.approx(min(mine)[-1], rel=1e-6, abs=1e-6)
            if "a tie" in part.sentence:
                assert min(mine) == pytest.approx(best, rel=1e-9, abs=1e-9)
        else:
            assert part.cost_with == math.inf
            assert part.reason is not None


def with_each(stages, **limits):
    """Ask for the best plan with each node."""
    question = Question(stages.offers, stages.policy, stages.arrays, lambda _: None)
    nodes = np.arange(len(stages.arrays.nodes))
    limit_s = limits.pop("time_limit_s", 9.0)
    found = best_with_each(question, nodes, time_limit_s=limit_s)
    return {at: found.at(at) for at in nodes.tolist()}


NODES = [node(f"N{at}", per_shipment=at**2 / 2 + 0.5) for at in (1, 2, 3)]
"""1, 2.5 and 5 a shipment."""
HELD = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"B": 1}}


@pytest.mark.parametrize("method", ["auto", "mip", "greedy", "nearest_first"])
def test_cost_with_a_node_is_exact_by_any_method(method):
    """A is at N1, B at N2 or N3: 1 + 2.5 with either of the first, 1 + 5 with N3."""
    policy = Policy(costs=[Handling()], solve=SolveOptions(method=method))
    stages = stages_of(problem_at(NODES, HELD, policy, A=1, B=1), all_nodes=True)

    found = with_each(stages)

    assert [found[at].cost for at in range(3)] == pytest.approx([3.5, 3.5, 6.0])
    assert all(made.is_proven for made in found.values())


@pytest.mark.parametrize("method", ["auto", "mip"])
def test_node_is_used_once(method):
    """With N2 forced, the rest may not come from N2 a second time."""
    # N1 has both A for 4; N2 one A for 1. With N2: 1 + 4, and not twice 1.
    nodes = [node("N1", per_shipment=4.0), node("N2", per_shipment=1.0)]
    policy = Policy(costs=[Handling()], solve=SolveOptions(method=method))
    held = {"N1": {"A": 2}, "N2": {"A": 1}}
    stages = stages_of(problem_at(nodes, held, policy, A=2), all_nodes=True)

    assert [with_each(stages)[at].cost for at in range(2)] == [4.0, 5.0]


def test_limits_hold_beside_the_node():
    """One shipment: with N2, which has no A, A stays for 1,000."""
    policy = Policy(costs=[Handling()], splits=SplitLimits(max_shipments=1))
    stages = stages_of(problem_at(NODES, HELD, policy, A=1, B=1), all_nodes=True)

    found = with_each(stages)

    assert [found[at].cost for at in range(3)] == [1001.0, 1002.5, 1005.0]


def test_limits_on_shipments_and_nodes_of_two_deliveries():
    """Two counts at once are asked of the integer program, and are exact."""
    lines = [
        {"id": "l1", "sku": "A", "quantity": 1},
        {
            "id": "l2",
            "sku": "B",
            "quantity": 1,
            "delivery": Delivery(to={"lat": 1.0, "lon": 0.0}),
        },
    ]
    held = {"N1": {"A": 1, "B": 1}, "N2": {"A": 1, "B": 1}}
    policy = Policy(
        costs=[Handling()], splits=SplitLimits(max_shipments=2, max_nodes=1)
    )
    stages = stages_of(problem_at(NODES[:2], held, policy, lines=lines), all_nodes=True)

    # Two shipments from one node: 1 + 1, or 2.5 + 2.5.
    assert [with_each(stages)[at].cost for at in range(2)] == [2.0, 5.0]


def test_fewest_shipments_come_before_cost_with_the_node_too():
    """With N3, which has B alone: one shipment more than N2's one."""
    held = {"N1": {"A": 1}, "N2": {"A": 1, "B": 1}, "N3": {"B": 1}}
    policy = Policy(costs=[Handling()], objective=Objective.FEWEST_SHIPMENTS)
    problem = problem_at(NODES, held, policy, A=1, B=1)

    told = explain_of(problem)

    assert told.node("N3").cost_with == 6.0
    assert told.node("N3").sentence == (
        "not chosen: the best plan with it has 1 more shipment"
    )


def test_where_time_is_over_nothing_is_claimed():
    """No second for the integer program: no cost, and no bound."""
    policy = Policy(costs=[Handling()], solve=SolveOptions(method="mip"))
    stages = stages_of(problem_at(NODES, HELD, policy, A=1, B=1), all_nodes=True)

    made = with_each(stages, time_limit_s=0.0)[0]

    assert (made.cost, made.bound, made.is_proven) == (None, -math.inf, False)


@pytest.mark.parametrize(
    ("fields", "splits", "reason"),
    [
        ({"minimum_order": 99.0}, {}, Reason.BELOW_MINIMUM_ORDER),
        (
            {"capacity": {"limit": 1, "measure": "units"}},
            {"ship_complete": True, "max_nodes": 1},
            Reason.NO_CAPACITY,
        ),
        ({}, {"min_part_value": 15.0, "ship_complete": True}, Reason.SPLIT_LIMIT),
    ],
    ids=["minimum", "capacity", "split"],
)
def test_node_out_of_every_plan_says_what_keeps_it_out(fields, splits, reason):
    """The cause without which some plan uses N2, which has one or two of the A."""
    has = 2 if "capacity" in fields else 1
    nodes = [node("N1"), node("N2", **fields)]
    policy = Policy(costs=[], splits=SplitLimits(**splits), unfilled_penalty=1.0)
    problem = problem_at(nodes, {"N1": {"A": 2}, "N2": {"A": has}}, policy, A=2)

    assert explain_of(problem).node("N2").reason is reason


def test_node_that_nothing_alone_lets_in_is_told_so():
    """N2 has one of two A: too little for its minimum, and for the order, at once."""
    nodes = [node("N1"), node("N2", minimum_order=15.0)]
    policy = Policy(
        costs=[],
        splits=SplitLimits(ship_complete=True, max_nodes=1),
        unfilled_penalty=1.0,
    )
    problem = problem_at(nodes, {"N1": {"A": 2}, "N2": {"A": 1}}, policy, A=2)

    assert explain_of(problem).node("N2").reason is Reason.NO_PLAN_USES_IT
