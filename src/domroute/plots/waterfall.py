"""A waterfall: from nothing to a total term by term, or from a base step by step."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from domroute.batchresult import BatchResult
from domroute.errors import Issue
from domroute.plots.canvas import (
    COLORS,
    CURRENCY,
    GRAY,
    INK,
    as_written,
    axes_of,
    check_frame,
    check_numbers,
    lay_grid,
    refuse,
)
from domroute.replay import Outcome
from domroute.replay.measures import VALUE
from domroute.result import RoutingResult
from domroute.whatif.benefits import Benefits
from domroute.whatif.steps import ALL, BASE, GAIN

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_BAD, _GOOD, _WHOLE = COLORS[1], COLORS[2], COLORS[0]
_ROOM, _MARGIN = 0.16, 0.05
"""Shares of the width: right of the bars, for their amounts, and left of them."""
_GIVE: Final = "an Outcome, a BatchResult, a RoutingResult, a Benefits or a frame"
_PLAIN: Final = 10_000.0
"""Amounts from here on are written without decimals."""


@as_written
def cost_waterfall(
    costs: Outcome | BatchResult | RoutingResult | Benefits | pd.DataFrame,
    *,
    start: tuple[str, float] | None = None,
    total: str = "total",
    label: str = "term",
    amount: str = "amount",
    ends: tuple[str, str] | None = None,
    better: Literal["low", "high"] = "low",
    what: str = "cost",
    currency: str = CURRENCY,
    from_zero: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw amounts one after another, each from where the one before has ended.

    Parameters
    ----------
    costs
        The outcome of a replay (what it paid, and penalties), a batch, a result, or a
        frame, of which amounts of one label are summed. What :func:`.benefits` returns
        is drawn as margin per order, from its base to what all levers bring.
    start
        Name and amount of the bar to begin with: a base that the rows change. Without
        it the rows begin at zero, and the largest comes first.
    total
        Name of the last bar, the sum of all.
    label, amount
        Columns of the frame.
    ends
        Columns with the lower and the upper end of the interval of each amount, drawn
        as a thin line; none when not given.
    better
        Whether low or high amounts are better: it decides the colors of the steps.
    what, currency
        What the amounts are, and the sign of money, for the axis.
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
        If a column is missing, holds no numbers or an unknown one, there is no row, or
        a label with an interval appears twice. All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"term": ["parcel", "labor"], "amount": [5.0, 3.0]})
    >>> ax = cost_waterfall(frame)
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['parcel', 'labor', 'total']
    """
    asked = _Asked(label, amount, ends, start, total, what, better)
    frame, asked = _read(costs, asked)
    bars = _bars(_rows(frame, asked), asked)
    ax = axes_of(ax, (7.5, 0.9 + 0.36 * len(bars)))
    for at, bar in enumerate(bars):
        _draw(ax, at, bar)
    for at, bar in enumerate(bars[:-1]):
        ax.plot([bar.end] * 2, [at, at + 1], color=GRAY, linewidth=0.7, zorder=0)
    _limit(ax, bars, from_zero=from_zero)
    ax.set_yticks(range(len(bars)), [bar.name for bar in bars])
    ax.set_ylim(len(bars) - 0.4, -0.6)
    ax.xaxis.set_major_formatter("{x:,.10g}")
    cut = "" if from_zero else "; the axis does not begin at zero"
    ax.set_xlabel(f"{asked.what} ({currency}){cut}", fontsize="small")
    lay_grid(ax, along="x")
    return ax


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be drawn of a frame, and how it is called."""

    label: str
    amount: str
    ends: tuple[str, str] | None
    start: tuple[str, float] | None
    total: str
    what: str
    better: str

    @property
    def columns(self) -> list[str]:
        return [self.label, self.amount, *(self.ends or ())]


class _Row(NamedTuple):
    name: str
    size: float
    low: float = math.nan
    high: float = math.nan


class _Bar(NamedTuple):
    name: str
    left: float
    size: float
    color: str
    text: str
    low: float = math.nan
    """Ends of the interval of where it ends; NaN where not known."""
    high: float = math.nan

    @property
    def end(self) -> float:
        return self.left + self.size

    @property
    def edges(self) -> list[float]:
        return [x for x in (self.left, self.end, self.low, self.high) if x == x]  # noqa: PLR0124 - NaN


def _read(
    costs: Outcome | BatchResult | RoutingResult | Benefits | pd.DataFrame,
    asked: _Asked,
) -> tuple[pd.DataFrame, _Asked]:
    """Return the frame to be drawn, and what is to be drawn of it."""
    import pandas as pd

    if isinstance(costs, Benefits):
        return _margin(costs, asked)
    plain = replace(asked, label="term", amount="amount", ends=None)
    if isinstance(costs, Outcome):
        frame = costs.tables["costs"]
        return _checked(frame[frame["nature"] != VALUE], plain), plain
    if isinstance(costs, (BatchResult, RoutingResult)):
        frame = pd.DataFrame(list(costs.costs), columns=["term", "amount"])
        return _checked(frame, plain), plain
    return _checked(costs, asked), asked


def _margin(benefits: Benefits, asked: _Asked) -> tuple[pd.DataFrame, _Asked]:
    """Take the levers of a benefits calculation for the rows between base and all."""
    steps = benefits.steps
    titles = dict(zip(steps["step"], steps["title"], strict=True))
    margins = dict(zip(steps["step"], steps["per_order"], strict=True))
    return steps[steps["is_change"] & (steps["step"] != GAIN)], replace(
        asked,
        label="title",
        amount="per_order",
        ends=("per_order_low", "per_order_high"),
        start=(titles[BASE], float(margins[BASE])),
        total=titles[ALL],
        what="margin per order",
        better="high",
    )


def _checked(frame: pd.DataFrame, asked: _Asked) -> pd.DataFrame:
    issues = check_frame(frame, "costs", asked.columns, _GIVE)
    if not issues:
        issues += check_numbers(frame, "costs", asked.columns[1:])
    if not issues and frame[asked.amount].isna().any():
        text = f"{int(frame[asked.amount].isna().sum())} of its amounts are not known"
        issues.append(Issue("not_finite", f"costs.{asked.amount}", text))
    if not issues and asked.ends is not None:
        again = frame[asked.label][frame[asked.label].duplicated()]
        text = "appears twice, and intervals do not add up"
        issues += [
            Issue("duplicate_id", f"costs.{asked.label}", f"{name!r} {text}")
            for name in again.unique()
        ]
    refuse(issues)
    return frame


def _rows(frame: pd.DataFrame, asked: _Asked) -> list[_Row]:
    """Sum what has one label, in the order in which labels first appear."""
    if asked.ends is not None:
        rows = frame[asked.columns].itertuples(index=False, name=None)
        return [_Row(str(name), *map(float, rest)) for name, *rest in rows]
    sums = frame.groupby(asked.label, sort=False)[asked.amount].sum()
    return [_Row(str(name), float(size)) for name, size in sums.items()]


def _bars(rows: list[_Row], asked: _Asked) -> list[_Bar]:
    """Put the amounts one after another, between the base and the sum."""
    bars = []
    level = 0.0
    if asked.start is None:
        rows = sorted(rows, key=lambda row: -row.size)
    else:
        name, level = asked.start
        bars.append(_Bar(name, 0.0, level, _WHOLE, _text(level)))
    for row in rows:
        is_good = (row.size >= 0) == (asked.better == "high")
        color = _GOOD if is_good else _BAD
        text = _text(row.size, sign="-" if asked.start is None else "+")
        ends = level + row.low, level + row.high
        bars.append(_Bar(row.name, level, row.size, color, text, *ends))
        level += row.size
    return [*bars, _Bar(asked.total, 0.0, level, _WHOLE, _text(level))]


def _text(amount: float, *, sign: str = "-") -> str:
    digits = 2 if abs(amount) < _PLAIN else 0
    return f"{amount:{sign},.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _draw(ax: Axes, at: int, bar: _Bar) -> None:
    ax.barh(at, bar.size, left=bar.left, height=0.62, color=bar.color)
    if bar.high - bar.low > 0:
        ax.plot([bar.low, bar.high], [at, at], color=INK, linewidth=1, marker="|")
    ax.annotate(
        bar.text,
        (max(bar.edges), at),
        textcoords="offset points",
        xytext=(5, 0),
        va="center",
        fontsize="small",
        color=INK,
    )


def _limit(ax: Axes, bars: list[_Bar], *, from_zero: bool) -> None:
    """Show all steps, and leave room for what is written beside them."""
    # Bars of the whole begin at zero, and are cut where the axis is.
    is_cut = [bar.color == _WHOLE and not from_zero for bar in bars]
    edges = [
        edge
        for bar, cut in zip(bars, is_cut, strict=True)
        for edge in ([bar.end] if cut else bar.edges)
    ]
    low, high = min(edges), max(edges)
    room = (high - low) or 1.0
    if not from_zero or low < 0:
        low -= _MARGIN * room
    ax.set_xlim(low, high + _ROOM * room)
    if low <= 0:
        ax.axvline(0, color=INK, linewidth=0.8)
