r"""
A bound by prices of lines, at once and without a solver.

Let every step of atom :math:`j` be worth :math:`\lambda_j`, at most its penalty. Where
no offer gains by shipping,

.. math:: \sum_j u_{ja} \max(0, \lambda_j - c_{ja}) \le f_a \quad \forall a,

no plan costs less than :math:`\sum_j q_j \lambda_j`, whatever limits hold. Prices are
raised line by line, some of the way that is left each time [1]_. What is charged
in steps is replaced by a line below all of them: what it rises by goes with the size of
an atom, the rest with the shipment; several such lines are tried.

References
----------
.. [1] Erlenkotter, D. (1978). A dual-based procedure for uncapacitated facility
   location. *Operations Research* 26(6).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.offers import OfferTable, spread
from domroute.tuning import BoundTuning
from domroute.units import FloatArray

_SAFE: Final = 1e-9
"""Of the bound: more than its sum rounds."""


def line_bound(table: OfferTable, tuned: BoundTuning) -> float:
    """
    Bound any plan from below; minus infinity where something cannot be left or filled.

    Valid for whatever limits hold, since it ignores them all.

    Parameters
    ----------
    table
        The offers; shipments and curves that cost less than nothing are allowed for in
        ``per_shipment`` alone.
    tuned
        Which lines are tried, in how many rounds.
    """
    if table.tally is not None:
        return -math.inf  # prices of lines are prices of atoms here
    slopes = tuned.slopes if table.has_steps else (0.0,)
    is_long = len(table.steps) > tuned.max_atoms
    parts = tuned.parts[-1:] if is_long else tuned.parts
    bound = max(_bound_at(table, *_linear(table, slope), parts) for slope in slopes)
    return bound if bound < IS_FORBIDDEN else -math.inf


def _bound_at(
    table: OfferTable, fixed: FloatArray, cost: FloatArray, parts: tuple[float, ...]
) -> float:
    """Raise the price of each atom as far as no offer gains by it."""
    limit = table.limit
    worth = np.minimum(table.penalty, FORBIDDEN)
    price = np.minimum(worth, cost.min(axis=1, initial=np.inf))
    left = np.maximum(fixed, 0.0)
    offers = [np.flatnonzero(row) for row in limit]
    for part in parts:
        for atom, at in enumerate(offers):
            each, own = cost[atom, at], limit[atom, at]
            above = np.maximum(each, price[atom]) + left[at] / own
            most = min(float(worth[atom]), float(above.min(initial=np.inf)))
            raised = price[atom] + part * max(0.0, most - price[atom])
            gained = np.maximum(0.0, raised - each) - np.maximum(
                0.0, price[atom] - each
            )
            left[at] = np.maximum(0.0, left[at] - gained * own)
            price[atom] = raised
    bound = float(table.steps @ price) + float(np.minimum(fixed, 0.0).sum())
    return bound - _SAFE * abs(bound)


def _linear(table: OfferTable, slope: float) -> tuple[FloatArray, FloatArray]:
    """Return a cost per shipment, ``(A,)``, and per step, ``(J, A)``, below all."""
    once = spread(table.per_atom, table.limit)
    cost = np.where(table.limit > 0, table.per_step + once, np.inf)
    fixed = table.per_shipment.copy()
    most = (table.steps @ table.units).astype(float)
    for at, block in enumerate(table.blocks):
        mine = slice(int(table.first[at]), int(table.first[at + 1]))
        for line in block.below(most[block.lines], slope):
            fixed[mine] += line.start
            size = table.units[:, block.lines] @ line.measure
            cost[:, mine] += size[:, None] * line.rise
    return fixed, cost
