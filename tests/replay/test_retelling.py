"""A replay explains its own decisions: as they were taken, on what there was then."""

import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import stock
from domroute import InputError, SolverError
from domroute.replay import (
    Canceled,
    Closed,
    Rejected,
    Reopened,
    Replay,
    Tactic,
)
from replay_streams import AHEAD, POLICY, at, placed, small, streams

FOUR = stock(N1={"A": 2}, S1={"A": 2})


def faults_of(ask, *args, **options):
    """Ask, and list the faults."""
    with pytest.raises(InputError) as caught:
        ask(*args, **options)
    return [(issue.where, issue.code) for issue in caught.value.issues]


def test_an_order_is_explained_on_the_stock_of_its_moment():
    """The first takes the last units at hand; the second is told of those left."""
    # S1 costs 4 + 2 a unit, N1 5 + 1 a unit: two units cost 7 from N1 and 8 from S1.
    events = [placed("o1", 0, A=2), placed("o2", 1, A=2)]
    outcome = Replay(small(FOUR), events, POLICY).run()

    first, second = outcome.explain("o1"), outcome.explain("o2")

    assert first.result.plan.node_ids == ("N1",)
    assert first.node("S1").difference == 1.0
    assert second.result.plan.node_ids == ("S1",)
    assert second.node("N1").sentence.startswith("excluded: it has none")


def test_each_routing_of_an_order_has_its_own_explanation():
    """What was refused is explained by itself, without the node that refused it."""
    events = [
        placed("o1", 0, A=2),
        Rejected(at=at(0.5), order="o1", node="N1"),
    ]
    outcome = Replay(small(FOUR), events, POLICY).run()

    assert outcome.explain("o1").result.plan.node_ids == ("N1",)
    again = outcome.explain("o1", attempt=2)
    assert again.result.plan.node_ids == ("S1",)
    assert "excluded" in again.node("N1").sentence


def test_what_a_node_keeps_is_no_routing_of_its_own():
    """Refused in part: the part kept is priced anew between the two routings."""
    events = [
        placed("o1", 0, A=2),
        Rejected(at=at(0.5), order="o1", line="A", node="N1", quantity=1),
    ]
    outcome = Replay(small(FOUR), events, POLICY).run()

    again = outcome.explain("o1", attempt=2).result.plan

    assert sorted(outcome.shipments["units"]) == [1, 1, 2]
    assert [(part.node_id, part.units) for part in again.shipments] == [("S1", 1)]


def test_a_closed_node_is_closed_in_the_explanation():
    """Only from its closing to its reopening."""
    events = [
        placed("o1", 0, A=1),
        Closed(at=at(24), node="N1"),
        placed("o2", 25, A=1),
        Reopened(at=at(48), node="N1"),
        placed("o3", 49, A=1),
    ]
    outcome = Replay(small(FOUR), events, POLICY).run()

    told = [outcome.explain(name).node("N1").sentence for name in ("o1", "o2", "o3")]

    assert "off" not in told[0] + told[2]
    assert told[1] == "excluded: it is switched off"


def test_an_order_of_a_wave_is_explained_on_what_was_there_before_it():
    """Two orders of one wave see the same stock, and their joint plan."""
    events = [placed("o1", 0.2, A=2), placed("o2", 0.4, A=2)]
    tactic = Tactic(name="hourly", policy=POLICY, hold_h=1)
    outcome = Replay(small(FOUR), events, tactic).run()

    made = [outcome.explain(name) for name in ("o1", "o2")]

    assert sorted(one.result.plan.node_ids for one in made) == [("N1",), ("S1",)]
    assert {node.units for one in made for node in one.nodes} == {0, 2}


def test_the_ledger_of_the_scenario_may_go_on():
    """The replay is told again from what it opened with, not from what there is now."""
    scenario = small(FOUR.copy())
    outcome = Replay(scenario, [placed("o1", 0, A=2)], POLICY).run()
    before = outcome.explain("o1")

    scenario.inventory.adjust("N1", "A", -2)

    assert outcome.explain("o1") == before


@settings(deadline=None, max_examples=20)
@given(streams(), st.data())
def test_every_decision_is_met_again_as_it_was_taken(drawn, data):
    """Whatever happens: one is of the plan that moved, and asked again it is equal."""
    scenario, events, tactic, world = drawn
    outcome = Replay(scenario, events, tactic, world=world).run()
    made = outcome.orders.query("attempts > 0")[["order", "attempts"]]
    if made.empty:
        return
    name, attempts = data.draw(st.sampled_from(made.to_numpy().tolist()))
    attempt = data.draw(st.integers(1, attempts))

    moment = outcome.past.moment(name, attempt)

    moved = outcome.shipments.query("order == @name and attempt == @attempt")
    assert set(moment.result.plan.node_ids) <= set(moved["node"])
    if not tactic.is_in_waves:
        ledger = moment.router.with_inventory(moment.result.snapshot)
        assert ledger.route(moment.order) == moment.result


def test_prices_ahead_of_demand_are_those_of_the_moment():
    """They change from refresh to refresh, and an explanation goes by its own."""
    events = [placed(f"o{hour}", hour, A=1) for hour in range(0, 60, 6)]
    scenario = small(stock(N1={"A": 4}, S1={"A": 4}))
    tactic = Tactic(name="ahead", policy=POLICY, look_ahead=AHEAD)
    replay = Replay(scenario, events, tactic)
    outcome = replay.run()

    versions = {
        outcome.explain(f"o{hour}").result.policy_version for hour in range(0, 60, 6)
    }

    assert len(replay.state.valued) >= 2
    assert len(versions) == 1 + len(replay.state.valued)


def test_a_replay_taken_up_again_explains_what_came_before():
    """A checkpoint brings along what was decided until then."""
    events = [placed("o1", 0, A=2), placed("o2", 30, A=2)]
    first = Replay(small(FOUR), events, POLICY)
    first.step()

    second = Replay.resume(first.checkpoint(), small(FOUR), events, POLICY)
    outcome = second.run()

    assert outcome.explain("o1") == Replay(small(FOUR), events, POLICY).run().explain(
        "o1"
    )


def test_an_outcome_put_away_explains_as_before():
    """Whoever pickles an outcome keeps its explanations."""
    outcome = Replay(small(FOUR), [placed("o1", 0, A=2)], POLICY).run()

    again = pickle.loads(pickle.dumps(outcome))  # noqa: S301 - written just now

    assert again.explain("o1") == outcome.explain("o1")


def test_what_was_not_routed_is_not_explained():
    """Unknown orders, routings that never were and outcomes by hand are told."""
    events = [placed("o1", 0.2, A=2), Canceled(at=at(0.3), order="o1")]
    tactic = Tactic(name="hourly", policy=POLICY, hold_h=1)
    held = Replay(small(FOUR), events, tactic).run()
    outcome = Replay(small(FOUR), [placed("o1", 0, A=2)], POLICY).run()

    assert faults_of(held.explain, "o1") == [("attempt", "out_of_range")]
    assert faults_of(outcome.explain, "o1", attempt=0) == [("attempt", "out_of_range")]
    assert faults_of(outcome.explain, "o1", attempt=2) == [("attempt", "out_of_range")]
    assert faults_of(outcome.explain, "o9") == [("order_id", "unknown_id")]
    by_hand = replace(outcome, past=None)
    assert faults_of(by_hand.explain, "o1") == [("outcome.past", "missing")]


@pytest.mark.parametrize("decided", [slice(0, 1), slice(None, None, -1)])
def test_notes_that_do_not_fit_are_a_bug(decided):
    """A decision too few, or one of another order, ends the telling."""
    events = [placed("o1", 0, A=2), placed("o2", 1, A=2)]
    past = Replay(small(FOUR), events, POLICY).run().past

    with pytest.raises(SolverError):
        replace(past, decided=past.decided[decided]).moment("o2", 1)


def test_a_decision_that_never_comes_is_a_bug():
    """The telling ends with the events."""
    past = Replay(small(FOUR), [placed("o1", 0, A=2)], POLICY).run().past

    with pytest.raises(SolverError, match="not met again"):
        past.moment("o1", 2)
