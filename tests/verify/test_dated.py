"""Offers that may not be made for their dates, what dates cost and what they excuse."""

import pickle
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from builders import item, line, node, order, place, service, stock
from dated import (
    WEEK,
    at,
    dated_codes,
    dated_faults,
    dated_network,
    dated_order,
    dates,
    ground,
    site,
)
from domroute.costs import Lateness, Quotes, Speed
from domroute.network import LookupZones
from domroute.orders import Delivery
from domroute.plan import Content, Costs, Plan, Shipment, Unfilled
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.rules import NeedBy, NodePriority
from domroute.verify import Judge, verify
from domroute.words import Method, Status

# An order of Wed 18 November 2026, 10:00, is ready at once, leaves at 17:00, and comes
# on Thursday by 20:00; it could have come until the pick-up.
MADE = dates(
    at("2026-11-18T10:00"),
    at("2026-11-18T17:00"),
    date(2026, 11, 19),
    at("2026-11-19T20:00"),
    at("2026-11-18T17:00"),
)
WHEN = "2026-11-18T10:00"


def overnight(node_fields=None, **fields):
    """Make a node that is always open, and a service that takes a day."""
    usual = {"transit_days": 1, "pickups": ["17:00"], "delivers_by": "20:00"}
    return {
        "nodes": [site(**(node_fields or {}))],
        "services": [ground(**{**usual, **fields})],
    }


def judged(policy=None, need_by=None, charged=None, **room):
    """Return the codes of what the judge finds of MADE."""
    policy = policy or Policy(costs=[], unfilled_penalty=7.0)
    how = Delivery(need_by=need_by)
    costs = Costs.of(charged or {})
    room = room or overnight()
    return dated_codes(MADE, WHEN, policy=policy, delivery=how, costs=costs, **room)


def paying(*terms, **fields):
    """Make a policy of these terms."""
    return Policy(costs=terms, unfilled_penalty=7.0, **fields)


@pytest.mark.parametrize("days", [1, 2])
def test_delivered_as_the_horizon_ends(days):
    """Within a day of 24 hours at most: at its very end is within it."""
    policy = Policy(costs=[], promise={"horizon_days": days})
    early = {**MADE, "ready_at": at("2026-11-18T16:00")}
    room = overnight(delivers_by="16:00")
    made = {**early, "delivers_at": at("2026-11-19T16:00")}
    late = {**made, "ready_at": at("2026-11-18T15:59")}

    assert dated_codes(made, "2026-11-18T16:00", policy=policy, **room) == []
    # A minute earlier the day ends a minute before it comes.
    found = dated_codes(late, "2026-11-18T15:59", policy=policy, **room)
    assert found == ([] if days == 2 else ["not_permitted"])


def test_never_open():
    """A node that has closed for good has no date, and no search without an end."""
    room = overnight({"calendar": "gone"})
    room["calendars"] = [{"id": "gone", "days": []}]

    assert judged(**room) == ["not_permitted"]


@pytest.mark.parametrize("days", ["days", "hours"])
def test_service_that_never_runs(days):
    """A service that runs on no date has none."""
    room = overnight(calendar="never", pickups=None)
    room["calendars"] = [{"id": "never", days: [] if days == "days" else {}}]

    assert judged(**room) == ["not_permitted"]


@pytest.mark.parametrize(
    ("until", "found"),
    [("2026-11-18T17:00", ["not_permitted"]), ("2026-11-18T17:01", [])],
)
def test_node_must_be_open_when_it_ships(until, found):
    """A node whose window ends at the pick-up, or before, promises nothing."""
    assert judged(**overnight({"active_until": at(until)})) == found


def test_node_must_be_open_when_it_is_collected_from():
    """A store that closes for good tonight hands nothing out tomorrow."""
    hours = {"id": "shop", "hours": WEEK}
    store = site(kind="store", calendar="shop", active_until=at("2026-11-19T08:00"))
    come = Delivery(method="pickup", node="N1")
    made = dates(
        at("2026-11-18T17:00"),
        None,
        date(2026, 11, 19),
        at("2026-11-19T09:00"),
        at("2026-11-19T09:00"),
    )
    found = dated_codes(
        made, "2026-11-18T17:00", nodes=[store], calendars=[hours], delivery=come
    )

    assert found == ["not_permitted"]


@pytest.mark.parametrize(
    ("need_by", "found"),
    [
        ("2026-11-19", []),
        ("2026-11-18", ["too_late"]),
        (at("2026-11-19T20:00"), []),
        (at("2026-11-19T19:59"), ["too_late"]),
    ],
)
def test_what_comes_too_late_is_no_plan(need_by, found):
    """A date is kept until it ends, a moment until it is there."""
    assert judged(need_by=need_by) == found


@pytest.mark.parametrize(
    ("need_by", "price"),
    [("2026-11-19", 0.0), ("2026-11-17", 4.0), (at("2026-11-19T12:00"), 2.0)],
)
def test_lateness_is_priced_by_days(need_by, price):
    """With a term it is allowed, at two a day."""
    policy = paying(Lateness(per_line_day=2.0))

    assert judged(policy, need_by, {"lateness": price}) == []
    assert judged(policy, need_by, {"lateness": price + 2.0}) == ["wrong_cost"]


def test_lateness_that_weighs_nothing_allows_nothing():
    """A term of no weight is not asked, and forgives nothing."""
    policy = paying(Lateness(per_line_day=2.0, weight=0.0))

    assert judged(policy, "2026-11-18") == ["too_late"]


@pytest.mark.parametrize(("tier", "found"), [("gold", ["too_late"]), ("silver", [])])
def test_rule_keeps_some_orders_in_time(tier, found):
    """The rule forbids beside the price, for orders of the tier that it names."""
    rule = NeedBy(orders={"tiers": ["gold"]})
    policy = paying(Lateness(per_line_day=2.0), rules=[rule])
    costs = Costs.of({"lateness": 2.0})
    how = Delivery(need_by="2026-11-18")
    room = overnight()

    assert (
        dated_codes(
            MADE, WHEN, policy=policy, delivery=how, costs=costs, tier=tier, **room
        )
        == found
    )


def test_speed_is_priced_by_dates():
    """From Wednesday to Thursday is a day, whatever the hours."""
    policy = paying(Speed(per_line_day=0.5))

    assert judged(policy, charged={"speed": 0.5}) == []
    assert judged(policy, charged={"speed": 1.0}) == ["wrong_cost"]


def unpromised():
    """Make a service that hands over, and promises nothing."""
    return overnight(transit_days=None, delivers_by="24:00")


@pytest.mark.parametrize(
    ("delivery", "policy"),
    [
        (Delivery(need_by="2026-12-24"), paying()),
        (Delivery(earliest="2026-11-18"), paying()),
        (Delivery(), paying(Speed(per_line_day=1.0))),
    ],
    ids=["need_by", "earliest", "speed"],
)
def test_no_promise_where_one_is_needed(delivery, policy):
    """Without a date nobody can tell whether it is in time, or how soon."""
    found = dated_faults(MADE, WHEN, delivery=delivery, policy=policy, **unpromised())

    assert [issue.code for issue in found] == ["not_permitted"]
    assert "promises no date" in found[0].message


def test_speed_that_weighs_nothing_needs_no_date():
    """A term that is not asked needs nothing."""
    made = {**MADE, "delivers_on": None, "delivers_at": None}
    policy = paying(Speed(per_line_day=1.0, weight=0.0))

    assert dated_codes(made, WHEN, policy=policy, **unpromised()) == []


def test_need_by_alone_makes_an_order_dated():
    """In a network without dates, a delivery that says when needs a promise."""
    room = {"nodes": [site()], "services": [ground()]}
    how = Delivery(need_by="2026-12-24")
    store = {"nodes": [site(kind="store")]}
    come = Delivery(method="pickup", node="N1", need_by="2026-12-24")
    # Collected at once from a store that is always open.
    now = at(WHEN)
    made = dates(now, None, date(2026, 11, 18), now, now)

    assert dated_codes({}, WHEN, delivery=how, **room) == ["not_permitted"]
    assert dated_codes(made, WHEN, delivery=come, **store) == []


def test_dated_order_needs_its_moment():
    """An order that does not say when it was placed cannot be dated."""
    assert dated_codes({}, None, **overnight()) == ["not_permitted"]


@pytest.mark.parametrize(
    "when", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
)
def test_moments_at_the_ends_of_time(when):
    """What cannot be counted has no date, and is no error."""
    found = dated_codes({}, when, **overnight())

    assert found == ["not_permitted"]


def test_quoted_shipment_has_no_arrival():
    """What a quote covers goes by nobody knows what: handed over as it is ready."""
    quotes = Quotes(shipments={("o1", "N1"): 4.0})
    now = at(WHEN)
    made = dates(now, now, None, None, now)
    costs = Costs.of({"quoted": 4.0})

    assert dated_codes(made, WHEN, quotes=quotes, costs=costs, **overnight()) == []
    assert (
        dated_codes(MADE, WHEN, quotes=quotes, costs=costs, **overnight())
        == ["wrong_date"] * 4
    )


@pytest.mark.parametrize("name", [None, "air"])
def test_dates_of_an_unknown_service_are_not_judged(name):
    """Where it is wrong what carries it, that is the fault."""
    wanted, room = dated_order(WHEN), overnight()
    contents = (Content("A", "A", 1),)
    made = Shipment("o1", "N1", Method.SHIP, contents, service=name, workload=1.0)
    found = verify(
        Plan((made,)),
        wanted,
        dated_network(**room),
        stock(N1={"A": 1}),
        Policy(costs=[]),
    )

    assert [issue.code for issue in found] == ["wrong_service"]


def test_dates_of_a_service_that_does_not_go_there_are_not_judged():
    """Without a zone there are no days in transit."""
    chart = LookupZones(rows=[], zone_count=1)
    room = overnight(zones=chart)

    assert judged(**room) == ["wrong_service"]


def test_release_is_of_what_is_in_the_shipment():
    """What is released later holds its own shipment, and no other."""
    items = [item("A"), item("B", release_at=at("2026-11-19T10:00"))]
    network = dated_network(**overnight()).model_copy(update={"items": tuple(items)})
    wanted = order("o1", A=1, B=1).model_copy(update={"placed_at": at(WHEN)})
    first = Shipment(
        "o1",
        "N1",
        Method.SHIP,
        (Content("A", "A", 1),),
        service="ground",
        workload=1.0,
        **MADE,
    )
    left = Unfilled("o1", "B", "B", 1, Reason.NO_DATE, cost=7.0)
    both = replace(
        first, contents=(*first.contents, Content("B", "B", 1)), workload=2.0
    )
    policy, held = Policy(costs=[], unfilled_penalty=7.0), stock(N1={"A": 1, "B": 1})

    assert verify(Plan((first,), (left,)), wanted, network, held, policy) == ()
    codes = [x.code for x in verify(Plan((both,)), wanted, network, held, policy)]
    # All five moments, and that it is a pre-order.
    assert codes == ["wrong_date"] * 6


def two_rungs(**better):
    """Make a node of a better priority with these fields, and one beside it."""
    nodes = [site("N2", priority=2), site("N1", priority=1, **better)]
    room = overnight()
    return {**room, "nodes": nodes}


@pytest.mark.parametrize(
    ("better", "need_by", "found"),
    [
        # N1 would do as well.
        ({}, None, ["rule_broken"]),
        # N1 hands nothing over.
        ({"pickups": {"ground": []}}, None, []),
        # From N1 it would come a day later.
        ({"cutoff": "09:00"}, "2026-11-19", []),
        ({"cutoff": "09:00"}, "2026-11-20", ["rule_broken"]),
    ],
    ids=["in_time", "no_date", "too_late", "late_enough"],
)
def test_ladder_does_not_count_what_comes_not_in_time(better, need_by, found):
    """A node of better priority is needed only if it has a date that is in time."""
    policy = Policy(costs=[], unfilled_penalty=7.0, rules=[NodePriority()])

    assert judged(policy, need_by, **two_rungs(**better)) == found


@pytest.mark.parametrize(("cutoff", "found"), [("09:00", []), (None, ["rule_broken"])])
def test_ladder_does_not_count_what_is_collected_too_late(cutoff, found):
    """Likewise of what customers collect within a radius."""
    nodes = [
        site("N2", kind="store", priority=2),
        site("N1", kind="store", priority=1, cutoff=cutoff),
    ]
    come = Delivery(method="pickup", radius_km=5.0, need_by=at("2026-11-18T23:00"))
    policy = Policy(costs=[], unfilled_penalty=7.0, rules=[NodePriority()])
    now = at(WHEN)
    made = dates(now, None, date(2026, 11, 18), now, now)

    assert dated_codes(made, WHEN, nodes=nodes, delivery=come, policy=policy) == found


def told(reason, policy=None, method="ship", need_by=None, room=None):
    """Judge a result that leaves the A for a reason; return what is said of it."""
    policy = policy or Policy(costs=[], unfilled_penalty=7.0)
    how = Delivery(method=method, need_by=need_by)
    left = Unfilled("o1", "A", "A", 1, reason, cost=7.0)
    result = RoutingResult(
        "o1", Plan((), (left,)), Status.OPTIMAL, 7.0, 7.0, "subset", policy.version
    )
    room = room or overnight({"methods": ["ship", "same_day"]})
    found = verify(
        result,
        dated_order(WHEN, delivery=how),
        dated_network(**room),
        stock(N1={"A": 1}),
        policy,
    )
    return [issue.message for issue in found if issue.code == "wrong_reason"]


@pytest.mark.parametrize("reason", [Reason.NO_ELIGIBLE_NODE, Reason.NOT_ENOUGH_STOCK])
def test_node_may_be_excluded_by_its_dates(reason):
    """Stock that cannot come in time is none that may fill the line."""
    assert told(reason, need_by="2026-11-18") == []
    assert len(told(reason, need_by="2026-11-19")) == 1
    assert told(reason, room=overnight(pickups=[])) == []
    assert len(told(reason)) == 1


def test_too_late_needs_a_deadline_that_holds():
    """Nothing is too late that is needed by no time, or may be late at a price."""
    dear = paying(Lateness(per_line_day=2.0))
    firm = paying(Lateness(per_line_day=2.0), rules=[NeedBy()])
    reason, day = Reason.TOO_LATE, "2026-11-18"

    assert told(reason, need_by=day) == []
    assert told(reason) == ["line 'A': nothing says by when it is needed"]
    assert told(reason, dear, need_by=day) == ["line 'A': late is dear, and allowed"]
    assert told(reason, firm, need_by=day) == []


def test_after_cutoff_is_of_the_same_day():
    """Only what is asked for on the same day can be too late for it."""
    reason = Reason.AFTER_CUTOFF

    assert told(reason, method="same_day") == []
    assert told(reason) == ["line 'A': it is not asked for on the same day"]


def test_no_date_is_of_orders_with_dates():
    """Where nothing says when, no date is missing."""
    undated = {"nodes": [site()], "services": [ground()]}

    assert told(Reason.NO_DATE) == []
    assert told(Reason.NO_DATE, room=undated) == [
        "line 'A': nothing says when anything comes"
    ]


def test_deliveries_are_dated_one_by_one():
    """One order, two deliveries: each shipment has the dates of its own."""
    later = Delivery(earliest="2026-11-20")
    wanted = order("o1", line("B", "B", 1, delivery=later), A=1)
    wanted = wanted.model_copy(update={"placed_at": at(WHEN)})
    network = dated_network(**overnight()).model_copy(
        update={"items": (item("A"), item("B"))}
    )
    # Thursday's pick-up comes on Friday; in time until then.
    held = {
        "ready_at": at(WHEN),
        "ships_at": at("2026-11-19T17:00"),
        "delivers_on": date(2026, 11, 20),
        "delivers_at": at("2026-11-20T20:00"),
        "valid_until": at("2026-11-19T17:00"),
        "supply": "in_stock",
    }
    parts = [
        Shipment(
            "o1",
            "N1",
            Method.SHIP,
            (Content(sku, sku, 1),),
            service="ground",
            workload=1.0,
            **made,
        )
        for sku, made in (("A", MADE), ("B", held))
    ]
    stocked = stock(N1={"A": 1, "B": 1})

    assert verify(Plan(tuple(parts)), wanted, network, stocked, Policy(costs=[])) == ()


def test_judge_of_dates_can_be_sent():
    """A judge that has looked dates up goes to another process, and judges there."""
    room = overnight()
    judge = Judge(dated_network(**room), Policy(costs=[]))
    made = Shipment(
        "o1",
        "N1",
        Method.SHIP,
        (Content("A", "A", 1),),
        service="ground",
        workload=1.0,
        **MADE,
    )
    asked = Plan((made,)), dated_order(WHEN), stock(N1={"A": 1})

    assert judge.check(*asked) == ()
    assert pickle.loads(pickle.dumps(judge)).check(*asked) == ()  # noqa: S301 - our own


def test_builders_of_other_tests_stay_undated():
    """A plain node and service say nothing of time."""
    plain = {"nodes": [node("N1")], "services": [service("g")]}

    assert dated_codes({}, None, goal=place(), **plain) == []
