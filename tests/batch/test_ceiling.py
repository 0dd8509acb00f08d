"""What plans cost at most, and that prices alone prove that there is none."""

import math

import pytest

from builders import network, node, order, stock, tuned
from domroute.batch.ceiling import most_cost
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.router import Router
from domroute.words import Status
from waves import compiled, drawn, random_prices


@pytest.mark.parametrize("measure", [None, "orders", ("orders", "lines")])
@pytest.mark.parametrize("splits", [{}, {"split_price": 3.0}], ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_no_plan_costs_more(seed, splits, measure):
    """Whatever orders would do at any prices costs less without them."""
    wave, *_ = drawn(seed, measure=measure, splits=splits)
    prices = random_prices(wave, seed)
    answer = wave.ask(prices)

    assert answer.values.sum() - answer.usage.units @ prices.units <= most_cost(wave)


def test_it_is_the_dearest_step_and_all_that_may_be_left():
    """Two steps at 5 + 2 each, or 2 x 40 left: twice the sum, and one."""
    nodes = [node("N1", per_shipment=5.0, per_unit=1.0)]
    wave = compiled([order("o1", A=2)], nodes, {"N1": {"A": 2}}, unfilled_penalty=40.0)

    assert most_cost(wave) == pytest.approx(1.0 + 2.0 * (2 * 7.0 + 80.0))


def test_prices_prove_that_there_is_no_plan():
    """Three must have one of two units: no program is asked, and it is proven."""
    plain = Policy(costs=[Handling()], unfilled_penalty=None)
    policy = tuned(plain, wave={"planning": {"joint": 0}})
    held = stock(N1={"A": 1}, N2={"A": 1})
    made = network(node("N1", per_shipment=1.0), node("N2", per_shipment=3.0))
    orders = [order(f"o{at}", A=1) for at in range(3)]

    batch = Router(made, held, policy).route_batch(orders, time_limit_s=30)

    assert batch.status is Status.INFEASIBLE
    assert batch.bound == math.inf
