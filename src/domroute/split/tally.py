"""How steps of atoms add up to what is asked for, where several ways lead there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """
    The demands of an order, the ways to fill each, and the atoms of the ways.

    A way fills one of its demand with so many steps of each of its atoms, which stand
    side by side.

    Attributes
    ----------
    way_of_atom, rate
        The way of each atom, and its steps for one of the demand; shape ``(J,)``.
    first, demand_of_way
        The first atom of each way, and what it fills; shape ``(W,)``.
    wanted
        How many there are of each demand; shape ``(D,)``.
    filled_by
        Units of each line in one of each demand; shape ``(D, A)``.

    Examples
    --------
    Two of A and one of B make a set, which one of C may stand in for; three are wanted:

    >>> sets = Tally(
    ...     way_of_atom=np.array([0, 0, 1]),
    ...     rate=np.array([2, 1, 1]),
    ...     first=np.array([0, 2]),
    ...     demand_of_way=np.array([0, 0]),
    ...     wanted=np.array([3]),
    ...     filled_by=np.array([[1]]),
    ... )
    >>> sets.left(np.array([2, 1, 1])), sets.is_whole(np.array([3, 1, 1]))
    (array([1]), False)
    """

    way_of_atom: IntArray
    rate: IntArray
    first: IntArray
    demand_of_way: IntArray
    wanted: IntArray
    filled_by: IntArray

    @property
    def loose(self) -> IntArray:
        """The ways whose atoms are taken one by one, as positions."""
        count = np.bincount(self.way_of_atom, minlength=len(self.first))
        return np.flatnonzero((count > 1) | (self.rate[self.first] > 1))

    @property
    def demand_of_atom(self) -> IntArray:
        """What each atom is a part of; shape ``(J,)``."""
        return self.demand_of_way[self.way_of_atom]

    def done(self, steps: IntArray) -> IntArray:
        """Count whole ones of the demand that each way fills; from ``(J,)``."""
        found: IntArray = np.minimum.reduceat(steps // self.rate, self.first)
        return found

    def left(self, steps: IntArray) -> IntArray:
        """Count what steps of atoms, ``(J,)``, leave of each demand; shape ``(D,)``."""
        left = self.wanted.copy()
        np.subtract.at(left, self.demand_of_way, self.done(steps))
        return left

    def is_whole(self, steps: IntArray) -> bool:
        """Tell whether steps, ``(J,)``, make whole ones, and none too many."""
        done = self.done(steps)
        if (steps != done[self.way_of_atom] * self.rate).any():
            return False
        return bool((self.left(steps) >= 0).all())

    def trim(self, fill: IntArray, taken: IntArray) -> IntArray:
        """
        Reduce what each offer would take by itself to whole ones of what is left.

        Parameters
        ----------
        fill
            Steps by atom and offer; shape ``(J, A)``.
        taken
            Steps of each atom that are taken already, beside each offer, which make
            whole ones; shape ``(J, A)``.
        """
        done = np.minimum.reduceat(taken // self.rate[:, None], self.first, axis=0)
        left = np.repeat(self.wanted[:, None], fill.shape[1], axis=1)
        np.subtract.at(left, self.demand_of_way, done)
        ends = [*self.first[1:].tolist(), len(self.rate)]
        found = np.zeros_like(fill)
        for way, (first, end) in enumerate(zip(self.first.tolist(), ends, strict=True)):
            mine = slice(first, end)
            each = self.rate[mine, None]
            demand = int(self.demand_of_way[way])
            done = np.minimum((fill[mine] // each).min(axis=0), left[demand])
            left[demand] -= done
            found[mine] = done * each
        return found

    def cheapest(self, step: FloatArray) -> FloatArray:
        """
        Return what one of each demand costs at least, ``(D,)``, by the best way.

        From what a step of each atom costs at least, ``(J,)``; infinite where none can.
        """
        found = np.full(len(self.wanted), np.inf)
        np.minimum.at(found, self.demand_of_way, self._by_way(step))
        return found

    def best(self, step: FloatArray, filled: BoolArray) -> tuple[IntArray, IntArray]:
        """
        Fill demands each by the way that costs least.

        Parameters
        ----------
        step
            What a step of each atom costs at least; shape ``(J,)``.
        filled
            Which demands; shape ``(D,)``.

        Returns
        -------
        tuple
            The atoms, and the steps of every atom that are taken if it is; ``(J,)``.
        """
        by_way, steps = self._by_way(step), self.rate * self.wanted[self.demand_of_atom]
        chosen = [
            mine[by_way[mine].argmin()]
            for demand in np.flatnonzero(filled).tolist()
            if len(mine := np.flatnonzero(self.demand_of_way == demand))
        ]
        return np.flatnonzero(np.isin(self.way_of_atom, chosen)), steps

    def _by_way(self, step: FloatArray) -> FloatArray:
        by_way: FloatArray = np.add.reduceat(step * self.rate, self.first)
        return by_way
