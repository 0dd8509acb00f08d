"""What other orders leave an order, seen over all nodes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domroute.offers.eligibility import Eligibility
from domroute.offers.priced import Offers
from domroute.problem import OrderProblem
from domroute.units import FloatArray


def leave(
    problem: OrderProblem,
    eligibility: Eligibility,
    left: Offers,
    used: FloatArray | None,
) -> tuple[OrderProblem, Eligibility]:
    """Leave an order, over all nodes, what others leave at the nodes at hand."""
    nodes = left.problem.nodes
    stock, free = problem.stock.copy(), eligibility.stock.copy()
    stock[:, nodes] = left.problem.stock
    free[:, nodes] = left.eligibility.stock
    capacity = eligibility.capacity
    if capacity is not None and used is not None:
        capacity = np.maximum(0.0, capacity - used)
    allocated, mine = eligibility.allocated, left.eligibility.allocated
    if allocated is not None and mine is not None:
        shared = allocated.shared.copy()
        shared[:, nodes] = mine.shared
        allocated = replace(allocated, shared=shared)
    return (
        replace(problem, stock=stock),
        replace(
            eligibility,
            stock=free,
            capacity=capacity,
            allocated=allocated,
            days=left.eligibility.days,
        ),
    )
