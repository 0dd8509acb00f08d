"""Orders that have a table to themselves are asked as the kernel asks them."""

import pytest

from builders import line, node, order, place
from domroute.batch.repricing import reprice
from domroute.orders import Delivery
from domroute.sourcing.kernel import decide
from waves import compiled_with_router, random_prices

NEAR = Delivery(method="pickup", radius_km=500.0)
ELSEWHERE = Delivery(to=place((1.0, 1.0)))
NODES = [
    node("N1", kind="store", per_shipment=3.0, per_line=1.0),
    node("N2", (1.0, 0.0), kind="store", per_shipment=2.0),
    node("N3", (2.0, 0.0), kind="store", per_shipment=1.0, per_unit=2.0),
]
HELD = {"N1": {"A": 2, "B": 0}, "N2": {"A": 1, "B": 1}, "N3": {"A": 1, "B": 2}}
CASES = {
    "radius": (order("o1", line("l1", "A", 2), line("l2", "B"), delivery=NEAR), {}),
    "part value": (
        order("o1", line("l1", "A", 2), line("l2", "B", 2)),
        {"min_part_value": 20.0},
    ),
    "shipments": (
        order("o1", line("l1", "A", 2), line("l2", "B", delivery=ELSEWHERE)),
        {"max_shipments": 2},
    ),
    "split price": (
        order("o1", line("l1", "A", 2), line("l2", "B", delivery=ELSEWHERE)),
        {"split_price": 4.0},
    ),
    "radius of one of two": (
        order("o1", line("l1", "A", 2, delivery=NEAR), line("l2", "B", 2)),
        {"max_shipments": 3, "over_limit_price": 5.0},
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(4))
def test_at_any_prices_it_costs_what_the_kernel_finds(case, seed):
    """Whatever it asks of its parts; and it uses what it is said to take."""
    one, splits = CASES[case]
    # A second order makes cells contended, which is what prices are for.
    orders = [one, order("o2", A=3, B=3)]
    wave, router = compiled_with_router(
        orders, NODES, HELD, unfilled_penalty=12.0, splits=splits
    )
    prices = random_prices(wave, seed)
    (table,) = (s for s in wave.tables if 0 in s.orders)

    values, picks = table.solve(prices, is_strict=True)

    assert table.own is not None
    offers = router._compiled.offers(one, None)
    priced = reprice(offers, wave.cells.of(offers), prices, wave.arrays)
    exact = decide(priced, wave.policy, wave.arrays)
    assert values[0] == pytest.approx(exact.bound)
    assert table.taken[picks.part].sum() == sum(t.units.sum() for t in exact.takes)
