"""Stock netted by SKU, safety stock, capacity and minimum order."""

from dataclasses import replace

import pytest

from builders import line, network, node, order, stock
from domroute.costs import Quotes
from domroute.plan import Content, Costs, Plan
from domroute.policy import Policy
from domroute.rules import NodeFilter, OrderFilter, SafetyStock
from domroute.verify import verify
from domroute.verify.stock import is_within, is_worth
from plans import FREE, RIGHT, codes, plan, ship


def test_stock_is_netted_over_lines():
    """Two lines of one SKU share its stock."""
    wanted = order("o1", line("l1", "A", 1), line("l2", "A", 1))
    contents = (Content("l1", "A", 1), Content("l2", "A", 1))
    made = plan(replace(ship("N1"), contents=contents, workload=2.0))

    assert codes(made, wanted, held={"N1": {"A": 1}}) == ["oversold"]
    assert codes(made, wanted, held={"N1": {"A": 2}}) == []


def test_hard_safety_stock_is_kept():
    """What a hard safety stock keeps is not there to ship."""
    # 5 on hand less 4 kept leaves 1 of the 2 units.
    policy = Policy(costs=[], rules=[SafetyStock(units=4)])

    assert codes(RIGHT, policy=policy) == ["oversold"]


def test_safety_stock_for_some_orders():
    """Orders that need not keep safety stock may take what others may not."""
    # 5 on hand, orders of the web keep 4: they may take 1 of the 2 A, others both.
    keep = SafetyStock(units=4, orders=OrderFilter(channels=["web"]))
    policy = Policy(costs=[], rules=[keep])

    found = [
        codes(RIGHT, order(A=2, B=1, channel=name), policy=policy)
        for name in ("web", "phone")
    ]

    assert found == [["oversold"], []]


@pytest.mark.parametrize(
    ("measure", "used"), [("orders", 1), ("lines", 2), ("units", 3), ("workload", 4.5)]
)
def test_capacity_is_kept(measure, used):
    """A node does no more than it can, by each measure."""
    # 2 A at 1.5 (quoted) and 1 B at 1 by default make 4.0 ... A is quoted 1.75: 4.5.
    quotes = Quotes(workload={("o1", "A", "N1"): 1.75})
    made = plan(ship("N1", "A2", "B1", workload=4.5))

    def faults(limit):
        tight = node("N1", capacity={"limit": limit, "measure": measure})
        return codes(made, nodes=[tight], quotes=quotes)

    assert faults(used) == []
    assert faults(used - 0.25) == ["capacity"]


@pytest.mark.parametrize("measure", ["units", "workload"])
def test_capacity_of_millions_is_kept_to_the_unit(measure):
    """One unit more than five million is one too many."""
    many = 5_000_001
    contents = (Content("A", "A", many),)
    made = plan(replace(ship("N1"), contents=contents, workload=float(many)))

    def faults(limit):
        busy = node("N1", capacity={"limit": limit, "measure": measure})
        return codes(made, order(A=many), nodes=[busy], held={"N1": {"A": many}})

    assert faults(many) == []
    assert faults(many - 1) == ["capacity"]


@pytest.mark.parametrize("price", [0.1, 33_333.7, 333_333_333.3])
def test_minimum_order_is_met_to_the_cent(price):
    """Three units come to three times a price, whatever floats make of their sum."""
    wanted = order("o1", *(line(f"l{at}", "A", unit_price=price) for at in range(3)))
    contents = tuple(Content(f"l{at}", "A", 1) for at in range(3))
    made = plan(replace(ship("N1"), contents=contents, workload=3.0))
    least = round(3 * price, 1)

    def faults(minimum):
        return codes(made, wanted, nodes=[node("N1", minimum_order=minimum)])

    assert faults(least) == []
    assert faults(least + 0.01) == ["minimum_order"]


def test_capacity_counts_what_is_reserved():
    """What other orders reserved of a capacity is gone."""
    inventory = stock(N1={"A": 5})
    inventory.reserve(Plan((replace(ship("N1", "A2"), order_id="o0"),)))
    tight = network(node("N1", capacity={"limit": 3, "measure": "units"}))

    found = verify(plan(ship("N1", "A2")), order(A=2), tight, inventory, FREE)

    assert [issue.code for issue in found] == ["capacity"]


def test_minimum_order_is_met():
    """A vendor's minimum counts all units that the order takes from it."""
    # 1 B is worth 10, the minimum is 10.5; with the 2 A it is worth 30.
    nodes = [node("N1"), node("N2", minimum_order=10.5)]

    assert codes(RIGHT, nodes=nodes) == ["minimum_order"]
    assert codes(plan(ship("N2", "A2", "B1")), nodes=nodes) == []


def test_soft_safety_stock_is_priced_by_unit():
    """Units taken of a soft safety stock cost their price, netted over the order."""
    # 5 on hand, 4 to keep: of 2 A the second is borrowed; the 1 B is free.
    policy = Policy(costs=[], rules=[SafetyStock(units=4, price=2.5)])
    made = Plan((ship("N1", "A2", "B1"),), (), Costs.of({"rule:safety_stock": 2.5}))

    assert codes(made, policy=policy, cost=2.5) == []
    assert codes(replace(made, order_costs=Costs()), policy=policy) == ["wrong_cost"]


def test_soft_safety_stock_of_other_nodes():
    """Safety stock concerns the nodes that match, and no others."""
    # Both nodes hold 5 and keep 5: the 2 A of N1 are borrowed, the 1 B of N2 is not.
    rule = SafetyStock(units=5, price=2.5, nodes=NodeFilter(ids=["N1"]))
    made = replace(RIGHT, order_costs=Costs.of({"rule:safety_stock": 5.0}))

    assert codes(made, policy=Policy(costs=[], rules=[rule]), cost=5.0) == []


def test_soft_safety_stock_charges_units_taken():
    """Where less is there than should be kept, only the units taken are paid."""
    # 2 on hand, 5 to keep: both A are borrowed, no more: 2 x 2.5. B is at N2.
    rule = SafetyStock(units=5, price=2.5, nodes=NodeFilter(ids=["N1"]))
    made = replace(RIGHT, order_costs=Costs.of({"rule:safety_stock": 5.0}))
    held = {"N1": {"A": 2}, "N2": {"B": 1}}

    assert codes(made, held=held, policy=Policy(costs=[], rules=[rule])) == []


def test_limits_are_met_by_what_comes_to_just_so_much():
    """Nothing is worth a minimum of nothing; rounding itself is within a limit."""
    assert is_worth(0.0, 0.0)
    assert is_within(0.0, 0.0, 0.0)
    # What rounding may be at a limit of one: 1e-9.
    assert is_within(1e-9, 0.0, 1.0)
    assert not is_within(2e-9, 0.0, 1.0)
