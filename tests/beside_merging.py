"""
What a router says of deliveries that may be put together at a hub, beside every plan.

As ``beside``: each function takes a seed and yields what is not as brute force has it.
"""

from __future__ import annotations

import math

from beside_alike import best_beside
from merging_worlds import drawn_merging
from plain_merging import best_cost

SHARES = ("are put together at a hub",)
"""What a best plan may do."""


def merging_beside(seed, counts):
    """Route one order by each exact method; hold it to the best, and to the judge."""
    made = drawn_merging(seed)
    cost, is_merged = best_cost(made)
    counts["merging"] += 1
    counts[f"merging {'infeasible' if math.isinf(cost) else 'optimal'}"] += 1
    counts[f"share {SHARES[0]}"] += is_merged

    def hub_beside(result):
        if (result.plan.merged_at is not None) != is_merged:
            yield f"put together at {result.plan.merged_at}"

    yield from best_beside(made, cost, hub_beside)
