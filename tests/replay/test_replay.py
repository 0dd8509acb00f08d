"""The replay: what follows from each event, and that no unit is ever lost sight of."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import stock
from domroute.errors import InputError
from domroute.ledger.stock import Inbound, Stock
from domroute.network import Capacity
from domroute.policy import Policy
from domroute.replay import (
    Canceled,
    Closed,
    LookAhead,
    Placed,
    Received,
    Rejected,
    Reopened,
    Replay,
    Returned,
    Returns,
    Tactic,
    World,
)
from replay_streams import POLICY, at, placed, small, streams


def run(events, *, scenario=None, tactic=POLICY, **fields):
    """Run a stream on the small network, checking after every step."""
    replay = Replay(small() if scenario is None else scenario, events, tactic, **fields)
    while replay.step():
        replay.check()
    return replay.outcome()


def nodes_of(outcome, *, status="delivered"):
    """List who has shipped, by order."""
    shipments = outcome.shipments
    some = shipments[shipments["status"] == status]
    return list(zip(some["order"], some["node"], some["units"], strict=True))


@given(streams())
def test_no_unit_appears_or_vanishes(stream):
    """After every step all units received are somewhere, and every order adds up."""
    scenario, events, tactic, world = stream
    replay = Replay(scenario, events, tactic, world=world, seed=3)
    while replay.step():
        replay.check()
    outcome = replay.outcome()

    flow, orders = outcome.flow, outcome.orders
    assert flow["in_transit"] == flow["in_inspection"] == 0
    assert math.isclose(
        flow["on_hand"] + flow["delivered"] - flow["returned"] + flow["lost"],
        flow["received"],
    )
    assert (orders["filled"] + orders["unfilled"] + orders["canceled"]).tolist() == (
        orders["units"].tolist()
    )
    assert not replay.ledger.rows.reserved.any()


@given(streams(), st.integers(0, 60))
def test_a_checkpoint_leads_to_the_same_end(stream, steps):
    """Put away at any moment and taken up again, a replay ends as it would have."""
    scenario, events, tactic, world = stream
    whole = Replay(scenario, events, tactic, world=world)
    expected = whole.run()

    replay = Replay(scenario, events, tactic, world=world)
    for _ in range(steps):
        replay.step()
    text = replay.checkpoint()
    again = Replay.resume(text, scenario, events, tactic, world=world)
    assert again.checkpoint() == text
    outcome = again.run()

    for name, frame in expected.tables.items():
        columns = [column for column in frame if column != "seconds"]
        assert outcome.tables[name][columns].equals(frame[columns]), name
    assert outcome.flow == expected.flow
    assert again.ledger.rows.on_hand.tolist() == whole.ledger.rows.on_hand.tolist()
    assert again.ledger.loads == whole.ledger.loads


def test_a_twenty_line_script_finds_the_same_cost():
    """Handling costs added up by hand from the shipments are what the replay says."""
    events = [placed(f"o{n}", n, A=1, **({"B": 2} if n % 2 else {})) for n in range(9)]
    scenario = small()

    outcome = run([*events, Received(at=at(5), node="S2", sku="A", quantity=3)])

    rates = {n.id: n.cost for n in scenario.network.nodes}
    total = 0.0
    for shipment in outcome.shipments.itertuples():
        contents = outcome.contents[outcome.contents["shipment"] == shipment.shipment]
        rate = rates[shipment.node]
        total += rate.per_shipment + rate.per_unit * contents["quantity"].sum()
    total += 50.0 * outcome.unfilled["quantity"].sum()
    assert outcome.unfilled["quantity"].sum() == 3  # eight of B wanted, five there
    assert outcome.cost == pytest.approx(total)


def test_orders_meet_the_stock_of_their_time():
    """What arrives later is of no use to an order placed before."""
    events = [
        placed("early", 0, C=3),
        Received(at=at(1), node="S2", sku="C", quantity=3),
        placed("late", 2, C=3),
    ]

    outcome = run(events)

    assert outcome.orders["filled"].tolist() == [2, 3]
    assert nodes_of(outcome) == [("early", "S1", 2), ("late", "S2", 3)]


def test_inbound_stock_arrives_at_its_time():
    """What the scenario's stock says is coming may be promised when it has come."""
    row = Stock(node="S2", sku="C", on_hand=0, inbound=[Inbound(at=at(1), quantity=2)])
    scenario = small(type(stock())([row]))

    outcome = run([placed("early", 0, C=1), placed("late", 2, C=1)], scenario=scenario)

    assert outcome.orders["filled"].tolist() == [0, 1]


def test_waves_wait_and_are_routed_jointly():
    """Orders of one hour are routed at its end, for the best of all of them."""
    scenario = small(stock(N1={"A": 1}, S2={"A": 1, "B": 1}))
    # The first would take A from N1 (6 beside 6 at S2: the tie goes to N1).
    events = [placed("o1", 0.25, A=1), placed("o2", 0.5, A=1, B=1)]
    hourly = Tactic(name="hourly", policy=POLICY, hold_h=1)

    alone, jointly = (
        run(events, scenario=scenario),
        run(events, scenario=scenario, tactic=hourly),
    )

    assert jointly.orders["routed_at"].tolist() == [at(1), at(1)]
    assert alone.orders["routed_at"].tolist() == [at(0.25), at(0.5)]
    assert jointly.cost <= alone.cost
    assert jointly.decisions["orders"].tolist() == [2]


def test_what_is_refused_goes_elsewhere():
    """A node that says no is left out when the order is routed again."""
    events = [placed("o1", 0, A=2), Rejected(at=at(1), order="o1", node="N1")]

    outcome = run(events)

    assert nodes_of(outcome) == [("o1", "S1", 2)]
    assert nodes_of(outcome, status="rejected") == [("o1", "N1", 2)]
    assert outcome.orders["attempts"].tolist() == [2]
    assert outcome.cost == 4 + 2 * 2


def test_a_short_pick_ships_what_is_there_and_loses_the_rest():
    """One of three units is not found: two leave, one comes from elsewhere."""
    events = [
        placed("o1", 0, A=3),
        Rejected(at=at(1), order="o1", node="N1", line="A", quantity=1, is_lost=True),
    ]

    outcome = run(events)

    assert nodes_of(outcome) == [("o1", "N1", 2), ("o1", "S1", 1)]
    assert outcome.flow["lost"] == 1
    assert outcome.cost == (5 + 2) + (4 + 2)


def test_a_refusal_of_units_ends_with_them():
    """Two of three are not found: the two that came first, not the third as well."""
    held = stock(N1={"A": 2}, S1={"A": 1})
    events = [
        placed("o1", 0, A=3),
        Received(at=at(0.2), node="N1", sku="A", quantity=1),
        # N1 gets a second shipment: what the store was to send.
        Rejected(at=at(0.3), order="o1", node="S1", line="A"),
        Rejected(at=at(0.5), order="o1", node="N1", line="A", quantity=2, is_lost=True),
    ]

    outcome = run(events, scenario=small(held))

    assert nodes_of(outcome) == [("o1", "N1", 1)]
    assert outcome.flow["lost"] == 2


def test_a_refusal_of_what_is_not_there_is_noted():
    """Under another policy the node may never have had the order: it is told so."""
    events = [placed("o1", 0, A=1), Rejected(at=at(1), order="o1", node="S2")]

    outcome = run(events)

    assert outcome.ignored["event"].tolist() == ["rejected"]
    assert nodes_of(outcome) == [("o1", "N1", 1)]


def test_a_closed_node_ships_nothing_until_it_opens():
    """What it was to ship goes elsewhere, and new orders avoid it."""
    events = [
        placed("o1", 0, A=1),
        Closed(at=at(1), node="N1"),
        placed("o2", 2, A=1),
        Reopened(at=at(3), node="N1"),
        placed("o3", 4, A=1),
    ]

    outcome = run(events)

    assert nodes_of(outcome) == [("o1", "S1", 1), ("o2", "S1", 1), ("o3", "N1", 1)]
    assert outcome.rejections["cause"].tolist() == ["closed"]


@pytest.mark.parametrize(("hold", "hours"), [(0, 1), (1, 0.5)])
def test_what_is_canceled_in_time_is_not_shipped(hold, hours):
    """Held or picked, the line is dropped and the units are there for others."""
    events = [
        placed("o1", 0.25, A=2, B=1),
        Canceled(at=at(hours), order="o1", line="A"),
        Canceled(at=at(90), order="o1"),
    ]

    outcome = run(events, tactic=Tactic(name="t", policy=POLICY, hold_h=hold))

    assert outcome.orders["canceled"].tolist() == [2]
    assert nodes_of(outcome) == [("o1", "N1", 1)]
    assert outcome.cost == 5 + 1
    assert outcome.ignored["event"].tolist() == ["canceled"]


def test_returned_units_are_sold_again_after_inspection():
    """A unit brought to a store is in its stock a day later; one too many is noted."""
    events = [
        placed("o1", 0, C=2),
        Returned(at=at(72), order="o1", line="C", quantity=3, node="S2"),
        placed("soon", 80, C=1),
        placed("later", 100, C=1),
    ]

    outcome = run(events)

    assert outcome.orders["filled"].tolist() == [2, 0, 1]
    assert nodes_of(outcome)[-1] == ("later", "S2", 1)
    assert outcome.returns["quantity"].tolist() == [2]
    assert "1 of line" in outcome.ignored["why"].tolist()[0]


def test_luck_is_the_same_for_every_tactic():
    """The orders of which something comes back are the same under both."""
    events = [placed(f"o{n:02}", n / 4, A=1) for n in range(8)]
    world = World(returns=Returns(share=0.5, resalable=0.0))

    one = run(events, world=world, seed=5)
    other = run(
        events, world=world, seed=5, tactic=Tactic(name="t", policy=POLICY, hold_h=4)
    )

    names = set(one.returns["order"])
    assert names == set(other.returns["order"])
    assert 0 < len(names) < 8
    assert one.costs.loc[one.costs["term"] == "returns", "amount"].sum() == (
        8.0 * len(names)
    )


def test_looking_ahead_keeps_units_for_whom_they_are_cheap():
    """What came yesterday is expected: the first comers leave N1 to the others."""
    policy = Policy(costs=[{"term": "distance", "per_unit_km": 0.01}])
    scenario = small(stock(N1={"A": 6}, S2={"A": 8}))
    # Half a day brings one of each: west of N1, who would pay 2.2 more from S2; near,
    # 1.3 more; in the middle, 0.2 more. Twice as many are expected in a day, and three
    # units are left at N1, so that the third is worth what it saves one who is near.
    yesterday = [
        placed("m0", 0, where=(0.0, 0.9), A=1),
        placed("n0", 0, where=(0.0, 0.4), A=1),
        placed("w0", 1, where=(0.0, -0.3), A=1),
    ]
    today = [placed(f"m{n}", 13 + n, where=(0.0, 0.9), A=1) for n in (1, 2)]
    today += [placed(f"w{n}", 15 + n, where=(0.0, -0.3), A=1) for n in (1, 2)]
    ahead = LookAhead(window_days=1, horizon_days=1, refresh_h=24)

    blind = run([*yesterday, *today], scenario=scenario, tactic=policy)
    looking = run(
        [*yesterday, *today],
        scenario=scenario,
        tactic=Tactic(name="ahead", policy=policy, look_ahead=ahead),
    )

    assert looking.cost < blind.cost
    assert [node for _, node, _ in nodes_of(looking)][3:] == ["S2", "S2", "N1", "N1"]
    assert looking.costs.loc[looking.costs["term"] == "stock_value", "amount"].sum() > 0


def test_capacity_is_new_each_day():
    """A node that does one unit a day does two in two days."""
    scenario = small(stock(N1={"A": 9}))
    limit = Capacity(limit=1, measure="units")
    nodes = [n.model_copy(update={"capacity": limit}) for n in scenario.network.nodes]
    network = scenario.network.model_copy(update={"nodes": tuple(nodes)})
    scenario = type(scenario)("small", network, scenario.inventory)
    events = [placed("o1", 0, A=1), placed("o2", 1, A=1), placed("o3", 13, A=1)]

    outcome = run(events, scenario=scenario)

    assert outcome.orders["filled"].tolist() == [1, 0, 1]


def test_bad_events_are_told_all_at_once():
    """Unknown names and an order placed twice are one error with every fault."""
    events = [
        placed("o1", 0, A=1),
        placed("o1", 1, A=1),
        Received(at=at(1), node="N9", sku="Z", quantity=1),
        Rejected(at=at(1), order="o9", node="N1"),
        Returned(at=at(1), order="o1", line="Z", quantity=1, node="S9"),
    ]

    with pytest.raises(InputError) as caught:
        Replay(small(), events, POLICY)

    assert [(issue.code, issue.where) for issue in caught.value.issues] == [
        ("duplicate_id", "events[1] (placed)"),
        ("unknown_id", "events[2] (received)"),
        ("unknown_id", "events[2] (received)"),
        ("unknown_id", "events[3] (rejected)"),
        ("unknown_id", "events[4] (returned)"),
        ("unknown_id", "events[4] (returned)"),
    ]


def test_the_end_of_time_is_a_fault():
    """What is placed on the last day of all calendars could never arrive."""
    late = placed("o1", A=1).order.model_copy(
        update={"placed_at": datetime(9999, 12, 31, 23, tzinfo=UTC)}
    )

    with pytest.raises(InputError, match="from 1900 to 9000"):
        Replay(small(), [Placed(order=late)], POLICY)


def test_nothing_to_replay_is_a_fault():
    """An empty stream is refused."""
    with pytest.raises(InputError, match="at least one"):
        Replay(small(), [], POLICY)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 1, "of": ""}'])
def test_no_checkpoint_is_refused(text):
    """What is no checkpoint is said to be none."""
    with pytest.raises(InputError, match="no checkpoint"):
        Replay.resume(text, small(), [placed("o1", A=1)], POLICY)


def test_a_checkpoint_of_another_replay_is_refused():
    """Other events would not lead there."""
    text = Replay(small(), [placed("o1", A=1)], POLICY).checkpoint()

    with pytest.raises(InputError, match="other events"):
        Replay.resume(text, small(), [placed("o1", A=2)], POLICY)
    assert json.loads(text)["version"] == 3


def test_a_run_can_be_stopped():
    """Progress that answers False ends the run where it stands."""
    replay = Replay(small(), [placed("o1", 0, A=1), placed("o2", 9, A=1)], POLICY)

    outcome = replay.run(progress=lambda done, count: done < count - 1)

    assert outcome.orders["order"].tolist() == ["o1"]
    assert replay.run().orders["order"].tolist() == ["o1", "o2"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Tactic(name="t"), "events: Tactic should be events; give it as tactic="),
        (Policy(), "events: Policy should be events; give it as tactic="),
        (["o1"], "'o1' should be an event"),
        (5, "5 should be an event"),
    ],
)
def test_what_is_no_event_is_refused(given, words):
    """A tactic in the place of events is told where it belongs."""
    with pytest.raises(InputError, match=words):
        Replay(small(), given)
