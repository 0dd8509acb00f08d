"""
What a router says of deliveries that may be put together at a hub, beside every plan.

As ``beside``: each function takes a seed and yields what is not as brute force has it.
"""

from __future__ import annotations

import math

from beside_alike import is_near
from domroute.router import Router
from domroute.verify import verify
from merging_worlds import drawn_merging
from plain_merging import best_cost

METHODS = ("auto", "subset", "mip")
SHARES = ("are put together at a hub",)
"""What a best plan may do."""


def merging_beside(seed, counts):
    """Route one order by each exact method; hold it to the best, and to the judge."""
    made = drawn_merging(seed)
    cost, is_merged = best_cost(made)
    counts["merging"] += 1
    counts[f"merging {'infeasible' if math.isinf(cost) else 'optimal'}"] += 1
    counts[f"share {SHARES[0]}"] += is_merged
    for method in METHODS:
        solve = made.policy.solve.model_copy(update={"method": method})
        policy = made.policy.model_copy(update={"solve": solve})
        router = Router(made.network, made.inventory, policy)
        result = router.route(made.order, quotes=made.quotes)
        if not is_near(result.cost, cost):
            yield f"costs {result.cost}, not {cost}, by {method}"
        if result.status != ("infeasible" if math.isinf(cost) else "optimal"):
            yield f"{result.status} at {cost}, by {method}"
        if (result.plan.merged_at is not None) != is_merged:
            yield f"put together at {result.plan.merged_at}, by {method}"
        for fault in verify(
            *(result, made.order, made.network, made.inventory, policy),
            quotes=made.quotes,
        ):
            yield f"the judge says {fault}, by {method}"
