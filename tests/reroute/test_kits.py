"""Kits and substitutes routed again: what is kept, refused and canceled of them."""

from datetime import UTC, datetime, timedelta

import pytest

from builders import item, line, network, node, order, stock
from domroute import Backorder, Inbound, Inventory, Policy, Router, Stock
from domroute.errors import InputError
from domroute.events import Accepted, Canceled, LateInbound, Rejected
from domroute.plan import Plan

MORNING = datetime(2026, 11, 23, 10, tzinfo=UTC)
NOON = MORNING + timedelta(hours=2)
GOODS = network(
    node("N1", per_shipment=2.0),
    node("N2", per_shipment=3.0),
    items=[
        *("A", "B", "C"),
        item("SET", components=[("A", 2), ("B", 1)]),
        item("PARTS", components=[("A", 2), ("B", 1)], kit="parts"),
    ],
)
POLICY = Policy(costs=[{"term": "handling"}], unfilled_penalty=50.0)


def _asked(*lines):
    """Return an order of the lines, placed in the morning."""
    return order("o1", *lines, placed_at=MORNING)


def _goods(answer):
    """Return node, SKU and units of all that ships."""
    return [
        (part.node_id, content.sku, content.quantity)
        for part in answer.plan.shipments
        for content in part.contents
    ]


def test_a_refused_kit_comes_from_elsewhere():
    """N1 refuses one of two sets: one stays there, the other comes from N2."""
    there = stock(N1={"A": 4, "B": 2}, N2={"A": 4, "B": 2})
    router = Router(GOODS, there, POLICY)
    result = router.route(_asked(line("l1", "SET", 2)))
    events = [
        Accepted(at=NOON, order="o1", node="N1"),
        Rejected(at=NOON, order="o1", node="N1", line="l1", quantity=1),
    ]
    answer = router.reroute(result, events)

    assert _goods(answer) == [
        ("N1", "A", 2),
        ("N1", "B", 1),
        ("N2", "A", 2),
        ("N2", "B", 1),
    ]
    assert answer.state.units_kept("l1") == 3  # pieces of one set


def test_what_is_lost_of_a_kit_is_its_components():
    """A set that is lost is two of A and one of B."""
    there = stock(N1={"A": 2, "B": 1}, N2={"A": 2, "B": 1})
    router = Router(GOODS, there, POLICY)
    result = router.route(_asked(line("l1", "SET")))
    no = Rejected(at=NOON, order="o1", node="N1", line="l1", is_lost=True)
    answer = router.reroute(result, [no])

    assert answer.lost == ((("N1", "A"), 2), (("N1", "B"), 1))
    assert _goods(answer) == [("N2", "A", 2), ("N2", "B", 1)]


def test_a_ledger_holds_what_is_kept():
    """Of two reserved sets one is canceled: the components of one are given back."""
    there = stock(N1={"A": 4, "B": 2})
    router = Router(GOODS, there, POLICY)
    result = router.route(_asked(line("l1", "SET"), line("l2", "SET")))
    there.reserve(result.plan)
    answer = router.reroute(result, [Canceled(at=NOON, order="o1", line="l2")])
    for part in answer.freed:
        there.release(part)
    there.reserve(Plan(answer.added), beside=True)

    assert _goods(answer) == [("N1", "A", 2), ("N1", "B", 1)]
    assert there.available("N1", "A") == 2


def test_a_substitute_that_is_refused_is_not_asked_for_again():
    """N1 has no C after all: what is left comes from N2, whatever stands for it."""
    there = stock(N1={"C": 5}, N2={"A": 1, "C": 5})
    router = Router(GOODS, there, POLICY)
    result = router.route(_asked(line("l1", "A", 2, substitutes=[("C", 0.25)])))
    no = Rejected(at=NOON, order="o1", node="N1", line="l1")

    assert _goods(result) == [("N1", "C", 2)]
    assert _goods(router.reroute(result, [no])) == [("N2", "A", 1), ("N2", "C", 1)]


def test_nothing_changes_without_an_event():
    """A plan with kits stays as it is, and is the same object."""
    there = stock(N1={"A": 4, "B": 2})
    router = Router(GOODS, there, POLICY)
    result = router.route(_asked(line("l1", "SET", 2)))
    answer = router.reroute(result, [], now=NOON)

    assert answer.result is result
    assert not answer.has_changed


def test_a_kit_in_several_shipments_is_refused():
    """Of a kit whose parts are apart it is not told what a refusal leaves."""
    there = stock(N1={"A": 2}, N2={"B": 1})
    router = Router(GOODS, there, POLICY)
    result = router.route(_asked(line("l1", "PARTS")))

    with pytest.raises(InputError) as caught:
        router.reroute(result, [Rejected(at=NOON, order="o1", node="N1")])
    assert [issue.code for issue in caught.value.issues] == ["kit_in_parts"]


def test_a_kit_goes_elsewhere_when_a_component_never_comes():
    """
    Of its three pieces each that waits costs 0.1.

    At N1, at 2 + 3 * 0.1, it waited for A; N2, at 3, has all of it on hand.
    """
    due = MORNING + timedelta(days=2)
    there = Inventory(
        [
            Stock(node="N1", sku="A", on_hand=0, inbound=[Inbound(at=due, quantity=2)]),
            Stock(node="N1", sku="B", on_hand=1),
            Stock(node="N2", sku="A", on_hand=2),
            Stock(node="N2", sku="B", on_hand=1),
        ]
    )
    costs = [{"term": "handling"}, Backorder(per_unit=0.1)]
    policy = Policy(costs=costs, allow_backorder=True, unfilled_penalty=50.0)
    router = Router(GOODS, there, policy)
    result = router.route(_asked(line("l1", "SET")))
    late = LateInbound(at=NOON, node="N1", sku="A", due=due)
    answer = router.reroute(result, [late])

    assert [part.stock_at for part in result.plan.shipments] == [due]
    assert result.cost == pytest.approx(2.3)
    assert _goods(answer) == [("N2", "A", 2), ("N2", "B", 1)]


def test_a_backlog_with_kits_or_substitutes_is_refused():
    """A backlog counts what leaves as units of lines: every such order is told of."""
    router = Router(GOODS, stock(N1={"A": 9, "B": 9, "C": 9}), POLICY)
    lines = [
        line("l1", "SET"),
        line("l1", "A"),
        line("l1", "A", substitutes=[("C", 1)]),
    ]
    results = [
        router.route(_asked(one).model_copy(update={"id": f"o{at}"}))
        for at, one in enumerate(lines)
    ]

    with pytest.raises(InputError) as caught:
        router.rebalance(results, now=NOON)
    found = [(issue.code, issue.where) for issue in caught.value.issues]
    assert found == [("not_supported", "results[0]"), ("not_supported", "results[2]")]
