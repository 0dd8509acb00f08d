"""A truck that is late: what waits for it goes on, what is begun stays."""

from datetime import UTC, datetime, timedelta

import pytest

from builders import node
from domroute import (
    Backorder,
    Inbound,
    InputError,
    Inventory,
    Item,
    Line,
    Network,
    Order,
    Policy,
    Router,
    Stock,
)
from domroute.costs import Handling
from domroute.events import Accepted, LateInbound

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE = NOON + timedelta(days=2)
HOUR = timedelta(hours=1)


def world(*, spare=0):
    """Make a router of two nodes: one A is due at N1, and N2, dearer, has some."""
    network = Network(
        nodes=[node("N1", per_shipment=2.0), node("N2", per_shipment=9.0)],
        items=[Item(sku="A")],
    )
    rows = [
        Stock(node="N1", sku="A", on_hand=0, inbound=[Inbound(at=DUE, quantity=1)]),
        Stock(node="N2", sku="A", on_hand=spare),
    ]
    costs = [Handling(), Backorder(per_unit=1.0)]
    policy = Policy(costs=costs, allow_backorder=True, unfilled_penalty=50.0)
    return Router(network, Inventory(rows), policy)


ORDER = Order(
    id="o1",
    placed_at=NOON,
    destination={"lat": 0.1, "lon": 0.1},
    lines=[Line(id="l1", sku="A", quantity=1)],
)


def late(expected=None, *, due=DUE):
    """Say that what is due at N1 comes later, or never."""
    return LateInbound(at=NOON + HOUR, node="N1", sku="A", due=due, expected=expected)


def test_what_waits_goes_elsewhere_when_nothing_comes():
    """It waited at N1 for 2 + 1; now N2, at 9, is all there is."""
    router = world(spare=1)
    planned = router.route(ORDER)
    assert planned.plan.shipments[0].stock_at == DUE

    again = router.reroute(planned, [late()], now=NOON + HOUR)

    (part,) = again.result.plan.shipments
    assert (part.node_id, part.stock_at) == ("N2", None)


def test_what_waits_waits_longer_where_that_is_best():
    """N1 a day later still costs 3, and N2 costs 9."""
    router = world(spare=1)
    planned = router.route(ORDER)

    again = router.reroute(planned, [late(DUE + 24 * HOUR)], now=NOON + HOUR)

    (part,) = again.result.plan.shipments
    assert (part.node_id, part.stock_at) == ("N1", DUE + 24 * HOUR)


def test_what_nobody_has_any_more_is_left():
    """Nothing comes, and N2 has none."""
    router = world()
    planned = router.route(ORDER)

    again = router.reroute(planned, [late()], now=NOON + HOUR)

    assert again.result.plan.shipments == ()
    assert [part.quantity for part in again.result.plan.unfilled] == [1]


def test_what_is_begun_stays():
    """N1 has said yes: the order keeps its place in the line."""
    router = world(spare=1)
    planned = router.route(ORDER)
    yes = Accepted(at=NOON, order="o1", node="N1")

    again = router.reroute(planned, [yes, late()], now=NOON + HOUR)

    assert [one.shipment.node_id for one in again.kept] == ["N1"]
    assert [event.event for event, _ in again.ignored] == ["late_inbound"]


def test_who_does_not_wait_is_left_alone():
    """An order that N2 fills from what it has, and a truck that nobody relies on."""
    router = world(spare=1)
    ready = ORDER.lines[0].model_copy(update={"allow_backorder": False})
    order = ORDER.model_copy(update={"lines": (ready,)})
    planned = router.route(order)

    again = router.reroute(planned, [late()], now=NOON + HOUR)

    assert again.result.plan == planned.plan
    assert [event.event for event, _ in again.ignored] == ["late_inbound"]


def test_a_backlog_shares_what_still_comes():
    """Of two orders that waited for trucks, one waits on, one is filled by N2 at 9."""
    router = world(spare=1)
    router.inventory.expect(
        "N1", "A", [Inbound(at=DUE, quantity=1), Inbound(at=DUE + HOUR, quantity=1)]
    )
    orders = [ORDER.model_copy(update={"id": f"o{n}"}) for n in (1, 2)]
    planned = router.route_batch(orders)
    assert {s.node_id for r in planned for s in r.plan.shipments} == {"N1"}

    again = router.rebalance(list(planned), [late()], now=NOON + HOUR)

    found = [s for one in again for s in one.result.plan.shipments]
    assert sorted(part.node_id for part in found) == ["N1", "N2"]
    assert again.cost == pytest.approx(3 + 9)


def test_strange_items_and_times_are_refused():
    """An item that is not there, and what is to come before it was due."""
    router = world(spare=1)
    planned = router.route(ORDER)
    strange = late().model_copy(update={"sku": "Z"})

    with pytest.raises(InputError) as told:
        router.reroute(planned, [strange], now=NOON + HOUR)
    assert [issue.where for issue in told.value.issues] == ["events[0].sku"]

    with pytest.raises(ValueError, match="is not after due"):
        late(DUE - HOUR)
