"""Sweeps change just what their path says, and say what is wrong with a path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import node, service
from domroute import (
    Capacity,
    Content,
    Inbound,
    InputError,
    NodeFilter,
    Plan,
    Policy,
    Scenario,
    Shipment,
    Shipping,
    SplitLimits,
    Stock,
)
from domroute.replay.tactic import Tactic
from domroute.whatif.changes import (
    close_node,
    keep_back,
    limit_splits,
    offer,
    open_node,
    scale_rates,
    scale_stock,
    sweep,
)
from replay.streams import shop

STORES = NodeFilter(kinds=["store"])


def on_hand(scenario):
    """Count the units at each node."""
    found = {}
    for row in scenario.inventory:
        found[row.node] = found.get(row.node, 0) + row.on_hand
    return found


def test_sweep_of_a_policy_in_a_scenario():
    """A field of the policy takes each value; the base stays as it was."""
    base = shop()

    made = sweep(base, "policy.splits.max_shipments", [1, 2, None])

    assert [each.policy.splits.max_shipments for each in made] == [1, 2, None]
    assert [each.name for each in made] == [
        "shop, policy.splits.max_shipments = 1",
        "shop, policy.splits.max_shipments = 2",
        "shop, policy.splits.max_shipments = None",
    ]
    assert base == shop()


def test_sweep_of_one_node():
    """An id in brackets picks a row; the others stay the same."""
    (made,) = sweep(shop(), "network.nodes[s1].enabled", [False])

    assert [n.enabled for n in made.network.nodes] == [True, False, True]
    assert made.network.nodes[0] == shop().network.nodes[0]


def test_sweep_of_a_kind_of_nodes():
    """A field and a value in brackets pick all rows that have it."""
    (made,) = sweep(shop(), "network.nodes[kind=store].cost.per_shipment", [9.0])

    assert [n.cost.per_shipment for n in made.network.nodes] == [1.0, 9.0, 9.0]


def test_sweep_of_all_rows():
    """A star picks all rows; whole objects can be given as values."""
    limit = Capacity(limit=5, measure="units")

    (made,) = sweep(shop(), "network.nodes[*].capacity", [limit])
    (doubled,) = sweep(made, "network.nodes[*].capacity.limit x", [2])

    assert [n.capacity.limit for n in doubled.network.nodes] == [10.0] * 3


def test_sweep_of_one_of_several_capacities():
    """By its measure, at nodes that have it alone too; a star is all of them."""
    (some,) = sweep(shop(), "network.nodes[*].capacity", [{"units": 5}])
    path = "network.nodes[s1].capacity"
    (made,) = sweep(some, path, [{"units": 5, "orders": 2}])

    (more,) = sweep(made, "network.nodes[*].capacity[units].limit", [7])
    (doubled,) = sweep(made, f"{path}[*].limit x", [2])

    limits = [[c.limit for c in n.capacities] for n in more.network.nodes]
    assert sorted(limits) == [[2.0, 7.0], [7.0], [7.0]]
    assert [4.0, 10.0] in [
        [c.limit for c in n.capacities] for n in doubled.network.nodes
    ]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("network.nodes[s1].capacity.limit", "missing"),
        ("network.nodes[s1].capacity[lines].limit", "unknown_id"),
        ("network.nodes[s1].location[units].lat", "contradictory"),
    ],
)
def test_which_of_several_capacities_must_be_said(path, code):
    """And be one that is there; what is one object only is not picked from."""
    limits = {"units": 5, "orders": 2}
    (made,) = sweep(shop(), "network.nodes[s1].capacity", [limits])

    with pytest.raises(InputError) as caught:
        sweep(made, path, [1])

    assert caught.value.issues[0].code == code


def test_sweep_of_the_weight_of_a_term():
    """Terms of cost are picked by name."""
    (made,) = sweep(Policy(), "costs[shipping].weight", [2.0])

    assert made == Policy(costs=[Policy().costs[0], Shipping(weight=2.0)])


def test_sweep_of_a_tactic():
    """Tactics are swept as scenarios are, their policies too."""
    hourly = Tactic(name="hourly", hold_h=1)

    made = sweep(hourly, "policy.splits.max_shipments", [1])

    assert made[0].policy.splits == SplitLimits(max_shipments=1)
    assert made[0].name == "hourly, policy.splits.max_shipments = 1"
    assert made[0].hold_h == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("stock[s1].safety", {"d1": 8, "s1": 5, "s2": 8}),
        ("stock[kind=store].safety", {"d1": 8, "s1": 5, "s2": 5}),
        ("stock[*].safety", {"d1": 5, "s1": 5, "s2": 5}),
        ("stock[s1,B].safety", {"d1": 8, "s1": 8, "s2": 8}),
        ("stock[sku=A].safety", {"d1": 5, "s1": 5, "s2": 5}),
    ],
)
def test_sweep_of_stock(path, expected):
    """Rows of stock are picked by node, by node and SKU, by kind or by SKU."""
    (made,) = sweep(shop(), path, [3])

    found = {n: made.inventory.available(n, "A") for n in ("d1", "s1", "s2")}
    assert found == expected
    # Of B at s1 whatever the path, but for that of SKU A.
    assert made.inventory.available("s1", "B") == (8 if "sku" in path else 5)


def test_sweep_of_rates_by_factors():
    """With ` x` values are factors; ``rate`` is short for the rows of the card."""
    base = shop()
    card = service("ground", rates=((5.0, 8.0),))
    network = base.network.model_copy(update={"services": (card,)})
    base = Scenario(name="base", network=network, inventory=base.inventory)

    made = sweep(base, "network.services[ground].rate x", [1, 1.5])

    assert [each.network.services[0].rate_card.rates for each in made] == [
        ((5.0, 8.0),),
        ((7.5, 12.0),),
    ]
    assert made[1].name == "base, network.services[ground].rate x 1.5"


@pytest.mark.parametrize(
    ("path", "value", "code", "words"),
    [
        ("policy.splits.max_shipment", 1, "unknown_field", "did you mean 'max_sh"),
        ("polcy.splits", 1, "unknown_field", "did you mean 'policy'"),
        ("network.nodes[s9].enabled", 0, "unknown_id", "ids: d1, s1, s2"),
        ("network.nodes[kind=shop].enabled", False, "unknown_id", "ids: d1, s1, s2"),
        ("network.nodes[sort=store].enabled", False, "unknown_field", "'sort' is not"),
        ("network.nodes.enabled", False, "missing", "say which"),
        ("network.nodes[s1]", None, "missing", "which field"),
        ("network.nodes[s1].capacity.limit", 3, "contradictory", "is not set"),
        ("policy[x].splits", 3, "contradictory", "leave out [x]"),
        ("name.length", 3, "contradictory", "without fields"),
        ("stock[s1].units", 3, "unknown_field", "on_hand, reserved, safety"),
        ("stock[s1]", 3, "unknown_field", "on_hand, reserved, safety"),
        ("stock[s9].safety", 3, "unknown_id", "nodes: d1, s1, s2"),
        ("stock[s1].safety", -3, "out_of_range", "greater than or equal to 0"),
        ("stock[s1].safety", "much", "wrong_type", "should be a number"),
        ("policy.splits.max_shipments", 0, "out_of_range", "greater than"),
        ("policy.unfilled_penalty", "high", "wrong_type", "should be a number"),
        ("network.nodes[s1].id", "d1", "duplicate_id", "more than once"),
        ("network.nodes[s1].services", ["air"], "unknown_id", "air"),
        ("name x", 2, "wrong_type", "'shop' is no number"),
        ("policy.unfilled_penalty x", "2", "wrong_type", "'2' should be a number"),
        ("", 2, "unknown_value", "fields joined by dots"),
        ("policy..splits", 2, "unknown_value", "fields joined by dots"),
        ("policy.", 2, "unknown_value", "fields joined by dots"),
    ],
)
def test_bad_path_or_value_is_told(path, value, code, words):
    """What a path or a value lacks is said, with what would be right."""
    with pytest.raises(InputError) as caught:
        sweep(shop(), path, [value])

    assert code in {issue.code for issue in caught.value.issues}
    assert words in str(caught.value)


def test_scenario_is_checked_after_a_change():
    """A change that breaks what another part relies on is refused."""
    with pytest.raises(InputError, match="is not a node"):
        sweep(shop(), "network.nodes[s1].id", ["s9"])


def test_node_closes_and_opens():
    """A node is switched off, and on again."""
    closed = close_node(shop(), "s1")

    assert [n.enabled for n in closed.network.nodes] == [True, False, True]
    assert closed.name == "shop, s1 closed"
    assert open_node(closed, "s1").network == shop().network


def test_new_node_opens_with_its_stock():
    """A node that was not there comes with what it holds."""
    new = node("s3", (1.0, 1.0), kind="store")

    made = open_node(shop(), new, stock=[Stock(node="s3", sku="A", on_hand=4)])

    assert made.network.nodes[-1] == new
    assert made.inventory.available("s3", "A") == 4
    assert made.inventory.available("d1", "A") == 8
    with pytest.raises(InputError, match="open it by its id"):
        open_node(made, new)
    with pytest.raises(InputError, match="s9"):
        open_node(made, "s9")


def test_rates_of_the_bundled_tariff_are_scaled():
    """A network without services gets the bundled one, with its rates multiplied."""
    made = scale_rates(shop(), 2.0)

    # The bundled tariff's first rate is 7.20.
    assert made.network.services[0].rate_card.rates[0][0] == pytest.approx(14.4)
    assert made.name == "shop, rates of all services x 2.0"
    with pytest.raises(InputError, match="parcel"):
        scale_rates(shop(), 2.0, service="air")


@pytest.mark.parametrize("base", [Policy(), Tactic(name="t"), shop()])
def test_splits_are_limited_anywhere(base):
    """A policy, a tactic and a scenario can all be held to a number of shipments."""
    made = limit_splits(base, 2)

    policy = made if isinstance(made, Policy) else made.policy
    assert policy.splits.max_shipments == 2


def test_stock_is_scaled_to_whole_units():
    """Half of seven is three; other kinds of node keep what they have."""
    made = scale_stock(shop(units=7), 0.5, nodes=STORES)

    assert on_hand(made) == {"d1": 21, "s1": 9, "s2": 9}


def test_stock_is_kept_back():
    """Safety stock is set where it is asked for."""
    made = keep_back(shop(), 6, nodes=NodeFilter(ids=["s2"]))

    assert [made.inventory.available(n, "A") for n in ("d1", "s2")] == [8, 2]


def test_nodes_offer_what_they_are_told():
    """Ways of delivery are set for the nodes that match, and no others."""
    made = offer(shop(), "pickup", nodes=STORES)

    assert [n.methods for n in made.network.nodes] == [None, ("pickup",), ("pickup",)]
    assert made.name == "shop, store offering pickup"


BAD_CHANGES = {
    "negative": lambda: scale_stock(shop(), -1),
    "not a number": lambda: scale_stock(shop(), float("nan")),
    "a boolean": lambda: keep_back(shop(), units=True),
    "no such way": lambda: offer(shop(), "teleport"),
    "no such kind": lambda: offer(shop(), "ship", nodes=NodeFilter(kinds=["moon"])),
    "no such node": lambda: close_node(shop(), "s9"),
    "no shipments": lambda: limit_splits(shop(), 0),
}


@pytest.mark.parametrize("name", BAD_CHANGES)
def test_bad_change_is_refused(name):
    """Named changes say what is wrong with what they are given."""
    with pytest.raises(InputError):
        BAD_CHANGES[name]()


def promising(base):
    """Promise five units of the eight at d1, and say what arrives there."""
    take = Shipment("o1", "d1", "ship", (Content("a", "A", 5),))
    base.inventory.reserve(Plan((take,)))
    base.inventory.expect("d1", "A", [Inbound(at="2026-03-09T08:00:00Z", quantity=4)])
    return base


CHANGED = {
    "kept back": (lambda base: keep_back(base, 1), 8 - 5 - 1),
    "scaled": (lambda base: scale_stock(base, 2), 16 - 5),
    "swept": (lambda base: sweep(base, "stock[d1].on_hand", [7])[0], 7 - 5),
    "others' promises": (
        lambda base: sweep(base, "stock[d1,A].reserved", [1])[0],
        8 - 5 - 1,
    ),
    "opened": (
        lambda base: open_node(
            base, node("s9"), stock=[Stock(node="s9", sku="A", on_hand=1)]
        ),
        8 - 5,
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_ledger_keeps_its_promises(name):
    """What is promised, taken and expected is in the new ledger, to be committed."""
    change, available = CHANGED[name]
    base = promising(shop())

    made = change(base).inventory

    assert made.available("d1", "A") == available
    assert made.reservations == base.inventory.reservations
    assert made.loads == base.inventory.loads
    assert made.inbound == base.inventory.inbound
    before = made.counts("d1", "A")[0]
    made.commit("o1")
    assert made.counts("d1", "A")[0] == before - 5
    assert base.inventory.available("d1", "A") == 8 - 5


def test_a_row_that_is_there_is_not_opened_again():
    """The ledger would not know which of two rows to believe."""
    with pytest.raises(InputError, match="one row per node and sku"):
        open_node(shop(), "d1", stock=[Stock(node="d1", sku="A", on_hand=1)])


@given(st.floats(0, 3), st.integers(0, 30))
def test_scaling_never_makes_units(factor, units):
    """Scaled stock is at most factor times what there was, and less than one below."""
    made = scale_stock(shop(units=units), factor)

    for row in made.inventory:
        assert factor * units - 1 < row.on_hand <= factor * units + 1e-6
        assert row.on_hand == int(row.on_hand)


@pytest.mark.parametrize("change", [scale_stock, keep_back])
def test_stock_of_no_node_is_told(change):
    """A filter that matches nothing would change nothing."""
    with pytest.raises(InputError, match="no node of the network matches"):
        change(shop(), 1.0, nodes=NodeFilter(kinds=["stores"]))
