"""How a network and a policy look at dates, and what is said of nodes without any."""

from datetime import UTC, datetime

import pytest

from builders import item, line, network, node, order, service, stock
from dated import at, dated_network
from domroute.costs import Handling, Lateness, Shipping, Speed
from domroute.errors import InputError
from domroute.offers.dating import Dating, placed_at_of
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.router import Router
from domroute.rules import NeedBy

WEDNESDAY = at("2026-11-18T10:00")
GROUND = service("ground", pickups=["17:00"], transit_days=1, delivers_by="20:00")
BLIND = service("blind", pickups=["17:00"])
LATE = Lateness(per_line_day=1.0)


def dating(*costs, rules=(), net=None):
    """Look through a network and a policy."""
    net = net or network(node("N1"))
    policy = Policy(costs=costs, rules=rules)
    return Dating.of(NetworkArrays.of(net, policy.distance), net.services, policy)


@pytest.mark.parametrize(
    ("costs", "is_hard", "needs_arrival"),
    [
        ((), True, False),
        ((Handling(), Shipping()), True, False),
        ((LATE,), False, False),
        ((Lateness(per_line_day=1.0, weight=0.0),), True, False),
        ((Speed(per_line_day=1.0),), True, True),
        ((Speed(per_line_day=1.0, weight=0.0),), True, False),
        ((LATE, Speed(per_unit_day=1.0)), False, True),
    ],
)
def test_terms_say_what_they_need_of_dates(costs, is_hard, needs_arrival):
    """A price on lateness allows it; one on speed needs a date; no weight, nothing."""
    found = dating(*costs)

    assert found.deadlines.is_hard == is_hard
    assert found.needs_arrival == needs_arrival


def test_rules_on_need_by_are_kept():
    """The others are of nodes."""
    rule = NeedBy(orders={"tiers": ["gold"]})

    assert dating(rules=[rule]).deadlines.rules == (rule,)
    assert dating().deadlines.rules == ()


def test_network_that_says_when_it_works_is_dated():
    """One that does not is not."""
    assert dating(
        net=network(node("N1", cutoff="14:00", time_zone="UTC"))
    ).is_everywhere
    assert not dating().is_everywhere


def test_order_says_when_it_was_placed():
    """Or nobody can say when it comes."""
    moment = datetime(2026, 11, 18, tzinfo=UTC)

    assert placed_at_of(order(A=1, placed_at=moment)) == moment
    with pytest.raises(InputError) as told:
        placed_at_of(order("o7", A=1))
    (issue,) = told.value.issues
    assert (issue.code, issue.where) == ("no_placed_at", "order 'o7'.placed_at")


def route(*nodes, wanted=None, services=(GROUND,), costs=(), rules=(), **net):
    """Route an order placed on Wednesday, of what every node has."""
    made = dated_network(nodes, services, **net)
    wanted = wanted or order(A=1, placed_at=WEDNESDAY)
    held = {each.id: {item.sku: 5 for item in made.items} for each in nodes}
    policy = Policy(costs=costs, rules=rules, unfilled_penalty=7.0)
    return Router(made, stock(**held), policy).route(wanted)


def by(need_by, **fields):
    """Order one A that is needed by then."""
    delivery = Delivery(need_by=need_by)
    return order(A=1, placed_at=WEDNESDAY, delivery=delivery, **fields)


def reason(*nodes, **room):
    """Return why the line is left."""
    (left,) = route(*nodes, **room).plan.unfilled
    return left.reason


def test_undated_orders_of_an_undated_network_have_no_dates():
    """No field is filled, and no moment is asked for."""
    plain = network(node("N1"), services=[service("g")])
    result = Router(plain, stock(N1={"A": 1})).route(order(A=1))

    (made,) = result.plan.shipments
    found = made.ready_at, made.ships_at, made.delivers_on, made.delivers_at
    assert (*found, made.valid_until, result.valid_until) == (None,) * 6


def test_delivery_with_a_date_makes_its_order_dated():
    """All of its shipments, though the network says nothing."""
    wanted = order(
        *("o1", line("A", "A", delivery=Delivery(earliest="2026-11-18"))),
        line("B", "B"),
        placed_at=WEDNESDAY,
    )
    plain = network(node("N1"), services=[service("g", methods=["ship"])])
    result = Router(plain, stock(N1={"A": 1, "B": 1})).route(wanted)

    # Nothing says when the A would come.
    assert [left.reason for left in result.plan.unfilled] == [Reason.NO_DATE]
    (made,) = result.plan.shipments
    assert made.ready_at == made.ships_at == WEDNESDAY


@pytest.mark.parametrize(
    "case",
    [
        ("2026-11-19", (), (), None, True),
        ("2026-11-18", (), (), None, False),
        ("2026-11-18", (LATE,), (), None, True),
        ("2026-11-18", (LATE,), (NeedBy(),), None, False),
        ("2026-11-18", (LATE,), (NeedBy(orders={"tiers": ["gold"]}),), "gold", False),
        ("2026-11-18", (LATE,), (NeedBy(orders={"tiers": ["gold"]}),), "red", True),
    ],
)
def test_late_is_forbidden_dear_or_both(case):
    """It would come on the 19th; the rule forbids it to those whom it concerns."""
    need_by, costs, rules, tier, is_sent = case
    result = route(node("N1"), wanted=by(need_by, tier=tier), costs=costs, rules=rules)

    assert bool(result.plan.shipments) is is_sent
    if not is_sent:
        assert result.plan.unfilled[0].reason is Reason.TOO_LATE


def test_nearest_lack_of_a_node_is_told():
    """One service is late, the other never comes: it is the date that is missed."""
    never = service("never", pickups=[], transit_days=1)

    found = reason(node("N1"), wanted=by("2026-11-18"), services=[GROUND, never])

    assert found is Reason.TOO_LATE


def test_reasons_of_dates():
    """Closed for good, no truck, and no promise where one is needed."""
    soon = at("2026-11-18T12:00")

    assert reason(node("N1", active_until=soon)) is Reason.NOT_ACTIVE
    assert reason(node("N1", pickups={"ground": []})) is Reason.NO_DATE
    speed = [Speed(per_line_day=1.0)]
    assert reason(node("N1"), services=[BLIND], costs=speed) is Reason.NO_DATE


def test_node_without_a_date_leaves_others():
    """The second node has a truck; the first has none, and is cheaper."""
    nodes = (
        node("N1", pickups={"ground": []}),
        node("N2", per_shipment=3.0),
    )
    result = route(*nodes, costs=[Handling()])

    assert result.plan.node_ids == ("N2",)


def test_lines_released_apart_leave_apart_where_that_pays():
    """A at once, B from Friday on: each line pays by the day until it comes.

    Wed 17:00 is there on Thu, a day; Fri 17:00 on Sat, three. Apart: 1 + 3 = 4, and a
    shipment more at 1; together: 3 + 3 = 6, so apart costs less by one.
    """
    items = [item("A"), item("B", release_at=at("2026-11-20T12:00"))]
    wanted = order(A=1, B=1, placed_at=WEDNESDAY)
    costs = [Speed(per_line_day=1.0), Handling()]
    site = node("N1", per_shipment=1.0)

    result = route(site, wanted=wanted, costs=costs, items=items)

    days = [part.delivers_on.day for part in result.plan.shipments]
    assert (sorted(days), result.cost) == ([19, 21], 4 + 2.0)
    # At 3 a shipment they leave together: 6 + 3 against 4 + 6.
    dear = node("N1", per_shipment=3.0)
    result = route(dear, wanted=wanted, costs=costs, items=items)
    (part,) = result.plan.shipments
    assert (part.delivers_on.day, result.cost) == (21, 6 + 3.0)
