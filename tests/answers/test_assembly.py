"""What a plan tells of its shipments: whether they wait for stock, and until when."""

from datetime import timedelta

import pytest

from arriving import NOW, TUE, WAITS, WED, router_of, row, wants
from builders import item, line, node, pickup
from domroute.costs import Backorder, Handling, Speed
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.rules import MaxDistance
from domroute.words import Supply

COSTS = (Handling(), Backorder(per_unit=1.0))
ROWS = (row("A", 1, (TUE, 3), (WED, 2)),)


def parts(wanted, rows=ROWS, *nodes, **fields):
    """Route an order, and return its shipments."""
    made = router_of(rows, *nodes, costs=COSTS, **fields).route(wanted)
    return made.plan.shipments


def test_what_waits_says_until_when():
    """The moment of the last of it, in its dates as well."""
    now, then = parts(wants(A=2))

    assert (now.stock_at, now.supply, now.ships_at) == (None, Supply.IN_STOCK, NOW)
    assert (then.stock_at, then.supply, then.ships_at) == (TUE, Supply.BACK_ORDER, TUE)


def test_units_beyond_the_first_arrival_wait_for_the_next():
    """One, three and one of six."""
    found = [(part.stock_at, part.units) for part in parts(wants(A=5))]

    assert found == [(None, 1), (TUE, 3), (WED, 1)]


def test_what_is_received_slowly_is_told_by_when_it_may_be_used():
    """Half an hour after it arrives."""
    dock = node("N1", receiving_minutes=30)

    _, then = parts(wants(A=2), ROWS, dock)

    assert then.stock_at == then.ships_at == TUE + timedelta(minutes=30)


@pytest.mark.parametrize("on_hand", [0, 1])
def test_what_is_released_later_is_a_pre_order(on_hand):
    """Whether it is there already, or comes before it is released."""
    goods = [item("A", release_at=WED)]

    (part,) = parts(wants(A=1), [row("A", on_hand, (TUE, 1))], items=goods)

    assert part.supply is Supply.PRE_ORDER
    assert part.stock_at == (None if on_hand else TUE)
    assert part.ships_at == WED


def test_what_has_been_released_is_none():
    """At the very moment of the order."""
    goods = [item("A", release_at=NOW)]

    (part,) = parts(wants(A=1), items=goods)

    assert part.supply is Supply.IN_STOCK


def test_undated_orders_say_nothing():
    """None of their lines may wait, and nothing says when."""
    policy = Policy(costs=[], unfilled_penalty=9.0)

    (part,) = router_of(ROWS, policy=policy).route(wants(A=1)).plan.shipments

    assert (part.stock_at, part.supply) == (None, None)


def test_collected_goods_may_wait():
    """They are handed over once they have come."""
    shop = node("N1", kind="store")

    _, then = parts(wants(A=2, delivery=pickup("N1")), ROWS, shop)

    assert (then.stock_at, then.delivers_at, then.supply) == (TUE, TUE, "back_order")


# --- why units are left ---------------------------------------------------------------


def reasons(wanted, rows=ROWS, *nodes, **fields):
    """Route an order, and say what is left and why."""
    result = router_of(rows, *nodes, **fields).route(wanted)
    return [(part.quantity, part.reason) for part in result.plan.unfilled]


@pytest.mark.parametrize("usual", [True, False])
def test_what_may_not_wait_is_out_of_stock(usual):
    """Four come: none of them is for this line."""
    wanted = wants(line("A", "A", 1, allow_backorder=False))

    found = reasons(wanted, [row("A", 0, (TUE, 4))], allow_backorder=usual)

    assert found == [(1, Reason.OUT_OF_STOCK)]


def test_what_may_not_wait_has_not_enough():
    """One is there, and two are wanted."""
    wanted = wants(line("A", "A", 2, allow_backorder=False))

    assert reasons(wanted) == [(1, Reason.NOT_ENOUGH_STOCK)]


def test_more_than_will_ever_be_there_is_not_enough():
    """Six in the end, and eight are wanted."""
    assert reasons(wants(A=8)) == [(2, Reason.NOT_ENOUGH_STOCK)]


def test_nothing_now_and_nothing_later_is_out_of_stock():
    """Nobody has any, and none comes."""
    assert reasons(wants(A=1), [row("A", 0)]) == [(1, Reason.OUT_OF_STOCK)]


def test_waiting_that_costs_too_much_is_cheaper_unfilled():
    """60 to wait, 50 to leave it."""
    found = reasons(wants(A=2), costs=[Backorder(per_unit=60.0)])

    assert found == [(1, Reason.CHEAPER_UNFILLED)]


def test_what_comes_too_late_is_too_late():
    """It is needed on Monday, and comes on Tuesday; a node always works, by UTC."""
    wanted = wants(A=1, delivery={"method": "pickup", "node": "N1", "need_by": NOW})
    shop = node("N1", kind="store", time_zone="UTC")

    found = reasons(wanted, [row("A", 0, (TUE, 4))], shop)

    assert found == [(1, Reason.TOO_LATE)]


def test_some_is_in_time_and_the_rest_is_too_late():
    """One of two is there; the other comes on Tuesday, and is needed on Monday."""
    wanted = wants(A=2, delivery={"method": "pickup", "node": "N1", "need_by": NOW})
    shop = node("N1", kind="store", time_zone="UTC")

    assert reasons(wanted, ROWS, shop) == [(1, Reason.TOO_LATE)]


def test_some_is_there_and_the_rest_comes_beyond_the_horizon():
    """A day ahead is looked: one is there, and the second comes in two."""
    promise = WAITS.promise.model_copy(update={"horizon_days": 1})

    found = reasons(wants(A=2), [row("A", 1, (WED, 4))], promise=promise)

    assert found == [(1, Reason.NO_DATE)]


def test_a_line_that_has_all_it_may_wait_for_is_short_of_stock():
    """B comes too late; A is short of stock, whatever becomes of B."""
    promise = WAITS.promise.model_copy(update={"horizon_days": 1})
    rows = [row("A", 1), row("B", 1, (WED, 4))]

    found = reasons(wants(A=2, B=2), rows, promise=promise)

    assert found == [(1, Reason.NOT_ENOUGH_STOCK), (1, Reason.NO_DATE)]


def test_what_comes_beyond_the_horizon_has_no_date():
    """A day ahead is looked, and it comes in two."""
    promise = WAITS.promise.model_copy(update={"horizon_days": 1})

    found = reasons(wants(A=1), [row("A", 0, (WED, 4))], promise=promise)

    assert found == [(1, Reason.NO_DATE)]


def test_what_comes_to_nodes_that_may_not_fill_is_of_no_use():
    """All of it comes 111 km away, and 50 are allowed."""
    far = node("N1", (1.0, 0.0))

    found = reasons(
        wants(A=1), [row("A", 0, (TUE, 4))], far, rules=[MaxDistance(km=50)]
    )

    assert found == [(1, Reason.NO_ELIGIBLE_NODE)]


def test_a_price_on_days_is_paid_for_waiting():
    """Collected at 2 a day: on Wednesday, two days on, for 4."""
    shop = node("N1", kind="store", time_zone="UTC")
    wanted = wants(A=1, delivery=pickup("N1"))
    router = router_of([row("A", 0, (WED, 1))], shop, costs=[Speed(per_line_day=2.0)])

    assert router.route(wanted).cost == 4.0
