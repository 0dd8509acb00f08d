"""
What there is of a SKU at a node, and when, from the documentation alone.

Nothing of the library is used but its nouns. Supply and promises are written out as
steps over all moments at which something comes, and what may be promised is read off.
"""

from __future__ import annotations

import math
from datetime import UTC, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plain_hours import DAY

SLACK = 1e-9


class Shelf(NamedTuple):
    """
    What may be promised of a SKU at a node.

    ``units[0]`` are there now; ``units[k]`` may be relied on from ``moments[k - 1]``.
    ``now`` and ``in_the_end`` are the first and the last of them before rules keep any.
    """

    moments: tuple
    units: tuple[int, ...]
    now: int
    in_the_end: int

    def step(self, moment):
        """Say how many of the moments are over at one; None is now."""
        return 0 if moment is None else sum(one <= moment for one in self.moments)

    def more(self, wanted):
        """List the moments from which on there is more of what is wanted."""
        have = [min(units, wanted) for units in self.units]
        steps = zip(self.moments, pairwise(have), strict=True)
        return [moment for moment, (before, after) in steps if after > before]


NOTHING = Shelf((), (0,), 0, 0)
"""Where there is no row."""


def received(hours, at, minutes):
    """Say when what arrives may be used: after so much open time; None if never."""
    if not minutes:
        return at
    left = timedelta(minutes=minutes)
    for opens, closes in hours.openings:
        begins = max(opens, at)
        if closes <= begins:
            continue
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    return None


def arrives(at, placed, zone, overdue_days):
    """Say when a row is counted on to arrive; None if it is not."""
    if at > placed:
        return at.astimezone(UTC)
    if overdue_days is None:
        return None
    there = ZoneInfo(zone)
    wall = placed.astimezone(there).replace(tzinfo=None, fold=0) + overdue_days * DAY
    return wall.replace(tzinfo=there).astimezone(UTC)


def shelf_of(row, clock, overdue_days, kept=0.0, promised=()):
    """
    Work out what may be promised of a row.

    Parameters
    ----------
    row
        Of stock.
    clock
        Of an order.
    overdue_days
        In how many days to count on what should have come.
    kept
        What a rule keeps back, beside the safety of the row.
    promised
        Units promised of what comes: since when they count, and how many.
    """
    node = clock.nodes[row.node]
    zone = clock.zone_of(node)
    hours = clock.hours(node.calendar, zone)
    now, coming = row.on_hand, []
    for one in row.inbound:
        at = arrives(one.at, clock.placed, zone, overdue_days)
        if at is None:
            continue
        usable = received(hours, at, node.receiving_minutes)
        if usable is not None and usable <= clock.placed:
            now += one.quantity
        else:
            # What is received beyond all calendars is there in the end, and no sooner.
            coming.append((usable, one.quantity))
    moments = tuple(sorted({at for at, _ in coming if at is not None}))
    left = []
    for moment in (None, *moments, "in the end"):
        is_end = moment == "in the end"
        supply = now + sum(
            units
            for at, units in coming
            if is_end or (moment is not None and at is not None and at <= moment)
        )
        relied = sum(
            units
            for at, units in promised
            if is_end or at is None or (moment is not None and at <= moment)
        )
        left.append(supply - row.reserved - relied)
    steps = range(1 + len(moments))
    bare = [whole(min(left[k:]) - row.safety) for k in steps]
    free = tuple(whole(units - kept) for units in bare)
    return Shelf(moments, free, bare[0], bare[-1])


def whole(units):
    """Count whole units, none of them lost to rounding."""
    return max(0, math.floor(units + SLACK))
