"""Every way to take part of an order, and how parts make up larger parts."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from domroute.records import record
from domroute.tuning import LatticeTuning
from domroute.units import FloatArray, IntArray

_COMMON: Final = 20_000
"""Pairs up to which lattices are kept in great number: larger ones take megabytes."""


@record
class Pairs:
    """
    Parts of states: a state is a part and a rest; sorted by state.

    Attributes
    ----------
    part, rest
        Positions of states; shape ``(Q,)``.
    starts
        Where the pairs of each state begin; shape ``(S,)``.
    states
        The states; shape ``(S,)``.
    """

    part: IntArray
    rest: IntArray
    starts: IntArray
    states: IntArray

    def of(self, state: int) -> slice:
        """Return where the pairs of a state stand."""
        at = int(self.states.searchsorted(state))
        end = self.starts[at + 1] if at + 1 < len(self.starts) else len(self.part)
        return slice(int(self.starts[at]), int(end))


@record
class Lattice:
    """
    The states of an order: how many steps of each atom have been taken.

    Attributes
    ----------
    counts
        Steps of each atom in each state; the first state is empty, the last full; as
        floats, for products; shape ``(P, J)``.
    ranks
        Pairs whose part holds the first atom present, by total steps: enough for
        partitions, whose parts have no order.
    every
        All pairs but those with an empty part, for parts that do have an order.
    totals
        Steps of all atoms in each state; length ``P``.
    """

    counts: FloatArray
    ranks: tuple[Pairs, ...]
    every: Pairs
    totals: list[int]


def pair_count(steps: tuple[int, ...]) -> int:
    """
    Count the pairs of a lattice.

    Examples
    --------
    >>> pair_count((1, 1, 1))
    27
    """
    return math.prod((step + 1) * (step + 2) // 2 for step in steps)


def is_small(steps: tuple[int, ...], offers: int, tuned: LatticeTuning) -> bool:
    """
    Tell whether the lattice of an order is small enough to be walked.

    Beyond any of the sizes tuned the integer program is the faster one.

    Examples
    --------
    >>> is_small((1, 1, 1), 50, LatticeTuning())
    True
    >>> is_small((1, 1, 1), 50, LatticeTuning(max_states=7))
    False
    """
    states, pairs = _sizes(steps)
    return (
        states <= tuned.max_states
        and states * offers <= tuned.max_cells
        and pairs <= tuned.max_pairs
    )


@lru_cache(maxsize=4096)
def _sizes(steps: tuple[int, ...]) -> tuple[int, int]:
    """Count states, and pairs of them."""
    return math.prod(step + 1 for step in steps), pair_count(steps)


def lattice_of(steps: tuple[int, ...]) -> Lattice:
    """
    Build the lattice of an order, or recall it: it depends on the quantities alone.

    Examples
    --------
    >>> lattice_of((1, 2)).counts.astype(int).tolist()
    [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    """
    is_common = _sizes(steps)[1] <= _COMMON
    return _recall_common(steps) if is_common else _recall_large(steps)


@lru_cache(maxsize=512)
def _recall_common(steps: tuple[int, ...]) -> Lattice:
    return _build(steps)


@lru_cache(maxsize=4)
def _recall_large(steps: tuple[int, ...]) -> Lattice:
    return _build(steps)


def _build(steps: tuple[int, ...]) -> Lattice:
    sizes = [step + 1 for step in steps]
    counts = np.stack(np.unravel_index(np.arange(math.prod(sizes)), sizes), axis=1)
    part, state = _all_pairs(steps)
    total = counts.sum(axis=1)
    first = np.argmax(counts > 0, axis=1)
    leads = counts[part, first[state]] > 0
    # By rank at once: an order of a thousand units has as many of them.
    mine = np.flatnonzero(leads)
    mine = mine[np.argsort(total[state[mine]], kind="stable")]
    ends = np.searchsorted(total[state[mine]], np.arange(2, int(total[-1]) + 1))
    ranks = [_sorted_pairs(part[at], state[at]) for at in np.split(mine, ends)]
    return Lattice(
        counts=counts.astype(float),
        ranks=tuple(ranks),
        every=_sorted_pairs(part, state),
        totals=total.tolist(),
    )


def _all_pairs(steps: tuple[int, ...]) -> tuple[IntArray, IntArray]:
    """List (part, state) for every state and every part of it that is not empty."""
    part, state = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for step in steps:
        takes, haves = np.tril_indices(step + 1)[::-1]
        part = np.add.outer(part * (step + 1), takes).ravel()
        state = np.add.outer(state * (step + 1), haves).ravel()
    return part[part > 0], state[part > 0]


def _sorted_pairs(part: IntArray, state: IntArray) -> Pairs:
    order = np.argsort(state, kind="stable")
    part, state = part[order], state[order]
    states, starts = np.unique(state, return_index=True)
    return Pairs(part=part, rest=state - part, starts=starts, states=states)
