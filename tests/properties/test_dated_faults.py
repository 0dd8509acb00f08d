"""What a brute force and a pencil found wrong in dated plans, each by its smallest."""

from datetime import UTC, date, datetime

import pytest

from domroute import (
    Delivery,
    DistanceZones,
    Inventory,
    Network,
    Order,
    Policy,
    Quotes,
    RateCard,
    Router,
    Service,
    Shipping,
    Speed,
    Stock,
)
from domroute.errors import InputError

HERE = {"lat": 40.4, "lon": -75.0}
TWO = [{"id": "l1", "sku": "A", "quantity": 1}, {"id": "l2", "sku": "B", "quantity": 1}]
ITEMS = [{"sku": "A"}, {"sku": "B", "release_at": "2026-11-03T12:00:00Z"}]


def service(name, rate, **fields):
    """Make a service at one rate."""
    card = RateCard(weights_kg=[4.0], rates=[[rate]])
    return Service(id=name, rate_card=card, zones=DistanceZones(bands_km=[]), **fields)


def router(services=(), policy=None, *, items=ITEMS, **network):
    """Make a router of one store that has one of everything."""
    nodes = [{"id": "N1", "kind": "store", "location": HERE}]
    made = Network(nodes=nodes, items=items, services=services, **network)
    stock = [Stock(node="N1", sku=item.sku, on_hand=1) for item in made.items]
    return Router(made, Inventory(stock), policy or Policy(costs=[Shipping()]))


def order(lines=TWO, placed_at="2026-11-01T12:00:00Z", **fields):
    """Place an order."""
    return Order(id="o", destination=HERE, placed_at=placed_at, lines=lines, **fields)


def test_midnight_may_be_a_pickup_of_two_dates():
    """Of two pick-ups at one moment goods are held for the one whose date will do."""
    express = service("express", 6.5, pickups=["00:00", "24:00"], transit_days=1)
    made = router([express], items=ITEMS[:1], time_zone="America/New_York")
    asked = order(TWO[:1], delivery=Delivery(earliest="2026-11-06"))

    (part,) = made.route(asked).plan.shipments
    # 24:00 of the 4th is 00:00 of the 5th, whose day of transit is the 6th: at 05:00 in
    # UTC, five hours behind.
    assert part.ships_at == datetime(2026, 11, 5, 5, tzinfo=UTC)
    assert part.delivers_on == date(2026, 11, 6)


@pytest.mark.parametrize("method", ["auto", "subset", "mip"])
def test_a_score_dates_a_shipment_by_what_is_in_it(method):
    """A line that may leave at once is not said to wait for the other."""
    services = [service("express", 6.5), service("bike", 9.5)]
    policy = Policy(unfilled_penalty=None, solve={"method": method})

    made = router(services, policy)
    scored = made.score(order(), {("l1", "N1"): 1})
    (part,) = scored.result.plan.shipments
    assert part.ready_at == datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("method", ["auto", "mip"])
@pytest.mark.parametrize(
    "delivery", [{"node": "N1"}, {"radius_km": 50.0}], ids=["node", "radius"]
)
def test_one_store_may_hand_over_twice(delivery, method):
    """Within a radius one store is used, not one moment."""
    policy = Policy(
        costs=[Speed(per_line_day=2.0)],
        splits={"split_price": 1.0},
        solve={"method": method},
    )
    asked = order(delivery=Delivery(method="pickup", **delivery))

    # A at once, B two days later at 2 a day, and a split; together 2 x 2 x 2 = 8.
    assert router(policy=policy).route(asked).cost == 5.0


def test_lines_regroup_by_the_services_of_an_option():
    """A line whose own delivery is the option's leaves with the others; or apart."""
    services = [service("air", 9.0), service("rail", 3.0)]
    own = {**TWO[1], "delivery": Delivery(services=("air",))}
    same = {**TWO[1], "delivery": Delivery()}
    for lines in ([TWO[0], own], [TWO[0], same]):
        made = router(services, items=[{"sku": "A"}, {"sku": "B"}])
        asked = order(lines)
        for option in made.promise(asked).options[1:]:
            only = Delivery(services=(option.speed,))
            routed = made.route(asked.model_copy(update={"delivery": only}))
            assert option.result == routed, option.speed


def test_a_quote_where_no_offer_is_left():
    """Dates may leave nothing of what is quoted."""
    made = router(items=ITEMS[:1])
    asked = order(TWO[:1], delivery=Delivery(earliest="2026-11-30"))
    quotes = Quotes(shipments={("o", "N1"): 8.0})

    (left,) = made.route(asked, quotes=quotes).plan.unfilled
    assert left.reason == "no_date"


def test_no_service_is_a_reason_where_others_have_dates():
    """What is no offer for its dates is none where more stock is asked for."""
    slow = service("slow", 3.0, transit_days=9)
    fast = service("fast", 5.0, transit_days=1)
    made = router([slow, fast], items=[{"sku": "A"}, {"sku": "B"}])
    made = made.with_inventory(Inventory([Stock(node="N1", sku="B", on_hand=1)]))
    soon = order(delivery=Delivery(need_by="2026-11-03"))

    # A is nowhere; with it, slow still would be late: more than stock is lacking.
    left = made.promise(soon).option("slow").unfilled
    assert [str(part.reason) for part in left] == ["no_plan_fills_more", "too_late"]


@pytest.mark.parametrize(
    "need_by", ["9999-12-31", "9999-12-31T23:59:59Z", "9998-12-31T23:59:59Z"]
)
def test_the_end_of_time_is_no_deadline(need_by):
    """The last date there is, and moments of it, are kept by all."""
    made = router(
        [service("fast", 5.0, transit_days=1)],
        items=ITEMS[:1],
        time_zone="Pacific/Apia",
    )
    (part,) = made.route(
        order(TWO[:1], delivery=Delivery(need_by=need_by))
    ).plan.shipments

    assert part.service == "fast"


@pytest.mark.parametrize("placed_at", ["0001-01-01T00:00:00Z", "9999-12-01T00:00:00Z"])
def test_orders_of_the_ends_of_time_have_no_dates(placed_at):
    """Nothing can be counted from there."""
    made = router([service("fast", 5.0, transit_days=1)], items=ITEMS[:1])
    with pytest.raises(InputError) as caught:
        made.route(order(TWO[:1], placed_at))

    (fault,) = caught.value.issues
    assert fault.code == "impossible_date"


def test_a_moment_of_the_first_year_is_no_deadline():
    """It has no time of day in every zone."""
    with pytest.raises(ValueError, match="should be a date, or a moment"):
        Delivery(need_by="0001-01-01T00:00:00Z")
