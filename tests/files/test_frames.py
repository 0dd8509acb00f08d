"""Frames in and out: the column contract, kept by every kind of column pandas has."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from builders import network, node, order, stock
from domroute.errors import InputError
from domroute.frames import (
    COLUMNS,
    inventory_from_frame,
    items_from_frame,
    nodes_from_frame,
    orders_from_frame,
    quotes_from_frames,
    scenario_from_frames,
    to_frames,
)
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Inbound, Restriction
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.rules import ExcludedNodes, NodeFilter
from domroute.scenario import Scenario
from domroute.words import Method
from scenario_strategies import scenarios


def faults(read, *args, **fields):
    """Return (place, code) of each fault of frames that are refused."""
    with pytest.raises(InputError) as caught:
        read(*args, **fields)
    return [(issue.where, issue.code) for issue in caught.value.issues]


def nodes(**columns):
    """Make a frame of two nodes with more columns."""
    return pd.DataFrame(
        {"id": ["N1", "N2"], "lat": [1.0, 2.0], "lon": [3.0, 4.0], **columns}
    )


def orders(**columns):
    """Make a frame of one order with more columns."""
    return pd.DataFrame({"id": ["o1"], "lat": [1.0], "lon": [2.0], **columns})


def lines(**columns):
    """Make a frame of two lines of one order with more columns."""
    return pd.DataFrame(
        {
            "order": ["o1", "o1"],
            "id": ["l1", "l2"],
            "sku": ["A", "B"],
            "quantity": [2, 1],
            **columns,
        }
    )


@settings(deadline=None, max_examples=60)
@given(scenarios())
def test_frames_bring_a_scenario_back(scenario):
    """Frames made of a scenario, with services and policy, make an equal one."""
    frames = to_frames(scenario)

    again = scenario_from_frames(
        frames,
        name=scenario.name,
        services=scenario.network.services,
        calendars=scenario.network.calendars,
        time_zone=scenario.network.time_zone,
        policy=scenario.policy,
    )

    assert again == scenario


@settings(deadline=None, max_examples=20)
@given(scenarios())
def test_frames_keep_the_contract(scenario):
    """Columns come in the documented order, and hold the documented kind."""
    kinds = {
        "id": "string",
        "words": "string",
        "number": "float64",
        "numbers": "string",
        "integer": "int64",
        "flag": "bool",
        "time": "datetime64[us, UTC]",
        "date": "string",
        "object": "string",
    }

    for name, frame in to_frames(scenario).items():
        assert list(frame.columns) == [column.name for column in COLUMNS[name]]
        for column in COLUMNS[name]:
            kind, cells = kinds[column.dtype], frame[column.name]
            # A flag that need not be said is of pandas' kind with gaps.
            with_gaps = kind == "bool" and cells.isna().any()
            assert str(cells.dtype) == ("boolean" if with_gaps else kind)


def test_every_column_says_what_it_means():
    """The contract is a table to read: no empty meaning, no name twice."""
    for columns in COLUMNS.values():
        assert all(column.meaning for column in columns)
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "ids",
    [
        ["007", "8"],
        pd.array(["007", "8"], dtype="string"),
        pd.Categorical(["007", "8"]),
        np.array(["007", "8"], dtype=object),
    ],
)
def test_ids_of_digits_stay_as_they_are(ids):
    """Text that looks like a number keeps its zeros, in any kind of text column."""
    assert [node.id for node in nodes_from_frame(nodes(id=ids))] == ["007", "8"]


@pytest.mark.parametrize(
    "ids",
    [
        [7, 8],
        np.array([7, 8], np.int32),
        pd.array([7, 8], dtype="Int64"),
        [7.0, 8.0],
        np.array([np.int64(7), "8"], dtype=object),
    ],
)
def test_whole_numbers_become_ids(ids):
    """A column of whole numbers is one of names, even where pandas made it floats."""
    assert [node.id for node in nodes_from_frame(nodes(id=ids))] == ["7", "8"]


@pytest.mark.parametrize("ids", [[7.5, 8.0], [True, False]])
def test_other_numbers_are_no_ids(ids):
    """Halves and truths are no names."""
    places = [("nodes[0].id", "wrong_type"), ("nodes[1].id", "wrong_type")]

    assert faults(nodes_from_frame, nodes(id=ids)) == places[: 2 - (ids[1] == 8.0)]


@pytest.mark.parametrize("absent", [None, np.nan, pd.NA, pd.NaT])
def test_an_absent_cell_is_a_default_or_a_fault(absent):
    """In an optional column it takes the default, in a required one it is missing."""
    column = np.array([5.0, absent], dtype=object)

    made = nodes_from_frame(nodes(max_distance_km=column))

    assert [node.max_distance_km for node in made] == [5.0, None]
    assert faults(nodes_from_frame, nodes(lat=column)) == [("nodes[1].lat", "missing")]


@pytest.mark.parametrize(
    "cell",
    [
        "cold|hazmat",
        "cold | hazmat",
        '["cold", "hazmat"]',
        ["cold", "hazmat"],
        ("cold", "hazmat"),
        {"hazmat", "cold"},
        np.array(["cold", "hazmat"]),
    ],
)
def test_a_cell_may_hold_several_words(cell):
    """Text with bars, JSON, or any collection of Python's."""
    column = np.empty(2, dtype=object)
    column[0] = cell

    made = nodes_from_frame(nodes(tags=column))

    assert [node.tags for node in made] == [("cold", "hazmat"), ()]


def test_a_cell_of_broken_json_is_a_fault():
    """What begins as a list and is none is not taken for a word."""
    assert faults(nodes_from_frame, nodes(tags=['["cold"', None])) == [
        ("nodes[0].tags", "wrong_type")
    ]


def test_a_node_may_offer_no_method():
    """An empty list is not the absence of one."""
    made = nodes_from_frame(nodes(methods=["[]", None]))

    assert [node.methods for node in made] == [(), None]


@pytest.mark.parametrize("cell", [{"a": 1}, [1], {1}, b"\xff", 1.5, True])
def test_what_is_no_name_of_an_order_is_told(cell):
    """Also what cannot be hashed, in the table of orders and in that of lines."""
    heads, parts = orders(), lines()
    heads["id"] = [cell]
    parts["order"] = [cell] * len(parts)

    assert faults(orders_from_frame, heads, parts) == [
        ("lines[0].order", "unknown_id"),
        ("lines[1].order", "unknown_id"),
        ("orders[0].id", "wrong_type"),
        ("orders[0].lines", "out_of_range"),
    ]


def test_names_may_be_bytes():
    """Some writers of Parquet say no more of a text than that."""
    heads, parts = orders(), lines()
    heads["id"], parts["order"] = [b"o1"], [b"o1"] * 2

    assert len(orders_from_frame(heads, parts)[0].lines) == 2


def test_sets_of_anything_are_told():
    """Words in a set come in an order of their own; what is no word is a fault."""
    good = nodes(tags=[{"b", "a"}, frozenset()])
    bad = nodes(tags=[{"b", 1}, None])

    assert nodes_from_frame(good)[0].tags == ("a", "b")
    assert faults(nodes_from_frame, bad) == [("nodes[0].tags[0]", "wrong_type")]


def test_a_moment_beyond_the_years_of_python_is_told():
    """Pandas counts further than datetime does."""
    far = pd.Series(np.array(["300000-01-01"], dtype="datetime64[s]"))

    assert faults(orders_from_frame, orders(placed_at=far), lines()) == [
        ("orders[0].placed_at", "impossible_date")
    ]


def test_times_of_pandas_become_moments():
    """A timestamp with a zone is plain afterwards; one without is a fault."""
    aware = pd.to_datetime(["2026-01-31T12:00:00Z", None])
    naive = pd.to_datetime(["2026-01-31T12:00:00", None])

    made = nodes_from_frame(nodes(active_from=aware))

    assert made[0].active_from == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert type(made[0].active_from) is datetime
    assert made[1].active_from is None
    assert faults(nodes_from_frame, nodes(active_from=naive)) == [
        ("nodes[0].active_from", "naive_datetime")
    ]


def test_text_in_a_column_of_numbers_is_a_fault():
    """What looks like a number is none until someone has made it one."""
    frame = pd.DataFrame({"sku": ["A", "B"], "weight_kg": ["1.2", np.inf]})

    assert faults(items_from_frame, frame) == [
        ("items[0].weight_kg", "wrong_type"),
        ("items[1].weight_kg", "not_finite"),
    ]


def test_a_number_beyond_any_float_is_a_fault():
    """Whole numbers of hundreds of digits are refused as infinity is."""
    huge = np.array([10**400, 1], dtype=object)
    frame = pd.DataFrame({"node": ["N1", "N2"], "sku": ["A", "A"], "on_hand": huge})

    assert faults(nodes_from_frame, nodes(minimum_order=huge)) == [
        ("nodes[0].minimum_order", "not_finite")
    ]
    assert faults(inventory_from_frame, frame) == [("stock[0].on_hand", "not_finite")]


def test_all_faults_of_a_table_are_listed():
    """Columns first, then the rows, each named by position and column."""
    frame = nodes(
        lat=[95.0, 1.0],
        lon=[0.0, np.nan],
        capacity_limit=[5.0, None],
        enabled=["maybe", True],
        id=["N1", "N1"],
    )
    frame["color"] = "red"

    assert faults(nodes_from_frame, frame) == [
        ("nodes.color", "unknown_field"),
        ("nodes[0].lat", "out_of_range"),
        ("nodes[0].capacity_measure", "missing"),
        ("nodes[0].enabled", "wrong_type"),
        ("nodes[1].lon", "missing"),
        ("nodes[1].id", "duplicate_id"),
    ]


def test_several_capacities_have_a_column_each():
    """One limit stands with its measure; beside it others stand in their columns."""
    frame = nodes(
        capacity_limit=[5.0, 4.0],
        capacity_measure=["lines", "orders"],
        capacity_units=[np.nan, 9.0],
    )

    made = nodes_from_frame(frame)

    told = [[(c.measure.value, c.limit) for c in n.capacities] for n in made]
    assert told == [[("lines", 5.0)], [("orders", 4.0), ("units", 9.0)]]
    shop = Scenario("shop", network(*made), Inventory())
    written = to_frames(shop)["nodes"]
    assert nodes_from_frame(written) == made
    columns = ["capacity_limit", "capacity_orders", "capacity_units"]
    assert written[columns].fillna(-1).to_numpy().tolist() == [[5, -1, -1], [-1, 4, 9]]


@pytest.mark.parametrize(
    ("cells", "where", "code"),
    [
        ({"capacity_units": -1.0}, "capacity_units", "out_of_range"),
        ({"capacity_units": "many"}, "capacity_units", "wrong_type"),
        (
            {"capacity_limit": 5.0, "capacity_units": 9.0},
            "capacity_measure",
            "missing",
        ),
        (
            {
                "capacity_limit": 5.0,
                "capacity_measure": "units",
                "capacity_units": 9.0,
            },
            "capacity",
            "duplicate_id",
        ),
        (
            {
                "capacity_limit": 5.0,
                "capacity_measure": ["units"],
                "capacity_units": 9.0,
            },
            "capacity_measure",
            "unknown_value",
        ),
        (
            {
                "capacity_limit": 5.0,
                "capacity_measure": "boxes",
                "capacity_units": 9.0,
            },
            "capacity_measure",
            "unknown_value",
        ),
        (
            {
                "capacity_limit": -5.0,
                "capacity_measure": "orders",
                "capacity_units": 9.0,
            },
            "capacity_limit",
            "out_of_range",
        ),
    ],
    ids=str,
)
def test_faults_of_several_capacities_name_the_column(cells, where, code):
    """A limit twice on one measure among them, and one without its measure."""
    frame = nodes(**{name: [cell, None] for name, cell in cells.items()})

    assert (f"nodes[0].{where}", code) in faults(nodes_from_frame, frame)


def test_an_absent_column_is_one_fault():
    """It is not said again of each row, while other faults of the rows are."""
    frame = nodes(lat=[95.0, 1.0]).drop(columns="lon")

    assert faults(nodes_from_frame, frame) == [
        ("nodes.lon", "missing"),
        ("nodes[0].lat", "out_of_range"),
    ]


def test_a_column_given_twice_is_a_fault():
    """Frames allow it; nobody knows which one is meant."""
    frame = pd.concat([nodes(), nodes()[["lat"]]], axis=1)

    assert faults(nodes_from_frame, frame) == [("nodes.lat", "duplicate_key")]


def test_what_is_no_frame_is_a_fault():
    """A list of dictionaries is refused by name."""
    assert faults(nodes_from_frame, [{"id": "N1"}]) == [("nodes", "wrong_type")]


def test_stock_is_read_with_what_arrives():
    """Optional columns default; the second table hangs arrivals on its rows."""
    frame = pd.DataFrame(
        {
            "node": ["N1", "N2"],
            "sku": [1, 1],
            "on_hand": np.array([5, 7], np.int32),
            "safety": [np.nan, 2.0],
            "velocity": [0.5, np.nan],
        }
    )
    inbound = pd.DataFrame(
        {"node": ["N1"], "sku": [1], "at": ["2026-01-01T00:00:00Z"], "quantity": [3]}
    )

    made = inventory_from_frame(frame, inbound=inbound)

    assert [made.available(name, "1") for name in ("N1", "N2")] == [5, 5]  # 7 - 2
    assert [made.velocity(name, "1") for name in ("N1", "N2")] == [0.5, None]
    arrival = Inbound(at="2026-01-01T00:00:00Z", quantity=3)
    assert next(iter(made)).inbound == (arrival,)


def test_stock_is_read_with_what_restricts_it():
    """A date as frames hold it, or as text; units by channel as JSON in a cell."""
    frame = pd.DataFrame(
        {
            "node": ["N1", "N2", "N3"],
            "sku": ["A", "A", "A"],
            "on_hand": [5, 7, 9],
            "expires_on": [pd.Timestamp("2026-03-09"), None, "2026-03-10"],
            "allocated": [None, '{"web": 2}', {"app": 1.5}],
        }
    )

    made = inventory_from_frame(frame)

    assert dict(made.restrictions) == {
        ("N1", "A"): Restriction(date(2026, 3, 9)),
        ("N2", "A"): Restriction(None, {"web": 2.0}),
        ("N3", "A"): Restriction(date(2026, 3, 10), {"app": 1.5}),
    }
    assert [made.available(name, "A") for name in ("N1", "N2", "N3")] == [5, 7, 9]


def test_stock_is_written_with_what_restricts_it():
    """A date and units by channel, as text; nothing where nothing does."""
    bound = stock(N1={"A": 5, "B": 1})
    bound.restrict("N1", "A", expires_on=date(2026, 3, 9), allocated={"web": 2})

    written = to_frames(Scenario("s", network(node("N1")), bound))

    assert written["stock"][["expires_on", "allocated"]].isna()[1:].all(axis=None)
    assert written["stock"]["expires_on"][0] == "2026-03-09"
    assert written["stock"]["allocated"][0] == '{"web": 2.0}'
    assert scenario_from_frames(written, name="s").inventory == bound


def test_stock_of_numpy_numbers_in_an_object_column_is_read():
    """Values that have to be looked at one by one are as good as any."""
    on_hand = np.array([np.float32(5), 7], dtype=object)
    frame = pd.DataFrame({"node": ["N1", "N2"], "sku": ["A", "A"], "on_hand": on_hand})

    made = inventory_from_frame(frame)

    assert made == stock(N1={"A": 5}, N2={"A": 7})


def test_faults_of_stock_name_the_row():
    """Each row and column, a pair given twice, an arrival without a row."""
    frame = pd.DataFrame(
        {
            "node": ["N1", "N1", "N2", None, "N3"],
            "sku": ["A", "A", "A", "A", "A"],
            "on_hand": [1.0, 2.0, -1.0, np.nan, 3.0],
            "reserved": ["x", None, None, None, None],
        }
    )
    inbound = pd.DataFrame(
        {"node": ["N9"], "sku": ["A"], "at": ["2026-01-01T00:00:00Z"], "quantity": [3]}
    )

    assert faults(inventory_from_frame, frame, inbound=inbound) == [
        ("stock[0].reserved", "wrong_type"),
        ("stock[2].on_hand", "out_of_range"),
        ("stock[3].node", "missing"),
        ("stock[3].on_hand", "missing"),
        ("stock[1]", "duplicate_id"),
        ("inbound[0]", "unknown_id"),
    ]


def test_a_hundred_thousand_stock_rows_are_read_as_columns(monkeypatch):
    """No object is made for a plain row."""
    monkeypatch.setattr("domroute.files.intake.stock.Stock", None)
    frame = pd.DataFrame(
        {
            "node": np.repeat(np.arange(1000), 100),
            "sku": np.tile(np.arange(100), 1000),
            "on_hand": np.arange(100_000) % 7,
        }
    )

    made = inventory_from_frame(frame)

    assert len(made) == 100_000
    assert made.available("12", "34") == 1234 % 7  # row 12 x 100 + 34


def test_lines_find_their_orders():
    """Lines keep their order and may have a delivery of their own."""
    made = orders_from_frame(
        orders(method=["ship"]),
        lines(method=["pickup", None], delivery_node=["S7", None]),
    )

    (o1,) = made
    assert [line.id for line in o1.lines] == ["l1", "l2"]
    assert o1.lines[0].delivery == Delivery(method=Method.PICKUP, node="S7")
    assert o1.lines[1].delivery is None


@pytest.mark.parametrize("absent", [None, np.nan, pd.NA])
def test_orders_may_say_what_they_count_for(absent):
    """Whole numbers of a column with a gap are floats, and whole all the same."""
    two = pd.DataFrame(
        {
            "id": ["o1", "o2"],
            "lat": [1.0, 1.0],
            "lon": [2.0, 2.0],
            "priority": [3, absent],
            "weight": [absent, 2],
        }
    )

    made = orders_from_frame(two, lines(order=["o1", "o2"]))

    assert [(o.priority, o.weight) for o in made] == [(3, 1.0), (0, 2.0)]


def test_faults_of_orders_name_the_table_and_row():
    """A fault of a line is said of the table of lines."""
    bad = lines(
        order=["o1", "o9"],
        quantity=[-1, 1],
        method=["pickup", None],
        to_lat=[9.0, None],
    )

    assert faults(orders_from_frame, orders(method=["drone"]), bad) == [
        ("lines[1].order", "unknown_id"),
        ("lines[0].quantity", "out_of_range"),
        ("lines[0].to_lon", "missing"),
        ("orders[0].method", "unknown_value"),
    ]


def test_lines_without_the_column_of_orders_are_one_fault():
    """Nobody knows whose they are, and nothing more is said of the orders."""
    assert faults(orders_from_frame, orders(), lines().drop(columns="order")) == [
        ("lines.order", "missing")
    ]


def test_quotes_are_read_from_frames():
    """Each table is optional; a service may be absent."""
    shipments = pd.DataFrame(
        {
            "order": ["o1", "o1"],
            "node": ["N1", "N2"],
            "service": [None, "air"],
            "cost": [5.0, 6.0],
        }
    )
    units = pd.DataFrame(
        {"order": ["o1"], "line": ["l1"], "node": ["N1"], "cost": [0.5]}
    )
    workload = units.rename(columns={"cost": "workload"})

    made = quotes_from_frames(shipments=shipments, units=units, workload=workload)

    assert made.shipments == {("o1", "N1"): 5.0, ("o1", "N2", "air"): 6.0}
    assert made.units == made.workload == {("o1", "l1", "N1"): 0.5}
    twice = pd.concat([units, units])
    assert faults(quotes_from_frames, units=twice) == [
        ("unit_quotes[1]", "duplicate_id")
    ]


def test_a_scenario_of_frames_is_checked_whole():
    """Tables that are missing or unknown, and names that are not there."""
    scenario = Scenario(
        "small",
        network(node("N1"), items="AB"),
        stock(N1={"A": 5}),
        [order(A=1)],
    )
    frames = to_frames(scenario)
    frames["lines"]["sku"] = "Z"

    assert faults(scenario_from_frames, frames) == [("lines[0].sku", "unknown_id")]
    del frames["items"]
    frames["prices"] = frames["nodes"]
    assert faults(scenario_from_frames, frames) == [
        ("prices", "unknown_field"),
        ("items", "missing"),
    ]


def test_an_absent_column_of_nodes_makes_no_rule_unknown():
    """Rules are not measured by nodes that could not be read."""
    frames = to_frames(Scenario("x", network(node("N1"), node("N2")), Inventory()))
    policy = Policy(rules=[ExcludedNodes(nodes=NodeFilter(ids=["N1"]))])
    frames["nodes"] = frames["nodes"].drop(columns="lat")

    assert faults(scenario_from_frames, frames, policy=policy) == [
        ("nodes.lat", "missing")
    ]
