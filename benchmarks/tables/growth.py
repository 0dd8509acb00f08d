"""How the time of one order grows with lines, nodes, quantities, stock and SKUs."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.families.networks import Shape, draw_stream
from benchmarks.measure import Spread, clock
from benchmarks.report import Table
from benchmarks.tables.latency import warm_up

_BASE = Shape(nodes=50, orders=200, skus=200, lines=(3, 3), units=(1,))
_SWEEPS = {
    "lines": [
        (count, replace(_BASE, lines=(count, count), orders=200 if count <= 5 else 30))
        for count in (1, 2, 3, 5, 8, 10, 12, 15, 20)
    ],
    "nodes": [
        (count, replace(_BASE, nodes=count)) for count in (10, 50, 100, 300, 1000, 2000)
    ],
    "units a line": [
        (count, replace(_BASE, units=(count,), orders=200 if count <= 3 else 30))
        for count in (1, 2, 3, 5, 10, 20)
    ],
    "stocked share": [
        (share, replace(_BASE, stocked=share)) for share in (0.05, 0.3, 0.7, 1.0)
    ],
    "SKUs": [(count, replace(_BASE, skus=count)) for count in (200, 2000, 20_000)],
}
_SHORT = {"lines": 6, "nodes": 5, "units a line": 4, "stocked share": 4, "SKUs": 2}
_LIMIT_S = 10.0


def growth(*, full: bool) -> list[Table]:
    """Change one size at a time; the others stay as in the first sentence."""
    table = Table(
        "How the time of an order grows",
        "Otherwise 3 lines of one unit, 50 nodes that hold 70 % of 200 SKUs, 1 to 5 "
        "units each. Milliseconds an order; the share proven optimal within "
        f"{_LIMIT_S:.0f} s, and the methods that answered.",
        ["what", "is", "p50", "p90", "p99", "optimal", "method"],
    )
    for what, points in _SWEEPS.items():
        for value, shape in points if full else points[: _SHORT[what]]:
            stream = draw_stream(shape, seed=2)
            router = stream.router()
            warm_up(router, stream, 10)
            took, methods, proven = [], set(), 0
            for order in stream.orders:
                result, seconds = clock(router.route, order, time_limit_s=_LIMIT_S)
                took.append(seconds)
                methods.add(result.method)
                proven += result.is_optimal
            spread, share = Spread.of(took), proven / len(took)
            table.rows.append(
                [
                    what,
                    f"{value:,}",
                    *spread.cells,
                    f"{share:.0%}",
                    ", ".join(sorted(methods)),
                ]
            )
    return [table]
