"""What one order takes, verified result included, beside CP-SAT in the same loop."""

from __future__ import annotations

import itertools

import numpy as np

from benchmarks.baselines.cpsat import SETTINGS, CpSat, Setting
from benchmarks.baselines.pricing import Prices
from benchmarks.case import Stream
from benchmarks.families.networks import Shape, draw_stream
from benchmarks.measure import Spread, clock, milliseconds, spin
from benchmarks.report import Table
from domroute import Router

# Nodes, orders, of those also for CP-SAT, and what CP-SAT may take over one (seconds).
_FULL = ((50, 1000, 100, 10.0), (300, 600, 20, 20.0), (2000, 300, 6, 30.0))
_SHORT = ((50, 400, 20, 10.0), (300, 200, 4, 20.0), (2000, 100, 0, 0.0))
_TOLERANCE = 1e-6


def latency(*, full: bool) -> list[Table]:
    """Route the same orders with our router and with a CP-SAT model, turn by turn."""
    table = Table(
        "One order of 1 to 5 lines",
        "Milliseconds an order, warm router, costs by term and verification included; the "
        "same orders as a CP-SAT model in the same loop, at the same cost (asserted) or "
        "stopped at a limit. The bundled tariff has 8 zones and 70 weight steps.",
        [
            "nodes",
            "p50",
            "p90",
            "p99",
            "CP-SAT p50",
            "p90",
            "p99",
            "x at p50",
            "x at p99",
        ],
    )
    lines = Table(
        "The same by lines",
        "Median milliseconds an order.",
        ["nodes", *(f"{count} lines" for count in range(1, 6))],
    )
    for N, count, beside, limit_s in _FULL if full else _SHORT:
        stream = draw_stream(Shape(nodes=N, orders=count))
        prices, router = Prices(stream), stream.router()
        warm_up(router, stream)
        setting = _best_setting(prices, stream, limit_s / 3) if beside else None
        solver = CpSat(prices, setting, limit_s) if setting else None
        ours, theirs, noise, late = [], [], [], 0
        for at, order in enumerate(stream.orders):
            noise.append(spin())
            result, took = clock(lambda order=order: router.route(order))
            assert result.is_optimal
            ours.append(took)
            if solver and at < beside:
                (cost, proven), took = clock(lambda order=order: solver.solve(order))
                theirs.append(took)
                late += not proven
                assert cost >= result.cost - _TOLERANCE
                assert not proven or abs(cost - result.cost) <= _TOLERANCE
        found, quiet = Spread.of(ours), Spread.of(noise)
        row = [f"{N:,}", *found.cells]
        if theirs:
            # Ratios over the orders that both have solved, so that like meets like.
            other, same = Spread.of(theirs), Spread.of(ours[:beside])
            ratios = [f"{other.p50 / same.p50:,.0f}", f"{other.p99 / same.p99:,.0f}"]
            row += [*other.cells, *ratios]
            table.notes.append(
                f"{N:,} nodes: CP-SAT over the first {beside} orders, by the fastest of "
                f"six settings ({setting}); {late} not proven within {limit_s:.0f} s."
            )
        else:
            row += ["-"] * 5
        table.rows.append(row)
        table.notes.append(
            f"{N:,} nodes: {count} orders; a fixed piece of work between them took p50 "
            f"{milliseconds(quiet.p50)}, p99 {milliseconds(quiet.p99)} ms."
        )
        sizes = np.array([len(order.lines) for order in stream.orders])
        lines.rows.append(
            [
                f"{N:,}",
                *(
                    milliseconds(float(np.median(np.array(ours)[sizes == L])) * 1e3)
                    for L in range(1, 6)
                ),
            ]
        )
    return [table, lines]


def warm_up(router: Router, stream: Stream, count: int = 50) -> None:
    """Route some orders, so that what loads on first use is there."""
    for order in itertools.islice(itertools.cycle(stream.orders[-10:]), count):
        router.route(order)


def _best_setting(prices: Prices, stream: Stream, limit_s: float) -> Setting:
    """Try every setting on the last orders and keep the fastest in the median."""
    sample = stream.orders[-8:] if len(prices.nodes) <= 50 else stream.orders[-3:]
    took = {}
    for setting in SETTINGS:
        solver = CpSat(prices, setting, limit_s)
        took[setting] = np.median(
            [clock(lambda order=order, s=solver: s.solve(order))[1] for order in sample]
        )
    return min(took, key=took.get)
