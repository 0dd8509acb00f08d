"""Brute force over a few orders together: every plan of each, tried in combination."""

import math
from collections import Counter
from itertools import product

from oracle import Oracle

SLACK = 1e-6


def best_cost(orders, network, inventory, policy, quotes=None):
    """Return the least cost of orders together; infinite if they cannot all be had."""
    choices = [_plans(o, network, inventory, policy, quotes) for o in orders]
    best = math.inf
    limits = {
        # What is reserved may be more than a node can do: no plan can mend that.
        (node.id, one.measure): max(
            0.0, one.limit - inventory.load(node.id, one.measure)
        )
        for node in network.nodes
        for one in node.capacities
    }
    for plans in product(*choices):
        cost = sum(cost for cost, *_ in plans)
        if cost < best and _fits(plans, limits):
            best = cost
    return best


def _plans(order, network, inventory, policy, quotes):
    """List the cost, units with what they may be at most, and loads of every plan."""
    oracle = Oracle(order, network, inventory, policy, quotes)
    found = {}
    for way in oracle.ways():
        for plan in oracle.plans_of(way) if oracle.allows(way) else ():
            _keep(oracle, way, plan, found)
    return list(found.values())


def _keep(oracle, way, plan, found):
    """Keep a plan where it is the cheapest that takes and uses as much."""
    units, loads = Counter(), Counter()
    for (name, node), count in way.items():
        units[node, oracle.lines[name].sku] += count
    for node in {node for _, node in way}:
        here = {k: u for k, u in way.items() if k[1] == node}
        for one in oracle.nodes[node].capacities:
            loads[node, one.measure] = _load(oracle, node, one.measure, here, plan)
    key = frozenset(units.items()), frozenset(loads.items())
    most = {key: oracle._takeable(key[1], oracle.nodes[key[0]]) for key in units}
    if key not in found or plan.costs.total < found[key][0]:
        found[key] = plan.costs.total, units, most, loads


def _load(oracle, node, measure, way, plan):
    """Measure what an order uses of a node's capacity."""
    return {
        "orders": 1,
        "lines": sum(len(x.contents) for x in plan.shipments if x.node_id == node),
        "units": sum(way.values()),
        "workload": sum(oracle._load(*key) * n for key, n in way.items()),
    }[measure.value]


def _fits(plans, limits):
    """Tell whether plans take no more together than each may take down to."""
    loads = Counter()
    takers = {}
    for _, units, most, load in plans:
        loads.update(load)
        for key, count in units.items():
            takers.setdefault(key, []).append((most[key], count))
    for rows in takers.values():
        for limit, _ in rows:
            if sum(count for other, count in rows if other <= limit) > limit:
                return False
    return all(loads[key] <= limit + SLACK for key, limit in limits.items())
