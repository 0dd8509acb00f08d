"""Cut-offs and work: when goods are ready."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dated import NEW_YORK, WEEK, at
from domroute.calendars import Calendar, Processing
from domroute.promise.hours import Openings
from domroute.promise.later import NEVER
from domroute.promise.window import Window, moment_of, tick_of
from domroute.promise.work import Taking, work_of

WED = date(2026, 11, 18)
DC = Calendar(id="dc", hours=WEEK)
TICK = timedelta(microseconds=1)


def course(cutoffs=(), calendar=DC, days=0, minutes=0.0, *, dates=20):
    """Make the map from an order's arrival to its goods being ready."""
    window = Window(WED.toordinal(), dates)
    clock = window.clock(NEW_YORK)
    openings = Openings.of(calendar, clock, window)
    processing = Processing(days=days, minutes=minutes)
    taking = Taking.of(openings, cutoffs, processing, clock=clock, window=window)
    return taking.start.then(work_of(openings, processing))


def done(when, *given_, **named):
    """Return when what comes at a local time or moment is ready."""
    moment = at(when) if isinstance(when, str) else when
    return moment_of(course(*given_, **named).of_one(tick_of(moment)))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-18T10:00", "2026-11-18T10:00"),
        ("2026-11-18T07:00", "2026-11-18T09:00"),
        ("2026-11-18T17:00", "2026-11-18T17:00"),
        ("2026-11-18T17:01", "2026-11-19T09:00"),
        ("2026-11-21T12:00", "2026-11-23T09:00"),
    ],
)
def test_without_work_it_is_ready_while_they_are_open(when, expected):
    """Wed 18, Thu 19, and over a weekend Mon 23; closing itself is in time."""
    assert done(when) == at(expected)


def test_cutoff_is_in_time():
    """At two it is today's; a microsecond later tomorrow's, from nine on."""
    two = at("2026-11-18T14:00")

    assert done(two, ["14:00"]) == two
    assert done(two + TICK, ["14:00"]) == at("2026-11-19T09:00")


def test_cutoff_before_opening_begins_at_the_opening():
    """Until six it is today's, begun at nine; at seven it is tomorrow's."""
    assert done("2026-11-18T06:00", ["06:00"]) == at("2026-11-18T09:00")
    assert done("2026-11-18T07:00", ["06:00"]) == at("2026-11-19T09:00")


def test_first_cutoff_that_has_a_time_counts():
    """Mondays have one; else fall back on the next, which has one for all."""
    cutoffs = [{"mon": "10:00"}, {"wed": "12:00"}, "14:00"]

    assert done("2026-11-18T13:00", cutoffs) == at("2026-11-19T09:00")
    assert done("2026-11-19T13:00", cutoffs) == at("2026-11-19T13:00")
    # Monday 23.
    assert done("2026-11-23T11:00", cutoffs) == at("2026-11-24T09:00")


def test_cutoff_that_has_no_time_is_the_closing():
    """Only Mondays have one: on Wednesday it is five o'clock."""
    assert done("2026-11-18T16:59", [{"mon": "10:00"}]) == at("2026-11-18T16:59")


def test_later_cutoff_of_an_earlier_day_still_takes():
    """Wednesday's 47:00 is Thu 23:00, though Thursday's own was at ten.

    Ordered on Thu at eleven it is Wednesday's work: ready at once.
    """
    cutoffs = [{"wed": "47:00", "*": "10:00"}]

    assert done("2026-11-19T11:00", cutoffs) == at("2026-11-19T11:00")
    # Friday's cut-off is the first after 23:00.
    assert done("2026-11-19T23:01", cutoffs) == at("2026-11-20T09:00")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        # Two working days after Wed 18 is Fri 20; after Thu 19, Mon 23.
        ("2026-11-18T10:00", "2026-11-20T09:00"),
        ("2026-11-19T10:00", "2026-11-23T09:00"),
        # Sunday's order is Monday's: Wed 25.
        ("2026-11-22T10:00", "2026-11-25T09:00"),
    ],
)
def test_working_days_pass(when, expected):
    """The work begins as the last of them opens."""
    assert done(when, days=2) == at(expected)


def test_work_begins_no_sooner_than_its_order():
    """A cut-off of 47:00 takes Thu 23:00 for Wednesday: a day later is past nine.

    Thursday's opening is past; what begins then goes on when they next open.
    """
    assert done("2026-11-19T23:00", ["47:00"], days=1) == at("2026-11-20T09:00")
    assert done("2026-11-19T12:00", ["47:00"], days=1) == at("2026-11-19T12:00")


@pytest.mark.parametrize(
    ("when", "minutes", "expected"),
    [
        ("2026-11-18T10:00", 60, "2026-11-18T11:00"),
        ("2026-11-18T16:00", 60, "2026-11-18T17:00"),
        ("2026-11-18T16:00", 61, "2026-11-19T09:01"),
        # Three days of eight hours, and a minute: Thu, Fri, Mon 23, and on.
        ("2026-11-19T09:00", 3 * 480 + 1, "2026-11-24T09:01"),
        ("2026-11-18T10:00", 0.5, "2026-11-18T10:00:30"),
    ],
)
def test_minutes_of_work_are_of_open_time(when, minutes, expected):
    """What is not done by five goes on at nine."""
    assert done(when, minutes=minutes) == at(expected)


def test_both_days_and_minutes():
    """A working day after Wed 18, an hour after nine."""
    assert done("2026-11-18T10:00", days=1, minutes=60) == at("2026-11-19T10:00")


@pytest.mark.parametrize(
    "room",
    [
        {"days": 10**6},
        {"minutes": 1e6},
        {"calendar": Calendar(id="c", days=[])},
        {"dates": 0, "days": 90},
    ],
)
def test_more_work_than_there_is_time(room):
    """It is ready on no date that is looked at."""
    assert course(**room).of_one(tick_of(at("2026-11-18T10:00"))) == NEVER


TIMES = st.integers(0, 47).map(lambda hour: f"{hour:02}:00")


@given(
    st.dictionaries(st.sampled_from(["mon", "wed", "thu", "sat", "*"]), TIMES),
    st.integers(0, 3),
    st.sampled_from([0, 1, 90, 700]),
    st.lists(st.integers(0, 14 * 1440), min_size=2, max_size=12),
)
def test_who_comes_later_is_ready_no_sooner(cutoffs, days, minutes, moments):
    """Whatever the cut-offs of single days are, and never before the order."""
    made = course([cutoffs], days=days, minutes=minutes)
    start = at("2026-11-18T00:00")
    asked = [tick_of(start + timedelta(minutes=each)) for each in sorted(moments)]

    found = [made.of_one(each) for each in asked]

    assert found == sorted(found)
    assert all(each <= then for each, then in zip(asked, found, strict=True))


@given(TIMES, st.integers(0, 7 * 24))
def test_later_cutoff_is_ready_no_later(cutoff, hours):
    """An hour more to order in never delays anybody."""
    later = f"{min(int(cutoff[:2]) + 1, 47):02}:59"
    when = at("2026-11-18T00:30") + timedelta(hours=hours)

    assert done(when, [later], days=1) <= done(when, [cutoff], days=1)
