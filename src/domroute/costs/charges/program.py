"""What a charge sees of the integer program that it writes itself into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from domroute.units import FloatArray, IntArray


class Program(Protocol):
    """Columns, rows and entries that can be added to; positions are returned."""

    def add_columns(
        self,
        count: int,
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike,
        cost: ArrayLike = 0.0,
        whole: bool = True,
    ) -> IntArray:
        """Add variables from ``lower`` to ``upper``."""

    def add_rows(
        self, count: int, *, lower: ArrayLike = ..., upper: ArrayLike = ...
    ) -> IntArray:
        """Add rows from ``lower`` to ``upper``, infinite when not given."""

    def add_entries(
        self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike
    ) -> None:
        """Add what columns are worth to rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Takes:
    """
    The variables of the offers of one delivery.

    Attributes
    ----------
    ships
        Whether each offer is used; shape ``(A,)``.
    atom, offer, column
        What may be taken, the position of the offer, and the variable of the steps
        taken; shape ``(X,)``.
    limit
        Steps of each atom that each offer can take; shape ``(J, A)``.
    units
        Units of each of the delivery's lines in a step of each atom; shape ``(J, G)``.
    """

    ships: IntArray
    atom: IntArray
    offer: IntArray
    column: IntArray
    limit: IntArray
    units: IntArray

    def only(self, offers: IntArray) -> Takes:
        """Keep some of the offers, counted from the first of these."""
        if len(offers) == len(self.ships):
            return self
        place = np.full(len(self.ships), -1)
        place[offers] = np.arange(len(offers))
        mine = place[self.offer] >= 0
        return Takes(
            ships=self.ships[offers],
            atom=self.atom[mine],
            offer=place[self.offer[mine]],
            column=self.column[mine],
            limit=self.limit[:, offers],
            units=self.units,
        )

    def size_of(self, measure: FloatArray) -> FloatArray:
        """Measure a step of each atom, ``(J,)``, from a unit of each line, ``(G,)``."""
        size: FloatArray = self.units @ measure
        return size
