"""The dates, on the clocks of nodes, on which goods leave them."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from domroute.promise.dated import Dates
from domroute.promise.later import NEVER
from domroute.promise.window import moment_of
from domroute.units import IntArray

NO_DAY: Final = -1
"""No date: nothing says when goods leave."""


def sent_on(dates: Dates, offers: IntArray, nodes: IntArray) -> IntArray:
    """
    Say on which date at its node each of some offers leaves.

    What customers collect leaves when it is ready.

    Parameters
    ----------
    dates
        Of a delivery's offers.
    offers
        Which of them; shape ``(X,)``.
    nodes
        The node of each, as a position in the network; shape ``(X,)``.

    Returns
    -------
    IntArray
        Ordinals; ``NO_DAY`` where an offer has no date; shape ``(X,)``.
    """
    zones = dates.timetable.ways.zones
    known: dict[tuple[str, int], int] = {}
    found = np.full(len(offers), NO_DAY)
    for at, (offer, node) in enumerate(
        zip(offers.tolist(), nodes.tolist(), strict=True)
    ):
        key = zones[node], _leaves(dates, offer)
        if key[1] < NEVER:
            if key not in known:
                local = moment_of(key[1]).astimezone(ZoneInfo(key[0]))
                known[key] = local.toordinal()
            found[at] = known[key]
    return found


def _leaves(dates: Dates, offer: int) -> int:
    leaves = int(dates.leaves[offer])
    collects = dates.timetable.ways.all[int(dates.way[offer])].collects
    return dates.ready(offer) if collects and leaves < NEVER else leaves
