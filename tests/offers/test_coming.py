"""What arrives after an order was placed, read off the ledger."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from arriving import (
    AT_TUE,
    AT_WED,
    NOW,
    PLACED,
    TUE,
    WAITS,
    WED,
    offers_of,
    router_of,
    row,
    wants,
)
from builders import item, line, node
from domroute.ledger import Inbound, Inventory
from domroute.network import Network
from domroute.plan import Content, Plan, Shipment
from domroute.policy import Policy
from domroute.promise.later import NEVER
from domroute.promise.window import tick_of
from domroute.router import Router
from domroute.words import Method

pytestmark = pytest.mark.filterwarnings("ignore::domroute.errors.BackorderWarning")
NEVER_WAITS = Policy(costs=[], unfilled_penalty=50.0)


def by_date(rows, wanted, *nodes, **fields):
    """Find the stock by date of an order, over the nodes at hand."""
    return offers_of(router_of(rows, *nodes, **fields), wanted).problem.by_date


@pytest.mark.parametrize(
    ("usual", "said", "may"),
    [
        (False, [None, None], False),
        (False, [None, True], True),
        (False, [None, False], False),
        (True, [None, False], True),
        (True, [False, False], False),
    ],
)
def test_an_order_may_wait_if_a_line_may(usual, said, may):
    """A line says so itself, or the policy for it."""
    policy = NEVER_WAITS.model_copy(update={"allow_backorder": usual})
    supply = router_of([], policy=policy)._compiled.dating.supply
    lines = [line(f"l{at}", "A", allow_backorder=each) for at, each in enumerate(said)]

    assert supply.may_wait(wants(*lines)) is may


@pytest.mark.parametrize("policy", [WAITS, NEVER_WAITS])
def test_nothing_to_wait_for_is_no_stock_by_date(policy):
    """Nothing comes of what is ordered; or it comes, and nothing may wait for it."""
    rows = [row("A", 1), row("B", 0, (TUE, 4))]
    wanted = wants(A=1) if policy is WAITS else wants(A=1, B=1)

    assert by_date(rows, wanted, policy=policy) is None


def test_each_arrival_is_a_class():
    """One there, four on Tuesday, two on Wednesday."""
    found = by_date([row("A", 1, (WED, 2), (TUE, 4))], wants(A=1))

    assert found.since.ravel().tolist() == [PLACED, AT_TUE, AT_WED]
    assert found.stock.ravel().tolist() == [1, 5, 7]
    assert found.due is None


def test_node_is_at_hand_for_what_comes_alone():
    """N2 has nothing yet, and N3 neither now nor later."""
    rows = [row("A", 1), row("A", 0, (TUE, 2), at="N2"), row("A", 0, at="N3")]

    offers = offers_of(router_of(rows, *map(node, ("N1", "N2", "N3"))), wants(A=2))

    assert offers.problem.nodes.tolist() == [0, 1]
    assert offers.problem.by_date.since[1].tolist() == [NEVER, AT_TUE]


def test_lines_that_may_not_wait_have_what_is_there():
    """Of B as much comes; of its one line one is there, by any class."""
    rows = [row("A", 0, (TUE, 4)), row("B", 1, (TUE, 4))]
    wanted = wants(line("A", "A"), line("B", "B", allow_backorder=False))

    found = by_date(rows, wanted)

    assert found.waits.tolist() == [True, False]
    assert found.stock[:, :, 0].T.tolist() == [[0, 4], [1, 1]]


def test_lines_of_one_sku_may_differ():
    """What comes is told of the SKU; which line may have it is told beside."""
    wanted = wants(line("l1", "A"), line("l2", "A", allow_backorder=False))

    found = by_date([row("A", 1, (TUE, 4))], wanted)

    assert found.waits.tolist() == [True, False]
    assert found.stock.ravel().tolist() == [1, 5]


def test_what_arrives_is_received_first():
    """Three hours at a dock that works from nine to five: from 16:00 to 11:00."""
    hours = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed")}
    made = Network(
        nodes=[node("N1", receiving_minutes=180, calendar="dock")],
        items=[item("A")],
        time_zone="UTC",
        calendars=[{"id": "dock", "hours": hours}],
    )
    held = Inventory([row("A", 0, (TUE.replace(hour=16), 4))])

    found = offers_of(Router(made, held, WAITS), wants(A=1)).problem.by_date

    # An hour until 17:00 on Tuesday, and two from 09:00 on Wednesday.
    ready = tick_of(WED.replace(hour=11))
    assert found.since.ravel().tolist() == [PLACED, ready]


def test_a_node_that_receives_no_more_gets_nothing():
    """Its dock has no hours: what arrives is never there, and the node not at hand."""
    made = Network(
        nodes=[node("N1", receiving_minutes=10, calendar="none")],
        items=[item("A")],
        time_zone="UTC",
        calendars=[{"id": "none", "hours": {"mon": []}}],
    )
    router = Router(made, Inventory([row("A", 0, (TUE, 4))]), WAITS)

    assert offers_of(router, wants(A=1)).problem.nodes.tolist() == []


def overdue(days, **fields):
    """Find what there is of ten that should have come on Sunday, for Monday's order."""
    promise = WAITS.promise.model_copy(update={"overdue_days": days})
    rows = [row("A", 1, (NOW - timedelta(days=1), 10), (NOW, 5), (WED, 2))]
    return by_date(rows, wants(A=1), promise=promise, **fields)


def test_what_is_overdue_is_no_supply():
    """Nor is what was to come at the very moment of the order."""
    found = overdue(None)

    assert found.since.ravel().tolist() == [PLACED, AT_WED]
    assert found.stock.ravel().tolist() == [1, 3]


def test_what_is_overdue_comes_so_many_days_from_the_order():
    """A day on: on Tuesday, and with it what was to come just now."""
    found = overdue(1)

    assert found.since.ravel().tolist() == [PLACED, AT_TUE, AT_WED]
    assert found.stock.ravel().tolist() == [1, 16, 18]


def test_what_is_overdue_is_told_by_when_it_was_due():
    """Other orders expect it at other moments; it was due at one."""
    found = overdue(1)

    sunday = tick_of(NOW - timedelta(days=1))
    assert found.due_of(1, 0).tolist() == [sunday]
    assert found.due_of(2, 0).tolist() == [AT_WED]


def test_days_are_those_of_the_node():
    """The clock skips 02:30 on Sunday, 8 March, in New York: 07:30 UTC all the same."""
    placed = datetime(2026, 3, 7, 7, 30, tzinfo=UTC)  # 02:30 on Saturday
    promise = WAITS.promise.model_copy(update={"overdue_days": 1})
    there = node("N1", time_zone="America/New_York")
    wanted = wants(A=1, placed=placed)

    found = by_date([row("A", 0, (placed, 1))], wanted, there, promise=promise)

    due = tick_of(datetime(2026, 3, 8, 7, 30, tzinfo=UTC))
    assert found.since.ravel().tolist() == [tick_of(placed), due]


def test_what_is_promised_of_arrivals_is_taken():
    """Three of Tuesday's four: one of it is left, and what is there besides."""
    held = Inventory([row("A", 1, (TUE, 4))])
    part = Shipment(
        "o2", "N1", Method.SHIP, (Content("A", "A", 3),), workload=3.0, stock_at=TUE
    )
    held.reserve(Plan((part,)))

    found = by_date(held, wants(A=1))

    assert found.stock.ravel().tolist() == [1, 2]


def test_router_sees_what_the_ledger_is_told_later():
    """What is expected anew is read anew."""
    held = Inventory([row("A", 1, (TUE, 4))])
    router = router_of(held)
    assert offers_of(router, wants(A=1)).problem.by_date.stock.ravel().tolist() == [
        1,
        5,
    ]

    held.expect("N1", "A", [Inbound(at=WED, quantity=2)])

    found = offers_of(router, wants(A=1)).problem.by_date
    assert found.since.ravel().tolist() == [PLACED, AT_WED]
    assert found.stock.ravel().tolist() == [1, 3]


def test_without_waiting_nothing_comes():
    """For questions about what is on hand alone."""
    dating = router_of([row("A", 1, (TUE, 4))])._compiled.dating.without_waiting()
    wanted = wants(A=1)

    assert not dating.supply.may_wait(wanted)
    shelves = np.zeros((3, 1, 1)), np.zeros((1, 1), np.int64)
    found = dating.supply.find(None, wanted, wanted.lines, ("A",), shelves)
    assert found == (None, False)
