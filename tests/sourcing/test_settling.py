"""Of plans that cost the same, the first to arrive."""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from arriving import TUE, WED, left_by, router_of, row, wants
from builders import item, line, node, order, service, stock
from dated import at, dated_network
from domroute.costs import Handling, Shipping, StockLevel
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.router import Router
from domroute.rules import SafetyStock
from domroute.sourcing.choice import Choice, Take
from domroute.sourcing.settling import settle
from domroute.split import SplitLimits

WEDNESDAY = at("2026-11-18T10:00")


def ride(name, days, price=5.0, **fields):
    """Make a service that takes so many days, at a price a parcel."""
    rates = [[price, price]]
    return service(
        name, rates, pickups=["17:00"], transit_days=days, delivers_by="20:00", **fields
    )


def route(*nodes, services, wanted=None, costs=None, held=None, **more):
    """Route an order of Wednesday."""
    fields = {"items": more.pop("items")} if "items" in more else {}
    made = dated_network(nodes, services, **fields)
    wanted = wanted or order(A=1, placed_at=WEDNESDAY)
    units = held or {each.id: {item.sku: 9 for item in made.items} for each in nodes}
    costs = [Shipping()] if costs is None else costs
    policy = Policy(costs=costs, unfilled_penalty=70.0, **more)
    return Router(made, stock(**units), policy).route(wanted)


def went(result):
    """List the node, service and day of each shipment."""
    return [
        (part.node_id, part.service, part.delivers_on.day)
        for part in result.plan.shipments
    ]


def test_faster_service_of_the_same_price():
    """Whatever its name is; by the slower it would come on Sat 21."""
    for names in (("a", "b"), ("b", "a")):
        slow, fast = ride(names[0], 3), ride(names[1], 1)
        assert went(route(node("N1"), services=[slow, fast])) == [("N1", fast.id, 19)]


def test_slower_service_that_is_cheaper():
    """A cent is no tie."""
    services = [ride("a", 3, 5.0), ride("b", 1, 5.01)]

    assert went(route(node("N1"), services=services)) == [("N1", "a", 21)]


def test_faster_node_of_the_same_price():
    """A node the plan does not use, if nothing stands against it."""
    slow, fast = node("N1", processing={"days": 1}), node("N2")

    assert went(route(slow, fast, services=[ride("g", 1)])) == [("N2", "g", 19)]


def test_moments_of_one_date_count():
    """At noon is before eight in the evening of the same date."""
    noon = ride("b", 1).model_copy(update={"delivers_by": "12:00"})

    assert went(route(node("N1"), services=[ride("a", 1), noon])) == [("N1", "b", 19)]


def test_as_soon_but_later_handed_over():
    """Of two that come at once the one that leaves first."""
    late = ride("a", 1).model_copy(update={"pickups": ("18:00",)})

    (part,) = route(node("N1"), services=[late, ride("b", 1)]).plan.shipments

    assert part.ships_at == at("2026-11-18T17:00")


@pytest.mark.parametrize(
    "change",
    [
        {"fast": {"minimum_order": 1000.0}},
        {"fast": {"capacity": {"limit": 0, "measure": "orders"}}},
        {"held": {"N1": {"A": 1}, "N2": {"A": 0}}},
        {"costs": (Shipping(), Handling())},
        {"rules": [SafetyStock(units=9, nodes={"ids": ["N2"]})]},
    ],
    ids=["minimum", "capacity", "stock", "price", "safety"],
)
def test_node_that_cannot_have_it_does_not_get_it(change):
    """Its minimum, its capacity, its stock, its price: the slower node sends it."""
    change = dict(change)
    fast = node("N2", **{"per_shipment": 1.0, **change.pop("fast", {})})
    slow = node("N1", processing={"days": 1})

    result = route(slow, fast, services=[ride("g", 1)], **change)

    assert result.plan.node_ids == ("N1",)


def test_service_with_too_little_room_is_left():
    """The faster takes one of two kilograms alone; both go by the slower."""
    small = ride("a", 1, max_weight_kg=1.0)
    wanted = order(A=2, placed_at=WEDNESDAY)
    held = {"N1": {"A": 2}}
    goods = [item("A", weight_kg=1.0)]
    big = [item("A", weight_kg=2.0)]

    room = {"services": [small, ride("b", 3)], "wanted": wanted, "held": held}
    assert {day for *_, day in went(route(node("N1"), items=big, **room))} == {21}
    assert went(route(node("N1"), items=goods, **room))


def test_nothing_moves_where_a_curve_prices_nodes():
    """Scarce stock makes nodes differ; the plan costs what it did, and is judged."""
    slow, fast = node("N1", processing={"days": 1}), node("N2")
    costs = [Shipping(), StockLevel(price=2.0, target_units=4)]
    held = {"N1": {"A": 9}, "N2": {"A": 1}}

    result = route(slow, fast, services=[ride("g", 1)], costs=costs, held=held)

    assert result.plan.node_ids == ("N1",)


def test_undated_plans_stay_as_they_are():
    """Nothing says when anything comes: names decide, as before."""
    nodes = node("N1"), node("N2")
    plain = [service("b"), service("a")]
    made = dated_network(nodes, plain)
    held = stock(N1={"A": 1}, N2={"A": 1})

    (part,) = (
        Router(made, held, Policy(costs=[Shipping()])).route(order(A=1)).plan.shipments
    )

    assert part.node_id == "N1"
    assert part.delivers_on is None


def test_two_shipments_do_not_meet_in_one():
    """A from N1, B from N2: neither moves to where the other is at no less cost."""
    nodes = node("N1"), node("N2")
    held = {"N1": {"A": 1}, "N2": {"B": 1}}
    wanted = order(A=1, B=1, placed_at=WEDNESDAY)
    services = [ride("a", 3), ride("b", 1)]

    items = [item("A"), item("B")]
    room = {"services": services, "items": items}

    found = went(route(*nodes, wanted=wanted, held=held, **room))

    assert sorted(found) == [("N1", "b", 19), ("N2", "b", 19)]


def test_what_is_held_for_nothing_leaves_with_the_rest():
    """Both lines are free to leave at once: one shipment, from the first moment on."""
    friday = at("2026-11-20T12:00")
    items = [item("A"), item("B", release_at=friday)]
    later = order(
        *("o1", line("a", "A"), line("b", "A"), line("c", "B")),
        placed_at=friday + timedelta(hours=1),
    )
    (part,) = route(
        node("N1"), services=[ride("g", 1)], items=items, wanted=later
    ).plan.shipments

    assert len(part.contents) == 3


def test_lines_released_apart_go_as_soon_as_they_may():
    """Parcels cost nothing: A at once, B on Friday; nothing is held for the other."""
    items = [item("A"), item("B", release_at=at("2026-11-20T12:00"))]
    wanted = order(A=1, B=1, placed_at=WEDNESDAY)

    result = route(node("N1"), services=[ride("g", 1, 0.0)], items=items, wanted=wanted)

    comes = {
        content.sku: part.delivers_on.day
        for part in result.plan.shipments
        for content in part.contents
    }
    assert result.cost == 0.0
    assert comes["B"] == 21
    assert comes["A"] in {19, 21}


def test_limit_on_shipments_holds():
    """One shipment at most: both leave when the later may."""
    items = [item("A"), item("B", release_at=at("2026-11-20T12:00"))]
    wanted = order(A=1, B=1, placed_at=WEDNESDAY)

    result = route(
        node("N1"),
        services=[ride("g", 1, 0.0)],
        items=items,
        wanted=wanted,
        splits=SplitLimits(max_shipments=1),
    )

    assert went(result) == [("N1", "g", 21)]


def test_collected_from_the_first_store_that_has_it():
    """Both are free; the second hands it out at once."""
    slow = node("N1", kind="store", processing={"days": 1})
    fast = node("N2", kind="store")
    come = Delivery(method="pickup", radius_km=9.0)
    wanted = order(A=1, placed_at=WEDNESDAY, delivery=come)

    (part,) = route(slow, fast, services=[ride("g", 1)], wanted=wanted).plan.shipments

    assert (part.node_id, part.delivers_at) == ("N2", WEDNESDAY)


def two_classes(most=9, per_shipment=5.0, per_unit=1.0):
    """Lay out two offers of one node, at once and later, for two lines free at once."""
    dates = SimpleNamespace(
        arrives=np.array([10, 20]),
        leaves=np.array([1, 11]),
        since=np.array([0, 11]),
        soonest=None,
        works=None,
    )
    made = SimpleNamespace(
        dates=dates,
        nodes=np.array([0, 0]),
        limit=np.full((2, 2), most),
        released=np.array([0, 0]),
        by_class=None,
        brings=None,
        service=np.array([0, 0]),
        per_shipment=np.full(2, per_shipment),
        per_line=None,
        per_unit=np.full((2, 2), per_unit),
        stepped=(),
        at_node=lambda _: [0, 1],
        price_at=lambda units, _: per_shipment + per_unit * units.sum(axis=1),
    )
    made.price = lambda units: np.tile(made.price_at(units, None)[:, None], 2)
    return made


def settled(*takes):
    """Settle takes; return the offer and the units of each."""
    offers = SimpleNamespace(
        eligibility=SimpleNamespace(by_date=None), days=None, minimums=None
    )
    made = settle(Choice(takes, 0.0, "subset"), offers, None)
    return [(take.offer, take.units.tolist()) for take in made.takes]


def test_what_waits_for_nothing_joins_what_leaves_at_once():
    """The second line may leave with the first: one shipment, and 5 less to pay."""
    block = two_classes()
    early, late = Take(block, 0, np.array([2, 0])), Take(block, 1, np.array([0, 1]))

    assert settled(early, late) == [(0, [2, 1])]
    assert settled(late, early) == [(0, [2, 1])]


@pytest.mark.parametrize(("most", "power"), [(1, 1.0), (9, 2.0)])
def test_what_does_not_fit_beside_it_waits(most, power):
    """There is no room for two units of a line; or three cost more than two and one."""
    block = two_classes(most)
    block.price_at = lambda units, _: units.sum(axis=1) ** power
    early, late = Take(block, 0, np.array([2, 0])), Take(block, 1, np.array([0, 1]))

    assert settled(early, late) == [(0, [2, 0]), (1, [0, 1])]


def test_delivery_without_dates_is_left_alone():
    """Beside one with dates."""
    dated, plain = two_classes(), two_classes()
    plain.dates = None
    first, second = Take(plain, 1, np.array([1, 0])), Take(dated, 0, np.array([1, 0]))

    assert settled(first, second) == [(1, [1, 0]), (0, [1, 0])]


# --- what waits for stock -------------------------------------------------------------


def test_earlier_arrival_at_the_same_price():
    """All of it comes on Tuesday; more of it on Wednesday is no reason to wait."""
    result = router_of([row("A", 0, (TUE, 2), (WED, 9))]).route(wants(A=2))

    assert left_by(result) == [("N1", "A2", "Tue")]


@pytest.mark.parametrize("units", [1, 2, 3])
def test_no_more_leaves_early_than_is_there(units):
    """Two lines of one SKU: moving either to now is free, and one unit is there."""
    wanted = wants(line("l1", "A", units), line("l2", "A", units))

    result = router_of([row("A", 1, (TUE, 9))]).route(wanted)

    now = [part for part in result.plan.shipments if part.stock_at is None]
    assert sum(part.units for part in now) <= 1
    assert sum(part.units for part in result.plan.shipments) == 2 * units
