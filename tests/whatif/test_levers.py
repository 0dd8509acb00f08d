"""Levers change what they say, and nothing else."""

import dataclasses

import pytest

from builders import line, node, order, pickup, stock
from domroute import InputError, Network, Policy, Scenario
from domroute.events import Placed, Received
from domroute.replay.engine import Replay
from domroute.replay.placing import placed
from domroute.replay.tactic import LookAhead, Tactic
from domroute.replay.world import Returns, World
from domroute.whatif.levers import (
    Case,
    in_store_returns,
    joint_batches,
    look_ahead,
    pick_up,
    ship_from_store,
    without_stores,
)
from replay.streams import START, drawn_stream, shop


def a_case(**changes):
    """Make a case whose stores fill nothing."""
    base = Case(
        without_stores(shop()),
        Tactic(name="plain"),
        World(returns=Returns(share=0.1)),
        drawn_stream,
    )
    return dataclasses.replace(base, **changes)


def same_but(one, other):
    """Name the parts in which two cases differ."""
    return {
        field.name
        for field in dataclasses.fields(Case)
        if getattr(one, field.name) != getattr(other, field.name)
    }


def methods(scenario):
    """List what every node offers."""
    return {node.id: [str(m) for m in node.offered_methods] for node in scenario.nodes}


def test_base_has_no_stores():
    """Stores that fill nothing offer nothing; centers offer what they did."""
    found = methods(without_stores(shop()).network)

    assert found == {"d1": ["ship", "ship_to_store"], "s1": [], "s2": []}


def test_stores_ship():
    """Shipping is added to what stores offer, once."""
    case = a_case()

    made = ship_from_store().change(case)
    again = ship_from_store().change(made)

    assert same_but(case, made) == {"scenario"}
    assert methods(made.scenario.network)["s1"] == ["ship"]
    assert again.scenario == made.scenario


def test_returns_go_to_stores():
    """Only where returns go is changed in the world."""
    case = a_case()

    made = in_store_returns(0.7).change(case)

    assert same_but(case, made) == {"world"}
    assert made.world.returns == Returns(share=0.1, in_store=0.7)


def test_orders_are_held():
    """Only how the policy is carried out is changed."""
    case = a_case()

    made = joint_batches(4, wave_limit_s=2).change(case)

    assert same_but(case, made) == {"tactic"}
    assert (made.tactic.hold_h, made.tactic.wave_limit_s) == (4, 2)
    assert made.tactic.policy == case.tactic.policy


def test_tactic_looks_ahead():
    """The look ahead is the tactic's, and says how far."""
    ahead = LookAhead(horizon_days=3)

    made = look_ahead(ahead).change(a_case())

    assert made.tactic.look_ahead == ahead
    assert [a.value for a in look_ahead(ahead).assumptions] == [3, 28]


def near(name, at, *lines, **fields):
    """Make an order near a place."""
    return order(name, *lines, at=at, placed_at=START, **fields)


def test_customers_collect_where_a_store_has_it_all():
    """Not too far, not too much, not what is collected or told apart already."""
    network = shop().network
    scenario = Scenario(
        name="shop",
        network=network,
        inventory=stock(s1={"A": 2, "B": 1}, d1={"C": 5}),
    )
    s1 = (0.0, 3.0)
    orders = [
        near("all", s1, A=2, B=1),
        near("too many", s1, A=3),
        near("at the center only", s1, C=1),
        near("too far", (1.0, 3.0), A=1),  # a degree of latitude is 111 km
        near("collected", s1, A=1, delivery=pickup("s1")),
        near("pinned", s1, line("A", "A", pinned_node="s1")),
        near("by line", s1, line("A", "A", delivery=pickup("s1"))),
        near("in two lines", s1, line("a", "A"), line("b", "A")),
        near("in two lines too many", s1, line("a", "A", 2), line("b", "A")),
    ]

    def stream(_scenario, _seed):
        return [
            Received(at=START, node="s1", sku="A", quantity=9),
            *(Placed(order=each) for each in orders),
        ]

    case = a_case(scenario=scenario, stream=stream)
    made = pick_up(1.0, radius_km=50).change(case)
    events = list(made.stream(made.scenario, 0))

    assert isinstance(events[0], Received)
    changed = {
        event.order.id
        for event, before in zip(events[1:], orders, strict=True)
        if event.order != before
    }
    assert changed == {"all", "in two lines"}
    assert events[1].order.delivery == pickup(radius_km=50)
    assert "pickup" in methods(made.scenario.network)["s1"]


def test_share_of_customers_collects():
    """About the share of those who could, the same whenever it is asked again."""
    scenario = shop(units=10**6)
    everyone = [Placed(order=near(f"o{at}", (0.0, 3.0), A=1)) for at in range(1000)]
    case = a_case(scenario=scenario, stream=lambda _scenario, _seed: everyone)
    made = pick_up(0.3).change(case)

    def collected(seed):
        events = made.stream(made.scenario, seed)
        return {e.order.id for e in events if e.order.delivery.method == "pickup"}

    # 300 on average, with a deviation of 14.5: within four of them.
    assert 242 <= len(collected(0)) <= 358
    assert collected(0) == collected(0)
    assert collected(0) != collected(1)


def test_stores_that_are_closed_are_not_collected_from():
    """A store that is switched off is none to come to."""
    base = shop()
    nodes = [
        n.model_copy(update={"enabled": n.kind != "store"}) for n in base.network.nodes
    ]
    network = Network(nodes=nodes, items=base.network.items)
    scenario = Scenario(name="off", network=network, inventory=base.inventory)
    events = [Placed(order=near("o", (0.0, 3.0), A=1))]
    case = a_case(scenario=scenario, stream=lambda _scenario, _seed: events)

    made = pick_up(1.0).change(case)

    assert list(made.stream(made.scenario, 0)) == events


def test_own_orders_need_orders():
    """The stream of a scenario's own orders is refused where there are none."""
    with pytest.raises(InputError, match="no orders to replay"):
        placed(shop())


LONE = Scenario(
    name="no stores",
    network=Network(nodes=[node("d1")], items=shop().network.items),
    inventory=stock(d1={"A": 1}),
)
BAD = {
    "share above one": lambda: pick_up(1.5),
    "share below none": lambda: in_store_returns(-0.1),
    "share as text": lambda: pick_up("half"),
    "no stores": lambda: without_stores(LONE),
    "no stores to ship": lambda: ship_from_store().change(a_case(scenario=LONE)),
    "no returns": lambda: in_store_returns().change(a_case(world=World())),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_lever_is_refused(name):
    """A lever that fits nothing says so."""
    with pytest.raises(InputError):
        BAD[name]()


def test_store_can_ship_what_it_keeps_or_gets():
    """Orders to be shipped, for something that is or comes to a store."""
    scenario = shop(kept=("ABC", "B", ""))
    orders = [
        order("kept", A=1, B=1, placed_at=START),
        order("elsewhere", A=1, placed_at=START),
        order("comes", C=1, placed_at=START),
        order("collected", B=1, placed_at=START, delivery=pickup("s1")),
    ]
    events = [
        *(Placed(order=each) for each in orders),
        Received(at=START, node="s2", sku="C", quantity=1),
        Received(at=START, node="d1", sku="A", quantity=1),
    ]

    found = ship_from_store().could(a_case(scenario=scenario), events, 0)

    assert sorted(found) == ["comes", "kept"]


def test_stores_that_are_switched_off_touch_nothing():
    """What a store that is switched off keeps can be neither shipped nor collected."""
    scenario = shop(kept=("A", "B", "B"))
    nodes = [
        each.model_copy(update={"enabled": each.kind != "store"})
        for each in scenario.network.nodes
    ]
    network = scenario.network.model_copy(update={"nodes": tuple(nodes)})
    case = a_case(scenario=dataclasses.replace(scenario, network=network))
    events = [Placed(order=order("o1", B=1, at=(0.0, 3.0), placed_at=START))]

    assert ship_from_store().could(case, events, 0) == set()
    assert pick_up(1.0, radius_km=500).could(case, events, 0) == set()


def test_customers_can_collect_what_a_store_near_them_has():
    """Orders to be shipped that one store within the radius holds all of."""
    scenario = shop(kept=("ABC", "AB", "C"))
    events = [
        Placed(order=order(name, **skus, at=at, placed_at=START))
        for name, skus, at in (
            ("near", {"A": 1, "B": 1}, (0.0, 3.0)),
            ("in two stores", {"A": 1, "C": 1}, (0.0, 3.0)),
            ("far", {"A": 1}, (0.0, -3.0)),
        )
    ]
    asked = Placed(order=order("anyway", A=1, placed_at=START, delivery=pickup("s1")))

    lever = pick_up(0.1, radius_km=50)
    offered = lever.change(a_case(scenario=scenario)).scenario

    # At stores that collect already, who is to collect anyway is none of its.
    assert sorted(lever.could(a_case(scenario=offered), [*events, asked], 0)) == [
        "near"
    ]
    closed = a_case(scenario=without_stores(scenario))
    assert sorted(lever.could(closed, [*events, asked], 0)) == ["anyway", "near"]


def test_returns_can_be_brought_by_those_who_have_any():
    """The orders of which something comes back are those that the world draws."""
    case = a_case(world=World(returns=Returns(share=0.3)))
    events = tuple(drawn_stream(None, 3))

    found = in_store_returns().could(case, events, 3)

    outcome = Replay(shop(units=99), events, Policy(), world=case.world, seed=3).run()
    assert found == set(outcome.returns["order"])
    assert 0 < len(found) < 12


def test_waves_and_outlooks_can_touch_every_order():
    """What is planned otherwise is planned otherwise for all."""
    assert joint_batches().could is None
    assert look_ahead().could is None
