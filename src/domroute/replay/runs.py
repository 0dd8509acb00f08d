"""Many replays made, here or over an executor, and the KPIs of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from domroute.errors import InputError, Issue
from domroute.replay.events import Event, Placed
from domroute.replay.kpis import kpis_of
from domroute.replay.tactic import Tactic
from domroute.replay.world import World
from domroute.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Stream = Callable[[Scenario, int], Iterable[Event]]
"""Makes the events of a scenario from a seed; the same whenever it is asked again."""
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
    """

    scenario: Scenario
    tactic: Tactic
    seed: int
    world: World
    stream: Stream | None = None

    @property
    def label(self) -> str:
        """What it is, for messages."""
        return f"{self.scenario.name!r} by {self.tactic.name!r}, seed {self.seed}"


def placed(scenario: Scenario, _seed: int = 0) -> tuple[Placed, ...]:
    """
    Make the events of a scenario's own orders: the stream where none is given.

    Parameters
    ----------
    scenario
        Each of its orders needs ``placed_at``.

    Raises
    ------
    InputError
        If there are none, or some were placed at no known time. All are listed.
    """
    issues = [
        Issue("missing", f"orders[{at}].placed_at", "is required for a replay")
        for at, order in enumerate(scenario.orders)
        if order.placed_at is None
    ]
    if not scenario.orders:
        issues.append(Issue("empty", "orders", "the scenario has no orders to replay"))
    if issues:
        raise InputError(issues)
    return tuple(Placed(order=order) for order in scenario.orders)


def kpis_of_run(run: Run) -> pd.Series[float]:
    """
    Make a replay and work out its KPIs.

    Parameters
    ----------
    run
        What to replay.
    """
    from domroute.replay.engine import Replay

    try:
        events = (run.stream or placed)(run.scenario, run.seed)
        outcome = Replay(
            run.scenario, events, run.tactic, world=run.world, seed=run.seed
        ).run()
    except Exception as error:
        error.add_note(f"while replaying {run.label}")
        raise
    return kpis_of(outcome)


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
