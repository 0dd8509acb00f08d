"""
What a router says where nodes have limits by the day, beside every plan there is.

As ``beside``: each function takes a seed and yields what is not as brute force has it.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from itertools import product
from random import Random

from beside_alike import is_near, nodes_beside, sent
from beside_dated import FIELDS
from changes import PATIENCE_S
from daily_worlds import drawn_daily, drawn_loaded
from domroute.errors import UnmatchedWarning
from domroute.router import Router
from domroute.verify import verify, verify_batch
from domroute.words import Objective
from plain_daily import SLACK, DailyWorld
from plain_load import LoadedWorld

METHODS = ("auto", "subset", "mip")
SHARES = (
    "move work from a full day",
    "divide what one day could not hold",
    "work on held goods later than they could",
)
"""What a best plan may do because of limits by the day."""


def daily_beside(seed, counts, *, words=True):
    """Route one order by each exact method; hold cost, days and dates."""
    yield from _beside(drawn_daily(seed), DailyWorld, counts, words=words)


def loaded_beside(seed, counts):
    """Likewise where days cost more as they fill."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnmatchedWarning)
        made = drawn_loaded(seed)
        yield from _beside(made, LoadedWorld, counts, words=seed % 5 == 0)


def _beside(made, kind, counts, *, words):
    """Hold an order to all plans of a kind of world."""
    world = kind(made.order, *made[1:])
    plans = list(world.plans())
    best = min(plans, default=None, key=lambda plan: plan.rank)
    for method in METHODS:
        yield from _asked_by(made, world, best, method)
    counts["daily"] += 1
    counts[f"daily {'infeasible' if best is None else 'optimal'}"] += 1
    if best is not None:
        found = set(daily_shares_of(best))
        for name in SHARES:
            counts[f"share {name}"] += name in found
    if words:
        counts["daily explained"] += 1
        told = Router(*made[1:4]).explain(made.order, quotes=made.quotes)
        yield from nodes_beside(plans, told)


def _asked_by(made, world, best, method):
    """Hold all that is said by one method to the best plan, and to the judge."""
    solve = made.policy.solve.model_copy(update={"method": method})
    policy = made.policy.model_copy(update={"solve": solve})
    router = Router(made.network, made.inventory, policy)
    result = router.route(made.order, quotes=made.quotes)
    cost = math.inf if best is None else best.cost
    if not is_near(result.cost, cost):
        yield f"costs {result.cost}, not {cost}, by {method}"
    wanted = "infeasible" if best is None else "optimal"
    if result.status != wanted:
        yield f"{result.status}, not {wanted}, by {method}"
    yield from _days_beside(world, result)
    faults = verify(
        *(result, made.order, made.network, made.inventory, policy),
        quotes=made.quotes,
    )
    yield from (f"the judge says {fault}, by {method}" for fault in faults)


def daily_shares_of(best):
    """Yield what a best plan does because of limits by the day."""
    homes = Counter(
        (part.node, part.delivery, part.service, part.at)
        for part, day, _ in best.parts
        if day is not None
    )
    for part, day, is_first in best.parts:
        if day is None or is_first:
            continue
        yield SHARES[2 if part.delivery.earliest is not None else 0]
    if max(homes.values(), default=0) > 1:
        yield SHARES[1]


# --- shipments ----------------------------------------------------------------------


def _days_beside(world, result):
    """Hold the day and the dates of shipments to the calendars and to what is left."""
    used = Counter()
    for shipment in result.plan.shipments:
        (name, delivery, service), units = sent(world, shipment)
        key = name, delivery, service, units
        day, first = shipment.works_on, None
        if world.limits_of(name):
            at = max(x for x, n in zip(world.released, units, strict=True) if n)
            first = world.first_day(world.trip(name, delivery, service), at)
            if day not in world.days_for(name, delivery, service, at):
                yield f"{name} has no room on {day}, of {shipment}"
                continue
        elif day is not None:
            yield f"works_on is {day} though {name} has no limits by the day"
        part = world.part_on(key, day, first)
        if isinstance(part, str):
            yield f"{shipment} is {part}"
            continue
        for field in FIELDS:
            mine, given = getattr(part.dates, field), getattr(shipment, field)
            if mine != given:
                yield f"{field} is {given}, not {mine}, of {shipment}"
        used.update(_taken(name, day, units))
    yield from _overfull(world, used)


def _taken(name, day, units):
    """Count what a shipment takes of a day, but for the order itself."""
    return {
        (name, day, "units"): sum(units),
        (name, day, "lines"): sum(n > 0 for n in units),
    }


def _overfull(world, used):
    """Tell of days that have not so much."""
    for (name, day, measure), amount in used.items():
        left = world.left(name, day).get(measure, math.inf) if day else math.inf
        if amount > left + SLACK:
            yield f"{name} has {left} {measure} on {day}, not {amount}"


# --- waves --------------------------------------------------------------------------


def daily_wave_beside(seed, counts):
    """Route orders on scarce days together, and hold them to all joint plans."""
    made = drawn_daily(f"wave {seed}", Random(seed).choice((2, 2, 3)))
    policy = made.policy.model_copy(update={"objective": Objective.COST})
    made = made._replace(policy=policy)
    worlds = [DailyWorld(order, *made[1:], shared=True) for order in made.orders]
    each = [list(world.plans()) for world in worlds]
    least = _least_together(worlds, each)
    router = Router(*made[1:4])
    wave = router.route_batch(
        made.orders, quotes=made.quotes, time_limit_s=PATIENCE_S, gap=0.0
    )
    counts["daily waves"] += 1
    counts[f"daily waves {wave.status}"] += 1
    alone = sum(min((x.cost for x in plans), default=math.inf) for plans in each)
    counts["daily waves in each other's way"] += alone < least - 1e-6
    if not is_near(wave.cost, least):
        yield f"wave costs {wave.cost}, not {least}"
    if not is_near(wave.bound, least):
        yield f"wave is bounded by {wave.bound}, not {least}"
    if wave.status != ("optimal" if math.isfinite(least) else "infeasible"):
        yield f"wave {wave.status}: {wave.bound} to {wave.cost}, {least}"
    for world, result in zip(worlds, wave, strict=True):
        yield from _days_beside(world, result)
    faults = verify_batch(wave, made.orders, *made[1:4], quotes=made.quotes)
    yield from (f"the judge says {fault}" for fault in faults)


def _least_together(worlds, each):
    """Return the least cost of plans that together take no more than there is."""
    limits = _limits(worlds[0])
    so_far = {(): 0.0}
    for world, plans in zip(worlds, each, strict=True):
        takings = _by_takings(world, plans, limits)
        after = {}
        for (used, spent), (more, cost) in product(so_far.items(), takings.items()):
            total = Counter(dict(used))
            total.update(dict(more))
            if any(n > limits[key] + SLACK for key, n in total.items()):
                continue
            key = tuple(sorted(total.items()))
            after[key] = min(after.get(key, math.inf), spent + cost)
        so_far = after
    return min(so_far.values(), default=math.inf)


def _limits(world):
    """Say how much there is of each SKU, and may be done in all and by the day."""
    limits = {key: float(units) for key, units in world.stock.items()}
    for name, node in world.nodes.items():
        for one in node.capacities:
            if one.per == "period":
                limits[name, "period", one.measure.value] = one.limit
    for name in world.nodes:
        for day in world.clock.days:
            for measure, left in world.left(name, day).items():
                limits[name, str(day), measure] = left
    return limits


def _by_takings(world, plans, limits):
    """Keep the cheapest of the plans that take the same of what is limited."""
    found = {}
    for plan in plans:
        total = Counter()
        orders = set()
        for part, day, _ in plan.parts:
            name, lines = part.node, sum(n > 0 for n in part.units)
            orders |= {(name, "period"), (name, str(day))}
            for when in ("period", str(day)):
                total[name, when, "units"] += sum(part.units)
                total[name, when, "workload"] += sum(part.units)
                total[name, when, "lines"] += lines
            for line, n in zip(world.lines, part.units, strict=True):
                total[name, line.sku] += n
        total.update({(*key, "orders"): 1 for key in orders})
        key = tuple(sorted((k, n) for k, n in total.items() if n and k in limits))
        found[key] = min(found.get(key, math.inf), plan.cost)
    return found
