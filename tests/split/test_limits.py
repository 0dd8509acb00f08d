"""Each limit on splits, through the router: kept where hard, paid where soft."""

import math

import pytest
from pydantic import ValidationError

from builders import line, node, pickup
from changes import route
from domroute.policy import Policy
from domroute.split import SplitLimits
from stages import problem_at

# A is at N1 and B at N2; N3 has both, at 20 a shipment.
NODES = [
    node("N1", kind="store"),
    node("N2", kind="store"),
    node("N3", per_shipment=20.0),
]
HELD = {"N1": {"A": 3}, "N2": {"B": 3}, "N3": {"A": 9, "B": 9}}


def result_of(method="auto", held=HELD, penalty=7.0, objective="cost", **limits):
    """Route one A and one B under limits."""
    wanted = limits.pop("wanted", {"A": 1, "B": 1})
    policy = Policy(
        costs=[{"term": "handling"}],
        splits=SplitLimits(**limits),
        unfilled_penalty=penalty,
        objective=objective,
    )
    return route(problem_at(NODES, held, policy, **wanted), method)


BOTH = pytest.mark.parametrize("method", ["auto", "mip"])


@BOTH
@pytest.mark.parametrize(
    ("limits", "cost", "nodes"),
    [
        # Free: A from N1, B from N2.
        ({}, 0.0, ("N1", "N2")),
        # One shipment: leaving one for 7 beats N3 for 20.
        ({"max_shipments": 1}, 7.0, None),
        ({"max_nodes": 1}, 7.0, None),
        ({"max_shipments": 2}, 0.0, ("N1", "N2")),
        # A second shipment at 3 is cheaper than leaving a unit.
        ({"max_shipments": 1, "over_limit_price": 3.0}, 3.0, ("N1", "N2")),
        ({"max_nodes": 1, "over_limit_price": 3.0}, 3.0, ("N1", "N2")),
        # One too many of each: 2 x 3.
        (
            {"max_nodes": 1, "max_shipments": 1, "over_limit_price": 3.0},
            6.0,
            ("N1", "N2"),
        ),
        ({"split_price": 2.0}, 2.0, ("N1", "N2")),
        ({"split_price": 8.0}, 7.0, None),
        # Worth 20: an order that must be worth 20.5 is not split.
        ({"min_order_value": 20.0}, 0.0, ("N1", "N2")),
        ({"min_order_value": 20.5}, 7.0, None),
        # Each part is worth 10.
        ({"min_part_value": 10.0}, 0.0, ("N1", "N2")),
        ({"min_part_value": 10.5}, 7.0, None),
        # Complete: nothing left, or nothing shipped for 14.
        ({"max_shipments": 1, "ship_complete": True}, 14.0, ()),
        (
            {"max_shipments": 1, "ship_complete": True, "incomplete_price": 2.0},
            9.0,
            None,
        ),
    ],
    ids=str,
)
def test_limit_makes_the_best_plan(method, limits, cost, nodes):
    """The best plan under each limit, by both exact methods."""
    result = result_of(method, **limits)

    assert result.is_optimal
    assert result.cost == pytest.approx(cost)
    if nodes is not None:
        assert result.plan.node_ids == nodes


@BOTH
def test_both_halves_of_a_split_are_worth_enough(method):
    """A part of a split needs its worth; the order as one shipment does not."""
    # 3 A are worth 30; N1 gives 2 at most 20, and 1 from N3 only 10.
    held = {"N1": {"A": 2}, "N3": {"A": 1}}
    wanted = {"A": 3}

    split = result_of(method, held=held, wanted=wanted, min_part_value=15.0)
    alone = result_of(method, held=held, wanted={"A": 1}, min_part_value=15.0)

    # Splitting is 20; leaving the third unit 7.
    assert [part.units for part in split.plan.shipments] == [2]
    assert split.cost == 7.0
    assert alone.cost == 0.0


@pytest.mark.parametrize("method", ["auto", "mip", "nearest_first"])
@pytest.mark.parametrize(("least", "units"), [(10.0, [1, 1]), (10.5, [1])])
def test_each_delivery_from_one_node_is_a_part(method, least, units):
    """One A shipped and one B picked up at N1: two parts of 10, and none of 20."""
    lines = [line("A", "A"), line("B", "B", delivery=pickup("N1"))]
    policy = Policy(
        costs=[{"term": "handling"}],
        splits=SplitLimits(min_part_value=least),
        unfilled_penalty=7.0,
    )
    held = {"N1": {"A": 1, "B": 1}}

    result = route(problem_at(NODES, held, policy, lines=lines), method)

    assert [part.units for part in result.plan.shipments] == units
    assert result.cost == 7.0 * (2 - len(units))


@BOTH
def test_fewest_shipments_goes_before_cost(method):
    """One shipment for 20 goes before two for nothing, but not before filling all."""
    assert result_of(method, objective="fewest_shipments").plan.node_ids == ("N3",)
    split = result_of(
        method, held={"N1": {"A": 1}, "N2": {"B": 1}}, objective="fewest_shipments"
    )
    assert split.plan.node_ids == ("N1", "N2")
    assert split.cost == 0.0


@pytest.mark.parametrize("method", ["auto", "mip", "greedy", "nearest_first"])
@pytest.mark.parametrize(
    ("prices", "least", "splits"),
    [
        # 0.7 + 0.1 is 0.8, whatever floats make of it; and so with thousands.
        ((0.7, 0.1), 0.8, True),
        ((0.7, 0.1), 0.81, False),
        ((700_000.7, 100_000.1), 800_000.8, True),
        ((700_000.7, 100_000.1), 800_000.81, False),
        ((70_000_000.7, 10_000_000.1), 80_000_000.8, True),
        ((70_000_000.7, 10_000_000.1), 80_000_000.81, False),
    ],
    ids=str,
)
def test_order_worth_exactly_the_minimum_is_split(method, prices, least, splits):
    """An order worth the minimum to the cent may be split, a cent below it may not."""
    lines = [
        line(sku, sku, 1, unit_price=price)
        for sku, price in zip("AB", prices, strict=True)
    ]
    held = {"N1": {"A": 1}, "N2": {"B": 1}}
    policy = Policy(
        costs=[{"term": "handling"}], splits=SplitLimits(min_order_value=least)
    )

    result = route(problem_at(NODES, held, policy, lines=lines), method)

    assert len(result.plan.shipments) == 1 + splits


@pytest.mark.parametrize("method", ["auto", "mip", "greedy", "nearest_first"])
@pytest.mark.parametrize("size", [1, 1_000_000, 100_000_000])
@pytest.mark.parametrize("limit", ["minimum_order", "min_part_value"])
def test_part_worth_exactly_the_minimum_ships(method, size, limit):
    """What a node, or a part of a split, must be worth is kept to the cent."""
    # Three units at 0.1 more than a round price are worth 0.3 more than three times it.
    price = size - 1 + 0.1
    for least, ships in ((3 * (size - 1) + 0.3, True), (3 * (size - 1) + 0.31, False)):
        splits = SplitLimits(min_part_value=least if limit == "min_part_value" else 0)
        minimum = {"minimum_order": least} if limit == "minimum_order" else {}
        nodes = [node("N1", **minimum), node("N2")]
        held = {"N1": {"A": 3}, "N2": {"B": 1}}
        lines = [
            line("A", "A", 3, unit_price=price),
            line("B", "B", 1, unit_price=4e8),
        ]
        policy = Policy(costs=[{"term": "handling"}], splits=splits)

        result = route(problem_at(nodes, held, policy, lines=lines), method)

        assert (len(result.plan.shipments) > 1) is ships


@BOTH
def test_complete_order_that_cannot_be_is_left(method):
    """Where B is short, an order that ships complete does not ship."""
    result = result_of(method, held={"N1": {"A": 3}}, ship_complete=True)

    assert not result.plan.shipments
    assert result.cost == 14.0


@BOTH
def test_complete_order_that_must_be_filled_is_impossible(method):
    """No penalty, no plan."""
    result = result_of(method, held={"N1": {"A": 3}}, penalty=None)

    assert result.status == "infeasible"
    assert math.isinf(result.cost)


@BOTH
def test_one_node_may_make_two_shipments(method):
    """A node that ships one line and hands out another is one node, two shipments."""
    lines = [line("l1", "A"), line("l2", "A", delivery=pickup("N1"))]
    wanted = {"lines": lines}

    assert result_of(method, wanted=wanted, max_nodes=1).cost == 0.0
    assert result_of(method, wanted=wanted, max_shipments=1).cost == 7.0
    assert result_of(method, wanted=wanted, max_shipments=2, max_nodes=1).cost == 0.0


@pytest.mark.parametrize(
    "fields",
    [
        {"max_shipments": 0},
        {"max_nodes": 0},
        {"split_price": -1.0},
        {"over_limit_price": float("inf")},
        {"min_part_value": float("nan")},
    ],
    ids=str,
)
def test_limits_make_sense(fields):
    """A limit of no shipments, and prices that are none, are refused."""
    with pytest.raises(ValidationError):
        SplitLimits(**fields)
