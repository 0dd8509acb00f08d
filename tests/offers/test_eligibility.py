"""Each rule by itself: whom it lets, whom it refuses, and what it says."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from builders import item, line, node, pickup
from changes import route
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.rules import (
    EligibleNodes,
    ExcludedNodes,
    MaxDistance,
    NodeFilter,
    NodePriority,
    OrderFilter,
    RequireTag,
    SafetyStock,
)
from stages import FREE, one_node, problem_at, stages_of, why_not

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HELD = {"N1": {"A": 5, "B": 5}, "N2": {"A": 5, "B": 5}}


def refusals(nodes, policy=FREE, held=HELD, items="AB", **wanted):
    """Return why nodes are refused, and check that the solver's mask says the same."""
    wanted = wanted if "lines" in wanted or "A" in wanted else {"A": 1, **wanted}
    problem = problem_at(nodes, held, policy, items=items, **wanted)
    found = why_not(problem)
    made = stages_of(problem, all_nodes=True).offers
    usable = made.eligibility.allowed & (
        made.eligibility.stock[made.problem.sku_of] > 0
    )
    names = sorted(node.id for node in nodes)
    refused = {
        (part.id, name)
        for part, row in zip(made.problem.lines, usable, strict=True)
        for name, is_usable in zip(names, row, strict=True)
        if not is_usable
    }
    assert refused == set(found)
    return found


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, None),
        ({"enabled": False}, "disabled"),
        ({"active_from": NOON}, None),
        ({"active_from": NOON + HOUR}, "not_active"),
        ({"active_until": NOON + HOUR}, None),
        ({"active_until": NOON}, "not_active"),
        ({"methods": ["ship"]}, None),
        ({"methods": ["pickup"]}, "method_not_offered"),
        ({"max_distance_km": 111.2, "at": (1.0, 0.0)}, None),
        ({"max_distance_km": 111.0, "at": (1.0, 0.0)}, "too_far"),
    ],
    ids=str,
)
def test_node_may_fill(fields, reason):
    """What a node says of itself lets it fill, or says why not."""
    found = refusals(one_node(**fields), placed_at=NOON)

    assert found == ({} if reason is None else {("A", "N2"): reason})


@pytest.mark.parametrize(
    "window",
    [{"active_from": NOON}, {"active_until": NOON}],
    ids=["from", "until"],
)
def test_order_without_a_date_is_in_no_window(window):
    """Who does not say when he ordered may have come when it was closed: it is told."""
    assert refusals(one_node(**window)) == {("A", "N2"): "no_order_date"}


def test_excluded_node_that_is_gone_excludes_nothing():
    """N9 was closed last year; the line that excludes it is filled as any other."""
    lines = [line("A", "A", excluded_nodes=["N9", "N1"])]

    assert refusals([node("N1"), node("N2")], lines=lines) == {
        ("A", "N1"): "excluded_by_line"
    }


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"pinned_node": "N2"}, None),
        ({"pinned_node": "N1"}, "not_the_pinned_node"),
        ({"excluded_nodes": ["N1"]}, None),
        ({"excluded_nodes": ["N2"]}, "excluded_by_line"),
    ],
    ids=str,
)
def test_line_lets_a_node_fill(fields, reason):
    """A line pins or excludes nodes for itself, and for no other line."""
    lines = [line("l1", "A", **fields), line("l2", "B")]

    found = refusals(one_node(), lines=lines)

    found.pop(("l1", "N1"), None)
    assert found == ({} if reason is None else {("l1", "N2"): reason})


def test_pin_to_one_of_prefixes():
    """A line pinned to N1 does not come from N10, nor the other way."""
    nodes = [node("N1"), node("N10")]
    held = {name: {"A": 5} for name in ("N1", "N10")}

    for pin, other in (("N1", "N10"), ("N10", "N1")):
        found = refusals(nodes, held=held, lines=[line("l1", "A", pinned_node=pin)])
        assert found == {("l1", other): "not_the_pinned_node"}


@pytest.mark.parametrize(
    ("delivery", "reasons"),
    [
        (pickup("N1"), {"N2": "not_the_pickup_node"}),
        (pickup("N2"), {"N1": "not_the_pickup_node"}),
        (pickup(radius_km=111.0), {"N2": "outside_pickup_radius"}),
        (pickup(radius_km=111.2), {}),
        (Delivery(method="same_day"), dict.fromkeys(HELD, "method_not_offered")),
        (Delivery(method="ship_to_store", node="N1"), {}),
    ],
    ids=["here", "there", "near", "wide", "same_day", "to_store"],
)
def test_delivery_lets_a_node_fill(delivery, reasons):
    """Pick-ups are at the node named or within reach; others at any that offers."""
    nodes = [node("N1", kind="store"), node("N2", at=(1.0, 0.0), kind="store")]

    found = refusals(nodes, delivery=delivery)

    assert found == {("A", name): reason for name, reason in reasons.items()}


def test_reach_is_no_matter_of_pickups():
    """How far a node ships does not concern who comes to it."""
    nodes = [node("N2", at=(9.0, 0.0), kind="store", max_distance_km=1.0)]
    held = {"N2": {"A": 1}}

    assert refusals(nodes, held=held, delivery=pickup("N2")) == {}


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (EligibleNodes(nodes=NodeFilter(ids=["N2"])), None),
        (EligibleNodes(nodes=NodeFilter(kinds=["dc"])), "not_eligible"),
        (ExcludedNodes(nodes=NodeFilter(groups=["west"])), None),
        (ExcludedNodes(nodes=NodeFilter(groups=["east"])), "not_eligible"),
        (MaxDistance(km=111.2), None),
        (MaxDistance(km=111.0), "too_far"),
        (MaxDistance(km=111.0, nodes=NodeFilter(kinds=["dc"])), None),
        (RequireTag(tag="cold"), "missing_capability"),
        (RequireTag(tag="hazmat"), None),
        (NodePriority(), "lower_priority"),
        (SafetyStock(units=4), None),
        (SafetyStock(units=5, nodes=NodeFilter(ids=["N2"])), "no_stock"),
    ],
    ids=[
        "eligible",
        "not_eligible",
        "not_excluded",
        "excluded",
        "near",
        "far",
        "far_of_others",
        "lacks_tag",
        "needs_no_tag",
        "priority",
        "stock_left",
        "stock_kept",
    ],
)
def test_rule_lets_a_node_fill(rule, reason):
    """Each built-in rule lets N2 fill the cold item A, or says why not."""
    fields = {"kind": "store", "groups": ["east"], "priority": 2, "at": (1.0, 0.0)}
    policy = Policy(costs=[], rules=[rule])

    found = refusals(
        one_node(**fields), policy, items=[item("A", tags=["cold"]), item("B")]
    )

    found.pop(("A", "N1"), None)
    assert found == ({} if reason is None else {("A", "N2"): reason})


@pytest.mark.parametrize(
    ("orders", "concerns"),
    [({"channels": ["web"]}, True), ({"channels": ["phone"]}, False)],
    ids=["web", "phone"],
)
@pytest.mark.parametrize(
    "rule",
    [
        ExcludedNodes(nodes=NodeFilter(ids=["N2"])),
        NodePriority(),
        SafetyStock(units=5, nodes=NodeFilter(ids=["N2"])),
    ],
    ids=lambda rule: rule.name,
)
def test_rule_concerns_orders_that_match(rule, orders, concerns):
    """A rule for the web leaves an order by phone alone."""
    policy = Policy(
        costs=[], rules=[rule.model_copy(update={"orders": OrderFilter(**orders)})]
    )

    found = refusals(one_node(priority=2), policy, channel="web")

    assert bool(found) is concerns


def test_first_reason_is_told():
    """What the node is goes before what the line asks, rules and stock."""
    policy = Policy(costs=[], rules=[ExcludedNodes(nodes=NodeFilter(ids=["N2"]))])
    lines = [line("l1", "A", excluded_nodes=["N2"])]
    held = {"N1": {"A": 1}}

    def reason(nodes, rules, lines):
        return refusals(nodes, rules, held=held, lines=lines)["l1", "N2"]

    assert reason(one_node(enabled=False), policy, lines) == "disabled"
    assert reason(one_node(), policy, lines) == "excluded_by_line"
    assert reason(one_node(), policy, [line("l1", "A")]) == "not_eligible"
    assert reason(one_node(), FREE, [line("l1", "A")]) == "no_stock"


@dataclass(frozen=True)
class OnlyInOrder:
    """A user's rule that asks the item: A from N1, B from N2."""

    price: float | None = None
    name: str = "in_order"
    reason: Reason = Reason.NOT_ELIGIBLE

    def applies(self, order, delivery):  # noqa: ARG002 - the protocol names them
        """Concern everything."""
        return True

    def permits(self, node, item, distance_km):  # noqa: ARG002 - likewise
        """Let A from N1 and B from N2."""
        return (item.sku, node.id) in {("A", "N1"), ("B", "N2")}


def test_rule_of_your_own_is_asked_pair_by_pair():
    """A rule may look at node and item together."""
    policy = Policy(costs=[], rules=[OnlyInOrder()])

    assert refusals(one_node(), policy, A=1, B=1) == {
        ("A", "N2"): "not_eligible",
        ("B", "N1"): "not_eligible",
    }


@pytest.mark.parametrize("method", ["auto", "mip"])
def test_soft_rule_is_paid_once_per_shipment(method):
    """One shipment of A and B breaks the rule once, whatever the units; two do not."""
    problem = problem_at(
        one_node(), HELD, Policy(costs=[], rules=[OnlyInOrder(price=3.0)]), A=2, B=2
    )
    narrow = problem._replace(
        policy=Policy(
            costs=[], rules=[OnlyInOrder(price=3.0)], splits={"max_shipments": 1}
        )
    )

    assert route(problem, method).cost == 0.0
    assert route(problem, method).plan.node_ids == ("N1", "N2")
    assert route(narrow, method).costs.to_dict() == {"rule:in_order": 3.0}


@pytest.mark.parametrize(("priority", "cost"), [(1, 0.0), (2, 1.5), (4, 4.5)], ids=str)
@pytest.mark.parametrize("method", ["auto", "mip"])
def test_soft_priority_is_paid_by_the_step(method, priority, cost):
    """A node three steps below the best costs three times the price."""
    held = {"N2": {"A": 1}}
    policy = Policy(costs=[], rules=[NodePriority(price=1.5)])

    result = route(problem_at(one_node(priority=priority), held, policy, A=1), method)

    assert result.cost == cost


def test_ladder_opens_as_far_as_needed():
    """Three of A need N1 and N2 together; N3 stays closed, though it has all."""
    nodes = [node(f"N{at}", priority=at) for at in (1, 2, 3)]
    held = {"N1": {"A": 1}, "N2": {"A": 2}, "N3": {"A": 9}}
    policy = Policy(costs=[], rules=[NodePriority()])

    assert refusals(nodes, policy, held=held, A=3) == {("A", "N3"): "lower_priority"}
    assert refusals(nodes, policy, held=held, A=4) == {}


def test_ladder_opens_as_far_as_any_line_needs():
    """One rung for the whole order: B is at N2 only, which opens it for A as well."""
    nodes = [node(f"N{at}", priority=at) for at in (1, 2, 3)]
    held = {"N1": {"A": 9}, "N2": {"A": 9, "B": 1}, "N3": {"A": 9, "B": 9}}
    policy = Policy(costs=[], rules=[NodePriority()])

    found = refusals(nodes, policy, held=held, A=1, B=1)

    assert found == {
        ("A", "N3"): "lower_priority",
        ("B", "N3"): "lower_priority",
        ("B", "N1"): "no_stock",
    }


def test_ladder_looks_at_what_other_rules_leave():
    """Stock that a hard rule closes, or keeps, is not there for the ladder."""
    held = {"N1": {"A": 5}, "N2": {"A": 5}}
    for rule in (
        ExcludedNodes(nodes=NodeFilter(ids=["N1"])),
        SafetyStock(units=5, nodes=NodeFilter(ids=["N1"])),
    ):
        policy = Policy(costs=[], rules=[NodePriority(), rule])

        found = refusals(one_node(priority=2), policy, held=held)

        assert ("A", "N2") not in found


def test_safety_stocks_add_up():
    """Keeping 2 and 3 of 5 leaves none; of 6 one."""
    policy = Policy(
        costs=[],
        rules=[SafetyStock(units=2), SafetyStock(units=3, name="more")],
        unfilled_penalty=1.0,
    )
    nodes = [node("N1")]

    assert route(problem_at(nodes, {"N1": {"A": 5}}, policy, A=2)).cost == 2.0
    assert route(problem_at(nodes, {"N1": {"A": 6}}, policy, A=2)).cost == 1.0


@pytest.mark.parametrize("method", ["auto", "mip"])
def test_soft_safety_stock_is_paid_by_the_unit(method):
    """Of 5, 3 should stay: of 4 taken, 2 are borrowed, over both lines together."""
    policy = Policy(
        costs=[], rules=[SafetyStock(units=3, price=1.5)], unfilled_penalty=9.0
    )
    lines = [line("l1", "A", 2), line("l2", "A", 2)]

    result = route(
        problem_at([node("N1")], {"N1": {"A": 5}}, policy, lines=lines), method
    )

    assert result.plan.order_costs.to_dict() == {"rule:safety_stock": 3.0}
    assert not result.plan.unfilled


@pytest.mark.parametrize(("channel", "cost"), [("web", 1.5), ("phone", 0.0)])
def test_soft_safety_stock_is_paid_by_the_orders_it_is_for(channel, cost):
    """Of 5, 4 should stay for others than the web: its second unit is borrowed."""
    rule = SafetyStock(units=4, price=1.5, orders=OrderFilter(channels=["web"]))
    policy = Policy(costs=[], rules=[rule], unfilled_penalty=9.0)

    problem = problem_at([node("N1")], {"N1": {"A": 5}}, policy, A=2, channel=channel)

    assert route(problem).cost == cost
