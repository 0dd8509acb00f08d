"""Runs with dates compared, and the bound in hindsight, which knows of none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dated_streams import CHEAPEST, DatedStream, asked, two_centers
from domroute.orders import Delivery
from domroute.replay import Replay, Tactic
from domroute.whatif.compare import compare
from domroute.whatif.hindsight import hindsight


def test_the_bound_ships_what_would_come_too_late():
    """Nothing takes time in hindsight: what is too late in the replay costs 7 there."""
    late = [asked("2026-11-24T15:00", delivery=Delivery(need_by="2026-11-25"))]
    outcome = Replay(two_centers(), late).run()
    found = hindsight(two_centers(), late, CHEAPEST, time_limit_s=5)

    assert outcome.cost == pytest.approx(60.0)
    assert found.bound == pytest.approx(7.0)
    assert found.is_certain


def test_waves_by_departure_are_compared_with_what_no_wait_can_better():
    """Nothing says how long they hold, and the figures of dates are compared."""
    orders = tuple(
        asked(f"2026-11-24T{hour}:00", f"o{hour}").order for hour in (10, 13, 15)
    )
    scenario = replace(two_centers(), orders=orders)
    tactics = [
        Tactic(name="at once", policy=CHEAPEST),
        Tactic(name="by departure", policy=CHEAPEST, waves="departure"),
    ]
    frame = compare(scenario, tactics, [0], hindsight_s=5).frame

    kept = frame[frame["kpi"] == "promise_kept_share"]
    above = frame[frame["kpi"] == "above_hindsight"]
    assert kept["value"].tolist() == [1.0, 1.0]
    assert above["value"].tolist() == pytest.approx([0.0, 0.0], abs=1e-9)


@given(st.integers(0, 10**6))
def test_no_run_with_dates_costs_less_than_its_bound(seed):
    """Whatever goes wrong and however long orders are held."""
    drawn = DatedStream(seed)
    if not drawn.scenario.network.is_dated:
        return
    given_ = drawn.scenario, drawn.events
    outcome = Replay(*given_, drawn.tactic, world=drawn.world).run()
    found = hindsight(
        *given_, drawn.scenario.policy, world=drawn.world, hold_h=None, time_limit_s=5
    )

    if found.is_certain:
        assert outcome.cost >= found.bound - 1e-6 * max(1.0, found.bound)
