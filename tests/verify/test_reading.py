"""A plan that cannot be read: wrong ids, units that do not add up, mixed deliveries."""

from dataclasses import replace

import pytest

from builders import (
    line,
    order,
    place,
)
from domroute.orders import Delivery
from domroute.plan import Content
from domroute.policy import Policy
from domroute.rules import (
    NodePriority,
)
from domroute.split import SplitLimits
from plans import RIGHT, codes, faults, left, plan, ship


@pytest.mark.parametrize(
    "made",
    [
        plan(replace(RIGHT.shipments[0], order_id="o2"), RIGHT.shipments[1]),
        plan(replace(left("A2"), order_id="o2"), RIGHT.shipments[1]),
        plan(*RIGHT.shipments, ship("N9", "A1")),
        plan(*RIGHT.shipments, ship("N9", "C1")),
        plan(*RIGHT.shipments, replace(left("A2"), line_id="l9")),
        plan(*RIGHT.shipments, replace(left("A2"), sku="B")),
    ],
    ids=["order", "unfilled_order", "node", "line", "unfilled_line", "unfilled_sku"],
)
def test_unknown_ids_are_named(made):
    """An id that the order or network does not know is a fault, and no crash."""
    found = codes(made, cost=0.0)

    assert set(found) - {"overfilled", "wrong_total"} == {"unknown_id"}


def test_sku_of_another_line_is_unknown():
    """A shipment that names another SKU than the line asks for ships none of it."""
    made = plan(
        replace(RIGHT.shipments[0], contents=(Content("A", "B", 2),)),
        RIGHT.shipments[1],
    )

    first, second = faults(made)

    assert (first.code, second.code) == ("unknown_id", "not_accounted")
    assert first.message == "line 'A' asks for 'A', not 'B'"


def test_order_for_unknown_item_does_not_crash():
    """A line whose SKU is no item of the network cannot ship, and is no crash."""
    policy = Policy(
        costs=[], splits=SplitLimits(min_order_value=5.0), rules=[NodePriority()]
    )
    made = plan(ship("N1", "A1"), ship("N2", "A1"), ship("N1", "Z1"))

    found = codes(made, order(A=2, Z=1), policy=policy)

    assert "unknown_id" in found


def test_units_short_are_not_accounted():
    """Ordered units are shipped or unfilled."""
    assert codes(plan(ship("N1", "A1"), ship("N2", "B1"))) == ["not_accounted"]


def test_units_beyond_the_order_are_overfilled():
    """No line ships more than was ordered."""
    assert codes(plan(ship("N1", "A3"), ship("N2", "B1"))) == ["overfilled"]


@pytest.mark.parametrize(
    "made",
    [
        plan(ship("N1", "A2", "B1"), ship("N2")),
        plan(ship("N1", "A2", "B0"), left("B1")),
        plan(*RIGHT.shipments, left("B0")),
    ],
    ids=["empty_shipment", "no_units", "none_unfilled"],
)
def test_nothing_is_no_part_of_a_plan(made):
    """Shipments and unfilled parts hold at least a unit."""
    assert codes(made) == ["not_positive"]


def test_line_twice_in_a_shipment():
    """A shipment names each of its lines once."""
    assert codes(plan(ship("N1", "A1", "A1", "B1"))) == ["duplicate_line"]


def test_two_shipments_of_a_node_are_one():
    """A node makes one shipment of a delivery."""
    assert codes(plan(ship("N1", "A2"), ship("N1", "B1"))) == ["duplicate_shipment"]


def test_deliveries_do_not_mix():
    """Lines with different deliveries do not share a shipment."""
    away = Delivery(to=place())
    wanted = order("o1", line("A", "A", 2), line("B", "B", 1, delivery=away))

    assert codes(plan(ship("N1", "A2", "B1")), wanted) == ["wrong_delivery"]


def test_equal_deliveries_are_one():
    """Deliveries are told apart by value, not by object."""
    lines = [line(sku, sku, 1, delivery=Delivery(to=place())) for sku in "AB"]

    assert codes(plan(ship("N1", "A1", "B1")), order("o1", *lines)) == []


def test_method_is_that_of_the_delivery():
    """A shipment goes by the method that its lines ask for."""
    made = plan(ship("N1", "A2", "B1", method="same_day"))

    assert codes(made) == ["wrong_delivery"]
