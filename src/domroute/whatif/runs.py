"""Many replays made, here or over an executor, and the KPIs of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from domroute.errors import InputError, Issue
from domroute.events import Placed
from domroute.policy import Policy
from domroute.replay.kpis import kpis_of
from domroute.replay.placing import Stream, placed
from domroute.replay.tactic import Tactic
from domroute.replay.world import World
from domroute.scenario import Scenario
from domroute.whatif.evidence import Evidence, evidence_of, mark_of
from domroute.whatif.hindsight import Hindsight, hindsight
from domroute.whatif.pieces import Pieces
from domroute.whatif.reach import Traces
from domroute.whatif.yardstick import priced_by
from domroute.wording import shorten

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], object]
"""Told how many runs are done, and how many there are."""
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """
    One replay to be made.

    Attributes
    ----------
    stream
        Makes its events; the scenario's own orders when None.
    block_days
        Length of the blocks that a history is cut into (days).
    is_traced
        Whether to keep what became of each order.
    judge
        The policy that what came of it is priced by; that of the tactic when None.
    """

    scenario: Scenario
    tactic: Tactic
    seed: int
    world: World
    stream: Stream | None = None
    block_days: float = 7.0
    is_traced: bool = False
    judge: Policy | None = None

    @property
    def label(self) -> str:
        """What it is, for messages."""
        return f"{self.scenario.name!r} by {self.tactic.name!r}, seed {self.seed}"


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """
    What is kept of a run.

    Attributes
    ----------
    kpis
        By name.
    mark
        Of its orders: runs of the same orders have the same.
    pieces
        What each block of its orders adds to the KPIs.
    traces
        What became of each order, where that was asked for.
    """

    kpis: pd.Series[float]
    mark: str
    pieces: Pieces
    traces: Traces | None = None


def ran(run: Run) -> Ran:
    """
    Make a replay and work out its KPIs.

    Parameters
    ----------
    run
        What to replay.
    """
    from domroute.replay.engine import Replay

    try:
        events = tuple((run.stream or placed)(run.scenario, run.seed))
        outcome = Replay(
            run.scenario, events, run.tactic, world=run.world, seed=run.seed
        ).run()
        if run.judge is not None:
            orders = [event.order for event in events if isinstance(event, Placed)]
            outcome = priced_by(run.judge, outcome, run.scenario, orders)
    except Exception as error:
        error.add_note(f"while replaying {run.label}")
        raise
    return Ran(
        kpis=kpis_of(outcome),
        mark=mark_of(events),
        pieces=Pieces.of(outcome, days=run.block_days),
        traces=Traces.of(outcome) if run.is_traced else None,
    )


def seeds_of(given: object) -> list[int]:
    """
    List seeds.

    Raises
    ------
    InputError
        If they are no list of any sort: a number of seeds is not the seeds.

    Examples
    --------
    >>> seeds_of(range(3))
    [0, 1, 2]
    """
    if isinstance(given, Iterable) and not isinstance(given, str):
        return list(given)
    text = f"{shorten(given)} should be the seeds themselves, such as range(5)"
    raise InputError([Issue("wrong_type", "seeds", text)])


def evidence_of_runs(
    labels: Sequence[tuple[str, str, int]], done: Sequence[Ran], stream: object
) -> dict[str, Evidence]:
    """
    Gather by scenario what its runs say of luck.

    Parameters
    ----------
    labels
        Scenario, tactic and seed of each run.
    done
        What is kept of each.
    stream
        What made their events.
    """
    marks: dict[str, dict[int, str]] = {}
    pieces: dict[str, dict[str, list[Pieces]]] = {}
    for (scenario, tactic, seed), one in zip(labels, done, strict=True):
        marks.setdefault(scenario, {}).setdefault(seed, one.mark)
        mine = pieces.setdefault(scenario, {})
        mine.setdefault(tactic, []).append(one.pieces)
    return {
        name: evidence_of(marks[name], pieces[name], stream=stream) for name in marks
    }


def bound_of_run(run: Run, *, hold_h: float | None, time_limit_s: float) -> Hindsight:
    """
    Find what a clairvoyant could do with the stream of a replay.

    Parameters
    ----------
    run
        The replay; of its tactic only the policy's costs matter.
    hold_h
        The longest that the tactics compared hold an order (hours); None is for ever.
    time_limit_s
        Seconds of search.
    """
    try:
        return hindsight(
            run.scenario,
            (run.stream or placed)(run.scenario, run.seed),
            run.tactic.policy,
            world=run.world,
            seed=run.seed,
            hold_h=hold_h,
            time_limit_s=time_limit_s,
        )
    except Exception as error:
        error.add_note(f"while bounding {run.label}")
        raise


def each(
    work: Callable[[A], B],
    parts: Sequence[A],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[B]:
    """
    Do a piece of work for each part; the answers come in the order of the parts.

    Parameters
    ----------
    work
        What to do; processes must be able to pickle it, and the parts.
    parts
        What to do it for.
    executor
        Where; in this process when not given. It is not shut down.
    progress
        Told after each part how many are done.

    Raises
    ------
    InputError
        If the executor is none.

    Examples
    --------
    >>> each(abs, [-1, 2])
    [1, 2]
    """
    if executor is None:
        return list(_told(map(work, parts), len(parts), progress))
    if not isinstance(executor, Executor):
        text = f"{type(executor).__name__} should be a concurrent.futures.Executor"
        raise InputError([Issue("wrong_type", "executor", text)])
    waiting: list[Any] = [executor.submit(work, part) for part in parts]
    try:
        for future in _told(as_completed(waiting), len(parts), progress):
            future.result()  # the first error ends it
        return [future.result() for future in waiting]
    finally:
        # After an error or Ctrl-C what has not begun need not.
        for future in waiting:
            future.cancel()


def _told(answers: Iterable[B], count: int, progress: Progress | None) -> Iterator[B]:
    for done, answer in enumerate(answers, start=1):
        yield answer
        if progress is not None:
            progress(done, count)
