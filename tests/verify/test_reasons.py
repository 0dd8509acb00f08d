"""Reasons that the data contradict are told; those that may be true are not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from builders import item, line, network, node, order, pickup, service, stock
from domroute.costs import Shipping
from domroute.ledger import Inventory, Stock
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.router import Router
from domroute.rules import ExcludedNodes, NodeFilter, SafetyStock
from domroute.split import SplitLimits
from domroute.verify import verify
from domroute.verify.judge import Judge
from domroute.words import Status
from plans import FREE, left, plan, ship

N1, N2 = node("N1"), node("N2")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def told(reason, *parts, wanted=None, policy=FREE, nodes=(N1, N2), held=None, **more):
    """Judge a result that leaves A for a reason, and return the sentences on it."""
    fields = {"method": "subset", "status": Status.OPTIMAL, **more}
    services = fields.pop("services", ())
    wanted = wanted or order(A=2)
    units = sum(each.quantity for each in wanted.lines if each.sku == "A")
    units -= sum(part.units for part in parts)
    missed = replace(left(f"A{units}"), reason=reason)
    made = plan(*parts, missed)
    result = RoutingResult(
        "o1",
        made,
        fields["status"],
        missed.cost,
        fields.get("bound", missed.cost),
        fields["method"],
        policy.version,
    )
    found = verify(
        result,
        wanted,
        network(*nodes, items=[item("A")], services=services),
        stock(**(held or {"N1": {"A": 0}})),
        policy,
    )
    return [issue.message for issue in found if issue.code == "wrong_reason"]


def test_nothing_is_out_of_stock_that_is_there():
    """No node has any: false where one has, even if it may not fill the order."""
    closed = Policy(
        costs=[],
        unfilled_penalty=7.0,
        rules=[ExcludedNodes(nodes=NodeFilter(ids=["N2"]))],
    )
    held = {"N2": {"A": 1}}

    assert told(Reason.OUT_OF_STOCK) == []
    assert told(Reason.OUT_OF_STOCK, held=held) == ["line 'A': 'N2' has 1 units of 'A'"]
    assert len(told(Reason.OUT_OF_STOCK, held=held, policy=closed)) == 1


def test_nodes_are_eligible_that_may_fill_what_they_have():
    """Every node that has it is excluded: false where one may fill it."""
    rule = ExcludedNodes(nodes=NodeFilter(ids=["N2"]))
    closed = Policy(costs=[], unfilled_penalty=7.0, rules=[rule])
    reason, held = Reason.NO_ELIGIBLE_NODE, {"N2": {"A": 1}}

    assert told(reason, held=held, policy=closed) == []
    assert told(reason, held=held) == ["line 'A': nodes that may fill it have 1 units"]


@pytest.mark.parametrize(("units", "is_false"), [(1, False), (2, True)])
def test_stock_is_enough_that_covers_what_was_ordered(units, is_false):
    """Too few at eligible nodes: false where they have the two that were ordered."""
    found = told(Reason.NOT_ENOUGH_STOCK, held={"N1": {"A": units}})

    assert bool(found) is is_false


def test_safety_stock_is_not_there_to_be_had():
    """Of 3 units 2 must stay: 1 is too few for 2."""
    keep = Policy(costs=[], unfilled_penalty=7.0, rules=[SafetyStock(units=2)])

    assert told(Reason.NOT_ENOUGH_STOCK, held={"N1": {"A": 3}}, policy=keep) == []


def test_what_others_of_a_wave_took_is_not_known():
    """A plan decided jointly, seen by itself, is taken at its word on stock."""
    held = {"N1": {"A": 9}}

    for reason in (Reason.OUT_OF_STOCK, Reason.NOT_ENOUGH_STOCK):
        assert told(reason, held=held, method="joint") == []


@pytest.mark.parametrize(
    ("reason", "true", "text"),
    [
        (
            Reason.PINNED_NODE_SHORT,
            {"wanted": order("o1", line("A", "A", 2, pinned_node="N1"))},
            "it is not pinned",
        ),
        (
            Reason.PICKUP_NODE_SHORT,
            {"wanted": order("o1", line("A", "A", 2, delivery=pickup("N1")))},
            "it is not collected",
        ),
        (
            Reason.SPLIT_LIMIT,
            {
                "policy": Policy(
                    costs=[],
                    unfilled_penalty=7.0,
                    splits=SplitLimits(max_shipments=1),
                )
            },
            "the policy limits no splits",
        ),
        (
            Reason.SHIP_COMPLETE,
            {
                "policy": Policy(
                    costs=[],
                    unfilled_penalty=7.0,
                    splits=SplitLimits(ship_complete=True),
                )
            },
            "the order need not ship complete",
        ),
        (
            Reason.SHIP_TOGETHER,
            {"wanted": order("o1", line("A", "A", 2, ship_together="set"))},
            "it ships together with no other",
        ),
        (
            Reason.LINE_NOT_SPLITTABLE,
            {"wanted": order("o1", line("A", "A", 2, allow_split=False))},
            "it may be split",
        ),
        (
            Reason.LIMIT_REACHED,
            {"status": Status.FEASIBLE, "bound": 0.0},
            "the result is optimal: nothing was left to search for",
        ),
        (
            Reason.AS_DECIDED,
            {"method": "given"},
            "it was decided here, by 'subset'",
        ),
        (
            Reason.NO_CAPACITY,
            {"nodes": [node("N1", capacity={"limit": 0, "measure": "units"})]},
            "no node has a limit to what it can do",
        ),
        (
            Reason.BELOW_MINIMUM_ORDER,
            {"nodes": [node("N1", minimum_order=99.0)]},
            "no node has a minimum",
        ),
        (
            Reason.NO_SERVICE,
            {
                "policy": Policy(costs=[Shipping()], unfilled_penalty=7.0),
                "services": [service("g", max_weight_kg=0.5)],
            },
            "no term of the policy asks for a service",
        ),
    ],
    ids=lambda part: str(part) if isinstance(part, Reason) else "",
)
def test_reason_needs_what_it_speaks_of(reason, true, text):
    """A reason may be true where there is what it speaks of, and nowhere else."""
    assert told(reason, **true) == []
    assert told(reason) == [f"line 'A': {text}"]


def test_cheaper_unfilled_is_no_reason_for_what_must_be_filled():
    """What must be filled has no price at which leaving it is cheaper."""
    wanted = order("o1", line("A", "A", 2, must_fill=True))

    assert told(Reason.CHEAPER_UNFILLED) == []
    assert told(Reason.CHEAPER_UNFILLED, wanted=wanted) == [
        "line 'A': it must be filled"
    ]


def test_word_that_is_no_reason_is_told():
    """A reason is one of those that the library has."""
    assert told("weather") == ["line 'A': 'weather' is not a reason"]


def test_units_of_the_plan_itself_are_counted():
    """One of two ships from all there is: the other is not out of stock, but short."""
    shipped = ship("N1", "A1")
    held = {"N1": {"A": 1}}

    assert told(Reason.NOT_ENOUGH_STOCK, shipped, held=held) == []
    assert len(told(Reason.OUT_OF_STOCK, shipped, held=held)) == 1


def test_reasons_are_looked_into_where_that_is_asked():
    """It takes a walk through the network: whoever routes has just made that walk."""
    made = plan(replace(left("A2"), reason=Reason.OUT_OF_STOCK))
    result = RoutingResult(
        "o1", made, Status.FEASIBLE, 14.0, 0.0, "subset", FREE.version
    )
    judge = Judge(network(N1, items=[item("A")]), FREE)
    asked = result, order(A=2), stock(N1={"A": 5})

    assert judge.check_result(*asked) == ()
    found = judge.check_result(*asked, seeks_reasons=True)
    assert [issue.code for issue in found] == ["wrong_reason"]


def judged(network_of, order_of, *rows, **splits):
    """Route an order beside units held back; return its reasons and what is judged."""
    ledger, policy = Inventory(rows), Policy(splits=SplitLimits(**splits))
    result = Router(network_of, ledger, policy).route(order_of)
    return (
        [part.reason for part in result.plan.unfilled],
        verify(result, order_of, network_of, ledger, policy),
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"allocated": {"web": 1}}, Reason.ALLOCATED),
        ({"expires_on": "2026-03-03"}, Reason.EXPIRED),
    ],
)
@pytest.mark.parametrize("others", [("B",), ("A", "B")])
@pytest.mark.parametrize(
    "asked",
    [
        line("l1", "K"),
        line("l1", "C", substitutes=[("A", 0.0)]),
        line("l1", "C", substitutes=[("K", 0.0), ("B", 1.0)]),
    ],
)
def test_goods_held_back_of_a_kit_or_a_substitute_are_a_reason(
    asked, others, row, reason
):
    """The SKU asked for is not what leaves: its goods are what is held."""
    items = [item(name, minimum_life_days=3) for name in "ABC"]
    items.append(item("K", components=[("A", 1), ("B", 1)]))
    rows = [
        Stock(node="N1", sku=name, on_hand=1, **(row if name in {"A", *others} else {}))
        for name in "AB"
    ]
    wanted = order("o1", asked, placed_at=NOON)

    reasons, faults = judged(network(N1, items=items), wanted, *rows)

    assert (reasons, faults) == ([reason], ())


@pytest.mark.parametrize("limit", ["max_nodes", "max_shipments"])
def test_units_of_another_channel_are_not_enough_stock(limit):
    """Two of three at one node, one held back at another: no limit is to blame."""
    rows = [
        Stock(node="N1", sku="A", on_hand=1, allocated={"app": 1}),
        Stock(node="N2", sku="A", on_hand=2),
    ]

    reasons, faults = judged(network(N1, N2), order(A=3), *rows, **{limit: 1})

    assert (reasons, faults) == ([Reason.NOT_ENOUGH_STOCK], ())


def test_units_that_expire_may_be_no_stock():
    """The judge cannot tell which are too old: it does not count them."""
    rows = [
        Stock(node="N1", sku="A", on_hand=1, expires_on="2026-03-03"),
        Stock(node="N2", sku="A", on_hand=2),
    ]
    wanted = order(A=3, placed_at=NOON)
    there = network(N1, N2, items=[item("A", minimum_life_days=3)])
    ledger, policy = Inventory(rows), Policy()
    result = Router(there, ledger, policy).route(wanted)
    (part,) = result.plan.unfilled
    short = replace(part, reason=Reason.NOT_ENOUGH_STOCK)
    said = replace(result, plan=replace(result.plan, unfilled=(short,)))

    assert part.reason is Reason.EXPIRED
    assert verify(said, wanted, there, ledger, policy) == ()
