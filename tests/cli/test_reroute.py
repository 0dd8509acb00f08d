"""``domroute reroute``: what to do after what has happened, from files and to them."""

import json
from datetime import UTC, datetime

import pytest

from builders import node, order, stock
from domroute.cli import main
from domroute.jsonio import results_to_json, save_scenario
from domroute.network import Item, Network
from domroute.router import Router
from domroute.scenario import Scenario

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def files(tmp_path):
    """Save two orders of one A, their results and an event; return the paths."""
    network = Network(
        nodes=[node(name, per_shipment=cost) for name, cost in (("N1", 1), ("N2", 2))],
        items=[Item(sku="A")],
    )
    orders = [
        order(name, A=1).model_copy(update={"placed_at": NOON}) for name in ("o1", "o2")
    ]
    held = stock(N1={"A": 2}, N2={"A": 1})
    save_scenario(Scenario("s", network, held, orders), tmp_path / "s.json")
    results = [Router(network, held).route(one) for one in orders]
    (tmp_path / "r.json").write_text(results_to_json(results))
    write(tmp_path / "e.json", "o1", "N1", "13")
    return tmp_path


def write(path, order_id, node_id, hour):
    """Write a refusal."""
    at = f"2026-03-02T{hour}:00:00Z"
    row = {"event": "rejected", "at": at, "order": order_id, "node": node_id}
    path.write_text(json.dumps([row]))


def run(capsys, *argv):
    """Run a command; return its exit code, and what it printed and said."""
    code = main(["reroute", *(str(part) for part in argv)])
    return code, *capsys.readouterr()


def test_refused_order_goes_elsewhere(files, capsys):
    """The first goes to N2; the second is not concerned."""
    paths = files / "s.json", files / "r.json", files / "e.json"

    code, out, _ = run(capsys, *paths)

    one, two = json.loads(out)
    assert code == 0
    assert one["result"]["shipments"][0]["node_id"] == "N2"
    assert one["freed"][0]["node_id"] == "N1"
    assert two["changes"] == []


def test_answer_is_read_again_with_its_state(files, capsys):
    """N2 says no as well: nobody is left, and that is told by the exit status."""
    paths = files / "s.json", files / "r.json", files / "e.json"
    run(capsys, *paths, "--order", "o1", "--out", files / "a.json")
    write(files / "e.json", "o1", "N2", "14")

    code, out, _ = run(capsys, files / "s.json", files / "a.json", files / "e.json")

    (one,) = json.loads(out)
    assert code == 1
    assert one["status"] == "unfilled"
    assert one["state"]["attempts"] == [["A", 2]]


def test_text_says_what_moves(files, capsys):
    """A table of lines, before and after."""
    paths = files / "s.json", files / "r.json", files / "e.json"

    code, out, _ = run(capsys, *paths, "--format", "text", "--order", "o1")

    assert code == 0
    assert "1 at N1" in out
    assert "1 at N2" in out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("e.json", "{}", "should be a list of events"),
        ("e.json", "[3]", "events[0]: should be an event of a re-routing"),
        ("e.json", "[", "is not JSON"),
        ("r.json", "[", "is not JSON"),
    ],
)
def test_what_is_wrong_is_told(files, capsys, name, text, said):
    """Status 2, and the place."""
    (files / name).write_text(text)

    code, out, err = run(capsys, files / "s.json", files / "r.json", files / "e.json")

    assert code == 2
    assert said in out + err


def test_unknown_orders_are_refused(files, capsys):
    """An order that is asked for and has no result."""
    paths = files / "s.json", files / "r.json", files / "e.json"

    code, out, err = run(capsys, *paths, "--order", "o9")

    assert code == 2
    assert "'o9' has no result" in out + err


def test_an_order_with_two_results_is_refused(files, capsys):
    """Which of them is the plan?"""
    rows = json.loads((files / "r.json").read_text())
    (files / "r.json").write_text(json.dumps([*rows, rows[1]]))

    code, out, err = run(capsys, files / "s.json", files / "r.json", files / "e.json")

    assert code == 2
    assert "order 'o2' has 2 results [duplicate_id]" in out + err


def test_faults_of_events_of_all_orders_are_listed(files, capsys):
    """Not those of the first order alone."""
    at = "2026-03-02T13:00:00Z"
    strange = {"event": "rejected", "at": at, "order": "o1", "node": "N9"}
    other = {"event": "rejected", "at": at, "order": "o2", "node": "N1", "line": "l9"}
    (files / "e.json").write_text(json.dumps([strange, other]))

    code, out, err = run(capsys, files / "s.json", files / "r.json", files / "e.json")

    assert code == 2
    for said in ("events[0].node: 'N9' is not a node", "events[1].line: 'l9' is not"):
        assert said in out + err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"event": "late"}, "'moved', got 'late' [unknown_value]"),
        ({}, "needs 'event', which says what kind it is"),
        ({"event": "rejected", "at": "soon"}, "should be a moment, as 2026-01-31T12"),
    ],
)
def test_what_an_event_should_be_is_said(files, capsys, row, said):
    """And not in the words of a library."""
    (files / "e.json").write_text(json.dumps([row]))

    code, out, err = run(capsys, files / "s.json", files / "r.json", files / "e.json")

    assert code == 2
    assert said in out + err
