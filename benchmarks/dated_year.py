"""
A year of the real data with dates: ``python -m benchmarks.dated_year [--limit N]``.

Every tactic meets the same refusals, closures and late trucks. Prints what was on time
by tactic, and what became of every promise; and stops if one is neither kept nor
explained, or anything was delivered before it was ready.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from benchmarks.families.dated_history import read_year
from benchmarks.families.history import HAS_DATA, History
from benchmarks.report import Table
from domroute import Lateness, Policy, SolveOptions
from domroute.replay import Outcome, Placed, Replay, Tactic, World
from domroute.replay.why import WORDS

WORLD = World(
    rejects={"store": 0.08},
    short_picks={"store": 0.02},
    late={"ground_advantage": 0.05, "priority_mail": 0.02},
)
_WORKERS = 2


def main() -> None:
    """Replay the year by every tactic, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, help="only the first orders of the year")
    asked = parser.parse_args()
    if not HAS_DATA:
        parser.exit(message="the data is not there: see benchmarks/README.md\n")
    history = _first(read_year(), asked.limit)
    tactics = tactics_of(history.scenario.policy)
    with ProcessPoolExecutor(_WORKERS, get_context("spawn")) as pool:
        trials = list(pool.map(partial(_try, history), tactics))
    print(_table(history, tactics, trials).to_markdown())


def tactics_of(policy: Policy) -> list[Tactic]:
    """Return tactics to which a day late costs nothing, and some to which it does."""

    def at(price: float, **fields: object) -> Policy:
        costs = (*policy.costs, Lateness(per_line_day=price))
        return policy.model_copy(update={"costs": costs, **fields})

    nearest = at(0.0, solve=SolveOptions(method="nearest_first"))
    return [
        Tactic(name="nearest first", policy=nearest),
        Tactic(name="cheapest", policy=at(0.0)),
        Tactic(name="a day late is 2", policy=at(2.0)),
        Tactic(name="... in daily waves", policy=at(2.0), hold_h=24),
        Tactic(name="... in waves by departure", policy=at(2.0), waves="departure"),
    ]


def check(outcome: Outcome) -> None:
    """
    See that every promise is kept or explained, and nothing came before it was ready.

    Raises
    ------
    AssertionError
        If not.
    """
    rows = outcome.promises
    kept = rows["why"].isin(("kept", "earlier"))
    in_time = rows["came_at"] <= rows["promised_by"]
    is_whole = rows["came_units"] >= rows["promised_units"]
    assert rows["why"].isin(list(WORDS)).all()
    assert (in_time & is_whole)[kept].all()
    refused = {"rejected": "chance", "short": "chance", "closed": "closed"}
    for word, cause in refused.items():
        named = rows["order"][rows["why"] == word]
        blamed = outcome.rejections[outcome.rejections["cause"] == cause]["order"]
        assert named.isin(blamed).all(), word
    shipments = outcome.shipments[outcome.shipments["status"] == "delivered"]
    late = shipments[shipments["delivered_at"] > shipments["delivers_at"]]["order"]
    assert rows["order"][rows["why"] == "late_truck"].isin(late).all()
    assert (shipments["left_at"] >= shipments["ready_at"]).all()
    assert (shipments["left_at"] >= shipments["routed_at"]).all()
    assert (shipments["delivered_at"] >= shipments["left_at"]).all()


def _first(history: History, limit: int | None) -> History:
    placed = [event for event in history.events if isinstance(event, Placed)]
    dropped = {event.order.id for event in placed[limit:]} if limit else set()
    kept = tuple(
        event
        for event in history.events
        if (
            event.order.id if isinstance(event, Placed) else getattr(event, "order", "")
        )
        not in dropped
    )
    return History(history.scenario, kept)


@dataclass(frozen=True, slots=True)
class Trial:
    """The figures of a tactic, and how long it took."""

    found: dict[str, float]
    seconds: float


def _try(history: History, tactic: Tactic) -> Trial:
    begun = time.perf_counter()
    outcome = Replay(history.scenario, history.events, tactic, world=WORLD).run()
    check(outcome)
    return Trial(outcome.kpis().to_dict(), time.perf_counter() - begun)


def _table(history: History, tactics: list[Tactic], trials: list[Trial]) -> Table:
    orders = sum(isinstance(event, Placed) for event in history.events)
    words = list(WORDS)
    table = Table(
        "A year with dates",
        f"{orders:,} orders as they were placed; all times are made up "
        "(`benchmarks/families/dated_history.py`). *cost* is in cash, without what a "
        "day late is weighed at.",
        [
            "tactic",
            "cost per order",
            "units filled",
            "lines on time",
            "late lines",
            "lead time, days",
            "90 %",
            "promises kept",
            *words,
            "seconds",
        ],
    )
    for tactic, trial in zip(tactics, trials, strict=True):
        found = trial.found
        table.rows.append(
            [
                tactic.name,
                f"{found['cost_per_order']:.3f}",
                f"{found['fill_rate']:.2%}",
                f"{found['on_time_share']:.2%}",
                f"{found['late_lines']:,.0f}",
                f"{found['lead_time_days']:.3f}",
                f"{found['lead_time_days_p90']:.2f}",
                f"{found['promise_kept_share']:.2%}",
                *(f"{found.get(f'promises_by:{word}', 0):,.0f}" for word in words),
                f"{trial.seconds:.0f}",
            ]
        )
    return table


if __name__ == "__main__":
    main()
