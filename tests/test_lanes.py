"""Lanes: transfers to the store at which a customer collects."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from domroute import Inventory, Item, Line, Network, Node, Order, Policy, Router, Stock
from domroute.costs import Handling, Quotes, Shipping
from domroute.errors import InputError
from domroute.lanes import Lane
from domroute.orders import Delivery
from domroute.services import DistanceZones, RateCard, Service
from domroute.split import SplitLimits

DAYS = ("mon", "tue", "wed", "thu", "fri")
NEW_YORK = "America/New_York"


def node(name, lat=40.0, **fields):
    """Make a node."""
    return Node(id=name, location={"lat": lat, "lon": -75.0}, **fields)


def lane(name="north", origin="N1", destination="S7", **fields):
    """Make a lane."""
    return Lane(id=name, origin=origin, destination=destination, **fields)


def parcel(**fields):
    """Make a service at 9 a shipment."""
    return Service(
        id="ups",
        rate_card=RateCard(weights_kg=[70.0], rates=[[9.0]]),
        zones=DistanceZones(bands_km=[]),
        **fields,
    )


def router(lanes, stock, *, policy=None, **network):
    """Make a router of a center and a store; stock is units by node."""
    made = Network(
        nodes=[node("N1"), node("S7", 40.2, kind="store", **network.pop("store", {}))],
        items=[Item(sku="A", weight_kg=2.0)],
        lanes=lanes,
        **network,
    )
    there = [Stock(node=name, sku="A", on_hand=units) for name, units in stock.items()]
    costs = Policy(costs=[Handling(), Shipping()]) if policy is None else policy
    return Router(made, Inventory(there), costs)


def order(quantity=1, **fields):
    """Order units to be collected at the store."""
    return Order(
        id="o1",
        delivery=Delivery(method="ship_to_store", node="S7"),
        lines=[Line(id="l1", sku="A", quantity=quantity)],
        **fields,
    )


def shipped(result):
    """Name the shipments of a plan: node, service, units, cost."""
    return [
        (part.node_id, part.service, part.units, part.cost)
        for part in result.plan.shipments
    ]


def test_a_lane_carries_to_the_store_at_its_cost():
    """Once per shipment, for each unit and by weight."""
    cost = {"per_shipment": 3.0, "per_unit": 0.5, "per_kg": 0.25}
    made = router([lane(cost=cost)], {"N1": 5})

    # 3 + 2 units at 0.5 + 4 kg at 0.25.
    assert shipped(made.route(order(2))) == [("N1", "north", 2, 5.0)]


def test_the_stores_own_stock_goes_nowhere():
    """It is collected from the shelf, by no service and for nothing."""
    made = router([lane(cost={"per_shipment": 3.0})], {"N1": 5, "S7": 5})

    assert shipped(made.route(order(2))) == [("S7", None, 2, 0.0)]


def test_what_the_store_lacks_comes_by_the_lane():
    """A line may come from the shelf and by the lane, as two shipments."""
    made = router([lane(cost={"per_shipment": 3.0})], {"N1": 5, "S7": 1})

    assert shipped(made.route(order(2))) == [
        ("N1", "north", 2, 3.0),
    ]
    split = Policy(costs=[Shipping()], splits=SplitLimits(max_shipments=2))
    dear = lane(cost={"per_unit": 3.0})
    two = router([dear], {"N1": 5, "S7": 1}, policy=split)
    # One from the shelf for nothing, one by the lane at 3.
    assert shipped(two.route(order(2))) == [("N1", "north", 1, 3.0), ("S7", None, 1, 0)]


@pytest.mark.parametrize(("fee", "by"), [(8.0, "north"), (10.0, "ups")])
def test_a_parcel_service_may_carry_it_for_less(fee, by):
    """The cheapest of lanes and services that serve the method."""
    made = router([lane(cost={"per_shipment": fee})], {"N1": 5}, services=[parcel()])

    ((_, service, _, _),) = shipped(made.route(order()))
    assert service == by


def test_lanes_are_for_what_is_collected():
    """No lane leads to a customer's door, or to another store."""
    made = router([lane()], {"N1": 5}, services=[parcel()])
    home = Order(
        id="o1",
        destination={"lat": 40.2, "lon": -75.0},
        lines=[Line(id="l1", sku="A", quantity=1)],
    )

    assert shipped(made.route(home)) == [("N1", "ups", 1, 9.0)]
    away = router([lane(origin="S7", destination="N1")], {"N1": 5})
    ((_, service, _, _),) = shipped(away.route(order()))
    assert service == "parcel"  # the bundled one, as without a lane


def test_a_delivery_may_name_its_lane():
    """Its services are lanes, too; others are left out."""
    made = router([lane(cost={"per_shipment": 1.0})], {"N1": 5}, services=[parcel()])
    asked = order()
    only = asked.delivery.model_copy(update={"services": ("ups",)})

    ((_, service, _, _),) = shipped(
        made.route(asked.model_copy(update={"delivery": only}))
    )
    assert service == "ups"


def test_quotes_replace_what_a_lane_charges():
    """A quote for the shipment by the lane, and one for the unit."""
    cost = {"per_shipment": 3.0, "per_unit": 0.5}
    made = router([lane(cost=cost)], {"N1": 5})

    once = Quotes(shipments={("o1", "N1", "north"): 7.0})
    assert shipped(made.route(order(2), quotes=once)) == [("N1", "north", 2, 8.0)]
    each = Quotes(units={("o1", "l1", "N1"): 2.0})
    assert shipped(made.route(order(2), quotes=each)) == [("N1", "north", 2, 7.0)]


def timed(**fields):
    """Make a center that works from 9 to 5, a truck at 17:00, a shop from 10 to 18."""
    hours = {"dc": ["09:00", "17:00"], "shop": ["10:00", "18:00"]}
    return {
        "time_zone": NEW_YORK,
        "calendars": [
            {"id": name, "hours": {day: [row] for day in DAYS}}
            for name, row in hours.items()
        ],
        "store": {"calendar": "shop", **fields},
    }


def at(text):
    """Read a moment of November 2026 in New York, then five hours behind."""
    return datetime.fromisoformat(f"2026-11-{text}:00-05:00").astimezone(UTC)


def test_dates_of_a_transfer():
    """The truck, its days, the store's work, and then its hours."""
    truck = lane(pickups=["17:00"], transit_days=1, delivers_by="08:00", calendar="dc")
    made = router([truck], {"N1": 5}, **timed(receiving_minutes=90))
    # The center always works. Thu 19 at 12:00: ready at once, on the truck at 17:00,
    # there on Fri at 8:00, put away from 10:00 to 11:30.
    (part,) = made.route(order(placed_at=at("19T12:00"))).plan.shipments

    assert part.ready_at == at("19T12:00")
    assert part.ships_at == at("19T17:00")
    assert part.delivers_on == date(2026, 11, 20)
    assert part.delivers_at == at("20T11:30")
    assert part.valid_until == at("19T17:00")


def test_dates_of_the_stores_own_stock():
    """The store's hours alone; nothing is received."""
    made = router([lane(transit_days=1)], {"S7": 5}, **timed(receiving_minutes=90))
    # Placed at 18:00 on Thu 19, when the shop just closes: closing is too late to
    # collect, and Friday opens at 10:00. One second later the order is Friday's.
    (part,) = made.route(order(placed_at=at("19T18:00"))).plan.shipments

    assert (part.ships_at, part.service) == (None, None)
    assert part.delivers_on == date(2026, 11, 20)
    assert part.delivers_at == at("20T10:00")
    # Whoever orders before Friday's opening collects then.
    assert part.valid_until == at("20T10:00")


def test_earliest_is_when_it_may_be_collected():
    """Goods are held so that they are not there to be collected before."""
    truck = lane(pickups=["17:00"], transit_days=1, delivers_by="08:00")
    made = router([truck], {"N1": 5}, **timed())
    asked = order(placed_at=at("17T12:00"))
    late = asked.delivery.model_copy(update={"earliest": date(2026, 11, 20)})
    (part,) = made.route(asked.model_copy(update={"delivery": late})).plan.shipments

    # On the truck on Thu 19, there on Fri at 8:00, to be collected from 10:00 on.
    assert (part.ships_at, part.delivers_at) == (at("19T17:00"), at("20T10:00"))


def test_a_lane_that_promises_nothing_meets_no_need():
    """Without transit days there is no date, and one is needed."""
    made = router([lane(pickups=["17:00"])], {"N1": 5}, **timed())
    asked = order(placed_at=at("17T12:00"))
    soon = asked.delivery.model_copy(update={"need_by": date(2026, 11, 30)})

    (left,) = made.route(asked.model_copy(update={"delivery": soon})).plan.unfilled
    assert left.reason == "no_date"


def test_a_lane_leads_somewhere():
    """From a node to itself is no lane."""
    with pytest.raises(ValidationError, match="goes from 'N1' to itself"):
        lane(destination="N1")


def test_faults_of_lanes_are_told_together():
    """Two of one way, one that is called as a service is, nodes that are not there."""
    lanes = [
        lane(),
        lane("south"),
        lane("ups", "N9", "S8", calendar="c9"),
    ]
    with pytest.raises(InputError) as caught:
        router(lanes, {}, services=[parcel()])

    assert [(fault.code, fault.where) for fault in caught.value.issues] == [
        ("unknown_id", "lanes[2].origin"),
        ("unknown_id", "lanes[2].destination"),
        ("unknown_calendar", "lanes[2].calendar"),
        ("no_time_zone", "nodes[0].time_zone"),
        ("no_time_zone", "nodes[1].time_zone"),
        ("duplicate_lane", "lanes[1]"),
        ("duplicate_id", "lanes[2].id"),
    ]


def test_no_lane_has_the_same_name():
    """As rows of every table."""
    with pytest.raises(ValidationError, match="lane id 'north' appears more than once"):
        router([lane(), lane(destination="S8")], {})


def test_a_wave_takes_lanes():
    """Orders share the store's shelf: one has it, the other the lane."""
    made = router([lane(cost={"per_shipment": 3.0})], {"N1": 5, "S7": 1})
    orders = [order(), order().model_copy(update={"id": "o2"})]
    batch = made.route_batch(orders, time_limit_s=5)

    assert batch.cost == 3.0
    assert batch.is_optimal


def test_the_shelf_has_dates_for_every_release():
    """A waits for nothing at the store, though B, from the center, is not out yet."""
    network = Network(
        nodes=[node("N1"), node("S7", 40.2, kind="store")],
        items=[Item(sku="A"), Item(sku="B", release_at="2026-12-01T00:00:00Z")],
        lanes=[lane(transit_days=1, delivers_by="12:00")],
        time_zone=NEW_YORK,
    )
    held = Inventory(
        [Stock(node="S7", sku="A", on_hand=1), Stock(node="N1", sku="B", on_hand=1)]
    )
    lines = [Line(id=sku, sku=sku, quantity=1) for sku in "AB"]
    placed = datetime(2026, 11, 24, 15, tzinfo=UTC)
    asked = order(placed_at=placed).model_copy(update={"lines": tuple(lines)})
    result = Router(network, held, Policy(costs=[Handling()])).route(asked)

    parts = {part.node_id: part for part in result.plan.shipments}
    assert parts["S7"].ready_at == placed
    assert parts["N1"].ready_at == datetime(2026, 12, 1, tzinfo=UTC)
