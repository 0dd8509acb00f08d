"""
Rules that fill the orders of the online test-bed one by one.

Compiled, since nine million orders arrive. What a rule sends to a node that has none
left is canceled, item by item, as in the papers; rules that are exact look at what is
left, and so cancel only where nothing is cheaper.

References
----------
.. [1] Jasin, S. and Sinha, A. (2015). An LP-based correlated rounding scheme for
   multi-item ecommerce order fulfillment. *Operations Research* 63(6).
.. [2] Ma, W. (2023). Order-optimal correlated rounding for fulfilling multi-item
   e-commerce orders. *Manufacturing & Service Operations Management* 25.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from benchmarks.families.online import Bed

_ALMOST = 1e-7


# --- rounding: where each item of an order is tried ----------------------------------


def closest(bed: Bed, types: np.ndarray, metros: np.ndarray) -> np.ndarray:
    """Try the closest node that carries the item, whatever is left; ``(T, 5)``."""
    return bed.closest[metros[:, None], _items(bed, types)]


def independent(
    bed: Bed, types: np.ndarray, metros: np.ndarray, share: np.ndarray, seed: int
) -> np.ndarray:
    """Draw the node of each item by its shares, by itself."""
    random = np.random.default_rng(seed)
    return _draw(_shares(bed, types, metros, share), random)


def dilated(
    bed: Bed, types: np.ndarray, metros: np.ndarray, share: np.ndarray, seed: int
) -> np.ndarray:
    """Let nodes open at exponential times, which items see stretched by shares [2]_."""
    random = np.random.default_rng(seed)
    opens = random.exponential(size=(len(types), 1, len(bed.fixed)))
    shares = _shares(bed, types, metros, share)
    never = np.full(shares.shape, np.inf)
    return np.divide(opens, shares, out=never, where=shares > _ALMOST).argmin(axis=2)


def correlated(
    bed: Bed, types: np.ndarray, metros: np.ndarray, share: np.ndarray, seed: int
) -> np.ndarray:
    """
    Lay the shares of each node in layers of items that can travel together [1]_.

    A layer of m of n items is drawn with m / n of its height, and takes all of them;
    the other items of the order draw from what is left of their layers.
    """
    random = np.random.default_rng(seed)
    tried = np.zeros((len(types), bed.items.shape[1]), np.int64)
    key = np.minimum(types, len(bed.items) - 1) * len(bed.share) + metros
    for one in np.unique(key[types < len(bed.items)]).tolist():
        of_type, metro = divmod(one, len(bed.share))
        mine = np.flatnonzero((key == one) & (types == of_type))
        count = int(bed.sizes[of_type])
        height, node, members = _layers(share[of_type, metro, :count])
        lengths = height * members.sum(axis=1) / count
        drawn = _pick(np.tile(lengths, (len(mine), 1)), random)
        for item in range(count):
            rest = np.where(members[:, item], height - lengths, 0.0)
            alone = _pick(np.tile(rest, (len(mine), 1)), random)
            layer = np.where(members[drawn, item], drawn, alone)
            tried[mine, item] = node[layer]
    return tried


def _layers(share: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut the shares of items by node, ``(n, K + 1)``: heights, nodes and members."""
    height, node, members = [], [], []
    for at, column in enumerate(share.T):
        left = column.copy()
        for many in range(len(left), 0, -1):
            is_in = left > _ALMOST
            if is_in.sum() == many:
                height.append(left[is_in].min())
                node.append(at)
                members.append(is_in)
                left[is_in] -= height[-1]
    return np.array(height), np.array(node), np.array(members)


def _items(bed: Bed, types: np.ndarray) -> np.ndarray:
    """Return the items of arrivals; those of empty orders do not matter."""
    return bed.items[np.minimum(types, len(bed.items) - 1)]


def _shares(
    bed: Bed, types: np.ndarray, metros: np.ndarray, share: np.ndarray
) -> np.ndarray:
    return share[np.minimum(types, len(bed.items) - 1), metros]


def _draw(shares: np.ndarray, random: np.random.Generator) -> np.ndarray:
    flat = shares.reshape(-1, shares.shape[-1])
    return _pick(flat, random).reshape(shares.shape[:-1])


def _pick(weights: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw a position in each row, as often as it weighs."""
    edges = weights.cumsum(axis=1)
    at = random.random(len(edges)) * edges[:, -1]
    return (edges <= at[:, None]).sum(axis=1).clip(max=weights.shape[1] - 1)


def run_tried(
    bed: Bed, types: np.ndarray, metros: np.ndarray, tried: np.ndarray
) -> float:
    """Fill orders where they are tried, and return what that costs."""
    return float(
        _run_tried(
            types, metros, tried, bed.items, bed.sizes, bed.fixed, bed.unit,
            bed.stock.copy(),
        )
    )  # fmt: skip


@njit(cache=True)
def _run_tried(  # noqa: PLR0917 - compiled code takes no keywords
    types, metros, tried, items, sizes, fixed, unit, stock
):
    total, nodes = 0.0, len(fixed)
    for at in range(len(types)):
        of_type = types[at]
        used = 0
        for j in range(sizes[of_type] if of_type < len(items) else 0):
            node, item = tried[at, j], items[of_type, j]
            if node < nodes - 1 and stock[node, item] > 0:
                stock[node, item] -= 1
            else:
                node = nodes - 1
            total += unit[metros[at], node]
            if not used >> node & 1:
                used |= 1 << node
                total += fixed[node]
    return total


# --- exact, at values ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """
    What a unit is worth while some arrivals come, as :class:`domroute.StockValue` says.

    Attributes
    ----------
    value, planned, per_arrival
        Shape ``(K, I)``; ``planned`` zero where values stay as they are.
    nudge
        How strongly values follow what is used.
    """

    value: np.ndarray
    planned: np.ndarray
    per_arrival: np.ndarray
    nudge: float

    @classmethod
    def fixed(cls, value: np.ndarray) -> Values:
        """Keep values as they are."""
        nothing = np.zeros(value.shape)
        return cls(value, nothing, nothing, 0.0)


def run_exact(
    bed: Bed, types: np.ndarray, metros: np.ndarray, stock: np.ndarray, values: Values
) -> tuple[float, np.ndarray]:
    """
    Fill every order as it is cheapest with what is left, at values; stock is taken off.

    Returns
    -------
    cost, chosen
        Without values; and the node of each item, ``(T, 5)``.
    """
    chosen = np.full((len(types), bed.items.shape[1]), -1)
    cost = _run_exact(
        types, metros, bed.items, bed.sizes, bed.fixed, bed.unit, stock,
        values.value, values.planned, values.per_arrival, values.nudge, chosen,
    )  # fmt: skip
    return float(cost), chosen


@njit(cache=True)
def _run_exact(  # noqa: PLR0917 - likewise
    types, metros, items, sizes, fixed, unit, stock, value, planned, rate, nudge, chosen
):
    total, nodes = 0.0, len(fixed)
    price, trial = np.zeros((5, nodes)), np.zeros(5, np.int64)
    for at in range(len(types)):
        of_type = types[at]
        if of_type >= len(items):
            continue
        count, mine = sizes[of_type], items[of_type]
        for j in range(count):
            item = mine[j]
            for node in range(nodes - 1):
                price[j, node] = np.inf
                if stock[node, item] > 0:
                    worth = value[node, item]
                    if planned[node, item] > 0:
                        left = max(0.0, planned[node, item] - rate[node, item] * at)
                        x = nudge * (left - stock[node, item])
                        x /= np.sqrt(planned[node, item])
                        worth *= np.exp(max(-1.0, min(1.0, x)))
                    price[j, node] = unit[metros[at], node] + worth
            price[j, nodes - 1] = unit[metros[at], nodes - 1]
        _choose(price, count, fixed, trial, chosen[at])
        used = 0
        for j in range(count):
            node = chosen[at, j]
            if node < nodes - 1:
                stock[node, mine[j]] -= 1
            total += unit[metros[at], node]
            if not used >> node & 1:
                used |= 1 << node
                total += fixed[node]
    return total


@njit(cache=True)
def _choose(price, count, fixed, trial, chosen):
    """Try every set of nodes of at most as many as items: each item takes the best."""
    nodes, best = len(fixed), np.inf
    for chosen_set in range(1, 1 << nodes):
        cost, many = 0.0, 0
        for node in range(nodes):
            if chosen_set >> node & 1:
                cost += fixed[node]
                many += 1
        if many > count:
            continue
        for j in range(count):
            least = np.inf
            for node in range(nodes):
                if chosen_set >> node & 1 and price[j, node] < least:
                    least = price[j, node]
                    trial[j] = node
            cost += least
            if cost >= best:
                break
        if cost < best:
            best = cost
            chosen[:count] = trial[:count]
