"""The contract example as written, and what the router promises around a plan."""

import math
import pickle
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import ClassVar

import pytest

from builders import item, line, network, node, order, stock
from domroute import (
    Capacity,
    Handling,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Plan,
    Policy,
    Quotes,
    Router,
    SplitLimits,
    Stock,
    verify,
)
from domroute.errors import InputError, SolverError
from domroute.plan import Costs
from stages import FREE


def contract():
    """Make the router, order and quotes of the contract example, as written there."""
    network = Network(
        nodes=[
            Node(id="N1", kind="dc", location=Location(lat=40.7, lon=-74.0)),
            Node(
                id="S7",
                kind="store",
                location=Location(lat=39.9, lon=-75.2),
                capacity=Capacity(limit=120, measure="units"),
            ),
        ],
        items=[Item(sku="A", weight_kg=1.2)],
    )
    inventory = Inventory(
        [
            Stock(node="N1", sku="A", on_hand=5),
            Stock(node="S7", sku="A", on_hand=1),
        ]
    )
    policy = Policy(splits=SplitLimits(max_shipments=3), unfilled_penalty=50.0)
    router = Router(network, inventory, policy)
    order = Order(
        id="o1",
        destination=Location(lat=40.0, lon=-75.1),
        lines=[Line(id="l1", sku="A", quantity=2)],
    )
    quotes = Quotes(
        shipments={("o1", "N1"): 8.75},
        units={("o1", "l1", "N1"): 0.43},
        workload={("o1", "l1", "N1"): 2.5},
    )
    return router, order, quotes


def test_contract_example():
    """One shipment of both units from N1 costs 8.75 + 2 x 0.43, proven."""
    router, order, quotes = contract()

    result = router.route(order, quotes=quotes)

    assert result.status == "optimal"
    assert result.cost == result.bound == pytest.approx(8.75 + 2 * 0.43)
    assert result.gap == 0.0
    (shipment,) = result.plan.shipments
    contents = [(c.line_id, c.sku, c.quantity) for c in shipment.contents]
    assert (shipment.node_id, contents) == ("N1", [("l1", "A", 2)])
    assert shipment.cost == pytest.approx(9.61)
    assert shipment.workload == 5.0
    assert result.plan.unfilled == ()
    assert result.policy_version == router.policy.version


def test_contract_example_without_quotes():
    """By terms, S7 is nearer but has one: a split would pay the first pound twice."""
    router, order, _ = contract()

    result = router.route(order)

    assert result.plan.node_ids == ("N1",)
    assert result.costs["shipping"] > 0


def test_routing_consumes_no_stock():
    """A plan takes nothing until it is reserved."""
    router, order, quotes = contract()
    before = list(router.inventory)

    plan = router.route(order, quotes=quotes).plan

    assert list(router.inventory) == before
    router.inventory.reserve(plan)
    assert router.inventory.available("N1", "A") == 3


def test_router_sees_the_ledger_as_it_stands():
    """What one order reserved is not there for the next; released it is again."""
    made = stock(N1={"A": 2})
    router = Router(network(node("N1")), made, FREE)
    first = router.route(order("o1", A=2))
    made.reserve(first.plan)

    second = router.route(order("o2", A=2))
    made.release("o1")
    third = router.route(order("o2", A=2))

    assert [part.reason for part in second.plan.unfilled] == ["out_of_stock"]
    assert third.plan.unfilled == ()


def test_router_sees_the_capacity_taken():
    """Capacity reserved is gone for the next order, until a new period starts."""
    made = stock(N1={"A": 9})
    small = node("N1", capacity={"limit": 2, "measure": "units"})
    router = Router(network(small), made, FREE)
    made.reserve(router.route(order("o1", A=2)).plan)

    full = router.route(order("o2", A=1))
    made.start_period()
    fresh = router.route(order("o2", A=1))

    assert [part.reason for part in full.plan.unfilled] == ["no_capacity"]
    assert fresh.plan.unfilled == ()


@pytest.mark.parametrize("measure", ["orders", "lines", "units", "workload"])
@pytest.mark.parametrize("method", ["auto", "mip", "greedy"])
def test_capacity_is_counted_by_its_measure(measure, method):
    """2 A and 1 B at N1: one order, two lines, three units, 4 of workload."""
    used = {"orders": 1, "lines": 2, "units": 3, "workload": 4.0}[measure]
    quotes = Quotes(workload={("o1", "A", "N1"): 1.5})
    policy = Policy(costs=[], unfilled_penalty=7.0, solve={"method": method})

    def cost(limit):
        nodes = [node("N1", capacity={"limit": limit, "measure": measure})]
        router = Router(network(*nodes), stock(N1={"A": 9, "B": 9}), policy)
        return router.route(order(A=2, B=1), quotes=quotes).cost

    assert cost(used) == 0.0
    assert cost(used - 0.25) > 0.0


@pytest.mark.parametrize("method", ["auto", "mip", "greedy"])
@pytest.mark.parametrize(
    ("minimum", "cost"), [(30.0, 0.0), (30.5, 21.0)], ids=["met", "missed"]
)
def test_minimum_order_counts_all_that_a_node_fills(method, minimum, cost):
    """2 A and 1 B at 10 are worth 30: enough together, though neither line is alone."""
    policy = Policy(costs=[], unfilled_penalty=7.0, solve={"method": method})
    vendor = network(node("V1", kind="vendor", minimum_order=minimum))
    router = Router(vendor, stock(V1={"A": 9, "B": 9}), policy)

    assert router.route(order(A=2, B=1)).cost == cost


def test_stock_the_network_does_not_know_is_refused():
    """A router is not built on stock at nodes there are not; all are told."""
    with pytest.raises(InputError) as caught:
        Router(network(node("N1")), stock(N8={"A": 1}, N9={"Z": 1}))

    assert len(caught.value.issues) == 3


def test_order_of_unknown_items_is_refused():
    """A line for what nobody has heard of is a fault, not an empty plan."""
    router = Router(network(node("N1")), stock())

    for ask in (router.route, router.explain):
        with pytest.raises(InputError, match="'Z' is not an item"):
            ask(order(Z=1))


def test_policy_may_be_left_out():
    """A router without a policy has the sensible one."""
    assert Router(network(), stock()).policy == Policy()


def test_network_without_nodes_leaves_everything():
    """No nodes, no plan but to leave it."""
    result = Router(network(), stock(), FREE).route(order(A=1))

    assert (result.status, result.cost) == ("optimal", 7.0)


def test_infeasible_is_a_value():
    """An order that cannot be is a result, with reasons, and no cost."""
    policy = Policy(unfilled_penalty=None)
    result = Router(network(node("N1")), stock(), policy).route(order(A=1))

    assert result.status == "infeasible"
    assert math.isinf(result.cost)
    assert math.isinf(result.bound)
    assert [(part.reason, part.cost) for part in result.plan.unfilled] == [
        ("out_of_stock", 0.0)
    ]


def test_plan_in_order():
    """Shipments stand by node and line, contents and what is left by line."""
    nodes = [node(name) for name in ("N2", "N10", "N1")]
    held = {"N2": {"A": 1, "B": 1}, "N10": {"C": 1}}
    lines = [line("l2", "A", 3), line("l10", "B"), line("l1", "C", 2)]

    plan = Router(network(*nodes), stock(**held), FREE).route(order("o1", *lines)).plan

    assert [part.node_id for part in plan.shipments] == ["N10", "N2"]
    assert [c.line_id for c in plan.shipments[1].contents] == ["l10", "l2"]
    assert [part.line_id for part in plan.unfilled] == ["l1", "l2"]


def test_statistics_say_what_it_took():
    """Nodes at hand, ways to ship, states of the search."""
    nodes = [node(name) for name in ("N1", "N2", "N3")]
    held = {"N1": {"A": 1}, "N2": {"A": 1}}

    result = Router(network(*nodes), stock(**held), FREE).route(order(A=1, B=1))

    assert (result.statistics.nodes, result.statistics.offers) == (2, 2)
    assert result.statistics.states == 4
    assert result.elapsed_s > 0


class Liar:
    """A term that tells the solver less than the judge."""

    name = "lie"
    is_quotable = False

    def prepare(self, arrays):  # noqa: ARG002 - the protocol names it
        """Need nothing of the network."""
        return self

    def charges(self, question):  # noqa: ARG002 - likewise
        """Charge nothing."""
        from domroute.costs import Charges

        return Charges()

    def amount(self, facts):  # noqa: ARG002 - likewise
        """Charge one."""
        return 1.0


def test_plan_on_which_solver_and_judge_disagree_is_never_returned():
    """A term that says its cost in two ways is caught, not believed."""
    policy = Policy(costs=[Liar()])

    with pytest.raises(SolverError, match=r"order 'o1' by subset: .*wrong_cost"):
        Router(network(node("N1")), stock(N1={"A": 1}), policy).route(order(A=1))


def test_orders_may_be_routed_without_a_price():
    """A policy of no terms prices quotes and penalties alone."""
    router = Router(network(node("N1"), items=[item("A")]), stock(N1={"A": 1}), FREE)

    result = router.route(order(A=1))

    assert result.costs == Costs()
    assert result.plan.shipments[0].service is None


# --- one snapshot per question --------------------------------------------------------


class Moving(Handling):
    """Handling, and while it is asked for prices the ledger moves on."""

    name: ClassVar[str] = "moving"
    happens: ClassVar[list[Callable[[], object]]] = []

    def prepare(self, arrays):
        """Move the ledger before the prices of whoever asks."""
        pricer = super().prepare(arrays)

        def charges(question):
            while self.happens:
                self.happens.pop()()
            return pricer.charges(question)

        return SimpleNamespace(charges=charges)


def moving(*happens):
    """Make a policy under which the ledger moves in the middle of a question."""
    Moving.happens[:] = happens
    return Policy(costs=[Moving()], unfilled_penalty=50.0)


@pytest.mark.parametrize("ask", ["route", "explain", "score", "route_batch"])
def test_a_question_stands_on_one_reading_of_the_ledger(ask):
    """Stock that goes while it is asked is missed by `reserve`, not by the answer."""
    ledger = stock(N1={"A": 3})
    policy = moving(lambda: ledger.adjust("N1", "A", -2))
    router = Router(network(node("N1")), ledger, policy)
    asked = order("o1", A=2)

    match ask:
        case "score":
            scored = router.score(asked, {("A", "N1"): 2})
            assert scored.faults == ()
            result = scored.result
        case "explain":
            result = router.explain(asked).result
        case "route_batch":
            (result,) = router.route_batch([asked], time_limit_s=1.0)
        case _:
            result = router.route(asked)

    assert ledger.available("N1", "A") == 1
    assert [part.units for part in result.plan.shipments] == [2]
    assert result.snapshot.available("N1", "A") == 3
    with pytest.raises(InputError, match="2 units wanted, 1 available"):
        ledger.reserve(result.plan)


def test_a_result_keeps_what_it_was_decided_on_to_itself():
    """The snapshot counts for nothing in comparisons, and survives being pickled."""
    ledger = stock(N1={"A": 3, "B": 1})
    router = Router(network(node("N1")), ledger)
    first = router.route(order("o1", A=2))

    ledger.adjust("N1", "A", 4)
    later = router.route(order("o1", A=2))
    again = pickle.loads(pickle.dumps(first))  # noqa: S301

    assert first == later == again
    assert len({first, later, again}) == 1
    stood = [result.snapshot.available("N1", "A") for result in (first, later, again)]
    assert stood == [3, 7, 3]
    assert [first.snapshot.covers(sku) for sku in "AB"] == [True, False]
    assert "snapshot" not in repr(first)
    assert "snapshot" not in first.to_dict()


def test_a_router_asks_other_stock_without_compiling_again():
    """The network and the policy are shared; each router reads its own ledger."""
    here = stock(N1={"A": 3})
    router = Router(network(node("N1"), node("N2", at=(1.0, 0.0))), here)

    other = router.with_inventory(stock(N2={"A": 1}))

    assert other.route(order("o1", A=1)).plan.node_ids == ("N2",)
    assert router.route(order("o1", A=1)).plan.node_ids == ("N1",)
    assert other._compiled.terms is router._compiled.terms
    snapshot = here.snapshot()
    here.adjust("N1", "A", -3)
    assert router.route(order("o1", A=1)).plan.node_ids == ()
    assert other.with_inventory(snapshot).route(order("o1", A=1)).plan.node_ids == (
        "N1",
    )


def test_a_router_refuses_other_stock_of_unknown_names():
    """Other stock is checked as the first was, all its faults at once."""
    router = Router(network(node("N1")), stock())

    with pytest.raises(InputError) as caught:
        router.with_inventory(stock(N9={"A": 1, "Z": 1}))

    assert [issue.where for issue in caught.value.issues] == ["stock.node", "stock.sku"]


def counted_at_a_full_node():
    """Make a router: N1 takes one order a day, and has o1; N2 is far."""
    shop = network(
        node("N1", capacity={"limit": 1, "measure": "orders"}), node("N2", (9, 9))
    )
    ledger = stock(N1={"A": 5, "B": 5}, N2={"A": 5, "B": 5})
    router = Router(shop, ledger)
    ledger.reserve(router.route(order("o1", A=2)).plan)
    return shop, ledger, router


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_node_full_of_orders_ships_more_of_one_it_has(is_gone):
    """An order counts once, also where a part has left; another finds no room."""
    shop, ledger, router = counted_at_a_full_node()
    if is_gone:
        ledger.commit("o1")
    more, other = order("o1", B=1), order("o2", B=1)

    mine, theirs = router.route(more), router.route(other)

    assert (mine.plan.node_ids, theirs.plan.node_ids) == (("N1",), ("N2",))
    assert router.with_inventory(mine.snapshot).route(more) == mine
    assert router.with_inventory(ledger.snapshot()).route(more) == mine
    for stands_on in (ledger, ledger.snapshot(), mine.snapshot):
        assert verify(mine, more, shop, stands_on, Policy()) == ()
    stranger = replace(
        mine,
        order_id="o2",
        plan=Plan((replace(mine.plan.shipments[0], order_id="o2"),)),
    )
    faults = verify(stranger, other, shop, ledger, Policy())
    assert "capacity" in {issue.code for issue in faults}
    ledger.reserve(mine.plan)
    assert ledger.load("N1", "orders") == 1.0


def test_an_order_of_yesterday_counts_again():
    """A new period begins with nothing taken: whoever comes first has the node."""
    _, ledger, router = counted_at_a_full_node()

    ledger.start_period()
    ledger.reserve(router.route(order("o2", A=1)).plan)

    assert router.route(order("o1", B=1)).plan.node_ids == ("N2",)
