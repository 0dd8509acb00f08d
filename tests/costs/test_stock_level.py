"""Stock level: a price for taking units where they are scarce."""

import math

import pytest

from builders import Problem, network, node, order
from changes import route
from domroute.costs import Quotes, StockLevel
from domroute.ledger.inventory import Inventory, Stock
from domroute.policy import Policy

TERM = StockLevel(price=2.0, target_units=10.0, target_days=5.0)


@pytest.mark.parametrize(
    ("available", "velocity", "price"),
    [
        # 2 x (1 - a / t), with t = 10 where no velocity is known, else 5 days of it.
        (10, None, 0.0),
        (12, None, 0.0),
        (5, None, 1.0),
        (0, None, 2.0),
        (5, 2.0, 1.0),
        (5, 4.0, 1.5),
        (5, 0.0, 0.0),
        (5, math.nan, 0.0),
    ],
)
def test_price_rises_as_stock_falls(available, velocity, price):
    """A unit of plenty is free; the last one costs the whole price."""
    assert TERM.price_at(available=available, velocity=velocity) == price


def test_no_target_charges_nothing():
    """Where no target is known nothing is scarce."""
    assert StockLevel(price=2.0).price_at(available=0, velocity=None) == 0.0


def problem_of(*rows, quotes=None, **wanted):
    """Make a problem of stock rows at nodes."""
    names = sorted({row.node for row in rows})
    return Problem(
        order(**wanted),
        network(*(node(name) for name in names)),
        Inventory(rows),
        Policy(costs=[TERM]),
        quotes or Quotes(),
    )


def test_units_are_taken_where_they_are_plenty():
    """N2 has ten, which is plenty, N1 has four."""
    rows = [
        Stock(node="N1", sku="A", on_hand=4),
        Stock(node="N2", sku="A", on_hand=10),
    ]

    result = route(problem_of(*rows, A=2))

    assert result.plan.node_ids == ("N2",)
    assert result.cost == 0.0


@pytest.mark.parametrize("method", ["auto", "mip"])
def test_every_unit_pays(method):
    """Three units of four: 3 x 2 x (1 - 4 / 10), whatever is left after."""
    result = route(problem_of(Stock(node="N1", sku="A", on_hand=4), A=3), method)

    assert result.cost == pytest.approx(3.6)
    assert result.costs["stock_level"] == pytest.approx(3.6)


def test_velocity_of_the_row_sets_the_target():
    """At 2 a day, 5 days are 10 units; at 0.5 a day 2.5, and 4 are plenty."""
    rows = [
        Stock(node="N1", sku="A", on_hand=4, velocity=0.5),
        Stock(node="N2", sku="A", on_hand=4, velocity=2.0),
    ]

    result = route(problem_of(*rows, A=1))

    assert result.plan.node_ids == ("N1",)


def test_reserved_units_are_not_there():
    """Scarcity counts what is available: 8 less 4 reserved are 4 of 10."""
    rows = [Stock(node="N1", sku="A", on_hand=8, reserved=3, safety=1)]

    assert route(problem_of(*rows, A=1)).cost == pytest.approx(1.2)


def test_quotes_leave_the_worth_of_stock():
    """A quote says what a shipment costs, not what scarce stock is worth."""
    quotes = Quotes(shipments={("o1", "N1"): 3.0}, units={("o1", "A", "N1"): 0.5})
    rows = [Stock(node="N1", sku="A", on_hand=5)]

    result = route(problem_of(*rows, quotes=quotes, A=1))

    assert result.costs.to_dict() == {"quoted": 3.5, "stock_level": 1.0}
