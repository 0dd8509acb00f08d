"""Any other function of a shipment, and any charge on what is not quoted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from domroute.costs.charges.charge import Charge
from domroute.costs.charges.program import Program, Takes
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Curve(Charge):
    """
    A function of the units in a shipment, of which nothing is known but its sign.

    Attributes
    ----------
    function
        Takes the units of each line in shipments, ``(B, G)``, and returns their costs
        by every offer, ``(B, A)``, not below zero.

    Examples
    --------
    >>> charge = Curve(lambda units: np.sqrt(units))
    >>> charge.price(np.array([[9.0], [4.0]])).tolist()
    [[3.0], [2.0]]
    """

    function: Callable[[FloatArray], FloatArray]

    def price(self, units: FloatArray) -> FloatArray:
        """Price shipments by every offer; shape ``(B, A)``."""
        return self.function(units)

    def only(self, offers: IntArray) -> Curve:
        """Keep some of the offers."""
        function = self.function
        return Curve(lambda units: function(units)[:, offers])

    def beside_shipments(self, quoted: BoolArray, *, whole: bool) -> Curve:
        """Charge nothing where a shipment is quoted."""
        function, free = self.function, ~quoted
        return Curve(lambda units: function(units) * free)

    def beside_units(self, quoted: BoolArray, *, whole: bool) -> Charge:
        """Charge the function on what is not quoted."""
        return Unquoted(self, quoted)


@dataclass(frozen=True, slots=True, eq=False)
class Unquoted(Charge):
    """
    Another charge, on the lines whose units are not quoted, which differ by offer.

    Attributes
    ----------
    charge
        What is charged.
    quoted
        The lines that it does not see; shape ``(G, A)``.
    """

    charge: Charge
    quoted: BoolArray

    @property
    def climbs(self) -> bool:
        """Whether it stands on steps in the program: where the other does."""
        return self.charge.climbs

    @property
    def never_falls(self) -> bool:
        """Whether a shipment never costs less when more is put in: as the other."""
        return self.charge.never_falls

    def _patterns(self) -> Iterator[tuple[BoolArray, IntArray]]:
        """Yield the lines that some offers do not see, ``(G,)``, and the offers."""
        patterns, of = np.unique(self.quoted, axis=1, return_inverse=True)
        for at in range(patterns.shape[1]):
            yield patterns[:, at], np.flatnonzero(of == at)

    def price(self, units: FloatArray) -> FloatArray:
        """Price what each offer sees of shipments; shape ``(B, A)``."""
        cost = np.zeros((len(units), self.quoted.shape[1]))
        for unseen, here in self._patterns():
            cost[:, here] = self.charge.only(here).price(units * ~unseen)
        return cost

    def write(self, program: Program, takes: Takes) -> IntArray:
        """Write the other, of what each offer sees."""
        climbed = [np.empty(0, np.int64)]
        for unseen, here in self._patterns():
            mine = takes.only(here)
            seen = replace(mine, units=mine.units * ~unseen)
            climbed.append(self.charge.only(here).write(program, seen))
        return np.concatenate(climbed)

    def only(self, offers: IntArray) -> Unquoted:
        """Keep some of the offers."""
        return Unquoted(self.charge.only(offers), self.quoted[:, offers])

    def beside_shipments(self, quoted: BoolArray, *, whole: bool) -> Unquoted:
        """Leave out what quotes for shipments replace."""
        kept = self.charge.beside_shipments(quoted, whole=whole)
        return Unquoted(kept, self.quoted)

    def beside_units(self, quoted: BoolArray, *, whole: bool) -> Unquoted:
        """See no line that is quoted here or there."""
        return Unquoted(self.charge, self.quoted | quoted)
