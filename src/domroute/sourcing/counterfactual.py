"""What each node would cost: alone, and as a part of the best plan that uses it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.sourcing.bundles import Bundles, price_bundles
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN, Take
from domroute.sourcing.lattice import Lattice, is_small, lattice_of
from domroute.sourcing.limits import limits_of
from domroute.sourcing.offers import OfferTable, tabulate
from domroute.sourcing.subset import cheapest_rest, solve_layers
from domroute.sourcing.totals import Totals, total_costs
from domroute.split.atoms import Atoms
from domroute.units import FloatArray, IntArray, least_worth


def costs_with_each_node(
    candidates: Candidates, policy: Policy, atoms: Atoms, arrays: NetworkArrays
) -> FloatArray | None:
    """
    Return the cost of the best plan that uses each node; infinite where none may.

    Shape ``(M,)``; None for orders too large to list the parts of. The rest of such a
    plan comes from other nodes, of which it may use one twice: where a cost is not
    exact, it is too low.
    """
    if not is_small(atoms.steps, candidates.offer_count):
        return None
    lattice = lattice_of(atoms.steps)
    bundles = price_bundles(candidates, lattice, atoms, arrays)
    totals = total_costs(candidates, policy, bundles)
    if not bundles.price.shape[1]:
        return np.empty(0)
    rest = _rest_of(lattice, bundles, totals)
    lowest = (bundles.price[1:] + rest[1:, None]).min(axis=0)
    # Only a node that is the cheapest for some part can turn up in its own rest.
    for node in np.unique(bundles.price[1:].argmin(axis=1)).tolist():
        others = bundles.price.copy()
        others[:, node] = FORBIDDEN
        rest = _rest_of(lattice, replace(bundles, price=others), totals)
        lowest[node] = (bundles.price[1:, node] + rest[1:]).min()
    return np.where(lowest < IS_FORBIDDEN, lowest, np.inf)


def _rest_of(lattice: Lattice, bundles: Bundles, totals: Totals) -> FloatArray:
    layers = solve_layers(lattice, bundles, totals)
    extra = totals.ends_counted(np.zeros_like(layers))
    return cheapest_rest(lattice, extra, layers, totals.part_weights(bundles))


def alone_at_each_node(
    candidates: Candidates, policy: Policy, atoms: Atoms, arrays: NetworkArrays
) -> list[tuple[Take, ...] | Reason | None]:
    """
    Say for every node at hand what it can fill by itself, or what keeps it from any.

    None where it is no candidate, for a reason that eligibility gives.
    """
    table = tabulate(candidates, atoms)
    limits = limits_of(candidates, table, policy, arrays)
    fill = limits.fit(table.limit, np.zeros_like(table.limit))
    found: list[tuple[Take, ...] | Reason | None] = []
    for node in range(len(candidates.problem.nodes)):
        offers = np.flatnonzero(table.node == node)
        takes = _fullest(candidates, table, fill, offers)
        if takes:
            found.append(takes)
        elif len(offers) and table.limit[:, offers].any():
            value = (table.value @ table.limit[:, offers]).max()
            minimum = arrays.minimum_order[candidates.problem.nodes[node]]
            is_small = value < least_worth(float(minimum))
            found.append(Reason.BELOW_MINIMUM_ORDER if is_small else Reason.NO_CAPACITY)
        else:
            capacity = candidates.eligibility.capacity
            is_full = capacity is not None and capacity[node] <= 0
            found.append(Reason.NO_CAPACITY if is_full else None)
    return found


def _fullest(
    candidates: Candidates, table: OfferTable, fill: IntArray, offers: IntArray
) -> tuple[Take, ...]:
    """Take for each group the service that fills most, the cheapest among equals."""
    best: dict[int, tuple[int, float, Take]] = {}
    for offer in offers.tolist():
        steps = np.zeros_like(fill)
        steps[:, offer] = fill[:, offer]
        for take in table.takes(steps):
            units = take.units[None, :].astype(float)
            cost = float(take.block.price(units, candidates.problem)[0, take.offer])
            key = (-int(take.units.sum()), cost)
            if take.block.group not in best or key < best[take.block.group][:2]:
                best[take.block.group] = (*key, take)
    return tuple(best[group][2] for group in sorted(best))
