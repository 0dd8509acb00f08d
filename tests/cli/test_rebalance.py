"""``domroute rebalance``: a backlog routed again together, from files and to them."""

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
    """Save two orders of one A at N1, which closes; N2 has one A for them."""
    network = Network(
        nodes=[node(name, per_shipment=cost) for name, cost in (("N1", 1), ("N2", 2))],
        items=[Item(sku="A")],
    )
    orders = [
        order(name, A=1).model_copy(update={"placed_at": NOON, "tier": tier})
        for name, tier in (("o1", None), ("o2", "gold"))
    ]
    held = stock(N1={"A": 2}, N2={"A": 1})
    save_scenario(Scenario("s", network, held, orders), tmp_path / "s.json")
    results = Router(network, held).route_batch(orders)
    (tmp_path / "r.json").write_text(results_to_json(results))
    write(tmp_path / "e.json", {"event": "closed", "node": "N1"})
    return tmp_path


def write(path, row):
    """Write what happens an hour after noon."""
    path.write_text(json.dumps([{"at": "2026-03-02T13:00:00Z", **row}]))


def run(capsys, *argv):
    """Run a command; return its exit code, and what it printed and said."""
    code = main(["rebalance", *(str(part) for part in argv)])
    return code, *capsys.readouterr()


def test_tier_that_is_named_comes_first(files, capsys):
    """Gold has the A that is left; that the other has none is told by the status."""
    paths = files / "s.json", files / "r.json", files / "e.json"

    code, out, _ = run(capsys, *paths, "--tier", "gold")

    values = json.loads(out)
    one, two = values["results"]
    assert code == 1
    assert [tier["name"] for tier in values["tiers"]] == ["gold", None]
    assert one["result"]["unfilled"][0]["quantity"] == 1
    assert two["added"][0]["node_id"] == "N2"


def test_answer_is_read_again(files, capsys):
    """N1 opens again, and both are filled."""
    paths = files / "s.json", files / "r.json", files / "e.json"
    run(capsys, *paths, "--out", files / "a.json")
    write(files / "e.json", {"event": "reopened", "node": "N1"})

    code, out, _ = run(capsys, files / "s.json", files / "a.json", files / "e.json")

    values = json.loads(out)
    assert code == 0
    assert [one["result"]["unfilled"] for one in values["results"]] == [[], []]


def test_text_says_what_became_of_tiers(files, capsys):
    """A table of them."""
    paths = files / "s.json", files / "r.json", files / "e.json"

    _, out, _ = run(capsys, *paths, "--format", "text", "--tier", "gold")

    assert "others" in out
    assert "moved" in out


def test_what_is_wrong_is_told(files, capsys):
    """Status 2, and the place."""
    paths = files / "s.json", files / "r.json", files / "e.json"

    code, out, err = run(capsys, *paths, "--tier", "gold", "--tier", "gold")

    assert code == 2
    assert "tiers[1]" in out + err
