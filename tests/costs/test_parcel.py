"""The bundled parcel service."""

from itertools import pairwise

import pytest

from builders import item, network, node, service
from costs_at_hand import charge
from domroute.costs import Shipping
from domroute.costs.parcel import parcel_service, services_of
from domroute.units import MILE_KM, POUND_KG


def test_service_is_a_valid_rate_card():
    """Eight zones, steps of a pound to seventy."""
    made = parcel_service()

    assert made.zones.zone_count == len(made.rate_card.rates) == 8
    assert made.rate_card.weights_kg[0] == POUND_KG
    assert made.rate_card.weights_kg[-1] == 70 * POUND_KG


def test_prices_rise_with_zone_and_weight():
    """Farther and heavier is dearer."""
    rates = parcel_service().rate_card.rates

    for near, far in pairwise(rates):
        assert all(a < b for a, b in zip(near, far, strict=True))
    for row in rates:
        assert list(row) == sorted(row)


@pytest.mark.parametrize(
    ("miles", "pounds", "rate"),
    [
        # 7.20 + 0.55 z + (0.42 + 0.13 z)(p - 1), and 8 % fuel.
        (10, 1, 7.20),
        (100, 1, 7.75),
        (2000, 1, 11.05),
        (10, 11, 11.40),
        (2000, 11, 24.35),
    ],
)
def test_price_follows_the_formula(miles, pounds, rate):
    """A parcel costs what the formula says, and fuel."""
    # One degree of latitude is 111.195 km.
    far = [node("N1", at=(miles * MILE_KM / 111.195, 0.0))]
    heavy = item("A", weight_kg=pounds * POUND_KG)

    cost = charge(Shipping(), nodes=far, items=[heavy], A=1)

    assert cost == pytest.approx(1.08 * rate)


def test_network_without_services_has_the_bundled_one():
    """Who names no carrier gets the illustrative one; who names some gets those."""
    assert services_of(network()) == (parcel_service(),)
    ours = [service("g"), service("a")]
    assert [made.id for made in services_of(network(services=ours))] == ["a", "g"]


def test_service_is_made_once():
    """The bundled service is one object: it is asked for at every shipment."""
    assert parcel_service() is parcel_service()
