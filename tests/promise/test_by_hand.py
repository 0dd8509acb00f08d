"""Dates through the face, each worked out with a pencil, in four time zones."""

from datetime import date, datetime, timedelta

import pytest

from builders import place
from dated import FREE, NEW_YORK, WEEK, at, dated_network, dated_order, ground, site
from domroute.ledger import Inventory, Stock
from domroute.orders import Delivery
from domroute.reasons import Reason
from domroute.router import Router

LONDON, KOLKATA, SYDNEY = "Europe/London", "Asia/Kolkata", "Australia/Sydney"
TICK = timedelta(microseconds=1)
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
DC = {"id": "dc", "hours": WEEK, "closed": ["2026-11-26"]}
"""Monday to Friday, 09:00-17:00, but for Thanksgiving."""
UPS = {"id": "ups", "days": WORKDAYS, "closed": ["2026-11-26"]}
HOLIDAYS = {
    **DC,
    "closed": ["2026-12-25", "2027-01-01"],
}
"""25 December 2026 and 1 January 2027 are Fridays."""
NIGHTS = {"fri": [["22:00", "06:00"]], "sat": [["22:00", "06:00"]]}


def ask(when, zone=NEW_YORK, **room):
    """Route one A, ordered at a local time or moment, from N1 by the service ground."""
    placed = at(when, zone) if isinstance(when, str) else when
    works = room.pop("node", {})
    carrier = room.pop("service", {"transit_days": 1})
    services = [] if carrier is None else [ground(**{"name": "ground", **carrier})]
    network = dated_network(
        [site(**works)],
        services,
        room.pop("calendars", [DC, UPS]),
        time_zone=zone,
        item_fields={"release_at": room.pop("release_at", None)},
    )
    horizon = {"horizon_days": room.pop("horizon_days", 90)}
    policy = FREE.model_copy(
        update={"promise": FREE.promise.model_copy(update=horizon)}
    )
    goal = room.pop("goal", None)
    order = dated_order(placed, goal=goal, delivery=Delivery(**room))
    held = Inventory([Stock(node="N1", sku="A", on_hand=1)])
    return Router(network, held, policy).route(order)


def sent(when, zone=NEW_YORK, **room):
    """Return the five dates of the only shipment."""
    plan = ask(when, zone, **room).plan
    (made,) = plan.shipments
    assert not plan.unfilled
    return (
        *(made.ready_at, made.ships_at, made.delivers_on),
        *(made.delivers_at, made.valid_until),
    )


def left(when, zone=NEW_YORK, **room):
    """Return why it is not sent."""
    (part,) = ask(when, zone, **room).plan.unfilled
    return part.reason


def on(zone, ready, ships, comes, until):
    """Read five dates in a time zone: what comes says both the date and the moment."""
    day = None if comes is None else date.fromisoformat(comes[:10])
    moments = [
        None if text is None else at(text, zone) for text in (ready, ships, comes)
    ]
    return moments[0], moments[1], day, moments[2], at(until, zone)


def after(text, zone=NEW_YORK):
    """Return the moment a microsecond after a local time."""
    return at(text, zone) + TICK


# --- the example of the specification ------------------------------------------------

EXAMPLE = {
    "node": {
        "calendar": "dc",
        "cutoff": "14:00",
        "cutoffs": {"express": "12:00", "pickup": "16:00"},
        "processing": {"minutes": 60},
        "kind": "store",
    },
    "service": {
        "rates": [[5.0, 8.0]] * 5,
        "bands": [100.0, 200.0, 300.0, 400.0],
        "calendar": "ups",
        "pickups": ["17:00"],
        "transit_days": [1, 2, 3, 4, 5],
        "delivers_by": "20:00",
    },
    # 2.25 degrees are 250 km: the third zone.
    "goal": place((2.25, 0.0)),
}


def test_example_in_the_morning():
    """Wed 25 November: an hour of work, the truck at five, Fri 1, Mon 2, Tue 3."""
    found = sent("2026-11-25T10:00", **EXAMPLE)

    assert found == on(
        *(NEW_YORK, "2026-11-25T11:00", "2026-11-25T17:00"),
        *("2026-12-01T20:00", "2026-11-25T14:00"),
    )


def test_example_after_its_cutoff():
    """Half a minute late is Friday's work: Mon 1, Tue 2, Wed 3."""
    found = sent("2026-11-25T14:00:30", **EXAMPLE)

    assert found == on(
        *(NEW_YORK, "2026-11-27T10:00", "2026-11-27T17:00"),
        *("2026-12-02T20:00", "2026-11-27T14:00"),
    )


def test_example_at_its_cutoff():
    """At 14:00 is in time, and ready at 15:00."""
    found = sent("2026-11-25T14:00", **EXAMPLE)

    assert found == on(
        *(NEW_YORK, "2026-11-25T15:00", "2026-11-25T17:00"),
        *("2026-12-01T20:00", "2026-11-25T14:00"),
    )


@pytest.mark.parametrize(
    ("when", "ready", "ships", "comes", "until"),
    [
        # Until noon it is Wednesday's work, and comes on Tuesday.
        (
            at("2026-11-25T12:00"),
            *("2026-11-25T13:00", "2026-11-25T17:00"),
            *("2026-12-01T20:00", "2026-11-25T12:00"),
        ),
        # A microsecond later it is Friday's.
        (
            after("2026-11-25T12:00"),
            *("2026-11-27T10:00", "2026-11-27T17:00"),
            *("2026-12-02T20:00", "2026-11-27T12:00"),
        ),
    ],
    ids=["at", "after"],
)
def test_cutoff_of_a_service(when, ready, ships, comes, until):
    """What is said of the service comes before what is said of the node."""
    express = {**EXAMPLE["service"], "name": "express"}
    found = sent(when, **{**EXAMPLE, "service": express})

    assert found == on(NEW_YORK, ready, ships, comes, until)


def test_cutoff_of_who_collects():
    """Pickup has until 16:00: ordered at 15:30, there is an hour of work; then it is.

    Whoever orders a moment later waits as much longer.
    """
    near = {"method": "pickup", "radius_km": 10.0}
    found = sent("2026-11-25T15:30", node=EXAMPLE["node"], **near)

    assert found == on(
        *(NEW_YORK, "2026-11-25T16:30", None),
        *("2026-11-25T16:30", "2026-11-25T15:30"),
    )


def test_closing_is_too_late_to_collect():
    """Ordered at 16:00 it is ready at 17:00, as they close; Friday they open at nine.

    A microsecond later it is Friday's work, an hour after nine: 16:00 is the last.
    """
    near = {"method": "pickup", "radius_km": 10.0}
    found = sent("2026-11-25T16:00", node=EXAMPLE["node"], **near)

    assert found == on(
        *(NEW_YORK, "2026-11-25T17:00", None),
        *("2026-11-27T09:00", "2026-11-25T16:00"),
    )


# --- clocks that change --------------------------------------------------------------


def night(zone, when, minutes, days=("sat",)):
    """Order one A of a node that works on Saturday nights."""
    hours = {day: [["22:00", "06:00"]] for day in days}
    return sent(
        *(when, zone),
        node={"calendar": "night", "processing": {"minutes": minutes}},
        service={"transit_days": 1, "delivers_by": "12:00"},
        calendars=[{"id": "night", "hours": hours}],
    )


@pytest.mark.parametrize(
    ("zone", "saturday", "sunday", "monday", "minutes"),
    [
        # In spring a night of 22:00-06:00 has seven hours, in fall it has nine.
        (NEW_YORK, "2026-03-07", "2026-03-08", "2026-03-09", 420),
        (NEW_YORK, "2026-10-31", "2026-11-01", "2026-11-02", 540),
        (LONDON, "2026-03-28", "2026-03-29", "2026-03-30", 420),
        (LONDON, "2026-10-24", "2026-10-25", "2026-10-26", 540),
        (SYDNEY, "2026-04-04", "2026-04-05", "2026-04-06", 540),
        (SYDNEY, "2026-10-03", "2026-10-04", "2026-10-05", 420),
        (KOLKATA, "2026-03-07", "2026-03-08", "2026-03-09", 480),
    ],
)
def test_night_shift_has_its_real_hours(zone, saturday, sunday, monday, minutes):
    """All of the night's minutes are just done at six; it leaves as they close."""
    found = night(zone, f"{saturday}T20:00", minutes)

    # Whoever comes after ten finds too little of the night left.
    assert found == on(
        *(zone, f"{sunday}T06:00", f"{sunday}T06:00"),
        *(f"{monday}T12:00", f"{saturday}T22:00"),
    )


@pytest.mark.parametrize(
    ("zone", "saturday", "minutes", "next_", "sunday"),
    [
        (NEW_YORK, "2026-03-07", 421, "2026-03-14", "2026-03-15"),
        (NEW_YORK, "2026-10-31", 541, "2026-11-07", "2026-11-08"),
        (SYDNEY, "2026-10-03", 421, "2026-10-10", "2026-10-11"),
    ],
)
def test_minute_too_many_waits_for_the_next_night(
    zone, saturday, minutes, next_, sunday
):
    """What the night leaves undone is the first minute of the next."""
    found = night(zone, f"{saturday}T20:00", minutes)

    assert found == on(
        *(zone, f"{next_}T22:01", f"{next_}T22:01"),
        *(f"{sunday}T12:00", f"{saturday}T22:00"),
    )


@pytest.mark.parametrize(
    ("zone", "day", "placed", "ships"),
    [
        # 02:30 is skipped, and read at the offset before: 03:30.
        (NEW_YORK, "2026-03-08", "01:00", "2026-03-08T07:30+00:00"),
        (SYDNEY, "2026-10-04", "01:00", "2026-10-03T16:30+00:00"),
        # It comes twice: the first, in summer's time (UTC-4; UTC+11).
        (SYDNEY, "2026-04-05", "01:00", "2026-04-04T15:30+00:00"),
        (KOLKATA, "2026-03-08", "01:00", "2026-03-07T21:00+00:00"),
    ],
)
def test_pickup_in_a_night_of_change(zone, day, placed, ships):
    """Where the clock skips 02:30 it is 03:30, where it comes twice it is the first."""
    found = sent(
        *(f"{day}T{placed}", zone),
        service={"pickups": ["02:30"], "transit_days": 0, "delivers_by": "20:00"},
    )
    leaves = datetime.fromisoformat(ships)

    assert found == (
        *(at(f"{day}T{placed}", zone), leaves, date.fromisoformat(day)),
        *(at(f"{day}T20:00", zone), leaves),
    )


def test_second_time_of_the_same_clock_is_past_the_first():
    """In London 01:30 came at 00:30 UTC; at 01:10 UTC the clock shows 01:10 again."""
    found = sent(
        *(datetime.fromisoformat("2026-10-25T01:10+00:00"), LONDON),
        service={"pickups": ["01:30"], "transit_days": 0, "delivers_by": "20:00"},
    )

    # The next truck is Monday's, at 01:30 UTC.
    assert found == (
        datetime.fromisoformat("2026-10-25T01:10+00:00"),
        datetime.fromisoformat("2026-10-26T01:30+00:00"),
        date(2026, 10, 26),
        at("2026-10-26T20:00", LONDON),
        datetime.fromisoformat("2026-10-26T01:30+00:00"),
    )


# --- ends of years and months --------------------------------------------------------

AT_NEW_YEAR = {
    "node": {"calendar": "dc", "cutoff": "15:00", "processing": {"days": 1}},
    "service": {"calendar": "ups", "pickups": ["17:00"], "transit_days": 1},
    "calendars": [HOLIDAYS, {**UPS, "closed": ["2027-01-01"]}],
}


def test_order_before_the_year_ends():
    """Thu 31 December, in time: a working day later is Mon 4 January; Tue 1."""
    found = sent("2026-12-31T14:00", LONDON, **AT_NEW_YEAR)

    assert found == (
        *(at("2027-01-04T09:00", LONDON), at("2027-01-04T17:00", LONDON)),
        # Until the end of the day: 24:00, which is 00:00 of the next.
        *(date(2027, 1, 5), at("2027-01-06T00:00", LONDON)),
        at("2026-12-31T15:00", LONDON),
    )


def test_order_at_the_year_end_past_the_cutoff():
    """Taken on Mon 4 January, it is worked on Tue 5, and comes on Wed 6."""
    found = sent("2026-12-31T16:00", LONDON, **AT_NEW_YEAR)

    assert found == (
        *(at("2027-01-05T09:00", LONDON), at("2027-01-05T17:00", LONDON)),
        *(date(2027, 1, 6), at("2027-01-07T00:00", LONDON)),
        at("2027-01-04T15:00", LONDON),
    )


IN_LEAP_YEAR = {
    "node": {"calendar": "dc", "cutoff": "14:00"},
    "service": {
        "calendar": "ups",
        "pickups": ["17:00"],
        "transit_days": 1,
        "delivers_by": "20:00",
    },
}


@pytest.mark.parametrize("zone", [NEW_YORK, LONDON, KOLKATA, SYDNEY])
@pytest.mark.parametrize(
    ("when", "dates"),
    [
        # 28 February 2028 is a Monday; the 29th there is.
        (
            "2028-02-28T10:00",
            (
                *("2028-02-28T10:00", "2028-02-28T17:00"),
                *("2028-02-29T20:00", "2028-02-28T14:00"),
            ),
        ),
        # Past the cut-off it is Tuesday's, and comes on Wed 1 March.
        (
            "2028-02-28T15:00",
            (
                *("2028-02-29T09:00", "2028-02-29T17:00"),
                *("2028-03-01T20:00", "2028-02-29T14:00"),
            ),
        ),
    ],
    ids=["to", "on"],
)
def test_29_february(zone, when, dates):
    """A date like any other, wherever it is."""
    assert sent(when, zone, **IN_LEAP_YEAR) == on(zone, *dates)


# --- cut-offs ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "ready", "until"),
    [
        # Thursday 24 December has its own, then closed on Friday: Mon 28.
        (at("2026-12-24T10:00"), "2026-12-24T10:00", "2026-12-24T10:00"),
        (after("2026-12-24T10:00"), "2026-12-28T09:00", "2026-12-28T14:00"),
        # Fridays have theirs: Mon 30 November is next.
        (at("2026-11-27T11:00"), "2026-11-27T11:00", "2026-11-27T11:00"),
        (after("2026-11-27T11:00"), "2026-11-30T09:00", "2026-11-30T14:00"),
        # All others: Wed 18 November, and Thu 19.
        (at("2026-11-18T14:00"), "2026-11-18T14:00", "2026-11-18T14:00"),
        (after("2026-11-18T14:00"), "2026-11-19T09:00", "2026-11-19T14:00"),
    ],
)
def test_cutoff_by_date_weekday_and_any(when, ready, until):
    """The first that applies: at it is in time, a microsecond later is not."""
    times = {"*": "14:00", "fri": "11:00", "2026-12-24": "10:00"}
    found = sent(
        when,
        node={"calendar": "dc", "cutoff": times},
        service={"pickups": ["17:00"], "transit_days": 0},
        calendars=[HOLIDAYS],
    )
    day = ready[:10]

    end = at(f"{day}T00:00") + timedelta(days=1)
    assert found == (
        *(at(ready), at(f"{day}T17:00"), date.fromisoformat(day), end, at(until)),
    )


def test_cutoff_of_no_entry_is_the_last_closing():
    """On Mondays until ten; Wednesday says nothing: until they close at five."""
    found = sent(
        "2026-11-18T16:59",
        node={"calendar": "dc", "cutoff": {"mon": "10:00"}},
        service={"pickups": ["18:00"], "transit_days": 1, "delivers_by": "20:00"},
    )

    assert found == on(
        *(NEW_YORK, "2026-11-18T16:59", "2026-11-18T18:00"),
        *("2026-11-19T20:00", "2026-11-18T17:00"),
    )


@pytest.mark.parametrize(
    ("when", "ready", "comes", "until"),
    [
        # Thu 01:30 is Wednesday's 25:30: a working day later is Thu.
        ("2026-11-19T01:30", "2026-11-19T09:00", "2026-11-20", "2026-11-19T01:30"),
        # A second later it is Thursday's, worked on Friday.
        ("2026-11-19T01:30:01", "2026-11-20T09:00", "2026-11-21", "2026-11-20T01:30"),
    ],
)
@pytest.mark.parametrize("zone", [NEW_YORK, SYDNEY])
def test_cutoff_past_midnight_is_still_that_day(zone, when, ready, comes, until):
    """25:30 is half past one, of the day before."""
    found = sent(
        *(when, zone),
        node={"calendar": "dc", "cutoff": "25:30", "processing": {"days": 1}},
        service={"transit_days": 1, "delivers_by": "20:00"},
    )

    assert found == on(zone, ready, ready, f"{comes}T20:00", until)


@pytest.mark.parametrize("zone", [NEW_YORK, LONDON, KOLKATA, SYDNEY])
def test_closing_is_the_cutoff_and_still_open(zone):
    """At five it is taken, is ready, and leaves; a microsecond later it is Thursday."""
    room = {
        "node": {"calendar": "dc"},
        "service": {"transit_days": 0, "delivers_by": "20:00"},
    }
    five = "2026-11-18T17:00"

    assert sent(five, zone, **room) == on(zone, five, five, "2026-11-18T20:00", five)
    # At nine: whoever comes until then leaves with it.
    assert sent(after(five, zone), zone, **room) == on(
        *(zone, "2026-11-19T09:00", "2026-11-19T09:00"),
        *("2026-11-19T20:00", "2026-11-19T09:00"),
    )


# --- work ----------------------------------------------------------------------------


def test_working_days_are_counted_over_a_holiday():
    """Two after Wed 25: Fri 27 and Mon 30, at nine; taken until they close at five."""
    found = sent(
        "2026-11-25T10:00",
        node={"calendar": "dc", "processing": {"days": 2}},
        service={"calendar": "ups", "pickups": ["12:00"], "transit_days": 1},
    )

    assert found == (
        *(at("2026-11-30T09:00"), at("2026-11-30T12:00")),
        *(date(2026, 12, 1), at("2026-12-02T00:00"), at("2026-11-25T17:00")),
    )


def test_work_goes_on_after_a_closing():
    """Half of Friday's hour is done on Monday; so late it could begin only then.

    The truck of Mon 17:00 waits for all that is ready at five: from 16:00 on Monday.
    """
    found = sent(
        *("2026-11-27T16:30", KOLKATA),
        node={"calendar": "dc", "processing": {"minutes": 60}},
        service={"pickups": ["17:00"], "transit_days": 2, "delivers_by": "20:30"},
    )

    assert found == on(
        *(KOLKATA, "2026-11-30T09:30", "2026-11-30T17:00"),
        *("2026-12-02T20:30", "2026-11-30T16:00"),
    )


def test_pickup_may_be_after_closing():
    """Ready at 17:00 at the latest, for the truck at 19:00: ordered until 16:00."""
    found = sent(
        *("2026-11-18T10:00", KOLKATA),
        node={"calendar": "dc", "processing": {"minutes": 60}},
        service={"pickups": ["19:00"], "transit_days": 1, "delivers_by": "20:30"},
    )

    assert found == on(
        *(KOLKATA, "2026-11-18T11:00", "2026-11-18T19:00"),
        *("2026-11-19T20:30", "2026-11-18T16:00"),
    )


@pytest.mark.parametrize(
    ("closed", "when", "ready"),
    [
        # Friday is closed, and so is its night: Saturday's begins at ten.
        ("2026-11-27", "2026-11-27T12:00", "2026-11-28T23:00"),
        # Saturday is closed, and Friday's night runs into it all the same.
        ("2026-11-28", "2026-11-27T12:00", "2026-11-27T23:00"),
        ("2026-11-28", "2026-11-28T01:00", "2026-11-28T02:00"),
    ],
)
def test_closed_day_takes_its_own_night(closed, when, ready):
    """An hour of work in nights from 22:00 to 06:00; it leaves when it is ready."""
    found = sent(
        when,
        node={"calendar": "nights", "processing": {"minutes": 60}},
        service={"transit_days": 2, "delivers_by": "20:00"},
        calendars=[{"id": "nights", "hours": NIGHTS, "closed": [closed]}],
    )
    # It is ready an hour after the night began, or after it was ordered in it.
    begun = at(ready) - timedelta(hours=1)
    comes = at(ready[:10] + "T20:00") + timedelta(days=2)
    day = date.fromisoformat(ready[:10]) + timedelta(days=2)

    assert found == (at(ready), at(ready), day, comes, begun)


def test_special_hours_replace_those_of_a_date():
    """On Wed 18 they open from six to eight alone: the hour is done at seven."""
    special = {"2026-11-18": [["06:00", "08:00"]]}
    found = sent(
        "2026-11-17T18:00",
        node={"calendar": "dc", "processing": {"minutes": 60}},
        service={"transit_days": 1, "delivers_by": "20:00"},
        calendars=[{**DC, "special": special}],
    )

    assert found == on(
        *(NEW_YORK, "2026-11-18T07:00", "2026-11-18T07:00"),
        *("2026-11-19T20:00", "2026-11-18T06:00"),
    )


# --- pick-ups ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "ships"),
    [
        (at("2026-11-25T10:00"), "2026-11-25T11:00"),
        # Equal is in time; a microsecond later it is Thursday's.
        (at("2026-11-25T11:00"), "2026-11-25T11:00"),
        (after("2026-11-25T11:00"), "2026-11-26T17:00"),
        # After Friday's there is none until Sunday's.
        (at("2026-11-27T18:00"), "2026-11-29T17:00"),
    ],
)
def test_pickups_by_date_weekday_and_any(when, ships):
    """A date's own replace the weekday's, these those of any; an empty list is none."""
    found = sent(
        when,
        service={
            "pickups": {"*": ["17:00"], "sat": [], "2026-11-25": ["11:00"]},
            "transit_days": 0,
            "delivers_by": "20:00",
        },
    )

    assert found == (
        *(when, at(ships), date.fromisoformat(ships[:10])),
        *(at(f"{ships[:10]}T20:00"), at(ships)),
    )


def test_node_may_have_its_own_pickups():
    """At this node the service comes at noon, not at five."""
    found = sent(
        "2026-11-18T10:00",
        node={"pickups": {"ground": ["12:00"]}},
        service={"pickups": ["17:00"], "transit_days": 1, "delivers_by": "20:00"},
    )

    assert found == on(
        *(NEW_YORK, "2026-11-18T10:00", "2026-11-18T12:00"),
        *("2026-11-19T20:00", "2026-11-18T12:00"),
    )


def test_pickup_at_24_is_of_its_own_date():
    """Wednesday's midnight is day 0, and Thursday day 1, though it leaves then."""
    found = sent(
        *("2026-11-18T20:00", SYDNEY),
        service={"pickups": ["24:00"], "transit_days": 1, "delivers_by": "20:00"},
    )

    assert found == on(
        *(SYDNEY, "2026-11-18T20:00", "2026-11-19T00:00"),
        *("2026-11-19T20:00", "2026-11-19T00:00"),
    )


def test_pickup_needs_a_working_day_of_both():
    """The node works on Thursday alone, the service not on Thu 26: Thu 3 December."""
    found = sent(
        "2026-11-25T10:00",
        node={"calendar": "thursdays"},
        service={
            "calendar": "ups",
            "pickups": ["17:00"],
            "transit_days": 1,
            "delivers_by": "20:00",
        },
        calendars=[UPS, {"id": "thursdays", "days": ["thu"]}],
    )

    # Taken and ready on Thu 26, from midnight on.
    assert found == on(
        *(NEW_YORK, "2026-11-26T00:00", "2026-12-03T17:00"),
        *("2026-12-04T20:00", "2026-12-03T17:00"),
    )


def test_without_pickups_it_waits_for_a_date_of_the_service():
    """Ready on Saturday; the service runs from Monday's first moment on."""
    found = sent(
        "2026-11-21T10:00",
        service={"calendar": "ups", "transit_days": 0, "delivers_by": "20:00"},
    )

    assert found == on(
        *(NEW_YORK, "2026-11-21T10:00", "2026-11-23T00:00"),
        *("2026-11-23T20:00", "2026-11-23T00:00"),
    )


def test_what_promises_nothing_still_leaves():
    """Without a time in transit nobody knows when it comes."""
    found = sent("2026-11-18T10:00", service={"pickups": ["17:00"]})

    assert found == on(
        *(NEW_YORK, "2026-11-18T10:00", "2026-11-18T17:00", None),
        "2026-11-18T17:00",
    )


# --- transit and delivery ------------------------------------------------------------


def test_delivery_has_dates_of_its_own():
    """It moves on all days, and delivers on Wednesdays: from Thu 19 on, Wed 25."""
    found = sent(
        "2026-11-18T10:00",
        service={
            "delivery_calendar": "wednesdays",
            "pickups": ["17:00"],
            "transit_days": 1,
            "delivers_by": "20:00",
        },
        calendars=[{"id": "wednesdays", "days": ["wed"]}],
    )

    assert found == on(
        *(NEW_YORK, "2026-11-18T10:00", "2026-11-18T17:00"),
        *("2026-11-25T20:00", "2026-11-18T17:00"),
    )


def test_holiday_of_the_destination():
    """It would be there on Thu 26, when nobody is: Fri 27."""
    found = sent(
        "2026-11-25T10:00",
        service={"pickups": ["17:00"], "transit_days": 1, "delivers_by": "20:00"},
        goal=place(calendar="dc"),
    )

    assert found == on(
        *(NEW_YORK, "2026-11-25T10:00", "2026-11-25T17:00"),
        *("2026-11-27T20:00", "2026-11-25T17:00"),
    )


def test_delivered_before_it_was_picked_up_is_the_next_day():
    """By noon of Friday is before Friday's truck: the next date of theirs is Monday."""
    found = sent(
        "2026-11-20T10:00",
        service={
            "calendar": "ups",
            "pickups": ["17:00"],
            "transit_days": 0,
            "delivers_by": "12:00",
        },
    )

    assert found == on(
        *(NEW_YORK, "2026-11-20T10:00", "2026-11-20T17:00"),
        *("2026-11-23T12:00", "2026-11-20T17:00"),
    )


def test_delivered_by_the_clock_of_the_destination():
    """17:00 in New York is 03:30 of Thu 26 in Kolkata: by 20:00 of that date."""
    found = sent(
        "2026-11-25T10:00",
        service={"pickups": ["17:00"], "transit_days": 0, "delivers_by": "20:00"},
        goal=place(time_zone=KOLKATA),
    )

    # Day 0 is Wed 25, whose 20:00 in Kolkata is past.
    assert found == (
        *(at("2026-11-25T10:00"), at("2026-11-25T17:00"), date(2026, 11, 26)),
        *(at("2026-11-26T20:00", KOLKATA), at("2026-11-25T17:00")),
    )


# --- couriers, and the same day ------------------------------------------------------

COURIER = {
    "service": {
        "calendar": "riders",
        "transit_minutes": 45,
        "methods": ["ship", "same_day"],
    },
    "calendars": [
        {
            "id": "riders",
            "hours": {day: [["09:00", "21:00"]] for day in (*WORKDAYS, "sat")},
        },
    ],
    "node": {"methods": ["ship", "same_day"]},
}


@pytest.mark.parametrize("method", ["ship", "same_day"])
def test_courier_is_back_by_closing(method):
    """From 20:15 on 45 minutes just fit until nine in the evening."""
    found = sent("2026-11-18T20:15", SYDNEY, method=method, **COURIER)

    assert found == on(
        *(SYDNEY, "2026-11-18T20:15", "2026-11-18T20:15"),
        *("2026-11-18T21:00", "2026-11-18T20:15"),
    )


def test_courier_who_would_be_late_rides_in_the_morning():
    """A microsecond later he rides on Thursday at nine."""
    late = after("2026-11-18T20:15", SYDNEY)
    found = sent(late, SYDNEY, **COURIER)

    assert found == (
        late,
        *on(
            *(SYDNEY, None, "2026-11-19T09:00"),
            *("2026-11-19T09:45", "2026-11-19T09:00"),
        )[1:],
    )
    # On the same day it is not eligible, rather than late.
    asked = left(late, SYDNEY, method="same_day", **COURIER)
    assert asked is Reason.AFTER_CUTOFF


def test_same_day_may_be_another():
    """Asked for Friday 20th: it is held for Friday's first ride."""
    found = sent(
        *("2026-11-18T12:00", SYDNEY),
        method="same_day",
        earliest="2026-11-20",
        **COURIER,
    )

    assert found == on(
        *(SYDNEY, "2026-11-18T12:00", "2026-11-20T09:00"),
        *("2026-11-20T09:45", "2026-11-20T09:00"),
    )


def test_courier_waits_for_who_receives():
    """Half an hour from 23:45 on is Thu 26, when nobody is there: Fri, as it begins."""
    found = sent(
        "2026-11-25T23:45",
        service={"transit_minutes": 30},
        goal=place(calendar="open"),
        calendars=[{"id": "open", "closed": ["2026-11-26"]}],
    )

    assert found == on(
        *(NEW_YORK, "2026-11-25T23:45", "2026-11-26T23:30"),
        *("2026-11-27T00:00", "2026-11-26T23:30"),
    )


def test_courier_comes_at_his_pickups():
    """At ten and at 20:30, but the second ride would not end in time."""
    rides = {**COURIER["service"], "pickups": ["10:00", "20:30"]}
    found = sent("2026-11-18T10:30", **{**COURIER, "service": rides})

    assert found == on(
        *(NEW_YORK, "2026-11-18T10:30", "2026-11-19T10:00"),
        *("2026-11-19T10:45", "2026-11-19T10:00"),
    )


# --- collected -----------------------------------------------------------------------

SHOP = {
    "node": {
        "kind": "store",
        "methods": ["pickup", "curbside", "locker"],
        "calendar": "dc",
        "collection_calendar": "shop",
        "processing": {"minutes": 60},
    },
    "calendars": [
        DC,
        {
            "id": "shop",
            "hours": {day: [["10:00", "19:00"]] for day in (*WORKDAYS, "sat")},
        },
    ],
    "radius_km": 10.0,
}


@pytest.mark.parametrize("method", ["pickup", "curbside", "locker"])
@pytest.mark.parametrize("zone", [NEW_YORK, LONDON])
def test_collected_while_somebody_is_there(method, zone):
    """Worked until five, handed out until seven: an hour after 16:00 is 17:00."""
    found = sent("2026-11-18T16:00", zone, method=method, **SHOP)

    assert found == on(
        *(zone, "2026-11-18T17:00", None),
        *("2026-11-18T17:00", "2026-11-18T16:00"),
    )


def test_collected_when_they_open():
    """Half an hour is left for Thursday: ready at 09:30, and handed out from ten on.

    Whatever is ready at ten is collected then: what is ordered until nine.
    """
    found = sent("2026-11-18T16:30", method="curbside", **SHOP)

    assert found == on(
        *(NEW_YORK, "2026-11-19T09:30", None),
        *("2026-11-19T10:00", "2026-11-19T09:00"),
    )


def test_locker_is_always_open():
    """On Friday at five it is ready; on Saturday, as asked, from midnight on.

    Work of an hour must begin by 16:00 on Friday, or goes on on Monday.
    """
    node = {**SHOP["node"], "collection_calendar": "always"}
    found = sent(
        "2026-11-20T16:00",
        method="locker",
        earliest="2026-11-21",
        **{**SHOP, "node": node, "calendars": [DC, {"id": "always"}]},
    )

    assert found == on(
        *(NEW_YORK, "2026-11-20T17:00", None),
        *("2026-11-21T00:00", "2026-11-20T16:00"),
    )


def test_collected_no_earlier_than_asked():
    """Not before Sat 21, at ten; worked on Friday until five at the latest."""
    found = sent("2026-11-18T10:00", method="pickup", earliest="2026-11-21", **SHOP)

    assert found == on(
        *(NEW_YORK, "2026-11-18T11:00", None),
        *("2026-11-21T10:00", "2026-11-20T16:00"),
    )


# --- held, released, and how far ahead -----------------------------------------------

PLAIN = {
    "node": {
        "calendar": "dc",
        "cutoff": "14:00",
        "processing": {"minutes": 60},
    },
    "service": {
        "calendar": "ups",
        "pickups": ["17:00"],
        "transit_days": 1,
        "delivers_by": "20:00",
    },
}


def test_held_until_it_may_come():
    """Not before Tue 1 December: by Monday's truck, for orders until Monday too."""
    found = sent("2026-11-25T10:00", earliest="2026-12-01", **PLAIN)

    assert found == on(
        *(NEW_YORK, "2026-11-25T11:00", "2026-11-30T17:00"),
        *("2026-12-01T20:00", "2026-11-30T14:00"),
    )


def test_earliest_of_the_past_holds_nothing():
    """What may come from yesterday on comes as it does."""
    assert sent("2026-11-18T10:00", earliest="2026-11-17", **PLAIN) == on(
        *(NEW_YORK, "2026-11-18T11:00", "2026-11-18T17:00"),
        *("2026-11-19T20:00", "2026-11-18T14:00"),
    )


def test_nothing_leaves_before_its_release():
    """Released on Fri 27 at 13:30: ready at 14:30, there on Mon 30."""
    found = sent("2026-11-25T10:00", release_at=at("2026-11-27T13:30"), **PLAIN)

    assert found == on(
        *(NEW_YORK, "2026-11-27T14:30", "2026-11-27T17:00"),
        *("2026-11-30T20:00", "2026-11-27T14:00"),
    )


def test_at_the_end_of_the_horizon():
    """24 hours after Wed 20:00 is Thu 20:00; who asks a microsecond sooner is not."""
    late = {**PLAIN["node"], "cutoff": "26:00", "processing": {}}
    service = {**PLAIN["service"], "pickups": ["20:00"]}
    room = {**PLAIN, "node": late, "service": service, "horizon_days": 1}
    eight = at("2026-11-18T20:00")

    # At 20:00 they have closed: open next at nine on Thursday, and there on Friday.
    assert left(eight, **room) is Reason.NO_DATE
    room["node"] = {}
    assert sent(eight, **room) == on(
        *(NEW_YORK, "2026-11-18T20:00", "2026-11-18T20:00"),
        *("2026-11-19T20:00", "2026-11-18T20:00"),
    )
    assert left(eight - TICK, **room) is Reason.NO_DATE


def test_store_closes_for_good_after_the_pickup():
    """Until a microsecond past five the truck may still come."""
    node = {**PLAIN["node"], "active_until": after("2026-11-18T17:00")}
    shut = {**PLAIN["node"], "active_until": at("2026-11-18T17:00")}

    assert sent("2026-11-18T10:00", **{**PLAIN, "node": node}) == on(
        *(NEW_YORK, "2026-11-18T11:00", "2026-11-18T17:00"),
        *("2026-11-19T20:00", "2026-11-18T14:00"),
    )
    asked = left("2026-11-18T10:00", **{**PLAIN, "node": shut})
    assert asked is Reason.NOT_ACTIVE


def test_needed_by_the_very_moment():
    """Equal is in time; a microsecond before is too late."""
    eight = at("2026-11-19T20:00")

    found = sent("2026-11-18T10:00", need_by=eight, **PLAIN)
    assert found == on(
        *(NEW_YORK, "2026-11-18T11:00", "2026-11-18T17:00"),
        *("2026-11-19T20:00", "2026-11-18T14:00"),
    )
    asked = left("2026-11-18T10:00", need_by=eight - TICK, **PLAIN)
    assert asked is Reason.TOO_LATE


def test_date_is_kept_until_it_ends():
    """By 24:00 of the date it is needed is in time, of the next is not."""
    service = {"pickups": ["17:00"], "transit_days": 1}

    found = sent("2026-11-18T10:00", need_by="2026-11-19", service=service)
    assert found == (
        *(at("2026-11-18T10:00"), at("2026-11-18T17:00"), date(2026, 11, 19)),
        *(at("2026-11-20T00:00"), at("2026-11-18T17:00")),
    )
    asked = left("2026-11-18T10:00", need_by="2026-11-18", service=service)
    assert asked is Reason.TOO_LATE


@pytest.mark.parametrize(
    ("room", "reason"),
    [
        # No truck ever comes.
        ({"service": {"pickups": [], "transit_days": 1}}, Reason.NO_DATE),
        ({"node": {"pickups": {"ground": []}}}, Reason.NO_DATE),
        # Nobody works, or nobody drives, or nobody is there.
        ({"node": {"calendar": "never"}}, Reason.NO_DATE),
        ({"service": {"calendar": "never", "transit_days": 1}}, Reason.NO_DATE),
        ({"goal": place(calendar="never")}, Reason.NO_DATE),
        (
            {"service": {"delivery_calendar": "never", "transit_days": 0}},
            Reason.NO_DATE,
        ),
        # The ride takes longer than anybody rides.
        ({"service": {"calendar": "dc", "transit_minutes": 481}}, Reason.NO_DATE),
        # Nothing says when it comes, and that is asked.
        ({"service": {}, "need_by": "2026-12-24"}, Reason.NO_DATE),
        ({"service": {}, "earliest": "2026-11-18"}, Reason.NO_DATE),
        # Nobody can be sent on the same day.
        (
            {
                "node": {"methods": ["same_day"]},
                "service": {"transit_days": 0, "methods": ["same_day"]},
                "method": "same_day",
            },
            Reason.NO_DATE,
        ),
        # More work than there is time.
        ({"node": {"processing": {"minutes": 1e6}}}, Reason.NO_DATE),
        ({"node": {"processing": {"days": 10**6}}}, Reason.NO_DATE),
        ({"service": {"transit_days": 10**6}}, Reason.NO_DATE),
        ({"earliest": "2028-01-01"}, Reason.NO_DATE),
        ({"release_at": at("2028-01-01T00:00")}, Reason.NO_DATE),
    ],
)
def test_what_has_no_date_is_not_sent(room, reason):
    """Never a guess, never a loop: one reason says that no date would do."""
    never = {"id": "never", "days": []}

    assert left("2026-11-18T10:00", calendars=[DC, UPS, never], **room) is reason
