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
from typing import ClassVar, Final, Self

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.wave import Answer, Wave
from domroute.units import FloatArray

_LONGEST: Final = 0.05
"""The first step, beside what a unit costs on average."""
_LEAST: Final = 1e-3
"""The first step where it costs nothing."""
_FIRST, _SECOND = 0.9, 0.99
"""How slowly the means of slopes, and of their squares, forget."""
_SHORTER: Final = 0.75
_LONGER: Final = 4.0
_STREAK: Final = 6
_SLOW: Final = 0.02
"""Steps in a row with a better bound after which steps get longer, if they are shorter
than that beside what a unit costs by now: where orders cost next to nothing as long as
no price is asked, that says nothing of how long steps should be."""
_SHORTEST: Final = 1e-4
"""Where the ascent ends: a step this small beside the first."""
_MORE: Final = 0.1
"""Units that a cell has more where the lower end of prices is looked for."""
_AS_GOOD: Final = 1e-5
"""What the bound may lose by that, beside itself."""


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

    PATIENCE: ClassVar[int] = 8
    """Steps without a better bound after which steps get shorter."""

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
    _idle: int = 0
    _streak: int = 0

    def __post_init__(self) -> None:
        """Set out from the prices, with steps of a share of what a unit costs."""
        wave = self.wave
        size = len(wave.scarce)
        self._now = self.prices
        self._mean, self._square = np.zeros(size), np.zeros(size)
        self._length = max(_LEAST, _LONGEST * self.answer.per_unit)
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
        return math.isinf(self.bound) or self._length < _SHORTEST * self._first_length

    def climb(self, until: Callable[[], bool]) -> None:
        """Make steps until told to stop, or until they are too short to matter."""
        answer = self.answer
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
            if self._idle >= self.PATIENCE:
                self._length *= _SHORTER
                self._idle = 0
                answer = self._go_back()
            elif self._streak >= _STREAK and self._is_slow(answer):
                self._length *= _LONGER
                self._first_length = max(self._first_length, self._length)
                self._streak = 0
            self.steps += 1

    def lean(self, until: Callable[[], bool]) -> None:
        """Go on to prices that are as good, and those of one unit more."""
        wave = self.wave
        more = replace(
            wave,
            stock=wave.stock + _MORE * wave.is_contended,
            capacity=wave.capacity + _MORE * np.minimum(1.0, wave.capacity),
        )
        bound = more.bound(self.answer, self.prices)
        leaning = Ascent(more, self.prices, bound, self.answer)
        leaning.climb(until)
        bound = wave.bound(leaning.answer, leaning.prices)
        if bound >= self.bound - _AS_GOOD * abs(self.bound):
            self.prices, self.answer = leaning.prices, leaning.answer
            self.bound = bound

    def _is_slow(self, answer: Answer) -> bool:
        """Tell whether steps are short beside what a unit asked for costs by now."""
        return self._length < _SLOW * float(answer.sizes.sum()) / self._asked

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
        there = wave.whole[at]
        over = (answer.usage.values[at] - there) / np.sqrt(np.maximum(1.0, there))
        self._mean = _FIRST * self._mean + (1 - _FIRST) * over
        self._square = _SECOND * self._square + (1 - _SECOND) * over**2
        count = self.steps + 1
        mean = self._mean / (1 - _FIRST**count)
        square = self._square / (1 - _SECOND**count)
        move = self._length * mean / (np.sqrt(square) + 1e-9)
        values = self._now.values.copy()
        values[at] = np.maximum(0.0, values[at] + move)
        self._now = Prices(values, self._now.cells)
