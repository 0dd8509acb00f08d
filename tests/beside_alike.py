"""What all that is held to brute force by seeds is held to alike."""

from __future__ import annotations

import math


def is_near(one, other):
    """Tell whether two costs are one, infinite ones too."""
    return one == other or abs(one - other) <= 1e-6 * max(1e-3, abs(other))


def nodes_beside(plans, told):
    """Hold the cost with each node to the best plan that uses it."""
    for part in told.nodes:
        mine = min(
            (plan for plan in plans if part.node_id in plan.nodes),
            default=None,
            key=lambda plan: plan.rank,
        )
        cost = math.inf if mine is None else mine.cost
        if not is_near(part.cost_with, cost):
            yield f"with {part.node_id} {part.cost_with}, not {cost}"
        if (part.reason is None) != (mine is not None):
            yield f"{part.node_id} has {part.reason} at {cost}"


def sent(world, shipment):
    """Say what a shipment goes by, and how many units of each line it holds."""
    at = {line.id: k for k, line in enumerate(world.lines)}
    units = list(world.zero)
    for content in shipment.contents:
        units[at[content.line_id]] += content.quantity
    line = world.lines[at[shipment.contents[0].line_id]]
    key = shipment.node_id, world.delivery_of(line), shipment.service
    return key, tuple(units)
