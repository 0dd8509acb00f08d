"""Dates of offers found together, and why some may not be made."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from builders import node, place, service
from dated import NEW_YORK, WEEK, at, dated_network
from domroute.calendars import Calendar
from domroute.orders import Delivery
from domroute.promise.dated import Lack, Wish
from domroute.promise.finding import DateFinder
from domroute.promise.later import NEVER
from domroute.promise.window import moment_of, tick_of

WEDNESDAY = at("2026-11-18T10:00")
SERVICES = [
    service("days", pickups=["17:00"], transit_days=1, delivers_by="20:00"),
    service("none", pickups=["17:00"]),
    service("ride", transit_minutes=45, methods=["ship", "same_day"]),
]
KOLKATA = "Asia/Kolkata"


def finder_of(*nodes, horizon_days=90, **fields):
    """Make a finder of dates of some nodes, and the three services."""
    calendars = [Calendar(id="dc", hours=WEEK), Calendar(id="never", days=[])]
    network = dated_network(nodes, SERVICES, calendars, **fields)
    return DateFinder(network, network.nodes, SERVICES, horizon_days)


def wish_of(when=WEDNESDAY, *, is_hard=True, needs_date=False, at_node=None, **asked):
    """Ask for a delivery to the equator."""
    delivery = Delivery(**asked)
    goal = None if delivery.method.is_collected else place()
    return Wish(delivery, tick_of(when), goal, at_node, is_hard, needs_date)


def find(finder, wish, *offers):
    """Find the dates of offers: node and service, -1 for none."""
    rows = sorted(offers, key=lambda row: row[1])
    node, service = (np.array(part, np.int64) for part in zip(*rows, strict=True))
    edges = [0, *(np.flatnonzero(np.diff(service)) + 1).tolist(), len(service)]
    runs = [slice(a, b) for a, b in pairwise(edges)]
    zones = np.zeros(len(node), np.int64)
    since = np.full(len(node), wish.placed)
    return finder.find(wish, node, (service, zones), since=since, runs=runs)


def moments(ticks):
    """Return moments; None for never."""
    return [None if x >= NEVER else moment_of(x) for x in ticks.tolist()]


def test_each_offer_has_its_own_dates():
    """By days, by nobody knows when, by the hour, and by no service at all."""
    found = find(finder_of(node("N1")), wish_of(), (0, 0), (0, 1), (0, 2), (0, -1))

    # None stands first.
    five, eight = at("2026-11-18T17:00"), at("2026-11-19T20:00")
    ride = WEDNESDAY + timedelta(minutes=45)
    assert moments(found.leaves) == [WEDNESDAY, five, five, WEDNESDAY]
    assert moments(found.arrives) == [None, eight, None, ride]
    days = [found.timetable.window.dates[day] for day in found.day[[1, 3]].tolist()]
    assert days == [date(2026, 11, 19), date(2026, 11, 18)]
    assert found.until.tolist() == [0, 1, 0, 0]
    assert found.lack.tolist() == [Lack.NOTHING] * 4


def test_no_date_where_one_is_needed():
    """What promises none may not be made."""
    found = find(finder_of(node("N1")), wish_of(needs_date=True), (0, 0), (0, 1))

    assert found.lack.tolist() == [Lack.NOTHING, Lack.DATE]


def test_late_is_forbidden_where_it_is_hard():
    """By noon of Thursday: eight in the evening is a day late, at once is not."""
    asked = {"need_by": at("2026-11-19T12:00")}
    hard = find(finder_of(node("N1")), wish_of(**asked), (0, 0), (0, 2))
    soft = find(finder_of(node("N1")), wish_of(is_hard=False, **asked), (0, 0), (0, 2))

    assert soft.late.tolist() == [1, 0]
    assert hard.late is None  # what is late is not made
    assert hard.lack.tolist() == [Lack.TIME, Lack.NOTHING]
    assert soft.lack.tolist() == [Lack.NOTHING] * 2


def test_node_that_closes_for_good():
    """Until five it is active: at five itself no more; from six on, not yet."""
    begin, end = at("2026-11-18T18:00"), at("2026-11-18T17:00")
    nodes = [
        *(node("N1", active_from=begin), node("N2", active_until=end), node("N3")),
        node("N4", active_until=end + timedelta(microseconds=1)),
    ]
    found = find(finder_of(*nodes), wish_of(), *((at, 0) for at in range(4)))

    assert found.lack.tolist() == [
        *(Lack.ACTIVE, Lack.ACTIVE, Lack.NOTHING, Lack.NOTHING),
    ]


@pytest.mark.parametrize(("horizon", "lack"), [(1, Lack.DATE), (2, Lack.NOTHING)])
def test_beyond_the_horizon_there_is_no_date(horizon, lack):
    """From Wed 10:00 to Thu 20:00 is more than a day."""
    finder = finder_of(node("N1"), horizon_days=horizon)

    assert find(finder, wish_of(), (0, 0)).lack.tolist() == [lack]


def test_nothing_leaves_beyond_the_horizon():
    """Nor where nothing is promised: Monday's truck is four days on."""
    finder = finder_of(node("N1", calendar="dc"), horizon_days=2)
    friday = at("2026-11-20T18:00")

    assert find(finder, wish_of(friday), (0, 1)).lack.tolist() == [Lack.DATE]
    assert find(finder, wish_of(), (0, 1)).lack.tolist() == [Lack.NOTHING]


def test_node_that_never_opens():
    """It has no date, of any kind."""
    finder = finder_of(node("N1", calendar="never", kind="store"))
    sent = find(finder, wish_of(), (0, 0), (0, 1), (0, 2), (0, -1))
    come = find(finder, wish_of(method="pickup", radius_km=5.0), (0, -1))

    assert moments(sent.leaves) == moments(sent.arrives) == [None] * 4
    assert sent.lack.tolist() == [Lack.DATE] * 4
    assert moments(come.leaves) == [None]
    assert come.until.tolist() == come.days_late.tolist() == [0]


def test_same_day_is_by_courier_today():
    """Who goes by days has no date; a ride past midnight is past the cut-off."""
    finder = finder_of(node("N1", methods=["same_day"]))
    late = at("2026-11-18T23:30")

    early = find(finder, wish_of(method="same_day"), (0, 0), (0, 2))
    past = find(finder, wish_of(late, method="same_day"), (0, 2))
    tomorrow = wish_of(late, method="same_day", earliest="2026-11-19")

    assert early.lack.tolist() == [Lack.DATE, Lack.NOTHING]
    assert past.lack.tolist() == [Lack.SAME_DAY]
    assert find(finder, tomorrow, (0, 2)).lack.tolist() == [Lack.NOTHING]


def test_collected_on_the_clock_of_each_node():
    """Thu 19 begins in Kolkata at 18:30 UTC of Wed 18; in New York at 05:00 UTC."""
    nodes = node("N1", kind="store"), node("N2", kind="store", time_zone=KOLKATA)
    asked = {"method": "pickup", "radius_km": 5.0, "earliest": "2026-11-19"}
    wish = wish_of(need_by="2026-11-19", **asked)

    found = find(finder_of(*nodes), wish, (0, -1), (1, -1))

    starts = [at("2026-11-19T00:00"), at("2026-11-19T00:00", KOLKATA)]
    assert moments(found.leaves) == moments(found.arrives) == starts
    # Ordered on Wed 18 in both: at 20:30 in Kolkata.
    assert found.until.tolist() == [1, 1]
    assert found.days_late.tolist() == [0, 0]
    assert found.lack.tolist() == [Lack.NOTHING] * 2


def test_collected_too_late():
    """Needed on the 17th, on the clock of the node."""
    wish = wish_of(method="pickup", radius_km=5.0, need_by="2026-11-17")
    finder = finder_of(node("N1", kind="store"))
    found = find(finder, wish, (0, -1))

    assert find(finder, replace(wish, is_hard=False), (0, -1)).late.tolist() == [1]
    assert found.lack.tolist() == [Lack.TIME]


def test_zone_of_a_place_is_the_nearest_said():
    """That of the node it goes to, of the place, of the network, or UTC."""
    finder = finder_of(node("N1"), node("N2", time_zone=KOLKATA))
    plain = finder_of(node("N1"), time_zone=None)
    tokyo = replace(wish_of(), place=place(time_zone="Asia/Tokyo"))

    assert finder.zone_of(wish_of()) == NEW_YORK
    assert finder.zone_of(wish_of(at_node=1)) == KOLKATA
    assert finder.zone_of(tokyo) == "Asia/Tokyo"
    assert plain.zone_of(wish_of()) == "UTC"
    assert plain.zone_of(wish_of(method="pickup", radius_km=1.0)) == "UTC"


def test_dates_do_not_depend_on_what_was_asked_before():
    """Timetables of some blocks of dates are kept, and made anew when needed."""
    finder = finder_of(node("N1"))
    first = moments(find(finder, wish_of(), (0, 0)).arrives)

    for weeks in range(5, 50, 5):
        later = WEDNESDAY + timedelta(weeks=weeks)
        find(finder, wish_of(later), (0, 0))

    assert moments(find(finder, wish_of(), (0, 0)).arrives) == first


def test_some_offers_are_looked_at():
    """Each keeps what it has."""
    found = find(finder_of(node("N1")), wish_of(), (0, 0), (0, 2))

    only = found.only(np.array([1]))

    assert moments(only.arrives) == [WEDNESDAY + timedelta(minutes=45)]
    assert only.way.tolist() == [found.way[1]]
    assert only.timetable is found.timetable
