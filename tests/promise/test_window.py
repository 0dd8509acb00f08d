"""Clocks of time zones in some weeks of dates."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dated_worlds import STARTS, ZONES
from domroute.promise.later import NEVER
from domroute.promise.window import (
    DAY,
    MINUTE,
    Window,
    moment_of,
    ordinal_of,
    tick_of,
)

HOUR = 60 * MINUTE


def window_of(first, days=10):
    """Look at some dates from one on."""
    return Window(date.fromisoformat(first).toordinal(), days)


def moment(zone, day, minute):
    """Ask for the moment of a local time, in minutes after midnight."""
    window = window_of(day)
    at = np.array([window.position(date.fromisoformat(day))])
    found = window.clock(zone).moments(at, np.array([minute]))
    return moment_of(int(found[0]))


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        # From UTC-5 to UTC-4 at 02:00: 02:30 is skipped, and read as 02:30-05:00.
        ("America/New_York", "2026-03-08", "01:59", "2026-03-08T06:59"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30"),
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08T07:00"),
        ("America/New_York", "2026-03-08", "17:00", "2026-03-08T21:00"),
        # Back at 02:00 to 01:00: 01:30 comes twice, first at UTC-4.
        ("America/New_York", "2026-11-01", "00:30", "2026-11-01T04:30"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
        ("America/New_York", "2026-11-01", "02:00", "2026-11-01T07:00"),
        ("America/New_York", "2026-11-01", "17:00", "2026-11-01T22:00"),
        # Lord Howe goes on by half an hour, from UTC+10:30 to UTC+11.
        ("Australia/Lord_Howe", "2026-10-04", "01:59", "2026-10-03T15:29"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45"),
        ("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30"),
        # And back at 02:00: 01:45 comes twice, first at UTC+11.
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        ("Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04T15:30"),
        # Havana skips midnight, from UTC-5 to UTC-4: 00:30 is read as 00:30-05:00.
        ("America/Havana", "2026-03-08", "00:00", "2026-03-08T05:00"),
        ("America/Havana", "2026-03-08", "00:30", "2026-03-08T05:30"),
        ("America/Havana", "2026-03-08", "01:00", "2026-03-08T05:00"),
        ("America/Havana", "2026-03-08", "12:00", "2026-03-08T16:00"),
        # And has 00:30 twice, first at UTC-4.
        ("America/Havana", "2026-11-01", "00:30", "2026-11-01T04:30"),
        ("America/Havana", "2026-11-01", "01:00", "2026-11-01T06:00"),
        # Apia keeps UTC+13 since 2021; it had no 30 December 2011.
        ("Pacific/Apia", "2026-04-05", "03:30", "2026-04-04T14:30"),
        ("Pacific/Apia", "2011-12-29", "23:00", "2011-12-30T09:00"),
        ("Pacific/Apia", "2011-12-31", "01:00", "2011-12-30T11:00"),
        # Past midnight it is the next date's local time.
        ("America/New_York", "2026-03-07", "24:00", "2026-03-08T05:00"),
        ("America/New_York", "2026-03-07", "26:30", "2026-03-08T07:30"),
        ("America/New_York", "2026-03-07", "27:00", "2026-03-08T07:00"),
        ("America/New_York", "2026-03-07", "47:59", "2026-03-09T03:59"),
        ("America/New_York", "2026-10-31", "25:30", "2026-11-01T05:30"),
        # Years end, and a February has 29 days.
        ("Europe/London", "2026-12-31", "24:00", "2027-01-01T00:00"),
        ("Asia/Kolkata", "2026-12-31", "25:30", "2026-12-31T20:00"),
        ("UTC", "2028-02-28", "25:30", "2028-02-29T01:30"),
        ("UTC", "2028-02-29", "24:00", "2028-03-01T00:00"),
        ("UTC", "2027-02-28", "24:00", "2027-03-01T00:00"),
    ],
)
def test_local_time_is_a_moment(zone, day, clock, expected):
    """What is skipped is read at the offset before; of what comes twice the first."""
    hour, minute = map(int, clock.split(":"))

    found = moment(zone, day, 60 * hour + minute)

    assert found == datetime.fromisoformat(f"{expected}+00:00")


@given(
    st.sampled_from(ZONES),
    st.sampled_from(STARTS),
    st.integers(0, 9),
    st.integers(0, 2 * 1440 - 1),
)
def test_moments_are_those_of_the_standard_library(zone, first, later, minute):
    """PEP 495 with ``fold=0`` says the same of every minute of two days."""
    window = Window(first.toordinal(), 10)
    day = first + timedelta(days=later)
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    expected = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    at = np.array([window.position(day)])
    found = window.clock(zone).moments(at, np.array([minute]))

    assert moment_of(int(found[0])) == expected


@given(st.sampled_from(ZONES), st.sampled_from(STARTS), st.integers(0, 9 * 86400))
def test_dates_are_those_of_the_standard_library(zone, first, seconds):
    """The date that the clock of a zone shows."""
    window = Window(first.toordinal(), 12)
    start = datetime.combine(first, datetime.min.time(), UTC)
    when = start + timedelta(seconds=seconds)

    (at,) = window.clock(zone).days_of(np.array([tick_of(when)])).tolist()

    assert window.dates[at] == when.astimezone(ZoneInfo(zone)).date()


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("America/Havana", "2026-03-08", 23),
        ("America/Havana", "2026-11-01", 25),
        ("Asia/Kolkata", "2026-03-08", 24),
    ],
)
def test_dates_are_as_long_as_they_are(zone, day, hours):
    """From midnight to midnight, or to what comes first after it."""
    window = window_of(day)
    at = window.position(date.fromisoformat(day))

    midnight = window.clock(zone).midnight

    assert midnight[at + 1] - midnight[at] == hours * HOUR


def test_window_reaches_beyond_its_dates():
    """Three dates before the first, for nights; and three after the last."""
    window = window_of("2026-01-01", 10)

    assert window.dates[0] == date(2025, 12, 29)
    assert window.dates[-1] == date(2026, 1, 13)
    assert len(window) == 16
    assert window.position(date(2026, 1, 1)) == 3
    assert window.position(date(2025, 12, 28)) == -1
    assert window.end - window.start == 17 * DAY


def test_beginnings_beyond_the_window():
    """A date before all began long ago; one after all never does."""
    window = window_of("2026-01-01", 10)
    clock = window.clock("Asia/Kolkata")

    assert clock.begin(-5) == window.start
    # 00:00 of 1 January, at UTC+5:30.
    assert moment_of(clock.begin(3)) == datetime(2025, 12, 31, 18, 30, tzinfo=UTC)
    assert clock.begin(10**6) == NEVER - 1


def test_clock_is_made_once():
    """Who asks for a zone again gets the same clock."""
    window = window_of("2026-01-01")

    assert window.clock("UTC") is window.clock("UTC")


@pytest.mark.parametrize("day", [date.min, date(9999, 12, 25), date.max])
def test_windows_end_where_dates_do(day):
    """No date is before the year 1, and none after 9999, in any zone."""
    window = Window(day.toordinal(), 90)

    for zone in (*ZONES, "Pacific/Kiritimati", "Etc/GMT+12"):
        assert len(window.clock(zone).midnight) == len(window) + 1
    assert all(date.min < each < date.max for each in window.dates)


def test_ticks_are_exact():
    """A microsecond is a tick, before 1970 and after."""
    for when in (
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ):
        assert moment_of(tick_of(when)) == when
        assert date.fromordinal(ordinal_of(tick_of(when))) == when.date()
    assert tick_of(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert tick_of(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
