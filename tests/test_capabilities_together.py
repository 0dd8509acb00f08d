"""Capabilities that were built apart, together: what was wrong once, each a case."""

import pytest

from domroute import (
    Capacity,
    Delivery,
    Inventory,
    Item,
    Lane,
    Line,
    Load,
    Location,
    Network,
    Node,
    Order,
    Policy,
    RateCard,
    Router,
    Scenario,
    Service,
    Shipping,
    Stock,
)
from domroute.errors import InputError
from domroute.jsonio import load_scenario, save_scenario
from domroute.services import DistanceZones
from domroute.verify import verify, verify_batch

MONDAY = "2026-11-02T15:00:00Z"
HERE, THERE = Location(lat=40.0, lon=-75.0), Location(lat=40.1, lon=-75.0)
HOURS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
CALENDAR = {"id": "c", "hours": HOURS}


def asked(*lines, **fields):
    """Return an order of the lines, placed on Monday."""
    destination = Location(lat=40.2, lon=-75.0)
    return Order(
        id="o", placed_at=MONDAY, destination=destination, lines=lines, **fields
    )


@pytest.mark.parametrize("per", ["period", "day"])
def test_score_of_a_kit_beside_a_delivery_that_one_node_cannot_make(per):
    """The shop hands over at the curb and ships nothing; the center the other way."""
    limit = Capacity(limit=5, measure="units", per=per)
    at = {"location": HERE, "calendar": "c"}
    kit = Item(sku="set", components=[("mug", 1), ("pot", 1)], kit="parts")
    network = Network(
        time_zone="America/New_York",
        calendars=[CALENDAR],
        nodes=[
            Node(id="N", methods=["ship"], capacity=limit, **at),
            Node(id="S", methods=["curbside"], **at),
        ],
        items=[Item(sku="mug"), Item(sku="pot"), kit],
    )
    rows = [Stock(node=n, sku=s, on_hand=5) for n in "NS" for s in ("mug", "pot")]
    order = asked(
        Line(id="k", sku="set", quantity=1),
        Line(
            id="m",
            sku="mug",
            quantity=1,
            delivery=Delivery(method="curbside", node="S"),
        ),
    )
    terms = [Load(per_unit=1.0)] if per == "day" else []
    router = Router(network, Inventory(rows), Policy(costs=terms))

    scored = router.score(order, {("k", "N"): 1, ("m", "S"): 1})

    assert scored.faults == ()
    assert scored.result.cost == pytest.approx(router.route(order).cost)


@pytest.mark.parametrize("tables", ["csv", "parquet"])
@pytest.mark.parametrize("pickups", [["18:00"], ["10:00", "18:00"], [], {"*": []}])
def test_pick_ups_of_lanes_come_back_from_tables(pickups, tables, tmp_path):
    """A list of times is no word, in a column that may hold an object as well."""
    nodes = [Node(id="A", location=HERE), Node(id="B", location=THERE)]
    lane = Lane(id="t", origin="A", destination="B", pickups=pickups, transit_days=1)
    network = Network(
        time_zone="America/New_York",
        nodes=nodes,
        items=[Item(sku="mug")],
        lanes=[lane],
    )
    scenario = Scenario("lanes", network, Inventory())

    save_scenario(scenario, tmp_path / "s", tables=tables)

    assert load_scenario(tmp_path / "s") == scenario


def digital_only(*nodes, lanes=()):
    """Return a router of some nodes, and an order of a gift card."""
    items = [Item(sku="mug"), Item(sku="card", digital=True)]
    network = Network(nodes=nodes, items=items, lanes=lanes)
    order = asked(Line(id="1", sku="card", quantity=1))
    return Router(network, Inventory(), Policy()), order


def test_digital_orders_pass_by_hubs():
    """Nothing of theirs could be put together anywhere."""
    hub = Node(id="H", location=THERE, methods=["ship", "merge"])
    lane = Lane(id="t", origin="A", destination="H", transit_days=1)
    router, order = digital_only(Node(id="A", location=HERE), hub, lanes=[lane])

    assert router.route(order).cost == 0.0
    assert [option.cost for option in router.promise(order)] == [0.0]
    assert router.explain(order).nodes == ()


def test_digital_orders_are_the_same_when_routed_again():
    """Without events nothing changes, and the judge finds all that was delivered."""
    router, order = digital_only(Node(id="A", location=HERE))
    result = router.route(order)

    again = router.reroute(result, [], now=order.placed_at)

    assert again.result == result
    assert not again.has_changed
    assert not verify(again.result, order, router.network, Inventory(), Policy())


@pytest.mark.parametrize("units", [3, 5])
def test_explanation_says_that_work_is_divided_over_days(units):
    """One service carries all: it is the day that has no room for it."""
    day = Capacity(limit=2, measure="units", per="day")
    ground = Service(
        id="ground",
        rate_card=RateCard(weights_kg=(5.0,), rates=((3.0,),)),
        zones=DistanceZones(bands_km=()),
        calendar="c",
        pickups=("17:00",),
        transit_days=1,
    )
    network = Network(
        time_zone="America/New_York",
        calendars=[CALENDAR],
        nodes=[Node(id="N", location=HERE, calendar="c", capacity=day)],
        items=[Item(sku="mug", weight_kg=1.0)],
        services=[ground],
    )
    inventory = Inventory([Stock(node="N", sku="mug", on_hand=9)])
    router = Router(network, inventory, Policy(costs=[Shipping()]))

    told = router.explain(asked(Line(id="m", sku="mug", quantity=units)))

    days = (units + 1) // 2
    assert f"It goes in {days} shipments from one node, on {days} working days." in str(
        told
    )


@pytest.mark.parametrize("measure", ["units", "lines", "workload"])
def test_orders_of_a_wave_are_not_moved_to_one_day(measure):
    """Nothing says when what is sent arrives: days are equal, the first is one's."""
    limit = Capacity(limit=1, measure=measure, per="day")
    places = {"dc": 40.0, "shop": 40.4, "vendor": 41.5}
    nodes = [
        Node(
            id=name,
            location=Location(lat=lat, lon=-75.0),
            methods=["ship", "ship_to_store"],
            capacity=limit if name == "vendor" else None,
        )
        for name, lat in places.items()
    ]
    kit = Item(sku="set", components=[("mug", 1), ("pot", 1)], kit="parts")
    lane = Lane(
        id="truck",
        origin="dc",
        destination="shop",
        cost={"per_shipment": 2.0, "per_unit": 0.5},
        pickups=["18:00"],
        transit_days=1,
    )
    network = Network(
        time_zone="America/New_York",
        nodes=nodes,
        items=[*(Item(sku=sku) for sku in ("mug", "pot", "blue", "white")), kit],
        lanes=[lane],
    )
    rows = [("shop", "mug", 2), ("shop", "pot", 1)]
    rows += [("vendor", "pot", 1), ("vendor", "white", 1)]
    inventory = Inventory([Stock(node=n, sku=s, on_hand=k) for n, s, k in rows])
    store = Delivery(method="ship_to_store", node="shop")
    lines = (
        (
            Line(
                id="stand-in",
                sku="blue",
                quantity=1,
                substitutes=[("pot", 1.5), ("white", 0.0)],
            ),
            Line(id="store", sku="pot", quantity=1, delivery=store),
        ),
        (
            Line(id="kit", sku="set", quantity=1),
            Line(id="stand-in", sku="blue", quantity=1, substitutes=[("white", 0.0)]),
        ),
    )
    orders = [
        asked(*mine).model_copy(update={"id": f"o{at}"})
        for at, mine in enumerate(lines)
    ]
    policy = Policy(splits={"max_nodes": 2}, unfilled_penalty=15.0)

    batch = Router(network, inventory, policy).route_batch(orders, gap=0.0)

    assert batch.status == "optimal"
    assert verify_batch(batch, orders, network, inventory, policy) == ()


@pytest.mark.parametrize(
    ("measure", "fields"), [("pallets", {}), ("units", {"day": "2026-11-02"})]
)
def test_loads_are_asked_for_by_measures_and_dates(measure, fields):
    """Rather than to say that nothing is taken."""
    with pytest.raises(InputError):
        Inventory().load("N", measure, **fields)
