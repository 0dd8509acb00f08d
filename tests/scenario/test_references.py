"""Whether parts fit together: by the router as by the scenario."""

import warnings

import pytest

from builders import line, network, node, order, stock
from domroute.costs import (
    Backorder,
    Handling,
    Lateness,
    Quotes,
    Shipping,
    Speed,
)
from domroute.errors import BackorderWarning, InputError, UnmatchedWarning
from domroute.ledger.inventory import Inventory
from domroute.network import Network
from domroute.policy import Policy
from domroute.router import Router
from domroute.rules import (
    EligibleNodes,
    ExcludedNodes,
    MaxDistance,
    NodeFilter,
    RequireTag,
)
from domroute.scenario import Scenario

NODES = [node("N1", kind="store", tags=["hazmat"], groups=["east"])]


def route(order_, *, policy=None, nodes=NODES, quotes=None, items="AB"):
    """Route an order over N1, which has five A and five B."""
    made = network(*nodes, items=items)
    return Router(made, stock(N1={"A": 5, "B": 5}), policy).route(order_, quotes=quotes)


def faults_of(*arguments, **fields):
    """Return the faults of a question as text."""
    with pytest.raises(InputError) as caught:
        route(*arguments, **fields)
    return [str(issue) for issue in caught.value.issues]


@pytest.mark.parametrize("rule", [ExcludedNodes, EligibleNodes])
def test_rule_that_names_no_node_is_refused_by_both(rule):
    """'n1' is not N1: the router tells it in the words of the scenario."""
    policy = Policy(rules=[rule(nodes=NodeFilter(ids=["n1"]))])
    text = "policy.rules[0].nodes.ids[0]: 'n1' is not a node of the network"

    assert faults_of(order(A=1), policy=policy) == [f"{text} [unknown_id]"]
    with pytest.raises(InputError, match="'n1' is not a node"):
        Scenario("s", network(*NODES), stock(), policy=policy)


def test_node_that_hands_to_no_service_is_refused():
    """Without services of its own a network has the bundled one, and no other."""
    assert faults_of(order(A=1), nodes=[node("N1", services=["ups"])]) == [
        "nodes[0].services[0]: 'ups' is not a service of the network [unknown_id]"
    ]
    assert route(order(A=1), nodes=[node("N1", services=["parcel"])]).is_optimal


@pytest.mark.parametrize(
    "wanted", [{"kinds": ["shop"]}, {"groups": ["west"]}, {"tags": ["cold"]}], ids=str
)
def test_filter_that_matches_no_node_is_told(wanted):
    """It may be meant: a warning, from the router and from the scenario."""
    policy = Policy(rules=[MaxDistance(km=5.0, nodes=NodeFilter(**wanted))])
    (word,) = next(iter(wanted.values()))

    with pytest.warns(UnmatchedWarning, match=f"policy.rules.*'{word}'"):
        route(order(A=1), policy=policy)
    with pytest.warns(UnmatchedWarning, match=f"policy.rules.*'{word}'"):
        Scenario("s", network(*NODES), stock(), policy=policy)


def test_tag_that_no_node_has_is_told():
    """Nobody can fill what must be kept cold; hazmat N1 can."""
    with pytest.warns(UnmatchedWarning, match="no node .* has the tag 'cold'"):
        route(order(A=1), policy=Policy(rules=[RequireTag(tag="cold")]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        route(order(A=1), policy=Policy(rules=[RequireTag(tag="hazmat")]))


@pytest.mark.parametrize(
    ("quotes", "text"),
    [
        (
            {"shipments": {("N1", "o1"): 1.0}},
            "quotes.shipments[0].node: 'o1' is not a node of the network",
        ),
        (
            {"shipments": {("o1", "N9"): 1.0}},
            "quotes.shipments[0].node: 'N9' is not a node of the network",
        ),
        (
            {"shipments": {("o1", "N1", "sled"): 1.0}},
            "quotes.shipments[0].service: 'sled' is not a service of the network",
        ),
        (
            {"units": {("o1", "A", "N1"): 1.0, ("o1", "l9", "N1"): 1.0}},
            "quotes.units[1].line: 'l9' is not a line of order 'o1'",
        ),
        (
            {"workload": {("o1", "l9", "N1"): 1.0}},
            "quotes.workload[0].line: 'l9' is not a line of order 'o1'",
        ),
    ],
    ids=["swapped", "node", "service", "unit_line", "workload_line"],
)
def test_quote_that_names_nothing_is_refused(quotes, text):
    """A quote under a wrong key would be ignored: it is a fault."""
    assert faults_of(order("o1", A=1), quotes=Quotes(**quotes)) == [
        f"{text} [unknown_id]"
    ]


def test_quotes_may_serve_many_questions():
    """What is quoted for other orders is no fault, whatever their lines are."""
    quotes = Quotes(
        shipments={("o1", "N1"): 1.0, ("o2", "N1"): 7.0}, units={("o3", "x", "N1"): 2.0}
    )

    assert route(order("o1", A=1), quotes=quotes).costs["quoted"] == 1.0


def test_quotes_of_another_type_are_refused():
    """A dictionary is no Quotes."""
    assert faults_of(order("o1", A=1), quotes={("o1", "N1"): 1.0}) == [
        "quotes: should be Quotes, got a dict [wrong_type]"
    ]


def test_router_is_made_of_its_parts():
    """A list is no ledger, a dictionary no policy, and a class no network."""
    with pytest.raises(InputError) as caught:
        Router(Network, [], {})

    assert [str(issue) for issue in caught.value.issues] == [
        "network: should be a Network, got the class Network [wrong_type]",
        "inventory: should be an Inventory or a Snapshot, got a list [wrong_type]",
        "policy: should be a Policy, got a dict [wrong_type]",
    ]


@pytest.mark.parametrize("term", [Shipping, Handling])
def test_class_is_no_term(term):
    """Who forgets to call it is told so."""
    with pytest.raises(ValueError, match="got its class: call it to make one"):
        Policy(costs=[term])


def test_class_is_no_rule():
    """Nor is the class of a rule a rule."""
    with pytest.raises(ValueError, match="got its class: call it to make one"):
        Policy(rules=[EligibleNodes])


def test_excluded_node_that_is_gone_is_harmless():
    """A line may exclude N9; pinned to it, it cannot be filled: a fault."""
    gone = order("o1", line("l1", "A", excluded_nodes=["N9"]))

    assert route(gone).plan.node_ids == ("N1",)
    assert Scenario("s", network(*NODES, items="A"), Inventory(), [gone]).orders
    assert faults_of(order("o1", line("l1", "A", pinned_node="N9"))) == [
        "order 'o1' line 'l1': 'N9' is not a node of the network [unknown_id]"
    ]


@pytest.mark.parametrize("weight", [0.0, 1.0])
@pytest.mark.parametrize(
    "term",
    [Backorder(per_unit=1.0), Lateness(per_line_day=1.0), Speed(per_line_day=1.0)],
)
def test_waiting_that_costs_nothing_is_told(term, weight):
    """A term that counts for nothing prices nothing; one that counts may."""
    priced = Policy(
        costs=[Shipping(), term.model_copy(update={"weight": weight})],
        allow_backorder=True,
    )
    strict = priced.model_copy(update={"allow_backorder": False})

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        Router(network(*NODES), stock(), strict)
        Router(network(*NODES), stock(), priced)
        Scenario("s", network(*NODES), stock(), policy=priced)

    assert [one.category for one in told] == [BackorderWarning] * (2 * (not weight))
    assert all("[free_backorder]" in str(one.message) for one in told)


def test_router_asks_when_an_order_that_may_wait_was_placed():
    """Its policy says so, or a line of it; the network knows no dates."""
    waiting = Policy(costs=[Backorder(per_unit=1.0)], allow_backorder=True)
    text = "order 'o1': placed_at is required: dates are counted from it [no_placed_at]"

    assert faults_of(order("o1", A=1), policy=waiting) == [text]
    assert faults_of(order("o1", line("l", "A", allow_backorder=True))) == [text]
