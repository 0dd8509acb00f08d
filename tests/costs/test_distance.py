"""Distance: a price per kilometer."""

import pytest
from geopy.distance import geodesic

from builders import Problem, network, node, order, pickup, stock
from changes import route
from costs_at_hand import charge
from domroute.costs import Distance, Quotes
from domroute.policy import Policy
from plans import DEGREE_KM

# Two degrees north of the customer, and on the spot.
FAR = node("N1", at=(2.0, 0.0), kind="store")
TERM = Distance(per_shipment_km=0.01, per_unit_km=0.002)


def test_shipment_and_units_pay_by_kilometer():
    """Three units over two degrees: 2 x (0.01 + 3 x 0.002) a kilometer."""
    expected = 2 * DEGREE_KM * 0.016

    assert charge(TERM, nodes=[FAR], A=2, B=1) == pytest.approx(expected)


def test_nearest_node_is_chosen_where_nothing_else_counts():
    """A node on the spot costs nothing."""
    assert charge(TERM, nodes=[FAR, node("N2")], A=1) == 0.0


def test_weight_multiplies_the_amount():
    """A term of weight 3 counts three times."""
    expected = 3 * 2 * DEGREE_KM * 0.012

    heavy = TERM.model_copy(update={"weight": 3.0})

    assert charge(heavy, nodes=[FAR], A=1) == pytest.approx(expected)


def test_collected_deliveries_are_free():
    """Who comes himself pays his own way."""
    assert charge(TERM, nodes=[FAR], A=1, delivery=pickup("N1")) == 0.0
    assert charge(TERM, nodes=[FAR], A=1, delivery=pickup(radius_km=500.0)) == 0.0


def test_shipping_to_a_store_goes_to_the_store():
    """What is sent to a store pays the way there, not to the customer's home."""
    # From N2, at the customer's, to N1, two degrees away.
    asked = {"method": "ship_to_store", "node": "N1"}
    held = {"N2": {"A": 1}}

    cost = charge(TERM, nodes=[FAR, node("N2")], held=held, A=1, delivery=asked)

    assert cost == pytest.approx(2 * DEGREE_KM * 0.012)


def test_quotes_replace_the_part_they_cover():
    """A shipment's quote leaves the units, and the units' quote the shipment."""
    shipment = Quotes(shipments={("o1", "N1"): 5.0})
    units = Quotes(units={("o1", "A", "N1"): 5.0})
    km = 2 * DEGREE_KM

    assert charge(TERM, nodes=[FAR], quotes=shipment, A=1) == pytest.approx(
        5.0 + km * 0.002
    )
    assert charge(TERM, nodes=[FAR], quotes=units, A=1) == pytest.approx(
        5.0 + km * 0.01
    )


def test_policy_may_ask_for_the_ellipsoid():
    """With geodesic distances the price is by geopy's kilometers."""
    policy = Policy(costs=[TERM], distance="geodesic")
    problem = Problem(order(A=1), network(FAR), stock(N1={"A": 1}), policy, Quotes())
    km = geodesic((2.0, 0.0), (0.0, 0.0)).km

    result = route(problem)

    assert result.cost == pytest.approx(0.012 * km, rel=1e-12)
    assert abs(km - 2 * DEGREE_KM) > 0.5
