"""Nodes, lines and services that may not: each is refused, and at its limit let in."""

from datetime import UTC, datetime

import pytest

from builders import (
    Crowding,
    item,
    line,
    network,
    node,
    order,
    pickup,
    service,
    stock,
)
from domroute.costs import Shipping
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.router import Router
from domroute.rules import (
    EligibleNodes,
    MaxDistance,
    NodeFilter,
    NodePriority,
)
from domroute.services import LookupZones
from domroute.verify import verify
from plans import DEGREE_KM, RIGHT, codes, plan, ship

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields",
    [
        {"enabled": False},
        {"methods": ["same_day"]},
        {"at": (1.0, 0.0), "max_distance_km": 111.0},
        {"active_from": datetime(2026, 3, 2, 13, tzinfo=UTC)},
        {"active_until": NOON},
    ],
    ids=["disabled", "method", "too_far", "not_yet", "no_more"],
)
def test_node_is_not_permitted(fields):
    """A node that may not fill the order fills none of it."""
    nodes = [node("N1"), node("N2", **fields)]
    km = DEGREE_KM if "at" in fields else 0.0
    made = plan(ship("N1", "A2"), ship("N2", "B1", km=km))

    assert codes(made, order(A=2, B=1, placed_at=NOON), nodes=nodes) == [
        "not_permitted"
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"max_distance_km": 111.2, "at": (1.0, 0.0)},
        {"active_from": NOON},
        {"active_until": datetime(2026, 3, 2, 13, tzinfo=UTC)},
    ],
    ids=["near_enough", "just_open", "still_open"],
)
def test_node_is_permitted(fields):
    """A node at its limit still fills."""
    nodes = [node("N1"), node("N2", **fields)]
    km = DEGREE_KM if "at" in fields else 0.0
    made = plan(ship("N1", "A2"), ship("N2", "B1", km=km))

    assert codes(made, order(A=2, B=1, placed_at=NOON), nodes=nodes) == []


@pytest.mark.parametrize(
    "window", [{"active_from": NOON}, {"active_until": NOON}], ids=["from", "until"]
)
def test_order_without_a_date_is_in_no_window(window):
    """Nobody can tell whether N2 was open when the order came."""
    nodes = [node("N1"), node("N2", **window)]
    made = plan(ship("N1", "A2"), ship("N2", "B1"))

    assert codes(made, order(A=2, B=1), nodes=nodes) == ["not_permitted"]


@pytest.mark.parametrize("field", [{"pinned_node": "N1"}, {"excluded_nodes": ["N2"]}])
def test_line_does_not_permit_the_node(field):
    """A pinned line ships from its node, and never from one that it excludes."""
    wanted = order("o1", line("B", "B", 1, **field), A=2)

    assert codes(RIGHT, wanted) == ["not_permitted"]


def test_pickup_is_at_the_node_named():
    """A pick-up node is never replaced."""
    nodes = [node(name, kind="store") for name in ("N1", "N2")]
    wanted = order(A=2, at=None, delivery=pickup("N1"))

    found = codes(plan(ship("N2", "A2", method="pickup")), wanted, nodes=nodes)

    assert found == ["not_permitted"]


def test_pickup_is_within_the_radius():
    """The customer comes no farther than the radius, and one node fills."""
    nodes = [node("N1", kind="store"), node("N2", at=(1.0, 0.0), kind="store")]
    wanted = order(A=2, B=1, delivery=pickup(radius_km=100.0))
    far = ship("N2", "A2", "B1", km=DEGREE_KM, method="pickup")

    assert codes(plan(far), wanted, nodes=nodes) == ["not_permitted"]


@pytest.mark.parametrize(
    "rule",
    [
        EligibleNodes(nodes=NodeFilter(ids=["N1"])),
        MaxDistance(km=100.0),
        NodePriority(),
    ],
    ids=lambda rule: rule.name,
)
def test_hard_rule_is_broken(rule):
    """A hard rule holds for every node of a plan."""
    nodes = [node("N1"), node("N2", at=(1.0, 0.0), priority=2)]
    made = plan(ship("N1", "A2"), ship("N2", "B1", km=DEGREE_KM))

    found = codes(made, nodes=nodes, policy=Policy(costs=[], rules=[rule]))

    assert found == ["rule_broken"]


CARRIERS = [
    service("air", rates=[[5.0]], weights=[9.0], refused_tags=["hazmat"]),
    service("ground", rates=[[5.0]], weights=[9.0]),
    service("rush", rates=[[5.0]], weights=[9.0], methods=["same_day"]),
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ground", []),
        ("air", ["wrong_service"]),
        ("rush", ["wrong_service"]),
        ("sea", ["wrong_service"]),
        (None, ["wrong_service"]),
    ],
)
def test_service_may_carry(name, expected):
    """A service carries only what it accepts, for deliveries that it serves."""
    made = plan(ship("N1", "A2", costs={"shipping": 5.0}, service=name))

    found = codes(
        made,
        order(A=2),
        items=[item("A", tags=["hazmat"])],
        services=CARRIERS,
        policy=Policy(costs=[Shipping()]),
        cost=5.0,
    )

    assert found == expected


def test_service_is_allowed_by_node_and_delivery():
    """The node hands to its services, the customer to those that he allows."""
    policy = Policy(costs=[Shipping()])
    made = plan(ship("N1", "A2", costs={"shipping": 5.0}, service="air"))
    picky = [node("N1", services=["ground"])]
    asked = order(A=2, delivery=Delivery(services=["ground"]))
    more = {"services": CARRIERS, "policy": policy}

    assert codes(made, order(A=2), **more) == []
    assert codes(made, order(A=2), nodes=picky, **more) == ["wrong_service"]
    assert codes(made, asked, **more) == ["wrong_service"]


def test_no_service_where_none_is_priced():
    """A shipment names no service when nothing prices carriage."""
    made = plan(ship("N1", "A2", "B1", service="parcel"))

    assert codes(made) == ["wrong_service"]


def test_unknown_pickup_node_does_not_crash():
    """Where the node to pick up at does not exist, no other may fill."""
    wanted = order(A=2, at=None, delivery=pickup("N9"))
    made = plan(ship("N1", "A2", method="pickup"))

    assert codes(made, wanted, nodes=[node("N1", kind="store")]) == ["not_permitted"]


def test_services_of_the_network_carry_whatever_the_terms():
    """Where it has services, shipments go by one that serves them, priced or not."""
    policy = Policy(costs=[Crowding(price=0.0)])
    more = {"services": CARRIERS, "policy": policy}

    assert codes(plan(ship("N1", "A2", "B1", service="ground")), **more) == []
    assert codes(plan(ship("N1", "A2", "B1")), **more) == ["wrong_service"]
    assert codes(plan(ship("N1", "A2", "B1", service="rush")), **more) == [
        "wrong_service"
    ]


def test_user_term_may_price_carriage():
    """Where the network has none, a term of the user's may name the bundled one."""
    more = {"policy": Policy(costs=[Crowding(price=0.0)])}

    assert codes(plan(ship("N1", "A2", "B1", service="parcel")), **more) == []
    assert codes(plan(ship("N1", "A2", "B1")), **more) == []


@pytest.mark.parametrize(
    "limits",
    [
        {"max_weight_kg": 0.5},
        {"max_length_cm": 5.0},
        {"refused_tags": ["cold"]},
        {"zones": LookupZones(rows=(), zone_count=1)},
    ],
    ids=lambda limits: next(iter(limits)),
)
def test_service_keeps_its_limits_whoever_prices(limits):
    """Weight, length, tags and zones hold where no term looks at them."""
    cold = item("A", weight_kg=1.0, length_cm=10.0, tags=["cold"])
    policy = Policy(costs=[], unfilled_penalty=10.0)
    picky = network(node("N1"), items=[cold], services=[service("ground", **limits)])
    open_ = network(node("N1"), items=[cold], services=[service("ground")])
    held, wanted = stock(N1={"A": 1}), order(A=1)
    shipped = plan(ship("N1", "A1", service="ground"))

    found = Router(picky, held, policy).route(wanted)

    assert [part.reason for part in found.plan.unfilled] == ["no_service"]
    assert Router(open_, held, policy).route(wanted).cost == 0.0
    for made, faults in ((open_, []), (picky, ["wrong_service"])):
        issues = verify(shipped, wanted, made, held, policy)
        assert [issue.code for issue in issues] == faults
