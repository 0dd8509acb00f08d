"""The KPIs of many runs in one frame: means, differences, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from domroute.errors import InputError, Issue
from domroute.replay.kpis import fill_families, in_order, kpi_of
from domroute.tables import html_table, text_table
from domroute.whatif.intervals import CONFIDENCE, interval_of
from domroute.whatif.pareto import pareto

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
    "total_cost",
    "cost_to_serve",
    "contribution_margin",
    "fill_rate",
    "shipments_per_order",
    "lead_h_mean",
)
"""The KPIs that a comparison shows when it is printed."""


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
