"""Orders in no table: what they ask at prices is a bound, and a slope of it."""

import numpy as np
import pytest

from builders import line, node, order, place
from domroute.batch.cells import Prices
from domroute.batch.entering import Entrant
from domroute.batch.loner import relax
from domroute.batch.repricing import reprice
from domroute.network import Capacity
from domroute.orders import Delivery
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.sourcing.kernel import decide
from waves import compiled, drawn, random_prices

ELSEWHERE = Delivery(to=place((1.0, 1.0)))
BOTH = {"max_shipments": 2, "max_nodes": 2}

SEVERAL = ("orders", "lines", "units", "workload")


def as_loners(wave, router, orders):
    """See every order of a wave as one that stands in no table."""
    for at, one in enumerate(orders):
        offers = router._compiled.offers(one, None)
        cells = wave.cells.of(offers), wave.cells.later_of(offers)
        entrant = Entrant(at, offers, *cells, wave.policy, wave.arrays)
        yield entrant.loner()


@pytest.mark.parametrize(
    "measure", [None, "orders", "lines", "units", "workload", SEVERAL]
)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_asked_of_a_large_order_is_a_bound(seed, measure):
    """At any prices no more than the kernel's plan costs there, and not nothing."""
    wave, router, orders = drawn(seed, measure=measure)
    prices = random_prices(wave, seed)

    for loner in as_loners(wave, router, orders):
        value, _ = relax(loner, prices, wave.arrays)
        priced = reprice(loner.offers, loner.cell, prices, wave.arrays)
        exact = decide(priced, wave.policy, wave.arrays).bound
        assert 0 < value <= exact + 1e-9


@pytest.mark.parametrize("measure", [None, "lines", "units", SEVERAL])
@pytest.mark.parametrize("seed", range(3))
def test_what_it_would_take_is_how_the_bound_changes(seed, measure):
    """At no other prices is the bound above the line that the wish says."""
    wave, router, orders = drawn(seed, measure=measure)
    here, there = random_prices(wave, seed), random_prices(wave, seed + 9)

    for loner in as_loners(wave, router, orders):
        value, wish = relax(loner, here, wave.arrays)
        other, _ = relax(loner, there, wave.arrays)
        units = (there.units - here.units)[wish.cells] @ wish.units
        load = (there.load - here.load)[wish.rows] @ wish.load
        assert other <= value + units + load + 1e-9


def test_what_must_be_filled_and_cannot_is_known():
    """Nobody has C, and o1 must have it."""
    wave = compiled(
        [order("o1", line("l1", "A"), line("l2", "C", must_fill=True))],
        [node("N1", per_shipment=1.0)],
        {"N1": {"A": 1, "C": 0}},
        unfilled_penalty=40.0,
        solve={"method": "greedy"},
    )

    value, _ = relax(wave.named[0], wave.free_prices(), wave.arrays)

    assert value >= IS_FORBIDDEN


def test_an_order_of_two_counts_asks_as_its_table_does():
    """Two deliveries from N1 cost 1 + 1; at 3 a unit 2 + 6; A and B are asked for."""
    wave = compiled(
        [order("o1", line("l1", "A"), line("l2", "B", delivery=ELSEWHERE))],
        [node("N1", per_shipment=1.0, capacity=Capacity(limit=9, measure="orders"))],
        {"N1": {"A": 1, "B": 1}},
        unfilled_penalty=40.0,
        splits=BOTH,
    )
    (loner,) = wave.loners
    units = np.full(len(wave.stock), 3.0)

    value, wish = loner.ask(Prices.of(units, np.array([0.5])), wave.arrays)

    # One order at the node, whatever it ships: 0.5 once.
    assert value == pytest.approx(2.0 + 6.0 + 0.5)
    assert wish.units.tolist() == [1.0, 1.0]
    assert wish.load.tolist() == [1.0]


def test_price_of_an_order_is_never_charged_once_a_delivery():
    """Two deliveries from N1, 3 a unit and 5 an order: no bound is above 2 + 6 + 5."""
    wave = compiled(
        [order("o1", line("l1", "A"), line("l2", "B", delivery=ELSEWHERE))],
        [node("N1", per_shipment=1.0, capacity=Capacity(limit=9, measure="orders"))],
        {"N1": {"A": 1, "B": 1}},
        unfilled_penalty=40.0,
        splits=BOTH,
    )
    (loner,) = wave.loners
    prices = Prices.of(np.full(len(wave.stock), 3.0), np.array([5.0]))

    priced = reprice(loner.offers, loner.cell, prices, wave.arrays)

    assert 8.0 <= decide(priced, wave.policy, wave.arrays).bound <= 13.0


@pytest.mark.parametrize(("floor", "is_kept"), [(0, True), (1, True), (2, False)])
def test_takes_leave_an_order_what_it_must_have(floor, is_kept):
    """A ladder that is drained said how much of each line nodes can fill."""
    wave, router, orders = drawn(0, count=1)
    (loner,) = as_loners(wave, router, orders)
    takes = decide(loner.offers, wave.policy, wave.arrays).takes

    wave.floors[loner.at] = loner.filled(takes) + floor - 1

    assert wave.keeps_fill(loner, takes) == is_kept


def test_prices_make_nothing_cheaper_than_it_is_alone():
    """What is proven of an order alone is its least share of any bound."""
    wave = compiled(
        [order("o1", line("l1", "A"), line("l2", "B", delivery=ELSEWHERE))],
        [node("N1", per_shipment=1.0)],
        {"N1": {"A": 1, "B": 1}},
        unfilled_penalty=40.0,
        splits=BOTH,
    )
    wave.alone[0] = 30.0

    assert wave.ask(wave.free_prices()).values.tolist() == [30.0]
