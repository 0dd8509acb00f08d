"""A scenario is whole: every name in it is known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from builders import network, node, order, pickup, place, stock
from builders import service as carrier
from domroute.costs import Quotes
from domroute.errors import InputError
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Inbound, Stock
from domroute.orders import Delivery, Line
from domroute.policy import Policy
from domroute.rules import EligibleNodes, ExcludedNodes, NodeFilter, OrderFilter
from domroute.scenario import Scenario
from scenario_strategies import scenarios


def small(**fields):
    """Make a scenario of two nodes, two items and one order."""
    return Scenario(
        **{
            "name": "small",
            "network": network(node("N1"), node("S7", kind="store"), items="AB"),
            "inventory": stock(N1={"A": 5}, S7={"A": 1, "B": 2}),
            "orders": [order(A=2, B=1)],
            **fields,
        }
    )


def faults(**fields):
    """Return (place, code) of each fault of a scenario that is refused."""
    with pytest.raises(InputError) as caught:
        small(**fields)
    return [(issue.where, issue.code) for issue in caught.value.issues]


def test_orders_become_a_tuple_and_are_found_by_id():
    """Any iterable of orders will do."""
    scenario = small(orders=iter([order("o1", A=1), order("o2", B=1)]))

    assert [each.id for each in scenario.orders] == ["o1", "o2"]
    assert scenario.order("o2") is scenario.orders[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("o22", "'o22' is not an order of 'small'; did you mean 'o2'"),
        (1, "1 is not an order of 'small'; its ids are text, such as 'o1'"),
        ("gloves", "'gloves' is not an order of 'small'; its ids are text"),
    ],
)
def test_unknown_order_is_refused(name, words):
    """An id that no order has is told, with the nearest one, or what ids are like."""
    scenario = small(orders=[order("o1", A=1), order("o2", B=1)])

    with pytest.raises(InputError, match=words) as caught:
        scenario.order(name)

    assert [issue.code for issue in caught.value.issues] == ["unknown_id"]


def test_it_says_what_is_in_it():
    """Text, HTML and repr count the same things."""
    scenario = small(quotes=Quotes(shipments={("o1", "N1"): 5.0}))

    assert (
        repr(scenario) == "Scenario('small', 2 nodes, 2 items, 3 stock rows, 1 orders)"
    )
    assert "stock rows: 3" in str(scenario)
    assert "quotes: 1" in str(scenario)
    assert "<th>stock rows</th><td>3</td>" in scenario._repr_html_()


@settings(deadline=None, max_examples=25)
@given(scenarios())
def test_it_equals_one_of_equal_parts(scenario):
    """Equality is by value, of the rows of stock too."""
    rebuilt = Scenario(
        scenario.name,
        scenario.network.model_copy(),
        Inventory(reversed(list(scenario.inventory))),
        scenario.orders,
        scenario.policy.model_copy(),
        scenario.quotes.model_copy(),
    )

    assert rebuilt == scenario


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "other"},
        {"network": network(node("N1"), node("S7"), items="AB")},
        {"inventory": stock(N1={"A": 6}, S7={"A": 1, "B": 2})},
        {"inventory": stock(N1={"A": 5}, S7={"A": 1})},
        {"orders": ()},
        {"policy": Policy(unfilled_penalty=1.0)},
        {"quotes": Quotes(shipments={("o1", "N1"): 5.0})},
    ],
)
def test_it_differs_in_any_part(fields):
    """A difference in one part is one in the whole."""
    assert small(**fields) != small()


def test_it_equals_no_other_kind_of_thing():
    """A scenario is not its name, and has no hash since its ledger may change."""
    assert small() != "small"
    with pytest.raises(TypeError, match="unhashable"):
        hash(small())


def test_what_arrives_later_counts_in_a_comparison():
    """Two ledgers that differ only in what is inbound differ."""
    row = Stock(node="N1", sku="A", on_hand=1)
    coming = Inbound(at="2026-01-01T00:00:00Z", quantity=2)

    later = Inventory([row.model_copy(update={"inbound": (coming,)})])

    assert later == later.copy()
    assert Inventory([row]) != later


def test_all_unknown_names_are_listed():
    """Every table is checked against the others; N9 is excluded, so it may be gone."""
    o1 = order(
        "o1",
        Line(
            id="l1",
            sku="Z",
            quantity=1,
            pinned_node="N8",
            excluded_nodes=["N1", "N9"],
            delivery=pickup("S9"),
        ),
        delivery=Delivery(services=["air"]),
    )
    units = {("o1", "l9", "N1"): 1.0}

    found = faults(
        name=" ",
        network=network(node("N1", services=["sea"]), node("S7"), items="AB"),
        inventory=stock(N7={"A": 1, "Y": 1}),
        orders=[o1, o1],
        quotes=Quotes(shipments={("o9", "N1", "parcel"): 1.0}, units=units),
    )

    lines = [
        ("orders[{}].delivery.services[0]", "unknown_id"),
        ("orders[{}].lines[0].sku", "unknown_id"),
        ("orders[{}].lines[0].pinned_node", "unknown_id"),
        ("orders[{}].lines[0].delivery.node", "unknown_id"),
    ]
    assert found == [
        ("name", "out_of_range"),
        ("nodes[0].services[0]", "unknown_id"),
        ("stock.node", "unknown_id"),
        ("stock.sku", "unknown_id"),
        ("orders[1].id", "duplicate_id"),
        *[(where.format(0), code) for where, code in lines],
        *[(where.format(1), code) for where, code in lines],
        ("quotes.shipments[0].order", "unknown_id"),
        ("quotes.units[0].line", "unknown_id"),
    ]


def test_services_are_those_of_the_network_or_the_bundled_one():
    """``parcel`` is known only where the network brings no services of its own."""
    order_by = order(A=1, delivery=Delivery(services=["parcel"]))
    nodes = (node("N1"), node("S7"))

    assert small(orders=[order_by]).orders == (order_by,)
    assert faults(
        network=network(*nodes, items="AB", services=[carrier("air")]),
        orders=[order_by],
    ) == [("orders[0].delivery.services[0]", "unknown_id")]


def test_a_rule_may_not_name_an_unknown_node():
    """A rule for a node that is not there would be silently without effect."""
    rule = ExcludedNodes(nodes=NodeFilter(ids=["S7", "S8"]))

    assert faults(policy=Policy(rules=[rule])) == [
        ("policy.rules[0].nodes.ids[1]", "unknown_id")
    ]


STORES = EligibleNodes(nodes=NodeFilter(kinds=["store"]))
NO_STORES = ExcludedNodes(nodes=NodeFilter(kinds=["store"]))


def test_hard_rules_may_not_leave_no_node():
    """Only stores, and no stores: no order could ever be filled."""
    assert faults(policy=Policy(rules=[STORES, NO_STORES])) == [
        ("policy.rules", "contradictory")
    ]


@pytest.mark.parametrize(
    "rules",
    [
        [STORES],
        [NO_STORES],
        [STORES, NO_STORES.model_copy(update={"price": 5.0})],
        [STORES, NO_STORES.model_copy(update={"orders": OrderFilter(tiers=["gold"])})],
    ],
)
def test_rules_that_leave_a_node_to_someone_are_fine(rules):
    """A soft rule forbids nothing, and one for some orders leaves the others."""
    assert small(policy=Policy(rules=rules)).policy.rules == tuple(rules)


def test_a_place_is_no_name():
    """Two nodes may stand at one place, and an order go there."""
    spot = network(node("N1", (1.0, 2.0)), node("S7", (1.0, 2.0)), items="AB")

    scenario = small(network=spot, orders=[order(A=1, at=(1.0, 2.0))])

    assert scenario.orders[0].destination == place((1.0, 2.0))
