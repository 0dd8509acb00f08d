"""Stock value: what a unit taken would have been worth to orders still to come."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import Problem, item, network, node, order
from changes import route
from domroute.costs import Quotes, StockValue, UnitValue
from domroute.costs.stock_value import Saving
from domroute.errors import InputError
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Stock
from domroute.network import Network
from domroute.policy import Policy
from domroute.router import Router
from domroute.validation import issues_from
from domroute.verify import verify

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
ROW = UnitValue(node="N1", sku="A", value=2.0, planned=100, per_day=10)
TERM = StockValue(values=[ROW], as_of=MONDAY, nudge=0.5)


def price(term=TERM, available=100, days=0.0):
    """Price a unit of A at N1, some days after Monday."""
    placed = MONDAY + timedelta(days=days)
    return term.price_at("N1", "A", available=available, placed_at=placed)


def problem_of(*costs, quotes=None, days=None, **held):
    """Make an order of two units of A over nodes that hold some."""
    rows = [Stock(node=name, sku="A", on_hand=units) for name, units in held.items()]
    placed = None if days is None else MONDAY + timedelta(days=days)
    return Problem(
        order(A=2, placed_at=placed),
        network(*(node(name) for name in held), items="AB"),
        Inventory(rows),
        Policy(costs=costs),
        quotes or Quotes(),
    )


@pytest.mark.parametrize(
    ("available", "days", "x"),
    [
        # x = nudge (planned left - available) / sqrt(planned), with nudge 0.5.
        (100, 0.0, 0.0),
        (90, 1.0, 0.0),
        (86, 1.0, 0.2),
        (94, 1.0, -0.2),
        # Before it begins nothing of the plan is used; after its end nothing is left.
        (90, -3.0, 0.5),
        (10, 99.0, -0.5),
        # The factor is e at most, and 1 / e at least.
        (0, 0.0, 1.0),
        (500, 5.0, -1.0),
    ],
)
def test_value_follows_what_is_used(available, days, x):
    """Used faster than planned a unit is dearer, slower it is cheaper; in bounds."""
    assert price(available=available, days=days) == pytest.approx(2.0 * math.exp(x))


@pytest.mark.parametrize(
    "changed", [{"nudge": 0.0}, {"as_of": None}, {"values": [ROW.model_copy(
        update={"planned": 0.0})]}]
)  # fmt: skip
def test_value_stays_where_no_plan_says_otherwise(changed):
    """Without a nudge, a moment or a plan a unit is worth its value."""
    assert price(TERM.model_copy(update=changed), available=3, days=2.0) == 2.0


def test_orders_of_no_moment_pay_the_value_as_it_is():
    """Nobody knows what should be left by when."""
    assert TERM.price_at("N1", "A", available=3, placed_at=None) == 2.0


def test_what_has_no_row_is_worth_nothing():
    """Neither another node nor another SKU costs anything."""
    for name, sku in (("N2", "A"), ("N1", "B")):
        assert TERM.price_at(name, sku, available=3, placed_at=MONDAY) == 0.0


@given(
    st.integers(0, 300),
    st.integers(0, 300),
    st.floats(-5, 30),
    st.floats(0, 2),
)
def test_more_left_is_never_dearer(few, more, days, nudge):
    """The price never rises with what is available, and is never below zero."""
    term = TERM.model_copy(update={"nudge": nudge})
    low, high = sorted((few, more))

    assert price(term, low, days) >= price(term, high, days) >= 0.0


def test_units_are_taken_where_they_are_worth_least():
    """Without another cost the node without a value fills the order."""
    result = route(problem_of(TERM, N1=100, N2=5))

    assert result.plan.node_ids == ("N2",)
    assert result.cost == 0.0


@pytest.mark.parametrize("method", ["auto", "mip"])
@pytest.mark.parametrize("days", [None, 0.5, 4.0])
def test_every_unit_pays(method, days):
    """Two units at the nudged value; the judge, who checks the result, agrees."""
    problem = problem_of(TERM, days=days, N1=90)
    worth = 2.0 if days is None else price(available=90, days=days)

    result = route(problem, method)

    assert result.costs.to_dict() == {"stock_value": pytest.approx(2 * worth)}
    assert not verify(
        result.plan, problem.order, problem.network, problem.inventory, problem.policy
    )


@given(
    values=st.dictionaries(
        st.tuples(st.sampled_from(["N1", "N2", "N3"]), st.sampled_from("ABC")),
        st.tuples(st.floats(0, 50), st.floats(0, 40), st.floats(0, 9)),
    ),
    days=st.none() | st.floats(0, 10),
    held=st.lists(st.integers(0, 30), min_size=9, max_size=9),
    nudge=st.floats(0, 2),
)
def test_judge_and_solver_agree(values, days, held, nudge):
    """Whatever the table says, arrays and plain Python come to the same price."""
    rows = [
        UnitValue(node=name, sku=sku, value=value, planned=planned, per_day=per_day)
        for (name, sku), (value, planned, per_day) in values.items()
    ]
    term = StockValue(values=rows, as_of=MONDAY, nudge=nudge, weight=0.5)
    nodes = ["N1", "N2", "N3"]
    ledger = Inventory(
        Stock(node=name, sku=sku, on_hand=held[3 * i + j])
        for i, name in enumerate(nodes)
        for j, sku in enumerate("ABC")
    )
    placed = None if days is None else MONDAY + timedelta(days=days)
    router = Router(
        network(*(node(name, per_shipment=1.0) for name in nodes)),
        ledger,
        Policy(costs=[term]),
    )

    # A plan on which the two disagree would raise.
    result = router.route(order(A=2, B=1, C=3, placed_at=placed))

    for shipment in result.plan.shipments:
        expected = sum(
            content.quantity
            * term.price_at(
                shipment.node_id,
                content.sku,
                available=ledger.available(shipment.node_id, content.sku),
                placed_at=placed,
            )
            for content in shipment.contents
        )
        assert shipment.costs.to_dict().get("stock_value", 0.0) == pytest.approx(
            expected
        )


def test_empty_table_changes_nothing():
    """A term without rows leaves the plan and what it costs as they were."""
    plain = route(problem_of(N1=1, N2=5))
    valued = route(problem_of(StockValue(), N1=1, N2=5))

    assert (valued.plan, valued.cost) == (plain.plan, plain.cost)


def test_quotes_leave_the_value_of_stock():
    """A quote says what a shipment costs, not what its units are worth later."""
    quotes = Quotes(shipments={("o1", "N1"): 3.0}, units={("o1", "A", "N1"): 0.5})

    result = route(problem_of(TERM, quotes=quotes, N1=100))

    assert result.costs.to_dict() == {"quoted": 4.0, "stock_value": 4.0}


def test_policy_with_values_survives_json():
    """What is written is read as the same policy, by the same version."""
    policy = Policy(costs=[TERM.model_copy(update={"bound": -3.5})])

    read = Policy.model_validate_json(policy.model_dump_json())

    assert read == policy
    assert read.version == policy.version
    assert read.costs[0].price_at("N1", "A", available=80, placed_at=MONDAY) == (
        TERM.price_at("N1", "A", available=80, placed_at=MONDAY)
    )


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"values": [{"node": "N1", "sku": "A", "value": -1.0}]}, "out_of_range"),
        ({"values": [{"node": "N1", "sku": "A", "value": math.nan}]}, "not_finite"),
        ({"values": [{"node": "N1", "sku": "A"}]}, "missing"),
        ({"values": [{"node": "N1", "sku": "A", "value": 1}] * 2}, "duplicate_id"),
        ({"as_of": "2026-01-05T00:00:00"}, "naive_datetime"),
        ({"nudge": -0.1}, "out_of_range"),
        ({"price": 1.0}, "unknown_field"),
    ],
)
def test_bad_tables_are_refused(raw, code):
    """Each fault has its code."""
    with pytest.raises(ValidationError) as caught:
        StockValue.model_validate(raw)

    assert [issue.code for issue in issues_from(caught.value)] == [code]


def test_rows_name_what_the_network_has():
    """All rows of unknown nodes and items are listed when a router is made."""
    rows = [
        UnitValue(node="N9", sku="A", value=1.0),
        UnitValue(node="N1", sku="Z", value=1.0),
        UnitValue(node="N1", sku="A", value=1.0),
    ]
    made = Network(nodes=[node("N1")], items=[item("A")])

    with pytest.raises(InputError) as caught:
        Router(made, Inventory(), Policy(costs=[StockValue(values=rows)]))

    assert [(i.code, i.where) for i in caught.value.issues] == [
        ("unknown_id", "stock_value.values[0]"),
        ("unknown_id", "stock_value.values[1]"),
    ]


def test_values_are_a_table():
    """A row per value, in the order in which they were given."""
    term = StockValue(values=[ROW, UnitValue(node="N2", sku="A", value=3.0)])

    found = term.to_frame()

    assert found.columns.tolist() == ["node", "sku", "value", "planned", "per_day"]
    assert found.to_numpy().tolist() == [
        ["N1", "A", 2.0, 100.0, 10.0],
        ["N2", "A", 3.0, 0.0, 0.0],
    ]


def test_savings_are_a_table_where_they_were_worked_out():
    """A row per cell that one more unit helps, the columns even without rows."""
    saving = Saving(node="N1", sku="A", available=0, saves=12.5)
    columns = ["node", "sku", "available", "saves", "is_exact"]

    found = StockValue(savings=[saving]).one_more()

    assert found.columns.tolist() == columns
    assert found.to_numpy().tolist() == [["N1", "A", 0, 12.5, True]]
    assert StockValue(savings=[]).one_more().columns.tolist() == columns
    with pytest.raises(InputError, match="savings=True"):
        TERM.one_more()
