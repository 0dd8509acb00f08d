"""Services, their zones, rates and surcharges: what hangs together and what not."""

import pytest
from pydantic import ValidationError

from builders import service
from domroute import network as network_module
from domroute import services as services_module
from domroute.services import (
    DistanceZones,
    LookupZones,
    RateCard,
    Service,
    Surcharge,
    ZoneRow,
)
from domroute.validation import issues_from


@pytest.mark.parametrize("bands", [(2.0, 1.0), (1.0, 1.0)])
def test_bands_increase(bands):
    """Each zone lies beyond the one before."""
    with pytest.raises(ValidationError, match="must increase"):
        DistanceZones(bands_km=bands)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"zone_count": 1}, "exceeds zone_count"),
        ({"zone_count": 2, "default_zone": 3}, "exceeds zone_count"),
    ],
    ids=["row", "default"],
)
def test_zones_of_a_chart_exist(fields, words):
    """A chart names only zones there are."""
    rows = [ZoneRow(origin_prefix="1", destination_prefix="2", zone=2)]

    with pytest.raises(ValidationError, match=words):
        LookupZones(rows=rows, **fields)


def test_prefixes_of_a_chart_are_unique():
    """A chart says one thing of a pair."""
    rows = [
        ZoneRow(origin_prefix="1", destination_prefix="2", zone=zone) for zone in (1, 2)
    ]

    with pytest.raises(ValidationError, match="more than once"):
        LookupZones(rows=rows, zone_count=2)


def test_chart_may_be_empty():
    """A chart without rows gives every pair its default."""
    assert LookupZones(rows=[], zone_count=1, default_zone=1).rows == ()


@pytest.mark.parametrize(
    ("weights", "rates", "words"),
    [
        ((1.0, 1.0), ((1, 1),), "must increase"),
        ((0.0, 1.0), ((1, 1),), "positive edge"),
        ((1.0, 2.0), ((1, 2), (1,)), "zone 2 has 1 rates for 2 weights"),
        ((1.0, 2.0), ((2, 1),), "fall with weight"),
        ((), ((),), "at least 1"),
        ((1.0,), (), "at least 1"),
    ],
    ids=["weights", "zero", "shape", "fall", "no_weights", "no_zones"],
)
def test_rate_card_is_a_table(weights, rates, words):
    """A rate card has a price for every zone and weight, never falling with weight."""
    with pytest.raises(ValidationError, match=words):
        RateCard(weights_kg=weights, rates=rates)


def test_percentage_is_of_the_rate():
    """A surcharge per tagged unit is an amount."""
    with pytest.raises(ValidationError, match="percentage"):
        Surcharge(name="cold", percent=1.0, item_tag="cold")


def test_service_has_a_row_for_each_zone():
    """Two zones need two rows of rates."""
    with pytest.raises(ValidationError, match="2 zones but 1 rows"):
        service("ground", bands=[100.0])


def test_rounding_up_keeps_the_first_weight():
    """A step of weight larger than the first would make that one unreachable."""
    with pytest.raises(ValidationError, match="skips the first weight"):
        service("ground", round_up_kg=2.0)
    assert service("ground", round_up_kg=1.0).round_up_kg == 1.0


def test_names_stand_where_they_stood():
    """What imported services from the network's module still does."""
    assert network_module.Service is services_module.Service
    for name in ("DistanceZones", "LookupZones", "RateCard", "Surcharge", "ZoneRow"):
        assert getattr(network_module, name) is getattr(services_module, name)
    assert network_module.BUNDLED_SERVICE == services_module.BUNDLED_SERVICE


def test_services_serve_what_is_asked_for():
    """To merge is what nodes do for deliveries."""
    card, zones = (
        RateCard(weights_kg=(5.0,), rates=((3.0,),)),
        DistanceZones(bands_km=()),
    )

    with pytest.raises(ValidationError) as caught:
        Service(id="s", rate_card=card, zones=zones, methods=["ship", "merge"])

    assert [issue.code for issue in issues_from(caught.value)] == ["no_delivery_method"]
