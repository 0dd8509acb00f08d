"""What arrives of a SKU and what is promised of it, as it is for every order."""

from __future__ import annotations

from typing import Self

import numpy as np

from domroute.promise.later import NEVER
from domroute.records import record
from domroute.units import BoolArray, FloatArray, IntArray


@record
class Course:
    """
    What arrives of one SKU, and what is promised of it: node by node as time goes by.

    Nothing here depends on when an order was placed.

    Attributes
    ----------
    rows
        The node of each arrival or promise, and its moment, in microseconds from 1970
        on; sorted by both; shape ``(2, E)``.
    units
        How many; below zero what is promised; shape ``(E,)``.
    steps
        By how much each raises what is left from then on at the least, whatever is
        promised later: ``units`` where nothing is; shape ``(E,)``.
    is_promised
        Whether anything is promised.
    last
        When the last arrives; 0 if nothing does.
    """

    rows: IntArray
    units: FloatArray
    steps: FloatArray
    is_promised: bool
    last: int

    @classmethod
    def of(cls, node: IntArray, at: IntArray, units: FloatArray) -> Self:
        """Sort what arrives, and, below zero, what is promised; shape ``(E,)`` each."""
        comes = (at < NEVER) & (units != 0)
        node, at, units = node[comes], at[comes], units[comes]
        # At one moment what arrives is there before what is promised of it.
        order = np.lexsort((units < 0, at, node))
        node, at, units = node[order], at[order], units[order]
        arrives = units > 0
        is_promised = not arrives.all()
        steps = _steps(_first_of_each(node), units) if is_promised else units
        last = int(at[arrives].max(initial=0))
        return cls(np.array((node, at)), units, steps, is_promised, last)

    def concerns(self, placed: int) -> bool:
        """Tell whether it says anything to an order that was placed then."""
        return self.is_promised or self.last > placed


def _first_of_each(node: IntArray) -> IntArray:
    """Return where the rows of each row's node begin; shape ``(E,)``."""
    is_first: BoolArray = np.ones(len(node), bool)
    is_first[1:] = node[1:] != node[:-1]
    return np.maximum.accumulate(np.arange(len(node)) * is_first)


def _steps(first: IntArray, units: FloatArray) -> FloatArray:
    """Find by how much the least of all sums still to come rises, row by row."""
    place = np.arange(len(units)) - first
    _, cell = np.unique(first, return_inverse=True)
    total = np.cumsum(units)
    sums = np.full((int(cell[-1]) + 1, int(place.max()) + 2), np.inf)
    sums[:, 0] = 0.0
    sums[cell, place + 1] = total - (total - units)[first]
    least = np.minimum.accumulate(sums[:, ::-1], axis=1)[:, ::-1]
    rises: FloatArray = least[cell, place + 1] - least[cell, place]
    return rises
