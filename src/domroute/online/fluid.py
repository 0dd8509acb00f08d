r"""
The fluid program over whole plans, solved by column generation.

The kernel knows the cheapest plan at any prices; the program knows the best prices for
the plans it was told. They take turns, until no kind of order has a plan that is
cheaper at the prices than what the program has for it: then the prices are the duals
of the program over *all* plans [1]_. Between, Lagrange's bound at the prices says how
far there is to go at most.

References
----------
.. [1] Gilmore, P. C. and Gomory, R. E. (1961). A linear programming approach to the
   cutting-stock problem. *Operations Research* 9(6).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from domroute.batch.cells import Prices
from domroute.online.expected import ExpectedWave, Plans
from domroute.sourcing.master import Duals, Master
from domroute.sourcing.proof import tell
from domroute.units import FloatArray, IntArray

_GAP: Final = 1e-6
"""Of the program's cost and its bound, where the search ends."""
_SAME: Final = 1e-5
"""Part of a cost within which a bound meets it, where simplex is right."""


@dataclass(slots=True, eq=False)
class Fluid:
    """
    The program of one expected wave, which can be solved for other rates again.

    Attributes
    ----------
    prices
        Of every cell, at the best bound; shape ``(C,)``.
    bound, cost
        What the expected orders cost at least; and by the plans known.
    rounds
        How often all kinds were asked.
    """

    wave: ExpectedWave
    prices: FloatArray = field(init=False)
    bound: float = -np.inf
    cost: float = np.inf
    rounds: int = 0
    _row: IntArray = field(init=False)
    _cells: IntArray = field(init=False)
    _stock: FloatArray = field(init=False)
    _master: Master = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what every kind would do alone, and with leaving it."""
        wave = self.wave
        self._cells = wave.contended
        self._row = np.full(len(wave.stock), -1)
        self._row[self._cells] = np.arange(len(self._cells))
        self.prices = np.zeros(len(wave.stock))
        self._stock = wave.there[self._cells].astype(float)
        self._master = Master(wave.rates, self._stock)
        self.start(self.prices)
        self._add_leaving()

    def _add_leaving(self) -> None:
        """Let every kind be left: there is a solution then, whatever the stock."""
        wave = self.wave
        cost = np.full(wave.count, wave.dearest)
        for table in wave.tables:
            cost[table.orders] = table.missing[0]
        for loner in wave.loners:
            cost[loner.at] = wave.leaving(loner)
        for at, missing in wave.idle.items():
            cost[at] = missing
        cost[wave.barred] = 0.0
        for kind, amount in enumerate(cost.tolist()):
            self._master.add(kind, amount, [], [])

    def start(self, prices: FloatArray) -> None:
        """Take up the plans that are best at prices known from before; ``(C,)``."""
        self._add(self._plans(prices), prices, np.flatnonzero(~self.wave.barred))

    def change(
        self, rates: FloatArray, *, more: float = 0.0, cell: int | None = None
    ) -> None:
        """
        Go on with other rates; what is contended stays so.

        Parameters
        ----------
        rates
            Numbers of orders of each kind; shape ``(T,)``.
        more
            Units that are added to every cell.
        cell
            A contended cell that is given one unit more.
        """
        self.wave.rates = np.where(self.wave.barred, 0.0, rates)
        stock = self.wave.there[self._cells].astype(float) + more
        if cell is not None:
            stock[self._row[cell]] += 1.0
        self._stock = stock
        self._master.change(self.wave.rates, stock)

    def solve(self) -> None:
        """Find the best prices, and their bound."""
        self.bound = -np.inf
        for _ in range(self.wave.policy.solve.tuning.ahead.rounds):
            duals = self._master.solve()
            prices = np.zeros(len(self.wave.stock))
            prices[self._cells] = duals.prices
            plans = self._plans(prices)
            self.cost = duals.cost
            bound = self.wave.bound_at(plans, prices, self._stock)
            if bound > self.bound:
                self.bound, self.prices = bound, prices
            better = self._better(plans, duals)
            is_close = self.cost - self.bound <= _GAP * abs(self.cost)
            if not len(better) or (is_close and not self._is_contradicted):
                break
            self._add(plans, prices, better)
        if self._is_contradicted:
            # The bound is summed up from whole plans, at whatever prices: it holds.
            tell(
                f"simplex says that plans cost {self.cost:g}, but nothing costs less "
                f"than {self.bound:g}"
            )

    @property
    def is_proven(self) -> bool:
        """Whether what simplex says meets what is summed up from whole plans."""
        return abs(self.cost - self.bound) <= _SAME * max(1.0, abs(self.bound))

    @property
    def _is_contradicted(self) -> bool:
        return self.cost < self.bound - _GAP * max(1.0, abs(self.bound))

    def _better(self, plans: Plans, duals: Duals) -> IntArray:
        slack = 1e-9 * (1.0 + np.abs(duals.values))
        is_better = ~self.wave.barred & (plans.values < duals.values - slack)
        return np.flatnonzero(is_better)

    def _plans(self, prices: FloatArray) -> Plans:
        self.rounds += 1
        none = np.zeros(len(self.wave.capacity))
        return self.wave.plans(Prices.of(prices, none))

    def _add(self, plans: Plans, prices: FloatArray, kinds: IntArray) -> None:
        """Tell the program the plans of some kinds."""
        paid = np.bincount(
            plans.kind, prices[plans.cell] * plans.units, minlength=self.wave.count
        )
        cost = plans.values - paid
        row = self._row[plans.cell]
        is_kept = (row >= 0) & (plans.units > 0)
        key = plans.kind[is_kept] * max(1, len(self._cells)) + row[is_kept]
        keys, at = np.unique(key, return_inverse=True)
        units = np.bincount(at, plans.units[is_kept], minlength=len(keys))
        kind, row = np.divmod(keys, max(1, len(self._cells)))
        first = np.searchsorted(kind, kinds)
        last = np.searchsorted(kind, kinds, side="right")
        for one, begin, end in zip(
            kinds.tolist(), first.tolist(), last.tolist(), strict=True
        ):
            self._master.add(
                one,
                float(cost[one]),
                row[begin:end].tolist(),
                units[begin:end].tolist(),
            )
