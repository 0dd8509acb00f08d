"""Units for one channel alone: who may take them, and what the others are told."""

import pytest

from builders import network, node, order, pickup, stock
from domroute.costs import Backorder, Handling
from domroute.ledger.inventory import Inbound, Inventory, Stock
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.router import Router
from domroute.rules import ExcludedNodes, NodeFilter, SafetyStock
from domroute.verify import Judge, verify

POLICY = Policy(costs=[Handling()])


def ledger(on_hand=5, **allocated):
    """Make a ledger of A at N1, some of it for single channels."""
    return Inventory([Stock(node="N1", sku="A", on_hand=on_hand, allocated=allocated)])


def routed(wanted, inventory, policy=POLICY, net=None):
    """Route an order, judge its plan, and return units shipped, and reasons."""
    net = network(node("N1", per_shipment=1.0)) if net is None else net
    result = Router(net, inventory, policy).route(wanted)
    assert not verify(result.plan, wanted, net, inventory, policy)
    shipped = sum(part.units for part in result.plan.shipments)
    return shipped, [part.reason for part in result.plan.unfilled]


@pytest.mark.parametrize(
    ("channel", "units"), [("web", 4), ("app", 3), ("store", 2), (None, 2)]
)
def test_order_takes_what_is_not_for_others(channel, units):
    """Five, two for the web and one for the app."""
    inventory = ledger(web=2, app=1)

    assert routed(order(A=5, channel=channel), inventory) == (units, [Reason.ALLOCATED])
    assert routed(order(A=2, channel=channel), inventory) == (2, [])


def test_fractions_are_summed_first():
    """Of five, 1.5 and 1.5 are for others: two are left, not three or one."""
    assert routed(order(A=5), ledger(web=1.5, app=1.5))[0] == 2
    assert routed(order(A=5), ledger(web=1.25))[0] == 3


def test_allocation_of_nothing_is_none():
    """Zero units are for the web: all are for everybody."""
    assert routed(order(A=6), ledger(web=0)) == (5, [Reason.NOT_ENOUGH_STOCK])


def test_allocated_is_told_only_where_it_would_help():
    """Excluded nodes, empty ones, and what is short anyway keep their own reasons."""
    excluded = POLICY.model_copy(
        update={"rules": (ExcludedNodes(nodes=NodeFilter(ids=["N1"])),)}
    )

    assert routed(order(A=1), ledger(5, web=5)) == (0, [Reason.ALLOCATED])
    assert routed(order(A=1), ledger(5, web=5), excluded) == (
        0,
        [Reason.NO_ELIGIBLE_NODE],
    )
    assert routed(order(A=1), ledger(0, web=5)) == (0, [Reason.OUT_OF_STOCK])
    assert routed(order(A=9, channel="web"), ledger(5, web=5)) == (
        5,
        [Reason.NOT_ENOUGH_STOCK],
    )
    collected = order(A=1, delivery=pickup("N1"))
    shop = network(node("N1", kind="store"))
    assert routed(collected, ledger(5, web=5), net=shop) == (0, [Reason.ALLOCATED])


def test_safety_stock_is_kept_beside_what_is_allocated():
    """Five, two for the web, one that a rule keeps: two are left."""
    keeps = POLICY.model_copy(update={"rules": (SafetyStock(units=1.0),)})

    assert routed(order(A=5), ledger(web=2), keeps) == (2, [Reason.ALLOCATED])
    assert routed(order(A=5, channel="web"), ledger(web=2), keeps)[0] == 4


def test_explanation_says_who_holds_for_others():
    """N1 has five for the web; N2 has none at all."""
    net = network(node("N1"), node("N2"))
    explained = Router(net, ledger(5, web=5), POLICY).explain(order(A=1))

    reasons = {each.node_id: each.reason for each in explained.nodes}
    assert reasons == {"N1": Reason.ALLOCATED, "N2": Reason.NO_STOCK}


def test_channels_of_cells_without_are_not_asked():
    """B is for everybody, whatever is said of A."""
    inventory = ledger(web=5)
    inventory.adjust("N1", "B", 3)

    assert routed(order(B=3), inventory) == (3, [])
    assert routed(order(A=1, B=3), inventory) == (3, [Reason.ALLOCATED])


def test_ledger_that_moves_on_is_read_anew():
    """What is said of a cell counts from the next question on."""
    inventory = stock(N1={"A": 5})
    router = Router(network(node("N1")), inventory, POLICY)

    def shipped():
        plan = router.route(order(A=5)).plan
        return sum(part.units for part in plan.shipments)

    assert shipped() == 5
    inventory.restrict("N1", "A", allocated={"web": 3})
    assert shipped() == 2
    inventory.restrict("N1", "A")
    assert shipped() == 5


def test_what_comes_is_for_all_but_what_is_allocated():
    """Two are there, three for the web, four come: three of six are for others."""
    coming = Inbound(at="2026-03-05T08:00:00Z", quantity=4)
    row = Stock(node="N1", sku="A", on_hand=2, inbound=[coming], allocated={"web": 3})
    policy = Policy(costs=[Handling(), Backorder(per_unit=1.0)], allow_backorder=True)
    net = network(node("N1", per_shipment=1.0))

    def shipped(channel):
        wanted = order(A=9, channel=channel, placed_at="2026-03-02T08:00:00Z")
        plan = Router(net, Inventory([row]), policy).route(wanted).plan
        return sum(part.units for part in plan.shipments)

    assert (shipped(None), shipped("web")) == (3, 6)


def test_judge_refuses_what_is_for_others():
    """Three of five, where three are for the web."""
    net, wanted = network(node("N1")), order(A=3)
    plan = Router(net, ledger(), POLICY).route(wanted).plan

    (issue,) = verify(plan, wanted, net, ledger(web=3), POLICY)

    assert (issue.code, issue.where) == ("oversold", "node 'N1'")
    assert not verify(plan, wanted, net, ledger(web=2), POLICY)


def test_judge_refuses_a_reason_that_nothing_speaks_for():
    """Nobody holds any of it for another channel."""
    net, wanted = network(node("N1")), order(A=6)
    result = Router(net, ledger(web=1), POLICY).route(wanted)

    assert [part.reason for part in result.plan.unfilled] == [Reason.ALLOCATED]
    judge = Judge(net, POLICY)
    assert not judge.check_result(
        result, wanted, ledger(web=1).snapshot(), seeks_reasons=True
    )
    found = judge.check_result(result, wanted, ledger(4).snapshot(), seeks_reasons=True)
    assert [issue.code for issue in found] == ["wrong_reason"]
