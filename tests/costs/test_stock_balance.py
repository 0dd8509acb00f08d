"""Stock balance: a price that rises as the share of stock left falls."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import Problem, network, node, order, stock
from changes import route
from domroute.costs import FullStock, Quotes, StockBalance
from domroute.errors import InputError
from domroute.ledger.inventory import Inventory
from domroute.policy import Policy
from domroute.router import Router

TERM = StockBalance(price=2.0, full=[FullStock(node="N1", sku="A", units=10)])


@pytest.mark.parametrize(
    ("available", "price"),
    [
        # 2 (e^(1 - a / 10) - 1) / (e - 1).
        (10, 0.0),
        (12, 0.0),
        (5, 2 * (math.exp(0.5) - 1) / (math.e - 1)),
        (0, 2.0),
    ],
)
def test_price_rises_as_stock_falls(available, price):
    """All that there was is free, the last unit costs the whole price."""
    found = TERM.price_at("N1", "A", available=available)

    assert found == pytest.approx(price)


def test_what_has_no_row_is_free():
    """So is that of which there was none."""
    none = StockBalance(price=2.0, full=[FullStock(node="N1", sku="A", units=0)])

    assert TERM.price_at("N2", "A", available=1) == 0.0
    assert none.price_at("N1", "A", available=0) == 0.0


@given(st.lists(st.integers(0, 9), min_size=6, max_size=6), st.integers(0, 3))
def test_judge_and_solver_agree(held, taken):
    """Whatever is left, arrays and plain Python come to the same price."""
    names = ["N1", "N2", "N3"]
    ledger = stock(
        **{name: {"A": held[i], "B": held[i + 3]} for i, name in enumerate(names)}
    )
    term = StockBalance.of(ledger, price=3.0)
    nodes = network(*(node(name, per_shipment=1.0) for name in names))
    first = Router(nodes, ledger, Policy(costs=[]))
    if taken:
        ledger.reserve(first.route(order("before", A=taken)).plan)

    # A plan on which the two disagree would raise.
    result = Router(nodes, ledger, Policy(costs=[term])).route(order(A=2, B=1))

    expected = sum(
        content.quantity
        * term.price_at(
            shipment.node_id,
            content.sku,
            available=ledger.available(shipment.node_id, content.sku),
        )
        for shipment in result.plan.shipments
        for content in shipment.contents
    )
    found = result.costs.to_dict().get("stock_balance", 0.0)
    assert found == pytest.approx(expected)


def test_nodes_are_kept_in_balance():
    """Nine of ten left are cheaper than four of ten."""
    full = [FullStock(node=name, sku="A", units=10) for name in ("N1", "N2")]
    problem = Problem(
        order(A=1),
        network(node("N1"), node("N2")),
        stock(N1={"A": 4}, N2={"A": 9}),
        Policy(costs=[StockBalance(price=2.0, full=full)]),
        Quotes(shipments={("o1", "N1"): 1.0, ("o1", "N2"): 1.0}),
    )

    result = route(problem)

    assert result.plan.node_ids == ("N2",)
    assert result.costs["stock_balance"] > 0


def test_term_survives_json():
    """A policy with the term is read as it was written."""
    policy = Policy(costs=[TERM])

    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_bad_tables_are_refused():
    """A pair given twice, and names that the network does not have."""
    row = FullStock(node="N9", sku="Z", units=1)
    with pytest.raises(ValidationError, match="more than once"):
        StockBalance(price=1.0, full=[row, row])

    with pytest.raises(InputError) as caught:
        Router(
            network(node("N1")),
            Inventory(),
            Policy(costs=[StockBalance(price=1.0, full=[row])]),
        )

    assert [issue.code for issue in caught.value.issues] == ["unknown_id"] * 2
