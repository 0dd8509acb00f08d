"""Split limits, whole lines, lines that ship together, complete orders."""

from dataclasses import replace

import pytest

from builders import (
    line,
    node,
    order,
    pickup,
)
from domroute.plan import Content, Costs
from domroute.policy import Policy
from domroute.split import SplitLimits
from plans import RIGHT, codes, left, plan, ship


def test_pickup_is_not_split():
    """Lines that are picked up within a radius wait at one node."""
    nodes = [node(name, kind="store") for name in ("N1", "N2")]
    wanted = order(A=2, B=1, delivery=pickup(radius_km=100.0))
    parts = [ship("N1", "A2", method="pickup"), ship("N2", "B1", method="pickup")]

    assert codes(plan(*parts), wanted, nodes=nodes) == ["split_pickup"]


@pytest.mark.parametrize(
    "limits",
    [
        {"max_shipments": 1},
        {"max_nodes": 1},
        {"min_order_value": 30.5},
        {"min_part_value": 10.5},
    ],
    ids=lambda limits: next(iter(limits)),
)
def test_split_limit_is_kept(limits):
    """Each hard limit on splits holds: 2 A and 1 B at 10 each are worth 30."""
    policy = Policy(costs=[], splits=SplitLimits(**limits))

    assert codes(RIGHT, policy=policy) == ["split_limit"]
    assert codes(plan(ship("N1", "A2", "B1")), policy=policy) == []


@pytest.mark.parametrize("limit", ["min_order_value", "min_part_value"])
@pytest.mark.parametrize("price", [0.1, 33_333.7, 333_333_333.3])
def test_values_of_splits_are_kept_to_the_cent(limit, price):
    """Three lines of a price from one node, and one that is worth more from another."""
    dear = 4 * price
    lines = [line(f"l{at}", "A", unit_price=price) for at in range(3)]
    wanted = order("o1", *lines, line("B", "B", unit_price=dear))
    contents = tuple(Content(f"l{at}", "A", 1) for at in range(3))
    parts = replace(ship("N1"), contents=contents, workload=3.0), ship("N2", "B1")
    least = round((7 if limit == "min_order_value" else 3) * price, 1)

    def faults(value):
        policy = Policy(costs=[], splits=SplitLimits(**{limit: value}))
        return codes(plan(*parts), wanted, policy=policy)

    assert faults(least) == []
    assert faults(least + 0.01) == ["split_limit"]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        # Two shipments of one node: two of the one, one of the other.
        ({"max_shipments": 1}, ["split_limit"]),
        ({"max_shipments": 2}, []),
        ({"max_nodes": 1}, []),
        # An order of 30 from one node is not split over nodes; its parts are 20 and 10.
        ({"min_order_value": 30.5}, []),
        ({"min_part_value": 10.0}, []),
        ({"min_part_value": 10.5}, ["split_limit"]),
    ],
    ids=["shipments", "enough", "nodes", "order", "parts", "small"],
)
def test_limits_with_two_deliveries_from_one_node(limits, expected):
    """Two A shipped and one B picked up at the same store make two shipments."""
    store = node("N1", kind="store")
    wanted = order("o1", line("A", "A", 2), line("B", "B", delivery=pickup("N1")))
    made = plan(ship("N1", "A2"), ship("N1", "B1", method="pickup"))
    policy = Policy(costs=[], splits=SplitLimits(**limits))

    assert codes(made, wanted, nodes=[store], policy=policy) == expected


def test_prices_with_two_deliveries_from_one_node():
    """Shipments beyond the first pay for the split; one node is not too many."""
    # One split at 1.5, and one shipment beyond one at 4.0; nodes are within theirs.
    limits = SplitLimits(
        max_shipments=1, max_nodes=1, over_limit_price=4.0, split_price=1.5
    )
    store = node("N1", kind="store")
    wanted = order("o1", line("A", "A", 2), line("B", "B", delivery=pickup("N1")))
    parts = ship("N1", "A2"), ship("N1", "B1", method="pickup")
    policy = Policy(costs=[], splits=limits)

    made = plan(*parts, split=5.5)

    assert codes(made, wanted, nodes=[store], policy=policy, cost=5.5) == []


def test_splits_are_priced():
    """Soft limits charge each excess, besides the price of a split."""
    # One split at 1.5; one shipment and one node too many at 4 each.
    limits = SplitLimits(
        max_shipments=1, max_nodes=1, over_limit_price=4.0, split_price=1.5
    )
    policy = Policy(costs=[], splits=limits)

    assert (
        codes(replace(RIGHT, order_costs=Costs.of({"split": 9.5})), policy=policy) == []
    )
    assert codes(RIGHT, policy=policy) == ["wrong_cost"]


def test_whole_line_is_not_split():
    """A line that may not be split ships whole from one node, or not at all."""
    wanted = order("o1", line("A", "A", 2, allow_split=False))

    assert codes(plan(ship("N1", "A1"), ship("N2", "A1")), wanted) == ["line_split"]
    assert codes(plan(ship("N1", "A1"), left("A1")), wanted) == ["line_split"]
    assert codes(plan(left("A2")), wanted) == []


def test_order_ships_complete():
    """An order that ships complete is filled completely or not at all."""
    policy = Policy(
        costs=[], unfilled_penalty=7.0, splits=SplitLimits(ship_complete=True)
    )

    assert codes(plan(ship("N1", "A2"), left("B1")), policy=policy) == ["ship_complete"]
    assert codes(plan(left("A2"), left("B1")), policy=policy) == []


def test_incomplete_order_is_priced():
    """A price for a partly filled order is charged once."""
    limits = SplitLimits(ship_complete=True, incomplete_price=3.0)
    policy = Policy(costs=[], unfilled_penalty=7.0, splits=limits)
    made = plan(ship("N1", "A1"), left("A1"), left("B1"), incomplete=3.0)

    assert codes(made, policy=policy, cost=17.0) == []
    assert codes(replace(made, order_costs=Costs()), policy=policy) == ["wrong_cost"]


@pytest.mark.parametrize(
    "made",
    [
        RIGHT,
        plan(ship("N1", "A2"), left("B1")),
        plan(ship("N1", "A1", "B1"), left("A1")),
    ],
    ids=["two_nodes", "one_stays", "part_stays"],
)
def test_lines_ship_together(made):
    """Lines that ship together leave one node whole, or stay."""
    wanted = order(
        "o1",
        *(
            line(sku, sku, n, ship_together="set")
            for sku, n in ("A2", "B1")
            for n in [int(n)]
        ),
    )

    assert codes(made, wanted) == ["ship_together"]


def test_lines_stay_together():
    """Lines that ship together may all leave one node, or all stay."""
    wanted = order(
        "o1",
        line("A", "A", 2, ship_together="set"),
        line("B", "B", ship_together="set"),
    )

    assert codes(plan(ship("N1", "A2", "B1")), wanted) == []
    assert codes(plan(left("A2"), left("B1")), wanted) == []


@pytest.mark.parametrize(
    ("field", "penalty"),
    [({"must_fill": True}, 7.0), ({}, None)],
    ids=["line", "policy"],
)
def test_line_must_be_filled(field, penalty):
    """A line that must be filled leaves no unit."""
    wanted = order("o1", line("A", "A", 2, **field))
    policy = Policy(costs=[], unfilled_penalty=penalty)

    assert codes(plan(left("A2", 0.0)), wanted, policy=policy) == ["must_fill"]


def test_value_of_order_is_the_one_given():
    """An order is worth what it says, or else the sum of its lines at their prices."""
    # 2 A at 10 and 1 B at 15 make 35; only an order worth 33 may be split.
    policy = Policy(costs=[], splits=SplitLimits(min_order_value=33.0))
    lines = [line("A", "A", 2), line("B", "B", 1, unit_price=15.0)]

    assert codes(RIGHT, order("o1", *lines), policy=policy) == []
    assert codes(RIGHT, order("o1", *lines, value=32.0), policy=policy) == [
        "split_limit"
    ]
