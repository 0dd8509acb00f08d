"""Openings of calendars, as moments."""

from datetime import date

import pytest

from dated import NEW_YORK, at
from domroute.calendars import Calendar
from domroute.promise.hours import Openings, dates_of
from domroute.promise.window import Window, moment_of

WED = date(2026, 11, 18)
"""A Wednesday on which no clock changes."""


def laid(calendar, first=WED, days=5, zone=NEW_YORK):
    """Lay a calendar out from a date on; return its openings, and the window."""
    window = Window(first.toordinal(), days)
    return Openings.of(calendar, window.clock(zone), window), window


def spans(calendar, first=WED, zone=NEW_YORK):
    """List the openings that begin in the five days from a date on."""
    found, _ = laid(calendar, first, zone=zone)
    start = at(f"{first}T00:00", zone)
    pairs = zip(found.opens.tolist(), found.closes.tolist(), strict=True)
    made = [(moment_of(opens), moment_of(closes)) for opens, closes in pairs]
    return [pair for pair in made if pair[0] >= start][:5]


def days_of(calendar, first=WED, zone=NEW_YORK):
    """List the working days from a date on, and when each opens first and closes."""
    found, window = laid(calendar, first, zone=zone)
    rows = zip(
        found.days.tolist(), found.first.tolist(), found.last.tolist(), strict=True
    )
    made = [(window.dates[day], moment_of(a), moment_of(b)) for day, a, b in rows]
    return [row for row in made if row[0] >= first]


@pytest.mark.parametrize("calendar", [None, Calendar(id="always")])
def test_place_without_hours_is_always_open(calendar):
    """One opening over all dates, each of which is a working day."""
    found, window = laid(calendar)

    assert len(found.opens) == len(found.closes) == 1
    assert found.days.tolist() == list(range(len(window)))
    assert dates_of(calendar, window).all()
    begins = window.clock(NEW_YORK).midnight
    assert found.first.tolist() == begins[:-1].tolist()
    assert found.last.tolist() == begins[1:].tolist()


def test_hours_are_local_times():
    """09:00-17:00 in New York is 14:00-22:00 in UTC; Thursday is not named."""
    week = Calendar(id="c", hours={d: [["09:00", "17:00"]] for d in ("wed", "fri")})

    assert spans(week)[:2] == [
        (at("2026-11-18T09:00"), at("2026-11-18T17:00")),
        (at("2026-11-20T09:00"), at("2026-11-20T17:00")),
    ]


def test_rows_that_touch_are_one():
    """A pause of nothing is none; one of an hour is."""
    rows = [["13:00", "17:00"], ["08:00", "12:00"], ["12:00", "12:30"]]
    calendar = Calendar(id="c", hours={"wed": rows})

    assert spans(calendar)[:2] == [
        (at("2026-11-18T08:00"), at("2026-11-18T12:30")),
        (at("2026-11-18T13:00"), at("2026-11-18T17:00")),
    ]
    first = (date(2026, 11, 18), at("2026-11-18T08:00"), at("2026-11-18T17:00"))
    assert days_of(calendar)[0] == first


def test_night_belongs_to_the_date_it_opens_on():
    """Closing is on the next date, which is no working day for it."""
    calendar = Calendar(id="c", hours={"wed": [["22:00", "06:00"]]})

    assert days_of(calendar) == [
        (date(2026, 11, 18), at("2026-11-18T22:00"), at("2026-11-19T06:00")),
        (date(2026, 11, 25), at("2026-11-25T22:00"), at("2026-11-26T06:00")),
    ]


def test_nights_may_run_into_what_opens_then():
    """A special day that opens at five within the night until six: one opening."""
    calendar = Calendar(
        id="c",
        hours={"wed": [["22:00", "06:00"]]},
        special={"2026-11-19": [["05:00", "09:00"]]},
    )

    assert spans(calendar)[0] == (at("2026-11-18T22:00"), at("2026-11-19T09:00"))
    # Each date keeps its own first opening and last closing.
    assert [row[1:] for row in days_of(calendar)[:2]] == [
        (at("2026-11-18T22:00"), at("2026-11-19T06:00")),
        (at("2026-11-19T05:00"), at("2026-11-19T09:00")),
    ]


def test_night_that_ends_after_what_opens_in_it():
    """A short special row within a night does not end it."""
    calendar = Calendar(
        id="c",
        hours={"wed": [["22:00", "08:00"]]},
        special={"2026-11-19": [["05:00", "06:00"]]},
    )

    assert spans(calendar)[0] == (at("2026-11-18T22:00"), at("2026-11-19T08:00"))


def test_row_that_closes_as_it_opens_is_none():
    """It makes no working day."""
    rows = {"wed": [["09:00", "09:00"]], "thu": [["09:00", "10:00"]]}
    calendar = Calendar(id="c", hours=rows)

    found, window = laid(calendar)

    named = [window.dates[day] for day in found.days.tolist()]
    assert {day.weekday() for day in named} == {3}
    assert dates_of(calendar, window).sum() == len(named)


def test_closed_and_special_dates_replace_their_weekday():
    """Wednesday is closed, Thursday has hours of its own, or none."""
    calendar = Calendar(
        id="c",
        days=["wed", "thu", "fri"],
        closed=["2026-11-18", "2020-01-01"],
        special={"2026-11-19": [["10:00", "11:00"]], "2026-11-20": []},
    )

    assert days_of(calendar)[0] == (
        *(date(2026, 11, 19), at("2026-11-19T10:00"), at("2026-11-19T11:00")),
    )
    assert days_of(calendar)[1][0] == date(2026, 11, 25)


def test_row_that_the_clock_jumps_over_opens_nothing():
    """02:00-03:00 on 8 March is no time at all; the date stays a working day."""
    sunday = date(2026, 3, 8)
    calendar = Calendar(id="c", hours={"sun": [["02:00", "03:00"]]})
    found, window = laid(calendar, sunday)

    assert window.dates[int(found.days[0])] == sunday
    assert all(moment_of(opens).date() != sunday for opens in found.opens.tolist())
    assert dates_of(calendar, window)[window.position(sunday)]


def test_calendar_that_never_opens():
    """No opening, and no working day."""
    found, window = laid(Calendar(id="c", days=[]))

    assert len(found.opens) == len(found.days) == len(found.first) == 0
    assert not dates_of(Calendar(id="c", hours={}), window).any()


def test_no_dates_no_openings():
    """At the end of time there is no window, and nothing opens in it."""
    window = Window(date.max.toordinal(), 5)
    found = Openings.of(Calendar(id="c"), window.clock("UTC"), window)

    assert len(window) <= 3
    assert len(found.days) == len(window)
    assert len(dates_of(None, window)) == len(window)


def test_day_of_a_clock_change_is_open_throughout():
    """Around the clock there are 23 hours on 8 March, and no gap before it or after."""
    sundays = Calendar(id="c", days=["sun"])
    (first, *_) = spans(sundays, date(2026, 3, 8))

    assert first == (at("2026-03-08T00:00"), at("2026-03-09T00:00"))
    assert (first[1] - first[0]).total_seconds() == 23 * 3600
