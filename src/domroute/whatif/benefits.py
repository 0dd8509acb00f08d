"""What would it bring: levers pulled one at a time and together, in margin."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from domroute.errors import InputError, Issue
from domroute.policy import Policy
from domroute.replay.events import Placed
from domroute.replay.kpis import kpi_of
from domroute.replay.placing import Stream, placed
from domroute.replay.tactic import Tactic, tactic_of
from domroute.replay.world import World
from domroute.scenario import Scenario
from domroute.tables import html_table, text_table
from domroute.whatif.comparison import Comparison, comparison_of
from domroute.whatif.evidence import Side, estimate
from domroute.whatif.intervals import CONFIDENCE
from domroute.whatif.levers import Assumption, Case, Lever
from domroute.whatif.report import page_of
from domroute.whatif.runs import Progress, Run, each, evidence_of_runs, ran, seeds_of
from domroute.whatif.steps import (
    ALL,
    ASSUMPTION_COLUMNS,
    BASE,
    CHANGE_COLUMNS,
    GAIN,
    STEP_COLUMNS,
    TOGETHER,
)

if TYPE_CHECKING:
    import pandas as pd

DAYS_A_YEAR: Final = 365.25
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
    comparison
        The KPIs of every run, with what was tried for a tactic.
    """

    scenario: str
    tactic: str
    levers: tuple[Lever, ...]
    steps: pd.DataFrame
    changes: pd.DataFrame
    assumptions: pd.DataFrame
    comparison: Comparison = field(repr=False)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The frames that a report is made of, by name."""
        return {
            "steps": self.steps,
            "changes": self.changes,
            "assumptions": self.assumptions,
        }

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
                texts[beside] = frame.to_csv(index_label="row")
        for where, text in texts.items():
            try:
                where.write_text(text, encoding="utf-8", newline="\n")
            except OSError as error:
                issue = Issue("unwritable", str(where), f"cannot be written: {error}")
                raise InputError([issue]) from None
        return file

    def __str__(self) -> str:
        header, rows = self._table()
        return text_table(header, rows)

    def _repr_html_(self) -> str:
        header, rows = self._table()
        return html_table(header, rows)

    def _table(self) -> tuple[list[str], list[list[str]]]:
        rows = [
            [
                row["title"],
                f"{row['per_order']:,.2f}",
                f"{row['per_order_low']:,.2f}",
                f"{row['per_order_high']:,.2f}",
                f"{row['per_year']:,.0f}",
            ]
            for _, row in self.steps.iterrows()
        ]
        return ["margin", "per order", "low", "high", "per year"], rows


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
    found = _replayed(cases, drawn, block_days, executor, progress)
    steps = _steps(found, tried, period)
    return Benefits(
        scenario=scenario.name,
        tactic=first.tactic.name,
        levers=tried,
        steps=steps,
        changes=_changes(found, [*(lever.name for lever in tried), ALL]),
        assumptions=_assumptions(first, tried, found, drawn, period),
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
) -> Comparison:
    labels = [(name, seed) for name in cases for seed in seeds]
    runs = [
        Run(case.scenario, case.tactic, seed, case.world, case.stream, block_days)
        for case in cases.values()
        for seed in seeds
    ]
    done = each(ran, runs, executor=executor, progress=progress)
    first = cases[BASE]
    name = first.scenario.name
    keys = [(name, case, seed) for case, seed in labels]
    # Levers may change what customers do; what they wanted is that of the base.
    return comparison_of(
        zip(keys, [one.kpis for one in done], strict=True),
        evidence_of_runs(keys, done, first.stream),
    )


def _steps(found: Comparison, levers: Sequence[Lever], days: float) -> pd.DataFrame:
    import pandas as pd

    wide = found.wide()
    (evidence,) = found.evidence.values()
    margin = {
        str(name): part["contribution_margin"].to_numpy(float)
        for name, part in wide.groupby("tactic", sort=False)
    }
    is_base = wide["tactic"] == BASE
    orders = wide.loc[is_base, "orders"].to_numpy(float)
    seeds = wide.loc[is_base, "seed"].tolist()
    base, everything = margin[BASE], margin[ALL]
    gains = [(lever.name, lever.title, margin[lever.name] - base) for lever in levers]
    alone = np.sum([gain for _, _, gain in gains], axis=0)
    names = [lever.name for lever in levers]
    # What each step is made of: the margins of cases, added and taken off.
    signs = {name: {name: 1.0, BASE: -1.0} for name in names}
    signs[TOGETHER] = {ALL: 1.0, BASE: len(names) - 1.0} | dict.fromkeys(names, -1.0)
    signs |= {BASE: {BASE: 1.0}, GAIN: {ALL: 1.0, BASE: -1.0}, ALL: {ALL: 1.0}}
    rows = [
        (BASE, "As it is", False, base),
        *((name, title, True, gain) for name, title, gain in gains),
        (TOGETHER, "Done together", True, everything - base - alone),
        (GAIN, "All of it", True, everything - base),
        (ALL, "With all of it", False, everything),
    ]
    made = []
    for name, title, is_change, amount in rows:
        sides = [Side(evidence, case, sign) for case, sign in signs[name].items()]
        per_order, in_all = (
            estimate(kpi, dict(zip(seeds, values.tolist(), strict=True)), sides)
            for kpi, values in (
                ("margin_per_order", amount / orders),
                ("contribution_margin", amount),
            )
        )
        year = in_all.interval.times(DAYS_A_YEAR / days)
        made.append(
            (
                *(name, title, is_change),
                *(per_order.interval.mean, per_order.interval.low),
                *(per_order.interval.high, year.mean, year.low, year.high),
                *(per_order.agree, len(seeds), per_order.draws),
                str(per_order.basis),
            )
        )
    return pd.DataFrame(made, columns=list(STEP_COLUMNS))


def _changes(found: Comparison, names: list[str]) -> pd.DataFrame:
    import pandas as pd

    paired = found.paired(BASE)
    rows = []
    for name in names:
        for row in paired[paired["tactic"] == name].to_dict("records"):
            kpi = kpi_of(str(row["kpi"]))
            base, change = float(row["mean"]), float(row["difference"])
            ends = (change, row["low"], row["high"], row["agree"])
            rows.append(
                (name, row["kpi"], kpi.unit, kpi.better, base, base + change, *ends)
            )
    return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))


def _assumptions(
    first: Case,
    levers: Sequence[Lever],
    found: Comparison,
    seeds: Sequence[int],
    days: float,
) -> pd.DataFrame:
    import pandas as pd

    network, world, tactic = first.scenario.network, first.world, first.tactic
    wide = found.wide()
    orders = wide.loc[wide["tactic"] == BASE, "orders"].mean()
    stated = [
        Assumption("nodes", len(network.nodes), "nodes"),
        Assumption("orders in a run, on average", float(orders), "orders"),
        Assumption("days of trade that a run stands for", days, "days"),
        Assumption("days in a year", DAYS_A_YEAR, "days"),
        Assumption("runs of each case", len(seeds), "runs"),
        Assumption("confidence of the intervals", CONFIDENCE, "share"),
        Assumption("time from routing until a shipment leaves", world.pick_h, "hours"),
        Assumption("distance a parcel goes in a day", world.km_per_day, "kilometers"),
    ]
    if tactic.is_in_waves:
        stated.append(Assumption("time between batches", tactic.hold_h, "hours"))
    for what, shares in (
        ("shipments that nodes refuse", world.rejects),
        ("lines of which nodes find nothing", world.short_picks),
    ):
        stated += [
            Assumption(f"{what}, of kind {kind}", share, "share")
            for kind, share in sorted(shares.items())
        ]
    returns = world.returns
    if returns is not None:
        stated += [
            Assumption("delivered units that come back", returns.share, "share"),
            Assumption("returned units brought to stores", returns.in_store, "share"),
            Assumption("returned units sold again", returns.resalable, "share"),
            Assumption("cost of a unit sent back", returns.parcel_cost, "money"),
            Assumption("cost of a unit brought back", returns.store_cost, "money"),
        ]
    rows = [(BASE, a.what, a.value, a.unit) for a in stated]
    rows += [
        (lever.name, a.what, a.value, a.unit)
        for lever in levers
        for a in lever.assumptions
    ]
    frame = pd.DataFrame(rows, columns=list(ASSUMPTION_COLUMNS))
    return frame.astype({"value": float})
