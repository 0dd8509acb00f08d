"""Axes to draw on, the few colors there are, and labels that keep out of the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from types import ModuleType
from typing import TYPE_CHECKING, Final, NamedTuple, ParamSpec, TypeVar

from domroute.errors import InputError, Issue
from domroute.replay.kpis import kpi_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

P = ParamSpec("P")
R = TypeVar("R")
CURRENCY: Final = "$"
"""The sign that money is shown with, unless another is given."""
INK: Final = "#1f2933"
GRAY: Final = "#7b8794"
PALE: Final = "#d5dae0"
COLORS: Final = ("#12466b", "#e07b1a", "#6fb7a8", "#8f2d56", "#5c5c5c", "#c3b13a")
"""Told apart by the color-blind; the first three by their lightness alone."""
MARKERS: Final = ("s", "o", "^", "D", "v", "P")

_Side = tuple[float, float, str, str]
_SIDES: Final[tuple[_Side, ...]] = (
    (0.7, 0.7, "left", "bottom"),
    (0.7, -0.7, "left", "top"),
    (-0.7, 0.7, "right", "bottom"),
    (-0.7, -0.7, "right", "top"),
    (1, 0, "left", "center"),
    (-1, 0, "right", "center"),
)
"""Where a label may stand beside its point: to the right, up, and its alignments."""
_CLEAR: Final = 3.0
"""Points between what is drawn and its label."""


class Point(NamedTuple):
    """A place (in data), its name, and how far off the name must stand (points)."""

    x: float
    y: float
    name: str
    gap: float = 6.0


def pyplot() -> ModuleType:
    """
    Load matplotlib.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ModuleNotFoundError as error:
        message = 'pictures need matplotlib: pip install "domroute[plots]"'
        raise ImportError(message) from error
    return plt


def as_written(draw: Callable[P, R]) -> Callable[P, R]:
    """
    Let a picture show names as they are: a dollar in one begins no formula.

    Parameters
    ----------
    draw
        What draws it.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        settings = pyplot().rcParams
        before = settings["text.parse_math"]
        # This one alone is set back: the first picture of a notebook loads its backend,
        # and what that sets is to stay.
        settings["text.parse_math"] = False
        try:
            return draw(*args, **kwargs)
        finally:
            settings["text.parse_math"] = before

    return drawn


def axes_of(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """
    Return the axes given, or new ones, without what no picture needs.

    Parameters
    ----------
    ax
        Where to draw; None makes a figure.
    size
        Of that figure: width and height (inches).
    """
    plt = pyplot()
    made: Axes
    if ax is None:
        _, made = plt.subplots(figsize=size, layout="constrained")
    else:
        made = ax
    for side in ("top", "right"):
        made.spines[side].set_visible(False)
    made.tick_params(labelsize="small")
    made.set_axisbelow(True)
    return made


def lay_grid(ax: Axes, *, along: str = "both") -> None:
    """
    Lay thin lines behind what is drawn.

    Parameters
    ----------
    ax
        Where.
    along
        From the ticks of the ``x`` axis, the ``y`` axis, or ``both``.
    """
    ax.grid(visible=True, axis=along, color=PALE, linewidth=0.5)  # type: ignore[arg-type]


def check_frame(
    frame: object, where: str, columns: Iterable[str], wanted: str = "a frame"
) -> list[Issue]:
    """
    Tell what is wrong with a frame that is to be drawn.

    Parameters
    ----------
    frame
        What was given.
    where
        What to call it.
    columns
        What it must have.
    wanted
        What may be given, in words.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        kind = type(frame).__name__
        article = "an" if kind[0].lower() in "aeiou" else "a"
        text = f"should be {wanted}, got {article} {kind}"
        return [Issue("wrong_type", where, text)]
    header = frame.columns
    issues = [
        Issue("missing", f"{where}.{name}", "is a column that the picture needs")
        for name in columns
        if name not in header
    ]
    if not len(frame):
        issues.append(Issue("empty", where, "has no rows to draw"))
    return issues


def check_numbers(
    frame: pd.DataFrame, where: str, columns: Iterable[str]
) -> list[Issue]:
    """
    Tell which columns hold no numbers; those that are not there are passed over.

    Parameters
    ----------
    frame
        What was given.
    where
        What to call it.
    columns
        What is to be drawn.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return [
        Issue("wrong_type", f"{where}.{name}", "should hold numbers")
        for name in columns
        if name in frame.columns
        and (not is_numeric_dtype(frame[name]) or is_bool_dtype(frame[name]))
    ]


def words_for(column: str, currency: str = CURRENCY) -> str:
    """
    Say what a column holds: of a KPI its label and unit, of any other its name.

    Parameters
    ----------
    column
        Its name.
    currency
        The sign of money.

    Examples
    --------
    >>> words_for("fill_rate"), words_for("cost:shipping"), words_for("days")
    ('units filled (share)', 'cost by term: shipping ($)', 'days')
    """
    try:
        kpi = kpi_of(column)
    except InputError:
        return column
    _, _, member = column.partition(":")
    if kpi.is_family and not member:
        return column  # a column of its own that is called like a family
    words = f"{kpi.label}: {member}" if member else kpi.label
    return f"{words} ({currency if kpi.unit == 'money' else kpi.unit})"


def refuse(issues: Sequence[Issue]) -> None:
    """
    Raise what is wrong, if anything is.

    Parameters
    ----------
    issues
        What is.

    Raises
    ------
    InputError
        With all of it.
    """
    if issues:
        raise InputError(issues)


def put_labels(ax: Axes, points: Iterable[Point], *, is_strict: bool) -> list[Text]:
    """
    Name points, each label where it covers no other label.

    Parameters
    ----------
    ax
        Where the points are drawn already.
    points
        Their places and names, the most important first.
    is_strict
        Whether a label without room is left out, instead of standing where it may.

    Returns
    -------
    list of Text
        The labels drawn.
    """
    from matplotlib.patheffects import withStroke

    update = getattr(ax.figure, "draw_without_rendering", None)
    if update is not None:
        update()  # a layout engine moves the axes when it first draws
    there = list(points)
    taken = [_box_of(ax, point) for point in there]
    made: list[Text] = []
    for point in there:
        text = ax.annotate(
            point.name,
            (point.x, point.y),
            textcoords="offset points",
            xytext=(0, 0),
            fontsize="small",
            color=INK,
            zorder=5,
            path_effects=[withStroke(linewidth=2.2, foreground="white")],
        )
        has_room = any(_fits(ax, text, side, point.gap, taken) for side in _SIDES)
        if not has_room and is_strict:
            text.remove()
            continue
        if not has_room:
            _fits(ax, text, _SIDES[0], point.gap, [])
        made.append(text)
        taken.append(text.get_window_extent())
    return made


def _box_of(ax: Axes, point: Point) -> Bbox:
    """Return what a point itself covers, in pixels."""
    from matplotlib.transforms import Bbox

    x, y = ax.transData.transform((point.x, point.y))
    half = max(1.0, point.gap - _CLEAR) * ax.figure.dpi / 72
    return Bbox.from_extents(x - half, y - half, x + half, y + half)


def _fits(ax: Axes, text: Text, side: _Side, gap: float, taken: list[Bbox]) -> bool:
    """Move a label to one side of its point, and tell whether it has room there."""
    right, up, ha, va = side
    text.set(position=(right * gap, up * gap), ha=ha, va=va)
    box, frame = text.get_window_extent(), ax.get_window_extent()
    is_inside = (
        frame.x0 <= box.x0
        and box.x1 <= frame.x1
        and frame.y0 <= box.y0
        and box.y1 <= frame.y1
    )
    return is_inside and not any(box.overlaps(other) for other in taken)
