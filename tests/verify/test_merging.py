"""What the judge notes of plans that are put together at a node."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domroute import Router
from domroute.plan import Content, Costs
from domroute.verify import verify
from hubs import inventory, network, order, policy

DAY = timedelta(days=1)


def judged(change, *, made=None, asked=None):
    """Change the shipments of a right plan; return the codes of all faults."""
    asked = asked or order("sofa", "lamp", "rug")
    plan = Router(network(), inventory(), policy()).route(asked).plan
    assert plan.merged_at == "hub"
    lamp, sofa, whole = plan.shipments
    plan = replace(plan, shipments=tuple(change(lamp, sofa, whole)))
    world = (asked, made or network(), inventory(), policy())
    return {issue.code for issue in verify(plan, *world)}


def test_right_plan_has_no_fault():
    """As it was found."""
    assert judged(lambda *parts: parts) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        # Parts go somewhere else, by something else, or to themselves.
        (lambda a, b, c: (replace(a, merge_at="west"), b, c), "wrong_merge"),
        (lambda a, b, c: (replace(a, merge_at="moon"), b, c), "unknown_id"),
        (lambda a, b, c: (replace(a, service="west-hub"), b, c), "wrong_service"),
        (lambda a, b, c: (replace(a, service="ground"), b, c), "wrong_service"),
        (lambda a, b, c: (replace(a, merge_at=None), b, c), "wrong_merge"),
        (lambda a, b, c: (a, b, replace(c, merge_at="hub")), "wrong_merge"),
        # Nothing, or too much, becomes of them.
        (lambda *parts: parts[:2], "wrong_merge"),
        (lambda *parts: parts[2:], "not_accounted"),
        (lambda a, b, c: (a, b, c, replace(c, service=None)), "wrong_merge"),
        # Dates.
        (
            lambda a, b, c: (replace(a, delivers_on=date(2026, 12, 2)), b, c),
            "wrong_date",
        ),
        (lambda a, b, c: (replace(a, delivers_at=None), b, c), "wrong_date"),
        (lambda a, b, c: (replace(a, ships_at=a.ships_at + DAY), b, c), "wrong_date"),
        (lambda a, b, c: (a, b, replace(c, ships_at=c.ships_at - DAY)), "wrong_date"),
        (lambda a, b, c: (a, b, replace(c, ready_at=c.ready_at - DAY)), "wrong_date"),
        (
            lambda a, b, c: (a, b, replace(c, valid_until=c.valid_until + DAY)),
            "wrong_date",
        ),
        (
            lambda a, b, c: (
                replace(a, valid_until=datetime(2026, 12, 1, 9, tzinfo=UTC)),
                b,
                c,
            ),
            "wrong_date",
        ),
        # What it costs, how far it goes, and what it holds.
        (lambda a, b, c: (replace(a, costs=Costs()), b, c), "wrong_cost"),
        (
            lambda a, b, c: (a, b, replace(c, costs=Costs.of({"shipping": 20.0}))),
            "wrong_cost",
        ),
        (lambda a, b, c: (replace(a, distance_km=1.0), b, c), "wrong_distance"),
        (lambda a, b, c: (a, b, replace(c, contents=())), "not_accounted"),
        (
            lambda a, b, c: (replace(a, contents=(Content("l2", "lamp", 2),)), b, c),
            "overfilled",
        ),
    ],
    ids=[
        *("elsewhere", "nowhere", "other_lane", "no_lane", "direct", "whole_on"),
        *("no_whole", "no_parts", "two_wholes"),
        *("part_on", "part_at", "part_leaves", "whole_leaves", "whole_ready"),
        *("whole_holds", "part_holds"),
        *("part_costs", "whole_costs", "part_km", "own_gone", "too_many"),
    ],
)
def test_wrong_plan_has_its_fault(change, code):
    """Whatever is changed, the judge sees it."""
    assert code in judged(change)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (network(hub={"methods": ("ship",)}), "wrong_merge"),
        (network(hub={"methods": ("merge",)}), "not_permitted"),
        (network(hub={"enabled": False}), "not_permitted"),
        (network(hub={"max_distance_km": 5.0}), "not_permitted"),
        (network(hub={"receiving_minutes": 60.0}), "wrong_date"),
        (network(lane={"transit_days": 2}), "wrong_date"),
        (network(lane={"transit_days": None}), "not_permitted"),
        (network(lane={"cost": {"per_unit": 9.0}}), "wrong_cost"),
        (network(hub={"capacity": {"orders": 0}}), "capacity"),
        (
            network(hub={"capacity": [{"limit": 9, "measure": "units", "per": "day"}]}),
            "wrong_merge",
        ),
    ],
    ids=[
        *("no_merge", "no_ship", "disabled", "far", "receiving"),
        *("later", "no_date", "dearer", "full", "days"),
    ],
)
def test_plan_of_another_world_has_its_fault(made, code):
    """It is held against the data, not against what is said."""
    assert code in judged(lambda *parts: parts, made=made)


def test_part_alone_comes_nowhere():
    """A shipment of nothing needs parts that are put together there."""
    found = judged(lambda a, b, c: (replace(a, merge_at=None, service="ground"), b, c))

    assert "wrong_merge" in found


def test_delivery_that_may_come_apart_is_not_put_together():
    """Whoever does not ask for one date gets what each node sends."""
    asked = order("sofa", "lamp")
    plan = Router(network(), inventory(), policy()).route(asked).plan

    found = verify(
        plan, order("sofa", "lamp", together=False), network(), inventory(), policy()
    )

    assert "wrong_merge" in {issue.code for issue in found}
