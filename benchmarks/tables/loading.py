"""What it takes to load stock, to compile a router and to import the library."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd

from benchmarks.case import HERE
from benchmarks.measure import clock
from benchmarks.report import Table
from domroute import Inventory, Item, Network, Node, Router, Scenario
from domroute.frames import inventory_from_frame
from domroute.jsonio import scenario_from_json, scenario_to_json

_IMPORTS = 7
_LAZY = ("ortools", "pandas", "geopy")


def loading(*, full: bool) -> list[Table]:
    """Load stock rows from arrays, a frame and JSON, and compile a router over them."""
    table = Table(
        "Loading",
        "Seconds. Rows are (node, SKU, units on hand, reserved, safety); the JSON is a "
        "whole scenario and is read and checked; the frame is checked cell by cell.",
        ["stock rows", "arrays", "frame", "JSON", "compile a router"],
    )
    for rows in (10**5, 10**6) if full else (10**5,):
        network, columns = _draw(rows)
        inventory, arrays_s = clock(_from_arrays, columns)
        frame = pd.DataFrame(columns)
        framed, frame_s = clock(inventory_from_frame, frame)
        assert len(framed) == len(inventory) == rows
        text = scenario_to_json(
            Scenario(name="stock", network=network, inventory=inventory)
        )
        scenario, json_s = clock(scenario_from_json, text)
        assert len(scenario.inventory) == rows
        _, router_s = clock(Router, network, inventory)
        seconds = (arrays_s, frame_s, json_s, router_s)
        table.rows.append([f"{rows:,}", *(f"{took:.2f}" for took in seconds)])
    table.notes.append(_say_import())
    return [table]


def _from_arrays(columns: dict[str, list]) -> Inventory:
    counts = {name: np.array(columns[name]) for name in ("reserved", "safety")}
    on_hand = np.array(columns["on_hand"])
    return Inventory.from_columns(columns["node"], columns["sku"], on_hand, **counts)


def _draw(rows: int) -> tuple[Network, dict[str, list]]:
    rng = np.random.default_rng(0)
    K = rows // 100
    nodes = [f"N{n:03d}" for n in range(100)]
    skus = [f"K{k:06d}" for k in range(K)]
    network = Network(
        nodes=[Node(id=node, location=HERE) for node in nodes],
        items=[Item(sku=sku) for sku in skus],
    )
    columns = {
        "node": nodes * K,
        "sku": [sku for sku in skus for _ in nodes],
        "on_hand": rng.integers(0, 50, rows).astype(float).tolist(),
        "reserved": rng.integers(0, 5, rows).astype(float).tolist(),
        "safety": rng.integers(0, 3, rows).astype(float).tolist(),
    }
    return network, columns


def _say_import() -> str:
    script = (
        "import time, sys; t = time.perf_counter(); import domroute; "
        f"print(time.perf_counter() - t, *[m for m in {_LAZY} if m in sys.modules])"
    )
    runs = [
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(_IMPORTS)
    ]
    assert all(len(run) == 1 for run in runs), "a lazy module was loaded"
    took = sorted(float(run[0]) for run in runs)
    return (
        f"`import domroute`: {took[len(took) // 2]:.2f} s (median of {_IMPORTS} fresh "
        f"interpreters, {took[0]:.2f} to {took[-1]:.2f}); none of "
        f"{', '.join(_LAZY)} is loaded."
    )
