"""What other engines were seen to get wrong, each as a case of its own."""

import pytest

from builders import line, network, node, order, pickup, stock
from domroute.costs import Distance, Handling, Quotes
from domroute.policy import Policy
from domroute.router import Router
from domroute.rules import MaxDistance

METHODS = pytest.mark.parametrize("method", ["auto", "mip", "greedy"])


def route(method, nodes, held, asked, *terms, rules=(), quotes=None):
    """Route an order by a method."""
    policy = Policy(
        costs=terms, rules=rules, unfilled_penalty=50.0, solve={"method": method}
    )
    router = Router(network(*nodes, items="ABCD"), stock(**held), policy)
    return router.route(asked, quotes=quotes)


@METHODS
def test_distance_cap_holds_for_splits(method):
    """A second shipment goes no farther than the first: B stays, 222 km away."""
    nodes = [node("N1"), node("N2", at=(2.0, 0.0))]
    held = {"N1": {"A": 1}, "N2": {"A": 1, "B": 1}}

    result = route(method, nodes, held, order(A=1, B=1), rules=[MaxDistance(km=200.0)])

    assert result.plan.node_ids == ("N1",)
    assert [part.line_id for part in result.plan.unfilled] == ["B"]


@pytest.mark.parametrize("method", ["auto", "mip"])
def test_two_shipments_where_two_do(method):
    """Three nodes could fill the order; two can, and so do."""
    # The trap is N4, the cheapest for A alone: N1 and N3 must then fill the rest.
    nodes = [
        node("N1", per_shipment=3.0),
        node("N2", per_shipment=3.0),
        node("N3", per_shipment=3.0),
        node("N4", per_shipment=2.0),
    ]
    held = {
        "N1": {"B": 1, "C": 1},
        "N2": {"A": 1, "B": 1},
        "N3": {"C": 1, "D": 1},
        "N4": {"A": 1},
    }

    result = route(method, nodes, held, order(A=1, B=1, C=1, D=1), Handling())

    # N2 and N3 for 6; N4 + N1 + N3 would be three shipments for 8.
    assert result.plan.node_ids == ("N2", "N3")
    assert result.cost == 6.0


@METHODS
@pytest.mark.parametrize(
    "names", [("1", "10"), ("10", "1"), ("N", "N 1"), ("a,b", "a")], ids=str
)
def test_ids_that_are_prefixes_change_nothing(method, names):
    """The dear node is dear whatever its name, and never mistaken for the other."""
    cheap, dear = names
    nodes = [node(cheap, per_shipment=1.0), node(dear, per_shipment=2.0)]
    held = {cheap: {"A": 1}, dear: {"A": 9, "B": 1}}
    lines = [line("l", "A"), line("l1", "B"), line("l11", "A", 2)]

    result = route(method, nodes, held, order("o", *lines), Handling())

    # B is at the dear node only, which has all the A as well: one shipment for 2.
    assert result.plan.node_ids == (dear,)
    assert result.cost == 2.0


@METHODS
def test_second_line_of_a_sku_is_not_dropped(method):
    """Two lines of one SKU are two lines: each is filled, or each is told of."""
    lines = [line("l1", "A", 2), line("l2", "A", 2)]
    asked = order("o1", *lines)

    whole = route(method, [node("N1")], {"N1": {"A": 4}}, asked)
    short = route(method, [node("N1")], {"N1": {"A": 3}}, asked)

    contents = whole.plan.shipments[0].contents
    assert [(c.line_id, c.quantity) for c in contents] == [("l1", 2), ("l2", 2)]
    assert sum(part.units for part in short.plan.shipments) == 3
    assert sum(part.quantity for part in short.plan.unfilled) == 1


@METHODS
@pytest.mark.parametrize("units", [0, 1])
def test_pinned_node_is_never_replaced(method, units):
    """Where the pinned node is short the line stays, though the other has plenty."""
    held = {"N1": {"A": units}, "N2": {"A": 9}}
    asked = order("o1", line("l1", "A", 2, pinned_node="N1"))

    result = route(method, [node("N1"), node("N2")], held, asked)

    assert "N2" not in result.plan.node_ids
    assert [part.reason for part in result.plan.unfilled] == ["pinned_node_short"]


@METHODS
@pytest.mark.parametrize("units", [0, 1])
def test_pickup_node_is_never_replaced(method, units):
    """Who comes to S1 finds there what there is, and is not sent to S2."""
    nodes = [node("S1", kind="store"), node("S2", kind="store")]
    held = {"S1": {"A": units}, "S2": {"A": 9}}

    result = route(method, nodes, held, order(A=2, delivery=pickup("S1")))

    assert "S2" not in result.plan.node_ids
    assert [part.reason for part in result.plan.unfilled] == ["pickup_node_short"]


@METHODS
def test_unused_lanes_are_not_charged(method):
    """A plan pays for the shipments it makes: quotes for others cost nothing."""
    nodes = [node("N1", at=(1.0, 0.0)), node("N2", at=(5.0, 5.0), per_shipment=9.0)]
    held = {"N1": {"A": 1}, "N2": {"A": 1}}
    quotes = Quotes(shipments={("o1", "N1"): 3.0, ("o1", "N2"): 4.0})
    terms = [Handling(), Distance(per_shipment_km=1.0)]

    result = route(method, nodes, held, order(A=1), *terms, quotes=quotes)

    assert result.cost == 3.0
    assert result.costs.to_dict() == {"quoted": 3.0}
