"""What it takes to count many cells of a ledger at once, beside a ledger made anew."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks.report import Table
from domroute import Inventory

_NODES = 100
_TURNS = 5


def counting(*, full: bool) -> list[Table]:
    """Apply feeds of several sizes, of cells that are there and of such as are not."""
    table = Table(
        "Counting many cells",
        "Milliseconds of CPU time of `Inventory.apply`: medians of turns, each beside "
        "one of `Inventory.from_columns` with all rows. Cells are drawn at random, "
        "names and figures come as lists.",
        [
            "stock rows",
            "cells counted",
            "set",
            "add",
            "new cells",
            "rebuild",
            "set / rebuild",
        ],
    )
    for rows in (10**5, 10**6) if full else (10**5,):
        columns = _columns(rows)
        for cells in (1, 1000, 10_000, 100_000):
            table.rows.append(_row(columns, rows, cells))
    table.notes.append(
        "New cells belong to SKUs that the ledger has, at nodes that it has not: all "
        "pages are laid out again."
    )
    return [table]


def _columns(rows: int) -> dict[str, list]:
    nodes = [f"N{n:03d}" for n in range(_NODES)]
    skus = [f"K{k:06d}" for k in range(rows // _NODES)]
    return {
        "node": nodes * len(skus),
        "sku": [sku for sku in skus for _ in nodes],
        "on_hand": np.random.default_rng(0).integers(0, 50, rows).tolist(),
    }


def _row(columns: dict[str, list], rows: int, cells: int) -> list[str]:
    rng = np.random.default_rng(1)
    picked = rng.permutation(rows)[:cells].tolist()
    counts = rng.integers(0, 50, cells).tolist()
    feed = {name: [columns[name][at] for at in picked] for name in ("node", "sku")}
    fresh = {
        "node": [f"M{at % _NODES:03d}" for at in range(cells)],
        "sku": [columns["sku"][at // _NODES * _NODES] for at in range(cells)],
    }
    ledger = Inventory.from_columns(**columns)
    turns = []
    for _ in range(_TURNS):
        new = ledger.copy()
        turns.append(
            (
                _spent(lambda: ledger.apply({**feed, "on_hand": counts})),
                _spent(lambda: ledger.apply({**feed, "on_hand": counts}, "add")),
                _spent(lambda: new.apply({**fresh, "on_hand": counts})),  # noqa: B023
                _spent(lambda: Inventory.from_columns(**columns)),
            )
        )
        assert len(new) == rows + cells
    milliseconds = [1000 * statistics.median(took) for took in zip(*turns, strict=True)]
    ratio = milliseconds[0] / milliseconds[-1]
    return [
        f"{rows:,}",
        f"{cells:,}",
        *(f"{value:.1f}" for value in milliseconds),
        f"{ratio:.3f}",
    ]


def _spent(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started
