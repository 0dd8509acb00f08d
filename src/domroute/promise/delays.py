"""How many days after it is needed, and after its order, a delivery comes."""

from __future__ import annotations

from datetime import MAXYEAR, date, datetime

import numpy as np

from domroute.promise.later import NEVER
from domroute.promise.window import MINUTE, Clock, Window, tick_of
from domroute.units import BoolArray, IntArray


def days_late(
    deadline: date | datetime, arrives: IntArray, clock: Clock, window: Window
) -> IntArray:
    """
    Count the days by which a deadline would have to move to be kept; ``(A,)``.

    A date is kept until it ends, a moment moves to the same local time of later dates.

    Parameters
    ----------
    deadline
        A date, or a moment.
    arrives
        Moments of delivery; what never comes is not late; shape ``(A,)``.
    clock, window
        Of the destination, and the dates that are looked at.
    """
    if not isinstance(deadline, datetime):
        # What comes at the very end of a date, at midnight, comes on it.
        late = clock.days_of(arrives - 1)
        late -= window.position(deadline)
    elif deadline.year == MAXYEAR:  # at the end of time nothing is late
        return np.zeros(len(arrives), np.int64)
    else:
        wall = deadline.astimezone(clock.info)
        minute = 60 * wall.hour + wall.minute
        rest = tick_of(deadline) % MINUTE
        comes = np.where(arrives < NEVER, arrives, window.start)
        on = clock.days_of(comes)
        moved = clock.moments(on, np.full(len(on), minute)) + rest
        late = on - window.position(wall.date()) + (moved < comes)
    np.maximum(late, 0, out=late)
    late[arrives >= NEVER] = 0
    return late


def is_late(
    deadline: date | datetime, arrives: IntArray, clock: Clock, window: Window
) -> BoolArray:
    """Tell what comes after a deadline, as :func:`days_late` counts; ``(A,)``."""
    if isinstance(deadline, datetime):
        return days_late(deadline, arrives, clock, window) > 0
    return (arrives > clock.end(window.position(deadline))) & (arrives < NEVER)


def days_until(placed: int, day: IntArray, clock: Clock) -> IntArray:
    """Count the days from the date of an order to others, by position; ``(A,)``."""
    found: IntArray = day - clock.day_of(placed)
    return np.maximum(found, 0, out=found)
