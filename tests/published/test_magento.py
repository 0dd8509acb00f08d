"""
Seven source-selection fixtures of a public engine: what is there, and what may go.

Two differences are stated rather than hidden. We promise whole units, so 5.5 on hand
are 5 (the engine deducts 5.5); and our SKUs are exact, so a SKU in another case is an
error the caller is told of (the engine finds the item all the same).
"""

import math

import pytest
from benchmarks.published import DATA, NO_DATA, source_selections

from domroute import HandlingCost, InputError, Network, Policy, Reason, Router

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=NO_DATA)

# `collect` may run where there is no data: the names are known, the cases are not.
_EXACT = ["int-1", "int-2", "int-3", "int-4", "int-5", "api-1"]
_PENNILESS = Policy(costs=[], unfilled_penalty=1.0)


def fixture_of(name):
    """Find one fixture by its name."""
    return next(told for told in source_selections() if told.name == name)


def taken(result):
    """Add up the units a plan takes, by (source, SKU)."""
    return {
        (shipment.node_id, content.sku): content.quantity
        for shipment in result.plan.shipments
        for content in shipment.contents
    }


def route(told, policy=_PENNILESS, network=None):
    """Route a fixture's request."""
    return Router(network or told.network, told.inventory, policy).route(told.order)


def test_seven_fixtures():
    """The file has the six exact fixtures and the one in another case."""
    assert [told.name for told in source_selections()] == [*_EXACT, "case-insensitive"]


@pytest.mark.parametrize("name", _EXACT)
def test_units_available(name):
    """Every source promises the whole units of what the engine saw there."""
    told = fixture_of(name)

    for (node, sku), units in told.available.items():
        assert told.inventory.available(node, sku) == math.floor(units)


@pytest.mark.parametrize("name", _EXACT)
def test_units_filled(name):
    """As many units are filled as the sources together hold whole, and no more."""
    told = fixture_of(name)
    there = dict.fromkeys([line.sku for line in told.order.lines], 0)
    for (_, sku), units in told.available.items():
        there[sku] += math.floor(units)

    result = route(told)

    filled = dict.fromkeys(there, 0)
    for (_, sku), units in taken(result).items():
        filled[sku] += units
    assert filled == {
        line.sku: min(line.quantity, there[line.sku]) for line in told.order.lines
    }


@pytest.mark.parametrize("name", _EXACT)
def test_shippable(name):
    """A request is filled wholly just where the engine calls it shippable."""
    told = fixture_of(name)

    result = route(told)

    assert (result.plan.unfilled == ()) is told.shippable


@pytest.mark.parametrize("name", _EXACT)
def test_sources_in_their_order(name):
    """Where earlier sources are cheaper, they are drained first, as the engine does."""
    told = fixture_of(name)
    rank = {source: at for at, source in enumerate(told.sources)}
    nodes = [  # a source that is not to be tried is free, and must not tempt
        node.model_copy(
            update={"cost": HandlingCost(per_unit=0.01 * rank.get(node.id, 0))}
        )
        for node in told.network.nodes
    ]
    expected = {}
    for line in told.order.lines:
        wanted = line.quantity
        for source in told.sources:  # each gives whole units until the line is filled
            there = math.floor(told.available.get((source, line.sku), 0))
            if units := min(wanted, there):
                expected[source, line.sku] = units
                wanted -= units

    result = route(
        told,
        Policy(costs=[{"term": "handling"}], unfilled_penalty=1.0),
        Network(nodes=nodes, items=told.network.items),
    )

    assert taken(result) == expected
    # Within a unit of what the engine deducts: only the half units differ.
    for key, units in told.deducted.items():
        assert abs(expected.get(key, 0) - units) < 1


def test_disabled_source_is_not_used():
    """A disabled source with ten units fills nothing, and explain says why."""
    told = fixture_of("int-2")  # 15 asked for: only the disabled source could help

    explained = Router(told.network, told.inventory, _PENNILESS).explain(told.order)

    reasons = {node.node_id: node.reason for node in explained.nodes}
    assert told.inventory.available("eu-disabled", "SKU-1") == 10
    assert reasons["eu-disabled"] is Reason.DISABLED
    assert "eu-disabled" not in explained.result.plan.node_ids


def test_out_of_stock_item_is_not_used():
    """Ten units marked out of stock are kept and never promised."""
    told = fixture_of("int-2")

    result = route(told)

    assert told.inventory.available("eu-3", "SKU-1") == 0
    assert "eu-3" not in result.plan.node_ids
    # 5 of eu-1's 5.5 and the 3 of eu-2: 8 of 15.
    assert [(part.sku, part.quantity) for part in result.plan.unfilled] == [
        ("SKU-1", 7)
    ]


def test_source_outside_the_stock_is_not_used():
    """SKU-2 lies in a source that the stock does not link: three units are left."""
    result = route(fixture_of("int-3"))

    left = result.plan.unfilled
    assert [(part.sku, part.quantity, part.reason) for part in left] == [
        ("SKU-2", 3, Reason.OUT_OF_STOCK)
    ]


def test_sku_in_another_case_is_an_error():
    """The engine finds ``sku-1`` as SKU-1; we say that the SKU is unknown, by name."""
    told = fixture_of("case-insensitive")

    with pytest.raises(InputError, match="sku-1") as caught:
        route(told)

    assert len(caught.value.issues) == 1
