"""How much each node matters to each order, at some prices."""

from __future__ import annotations

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.tables import PricingTable
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.walk import filled
from domroute.units import FloatArray, IntArray


def ranked_columns(table: PricingTable, prices: Prices) -> IntArray:
    """List the columns of a table, order by order, the best first; ``(X,)``."""
    score = np.concatenate(
        [_score(table, prices, begin, end) for begin, end in table.chunks()]
    )
    order = np.repeat(np.arange(len(table.orders)), np.diff(table.first))
    ranked: IntArray = np.lexsort((score, order))
    return ranked


def _score(table: PricingTable, prices: Prices, begin: int, end: int) -> FloatArray:
    """Return what plans that use each column cost at least; ``(X,)``."""
    columns = slice(int(table.first[begin]), int(table.first[end]))
    cost = table.at(prices, columns)
    sizes = np.diff(table.first[begin : end + 1])
    starts = table.first[begin:end] - columns.start
    best = np.minimum.reduceat(cost, starts, axis=1)
    pairs = table.lattice.every
    # One part is all there may be; of other limits on parts the score knows nothing.
    if table.totals.most_parts == 1:
        around = np.full(best.shape, FORBIDDEN)
        around[0] = 0.0
    else:
        around = filled(table.lattice, best).cost
    state = np.repeat(pairs.states, np.diff(np.append(pairs.starts, len(pairs.part))))
    ends = around[pairs.rest] + table.missing[state, begin:end]
    by_part = np.argsort(pairs.part, kind="stable")
    parts, first = np.unique(pairs.part[by_part], return_index=True)
    rest = np.full(best.shape, FORBIDDEN)
    rest[parts] = np.minimum.reduceat(ends[by_part], first, axis=0)
    whole = cost + np.repeat(rest, sizes, axis=1)
    least: FloatArray = whole[1:].min(axis=0)
    return np.minimum(least, IS_FORBIDDEN)
