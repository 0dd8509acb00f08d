"""The dates of one offer, as a shipment tells them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict

from domroute.promise.dated import Dates
from domroute.promise.later import NEVER
from domroute.promise.window import moment_of


class Moments(TypedDict, total=False):
    """The dates of a shipment, by the names of its fields; moments are in UTC."""

    ready_at: datetime
    ships_at: datetime | None
    delivers_on: date | None
    delivers_at: datetime | None
    valid_until: datetime
    works_on: date


def moments_of(dates: Dates, at: int) -> Moments:
    """
    Tell the dates of one offer.

    Parameters
    ----------
    dates
        Of a delivery's offers.
    at
        Which of them.
    """
    if dates.leaves[at] >= NEVER:
        return Moments()  # it is asked what it would cost, if any date would do
    timetable, way = dates.timetable, int(dates.way[at])
    leaves, arrives = int(dates.leaves[at]), int(dates.arrives[at])
    course, collects = timetable.course(way), timetable.ways.all[way].collects
    is_promised = arrives < NEVER
    day = -1 if dates.works is None else int(dates.works[at])
    told = Moments(
        ready_at=moment_of(dates.ready(at)),
        ships_at=None if collects else moment_of(leaves),
        delivers_on=timetable.window.dates[dates.day[at]] if is_promised else None,
        delivers_at=moment_of(arrives) if is_promised else None,
        # Goods that are held may come in as late as they must be ready.
        valid_until=moment_of(course.leaves.latest_of_one(leaves)),
    )
    if day >= 0:
        told["works_on"] = date.fromordinal(day)
    return told
