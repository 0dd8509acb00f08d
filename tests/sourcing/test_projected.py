"""Large orders by their ships alone: the same optimum, and a bound that holds."""

import numpy as np
import pytest

from domroute import (
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
from domroute.sourcing import mip, projected
from domroute.sourcing.proof import Proof

HERE = Location(lat=40.0, lon=-75.0)


def draw(seed, lines=5, nodes=4, **policy):
    """Draw an order at quoted costs over nodes that hold a few units each."""
    rng = np.random.default_rng(seed)
    names = [f"n{i}" for i in range(nodes)]
    skus = [f"s{i}" for i in range(lines)]
    network = Network(
        nodes=[Node(id=name, location=HERE) for name in names],
        items=[Item(sku=sku) for sku in skus],
    )
    stock = [
        Stock(node=name, sku=sku, on_hand=int(rng.integers(0, 4)))
        for name in names
        for sku in skus
    ]
    order = Order(
        id="o",
        destination=HERE,
        lines=[Line(id=s, sku=s, quantity=int(rng.integers(1, 4))) for s in skus],
    )
    quotes = Quotes(
        shipments={("o", name): float(rng.integers(2, 12)) for name in names},
        units={
            ("o", sku, name): float(rng.integers(0, 9))
            for sku in skus
            for name in names
        },
    )

    def route(method):
        settled = Policy(
            costs=[],
            solve=SolveOptions(method=method, tuning={"program": {"large": 1}}),
            **{"unfilled_penalty": 7, **policy},
        )
        return Router(network, Inventory(stock), settled).route(order, quotes=quotes)

    return route


@pytest.mark.parametrize("seed", range(40))
def test_projected_program_finds_the_optimum(seed):
    """Whatever stays unfilled, it proves what the dynamic program proves."""
    route = draw(seed)

    exact, large = route("subset"), route("mip")

    assert large.status is Status.OPTIMAL
    assert large.cost == pytest.approx(exact.cost)
    assert large.bound <= exact.cost + 1e-6


@pytest.mark.parametrize(
    "policy",
    [{"splits": SplitLimits(max_shipments=2)}, {"unfilled_penalty": None}],
)
def test_coupled_orders_keep_their_takes(policy, monkeypatch):
    """Where lines meet at more than the nodes, or must be filled, it is not asked."""
    asked = []
    monkeypatch.setattr(mip, "solve_projected", lambda *_, **__: asked.append(1))
    route = draw(3, **policy)

    exact, large = route("subset"), route("mip")

    assert not asked
    assert large.cost == pytest.approx(exact.cost)


def test_no_time_leaves_the_start(monkeypatch):
    """Out of time, the bound says nothing and the greedy's plan stands."""
    proofs = []
    solve = projected.solve_projected

    def hurried(table, **given):
        proofs.append(Proof())
        solve(table, **{**given, "time_limit_s": 0.0, "proof": proofs[-1]})

    monkeypatch.setattr(mip, "solve_projected", hurried)

    result = draw(1)("mip")

    assert [proof.bound for proof in proofs] == [-np.inf]
    assert result.plan.shipments
    assert result.bound <= result.cost
