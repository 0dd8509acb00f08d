r"""
Prices on half a cell or more, which prove what prices on units cannot.

Of a cell that holds :math:`s` units no two orders can both take more than half; and
where :math:`s` is even, an order that takes just half leaves none that takes more. In
whole plans that follows from the stock; in a mixture of plans, which is what prices on
units see, one order may have the whole of a cell in half of its plans beside another
that has half of it in all of them. Each of

.. math::

   \sum_b [u_{bc} > s_c / 2] \le 1, \qquad
   [u_{ac} = s_c / 2] + \sum_b [u_{bc} > s_c / 2] \le 1
   \quad \text{for every order } a

holds for every joint plan (they are clique inequalities [1]_, the second kind for even
:math:`s_c`), concerns what one order takes from one node, and so can be priced within
the kernel's question: with :math:`\nu \ge 0` on them the bound stays a bound.

References
----------
.. [1] Padberg, M. W. (1973). On the facial structure of set packing polyhedra.
   *Mathematical Programming* 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from domroute.batch.cells import Crowding
from domroute.batch.prices import Ascent
from domroute.batch.wave import Answer, Wave
from domroute.units import FloatArray, IntArray

_NEVER: Final = 1 << 40
"""More units than any take has."""


@dataclass(slots=True, eq=False)
class _Crowd:
    """
    The prices on half a cell or more, as they move.

    Attributes
    ----------
    large_from, half
        As in :class:`.Crowding`.
    at, cell
        The places of orders at cells where half can be taken, among all cells of all
        tables in a row; and those cells; shape ``(E,)``.
    odd
        The cells where it cannot; shape ``(D,)``.
    own, large
        The prices of half, ``(E,)``; and of more in odd cells, ``(D,)``.
    """

    large_from: IntArray
    half: IntArray
    places: int
    at: IntArray
    cell: IntArray
    odd: IntArray
    own: FloatArray
    large: FloatArray
    own_mean: FloatArray
    large_mean: FloatArray

    @classmethod
    def of(cls, wave: Wave) -> _Crowd:
        """Find the cells that orders could crowd: contended, of two units or more."""
        stock = wave.stock
        is_crowded = wave.is_contended & (stock > 1)
        half = np.where(is_crowded & (stock % 2 == 0), stock // 2, -1)
        none = np.empty(0, np.int64)
        cells = np.concatenate([none, *(s.cell.ravel() for s in wave.tables)])
        at = np.flatnonzero(half[cells] > 0)
        odd = np.flatnonzero(is_crowded & (stock % 2 == 1))
        return cls(
            large_from=np.where(is_crowded, stock // 2 + 1, _NEVER),
            half=half,
            places=len(cells),
            at=at,
            cell=cells[at],
            odd=odd,
            own=np.zeros(len(at)),
            large=np.zeros(len(odd)),
            own_mean=np.zeros(len(at)),
            large_mean=np.zeros(len(odd)),
        )

    def prices(self) -> Crowding:
        """Lay the prices out by cell and by place."""
        large = np.zeros(len(self.half))
        np.add.at(large, self.cell, self.own)
        large[self.odd] = self.large
        halves = np.zeros(self.places)
        halves[self.at] = self.own
        return Crowding(self.large_from, self.half, large, halves)

    def step(self, wave: Wave, answer: Answer, length: float) -> None:
        """Raise the price where too much is taken on average; lower it elsewhere."""
        many, has_half = self._measure(wave, answer)
        memory = wave.tuning.crowding.memory
        over = has_half[self.at] + many[self.cell] - 1.0
        self.own_mean += (1 - memory) * (over - self.own_mean)
        self.own = np.maximum(0.0, self.own + length * self.own_mean)
        self.large_mean += (1 - memory) * (many[self.odd] - 1.0 - self.large_mean)
        self.large = np.maximum(0.0, self.large + length * self.large_mean)

    def _measure(self, wave: Wave, answer: Answer) -> tuple[FloatArray, FloatArray]:
        """Count the large takes of each cell, and mark where half is taken."""
        many = np.zeros(len(self.half))
        has_half = np.zeros(self.places)
        for table, picks in zip(wave.tables, answer.picks, strict=True):
            cell = table.cell[:, picks.column]
            units = table.taken[picks.part].T
            large = cell[units >= self.large_from[cell]]
            np.add.at(many, large, 1.0)
            k, pick = np.nonzero(units == self.half[cell])
            width = table.cell.shape[1]
            has_half[table.cell_at + k * width + picks.column[pick]] = 1.0
        return many, has_half


@dataclass(slots=True, eq=False)
class CrowdedAscent(Ascent):
    """The ascent gone on from its best prices, with prices on half a cell or more."""

    _crowd: _Crowd = field(init=False)
    _kept: tuple[FloatArray, FloatArray] = field(init=False)

    def __post_init__(self) -> None:
        """Set out with shorter steps."""
        super(CrowdedAscent, self).__post_init__()
        tuned = self.wave.tuning.crowding
        self._patience = tuned.patience
        self._length *= tuned.first
        self._first_length = self._length
        self._crowd = _Crowd.of(self.wave)
        self._keep()

    @classmethod
    def after(cls, ascent: Ascent) -> CrowdedAscent:
        """Go on where an ascent stands."""
        return cls(ascent.wave, ascent.prices, ascent.bound, ascent.answer)

    @property
    def is_over(self) -> bool:
        """Whether more steps would change little, or nothing can be crowded."""
        is_idle = not (len(self._crowd.at) or len(self._crowd.odd))
        return is_idle or super(CrowdedAscent, self).is_over

    def _ask(self) -> Answer:
        # Near the best prices it matters that no order takes from a node twice.
        return self.wave.ask(self._now, is_strict=True)

    def _step(self, answer: Answer) -> None:
        self._crowd.step(self.wave, answer, self._length)
        super(CrowdedAscent, self)._step(answer)
        self._now = replace(self._now, crowding=self._crowd.prices())

    def _keep(self) -> None:
        self._kept = self._crowd.own, self._crowd.large

    def _go_back(self) -> Answer:
        self._crowd.own, self._crowd.large = self._kept
        return super(CrowdedAscent, self)._go_back()
