"""Prices between what one unit less would cost and what one unit more is worth."""

import pytest

from builders import item, network, node, order, stock
from domroute.batch.prices import Ascent
from domroute.batch.wave import compile_wave
from domroute.costs import Handling
from domroute.network import Capacity
from domroute.policy import Policy
from domroute.router import Router
from waves import drawn

POLICY = Policy(costs=[Handling()], unfilled_penalty=50.0)


def leant(wave):
    """Climb as far as it goes, and lean."""
    ascent = Ascent.start(wave)
    ascent.climb(lambda: False)
    best = ascent.bound
    ascent.lean(lambda: False)
    return ascent, best


def wave_of(nodes, held, orders):
    """Compile orders of one SKU."""
    router = Router(network(*nodes, items=[item("A")]), stock(**held), POLICY)
    return compile_wave(
        orders,
        lambda one: router._compiled.offers(one, None),
        POLICY,
        router._compiled.arrays,
    )


def test_a_price_is_what_one_unit_more_is_worth():
    """One more saves two; one less would cost eight, and so might any price between."""
    nodes = [node(f"N{i}", per_shipment=cost) for i, cost in enumerate((1.0, 3.0, 9.0))]
    held = {"N0": {"A": 1}, "N1": {"A": 1}, "N2": {"A": 5}}
    wave = wave_of(nodes, held, [order("o1", A=1), order("o2", A=1)])
    ascent, _ = leant(wave)

    assert ascent.prices.units[:2] == pytest.approx([2.0, 0.0], abs=0.05)


def test_so_is_the_price_of_capacity():
    """Of work as of goods: two orders, one of which the near node can do."""
    near = node("N0", per_shipment=1.0, capacity=Capacity(limit=1, measure="orders"))
    nodes = [near, node("N1", per_shipment=3.0), node("N2", per_shipment=9.0)]
    held = {"N0": {"A": 9}, "N1": {"A": 1}, "N2": {"A": 9}}
    wave = wave_of(nodes, held, [order("o1", A=1), order("o2", A=1)])
    ascent, _ = leant(wave)

    assert ascent.prices.load[0] == pytest.approx(2.0, abs=0.05)
    assert ascent.prices.units[1] == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("seed", range(6))
def test_leaning_costs_next_to_nothing_of_the_bound(seed):
    """And what it says of itself is what its prices prove."""
    wave, *_ = drawn(seed, count=30)
    ascent, best = leant(wave)

    assert ascent.bound >= best - 1e-5 * abs(best)
    answer = wave.ask(ascent.prices)
    assert wave.bound(answer, ascent.prices) == pytest.approx(ascent.bound, rel=1e-12)
