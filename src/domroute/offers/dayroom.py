"""What the working days of nodes have left for the offers of an order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domroute.offers.daysleft import SLACK
from domroute.units import BoolArray, FloatArray, IntArray
from domroute.words import Measure


@dataclass(frozen=True, slots=True, eq=False)
class DayCharges:
    """
    What terms charge for such days as they fill: where the price of one rises.

    Attributes
    ----------
    row
        The row; shape ``(Y,)``.
    free, price
        How much an order may have done there before it does, and by how much it does;
        shape ``(Y,)``.
    terms
        The name of the term.
    """

    row: IntArray
    free: FloatArray
    price: FloatArray
    terms: tuple[str, ...]

    def less(self, used: FloatArray) -> DayCharges:
        """Have so much of each row, ``(Q,)``, used by others already."""
        return replace(self, free=np.maximum(0.0, self.free - used[self.row]))

    def each(self, taken: FloatArray) -> FloatArray:
        """Price what is taken of each row, ``(Q,)``, charge by charge; ``(Y,)``."""
        return self.each_of(taken[self.row])

    def each_of(self, taken: FloatArray) -> FloatArray:
        """Price what is taken of the row of each charge, ``(Y,)``; likewise."""
        cost: FloatArray = self.price * np.maximum(0.0, taken - self.free)
        return cost


@dataclass(frozen=True, slots=True, eq=False)
class DayRows:
    """
    The working days that an order could overfill, or that cost more as they fill.

    A row for each measure.

    Attributes
    ----------
    node
        Positions of nodes at hand; shape ``(Q,)``.
    day
        Ordinals of dates; shape ``(Q,)``.
    left
        What is left; shape ``(Q,)``.
    measures
        What each counts.
    charges
        What terms charge for them; None for nothing.
    """

    node: IntArray
    day: IntArray
    left: FloatArray
    measures: tuple[Measure, ...]
    charges: DayCharges | None = None

    def filled(self, used: FloatArray) -> DayRows:
        """Charge as though so much, ``(Q,)``, were done there already."""
        if self.charges is None:
            return self
        return replace(self, charges=self.charges.less(used))


@dataclass(frozen=True, slots=True, eq=False)
class DayRoom:
    """
    What the offers of a delivery use of such days: an entry for each offer and row.

    Attributes
    ----------
    offer, row
        The offer, and its row of :class:`DayRows`; shape ``(X,)``.
    per_order, per_line, per_unit, per_work
        What it counts; one of them is 1 and the others 0; shape ``(X,)``.
    work
        Workload of a unit of each line; shape ``(G, X)``.
    left
        What is left of the row; shape ``(X,)``.
    most
        Units of each line that the node of each offer gives on any day; ``(G, A)``.
    """

    offer: IntArray
    row: IntArray
    per_order: FloatArray
    per_line: FloatArray
    per_unit: FloatArray
    per_work: FloatArray
    work: FloatArray
    left: FloatArray
    most: IntArray

    def only(self, offers: IntArray) -> DayRoom:
        """Look at some of the offers."""
        place = np.full(self.most.shape[1], -1)
        place[offers] = np.arange(len(offers))
        at = np.flatnonzero(place[self.offer] >= 0)
        return DayRoom(
            place[self.offer[at]],
            self.row[at],
            self.per_order[at],
            self.per_line[at],
            self.per_unit[at],
            self.per_work[at],
            self.work[:, at],
            self.left[at],
            self.most[:, offers],
        )

    def limits(self) -> IntArray:
        """Count the units of each line that offers may take at most; ``(G, A)``."""
        each = self.per_unit + self.work * self.per_work
        # An order, and a line, counts once.
        spare = self.left - self.per_order - self.per_line + SLACK
        alone = np.where(spare >= 0, np.inf, 0.0) * np.ones(each.shape)
        np.divide(np.maximum(spare, 0.0), each, out=alone, where=each > 0)
        limit = self.most.astype(float)
        np.minimum.at(limit.T, self.offer, np.floor(alone + SLACK).T)
        found: IntArray = limit.astype(np.int64)
        return found

    def loads(self, units: FloatArray) -> FloatArray:
        """
        Measure what bundles, ``(B, G)``, take of each entry; shape ``(B, X)``.

        Orders are left out: one counts once on a day, whatever is worked on then.
        """
        lines = (units > 0).sum(axis=1)[:, None]
        load: FloatArray = lines * self.per_line
        load += units.sum(axis=1)[:, None] * self.per_unit
        load += (units @ self.work) * self.per_work
        return load

    def is_over(self, units: FloatArray) -> tuple[IntArray, BoolArray]:
        """
        Tell which bundles are more than a day has left.

        Returns
        -------
        tuple
            The offers whose day has not room for each of them, ``(Y,)``, and for which
            it has not, ``(B, Y)``.
        """
        over: BoolArray = self.loads(units) > self.left + SLACK
        at = np.flatnonzero(over.any(axis=0))
        return self.offer[at], over[:, at]

    def holds(self, units: IntArray, offers: IntArray) -> BoolArray:
        """Tell which offers, ``(K,)``, have room for a bundle, ``(G,)``."""
        over = self.loads(units[None].astype(float))[0] > self.left + SLACK
        holds: BoolArray = ~np.isin(offers, self.offer[over])
        return holds
