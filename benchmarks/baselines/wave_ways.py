"""Every way to route a wave that we compare, at the same costs and by one judge."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.baselines.in_turn import (
    RULES,
    InTurn,
    in_turn_by_router,
    in_turn_by_rule,
    policies_in_turn,
)
from benchmarks.baselines.pricing import Prices, Takes, cost_of_wave
from benchmarks.baselines.wave_program import WaveProgram
from benchmarks.baselines.wave_solvers import (
    Point,
    Solved,
    solve_by_cpsat,
    solve_by_mathopt,
)
from benchmarks.case import Stream
from benchmarks.measure import clock

OURS, MONOLITHIC, CPSAT = "ours", "monolithic", "CP-SAT"
ONE_BY_ONE = "one by one"
PROVING = (OURS, CPSAT, MONOLITHIC)
"""Ways that prove a bound."""
CHAINS = (ONE_BY_ONE, "greedy", *RULES, "fewest, then cheapest")
"""Ways that route one order after another."""
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """
    What one way makes of a wave.

    Attributes
    ----------
    cost
        As the judge prices it; infinite where no plan was found.
    bound
        As it was proven; minus infinity where it was not.
    seconds
        From the orders to the plans: pricing, building and a hint included.
    unfilled
        Units that its plans leave.
    curve
        Seconds from the orders, bound and cost, as they got better.
    """

    cost: float
    bound: float
    seconds: float
    unfilled: int = 0
    curve: list[Point] = field(default_factory=list)


def seconds_to(curve: list[Point], gap: float) -> float | None:
    """Return when cost and bound first were within a gap, (cost - bound) / cost."""
    for seconds, bound, cost in curve:
        if math.isfinite(cost) and cost - bound <= gap * cost:
            return seconds
    return None


def route_all(
    wave: Stream, *, ours_s: float, monolithic_s: float, cpsat_s: float
) -> dict[str, Way]:
    """
    Route a wave in every way, one after another.

    Parameters
    ----------
    ours_s, monolithic_s, cpsat_s
        Limits of the searches (seconds), which pricing and building come on top of.
    """
    ways = {OURS: _ours(wave, ours_s)}
    turns = {
        name: in_turn_by_router(wave, policy)
        for name, policy in policies_in_turn(wave.policy).items()
    }
    turns |= {name: in_turn_by_rule(wave, rule) for name, rule in RULES.items()}
    for name in CHAINS:
        ways[name] = _in_turn(wave, turns[name])
    ways[MONOLITHIC] = _solved(wave, solve_by_mathopt, monolithic_s, None)
    ways[CPSAT] = _solved(wave, solve_by_cpsat, cpsat_s, turns[ONE_BY_ONE])
    _compare(ways)
    return ways


def _ours(wave: Stream, limit_s: float) -> Way:
    router = wave.router()
    result, seconds = clock(router.route_batch, wave.orders, time_limit_s=limit_s)
    prices = Prices(wave)
    plans = [
        prices.takes_of(order, found.plan)
        for order, found in zip(wave.orders, result, strict=True)
    ]
    cost = cost_of_wave(wave, plans)
    assert math.isclose(cost, result.cost, rel_tol=_ROUNDING)
    priced = result.statistics.compile_s
    curve = [(at + priced, bound, cost) for at, bound, cost in result.history_points]
    return Way(cost, result.bound, seconds, _unfilled(wave, plans), curve)


def _in_turn(wave: Stream, turn: InTurn) -> Way:
    cost = cost_of_wave(wave, turn.plans)
    assert turn.cost == 0 or math.isclose(cost, turn.cost, rel_tol=_ROUNDING)
    return Way(cost, -math.inf, turn.seconds, _unfilled(wave, turn.plans))


def _solved(
    wave: Stream,
    solve: Callable[..., Solved],
    limit_s: float,
    hinted: InTurn | None,
) -> Way:
    started = time.perf_counter()
    program = WaveProgram(wave)
    hint = () if hinted is None else (program.values_of(hinted.plans),)
    before = time.perf_counter() - started
    before += 0.0 if hinted is None else hinted.seconds
    found, seconds = clock(solve, program.program, limit_s, *hint)
    curve = [(at + before, bound, cost) for at, bound, cost in found.curve]
    if found.values is None:
        return Way(math.inf, found.bound, before + seconds, curve=curve)
    plans = program.plans_of(found.values)
    cost, left = cost_of_wave(wave, plans), _unfilled(wave, plans)
    return Way(cost, found.bound, before + seconds, left, curve)


def _unfilled(wave: Stream, plans: list[Takes]) -> int:
    wanted = sum(line.quantity for order in wave.orders for line in order.lines)
    return wanted - sum(sum(takes.values()) for takes in plans)


def _compare(ways: dict[str, Way]) -> None:
    """Refuse bounds that a plan of another way disproves."""
    least = min(way.cost for way in ways.values())
    for name, way in ways.items():
        assert way.bound <= least * (1 + _ROUNDING), f"{name} is proven wrong"
