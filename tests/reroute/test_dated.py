"""Dated orders routed again: random worlds, random troubles, what always holds."""

import json
import math
import random
from collections import Counter
from datetime import timedelta

import pytest

from builders import node, order, service, stock
from dated_troubles import troubles
from dated_worlds import DatedWorld
from domroute import Handling, Network, Policy, Router, Stability
from domroute.events import Rejected
from domroute.network import Item
from domroute.plan import Plan
from domroute.reroute.state import OrderState
from domroute.verify import Judge

ROUNDS = 3


@pytest.mark.parametrize("first", range(0, 360, 30))
def test_what_holds_of_every_chain(first):
    """Thirty worlds: nothing kept is lost, nothing oversold, and the judge agrees."""
    asked = 0
    for seed in range(first, first + 30):
        world, draw = DatedWorld(seed), random.Random(seed)
        policy = world.policy.model_copy(
            update={"costs": (*world.policy.costs, Stability(per_line=0.75))}
        )
        router = Router(world.network, world.inventory, policy)
        answer, result = None, router.route(world.order)
        assert router.reroute(result, [], now=world.order.placed_at).result is result
        when, lost = world.order.placed_at, Counter()
        for _ in range(ROUNDS):
            when += timedelta(hours=draw.choice((1, 7, 30)))
            events = troubles(draw, world, result, when)
            before = answer or result
            answer = router.reroute(before, events)
            lost.update(dict(answer.lost))

            assert router.reroute(before, list(events)) == answer, seed
            check_kept(world, answer, lost, seed)
            check_refusals(answer, result, events, seed)
            if answer.result is not result:
                asked += check_plan(world, router, answer, seed)
            written = json.loads(json.dumps(answer.state.to_dict()))
            assert OrderState.from_dict(written) == answer.state, seed
            result = answer.result
    assert asked > 10


def check_kept(world, answer, lost, seed):
    """Every unit is somewhere, and no node gives more than it has."""
    units, taken = Counter(), Counter()
    for part in answer.plan.shipments:
        for content in part.contents:
            units[content.line_id] += content.quantity
            taken[part.node_id, content.sku] += content.quantity
    for part in answer.plan.unfilled:
        units[part.line_id] += part.quantity
    canceled = dict(answer.state.canceled)
    for line in world.order.lines:
        assert units[line.id] == line.quantity - canceled.get(line.id, 0), seed
    for cell, count in taken.items():
        assert count <= world.inventory.available(*cell), (seed, cell)
    assert all(count >= 0 for count in lost.values())


def check_refusals(answer, before, events, seed):
    """Who has refused a whole line is not asked again for it within the day."""
    if answer.result is before:
        return
    now = max(event.at for event in events)
    barred = {
        (one.line_id, one.node_id)
        for one in answer.state.refusals
        if one.until > now and not one.most
    }
    for part in answer.result.plan.shipments:
        for content in part.contents:
            assert (content.line_id, part.node_id) not in barred, seed
        if not part.method.is_collected:
            assert part.node_id not in answer.state.closed, seed


def check_plan(world, router, answer, seed):
    """Have the judge check the rest, by the policy it was routed under."""
    result = answer.result
    if result.order is world.order or not math.isfinite(result.cost):
        return 0
    if not answer.state.wanted or not answer.changes:
        return 0
    wanted = answer.state.wanted
    lines = {line.id: line.quantity for line in result.order.lines}
    if lines != wanted:
        return 0  # it was not asked again: something of it was accepted or has left
    judge = Judge(world.network, answer.policy)
    issues = judge.check(result.plan, result.order, router.inventory, cost=result.cost)
    assert issues == (), (seed, issues)
    # From scratch, what is left costs no less but for the price of what moves.
    free = tuple(term for term in answer.policy.costs if term.name != "stability")
    alone = Router(
        world.network,
        replace_stock(world, answer),
        answer.policy.model_copy(update={"costs": free}),
    ).route(result.order)
    moved = 0.75 * sum(len(part.contents) for part in alone.plan.shipments)
    assert result.cost <= alone.cost + moved + 1e-6, seed
    return 1


def replace_stock(world, answer):
    """Take what is kept off the stock."""
    copied = world.inventory.copy()
    for one in answer.kept:
        for content in one.shipment.contents:
            copied.adjust(one.shipment.node_id, content.sku, -content.quantity)
    for refusal in answer.state.refusals:
        if refusal.most:
            sku = next(
                line.sku for line in world.order.lines if line.id == refusal.line_id
            )
            there = copied.available(refusal.node_id, sku)
            copied.adjust(refusal.node_id, sku, -there)
    for cell, units in answer.lost:
        copied.adjust(*cell, -min(units, copied.available(*cell)))
    return copied


def test_date_that_moves_is_priced():
    """At one N1 ships B the same day; at three its cut-off has passed."""
    network = Network(
        time_zone="UTC",
        calendars=[{"id": "week"}],
        nodes=[
            node(name, calendar="week", cutoff="14:00", per_shipment=1.0)
            for name in ("N1", "N2")
        ],
        items=[Item(sku=sku, weight_kg=1.0) for sku in "AB"],
        services=[
            service("ground", calendar="week", pickups=["17:00"], transit_days=1)
        ],
    )
    policy = Policy(costs=[Handling(), Stability(per_line=0.5)], unfilled_penalty=100.0)
    held = stock(N1={"A": 1, "B": 1}, N2={"A": 1})
    router = Router(network, held, policy)
    placed = order("o1", A=1, B=1).model_copy(
        update={"placed_at": DatedWorld(0).order.placed_at.replace(hour=12)}
    )
    result = router.route(placed)
    assert result.plan.node_ids == ("N1",)

    def asked_at(hours):
        at = placed.placed_at + timedelta(hours=hours)
        no = Rejected(at=at, order="o1", node="N1", line="A")
        return router.reroute(result, [no]).result.costs["stability"]

    # At one it still leaves at five the same day; at three it is past two o'clock.
    assert (asked_at(1), asked_at(3)) == (0.0, 0.5)


@pytest.mark.parametrize("first", [1000, 1100, 1200])
def test_books_balance(first):
    """Release what is freed, reserve what is added: the ledger holds the plan."""
    for seed in range(first, first + 100):
        world, draw = DatedWorld(seed), random.Random(seed)
        ledger = world.inventory
        router = Router(world.network, ledger, world.policy)
        answer = router.route(world.order)
        result, when = answer, world.order.placed_at
        ledger.reserve(result.plan)
        for _ in range(ROUNDS):
            when += timedelta(hours=draw.choice((1, 7, 30)))
            before = () if answer is result else answer.kept
            gone = [one.shipment for one in before if one.has_left]
            answer = router.reroute(answer, troubles(draw, world, result, when))
            result = answer.result

            for part in answer.freed:
                if part not in [one.shipment for one in answer.kept]:
                    ledger.release(part)
            ledger.reserve(Plan(answer.added), beside=True)
            for one in answer.kept:
                if one.has_left and one.shipment not in gone:
                    ledger.commit(one.shipment)
            for (node_id, sku), units in answer.lost:
                there = ledger.available(node_id, sku)
                if there:
                    ledger.adjust(node_id, sku, -min(units, there))

            held = Counter(
                (part.node_id, content.line_id, content.quantity)
                for part in ledger.reservations_of(world.order.id)
                for content in part.contents
            )
            waiting = [one.shipment for one in answer.kept if not one.has_left]
            assert held == Counter(
                (part.node_id, content.line_id, content.quantity)
                for part in (*waiting, *result.plan.shipments)
                for content in part.contents
            ), seed
