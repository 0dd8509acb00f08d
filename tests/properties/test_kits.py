"""Orders with kits and substitutes, held to every plan there is."""

import pytest

from domroute.router import Router
from domroute.verify import verify
from kit_worlds import kit_world
from plain_kits import best_plan

WORLDS = 60
"""Drawn in each of some runs."""


def _asked(seed, method):
    """Route a drawn order; return the world, the answer and what the judge says."""
    world = kit_world(seed, method)
    router = Router(world.network, world.inventory, world.policy)
    result = router.route(world.order)
    made = world.order, world.network, world.inventory, world.policy
    return world, result, verify(result, *made)


@pytest.mark.parametrize("method", ["auto", "mip"])
@pytest.mark.parametrize("run", range(4))
def test_the_best_plan_is_found(run, method):
    """Cost and status are those of the best of all plans, and the judge agrees."""
    for seed in range(WORLDS * run, WORLDS * (run + 1)):
        world, result, faults = _asked(seed, method)
        best = best_plan(world.order, world.network, world.there, world.policy)

        assert faults == (), seed
        if best is None:
            assert result.status == "infeasible", seed
            continue
        parts = best.goals  # penalty, shipments, cost besides; or cost in all, penalty
        cost = parts[0] + parts[2] if len(parts) == 3 else parts[0]
        assert result.status == "optimal", seed
        assert result.cost == pytest.approx(cost, abs=1e-6), seed


def test_what_is_preferred_leaves_where_it_costs_no_more():
    """Of plans that cost the same, the SKU asked for comes first, then as listed."""
    looked = 0
    for seed in range(400):
        world = kit_world(seed)
        items = {item.sku: item for item in world.network.items}
        lines = world.order.lines
        named = [sku for line in lines for sku in (line.sku, *_others(line))]
        if any(items[sku].components for sku in named) or len(named) == len(lines):
            continue  # of kits that share components it is not told which leaves
        _, result, _ = _asked(seed, "auto")
        best = best_plan(world.order, world.network, world.there, world.policy)
        if best is None:
            continue
        units = {
            (line.id, sku): 0 for line in lines for sku in (line.sku, *_others(line))
        }
        for part in (x for made in result.plan.shipments for x in made.contents):
            units[part.line_id, part.sku] += part.quantity
        most = max(len(line.substitutes) for line in lines)
        ranks = tuple(
            sum(units[line.id, sku] for line in lines for sku in _others(line)[at:])
            for at in range(most)
        )
        looked += 1
        assert ranks == best.ranks, seed

    assert looked > 30


def _others(line):
    """Return the substitutes of a line."""
    return [other.sku for other in line.substitutes]


def test_greedy_plans_hold():
    """A quick plan makes whole kits too, and costs no less than is proven."""
    for seed in range(WORLDS):
        world, result, faults = _asked(seed, "greedy")
        best = best_plan(world.order, world.network, world.there, world.policy)

        assert faults == (), seed
        if best is not None and world.policy.objective == "cost":
            assert result.bound <= best.goals[0] + 1e-9, seed
            assert result.cost >= best.goals[0] - 1e-9, seed
