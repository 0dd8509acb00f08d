"""What one order takes, verified result included, beside CP-SAT in the same loop."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from benchmarks.baselines.cpsat import SETTINGS, CpSat, Setting, empty_models
from benchmarks.baselines.pricing import Prices
from benchmarks.case import Stream
from benchmarks.families.networks import Shape, draw_stream
from benchmarks.measure import Spread, clock, milliseconds, spin
from benchmarks.report import Table
from domroute import Policy, Router

# Nodes, orders, of those also for CP-SAT, and what CP-SAT may take over one (seconds).
_FULL = ((50, 1000, 100, 10.0), (300, 600, 20, 20.0), (2000, 300, 6, 30.0))
_SHORT = ((50, 400, 20, 10.0), (300, 200, 4, 20.0), (2000, 100, 0, 0.0))
_TOLERANCE = 1e-6
_GREEDY = Policy(solve={"method": "greedy"})


def latency(*, full: bool) -> list[Table]:
    """Route the same orders with our router and with a CP-SAT model, turn by turn."""
    table = Table(
        "One order of 1 to 5 lines",
        "Milliseconds an order, warm router, costs by term and verification included; "
        "the same orders as a CP-SAT model in the same loop, at the same cost "
        "(asserted) or stopped at a limit. Ratios are over the orders that both were "
        "given. The bundled tariff has 8 zones and 70 weight steps.",
        [
            "nodes",
            "p50",
            "p90",
            "p99",
            "CP-SAT p50",
            "p90",
            "p99",
            "x at p50",
            "at p99",
        ],
    )
    by_lines = Table(
        "The same by lines",
        "Median milliseconds an order, and by the greedy fallback alone, verified too.",
        ["nodes", "1 line", *(f"{count} lines" for count in range(2, 6))],
    )
    for N, count, beside, limit_s in _FULL if full else _SHORT:
        stream = draw_stream(Shape(nodes=N, orders=count))
        prices = Prices(stream)
        setting = _best_setting(prices, stream, limit_s / 3) if beside else None
        solver = CpSat(prices, setting, limit_s) if setting else None
        run = _time(stream, solver, beside)
        table.rows.append([f"{N:,}", *Spread.of(run.ours).cells, *run.compare()])
        by_lines.rows.append([f"{N:,}", *_by_lines(stream, run.ours)])
        by_lines.rows.append([f"{N:,}, greedy", *_by_lines(stream, _greedily(stream))])
        if solver:
            table.notes.append(
                f"{N:,} nodes: CP-SAT over the first {beside} orders, by the fastest "
                f"of six settings ({setting}); {run.late} not proven within "
                f"{limit_s:.0f} s."
            )
        quiet, best = Spread.of(run.noise), Spread.of(run.best)
        table.notes.append(
            f"{N:,} nodes: {count} orders; a fixed piece of work between them took p50 "
            f"{milliseconds(quiet.p50)}, p99 {milliseconds(quiet.p99)} ms; by the best "
            f"of three passes over each order ours take p50 {milliseconds(best.p50)}, "
            f"p99 {milliseconds(best.p99)} ms."
        )
    table.notes.append(
        "An order that asks CP-SAT nothing, a model of one variable, takes "
        f"{milliseconds(Spread.of(empty_models()).p50)} ms: no formulation is faster."
    )
    return [table, by_lines]


def warm_up(router: Router, stream: Stream, count: int = 50) -> None:
    """Route some orders, so that what loads on first use is there."""
    for order in itertools.islice(itertools.cycle(stream.orders[-10:]), count):
        router.route(order)


@dataclass(slots=True)
class _Run:
    """
    What each order took (seconds), ours and theirs; theirs may end early.

    Attributes
    ----------
    best
        Ours again, the least of three passes: what the machine adds is left out.
    noise
        What a fixed piece of work took before each order.
    late
        Orders that CP-SAT did not prove.
    """

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    noise: list[float] = field(default_factory=list)
    best: list[float] = field(default_factory=list)
    late: int = 0

    def compare(self) -> list[str]:
        if not self.theirs:
            return ["-"] * 5
        other, same = Spread.of(self.theirs), Spread.of(self.ours[: len(self.theirs)])
        ratios = [f"{other.p50 / same.p50:,.0f}", f"{other.p99 / same.p99:,.0f}"]
        return [*other.cells, *ratios]


def _time(stream: Stream, solver: CpSat | None, beside: int) -> _Run:
    router, run = stream.router(), _Run()
    warm_up(router, stream)
    for at, order in enumerate(stream.orders):
        run.noise.append(spin())
        result, took = clock(router.route, order)
        assert result.is_optimal
        run.ours.append(took)
        if solver and at < beside:
            (cost, proven), took = clock(solver.solve, order)
            run.theirs.append(took)
            run.late += not proven
            assert cost >= result.cost - _TOLERANCE
            assert not proven or abs(cost - result.cost) <= _TOLERANCE
    again = [[clock(router.route, o)[1] for o in stream.orders] for _ in range(2)]
    run.best = [min(passes) for passes in zip(run.ours, *again, strict=True)]
    return run


def _greedily(stream: Stream) -> list[float]:
    # In a loop of its own: two routers in turn would push each other out of the caches.
    router = stream.router(_GREEDY)
    warm_up(router, stream)
    return [clock(router.route, order)[1] for order in stream.orders]


def _by_lines(stream: Stream, seconds: list[float]) -> list[str]:
    sizes = np.array([len(order.lines) for order in stream.orders])
    took = np.array(seconds) * 1e3
    return [milliseconds(float(np.median(took[sizes == L]))) for L in range(1, 6)]


def _best_setting(prices: Prices, stream: Stream, limit_s: float) -> Setting:
    """Try every setting on the last orders and keep the fastest in the median."""
    sample = stream.orders[-8:] if len(prices.nodes) <= 50 else stream.orders[-3:]
    took = {}
    for setting in SETTINGS:
        solver = CpSat(prices, setting, limit_s)
        took[setting] = np.median([clock(solver.solve, order)[1] for order in sample])
    return min(took, key=took.get)
