"""The judge of deliveries that come on one date."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from builders import line, network, node, order, service, stock
from domroute.costs import Shipping
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.router import Router
from domroute.verify import verify

PLACED = datetime(2026, 12, 1, 10, tzinfo=UTC)
NETWORK = network(
    node("near", services=["day"]),
    node("far", services=["week"]),
    services=[
        service("day", rates=[[4.0]], weights=[100.0], transit_days=1),
        service("week", rates=[[3.0]], weights=[100.0], transit_days=7),
    ],
)
HELD = stock(near={"A": 2}, far={"B": 2})
POLICY = Policy(costs=[Shipping()], unfilled_penalty=100.0)


def asked(*, together):
    """Order an A from near and a B from afar."""
    lines = line("a", "A"), line("b", "B")
    delivery = Delivery(together=together, need_by=date(2026, 12, 31))
    return order("o1", *lines, placed_at=PLACED, delivery=delivery)


def planned(*, together):
    """Plan it."""
    return Router(NETWORK, HELD, POLICY).route(asked(together=together)).plan


def codes(plan, *, together=True):
    """List the codes of what the judge has against a plan."""
    wanted = asked(together=together)
    return [fault.code for fault in verify(plan, wanted, NETWORK, HELD, POLICY)]


def test_plan_on_one_date_holds():
    """What is held to the date of the last is right."""
    assert codes(planned(together=True)) == []


def test_plan_on_two_dates_does_not():
    """Each part is dated as it may be by itself, and they are two dates."""
    assert codes(planned(together=False)) == ["not_together"]


def test_goods_are_not_held_for_nothing():
    """Where nothing is asked to come together, what waits has a wrong date."""
    assert set(codes(planned(together=True), together=False)) == {"wrong_date"}


@pytest.mark.parametrize("field", ["ships_at", "delivers_at", "ready_at"])
def test_held_dates_are_worked_out(field):
    """An hour more or less is wrong."""
    plan = planned(together=True)
    first, *rest = plan.shipments
    wrong = replace(first, **{field: getattr(first, field) + timedelta(hours=1)})

    assert codes(replace(plan, shipments=(wrong, *rest))) == ["wrong_date"]


def test_held_goods_say_until_when_they_may_be_ordered():
    """What leaves on the 7th may be ordered until it does."""
    plan = planned(together=True)
    at = next(n for n, x in enumerate(plan.shipments) if x.node_id == "near")
    part = plan.shipments[at]
    assert part.valid_until == part.ships_at == datetime(2026, 12, 7, tzinfo=UTC)

    wrong = replace(part, valid_until=PLACED)
    parts = (*plan.shipments[:at], wrong, *plan.shipments[at + 1 :])

    assert codes(replace(plan, shipments=parts)) == ["wrong_date"]


@pytest.mark.parametrize(("together", "code"), [(True, []), (False, ["wrong_reason"])])
def test_reason_is_of_deliveries_that_come_together(together, code):
    """Nothing else is left for want of one date."""
    wanted = asked(together=together)
    result = Router(NETWORK, stock(near={"A": 1}, far={}), POLICY).route(wanted)
    (left,) = result.plan.unfilled
    told = replace(left, reason=Reason.NOT_TOGETHER)
    plan = replace(result.plan, unfilled=(told,))
    held = stock(near={"A": 1}, far={})

    found = verify(replace(result, plan=plan), wanted, NETWORK, held, POLICY)

    assert [fault.code for fault in found] == code
