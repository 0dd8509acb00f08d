"""What would it bring: levers pulled one at a time and together, in margin."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.events import Placed
from domroute.files.csvtext import frame_text
from domroute.files.disk import write_file
from domroute.policy import Policy
from domroute.replay.placing import Stream, placed
from domroute.replay.tactic import Tactic, tactic_of
from domroute.replay.world import World
from domroute.scenario import Scenario
from domroute.tables import html_table, text_table
from domroute.whatif.comparison import Comparison, comparison_of
from domroute.whatif.levers import Case, Lever
from domroute.whatif.reach import Traces, reach_of
from domroute.whatif.report import page_of
from domroute.whatif.runs import Progress, Run, each, evidence_of_runs, ran, seeds_of
from domroute.whatif.steps import (
    ALL,
    BASE,
    GAIN,
    TOGETHER,
)
from domroute.whatif.tallies import assumptions_of, changes_of, steps_of

if TYPE_CHECKING:
    import pandas as pd

_WORLD: Final = World()
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Benefits:
    """
    What levers bring, one at a time and together.

    Attributes
    ----------
    scenario, tactic
        The names of what they were tried on.
    levers
        As given.
    steps
        The margin of the base, what each lever adds alone, what is added or lost by
        doing all of them together, the sum of these, and the margin with all: they add
        up exactly. ``STEP_COLUMNS``.
    changes
        How each KPI changes with each lever, and with all; ``CHANGE_COLUMNS``.
    assumptions
        Every number that the result rests on; ``ASSUMPTION_COLUMNS``.
    reach
        How many orders of a run each lever could touch, and how many came out otherwise
        with it, on average; ``REACH_COLUMNS``.
    comparison
        The KPIs of every run, with what was tried for a tactic.
    """

    scenario: str
    tactic: str
    levers: tuple[Lever, ...]
    steps: pd.DataFrame
    changes: pd.DataFrame
    assumptions: pd.DataFrame
    reach: pd.DataFrame
    comparison: Comparison = field(repr=False)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The frames that a report is made of, by name."""
        return {
            "steps": self.steps,
            "changes": self.changes,
            "assumptions": self.assumptions,
            "reach": self.reach,
        }

    @checked
    def to_html(
        self, path: str | Path, *, currency: str = "$", tables: bool = False
    ) -> Path:
        """
        Write a page that says what was compared and what came of it.

        Parameters
        ----------
        path
            The file to write; nothing else is needed to read it.
        currency
            The sign that money is shown with.
        tables
            Whether to write the frames beside it as CSV, with those of the runs.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            If a file cannot be written.
        """
        file = Path(path)
        texts = {file: page_of(self, currency=currency)}
        if tables:
            frames = self.tables | {"runs": self.comparison.frame}
            for name, frame in frames.items():
                beside = file.with_name(f"{file.stem}_{name}.csv")
                texts[beside] = frame_text(frame.rename_axis("row").reset_index())
        for where, text in texts.items():
            write_file(where, text.encode())
        return file

    def __str__(self) -> str:
        header, rows = self._table()
        return text_table(header, rows)

    def _repr_html_(self) -> str:
        header, rows = self._table()
        return html_table(header, rows)

    def _table(self) -> tuple[list[str], list[list[str]]]:
        reach = self.reach.set_index("lever")
        rows = []
        for row in self.steps.to_dict("records"):
            counts = ["", ""]
            if row["step"] in reach.index:
                mine = reach.loc[row["step"]]
                counts = [f"{mine[name]:,.4g}" for name in ("could", "did")]
            rows.append(
                [
                    row["title"],
                    f"{row['per_order']:,.2f}",
                    f"{row['per_order_low']:,.2f}",
                    f"{row['per_order_high']:,.2f}",
                    f"{row['per_year']:,.0f}",
                    *counts,
                ]
            )
        heads = ["margin", "per order", "low", "high", "per year"]
        return [*heads, "orders it could touch", "and did"], rows


@checked
def benefits(
    scenario: Scenario,
    stream: Stream | None,
    base: Tactic | Policy,
    levers: Iterable[Lever],
    seeds: Iterable[int],
    *,
    world: World = _WORLD,
    days: float | None = None,
    block_days: float = 7.0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Benefits:
    r"""
    Replay a base, the base with each lever, and with all of them; compare the margins.

    Parameters
    ----------
    scenario
        The base; :func:`.without_stores` takes stores out of one that has them.
    stream
        Makes the events of a scenario from a seed; the scenario's own orders if None.
    base
        The tactic, or policy, of the base.
    levers
        What to try, each of its own name.
    seeds
        Whole numbers; each is one run of every case, all on the same luck.
    world
        What happens to plans once they are made.
    days
        How many days of trade the stream stands for; when not given, from its first
        order to its last, in whole days.
    block_days
        Length of the blocks that one history is cut into, for intervals (days).
    executor
        Where to run; in this process when not given. Levers change what is replayed
        here, and only what came of it is sent: streams must be picklable.
    progress
        Told after each run how many are done, and of how many.

    Raises
    ------
    InputError
        If there are no levers or seeds, or names are given twice, or a lever does not
        fit the base.

    Notes
    -----
    With :math:`m` the contribution margin of a run, a lever alone brings :math:`m_i -
    m_0`; all of them :math:`m_{all} - m_0`, of which :math:`m_{all} - m_0 - \sum_i
    (m_i - m_0)` comes of doing them together. Per order is per order placed; a year is
    365.25 days at the pace of the stream. Intervals are Student's over streams that are
    drawn apart. Seeds that replay one history are one draw: then there are intervals by
    blocks of its days, or none. Streams of :func:`.resampled` have those of the
    bootstrap.
    """
    tried, drawn = levers_of(levers), seeds_of(seeds)
    _check(tried, drawn, days, block_days)
    events = placed if stream is None else stream
    first = Case(scenario, tactic_of(base), world, events)
    cases = {BASE: first}
    everything = first
    for lever in tried:
        cases[lever.name] = lever.change(first)
        everything = lever.change(everything)
    cases[ALL] = everything
    period = _days_of(first, drawn[0]) if days is None else float(days)
    found, traces = _replayed(cases, drawn, block_days, executor, progress)
    steps = steps_of(found, tried, period)
    return Benefits(
        scenario=scenario.name,
        tactic=first.tactic.name,
        levers=tried,
        steps=steps,
        changes=changes_of(found, [*(lever.name for lever in tried), ALL]),
        assumptions=assumptions_of(first, tried, found, drawn, period),
        reach=reach_of(
            {lever.name: lever.title for lever in tried},
            _could(first, tried, drawn),
            traces,
            traces[BASE],
        ),
        comparison=found,
    )


def levers_of(given: object) -> tuple[Lever, ...]:
    """
    List levers.

    Raises
    ------
    InputError
        If one is none: what makes a lever, such as ``pick_up``, is to be called.
    """
    made = tuple(given) if isinstance(given, Iterable) else (given,)
    issues = []
    for at, lever in enumerate(made):
        if not isinstance(lever, Lever):
            text = f"{type(lever).__name__} should be a Lever"
            if callable(lever):
                text += f"; call {getattr(lever, '__name__', 'it')}() to make one"
            issues.append(Issue("wrong_type", f"levers[{at}]", text))
    if issues:
        raise InputError(issues)
    return made


def _check(
    levers: Sequence[Lever], seeds: Sequence[int], days: object, block_days: object
) -> None:
    issues: list[Issue] = []
    if not levers:
        issues.append(Issue("empty", "levers", "give at least one"))
    if not seeds:
        issues.append(Issue("empty", "seeds", "give at least one"))
    seen = {BASE, TOGETHER, GAIN, ALL}
    for lever in levers:
        if lever.name in seen:
            text = f"{lever.name!r} appears more than once, or is a name of its own"
            issues.append(Issue("duplicate_id", "levers", text))
        seen.add(lever.name)
    if len(set(seeds)) < len(seeds):
        issues.append(Issue("duplicate_id", "seeds", "a seed appears more than once"))
    for name, length in (("days", days), ("block_days", block_days)):
        is_fine = isinstance(length, (int, float)) and 0 < float(length) < math.inf
        if not is_fine and (name, length) != ("days", None):
            issues.append(Issue("out_of_range", name, f"{length!r} should be above 0"))
    if issues:
        raise InputError(issues)


def _days_of(case: Case, seed: int) -> float:
    """Count the days from the first order to the last, in whole days."""
    times = [
        event.at
        for event in case.stream(case.scenario, seed)
        if isinstance(event, Placed)
    ]
    span = max(times) - min(times) if times else _A_DAY
    return max(1.0, math.ceil(span / _A_DAY))


def _replayed(
    cases: dict[str, Case],
    seeds: list[int],
    block_days: float,
    executor: Executor | None,
    progress: Progress | None,
) -> tuple[Comparison, dict[str, list[Traces]]]:
    labels = [(name, seed) for name in cases for seed in seeds]
    runs = [
        Run(
            *(case.scenario, case.tactic, seed, case.world, case.stream, block_days),
            is_traced=True,
        )
        for case in cases.values()
        for seed in seeds
    ]
    done = each(ran, runs, executor=executor, progress=progress)
    first = cases[BASE]
    name = first.scenario.name
    keys = [(name, case, seed) for case, seed in labels]
    traces: dict[str, list[Traces]] = {}
    for (case, _), one in zip(labels, done, strict=True):
        if one.traces is not None:
            traces.setdefault(case, []).append(one.traces)
    # Levers may change what customers do; what they wanted is that of the base.
    found = comparison_of(
        zip(keys, [one.kpis for one in done], strict=True),
        evidence_of_runs(keys, done, first.stream),
    )
    return found, traces


def _could(
    first: Case, levers: Sequence[Lever], seeds: Sequence[int]
) -> dict[str, list[Collection[str] | None]]:
    """Ask each lever, run by run, which orders it could touch; None is all."""
    found: dict[str, list[Collection[str] | None]] = {each.name: [] for each in levers}
    for seed in seeds:
        events = tuple(first.stream(first.scenario, seed))
        for lever in levers:
            ids = None if lever.could is None else lever.could(first, events, seed)
            found[lever.name].append(ids)
    return found
