"""Nodes, items, services: derived facts, and what contradicts itself."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from builders import item, line, network, node, order, service, stock
from domroute.costs import Distance, Handling, Shipping
from domroute.network import Network
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.router import Router
from domroute.verify import verify

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_volume_and_longest_side():
    """A unit's volume is the product of its sides, 10 x 20 x 30."""
    made = item("A", length_cm=10, width_cm=30, height_cm=20)

    assert made.volume_cm3 == 6000.0
    assert made.longest_cm == 30.0


@pytest.mark.parametrize(
    ("kind", "collected"), [("dc", False), ("vendor", False), ("store", True)]
)
def test_methods_follow_from_the_kind(kind, collected):
    """Every kind ships; only stores are collected from."""
    offered = node("N1", kind=kind).offered_methods

    assert {"ship", "ship_to_store"} <= set(offered)
    assert ("pickup" in offered) is ("curbside" in offered) is collected
    assert "same_day" not in offered


def test_methods_may_be_told():
    """What a node says of itself goes before its kind; it may offer nothing."""
    assert node("N1", kind="store", methods=["same_day"]).offered_methods == (
        "same_day",
    )
    assert node("N1", methods=[]).offered_methods == ()


def test_kind_of_your_own_ships():
    """A kind is any word."""
    assert "ship" in node("N1", kind="kiosk").offered_methods


@pytest.mark.parametrize("hours", [0, -1])
def test_window_ends_after_it_starts(hours):
    """A node cannot close before it opens."""
    with pytest.raises(ValidationError, match="is not after"):
        node("N1", active_from=NOON, active_until=NOON + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"nodes": [node("N1"), node("N1")], "items": []}, "node id 'N1'"),
        ({"nodes": [], "items": [item("A"), item("A")]}, "sku 'A'"),
        (
            {"nodes": [], "items": [], "services": [service("g"), service("g")]},
            "service id 'g'",
        ),
        (
            {
                "nodes": [node("N1", services=["air"])],
                "items": [],
                "services": [service("g")],
            },
            "unknown service 'air'",
        ),
    ],
    ids=["node", "sku", "service", "unknown_service"],
)
def test_ids_of_a_network_are_unique_and_known(fields, words):
    """Nothing appears twice, and nodes name only services there are."""
    with pytest.raises(ValidationError, match=words):
        Network(**fields)


def test_all_faults_of_a_network_are_named():
    """Faults are told at once, not one a run."""
    with pytest.raises(ValidationError, match=r"node id 'N1'.*sku 'A'"):
        Network(nodes=[node("N1"), node("N1")], items=[item("A"), item("A")])


def test_network_prints_its_counts():
    """A network of thousands prints as a line."""
    made = network(node("N1"), node("N2"), items="ABC", services=[service("g")])

    assert str(made) == repr(made) == "Network(2 nodes, 3 items, 1 services)"


@pytest.mark.parametrize("name", ["weight_kg", "unit_price", "length_cm"])
def test_items_have_no_negative_sizes(name):
    """Weights, prices and sides are not negative."""
    with pytest.raises(ValidationError):
        item("A", **{name: -0.1})


@pytest.mark.parametrize(
    ("fields", "filled"),
    [
        ({"kind": "store", "tags": ["locker"]}, True),
        ({"kind": "store"}, False),
        ({"kind": "dc", "tags": ["locker"]}, False),
        ({"kind": "dc", "methods": ["locker"]}, True),
    ],
    ids=["store", "no_locker", "center", "says_so"],
)
def test_lockers_are_at_stores_that_bear_the_tag(fields, filled):
    """Collected there, at no cost of carriage or distance; solver and judge agree."""
    made = network(node("N1", per_shipment=2.0, **fields), node("N2"))
    held = stock(N1={"A": 1}, N2={"A": 1})
    policy = Policy(costs=[Handling(), Shipping(), Distance(per_shipment_km=1.0)])
    asked = Delivery(method="locker", node="N1")
    wanted = order("o1", line("l1", "A", delivery=asked))

    result = Router(made, held, policy).route(wanted)

    assert [part.node_id for part in result.plan.shipments] == ["N1"] * filled
    assert result.cost == (2.0 if filled else 1000.0)
    assert verify(result, wanted, made, held, policy) == ()


def test_what_is_worked_out_is_no_part_of_a_network():
    """Equal networks stay equal once one was asked; a changed copy is asked anew."""
    made = network(node("N1", cutoff="14:00", time_zone="UTC"))
    other = made.model_copy()

    assert made.is_dated
    assert made.states_times
    assert made == other
    assert not made.model_copy(update={"nodes": ()}).is_dated
