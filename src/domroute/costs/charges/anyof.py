"""A price once for a shipment that holds any of some lines: a soft rule broken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from domroute.costs.charges.charge import Charge
from domroute.costs.charges.program import Program, Takes
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf(Charge):
    """
    Charged once where a shipment holds any unit of some lines.

    Attributes
    ----------
    amount
        Not below zero.
    where
        The lines that it is charged for, by offer; shape ``(G, A)``.

    Examples
    --------
    >>> charge = AnyOf(4.0, np.array([[True, False], [False, False]]))
    >>> charge.price(np.array([[2.0, 0.0], [0.0, 2.0]])).tolist()
    [[4.0, 0.0], [0.0, 0.0]]
    """

    amount: float
    where: BoolArray

    is_subadditive: ClassVar[bool] = True

    @property
    def never_falls(self) -> bool:
        """Whether a shipment never costs less when more is put in: it does not."""
        return True

    def price(self, units: FloatArray) -> FloatArray:
        """Price shipments by every offer; shape ``(B, A)``."""
        return np.where((units > 0) @ self.where > 0, self.amount, 0.0)

    def price_at(self, units: FloatArray, offers: IntArray) -> FloatArray:
        """Price shipments, each by its own offer; shape ``(B,)``."""
        hits = np.logical_or.reduce((units > 0) & self.where[:, offers].T, axis=1)
        return np.where(hits, self.amount, 0.0)

    def price_one(self, units: IntArray, offer: int) -> float:
        """Price one shipment by one offer."""
        return self.amount if ((units > 0) & self.where[:, offer]).any() else 0.0

    def write(self, program: Program, takes: Takes) -> IntArray:
        """Mark every offer that takes any of its lines."""
        has = (takes.units > 0).astype(np.int64)
        hits = has @ self.where.astype(np.int64) > 0
        marks = program.add_columns(len(takes.ships), upper=1, cost=self.amount)
        here = np.flatnonzero(hits[takes.atom, takes.offer])
        rows = program.add_rows(len(here), upper=0.0)
        program.add_entries(rows, takes.column[here], 1.0)
        limit = takes.limit[takes.atom[here], takes.offer[here]]
        program.add_entries(rows, marks[takes.offer[here]], -limit)
        return np.empty(0, np.int64)

    def only(self, offers: IntArray) -> AnyOf:
        """Keep some of the offers."""
        return replace(self, where=self.where[:, offers])

    def beside_shipments(self, quoted: BoolArray, *, whole: bool) -> AnyOf:
        """Charge nothing where a shipment is quoted."""
        return replace(self, where=self.where & ~quoted)

    def beside_units(self, quoted: BoolArray, *, whole: bool) -> AnyOf:
        """Charge nothing for lines whose units are quoted, where all is replaced."""
        return replace(self, where=self.where & ~quoted) if whole else self
