"""Orders whose ships are settled: every atom is filled by itself, cheapest first."""

from __future__ import annotations

from typing import Final

import numpy as np

from domroute.sourcing.offers import OfferTable
from domroute.units import BoolArray, FloatArray, IntArray

_AT_ONCE: Final = 1 << 20
"""Numbers worked on at once when many choices of ships are priced."""


class Filling:
    """
    What the atoms of an order cost, given which offers ship.

    Parameters
    ----------
    table
        The offers of an order whose atoms meet only at the ships.
    """

    def __init__(self, table: OfferTable) -> None:
        self.table = table
        # A step dearer than leaving it is left.
        is_useful = (table.limit > 0) & (table.per_step <= table.penalty[:, None])
        price = np.where(is_useful, table.per_step, np.inf)
        self._limit = np.where(is_useful, table.limit, 0).astype(float)
        self._order = np.argsort(price, axis=1, kind="stable")
        in_order = np.take_along_axis(price, self._order, axis=1)
        self._price = np.minimum(in_order, table.penalty[:, None])
        self._room = np.take_along_axis(self._limit, self._order, axis=1)
        self._steps = table.steps.astype(float)

    def fill(self, ships: FloatArray) -> IntArray:
        """Return the steps taken by atom and offer, ``(J, A)``, for ships ``(A,)``."""
        taken = np.diff(self._reached(ships[None])[0], axis=1, prepend=0.0)
        by_offer = np.zeros_like(taken)
        np.put_along_axis(by_offer, self._order, taken, axis=1)
        steps: IntArray = np.rint(by_offer).astype(np.int64)
        return steps

    def last(self, ships: FloatArray) -> IntArray:
        """
        Find which offer fills the last step of each atom; shape ``(J,)``.

        The offers of an atom are counted from the cheapest; their number stands for
        none, which is as good as its penalty.
        """
        reached = self._reached(ships[None])[0]
        is_full: BoolArray = reached >= self._steps[:, None] - 1e-9
        count = reached.shape[1]
        last: IntArray = np.where(is_full.any(axis=1), is_full.argmax(axis=1), count)
        return last

    def price(self, last: IntArray) -> FloatArray:
        """Return the cost of the last step of each atom; shape ``(J,)``."""
        penalty = self.table.penalty
        priced = np.column_stack((self._price, penalty))
        cost: FloatArray = priced[np.arange(len(last)), last]
        return cost

    def cut(self, price: FloatArray) -> tuple[FloatArray, FloatArray]:
        """
        Bound each atom's cost from below, at a price of its steps.

        Returns
        -------
        level, slope
            Every atom costs at least its ``level`` less the sum of its ``slope`` over
            the offers that ship; shapes ``(J,)`` and ``(J, A)``.
        """
        saved = np.maximum(0.0, price[:, None] - self.table.per_step) * self._limit
        return price * self._steps, saved

    def costs(self, ships: FloatArray) -> FloatArray:
        """Price B choices of whole ships, ``(B, A)``; shape ``(B,)``."""
        table = self.table
        # By parts: every step once at its penalty, less what each offer in turn saves
        # on the one that would come after it.
        saved = np.diff(np.column_stack((self._price, table.penalty)), axis=1)
        found = ships @ table.per_shipment + self._steps @ table.penalty
        size = max(1, _AT_ONCE // max(1, saved.size))
        for first in range(0, len(ships), size):
            here = slice(first, first + size)
            reached = self._reached(ships[here])
            found[here] -= reached.reshape(len(reached), -1) @ saved.ravel()
        return found

    def _reached(self, ships: FloatArray) -> FloatArray:
        """Return the steps taken by each offer and all cheaper; shape ``(B, J, A)``."""
        room = self._room * ships[:, self._order]
        np.cumsum(room, axis=2, out=room)
        np.minimum(room, self._steps[:, None], out=room)
        return room
