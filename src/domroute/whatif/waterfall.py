"""A waterfall of margin: by Matplotlib where it is installed, or as plain HTML."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib.util import find_spec


@dataclass(frozen=True, slots=True)
class Bar:
    """
    One bar: from where to where, how sure its length is, and what stands beside it.

    Attributes
    ----------
    low, high
        Ends of the interval of its length; NaN where not known.
    mark
        The label as HTML, where it is more than text.
    """

    title: str
    start: float
    end: float
    low: float
    high: float
    label: str
    mark: str = ""
    is_sum: bool = False


def bars_of(changes: Sequence[Bar], total: Bar) -> tuple[Bar, ...]:
    """
    Set changes one on the end of another, and their sum below.

    Parameters
    ----------
    changes
        Each from zero, with the ends of its interval.
    total
        The sum: its title, label and mark are kept.

    Examples
    --------
    >>> up, down = Bar("a", 0, 2.0, 1.0, 3.0, "+2"), Bar("b", 0, -1.0, -2.0, 0.0, "-1")
    >>> bars = bars_of([up, down], Bar("both", 0, 1.0, 0.5, 1.5, "+1"))
    >>> [(bar.start, bar.end) for bar in bars]
    [(0.0, 2.0), (2.0, 1.0), (0.0, 1.0)]
    """
    bars: list[Bar] = []
    at = 0.0
    for bar in changes:
        low, high = at + bar.low, at + bar.high
        bars.append(replace(bar, start=at, end=at + bar.end, low=low, high=high))
        at += bar.end
    return (*bars, replace(total, start=0.0, end=at, is_sum=True))


def draw(bars: Sequence[Bar], *, what: str) -> str:
    """
    Draw bars, as SVG where Matplotlib is installed and as HTML where it is not.

    Parameters
    ----------
    bars
        From the top.
    what
        What their lengths mean.
    """
    if find_spec("matplotlib") is None:
        return as_html(bars, what=what)
    return as_svg(bars, what=what)


def as_html(bars: Sequence[Bar], *, what: str) -> str:
    """
    Draw bars with nothing but HTML and its styles.

    Parameters
    ----------
    bars, what
        As in :func:`draw`.

    Examples
    --------
    >>> "left: 0.00%" in as_html([Bar("a", 0.0, 2.0, 1.0, 3.0, "+2")], what="margin")
    True
    """
    ends = [end for bar in bars for end in (bar.start, bar.end)]
    low, high = min(ends, default=0.0), max(ends, default=0.0)
    width = (high - low) or 1.0
    rows = []
    for bar in bars:
        left = 100 * (min(bar.start, bar.end) - low) / width
        size = 100 * abs(bar.end - bar.start) / width
        style = f"left: {left:.2f}%; width: {max(size, 0.3):.2f}%"
        rows.append(
            f'<div class="bar"><span class="bar-title">{escape(bar.title)}</span>'
            '<span class="bar-room">'
            f'<i class="{_kind(bar)}" style="{style}"></i></span>'
            f'<span class="bar-label">{bar.mark or escape(bar.label)}</span></div>'
        )
    body = "".join(rows)
    return f'<div class="bars" role="img" aria-label="{escape(what)}">{body}</div>'


def as_svg(bars: Sequence[Bar], *, what: str) -> str:
    """
    Draw bars with Matplotlib, the same bytes for the same bars.

    Parameters
    ----------
    bars, what
        As in :func:`draw`.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    color = {"up": "#2a7f5f", "down": "#b5482f", "sum": "#44546a"}
    # A dollar in a name begins no formula.
    with mpl.rc_context(
        {"svg.hashsalt": "domroute", "svg.fonttype": "path", "text.parse_math": False}
    ):
        figure = Figure(figsize=(8, 0.6 + 0.5 * len(bars)), layout="constrained")
        axes = figure.subplots()
        for at, bar in enumerate(bars):
            axes.barh(at, bar.end - bar.start, left=bar.start, color=color[_kind(bar)])
            if math.isfinite(bar.low) and math.isfinite(bar.high):
                axes.plot([bar.low, bar.high], [at, at], color="black", linewidth=1.2)
            if at + 1 < len(bars):
                axes.plot([bar.end, bar.end], [at, at + 1], color="gray", linewidth=0.6)
            far = max(bar.start, bar.end, bar.high if math.isfinite(bar.high) else 0.0)
            axes.annotate(
                bar.label,
                (far, at),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
            )
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_yticks(range(len(bars)), [bar.title for bar in bars])
        axes.invert_yaxis()
        axes.margins(x=0.18)
        axes.set_xlabel(what)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(axis="y", length=0)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    picture = text.getvalue()
    return picture[picture.index("<svg") :]


def _kind(bar: Bar) -> str:
    if bar.is_sum:
        return "sum"
    return "up" if bar.end >= bar.start else "down"
