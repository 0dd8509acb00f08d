"""What an algorithm of one's own took of the offers: refused where it is none."""

from __future__ import annotations

import numpy as np

from domroute.answers.arrays import whole_array
from domroute.errors import InputError, Issue
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.sourcing.offers import OfferTable
from domroute.units import IntArray


def checked_taken(table: OfferTable, taken: object) -> IntArray:
    """Refuse what is no choice among the offers; list every fault."""
    taken = whole_array("taken", taken, table.limit.shape, "atoms by offers")
    issues = []
    for atom, offer in np.argwhere((taken < 0) | (taken > table.limit)).tolist():
        text = f"{taken[atom, offer]} steps, should be 0 to {table.limit[atom, offer]}"
        issues.append(Issue("out_of_range", f"taken[{atom}, {offer}]", text))
    total = taken.sum(axis=1)
    for atom in np.flatnonzero(total > table.steps).tolist():
        text = f"{total[atom]} steps in all, {table.steps[atom]} are wanted"
        issues.append(Issue("out_of_range", f"taken[{atom}]", text))
    if not issues and not table.is_whole(taken):
        text = "makes no whole ones of what is asked for, or more than are wanted"
        issues.append(Issue("broken_kit", "taken", text))
    if issues:
        raise InputError(issues)
    return taken


def unfilled(table: OfferTable, taken: IntArray) -> tuple[Issue, ...]:
    """List the atoms of which something is left that must be filled."""
    left = table.left(taken)
    short = (left > 0) & (table.penalty >= IS_FORBIDDEN)
    what = "taken" if len(table.wanted) == len(table.steps) else "demand"
    return tuple(
        Issue(
            "must_fill",
            f"{what}[{at}]",
            f"{table.wanted[at] - left[at]} steps in all, "
            f"{table.wanted[at]} must be filled",
        )
        for at in np.flatnonzero(short).tolist()
    )
