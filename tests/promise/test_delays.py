"""Days after a deadline, and days since an order, on the clock of the destination."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dated import NEW_YORK, at
from dated_worlds import ZONES
from domroute.promise.delays import days_late, days_until
from domroute.promise.later import NEVER
from domroute.promise.window import Window, tick_of

TICK = timedelta(microseconds=1)


def late(deadline, when, zone=NEW_YORK):
    """Count the days by which what comes at a moment is late."""
    window = Window(date(2026, 3, 1).toordinal(), 30)
    comes = np.array([tick_of(when)])
    (found,) = days_late(deadline, comes, window.clock(zone), window).tolist()
    return found


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        # The date ends on the 8th, at 05:00 UTC.
        (at("2026-03-05T12:00"), 0),
        (at("2026-03-07T23:59"), 0),
        (at("2026-03-08T00:00"), 0),
        (at("2026-03-08T00:00") + TICK, 1),
        # The 8th has 23 hours, and ends on the 9th at 04:00 UTC.
        (at("2026-03-09T00:00"), 1),
        (at("2026-03-09T00:00") + TICK, 2),
        (at("2026-03-17T12:00"), 10),
    ],
)
def test_date_is_kept_until_it_ends(when, expected):
    """24:00 of the date is in time; then every date begun is a day."""
    assert late(date(2026, 3, 7), when) == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (at("2026-03-07T12:00"), 0),
        (at("2026-03-07T12:00") + TICK, 1),
        (at("2026-03-07T20:00"), 1),
        # Noon of the 8th is 23 hours later: what comes at noon is one day late.
        (at("2026-03-08T12:00"), 1),
        (at("2026-03-08T12:00") + TICK, 2),
        (at("2026-03-09T11:00"), 2),
    ],
)
def test_moment_moves_by_local_days(when, expected):
    """The same time on the clock of a later date, however long the day is."""
    assert late(at("2026-03-07T12:00"), when) == expected


def test_moment_moves_into_a_gap():
    """02:30 of the 7th, moved to the 8th, is 03:30: until then it is one day late."""
    deadline = at("2026-03-07T02:30")

    assert late(deadline, at("2026-03-08T03:30")) == 1
    assert late(deadline, at("2026-03-08T03:30") + TICK) == 2


def test_seconds_of_a_deadline_count():
    """To the microsecond."""
    deadline = at("2026-03-07T12:00") + timedelta(seconds=30, microseconds=5)

    # The 8th is an hour short: three times 24 hours later is an hour past its time.
    assert late(deadline, deadline + timedelta(days=3)) == 4
    assert late(deadline, at("2026-03-10T12:00:30") + 5 * TICK) == 3
    assert late(deadline, at("2026-03-10T12:00:30") + 6 * TICK) == 4


def test_what_never_comes_is_not_late():
    """Nothing is said of it."""
    window = Window(date(2026, 3, 1).toordinal(), 30)
    never, clock = np.array([NEVER]), window.clock("UTC")

    for deadline in (date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC)):
        assert days_late(deadline, never, clock, window).tolist() == [0]


@given(
    st.sampled_from(ZONES),
    st.integers(0, 30 * 1440),
    st.integers(0, 30 * 1440),
    st.booleans(),
)
def test_days_late_are_the_fewest_that_suffice(zone, asked, comes, is_date):
    """Moving the deadline on date by date, by the clock of the standard library."""
    info, start = ZoneInfo(zone), datetime(2026, 3, 2, 7, 0, 1, tzinfo=UTC)
    when = start + timedelta(minutes=comes)
    need_by = start + timedelta(minutes=asked)
    wall = need_by.astimezone(info).replace(tzinfo=None)
    deadline = need_by
    if is_date:
        deadline = wall.date()
        wall = datetime.combine(wall.date(), datetime.min.time()) + timedelta(days=1)

    def moved(days):
        local = (wall + timedelta(days=days)).replace(tzinfo=info)
        return need_by if days == 0 and not is_date else local.astimezone(UTC)

    expected = next(days for days in range(99) if when <= moved(days))
    window = Window(date(2026, 3, 1).toordinal(), 70)
    ticks = np.array([tick_of(when)])
    assert days_late(deadline, ticks, window.clock(zone), window).tolist() == [expected]


def test_days_until_are_dates():
    """From late on the 7th to the 9th are two, to the 7th none, and never fewer."""
    window = Window(date(2026, 3, 1).toordinal(), 30)
    placed = tick_of(at("2026-03-07T23:59"))
    days = np.array([window.position(date(2026, 3, day)) for day in (9, 7, 5)])

    found = days_until(placed, days, window.clock(NEW_YORK))

    assert found.tolist() == [2, 0, 0]
