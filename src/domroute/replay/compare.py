"""Scenarios and tactics compared on the same luck: means, differences, intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from domroute.errors import InputError, Issue
from domroute.policy import Policy
from domroute.replay.intervals import CONFIDENCE, interval_of
from domroute.replay.kpis import fill_families, in_order, kpi_of
from domroute.replay.pareto import pareto
from domroute.replay.runs import Progress, Run, Stream, each, kpis_of_run
from domroute.replay.tactic import Tactic, tactic_of
from domroute.replay.world import World
from domroute.scenario import Scenario
from domroute.tables import html_table, text_table
from domroute.validation import shorten

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("scenario", "tactic", "seed", "kpi", "value")
"""The columns of ``Comparison.frame``."""
SUMMARY_COLUMNS: Final = (
    "scenario",
    "tactic",
    "kpi",
    "unit",
    "mean",
    "low",
    "high",
    "seeds",
)
"""The columns of ``Comparison.summary()``."""
PAIRED_COLUMNS: Final = (
    "scenario",
    "tactic",
    "kpi",
    "unit",
    "against",
    "mean",
    "difference",
    "low",
    "high",
    "relative",
    "agree",
    "seeds",
)
"""The columns of ``Comparison.paired()``."""
SHOWN: Final = (
    "cost_to_serve",
    "contribution_margin",
    "fill_rate",
    "shipments_per_order",
    "lead_h_mean",
)
"""The KPIs that a comparison shows when it is printed."""

AnyTactic = Tactic | Policy | Callable[[Scenario], Tactic | Policy]
_WORLD: Final = World()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison:
    """
    The KPIs of every run, and what can be said of their differences.

    Attributes
    ----------
    frame
        One row per run and KPI; ``COLUMNS``. A member of a family that a run does not
        have, such as a reason that never occurred, is zero.
    """

    frame: pd.DataFrame

    def wide(self) -> pd.DataFrame:
        """Return a row per scenario, tactic and seed, and a column per KPI."""
        keys = ["scenario", "tactic", "seed"]
        return _wide(self.frame, keys)

    def means(self) -> pd.DataFrame:
        """Return a row per scenario and tactic: each KPI's mean over the seeds."""
        keys = ["scenario", "tactic"]
        means = self.frame.groupby([*keys, "kpi"], sort=False)["value"].mean()
        return _wide(means.reset_index(), keys)

    def summary(
        self, kpis: Iterable[str] | None = None, *, confidence: float = CONFIDENCE
    ) -> pd.DataFrame:
        """
        Return each KPI's mean over the seeds, with its interval.

        Parameters
        ----------
        kpis
            Which; all when not given. The name of a family stands for its members.
        confidence
            Of the intervals, by Student's distribution: NaN where there is one seed.

        Returns
        -------
        pd.DataFrame
            ``SUMMARY_COLUMNS``.

        Raises
        ------
        InputError
            If a KPI is unknown.
        """
        import pandas as pd

        rows = []
        frame = _only(self.frame, kpis)
        for key, part in frame.groupby(["scenario", "tactic", "kpi"], sort=False):
            scenario, tactic, kpi = key
            found = interval_of(part["value"].tolist(), confidence=confidence)
            ends = (found.mean, found.low, found.high, found.count)
            rows.append((scenario, tactic, kpi, kpi_of(str(kpi)).unit, *ends))
        return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))

    def paired(
        self,
        against: str | None = None,
        *,
        by: Literal["tactic", "scenario"] = "tactic",
        kpis: Iterable[str] | None = None,
        confidence: float = CONFIDENCE,
    ) -> pd.DataFrame:
        """
        Return how each tactic, or scenario, differs from one of them, seed by seed.

        Runs of one seed meet the same luck, so much of it falls out of a difference:
        its interval is narrower than those of the two means.

        Parameters
        ----------
        against
            The name of that one; the first when not given.
        by
            Whether tactics or scenarios are compared.
        kpis
            Which; all when not given. The name of a family stands for its members.
        confidence
            Of the intervals, by Student's distribution: NaN where there is one seed.

        Returns
        -------
        pd.DataFrame
            ``PAIRED_COLUMNS``. ``mean`` is that of what is compared against;
            ``relative`` is the difference over it; ``agree`` counts the seeds whose own
            difference has the sign of the mean one.

        Raises
        ------
        InputError
            If there is no such tactic, scenario or KPI.
        """
        import pandas as pd

        if by not in ("tactic", "scenario"):
            text = f"{by!r} should be 'tactic' or 'scenario'"
            raise InputError([Issue("unknown_value", "by", text)])
        names = list(dict.fromkeys(self.frame[by]))
        base = names[0] if against is None else against
        if base not in names:
            text = f"{base!r} is none of {', '.join(map(repr, names))}"
            raise InputError([Issue("unknown_id", "against", text)])
        frame = _only(self.frame, kpis)
        other = "scenario" if by == "tactic" else "tactic"
        keys = [other, "seed", "kpi"]
        there = frame[frame[by] == base].set_index(keys)["value"]
        rows = []
        for key, part in frame[frame[by] != base].groupby(
            ["scenario", "tactic", "kpi"], sort=False
        ):
            scenario, tactic, kpi = map(str, key)
            mine = part.set_index(keys)["value"]
            theirs = there.reindex(mine.index)
            gaps = (mine - theirs).tolist()
            found = interval_of(gaps, confidence=confidence)
            mean = float(theirs.mean())
            relative = found.mean / abs(mean) if mean else float("nan")
            agree = sum((gap > 0) - (gap < 0) == _sign(found.mean) for gap in gaps)
            ends = (found.mean, found.low, found.high, relative, agree, found.count)
            rows.append((scenario, tactic, kpi, kpi_of(kpi).unit, base, mean, *ends))
        return pd.DataFrame(rows, columns=list(PAIRED_COLUMNS))

    def pareto(self, kpis: Sequence[str]) -> pd.DataFrame:
        """
        Return the scenarios and tactics that no other beats, by their means.

        Parameters
        ----------
        kpis
            What to weigh against each other; whether low or high is better, each says.

        Raises
        ------
        InputError
            If a KPI is unknown, or none is given.
        """
        for name in kpis:
            kpi_of(name)
        means = self.means()
        return pareto(means, kpis)[["scenario", "tactic", *kpis]]

    def __str__(self) -> str:
        header, rows = self._table()
        return text_table(header, rows)

    def _repr_html_(self) -> str:
        header, rows = self._table()
        return html_table(header, rows)

    def _table(self) -> tuple[list[str], list[list[str]]]:
        means = self.means()
        shown = [name for name in SHOWN if name in means.columns]
        rows = [
            [str(row["scenario"]), str(row["tactic"])]
            + [f"{row[name]:,.4g}" for name in shown]
            for _, row in means.iterrows()
        ]
        return ["scenario", "tactic", *shown], rows


def compare(
    scenarios: Scenario | Iterable[Scenario],
    tactics: AnyTactic | Iterable[AnyTactic] | None,
    seeds: Iterable[int],
    *,
    stream: Stream | None = None,
    world: World = _WORLD,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """
    Replay every scenario by every tactic with every seed, and compare their KPIs.

    The stream and the chances of the world depend on the scenario and the seed alone:
    tactics meet the same orders, and the same luck wherever they do the same (common
    random numbers).

    Parameters
    ----------
    scenarios
        One or more, each of its own name; :func:`.sweep` makes them.
    tactics
        One or more, each of its own name; a policy is routed by order by order; a
        function makes the tactic of a scenario, as for sweeps over its policy. None is
        the policy of each scenario, under the name ``policy``.
    seeds
        Whole numbers; one run each.
    stream
        Makes the events of a scenario from a seed. Without it a scenario's own orders
        are replayed, and seeds differ in the chances of the world alone.
    world
        What happens to plans once they are made.
    executor
        Where to run: threads, processes, or the executor of an engine such as Dask's.
        Processes must be able to pickle the stream. It is not shut down.
    progress
        Told after each run how many are done, and of how many.

    Raises
    ------
    InputError
        If names are given twice, or there is nothing to compare, or a seed is no whole
        number. All such faults are listed.
    """
    there = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
    made = _tactics_of(tactics)
    drawn = list(seeds)
    _check(there, drawn)
    runs = [
        Run(scenario, tactic, seed, world, stream)
        for scenario in there
        for tactic in _resolved(made, scenario)
        for seed in drawn
    ]
    found = each(kpis_of_run, runs, executor=executor, progress=progress)
    return comparison_of(
        ((run.scenario.name, run.tactic.name, run.seed), kpis)
        for run, kpis in zip(runs, found, strict=True)
    )


def comparison_of(
    rows: Iterable[tuple[tuple[str, str, int], pd.Series[float]]],
) -> Comparison:
    """
    Set the KPIs of runs, by scenario, tactic and seed, one below another.

    Parameters
    ----------
    rows
        Who it was, and its KPIs.
    """
    import pandas as pd

    keys, found = zip(*rows, strict=True)
    table = fill_families(pd.DataFrame([kpis.to_dict() for kpis in found], dtype=float))
    table = table[in_order(table.columns)]
    names = list(COLUMNS[:3])
    labels = pd.DataFrame(keys, columns=names)
    long = pd.concat([labels, table], axis=1).melt(
        names, var_name="kpi", value_name="value", ignore_index=False
    )
    # By run, then by KPI: melting goes by KPI first.
    return Comparison(long.sort_index(kind="stable").reset_index(drop=True))


def _tactics_of(given: AnyTactic | Iterable[AnyTactic] | None) -> list[AnyTactic]:
    if given is None:
        return [_of_its_policy]
    if isinstance(given, (Tactic, Policy)) or callable(given):
        return [given]
    return list(given)


def _of_its_policy(scenario: Scenario) -> Tactic:
    return Tactic(name="policy", policy=scenario.policy)


def _resolved(made: list[AnyTactic], scenario: Scenario) -> list[Tactic]:
    tactics = [
        tactic_of(each if isinstance(each, (Tactic, Policy)) else each(scenario))
        for each in made
    ]
    _refuse(_twice("tactics", [tactic.name for tactic in tactics]))
    return tactics


def _check(scenarios: list[Scenario], seeds: list[int]) -> None:
    issues = _twice("scenarios", [scenario.name for scenario in scenarios])
    for at, seed in enumerate(seeds):
        whole: object = seed
        if not isinstance(whole, int) or isinstance(whole, bool) or whole < 0:
            text = f"{shorten(seed)} should be a whole number, 0 or above"
            issues.append(Issue("out_of_range", f"seeds[{at}]", text))
    _refuse(issues + _twice("seeds", [str(seed) for seed in seeds]))


def _twice(where: str, names: list[str]) -> list[Issue]:
    if not names:
        return [Issue("empty", where, "give at least one")]
    return [
        Issue("duplicate_id", where, f"{name!r} appears more than once")
        for name, count in Counter(names).items()
        if count > 1
    ]


def _refuse(issues: list[Issue]) -> None:
    if issues:
        raise InputError(issues)


def _only(frame: pd.DataFrame, kpis: Iterable[str] | None) -> pd.DataFrame:
    if kpis is None:
        return frame
    wanted = {name if ":" in name else kpi_of(name).name for name in kpis}
    for name in wanted:
        kpi_of(name)
    family = frame["kpi"].str.partition(":")[0]
    return frame[frame["kpi"].isin(wanted) | family.isin(wanted)]


def _wide(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    import pandas as pd

    names = list(dict.fromkeys(frame["kpi"]))
    # Every run has every KPI, in the same order: a row of the table is cut off.
    first = frame[keys].iloc[:: len(names)].reset_index(drop=True)
    values = frame["value"].to_numpy().reshape(-1, len(names))
    return pd.concat([first, pd.DataFrame(values, columns=names)], axis=1)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
