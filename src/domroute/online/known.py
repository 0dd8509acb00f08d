"""Plans that kinds of orders had before: to choose among them is quick."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from domroute.units import FloatArray, IntArray

Took = tuple[IntArray, FloatArray]
"""Cells, and the units taken of each."""


@dataclass(slots=True, eq=False)
class KnownPlans:
    """
    Plans by kind, the kinds in a row; every kind has one at least.

    Parameters
    ----------
    kinds
        Positions of the kinds in the wave.
    """

    kinds: list[int]
    _plans: list[list[tuple[float, Took]]] = field(init=False)
    _costs: FloatArray | None = None
    _first: IntArray = field(default_factory=lambda: np.empty(0, np.int64))
    _plan: IntArray = field(default_factory=lambda: np.empty(0, np.int64))
    _cell: IntArray = field(default_factory=lambda: np.empty(0, np.int64))
    _units: FloatArray = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        """Know nothing yet."""
        self._plans = [[] for _ in self.kinds]

    def add(self, at: int, cost: float, took: Took) -> None:
        """Remember a plan of the kind at a place of the row."""
        self._plans[at].append((cost, took))
        self._costs = None

    def _lay(self) -> FloatArray:
        """Lay all plans side by side."""
        plans = [plan for mine in self._plans for plan in mine]
        sizes = [len(cell) for _, (cell, _) in plans]
        self._first = np.cumsum([0, *(len(mine) for mine in self._plans)])[:-1]
        self._plan = np.repeat(np.arange(len(plans)), sizes)
        self._cell = np.concatenate([cell for _, (cell, _) in plans])
        self._units = np.concatenate([units for _, (_, units) in plans])
        return np.array([cost for cost, _ in plans], float)

    def choose(self, prices: FloatArray) -> tuple[FloatArray, list[Took]]:
        """Find the cheapest plan known of each kind, and what it costs at prices."""
        if self._costs is None:
            self._costs = self._lay()
        paid = prices[self._cell] * self._units
        cost = self._costs + np.bincount(self._plan, paid, minlength=len(self._costs))
        values = np.minimum.reduceat(cost, self._first)
        ends = np.append(self._first[1:], len(cost))
        is_best = cost == np.repeat(values, ends - self._first)
        best = np.flatnonzero(is_best)
        best = best[np.searchsorted(best, self._first)] - self._first
        took = [
            mine[at][1] for mine, at in zip(self._plans, best.tolist(), strict=True)
        ]
        return values, took
