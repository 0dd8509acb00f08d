"""From hand-over to delivery, date by date."""

from datetime import date

import numpy as np
import pytest

from builders import node, service
from dated import NEW_YORK, at, dated_network
from domroute.calendars import Calendar
from domroute.promise.arrivals import NO_ROW, Arrivals, Transit
from domroute.promise.later import NEVER
from domroute.promise.timetable import Timetable
from domroute.promise.ways import Ways
from domroute.promise.window import Window, moment_of

WED = date(2026, 11, 18)
CALENDARS = [
    Calendar(id="weekdays", days=["mon", "tue", "wed", "thu", "fri"]),
    Calendar(id="wednesdays", days=["wed"]),
    Calendar(id="never", days=[]),
    Calendar(id="shut", closed=["2026-11-19"]),
]


def made(*services, days=12):
    """Lay out arrivals of some services from Wed 18 November on."""
    network = dated_network([node("N1")], services, CALENDARS)
    window = Window(WED.toordinal(), days)
    timetable = Timetable(Ways(network, network.nodes, services), window)
    return Arrivals(timetable, Transit(services)), window


def arrive(day, calendar=None, **fields):
    """Return the date of delivery of what is handed over on a date of November."""
    arrivals, window = made(service("g", **fields))
    (row,) = arrivals.arrive(calendar)
    on = int(row[window.position(date(2026, 11, day))])
    return window.dates[on].day if on < len(window) else None


@pytest.mark.parametrize(
    ("day", "transit", "expected"),
    [
        # Day 0 is that of the hand-over.
        (18, 0, 18),
        (18, 1, 19),
        (18, 2, 20),
        # Over a weekend: Mon 23.
        (20, 1, 23),
        (19, 2, 23),
        # Day 0 need be no date on which it moves, but one on which it delivers.
        (21, 0, 23),
        (21, 1, 23),
        (18, 10**6, None),
    ],
)
def test_transit_counts_dates_on_which_it_moves(day, transit, expected):
    """From the day after on."""
    assert arrive(day, calendar="weekdays", transit_days=transit) == expected


def arrive_to(day, receives, **fields):
    """Return the date of delivery to a place that receives by a calendar."""
    arrivals, window = made(service("g", **fields))
    on = int(arrivals.arrive(receives)[0][window.position(date(2026, 11, day))])
    return window.dates[on].day if on < len(window) else None


def test_destination_and_delivery_have_their_own_dates():
    """Moves daily, delivers on weekdays; the place is shut on Thu 19."""
    fields = {"transit_days": 1, "delivery_calendar": "weekdays"}

    assert arrive_to(18, None, **fields) == 19
    assert arrive_to(18, "shut", **fields) == 20
    # Sat 21 is no date of delivery.
    assert arrive_to(20, "shut", **fields) == 23
    assert arrive_to(18, "wednesdays", **fields) == 25
    assert arrive_to(18, "never", **fields) is None


def test_what_moves_only_may_deliver_only_then():
    """Without dates of delivery those of its moving stand for them."""
    fields = {"calendar": "wednesdays"}

    assert arrive_to(18, None, transit_days=0, **fields) == 18
    assert arrive_to(19, None, transit_days=0, **fields) == 25
    assert arrive_to(18, None, transit_days=1, **fields) == 25
    # Couriers move by the hour: whoever receives is asked alone.
    arrivals, _ = made(service("g", transit_minutes=30, **fields))
    assert arrivals.receives(0, None).all()
    assert not arrivals.receives(0, "never").any()


def test_service_that_never_runs():
    """No date from any date on."""
    arrivals, window = made(service("g", transit_days=1, calendar="never"))

    assert (arrivals.arrive(None) == len(window)).all()
    assert (arrivals.next(None) == len(window)).all()


def test_no_date_leads_to_none():
    """The last column stands for no date."""
    arrivals, window = made(service("g", transit_days=0))
    row = arrivals.arrive(None)[0].tolist()

    assert row == list(range(len(window) + 1))
    # The next date after each; there is none after the last.
    assert arrivals.next(None)[0].tolist() == [
        *range(1, len(window)),
        *(len(window), len(window)),
    ]


def test_next_is_the_next_of_delivery():
    """From Fri 20 it is Mon 23."""
    arrivals, window = made(service("g", delivery_calendar="weekdays"))
    fri = window.position(date(2026, 11, 20))

    assert window.dates[int(arrivals.next(None)[0, fri])] == date(2026, 11, 23)


def test_time_by_which_it_delivers():
    """20:00 at the destination; 24:00 is the next midnight; no date is never."""
    arrivals, window = made(
        service("a", transit_days=1, delivers_by="20:00"),
        service("b", transit_days=1),
    )
    by, wed = arrivals.by("Asia/Kolkata"), window.position(WED)

    assert moment_of(int(by[0, wed])) == at("2026-11-18T20:00", "Asia/Kolkata")
    assert moment_of(int(by[1, wed])) == at("2026-11-19T00:00", "Asia/Kolkata")
    assert (by[:, -1] == NEVER).all()
    assert arrivals.by("Asia/Kolkata") is by
    there = moment_of(int(arrivals.by(NEW_YORK)[0, wed]))
    assert there == at("2026-11-18T20:00")


def test_rows_are_services_and_their_days():
    """Zones of as many days share a row; what promises nothing has none."""
    two = {"rates": [[1.0, 1.0]] * 3, "bands": [10.0, 20.0]}
    services = [
        service("a", transit_days=[1, 1, 2], **two),
        service("b", transit_days=4),
        service("c"),
        service("d", transit_minutes=95.5),
    ]

    transit = Transit(services)

    assert transit.rows.tolist() == [[0, 1], [0, 2], [1, 4]]
    assert transit.row_of.tolist() == [
        [0, 0, 1],
        [2, 2, 2],
        *([[NO_ROW] * 3] * 3),
    ]
    assert transit.minutes.tolist() == [-1.0, -1.0, -1.0, 95.5, -1.0]
    assert transit.has_couriers


def test_no_services_promise_nothing():
    """There is a row for what goes by none."""
    transit = Transit([])

    assert transit.row_of.tolist() == [[NO_ROW]]
    assert not transit.has_couriers
    arrivals, window = made()
    assert arrivals.arrive(None).shape == (0, len(window) + 1)
    assert arrivals.next(None).shape == (0, len(window) + 1)
    assert np.array(arrivals.by("UTC")).shape == (0, len(window) + 1)
