"""
What a router says of goods that ship alone, apart or handled, beside every plan.

As ``beside``: each function takes a seed and yields what is not as brute force has it.
"""

from __future__ import annotations

import math
import warnings
from random import Random

from beside import order_beside
from domroute.errors import UnmatchedWarning
from domroute.router import Router
from domroute.verify import verify
from parcel_worlds import parcel_world
from plain import rank, ways_of

METHODS = ("auto", "subset", "mip")


def parcels_beside(seed, counts, *, words=True):
    """Route one order by each exact method, show it to the judge, and explain it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnmatchedWarning)
        yield from order_beside(seed, counts, words=words, draw=parcel_world)
        made = parcel_world(Random(seed))
        ways = ways_of(*made)
        best = min((rank(way, made.policy) for way in ways), default=(math.inf,))
        for method in METHODS:
            yield from _routed_beside(made, best[-1], method, counts)


def _routed_beside(made, best, method, counts):
    """Hold what one method finds, alone and in a wave of one, to the best plan."""
    solve = made.policy.solve.model_copy(update={"method": method, "time_limit_s": 99})
    policy = made.policy.model_copy(update={"solve": solve})
    router = Router(made.network, made.inventory, policy)
    alone = router.route(made.order, quotes=made.quotes)
    (together,) = router.route_batch([made.order], quotes=made.quotes)
    for result in (alone, together):
        counts[f"plans by {method}"] += 1
        is_near = math.isclose(result.cost, best, rel_tol=1e-6, abs_tol=1e-9)
        if result.cost != best and not is_near:
            yield f"costs {result.cost}, not {best}, by {method}"
        if result.bound > result.cost + 1e-6 * max(1.0, abs(result.cost)):
            yield f"bound {result.bound} is above {result.cost}, by {method}"
        for fault in verify(
            result,
            made.order,
            made.network,
            made.inventory,
            policy,
            quotes=made.quotes,
        ):
            yield f"the judge says {fault}, by {method}"
