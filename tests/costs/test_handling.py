"""Handling: what a node's work costs."""

import pytest

from builders import node
from changes import route
from costs_at_hand import charge, problem_of
from domroute.costs import Handling, Quotes

NODES = [
    node("N1", per_shipment=2.0, per_line=1.0, per_unit=0.5),
    node("N2", per_shipment=1.0),
]


@pytest.mark.parametrize(
    ("wanted", "amount"),
    [
        # 2 a shipment, 1 a line, 0.5 a unit.
        ({"A": 1}, 3.5),
        ({"A": 3}, 4.5),
        ({"A": 3, "B": 1}, 6.0),
    ],
    ids=str,
)
def test_shipment_line_and_unit_are_charged(wanted, amount):
    """A node charges for the shipment, for each line in it and for each unit."""
    assert charge(Handling(), nodes=NODES[:1], **wanted) == amount


def test_weight_multiplies_the_amount():
    """A term of weight 2 counts twice."""
    assert charge(Handling(weight=2.0), nodes=NODES[:1], A=3, B=1) == 12.0


def test_weight_zero_charges_nothing():
    """A term of weight 0 is told apart from none by its name only."""
    assert charge(Handling(weight=0.0), nodes=NODES[:1], A=3) == 0.0


def test_cheapest_work_is_chosen():
    """One unit costs 3.5 at N1 and 1.0 at N2."""
    result = route(problem_of(Handling(), nodes=NODES, A=1))

    assert result.plan.node_ids == ("N2",)
    assert result.costs.to_dict() == {"handling": 1.0}


def test_quoted_shipment_is_not_charged_again():
    """A quote replaces the 2 a shipment; line and unit stay: 8 + 1 + 0.5."""
    quotes = Quotes(shipments={("o1", "N1"): 8.0})

    assert charge(Handling(), nodes=NODES[:1], quotes=quotes, A=1) == 9.5


def test_quoted_units_are_not_charged_again():
    """A quote for A replaces its line and units: 2 x 4 + 2 a shipment + 1.5 for B."""
    quotes = Quotes(units={("o1", "A", "N1"): 4.0})

    assert charge(Handling(), nodes=NODES[:1], quotes=quotes, A=2, B=1) == 11.5


def test_handling_is_free_where_nodes_say_nothing():
    """Nodes cost nothing unless they say so."""
    assert charge(Handling(), nodes=[node("N1")], A=1, B=2) == 0.0
