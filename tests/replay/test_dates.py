"""A replay of a network with hours: by its dates, and every promise accounted for."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from pydantic import ValidationError

from dated import at
from dated_streams import CHEAPEST, asked, two_centers
from domroute.costs import Shipping
from domroute.errors import InputError
from domroute.network import Network
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.replay import (
    Canceled,
    Closed,
    Placed,
    Rejected,
    Replay,
    Tactic,
    World,
)
from domroute.scenario import Scenario
from domroute.services import DistanceZones, RateCard
from replay_streams import placed, small

DEPARTURE = Tactic(name="departure", policy=CHEAPEST, waves="departure")


def run(*events, scenario=None, tactic=None, **fields):
    """Run a stream on the two centers, checking after every step."""
    replay = Replay(scenario or two_centers(), events, tactic, **fields)
    while replay.step():
        replay.check()
    return replay.outcome()


def promise(outcome, order="o1"):
    """Return what was promised of the one line of an order, and what came."""
    rows = outcome.promises
    (row,) = rows[rows["order"] == order].to_dict("records")
    return row


def sent(outcome):
    """List who shipped, and when it was routed, ready, left and there."""
    rows = outcome.shipments[outcome.shipments["status"] == "delivered"]
    columns = ["node", "routed_at", "ready_at", "left_at", "delivered_at"]
    return [tuple(row) for row in rows[columns].itertuples(index=False)]


def test_a_shipment_leaves_and_arrives_by_its_dates():
    """On Tuesday at ten: ready at eleven, the truck at five, there on Wednesday."""
    outcome = run(asked("2026-11-24T10:00"))

    ten, eleven, five = (at(f"2026-11-24T{hour}:00") for hour in (10, 11, 17))
    there = at("2026-11-25T20:00")
    assert sent(outcome) == [("near", ten, eleven, five, there)]
    row = promise(outcome)
    assert (row["why"], row["promised_at"], row["came_at"]) == ("kept", ten, there)
    assert row["promised_on"] == row["came_on"] == date(2026, 11, 25)


def test_a_refusal_makes_a_promise_late_and_says_so():
    """Refused at noon, the other center still makes the truck: three days away."""
    event = Rejected(at=at("2026-11-24T12:00"), order="o1", node="near")
    outcome = run(asked("2026-11-24T10:00"), event)

    noon, one, five = (at(f"2026-11-24T{hour}:00") for hour in (12, 13, 17))
    assert sent(outcome) == [("far", noon, one, five, at("2026-11-27T20:00"))]
    row = promise(outcome)
    assert (row["why"], row["came_on"]) == ("rejected", date(2026, 11, 27))
    assert row["promised_on"] == date(2026, 11, 25)


def test_a_closure_after_the_cutoff_costs_a_day_more():
    """What waits for the truck of a node that closes at four goes elsewhere on."""
    outcome = run(
        asked("2026-11-24T10:00"), Closed(at=at("2026-11-24T16:00"), node="near")
    )

    row = promise(outcome)
    assert (row["why"], row["came_on"]) == ("closed", date(2026, 11, 30))


def test_what_is_routed_again_on_a_friday_evening_waits_for_monday():
    """Counted from the placing it would have left before it was asked for again."""
    event = Rejected(at=at("2026-11-20T16:30"), order="o1", node="near")
    outcome = run(asked("2026-11-20T10:00"), event)

    asked_at, ready, left = (
        at(f"2026-11-{when}") for when in ("20T16:30", "23T10:00", "23T17:00")
    )
    assert sent(outcome) == [("far", asked_at, ready, left, at("2026-11-26T20:00"))]
    assert outcome.explain("o1", attempt=2).sentences


def test_a_chance_refusal_is_noticed_when_it_is_to_be_ready():
    """The node notices at eleven, an hour after the order: another has time left."""
    outcome = run(asked("2026-11-24T10:00"), world=World(rejects={"dc": 1.0}))

    assert outcome.rejections["at"].tolist() == [at("2026-11-24T11:00")]
    assert promise(outcome)["came_on"] == date(2026, 11, 27)


def test_a_late_truck_is_told_apart_from_a_refusal():
    """The plan was in time; the carrier was not."""
    world = World(late={"ground": 1.0}, late_days=2)
    row = promise(run(asked("2026-11-24T10:00"), world=world))

    assert (row["why"], row["came_on"]) == ("late_truck", date(2026, 11, 27))
    assert row["came_at"] == at("2026-11-27T20:00")


def test_what_never_comes_is_explained():
    """Nobody else has it: the unit that was lost is missing, and the word says why."""
    event = Rejected(at=at("2026-11-24T10:30"), order="o1", node="near", is_lost=True)
    scenario = two_centers()
    scenario.inventory.apply({"node": ["far"], "sku": ["A"], "on_hand": [0]})
    row = promise(run(asked("2026-11-24T10:00"), event, scenario=scenario))

    assert (row["why"], row["promised_units"], row["came_units"]) == ("short", 1, 0)


def test_what_is_canceled_is_no_broken_promise():
    """It is counted apart; and what has left cannot be canceled."""
    order = asked("2026-11-24T10:00")
    soon = run(order, Canceled(at=at("2026-11-24T16:59"), order="o1"))
    late = run(order, Canceled(at=at("2026-11-24T17:01"), order="o1"))

    assert (promise(soon)["why"], promise(late)["why"]) == ("canceled", "kept")
    assert math.isnan(soon.kpis()["promise_kept_share"])


def test_what_a_node_keeps_leaves_by_the_truck_it_was_to():
    """One of two is refused after the cut-off: the other is still today's work."""
    event = Rejected(
        at=at("2026-11-24T15:00"), order="o1", node="near", line="l1", quantity=1
    )
    outcome = run(asked("2026-11-24T10:00", quantity=2), event)

    near, far = sent(outcome)
    assert near[0] == "near"
    assert near[3] == at("2026-11-24T17:00")
    assert far[3] == at("2026-11-25T17:00")
    assert promise(outcome)["why"] == "rejected"


def test_what_is_left_of_a_shipment_may_go_a_slower_way():
    """Two kilos go by express, at 12; for one of them ground is cheaper, and later."""
    flat = {"zones": DistanceZones(bands_km=[])}
    scenario = two_centers(
        transit_days=2, rate_card=RateCard(weights_kg=[1, 5], rates=[[7, 30]]), **flat
    )
    (ground,) = scenario.network.services
    card = RateCard(weights_kg=[5], rates=[[12]])
    express = ground.model_copy(
        update={"id": "express", "transit_days": 1, "rate_card": card}
    )
    network = scenario.network.model_copy(update={"services": (ground, express)})
    order = asked("2026-11-24T10:00").order
    (line,) = order.lines
    two = (line, line.model_copy(update={"id": "l2"}))
    event = Placed(order=order.model_copy(update={"lines": two}))
    gone = Canceled(at=at("2026-11-24T12:00"), order="o1", line="l2")
    outcome = run(event, gone, scenario=replace(scenario, network=network))

    assert outcome.promises["why"].tolist() == ["repacked", "canceled"]
    kept, _ = outcome.promises.to_dict("records")
    assert (kept["promised_on"], kept["came_on"]) == (
        date(2026, 11, 25),
        date(2026, 11, 26),
    )


def test_a_service_that_promises_nothing():
    """It leaves with the truck and comes at the pace of the world, unpromised."""
    outcome = run(asked("2026-11-24T10:00"), scenario=two_centers(transit_days=None))

    row = promise(outcome)
    assert (row["why"], row["promised_by"]) == ("unpromised", pd.NaT)
    assert row["came_at"] == at("2026-11-25T05:00")
    assert row["came_on"] == date(2026, 11, 25)
    assert outcome.kpis()["unpromised_share"] == 1.0


def test_a_wave_is_promised_from_when_it_is_routed():
    """Held until eight in the evening (midnight in UTC), it is the next day's work."""
    tactic = Tactic(name="daily", policy=CHEAPEST, hold_h=24)
    row = promise(run(asked("2026-11-24T10:00"), tactic=tactic))

    assert row["promised_at"] == at("2026-11-24T19:00")
    assert (row["why"], row["came_on"]) == ("kept", date(2026, 11, 26))


def test_a_wave_by_departure_is_just_in_time():
    """All that can still make today's truck goes at the cut-off, together."""
    hours = ("24T10:00", "24T13:30", "24T14:00", "24T14:01")
    events = [asked(f"2026-11-{hour}", f"o{n}") for n, hour in enumerate(hours)]
    outcome = run(*events, tactic=DEPARTURE)

    waves = outcome.decisions[outcome.decisions["orders"] > 0]
    assert list(zip(waves["at"], waves["orders"], strict=True)) == [
        (at("2026-11-24T14:00"), 1),
        (at("2026-11-24T14:00"), 2),
        (at("2026-11-25T14:00"), 1),
    ]
    alone = run(*events)
    assert outcome.promises["came_at"].equals(alone.promises["came_at"])


def test_what_no_wait_leaves_in_time_is_not_held():
    """What is collected is there the sooner the sooner it is asked for."""
    collected = Delivery(method="pickup", node="far")
    event = asked("2026-11-24T10:00", delivery=collected)
    outcome = run(event, tactic=DEPARTURE)

    ((_, routed, *_),) = sent(outcome)
    assert routed == at("2026-11-24T10:00")


def test_waves_by_departure_need_departures():
    """Without dates there are none, and beside them no other hold."""
    with pytest.raises(InputError, match="gives dates"):
        Replay(small(), [placed("o1", A=1)], DEPARTURE)
    with pytest.raises(ValidationError, match="hold_h should be 0"):
        Tactic(name="both", hold_h=1, waves="departure")


def test_figures_of_dates_are_what_a_pencil_finds():
    """Four orders: kept, late by a refusal, late for its day, and not at all."""
    refused = Rejected(at=at("2026-11-24T12:00"), order="o2", node="near")
    outcome = run(
        asked("2026-11-24T10:00", "o1", delivery=Delivery(need_by="2026-11-25")),
        asked("2026-11-24T10:00", "o2"),
        refused,
        asked("2026-11-24T15:00", "o3", delivery=Delivery(need_by="2026-11-26")),
        asked("2026-11-24T15:00", "o4", delivery=Delivery(need_by="2026-11-25")),
    )

    found = outcome.kpis()
    assert outcome.promises["why"].tolist() == ["kept", "rejected", "kept", "unfilled"]
    assert found["on_time_share"] == pytest.approx(2 / 3)
    assert found["late_lines"] == 0
    assert found["promise_kept_share"] == pytest.approx(2 / 3)
    assert found["unpromised_share"] == 0
    days = [34 / 24, 82 / 24, 53 / 24]
    assert found["lead_time_days"] == pytest.approx(sum(days) / 3)
    assert found["lead_time_days_p90"] == pytest.approx(days[2] + 0.8 * (29 / 24))
    assert found["on_time_rate"] == 1.0
    assert found["promises_by:kept"] == 2


def test_late_at_a_price():
    """Where lateness is priced it may come after its day, and is counted."""
    policy = Policy(
        costs=[Shipping(), {"term": "lateness", "per_line_day": 3.0}],
        unfilled_penalty=60.0,
    )
    outcome = run(
        asked("2026-11-24T15:00", delivery=Delivery(need_by="2026-11-25")),
        scenario=two_centers(policy),
    )

    found = outcome.kpis()
    assert (found["late_lines"], found["on_time_share"]) == (1, 0)
    assert (found["on_time_rate"], found["promise_kept_share"]) == (0, 1)
    (need_by,) = outcome.shipments["need_by"]
    assert need_by == at("2026-11-26T00:00")


def test_without_dates_nothing_is_said_of_them():
    """No rows, no figures, and empty columns."""
    outcome = Replay(small(), [placed("o1", A=1)]).run()

    assert outcome.promises.empty
    dates = ["ready_at", "ships_at", "delivers_on", "delivers_at", "need_by"]
    assert outcome.shipments[dates].isna().all(axis=None)
    found = outcome.kpis()
    assert found[["on_time_share", "promise_kept_share", "lead_time_days"]].isna().all()
    assert found[["on_time_rate", "late_lines", "unpromised_share"]].isna().all()
    assert not any(name.startswith("promises_by") for name in found.index)


def test_a_service_that_nobody_knows_brings_nothing_late():
    """A slip in a name would otherwise do nothing."""
    with pytest.raises(InputError, match=r"world\.late"):
        run(asked("2026-11-24T10:00"), world=World(late={"sea": 0.5}))


def test_a_network_that_only_releases_items_has_dates_by_the_clock_of_utc():
    """Nothing else is said of time: it is ready when it is released."""
    scenario = two_centers()
    items = [
        scenario.network.items[0].model_copy(
            update={"release_at": at("2026-12-01T00:00")}
        )
    ]
    bare = [
        node.model_copy(update={"calendar": None, "cutoff": None})
        for node in scenario.network.nodes
    ]
    held = scenario.inventory
    bare = Scenario(
        name="soon", network=Network(nodes=bare, items=items), inventory=held
    )
    outcome = run(asked("2026-11-24T10:00"), scenario=bare)

    ((_, _, ready, left, _),) = sent(outcome)
    assert ready == left == at("2026-12-01T01:00")
