"""Prices on half a cell or more: a tighter bound, never above the optimum."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from batch_oracle import best_cost
from builders import item, line, network, node, order, stock
from domroute.answers.compiled import Compiled
from domroute.batch.crowding import CrowdedAscent
from domroute.batch.prices import Ascent
from domroute.batch.wave import compile_wave
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.router import Router
from strategies import orders_of, problems
from waves import drawn, random_prices


def crowded(wave, steps=300):
    """Climb with prices of units, then with prices on half a cell or more."""
    plain = Ascent.start(wave)
    plain.climb(lambda: plain.steps >= steps)
    ascent = CrowdedAscent.after(plain)
    ascent.climb(lambda: ascent.steps >= plain.steps + steps)
    return plain, ascent


def test_half_a_cell_beside_the_whole_of_it_is_a_mixture_only():
    """
    Near a shipment costs 4, far off 10; the near node has two units.

    o1 wants one and o2 two: in whole plans one of them has to go far, 4 + 10. Of
    mixtures, o1 goes near and half of o2 with it: 4 + (4 + 10) / 2.
    """
    near = node("N1", per_shipment=4.0, per_line=0.0)
    far = node("N2", per_shipment=10.0, per_line=0.0)
    router = Router(
        network(near, far, items=[item("A")]),
        stock(N1={"A": 2}, N2={"A": 9}),
        Policy(costs=[Handling()], unfilled_penalty=99.0),
    )
    orders = [order("o1", line("l", "A", 1)), order("o2", line("l", "A", 2))]
    wave = compile_wave(
        orders,
        lambda one: router._compiled.offers(one, None),
        router.policy,
        router._compiled.arrays,
    )

    plain, ascent = crowded(wave)

    assert plain.bound == pytest.approx(11.0, abs=0.02)
    assert ascent.bound == pytest.approx(14.0, abs=0.02)
    assert ascent.bound <= 14.0


@pytest.mark.parametrize("measure", [None, "units", ("orders", "units")])
@pytest.mark.parametrize("seed", range(3))
def test_the_bound_is_what_the_prices_prove(seed, measure):
    """Asked again at its prices, the wave says the bound again; it is never lower."""
    wave, *_ = drawn(seed, count=25, measure=measure)

    plain, ascent = crowded(wave, steps=80)

    answer = wave.ask(ascent.prices, is_strict=True)
    assert ascent.bound >= plain.bound
    if ascent.prices.crowding is not None:
        assert wave.bound(answer, ascent.prices) == ascent.bound


@pytest.mark.parametrize("seed", range(4))
def test_strictly_no_node_comes_twice(seed):
    """Asked strictly each order costs what the kernel says, and uses a node once."""
    wave, *_ = drawn(seed, count=20)
    prices = random_prices(wave, seed)

    loose, strict = wave.ask(prices), wave.ask(prices, is_strict=True)

    assert (strict.values >= loose.values - 1e-9).all()
    for table, picks in zip(wave.tables, strict.picks, strict=True):
        pairs = np.stack((picks.order, table.node[picks.column]))
        assert np.unique(pairs, axis=1).shape == pairs.shape


# Shrinking takes minutes here, and says little.
@settings(deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_bound_is_never_above_the_optimum(data):
    """Whatever the orders, rules and costs: the tighter bound is a bound."""
    problem = data.draw(problems(most_ways=150, curves=False))
    orders = [problem.order.model_copy(update={"id": "a"})]
    other = data.draw(orders_of(problem.network, 150))
    orders.append(other.model_copy(update={"id": "b"}))
    least = best_cost(orders, *problem[1:])
    ready = Compiled.of(problem.network, problem.inventory, problem.policy)
    wave = compile_wave(
        orders,
        lambda one: ready.offers(one, problem.quotes),
        ready.policy,
        ready.arrays,
    )
    if not wave.tables or wave.policy.objective != "cost":
        return

    _, ascent = crowded(wave, steps=60)

    assert ascent.bound <= least + 1e-6 * max(1.0, abs(least))
