"""How time and memory of a wave grow with orders, nodes, lines and quantities."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.families.waves import WaveShape
from benchmarks.report import Table

_ORDERS, _NODES, _LINES, _UNITS = 10_000, 100, 2, 1
_SHORT_ORDERS = 1_000
"""Orders of the short run where they are not what grows."""
_RATIO = 1.1
_SPREAD = 0.4
"""Units wanted of a SKU beside nodes: it is held by about three nodes of ten."""
_LIMIT_S, _SHORT_LIMIT_S = 10.0, 5.0
_PATIENCE_S = 900.0
"""After which a row is given up; pricing and writing know no limit of their own."""
_FULL: dict[str, tuple[int, ...]] = {
    "orders": (1_000, 10_000, 100_000),
    "nodes": (10, 100, 1_000),
    "lines": (1, 2, 5, 10, 20),
    "units a line": (1, 2, 3, 5),
}
_SHORT: dict[str, tuple[int, ...]] = {
    "orders": (300, 1_000, 3_000),
    "nodes": (10, 100),
    "lines": (1, 2, 5),
    "units a line": (1, 3),
}
_FEWER = {10: 500, 20: 20}
"""Orders of so many lines: tables of ten lines, and searches of twenty, take longer."""
_ABOUT = (
    "Otherwise {orders:,} orders, {nodes} nodes, {lines} lines of {units} unit, stock "
    f"{_RATIO:g} beside demand, and so many SKUs that each is held by about three "
    "nodes of ten. Every row is a process of its own. *compile* is what it takes to "
    "price the orders, *ask* to find the cheapest plan of every order at given prices "
    "(the median), *conclude* to write out and judge the plans: seconds, and "
    "microseconds an order. *search* is told to end after {limit:g} s, and is longer "
    "where the first plan of all orders takes longer; the gap is that of its end. "
    "Megabytes are the peak beyond the network and the orders, and kilobytes an order; "
    "where small waves are asked as one program, the solver and its model are most of "
    "it. *tabled* are orders priced side by "
    "side."
)


def growth_batch(*, full: bool) -> list[Table]:
    """Change one size at a time."""
    orders = _ORDERS if full else _SHORT_ORDERS
    limit = _LIMIT_S if full else _SHORT_LIMIT_S
    base = {"orders": orders, "nodes": _NODES, "lines": _LINES, "units": _UNITS}
    table = Table(
        "How the cost of a wave grows",
        _ABOUT.format(**base, limit=limit),
        [
            "what",
            "is",
            "orders",
            "tabled",
            "compile",
            "an order",
            "ask",
            "an order",
            "search",
            "conclude",
            "an order",
            "gap",
            "MB",
            "kB an order",
        ],
    )
    for what, values in (_FULL if full else _SHORT).items():
        for value in values:
            found = _measure(shape_at(what, value, orders), limit)
            if found is None:
                table.notes.append(f"{value:,} {what}: not done in {_PATIENCE_S:g} s.")
                continue
            table.rows.append([what, f"{value:,}", *_cells(found)])
            table.raw.append({"what": what, "is": value, **found})
    return [table]


def shape_at(what: str, value: int, orders: int) -> WaveShape:
    """Return a wave with one size changed, and as many SKUs as that asks for."""
    nodes = value if what == "nodes" else _NODES
    lines = value if what == "lines" else _LINES
    units = value if what == "units a line" else _UNITS
    if what == "orders":
        orders = value
    if what == "lines":
        orders = min(orders, _FEWER.get(value, orders))
    wanted = orders * lines * units
    return WaveShape(
        orders=orders,
        nodes=nodes,
        skus=max(lines, round(wanted / (_SPREAD * nodes))),
        ratio=_RATIO,
        lines=(lines, lines),
        units=(units,),
    )


def _measure(shape: WaveShape, limit_s: float) -> dict[str, float | None] | None:
    command = [sys.executable, "-m", "benchmarks.one_wave"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [*command, json.dumps(asdict(shape)), str(limit_s)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=_PATIENCE_S,
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout)


def _cells(found: dict[str, float | None]) -> list[str]:
    orders = found["orders"]
    cells = [f"{orders:,}", f"{found['tabled'] / orders:.0%}"]
    for name in ("compile_s", "ask_s", "search_s", "conclude_s"):
        seconds = found[name]
        cells.append(_seconds(seconds))
        if name != "search_s":
            cells.append("-" if seconds is None else _number(seconds / orders * 1e6))
    taken = found["peak_mb"] - found["before_mb"]
    gap = "-" if found["gap"] is None else f"{found['gap']:.2%}"
    return [*cells, gap, _number(taken), _number(taken * 1e3 / orders)]


def _seconds(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if value >= 1 else f"{value:.2g}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
