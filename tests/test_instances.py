"""The bundled scenarios: what they promise to hold, and that a seed fixes them."""

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from domroute.errors import InputError
from domroute.instances import NAMES, SIZES, load
from domroute.instances.catalog import HAZMAT, draw_catalog
from domroute.instances.metros import METROS, apportion, people_shares, scatter
from domroute.ledger.inventory import Inventory
from domroute.router import Router
from domroute.words import Measure, Method


@pytest.fixture(scope="module")
def tiny():
    """The scenario written by hand."""
    return load("tiny")


@pytest.fixture(scope="module")
def medium():
    """A retailer large enough for shares to be near what they should be."""
    return load("us_retail", size="medium", seed=1)


def nodes_of(scenario, kind):
    """List the nodes of a kind."""
    return [node for node in scenario.network.nodes if node.kind == kind]


def route_alone(scenario, order_id):
    """Route one order from untouched stock."""
    router = Router(scenario.network, Inventory(scenario.inventory), scenario.policy)
    return router.route(scenario.order(order_id))


@pytest.mark.parametrize("name", NAMES)
def test_equal_seeds_give_equal_scenarios(name):
    """Name, size and seed say everything."""
    assert load(name, seed=3) == load(name, seed=3)


def test_another_seed_gives_another_scenario():
    """The seed changes stock and orders."""
    one, other = load("us_retail", seed=1), load("us_retail", seed=2)

    assert one.orders != other.orders
    assert list(one.inventory) != list(other.inventory)


def test_faults_are_listed_together():
    """An unknown name, an unknown size and a negative seed are three faults at once."""
    with pytest.raises(InputError) as caught:
        load("mars_retail", size="huge", seed=-1)

    assert [(issue.code, issue.where) for issue in caught.value.issues] == [
        ("unknown_value", "name"),
        ("unknown_value", "size"),
        ("out_of_range", "seed"),
    ]


@pytest.mark.parametrize("size", ["small", "medium"])
def test_sizes_are_as_stated(size):
    """Each size has the numbers its table says."""
    scenario, counts = load("us_retail", size=size), SIZES[size]

    kinds = Counter(node.kind for node in scenario.network.nodes)

    assert kinds == {"dc": counts.dcs, "store": counts.stores, "vendor": counts.vendors}
    assert len(scenario.network.items) == counts.items
    assert len(scenario.orders) == counts.orders


def test_the_full_size_is_as_promised():
    """The largest retailer: 12 centers, 300 stores, 5 vendors, 2,000 items."""
    assert SIZES["full"] == (12, 300, 5, 2000, 20_000)


def test_metros_are_distinct_places_in_the_contiguous_states():
    """Sixty names, sixty places, largest first, none outside 24-50 N, 66-125 W."""
    people = [metro.people_millions for metro in METROS]

    assert len({metro.name for metro in METROS}) == 60
    assert len({(metro.lat, metro.lon) for metro in METROS}) == 60
    assert people[0] == max(people) == 20.14
    assert all(24 < m.lat < 50 and -125 < m.lon < -66 for m in METROS)


@pytest.mark.parametrize("total", [0, 1, 40, 300])
def test_stores_are_apportioned_without_remainder(total):
    """Every metro is within one store of its exact share, and none is lost."""
    counts = apportion(total)

    assert counts.sum() == total
    assert np.abs(counts - people_shares() * total).max() < 1


def test_scattered_places_lie_around_their_center():
    """A thousand draws around Denver have its mean and the spread asked for."""
    rng = np.random.default_rng(5)
    drawn = [scatter(rng, 39.74, -104.99, 22.0, "CO") for _ in range(1000)]
    north_km = np.array([(place.lat - 39.74) * 111.2 for place in drawn])

    # The mean of 1,000 draws has a standard error of 22 / sqrt(1000) = 0.7 km.
    assert abs(north_km.mean()) < 3.0
    assert 20.0 < north_km.std() < 24.0


def test_demand_has_a_long_tail():
    """Of 1,000 items the top tenth sells half, and the last half a sixth."""
    popularity = np.sort(draw_catalog(np.random.default_rng(2), 1000).popularity)[::-1]

    # Integrating (r + 5)^-0.9 = 10 [(r + 5)^0.1]: 10 (105^.1 - 5^.1) = 4.18 of
    # 10 (1005^.1 - 5^.1) = 8.22 falls to the first 100; 1.32 to the last 500.
    assert popularity[:100].sum() == pytest.approx(4.18 / 8.22, abs=0.02)
    assert popularity[500:].sum() == pytest.approx(1.32 / 8.22, abs=0.02)


def test_handling_is_cheap_in_centers_and_dear_in_stores(medium):
    """Any center is cheaper than any vendor, which is cheaper than any store."""
    first_unit = {
        kind: [
            node.cost.per_shipment + node.cost.per_line + node.cost.per_unit
            for node in nodes_of(medium, kind)
        ]
        for kind in ("dc", "vendor", "store")
    }

    assert max(first_unit["dc"]) < min(first_unit["vendor"])
    assert max(first_unit["vendor"]) < min(first_unit["store"])


def test_stores_count_orders_and_vendors_ask_for_a_minimum(medium):
    """Stores pick a limited number of orders a day; vendors want a least value."""
    assert all(s.capacity.measure is Measure.ORDERS for s in nodes_of(medium, "store"))
    assert all(10 <= v.minimum_order <= 20 for v in nodes_of(medium, "vendor"))
    assert all(v.offered_methods == (Method.SHIP,) for v in nodes_of(medium, "vendor"))


def test_shelves_are_small_and_their_pace_is_known(medium):
    """Stores hold zero to six units of an item, and know what they sell a day."""
    kinds = {node.id: node.kind for node in medium.network.nodes}
    shelves = [row for row in medium.inventory if kinds[row.node] == "store"]

    assert {row.on_hand for row in shelves} == {0, 1, 2, 3, 4, 5, 6}
    assert all(row.velocity > 0 for row in shelves)
    assert {row.safety for row in shelves} == {0, 1}
    assert all(r.velocity is None for r in medium.inventory if kinds[r.node] != "store")


def test_centers_are_stocked_unevenly(medium):
    """Hits lie in most centers, tail items in one or none."""
    kinds = {node.id: node.kind for node in medium.network.nodes}
    spread = Counter(row.sku for row in medium.inventory if kinds[row.node] == "dc")

    assert max(spread.values()) >= 7
    assert sum(count == 1 for count in spread.values()) > 100
    assert len(medium.network.items) - len(spread) > 50  # the vendors' alone


def test_hazmat_lies_only_where_it_may_ship_from(medium):
    """No center without the mark holds an item that has it."""
    marked = {item.sku for item in medium.network.items if HAZMAT in item.tags}
    unmarked = {n.id for n in nodes_of(medium, "dc") if HAZMAT not in n.tags}

    assert marked
    assert unmarked
    assert not [r for r in medium.inventory if r.sku in marked and r.node in unmarked]


def test_methods_have_their_shares(medium):
    """Of 3,000 orders 86.5 % ship (with the mixed ones), 12 % are picked up."""
    methods = Counter(order.delivery.method for order in medium.orders)
    mixed = sum(len(order.deliveries) > 1 for order in medium.orders)

    # Three standard errors of a share p of 3,000: 3 sqrt(3000 p (1 - p)).
    assert methods[Method.SHIP] == pytest.approx(2595, abs=57)
    assert methods[Method.PICKUP] == pytest.approx(360, abs=54)
    assert methods[Method.SHIP_TO_STORE] == pytest.approx(45, abs=20)
    assert mixed == pytest.approx(45, abs=20)


def test_baskets_are_small(medium):
    """62 % of baskets hold one line, hardly any more than six; most lines one unit."""
    sizes = Counter(len(o.lines) for o in medium.orders if len(o.deliveries) == 1)
    lines = [line for order in medium.orders for line in order.lines]

    assert sizes[1] / sum(sizes.values()) == pytest.approx(0.62, abs=0.03)
    assert max(sizes) == 6
    assert np.mean([line.quantity == 1 for line in lines]) == pytest.approx(
        0.86, abs=0.02
    )


def test_lines_carry_every_kind_of_wish(medium):
    """Some are pinned, some exclude a node, some ship together, some come whole."""
    lines = [line for order in medium.orders for line in order.lines]

    assert any(line.pinned_node for line in lines)
    assert any(line.excluded_nodes for line in lines)
    assert any(line.ship_together for line in lines)
    assert not all(line.allow_split for line in lines)


def test_orders_come_in_time_over_two_weeks(medium):
    """Orders are sorted by moment, in the clocks of four zones, within 14 days."""
    moments = [order.placed_at for order in medium.orders]

    assert moments == sorted(moments)
    assert len({moment.utcoffset() for moment in moments}) == 4
    assert len({moment.date() for moment in moments}) == 14
    assert moments[-1] - moments[0] <= timedelta(days=14, hours=3)


def test_customers_look_before_they_come_to_a_store(medium):
    """What is to be picked up at a named store stood there twice at the start."""
    on_hand = {(row.node, row.sku): row.on_hand for row in medium.inventory}
    seen = [
        on_hand[order.delivery.node, line.sku]
        for order in medium.orders
        if order.delivery.method is Method.PICKUP and order.delivery.node
        for line in order.lines
    ]

    assert seen
    assert min(seen) >= 2


@pytest.mark.parametrize(
    ("order_id", "shipments"), [("o01", 1), ("o05", 2), ("o19", 3), ("o20", 2)]
)
def test_tiny_orders_split_as_their_comments_say(tiny, order_id, shipments):
    """One node has a mug, none a lamp and a rug, and none nine kettles."""
    result = route_alone(tiny, order_id)

    assert len(result.plan.shipments) == shipments
    assert not result.plan.unfilled


@pytest.mark.parametrize(
    ("order_id", "reason", "units"),
    [
        ("o08", "out_of_stock", 1),
        ("o10", "pickup_node_short", 1),
        ("o11", "not_enough_stock", 1),
    ],
)
def test_tiny_orders_stay_unfilled_as_their_comments_say(tiny, order_id, reason, units):
    """The vase is nowhere, Boston has no kettle, Brooklyn two clocks of three."""
    result = route_alone(tiny, order_id)

    assert [(p.reason, p.quantity) for p in result.plan.unfilled] == [(reason, units)]


def test_the_tiny_vendor_keeps_its_minimum(tiny):
    """A chair is worth Chicago's while, a candle comes from farther away."""
    assert route_alone(tiny, "o09").plan.node_ids == ("vendor-chicago",)
    assert "vendor-chicago" not in route_alone(tiny, "o15").plan.node_ids


def test_tiny_touches_every_method_it_offers(tiny):
    """Parcels, two kinds of pick-up, and a shipment to a store."""
    asked = {(o.delivery.method, o.delivery.radius_km) for o in tiny.orders}

    assert asked == {
        (Method.SHIP, None),
        (Method.PICKUP, None),
        (Method.PICKUP, 25.0),
        (Method.SHIP_TO_STORE, None),
    }
