"""Corners where a solver, a ledger or a writer is easily wrong."""

import os
from pathlib import Path

import numpy as np
import pytest

from domroute import (
    Capacity,
    Handling,
    InputError,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    Quotes,
    Router,
    SolveOptions,
    SplitLimits,
    Status,
    Stock,
)
from domroute.cli import main

HERE = Location(lat=40.0, lon=-75.0)


def one_line(quantity=1):
    """Return an order of one line."""
    line = Line(id="l", sku="A", quantity=quantity)
    return Order(id="o", destination=HERE, lines=[line])


@pytest.mark.parametrize("method", ["auto", "mip"])
def test_fewest_shipments_fill_before_they_save(method):
    """Least unfilled comes first, also where a part of a split must be worth enough."""
    network = Network(
        nodes=[Node(id="n", location=HERE, cost={"per_shipment": 12.0})],
        items=[Item(sku="A", unit_price=5)],
    )
    policy = Policy(
        costs=[Handling()],
        unfilled_penalty=10.0,
        objective="fewest_shipments",
        splits=SplitLimits(min_part_value=10.0),
        solve=SolveOptions(method=method),
    )

    result = Router(
        network, Inventory([Stock(node="n", sku="A", on_hand=5)]), policy
    ).route(one_line())

    # Shipping costs 12 and leaving the unit 10: by cost alone nothing would ship.
    assert result.cost == pytest.approx(12.0)
    assert not result.plan.unfilled


def test_workload_of_nothing_fits_a_full_node():
    """A unit quoted at no workload needs no capacity."""
    full = Capacity(limit=0, measure="workload")
    network = Network(
        nodes=[Node(id="n", location=HERE, capacity=full)], items=[Item(sku="A")]
    )
    router = Router(
        network,
        Inventory([Stock(node="n", sku="A", on_hand=5)]),
        Policy(unfilled_penalty=None),
    )

    free = router.route(one_line(), quotes=Quotes(workload={("o", "l", "n"): 0.0}))
    counted = router.route(one_line())

    assert free.status is Status.OPTIMAL
    assert counted.status is Status.INFEASIBLE


def test_network_without_nodes_is_explained():
    """There is nothing to compare, and that is said."""
    router = Router(Network(nodes=[], items=[Item(sku="A")]), Inventory([]))

    explanation = router.explain(one_line())

    assert explanation.nodes == ()
    assert "no node has any available" in str(explanation)


@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf"), "x"])
def test_time_limit_is_a_positive_number(limit):
    """Anything else is refused before the search."""
    router = Router(Network(nodes=[], items=[Item(sku="A")]), Inventory([]))

    with pytest.raises(InputError) as caught:
        router.route(one_line(), time_limit_s=limit)

    assert caught.value.issues[0].where == "time_limit_s"


def test_time_limit_holds_with_capacities():
    """A large order over limited nodes comes back with a plan that fills most of it."""
    rng = np.random.default_rng(0)
    skus = [f"s{i}" for i in range(150)]
    nodes = [
        Node(
            id=f"n{i}",
            location=Location(lat=30.0 + i / 10, lon=-90.0),
            capacity=Capacity(limit=int(rng.integers(20, 100)), measure="units"),
        )
        for i in range(80)
    ]
    held = [
        Stock(node=node.id, sku=sku, on_hand=int(rng.integers(1, 5)))
        for node in nodes
        for sku in skus
        if rng.random() < 0.3
    ]
    network = Network(nodes=nodes, items=[Item(sku=sku, weight_kg=1.0) for sku in skus])
    lines = [Line(id=sku, sku=sku, quantity=int(rng.integers(1, 4))) for sku in skus]
    order = Order(id="o", destination=HERE, lines=lines)
    policy = Policy()
    router = Router(network, Inventory(held), policy)

    result = router.route(order, time_limit_s=1)
    filled = sum(shipment.units for shipment in result.plan.shipments)

    # The start of the search once took minutes here, whatever the limit.
    assert result.bound <= result.cost < policy.unfilled_penalty * len(lines)
    assert filled + sum(part.quantity for part in result.plan.unfilled) == sum(
        line.quantity for line in lines
    )


def test_output_is_written_through_links_and_pipes(tmp_path, monkeypatch):
    """A link keeps pointing where it did, and its target holds what was written."""
    (tmp_path / "kept.json").write_text("old", encoding="utf-8")
    (tmp_path / "link.json").symlink_to("kept.json")
    monkeypatch.chdir(tmp_path)

    assert main(["route", "bundled:tiny", "--order", "o01", "--out", "link.json"]) == 0
    assert main(["route", "bundled:tiny", "--order", "o01", "--out", os.devnull]) == 0

    assert (tmp_path / "link.json").is_symlink()
    assert "o01" in (tmp_path / "kept.json").read_text(encoding="utf-8")
    assert not Path(os.devnull).is_file()
