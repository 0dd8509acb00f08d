"""A heat map of cells: what one more unit saves, or what a unit is charged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domroute.batchresult import BatchResult
from domroute.costs import StockValue
from domroute.errors import InputError, Issue
from domroute.plots.canvas import (
    CURRENCY,
    INK,
    as_written,
    axes_of,
    check_frame,
    check_numbers,
    refuse,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_WRITTEN: Final = 12
"""Columns up to which amounts are written into their cells."""
_DARK: Final = 0.55
"""Share of the scale above which writing is white."""
_UNKNOWN: Final = "#f0f0f0"
_COLUMNS: Final = ("node", "sku", "price")
_SAVES: Final = "one more unit here saves"
_GIVE: Final = "a BatchResult, a StockValue or a frame"


@as_written
def price_heatmap(
    prices: BatchResult | StockValue | pd.DataFrame,
    *,
    most: int = 15,
    currency: str = CURRENCY,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw an amount for every node and SKU; the dearest come first.

    Parameters
    ----------
    prices
        A batch: its prices of stock, not of capacity. Or the values of stock ahead of
        demand: what one more unit would save (:meth:`.StockValue.one_more`), or, where
        that was not worked out, what a unit taken is charged. Or a frame with the
        columns ``node``, ``sku`` and ``price``.
    most
        Nodes and SKUs drawn, those of the dearest unit first.
    currency
        The sign of money, for the scale.
    ax
        Where to draw; a new figure when not given.

    Returns
    -------
    Axes
        A row for each node, a column for each SKU; the scale says what is drawn. Where
        that is what one more unit saves, every cell has its amount, empty cells too. Of
        a batch, cells are blank that have no price: nothing is there, or more than is
        wanted.

    Raises
    ------
    InputError
        If a column is missing, or there is no price of stock. All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = {"node": ["N1", "N2"], "sku": ["A", "A"], "price": [2.5, 0.0]}
    >>> ax = price_heatmap(pd.DataFrame(columns))
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['N1', 'N2']
    """
    import numpy as np

    if most < 1:
        text = f"{most!r} should be 1 or above"
        raise InputError([Issue("out_of_range", "most", text)])
    table, counts, what = _table_of(prices, most)
    values = table.to_numpy(float)
    rows, columns = values.shape
    ax = axes_of(ax, (2.4 + 0.42 * columns, 1.3 + 0.3 * rows))
    import matplotlib as mpl

    colors = mpl.colormaps["Blues"].with_extremes(bad=_UNKNOWN)
    top = float(np.nanmax(values)) or 1.0
    image = ax.imshow(values, cmap=colors, vmin=0, vmax=top, aspect="auto")
    ax.set_xticks(
        range(columns),
        [str(name) for name in table.columns],
        rotation=60,
        ha="right",
        rotation_mode="anchor",
    )
    ax.set_yticks(range(rows), [str(name) for name in table.index])
    ax.set_xlabel(_heading("SKU", columns, counts[1]), fontsize="small")
    ax.set_ylabel(_heading("node", rows, counts[0]), fontsize="small")
    _rule_lines(ax, rows, columns)
    if columns <= _WRITTEN:
        for row, column in zip(*np.nonzero(~np.isnan(values)), strict=True):
            value = values[row, column]
            ax.annotate(
                f"{value:.3g}",
                (column, row),
                ha="center",
                va="center",
                fontsize="x-small",
                color="white" if value > _DARK * top else INK,
            )
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02)
    bar.set_label(f"{what} ({currency})", fontsize="small")
    bar.ax.tick_params(labelsize="small")
    bar.outline.set_visible(False)
    return ax


def _table_of(
    prices: BatchResult | StockValue | pd.DataFrame, most: int
) -> tuple[pd.DataFrame, list[int], str]:
    """
    Return a row per node and a column per SKU, the dearest first.

    And how many nodes and SKUs have a price in all, and what is in the cells.
    """
    frame, what = _frame_of(prices)
    issues = check_frame(frame, "prices", _COLUMNS, _GIVE)
    if not issues:
        issues += check_numbers(frame, "prices", ["price"])
    refuse(issues)
    frame = frame[frame["sku"].notna() & frame["price"].notna()]
    refuse(check_frame(frame, "prices", []))
    table = frame.pivot_table(
        index="node", columns="sku", values="price", aggfunc="max", observed=True
    )
    if what.startswith(_SAVES):
        table = table.fillna(0.0)  # what is in no row saves nothing
    # The dearest SKUs, and of the nodes those that have them.
    table = table[_dearest(table.max(), most)]
    table = table.loc[_dearest(table.max(axis="columns"), most)]
    counts = [frame[name].nunique() for name in ("node", "sku")]
    return table, counts, what


def _frame_of(
    prices: BatchResult | StockValue | pd.DataFrame,
) -> tuple[pd.DataFrame, str]:
    import pandas as pd

    if isinstance(prices, BatchResult):
        return prices.prices, "price of one more unit"
    if not isinstance(prices, StockValue):
        return prices, "price of one more unit"
    if prices.savings is not None:
        cells = [(row.node, row.sku, row.saves) for row in prices.savings]
        are_exact = all(row.is_exact for row in prices.savings)
        what = _SAVES if are_exact else f"{_SAVES} at most"
        return pd.DataFrame(cells, columns=list(_COLUMNS)), what
    rows = prices.values  # noqa: PD011 - no frame, but the rows of the term
    cells = [(row.node, row.sku, row.value) for row in rows]
    return pd.DataFrame(cells, columns=list(_COLUMNS)), "a unit taken is charged"


def _dearest(prices: pd.Series[float], most: int) -> list[str]:
    best = prices.dropna().sort_values(ascending=False, kind="stable")
    return best.index[:most].tolist()


def _heading(name: str, shown: int, count: int) -> str:
    return name if shown == count else f"{name} (the dearest {shown} of {count})"


def _rule_lines(ax: Axes, rows: int, columns: int) -> None:
    """Part the cells by white lines."""
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xticks([at - 0.5 for at in range(1, columns)], minor=True)
    ax.set_yticks([at - 0.5 for at in range(1, rows)], minor=True)
    ax.grid(visible=True, which="minor", color="white", linewidth=1.2)
    ax.tick_params(which="both", length=0)
