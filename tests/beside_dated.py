"""
What a router says of dated orders, beside every plan there is.

As ``beside``: each function takes a seed and yields what is not as brute force has it.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from itertools import product
from random import Random

from beside_alike import is_near, nodes_beside
from changes import PATIENCE_S
from dated_shares import SHARES, shares_of
from domroute.orders import Delivery
from domroute.router import Router
from domroute.words import Objective
from plain_dated import DatedWorld
from plain_dated_worlds import drawn
from plain_dates import COLLECTED

FIELDS = ("ready_at", "ships_at", "delivers_on", "delivers_at")


def dated_beside(seed, counts, *, words=True):
    """Route one order; hold cost, status and dates, and what is said of nodes."""
    made = drawn(seed)
    world = DatedWorld(*made[0], *made[1:])
    plans = list(world.plans())
    best = min(plans, default=None, key=lambda plan: plan.rank)
    router = Router(made.network, made.inventory, made.policy)
    result = router.route(made.order, quotes=made.quotes)
    counts["dated"] += 1
    counts[f"dated {result.status}"] += 1
    yield from _result_beside(world, best, result)
    if best is not None:
        found = set(shares_of(world, best))
        for name in SHARES:
            counts[f"share {name}"] += name in found
    if words:
        told = router.explain(made.order, result=result, quotes=made.quotes)
        counts["dated explained"] += 1
        yield from nodes_beside(plans, told)


def _cost_beside(best, result, what="costs"):
    """Hold cost and status to the best plan there is."""
    cost = math.inf if best is None else best.cost
    if not is_near(result.cost, cost):
        yield f"{what} {result.cost}, not {cost}, by {result.method}"
    wanted = "infeasible" if best is None else "optimal"
    if result.status != wanted:
        yield f"{what}: {result.status}, not {wanted}"


def _result_beside(world, best, result, what="costs"):
    """Hold cost, status and dates."""
    yield from _cost_beside(best, result, what)
    yield from _dates_beside(world, result)


def _dates_beside(world, result):
    """Hold every date of a result to the calendars."""
    order, at = world.order, {line.id: k for k, line in enumerate(world.lines)}
    until = []
    for shipment in result.plan.shipments:
        units = list(world.zero)
        for content in shipment.contents:
            units[at[content.line_id]] += content.quantity
        line = world.lines[at[shipment.contents[0].line_id]]
        delivery = world.delivery_of(line)
        key = shipment.node_id, delivery, shipment.service
        part = world.part(*key, tuple(units))
        if isinstance(part, str):
            yield f"{shipment} is {part}"
            continue
        for name in FIELDS:
            mine, given = getattr(part.dates, name), getattr(shipment, name)
            if mine != given:
                yield f"{name} is {given}, not {mine}, of {shipment}"
            if hasattr(given, "tzinfo") and given.utcoffset() != timedelta(0):
                yield f"{name} {given} is not in UTC"
        valid = world.clock.valid_until(world.trip(*key), part.at)
        if valid != shipment.valid_until:
            yield f"valid_until is {shipment.valid_until}, not {valid}, of {shipment}"
        until.append(valid)
    wanted = None
    if until:
        placed, options = world.clock.placed, world.policy.promise
        life = timedelta(minutes=options.lifetime_minutes)
        wanted = max(placed, min(placed + life, *until))
    if result.valid_until != wanted:
        yield f"{order.id} is valid until {result.valid_until}, not {wanted}"


# --- waves, promises, scores --------------------------------------------------------


def dated_wave_beside(seed, counts):
    """Route orders on scarce stock together, and hold them to all joint plans."""
    made = drawn(f"wave {seed}", Random(seed).choice((2, 2, 3)))
    policy = made.policy.model_copy(update={"objective": Objective.COST})
    made = made._replace(policy=policy)
    worlds = [DatedWorld(order, *made[1:]) for order in made.orders]
    each = [list(world.plans()) for world in worlds]
    least = _least_together(made, worlds, each)
    router = Router(made.network, made.inventory, made.policy)
    wave = router.route_batch(
        made.orders, quotes=made.quotes, time_limit_s=PATIENCE_S, gap=0.0
    )
    counts["dated waves"] += 1
    counts[f"dated waves {wave.status}"] += 1
    alone = sum(min((x.cost for x in plans), default=math.inf) for plans in each)
    counts["dated waves in each other's way"] += alone < least - 1e-6
    if not is_near(wave.cost, least):
        yield f"wave costs {wave.cost}, not {least}"
    if not is_near(wave.bound, least):
        yield f"wave is bounded by {wave.bound}, not {least}"
    if wave.status != ("optimal" if math.isfinite(least) else "infeasible"):
        yield f"wave {wave.status}: {wave.bound} to {wave.cost}, {least}"
    for world, result in zip(worlds, wave, strict=True):
        yield from _dates_beside(world, result)


def _least_together(made, worlds, each):
    """Return the least cost of plans that together take no more than there is."""
    so_far = {(): 0.0}
    for world, plans in zip(worlds, each, strict=True):
        after = {}
        for (used, spent), plan in product(so_far.items(), plans):
            total = Counter(dict(used))
            for node, load in plan.used:
                total.update(_takings(world, node, load))
            if all(n <= _limit(made, *key) for key, n in total.items()):
                key = tuple(sorted(total.items()))
                after[key] = min(after.get(key, math.inf), spent + plan.cost)
        so_far = after
    return min(so_far.values(), default=math.inf)


def _takings(world, node, load):
    """Count what a node gives, and what it may do of it."""
    found = Counter({(node, "(units)"): sum(load), (node, "(orders)"): 1})
    for line, n in zip(world.lines, load, strict=True):
        found[node, line.sku] += n
    return found


def _limit(made, node, name):
    """Say how much a node has of a SKU, or may do."""
    if not name.startswith("("):
        return made.inventory.available(node, name)
    limits = next(n for n in made.network.nodes if n.id == node).capacities
    found = (x.limit for x in limits if f"({x.measure.value})" == name)
    return next(found, math.inf)


def dated_promise_beside(seed, counts):
    """Promise an order, and hold each option to plans by its services."""
    made = drawn(f"promise {seed}")
    methods, radius = None, None
    if Random(seed).random() < 0.4:
        # Not to a store: there what arrives is received, which is held by hand.
        methods = ["ship", "same_day", "pickup", "curbside"]
        radius = 150.0
    router = Router(made.network, made.inventory, made.policy)
    promise = router.promise(
        made.order, methods=methods, radius_km=radius, quotes=made.quotes
    )
    counts["dated promises"] += 1
    for option in promise:
        counts["dated options"] += 1
        delivery = _promised(made, option, radius)
        asked = made.order.model_copy(update={"delivery": delivery})
        world = DatedWorld(asked, *made[1:])
        best = min(world.plans(), default=None, key=lambda plan: plan.rank)
        where = f"{option.method} {option.speed}"
        yield from _result_beside(world, best, option.result, where)
        routed = router.route(asked, quotes=made.quotes)
        if not is_near(routed.cost, option.cost):
            yield f"{where}: routed at {routed.cost}, promised at {option.cost}"


def _promised(made, option, radius):
    """Return the delivery that an option stands for."""
    fields = made.order.delivery.model_dump()
    if radius is not None or option.method != fields["method"]:
        is_collected = option.method in COLLECTED
        is_near = is_collected and fields["node"] is None
        fields["radius_km"] = (radius or fields["radius_km"]) if is_near else None
        if not is_collected:
            fields["node"] = None
        fields["method"] = option.method
    if option.speed != "best":
        fields["services"] = [
            one.id
            for one in made.network.services
            if option.speed == (one.speed or one.id)
        ]
    return Delivery.model_validate(fields)


def dated_score_beside(seed, counts):
    """Score random decisions; those that break nothing have a cost and no faults."""
    rng = Random(f"score {seed}")
    made = drawn(f"score {seed}")
    world = DatedWorld(made.order, *made[1:])
    router = Router(made.network, made.inventory, made.policy)
    plans = list(world.plans())
    for _ in range(3):
        loads = _decided(rng, world, plans)
        decision = {
            (line.id, name): load[at]
            for name, load in loads.items()
            for at, line in enumerate(world.lines)
            if load[at]
        }
        mine = min(world.plans(loads), default=None, key=lambda plan: plan.rank)
        scored = router.score(made.order, decision, quotes=made.quotes)
        counts["dated scores"] += 1
        counts["dated scores without fault"] += mine is not None
        codes = [fault.code for fault in scored.faults]
        if bool(codes) != (mine is None):
            yield f"{decision} has faults {codes}, at {mine and mine.cost}"
        if mine is not None and not is_near(scored.result.cost, mine.cost):
            yield f"{decision} costs {scored.result.cost}, not {mine.cost}"
        if mine is not None and not codes:
            yield from _dates_beside(world, scored.result)
            if scored.result.bound > min(x.cost for x in plans) + 1e-6:
                yield f"{decision} is bounded by {scored.result.bound}"


def _decided(rng, world, plans):
    """Draw a decision: that of a plan, or units thrown about."""
    given = {name: list(world.zero) for name in world.nodes}
    if plans and rng.random() < 0.5:
        given |= {name: list(load) for name, load in rng.choice(plans).used}
    else:
        for at, line in enumerate(world.lines):
            for name in rng.choices([*world.nodes, None], k=line.quantity):
                if name is not None:
                    given[name][at] += 1
    return {name: tuple(load) for name, load in given.items()}
