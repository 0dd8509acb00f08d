"""Goals before cost, in a wave: what is called optimal reaches them all."""

import numpy as np
import pytest

from builders import line, network, node, order, stock
from domroute import Policy, Router, Status
from domroute.batch.aims import reaches_goals
from domroute.costs import Handling
from domroute.sourcing.choice import Take


def routed(orders, nodes, held, penalty=50.0):
    """Route orders together, for the fewest shipments."""
    policy = Policy(
        costs=[Handling()], unfilled_penalty=penalty, objective="fewest_shipments"
    )
    return Router(network(*nodes), stock(**held), policy).route_batch(orders)


def statuses(batch):
    """Say the status of each result."""
    return [result.status for result in batch]


def test_a_shipment_more_than_alone_is_not_the_best():
    """o1 must have the A at N1; o2, alone one shipment for 20, is two for 2."""
    nodes = [node("N1", per_unit=10.0), *(node(n, per_unit=1.0) for n in ("N2", "N3"))]
    orders = [order("o1", line("l", "A", 1, pinned_node="N1")), order("o2", A=2)]

    batch = routed(orders, nodes, {"N1": {"A": 2}, "N2": {"A": 1}, "N3": {"A": 1}})

    assert [len(result.plan.shipments) for result in batch] == [1, 2]
    assert statuses(batch) == [Status.OPTIMAL, Status.FEASIBLE]


def test_nor_is_a_wave_that_could_do_with_a_shipment_less():
    """Both of N1 for o2, N2 for o1: the same 2.50, in two shipments for three."""
    nodes = [node("N1", per_unit=0.75), node("N2", per_unit=1.0)]

    batch = routed(
        [order("o1", A=1), order("o2", A=2)], nodes, {"N1": {"A": 2}, "N2": {"A": 1}}
    )

    shipments = sum(len(result.plan.shipments) for result in batch)
    assert (batch.status is Status.OPTIMAL) == (shipments == 2)


def test_nor_is_a_shipment_of_what_may_stay_for_nothing():
    """Whatever a joint plan does with it: no shipment is fewer than one."""
    policy = Policy(costs=[], unfilled_penalty=0.0, objective="fewest_shipments")
    compiled = Router(network(node("N1")), stock(N1={"A": 1}), policy)._compiled
    offers = compiled.offers(order("o1", A=1), None)
    (block,) = offers.blocks
    shipped = (Take(block, 0, np.ones(1, np.int64)),)

    found = [
        reaches_goals(offers, takes, policy, compiled.arrays, time_limit_s=9.0)
        for takes in (shipped, ())
    ]

    assert found == [False, True]


@pytest.mark.parametrize("far", [0, 1])
def test_what_none_can_better_is_proven(far):
    """Two A at two nodes, one each: two shipments it is; with none far, one left."""
    nodes = [node("N1", per_unit=1.0), node("N2", per_unit=2.0)]

    batch = routed([order("o1", A=2)], nodes, {"N1": {"A": 1}, "N2": {"A": far}})

    assert len(batch.results[0].plan.shipments) == 1 + far
    assert batch.status is Status.OPTIMAL
    assert statuses(batch) == [Status.OPTIMAL]
