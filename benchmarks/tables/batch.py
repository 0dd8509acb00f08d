"""Waves routed jointly and one by one; published assignment problems as batches."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from benchmarks.assignment import assignment_case, assignment_names
from benchmarks.baselines.in_turn import in_turn_by_router, policies_in_turn
from benchmarks.families.waves import WaveShape, draw_wave
from benchmarks.measure import clock
from benchmarks.published import DATA
from benchmarks.report import Table
from domroute import Status
from domroute.batch.loading import is_loaded, load

_SHORT = [
    (WaveShape(300, 45, 60, 1.1), 20.0),
    (WaveShape(2_000, 30, 300, 1.3), 20.0),
]
_FULL = [
    *_SHORT,
    (WaveShape(2_000, 30, 300, 1.02), 60.0),
    (WaveShape(20_000, 100, 1_000, 1.3, is_thin=True), 108.0),
    (WaveShape(20_000, 100, 1_000, 1.02, is_thin=True), 108.0),
    (WaveShape(20_000, 100, 1_000, 1.3), 108.0),
    (WaveShape(20_000, 100, 1_000, 1.02), 108.0),
]
_LARGEST = [
    (WaveShape(100_000, 500, 20_000, 1.05, units=(1,)), 58.0),
    (WaveShape(100_000, 500, 20_000, 1.05, units=(1, 1, 1, 2, 3)), 58.0),
    (WaveShape(100_000, 500, 20_000, 1.05), 57.0),
]


def batch(*, full: bool) -> list[Table]:
    """Route waves and assignment problems."""
    tables = [_waves(_FULL if full else _SHORT, ("NumPy", "compiled"))]
    if full:
        tables.append(_waves(_LARGEST, ("compiled",)))
    if DATA.exists():
        tables.append(_assignment(full=full))
    return tables


@contextmanager
def _by(kernel: str) -> Iterator[None]:
    """Keep the compiled kernel away, or see to it that it is there."""
    if kernel == "NumPy":
        # Once loaded it would be used again, for the next wave.
        search = "domroute.batch.search"
        with patch(f"{search}.load"), patch(f"{search}.is_loaded", return_value=False):
            yield
    else:
        load()
        if not is_loaded(wait_s=300):
            message = "the extra `fast` is not installed"
            raise RuntimeError(message)
        yield


def _waves(shapes: list[tuple[WaveShape, float]], kernels: tuple[str, ...]) -> Table:
    table = Table(
        f"Waves routed jointly, {' and '.join(kernels)}",
        "Orders x nodes x SKUs, and stock beside demand; lines of one to three units "
        "(of one, where it says so), one or two units put in a cell at a time (*thin*: "
        "and no more in all), the bundled tariff and mixed handling costs. *one by "
        "one*: exact, and by the greedy, each order reserving what it takes; in "
        "percent above the joint bound. Seconds are those of the joint run, from "
        "orders to judged plans; megabytes the most that the process had until then.",
        [
            "wave",
            "kernel",
            "cost",
            "bound",
            "gap",
            "one by one",
            "greedy",
            "steps",
            "seconds",
            "MB",
        ],
    )
    for shape, limit in shapes:
        wave = draw_wave(shape)
        policies = policies_in_turn(wave.policy)
        chains = [
            in_turn_by_router(wave, policies[name]) for name in ("one by one", "greedy")
        ]
        few = ", mostly one unit" if shape.units == (1, 1, 1, 2, 3) else ""
        name = shape.name + few
        for kernel in kernels:
            with _by(kernel):
                result, took = clock(
                    wave.router().route_batch, wave.orders, time_limit_s=limit
                )
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
            table.rows.append(
                [
                    name,
                    kernel,
                    f"{result.cost:,.0f}",
                    f"{result.bound:,.0f}",
                    f"{result.gap:.2%}",
                    *(f"+{chain.cost / result.bound - 1:.2%}" for chain in chains),
                    str(result.statistics.steps),
                    f"{took:.0f}",
                    f"{peak:,.0f}",
                ]
            )
        table.notes.append(
            f"{name}: {result.statistics.contended:,} cells contended; one by one took "
            f"{chains[0].seconds:.1f} s exact, {chains[1].seconds:.1f} s by the greedy."
        )
    return table


def _assignment(*, full: bool) -> Table:
    table = Table(
        "Generalized assignment",
        "A job per order, an agent per node, capacity in quoted workload; the limit is "
        "25 s (5 s in the short run). *above* is of the published optimum or best "
        "known, *below* where the proven bound stands.",
        ["instance", "published", "ours", "above", "below", "status", "seconds"],
    )
    names = assignment_names()
    for name in names if full else [n for n in names if n.endswith("05100")]:
        case = assignment_case(name)
        result, took = clock(case.route, 25.0 if full else 5.0)
        above = result.cost / case.optimum - 1
        table.rows.append(
            [
                name,
                f"{case.optimum:,.0f}",
                f"{result.cost:,.0f}",
                f"{above:.2%}",
                f"{1 - result.bound / case.optimum:.2%}",
                str(result.status),
                f"{took:.1f}",
            ]
        )
        if result.bound > case.optimum + 1e-6 or result.status is Status.INFEASIBLE:
            message = f"{name}: the bound {result.bound} is above {case.optimum}"
            raise AssertionError(message)
    return table
