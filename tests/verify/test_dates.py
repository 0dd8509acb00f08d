"""Dates of shipments: each is what the data say, by hand, or the judge objects."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import place
from dated import (
    EASTERN,
    FIELDS,
    NEW_YORK,
    WEEK,
    at,
    dated_codes,
    dated_order,
    dated_ship,
    dates,
    ground,
    site,
)
from domroute.orders import Delivery

DC = {"id": "dc", "hours": WEEK, "closed": ["2026-11-26"]}
UPS = {
    "id": "ups",
    "days": ["mon", "tue", "wed", "thu", "fri"],
    "closed": ["2026-11-26"],
}


def example(**changes):
    """Make the node and service of the example in the specification."""
    node = site(calendar="dc", cutoff="14:00", processing={"minutes": 60})
    carrier = ground(
        **{
            "calendar": "ups",
            "pickups": ["17:00"],
            "transit_days": 3,
            "delivers_by": "20:00",
            **changes,
        }
    )
    return {"nodes": [node], "services": [carrier], "calendars": [DC, UPS]}


# Wed 25 November 2026, 10:00 in New York (UTC-5): taken, an hour of work until 11:00,
# picked up at 17:00; Thu is a holiday: Fri 27, Mon 30, Tue 1; by 20:00 = 01:00 UTC.
RIGHT = dates(
    at("2026-11-25T11:00"),
    at("2026-11-25T17:00"),
    date(2026, 12, 1),
    at("2026-12-01T20:00"),
    at("2026-11-25T14:00"),
)


def test_example_is_right():
    """An order in time ships the same day, and could have come until the cut-off."""
    assert dated_codes(RIGHT, "2026-11-25T10:00", **example()) == []


def test_example_after_the_cutoff():
    """Half a minute past the cut-off it is Friday's, until Friday's cut-off."""
    # Thu is closed. Fri 27: opens 09:00, ready 10:00, ships 17:00; Mon, Tue, Wed 2.
    late = dates(
        at("2026-11-27T10:00"),
        at("2026-11-27T17:00"),
        date(2026, 12, 2),
        at("2026-12-02T20:00"),
        at("2026-11-27T14:00"),
    )

    assert dated_codes(late, "2026-11-25T14:00:30", **example()) == []


def test_at_the_cutoff_is_in_time():
    """An order at 14:00:00 is done at 15:00, and ships with the day's."""
    made = {**RIGHT, "ready_at": at("2026-11-25T15:00")}

    assert dated_codes(made, "2026-11-25T14:00", **example()) == []


def test_a_microsecond_after_the_cutoff_is_late():
    """What is right at the cut-off is wrong just after it, in every field."""
    made = {**RIGHT, "ready_at": at("2026-11-25T15:00")}
    found = dated_codes(made, "2026-11-25T14:00:00.000001", **example())

    assert found == ["wrong_date"] * 5


def test_offsets_do_not_matter():
    """A moment is the same in any zone."""
    made = {
        name: value.astimezone(EASTERN) if isinstance(value, datetime) else value
        for name, value in RIGHT.items()
    }

    assert dated_codes(made, "2026-11-25T10:00", **example()) == []


@given(
    st.sampled_from(FIELDS),
    st.sampled_from(
        [
            timedelta(days=1),
            -timedelta(days=1),
            timedelta(minutes=1),
            -timedelta(minutes=1),
            timedelta(microseconds=1),
            -timedelta(microseconds=1),
            None,
        ]
    ),
)
def test_any_field_that_is_moved_is_wrong(name, step):
    """One field a day, a minute or a microsecond off, or missing, is a fault."""
    value = RIGHT[name]
    if not isinstance(value, datetime) and step is not None:
        step = timedelta(days=1 if step > timedelta() else -1)
    made = {**RIGHT, name: None if step is None else value + step}

    assert dated_codes(made, "2026-11-25T10:00", **example()) == ["wrong_date"]


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_undated_order_has_no_dates(name):
    """Where nothing says when, a date is a fault."""
    nodes, services = [site()], [ground()]
    made = {name: RIGHT[name]}

    assert dated_codes({}, "2026-11-25T10:00", nodes=nodes, services=services) == []
    assert dated_codes(made, "2026-11-25T10:00", nodes=nodes, services=services) == [
        "wrong_date"
    ]


@pytest.mark.parametrize("value", [datetime(2026, 11, 25, 19), "noon", date.max])  # noqa: DTZ001
def test_validity_that_is_no_moment_is_wrong(value):
    """A local time, a text or a date is no last moment."""
    made = {**RIGHT, "valid_until": value}

    assert dated_codes(made, "2026-11-25T10:00", **example()) == ["wrong_date"]


def test_validity_at_the_end_of_time_is_wrong():
    """There is no moment after it to ask for."""
    made = {**RIGHT, "valid_until": datetime.max.replace(tzinfo=UTC)}

    assert dated_codes(made, "2026-11-25T10:00", **example()) == ["wrong_date"]


def test_cutoff_of_the_service_comes_first():
    """The service's cut-off holds rather than the method's, or the node's own."""
    # Taken until 12:00 for ground: 12:30 is Friday's.
    room = example()
    cutoffs = {"ground": "12:00", "ship": "16:00"}
    room["nodes"] = [site(calendar="dc", cutoff="14:00", cutoffs=cutoffs)]
    # No work: ready as it opens, Fri 09:00; Mon 30, Tue 1, Wed 2.
    made = dates(
        at("2026-11-27T09:00"),
        at("2026-11-27T17:00"),
        date(2026, 12, 2),
        at("2026-12-02T20:00"),
        at("2026-11-27T12:00"),
    )

    assert dated_codes(made, "2026-11-25T12:30", **room) == []


def test_cutoff_of_a_date_comes_before_that_of_its_weekday():
    """A cut-off that says nothing of a date leaves it to the next."""
    room = example()
    # Of ground only Saturdays are said; of the node, the date before the weekday.
    own = {"2026-11-25": "10:00", "wed": "15:00", "*": "14:00"}
    cutoffs = {"ground": {"sat": "11:00"}}
    room["nodes"] = [site(calendar="dc", cutoff=own, cutoffs=cutoffs)]
    made = dates(
        at("2026-11-25T10:00"),
        at("2026-11-25T17:00"),
        date(2026, 12, 1),
        at("2026-12-01T20:00"),
        at("2026-11-25T10:00"),
    )

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_last_closing_is_the_cutoff():
    """Without a cut-off it is the last closing; what is ready then is picked up."""
    # At 17:00 the node just closes: without work it is ready, and the pick-up equal.
    room = example()
    room["nodes"] = [site(calendar="dc")]
    made = {
        **RIGHT,
        "ready_at": at("2026-11-25T17:00"),
        "valid_until": at("2026-11-25T17:00"),
    }

    assert dated_codes(made, "2026-11-25T17:00", **room) == []


def test_processing_days_are_working_days():
    """Two days after Wednesday, with Thursday closed, work begins on Monday."""
    room = example()
    room["nodes"] = [
        site(calendar="dc", cutoff="14:00", processing={"days": 2, "minutes": 30})
    ]
    # Fri, Mon: 09:00 and half an hour. Pick-up 17:00; Tue 1, Wed 2, Thu 3.
    made = dates(
        at("2026-11-30T09:30"),
        at("2026-11-30T17:00"),
        date(2026, 12, 3),
        at("2026-12-03T20:00"),
        at("2026-11-25T14:00"),
    )

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_work_goes_on_the_next_day():
    """Ten hours from 10:00: seven until 17:00, three on Friday from 09:00."""
    room = example()
    room["nodes"] = [site(calendar="dc", cutoff="14:00", processing={"minutes": 600})]
    # Ready Fri 12:00, ships 17:00. The last start: Fri 17:00 less ten hours of open
    # time = eight on Friday, two before Wed 17:00: 15:00. The cut-off is before it.
    made = dates(
        at("2026-11-27T12:00"),
        at("2026-11-27T17:00"),
        date(2026, 12, 2),
        at("2026-12-02T20:00"),
        at("2026-11-25T14:00"),
    )

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_validity_may_end_before_the_cutoff():
    """Four hours of work until a pick-up at 17:00 begin at 13:00 at the latest."""
    room = example()
    room["nodes"] = [site(calendar="dc", cutoff="14:00", processing={"minutes": 240})]
    made = {
        **RIGHT,
        "ready_at": at("2026-11-25T14:00"),
        "valid_until": at("2026-11-25T13:00"),
    }

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_pickup_after_closing():
    """A pick-up at 19:00 takes what is ready, though the node closed at 17:00."""
    made = {**RIGHT, "ships_at": at("2026-11-25T19:00")}

    assert dated_codes(made, "2026-11-25T10:00", **example(pickups=["19:00"])) == []


def test_pickup_at_midnight_is_of_the_date_before():
    """24:00 of Wednesday is Wednesday's, so that Friday is the first day in transit."""
    made = {**RIGHT, "ships_at": at("2026-11-26T00:00")}

    assert dated_codes(made, "2026-11-25T10:00", **example(pickups=["24:00"])) == []


def test_pickups_of_the_node_replace_those_of_the_service():
    """The node's own times by date hold; a day that none names has no pick-up."""
    room = example()
    own = {"ground": {"2026-11-25": [], "fri": ["12:00", "11:00"]}}
    room["nodes"] = [
        site(calendar="dc", cutoff="14:00", processing={"minutes": 60}, pickups=own)
    ]
    # Ready Wed 11:00, no pick-up; Fri 11:00 is the earlier. Mon 30, Tue 1, Wed 2. In
    # time until Fri 10:00, an hour of work before it.
    made = dates(
        at("2026-11-25T11:00"),
        at("2026-11-27T11:00"),
        date(2026, 12, 2),
        at("2026-12-02T20:00"),
        at("2026-11-27T10:00"),
    )

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_no_pickups_at_all():
    """A service that never collects has no date."""
    found = dated_codes(RIGHT, "2026-11-25T10:00", **example(pickups=[]))

    assert found == ["not_permitted"]


def test_transit_of_no_days_and_a_pickup_too_late_for_the_day():
    """What leaves at 17:00 cannot have come by 12:00: it comes the next day at noon."""
    # Thu is a holiday of the carrier's: Fri 27 by 12:00.
    made = {
        **RIGHT,
        "delivers_on": date(2026, 11, 27),
        "delivers_at": at("2026-11-27T12:00"),
    }
    room = example(transit_days=0, delivers_by="12:00")

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_transit_of_no_days_the_same_day():
    """What leaves at 17:00 may come by 20:00 of that day."""
    made = {
        **RIGHT,
        "delivers_on": date(2026, 11, 25),
        "delivers_at": at("2026-11-25T20:00"),
    }

    assert dated_codes(made, "2026-11-25T10:00", **example(transit_days=0)) == []


def test_end_of_the_day_is_of_the_day():
    """Delivered by 24:00 is delivered on that date, not on the next."""
    made = {**RIGHT, "delivers_at": at("2026-12-02T00:00")}
    room = example(delivers_by="24:00")

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_transit_by_zone():
    """Each zone has its days: 111 km are zone 2 of those that end at 80 and 240."""
    bands = {"rates": [[5.0, 8.0]] * 3, "bands": (80.0, 240.0)}
    room = example(transit_days=[1, 3, 4], **bands)

    assert dated_codes(RIGHT, "2026-11-25T10:00", to=(1.0, 0.0), **room) == []


def test_carrier_moves_and_delivers_on_different_days():
    """It moves on Saturdays and delivers not then: weekends count by its calendars."""
    moving = {"id": "moving", "days": ["mon", "tue", "wed", "thu", "fri", "sat"]}
    room = example(calendar="moving", delivery_calendar="ups", transit_days=2)
    room["calendars"] = [DC, UPS, moving]
    # Thu 26, Fri 27 in transit: Fri. From Thu's evening on: two days, Fri and Sat; Mon.
    made = {
        **RIGHT,
        "delivers_on": date(2026, 11, 27),
        "delivers_at": at("2026-11-27T20:00"),
    }
    later = dates(
        at("2026-11-27T10:00"),
        at("2026-11-27T17:00"),
        date(2026, 11, 30),
        at("2026-11-30T20:00"),
        at("2026-11-27T14:00"),
    )

    assert dated_codes(made, "2026-11-25T10:00", **room) == []
    room["services"] = example(
        calendar="moving", delivery_calendar="ups", transit_days=1
    )["services"]
    # Friday's pick-up: Sat 28 is the first day, on which nothing is delivered: Mon 30.
    assert dated_codes(later, "2026-11-26T10:00", **room) == []


def test_holiday_of_the_destination():
    """A customer who receives nothing on Tuesday the 1st gets it on Wednesday."""
    room = example()
    room["calendars"] = [DC, UPS, {"id": "dock", "closed": ["2026-12-01"]}]
    made = {
        **RIGHT,
        "delivers_on": date(2026, 12, 2),
        "delivers_at": at("2026-12-02T20:00"),
    }
    goal = place(calendar="dock")

    assert dated_codes(made, "2026-11-25T10:00", goal=goal, **room) == []


def test_zone_of_the_destination():
    """By 20:00 in Los Angeles is three hours later."""
    made = {**RIGHT, "delivers_at": at("2026-12-01T23:00")}
    goal = place(time_zone="America/Los_Angeles")

    assert dated_codes(made, "2026-11-25T10:00", goal=goal, **example()) == []


def test_earliest_holds_what_would_come_too_soon():
    """Not before Thursday the 3rd: Monday's pick-up is the first that comes so late."""
    # Wed ships to Tue 1, Fri to Wed 2, Mon 30 to Thu 3 (Tue, Wed, Thu). In time for
    # Monday's until Monday's cut-off at 14:00.
    made = dates(
        at("2026-11-25T11:00"),
        at("2026-11-30T17:00"),
        date(2026, 12, 3),
        at("2026-12-03T20:00"),
        at("2026-11-30T14:00"),
    )
    when = Delivery(earliest="2026-12-03")

    assert dated_codes(made, "2026-11-25T10:00", delivery=when, **example()) == []


def test_release_holds_everything_in_the_shipment():
    """What is released on Friday at 15:00, past the cut-off, is worked on Monday."""
    # Mon 30 10:00, 17:00; Tue 1, Wed 2, Thu 3.
    made = dates(
        at("2026-11-30T10:00"),
        at("2026-11-30T17:00"),
        date(2026, 12, 3),
        at("2026-12-03T20:00"),
        at("2026-11-30T14:00"),
    )
    made["supply"] = "pre_order"
    fields = {"release_at": at("2026-11-27T15:00")}

    assert dated_codes(made, "2026-11-25T10:00", item_fields=fields, **example()) == []


def test_as_soon_as_ready_without_pickups():
    """A service that takes what is ready takes it then, on its days."""
    # Ready at 11:00 and gone. Each moment of the order gives another one.
    made = {
        **RIGHT,
        "ships_at": at("2026-11-25T11:00"),
        "valid_until": at("2026-11-25T10:00"),
    }

    assert dated_codes(made, "2026-11-25T10:00", **example(pickups=None)) == []


def test_without_pickups_the_service_waits_for_its_day():
    """Ready on Saturday, when the carrier rests: gone as the node opens on Monday."""
    room = example(pickups=None)
    room["nodes"] = [site(calendar="all")]
    hours = {day: [["09:00", "17:00"]] for day in (*WEEK, "sat")}
    room["calendars"] = [DC, UPS, {"id": "all", "hours": hours}]
    # Tue 1, Wed 2, Thu 3. Whatever comes until it opens on Monday goes then.
    made = dates(
        at("2026-11-28T10:00"),
        at("2026-11-30T09:00"),
        date(2026, 12, 3),
        at("2026-12-03T20:00"),
        at("2026-11-30T09:00"),
    )

    assert dated_codes(made, "2026-11-28T10:00", **room) == []


def test_always_open_node_ships_at_midnight_of_the_carriers_day():
    """Midnight belongs to the date that it begins."""
    room = example(pickups=None)
    room["nodes"] = [site()]
    # Sat 28 10:00, ready; Monday begins at 00:00. Tue 1, Wed 2, Thu 3.
    made = dates(
        at("2026-11-28T10:00"),
        at("2026-11-30T00:00"),
        date(2026, 12, 3),
        at("2026-12-03T20:00"),
        at("2026-11-30T00:00"),
    )

    assert dated_codes(made, "2026-11-28T10:00", **room) == []


def test_years_end():
    """What leaves on 31 December moves on in January of the next year."""
    room = example(transit_days=2)
    closed = ["2026-12-25", "2027-01-01"]
    room["calendars"] = [{**DC, "closed": closed}, {**UPS, "closed": closed}]
    # Thu 31 December; Fri 1 January is a holiday, Mon 4, Tue 5.
    made = dates(
        at("2026-12-31T11:00"),
        at("2026-12-31T17:00"),
        date(2027, 1, 5),
        at("2027-01-05T20:00"),
        at("2026-12-31T14:00"),
    )

    assert dated_codes(made, "2026-12-31T10:00", **room) == []


def test_leap_day():
    """In 2028 there is a Tuesday 29 February, and it counts."""
    room = example(transit_days=2)
    # Mon 28, then Tue 29, Wed 1 March.
    made = dates(
        at("2028-02-28T11:00"),
        at("2028-02-28T17:00"),
        date(2028, 3, 1),
        at("2028-03-01T20:00"),
        at("2028-02-28T14:00"),
    )

    assert dated_codes(made, "2028-02-28T10:00", **room) == []


def test_no_promise_has_no_arrival():
    """A service without transit hands over, and says nothing of the rest."""
    made = {**RIGHT, "delivers_on": None, "delivers_at": None}
    room = example(transit_days=None, delivers_by="24:00")

    assert dated_codes(made, "2026-11-25T10:00", **room) == []


def test_times_of_new_york_are_read_so():
    """What the tests call New York is five hours behind in winter."""
    assert at("2026-11-25T10:00") == datetime(2026, 11, 25, 15, tzinfo=UTC)
    assert NEW_YORK == "America/New_York"
    assert dated_order("2026-11-25T10:00").placed_at == at("2026-11-25T10:00")
    assert dated_ship({}).ready_at is None
