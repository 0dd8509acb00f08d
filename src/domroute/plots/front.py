"""A Pareto front: what no other choice beats in both of two things."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from domroute.errors import InputError
from domroute.plots.canvas import (
    COLORS,
    CURRENCY,
    GRAY,
    Point,
    as_written,
    axes_of,
    check_frame,
    check_numbers,
    lay_grid,
    put_labels,
    refuse,
    words_for,
)
from domroute.replay.kpis import kpi_of
from domroute.whatif.comparison import Comparison
from domroute.whatif.pareto import pareto

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@as_written
def pareto_front(
    frame: Comparison | pd.DataFrame,
    x: str,
    y: str,
    *,
    high: Collection[str] | None = None,
    label: str | None = None,
    currency: str = CURRENCY,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw choices by two columns, and the front of those that no other choice beats.

    Parameters
    ----------
    frame
        A comparison, of which the means are drawn; or a row per choice. Rows in which a
        column is not known are left out.
    x, y
        The columns.
    high
        Those of which more is better; when not given, the KPIs that say so.
    label
        The column that names the choices; no names when not given.
    currency
        The sign of money, for the axes.
    ax
        Where to draw; a new figure when not given.

    Returns
    -------
    Axes
        Points of the front are filled, those that are beaten hollow.

    Raises
    ------
    InputError
        If a column is missing or holds no numbers, or there is no row. All faults are
        listed.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"days": [1, 2, 3], "cost": [9.0, 5.0, 6.0]})
    >>> ax = pareto_front(frame, "days", "cost")
    >>> ax.get_lines()[0].get_xdata().tolist()
    [1, 2]
    """
    wanted = [x, y] if label is None else [x, y, label]
    if isinstance(frame, Comparison):
        frame = frame.means()
    issues = check_frame(frame, "frame", wanted, "a Comparison or a frame")
    if hasattr(frame, "columns"):
        issues += check_numbers(frame, "frame", [x, y])
    refuse(issues)
    known = frame[frame[[x, y]].notna().all(axis=1)].reset_index(drop=True)
    refuse(check_frame(known, "frame", []))
    front = pareto(known, [x, y], high=high).sort_values([x, y])
    beaten = known.drop(front.index)
    ax = axes_of(ax, (6.5, 4.2))
    ax.scatter(
        beaten[x],
        beaten[y],
        s=28,
        facecolor="white",
        edgecolor=GRAY,
        label="beaten by another",
    )
    ax.plot(
        front[x],
        front[y],
        color=COLORS[0],
        linewidth=1,
        # As far as the next point, nothing better is known than the one before.
        drawstyle="steps-pre" if _is_high(x, high) else "steps-post",
        marker="o",
        markersize=5,
        label="front: beaten by none",
    )
    lay_grid(ax)
    for name, put in ((x, ax.set_xlabel), (y, ax.set_ylabel)):
        better = "more" if _is_high(name, high) else "less"
        put(f"{words_for(name, currency)}; {better} is better", fontsize="small")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:,.10g}")
    ax.margins(0.12)
    ax.legend(frameon=False, fontsize="small")
    if label is not None:
        named = [
            row
            for part in (front, beaten)
            for row in part[[x, y, label]].itertuples(index=False)
        ]
        points = [Point(a, b, str(name)) for a, b, name in named]
        put_labels(ax, points, is_strict=False)
    return ax


def _is_high(name: str, high: Collection[str] | None) -> bool:
    """Tell whether more is better: as :func:`.pareto` takes it."""
    if high is not None:
        return name in high
    try:
        return kpi_of(name).better == "high"
    except InputError:
        return False
