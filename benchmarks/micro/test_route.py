"""One order at 50 nodes: how long the whole answer takes, and its parts."""

import pytest
from benchmarks.families.networks import Shape, draw_stream

from domroute import Status, verify

_OF_LINES = {
    count: draw_stream(Shape(orders=1, lines=(count, count))) for count in (1, 3, 5)
}


@pytest.mark.parametrize("count", _OF_LINES)
def test_route(benchmark, count):
    """A verified result, proven optimal, the same every time."""
    stream = _OF_LINES[count]
    router, order = stream.router(), stream.orders[0]

    result = benchmark(router.route, order)

    assert result.status is Status.OPTIMAL
    shipped = sum(shipment.units for shipment in result.plan.shipments)
    assert shipped == sum(line.quantity for line in order.lines)
    assert result == router.route(order)


def test_route_greedily(benchmark):
    """The fallback alone: never below the bound that the exact method proves."""
    stream = _OF_LINES[5]
    quick = stream.policy.model_copy(
        update={"solve": stream.policy.solve.model_copy(update={"method": "greedy"})}
    )
    router, order = stream.router(quick), stream.orders[0]

    result = benchmark(router.route, order)

    assert result.method == "greedy"
    assert result.cost >= stream.router().route(order).bound - 1e-9


def test_compile(benchmark):
    """A router over 50 nodes, 200 SKUs and 7,000 rows of stock."""
    stream = _OF_LINES[3]

    router = benchmark(stream.router)

    assert router.route(stream.orders[0]).is_optimal


def test_verify(benchmark):
    """The judge alone, which compiles nothing beforehand here."""
    stream = _OF_LINES[5]
    order = stream.orders[0]
    result = stream.router().route(order)

    issues = benchmark(
        verify,
        result.plan,
        order,
        stream.network,
        stream.inventory,
        stream.policy,
        cost=result.cost,
    )

    assert issues == ()


@pytest.mark.parametrize("nodes", [50, 300, 2000])
def test_explain(benchmark, nodes):
    """Every node beside the plan: the last is ranked no better than the first."""
    stream = draw_stream(Shape(nodes=nodes, orders=1, lines=(3, 3)))
    router, order = stream.router(), stream.orders[0]

    explained = benchmark(router.explain, order)

    assert len(explained.nodes) == nodes
    assert explained.nodes[0].is_chosen
    assert explained.nodes[0].cost_with <= explained.nodes[-1].cost_with
