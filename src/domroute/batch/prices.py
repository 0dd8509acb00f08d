r"""
Prices on what orders compete for, and the bound that they prove.

With :math:`u_{oc}` the units that order :math:`o` takes of cell :math:`c`,
:math:`w_{oq}` what it uses of capacity :math:`q`, of which a node may have several,
stock :math:`s` and capacities :math:`b`, for any prices :math:`\lambda, \gamma \ge 0`

.. math::

   L(\lambda, \gamma) = \sum_o \min_{p} \Bigl( c_o(p) + \sum_c \lambda_c u_{oc}(p)
        + \sum_q \gamma_q w_{oq}(p) \Bigr) - \lambda s - \gamma b

is a lower bound on the cost of the batch [1]_: the minimum is the kernel's question.
Answered exactly for every order, the best prices prove what the linear program over all
plans of all orders proves; where parts may share a node, or an order is too large to
list its parts, something below the minimum stands for it, and the bound still holds.
The prices rise where more is wanted than there is
and fall where less is; the steps are those of Adam [2]_, projected on what is not
negative.

Where a whole interval of prices is best, its upper end is what one unit less would
cost, and its lower end what one unit more is worth. The lower end is what little more
stock than there is makes of it, at all cells at once: there the search ends.

References
----------
.. [1] Geoffrion, A. M. (1974). Lagrangean relaxation for integer programming.
   *Mathematical Programming Study* 2.
.. [2] Kingma, D. P. and Ba, J. (2015). Adam: a method for stochastic optimization.
   *ICLR*.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.wave import Answer, Wave
from domroute.tuning import PricesTuning
from domroute.units import FloatArray


@dataclass(slots=True, eq=False)
class Ascent:
    """
    The search for prices, which can be stopped and taken up again.

    Attributes
    ----------
    prices, bound, answer
        The best so far.
    steps
        How many were made.
    """

    wave: Wave
    prices: Prices
    bound: float
    answer: Answer
    steps: int = 0
    _now: Prices = field(init=False)
    _mean: FloatArray = field(init=False)
    _square: FloatArray = field(init=False)
    _length: float = field(init=False)
    _first_length: float = field(init=False)
    _asked: float = field(init=False)
    _tuned: PricesTuning = field(init=False)
    _patience: int = field(init=False)
    _idle: int = 0
    _streak: int = 0

    def __post_init__(self) -> None:
        """Set out from the prices, with steps of a share of what a unit costs."""
        wave = self.wave
        self._tuned = tuned = wave.tuning.prices
        self._patience = tuned.patience
        size = len(wave.scarce)
        self._now = self.prices
        self._mean, self._square = np.zeros(size), np.zeros(size)
        self._length = max(tuned.least, tuned.first * self.answer.per_unit)
        self._first_length = self._length
        self._asked = max(1.0, sum(wave.sizes()))

    @classmethod
    def start(cls, wave: Wave) -> Ascent:
        """Ask at no prices at all."""
        prices = wave.free_prices()
        answer = wave.ask(prices)
        return cls(wave, prices, wave.bound(answer, prices), answer)

    def on(self, wave: Wave) -> Self:
        """Go on with the same orders and cells seen through another wave."""
        other = copy(self)
        other.wave = wave
        other.answer = wave.ask(self.prices)
        other.bound = wave.bound(other.answer, self.prices)
        other._go_back()  # noqa: SLF001 - one of its kind
        return other

    @property
    def is_over(self) -> bool:
        """Whether more steps would change little."""
        shortest = self._tuned.shortest * self._first_length
        return math.isinf(self.bound) or self._length < shortest

    def climb(self, until: Callable[[], bool]) -> None:
        """Make steps until told to stop, or until they are too short to matter."""
        answer, tuned = self.answer, self._tuned
        while not self.is_over and not until():
            self._step(answer)
            answer = self._ask()
            bound = self.wave.bound(answer, self._now)
            self._idle += 1
            self._streak = self._streak + 1 if bound > self.bound else 0
            if bound > self.bound + 1e-6 * abs(self.bound):
                self._idle = 0
            if bound > self.bound:
                self.bound, self.prices, self.answer = bound, self._now, answer
                self._keep()
            if self._idle >= self._patience:
                self._length *= tuned.shorter
                self._idle = 0
                answer = self._go_back()
            elif self._streak >= tuned.streak and self._is_slow(answer):
                self._length *= tuned.longer
                self._first_length = max(self._first_length, self._length)
                self._streak = 0
            self.steps += 1

    def lean(self, until: Callable[[], bool]) -> None:
        """Go on to prices that are as good, and those of one unit more."""
        wave, tuned = self.wave, self._tuned
        more = replace(
            wave,
            stock=wave.stock + tuned.more * wave.is_contended,
            capacity=wave.capacity + tuned.more * np.minimum(1.0, wave.capacity),
        )
        bound = more.bound(self.answer, self.prices)
        leaning = Ascent(more, self.prices, bound, self.answer)
        leaning.climb(until)
        bound = wave.bound(leaning.answer, leaning.prices)
        if bound >= self.bound - tuned.as_good * abs(self.bound):
            self.prices, self.answer = leaning.prices, leaning.answer
            self.bound = bound

    def _is_slow(self, answer: Answer) -> bool:
        """Tell whether steps are short beside what a unit asked for costs by now."""
        slow = self._tuned.slow * float(answer.sizes.sum()) / self._asked
        return self._length < slow

    def _ask(self) -> Answer:
        """Answer at the prices of now."""
        return self.wave.ask(self._now)

    def _keep(self) -> None:
        """Remember what else belongs to the best prices."""

    def _go_back(self) -> Answer:
        """Set out again from the best prices."""
        self._now = self.prices
        return self.answer

    def _step(self, answer: Answer) -> None:
        wave, at = self.wave, self.wave.scarce
        there = wave.at_hand
        over = (answer.usage.values[at] - there) / np.sqrt(np.maximum(1.0, there))
        first, second = self._tuned.mean_memory, self._tuned.square_memory
        self._mean = first * self._mean + (1 - first) * over
        self._square = second * self._square + (1 - second) * over**2
        count = self.steps + 1
        mean = self._mean / (1 - first**count)
        square = self._square / (1 - second**count)
        move = self._length * mean / (np.sqrt(square) + 1e-9)
        values = self._now.values.copy()
        values[at] = np.maximum(0.0, values[at] + move)
        self._now = Prices(values, self._now.cells)
