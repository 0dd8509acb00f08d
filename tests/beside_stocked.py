"""
What a router says of orders that may wait for stock, beside every plan there is.

As ``beside``: each function takes a seed and yields what is not as brute force has it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import product
from random import Random

from beside_alike import is_near, nodes_beside, sent
from beside_dated import FIELDS
from changes import PATIENCE_S
from domroute.router import Router
from domroute.verify import verify
from domroute.words import Objective
from plain_stocked import StockedWorld
from plain_stocked_worlds import drawn_stocked
from stocked_shares import SHARES, stocked_shares_of

METHODS = ("auto", "subset", "mip")


def best_of(world):
    """Return the best plan there is; None where there is none."""
    return min(world.plans(), default=None, key=lambda plan: plan.rank)


def stocked_beside(seed, counts, *, words=True):
    """Route one order by each exact method; hold cost, status, dates and supply."""
    made = drawn_stocked(seed)
    world = StockedWorld(made.order, *made[1:])
    best = best_of(world)
    for method in METHODS:
        result = _router(made, method).route(made.order, quotes=made.quotes)
        yield from _result_beside(made, world, best, result, method)
    counts["stocked"] += 1
    counts[f"stocked {'infeasible' if best is None else 'optimal'}"] += 1
    if best is not None:
        found = set(stocked_shares_of(world, best))
        for name in SHARES:
            counts[f"share {name}"] += name in found
    if words:
        counts["stocked explained"] += 1
        router = _router(made, made.policy.solve.method)
        result = router.route(made.order, quotes=made.quotes)
        told = router.explain(made.order, result=result, quotes=made.quotes)
        yield from nodes_beside(list(world.plans()), told)


def _router(made, method):
    """Make a router of a world that looks for plans by a method."""
    solve = made.policy.solve.model_copy(update={"method": method})
    policy = made.policy.model_copy(update={"solve": solve})
    return Router(made.network, made.inventory, policy)


def _result_beside(made, world, best, result, method):
    """Hold all that is said of one order to the best plan, and to the judge."""
    cost = math.inf if best is None else best.cost
    if not is_near(result.cost, cost):
        yield f"costs {result.cost}, not {cost}, by {method}"
    wanted = "infeasible" if best is None else "optimal"
    if result.status != wanted:
        yield f"{result.status}, not {wanted}, by {method}"
    yield from parts_beside(world, result)
    solve = made.policy.solve.model_copy(update={"method": method})
    policy = made.policy.model_copy(update={"solve": solve})
    for fault in verify(
        *(result, world.order, made.network, made.inventory, policy),
        quotes=made.quotes,
    ):
        yield f"the judge says {fault}, by {method}"


# --- shipments ----------------------------------------------------------------------


def parts_beside(world, result):
    """Hold the dates and the supply of shipments to calendars and stock."""
    until, loads = [], defaultdict(list)
    for shipment in result.plan.shipments:
        key, units = sent(world, shipment)
        loads[shipment.node_id].append((shipment.stock_at, units, shipment.service))
        part = world.part(*key, units, shipment.stock_at)
        if isinstance(part, str):
            yield f"{shipment} is {part}"
            continue
        yield from _supply_beside(world, shipment, units)
        yield from _dates_beside(part, shipment)
        valid = world.clock.valid_until(world.trip(*key), part.at)
        if valid != shipment.valid_until:
            yield f"valid_until is {shipment.valid_until}, not {valid}, of {shipment}"
        until.append(valid)
    yield from _stock_beside(world, loads)
    wanted = None
    if until:
        placed, options = world.clock.placed, world.policy.promise
        life = timedelta(minutes=options.lifetime_minutes)
        wanted = max(placed, min(placed + life, *until))
    if result.valid_until != wanted:
        yield f"the plan is valid until {result.valid_until}, not {wanted}"


def _dates_beside(part, shipment):
    """Hold the dates of a shipment to the calendars."""
    for name in FIELDS:
        mine, given = getattr(part.dates, name), getattr(shipment, name)
        if mine != given:
            yield f"{name} is {given}, not {mine}, of {shipment}"
    for name in (*FIELDS, "stock_at"):
        given = getattr(shipment, name)
        if hasattr(given, "tzinfo") and given.utcoffset() != timedelta(0):
            yield f"{name} {given} is not in UTC"


def _supply_beside(world, shipment, units):
    """Hold what is said of a shipment's stock to its items, and to what comes."""
    items = [x for x, n in zip(world.released, units, strict=True) if n]
    wanted = "in_stock" if shipment.stock_at is None else "back_order"
    if max(items) > world.clock.placed:
        wanted = "pre_order"
    if shipment.supply != wanted:
        yield f"supply is {shipment.supply}, not {wanted}, of {shipment}"
    moment = shipment.stock_at
    if moment is not None and not world.comes(shipment.node_id, units, moment):
        yield f"nothing that may wait comes at {moment}, of {shipment}"


def _stock_beside(world, loads):
    """
    Hold what nodes give to what there is by then, and waiting to what it needs.

    Where something leaves by the same service now, one parcel might cost more than two;
    and enough must leave on every date where nodes ask for that.
    """
    for name, parts in loads.items():
        rows = [(moment, units) for moment, units, _ in parts]
        if not world.is_there(name, world.taken(name, rows)):
            yield f"{name} has not all of {rows}"
        now = {service for moment, _, service in parts if moment is None}
        for k, (moment, units, service) in enumerate(parts):
            is_held = service in now or world.nodes[name].minimum_order > 0
            if moment is None or is_held or world.is_shared:
                continue  # others may take what is there now
            sooner = [*rows[:k], (None, units), *rows[k + 1 :]]
            if world.is_there(name, world.taken(name, sooner)):
                yield f"{name} has all of {units} of {rows} now"


# --- waves --------------------------------------------------------------------------


def stocked_wave_beside(seed, counts):
    """Route orders on scarce stock together, and hold them to all joint plans."""
    made = drawn_stocked(f"wave {seed}", Random(seed).choice((2, 2, 3)))
    policy = made.policy.model_copy(update={"objective": Objective.COST})
    made = made._replace(policy=policy)
    worlds = [StockedWorld(order, *made[1:], shared=True) for order in made.orders]
    each = [list(world.plans()) for world in worlds]
    joint = least_together(worlds, each)
    least = math.inf if joint is None else joint[0]
    router = Router(made.network, made.inventory, made.policy)
    wave = router.route_batch(
        made.orders, quotes=made.quotes, time_limit_s=PATIENCE_S, gap=0.0
    )
    counts["stocked waves"] += 1
    counts[f"stocked waves {wave.status}"] += 1
    alone = sum(min((x.cost for x in plans), default=math.inf) for plans in each)
    counts["stocked waves in each other's way"] += alone < least - 1e-6
    if joint is not None:
        waits = any(part.stock_at is not None for part in joint[1])
        counts["stocked waves in which some wait"] += waits
    if not is_near(wave.cost, least):
        yield f"wave costs {wave.cost}, not {least}"
    if not is_near(wave.bound, least):
        yield f"wave is bounded by {wave.bound}, not {least}"
    if wave.status != ("optimal" if math.isfinite(least) else "infeasible"):
        yield f"wave {wave.status}: {wave.bound} to {wave.cost}, {least}"
    taken = defaultdict(Counter)
    for world, result in zip(worlds, wave, strict=True):
        yield from parts_beside(world, result)
        for shipment in result.plan.shipments:
            _, units = sent(world, shipment)
            load = [(shipment.stock_at, units)]
            taken[shipment.node_id] += world.taken(shipment.node_id, load)
    for name, load in taken.items():
        if not worlds[0].is_there(name, load):
            yield f"{name} has not all of {load} of the wave"


def least_together(worlds, each):
    """Return the least cost of plans that fit together, and their shipments."""
    limits = {}
    for name, node in worlds[0].nodes.items():
        limits |= {(name, one.measure.value): one.limit for one in node.capacities}
    for (name, sku), shelf in worlds[0].shelves.items():
        limits |= {(name, sku, k): units for k, units in enumerate(shelf.units)}
    asked = [
        _by_takings(world, plans) for world, plans in zip(worlds, each, strict=True)
    ]
    most = Counter()
    for takings in asked:
        found = Counter()
        for used in takings:
            found |= Counter(dict(used))
        most += found
    scarce = {key for key, n in most.items() if n > limits.get(key, math.inf)}
    so_far = {(): (0.0, ())}
    for takings in asked:
        after = {}
        for (used, (spent, parts)), (more, plan) in product(
            so_far.items(), takings.items()
        ):
            total = Counter(dict(used))
            total.update({key: n for key, n in more if key in scarce})
            if any(n > limits[key] for key, n in total.items()):
                continue
            key, cost = tuple(sorted(total.items())), spent + plan.cost
            if key not in after or cost < after[key][0]:
                after[key] = cost, parts + plan.parts
        so_far = after
    return min(so_far.values(), default=None, key=lambda one: one[0])


def _by_takings(world, plans):
    """Keep the cheapest of the plans that take the same of everything."""
    found = {}
    for plan in plans:
        total, rows = Counter(), defaultdict(list)
        for part in plan.parts:
            rows[part.node].append((part.stock_at, part.units))
            total[part.node, "units"] += sum(part.units)
        for name, loads in rows.items():
            total[name, "orders"] += 1
            taken = world.taken(name, loads)
            for sku in {sku for sku, _ in taken}:
                gone = 0
                for step in range(len(world.shelf(name, sku).units)):
                    gone += taken[sku, step]
                    total[name, sku, step] += gone
        key = frozenset(total.items())
        if key not in found or plan.cost < found[key].cost:
            found[key] = plan
    return found
