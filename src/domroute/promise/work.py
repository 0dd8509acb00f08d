"""From an order's arrival at a node until its goods are ready: cut-off and work."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domroute.calendars import CutOff, Processing, minute_of, time_on
from domroute.promise.hours import Openings
from domroute.promise.later import Later
from domroute.promise.window import MINUTE, Clock, Window
from domroute.units import IntArray


def ready(
    openings: Openings,
    cutoffs: Sequence[CutOff],
    processing: Processing,
    *,
    clock: Clock,
    window: Window,
) -> Later:
    """
    Say when goods are ready, by when their order arrives.

    Parameters
    ----------
    openings
        Of the node.
    cutoffs
        The first that has a time for a date says until when an order is that date's;
        none does: until the last closing.
    processing
        The work.
    clock, window
        Of the node, and the dates that are looked at.
    """
    until = _cutoff_moments(openings, cutoffs, clock, window)
    # Whoever comes after one cut-off may still be within that of an earlier date.
    until = np.maximum.accumulate(until)
    wait = processing.days
    count = max(0, len(until) - wait)
    until, opens = until[:count], openings.first[wait:]
    former = np.concatenate(([np.iinfo(np.int64).min], until[:-1]))
    # Until it opens all begin at the opening, from then on as they come.
    still = np.minimum(opens, until)
    pieces = np.column_stack((still, until)).ravel()
    value = np.column_stack((opens, np.maximum(opens, until))).ravel()
    rises = np.tile([False, True], count)
    kept = np.column_stack((still > former, until > np.maximum(opens, former))).ravel()
    start = Later(pieces[kept], value[kept], rises[kept])
    work = round(processing.minutes * MINUTE)
    return start.then(Later.of_work(openings.opens, openings.closes, work))


def _cutoff_moments(
    openings: Openings, cutoffs: Sequence[CutOff], clock: Clock, window: Window
) -> IntArray:
    """Return the last moment of each working day at which an order is still its own."""
    if not cutoffs:
        return openings.last
    minutes = np.full(len(openings.days), -1)
    if isinstance(cutoffs[0], str):
        minutes[:] = minute_of(cutoffs[0])
    else:
        for at, day in enumerate(openings.days.tolist()):
            for times in cutoffs:
                time = time_on(times, window.dates[day])
                if time is not None:
                    minutes[at] = minute_of(time)
                    break
    is_said = minutes >= 0
    said = clock.moments(openings.days, np.maximum(minutes, 0))
    return np.where(is_said, said, openings.last)
