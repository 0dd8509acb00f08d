"""Long orders at sizes of real networks: proofs held against another method."""

import pytest
from benchmarks.baselines.partition import Partition
from benchmarks.baselines.pricing import Prices
from benchmarks.families.networks import Shape, draw_stream

from domroute import Policy, SolveOptions, SplitLimits, Status

ENOUGH_S = 600.0
"""Every proof here ends by itself, long before."""


def by_both(shape, seed, *, cap=None, among=None, method="mip"):
    """Yield what the library and a partition into contents make of drawn orders."""
    policy = Policy(
        splits=SplitLimits(max_shipments=cap),
        solve=SolveOptions(method=method, time_limit_s=ENOUGH_S),
    )
    stream = draw_stream(shape, seed=seed, policy=policy)
    router, other = stream.router(), Partition(Prices(stream), ENOUGH_S)
    for order in stream.orders if among is None else [stream.orders[among]]:
        result = router.route(order)
        yield result, other.cheapest(order, result.cost)


@pytest.mark.parametrize("cap", [None, 3])
@pytest.mark.parametrize(
    ("nodes", "stocked", "lines", "orders"),
    [(50, 0.3, (7, 10), 3), (120, 0.2, (6, 10), 3), (300, 0.12, (6, 9), 2)],
)
def test_optima_of_two_methods_are_one(nodes, stocked, lines, orders, cap):
    """The integer program proves what simplex and CP-SAT find over all contents."""
    shape = Shape(
        nodes=nodes, orders=orders, lines=lines, units=(1, 1, 2, 3), stocked=stocked
    )

    for result, optimum in by_both(shape, seed=4, cap=cap):
        assert result.method == "mip"
        assert result.status is Status.OPTIMAL
        assert result.cost == pytest.approx(optimum, abs=1e-4)
        assert result.bound <= optimum + 1e-4


def test_order_that_had_two_optima():
    """Ten lines over 300 nodes, once optimal at 98.40 and, by more time, at 105.76."""
    shape = Shape(
        nodes=300, orders=8, skus=200, lines=(10, 10), units=(1, 2, 3), stocked=0.15
    )

    [(result, optimum)] = by_both(shape, seed=5, among=2, method="auto")

    assert optimum == pytest.approx(98.3992)
    assert result.status is Status.OPTIMAL
    assert result.cost == pytest.approx(optimum)
