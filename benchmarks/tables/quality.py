"""How far above the optimum other rules end, and our own fallback."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.baselines.pricing import Prices
from benchmarks.baselines.rule_chains import chains_of
from benchmarks.families.networks import Shape, draw_stream
from benchmarks.published import DATA, routed_cases
from benchmarks.report import Table
from domroute import Policy

_GREEDY = Policy(solve={"method": "greedy"})
_TOLERANCE = 1e-6
_STOCKED = 0.3
"""Thin enough that the nearest nodes seldom hold everything."""


def above_optimum(*, full: bool) -> list[Table]:
    """Price rule chains and our greedy fallback beside the proven optimum."""
    table = Table(
        "Cost above the optimum",
        "The same orders by the rules of today's engines, priced by the same policy: "
        "total over orders above the total of the proven optima, and the share "
        "of orders that end above theirs. 50 nodes that hold 30 % of the SKUs, 1 to 5 "
        "lines.",
        [
            "rule",
            "mixed node costs",
            "orders above",
            "equal node costs",
            "orders above",
        ],
    )
    columns = [
        _column(mixed=mixed, orders=1000 if full else 200) for mixed in (True, False)
    ]
    for rule in columns[0]:
        table.rows.append([rule, *columns[0][rule], *columns[1][rule]])
    return [table, *([_engine()] if DATA.exists() else [])]


def _column(*, mixed: bool, orders: int) -> dict[str, tuple[str, str]]:
    stream = draw_stream(Shape(orders=orders, mixed=mixed, stocked=_STOCKED), seed=1)
    prices, router, greedy = Prices(stream), stream.router(), stream.router(_GREEDY)
    results = [router.route(order) for order in stream.orders]
    assert all(result.is_optimal for result in results)
    best = np.array([result.cost for result in results])
    quick = [greedy.route(order).cost for order in stream.orders]
    found = {"our greedy fallback": _above(np.array(quick), best)}
    for rule, chain in chains_of(prices).items():
        costs = [prices.cost_of(order, chain(order)) for order in stream.orders]
        found[rule] = _above(np.array(costs), best)
    return found


def _above(costs: np.ndarray, best: np.ndarray) -> tuple[str, str]:
    assert (costs >= best - _TOLERANCE).all()
    share = float((costs > best + _TOLERANCE).mean())
    return f"+{costs.sum() / best.sum() - 1:.2%}", f"{share:.0%}"


def _engine() -> Table:
    table = Table(
        "200 recorded orders over ten centers",
        "What a public order-routing engine and two other rule chains were recorded to "
        "make of 200 orders, beside the optimum that we prove for every one.",
        ["rule", "cost", "above", "orders above", "shipments"],
    )
    cases = routed_cases()
    results = [told.case.route() for told in cases]
    assert all(result.is_optimal for result in results)
    best = np.array([result.cost for result in results])
    proven = np.array([told.costs["optimum"] for told in cases])
    assert (np.abs(best - proven) < 2 * _TOLERANCE).all()
    shipments = sum(len(result.plan.shipments) for result in results)
    rows = [("domroute", best, shipments)]
    for chain in cases[0].costs:
        if chain != "optimum":
            costs = np.array([told.costs[chain] for told in cases])
            rows.append((chain, costs, sum(told.shipments[chain] for told in cases)))
    for name, costs, count in rows:
        above = (costs > best + 2 * _TOLERANCE).mean()
        table.rows.append(
            [
                name,
                f"{math.fsum(costs):,.2f}",
                f"+{costs.sum() / best.sum() - 1:.2%}",
                f"{above:.0%}",
                str(count),
            ]
        )
    return table
