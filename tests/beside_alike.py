"""What all that is held to brute force by seeds is held to alike."""

from __future__ import annotations

import math
import warnings

from domroute.errors import BackorderWarning
from domroute.router import Router
from domroute.verify import verify

METHODS = ("auto", "subset", "mip")


def is_near(one, other):
    """Tell whether two costs are one, infinite ones too."""
    return one == other or abs(one - other) <= 1e-6 * max(1e-3, abs(other))


def best_beside(made, cost, besides=lambda _: ()):
    """
    Route an order by each exact method; hold it to the best there is, and the judge.

    What is to be held besides is a function of a result, which yields what differs.
    """
    wanted = "infeasible" if math.isinf(cost) else "optimal"
    for method in METHODS:
        solve = made.policy.solve.model_copy(update={"method": method})
        policy = made.policy.model_copy(update={"solve": solve})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BackorderWarning)
            router = Router(made.network, made.inventory, policy)
        result = router.route(made.order, quotes=made.quotes)
        found = []
        if not is_near(result.cost, cost):
            found.append(f"costs {result.cost}, not {cost}")
        if result.status != wanted:
            found.append(f"{result.status} at {cost}")
        asked = result, made.order, made.network, made.inventory, policy
        found += [f"the judge says {x}" for x in verify(*asked, quotes=made.quotes)]
        yield from (f"{text}, by {method}" for text in (*found, *besides(result)))


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
