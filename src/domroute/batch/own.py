"""What an order asks of its bundles beside their cost, and others do not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domroute.offers.priced import Offers
from domroute.sourcing.bundles import Bundles
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.subset import collected_in, solve_parts
from domroute.sourcing.totals import Totals
from domroute.units import BoolArray, FloatArray, IntArray

_Plan = tuple[float, list[tuple[int, int]]]
"""What a plan costs, and its bundles, each at a column."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnLimits:
    """
    What one order asks of its bundles: such an order has a table to itself.

    Attributes
    ----------
    units
        Units of each line in each bundle; shape ``(P, L)``.
    value
        What they are worth; shape ``(P,)``.
    shipments
        Shipments each bundle takes; None where every bundle takes one; shape ``(P,)``.
    collected
        For each delivery collected at one node, the bundles that touch it; ``(P,)``.
    """

    units: FloatArray
    value: FloatArray
    shipments: FloatArray | None
    collected: tuple[BoolArray, ...]

    @classmethod
    def of(cls, offers: Offers, bundles: Bundles, totals: Totals) -> OwnLimits | None:
        """Read them off an order; None if it asks for nothing of the kind."""
        collected = collected_in(offers, bundles)
        weighs_parts = totals.counts_parts and bundles.shipments is not None
        if not (
            collected or weighs_parts or totals.fewest or totals.least_part_value > 0
        ):
            return None
        return cls(bundles.units, bundles.value, bundles.shipments, collected)

    def weights(self, totals: Totals) -> IntArray:
        """Count what each bundle adds to the number of parts; shape ``(P,)``."""
        return totals.part_weights(self._at(np.empty((len(self.units), 0))))

    def solve(
        self, lattice: Lattice, price: FloatArray, totals: Totals
    ) -> _Plan | None:
        """Find the best bundles at what they cost in each column; None if none are."""
        return solve_parts(lattice, self._at(price), totals, self.collected)

    def bound(
        self, lattice: Lattice, price: FloatArray, totals: Totals
    ) -> _Plan | None:
        """Do so by cost alone, whatever the policy puts before it."""
        return self.solve(lattice, price, replace(totals, fewest=False))

    def _at(self, price: FloatArray) -> Bundles:
        return Bundles(self.units, price, self.shipments, self.value)
