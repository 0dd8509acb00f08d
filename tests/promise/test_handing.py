"""From ready to handed over: pick-ups, open hours, and rides of couriers."""

from datetime import date, timedelta

import numpy as np
import pytest

from dated import NEW_YORK, WEEK, at
from domroute.calendars import Calendar
from domroute.promise.handing import Handing, Rounds
from domroute.promise.hours import Openings, dates_of
from domroute.promise.later import NEVER
from domroute.promise.window import Window, moment_of, tick_of

WED = date(2026, 11, 18)
DC = Calendar(id="dc", hours=WEEK)
WEEKENDS = Calendar(id="c", days=["sat", "sun"])
WINDOW = Window(WED.toordinal(), 20)
CLOCK = WINDOW.clock(NEW_YORK)
TICK = timedelta(microseconds=1)


def handing(pickups, calendar=DC, runs=None, trips=None):
    """Lay out the pick-ups of a service at a node."""
    if trips is not None:
        trips = tuple(np.array([tick_of(at(x)) for x in part]) for part in trips)
    dates = dates_of(runs, WINDOW)
    rounds = None if pickups is None else Rounds.of(dates, pickups, CLOCK, WINDOW)
    return Handing.of(
        Openings.of(calendar, CLOCK, WINDOW),
        dates,
        rounds,
        clock=CLOCK,
        window=WINDOW,
        trips=trips,
    )


def taken(made, when):
    """Return when what is ready then is handed over, and the date of that."""
    moment = at(when) if isinstance(when, str) else when
    found = made.later.of_one(tick_of(moment))
    if found >= NEVER:
        return None
    (day,) = made.days_of(np.array([found])).tolist()
    return moment_of(found), WINDOW.dates[day]


def on(text, day=None):
    """Say a moment, and its date where that is not what the clock says."""
    return at(text), date.fromisoformat(day or text[:10])


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-18T10:00", "2026-11-18T12:00"),
        ("2026-11-18T12:00", "2026-11-18T12:00"),
        ("2026-11-18T12:01", "2026-11-18T19:00"),
        ("2026-11-18T19:01", "2026-11-19T12:00"),
        # Over a weekend, on which nobody works: Mon 23.
        ("2026-11-20T20:00", "2026-11-23T12:00"),
    ],
)
def test_first_pickup_from_then_on(when, expected):
    """Equal counts; one may be after they close; weekends have none."""
    made = handing(("19:00", "12:00"))

    assert taken(made, when) == on(expected)


def test_pickups_by_day():
    """A date has its own, a weekday too, and what no entry names has none."""
    made = handing({"wed": ["12:00", "11:00"], "2026-11-20": ["10:00"], "thu": []})

    assert taken(made, "2026-11-18T11:30") == on("2026-11-18T12:00")
    assert taken(made, "2026-11-18T13:00") == on("2026-11-20T10:00")
    assert taken(made, "2026-11-20T11:00") == on("2026-11-25T11:00")


def test_midnight_of_two_dates_is_of_the_first():
    """Wednesday's 24:00 and Thursday's 00:00 are one truck, on Wednesday's list."""
    made = handing(("00:00", "24:00"))

    assert taken(made, "2026-11-18T20:00") == on("2026-11-19T00:00", "2026-11-18")
    # Friday's is of Friday, though Saturday is no working day.
    assert taken(made, "2026-11-20T20:00") == on("2026-11-21T00:00", "2026-11-20")


def test_pickup_needs_that_the_service_runs():
    """It runs on weekends, the node works on weekdays: never."""
    made = handing(("12:00",), runs=WEEKENDS)

    assert taken(made, "2026-11-18T10:00") is None
    assert made.days_of(np.array([NEVER])).tolist() == [0]
    assert made.begin(5) == NEVER - 1


def test_no_pickups_is_never():
    """An empty list, or an empty one for every day."""
    assert taken(handing(()), "2026-11-18T10:00") is None
    assert taken(handing({}), "2026-11-18T10:00") is None


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-18T10:00", "2026-11-18T10:00"),
        ("2026-11-18T17:00", "2026-11-18T17:00"),
        ("2026-11-18T17:01", "2026-11-19T09:00"),
    ],
)
def test_without_pickups_whenever_they_are_open(when, expected):
    """Closing itself is in time."""
    assert taken(handing(None), when) == on(expected)


def test_without_pickups_on_dates_of_the_service():
    """Always open; on weekends alone it runs: from Sat 21 on, until Sunday ends."""
    made = handing(None, calendar=None, runs=WEEKENDS)

    assert taken(made, "2026-11-18T10:00") == on("2026-11-21T00:00")
    assert taken(made, "2026-11-22T23:59") == on("2026-11-22T23:59")
    # Midnight belongs to the date it begins: Monday, on which it does not run.
    assert taken(made, "2026-11-23T00:00") == on("2026-11-28T00:00")
    last = at("2026-11-23T00:00") - TICK
    assert taken(made, last) == (last, date(2026, 11, 22))


def test_open_hours_across_midnight_change_date():
    """At the very midnight of an open night it is the next date."""
    night = Calendar(id="c", hours={"wed": [["22:00", "06:00"]]})
    made = handing(None, calendar=night)
    last = at("2026-11-19T00:00") - TICK

    assert taken(made, last) == (last, date(2026, 11, 18))
    assert taken(made, "2026-11-19T00:00") == on("2026-11-19T00:00")


def test_service_and_node_may_have_no_time_in_common():
    """A node open on weekdays, and a service on weekends: never."""
    assert taken(handing(None, runs=WEEKENDS), "2026-11-18T10:00") is None


RIDES = (
    ["2026-11-18T10:00", "2026-11-19T20:00"],
    [
        *("2026-11-18T11:00", "2026-11-19T21:00"),
    ],
)
"""Couriers may leave from ten to eleven on Wednesday, and on Thursday evening."""


def test_courier_takes_what_is_picked_up_while_he_rides():
    """At 10:30, and not at noon; on Thursday at 20:30."""
    made = handing(("10:30", "12:00", "20:30"), trips=RIDES)

    assert taken(made, "2026-11-18T09:00") == on("2026-11-18T10:30")
    assert taken(made, "2026-11-18T10:31") == on("2026-11-19T20:30")
    assert taken(made, "2026-11-19T20:31") is None


def test_courier_takes_what_is_ready_while_he_rides():
    """Within both the node's hours and his: on Thursday evening they are closed."""
    made = handing(None, trips=RIDES)

    assert taken(made, "2026-11-18T09:00") == on("2026-11-18T10:00")
    assert taken(made, "2026-11-18T10:45") == on("2026-11-18T10:45")
    assert taken(made, "2026-11-18T11:00") == on("2026-11-18T11:00")
    assert taken(made, "2026-11-18T11:01") is None


def test_hand_overs_of_a_date_begin():
    """With its first pick-up, or the next; without any as the date begins."""
    made, whenever = handing(("19:00", "12:00")), handing(None)
    wed, sat = WINDOW.position(WED), WINDOW.position(date(2026, 11, 21))

    assert moment_of(made.begin(wed)) == at("2026-11-18T12:00")
    assert moment_of(made.begin(sat)) == at("2026-11-23T12:00")
    assert moment_of(whenever.begin(sat)) == at("2026-11-21T00:00")
