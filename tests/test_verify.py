"""The judge: right plans are clean, and brute force agrees with it."""

import math

from hypothesis import given
from hypothesis import strategies as st

from domroute.policy import Policy
from domroute.verify import Judge
from oracle import Oracle, best_plan
from plans import RIGHT, codes, left, plan
from strategies import problems


def test_right_plan_is_clean():
    """A plan that ships what was ordered, from stock, has no fault."""
    assert codes(RIGHT, cost=0.0) == []


def test_infeasible_result_is_clean():
    """A plan that claims there is none leaves every unit, at no cost."""
    made = plan(left("A2", cost=0.0), left("B1", cost=0.0))

    assert codes(made, policy=Policy(unfilled_penalty=None), cost=math.inf) == []


@given(problems())
def test_best_plan_of_brute_force_is_clean(problem):
    """The judge finds no fault in the best plan, and the same cost."""
    found = best_plan(*problem)
    if found is None:
        return
    key, best = found
    judge = Judge(problem.network, problem.policy)

    faults = judge.check(
        best, problem.order, problem.inventory, problem.quotes, key[-1]
    )

    assert faults == ()


@given(problems(), st.randoms(use_true_random=False))
def test_judge_and_brute_force_allow_the_same(problem, random):
    """Any way to fill an order is clean just when brute force allows it."""
    oracle = Oracle(*problem)
    judge = Judge(problem.network, problem.policy)
    ways = list(oracle.ways())
    for way in random.sample(ways, min(25, len(ways))):
        made = oracle.any_plan_of(way)
        if made is None:
            continue

        faults = judge.check(made, problem.order, problem.inventory, problem.quotes)

        is_allowed = oracle.allows(way) and oracle.allows_shipments(made.shipments)
        assert (not faults) == is_allowed, (way, faults)
