"""Ways that differ in nothing are one."""

import pytest

from builders import node, place, service
from dated import dated_network
from domroute.calendars import Calendar
from domroute.network import Node
from domroute.promise.ways import UTC_ZONE, Ways, key_of
from domroute.words import Method

CALENDARS = [Calendar(id="c"), Calendar(id="d")]
SERVICES = [
    service("a", pickups=["17:00"]),
    service("b", pickups=["17:00"], transit_days=2),
    service("c", transit_minutes=30),
]


def ways_of(*nodes, services=SERVICES, **fields):
    """Find the ways of some nodes."""
    network = dated_network(nodes, services, CALENDARS, **fields)
    return Ways(network, network.nodes, network.services)


def by(ways, service=0, method=Method.SHIP):
    """Return the way of each node."""
    collects = service is None and method.is_collected
    return ways.by(service, method, collects=collects).tolist()


def test_nodes_that_differ_in_nothing_go_one_way():
    """Where they are, and what they cost, is nothing to dates."""
    ways = ways_of(node("N1", calendar="c"), node("N2", (5, 5), calendar="c"))

    assert by(ways) == [0, 0]
    assert by(ways, 0) == by(ways, 1)
    assert len(ways.all) == 1
    (way,) = ways.all
    assert (way.node, way.service, way.collects) == (0, 0, False)
    assert way.pickups == ("17:00",)


@pytest.mark.parametrize(
    "other",
    [
        {"calendar": "d"},
        {"cutoff": "14:00"},
        {"cutoffs": {"a": "14:00"}},
        {"cutoffs": {"ship": "14:00"}},
        {"processing": {"days": 1}},
        {"processing": {"minutes": 1}},
        {"pickups": {"a": ["12:00"]}},
        {"time_zone": "UTC"},
    ],
)
def test_what_matters_makes_a_way_of_its_own(other):
    """Whatever moves a date."""
    ways = ways_of(node("N1", calendar="c"), node("N2", **{"calendar": "c", **other}))

    assert by(ways) == [0, 1]


def test_what_does_not_matter_makes_none():
    """Cut-offs and pick-ups of other services, and hours of who collects."""
    beside = {
        "cutoffs": {"b": "14:00"},
        "pickups": {"c": ["12:00"]},
        "collection_calendar": "d",
    }
    ways = ways_of(node("N1", calendar="c"), node("N2", calendar="c", **beside))

    assert by(ways) == [0, 0]


def test_courier_goes_a_way_of_his_own():
    """Without pick-ups, and by the hour."""
    ways = ways_of(node("N1"))

    assert by(ways, 0) == by(ways, 1) == [0]
    assert by(ways, 2) == [1]


def test_methods_go_one_way_unless_a_cutoff_names_one():
    """The same day has a cut-off of its own at one node: there it differs."""
    ways = ways_of(node("N1"), node("N2", cutoffs={"same_day": "10:00"}))

    assert by(ways) == by(ways, method=Method.SHIP_TO_STORE) == [0, 0]
    assert by(ways, method=Method.SAME_DAY) == [0, 1]
    assert ways.all[1].cutoffs == ("10:00",)


def test_nearest_cutoff_stands_first():
    """That of the service, then of the method, then of the node; one of all days ends.

    What has none for some date falls back on the next.
    """
    times = {"a": {"mon": "10:00"}, "ship": "12:00"}
    ways = ways_of(node("N1", cutoff="14:00", cutoffs=times))

    by(ways)
    by(ways, 1)
    by(ways, 1, Method.SAME_DAY)
    assert [way.cutoffs for way in ways.all] == [
        ({"mon": "10:00"}, "12:00"),
        ("12:00",),
        ("14:00",),
    ]


def test_who_collects_goes_by_no_service():
    """When the store hands out; of no service's cut-off."""
    ways = ways_of(
        node("N1", collection_calendar="c", cutoffs={"a": "09:00", "pickup": "10:00"}),
        node("N2", collection_calendar="d", cutoffs={"pickup": "10:00"}),
    )

    assert by(ways, None, Method.PICKUP) == [0, 1]
    assert by(ways, None, Method.CURBSIDE) == [2, 3]
    assert all(way.collects and way.service is None for way in ways.all)
    assert ways.all[0].cutoffs == ("10:00",)
    assert ways.all[2].cutoffs == ()


def test_what_is_quoted_goes_by_no_service_and_is_not_collected():
    """Goods are handed over as they are ready."""
    ways = ways_of(node("N1", collection_calendar="c"), node("N2"))

    assert by(ways, None, Method.SHIP) == [0, 0]
    assert not ways.all[0].collects


def test_ways_are_looked_up_once():
    """The same question gives the same table."""
    ways = ways_of(node("N1"))

    assert ways.by(0, Method.SHIP) is ways.by(0, Method.SAME_DAY)


def test_zone_of_a_node_is_the_nearest_said():
    """Its own, that of its place, that of the network, or UTC."""
    there = Node(id="N2", location=place(time_zone="Asia/Kolkata"))
    both = there.model_copy(update={"id": "N3", "time_zone": "Asia/Tokyo"})
    zones = ways_of(node("N1"), there, both).zones

    assert zones == ("America/New_York", "Asia/Kolkata", "Asia/Tokyo")
    assert ways_of(node("N1"), time_zone=None).zones == (UTC_ZONE,)


def test_keys_go_by_content():
    """Lists, tuples and dictionaries of the same are the same; others are not."""
    assert key_of({"a": ["1"], "b": None}) == key_of({"b": None, "a": ("1",)})
    assert key_of({"a": "1"}) != key_of({"a": "2"})
    assert key_of("1") == "1"
    assert key_of(None) is None
