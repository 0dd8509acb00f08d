"""What is worth choosing from: rows that no other row beats in everything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.replay.kpis import kpi_of
from domroute.units import BoolArray

if TYPE_CHECKING:
    import pandas as pd


@checked
def pareto(
    frame: pd.DataFrame, columns: Sequence[str], *, high: Collection[str] | None = None
) -> pd.DataFrame:
    """
    Keep the rows that no other row beats: as good in all columns, and better in one.

    Parameters
    ----------
    frame
        A row per choice, such as ``Comparison.means()``.
    columns
        What to weigh against each other.
    high
        Those of which more is better; when not given, the KPIs that say so.

    Returns
    -------
    pd.DataFrame
        The rows kept, as they stood. Rows that are equal stay together; a row of which
        a column is not known is left out.

    Raises
    ------
    InputError
        If a column is not in the frame, or there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"cost": [5.0, 4.0, 6.0], "lead_h_mean": [20, 30, 25]})
    >>> pareto(frame, ["cost", "lead_h_mean"]).index.tolist()
    [0, 1]
    """
    import numpy as np

    issues = [
        Issue("unknown_field", f"columns[{at}]", f"{name!r} is not in the frame")
        for at, name in enumerate(columns)
        if name not in frame.columns
    ]
    if not columns:
        issues = [Issue("empty", "columns", "give at least one")]
    if issues:
        raise InputError(issues)
    signs = [-1.0 if _is_high(name, high) else 1.0 for name in columns]
    values = frame[list(columns)].to_numpy(float) * signs
    known: BoolArray = ~np.any(np.isnan(values), axis=1)
    # The best in the first column first: who comes later cannot beat who came before.
    kept: list[int] = []
    order = np.lexsort(values.T[::-1])
    for row in order[known[order]].tolist():
        rivals = values[kept]
        as_good = np.all(rivals <= values[row], axis=1)
        better = np.any(rivals < values[row], axis=1)
        if not np.any(as_good & better):
            kept.append(row)
    return frame.iloc[sorted(kept)]


def _is_high(name: str, high: Collection[str] | None) -> bool:
    if high is not None:
        return name in high
    try:
        return kpi_of(name).better == "high"
    except InputError:
        return False
