"""What was asked of a node in a day stands beside what it can do."""

from datetime import UTC, datetime

import pytest

from builders import item, line, node, order, pickup, stock
from domroute import Network, Policy, Scenario
from domroute.events import Placed
from domroute.replay.engine import Replay
from domroute.replay.loads import LOAD_COLUMNS, capacity_used
from replay.streams import drawn_orders, shop


def limited(measure, limit=5):
    """Make a shop whose first store is limited, and better than the other nodes."""
    base = shop(units=99)
    nodes = [
        n.model_copy(update={"capacity": None})
        if n.id != "s1"
        else node(
            "s1",
            (0.0, 3.0),
            kind="store",
            capacity={"limit": limit, "measure": measure},
        )
        for n in base.network.nodes
    ]
    network = Network(nodes=nodes, items=base.network.items)
    scenario = Scenario(name="limited", network=network, inventory=base.inventory)
    events = [Placed(order=each) for each in drawn_orders(2, count=40)]
    return network, Replay(scenario, events, Policy()).run()


@pytest.mark.parametrize("measure", ["orders", "lines", "units"])
def test_load_is_what_the_shipments_say(measure):
    """By day, added up from shipments and their contents, and never above the limit."""
    network, outcome = limited(measure)

    found = capacity_used(outcome, network)

    by_day, seen = {}, set()
    lines = outcome.contents.groupby("shipment").size()
    for row in outcome.shipments.itertuples():
        if row.node == "s1":
            day = row.routed_at.date()
            is_new = (day, row.order) not in seen
            seen.add((day, row.order))
            amount = {
                "orders": int(is_new),
                "lines": lines[row.shipment],
                "units": row.units,
            }
            by_day[day] = by_day.get(day, 0) + amount[measure]
    assert tuple(found.columns) == LOAD_COLUMNS
    # 40 orders, an hour apart, from midnight: two days.
    assert dict(zip(found["day"].dt.date, found["used"], strict=True)) == by_day
    assert len(found) == 2
    assert (found["share"] == found["used"] / 5).all()
    assert found["share"].max() == 1  # it is asked for more than it can do


def test_an_order_is_one_however_many_shipments_it_takes():
    """One line shipped and one picked up at a store are two shipments of one order."""
    store = node("S1", kind="store", capacity={"limit": 4, "measure": "orders"})
    there = Network(nodes=[store], items=[item("A"), item("B")])
    scenario = Scenario(
        name="two ways", network=there, inventory=stock(S1={"A": 1, "B": 1})
    )
    both = order(
        "o1",
        line("A", "A"),
        line("B", "B", delivery=pickup("S1")),
        placed_at=datetime(2026, 1, 5, 8, tzinfo=UTC),
    )
    outcome = Replay(scenario, [Placed(order=both)], Policy(costs=[])).run()

    assert len(outcome.shipments) == 2
    assert capacity_used(outcome, there)["used"].tolist() == [1]


def test_load_in_workload_is_not_known():
    """An outcome does not say how much work a unit was."""
    network, outcome = limited("workload")

    assert capacity_used(outcome, network)["used"].isna().all()


def test_nodes_without_limits_have_no_rows():
    """A network without limits has nothing to show."""
    _, outcome = limited("units")

    found = capacity_used(outcome, shop().network)

    assert found.empty
    assert tuple(found.columns) == LOAD_COLUMNS
