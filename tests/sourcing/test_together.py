"""Deliveries that come on one date: what is sooner there waits, at the least cost."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pytest

from builders import item, line, network, node, order, pickup, service, stock
from domroute.calendars import Calendar
from domroute.costs import Charges, Handling, Lateness, Quotes, Shipping, Speed
from domroute.errors import InputError
from domroute.network import Network
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.router import Router
from domroute.rules import NodePriority
from domroute.sourcing.onedate import come_together
from domroute.verify import verify

PLACED = datetime(2026, 12, 1, 10, tzinfo=UTC)
"""A Tuesday."""
DAY = service("day", rates=[[4.0]], weights=[100.0], transit_days=1)
WEEK = service("week", rates=[[3.0]], weights=[100.0], transit_days=7)
AIR = service("air", rates=[[20.0]], weights=[100.0], transit_days=1)
TOGETHER = Delivery(together=True)


def asked(*lines, delivery=TOGETHER, **fields):
    """Order an A and a B, unless told, to come together."""
    lines = lines or (line("a", "A"), line("b", "B"))
    return order("o1", *lines, placed_at=PLACED, delivery=delivery, **fields)


def two_nodes(*services, **fields):
    """Make a node near by day, and one far away by week and what else is told."""
    return network(
        node("near", services=["day"]),
        node("far", services=["week", *(one.id for one in services)]),
        services=(DAY, WEEK, *services),
        **fields,
    )


def policy_of(*costs, method="auto", penalty=100.0, **fields):
    """Pay for shipping, and what else is told."""
    return Policy(
        costs=[Shipping(), *costs],
        unfilled_penalty=penalty,
        solve={"method": method},
        **fields,
    )


HELD = stock(near={"A": 2}, far={"B": 2})


def routed(wanted, policy=None, *, made=None, held=HELD, quotes=None):
    """Route an order, and have the plan judged."""
    made, policy = made or two_nodes(), policy or policy_of()
    result = Router(made, held, policy).route(wanted, quotes=quotes)
    assert verify(result, wanted, made, held, policy, quotes=quotes) == ()
    return result


def dates_of(result):
    """Say what comes when: the node, and the day of December."""
    return {part.node_id: part.delivers_on.day for part in result.plan.shipments}


@pytest.mark.parametrize("method", ["auto", "subset", "mip", "greedy", "nearest_first"])
def test_what_is_sooner_there_waits(method):
    """A week from the 1st is the 8th: the other leaves the day before, no sooner."""
    made = two_nodes()
    if method == "nearest_first":
        made = network(
            node("near", (0.0, 0.1), services=["day"]),
            node("far", (0.0, 9.0), services=["week"]),
            services=(DAY, WEEK),
        )
    result = routed(asked(), policy_of(method=method), made=made)

    assert dates_of(result) == {"near": 8, "far": 8}
    assert result.cost == pytest.approx(4.0 + 3.0)
    ships = {part.node_id: part.ships_at for part in result.plan.shipments}
    assert ships["near"] == datetime(2026, 12, 7, tzinfo=UTC)
    assert ships["far"] == PLACED


def test_each_comes_as_it_may_unless_asked():
    """The same order, of which nothing is asked, comes on two dates."""
    result = routed(asked(delivery=Delivery(need_by=date(2026, 12, 31))))

    assert dates_of(result) == {"near": 2, "far": 8}


def test_waiting_is_paid_by_all_that_waits():
    """
    At 2.5 a line and day the week costs 15 more than air for one line, 30 for two.

    Air costs 17 more: apart 3 + 7 x 2.5 is less than 20 + 2.5; together it is not.
    """
    made, policy = two_nodes(AIR), policy_of(Speed(per_line_day=2.5))

    apart = routed(asked(delivery=Delivery()), policy, made=made)
    together = routed(asked(), policy, made=made)

    assert apart.cost == pytest.approx(4 + 2.5 + 3 + 7 * 2.5)
    assert together.cost == pytest.approx(4 + 20 + 2 * 2.5)
    assert dates_of(together) == {"near": 2, "far": 2}


def test_one_shipment_is_together_by_itself():
    """What one node sends at once comes as soon as it may."""
    held = stock(near={"A": 2, "B": 2})

    result = routed(asked(), held=held)

    assert dates_of(result) == {"near": 2}


def test_of_dates_that_cost_the_same_the_first():
    """Both may come on any date from the 2nd on; the 2nd it is."""
    made = network(
        node("near", services=["day"]),
        node("other", services=["day"]),
        services=(DAY,),
    )
    held = stock(near={"A": 2}, other={"B": 2})

    result = routed(asked(), made=made, held=held)

    assert dates_of(result) == {"near": 2, "other": 2}


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_deliveries_come_each_on_a_date_of_its_own(method):
    """Two addresses, two dates: B from afar holds up its own delivery alone."""
    other = Delivery(together=True, to={"lat": 1.0, "lon": 0.0})
    wanted = asked(
        line("a", "A"),
        line("b", "B"),
        line("x", "C", delivery=other),
        line("y", "D", delivery=other),
    )
    made = network(
        node("near", services=["day"]),
        node("next", services=["day"]),
        node("far", services=["week"]),
        services=(DAY, WEEK),
        items="ABCD",
    )
    held = stock(near={"A": 1, "C": 1}, next={"D": 1}, far={"B": 1})

    result = routed(wanted, policy_of(method=method), made=made, held=held)

    on = {
        part.contents[0].line_id: part.delivers_on.day for part in result.plan.shipments
    }
    assert on == {"a": 8, "b": 8, "x": 2, "y": 2}


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_two_deliveries_are_held_up_each_by_its_own(method):
    """Both come apart if they may; the week holds one up to the 8th, four days to 5."""
    four = service("four", rates=[[3.5]], weights=[100.0], transit_days=4)
    other = Delivery(together=True, to={"lat": 1.0, "lon": 0.0})
    wanted = asked(
        line("a", "A"),
        line("b", "B"),
        line("x", "A", delivery=other),
        line("y", "C", delivery=other),
    )
    made = network(
        node("near", services=["day"]),
        node("mid", services=["four"]),
        node("far", services=["week"]),
        services=(DAY, WEEK, four),
    )
    held = stock(near={"A": 2}, far={"B": 1}, mid={"C": 1})

    result = routed(wanted, policy_of(method=method), made=made, held=held)

    on = {
        part.contents[0].line_id: part.delivers_on.day for part in result.plan.shipments
    }
    assert on == {"a": 8, "b": 8, "x": 5, "y": 5}
    assert result.cost == pytest.approx(4 + 3 + 4 + 3.5)


def days_only(*days):
    """Make a network whose nodes' carriers each deliver on some weekdays alone."""
    names = ["near", "far"]
    services = [
        service(name, rates=[[4.0]], weights=[100.0], transit_days=0, calendar=name)
        for name in names
    ]
    return Network(
        nodes=[node(name, services=[name]) for name in names],
        items=[item("A"), item("B")],
        services=services,
        calendars=[
            Calendar(id=name, days=on) for name, on in zip(names, days, strict=True)
        ],
        time_zone="UTC",
    )


def test_what_can_come_on_no_date_with_the_rest_is_left():
    """One carrier delivers on Saturdays, the other never: the dearer line comes."""
    wanted = asked(
        line("a", "A", unfilled_penalty=30.0), line("b", "B", unfilled_penalty=20.0)
    )

    result = routed(wanted, made=days_only(["sat"], ["mon", "tue"]))

    (left,) = result.plan.unfilled
    assert (left.line_id, left.reason) == ("b", Reason.NOT_TOGETHER)
    assert result.cost == pytest.approx(4 + 20)
    assert result.is_optimal


def test_date_may_be_one_on_which_nothing_would_come_by_itself():
    """
    Tuesdays and Fridays, Wednesdays and Fridays: Friday it is.

    A holds to Wednesday the 2nd, when it cannot come, then to Friday the 4th.
    """
    made = days_only(["tue", "fri"], ["wed", "fri"])
    wanted = asked().model_copy(update={"placed_at": datetime(2026, 12, 1, tzinfo=UTC)})

    result = routed(wanted, made=made)

    assert dates_of(result) == {"near": 4, "far": 4}


def test_late_by_waiting_may_not_come():
    """What would be in time by itself is not if it waits until the 8th."""
    wanted = asked(
        line("a", "A", unfilled_penalty=30.0),
        line("b", "B", unfilled_penalty=20.0),
        delivery=Delivery(together=True, need_by=date(2026, 12, 7)),
    )

    result = routed(wanted)

    assert dates_of(result) == {"near": 2}
    assert result.cost == pytest.approx(4 + 20)


def test_late_by_waiting_is_paid():
    """From the 2nd to the 8th is six days late for either line, at 1 each."""
    wanted = asked(delivery=Delivery(together=True, need_by=date(2026, 12, 2)))

    result = routed(wanted, policy_of(Lateness(per_line_day=1.0)))

    assert dates_of(result) == {"near": 8, "far": 8}
    assert result.cost == pytest.approx(4 + 3 + 6 + 6)


def test_earliest_comes_before_the_others():
    """Nothing comes before the 11th, and then all of it."""
    wanted = asked(delivery=Delivery(together=True, earliest=date(2026, 12, 11)))

    assert dates_of(routed(wanted)) == {"near": 11, "far": 11}


def test_order_needs_a_moment():
    """Dates begin with when it was placed."""
    wanted = asked().model_copy(update={"placed_at": None})

    with pytest.raises(InputError) as caught:
        Router(two_nodes(), HELD, policy_of()).route(wanted)

    assert [issue.code for issue in caught.value.issues] == ["no_placed_at"]


def test_what_promises_no_date_is_none():
    """A service without transit promises nothing, so that nothing may come by it."""
    plain = service("plain", rates=[[1.0]], weights=[100.0])
    made = network(node("near"), services=(plain,), items="AB")

    result = routed(asked(), made=made, held=stock(near={"A": 1, "B": 1}))

    assert {left.reason for left in result.plan.unfilled} == {Reason.NO_DATE}


def test_quoted_shipments_promise_no_date():
    """A quote says what it costs, not when it comes."""
    quotes = Quotes(shipments={("o1", "near"): 1.0})

    result = routed(asked(), quotes=quotes)

    assert dates_of(result) == {"far": 8}


@dataclass(frozen=True)
class Patience:
    """A user's term that pays for coming late: 10 less from the 12th day on."""

    name: str = "patience"
    is_quotable: bool = False
    is_cash: bool = False
    depends_on: tuple[str, ...] = ("arrival",)

    def prepare(self, arrays):  # noqa: ARG002 - the protocol names it
        """Need nothing of the network."""
        return self

    def charges(self, question):
        """Charge 10 for what comes within 11 days."""
        return Charges(per_shipment=np.where(question.days_until < 12, 10.0, 0.0))

    def amount(self, facts):
        """Price one shipment in plain Python."""
        return 10.0 if facts.days_until < 12 else 0.0


def test_term_may_be_cheaper_later():
    """From the 13th on 10 are saved for each: no date before is worth it."""
    result = routed(asked(), policy_of(Patience()))

    assert dates_of(result) == {"near": 13, "far": 13}
    assert result.cost == pytest.approx(4 + 3)
    assert result.is_optimal


def test_lines_that_are_collected_come_on_one_date():
    """B is out on the 3rd: A, which is cheaper by itself, may wait for it."""
    made = network(
        node("S1", kind="store"),
        items=[item("A"), item("B", release_at="2026-12-03T09:00:00Z")],
    )
    wanted = asked(delivery=pickup("S1", together=True))

    result = routed(
        wanted, policy_of(Handling()), made=made, held=stock(S1={"A": 1, "B": 1})
    )

    assert {part.delivers_on.day for part in result.plan.shipments} == {3}


def test_ladder_is_climbed_for_what_can_come_together():
    """The first rung alone has no date for both; the second does."""
    made = days_only(["sat"], ["mon"])
    made = made.model_copy(
        update={
            "nodes": (
                *made.nodes,
                node("last", services=["far"], priority=2),
            )
        }
    )
    held = stock(near={"A": 1}, far={"B": 1}, last={"A": 1})
    policy = policy_of(rules=[NodePriority()])

    result = routed(asked(), policy, made=made, held=held)

    assert dates_of(result) == {"far": 7, "last": 7}


def test_wave_keeps_to_one_date_and_shares_stock():
    """Of two orders one has the fast B; alone each would: 20 saved, 2 x 6 days paid."""
    made = network(
        node("near", services=["day"]),
        node("quick", services=["air"]),
        node("far", services=["week"]),
        services=(DAY, WEEK, AIR),
    )
    held = stock(near={"A": 2}, quick={"B": 1}, far={"B": 1})
    policy = policy_of(Speed(per_line_day=2.0))
    orders = [asked().model_copy(update={"id": name}) for name in ("o1", "o2")]

    wave = Router(made, held, policy).route_batch(orders)

    # By air 4 + 20 + 2 x 2, by the week 4 + 3 + 2 x 7 x 2.
    assert wave.cost == pytest.approx(28 + 35)
    assert wave.bound == pytest.approx(wave.cost)
    for result in wave:
        assert len({part.delivers_on for part in result.plan.shipments}) == 1


def test_explanation_holds_other_nodes_to_one_date():
    """With the far node everything waits: 4 + 3 + 28 beside 28 from the quick one."""
    made = network(
        node("near", services=["day"]),
        node("quick", services=["air"]),
        node("far", services=["week"]),
        services=(DAY, WEEK, AIR),
    )
    held = stock(near={"A": 1}, quick={"B": 1}, far={"B": 1})
    router = Router(made, held, policy_of(Speed(per_line_day=2.0)))

    told = router.explain(asked())

    cost = {part.node_id: part.cost_with for part in told.nodes}
    assert cost == pytest.approx({"near": 28, "quick": 28, "far": 35})


def test_decision_that_comes_apart_has_a_fault():
    """What was shipped is dated as it may be; that this is not one date is told."""
    router = Router(days_only(["sat"], ["mon"]), HELD, policy_of())

    scored = router.score(asked(), {("a", "near"): 1, ("b", "far"): 1})

    assert [fault.code for fault in scored.faults] == ["not_together"]


def test_promise_keeps_to_one_date():
    """The best plan is that of route; by day alone half of it comes."""
    made = two_nodes()
    router = Router(made, HELD, policy_of())

    best, *_ = router.promise(asked())

    assert best.cost == pytest.approx(router.route(asked()).cost)
    assert dates_of(best.result) == {"near": 8, "far": 8}


def test_takes_without_dates_come_together():
    """Nothing is asked of what says no dates."""
    assert come_together(())
