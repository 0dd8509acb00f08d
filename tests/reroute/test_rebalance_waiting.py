"""Backlogs whose orders may wait for stock still to come."""

from datetime import UTC, datetime, timedelta

import pytest

from builders import node, order, service
from domroute import Inventory, Network, Policy, Router, Stability, Stock
from domroute.costs import Handling, Lateness
from domroute.events import Accepted, Closed
from domroute.ledger import Inbound
from domroute.network import Item
from domroute.orders import Delivery

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
COMES = NOON + timedelta(days=2)


def world(*, at_once, later, **fields):
    """Make a router of N1 and N2, with so much of A now and in two days."""
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    network = Network(
        time_zone="UTC",
        calendars=[{"id": "all", "hours": {day: [["00:00", "24:00"]] for day in week}}],
        nodes=[
            node(name, calendar="all", cutoff="24:00", per_shipment=cost)
            for name, cost in (("N1", 1.0), ("N2", 2.0))
        ],
        items=[Item(sku="A", weight_kg=1.0)],
        services=[service("ground", calendar="all", pickups=["17:00"], transit_days=1)],
    )
    rows = [
        Stock(
            node=name,
            sku="A",
            on_hand=at_once.get(name, 0),
            inbound=[Inbound(at=COMES, quantity=later[name])] if name in later else [],
        )
        for name in ("N1", "N2")
    ]
    policy = Policy(
        costs=[
            Handling(),
            Lateness(per_unit_day=1.0),
            Stability(per_line=fields.pop("stability", 0.0)),
        ],
        unfilled_penalty=50.0,
        allow_backorder=True,
    )
    return Router(network, Inventory(rows), policy)


def asked(name, tier=None, count=1):
    """Make an order placed at noon, wanted the next day."""
    made = order(name, delivery=Delivery(need_by=NOON.date() + timedelta(1)), A=count)
    return made.model_copy(update={"placed_at": NOON, "tier": tier})


def planned(router, orders):
    """Route orders jointly, and book what comes of it."""
    found = router.route_batch(orders)
    for result in found:
        router.inventory.reserve(result.plan)
    return found


@pytest.mark.parametrize(
    ("tiers", "served"), [(("gold",), "o2"), (("iron", "gold"), "o2"), ((), None)]
)
def test_better_tier_has_what_is_to_come(tiers, served):
    """N1 closes; N2 has one A in two days, which gold waits for."""
    router = world(at_once={"N1": 2}, later={"N2": 1})
    before = planned(router, [asked("o1"), asked("o2", "gold")])

    again = router.rebalance(before, [Closed(at=LATER, node="N1")], tiers=tiers)

    late = [
        one.order_id
        for one in again
        for part in one.result.plan.shipments
        if part.stock_at == COMES
    ]
    assert len(late) == 1
    assert served is None or late == [served]
    # 2 for the shipment, which is two days late at 1 a day; 50 for the unit left.
    assert again.cost == pytest.approx(2 + 2 + 50)
    assert again.is_optimal
    router.inventory.exchange(again.freed, again.added)


def test_who_waits_gets_what_has_come_in():
    """One is at N1: who waits for N2's moves there, and saves two days and 1."""
    router = world(at_once={}, later={"N2": 1})
    before = planned(router, [asked("o1")])
    assert before.cost == pytest.approx(2 + 2)
    router.inventory.adjust("N1", "A", 1)

    again = router.rebalance(before, now=LATER)

    assert again.results[0].plan.node_ids == ("N1",)
    assert again.cost == pytest.approx(1.0)
    router.inventory.exchange(again.freed, again.added)
    assert router.inventory.relied == {}


def test_what_is_kept_of_stock_to_come_stays_promised():
    """o1 waits for N2's, which has accepted it: nobody else may."""
    router = world(at_once={"N1": 1}, later={"N2": 1})
    before = planned(router, [asked("o1"), asked("o2")])
    late = next(one for one in before if one.plan.node_ids == ("N2",))
    events = [
        Accepted(at=LATER, order=late.order_id, node="N2"),
        Closed(at=LATER - timedelta(minutes=1), node="N1"),
    ]

    again = router.rebalance(before, events)

    assert sorted(len(one.plan.shipments) for one in again) == [0, 1]
    assert again.cost == pytest.approx(50.0)
    assert again.is_optimal
