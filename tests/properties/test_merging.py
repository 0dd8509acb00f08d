"""What holds of every order that may be put together at a node."""

import math

import pytest

from domroute.router import Router
from domroute.words import Status
from merging_worlds import drawn_merging
from plain_merging import best_cost

SEEDS = range(24)


def _solved(made, method):
    """Route the order of a world by a method; the plan is judged as it is made."""
    solve = made.policy.solve.model_copy(update={"method": method})
    policy = made.policy.model_copy(update={"solve": solve})
    router = Router(made.network, made.inventory, policy)
    return router.route(made.order, quotes=made.quotes)


@pytest.mark.parametrize("method", ["auto", "mip"])
@pytest.mark.parametrize("seed", SEEDS)
def test_best_plan_is_the_best_of_all_nodes(seed, method):
    """Every node, service and way to send parts is tried by hand."""
    made = drawn_merging(seed)

    result, (cost, is_merged) = _solved(made, method), best_cost(made)

    assert result.cost == pytest.approx(cost, abs=1e-6)
    is_none = math.isinf(cost)
    assert result.status is (Status.INFEASIBLE if is_none else Status.OPTIMAL)
    assert (result.plan.merged_at is not None) == is_merged


@pytest.mark.parametrize("seed", SEEDS)
def test_node_that_merges_never_makes_it_dearer(seed):
    """Without it there is less to choose from."""
    made = drawn_merging(seed)
    without = made._replace(network=made.network.without_merging())

    assert _solved(made, "auto").cost <= _solved(without, "auto").cost + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_customer_gets_one_shipment_of_what_is_put_together(seed):
    """Parts are of one date, and go to one node."""
    plan = _solved(drawn_merging(seed), "auto").plan
    if plan.merged_at is None:
        return

    assert len(plan.arriving) == 1
    assert len({part.delivers_on for part in plan.shipments}) == 1
    assert {part.merge_at for part in plan.shipments} == {plan.merged_at, None}
