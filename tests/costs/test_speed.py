"""Speed: every day until delivery has a price."""

import pytest

from builders import node, service
from changes import route
from costs_at_hand import charge, problem_of
from dated import at
from domroute.costs import Handling, Speed
from domroute.costs.nature import Fact, nature_of
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.reasons import Reason

# Picked up at 17:00 UTC; an order of Wed 18 November at ten comes on that date + days.
WEDNESDAY = at("2026-11-18T10:00", "UTC")


def ride(days, name="g", **fields):
    """Make a service that takes so many days."""
    return service(name, **{"transit_days": days, "pickups": ["17:00"], **fields})


def speed_charge(term, *more, nodes=None, services, delivery=None, **wanted):
    """Return what the best plan costs, by both methods, and by the judge."""
    nodes = nodes or [node("N1", time_zone="UTC")]
    wanted = wanted or {"A": 2, "B": 1}
    fields = {"placed_at": WEDNESDAY, "delivery": delivery or Delivery()}
    return charge(term, *more, nodes=nodes, services=services, **fields, **wanted)


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch):
    """Have the networks of these tests in UTC."""
    from builders import network as plain

    def in_utc(*nodes, **fields):
        made = plain(*nodes, **fields)
        return made.model_copy(update={"time_zone": "UTC"})

    monkeypatch.setattr("costs_at_hand.network", in_utc)


@pytest.mark.parametrize("days", [0, 1, 4])
def test_days_are_charged_by_line_and_unit(days):
    """Two lines at 2 and three units at 0.5 a day; the same date is none."""
    term = Speed(per_line_day=2.0, per_unit_day=0.5)

    assert speed_charge(term, services=[ride(days)]) == days * (2 * 2.0 + 3 * 0.5)


def test_dates_are_those_of_the_destination():
    """On the way for an hour past midnight is a day, though it is no 24 hours."""
    courier = service("g", transit_minutes=60, pickups=["23:30"])

    assert speed_charge(Speed(per_line_day=1.0), services=[courier], A=1) == 1.0


def test_weight_multiplies_the_amount():
    """Three times the price."""
    term = Speed(per_line_day=2.0, weight=3.0)

    assert speed_charge(term, services=[ride(2)]) == 3 * 2 * (2 * 2.0)


def test_faster_node_is_worth_its_price():
    """It saves a day of two lines: 3 dearer at 1 a day is too dear, at 2 it is not."""
    slow = node("N1", time_zone="UTC", processing={"days": 1})
    fast = node("N2", time_zone="UTC", per_shipment=3.0)

    for price, expected in ((1.0, 2 * 2 * 1.0), (2.0, 2 * 2.0 + 3.0)):
        term = Speed(per_line_day=price)
        found = speed_charge(term, Handling(), nodes=[slow, fast], services=[ride(1)])
        assert found == expected


def test_what_is_collected_today_costs_nothing():
    """A store that is always open."""
    shop = node("N1", kind="store", time_zone="UTC")
    come = Delivery(method="pickup", node="N1")
    term = Speed(per_line_day=2.0)

    assert speed_charge(term, nodes=[shop], services=[ride(1)], delivery=come) == 0.0


def test_late_is_still_forbidden():
    """A price on days is no leave to be late."""
    term = Speed(per_line_day=1.0)
    problem = problem_of(
        term,
        nodes=[node("N1", time_zone="UTC")],
        services=[ride(1)],
        A=1,
        placed_at=WEDNESDAY,
        delivery=Delivery(need_by="2026-11-18"),
    )
    policy = Policy(costs=[term], unfilled_penalty=7.0)

    (left,) = route(problem._replace(policy=policy)).plan.unfilled

    assert left.reason is Reason.TOO_LATE


def test_nature():
    """It weighs a choice, and cannot price what nobody knows when it comes."""
    nature = nature_of(Speed())

    assert not Speed.is_cash
    assert Speed.depends_on == {Fact.ARRIVAL}
    assert nature.needs_arrival
    assert not nature.allows_late


def test_undated_orders_pay_nothing():
    """Asked of a network that says nothing of time, without a moment."""
    term = Speed(per_line_day=2.0)

    assert charge(term, nodes=[node("N1")], services=[service("g")], A=1) == 0.0
