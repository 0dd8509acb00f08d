"""Times that say too little: zones, cut-offs around midnight, and unknown names."""

import copy
import json
import random
from datetime import datetime

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import item, line, network, node, order, pickup, place, service, stock
from domroute.calendars import Calendar
from domroute.errors import DeadlineWarning, InputError
from domroute.frames import scenario_from_frames, to_frames
from domroute.jsonio import (
    load_scenario,
    save_scenario,
    scenario_from_json,
    scenario_schema,
)
from domroute.jsonio import scenario_to_json as written
from domroute.network import Network
from domroute.orders import Delivery
from domroute.router import Router
from domroute.scenario import Scenario

NIGHT = Calendar(
    id="night",
    hours={"fri": [["18:00", "02:00"]], "sat": [["09:00", "17:00"]]},
    closed=["2026-12-25"],
    special={"2026-12-26": [["20:00", "03:00"]]},
)
"""25 December 2026 is a Friday."""


def dated(*nodes, services=(), calendars=(NIGHT,), time_zone="America/New_York"):
    """Make a network that says when it works."""
    return Network(
        **{
            **dict(network(*nodes, services=services)),
            "calendars": calendars,
            "time_zone": time_zone,
        }
    )


def scenario(net, *orders):
    """Make a scenario of a network."""
    return Scenario("dated", net, stock(), orders)


def found(net):
    """Return the faults of a network, which all who read it must agree on."""
    with pytest.raises(InputError) as of_router:
        Router(net, stock())
    with pytest.raises(InputError) as of_scenario:
        scenario(net)
    raw = {"format": "domroute/1", **net.model_dump(mode="json"), "stock": []}
    with pytest.raises(InputError) as of_file:
        scenario_from_json(json.dumps({**raw, "orders": []}))
    assert of_router.value.issues == of_scenario.value.issues == of_file.value.issues
    return [(issue.where, issue.code) for issue in of_file.value.issues]


STATING = {
    "cutoff": ({"cutoff": "14:00"}, {}),
    "cutoffs": ({"cutoffs": {"ship": "14:00"}}, {}),
    "calendar": ({"calendar": "night"}, {}),
    "collection": ({"collection_calendar": "night"}, {}),
    "pickups": ({"pickups": {"g": ["17:00"]}}, {}),
    "service_calendar": ({}, {"calendar": "night"}),
    "delivery_calendar": ({}, {"delivery_calendar": "night"}),
    "service_pickups": ({}, {"pickups": []}),
    "delivers_by": ({}, {"delivers_by": "20:00"}),
}


@pytest.mark.parametrize("how", STATING)
def test_local_times_need_a_zone(how):
    """Every node without one is told, whoever states the time."""
    of_node, of_service = STATING[how]
    nodes = node("N1", **of_node), node("N2"), node("N3", time_zone="UTC")
    net = dated(*nodes, services=[service("g", **of_service)], time_zone=None)

    assert found(net) == [
        ("nodes[0].time_zone", "no_time_zone"),
        ("nodes[1].time_zone", "no_time_zone"),
    ]
    assert net.is_dated
    assert net.states_times


@pytest.mark.parametrize(
    ("zone", "ready_at"),
    [("UTC", "2026-12-02T00:00Z"), ("America/New_York", "2026-12-01T14:01Z")],
)
def test_place_of_a_node_may_say_its_zone(zone, ready_at):
    """A node is where its location is: past its cut-off in one zone, not in another."""
    there = node("N1", cutoff="14:00", methods=["pickup"]).model_copy(
        update={"location": place(time_zone=zone)}
    )
    router = Router(dated(there, time_zone=None), stock(N1={"A": 1}))

    result = router.route(
        order(A=1, delivery=pickup("N1"), placed_at="2026-12-01T14:01Z")
    )

    assert [part.ready_at for part in result.plan.shipments] == [
        datetime.fromisoformat(ready_at)
    ]


@pytest.mark.parametrize(
    ("of_node", "of_service", "of_item"),
    [
        ({"processing": {"minutes": 5}}, {}, {}),
        ({}, {"transit_days": 2}, {}),
        ({}, {"transit_minutes": 45}, {}),
        ({}, {}, {"release_at": "2026-12-01T00:00:00Z"}),
    ],
)
def test_dates_may_need_no_local_times(of_node, of_service, of_item):
    """Real minutes and days of travel are the same in any zone."""
    net = network(
        node("N1", **of_node),
        items=[item("A", **of_item)],
        services=[service("g", **of_service)],
    )

    assert net.is_dated
    assert not net.states_times
    Router(net, stock())


def test_network_of_before_has_no_dates():
    """A calendar that nobody keeps dates nothing."""
    plain = network(node("N1"), services=[service("g")])

    assert not plain.is_dated
    assert not dated(node("N1")).is_dated


@pytest.mark.parametrize(
    ("cutoff", "places"),
    [
        ("02:00", [""]),
        ("03:00", [""]),  # the special night of the 26th
        ("03:01", []),
        ("26:00", []),
        ({"fri": "02:00"}, [".fri"]),
        ({"fri": "02:01"}, []),
        ({"thu": "02:00"}, []),  # closed
        ({"*": "02:00", "fri": "25:00", "sat": "25:00"}, []),
        ({"*": "02:00", "fri": "25:00"}, [".*"]),  # the special night is a Saturday
        ({"sat": "01:00"}, [".sat"]),
        ({"2026-12-26": "25:00", "sat": "01:00"}, []),
        ({"2026-12-25": "01:00"}, []),  # closed
        ({"2026-12-18": "01:00"}, [".2026-12-18"]),  # a Friday
        ({"2026-12-26": "01:00", "fri": "01:00"}, [".fri", ".2026-12-26"]),
    ],
)
def test_cutoff_after_midnight_is_written_past_24(cutoff, places):
    """01:00 with 18:00-02:00 may be before the night or at its end."""
    net = dated(node("N1", calendar="night", cutoff=cutoff))

    if places:
        assert found(net) == [
            (f"nodes[0].cutoff{path}", "ambiguous_cutoff") for path in places
        ]
    else:
        Router(net, stock())


def test_cutoffs_of_services_are_judged_too():
    """Each at its own place."""
    net = dated(
        node(
            "N1", calendar="night", cutoffs={"g": "01:00", "pickup": {"fri": "00:30"}}
        ),
        services=[service("g")],
    )

    assert found(net) == [
        ("nodes[0].cutoffs.g", "ambiguous_cutoff"),
        ("nodes[0].cutoffs.pickup.fri", "ambiguous_cutoff"),
    ]


def test_names_of_times_must_be_there():
    """Calendars have a code of their own; a cut-off of nothing there cuts nothing."""
    place_there = place(calendar="c3")
    there = node(
        "N1",
        calendar="c1",
        collection_calendar="c2",
        cutoffs={"sled": "14:00", "ship": "14:00", "g": "14:00"},
        pickups={"sled": [], "g": []},
    ).model_copy(update={"location": place_there})
    courier = service("g", calendar="c4", delivery_calendar="c5")

    assert found(dated(there, services=[courier])) == [
        ("nodes[0].calendar", "unknown_calendar"),
        ("nodes[0].collection_calendar", "unknown_calendar"),
        ("nodes[0].pickups.sled", "unknown_id"),
        ("nodes[0].location.calendar", "unknown_calendar"),
        ("services[0].calendar", "unknown_calendar"),
        ("services[0].delivery_calendar", "unknown_calendar"),
    ]


def test_orders_name_calendars_there_are():
    """Of the destination, and of a line's own place."""
    other = Delivery(to=place(calendar="c2"))
    wanted = order("o1", line("a", "A"), line("b", "A", delivery=other))
    wanted = wanted.model_copy(update={"destination": place(calendar="c1")})

    with pytest.raises(InputError) as told:
        scenario(dated(node("N1")), wanted)

    assert [(issue.where, issue.code) for issue in told.value.issues] == [
        ("orders[0].destination.calendar", "unknown_calendar"),
        ("orders[0].lines[1].delivery.to.calendar", "unknown_calendar"),
    ]


def test_zone_of_a_network_is_one_there_is():
    """It is told at its place; nodes are not told to lack what was given."""
    raw = {
        "format": "domroute/1",
        "time_zone": "Mars/Olympus",
        "nodes": [node("N1", cutoff="14:00").model_dump(mode="json")],
        "items": [],
        "stock": [],
        "orders": [],
    }
    with pytest.raises(InputError) as told:
        scenario_from_json(json.dumps(raw))
    with pytest.raises(InputError) as of_type:
        scenario_from_json(json.dumps({**raw, "time_zone": 5}))

    assert [(i.where, i.code) for i in told.value.issues] == [
        ("time_zone", "unknown_time_zone")
    ]
    assert [(i.where, i.code) for i in of_type.value.issues] == [
        ("time_zone", "wrong_type")
    ]


@pytest.mark.parametrize("tables", ["json", "csv", "parquet", "frames"])
def test_zone_and_calendars_are_saved(tmp_path, tables):
    """Beside the tables, wherever these are."""
    made = scenario(dated(node("N1", calendar="night", cutoff={"*": "14:00"})))

    if tables == "frames":
        net = made.network
        again = scenario_from_frames(
            to_frames(made),
            name=made.name,
            calendars=net.calendars,
            time_zone=net.time_zone,
        )
    else:
        path = tmp_path / ("s.json" if tables == "json" else "s")
        save_scenario(made, path, **({} if tables == "json" else {"tables": tables}))
        again = load_scenario(path)

    assert again == made
    assert again.network.time_zone == "America/New_York"
    assert again.network.calendars == (NIGHT,)


def test_scenario_without_times_says_nothing_of_them():
    """Files of before are written as before."""
    text = written(scenario(network(node("N1"))))

    assert "calendars" not in text
    assert "time_zone" not in text


@pytest.mark.parametrize(
    ("need_by", "is_past"),
    [
        ("2026-12-01", False),
        ("2026-11-30", True),  # in New York it is the 1st, at 00:30
        ("2026-12-01T05:30:00Z", False),
        ("2026-12-01T05:29:59Z", True),
    ],
)
def test_order_needed_before_it_was_placed_is_told(need_by, is_past):
    """It is no fault: an order may be that late, and still be wanted."""
    wanted = order(
        A=1, placed_at="2026-12-01T05:30:00Z", delivery=Delivery(need_by=need_by)
    )

    if is_past:
        where = r"orders\[0\]\.delivery\.need_by: .*\[need_by_before_placed\]"
        with pytest.warns(DeadlineWarning, match=where):
            scenario(dated(node("N1")), wanted)
    else:
        scenario(dated(node("N1")), wanted)


def test_date_of_a_delivery_is_that_of_its_place():
    """At 04:30 UTC it is the 30th in New York, and the 1st in Tokyo."""
    placed = {"placed_at": "2026-12-01T04:30:00Z"}
    by = {"need_by": "2026-11-30"}
    tokyo = node("S1", kind="store", time_zone="Asia/Tokyo")
    at_home = order("o1", A=1, delivery=Delivery(**by), **placed)
    abroad = Delivery(to=place(time_zone="Asia/Tokyo"), **by)
    collected = Delivery(method="pickup", node="S1", **by)

    scenario(dated(tokyo), at_home)
    for delivery in (abroad, collected):
        wanted = order("o2", line("a", "A", delivery=delivery), **placed)
        with pytest.warns(DeadlineWarning, match=r"orders\[0\]\.lines\[0\]"):
            scenario(dated(tokyo), wanted)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_first_and_last_moments_are_no_traceback(moment, zone):
    """Python's years end at 1 and 9999, and no local time is beyond."""
    wanted = order(A=1, placed_at=moment, delivery=Delivery(need_by="9999-12-31"))

    assert scenario(dated(node("N1"), time_zone=zone), wanted).orders == (wanted,)


DATED = {
    "format": "domroute/1",
    "time_zone": "America/New_York",
    "calendars": [
        {
            "id": "dc",
            "hours": {"mon": [["09:00", "17:00"]], "fri": [["18:00", "02:00"]]},
            "closed": ["2026-11-26"],
            "special": {"2026-12-24": [["09:00", "12:00"]]},
        },
        {"id": "ups", "days": ["mon", "tue"]},
    ],
    "nodes": [
        {
            "id": "N1",
            "location": {"lat": 40.7, "lon": -74.0, "calendar": "dc"},
            "time_zone": "America/Chicago",
            "calendar": "dc",
            "collection_calendar": "dc",
            "cutoff": {"*": "14:00", "2026-12-24": "10:00"},
            "cutoffs": {"ground": "25:30", "pickup": {"mon": "16:00"}},
            "processing": {"days": 1, "minutes": 60},
            "pickups": {"ground": {"*": ["17:00"], "sat": []}},
        }
    ],
    "items": [{"sku": "A", "release_at": "2026-12-01T00:00:00Z"}],
    "services": [
        {
            "id": "ground",
            "rate_card": {"weights_kg": [1], "rates": [[5], [7]]},
            "zones": {"kind": "distance", "bands_km": [80]},
            "calendar": "ups",
            "delivery_calendar": "ups",
            "pickups": ["17:00"],
            "transit_days": [1, 2],
            "delivers_by": "20:00",
            "speed": "standard",
        }
    ],
    "stock": [{"node": "N1", "sku": "A", "on_hand": 5}],
    "orders": [
        {
            "id": "o1",
            "placed_at": "2026-11-25T10:00:00-05:00",
            "destination": {"lat": 40, "lon": -75, "calendar": "dc"},
            "delivery": {"need_by": "2026-12-01", "earliest": "2026-11-30"},
            "lines": [
                {
                    "id": "l1",
                    "sku": "A",
                    "quantity": 1,
                    "delivery": {"need_by": "2026-12-01T12:00:00Z"},
                }
            ],
        }
    ],
}
STRANGE = [
    *("24:01", "48:00", "9:00", "01:00", "*", "mon", "2026-12-24", "X/Y", "", "dc"),
    *("ground", "2026-12-01T12:00:00", "0001-01-01T00:00:00+14:00", "99999-01-01"),
    *("9999-12-31", "\ud800", "\0", 5, -1, 1e300, 10**400, True, None, [], {}),
    *([["09:00", "17:00"]], [["18:00", "02:00"]], {"*": "01:00"}, {"*": ["17:00"]}),
]
CODES = {
    *("wrong_type", "out_of_range", "missing", "unknown_field", "unknown_value"),
    *("unknown_id", "unknown_version", "duplicate_id", "not_finite", "contradictory"),
    *("naive_datetime", "impossible_date", "too_large", "unknown_time_zone"),
    *("unknown_calendar", "overlapping_hours", "days_and_hours", "no_time_zone"),
    *("special_and_closed", "ambiguous_cutoff", "transit_days_and_minutes"),
    *("transit_days_per_zone", "earliest_after_need_by"),
}
"""All that may be said of such a scenario."""
FIELDS = [
    *("hours", "days", "closed", "special", "time_zone", "calendar", "cutoff", "mon"),
    *("cutoffs", "pickups", "transit_days", "transit_minutes", "need_by", "2026-12-24"),
]


def places(value, path=()):
    """Yield where something stands in nested values."""
    yield path
    parts = enumerate(value) if isinstance(value, list) else ()
    for key, part in value.items() if isinstance(value, dict) else parts:
        yield from places(part, (*path, key))


def mutated(rng):
    """Return the dated scenario with a few values replaced, taken out or put in."""
    value = copy.deepcopy(DATED)
    for _ in range(rng.choice([1, 1, 2, 4])):
        path = rng.choice(list(places(value))[1:])
        here = value
        for part in path[:-1]:
            here = here[part]
        what = copy.deepcopy(rng.choice(STRANGE))
        if isinstance(here, dict) and rng.random() < 0.2:
            here[rng.choice(FIELDS)] = what
        elif rng.random() < 0.2:
            del here[path[-1]]
        else:
            here[path[-1]] = what
    return value


@pytest.mark.filterwarnings("ignore::domroute.errors.DeadlineWarning")
@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6))
def test_mutated_scenarios_are_read_or_refused(seed):
    """A hundred at each seed: scenarios, or faults of known codes, and nothing else."""
    rng = random.Random(seed)
    for _ in range(100):
        value = mutated(rng)
        try:
            scenario_from_json(json.dumps(value))
        except InputError as error:
            assert {issue.code for issue in error.issues} <= CODES, value  # noqa: PT017


def test_dated_scenario_is_sound():
    """What is mutated is no fault itself."""
    made = scenario_from_json(json.dumps(DATED))

    assert made.network.is_dated
    assert made.orders[0].is_dated
    schema = jsonschema.Draft202012Validator(scenario_schema())
    assert not list(schema.iter_errors(DATED))


def test_order_is_loaded_without_a_moment_but_not_routed():
    """Who routes it may say when that is; by itself, and in a batch."""
    raw = copy.deepcopy(DATED)
    del raw["orders"][0]["placed_at"]

    made = scenario_from_json(json.dumps(raw))
    router = Router(made.network, made.inventory, made.policy)

    for ask in (router.route, lambda wanted: router.route_batch([wanted])):
        with pytest.raises(InputError) as told:
            ask(made.orders[0])
        assert [issue.code for issue in told.value.issues] == ["no_placed_at"]


def test_destination_without_a_zone_is_not_routed_to():
    """Nobody says when it is eight in the evening there."""
    late = node("N1", cutoff="14:00", time_zone="UTC")
    router = Router(dated(late, time_zone=None), stock(N1={"A": 1}))
    wanted = order(A=1, placed_at="2026-12-01T12:00:00Z")

    with pytest.raises(InputError) as told:
        router.route(wanted)

    assert [issue.code for issue in told.value.issues] == ["no_time_zone"]
