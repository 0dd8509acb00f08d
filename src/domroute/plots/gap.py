"""How a gap closed: the cost from above and the bound from below, over seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domroute.batchresult import HISTORY_COLUMNS, BatchResult
from domroute.plots.canvas import (
    COLORS,
    CURRENCY,
    INK,
    PALE,
    as_written,
    axes_of,
    check_frame,
    check_numbers,
    lay_grid,
    refuse,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@as_written
def gap_history(
    batch: BatchResult | pd.DataFrame,
    *,
    currency: str = CURRENCY,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw cost and bound as they got better; what is between them is not yet proven.

    Parameters
    ----------
    batch
        A batch, or a frame with the columns of its ``history``.
    currency
        The sign of money, for the axis.
    ax
        Where to draw; a new figure when not given.

    Returns
    -------
    Axes
        Cost against seconds.

    Raises
    ------
    InputError
        If a column is missing, or there is no row. All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = {"elapsed_s": [0.1, 0.5], "bound": [80, 90], "cost": [120, 100]}
    >>> ax = gap_history(pd.DataFrame(columns))
    >>> [text.get_text() for text in ax.texts]
    ['gap 10.00%']
    """
    import numpy as np

    frame = batch.history if isinstance(batch, BatchResult) else batch
    issues = check_frame(
        frame, "history", HISTORY_COLUMNS, "a BatchResult or its history"
    )
    if not issues:
        issues += check_numbers(frame, "history", HISTORY_COLUMNS)
    refuse(issues)
    known = frame[list(HISTORY_COLUMNS)].replace([-np.inf, np.inf], np.nan)
    if isinstance(batch, BatchResult) and batch.elapsed_s > known["elapsed_s"].max():
        # Until it ended, nothing got better.
        last = known.ffill().iloc[[-1]].assign(elapsed_s=batch.elapsed_s)
        known = _joined(known, last)
    seconds = known["elapsed_s"].to_numpy(float)
    bound, cost = (known[name].ffill().to_numpy(float) for name in ("bound", "cost"))
    ax = axes_of(ax, (7.0, 3.6))
    ax.fill_between(seconds, bound, cost, step="post", color=PALE, linewidth=0)
    for values, word, color, style in (
        (cost, "cost of the best plans", COLORS[1], "-"),
        (bound, "bound: no plans cost less", COLORS[0], "--"),
    ):
        ax.step(seconds, values, style, where="post", color=color, label=word)
    gap = (cost[-1] - bound[-1]) / cost[-1] if cost[-1] > 0 else np.nan
    if np.isfinite(gap):
        ax.annotate(
            f"gap {max(0.0, gap):.2%}",
            (seconds[-1], (cost[-1] + bound[-1]) / 2),
            textcoords="offset points",
            xytext=(5, 0),
            va="center",
            fontsize="small",
            color=INK,
            annotation_clip=False,
        )
    ax.set_xlabel("seconds from the orders", fontsize="small")
    ax.set_ylabel(f"cost of all orders ({currency})", fontsize="small")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.legend(frameon=False, fontsize="small")
    lay_grid(ax)
    return ax


def _joined(frame: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([frame, last], ignore_index=True)
