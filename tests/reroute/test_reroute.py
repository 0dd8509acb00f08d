"""Routing an order again: what stays, what is freed, who is not asked, how it ends."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import line, node, order, stock
from domroute import (
    InputError,
    Network,
    Policy,
    Reason,
    RerouteOptions,
    Router,
    SplitLimits,
    Stability,
    Status,
    verify,
)
from domroute.costs import Distance, Handling
from domroute.events import (
    Accepted,
    Canceled,
    Closed,
    Collected,
    Moved,
    Placed,
    Rejected,
    Reopened,
    Shipped,
)
from domroute.jsonio import results_from_json, results_to_json
from domroute.network import Item
from domroute.plan import Plan
from domroute.reroute import sunk
from domroute.reroute.state import OrderState, OrderStatus, Stage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FAR = {"lat": 44.0, "lon": -75.0}


def later(hours):
    """Return a moment so many hours after the order was placed."""
    return NOON + timedelta(hours=hours)


def world(held, *, most=None, **fields):
    """Make a router of nodes N1, N2, ... ever farther away, each a handling of 2."""
    names = sorted(held)
    network = Network(
        nodes=[
            node(name, at=(at / 2, 0), per_shipment=2.0)
            for at, name in enumerate(names)
        ],
        items=[Item(sku=sku) for sku in "AB"],
    )
    splits = fields.pop("splits", SplitLimits(max_shipments=most))
    costs = fields.pop("costs", [Handling(), Distance(per_shipment_km=0.01)])
    rules = Policy(costs=costs, splits=splits, unfilled_penalty=100.0, **fields)
    return Router(network, stock(**held), rules)


def asked(**units):
    """Make an order placed at noon."""
    return order("o1", at=(0, 0), **units).model_copy(update={"placed_at": NOON})


def no(node_id, hours=1, **fields):
    """Make a refusal."""
    return Rejected(at=later(hours), order="o1", node=node_id, **fields)


def where(answer):
    """Return units by line and node of what is planned and kept."""
    found = {}
    for part in answer.plan.shipments:
        for content in part.contents:
            key = content.line_id, part.node_id
            found[key] = found.get(key, 0) + content.quantity
    return found


def test_no_event_changes_nothing():
    """The very same result comes back, and there is nothing to do."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2}})
    result = router.route(asked(A=2))

    again = router.reroute(result, [])

    assert again.result is result
    assert not again.has_changed
    assert again.changes == ()


def test_refused_line_goes_elsewhere():
    """A node that says no is not asked again for the line."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2}})
    result = router.route(asked(A=2))

    again = router.reroute(result, [no("N1")])

    assert where(again) == {("A", "N2"): 2}
    assert [part.node_id for part in again.freed] == ["N1"]
    assert [part.node_id for part in again.added] == ["N2"]


@pytest.mark.parametrize(("hours", "node_id"), [(24, "N2"), (25, "N1")])
def test_exclusion_ends_after_its_hours(hours, node_id):
    """Refused at one o'clock, N1 may be asked again at one the next day."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2}})
    first = router.reroute(router.route(asked(A=2)), [no("N1", 1)])

    again = router.reroute(first, [no("N2", 2)], now=later(hours))

    # Before, both have said no: nobody is left.
    assert where(again) == ({("A", "N1"): 2} if node_id == "N1" else {})


def test_short_node_gives_what_it_has():
    """N1 lacks one of three: it may still give two."""
    router = world({"N1": {"A": 3}, "N2": {"A": 1}})
    result = router.route(asked(A=3))

    again = router.reroute(result, [no("N1", line="A", quantity=1)])

    assert where(again) == {("A", "N1"): 2, ("A", "N2"): 1}


def test_lost_units_are_told_and_not_counted_on():
    """Two of A are gone at N1: line B2, of A too, cannot have them either."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2}})
    result = router.route(asked(A=2))

    again = router.reroute(result, [no("N1", is_lost=True)])

    assert again.lost == ((("N1", "A"), 2),)
    assert router.inventory.available("N1", "A") == 2


def test_what_has_shipped_is_never_touched():
    """N1 has shipped A: that it closes then frees nothing of it."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2, "B": 1}})
    result = router.route(asked(A=2, B=1))
    events = [
        Shipped(at=later(1), order="o1", node=result.plan.shipments[0].node_id),
        Closed(at=later(2), node=result.plan.shipments[0].node_id),
    ]

    again = router.reroute(result, events)

    assert again.kept[0].shipment == result.plan.shipments[0]
    assert again.kept[0].stage is Stage.SHIPPED


def split_world(**fields):
    """Make a world in which A is at N1 and B at N2, and both at N3, dearly."""
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    return world(held, costs=[Distance(per_shipment_km=0.01)], **fields)


def test_kept_shipments_count_into_the_limit_on_shipments():
    """One of two has shipped and the other is refused: N3 makes two, and may."""
    router = split_world(most=2)
    result = router.route(asked(A=1, B=1))
    shipped = Shipped(at=later(1), order="o1", node="N1")

    again = router.reroute(result, [shipped, no("N2", 2)])

    assert where(again) == {("A", "N1"): 1, ("B", "N3"): 1}


def test_no_shipment_may_follow_a_last_one():
    """Two of two shipments are kept: what is short stays unfilled, and why is said."""
    held = {"N1": {"A": 2}, "N2": {"A": 2}, "N3": {"A": 9}}
    router = world(held, most=2)
    result = router.route(asked(A=4))
    assert result.plan.node_ids == ("N3",)  # one shipment is cheaper
    shorted = no("N3", line="A", quantity=3)
    kept = Shipped(at=later(2), order="o1", node="N3")
    first = router.reroute(result, [shorted, kept])
    assert len(first.result.plan.shipments) == 1

    again = router.reroute(
        first, [no(first.result.plan.shipments[0].node_id, 3, line="A", quantity=1),
                Shipped(at=later(4), order="o1",
                        node=first.result.plan.shipments[0].node_id)],
    )  # fmt: skip

    assert {part.reason for part in again.plan.unfilled} == {Reason.SPLIT_LIMIT}
    assert again.status is OrderStatus.UNFILLED


def test_kept_node_is_no_new_node():
    """At most two nodes: N1 has shipped A, so B may come from N1 and one other."""
    held = {"N1": {"A": 1}, "N2": {"B": 2}, "N3": {"B": 1}, "N4": {"B": 1}}
    router = world(held, splits=SplitLimits(max_nodes=2))
    result = router.route(asked(A=1, B=2))
    assert where_of(result) == {("A", "N1"): 1, ("B", "N2"): 2}
    events = [Shipped(at=later(1), order="o1", node="N1"), no("N2", 2)]

    again = router.reroute(result, events)

    # N3 and N4 have one B each, and only one of them may be a second node.
    assert where(again) == {("A", "N1"): 1, ("B", "N3"): 1}
    assert [part.quantity for part in again.plan.unfilled] == [1]


def where_of(result):
    """Return units by line and node of a result."""
    return {
        (content.line_id, part.node_id): content.quantity
        for part in result.plan.shipments
        for content in part.contents
    }


def test_closed_node_is_freed_and_reopens():
    """What is unfilled while it is closed comes back when it opens."""
    router = world({"N1": {"A": 2}})
    closed = router.reroute(router.route(asked(A=2)), [Closed(at=later(1), node="N1")])
    assert where(closed) == {}
    assert closed.status is OrderStatus.UNFILLED

    again = router.reroute(closed, [Reopened(at=later(2), node="N1")])

    assert where(again) == {("A", "N1"): 2}


def test_canceled_line_is_freed():
    """B is no longer wanted; what is left of the plan is A."""
    router = world({"N1": {"A": 1, "B": 1}})
    result = router.route(asked(A=1, B=1))

    again = router.reroute(result, [Canceled(at=later(1), order="o1", line="B")])

    assert where(again) == {("A", "N1"): 1}
    assert again.state.canceled == (("B", 1),)


def test_canceled_order_ends():
    """Nothing is wanted, nothing planned, and what was planned is freed."""
    router = world({"N1": {"A": 1}})
    result = router.route(asked(A=1))

    again = router.reroute(result, [Canceled(at=later(1), order="o1")])

    assert again.status is OrderStatus.CANCELED
    assert again.freed == result.plan.shipments
    assert again.cost == 0.0


def test_moved_order_goes_from_nearer_there():
    """Two degrees north, N3 is the nearest."""
    held = {name: {"A": 1} for name in ("N1", "N2", "N3", "N4", "N5")}
    router = world(held)
    result = router.route(asked(A=1))
    there = result.order.destination.model_copy(update={"lat": 41.0})
    moved = Moved(at=later(1), order="o1", destination=there)

    again = router.reroute(result, [moved])

    fresh = router.route(asked(A=1).model_copy(update={"destination": there}))
    assert where(again) == where_of(fresh)
    assert again.result.cost == pytest.approx(fresh.cost)


def test_order_is_done_when_all_has_left():
    """Accepted is still open; shipped is done."""
    router = world({"N1": {"A": 1}})
    result = router.route(asked(A=1))
    accepted = router.reroute(result, [Accepted(at=later(1), order="o1", node="N1")])

    shipped = router.reroute(accepted, [Shipped(at=later(2), order="o1", node="N1")])

    assert accepted.status is OrderStatus.OPEN
    assert shipped.status is OrderStatus.DONE
    assert shipped.cost == result.cost
    assert not shipped.has_changed


def test_collected_order_is_done():
    """The customer came for it."""
    router = world({"N1": {"A": 1}})
    result = router.route(asked(A=1))

    again = router.reroute(result, [Collected(at=later(1), order="o1", node="N1")])

    assert again.kept[0].stage is Stage.COLLECTED
    assert again.status is OrderStatus.DONE


def test_line_is_given_up_after_so_many_attempts():
    """Of three nodes the second refusal is the last attempt."""
    held = {"N1": {"A": 1}, "N2": {"A": 1}, "N3": {"A": 1}}
    router = world(held, reroute=RerouteOptions(max_attempts=2))
    first = router.reroute(router.route(asked(A=1)), [no("N1", 1)])

    again = router.reroute(first, [no("N2", 2)])

    assert [part.reason for part in again.plan.unfilled] == [Reason.ATTEMPTS_EXHAUSTED]
    assert again.status is OrderStatus.ATTEMPTS_EXHAUSTED
    assert again.result.cost == 100.0


@pytest.mark.parametrize(
    ("options", "node_id"),
    [({"include_nodes": ["N3"]}, "N3"), ({"exclude_nodes": ["N2"]}, "N3")],
)
def test_options_say_who_may_be_asked(options, node_id):
    """N2 is nearer, and left out."""
    held = {"N1": {"A": 1}, "N2": {"A": 1}, "N3": {"A": 1}}
    router = world(held, reroute=RerouteOptions(**options))

    again = router.reroute(router.route(asked(A=1)), [no("N1")])

    assert where(again) == {("A", node_id): 1}


@pytest.mark.parametrize(("price", "node_id"), [(0.0, "N3"), (50.0, "N2")])
def test_line_that_was_not_refused_moves_only_if_it_pays(price, node_id):
    """A is refused and goes to N3, which has B too: a handling saved, or a price."""
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    costs = [Handling(), Distance(per_shipment_km=0.0), Stability(per_line=price)]
    router = world(held, costs=costs)
    result = router.route(asked(A=1, B=1))
    planned = replace(
        result,
        plan=Plan(
            (
                replace(result.plan.shipments[0], node_id="N1",
                        contents=result.plan.shipments[0].contents[:1]),
                replace(result.plan.shipments[0], node_id="N2",
                        contents=result.plan.shipments[0].contents[1:]),
            )
        ),
    )  # fmt: skip

    again = router.reroute(planned, [no("N1", line="A")])

    assert where(again) == {("A", "N3"): 1, ("B", node_id): 1}
    assert again.result.costs["stability"] == 0.0


def test_move_is_priced_once_a_line():
    """B has to move with A, for a limit of one shipment: a line, a price."""
    held = {"N1": {"A": 1, "B": 1}, "N2": {"A": 1, "B": 1}}
    costs = [Handling(), Distance(per_shipment_km=0.01), Stability(per_line=0.25)]
    router = world(held, costs=costs, most=1)

    again = router.reroute(router.route(asked(A=1, B=1)), [no("N1", line="A")])

    assert where(again) == {("A", "N2"): 1, ("B", "N2"): 1}
    assert again.result.costs["stability"] == 0.25
    assert verify(
        again.result, again.result.order, router.network, router.inventory, again.policy
    ) == ()  # fmt: skip


def test_own_reservations_count_as_given_back():
    """All stock is promised to this very order: the rest may have it."""
    router = world({"N1": {"A": 1, "B": 1}, "N2": {"A": 1}})
    result = router.route(asked(A=1, B=1))
    router.inventory.reserve(result.plan)

    again = router.reroute(result, [no("N1", line="A")])

    assert where(again) == {("A", "N2"): 1, ("B", "N1"): 1}
    for part in again.freed:
        router.inventory.release(part)
    router.inventory.reserve(Plan(again.added))
    assert router.inventory.available("N1", "B") == 0
    assert router.inventory.available("N1", "A") == 1


def test_state_survives_json():
    """A chain through JSON ends as one without."""
    held = {"N1": {"A": 2}, "N2": {"A": 1}, "N3": {"A": 2}}
    router = world(held, most=3)
    first = router.reroute(router.route(asked(A=2)), [no("N1", line="A", quantity=1)])
    written = json.loads(json.dumps(first.state.to_dict()))
    (result,) = results_from_json(results_to_json([first.result]))
    events = [Shipped(at=later(3), order="o1", node="N1"), no("N2", 4)]

    state = OrderState.from_dict(written)

    assert state == first.state
    one = router.reroute(result, events, state=state)
    assert one == router.reroute(first, events)


def test_events_may_be_mappings_in_any_order():
    """Plain values do as well, and time decides what came first."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2}})
    result = router.route(asked(A=2))
    events = [no("N2", 2), no("N1", 1)]

    plain = [event.model_dump(mode="json") for event in events]

    assert router.reroute(result, plain) == router.reroute(result, events[::-1])


def test_result_from_json_needs_its_order():
    """It does not carry it; with it, all is as before."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2}})
    placed = asked(A=2)
    result = router.route(placed)
    (read,) = results_from_json(results_to_json([result]))

    with pytest.raises(InputError, match="needed with a result that was read"):
        router.reroute(read, [no("N1")])

    assert router.reroute(read, [no("N1")], order=placed) == router.reroute(
        result, [no("N1")]
    )


def test_all_that_is_wrong_is_listed():
    """Each event, and now, with a code and a path."""
    router = world({"N1": {"A": 2}})
    result = router.route(asked(A=2))
    events = [
        no("N9"),
        no("N1", line="Z"),
        {"event": "late_inbound", "at": "2026-03-02T13:00:00Z", "node": "N1"},
        {"event": "rejected", "at": "2026-03-02T13:00:00", "order": "o1"},
        Placed(order=asked(A=1)),
        Closed(at=later(90), node="N1"),
    ]

    with pytest.raises(InputError) as told:
        router.reroute(result, events, now=later(2))

    assert {(issue.code, issue.where) for issue in told.value.issues} == {
        ("unknown_id", "events[0].node"),
        ("unknown_id", "events[1].line"),
        ("missing", "events[2].sku"),
        ("missing", "events[2].due"),
        ("naive_datetime", "events[3].at"),
        ("missing", "events[3].node"),
        ("wrong_type", "events[4]"),
        ("contradictory", "events[5].at"),
    }


def test_options_that_name_strange_nodes_are_refused():
    """Both lists, with their place."""
    options = RerouteOptions(include_nodes=["N8"], exclude_nodes=["N1", "N9"])
    router = world({"N1": {"A": 2}}, reroute=options)
    result = router.route(asked(A=2))

    with pytest.raises(InputError) as told:
        router.reroute(result, [])

    assert [issue.where for issue in told.value.issues] == [
        "policy.reroute.include_nodes[0]",
        "policy.reroute.exclude_nodes[1]",
    ]


def test_other_orders_and_idle_events_are_passed_over():
    """Nothing comes of a refusal by a node that has nothing of it."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2}})
    result = router.route(asked(A=2))
    other = Rejected(at=later(1), order="o2", node="N1")

    again = router.reroute(result, [other, no("N2")])

    assert again.result is result
    assert [event for event, _ in again.ignored] == [no("N2")]


def test_line_that_may_not_be_split_is_left_once_a_part_has_gone():
    """One of two has shipped: the other may not come in a shipment of its own."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2}})
    whole = order("o1", line("A", "A", 2, allow_split=False), at=(0, 0))
    result = router.route(whole.model_copy(update={"placed_at": NOON}))
    events = [
        no("N1", line="A", quantity=1),
        Shipped(at=later(2), order="o1", node="N1"),
    ]

    again = router.reroute(result, events)

    assert [part.reason for part in again.plan.unfilled] == [Reason.LINE_NOT_SPLITTABLE]


def test_usual_policy_has_the_version_that_it_had():
    """Usual options are not written, and are no part of the version."""
    assert "reroute" not in Policy().model_dump()
    assert Policy(reroute=RerouteOptions(max_attempts=2)).version != Policy().version
    assert Policy(reroute=RerouteOptions()).version == Policy().version


def test_snapshot_keeps_its_loads():
    """N2 is full in the snapshot, and stays so when what is kept is taken off it."""
    network = Network(
        nodes=[
            node("N1", at=(0.1, 0)),
            node("N2", at=(0.2, 0), capacity={"limit": 1, "measure": "units"}),
            node("N3", at=(0.3, 0)),
        ],
        items=[Item(sku=sku) for sku in "AB"],
    )
    ledger = stock(N1={"A": 1, "B": 1}, N2={"B": 2}, N3={"B": 1})
    rules = Policy(costs=[Distance(per_shipment_km=1.0)])
    other = Router(network, ledger, rules).route(
        order("o9", B=1, at=(0.2, 0)).model_copy(update={"placed_at": NOON})
    )
    ledger.reserve(other.plan)
    router = Router(network, ledger.snapshot(), rules)
    result = router.route(asked(A=1, B=1))
    events = [
        no("N1", line="B"),
        Shipped(at=later(2), order="o1", node="N1"),
    ]

    again = router.reroute(result, events)

    assert other.plan.node_ids == ("N2",)
    assert where(again) == {("A", "N1"): 1, ("B", "N3"): 1}


def test_kept_capacity_is_not_given_again():
    """N1 ships one unit, and it has shipped: the other has to come from N3."""
    full = {"limit": 1, "measure": "units"}
    network = Network(
        nodes=[
            node("N1", at=(0.1, 0), capacity=full),
            node("N2", at=(0.2, 0), capacity=full),
            node("N3", at=(0.9, 0)),
        ],
        items=[Item(sku=sku) for sku in "AB"],
    )
    held = {"A": 1, "B": 1}
    rules = Policy(costs=[Distance(per_shipment_km=1.0)])
    router = Router(network, stock(N1=held, N2=held, N3=held), rules)
    result = router.route(asked(A=1, B=1))

    again = router.reroute(
        result, [Shipped(at=later(1), order="o1", node="N1"), no("N2", 2)]
    )

    assert result.plan.node_ids == ("N1", "N2")
    assert again.plan.node_ids == ("N1", "N3")


def test_line_may_not_be_moved_from_those_it_ships_with():
    """Lines that ship together go to one place."""
    router = world({"N1": {"A": 1, "B": 1}})
    both = [line(name, name, ship_together="set") for name in "AB"]
    result = router.route(
        order("o1", *both, at=(0, 0)).model_copy(update={"placed_at": NOON})
    )
    moved = Moved(at=later(1), order="o1", line="A", destination=FAR)

    with pytest.raises(InputError, match="have different deliveries"):
        router.reroute(result, [moved])


def test_limit_on_nodes_holds_where_the_search_ends(monkeypatch):
    """After a single question the plan keeps to the limit, and is not proven."""
    monkeypatch.setattr(sunk, "MOST_ASKED", 1)
    held = {"N1": {"A": 1}, "N2": {"B": 2}, "N3": {"B": 1}, "N4": {"B": 1}}
    router = world(held, splits=SplitLimits(max_nodes=2))
    result = router.route(asked(A=1, B=2))
    events = [Shipped(at=later(1), order="o1", node="N1"), no("N2", 2)]

    again = router.reroute(result, events)

    assert where(again) == {("A", "N1"): 1}
    assert again.result.status is Status.FEASIBLE
    assert again.result.bound < again.result.cost


def test_plan_with_a_node_that_is_gone_is_refused():
    """What has not left it could be planned nowhere: its closing is an event."""
    result = world({"N1": {"A": 2}}).route(asked(A=2))
    (part,) = result.plan.shipments
    elsewhere = replace(part, node_id="N9")
    result = replace(result, plan=replace(result.plan, shipments=(elsewhere,)))
    router = world({"N1": {"A": 2}})

    with pytest.raises(InputError) as told:
        router.reroute(result, [])
    with pytest.raises(InputError) as told_of_many:
        router.rebalance([result])

    where = "result.plan.shipments[0].node_id"
    assert [(x.code, x.where) for x in told.value.issues] == [("unknown_id", where)]
    (issue,) = told_of_many.value.issues
    assert (issue.code, issue.where) == (
        "unknown_id",
        where.replace("result", "results[0]"),
    )
