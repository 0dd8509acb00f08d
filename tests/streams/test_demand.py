"""Demand: what is drawn has the stated moments, and equals itself by seed."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from builders import network, node, place
from domroute.errors import InputError
from domroute.events import Canceled, Event, Placed, Received, in_order
from domroute.streams.areas import Area, nearest, us_areas
from domroute.streams.baskets import Basket
from domroute.streams.demand import Demand, demand_from_json, opening_stock
from domroute.streams.history import history_from_frames
from domroute.streams.records import events_to_frames
from domroute.streams.seasons import Peak, Seasons
from domroute.streams.supply import Replenishment
from domroute.verify.measuring import measure_km as distance_km
from domroute.words import DistanceMethod, Method

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
AREA = Area(location=place((40.0, -75.0)), scatter_km=20)
NETWORK = network(
    node("N1", (40.0, -75.0)),
    node("S1", (40.1, -75.0), kind="store"),
    node("S2", (40.2, -75.0), kind="store"),
    node("S3", (40.3, -75.0), kind="store", enabled=False),
    node("V", (40.0, -75.0), kind="vendor"),
    items="ABCDE",
)


def demand(**fields):
    """Make a demand of four weeks, 250 orders a day, unless told."""
    return Demand(
        **{
            "start": MONDAY,
            "days": 28,
            "orders_per_day": 250,
            "areas": [AREA],
            **fields,
        }
    )


def orders_of(events):
    """Return the orders among events."""
    return [event.order for event in events if isinstance(event, Placed)]


def is_near(count, expected, deviation):
    """Tell whether a count is within four standard deviations of what is expected."""
    return abs(count - expected) <= 4 * deviation


# --- moments ------------------------------------------------------------------


def test_orders_are_poisson_by_day():
    """Counts of 400 even days have the mean and the variance of a Poisson number."""
    orders = orders_of(demand(days=400, orders_per_day=60).draw(NETWORK, seed=3))

    counts = np.bincount([(o.placed_at - MONDAY).days for o in orders], minlength=400)

    # The mean of 400 such counts has the deviation sqrt(60 / 400); their variance has
    # about 60 sqrt(2 / 399), a little more for being Poisson.
    assert is_near(counts.mean(), 60, math.sqrt(60 / 400))
    assert is_near(counts.var(ddof=1), 60, 60 * math.sqrt(2 / 399 + 1 / (60 * 400)))


def test_profiles_shape_weeks_and_days():
    """Each weekday and each hour gets its share; the average day stays as stated."""
    weekdays = (1, 1, 1, 1, 1, 2, 3)
    hours = (*([0] * 8), *([1] * 12), *([4] * 4))
    stated = demand(seasons={"weekdays": weekdays, "hours": hours})
    orders = orders_of(stated.draw(NETWORK, seed=1))

    assert stated.expected_orders == pytest.approx(28 * 250)
    by_weekday = Counter(o.placed_at.weekday() for o in orders)
    for day, factor in enumerate(weekdays):
        expected = 7000 * factor / sum(weekdays)
        assert is_near(by_weekday[day], expected, math.sqrt(expected))
    by_hour = Counter(o.placed_at.hour for o in orders)
    for hour, factor in enumerate(hours):
        expected = 7000 * factor / sum(hours)
        assert is_near(by_hour[hour], expected, math.sqrt(expected))
        assert factor or not by_hour[hour]


def test_peaks_and_trend_multiply():
    """A peak week brings three times as many, and a year of trend a tenth more."""
    seasons = Seasons(
        peaks=[
            Peak(first="2026-03-09", last="2026-03-15", factor=3),
            Peak(first="2026-03-15", last="2026-03-15", factor=2),
        ],
        trend=0.1,
    )
    factors = seasons.factors(MONDAY, 24 * 400)

    plain = 1.1 ** (np.arange(24 * 400) / 8766)
    times = (factors / plain).reshape(-1, 24).mean(axis=1)
    assert times[:7].tolist() == pytest.approx([1] * 7)
    assert times[7:14].tolist() == pytest.approx([3] * 6 + [6])
    assert times[14:].tolist() == pytest.approx([1] * 386)
    assert factors[8766] == pytest.approx(1.1)


def test_moments_are_uniform_within_an_hour():
    """Each quarter of an hour gets a quarter of the orders, sorted by the moment."""
    orders = orders_of(demand().draw(NETWORK, seed=9))
    quarters = Counter(o.placed_at.minute // 15 for o in orders)
    count = len(orders)

    for quarter in range(4):
        assert is_near(quarters[quarter], count / 4, math.sqrt(count * 3 / 16))
    assert [o.placed_at for o in orders] == sorted(o.placed_at for o in orders)
    assert len({o.placed_at for o in orders}) > count - 5  # microseconds


def test_months_are_relative():
    """December with twice the weight has two of thirteen parts of twelve months."""
    months = (*([1] * 11), 2)
    factors = Seasons(months=months).factors(datetime(2026, 11, 30, tzinfo=UTC), 48)

    assert factors[0] == pytest.approx(12 / 13)
    assert factors[24] == pytest.approx(24 / 13)


def test_hours_are_read_off_the_clock_of_the_start():
    """Night is night where the shop is, also when its clock would change."""
    east = datetime(2026, 3, 7, tzinfo=ZoneInfo("America/New_York"))
    hours = (*([0] * 12), *([1] * 12))
    orders = orders_of(
        demand(start=east, days=3, seasons={"hours": hours}).draw(NETWORK)
    )

    assert orders
    assert all(o.placed_at.hour >= 12 for o in orders)
    assert {o.placed_at.utcoffset() for o in orders} == {timedelta(hours=-5)}


# --- baskets ------------------------------------------------------------------


def units_of(orders):
    """Count the units ordered by SKU."""
    found = Counter()
    for order in orders:
        for line in order.lines:
            found[line.sku] += line.quantity
    return found


@pytest.mark.parametrize("affinity", [0.0, 0.8])
def test_units_are_in_proportion_to_popularity(affinity):
    """Units by SKU are as expected, whether or not lines keep to families."""
    basket = Basket(
        skus={"A": 5, "B": 3, "C": 2, "D": 1},
        lines=(2, 1, 1),
        units=(3, 1),
        families=[["A", "D"]],
        affinity=affinity,
    )
    stated = demand(basket=basket)
    orders = orders_of(stated.draw(NETWORK, seed=2))
    found, expected = units_of(orders), stated.expected_units(NETWORK)

    assert "E" not in found
    assert sum(expected.values()) == pytest.approx(7000 * 1.75 * 1.25)
    # Units of a SKU in an order: their variance is measured, so correlation counts.
    for sku in "ABCD":
        each = np.array(
            [sum(x.quantity for x in order.lines if x.sku == sku) for order in orders]
        )
        deviation = math.sqrt(7000 * np.mean(each.astype(float) ** 2))
        assert is_near(found[sku], expected[sku], deviation)


def test_affinity_brings_families_together():
    """With affinity, a SKU's sister is in the basket more often than by popularity."""

    def share_together(affinity):
        basket = Basket(lines=(0, 1), zipf=0, families=[["A", "B"]], affinity=affinity)
        orders = orders_of(demand(basket=basket).draw(NETWORK))
        baskets = [{line.sku for line in order.lines} for order in orders]
        return sum(basket == {"A", "B"} for basket in baskets) / len(baskets)

    # First of the family with 2/5; then the other one with a/2 + (1 - a)/5.
    deviation = math.sqrt(0.2 * 0.8 / 7000)
    assert is_near(share_together(0.0), 2 / 5 / 5, deviation)
    assert is_near(share_together(0.75), 2 / 5 * (0.75 / 2 + 0.25 / 5), deviation)


def test_lines_have_the_stated_sizes():
    """Among many SKUs hardly any is drawn twice: lines and units are as stated."""
    wide = network(node("N1"), items=[f"i{at}" for at in range(20_000)])
    basket = Basket(lines=(0.6, 0.3, 0.1), units=(0.8, 0, 0.2), zipf=0)
    orders = orders_of(demand(basket=basket).draw(wide))
    sizes = Counter(len(order.lines) for order in orders)
    amounts = Counter(line.quantity for order in orders for line in order.lines)

    count = len(orders)
    for size, share in ((1, 0.6), (2, 0.3), (3, 0.1)):
        assert is_near(sizes[size], count * share, math.sqrt(count * share))
    lines = sum(amounts.values())
    for amount, share in ((1, 0.8), (3, 0.2)):
        assert is_near(amounts[amount], lines * share, math.sqrt(lines * share))
    assert set(amounts) <= {1, 3} | {2, 4, 6}  # the latter where one came twice


def test_no_sku_comes_twice_in_an_order():
    """A SKU that is drawn again adds its units to the line it has."""
    basket = Basket(lines=(0, 0, 0, 1), units=(1,), zipf=2)
    orders = orders_of(demand(basket=basket).draw(NETWORK))

    for order in orders:
        skus = [line.sku for line in order.lines]
        assert len(set(skus)) == len(skus)
        assert sum(line.quantity for line in order.lines) == 4
        assert [line.id for line in order.lines] == [
            f"l{at}" for at in range(1, len(skus) + 1)
        ]


# --- where to, and how --------------------------------------------------------


def test_areas_get_their_weights_and_scatter():
    """Orders go around their areas, as far as stated, and take over the address."""
    areas = [
        Area(location=place((40.0, -75.0), region="PA"), weight=3, scatter_km=30),
        Area(location=place((64.0, 20.0), country="SE"), weight=1),
    ]
    orders = orders_of(demand(areas=areas).draw(NETWORK, seed=5))
    near = [o.destination for o in orders if o.destination.region == "PA"]
    far = [o.destination for o in orders if o.destination.country == "SE"]

    assert len(near) + len(far) == len(orders)
    assert is_near(len(near), 0.75 * len(orders), math.sqrt(len(orders) * 3 / 16))
    assert {(spot.lat, spot.lon) for spot in far} == {(64.0, 20.0)}
    south = [distance_north(spot) for spot in near]
    east = [distance_east(spot) for spot in near]
    for way in (south, east):
        assert is_near(np.mean(way), 0, 30 / math.sqrt(len(way)))
        # A deviation that is measured has its own: sigma / sqrt(2 n).
        assert is_near(np.std(way), 30, 30 / math.sqrt(2 * len(way)) + 0.03)


def distance_north(spot):
    """Measure how far north of the area's middle a location is (km)."""
    way = distance_km(
        place((40.0, -75.0)), place((spot.lat, -75.0)), DistanceMethod.GREAT_CIRCLE
    )
    return math.copysign(way, spot.lat - 40.0)


def distance_east(spot):
    """Measure how far east of the area's middle a location is (km)."""
    way = distance_km(
        place((40.0, -75.0)), place((40.0, spot.lon)), DistanceMethod.GREAT_CIRCLE
    )
    return math.copysign(way, spot.lon + 75.0)


def test_pickup_goes_to_the_nearest_stores():
    """The stated share is collected, at one of the nearest stores that are open."""
    orders = orders_of(demand(pickup=0.3, pickup_stores=2).draw(NETWORK))
    collected = [o for o in orders if o.delivery.method is Method.PICKUP]

    count = len(orders)
    assert is_near(len(collected), 0.3 * count, math.sqrt(count * 0.21))
    by_store = Counter(o.delivery.node for o in collected)
    assert set(by_store) == {"S1", "S2"}  # S3 is switched off
    half = len(collected) / 2
    assert is_near(by_store["S1"], half, math.sqrt(half / 2))


def test_nobody_goes_too_far():
    """An order is shipped where the nearest store is beyond the limit."""
    orders = orders_of(demand(pickup=1.0, pickup_km=20.0).draw(NETWORK))
    by_id = {part.id: part.location for part in NETWORK.nodes}

    def way(order, store):
        return distance_km(order.destination, by_id[store], DistanceMethod.GREAT_CIRCLE)

    methods = Counter(o.delivery.method for o in orders)
    assert min(methods[Method.PICKUP], methods[Method.SHIP]) > 100
    for order in orders:
        shortest = min(way(order, "S1"), way(order, "S2"))
        if order.delivery.node is None:
            assert shortest > 20 - 1e-6
        else:
            assert way(order, order.delivery.node) == pytest.approx(shortest)
            assert shortest <= 20 + 1e-6


@given(
    st.lists(
        st.tuples(st.floats(-89, 89), st.floats(-180, 180)), min_size=1, max_size=6
    ),
    st.lists(
        st.tuples(st.floats(-89, 89), st.floats(-180, 180)), min_size=1, max_size=6
    ),
)
def test_nearest_is_nearest(points, spots):
    """Ranks follow the distances that plain Python measures."""
    places = [place(spot) for spot in spots]
    lat, lon = np.array(points).T
    for rank in range(len(places)):
        _, km = nearest(lat, lon, places, np.full(len(lat), rank))
        for point, found in zip(points, km.tolist(), strict=True):
            ways = sorted(
                distance_km(place(point), spot, DistanceMethod.GREAT_CIRCLE)
                for spot in places
            )
            assert found == pytest.approx(ways[rank], abs=1e-3)


def test_channels_tiers_and_cancellations():
    """Shares are kept, and what they leave of all orders has no name."""
    events = demand(
        channels={"web": 0.6, "app": 0.4},
        tiers={"gold": 0.1},
        canceled=0.2,
    ).draw(NETWORK)
    orders = orders_of(events)
    count = len(orders)
    channels = Counter(o.channel for o in orders)
    tiers = Counter(o.tier for o in orders)
    canceled = [event for event in events if isinstance(event, Canceled)]

    assert set(channels) == {"web", "app"}
    assert is_near(channels["web"], 0.6 * count, math.sqrt(count * 0.24))
    assert set(tiers) == {"gold", None}
    assert is_near(tiers["gold"], 0.1 * count, math.sqrt(count * 0.09))
    assert is_near(len(canceled), 0.2 * count, math.sqrt(count * 0.16))


def test_delays_of_cancellations_are_exponential():
    """Their mean and their deviation are as stated; none comes before its order."""
    events = demand(canceled=1.0, canceled_after_h=5).draw(NETWORK)
    placed = {o.id: o.placed_at for o in orders_of(events)}
    canceled = [event for event in events if isinstance(event, Canceled)]
    delays = [(e.at - placed[e.order]) / timedelta(hours=1) for e in canceled]

    assert sorted(event.order for event in canceled) == sorted(placed)
    assert min(delays) > 0
    assert is_near(np.mean(delays), 5, 5 / math.sqrt(len(delays)))
    # The variance of a measured variance: (kurtosis 9 - 1) sigma^4 / n.
    assert is_near(np.var(delays), 25, 25 * math.sqrt(8 / len(delays)))


# --- seeds --------------------------------------------------------------------

EVERYTHING = {
    "days": 10,
    "orders_per_day": 40,
    "pickup": 0.2,
    "pickup_stores": 2,
    "channels": {"web": 0.5},
    "tiers": {"gold": 0.2},
    "canceled": 0.1,
    "replenishment": {"every_days": 2, "cover_days": 4, "follows": "orders"},
}


def test_equal_seeds_give_equal_events():
    """A seed says it all, and another seed says something else."""
    stated = demand(**EVERYTHING)

    assert stated.draw(NETWORK, seed=4) == stated.draw(NETWORK, seed=4)
    assert stated.draw(NETWORK, seed=4) != stated.draw(NETWORK, seed=5)


@pytest.mark.parametrize(
    "change",
    [
        {"basket": {"lines": [0, 0, 1], "units": [0, 1], "zipf": 0}},
        {"pickup": 0.9},
        {"channels": {"app": 1.0}},
        {"tiers": {}},
        {"canceled": 0.5},
        {"replenishment": None},
    ],
)
def test_aspects_do_not_move_each_other(change):
    """What is changed in one aspect leaves moments, places and the rest alone."""
    (name,) = change
    one = orders_of(demand(**EVERYTHING).draw(NETWORK, seed=6))
    other = orders_of(demand(**{**EVERYTHING, **change}).draw(NETWORK, seed=6))

    assert [(o.id, o.placed_at) for o in one] == [(o.id, o.placed_at) for o in other]
    assert [o.destination for o in one] == [o.destination for o in other]
    parts = {"lines": "basket", "delivery": "pickup", "channel": "channels"}
    parts["tier"] = "tiers"
    for field, aspect in parts.items():
        same = [getattr(o, field) for o in one] == [getattr(o, field) for o in other]
        assert same == (aspect != name), field


@pytest.mark.parametrize("seed", [-1, 2**128])
def test_seeds_that_are_none_are_refused(seed):
    """A seed is a whole number that is not negative."""
    with pytest.raises(InputError, match="seed"):
        demand().draw(NETWORK, seed=seed)


# --- events that validate -----------------------------------------------------


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1), st.integers(1, 5))
def test_drawn_events_validate(seed, share, affinity, days):
    """What is drawn passes the validation it was spared, and comes back equal."""
    stated = demand(
        days=days,
        orders_per_day=20,
        pickup=share,
        canceled=share,
        channels={"web": share},
        areas=[*us_areas(), Area(location=place((-89.9, 179.9)), scatter_km=500)],
        basket={"families": [["A", "B"]], "affinity": affinity},
        replenishment={"every_days": 1, "cover_days": 3},
    )
    events = stated.draw(NETWORK, seed=seed)
    adapter = TypeAdapter(tuple[Event, ...])

    again = adapter.validate_json(adapter.dump_json(events))

    assert again == events
    assert in_order(events) == events
    assert [type(event) for event in again] == [type(event) for event in events]


def test_drawn_events_are_a_history():
    """Written as tables they are read back, all names known, nothing amiss."""
    events = demand(**EVERYTHING).draw(NETWORK)

    assert history_from_frames(NETWORK, **events_to_frames(events)) == events


# --- stock --------------------------------------------------------------------


def received(events):
    """Count the units received by (node, SKU)."""
    found = Counter()
    for event in events:
        if isinstance(event, Received):
            found[event.node, event.sku] += event.quantity
    return found


WEIGHTS = {"N1": 3, "S1": 1}


def test_forecast_brings_what_is_expected():
    """Opening stock and receipts make the expected demand and the cover left over."""
    how = Replenishment(every_days=7, cover_days=14, lead_days=3, node_weights=WEIGHTS)
    stated = demand(days=70, replenishment=how, basket={"zipf": 0})
    events = stated.draw(NETWORK)
    found = received(events)

    assert {node for node, _ in found} == set(WEIGHTS)
    times = sorted({event.at for event in events if isinstance(event, Received)})
    assert times == [MONDAY + (7 * at + 3) * DAY for at in range(1, 10)]
    # Nine reviews, each for the expected demand of a week: even demand moves no target.
    each = 250 * stated.basket.units_per_order / 5
    for (name, _), units in found.items():
        expected = 9 * 7 * each * WEIGHTS[name] / 4
        assert abs(units - expected) <= 1  # rounding is carried on


def test_base_stock_replaces_what_was_ordered():
    """Receipts are the units ordered until the last review, split by weights."""
    how = Replenishment(
        every_days=7, cover_days=14, node_weights=WEIGHTS, follows="orders"
    )
    stated = demand(days=29, replenishment=how)
    events = stated.draw(NETWORK, seed=8)
    until = [o for o in orders_of(events) if o.placed_at <= MONDAY + 28 * DAY]
    wanted, found = units_of(until), received(events)

    for (name, sku), units in found.items():
        assert abs(units - wanted[sku] * WEIGHTS[name] / 4) <= 1
    assert sum(found.values()) == pytest.approx(sum(wanted.values()), abs=10)


@pytest.mark.parametrize("follows", ["forecast", "orders"])
def test_receipts_are_right_on_average_however_thin(follows):
    """A few units over hundreds of cells come in as many as were wanted."""
    wide = network(
        *(node(f"N{at}") for at in range(20)), items=[f"i{at}" for at in range(50)]
    )
    how = Replenishment(every_days=7, cover_days=7, follows=follows)
    stated = demand(days=28, orders_per_day=5, replenishment=how)
    events = stated.draw(wide, seed=1)
    wanted = sum(units_of(orders_of(events)).values())
    if follows == "forecast":
        wanted = sum(stated.expected_units(wide).values())

    # A thousand cells, each rounded by chance: the variance of one is 1/4 at most.
    assert is_near(sum(received(events).values()), wanted, math.sqrt(1000 / 4))


def test_receipts_come_before_a_peak():
    """The delivery before a peak week brings more, the one before its end less."""
    seasons = Seasons(peaks=[Peak(first="2026-03-16", last="2026-03-22", factor=3)])
    how = Replenishment(every_days=7, cover_days=7)
    stated = demand(days=35, seasons=seasons, replenishment=how)
    by_day = Counter()
    for event in stated.draw(NETWORK):
        if isinstance(event, Received):
            by_day[(event.at - MONDAY).days] += event.quantity

    # At 7 a usual week is over and a usual one ahead; at 14 the peak is; at 21 it is
    # over, its stock used up, and a usual week is ahead again.
    week = 7 * 250 * stated.basket.units_per_order
    assert [by_day[day] / week for day in (7, 14, 21, 28)] == pytest.approx(
        [1, 3, 1, 1], rel=0.01
    )


@pytest.mark.parametrize("lead", [0, 3, 10])
def test_delivery_leaves_the_stated_cover(lead):
    """As expected, each delivery fills up to the cover ahead of it, peak or not."""
    seasons = Seasons(peaks=[Peak(first="2026-03-16", last="2026-03-29", factor=3)])
    how = Replenishment(every_days=7, cover_days=14, lead_days=lead)
    stated = demand(days=70, seasons=seasons, replenishment=how)
    per_day = stated.orders_per_hour(hours=24 * 100).reshape(-1, 24).sum(axis=1)
    per_day *= stated.basket.units_per_order
    stock = sum(row.on_hand for row in opening_stock(NETWORK, stated))
    came = Counter()
    for event in stated.draw(NETWORK):
        if isinstance(event, Received):
            came[(event.at - MONDAY).days] += event.quantity

    assert sorted(came) == list(range(7 + lead, 71, 7))
    for day in sorted(came):
        stock += came[day]
        # Half a unit of rounding in each of 25 cells, and as much at the opening.
        assert abs(stock - per_day[: day + 14].sum()) <= 25


def test_opening_stock_covers_the_first_days():
    """Stock is the demand expected of so many days, by weight, right on average."""
    stated = demand(basket={"skus": {"A": 999, "B": 1}, "lines": [1], "units": [1]})
    stock = opening_stock(NETWORK, stated, 10, WEIGHTS)

    assert len(stock) == 5 * len(NETWORK.nodes)  # receipts find a row everywhere
    assert stock.available("V", "A") == 0
    assert abs(stock.available("N1", "A") - 2500 * 0.999 * 0.75) < 1
    assert stock.velocity("N1", "A") == pytest.approx(250 * 0.999 * 0.75)
    # B at S1: 2500 / 1000 / 4 = 0.625 units, so one in 0.625 of all seeds.
    found = [
        opening_stock(NETWORK, stated, 10, WEIGHTS, seed=seed).available("S1", "B")
        for seed in range(400)
    ]
    assert set(found) == {0, 1}
    assert is_near(np.mean(found), 0.625, math.sqrt(0.625 * 0.375 / 400))


def test_opening_stock_follows_the_replenishment():
    """Unless told, stock is what the first review takes for granted."""
    how = Replenishment(cover_days=5, lead_days=2, node_weights=WEIGHTS)
    stated = demand(replenishment=how)

    alike = opening_stock(NETWORK, stated, 7, WEIGHTS, seed=1)
    assert list(opening_stock(NETWORK, stated, seed=1)) == list(alike)


def test_stock_meets_demand_where_weights_are_kept():
    """Filled by orders, with a week to spare, the network never runs dry."""
    how = Replenishment(every_days=1, cover_days=7, follows="orders")
    stated = demand(days=60, replenishment=how)
    stock = opening_stock(NETWORK, stated)
    left = Counter()
    for row in stock:
        left[row.sku] += row.on_hand
    least = math.inf
    for event in stated.draw(NETWORK, seed=2):
        if isinstance(event, Received):
            left[event.sku] += event.quantity
        elif isinstance(event, Placed):
            for line in event.order.lines:
                left[line.sku] -= line.quantity
            least = min(least, *left.values())

    assert least >= 0


# --- bad demand ---------------------------------------------------------------


def faults(read, *args, **fields):
    """Return (place, code) of each fault of what is refused."""
    with pytest.raises(InputError) as caught:
        read(*args, **fields)
    return [(issue.where, issue.code) for issue in caught.value.issues]


def test_all_faults_of_demand_are_told_at_once():
    """Shape, ranges, weights and names: all in one error."""
    raw = {
        "start": "2026-03-02T00:00:00",
        "days": 0,
        "areas": [],
        "seasons": {
            "weekdays": [1, 1],
            "hours": [0] * 24,
            "peaks": [{"first": "2026-03-02", "last": "2026-03-01", "factor": -1}],
        },
        "basket": {
            "lines": [-1, 2],
            "skus": {"A": -1, "Z": 1},
            "families": [["A", "Y"]],
        },
        "channels": {"web": 0.8, "app": 0.4},
        "pickup": 0.2,
        "pickup_stores": 9,
        "replenishment": {"node_weights": {"N9": 1, "N1": -1}},
        "color": "red",
    }

    assert faults(demand_from_json, json.dumps(raw), NETWORK) == [
        ("start", "naive_datetime"),
        ("days", "out_of_range"),
        ("orders_per_day", "missing"),
        ("areas", "out_of_range"),
        ("seasons.weekdays", "out_of_range"),
        ("seasons.hours", "contradictory"),
        ("seasons.peaks[0].factor", "out_of_range"),
        ("basket.lines[0]", "out_of_range"),
        ("basket.skus.A", "out_of_range"),
        ("channels", "contradictory"),
        ("replenishment.node_weights.N1", "out_of_range"),
        ("color", "unknown_field"),
        ("basket.skus.Z", "unknown_id"),
        ("basket.families[0][1]", "unknown_id"),
        ("replenishment.node_weights.N9", "unknown_id"),
        ("pickup", "contradictory"),
    ]


def test_drawing_tells_all_that_the_network_lacks():
    """Names and stores are held against the network before anything is drawn."""
    stated = demand(
        basket={"skus": {"Z": 1}, "families": [["X"]]},
        pickup=0.1,
        replenishment={"node_weights": {"N9": 1}},
    )
    bare = network(node("N1"), items="A")

    wanted = [
        ("basket.skus.Z", "unknown_id"),
        ("basket.families[0][0]", "unknown_id"),
        ("replenishment.node_weights.N9", "unknown_id"),
        ("pickup", "contradictory"),
    ]
    assert faults(stated.draw, bare) == wanted
    assert faults(stated.expected_units, bare) == wanted
    assert faults(opening_stock, bare, stated, 3) == [
        *wanted,
        ("node_weights.N9", "unknown_id"),
    ]


def test_bad_stock_is_told_at_once():
    """Cover that is none, and weights that are none, are named together."""
    assert faults(opening_stock, NETWORK, demand(), None, {"N9": -1, "N1": 0}) == [
        ("days_of_cover", "missing"),
        ("node_weights.N9", "unknown_id"),
        ("node_weights.N9", "out_of_range"),
    ]
    assert faults(opening_stock, NETWORK, demand(), -1, {"N1": 0}) == [
        ("days_of_cover", "out_of_range"),
        ("node_weights", "contradictory"),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("areas", [{"location": place(), "weight": 0}]),
        ("basket", {"skus": {"A": 0}}),
        ("basket", {"families": [["A"], ["A"]]}),
        ("basket", {"lines": [0, 0]}),
        ("seasons", {"trend": -1}),
        ("seasons", {"peaks": [{"first": MONDAY, "last": "2026-03-01", "factor": 1}]}),
        ("orders_per_day", 1e7),
        ("orders_per_day", math.nan),
        ("replenishment", {"every_days": 0}),
        ("tiers", {"gold": 1.5}),
    ],
)
def test_demand_that_cannot_be_is_refused(field, value):
    """A demand that could draw nothing, or too much, is not made."""
    with pytest.raises(ValidationError):
        demand(**{field: value, "days": 3000})


def test_demand_comes_back_from_json():
    """A demand is as good written down."""
    stated = demand(**EVERYTHING)

    assert demand_from_json(stated.model_dump_json(), NETWORK) == stated
