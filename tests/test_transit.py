"""How long services take by quantiles, and what is promised at which confidence."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domroute.costs import Shipping
from domroute.ledger import Inventory, Stock
from domroute.network import Item, Network, Node
from domroute.orders import Delivery, Line, Order
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.router import Router
from domroute.services import DistanceZones, RateCard, Service
from domroute.transit import at_confidence
from domroute.validation import issues_from
from domroute.verify import verify

NEAR, FAR = {"lat": 40.2, "lon": -75.0}, {"lat": 45.0, "lon": -75.0}
QUANTILES = {0.5: (1, 2), 0.9: (3, 4), 0.99: (5, 7)}
"""Days to zones one and two."""
STOCK = Inventory([Stock(node="N1", sku="A", on_hand=9)])


def service(**fields):
    """Return a service to two zones."""
    card = RateCard(weights_kg=(5.0,), rates=((3.0,), (4.0,)))
    zones = DistanceZones(bands_km=(100.0,))
    return Service(id="ground", rate_card=card, zones=zones, **fields)


def shop(**fields):
    """Return a network of a node and a service by it."""
    node = Node(id="N1", location={"lat": 40.0, "lon": -75.0})
    made = service(pickups=["17:00"], **fields)
    items = [Item(sku="A", weight_kg=1.0)]
    return Network(
        time_zone="America/New_York", nodes=[node], items=items, services=[made]
    )


def asked(place=NEAR, **delivery):
    """Return an order, placed on a Monday morning."""
    return Order(
        id="o1",
        placed_at=datetime(2026, 11, 2, 15, tzinfo=UTC),
        destination=place,
        lines=[Line(id="l1", sku="A", quantity=1)],
        delivery=Delivery(**delivery),
    )


def routed(network, order, confidence):
    """Route at a confidence, with the judge looking on."""
    policy = Policy(
        costs=[Shipping()], unfilled_penalty=50.0, promise={"confidence": confidence}
    )
    result = Router(network, STOCK, policy).route(order)
    assert verify(result, order, network, STOCK, policy) == ()
    return result


@pytest.mark.parametrize(
    ("place", "confidence", "day"),
    [
        *((NEAR, 0.5, 3), (NEAR, 0.51, 5), (NEAR, 0.9, 5), (NEAR, 0.95, 7)),
        *((FAR, 0.3, 4), (FAR, 0.9, 6), (FAR, 0.99, 9)),
    ],
)
def test_dates_are_those_of_the_least_quantile_that_will_do(place, confidence, day):
    """Monday the second, and so many days later."""
    result = routed(shop(transit_days=QUANTILES), asked(place), confidence)

    (part,) = result.plan.shipments
    assert part.delivers_on == date(2026, 11, day)


def test_nothing_is_promised_beyond_what_is_known():
    """It ships without a date; where a date is asked for it does not."""
    network = shop(transit_days=QUANTILES)

    (part,) = routed(network, asked(), 0.995).plan.shipments
    assert (part.delivers_on, part.delivers_at) == (None, None)
    (left,) = routed(network, asked(need_by="2026-12-01"), 0.995).plan.unfilled
    assert left.reason is Reason.NO_DATE


def test_couriers_take_so_many_minutes():
    """Half are there in an hour, and nine in ten in two."""
    network = shop(transit_minutes={0.5: 60, 0.9: 120})

    (sooner,) = routed(network, asked(), 0.5).plan.shipments
    (later,) = routed(network, asked(), 0.9).plan.shipments
    assert (later.delivers_at - sooner.delivers_at).total_seconds() == 3600.0


def test_one_number_is_for_every_share():
    """As it always was."""
    plain, all_ = shop(transit_days=2), shop(transit_days={1.0: 2})

    assert [
        routed(network, asked(), share).plan.shipments[0].delivers_on
        for network in (plain, all_)
        for share in (0.1, 1.0)
    ] == [date(2026, 11, 4)] * 4


def test_quantiles_survive_json():
    """The names of an object are text, and shares again."""
    network = shop(transit_days=QUANTILES)

    assert Network.model_validate_json(network.model_dump_json()) == network


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({}, "out_of_range"),
        ({0: 1}, "out_of_range"),
        ({1.5: 1}, "out_of_range"),
        ({"half": 1}, "wrong_type"),
        ({0.5: -1}, "out_of_range"),
        ({0.5: "2"}, "wrong_type"),
        ({0.5: 3, 0.9: 2}, "quantiles_fall"),
        ({0.5: [1, 3], 0.9: [2, 2]}, "quantiles_fall"),
        ({0.5: [1, 2], 0.9: 3}, "quantiles_differ"),
        ({0.5: [1, 2, 3]}, "transit_days_per_zone"),
    ],
)
def test_quantiles_that_cannot_be(days, code):
    """Each with a code of its own."""
    with pytest.raises(ValidationError) as caught:
        service(transit_days=days)

    assert [issue.code for issue in issues_from(caught.value)] == [code]


@given(
    st.dictionaries(st.floats(0.01, 1.0), st.integers(0, 9), min_size=1),
    st.floats(0.01, 1.0),
    st.floats(0.01, 1.0),
)
def test_more_confidence_never_promises_sooner(drawn, one, other):
    """Whatever is known, and nothing at all is the latest."""
    days = dict(zip(sorted(drawn), sorted(drawn.values()), strict=True))
    low, high = sorted((one, other))

    sooner, later = at_confidence(days, low), at_confidence(days, high)
    assert later is None or (sooner is not None and sooner <= later)
