"""Whether what comes before cost is for an order of a wave as it would be alone."""

from __future__ import annotations

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import Take
from domroute.sourcing.comparing import is_near
from domroute.sourcing.kernel import decide
from domroute.units import FloatArray, IntArray
from domroute.words import Objective


def reaches_goals(
    offers: Offers,
    takes: tuple[Take, ...] | None,
    policy: Policy,
    arrays: NetworkArrays,
    *,
    time_limit_s: float,
) -> bool:
    """
    Tell whether an order leaves no more, by no more shipments, than it must.

    A joint plan is by cost: of what comes before that its bound knows nothing.

    Parameters
    ----------
    offers
        As if nobody else had taken anything.
    takes
        Of the joint plan; None where the order has none.
    policy, arrays
        Goals and limits, and the network.
    time_limit_s
        Seconds to find out what the order would do alone.
    """
    if policy.objective is not Objective.FEWEST_SHIPMENTS or takes is None:
        return True
    left = _penalty(offers, takes)
    # One shipment for each delivery that is not left for nothing: there is no less.
    needed = sum(_is_wanted(offers, group.lines) for group in offers.problem.groups)
    if left == 0.0 and len(takes) <= needed:
        return True
    if time_limit_s <= 0:
        return False
    alone = decide(offers, policy, arrays, time_limit_s=time_limit_s)
    if alone.takes is None or not alone.proves_goals:
        return False
    is_least = is_near(left, _penalty(offers, alone.takes))
    return is_least and len(takes) == len(alone.takes)


def _is_wanted(offers: Offers, rows: IntArray) -> bool:
    """Tell whether leaving some of a delivery costs anything."""
    ways, penalty = offers.problem.ways, offers.penalty
    if ways is not None:
        names = {ways.rows[at].id for at in rows.tolist()}
        mine = np.array([line.id in names for line in ways.lines])
        return bool((penalty[mine] > 0).any())
    return bool((penalty[rows] > 0).any())


def _penalty(offers: Offers, takes: tuple[Take, ...]) -> float:
    """Price what is left."""
    problem = offers.problem
    units = np.zeros(len(problem.lines), np.int64)
    for take in takes:
        units[take.block.lines] += take.units
    left: FloatArray = (problem.wanted - problem.filled(units)).astype(float)
    return float(left[left > 0] @ offers.penalty[left > 0])
