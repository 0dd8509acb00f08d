"""What a plan with each node would cost, beside brute force."""

import math

import pytest
from hypothesis import given

from builders import node
from changes import with_policy
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.sourcing.counterfactual import alone_at_each_node, costs_with_each_node
from domroute.words import Objective
from oracle import Oracle
from stages import explain_of, problem_at, stages_of
from strategies import problems


def best_with_each(problem):
    """Find the best plan that uses each node, by trying all plans."""
    oracle = Oracle(*problem)
    best = {made.id: math.inf for made in problem.network.nodes}
    for way in oracle.ways():
        if way and oracle.allows(way):
            plan = oracle.plan_of(way)
            for _, name in way if plan is not None else ():
                best[name] = min(best[name], plan.costs.total)
    return best


@given(problems(most_ways=600))
def test_cost_with_a_node_is_never_too_high(problem):
    """No plan that uses a node costs less than is said, and none less than the best."""
    problem = with_policy(problem, objective=Objective.COST)
    best, made = best_with_each(problem), explain_of(problem)
    for part in made.nodes:
        if part.cost_with is not None and not part.is_chosen:
            slack = 1e-6 * max(1.0, abs(best[part.node_id]))
            assert part.cost_with <= best[part.node_id] + slack
        if part.difference is not None:
            assert part.difference >= 0.0


def test_cost_with_a_node_is_that_of_the_best_plan():
    """With N3 for B the plan costs 1 + 4, with N2 for B 1 + 2."""
    nodes = [node(f"N{at}", per_shipment=at**2 / 2 + 0.5) for at in (1, 2, 3)]
    # 1, 2.5 and 5 a shipment; A at N1, B at N2 and N3.
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"B": 1}}
    stages = stages_of(
        problem_at(nodes, held, Policy(costs=[Handling()]), A=1, B=1), all_nodes=True
    )

    costs = costs_with_each_node(*stages)

    assert costs == pytest.approx([3.5, 3.5, 6.0])


def test_node_alone_fills_what_it_can():
    """N1 has one of two A, N2 both and B; N3 nothing."""
    nodes = [node(f"N{at}") for at in (1, 2, 3)]
    held = {"N1": {"A": 1}, "N2": {"A": 2, "B": 1}}
    stages = stages_of(problem_at(nodes, held, A=2, B=1), all_nodes=True)

    first, second, third = alone_at_each_node(*stages)

    units = [[take.units.tolist() for take in takes] for takes in (first, second)]
    assert units == [[[1, 0]], [[2, 1]]]
    assert third is None
