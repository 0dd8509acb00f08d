"""Waves routed jointly, beside every other way to route them, at the same costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from benchmarks.baselines.wave_ways import (
    CHAINS,
    CPSAT,
    MONOLITHIC,
    OURS,
    PROVING,
    Way,
    route_all,
    seconds_to,
)
from benchmarks.families.waves import WaveShape, draw_wave
from benchmarks.report import Table

_BASE = WaveShape(orders=300, nodes=45, skus=60, ratio=1.1)
_FAMILIES = (
    replace(_BASE, ratio=1.02),
    _BASE,
    replace(_BASE, ratio=1.5),
    replace(_BASE, lines=(1, 5)),
    *(replace(_BASE, nodes=count) for count in (2, 10, 100, 500)),
    # Plenty of stock, so that what is scarce is the work.
    replace(_BASE, ratio=3.0, capacity=1.1),
)
_SMALL = (
    WaveShape(orders=60, nodes=10, skus=15, ratio=1.02),
    WaveShape(orders=60, nodes=10, skus=15, ratio=1.1, lines=(1, 5)),
    WaveShape(orders=60, nodes=10, skus=15, ratio=3.0, capacity=1.1),
)
_GAPS = (0.05, 0.03, 0.02, 0.01)


@dataclass(frozen=True, slots=True)
class Trial:
    """A wave, and what may be spent on it (seconds): by us, and by each solver."""

    shape: WaveShape
    seed: int
    ours_s: float
    monolithic_s: float
    cpsat_s: float


_SHORT = tuple(Trial(shape, 0, 10.0, 10.0, 10.0) for shape in _SMALL)
_FULL = (
    *(Trial(shape, 0, 20.0, 30.0, 30.0) for shape in _FAMILIES),
    Trial(_BASE, 0, 20.0, 600.0, 60.0),
)


def waves(*, full: bool) -> list[Table]:
    """Route waves in every way; what each costs, and how soon it is proven."""
    costs, gaps = _tables()
    for trial in _FULL if full else _SHORT:
        ways = route_all(
            draw_wave(trial.shape, seed=trial.seed),
            ours_s=trial.ours_s,
            monolithic_s=trial.monolithic_s,
            cpsat_s=trial.cpsat_s,
        )
        name = f"{trial.shape.name}; {trial.seed}"
        limits_s = {
            OURS: trial.ours_s, MONOLITHIC: trial.monolithic_s, CPSAT: trial.cpsat_s
        }  # fmt: skip
        limits = " / ".join(f"{limits_s[way]:g}" for way in (OURS, MONOLITHIC, CPSAT))
        costs.rows.append([name, limits, *_cost_cells(ways)])
        for way in PROVING:
            limit = f"{limits_s[way]:g}"
            gaps.rows.append([name, way, limit, *_gap_cells(ways[way])])
        left = [
            f"{way} {found.unfilled}" for way, found in ways.items() if found.unfilled
        ]
        if left:
            costs.notes.append(f"{name}: units left unfilled by {', '.join(left)}.")
        costs.raw.append(_raw(name, ways))
    return [costs, gaps]


def _tables() -> tuple[Table, Table]:
    costs = Table(
        "Waves beside other ways",
        "Orders x nodes x SKUs, and stock beside demand, then what is not one to three "
        "lines and no capacity (in units, the same at each node, together beside "
        "demand), and the seed. In percent above the bound that ours proves. *one by "
        "one* (exact), *greedy* and the three rule chains route orders in turn, each "
        "reserving what it takes. *monolithic* is one integer program of the whole "
        "wave, solved by HiGHS through MathOpt from a cold start; *CP-SAT* is the same "
        "program with two workers and the plan of one by one as a hint. Limits are "
        "seconds of search: ours, the monolithic model's and CP-SAT's. All plans are "
        "priced by one judge; a unit that is left costs as much as the policy says, "
        "1,000.",
        ["wave", "limits", "bound", OURS, *CHAINS, MONOLITHIC, CPSAT],
    )
    gaps = Table(
        "Time to gap",
        "The same runs: seconds from the orders, pricing and building included, until "
        "the cost was within a gap of the bound that the same way had proven; a dash "
        "where it never was. Seconds of the monolithic model as HiGHS tells them, to a "
        "tenth.",
        [
            "wave",
            "way",
            "limit",
            *(f"{gap:.0%}" for gap in _GAPS),
            "at the end",
            "seconds",
        ],
    )
    return costs, gaps


def _cost_cells(ways: dict[str, Way]) -> list[str]:
    bound = ways[OURS].bound
    others = (OURS, *CHAINS, MONOLITHIC, CPSAT)
    return [f"{bound:,.0f}", *(_above(ways[name].cost, bound) for name in others)]


def _above(cost: float, bound: float) -> str:
    # Never below zero but for rounding: that has been checked.
    return f"+{max(0.0, cost / bound - 1):.2%}" if math.isfinite(cost) else "no plan"


def _gap_cells(way: Way) -> list[str]:
    reached = [seconds_to(way.curve, gap) for gap in _GAPS]
    cells = ["-" if at is None else f"{at:.1f}" for at in reached]
    is_known = math.isfinite(way.cost) and math.isfinite(way.bound)
    end = f"{max(0.0, 1 - way.bound / way.cost):.2%}" if is_known else "-"
    return [*cells, end, f"{way.seconds:.1f}"]


def _raw(name: str, ways: dict[str, Way]) -> dict[str, object]:
    """Keep what a picture of one wave needs; infinity is no JSON, so None stands."""
    return {
        "wave": name,
        "ways": {
            way: {
                "cost": _finite(found.cost),
                "bound": _finite(found.bound),
                "seconds": found.seconds,
                "curve": [
                    [seconds, _finite(bound), _finite(cost)]
                    for seconds, bound, cost in found.curve
                ],
            }
            for way, found in ways.items()
        },
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
