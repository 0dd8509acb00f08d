"""
What a router says of orders of all kinds of lines, beside every plan there is.

As ``beside``: each function takes a seed and yields what is not as brute force has it.
"""

from __future__ import annotations

import math

from domroute.router import Router
from domroute.verify import verify
from mixed_worlds import drawn_mixed
from plain_mixed import MixedWorld

METHODS = ("auto", "mip")
SHARES = (
    *("send a substitute", "send some of the SKU asked for and a substitute"),
    *("wait for stock", "leave what may wait", "leave the kit"),
    *("make the kit at two nodes", "bring to the store by lane", "take the shelf's"),
    *("leave what is collected at the curb", "leave what is for the store"),
    *("hand over at the curb", "fill all", "send to both addresses"),
)
"""What a best plan may do."""


def mixed_beside(seed, counts):
    """Route one order by each exact method; hold cost and status, and ask the judge."""
    made = drawn_mixed(seed)
    world = MixedWorld(*made)
    best = min(world.plans(), default=None, key=lambda plan: plan.rank)
    counts["mixed"] += 1
    counts[f"mixed {'infeasible' if best is None else 'optimal'}"] += 1
    if best is not None:
        found = set(shares_of(world, best))
        for name in SHARES:
            counts[f"share {name}"] += name in found
    for method in METHODS:
        yield from _routed_beside(made, best, method)


def _routed_beside(made, best, method):
    """Hold what one method finds to the best plan."""
    solve = made.policy.solve.model_copy(update={"method": method})
    policy = made.policy.model_copy(update={"solve": solve})
    result = Router(made.network, made.inventory, policy).route(made.order)
    cost = math.inf if best is None else best.cost
    if result.cost != cost and not math.isclose(
        result.cost, cost, rel_tol=1e-6, abs_tol=1e-9
    ):
        yield f"costs {result.cost}, not {cost}, by {method}"
    wanted = "infeasible" if best is None else "optimal"
    if result.status != wanted:
        yield f"{result.status}, not {wanted}, by {method}"
    for fault in verify(result, made.order, made.network, made.inventory, policy):
        yield f"the judge says {fault}, by {method}"


def shares_of(world, best):
    """Yield what a best plan does with each kind of line."""
    left = world.unfilled(best.left)
    gone = [m - n for m, n in zip(world.most, best.left, strict=True)]
    own, *others = world.options(gone)["stand-in"]
    ways = [
        (world.laid[at].line.id, part)
        for part in best.parts
        for at, n in enumerate(part.units)
        if n
    ]
    nodes = {name: {p.node for of, p in ways if of == name} for name, _ in ways}
    by = {part.service for name, part in ways if name == "store"}
    ends = {p.delivery.to for _, p in ways if p.delivery.method == "ship"}
    said = {
        "send a substitute": any(others),
        "send some of the SKU asked for and a substitute": own and any(others),
        "wait for stock": any(part.stock_at is not None for part in best.parts),
        "leave what may wait": left["wait"],
        "leave the kit": left["kit"],
        "make the kit at two nodes": len(nodes.get("kit", ())) > 1,
        "bring to the store by lane": "truck" in by,
        "take the shelf's": None in by,
        "leave what is collected at the curb": left["curb"],
        "leave what is for the store": left["store"],
        "hand over at the curb": "curb" in nodes,
        "fill all": not any(left.values()),
        "send to both addresses": len(ends) > 1,
    }
    yield from (name for name, is_so in said.items() if is_so)
