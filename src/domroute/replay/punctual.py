"""Key figures of dates: on time, lead time, promises kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domroute.replay.measures import Frames, ratio
from domroute.replay.registry import Figures, kpi
from domroute.replay.why import CANCELED, EARLIER, KEPT, UNFILLED, UNPROMISED

if TYPE_CHECKING:
    import pandas as pd

_NO_VOW: Final = (UNFILLED, UNPROMISED)


@kpi("lines on time", "share", "high", "orders")
def on_time_share(f: Frames) -> float | None:
    """
    Lines in `promises` that came whole by their need_by / those that have one.

    Lines canceled whole do not count; one of which a unit never came is not on time.
    """
    if f.promises is None:
        return None
    due = _due(f.promises)
    wanted = due["units"] - due["canceled"]
    whole = (wanted > 0) & (due["came_units"] >= wanted)
    in_time = whole & (due["came_at"] <= due["need_by"])
    return ratio(float(in_time.sum()), float((wanted > 0).sum()))


@kpi("lines that came late", "lines", "low", "orders")
def late_lines(f: Frames) -> float | None:
    """
    Rows of `promises` with came_at after need_by.

    What never came is not among them, but is not on time either.
    """
    if f.promises is None:
        return None
    due = _due(f.promises)
    late = float((due["came_at"] > due["need_by"]).sum())
    return late if len(f.promises) else float("nan")


@kpi("lead time of lines, mean", "days", "low", "orders")
def lead_time_days(f: Frames) -> float | None:
    """
    Mean of came_at - placed_at in `promises`, in days of 24 hours.

    To its last unit; what is still under way counts as expected.
    """
    return None if f.promises is None else float(_days(f.promises).mean())


@kpi("lead time of lines, 90th percentile", "days", "low", "orders")
def lead_time_days_p90(f: Frames) -> float | None:
    """90th percentile of lead_time_days, in proportion between neighbors."""
    return None if f.promises is None else float(_days(f.promises).quantile(0.9))


@kpi("promises kept", "share", "high", "orders")
def promise_kept_share(f: Frames) -> float | None:
    """
    Lines in `promises` with why kept or earlier / lines that were promised a date.

    Lines of which the customer canceled units, and no more went wrong, do not count.
    """
    if f.promises is None:
        return None
    words = f.promises["why"]
    counted = ~words.isin((*_NO_VOW, CANCELED))
    return ratio(float(words.isin((KEPT, EARLIER)).sum()), float(counted.sum()))


@kpi("lines without a promised date", "share", "low", "orders")
def unpromised_share(f: Frames) -> float | None:
    """
    Lines in `promises` with why unpromised / lines of which something was to ship.

    Some of it was to go by a service that promises nothing.
    """
    if f.promises is None:
        return None
    words = f.promises["why"]
    return ratio(float((words == UNPROMISED).sum()), float((words != UNFILLED).sum()))


@kpi("promises by what became of them", "lines", None, "orders")
def promises_by(f: Frames) -> Figures:
    """Rows of `promises` by why."""
    if f.promises is None:
        return {}
    counts = f.promises["why"].value_counts()
    return {str(word): float(count) for word, count in counts.items()}


def _due(promises: pd.DataFrame) -> pd.DataFrame:
    return promises[promises["need_by"].notna()]


def _days(promises: pd.DataFrame) -> pd.Series[float]:
    took = promises["came_at"] - promises["placed_at"]
    return took.dt.total_seconds() / 86400
