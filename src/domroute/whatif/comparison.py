"""The KPIs of many runs in one frame: means, differences, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final, Literal

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.replay.kpis import fill_families, in_order, kpi_of
from domroute.tables import html_table, text_table
from domroute.whatif.evidence import (
    UNKNOWN,
    Basis,
    Evidence,
    Side,
    draws_of,
    estimate,
)
from domroute.whatif.intervals import CONFIDENCE
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
    "draws",
    "basis",
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
    "draws",
    "basis",
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
    evidence
        By scenario, what its runs say of luck: seeds that replay the same orders are
        one draw. Where nothing is said, each seed is taken for one.
    yardstick
        What costs are measured by, as a sentence, where that needs to be said.
    """

    frame: pd.DataFrame
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    yardstick: str = ""

    def wide(self) -> pd.DataFrame:
        """Return a row per scenario, tactic and seed, and a column per KPI."""
        keys = ["scenario", "tactic", "seed"]
        return _wide(self.frame, keys)

    def means(self) -> pd.DataFrame:
        """Return a row per scenario and tactic: each KPI's mean over the draws."""
        keys = ["scenario", "tactic"]
        groups = self.frame.groupby([*keys, "kpi"], sort=False)
        rows = []
        for key, part in groups:
            evidence = self._of(str(key[0]))
            draws = draws_of(_known(_by_seed(part)), [evidence])
            mean = sum(draws) / len(draws) if draws else float("nan")
            rows.append((*key, mean))
        import pandas as pd

        return _wide(pd.DataFrame(rows, columns=[*keys, "kpi", "value"]), keys)

    @checked
    def summary(
        self,
        kpis: str | Iterable[str] | None = None,
        *,
        confidence: float = CONFIDENCE,
    ) -> pd.DataFrame:
        """
        Return each KPI's mean over the draws, with its interval.

        Parameters
        ----------
        kpis
            Which; all when not given. The name of a family stands for its members.
        confidence
            Of the intervals.

        Returns
        -------
        pd.DataFrame
            ``SUMMARY_COLUMNS``. ``seeds`` counts the runs in which the KPI is known,
            ``draws`` what the interval is made of, and ``basis`` says what that is, as
            :class:`.Basis` does: of one history there are intervals by blocks of its
            days for KPIs that are sums over orders, or ratios of such, and for no
            others. Without an interval its ends are NaN.

        Raises
        ------
        InputError
            If a KPI is unknown.
        """
        import pandas as pd

        rows = []
        frame = _only(self.frame, kpis)
        for key, part in frame.groupby(["scenario", "tactic", "kpi"], sort=False):
            scenario, tactic, kpi = map(str, key)
            sides = [Side(self._of(scenario), tactic)]
            values = _by_seed(part)
            found = estimate(kpi, values, sides, confidence=confidence)
            rows.append(
                (
                    *(scenario, tactic, kpi, kpi_of(kpi).unit, found.interval.mean),
                    *(found.interval.low, found.interval.high, len(_known(values))),
                    *(found.draws, str(found.basis)),
                )
            )
        return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))

    def paired(
        self,
        against: str | None = None,
        *,
        by: Literal["tactic", "scenario"] = "tactic",
        kpis: str | Iterable[str] | None = None,
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
            Of the intervals.

        Returns
        -------
        pd.DataFrame
            ``PAIRED_COLUMNS``. ``mean`` is that of what is compared against;
            ``relative`` is the difference over it; ``agree`` counts the draws whose own
            difference has the sign of the mean one: seeds that replay the same orders
            are one. ``draws`` and ``basis`` as of :meth:`summary`.

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
            first = (scenario, base) if by == "tactic" else (base, tactic)
            sides = [
                Side(self._of(scenario), tactic),
                Side(self._of(first[0]), first[1], -1.0),
            ]
            theirs = there.reindex(part.set_index(keys).index).to_numpy()
            gaps = _by_seed(part.assign(value=part["value"].to_numpy() - theirs))
            found = estimate(kpi, gaps, sides, confidence=confidence)
            before = draws_of(
                _known(_by_seed(part.assign(value=theirs))), [sides[1].evidence]
            )
            mean = sum(before) / len(before) if before else float("nan")
            gap = found.interval
            rows.append(
                (
                    *(scenario, tactic, kpi, kpi_of(kpi).unit, base, mean),
                    *(gap.mean, gap.low, gap.high),
                    gap.mean / abs(mean) if mean else float("nan"),
                    *(found.agree, len(_known(gaps)), found.draws, str(found.basis)),
                )
            )
        return pd.DataFrame(rows, columns=list(PAIRED_COLUMNS))

    def _of(self, scenario: str) -> Evidence:
        return self.evidence.get(scenario, UNKNOWN)

    @property
    def notes(self) -> tuple[str, ...]:
        """
        What there is to know of it, as sentences.

        What costs are measured by, where that is not one and the same by itself; and
        what intervals stand on, where it is not runs drawn apart.
        """
        said = dict.fromkeys([self.yardstick, *map(_says, self.evidence.values())])
        return tuple(sentence for sentence in said if sentence)

    @checked
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
        return "\n".join([text_table(header, rows), *self.notes])

    def _repr_html_(self) -> str:
        header, rows = self._table()
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return html_table(header, rows) + notes

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
    evidence: Mapping[str, Evidence] | None = None,
    *,
    yardstick: str = "",
) -> Comparison:
    """
    Set the KPIs of runs, by scenario, tactic and seed, one below another.

    Parameters
    ----------
    rows
        Who it was, and its KPIs.
    evidence
        By scenario, what its runs say of luck.
    yardstick
        What costs are measured by.
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
    frame = long.sort_index(kind="stable").reset_index(drop=True)
    return Comparison(frame, {} if evidence is None else evidence, yardstick)


def _says(evidence: Evidence) -> str:
    seeds = len(evidence.marks)
    if evidence.basis is Basis.RESAMPLES:
        return (
            f"Streams are put together from {evidence.draws} blocks of one history: "
            "intervals say how such histories differ, and get no narrower with seeds."
        )
    if evidence.basis is Basis.BLOCKS:
        return (
            f"One history was replayed: intervals are of its {evidence.draws} blocks, "
            "for figures that are sums over orders; others have none."
        )
    if evidence.basis is Basis.NONE and seeds > 1:
        return "One history was replayed: seeds draw no other, so intervals are none."
    if evidence.basis is Basis.RUNS and evidence.draws < seeds:
        return (
            f"{seeds} seeds made {evidence.draws} different streams: runs of the same "
            "orders count once."
        )
    return ""


def _by_seed(part: pd.DataFrame) -> dict[int, float]:
    values = part["value"].astype(float).tolist()
    return dict(zip(part["seed"].tolist(), values, strict=True))


def _known(values: Mapping[int, float]) -> dict[int, float]:
    return {seed: value for seed, value in values.items() if not math.isnan(value)}


def _only(frame: pd.DataFrame, kpis: str | Iterable[str] | None) -> pd.DataFrame:
    if kpis is None:
        return frame
    kpis = [kpis] if isinstance(kpis, str) else kpis
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
