"""One order of all kinds of lines in one call, held to every plan there is."""

from collections import Counter
from dataclasses import replace

import pytest

from beside_mixed import METHODS, mixed_beside
from builders import item, line, node, service
from domroute.ledger import Inbound, Inventory, Stock
from domroute.network import Network
from domroute.orders import Order
from domroute.policy import Policy
from domroute.router import Router
from mixed_worlds import MOST, drawn_mixed
from plain_mixed import MixedWorld

SEEDS = range(20)
PLACED = "2026-11-19T12:00:00-05:00"
"""A Thursday."""

pytestmark = pytest.mark.filterwarnings("ignore::domroute.errors.DeadlineWarning")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_plan_is_found(seed):
    """By each method it costs what the best of all plans does, and the judge agrees."""
    assert list(mixed_beside(seed, Counter())) == []


def test_orders_are_of_all_kinds_of_lines():
    """Two addresses, curb and store; a kit, a substitute, what waits; few units."""
    for seed in SEEDS:
        made = drawn_mixed(seed)
        world = MixedWorld(*made)
        lines = {one.id: one for one in made.order.lines}
        methods = [made.order.delivery_of(one).method for one in made.order.lines]

        assert {"ship", "curbside", "ship_to_store"} == set(methods), seed
        ends = {each.to for each in made.order.deliveries if each.method == "ship"}
        assert len(ends) == 2, seed
        assert lines["stand-in"].substitutes, seed
        assert lines["wait"].allow_backorder, seed
        assert len(world.rows[lines["kit"].sku].components) == 2, seed
        own = [goods.option == 0 for goods in world.laid]
        asked = zip(world.lines, own, strict=True)
        assert sum(one.quantity for one, is_own in asked if is_own) <= MOST, seed


@pytest.mark.parametrize("more", [1e-5, -1e-5])
def test_a_false_cost_is_noticed(monkeypatch, more):
    """A plan slightly dearer than the best, or said to be cheaper."""
    real = Router.route
    monkeypatch.setattr(
        Router,
        "route",
        lambda *args: replace(made := real(*args), cost=(1 + more) * made.cost),
    )
    said = list(mixed_beside(0, Counter()))

    assert [text.split()[0] for text in said].count("costs") == len(METHODS)


# --- the enumeration, by hand -------------------------------------------------------


def least(lines, stock, **network):
    """Find the best plan for lines that a center or a shop fills, by post at 3."""
    made = Network(
        nodes=[
            node("dc", per_shipment=4.0),
            node(
                "shop",
                kind="store",
                per_shipment=6.0,
                calendar="shop",
                receiving_minutes=30,
            ),
        ],
        services=[service("post", ((3.0,),), (60.0,), methods=["ship"])],
        items=[
            *(item(sku) for sku in ("mug", "pot", "jug")),
            item("set", components=[("mug", 2), ("pot", 1)], kit="parts"),
        ],
        calendars=[{"id": "shop", "hours": {"fri": [["10:00", "18:00"]]}}],
        time_zone="America/New_York",
        **network,
    )
    order = Order(
        id="o1", placed_at=PLACED, destination={"lat": 0, "lon": 0}, lines=lines
    )
    waiting = {"term": "backorder", "per_unit": 0.5}
    costs = [{"term": "handling"}, {"term": "shipping"}, waiting]
    policy = Policy(costs=costs, unfilled_penalty=30.0)
    world = MixedWorld(order, made, Inventory(stock), policy)
    return world, min(world.plans(), key=lambda plan: plan.rank)


def test_kits_are_made_of_what_two_nodes_have():
    """Two sets: mugs from the center at 4 + 3, pots from the shop at 6 + 3."""
    stock = [
        Stock(node="dc", sku="mug", on_hand=5),
        Stock(node="shop", sku="pot", on_hand=3),
    ]
    world, best = least([line("l1", "set", 3)], stock)

    # The third set lacks a mug, and is left at 30.
    assert best.cost == 7 + 9 + 30
    assert world.unfilled(best.left) == {"l1": 1}


def test_what_stands_in_may_wait():
    """The jug comes on Friday: 7 for it, 1 in place of the pot, 0.5 for waiting."""
    comes = Inbound(at="2026-11-20T09:00:00-05:00", quantity=2)
    stock = [Stock(node="dc", sku="jug", on_hand=0, inbound=[comes])]
    asked = line("l1", "pot", substitutes=[("jug", 1.0)], allow_backorder=True)
    _, best = least([asked], stock)

    assert best.cost == 7 + 1 + 0.5
    (part,) = best.parts
    assert part.stock_at == comes.at


def test_lanes_bring_what_the_shelf_lacks():
    """By the truck of Thursday evening, put away on Friday from ten to half past."""
    truck = {
        "id": "truck",
        "origin": "dc",
        "destination": "shop",
        "cost": {"per_shipment": 2.0, "per_unit": 0.25, "per_kg": 0.5},
        "pickups": ["17:00"],
        "transit_days": 1,
        "delivers_by": "08:00",
    }
    asked = line("l1", "mug", 2, delivery={"method": "ship_to_store", "node": "shop"})
    stock = [Stock(node="dc", sku="mug", on_hand=2)]
    world, best = least([asked], stock, lanes=[truck])

    # 4 for the work; once 2, two units at 0.25, two kilograms at 0.5.
    assert best.cost == 4 + 2 + 0.5 + 1
    (part,) = best.parts
    assert part.dates.delivers_at.isoformat() == "2026-11-20T15:30:00+00:00"
    assert world.lanes[part.service].id == "truck"
