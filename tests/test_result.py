"""Results: the gap, the claim, and how they read."""

import json
import math
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from domroute.batchresult import BatchResult
from domroute.errors import InfeasibleError, NoPlanError
from domroute.instances import load
from domroute.ledger import Inventory, Stock
from domroute.plan import Plan
from domroute.result import PLAN_COLUMNS, RoutingResult, Statistics, gap_of
from domroute.router import Router
from domroute.words import Status
from plans import left, plan, ship

MADE = plan(
    ship("N1", "A2", costs={"handling": 1.5, "shipping": 2.0}, km=1234.4, service="g"),
    ship("N2", "B1", costs={"handling": 0.5}, method="pickup"),
    left("C1"),
    split=1.0,
)
RESULT = RoutingResult("o1", MADE, Status.OPTIMAL, 12.0, 12.0, "subset", "abc")
NONE = RoutingResult(
    "o1", Plan(), Status.INFEASIBLE, math.inf, math.inf, "subset", "abc"
)


@pytest.mark.parametrize(
    ("cost", "bound", "gap"),
    [
        (10.0, 10.0, 0.0),
        (10.0, 9.0, 0.1),
        (10.0, 10.1, 0.0),
        (0.0, 0.0, 0.0),
        (10.0, -math.inf, math.inf),
        (math.inf, math.inf, 0.0),
        (math.inf, 5.0, math.inf),
        (math.inf, -math.inf, math.inf),
        # A term may pay.
        (-4.0, -10.0, 1.5),
        (-4.0, -4.0, 0.0),
        (0.0, -1.0, math.inf),
        (0.0, -1e-12, 0.0),
        (0.0, -math.inf, math.inf),
    ],
)
def test_gap_is_relative_to_the_cost(cost, bound, gap):
    """The gap is (cost - bound) / |cost|; none where nothing is left to prove."""
    assert gap_of(cost, bound) == pytest.approx(gap)
    assert replace(RESULT, cost=cost, bound=bound).gap == pytest.approx(gap)


def test_costs_are_those_of_the_plan():
    """1.5 + 0.5 handling, 2 shipping, 1 for the split, 7 for what is left."""
    assert RESULT.costs.to_dict() == {
        "handling": 2.0,
        "shipping": 2.0,
        "split": 1.0,
        "unfilled": 7.0,
    }


def test_time_and_statistics_do_not_count():
    """Two results that took different time are equal."""
    slow = replace(RESULT, elapsed_s=9.0, statistics=Statistics(1, 2, 3))

    assert slow == RESULT
    assert replace(RESULT, cost=13.0) != RESULT


def test_raising_is_the_callers_choice():
    """A result with a plan returns itself; others say why there is none."""
    late = replace(NONE, status=Status.FEASIBLE, bound=1.0)
    none = replace(NONE, plan=plan(left("A2", cost=0.0)))

    assert RESULT.raise_for_status() is RESULT
    with pytest.raises(InfeasibleError, match=r"'o1' has no plan: 2 x A .* available"):
        none.raise_for_status()
    with pytest.raises(NoPlanError, match="within the limit"):
        late.raise_for_status()


@pytest.mark.parametrize(
    ("status", "optimal"),
    [(Status.OPTIMAL, True), (Status.FEASIBLE, False), (Status.INFEASIBLE, False)],
)
def test_only_a_proven_plan_is_optimal(status, optimal):
    """Optimal is what is proven."""
    assert replace(RESULT, status=status).is_optimal is optimal


def test_result_reads_well():
    """The summary, a row for each shipment, what is left and the cost by term."""
    lines = str(RESULT).splitlines()

    assert "   status: optimal (gap 0.00%)" in lines
    assert "shipments: 2 (1 split)" in lines
    assert " unfilled: 1 unit" in lines
    assert "N1    ship    g        2 x A     1,234  3.50" in lines
    assert "N2    pickup  -        1 x B         0  0.50" in lines
    assert "1 x C (line C) unfilled: no node has any available" in lines
    assert "handling: 2.00" in lines


def test_infeasible_result_reads_well():
    """Where there is no plan there is no gap to tell."""
    assert "   status: infeasible" in str(NONE).splitlines()
    assert "shipments: 0 (0 splits)" in str(NONE)


@pytest.mark.parametrize("result", [RESULT, NONE], ids=["plan", "none"])
def test_html_holds_what_the_text_does(result):
    """A notebook shows the same numbers, as tables."""
    html = result._repr_html_()

    assert html.count("<table>") == html.count("</table>") >= 2
    for _, value in result.summary():
        assert value in html
    assert ("no node has any available" in html) is bool(result.plan.unfilled)


def test_dictionary_is_plain():
    """Enumerations become their values, infinities nothing."""
    made = RESULT.to_dict()

    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["status"] == "optimal"
    assert made["shipments"][0]["contents"] == [
        {"line_id": "A", "sku": "A", "quantity": 2}
    ]
    assert made["unfilled"][0]["reason"] == "out_of_stock"
    assert NONE.to_dict()["cost"] is NONE.to_dict()["bound"] is None


@pytest.mark.parametrize("kind", [RoutingResult, BatchResult])
def test_web_frameworks_make_a_schema_of_results(kind):
    """pydantic knows every part of them; it is what returns them from a service."""
    assert TypeAdapter(kind).json_schema(mode="serialization")["title"] == kind.__name__


def test_the_snapshot_stays_out_of_json():
    """A result with its snapshot comes back equal from pydantic, without it."""
    ledger = Inventory([Stock(node="N1", sku="A", on_hand=2)])
    adapter = TypeAdapter(RoutingResult)

    made = adapter.dump_json(replace(RESULT, snapshot=ledger.snapshot()))

    again = adapter.validate_json(made)
    assert again == RESULT
    assert again.snapshot is None


def test_frame_has_a_row_for_each_line_and_shipment():
    """Shipments are counted from 1; reasons stand where units are left."""
    frame = RESULT.to_frame()

    assert tuple(frame.columns) == PLAN_COLUMNS
    assert frame["line"].tolist() == ["A", "B", "C"]
    assert frame["quantity"].tolist() == [2, 1, 1]
    assert frame["shipment"].isna().tolist() == [False, False, True]
    assert frame["shipment"].iloc[:2].tolist() == [1, 2]
    assert frame["reason"].iloc[2] == "out_of_stock"
    assert frame["method"].iloc[:2].tolist() == ["ship", "pickup"]


def test_frame_of_nothing_has_columns():
    """A result without a plan is a frame without rows."""
    frame = NONE.to_frame()

    assert (len(frame), tuple(frame.columns)) == (0, PLAN_COLUMNS)


def test_order_is_carried_and_stays_out_of_json():
    """Who routes again needs it; who reads a result has orders of its own."""
    tiny = load("tiny")
    placed = tiny.orders[0]
    result = Router(tiny.network, tiny.inventory, tiny.policy).route(placed)

    written = TypeAdapter(RoutingResult).dump_python(result, mode="json")

    assert result.order == placed
    assert "order" not in written
    assert "order" not in result.to_dict()
    assert result == replace(result, order=None)
