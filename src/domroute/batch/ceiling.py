"""What joint plans cost at most: a bound above that says that there is none."""

from __future__ import annotations

import math

import numpy as np

from domroute.batch.tables import PricingTable
from domroute.batch.wave import Wave
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.units import FloatArray


def most_cost(wave: Wave) -> float:
    """
    Return what no joint plan of a wave costs more than.

    Every step at the dearest price there is for any part, the dearest number of parts,
    and as much left as may be; infinite where an order stands in no table.
    """
    if wave.loners:
        return math.inf
    idle = [abs(cost) for cost in wave.idle.values() if cost < IS_FORBIDDEN]
    total = math.fsum(map(_most_on, wave.tables)) + math.fsum(idle)
    return 1.0 + 2.0 * total  # and to spare, for rounding


def _most_on(table: PricingTable) -> float:
    steps = float(table.lattice.counts[-1].sum())
    extra = table.extra if table.totals.counts_parts else np.zeros(1)
    each = steps * _greatest(table.price[1:]) + _greatest(extra)
    missing = math.fsum(map(_greatest, table.missing.T))
    return len(table.orders) * each + missing


def _greatest(costs: FloatArray) -> float:
    """Return the greatest size of what may be."""
    sizes = np.abs(costs)
    return float(sizes.max(where=sizes < IS_FORBIDDEN, initial=0.0))
