"""Backorder: a price on each unit that waits for stock still to come."""

import pytest
from pydantic import ValidationError

from arriving import TUE, WED, left_by, offers_of, router_of, row, wants
from builders import line, node
from domroute.costs import Backorder, Handling
from domroute.costs.nature import Fact, nature_of
from domroute.policy import SolveOptions

# One A now, three on Tuesday.
ROWS = (row("A", 1, (TUE, 3)),)


def route(wanted, *costs, rows=ROWS, method="auto", nodes=()):
    """Route an order that may wait, at some costs."""
    solve = SolveOptions(method=method)
    return router_of(rows, *nodes, costs=costs, solve=solve).route(wanted)


@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize(("units", "waits"), [(1, 0), (2, 1), (4, 3)])
def test_units_that_wait_are_charged(units, waits, method):
    """Shipments are for nothing: one leaves now, and whatever is more waits at 1.5."""
    result = route(wants(A=units), Backorder(per_unit=1.5), method=method)

    assert result.cost == waits * 1.5
    assert result.costs.to_dict().get("backorder", 0.0) == waits * 1.5


@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize(
    ("per_unit", "left"),
    [
        # Together: 4 and two at 1; apart: 8 and one at 1.
        (1.0, [("N1", "A2", "Tue")]),
        # Together: 4 and two at 5; apart: 8 and one at 5.
        (5.0, [("N1", "A1", "Mon"), ("N1", "A1", "Tue")]),
        # Even one is worth less than that: 50 to leave it, 4 + 60 to have it wait.
        (60.0, [("N1", "A1", "Mon")]),
    ],
)
def test_price_decides_what_waits_for_what(per_unit, left, method):
    """Of two A at a node at 4 a shipment, one is there."""
    costs = Handling(), Backorder(per_unit=per_unit)
    nodes = (node("N1", per_shipment=4.0),)

    result = route(wants(A=2), *costs, nodes=nodes, method=method)

    assert left_by(result) == left


def test_all_that_is_in_a_shipment_that_waits_is_charged():
    """B is there, and rides with A: two units at 2, and one shipment at 9."""
    costs = Handling(), Backorder(per_unit=2.0)
    rows = [row("A", 0, (TUE, 1)), row("B", 1)]

    result = route(
        wants(A=1, B=1), *costs, rows=rows, nodes=[node("N1", per_shipment=9.0)]
    )

    assert left_by(result) == [("N1", "A1B1", "Tue")]
    assert result.costs.to_dict() == {"handling": 9.0, "backorder": 4.0}


def test_how_long_it_waits_is_no_matter():
    """Tuesday's and Wednesday's cost the same."""
    rows = [row("A", 0, (TUE, 1)), row("A", 0, (WED, 1), at="N2")]
    nodes = node("N1", enabled=False), node("N2")

    cost = Backorder(per_unit=2.0)

    assert route(wants(A=1), cost, rows=rows[:1]).cost == 2.0
    assert route(wants(A=1), cost, rows=rows, nodes=nodes).cost == 2.0


def test_weight_multiplies_the_amount():
    """Three times the price."""
    assert route(wants(A=2), Backorder(per_unit=1.5, weight=3.0)).cost == 4.5


def test_nothing_is_charged_where_nothing_waits():
    """All is there, or no line may wait: no offer has a charge."""
    there = wants(A=1)
    no = wants(line("A", "A", 3, allow_backorder=False))

    assert route(there, Backorder(per_unit=2.0)).cost == 0.0
    assert route(no, Backorder(per_unit=2.0)).cost == 2 * 50.0


def test_offers_of_later_classes_are_charged():
    """By unit, at the second offer: what is there now costs nothing."""
    router = router_of(ROWS, costs=[Backorder(per_unit=2.0)])

    (block,) = offers_of(router, wants(A=4)).blocks

    assert block.per_unit.tolist() == [[0.0, 2.0]]


def test_nature():
    """It weighs a choice, and needs no date of arrival, nor allows to be late."""
    nature = nature_of(Backorder())

    assert not Backorder.is_cash
    assert Backorder.depends_on == {Fact.ARRIVAL}
    assert not nature.needs_arrival
    assert not nature.allows_late


def test_price_below_zero_is_refused():
    """Nobody is paid for waiting."""
    with pytest.raises(ValidationError):
        Backorder(per_unit=-1.0)
