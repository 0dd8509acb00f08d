"""Histories: tables to events and back, and every fault of them told at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import network, node, order
from domroute.errors import InputError
from domroute.events import (
    Canceled,
    Closed,
    Placed,
    Received,
    Rejected,
    Reopened,
    Returned,
    in_order,
)
from domroute.files.tabular import HISTORY_COLUMNS
from domroute.jsonio import save_scenario
from domroute.ledger.inventory import Inventory
from domroute.scenario import Scenario
from domroute.streams.decisions import decisions_from_frame
from domroute.streams.history import history_from_folder, history_from_frames
from domroute.streams.records import (
    events_from_json,
    events_to_frames,
    events_to_json,
)
from scenario_strategies import scenarios

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NETWORK = network(node("N1"), node("S7", kind="store"), items="AB")


def hours(count):
    """Return a moment some hours after noon, as text."""
    return (NOON + timedelta(hours=count)).isoformat()


def tables(**changed):
    """Make the tables of a small good history; some may be changed or left out."""
    made = {
        "orders": {
            "id": ["o1", "o2"],
            "lat": [40.0, 41.0],
            "lon": [-75.0, -74.0],
            "placed_at": [hours(0), hours(1)],
        },
        "lines": {
            "order": ["o1", "o1", "o2"],
            "id": ["l1", "l2", "l1"],
            "sku": ["A", "B", "A"],
            "quantity": [2, 1, 3],
        },
        "receipts": {
            "at": [hours(-1)],
            "node": ["N1"],
            "sku": ["A"],
            "quantity": [9],
        },
        "rejections": {
            "at": [hours(2), hours(2)],
            "order": ["o1", "o2"],
            "node": ["N1", "S7"],
            "line": ["l1", None],
            "quantity": [1, None],
            "is_lost": [True, None],
        },
        "closures": {
            "node": ["N1", "S7"],
            "closed_at": [hours(3), hours(4)],
            "reopened_at": [hours(5), None],
        },
        "cancellations": {"at": [hours(6)], "order": ["o2"], "line": [None]},
        "returns": {
            "at": [hours(70), hours(80)],
            "order": ["o1", "o1"],
            "line": ["l1", "l1"],
            "quantity": [1, 1],
            "node": ["S7", None],
            "to_stock": [True, False],
        },
    }
    made.update(changed)
    return {
        name: pd.DataFrame(columns)
        for name, columns in made.items()
        if columns is not None
    }


def faults(read, *args, **fields):
    """Return (place, code) of each fault of what is refused."""
    with pytest.raises(InputError) as caught:
        read(*args, **fields)
    return [(issue.where, issue.code) for issue in caught.value.issues]


def history_faults(**changed):
    """Return (place, code) of each fault of a history with changed tables."""
    return faults(history_from_frames, NETWORK, **tables(**changed))


# --- good histories -----------------------------------------------------------


def test_tables_become_events():
    """Every table gives its kind of events; together they go by time."""
    events = history_from_frames(NETWORK, **tables())

    assert [event.event for event in events] == [
        *("received", "placed", "placed", "rejected", "rejected", "closed"),
        *("closed", "reopened", "canceled", "returned", "returned"),
    ]
    assert events[0] == Received(at=hours(-1), node="N1", sku="A", quantity=9)
    assert events[1].order.lines[0].quantity == 2
    assert events[3] == Rejected(
        at=hours(2), order="o1", node="N1", line="l1", quantity=1, is_lost=True
    )
    assert events[4] == Rejected(at=hours(2), order="o2", node="S7")
    assert events[7] == Reopened(at=hours(5), node="N1")
    assert events[8] == Canceled(at=hours(6), order="o2")
    assert events[10] == Returned(
        at=hours(80), order="o1", line="l1", quantity=1, to_stock=False
    )


def test_orders_and_lines_are_enough():
    """A history of orders alone holds nothing but what was placed."""
    plain = {name: tables()[name] for name in ("orders", "lines")}

    assert [event.at for event in history_from_frames(NETWORK, **plain)] == [
        NOON,
        NOON + timedelta(hours=1),
    ]


def test_columns_of_pandas_kinds():
    """Moments as timestamps and whole numbers among absent ones are read as meant."""
    frames = tables()
    for name, column in (("orders", "placed_at"), ("closures", "reopened_at")):
        frames[name][column] = pd.to_datetime(frames[name][column], utc=True)
    frames["rejections"]["quantity"] = pd.array([1, None], dtype="Int64")

    assert history_from_frames(NETWORK, **frames) == history_from_frames(
        NETWORK, **tables()
    )


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_folder_is_read_as_frames_are(tmp_path, ending):
    """A folder of files gives the events that its frames give; others are left."""
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    (tmp_path / "notes.txt").write_text("not ours", encoding="utf-8")
    for name, frame in events_to_frames(
        history_from_frames(NETWORK, **tables())
    ).items():
        if ending == "csv":
            frame.to_csv(tmp_path / f"{name}.csv", index=False)
        else:
            frame.to_parquet(tmp_path / f"{name}.parquet")

    assert history_from_folder(tmp_path, NETWORK) == history_from_frames(
        NETWORK, **tables()
    )


def test_folder_of_a_scenario_is_a_history(tmp_path):
    """The orders of a saved scenario are read by the same columns."""
    wanted = [order("o1", A=1, placed_at=NOON)]
    scenario = Scenario("small", NETWORK, Inventory(), orders=wanted)
    save_scenario(scenario, tmp_path / "small")

    assert history_from_folder(str(tmp_path / "small"), NETWORK) == (
        Placed(order=wanted[0]),
    )


# --- there and back -----------------------------------------------------------


@st.composite
def streams(draw):
    """Draw a network and events that fit it, in any order."""
    scenario = draw(scenarios())
    nodes = st.sampled_from([part.id for part in scenario.network.nodes])
    skus = st.sampled_from([part.sku for part in scenario.network.items])
    later = st.integers(0, 10**9).map(lambda tick: timedelta(microseconds=tick))
    units = st.integers(1, 10**6)
    events = []
    for wanted in scenario.orders:
        placed_at = wanted.placed_at or NOON
        line = draw(st.sampled_from(wanted.lines))
        some = draw(st.integers(1, line.quantity))
        about = {"at": placed_at + draw(later), "order": wanted.id}
        changed = wanted.model_copy(update={"placed_at": placed_at})
        events += [
            Placed(order=changed),
            Rejected(**about, node=draw(nodes), is_lost=draw(st.booleans())),
            Rejected(**about, node=draw(nodes), line=line.id, quantity=some),
            Canceled(**about, line=draw(st.none() | st.just(line.id))),
            Returned(
                **about,
                line=line.id,
                quantity=some,
                node=draw(st.none() | nodes),
                to_stock=draw(st.booleans()),
            ),
        ]
    events = draw(st.lists(st.sampled_from(events), unique_by=id)) if events else []
    placed = {event.order.id for event in events if isinstance(event, Placed)}
    events = [
        event for event in events if isinstance(event, Placed) or event.order in placed
    ]
    for _ in range(draw(st.integers(0, 4))):
        at = NOON + draw(later)
        received = {"node": draw(nodes), "sku": draw(skus), "quantity": draw(units)}
        events.append(Received(at=at, **received))
    for part in scenario.network.nodes:
        moments = sorted(draw(st.sets(later, max_size=3)))
        events += [
            (Reopened if at % 2 else Closed)(at=NOON + moment, node=part.id)
            for at, moment in enumerate(moments)
        ]
    return scenario.network, draw(st.permutations(events))


@given(streams())
def test_frames_bring_events_back(stream):
    """Frames made of events give equal events, in the order of time."""
    net, events = stream

    again = history_from_frames(net, **events_to_frames(events))

    assert in_order(again) == again
    keys = [(event.at, event.event) for event in again]
    assert keys == [(event.at, event.event) for event in in_order(events)]
    assert all(event in events for event in again)


@given(streams())
def test_json_brings_events_back(stream):
    """Lines of JSON made of events give equal events in the same order."""
    _, events = stream
    text = events_to_json(events)

    assert text.count("\n") == len(events)
    assert list(events_from_json(text)) == events
    assert events_from_json(text.encode()) == tuple(events)


@settings(max_examples=15)
@given(streams())
def test_frames_keep_the_contract(stream):
    """Tables of history have the documented columns, in their order."""
    for name, frame in events_to_frames(stream[1]).items():
        if name in HISTORY_COLUMNS:
            names = [column.name for column in HISTORY_COLUMNS[name]]
            assert list(frame.columns) == names


def test_closures_that_no_table_can_hold_are_refused():
    """Closed twice, or reopened while open: both are told, by node."""
    events = [
        Closed(at=hours(0), node="N1"),
        Closed(at=hours(1), node="N1"),
        Reopened(at=hours(0), node="S7"),
    ]

    assert faults(events_to_frames, events) == [
        ("node 'S7'", "contradictory"),
        ("node 'N1'", "contradictory"),
    ]
    assert events_from_json(events_to_json(events)) == tuple(events)


# --- bad histories ------------------------------------------------------------


def test_all_faults_are_told_at_once():
    """Every kind of fault in every table, in one error, each with its row."""
    found = history_faults(
        orders={
            "id": ["o1", "o1", "o2", "o3"],
            "lat": [40.0, 40.0, 95.0, 41.0],
            "lon": [-75.0] * 4,
            "placed_at": [hours(0), hours(1), "2026-01-31T12:00:00", None],
        },
        lines={
            "order": ["o1", "o2", "o3", "o9", "o3"],
            "id": ["l1", "l1", "l1", "l1", "l2"],
            "sku": ["A", "Z", "A", "A", "A"],
            "quantity": [2, 1, -1, 1, 1.5],
        },
        receipts={
            "at": ["soon", None, hours(0), hours(0)],
            "node": ["N1", "N9", "N1", "N1"],
            "sku": ["A", "Z", "A", "A"],
            "quantity": [1, 1, 0, 2.5],
        },
        rejections={
            "at": [hours(-1), hours(1), hours(1)],
            "order": ["o1", "o8", "o1"],
            "node": ["N1", "N1", "N1"],
            "line": ["l1", None, None],
            "quantity": [3, None, 1],
        },
        closures={
            "node": ["N1", "S7", "S7", "N9"],
            "closed_at": [hours(3), hours(3), hours(4), None],
            "reopened_at": [hours(2), None, hours(9), None],
        },
        cancellations={"at": [hours(1)], "order": ["o1"], "line": ["l7"]},
        returns={
            "at": [hours(9), hours(8)],
            "order": ["o1", "o1"],
            "line": ["l1", "l1"],
            "quantity": [2, 1],
        },
    )

    assert found == [
        ("lines[3].order", "unknown_id"),
        ("orders[1].lines", "out_of_range"),  # its lines are those of the first
        ("orders[2].lat", "out_of_range"),
        ("orders[2].placed_at", "naive_datetime"),
        ("lines[2].quantity", "out_of_range"),
        ("lines[4].quantity", "wrong_type"),
        ("orders[1].id", "duplicate_id"),
        ("lines[1].sku", "unknown_id"),
        ("orders[3].placed_at", "missing"),
        ("receipts[0].at", "impossible_date"),
        ("receipts[1].at", "missing"),
        ("receipts[2].quantity", "out_of_range"),
        ("receipts[3].quantity", "wrong_type"),
        ("receipts[1].node", "unknown_id"),
        ("receipts[1].sku", "unknown_id"),
        ("rejections[2]", "contradictory"),  # units of which line?
        ("rejections[0].at", "too_early"),
        ("rejections[0].quantity", "out_of_range"),
        ("rejections[1].order", "unknown_id"),
        ("closures[3].closed_at", "missing"),
        ("closures[3].node", "unknown_id"),
        ("closures[0].reopened_at", "too_early"),
        ("closures[2].closed_at", "contradictory"),  # S7 is closed for good
        ("cancellations[0].line", "unknown_id"),
        ("returns[1].quantity", "out_of_range"),
    ]


def test_missing_columns_of_all_tables_are_told_at_once():
    """An absent column is one fault of its table, not one of each row."""
    found = history_faults(
        orders={"id": ["o1", "o2"], "lat": [1.0, 1.0], "lon": [1.0, 1.0]},
        receipts={"at": [hours(0)], "node": ["N1"]},
        rejections={"order": ["o1"], "node": ["N1"], "why": ["busy"]},
        closures={"node": ["N1"]},
        cancellations={"at": [hours(6)]},
        returns={"at": [hours(6)], "order": ["o1"], "line": ["l1"]},
    )

    assert found == [
        ("receipts.sku", "missing"),
        ("receipts.quantity", "missing"),
        ("rejections.why", "unknown_field"),
        ("rejections.at", "missing"),
        ("closures.closed_at", "missing"),
        ("cancellations.order", "missing"),
        ("returns.quantity", "missing"),
        ("orders.placed_at", "missing"),
    ]


def test_orders_without_names_cause_no_more_faults():
    """Where nobody knows the orders, nothing is said of rows that name one."""
    found = history_faults(
        orders={"lat": [1.0, 1.0], "lon": [1.0, 1.0], "placed_at": [hours(0)] * 2}
    )

    assert found == [("orders.id", "missing")]


def test_what_is_no_frame_is_told_beside_the_rest():
    """A list where a frame belongs does not hide the faults of other tables."""
    frames = tables(receipts={"at": [hours(0)]})
    frames["returns"] = [1]
    frames["lines"] = None

    assert faults(history_from_frames, NETWORK, **frames) == [
        ("lines", "wrong_type"),
        ("receipts.node", "missing"),
        ("receipts.sku", "missing"),
        ("receipts.quantity", "missing"),
        ("returns", "wrong_type"),
    ]


def test_messages_say_what_would_be_right():
    """Each sentence names the value, or the limit, that makes the row wrong."""
    frames = tables(
        rejections={"at": [hours(-1)], "order": ["o1"], "node": ["N1"]},
        closures={"node": ["N1"], "closed_at": [hours(3)], "reopened_at": [hours(2)]},
        returns={
            "at": [hours(9)] * 2,
            "order": ["o1"] * 2,
            "line": ["l1"] * 2,
            "quantity": [2, 1],
        },
    )
    with pytest.raises(InputError) as caught:
        history_from_frames(NETWORK, **frames)

    assert [issue.message for issue in caught.value.issues] == [
        "is before its order was placed, at 2026-01-31T12:00:00+00:00",
        "is not after it was closed, at 2026-01-31T15:00:00+00:00",
        "makes 3 units, with the rows before it, more than the 2 ordered",
    ]


def test_node_may_close_at_the_moment_it_reopens():
    """One closure may follow another without a gap."""
    closures = {
        "node": ["N1", "N1"],
        "closed_at": [hours(3), hours(1)],
        "reopened_at": [None, hours(3)],
    }

    events = history_from_frames(NETWORK, **tables(closures=closures))

    kinds = [event.event for event in events if isinstance(event, (Closed, Reopened))]
    assert kinds == ["closed", "reopened", "closed"]


def test_closure_is_held_against_the_one_before():
    """Of three closures of a node, only the one that begins too soon is told."""
    closures = {
        "node": ["N1", "N1", "N1"],
        "closed_at": [hours(1), hours(3), hours(4)],
        "reopened_at": [hours(2), hours(5), hours(6)],
    }

    assert history_faults(closures=closures) == [
        ("closures[2].closed_at", "contradictory")
    ]


def test_order_may_be_canceled_at_the_moment_it_is_placed():
    """Too early is before, not at the same moment."""
    cancellations = {"at": [hours(1)], "order": ["o2"]}

    events = history_from_frames(NETWORK, **tables(cancellations=cancellations))

    assert [event.event for event in events][2:4] == ["placed", "canceled"]


def test_folder_names_missing_files_and_bad_ones(tmp_path):
    """What is not there, and what is no table, are told together."""
    (tmp_path / "lines.csv").write_bytes(b"")
    (tmp_path / "receipts.parquet").write_bytes(b"junk")
    pytest.importorskip("pyarrow")

    assert faults(history_from_folder, tmp_path, NETWORK) == [
        ("orders", "missing"),
        ("lines.csv", "empty"),
        ("receipts.parquet", "not_parquet"),
    ]


def test_bad_lines_of_json_are_told_at_once():
    """Each bad line is named by its number; blank ones are skipped."""
    lines = [
        '{"event": "closed", "at": "2026-01-31T12:00:00Z", "node": "N1"}',
        "",
        "{",
        '{"event": "burnt", "at": "2026-01-31T12:00:00Z"}',
        '{"event": "closed", "at": "2026-01-31T12:00:00", "node": ""}',
        '{"event": "placed", "order": {"id": "o1", "lines": []}}',
        '{"event": "closed", "node": "N1", "node": "N2", "at": null}',
        "[]",
    ]

    assert faults(events_from_json, "\n".join(lines)) == [
        ("line 3", "not_json"),
        ("line 4", "unknown_value"),
        ("line 5.at", "naive_datetime"),
        ("line 5.node", "out_of_range"),
        ("line 6.order.lines", "out_of_range"),
        ("line 7.node", "duplicate_key"),
        ("line 7.at", "wrong_type"),
        ("line 8", "wrong_type"),
    ]


# --- past decisions -----------------------------------------------------------

ORDERS = [order("o1", A=2, B=1), order("o2", A=3)]


def decisions(*rows):
    """Make a frame of decisions."""
    return pd.DataFrame(rows, columns=["order", "line", "node", "quantity"])


def test_decisions_are_read_by_order():
    """Units by line and node; an order without rows decided nothing."""
    frame = decisions(("o1", "A", "N1", 1), ("o1", "A", "S7", 1), ("o1", "B", "S7", 1))

    assert decisions_from_frame(ORDERS, frame, network=NETWORK) == {
        "o1": {("A", "N1"): 1, ("A", "S7"): 1, ("B", "S7"): 1},
        "o2": {},
    }


def test_bad_decisions_are_told_at_once():
    """Unknown names, rows given twice, units beyond the line: all in one error."""
    frame = decisions(
        ("o1", "A", "N1", 1),
        ("o1", "A", "N1", 1),
        ("o9", "A", "N1", 1),
        ("o1", "C", "N9", 1),
        ("o2", "A", "N1", 4),
        ("o2", "A", "S7", 0.5),
        ("o2", "A", None, 0),
    )

    assert faults(decisions_from_frame, ORDERS, frame, network=NETWORK) == [
        ("decisions[5].quantity", "wrong_type"),
        ("decisions[6].node", "missing"),
        ("decisions[6].quantity", "out_of_range"),
        ("decisions[2].order", "unknown_id"),
        ("decisions[3].line", "unknown_id"),
        ("decisions[3].node", "unknown_id"),
        ("decisions[1]", "duplicate_id"),
        ("decisions[4].quantity", "out_of_range"),
    ]


def test_decisions_need_no_network():
    """Without a network any name of a node will do."""
    frame = decisions(("o2", "A", "somewhere", 3))

    found = decisions_from_frame(ORDERS, frame)

    assert found["o2"] == {("A", "somewhere"): 3}
