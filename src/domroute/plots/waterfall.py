"""A waterfall: from nothing to a total term by term, or from a base step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domroute.batchresult import BatchResult
from domroute.errors import Issue
from domroute.plots.canvas import (
    COLORS,
    GRAY,
    INK,
    axes_of,
    check_frame,
    check_numbers,
    lay_grid,
    refuse,
)
from domroute.replay import Outcome
from domroute.replay.measures import VALUES
from domroute.result import RoutingResult

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MORE, _LESS, _WHOLE = COLORS[1], COLORS[2], COLORS[0]
_ROOM, _MARGIN = 0.16, 0.05
"""Shares of the width: right of the bars, for their amounts, and left of them."""
_PLAIN: Final = 10_000.0
"""Amounts from here on are written without decimals."""


def cost_waterfall(
    costs: Outcome | BatchResult | RoutingResult | pd.DataFrame,
    *,
    start: tuple[str, float] | None = None,
    total: str = "total",
    label: str = "term",
    amount: str = "amount",
    what: str = "cost",
    unit: str = "currency",
    from_zero: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw amounts one after another, each from where the one before has ended.

    Parameters
    ----------
    costs
        The outcome of a replay (its cost to serve), a batch, a result, or a frame;
        amounts of one label are summed.
    start
        Name and amount of the bar to begin with: a base that the rows change. Without
        it the rows begin at zero, and the largest comes first.
    total
        Name of the last bar, the sum of all.
    label, amount
        Columns of the frame.
    what, unit
        Of the amounts, for the axis.
    from_zero
        Whether the axis begins at zero. If not, small changes of a large base can be
        seen, and the axis says that it is cut.
    ax
        Where to draw; a new figure when not given.

    Returns
    -------
    Axes
        A bar for each label and for the total.

    Raises
    ------
    InputError
        If a column is missing, holds no numbers or an unknown one, or there is no row.
        All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"term": ["parcel", "labor"], "amount": [5.0, 3.0]})
    >>> ax = cost_waterfall(frame)
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['parcel', 'labor', 'total']
    """
    bars = _bars(_rows(_frame_of(costs, label, amount), label, amount), start, total)
    ax = axes_of(ax, (7.5, 0.9 + 0.36 * len(bars)))
    for at, bar in enumerate(bars):
        ax.barh(at, bar.size, left=bar.left, height=0.62, color=bar.color)
        ax.annotate(
            bar.text,
            (max(bar.left, bar.end), at),
            textcoords="offset points",
            xytext=(4, 0),
            va="center",
            fontsize="small",
            color=INK,
        )
    for at, bar in enumerate(bars[:-1]):
        ax.plot([bar.end] * 2, [at, at + 1], color=GRAY, linewidth=0.7, zorder=0)
    _limit(ax, bars, from_zero=from_zero)
    ax.set_yticks(range(len(bars)), [bar.name for bar in bars])
    ax.set_ylim(len(bars) - 0.4, -0.6)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    cut = "" if from_zero else "; the axis does not begin at zero"
    ax.set_xlabel(f"{what} ({unit}){cut}", fontsize="small")
    lay_grid(ax, along="x")
    return ax


class _Bar(NamedTuple):
    name: str
    left: float
    size: float
    color: str
    text: str

    @property
    def end(self) -> float:
        return self.left + self.size


def _bars(
    rows: list[tuple[str, float]], start: tuple[str, float] | None, total: str
) -> list[_Bar]:
    """Put the amounts one after another, between the base and the sum."""
    bars = []
    level = 0.0
    if start is None:
        rows = sorted(rows, key=lambda row: -row[1])
    else:
        name, level = start
        bars.append(_Bar(name, 0.0, level, _WHOLE, _text(level)))
    for name, size in rows:
        color = _MORE if size >= 0 else _LESS
        text = _text(size) if start is None else _text(size, sign="+")
        bars.append(_Bar(name, level, size, color, text))
        level += size
    return [*bars, _Bar(total, 0.0, level, _WHOLE, _text(level))]


def _text(amount: float, *, sign: str = "-") -> str:
    digits = 2 if abs(amount) < _PLAIN else 0
    return f"{amount:{sign},.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _limit(ax: Axes, bars: list[_Bar], *, from_zero: bool) -> None:
    """Show all steps, and leave room for what is written beside them."""
    ends = [end for bar in bars for end in (bar.end, bar.left)]
    if not from_zero:
        ends = [bar.end for bar in bars]
    low, high = min(ends), max(ends)
    room = (high - low) or 1.0
    if not from_zero or low < 0:
        low -= _MARGIN * room
    ax.set_xlim(low, high + _ROOM * room)
    if low <= 0:
        ax.axvline(0, color=INK, linewidth=0.8)


def _frame_of(
    costs: Outcome | BatchResult | RoutingResult | pd.DataFrame,
    label: str,
    amount: str,
) -> pd.DataFrame:
    import pandas as pd

    if isinstance(costs, Outcome):
        frame = costs.tables["costs"]
        frame = frame[~frame["term"].isin(VALUES)]
    elif isinstance(costs, (BatchResult, RoutingResult)):
        frame = pd.DataFrame(list(costs.costs), columns=["term", "amount"])
    else:
        frame = costs
    issues = check_frame(frame, "costs", [label, amount])
    if not issues:
        issues += check_numbers(frame, "costs", [amount])
    if not issues and frame[amount].isna().any():
        text = f"{int(frame[amount].isna().sum())} of its amounts are not known"
        issues.append(Issue("not_finite", f"costs.{amount}", text))
    refuse(issues)
    return frame


def _rows(frame: pd.DataFrame, label: str, amount: str) -> list[tuple[str, float]]:
    """Sum what has one label, in the order in which labels first appear."""
    sums = frame.groupby(label, sort=False)[amount].sum()
    return [(str(name), float(size)) for name, size in sums.items()]
