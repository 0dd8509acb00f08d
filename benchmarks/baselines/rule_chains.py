"""
The rule chains of today's engines, on the data and at the prices we use.

``fewest_then_nearest`` and ``fewest_then_cheapest`` are exact, which engines seldom
are: they find the fewest shipments and, among those plans, the least total distance or
the least cost. Our own solver answers both, asked for the fewest shipments first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from benchmarks.baselines.pricing import Prices, Takes
from domroute import Objective, Order, Policy

Chain = Callable[[Order], Takes]


def chains_of(prices: Prices) -> dict[str, Chain]:
    """Return the chains by name, ready for one stream."""
    return {
        "nearest first": lambda order: nearest_first(prices, order),
        "most coverage first": lambda order: most_coverage_first(prices, order),
        "one dc, one store, split": lambda order: dc_store_split(prices, order),
        "fewest, then nearest": fewest_then_nearest(prices),
        "fewest, then cheapest": fewest_then_cheapest(prices),
    }


def nearest_first(prices: Prices, order: Order) -> Takes:
    """Go from near to far and take whatever is still wanted."""
    return _sweep(prices, order, np.argsort(prices.distances_km(order), kind="stable"))


def most_coverage_first(prices: Prices, order: Order) -> Takes:
    """Take from the node that fills most of what is still wanted; the nearer of two."""
    stock, far = prices.stock_of(order), prices.distances_km(order)
    left = np.array([line.quantity for line in order.lines])
    takes: dict[tuple[int, int], int] = {}
    while True:
        units = np.minimum(stock, left[:, None])
        covered = units.sum(axis=0)
        if not covered.any():
            return takes
        n = int(np.lexsort((far, -covered))[0])
        for at in np.flatnonzero(units[:, n]):
            takes[int(at), n] = int(units[at, n])
        left = left - units[:, n]
        stock[:, n] = 0


def dc_store_split(prices: Prices, order: Order) -> Takes:
    """Try the nearest center that fills it all, then such a store, then a split."""
    stock, far = prices.stock_of(order), prices.distances_km(order)
    wanted = np.array([line.quantity for line in order.lines])
    fills = (stock >= wanted[:, None]).all(axis=0) & (prices.room >= wanted.sum())
    for kind in (prices.is_dc, ~prices.is_dc):
        alone = np.flatnonzero(fills & kind)
        if alone.size:
            return _sweep(prices, order, [int(alone[far[alone].argmin()])])
    return _sweep(prices, order, np.lexsort((far, ~prices.is_dc)))


def fewest_then_nearest(prices: Prices) -> Chain:
    """Use the fewest shipments that fill most; of those, the least total distance."""
    policy = Policy(
        costs=[{"term": "distance", "per_shipment_km": 1.0}],
        unfilled_penalty=1e6,
        objective=Objective.FEWEST_SHIPMENTS,
    )
    return _routed(prices, policy)


def fewest_then_cheapest(prices: Prices) -> Chain:
    """Use the fewest shipments that fill most; among those, the cheapest."""
    return _routed(prices, fewest_first(prices.stream.policy))


def fewest_first(policy: Policy) -> Policy:
    """Put the number of shipments before their cost."""
    return policy.model_copy(update={"objective": Objective.FEWEST_SHIPMENTS})


def _sweep(prices: Prices, order: Order, nodes: Iterable[int]) -> Takes:
    stock = prices.stock_of(order)
    left = [line.quantity for line in order.lines]
    takes: dict[tuple[int, int], int] = {}
    for n in nodes:
        room = prices.room[n]
        for at, wanted in enumerate(left):
            units = int(min(wanted, stock[at, n], room))
            if units:
                takes[at, int(n)] = units
                left[at] -= units
                room -= units
        if not any(left):
            break
    return takes


def _routed(prices: Prices, policy: Policy) -> Chain:
    router = prices.stream.router(policy)
    return lambda order: prices.takes_of(order, router.route(order).plan)
