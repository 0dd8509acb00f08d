"""Terms that pay for what ships: amounts below zero, by every method."""

import math
from collections import Counter
from random import Random

import pytest

from beside import order_beside, paid_wave, wave_beside
from builders import item, line, network, node, order, stock
from changes import route
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.router import Router
from paying import Bonus
from stages import problem_at
from worlds import paid_world

METHODS = ["subset", "mip", "auto"]


def pays(**fields):
    """Make a term that pays 3 at N1, as told: for a shipment, a line or a unit."""
    parts = {"per_shipment": {}, "per_line": {}, "per_unit": {}}
    return Bonus(**{**parts, **{name: {"N1": -3.0} for name in fields}})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("term", "cost"),
    [
        # N1 sends two of A and one of B for 1, and is paid once, twice or three times.
        (pays(per_shipment=True), 1.0 - 3.0),
        (pays(per_line=True), 1.0 - 6.0),
        (pays(per_unit=True), 1.0 - 9.0),
    ],
)
def test_shipments_lines_and_units_are_paid_for(term, cost, method):
    """Every method proves the same."""
    policy = Policy(costs=(Handling(), term), unfilled_penalty=7.0)
    nodes = [node("N1", per_shipment=1.0), node("N2", per_shipment=0.5)]
    held = {"N1": {"A": 2, "B": 1}, "N2": {"A": 2, "B": 1}}

    result = route(problem_at(nodes, held, policy, A=2, B=1), method)

    assert result.status == "optimal"
    assert (result.cost, result.bound) == pytest.approx((cost, cost))


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_paid_for_an_empty_shipment(method):
    """N1 has nothing of the order, and C comes from N2 alone."""
    term = pays(per_shipment=True, per_line=True, per_unit=True)
    policy = Policy(costs=(Handling(), term), unfilled_penalty=7.0)
    nodes = [node("N1", per_shipment=1.0), node("N2", per_shipment=0.5)]

    result = route(problem_at(nodes, {"N2": {"C": 1}}, policy, C=1), method)

    assert (result.status, result.cost) == ("optimal", 0.5)


# The first eight were wrong: bounds too high by what a term paid, or never reached,
# where the program was paid for what it did not send.
@pytest.mark.parametrize(
    "seed", [13, 59, 79, 121, 148, 156, 206, 254, *range(7000, 7030)]
)
def test_order_is_as_brute_force_has_it(seed):
    """Cost, the cost with every node, and reasons."""
    assert list(order_beside(seed, Counter(), draw=paid_world)) == []


@pytest.mark.parametrize("seed", [7, 18, 39, *range(600, 606)])
def test_wave_is_as_brute_force_has_it(seed):
    """Cost and bounds; in the first three a bound spread what is paid for a line."""
    assert list(wave_beside(seed, Counter(), draw=paid_wave)) == []


def long_order(seed, more):
    """
    Draw an order of many lines over many nodes that all have them, some of which pay.

    ``more`` is added to what each unit costs, sent or left.
    """
    rng = Random(seed)
    skus = [f"S{at}" for at in range(12)]
    names = [f"N{at}" for at in range(120)]
    nodes = [node(name, per_shipment=rng.choice([4.0, 5.0, 7.5])) for name in names]
    term = Bonus(
        {}, {}, {name: rng.choice([-4.0, -1.5, -0.25, 0.5]) + more for name in names}
    )
    lines = [
        line(
            sku, sku, rng.choice([1, 2, 4]), unfilled_penalty=rng.choice([0, 5]) + more
        )
        for sku in skus
    ]
    held = {name: {sku: rng.choice([0, 1, 1, 2]) for sku in skus} for name in names}
    router = Router(
        network(*nodes, items=[item(sku) for sku in skus]),
        stock(**held),
        Policy(costs=(Handling(), term)),
    )
    wanted = order("o", *lines)
    return router.route(wanted), math.fsum(line.quantity for line in lines) * more


@pytest.mark.parametrize("seed", range(3))
def test_long_order_costs_as_much_more_as_each_unit(seed):
    """What every unit costs besides, sent or left, changes no plan."""
    paid, _ = long_order(seed, 0.0)
    plain, more = long_order(seed, 50.0)

    assert paid.status == plain.status == "optimal"
    assert paid.cost == pytest.approx(plain.cost - more, abs=1e-4)
    assert paid.bound == pytest.approx(plain.bound - more, abs=1e-2)
