"""Dates of couriers and of what customers collect."""

from datetime import date

import pytest

from builders import place
from dated import at, dated_codes, dated_faults, dates, ground, site
from domroute.orders import Delivery
from domroute.policy import Policy

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHOP = {"id": "shop", "hours": {day: [["09:00", "17:00"]] for day in DAYS}}
RIDES = {
    "id": "rides",
    "hours": {day: [["10:00", "12:00"], ["13:00", "18:00"]] for day in DAYS},
}
TODAY = Delivery(method="same_day")


def courier(**fields):
    """Make a shop that works from 9 to 5, and a courier of one hour."""
    riding = {"transit_minutes": 60, "calendar": "rides", **fields}
    methods = ["ship", "same_day"]
    return {
        "nodes": [site(calendar="shop", methods=methods)],
        "services": [ground(methods=methods, **riding)],
        "calendars": [SHOP, RIDES],
    }


def rides(leaves, arrives, until, ready=None):
    """Name the dates of a ride on 25 November 2026, a Wednesday, or as told."""
    moments = [x if "T" in x else f"2026-11-25T{x}" for x in (leaves, arrives, until)]
    ready = at(f"2026-11-25T{ready}" if ready else moments[0])
    leaves, arrives, until = map(at, moments)
    return dates(ready, leaves, date.fromisoformat(moments[1][:10]), arrives, until)


@pytest.mark.parametrize(
    ("when", "made"),
    [
        # Within the first opening; each moment has its own ride.
        ("10:30", rides("10:30", "11:30", "10:30")),
        # The ride ends as the opening does.
        ("11:00", rides("11:00", "12:00", "11:00")),
        # It would end at 12:01: the next opening begins at 13:00.
        ("11:01", rides("13:00", "14:00", "13:00", ready="11:01")),
        # The shop just closes, and the ride ends with the courier's day.
        ("17:00", rides("17:00", "18:00", "17:00")),
        # Before the shop opens it is ready at 09:00, and the courier rides from 10:00.
        ("08:00", rides("10:00", "11:00", "10:00", ready="09:00")),
    ],
)
def test_courier_rides_within_an_opening(when, made):
    """The whole ride lies within one opening of the courier's."""
    found = dated_codes(made, f"2026-11-25T{when}", delivery=TODAY, **courier())

    assert found == []


def test_too_late_for_the_day():
    """What cannot come today is refused: never a silent next day."""
    # Taken on Thursday, as the shop opens; the courier rides from 10:00.
    made = dates(
        at("2026-11-26T09:00"),
        at("2026-11-26T10:00"),
        date(2026, 11, 26),
        at("2026-11-26T11:00"),
        at("2026-11-26T10:00"),
    )
    found = dated_faults(made, "2026-11-25T17:01", delivery=TODAY, **courier())

    assert [issue.code for issue in found] == ["not_permitted"]
    assert "past its cut-off" in found[0].message
    # As an ordinary delivery the same ride is right.
    assert dated_codes(made, "2026-11-25T17:01", **courier()) == []


def test_courier_over_openings_that_touch():
    """Openings that touch are one."""
    room = courier()
    rows = {day: [["10:00", "12:00"], ["12:00", "18:00"]] for day in DAYS}
    room["calendars"] = [SHOP, {"id": "rides", "hours": rows}]
    made = rides("11:30", "12:30", "11:30")

    assert dated_codes(made, "2026-11-25T11:30", delivery=TODAY, **room) == []


def test_courier_with_pickups():
    """Pick-ups that leave no time for the ride are passed over."""
    # 11:30 would end at 12:30; 13:30 is the next.
    made = rides("13:30", "14:30", "13:30", ready="10:15")
    room = courier(pickups=["11:30", "13:30"])

    assert dated_codes(made, "2026-11-25T10:15", delivery=TODAY, **room) == []


def test_same_day_needs_a_courier():
    """A parcel service has no date for the same day, however quick it is."""
    room = courier(transit_minutes=None, transit_days=0)
    found = dated_faults({}, "2026-11-25T10:00", delivery=TODAY, **room)

    assert [issue.code for issue in found] == ["not_permitted"]
    assert "no courier" in found[0].message


def test_same_day_of_a_later_date():
    """With ``earliest`` it is that date's ride that is asked for."""
    made = rides("2026-11-27T10:00", "2026-11-27T11:00", "2026-11-27T10:00", "10:30")
    later = Delivery(method="same_day", earliest="2026-11-27")

    assert dated_codes(made, "2026-11-25T10:30", delivery=later, **courier()) == []


def always(**fields):
    """Make a shop and a courier of two hours that never rest."""
    return {"nodes": [site()], "services": [ground(transit_minutes=120, **fields)]}


@pytest.mark.parametrize(
    ("goal", "leaves", "arrives"),
    [
        # Two hours before Friday begins.
        ({}, "2026-11-26T22:00", "2026-11-27T00:00"),
        # Friday begins in Los Angeles at 03:00 in New York.
        (
            {"time_zone": "America/Los_Angeles"},
            "2026-11-27T01:00",
            "2026-11-27T03:00",
        ),
    ],
    ids=["here", "there"],
)
def test_courier_waits_for_the_earliest_date(goal, leaves, arrives):
    """It leaves as soon as it arrives on that date."""
    made = rides(leaves, arrives, leaves, ready="10:00")
    later = Delivery(earliest="2026-11-27")
    found = dated_codes(
        made, "2026-11-25T10:00", delivery=later, goal=place(**goal), **always()
    )

    assert found == []


def test_courier_does_not_arrive_on_a_holiday():
    """Where nothing is received on Thursday, what would come then comes on Friday."""
    room = always()
    room["calendars"] = [{"id": "dock", "closed": ["2026-11-26"]}]
    made = rides("2026-11-26T22:00", "2026-11-27T00:00", "2026-11-26T22:00", "23:00")
    found = dated_codes(made, "2026-11-25T23:00", goal=place(calendar="dock"), **room)

    assert found == []


def test_courier_arrives_on_its_days_of_delivery():
    """A delivery calendar, where there is one, holds for couriers too."""
    room = always(delivery_calendar="some")
    room["calendars"] = [{"id": "some", "days": ["fri"]}]
    made = rides("2026-11-26T22:00", "2026-11-27T00:00", "2026-11-26T22:00", "10:00")

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_earliest_after_a_delivery_too_early():
    """What leaves just after it should have come that day comes the next day."""
    # No days in transit, by noon: what leaves up to 12:00 comes on Wednesday. The first
    # moment from which it comes on Thursday is a microsecond later.
    room = {
        "nodes": [site()],
        "services": [ground(transit_days=0, delivers_by="12:00")],
    }
    moment = "2026-11-25T12:00:00.000001"
    made = dates(
        at("2026-11-25T10:00"),
        at(moment),
        date(2026, 11, 26),
        at("2026-11-26T12:00"),
        at(moment),
    )
    later = Delivery(earliest="2026-11-26")

    assert dated_codes(made, "2026-11-25T10:00", delivery=later, **room) == []


def counter(method="curbside", minutes=0, *, earliest=None, **fields):
    """Make a store that works from 9 to 5, where a customer comes by."""
    node = site(
        kind="store",
        tags=["locker"],
        calendar="shop",
        processing={"minutes": minutes},
        **fields,
    )
    come = Delivery(method=method, node="N1", earliest=earliest)
    evening = {"id": "evening", "hours": {"wed": [["16:30", "20:00"]]}}
    return {"nodes": [node], "calendars": [SHOP, evening], "delivery": come}


@pytest.mark.parametrize("method", ["pickup", "curbside", "locker"])
def test_collected_as_soon_as_it_is_ready(method):
    """Within the hours, what is ready may be collected."""
    made = dates(
        at("2026-11-25T11:00"),
        None,
        date(2026, 11, 25),
        at("2026-11-25T11:00"),
        at("2026-11-25T10:00"),
    )

    assert dated_codes(made, "2026-11-25T10:00", **counter(method, 60)) == []


def test_closing_is_too_late_to_collect():
    """What is ready as the store closes is collected the next morning."""
    # Whoever orders until it opens, at 09:00, comes then.
    made = dates(
        at("2026-11-25T17:00"),
        None,
        date(2026, 11, 26),
        at("2026-11-26T09:00"),
        at("2026-11-26T09:00"),
    )

    assert dated_codes(made, "2026-11-25T17:00", **counter()) == []


def test_hours_in_which_customers_collect():
    """Ready at 11:00, it is handed out from 16:30 on."""
    # An hour of work before 16:30 begins at 15:30.
    made = dates(
        at("2026-11-25T11:00"),
        None,
        date(2026, 11, 25),
        at("2026-11-25T16:30"),
        at("2026-11-25T15:30"),
    )
    room = counter(minutes=60, collection_calendar="evening")

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_cutoff_of_the_method():
    """Curbside has a cut-off of its own."""
    # Past 12:00 it is Thursday's.
    made = dates(
        at("2026-11-26T09:00"),
        None,
        date(2026, 11, 26),
        at("2026-11-26T09:00"),
        at("2026-11-26T09:00"),
    )
    room = counter(cutoff="16:00", cutoffs={"curbside": "12:00", "pickup": "14:00"})

    assert dated_codes(made, "2026-11-25T12:01", **room) == []


def test_collected_not_before_the_earliest_date():
    """It is ready today, and handed out from Friday on."""
    made = dates(
        at("2026-11-25T10:00"),
        None,
        date(2026, 11, 27),
        at("2026-11-27T09:00"),
        at("2026-11-27T09:00"),
    )

    assert dated_codes(made, "2026-11-25T10:00", **counter(earliest="2026-11-27")) == []


def test_never_collected_within_the_horizon():
    """A store that hands out on one Wednesday a week has no date within a day."""
    policy = Policy(costs=[], unfilled_penalty=7.0, promise={"horizon_days": 1})
    room = counter(collection_calendar="evening")
    found = dated_codes({}, "2026-11-25T20:00", policy=policy, **room)

    assert found == ["not_permitted"]


def test_shipped_to_a_store():
    """What is shipped to a store is there to be collected, by the store's clock."""
    node = site(calendar="shop")
    goal = site(
        "S1", kind="store", time_zone="America/Los_Angeles", calendar="shop"
    ).model_copy(update={"location": place((0.0, 0.0), calendar="dock")})
    room = {
        "nodes": [node, goal],
        "services": [ground(transit_days=1, pickups=["17:00"], delivers_by="20:00")],
        "calendars": [SHOP, {"id": "dock", "closed": ["2026-11-26"]}],
    }
    # Thu is no day there: Fri 20:00 in Los Angeles, when the shop has closed. It opens
    # on Sat at 9:00, 12:00 here.
    made = dates(
        at("2026-11-25T10:00"),
        at("2026-11-25T17:00"),
        date(2026, 11, 28),
        at("2026-11-28T12:00"),
        at("2026-11-25T17:00"),
    )
    to_store = Delivery(method="ship_to_store", node="S1")

    assert dated_codes(made, "2026-11-25T10:00", delivery=to_store, **room) == []
