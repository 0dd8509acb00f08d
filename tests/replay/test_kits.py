"""Kits and substitutes in a replay: counted in units of lines, stock in goods."""

from datetime import UTC, datetime, timedelta

import pytest

from builders import item, line, network, node, order, stock
from domroute import Policy, Scenario
from domroute.events import Rejected, Returned
from domroute.replay import Placed, Replay

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
GOODS = network(
    node("N1", per_shipment=2.0),
    node("N2", per_shipment=3.0),
    items=[
        *("A", "B", "C"),
        item("SET", unit_price=30.0, components=[("A", 2), ("B", 1)]),
    ],
)
POLICY = Policy(costs=[{"term": "handling"}], unfilled_penalty=50.0)


def _replay(there, lines, *events):
    """Replay one order and the events, and check the ledger."""
    placed = Placed(order=order("o1", *lines, placed_at=START))
    made = Replay(Scenario("kits", GOODS, there, (), POLICY), [placed, *events])
    outcome = made.run()
    made.check()
    return outcome


def test_kits_are_counted_as_the_line_does():
    """Two sets are two units, worth 60: A at 10 each and B, of equal prices."""
    lines = [line("l1", "SET", 2)]
    tables = _replay(stock(N1={"A": 4, "B": 2}), lines).tables
    (row,) = tables["orders"].to_dict("records")
    contents = tables["contents"]

    assert (row["units"], row["filled"]) == (2, 2)
    assert row["revenue"] == pytest.approx(60.0)
    assert (contents["quantity"] * contents["unit_price"]).sum() == pytest.approx(60.0)


def test_a_refused_kit_is_asked_for_again():
    """N1 refuses one of two sets: it keeps one, and N2 sends the other."""
    there = stock(N1={"A": 4, "B": 2}, N2={"A": 4, "B": 2})
    no = Rejected(
        at=START + timedelta(hours=1), order="o1", node="N1", line="l1", quantity=1
    )
    tables = _replay(there, [line("l1", "SET", 2)], no).tables
    (row,) = tables["orders"].to_dict("records")
    sent = tables["shipments"]
    sent = sent[sent["delivered_at"].notna()]

    assert row["filled"] == 2
    assert sorted(zip(sent["node"], sent["units"], strict=True)) == [
        ("N1", 3),
        ("N2", 3),
    ]


def test_what_is_lost_and_comes_back_is_goods():
    """A set that is not found is lost in pieces; a C that comes back is a C."""
    there = stock(N1={"A": 2, "B": 1, "C": 1})
    no = Rejected(
        at=START + timedelta(hours=1), order="o1", node="N1", line="l1", is_lost=True
    )
    back = Returned(
        at=START + timedelta(days=20), order="o1", line="l2", quantity=1, node=None
    )
    lines = [
        line("l1", "SET"),
        line("l2", "A", substitutes=[("C", 0.5)]),
    ]
    outcome = _replay(there, lines, no, back)
    tables = outcome.tables
    (row,) = tables["orders"].to_dict("records")

    assert row["filled"] == 1
    assert tables["returns"]["sku"].tolist() == ["C"]
