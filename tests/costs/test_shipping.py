"""Shipping: rate cards by zone and billable weight, surcharges, limits, services."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import item, node, place, service
from changes import route
from costs_at_hand import charge, problem_of
from domroute.costs import Quotes, Shipping
from domroute.costs.shipping import accepts
from domroute.orders import Delivery
from domroute.services import LookupZones, ZoneRow

HERE = [node("N1")]
CARD = {"weights": (1.0, 2.0, 5.0), "rates": ((4.0, 6.0, 9.0),)}


def ship(*services, nodes=HERE, items=None, term=None, **more):
    """Return what shipping costs; items of 1 kg unless told."""
    items = items or [item("A"), item("B")]
    return charge(
        term or Shipping(), nodes=nodes, items=items, services=services, **more
    )


@pytest.mark.parametrize(
    ("units", "rate"),
    [
        (1, 4.0),
        (2, 6.0),
        (3, 9.0),
        (5, 9.0),
        # 6 kg: a full parcel of 5 at 9, and one of 1 at 4.
        (6, 13.0),
        # 10 kg: a full parcel, and one of 5; 11 kg: two and one of 1.
        (10, 18.0),
        (11, 22.0),
    ],
)
def test_rate_is_that_of_the_first_weight_that_holds(units, rate):
    """A shipment pays the first step not below its weight; more goes in parcels."""
    assert ship(service("g", **CARD), A=units) == rate


@given(st.integers(1, 40))
def test_parcels_are_full_but_the_last(units):
    """Weight beyond the last step goes as full parcels and a rest, as few as fit."""
    # Full parcels of 5 kg, the rest in steps of 1, 2 and 5 kg.
    full = math.ceil(units / 5) - 1
    rest = units - 5 * full
    expected = 9.0 * full + (4.0 if rest <= 1 else 6.0 if rest <= 2 else 9.0)

    result = route(
        problem_of(
            Shipping(), nodes=HERE, services=[service("g", **CARD)], items="A", A=units
        )
    )

    assert result.cost == expected


def test_millions_of_parcels_have_a_price():
    """A rest that rounding has made more than a parcel is one."""
    tiny = service("g", weights=(0.001,), rates=((1.0,),))
    heavy = item("A", weight_kg=1e5)

    assert ship(tiny, items=[heavy], A=1) == pytest.approx(1e8)


def test_weights_that_sum_to_a_step_are_within_it():
    """Three times 0.1 is 0.30000000000000004, and still no more than 0.3."""
    light = service("g", weights=(0.3, 1.0), rates=((1.0, 9.0),))

    assert ship(light, items=[item("A", weight_kg=0.1)], A=3) == 1.0


@pytest.mark.parametrize(
    ("degrees", "rate"), [(0.0, 4.0), (0.8, 4.0), (0.9, 7.0), (1.9, 10.0)]
)
def test_zone_is_by_distance(degrees, rate):
    """Bands at 100 and 200 km: 0.8 degrees are 89 km, 0.9 are 100.1, 1.9 are 211."""
    zoned = service(
        "g", weights=(9.0,), rates=((4.0,), (7.0,), (10.0,)), bands=(100.0, 200.0)
    )

    assert ship(zoned, nodes=[node("N1", at=(degrees, 0.0))], A=1) == rate


def chart(default=None):
    """Make a service with a chart of prefixes."""
    rows = [
        ZoneRow(origin_prefix="1", destination_prefix="", zone=3),
        ZoneRow(origin_prefix="1", destination_prefix="2", zone=2),
        ZoneRow(origin_prefix="10", destination_prefix="2", zone=1),
    ]
    zones = LookupZones(rows=rows, zone_count=3, default_zone=default)
    return service(
        "g", weights=(9.0,), rates=((1.0,), (2.0,), (3.0,)), bands=(), zones=zones
    )


@pytest.mark.parametrize(
    ("origin", "target", "rate"),
    [("100", "200", 1.0), ("110", "200", 2.0), ("100", "300", 3.0), ("1", None, 3.0)],
)
def test_zone_is_looked_up_by_the_longest_prefix(origin, target, rate):
    """The longest prefix of the origin wins, then that of the destination."""
    nodes = [node("N1").model_copy(update={"location": place_of(origin)})]

    cost = ship(chart(), nodes=nodes, A=1, delivery=Delivery(to=place_of(target)))

    assert cost == rate


def place_of(code):
    """Make the origin of the map, with a postal code."""
    return place(postal_code=code)


def test_pair_without_a_zone_is_not_served():
    """Where the chart says nothing, no service goes, unless a default is given."""
    nodes = [node("N1").model_copy(update={"location": place_of("900")})]
    more = {"nodes": nodes, "A": 1, "delivery": Delivery(to=place_of("200"))}

    assert ship(chart(), **more) == math.inf
    assert ship(chart(default=2), **more) == 2.0


@pytest.mark.parametrize(
    ("fields", "rate"),
    [
        # A unit has 10 x 10 x 40 = 4000 ccm and 1 kg.
        ({}, 4.0),
        ({"dim_divisor_cm3_per_kg": 5000.0}, 4.0),
        ({"dim_divisor_cm3_per_kg": 2000.0}, 6.0),
        ({"dim_divisor_cm3_per_kg": 1000.0}, 9.0),
        ({"dim_divisor_cm3_per_kg": 1000.0, "dim_threshold_cm3": 4000.0}, 4.0),
        ({"dim_divisor_cm3_per_kg": 1000.0, "dim_threshold_cm3": 3999.0}, 9.0),
    ],
    ids=["none", "dense", "bulky", "bulkier", "at_threshold", "above"],
)
def test_bulky_parcels_are_billed_by_volume(fields, rate):
    """Billable weight is the larger of weight and volume over the divisor."""
    box = item("A", length_cm=40, width_cm=10, height_cm=10)

    assert ship(service("g", **CARD, **fields), items=[box], A=1) == rate


def test_volume_beyond_the_last_step_takes_parcels():
    """Two units of 4000 ccm at 1000 a kilogram: 8 kg, one parcel of 5 and 3 more."""
    box = item("A", length_cm=40, width_cm=10, height_cm=10)
    bulky = service("g", **CARD, dim_divisor_cm3_per_kg=1000.0)

    assert ship(bulky, items=[box], A=2) == 18.0


def test_volumes_that_sum_to_a_step_are_within_it():
    """Three times 0.1 ccm is 0.30000000000000004, and still no more than 0.3."""
    card = {"weights": (0.3, 1.0), "rates": ((4.0, 6.0),)}
    bulky = service("g", **card, dim_divisor_cm3_per_kg=1.0)
    slip = item("A", weight_kg=0.01, length_cm=1, width_cm=1, height_cm=0.1)

    assert ship(bulky, items=[slip], A=3) == 4.0
    assert ship(bulky, items=[slip], A=4) == 6.0


@pytest.mark.parametrize(("grams", "rate"), [(1000, 4.0), (1001, 6.0), (1999, 6.0)])
def test_weight_is_rounded_up(grams, rate):
    """1.001 kg are billed as 2 kg, where steps are whole kilograms."""
    rounding = service("g", **CARD, round_up_kg=1.0)

    assert ship(rounding, items=[item("A", weight_kg=grams / 1000)], A=1) == rate


def test_edge_in_whole_steps_is_reached():
    """Three steps of 0.1 kg are 0.3 kg, though 0.3 / 0.1 is 2.9999999999999996."""
    rounding = service("g", weights=(0.3, 1.0), rates=((4.0, 6.0),), round_up_kg=0.1)

    assert ship(rounding, items=[item("A", weight_kg=0.3)], A=1) == 4.0
    assert ship(rounding, items=[item("A", weight_kg=0.31)], A=1) == 6.0


def test_rounding_skips_steps_it_cannot_reach():
    """In steps of 2 kg, 2.1 kg are billed as 4 and pay the step of 5, not of 3."""
    rounding = service(
        "g", weights=(2.0, 3.0, 5.0), rates=((1.0, 2.0, 3.0),), round_up_kg=2.0
    )

    assert ship(rounding, items=[item("A", weight_kg=2.1)], A=1) == 3.0


def test_surcharges_add_up():
    """10 % of the rate of 6, 1.5 a shipment, and 0.25 for each cold unit."""
    extra = [
        {"name": "fuel", "percent": 10.0},
        {"name": "home", "amount": 1.5},
        {"name": "cold", "amount": 0.25, "item_tag": "cold"},
    ]
    items = [item("A", tags=["cold"]), item("B")]

    cost = ship(service("g", **CARD, surcharges=extra), items=items, A=1, B=1)

    assert cost == pytest.approx(6.0 + 0.6 + 1.5 + 0.25)


def test_weight_of_the_term_multiplies_everything():
    """Weight 2 doubles rate and surcharges: 2 x (4 + 0.4 + 1.5)."""
    extra = [{"name": "fuel", "percent": 10.0}, {"name": "home", "amount": 1.5}]
    made = service("g", **CARD, surcharges=extra)

    assert ship(made, term=Shipping(weight=2.0), A=1) == pytest.approx(11.8)


@pytest.mark.parametrize(
    ("fields", "thing", "carries"),
    [
        ({}, {}, True),
        ({"max_weight_kg": 1.0}, {"weight_kg": 1.0}, True),
        ({"max_weight_kg": 1.0}, {"weight_kg": 1.1}, False),
        ({"max_length_cm": 20.0}, {"height_cm": 20.0}, True),
        ({"max_length_cm": 20.0}, {"height_cm": 20.1}, False),
        ({"refused_tags": ["hazmat"]}, {"tags": ["cold"]}, True),
        ({"refused_tags": ["hazmat"]}, {"tags": ["cold", "hazmat"]}, False),
    ],
    ids=["plain", "heavy", "heavier", "long", "longer", "other", "refused"],
)
def test_service_accepts(fields, thing, carries):
    """A service takes items up to its weight and length, and none that it refuses."""
    made = service("g", **CARD, **fields)

    assert accepts(made, item("A", **thing)) is carries
    assert math.isfinite(ship(made, items=[item("A", **thing)], A=1)) is carries


def test_cheapest_service_that_may_is_taken():
    """Two kilograms are cheaper by air, one is cheaper by ground."""
    ground = service("ground", **CARD)
    air = service("air", weights=(5.0,), rates=((5.0,),))
    problems = [
        problem_of(Shipping(), nodes=HERE, services=[ground, air], A=units)
        for units in (1, 2)
    ]

    services = [route(made).plan.shipments[0].service for made in problems]

    assert services == ["ground", "air"]


def test_node_delivery_and_method_choose_among_services():
    """The node hands to air, the delivery allows rush, same_day goes by rush."""
    made = [
        service("air", weights=(9.0,), rates=((5.0,),)),
        service("ground", weights=(9.0,), rates=((1.0,),)),
        service("rush", weights=(9.0,), rates=((7.0,),), methods=["ship", "same_day"]),
    ]
    picky = [node("N1", services=["air"])]
    fast = [node("N1", methods=["same_day"])]

    assert ship(*made, A=1) == 1.0
    assert ship(*made, nodes=picky, A=1) == 5.0
    assert ship(*made, A=1, delivery=Delivery(services=["air", "rush"])) == 5.0
    assert ship(*made, nodes=fast, A=1, delivery=Delivery(method="same_day")) == 7.0
    assert ship(*made, nodes=picky, A=1, delivery=Delivery(services=["rush"])) == (
        math.inf
    )


def test_quote_for_a_service_replaces_its_rate():
    """At 2 a shipment, air beats ground; the quoted rate needs no rate card."""
    made = [
        service("air", weights=(9.0,), rates=((5.0,),)),
        service("ground", weights=(9.0,), rates=((3.0,),)),
    ]
    quotes = Quotes(shipments={("o1", "N1", "air"): 2.0})

    result = route(
        problem_of(Shipping(), nodes=HERE, services=made, quotes=quotes, A=1)
    )

    assert result.plan.shipments[0].service == "air"
    assert result.costs.to_dict() == {"quoted": 2.0}


def test_quote_for_every_service_names_none():
    """A shipment quoted as a whole goes by nobody in particular."""
    quotes = Quotes(shipments={("o1", "N1"): 2.0})

    result = route(
        problem_of(
            Shipping(), nodes=HERE, services=[service("g", **CARD)], quotes=quotes, A=1
        )
    )

    assert result.plan.shipments[0].service is None
    assert result.cost == 2.0


def test_quoted_units_pay_no_surcharge():
    """A quote for cold units covers what cold costs: 4 + 2 x 0.5."""
    cold = [{"name": "cold", "amount": 0.25, "item_tag": "cold"}]
    made = service("g", weights=(9.0,), rates=((4.0,),), surcharges=cold)
    items = [item("A", tags=["cold"])]
    quotes = Quotes(units={("o1", "A", "N1"): 0.5})

    assert ship(made, items=items, A=2) == 4.5
    assert ship(made, items=items, quotes=quotes, A=2) == 5.0
