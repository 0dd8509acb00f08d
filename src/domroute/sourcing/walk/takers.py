r"""
The walk taker by taker, so that none takes twice.

With :math:`c_n(T)` what the taker :math:`n` asks for the part :math:`T`,

.. math::

   H_n(S) = \min\Bigl(H_{n-1}(S),\;
            \min_{\emptyset \ne T \subseteq S} c_n(T) + H_{n-1}(S - T)\Bigr)

is the least that the first :math:`n` of them ask for :math:`S`. Takers are nodes, or
services of one node. What is least may be decided level by level, such as a rank
before the cost: among what ties for the first, the second counts; numbers of one level
are never added to those of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.lattice import Pairs
from domroute.sourcing.walk.parts import earlier, joined
from domroute.units import FloatArray, IntArray

Levels = tuple[NDArray[Any], ...]
"""Amounts of a kind each, the one that counts first before the others; cost is last."""
WORST: Final = 2**62
"""A whole number of a level before the cost that stands for none: all are below."""


def nothing_taken(states: int, layers: int, levels: int = 1) -> Levels:
    """
    Start with nothing taken: the empty state costs nothing, and no other is reached.

    Parameters
    ----------
    states, layers
        How many there are; a layer for each number of parts, where they are counted.
    levels
        Whole numbers, which count first, and the cost.
    """
    shape = layers, states
    before = [np.full(shape, WORST, np.int64) for _ in range(levels - 1)]
    start = (*before, np.full(shape, FORBIDDEN))
    for level in start:
        level[0, 0] = 0
    return start


@dataclass(frozen=True, slots=True, eq=False)
class Takers:
    """
    The walk over the states of an order, by the parts that takers take.

    Attributes
    ----------
    pairs
        All pairs of the lattice.
    weights
        What each part adds to the number of parts; None where they are not counted;
        shape ``(P,)``.
    """

    pairs: Pairs
    weights: IntArray | None = None
    sizes: IntArray = field(init=False)
    """How many pairs each state has; shape ``(S,)``."""

    def __post_init__(self) -> None:
        """Count the pairs of each state."""
        ends = np.append(self.pairs.starts, len(self.pairs.part))
        object.__setattr__(self, "sizes", np.diff(ends))

    def after(self, price: Levels, before: Levels) -> Levels:
        """
        Let one taker more take a part, or none.

        Parameters
        ----------
        price
            What it asks for each part, level by level; shape ``(P, ...)`` each.
        before
            What each state costs without it, by number of parts; ``(C, P, ...)`` each.

        Returns
        -------
        Levels
            What each costs with it, shaped as ``before``.
        """
        if len(before) == 1:
            return (self._after_at(price[0], before[0]),)
        found = tuple([level.copy() for level in before])
        states = self.pairs.states
        for layer in range(len(before[0])):
            sums = self._sums(price, before, layer, slice(None))
            _keep_less(found, (layer, states), self._least(sums))
        return found

    def _after_at(self, price: FloatArray, before: FloatArray) -> FloatArray:
        """Do so where the cost is all that counts."""
        pairs, found = self.pairs, before.copy()
        for layer in range(len(before)):
            if self.weights is None:
                rest = before[layer, pairs.rest]
            else:
                rest = earlier(before, layer - self.weights[pairs.part], pairs.rest)
            where = layer, pairs.states
            found[where] = np.minimum(found[where], joined(pairs, price, rest))
        return found

    def picks(
        self,
        prices: Sequence[Levels],
        history: Sequence[Levels],
        layer: int,
        state: int,
    ) -> list[tuple[int, int]]:
        """
        Walk back from a state: the parts that fill it, and who takes each.

        Parameters
        ----------
        prices
            What each taker asks.
        history
            What states cost before the first of them, after it, and so on.
        layer, state
            Where to begin.
        """
        found: list[tuple[int, int]] = []
        for taker in range(len(prices) - 1, -1, -1):
            before, after = history[taker], history[taker + 1]
            if not state or all(
                one[layer, state] == other[layer, state]
                for one, other in zip(before, after, strict=True)
            ):
                continue
            segment = self.pairs.of(state)
            sums = self._sums(prices[taker], before, layer, segment)
            at = int(sums[0].argmin() if len(sums) == 1 else np.lexsort(sums[::-1])[0])
            part = int(self.pairs.part[segment][at])
            found.append((part, taker))
            layer -= 0 if self.weights is None else int(self.weights[part])
            state = int(self.pairs.rest[segment][at])
        return found

    def _sums(
        self, price: Levels, before: Levels, layer: int, at: slice
    ) -> list[NDArray[Any]]:
        """Add one part of a taker to what was reached, for some pairs."""
        part, rest = self.pairs.part[at], self.pairs.rest[at]
        each = zip(price, before, strict=True)
        if self.weights is None:
            sums = [own[part] + reached[layer, rest] for own, reached in each]
            is_out = None
        else:
            count = layer - self.weights[part]
            source, is_out = np.maximum(count, 0), count < 0
            sums = [own[part] + reached[source, rest] for own, reached in each]
        if len(sums) > 1:  # what may not be comes before nothing
            none = sums[-1] >= IS_FORBIDDEN
            is_out = none if is_out is None else is_out | none
        if is_out is not None:
            for level in sums:
                level[is_out] = _worst(level)
        return sums

    def _least(self, sums: list[NDArray[Any]]) -> list[NDArray[Any]]:
        """Find the least of each state: by the first level, then among what ties."""
        found: list[NDArray[Any]] = []
        for at, level in enumerate(sums):
            if found:
                tight = sums[at - 1] == np.repeat(found[-1], self.sizes)
                level[~tight] = _worst(level)
            found.append(np.minimum.reduceat(level, self.pairs.starts, axis=0))
        return found


def _worst(level: NDArray[Any]) -> float:
    """Say what stands for none in a level."""
    return FORBIDDEN if level.dtype.kind == "f" else WORST


def _keep_less(
    kept: Levels, where: tuple[int, IntArray], found: Sequence[NDArray[Any]]
) -> None:
    """Put what was found where it is less, by the first level that differs."""
    old = [level[where] for level in kept]
    less = found[-1] < old[-1]
    for mine, theirs in zip(found[-2::-1], old[-2::-1], strict=True):
        less = (mine < theirs) | ((mine == theirs) & less)
    for level, new, was in zip(kept, found, old, strict=True):
        level[where] = np.where(less, new, was)
