"""What arrives too late for an order is left out, and told where it is missed."""

from datetime import date, timedelta

import pytest

from arriving import NOW, TUE, WAITS, router_of, row, wants
from builders import line, node
from domroute.costs import Backorder, Lateness
from domroute.orders import Delivery
from domroute.promise.later import NEVER
from domroute.promise.window import tick_of
from domroute.reasons import Reason
from domroute.rules import NeedBy, SafetyStock

SHOP = node("N1", kind="store", time_zone="UTC")
SOON = Delivery(method="pickup", node="N1", need_by=NOW.date() + timedelta(days=3))
MONTHS = NOW + timedelta(days=60)
"""When nothing that is needed within days is of use."""
ROWS = (row("A", 1, (TUE, 1), (MONTHS, 5)), row("B", 0, (MONTHS, 2)))
LATE = Lateness(per_line_day=1.0)


def cut_of(wanted, **policy):
    """Index an order as a router does; return its classes, and whether some are out."""
    compiled = router_of(ROWS, SHOP, **policy)._compiled
    problem = compiled.offers(wanted, None, in_time=True).problem
    by_date = problem.by_date
    return None if by_date is None else len(by_date.since), problem.is_cut


def test_what_comes_when_it_is_over_is_no_class():
    """Two of three moments are left; without a deadline all are."""
    assert cut_of(wants(A=2, delivery=SOON)) == (2, True)
    assert cut_of(wants(A=2)) == (3, False)


def test_nothing_is_left_out_where_all_is_in_time():
    """Then whatever is left is not asked again."""
    late = Delivery(method="pickup", node="N1", need_by=MONTHS.date())

    assert cut_of(wants(A=2, delivery=late)) == (3, False)


def test_what_only_comes_too_late_is_not_waited_for():
    """Nothing of B arrives in time, and B is not waited for at all."""
    assert cut_of(wants(B=1, delivery=SOON)) == (None, True)


def test_what_may_be_late_is_waited_for():
    """A term prices it; a rule forbids it to some."""
    gold = NeedBy(orders={"tiers": ["gold"]})

    assert cut_of(wants(A=2, delivery=SOON), costs=[LATE]) == (3, False)
    assert cut_of(
        wants(A=2, delivery=SOON, tier="gold"), costs=[LATE], rules=(gold,)
    ) == (2, True)


def test_safety_stock_that_is_paid_for_counts_what_comes_later():
    """Of two A in time two are paid for, but for the five that come in months."""
    touched = SafetyStock(name="touched", units=2, price=1.0)
    wanted = wants(A=2, delivery=SOON)

    result = router_of(ROWS, SHOP, rules=(touched,)).route(wanted)

    assert cut_of(wanted, rules=(touched,)) == (3, False)
    assert result.cost == 0.0


def test_one_delivery_that_may_wait_keeps_all():
    """The other line is needed soon; of this one it does not matter when."""
    other = Delivery(method="pickup", node="N1")
    lines = line("l1", "A", 2), line("l2", "B", 1, delivery=other)

    assert cut_of(wants(*lines, delivery=SOON)) == (3, False)


@pytest.mark.parametrize("method", ["auto", "subset", "mip", "greedy"])
def test_what_is_missed_for_it_is_told_as_too_late(method):
    """Two of three A are in time, and of B nothing, by every method."""
    policy = WAITS.model_copy(
        update={"solve": WAITS.solve.model_copy(update={"method": method})}
    )
    wanted = wants(A=3, B=1, delivery=SOON)

    result = router_of(ROWS, SHOP, policy=policy).route(wanted)

    left = {part.sku: (part.quantity, part.reason) for part in result.plan.unfilled}
    assert left == {"A": (1, Reason.TOO_LATE), "B": (1, Reason.TOO_LATE)}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_plan_is_as_it_is_where_nothing_is_left_out(count):
    """The latest use of what comes is the same, whether more comes later or not."""
    costs = [Backorder(per_unit=1.0)]
    soon = [row("A", 1, (TUE, 1)), row("B", 0)]
    wanted = wants(A=count, delivery=SOON)

    all_, few = (
        router_of(rows, SHOP, costs=costs).route(wanted) for rows in (ROWS, soon)
    )

    assert all_.cost == few.cost
    assert all_.plan.shipments == few.plan.shipments


def test_end_of_time_is_a_deadline():
    """Nothing overflows."""
    last = Delivery(need_by=date.max)

    found = router_of(ROWS, SHOP)._compiled.dating.deadlines.last_in_time(
        wants(A=1, delivery=last)
    )

    assert tick_of(MONTHS) < found < NEVER
