"""Local search over which offers ship: open one, close one, or trade one for one."""

from __future__ import annotations

import numpy as np

from domroute.sourcing.filling import Filling
from domroute.units import FloatArray


def search_swaps(
    filling: Filling, ships: FloatArray, *, keep: int
) -> tuple[FloatArray, FloatArray]:
    """
    Go from a choice of ships to the best of its neighbors, until none is better.

    Parameters
    ----------
    filling
        The order.
    ships
        Whole ships to start from; shape ``(A,)``.
    keep
        How many choices to return.

    Returns
    -------
    ships, costs
        The cheapest choices seen, best first; shapes ``(B, A)`` and ``(B,)``.
    """
    seen, costs = ships[None], filling.costs(ships[None])
    moves = (_flips, _trades)
    at = 0
    while at < len(moves):
        best = costs[0]
        near = moves[at](seen[0])
        seen = np.concatenate((seen, near))
        costs = np.append(costs, filling.costs(near))
        seen, first = np.unique(seen, axis=0, return_index=True)
        order = np.argsort(costs[first], kind="stable")[:keep]
        seen, costs = seen[order], costs[first][order]
        # Trades are many: they are tried where no flip helps.
        at = 0 if costs[0] < best - 1e-9 else at + 1
    return seen, costs


def _flips(ships: FloatArray) -> FloatArray:
    """Open or close each offer."""
    return np.abs(ships - np.eye(len(ships)))


def _trades(ships: FloatArray) -> FloatArray:
    """Trade each offer used for each that is not."""
    used, idle = np.flatnonzero(ships > 0), np.flatnonzero(ships == 0)
    traded = np.repeat(ships[None], len(used) * len(idle), axis=0)
    at = np.arange(len(traded))
    traded[at, np.repeat(used, len(idle))] = 0.0
    traded[at, np.tile(idle, len(used))] = 1.0
    return traded
