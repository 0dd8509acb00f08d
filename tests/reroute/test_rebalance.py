"""A backlog routed again together: what stays, what moves, and whose turn it is."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest

from builders import line, node, order, stock
from domroute import (
    Capacity,
    InputError,
    Network,
    Objective,
    Policy,
    RerouteOptions,
    Router,
    SplitLimits,
    Stability,
    Status,
)
from domroute.costs import Handling
from domroute.events import (
    Accepted,
    Canceled,
    Closed,
    Moved,
    Rejected,
    Reopened,
    Shipped,
)
from domroute.jsonio import (
    rebalanced_schema,
    rerouted_schema,
    results_from_json,
    results_to_json,
)
from domroute.network import Item
from domroute.reroute.rebalanced import MOVE_COLUMNS
from domroute.reroute.state import OrderStatus
from domroute.rules import NodePriority

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def world(held, *, costs=None, room=None, **fields):
    """Make a router of nodes that charge so much for a shipment: N1 1, N2 2, ..."""
    names = sorted(held)
    room = room or {}
    prices = costs or dict(zip(names, range(1, 9), strict=False))
    nodes = [
        node(name, per_shipment=prices[name]).model_copy(
            update={"capacity": room[name]} if name in room else {}
        )
        for name in names
    ]
    items = [Item(sku=sku) for sku in "AB"]
    stability = fields.pop("stability", 0.0)
    policy = Policy(
        costs=[Handling(), Stability(per_line=stability)],
        unfilled_penalty=fields.pop("penalty", 100.0),
        **fields,
    )
    return Router(Network(nodes=nodes, items=items), stock(**held), policy)


def asked(name, tier=None, hours=0, **units):
    """Make an order placed at noon, or hours after it."""
    update = {"placed_at": NOON + timedelta(hours=hours), "tier": tier}
    return order(name, at=(0, 0), **units).model_copy(update=update)


def planned(router, orders):
    """Route orders jointly, and book what comes of it."""
    found = router.route_batch(orders)
    for result in found:
        router.inventory.reserve(result.plan)
    return found


def nodes_of(answers):
    """Return the nodes of each order."""
    return {one.order_id: one.plan.node_ids for one in answers}


def closed(name):
    """Say that a node has closed."""
    return Closed(at=LATER, node=name)


def test_nothing_new_moves_nothing():
    """The best plan is the best plan."""
    router = world({"N1": {"A": 1}, "N2": {"A": 1}})
    before = planned(router, [asked("o1", A=1), asked("o2", A=1)])

    again = router.rebalance(before)

    assert again.moved == ()
    assert again.is_optimal
    assert again.cost == before.cost


def test_equal_plans_stay_where_they_were():
    """Both nodes charge the same, and moving is for nothing: nobody moves."""
    router = world({"N1": {"A": 3}, "N2": {"A": 3}}, costs={"N1": 2, "N2": 2})
    before = planned(router, [asked(f"o{at}", A=1) for at in range(3)])

    again = router.rebalance(before, [Reopened(at=LATER, node="N2")])

    assert again.moved == ()


def test_orders_of_a_lost_node_share_what_is_left():
    """N1 is gone, and N2 has one A for two: one order is left, the other moves."""
    router = world({"N1": {"A": 2}, "N2": {"A": 1}})
    before = planned(router, [asked("o1", A=1), asked("o2", A=1)])

    again = router.rebalance(before, [closed("N1")], gap=0.0)

    assert sorted(nodes_of(again).values()) == [(), ("N2",)]
    # 2 for the shipment, 100 for the unit that is left.
    assert again.cost == again.bound == 102.0


def test_order_that_could_stay_makes_room():
    """
    N2's only A is held by o2, which could go to N3 as well; o1 could not.

    Jointly o2 moves, for 1 more and 5 for its change of mind, and both are filled.
    """
    router = world({"N1": {"A": 1}, "N2": {"A": 1}, "N3": {"A": 1}}, stability=5.0)
    one = asked("o1", A=1)
    one = one.model_copy(update={"lines": (line("A", "A", 1, excluded_nodes=("N3",)),)})
    before = planned(router, [one, asked("o2", A=1)])
    assert nodes_of_results(before) == {"o1": ("N1",), "o2": ("N2",)}

    again = router.rebalance(before, [closed("N1")])

    assert nodes_of(again) == {"o1": ("N2",), "o2": ("N3",)}
    assert again.cost == 2 + 3 + 5
    assert again.costs["stability"] == 5.0


def nodes_of_results(results):
    """Return the nodes of each result."""
    return {one.order_id: one.plan.node_ids for one in results}


@pytest.mark.parametrize(
    ("price", "node_id", "cost"), [(0.5, "N1", 1.5), (1.5, "N2", 2.0)]
)
def test_price_of_moving_decides(price, node_id, cost):
    """A is back at N1, which is cheaper by 1: the order moves if that pays."""
    router = world({"N1": {"A": 0}, "N2": {"A": 1}}, stability=price)
    before = planned(router, [asked("o1", A=1)])
    router.inventory.adjust("N1", "A", 1)

    again = router.rebalance(before)

    assert nodes_of(again) == {"o1": (node_id,)}
    assert again.cost == cost


@pytest.mark.parametrize(
    ("tiers", "filled"), [(("gold",), "o2"), (("silver", "gold"), "o1")]
)
def test_better_tier_is_filled_first(tiers, filled):
    """One A is left for two orders, that of silver dearer to leave by its weight."""
    router = world({"N1": {"A": 2}, "N2": {"A": 1}})
    orders = [asked("o1", "silver", A=1), asked("o2", "gold", A=1)]
    orders[0] = orders[0].model_copy(update={"weight": 3.0})
    before = planned(router, orders)

    again = router.rebalance(before, [closed("N1")], tiers=tiers)

    assert [name for name, at in nodes_of(again).items() if at] == [filled]
    assert again.is_optimal
    # Without tiers the dearer one is filled: 2 and 100.
    assert again.bound == pytest.approx(102.0, rel=1e-5)


def test_better_tier_moves_for_the_next_at_no_cost():
    """
    Gold may go to N2 or N3 for 2; silver only to N2.

    By itself gold would stay at N2; both are best for it, and N3 leaves N2 to silver.
    """
    prices = {"N1": 1, "N2": 2, "N3": 2}
    router = world({"N1": {"A": 1}, "N2": {"A": 1}, "N3": {"A": 1}}, costs=prices)
    silver = asked("o1", "silver", A=1).model_copy(
        update={"lines": (line("A", "A", 1, excluded_nodes=("N3",)),)}
    )
    gold = asked("o2", "gold", A=1)
    router.inventory.adjust("N3", "A", -1)
    before = planned(router, [silver, gold])
    router.inventory.adjust("N3", "A", 1)

    again = router.rebalance(before, [closed("N1")], tiers=["gold", "silver"])

    assert again.is_optimal
    assert [(tier.name, tier.cost) for tier in again.tiers] == [
        ("gold", 2.0),
        ("silver", 2.0),
    ]


def test_tiers_say_what_became_of_them():
    """Gold has the only A that is left; two others have none; of silver is nobody."""
    router = world({"N1": {"A": 1}, "N2": {"A": 2}})
    orders = [asked("o1", "gold", A=1), asked("o2", A=1), asked("o3", "iron", A=1)]
    before = planned(router, orders)

    again = router.rebalance(before, [closed("N2")], tiers=["silver", "gold"])

    gold, others = again.tiers
    assert (gold.name, gold.orders, gold.unfilled, gold.cost) == ("gold", 1, 0, 1.0)
    assert (others.name, others.orders, others.unfilled) == (None, 2, 2)
    assert others.cost == 200.0
    assert gold.status is others.status is Status.OPTIMAL


def test_what_has_begun_stays():
    """Shipped of o1, accepted of o2: only o3 moves, which N1 has refused."""
    router = world({"N1": {"A": 3}, "N2": {"A": 1}})
    before = planned(router, [asked(f"o{at}", A=1) for at in (1, 2, 3)])
    events = [
        Shipped(at=LATER, order="o1", node="N1"),
        Accepted(at=LATER, order="o2", node="N1"),
        Rejected(at=LATER, order="o3", node="N1"),
        Canceled(at=LATER, order="o9"),
    ]

    again = router.rebalance(before, events)

    assert nodes_of(again) == {"o1": ("N1",), "o2": ("N1",), "o3": ("N2",)}
    assert [one.status for one in again] == [
        OrderStatus.DONE,
        OrderStatus.OPEN,
        OrderStatus.OPEN,
    ]
    # What is kept is no part of the cost.
    assert again.cost == 2.0


def test_kept_parts_count_into_limits():
    """Two shipments at most, one has left: what is left goes in one, or stays."""
    router = world(
        {"N1": {"A": 1, "B": 1}, "N2": {"B": 1}, "N3": {"B": 2}},
        splits=SplitLimits(max_shipments=2),
    )
    orders = [order("o1", line("a", "A", 1), line("b", "B", 3))]
    before = planned(router, orders)
    (result,) = before
    first, *_ = [part.node_id for part in result.plan.shipments]
    gone = Shipped(at=LATER, order="o1", node=first)

    again = router.rebalance(before, [gone, closed("N2")])

    (one,) = again
    assert len(one.plan.shipments) <= 2
    alone = router.reroute(result, [gone, closed("N2")])
    assert one.result.cost == pytest.approx(alone.result.cost)


@pytest.mark.parametrize(
    "splits",
    [
        SplitLimits(max_nodes=2),
        SplitLimits(max_nodes=1, over_limit_price=3.0),
        SplitLimits(ship_complete=True, incomplete_price=4.0),
        SplitLimits(min_order_value=50.0),
    ],
)
def test_limits_on_kept_and_new_together(splits):
    """One order by itself costs what re-routing it does, whatever the limit."""
    held = {name: {"A": 1, "B": 1} for name in ("N1", "N2", "N3", "N4")}
    router = world(held, splits=splits)
    one = order("o1", line("a", "A", 2), line("b", "B", 2))
    before = planned(router, [one])
    (result,) = before
    first = result.plan.shipments[0].node_id
    gone = Shipped(at=LATER, order="o1", node=first)
    line_id = result.plan.shipments[-1].contents[0].line_id
    no = Rejected(
        at=LATER, order="o1", node=result.plan.shipments[-1].node_id, line=line_id
    )

    again = router.rebalance(before, [gone, no], tiers=["gold"])

    alone = router.reroute(result, [gone, no])
    assert again.cost == pytest.approx(alone.result.cost)
    assert again.bound <= again.cost + 1e-9


def test_order_counts_once_at_a_full_node():
    """N1 takes one order, which is o1's: the rest of it may go there too."""
    router = world(
        {"N1": {"A": 2}, "N2": {"A": 3}},
        room={"N1": Capacity(limit=1, measure="orders")},
    )
    one = order("o1", line("a", "A", 1), line("b", "A", 1))
    before = router.route_batch([one, asked("o2", A=1)])
    for result in before:
        router.inventory.reserve(result.plan)
    part = before.results[0].plan.shipments[0]
    events = [Shipped(at=LATER, order="o1", node=part.node_id)]

    again = router.rebalance(before, events)

    assert again.bound <= again.cost + 1e-9
    assert again.is_optimal


def test_short_node_gives_the_order_what_it_has():
    """N1 has one of two for o1; o2, which asks for one, may still have it there."""
    router = world({"N1": {"A": 4}, "N2": {"A": 2}})
    before = planned(router, [asked("o1", A=2), asked("o2", A=1)])
    short = Rejected(at=LATER, order="o1", node="N1", line="A", quantity=1)

    again = router.rebalance(before, [short])

    one, two = again
    units = {part.node_id: part.units for part in one.plan.shipments}
    assert units in ({"N1": 1, "N2": 1}, {"N2": 2})
    assert two.plan.node_ids == ("N1",)
    assert again.bound <= again.cost


def test_lost_units_are_nobodys():
    """The A that o1 was refused for good is not there for o2 either."""
    router = world({"N1": {"A": 2}})
    before = planned(router, [asked("o1", A=1), asked("o2", A=1)])
    gone = Rejected(at=LATER, order="o1", node="N1", is_lost=True)

    again = router.rebalance(before, [gone])

    assert again.results[0].lost == ((("N1", "A"), 1),)
    assert nodes_of(again) == {"o1": (), "o2": ("N1",)}


def test_booked_in_one_step():
    """o1 takes what o2 gives back: neither can be reserved before the other goes."""
    router = world({"N1": {"A": 1}, "N2": {"A": 1}, "N3": {"A": 1}}, stability=1.0)
    one = asked("o1", A=1).model_copy(
        update={"lines": (line("A", "A", 1, excluded_nodes=("N3",)),)}
    )
    before = planned(router, [one, asked("o2", A=1)])
    again = router.rebalance(before, [closed("N1")])

    router.inventory.exchange(again.freed, again.added)

    assert router.inventory.available("N1", "A") == 1
    assert router.inventory.available("N2", "A") == 0
    assert [part.node_id for part in router.inventory.reservations_of("o2")] == ["N3"]


def test_goes_on_from_its_own_answer():
    """A refusal of the first time counts the second time: N2 is not asked again."""
    router = world({"N1": {"A": 1}, "N2": {"A": 2}, "N3": {"A": 2}})
    before = planned(router, [asked("o1", A=1), asked("o2", A=1)])
    no = Rejected(at=LATER, order="o2", node="N2")
    first = router.rebalance(before, [no])
    router.inventory.exchange(first.freed, first.added)

    again = router.rebalance(first, [closed("N1")])

    assert nodes_of(again)["o2"] == ("N3",)
    assert nodes_of(again)["o1"] == ("N2",)


def test_order_moves_to_another_address():
    """It is found elsewhere, and says so."""
    router = world({"N1": {"A": 1}})
    before = planned(router, [asked("o1", A=1)])
    away = Moved(at=LATER, order="o1", destination={"lat": 44.0, "lon": -75.0})

    again = router.rebalance(before, [away])

    assert again.results[0].state.moved == (away,)


def test_rows_may_come_in_any_order():
    """The same plans, whichever result is given first."""
    router = world({"N1": {"A": 2}, "N2": {"A": 1}, "N3": {"A": 1}}, stability=0.5)
    before = planned(router, [asked(f"o{at}", A=1) for at in range(4)])

    one = router.rebalance(before.results, [closed("N1")])
    other = router.rebalance(before.results[::-1], [closed("N1")])

    assert one.results == other.results[::-1]
    assert one.cost == other.cost


def test_results_read_from_json_need_their_orders():
    """With them the answer is the same."""
    router = world({"N1": {"A": 2}, "N2": {"A": 1}})
    orders = [asked("o1", A=1), asked("o2", A=1)]
    before = planned(router, orders)
    read = results_from_json(results_to_json(before.results))

    again = router.rebalance(read, [closed("N1")], orders=orders)

    assert again.cost == router.rebalance(before, [closed("N1")]).cost
    with pytest.raises(InputError) as caught:
        router.rebalance(read, [closed("N1")])
    assert [one.where for one in caught.value.issues] == [
        "results[0].order",
        "results[1].order",
    ]


def test_must_fill_that_cannot_be_is_infeasible():
    """Nobody has an A: the tier says so, and the others are decided."""
    router = world({"N1": {"A": 1}, "N2": {"B": 1}})
    one = asked("o1", "gold", A=1).model_copy(
        update={"lines": (line("A", "A", 1, must_fill=True),)}
    )
    before = planned(router, [one, asked("o2", B=1)])

    again = router.rebalance(before, [closed("N1")], tiers=["gold"])

    gold, others = again.tiers
    assert gold.status is again.status is Status.INFEASIBLE
    assert math.isinf(gold.cost)
    assert others.cost == 2.0
    assert nodes_of(again)["o2"] == ("N2",)


def test_fewest_shipments_is_for_each_order():
    """One shipment for each, in turn, though two from nearby would be cheaper."""
    router = world(
        {"N1": {"A": 1}, "N2": {"B": 1}, "N9": {"A": 1, "B": 1}},
        costs={"N1": 1, "N2": 1, "N9": 50},
        objective=Objective.FEWEST_SHIPMENTS,
    )
    before = planned(router, [asked("o1", A=1, B=1)])

    again = router.rebalance(before, [Reopened(at=LATER, node="N1")])

    assert nodes_of(again) == {"o1": ("N9",)}


def test_ladders_are_kept_to():
    """Stores first, then centers: an order that needs the center may have it."""
    router = world(
        {"N1": {"A": 1}, "N2": {"A": 2}},
        rules=[NodePriority()],
    )
    before = planned(router, [asked("o1", A=1), asked("o2", A=1)])

    again = router.rebalance(before, [closed("N1")], tiers=["gold"])

    assert {at for one in again for at in one.plan.node_ids} == {"N2"}


def test_snapshot_instead_of_a_ledger():
    """Nothing is reserved in it: what is kept is taken off, the rest is there."""
    router = world({"N1": {"A": 2}, "N2": {"A": 1}})
    before = router.route_batch([asked("o1", A=1), asked("o2", A=1)])
    still = router.with_inventory(router.inventory.snapshot())

    again = still.rebalance(before, [Shipped(at=LATER, order="o1", node="N1")])

    assert again.snapshot.available("N1", "A") == 1
    assert nodes_of(again) == {"o1": ("N1",), "o2": ("N1",)}


def test_empty_backlog():
    """Nothing to do is done at once."""
    again = world({"N1": {"A": 1}}).rebalance([])

    assert (len(again), again.cost, again.bound, again.tiers) == (0, 0.0, 0.0, ())
    assert again.is_optimal


def test_frame_has_a_row_for_every_place():
    """o1 was at N1, and is at N2."""
    router = world({"N1": {"A": 1}, "N2": {"A": 1}})
    before = planned(router, [asked("o1", "gold", A=1)])

    frame = router.rebalance(before, [closed("N1")]).to_frame()

    assert tuple(frame.columns) == MOVE_COLUMNS
    names = ["order", "tier", "line", "when", "node", "quantity"]
    assert frame[names].to_numpy().tolist() == [
        ["o1", "gold", "A", "before", "N1", 1],
        ["o1", "gold", "A", "after", "N2", 1],
    ]


def test_text_has_a_row_for_every_tier():
    """By name; the rest are others."""
    router = world({"N1": {"A": 2}, "N2": {"A": 2}})
    before = planned(router, [asked("o1", "gold", A=1), asked("o2", A=1)])

    again = router.rebalance(before, [closed("N1")], tiers=["gold"])

    assert "gold" in str(again)
    assert "others" in str(again)
    assert "moved" in again._repr_html_()


def test_json_follows_the_schemas():
    """Of what is kept, refused, canceled, moved, lost and ignored."""
    router = world({"N1": {"A": 4, "B": 2}, "N2": {"A": 2, "B": 2}})
    orders = [asked("o1", "gold", A=1, B=1), asked("o2", A=2), asked("o3", B=1)]
    before = planned(router, orders)
    events = [
        Shipped(at=LATER, order="o3", node="N1"),
        Rejected(at=LATER, order="o2", node="N1", line="A", quantity=1, is_lost=True),
        Rejected(at=LATER, order="o1", node="N1", line="B"),
        Canceled(at=LATER, order="o1", line="A"),
        Canceled(at=LATER, order="o3"),
        Moved(at=LATER, order="o1", destination={"lat": 44.0, "lon": -75.0}),
        Reopened(at=LATER, node="N2"),
    ]
    again = router.rebalance(before, events, tiers=["gold"])

    values = json.loads(again.to_json())

    schema = jsonschema.Draft202012Validator(rebalanced_schema())
    assert list(schema.iter_errors(values)) == []
    rows = jsonschema.Draft202012Validator(rerouted_schema())
    assert list(rows.iter_errors(values["results"])) == []
    assert [tier["name"] for tier in values["tiers"]] == ["gold", None]
    broken = {**values, "tiers": [{"name": "gold"}]}
    assert list(schema.iter_errors(broken))


def test_answer_carries_the_policy_that_it_was_judged_by():
    """With the price of what moves; told apart by what it charges, not by chance."""
    router = world({"N1": {"A": 1}, "N2": {"A": 1}}, stability=1.0)
    before = planned(router, [asked("o1", A=1)])

    (one,) = router.rebalance(before, [closed("N1")])

    assert one.policy is not None
    assert one.policy.costs[1].name == "stability"
    assert repr(one.policy.costs[1]) == repr(
        router.rebalance(before, [closed("N1")]).results[0].policy.costs[1]
    )


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"results": 3}, "wrong_type", "results"),
        ({"results": [3]}, "wrong_type", "results[0]"),
        ({"results": "twice"}, "duplicate_id", "results[2]"),
        ({"tiers": "gold"}, "wrong_type", "tiers"),
        ({"tiers": [3]}, "wrong_type", "tiers[0]"),
        ({"tiers": ["gold", "gold"]}, "duplicate_id", "tiers[1]"),
        ({"orders": {}}, "wrong_type", "orders"),
        ({"orders": [3]}, "wrong_type", "orders[0]"),
        ({"orders": "twice"}, "duplicate_id", "orders[1]"),
        ({"orders": "other"}, "contradictory", "results[0]"),
        ({"events": 3}, "wrong_type", "events"),
        ({"events": [{"event": "rebalance"}]}, "not_supported", "events[0].event"),
        ({"events": [closed("N9")]}, "unknown_id", "events[0].node"),
        (
            {"events": [Rejected(at=LATER, order="o1", node="N1", line="Z")]},
            "unknown_id",
            "events[0].line",
        ),
        ({"now": NOON.replace(tzinfo=None)}, "naive_datetime", "now"),
        ({"now": NOON, "events": [closed("N1")]}, "contradictory", "events[0].at"),
        ({"time_limit_s": -1}, "out_of_range", "time_limit_s"),
        ({"gap": 2}, "out_of_range", "gap"),
        ({"seed": "x"}, "out_of_range", "seed"),
        ({"executor": 3}, "wrong_type", "executor"),
    ],
)
def test_bad_input_is_refused(fields, code, where):
    """Each fault with its code and its place."""
    router = world({"N1": {"A": 2}})
    orders = [asked("o1", A=1), asked("o2", A=1)]
    before = router.route_batch(orders).results
    special = {
        ("results", "twice"): [*before, before[0]],
        ("orders", "twice"): [orders[0], orders[0]],
        ("orders", "other"): [
            orders[0].model_copy(update={"lines": (line("z", "A", 1),)})
        ],
    }
    given = {
        name: special.get((name, value), value) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    results = given.pop("results", before)

    with pytest.raises(InputError) as caught:
        router.rebalance(results, **given)

    assert (code, where) in [(one.code, one.where) for one in caught.value.issues]


def test_all_faults_at_once():
    """A tier, an order and a result are told together."""
    router = world({"N1": {"A": 2}}, reroute=RerouteOptions(exclude_nodes=["N7"]))

    with pytest.raises(InputError) as caught:
        router.rebalance([3], tiers=[4], orders=[5])

    assert {one.where for one in caught.value.issues} >= {
        "policy.reroute.exclude_nodes[0]",
        "tiers[0]",
        "orders[0]",
        "results[0]",
    }


def test_deliveries_that_cannot_stand_once_moved_are_refused():
    """Lines that ship together would go to two places."""
    router = world({"N1": {"A": 1, "B": 1}})
    one = order(
        "o1",
        line("a", "A", 1, ship_together="set"),
        line("b", "B", 1, ship_together="set"),
    )
    before = planned(router, [one])
    away = Moved(
        at=LATER, order="o1", line="a", destination={"lat": 44.0, "lon": -75.0}
    )

    with pytest.raises(InputError, match="different deliveries"):
        router.rebalance(before, [away])


def test_progress_is_told_and_may_stop():
    """Of the tier at work."""
    router = world({"N1": {"A": 2}, "N2": {"A": 1}})
    before = planned(router, [asked("o1", A=1), asked("o2", A=1)])
    seen = []

    def watch(bound, cost):
        seen.append((bound, cost))
        return False

    again = router.rebalance(before, [closed("N1")], progress=watch)

    assert seen
    assert again.cost >= again.bound


def test_result_says_what_it_was_asked():
    """The gap at which to stop, which is no part of what is equal."""
    router = world({"N1": {"A": 1}})
    before = planned(router, [asked("o1", A=1)])

    again = router.rebalance(before, gap=0.1)

    assert again.gap_asked == 0.1
    assert replace(again, gap_asked=None, elapsed_s=9.0) == again


@pytest.mark.parametrize("tiers", [("gold",), ()])
def test_order_with_limits_of_its_own_takes_what_better_tiers_leave(tiers):
    """
    Something of o2 has left N1, and two other nodes may be used for the rest of it.

    N2 has one A and room for one unit, which gold has first; o2 has N3's. Without tiers
    o2 is decided first, as it has begun: it takes N2's, and o1 that of N3.
    """
    router = world(
        {"N1": {"A": 1, "B": 1}, "N2": {"A": 1}, "N3": {"A": 2, "B": 1}},
        splits=SplitLimits(max_nodes=3),
        room={"N2": Capacity(limit=1, measure="units")},
    )
    gold = asked("o1", "gold", A=1)
    begun = order("o2", line("a", "A", 2), line("b", "B", 1)).model_copy(
        update={"placed_at": NOON}
    )
    first = router.route(begun)
    router.inventory.reserve(first.plan)
    second = router.route(gold)
    router.inventory.reserve(second.plan)
    gone = first.plan.shipments[0].node_id
    events = [Shipped(at=LATER, order="o2", node=gone), closed("N1")]

    again = router.rebalance([first, second], events, tiers=tiers)

    one, two = again
    assert again.bound <= again.cost + 1e-9
    assert not two.plan.unfilled
    taken = sum(
        part.units
        for answer in (one, two)
        for part in answer.result.plan.shipments
        if part.node_id == "N2"
    )
    assert taken <= 1
    if tiers:
        assert two.plan.node_ids == ("N2",)
    router.inventory.exchange(again.freed, again.added)


def test_terms_that_know_no_plan_before_are_as_they_were():
    """At no price for moving, every order is asked by the policy itself."""
    router = world({"N1": {"A": 1}, "N2": {"A": 1}})
    before = planned(router, [asked("o1", A=1)])

    (one,) = router.rebalance(before, [closed("N1")])

    assert one.policy.costs == router.policy.costs
