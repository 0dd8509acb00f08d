"""The real data replayed by five tactics, and how many orders a second."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context

from benchmarks.families.history import HAS_DATA, History, read_history
from benchmarks.families.networks import Shape, draw_stream
from benchmarks.report import Table
from domroute import Policy, Scenario, SolveOptions
from domroute.replay import (
    LookAhead,
    Outcome,
    Placed,
    Received,
    Replay,
    Returned,
    Tactic,
)
from domroute.replay.kpis import kpis_of
from domroute.whatif.blocks import difference_per_order
from domroute.whatif.hindsight import Hindsight, hindsight

_SHORT_ORDERS, _SHORT_STREAM = 1_500, 5_000
_BOUND_S = 60.0
_WORKERS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What came of a tactic, and how long it took."""

    outcome: Outcome
    seconds: float


def replay(*, full: bool) -> list[Table]:
    """Replay the real history, and a stream of orders one by one."""
    tables = [_speed(100_000 if full else _SHORT_STREAM)]
    if HAS_DATA:
        history = read_history(limit=None if full else _SHORT_ORDERS)
        tables.append(_tactics(history))
    return tables


def tactics_of(policy: Policy) -> tuple[Tactic, ...]:
    """Return the five tactics: two of rules, three of ours."""

    def chain(method: str) -> Policy:
        return policy.model_copy(update={"solve": SolveOptions(method=method)})

    ahead = LookAhead(window_days=28, horizon_days=7, refresh_h=24 * 7)
    return (
        Tactic(name="nearest first", policy=chain("nearest_first")),
        Tactic(name="dc, store, split", policy=chain("dc_store_split")),
        Tactic(name="exact", policy=policy),
        Tactic(name="hourly waves", policy=policy, hold_h=1),
        Tactic(name="look-ahead", policy=policy, look_ahead=ahead),
    )


def _tactics(history: History) -> Table:
    scenario, events = history.scenario, history.events
    started = time.perf_counter()
    # The slowest first: it would otherwise be waited for alone.
    tactics = tactics_of(scenario.policy)[::-1]
    with ProcessPoolExecutor(_WORKERS, get_context("spawn")) as pool:
        made = list(pool.map(partial(_try, history), tactics))
    took = time.perf_counter() - started
    trials = {tactic.name: trial for tactic, trial in zip(tactics, made, strict=True)}
    trials = dict(reversed(trials.items()))
    longest = max(tactic.hold_h for tactic in tactics_of(scenario.policy))
    best = hindsight(scenario, events, hold_h=longest, time_limit_s=_BOUND_S)
    orders = sum(isinstance(event, Placed) for event in events)
    others = sum(isinstance(event, (Received, Returned)) for event in events)
    table = Table(
        "The real data replayed",
        f"{orders:,} orders of `examples/real_run.py` as they were placed, with "
        f"{others:,} units that came in or came back when they did, and the "
        "cancellations (`benchmarks/families/history.py` says what is illustrative). "
        "*cost* is in cash and penalties; *beside exact* the mean difference of an "
        "order's cost, with a 95 % interval by blocks of four weeks; *above hindsight* "
        "is beside the bound of a clairvoyant who routes all of it at once, but no "
        "order from where its product came later for the first time.",
        [
            "tactic",
            "cost",
            "beside exact, per order",
            "above hindsight",
            "units filled",
            "shipments per order",
            "lead time, h",
            "seconds",
        ],
        notes=[
            f"All five took {took:.0f} s over {_WORKERS} processes, start included.",
            _about_bound(best),
        ],
    )
    exact = trials["exact"].outcome
    for name, trial in trials.items():
        kpis = kpis_of(trial.outcome)
        table.rows.append(
            [
                name,
                f"{trial.outcome.cost:,.0f}",
                _beside(trial.outcome, exact),
                f"+{best.above(trial.outcome):.2%}",
                f"{kpis['fill_rate']:.2%}",
                f"{kpis['shipments_per_order']:.3f}",
                f"{kpis['lead_h_mean']:.1f}",
                f"{trial.seconds:.0f}",
            ]
        )
    return table


def _try(history: History, tactic: Tactic) -> Trial:
    begun = time.perf_counter()
    outcome = Replay(history.scenario, history.events, tactic).run()
    return Trial(outcome, time.perf_counter() - begun)


def _about_bound(best: Hindsight) -> str:
    doubts = "; ".join(best.doubts) or "certain"
    return (
        f"Hindsight: {best.bound:,.0f}, found in {best.elapsed_s:.0f} s over "
        f"{best.orders:,} orders; a joint plan of that costs {best.plan_cost:,.0f}; "
        f"{doubts}."
    )


def _beside(mine: Outcome, theirs: Outcome) -> str:
    if mine is theirs:
        return "0"
    found = difference_per_order(mine, theirs, days=28)
    return f"{found.mean:+.3f} ± {(found.high - found.low) / 2:.3f}"


def _speed(orders: int) -> Table:
    """Run a stream one by one over fifty nodes, and count orders a second."""
    stream = draw_stream(Shape(nodes=50, orders=orders, skus=1_000))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    every = timedelta(days=30) / orders
    events: list[Placed | Received] = [
        Placed(order=order.model_copy(update={"placed_at": start + at * every}))
        for at, order in enumerate(stream.orders)
    ]
    events += _refills(stream.inventory, start, orders)
    scenario = Scenario(stream.name, stream.network, stream.inventory)
    run = Replay(scenario, events, stream.policy)
    begun = time.perf_counter()
    outcome = run.run()
    took = time.perf_counter() - begun
    run.check()
    routing = outcome.decisions["seconds"]
    return Table(
        "A stream one by one",
        "Orders of one to five lines over fifty nodes and a thousand SKUs, by the "
        "usual policy: routed, judged, reserved, picked and delivered, each event at "
        "its time, in one process. Stock comes in again as fast as it is asked for.",
        ["orders", "units filled", "seconds", "orders a second", "routing, ms", "MB"],
        [
            [
                f"{orders:,}",
                f"{kpis_of(outcome)['fill_rate']:.2%}",
                f"{took:.1f}",
                f"{orders / took:,.0f}",
                f"{routing.mean() * 1e3:.3f}",
                f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f}",
            ]
        ],
    )


def _refills(
    inventory: Sequence[object], start: datetime, orders: int
) -> list[Received]:
    """Bring the opening stock again and again, as often as so many orders need."""
    rows = list(inventory)
    held = sum(row.on_hand for row in rows)
    times = math.ceil(5 * orders / held) - 1
    return [
        Received(
            at=start + timedelta(days=30) * (turn + 1) / (times + 1),
            node=row.node,
            sku=row.sku,
            quantity=int(row.on_hand),
        )
        for turn in range(times)
        for row in rows
        if row.on_hand >= 1
    ]
