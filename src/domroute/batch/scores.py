"""How much each node matters to each order, at some prices."""

from __future__ import annotations

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.sheets import Sheet
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.walk import filled
from domroute.units import FloatArray, IntArray


def ranked_columns(sheet: Sheet, prices: Prices) -> IntArray:
    """List the columns of a sheet, order by order, the best first; ``(X,)``."""
    score = np.concatenate(
        [_score(sheet, prices, begin, end) for begin, end in sheet.chunks()]
    )
    order = np.repeat(np.arange(len(sheet.orders)), np.diff(sheet.first))
    ranked: IntArray = np.lexsort((score, order))
    return ranked


def _score(sheet: Sheet, prices: Prices, begin: int, end: int) -> FloatArray:
    """Return what plans that use each column cost at least; ``(X,)``."""
    columns = slice(int(sheet.first[begin]), int(sheet.first[end]))
    cost = sheet.at(prices, columns)
    sizes = np.diff(sheet.first[begin : end + 1])
    starts = sheet.first[begin:end] - columns.start
    best = np.minimum.reduceat(cost, starts, axis=1)
    pairs = sheet.lattice.every
    # One part is all there may be; of other limits on parts the score knows nothing.
    if sheet.totals.most_parts == 1:
        around = np.full(best.shape, FORBIDDEN)
        around[0] = 0.0
    else:
        around = filled(sheet.lattice, best).cost
    state = np.repeat(pairs.states, np.diff(np.append(pairs.starts, len(pairs.part))))
    ends = around[pairs.rest] + sheet.missing[state, begin:end]
    by_part = np.argsort(pairs.part, kind="stable")
    parts, first = np.unique(pairs.part[by_part], return_index=True)
    rest = np.full(best.shape, FORBIDDEN)
    rest[parts] = np.minimum.reduceat(ends[by_part], first, axis=0)
    whole = cost + np.repeat(rest, sizes, axis=1)
    least: FloatArray = whole[1:].min(axis=0)
    return np.minimum(least, IS_FORBIDDEN)
