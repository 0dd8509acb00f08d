"""A price that rises in steps with any measure: units, weight, volume, value."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domroute.costs.charges.charge import Below, Charge
from domroute.costs.charges.curve import Unquoted
from domroute.costs.charges.program import Program, Takes
from domroute.costs.charges.stairs import Measured, climb
from domroute.units import BoolArray, FloatArray, IntArray

_SLACK = 1e-9
"""Amounts this close to a step, relative to it, are within: sums of floats round."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps(Charge):
    """
    Charged once for a shipment, by the first step that holds what is in it.

    What is beyond the last step costs as much as the last.

    Attributes
    ----------
    measure
        What a unit of each line is worth, such as its price or 1; shape ``(G,)``.
    most
        What each step holds at most, the edge included; rising; shape ``(T,)``. The
        last is not looked at.
    rates
        Price of each step, never below zero and never falling; shape ``(T,)``, or
        ``(1, T)``, where it is the same everywhere, or by offer, ``(A, T)``.

    Examples
    --------
    Insurance: 1.50 up to a value of 100, 4 up to 500, 9 beyond.

    >>> value = np.array([60.0, 25.0])
    >>> edges = np.array([100.0, 500.0, np.inf])
    >>> charge = Steps(value, edges, np.array([[1.5, 4.0, 9.0]]))
    >>> charge.price(np.array([[1.0, 1.0], [2.0, 0.0], [9.0, 1.0]])).tolist()
    [[1.5], [4.0], [9.0]]
    """

    measure: FloatArray
    most: FloatArray
    rates: FloatArray

    @property
    def climbs(self) -> bool:
        """Whether it stands on steps in the program: it does."""
        return True

    @property
    def never_falls(self) -> bool:
        """Whether a shipment never costs less when more is put in: steps rise."""
        return True

    def _step(self, units: FloatArray) -> IntArray:
        """Find the step of each shipment; shape ``(B,)``."""
        edges = self.most[:-1] * (1 + _SLACK)
        step: IntArray = edges.searchsorted(units @ self.measure)
        return step

    def price(self, units: FloatArray) -> FloatArray:
        """Price shipments by every offer; shape ``(B, A)``."""
        price: FloatArray = self.rates.T[self._step(units)]
        return price

    def price_at(self, units: FloatArray, offers: IntArray) -> FloatArray:
        """Price shipments, each by its own offer; shape ``(B,)``."""
        price: FloatArray = self.rates[offers, self._step(units)]
        return price

    def below(self, most: FloatArray | None = None, slope: float = 1.0) -> Below | None:
        """Draw a flat line below it: its first step."""
        start: FloatArray = self.rates[:, 0]
        return Below(start, np.zeros(len(start)), self.measure)

    def write(self, program: Program, takes: Takes) -> IntArray:
        """Let each used offer climb until it stands on a step that holds all."""
        edges = self.most * (1 + _SLACK)
        edges[-1] = np.inf  # what is beyond costs no more
        measured = Measured(takes.size_of(self.measure), edges)
        return climb(program, takes, self.rates, (measured,))

    def only(self, offers: IntArray) -> Steps:
        """Keep some of the offers."""
        return replace(self, rates=self.rates[offers])

    def beside_shipments(self, quoted: BoolArray, *, whole: bool) -> Steps:
        """Charge nothing where a shipment is quoted."""
        return replace(self, rates=self.rates * ~quoted[:, None])

    def beside_units(self, quoted: BoolArray, *, whole: bool) -> Charge:
        """Measure what is not quoted, where quotes replace all of it."""
        return Unquoted(self, quoted) if whole else self
