"""What each node would cost: alone, and as a part of the best plan that uses it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.bundles import price_bundles
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.choice import IS_FORBIDDEN, Take
from domroute.sourcing.lattice import is_small, lattice_of
from domroute.sourcing.offers import tabulate
from domroute.sourcing.subset import cheapest_rest, solve_layers
from domroute.sourcing.totals import total_costs
from domroute.split.atoms import Atoms
from domroute.units import FloatArray


def costs_with_each_node(
    candidates: Candidates, policy: Policy, atoms: Atoms, arrays: NetworkArrays
) -> FloatArray | None:
    """
    Return the cost of the best plan that uses each node; infinite where none may.

    Shape ``(M,)``; None for orders too large to list the parts of. The rest of such a
    plan may come from any node, the same one included, so that a cost may be too low by
    what one shipment saves over two.
    """
    if not is_small(atoms.steps):
        return None
    lattice = lattice_of(atoms.steps)
    bundles = price_bundles(candidates, lattice, atoms, arrays)
    totals = total_costs(candidates, policy, bundles)
    weights = totals.part_weights(bundles)
    layers = solve_layers(lattice, bundles, totals)
    extra = totals.ends_counted(np.zeros_like(layers))
    rest = cheapest_rest(lattice, extra, layers, weights)
    price = bundles.price[1:] + rest[1:, None]
    lowest = price.min(axis=0)
    return np.where(lowest < IS_FORBIDDEN, lowest, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """What one node can fill by itself, as takes, and whether that is everything."""

    takes: tuple[Take, ...]
    is_whole: bool


def alone_at_each_node(candidates: Candidates, atoms: Atoms) -> list[Alone | None]:
    """Say for every node at hand what it can fill by itself; None where nothing."""
    problem = candidates.problem
    table = tabulate(candidates, atoms)
    found: list[Alone | None] = []
    for node in range(len(problem.nodes)):
        best: dict[int, tuple[int, float, Take]] = {}
        for offer in np.flatnonzero(table.node == node).tolist():
            steps = np.zeros_like(table.limit)
            steps[:, offer] = table.limit[:, offer]
            for take in table.takes(steps):
                units = take.units[None, :].astype(float)
                cost = float(take.block.price(units, problem)[0, take.offer])
                key = (-int(take.units.sum()), cost)
                if take.block.group not in best or key < best[take.block.group][:2]:
                    best[take.block.group] = (*key, take)
        takes = tuple(best[group][2] for group in sorted(best))
        filled = sum(int(take.units.sum()) for take in takes)
        found.append(
            Alone(takes, filled == int(problem.quantity.sum())) if takes else None
        )
    return found
