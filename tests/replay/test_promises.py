"""Random streams with dates: promises are kept or explained, in order of time."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dated_streams import DatedStream
from domroute.replay import Replay
from domroute.replay.why import WORDS

CAUSES = {"rejected", "short", "closed"}


def run(*events, scenario, tactic, **fields):
    """Run a stream, checking after every step."""
    replay = Replay(scenario, events, tactic, **fields)
    while replay.step():
        replay.check()
    return replay.outcome()


def causes_of(outcome, order):
    """Name what has befallen an order, in the words of promises."""
    rows = outcome.rejections[outcome.rejections["order"] == order]
    return {
        "closed" if row.cause == "closed" else "short" if row.is_lost else "rejected"
        for row in rows.itertuples()
    }


@given(st.integers(0, 10**6))
def test_every_promise_is_kept_or_explained(seed):
    """Each row has a word, and what the word says is found elsewhere in the tables."""
    drawn = DatedStream(seed)
    if not drawn.scenario.network.is_dated:
        return
    outcome = run(
        *drawn.events, scenario=drawn.scenario, tactic=drawn.tactic, world=drawn.world
    )
    shipments = outcome.shipments
    trucks = shipments[shipments["delivered_at"] > shipments["delivers_at"]]
    for row in outcome.promises.itertuples():
        came_all = row.came_units + row.canceled >= row.promised_units
        is_late = row.came_at > row.promised_by
        assert row.why in WORDS
        if row.why == "kept":
            assert row.came_units == row.promised_units
            assert row.came_at == row.promised_by
        elif row.why == "earlier":
            assert row.came_units == row.promised_units
            assert row.came_at < row.promised_by
        elif row.why in CAUSES:
            assert row.why in causes_of(outcome, row.order)
            assert is_late or not came_all or pd.isna(row.came_at)
        elif row.why == "late_truck":
            assert is_late
            assert row.order in trucks["order"].tolist()
        elif row.why == "canceled":
            assert row.canceled > 0
            assert not is_late
        elif row.why == "repacked":
            mine = shipments[shipments["order"] == row.order]
            assert mine["status"].isin(("rejected", "canceled")).any()
        elif row.why == "unfilled":
            assert row.promised_units == 0
        else:
            assert pd.isna(row.promised_by)
            assert row.promised_units > 0


@given(st.integers(0, 10**6))
def test_nothing_leaves_before_it_was_asked_for_or_arrives_before_it_was_ready(seed):
    """Events follow each other as the dates of the plans say."""
    drawn = DatedStream(seed)
    if not drawn.scenario.network.is_dated:
        return
    outcome = run(
        *drawn.events, scenario=drawn.scenario, tactic=drawn.tactic, world=drawn.world
    )
    done = outcome.shipments[outcome.shipments["status"] == "delivered"]
    assert done["ready_at"].notna().all()
    assert (done["left_at"] >= done["routed_at"]).all()
    assert (done["left_at"] >= done["ready_at"]).all()
    assert (done["delivered_at"] >= done["left_at"]).all()
    carried = done[done["ships_at"].notna()]
    assert (carried["left_at"] == carried["ships_at"]).all()
    promised = done[done["delivers_at"].notna()]
    late = promised["delivered_at"] - promised["delivers_at"]
    assert late.isin([timedelta(0), timedelta(days=drawn.world.late_days)]).all()
    placed_at = outcome.orders.set_index("order")["placed_at"]
    assert (done["ready_at"] >= done["order"].map(placed_at)).all()


@given(st.integers(0, 10**6))
def test_where_nothing_goes_wrong_every_promise_is_kept(seed):
    """To the moment; and each shipment leaves no earlier than it was asked for."""
    drawn = DatedStream(seed, is_calm=True)
    if not drawn.scenario.network.is_dated:
        return
    outcome = run(*drawn.events, scenario=drawn.scenario, tactic=drawn.tactic)

    assert set(outcome.promises["why"]) <= {"kept", "unpromised", "unfilled"}
    done = outcome.shipments
    assert (done["ready_at"] >= done["routed_at"]).all()


@given(st.integers(0, 10**6), st.integers(1, 20))
def test_a_dated_replay_is_taken_up_where_it_stood(seed, steps):
    """Put away after some steps and read again, it ends the same."""
    drawn = DatedStream(seed)
    given_ = drawn.scenario, drawn.events, drawn.tactic
    whole = Replay(*given_, world=drawn.world).run()
    replay = Replay(*given_, world=drawn.world)
    for _ in range(steps):
        replay.step()
    again = Replay.resume(replay.checkpoint(), *given_, world=drawn.world).run()

    assert again.promises.equals(whole.promises)
    assert again.shipments.equals(whole.shipments)
