"""Strips of KPIs: a point for every seed, the mean and its interval, by tactic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from domroute.errors import InputError, Issue
from domroute.plots.canvas import (
    COLORS,
    CURRENCY,
    GRAY,
    MARKERS,
    as_written,
    axes_of,
    check_frame,
    lay_grid,
    pyplot,
    refuse,
    words_for,
)
from domroute.whatif.comparison import Comparison

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MOST_ACROSS: Final = 3
"""Strips side by side."""
_TICKS: Final = 4
_LETTER: Final = 0.08
"""Width of a letter of the names of rows, in inches."""
_LARGE: Final = 1000.0
"""From here on, figures have separators."""
_KEYS: Final = ["scenario", "tactic"]


@as_written
def kpi_strips(
    comparison: Comparison,
    kpis: str | Sequence[str],
    *,
    currency: str = CURRENCY,
    axes: Sequence[Axes] | None = None,
) -> tuple[Axes, ...]:
    """
    Draw each KPI as a strip: a point per seed, and the mean with its interval.

    Parameters
    ----------
    comparison
        What :func:`.compare` returns.
    kpis
        Which KPIs, one or several; the name of a family stands for its members.
    currency
        The sign of money, for the axes.
    axes
        Where to draw, one for each strip; a new figure when not given.

    Returns
    -------
    tuple of Axes
        One for each KPI, in the order asked; a row for each scenario and tactic.

    Raises
    ------
    InputError
        If a KPI is unknown, there is none, or axes do not match. All faults are listed.

    Notes
    -----
    Seeds of one KPI share their luck across tactics, so intervals that overlap say
    little: ``comparison.paired()`` has the interval of the difference.

    Examples
    --------
    See :doc:`/notebooks/index`.
    """
    if not isinstance(comparison, Comparison):
        text = f"{type(comparison).__name__} should be a Comparison, as of compare()"
        raise InputError([Issue("wrong_type", "comparison", text)])
    if not kpis:
        text = "should be the names of KPIs"
        raise InputError([Issue("empty", "kpis", text)])
    means = comparison.summary(kpis)
    refuse(check_frame(means, "comparison", []))
    names = list(dict.fromkeys(means["kpi"]))
    rows = list(dict.fromkeys(means[_KEYS].itertuples(index=False, name=None)))
    words = _words(rows)
    strips = _axes(axes, len(names), words)
    runs = comparison.frame
    for at, (name, ax) in enumerate(zip(names, strips, strict=True)):
        mine = means[means["kpi"] == name].set_index(_KEYS)
        _draw(ax, runs[runs["kpi"] == name], mine, rows)
        ax.set_xlabel(words_for(name, currency), fontsize="small")
        is_first = at % _across(len(names)) == 0 or axes is not None
        ax.set_yticks(range(len(rows)), words if is_first else [""] * len(rows))
        ax.set_ylim(len(rows) - 0.5, -0.5)
    return strips


def _axes(
    given: Sequence[Axes] | None, strips: int, words: list[str]
) -> tuple[Axes, ...]:
    if given is not None:
        if len(given) != strips:
            text = f"should be {strips}, one for each strip, got {len(given)}"
            raise InputError([Issue("out_of_range", "axes", text)])
        return tuple(axes_of(ax, (0, 0)) for ax in given)
    across = _across(strips)
    down = -(-strips // across)
    room = _LETTER * max(map(len, words))
    size = (room + 2.8 * across, down * (0.75 + 0.32 * len(words)))
    figure, grid = pyplot().subplots(
        down, across, figsize=size, squeeze=False, layout="constrained"
    )
    flat = list(grid.flat)
    for spare in flat[strips:]:
        figure.delaxes(spare)
    return tuple(axes_of(ax, size) for ax in flat[:strips])


def _across(strips: int) -> int:
    """Return how many strips stand side by side: rows are about equally long."""
    down = -(-strips // _MOST_ACROSS)
    return -(-strips // down)


def _words(rows: list[tuple[str, str]]) -> list[str]:
    """Name a row by what tells it from the others."""
    scenarios, tactics = ({row[at] for row in rows} for at in (0, 1))
    if len(scenarios) == 1:
        return [tactic for _, tactic in rows]
    if len(tactics) == 1:
        return [scenario for scenario, _ in rows]
    return [f"{scenario}, {tactic}" for scenario, tactic in rows]


def _draw(
    ax: Axes, runs: pd.DataFrame, means: pd.DataFrame, rows: list[tuple[str, str]]
) -> None:
    for at, (scenario, tactic) in enumerate(rows):
        look = at % len(COLORS)
        is_mine = (runs["scenario"] == scenario) & (runs["tactic"] == tactic)
        values = runs.loc[is_mine, "value"].to_numpy(float)
        # Seeds stand a little below the mean, where they do not hide it.
        ax.scatter(
            values,
            [at + 0.22] * len(values),
            s=12,
            facecolor="none",
            edgecolor=GRAY,
            linewidth=0.7,
        )
        mean, low, high = (
            means[name].to_dict()[scenario, tactic] for name in ("mean", "low", "high")
        )
        ends = None if low != low else [[mean - low], [high - mean]]  # noqa: PLR0124 - NaN
        ax.errorbar(
            [mean],
            [at],
            xerr=ends,
            fmt=MARKERS[look],
            color=COLORS[look],
            markersize=5,
            capsize=3,
            linewidth=1.4,
        )
    ax.locator_params(axis="x", nbins=_TICKS)
    most = float(runs["value"].abs().max())
    if most >= _LARGE:
        ax.xaxis.set_major_formatter("{x:,.0f}")
    lay_grid(ax, along="x")
