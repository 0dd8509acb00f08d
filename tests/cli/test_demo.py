"""Routing in time: stock and capacity as it goes, and the page a person reads."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO

import pytest

import builders as b
from domroute.cli.demo.showing import (
    Example,
    Progress,
    headline,
    report,
    route_in_time,
    show,
)
from domroute.instances import load
from domroute.policy import Policy
from domroute.scenario import Scenario


class Terminal(StringIO):
    """A stream that somebody looks at."""

    def isatty(self):
        """Say so."""
        return True


@pytest.fixture(scope="module")
def small():
    """Three hundred orders of the made-up retailer."""
    return load("us_retail", size="small", seed=4)


@pytest.fixture(scope="module")
def finished(small):
    """The same, routed."""
    return route_in_time(small)


def one_node(*moments, limit=10):
    """One node, one unit an order, each order placed at a moment."""
    return Scenario(
        name="one",
        network=b.network(
            b.node("N1", capacity={"limit": limit, "measure": "orders"}), items="A"
        ),
        inventory=b.stock(N1={"A": 5}),
        orders=[b.order(f"o{i}", A=1, placed_at=at) for i, at in enumerate(moments)],
        policy=Policy(costs=[], unfilled_penalty=7.0),
    )


def shipped(run_):
    """Tell for each order whether it shipped."""
    return [bool(result.plan.shipments) for result in run_.results]


def test_each_order_finds_the_stock_that_those_before_it_left():
    """Of six orders for one unit each of five, the last stays unfilled at 7."""
    noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    found = route_in_time(one_node(*[noon + timedelta(minutes=i) for i in range(6)]))

    assert shipped(found) == [True] * 5 + [False]
    assert found.units_unfilled == {"out_of_stock": 1}
    assert found.costs.to_dict() == {"unfilled": 7.0}


def test_orders_are_routed_by_moment_not_by_row():
    """The row that comes first is served last if it was placed last."""
    late, early = datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)

    found = route_in_time(one_node(late, early))

    assert [result.order_id for result in found.results] == ["o1", "o0"]


def test_a_new_day_brings_new_capacity():
    """One order a day: the second of the day is refused, the next day's is not."""
    day = datetime(2026, 11, 2, 12, tzinfo=UTC)
    moments = (day, day + timedelta(hours=1), day + timedelta(days=1))

    found = route_in_time(one_node(*moments, limit=1))

    assert shipped(found) == [True, False, True]
    assert found.units_unfilled == {"no_capacity": 1}


def test_the_clock_says_when_a_day_begins():
    """23:00 and 01:00 UTC are two days in London and one in New York."""
    evening = datetime(2026, 11, 2, 23, tzinfo=UTC)
    scenario = one_node(evening, evening + timedelta(hours=2), limit=1)

    london = route_in_time(scenario)
    new_york = route_in_time(scenario, clock=timezone(timedelta(hours=-5)))

    assert shipped(london) == [True, True]
    assert shipped(new_york) == [True, False]


def test_the_scenario_keeps_its_stock(small, finished):
    """Routing works on a copy: what it takes is not taken from the scenario."""
    assert small == load("us_retail", size="small", seed=4)
    assert finished.costs.total > 0


def test_nothing_is_promised_twice(small, finished):
    """Over all plans, no node ships more of an item than it had available."""
    taken = Counter()
    for result in finished.results:
        for shipment in result.plan.shipments:
            for part in shipment.contents:
                taken[shipment.node_id, part.sku] += part.quantity

    over = {key for key, n in taken.items() if n > small.inventory.available(*key)}

    assert taken
    assert not over


def test_every_unit_is_accounted_for(finished):
    """Units ordered are units shipped plus units left."""
    units = sum(s.units for r in finished.results for s in r.plan.shipments)

    assert units + finished.units_unfilled.total() == finished.units_ordered


def test_costs_are_the_sum_of_the_results(finished):
    """The costs by term add up to the costs of all results."""
    total = sum(result.cost for result in finished.results)

    assert finished.costs.total == pytest.approx(total, rel=1e-12)


def test_a_watcher_sees_each_plan_before_it_is_reserved():
    """When the first order's plan is shown, all five units are still there."""
    seen = []

    def watch(router, order, result):
        seen.append((order.id, router.inventory.available("N1", "A")))
        assert result.order_id == order.id

    day = datetime(2026, 11, 2, tzinfo=UTC)
    route_in_time(one_node(day, day + timedelta(hours=1)), watch=watch)

    assert seen == [("o0", 5), ("o1", 4)]


def test_latencies_are_of_every_order(finished):
    """As many latencies as orders, all positive, none above the time of them all."""
    assert len(finished.latencies_s) == 300
    assert 0 < finished.latency_ms(50) <= finished.latency_ms(99)
    assert finished.latencies_s.sum() <= finished.elapsed_s
    assert finished.orders_per_s == pytest.approx(300 / finished.elapsed_s)


def test_the_page_says_what_became_of_the_orders(small, finished):
    """The figures on the page are those of the results."""
    page = report(finished)
    kinds = {node.id: node.kind for node in small.network.nodes}
    by_store = sum(
        shipment.units
        for result in finished.results
        for shipment in result.plan.shipments
        if kinds[shipment.node_id] == "store"
    )
    left = finished.units_unfilled.total()

    assert "300 of 300 plans optimal, largest gap 0.00%" in page
    assert "verified: 300 plans, nothing found" in page
    assert re.search(
        rf"^total +{finished.costs.total:,.2f} .* 100.0%$", page, re.MULTILINE
    )
    assert re.search(rf"^store .* {by_store:,} ", page, re.MULTILINE)
    assert (
        f"{finished.units_ordered - left:,} of {finished.units_ordered:,} units" in page
    )
    for reason, units in finished.units_unfilled.items():
        assert re.search(rf"^{reason} +{units:,} ", page, re.MULTILINE)


def test_shares_on_the_page_add_up(finished):
    """Orders by number of shipments are all orders; their shares come to 100 %."""
    table = report(finished).split("\n\n")[2].splitlines()[2:]
    orders = [int(row.split()[1].replace(",", "")) for row in table]
    shares = [float(row.split()[2].rstrip("%")) for row in table]

    assert sum(orders) == 300
    assert sum(shares) == pytest.approx(100.0, abs=0.05 * len(shares))


def test_a_run_without_unfilled_units_has_no_table_of_them():
    """One order of one unit: all is filled, and no reason is listed."""
    page = report(route_in_time(one_node(datetime(2026, 11, 2, tzinfo=UTC))))

    assert "filled: 1 of 1 units (100.00%)" in page
    assert "because" not in page


def test_an_empty_scenario_has_a_page():
    """No orders: nothing to divide by, and nothing breaks."""
    found = route_in_time(one_node())

    assert found.orders_per_s == 0.0
    assert "0 of 0 units" in report(found)


def test_the_headline_counts_the_scenario(small):
    """The first line counts orders, the second nodes by kind."""
    first, second = headline(small).splitlines()

    assert first.startswith("us_retail-small-4: 300 orders, ")
    assert second.startswith("49 nodes (6 dc, 40 store, 3 vendor), 300 items, ")


def test_the_demo_prints_a_page_and_an_explained_order():
    """The whole command: headline, report, and one split order with its reasons."""
    page = StringIO()

    code = show(page, size="small", seed=4)

    text = page.getvalue()
    assert code == 0
    assert text.startswith("us_retail-small-4: 300 orders")
    assert "verified: 300 plans, nothing found" in text
    assert "One order of them, o" in text
    assert "shipments: 2 (1 split" in text


def test_the_example_is_the_first_order_that_splits_in_two(small):
    """One order is shown, filled from two nodes a line each."""
    example, shown = Example(), []

    def watch(router, order, result):
        before = example.text
        example(router, order, result)
        if example.text != before:
            shown.append((order, result))

    route_in_time(small, watch=watch)

    assert len(shown) == 1
    order, result = shown[0]
    assert len(order.lines) == len(result.plan.shipments) == 2
    assert order.id in example.text


def test_progress_is_shown_on_a_terminal_and_cleared():
    """Every 200 orders a count; nothing is left of it at the end."""
    stream = Terminal()
    progress = Progress(400, stream)
    for _ in range(400):
        progress(None, None, None)

    assert "200 of 400 orders" in stream.getvalue()
    assert stream.getvalue().endswith("\r")


def test_progress_is_silent_in_a_file():
    """Nobody looks: nothing is written."""
    stream = StringIO()
    progress = Progress(200, stream)
    for _ in range(200):
        progress(None, None, None)

    assert not stream.getvalue()
