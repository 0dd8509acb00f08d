"""Of plans that cost the same, the one with the goods that are preferred."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from domroute.sourcing.comparing import ByGoal
from domroute.sourcing.limits import Limits
from domroute.sourcing.offers import OfferTable
from domroute.split.tally import Tally
from domroute.units import BoolArray, IntArray

_SAME: Final = 1e-9
"""Share of a cost within which two are one."""


def prefer(table: OfferTable, limits: Limits, taken: IntArray) -> IntArray:
    """
    Let what was asked for, or a substitute named before, take the place of another.

    Where that costs no more, within every limit, by any offer: all that an offer ships
    of the other, or a step of it. What could change only together with more stays.

    Parameters
    ----------
    table, limits
        The offers and what plans must keep to.
    taken
        Steps by atom and offer; shape ``(J, A)``.
    """
    tally = table.tally
    if tally is None:
        return taken
    goals = limits.by_goal(taken)
    for atom, better in _pairs(tally):
        for offer in np.flatnonzero(taken[atom]).tolist():
            while taken[atom, offer]:
                moved = next(
                    (
                        other
                        for other in _moves(table, taken, atom, offer, better)
                        if _is_no_worse(limits.by_goal(other), goals)
                        and limits.holds(other)
                    ),
                    None,
                )
                if moved is None:
                    break
                taken = moved
    return taken


def _is_no_worse(one: ByGoal, other: ByGoal) -> bool:
    return all(
        mine <= theirs + _SAME * max(1.0, abs(theirs))
        for mine, theirs in zip(one, other, strict=True)
    )


def _pairs(tally: Tally) -> Iterator[tuple[int, int]]:
    """Yield atoms and those that are preferred to them, which come before."""
    loose = tally.loose
    way, demand = tally.way_of_atom, tally.demand_of_atom
    for atom in range(len(way) - 1, -1, -1):
        for better in range(atom):
            is_other = demand[better] == demand[atom] and way[better] != way[atom]
            if is_other and way[atom] not in loose and way[better] not in loose:
                yield atom, better


def _moves(
    table: OfferTable, taken: IntArray, atom: int, offer: int, better: int
) -> Iterator[IntArray]:
    """Yield plans with steps of another atom: by the same offer, then by others."""
    used: BoolArray = np.logical_or.reduce(taken, axis=0)
    room = table.limit[better] - taken[better]
    able = np.flatnonzero(room > 0)
    order = np.lexsort((able, ~used[able], able != offer))
    for place in able[order].tolist():
        steps = int(taken[atom, offer])
        for count in dict.fromkeys((steps, 1)):
            if 0 < count <= min(steps, room[place]):
                moved = taken.copy()
                moved[atom, offer] -= count
                moved[better, place] += count
                yield moved
