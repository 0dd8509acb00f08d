"""Waves with kits and substitutes, held to every joint plan."""

import math
from itertools import product
from random import Random

import pytest

from domroute.router import Router
from kit_worlds import kit_world, lines_of
from plain_kits import usages

MOST = 100_000
"""Joint plans gone through for one wave."""


def _wave(seed):
    """Draw a wave of two orders or three, and what each of their plans takes."""
    world = kit_world(seed)
    draw = Random(-seed)
    items = {item.sku: item for item in world.network.items}
    nodes = [node.id for node in world.network.nodes]
    orders = [world.order]
    for at in range(draw.choice((1, 2))):
        update = {"id": f"p{at}", "lines": tuple(lines_of(draw, items, nodes))}
        orders.append(world.order.model_copy(update=update))
    return world, orders


def _least(world, plans):
    """Return the least that plans cost together, if stock has all they take."""
    best = math.inf
    for joint in product(*[found.items() for found in plans]):
        cost = sum(price for _, price in joint)
        if cost >= best:
            continue
        taken = {}
        for cells, _ in joint:
            for cell, units in cells:
                taken[cell] = taken.get(cell, 0) + units
        if all(units <= world.there[cell] for cell, units in taken.items()):
            best = cost
    return best


@pytest.mark.parametrize("run", range(3))
def test_bounds_of_waves_hold(run):
    """No joint plan is cheaper than the bound, nor the plan cheaper than the best."""
    looked = best_found = 0
    for seed in range(40 * run, 40 * (run + 1)):
        world, orders = _wave(seed)
        if world.policy.objective != "cost" or any(
            node.capacity for node in world.network.nodes
        ):
            continue  # what nodes can do would be shared, too
        plans = [
            usages(asked, world.network, world.there, world.policy) for asked in orders
        ]
        if math.prod(map(len, plans)) > MOST or not all(plans):
            continue
        least = _least(world, plans)
        if math.isinf(least):
            continue
        router = Router(world.network, world.inventory, world.policy)
        batch = router.route_batch(orders, time_limit_s=2)
        looked += 1
        best_found += batch.cost <= least + 1e-6
        assert batch.bound <= least + 1e-6, seed
        assert batch.cost >= least - 1e-6, seed

    assert looked > 10
    assert best_found > 0.9 * looked
