"""The figures of stock, in pages: a change copies the pages it touches."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from domroute.ledger.layout import Layout
from domroute.ledger.stock import whole_units, whole_units_by_row
from domroute.units import FloatArray, IntArray

ON_HAND: Final = 0
RESERVED: Final = 1
SAFETY: Final = 2
VELOCITY: Final = 3
"""Which row of ``Page.figures`` is what."""


_MANY: Final = 16
"""Where one row in so many changes, all pages are cut anew."""


class Page(NamedTuple):
    """
    Some rows of stock; the arrays are never written again.

    Attributes
    ----------
    figures
        On hand, reserved, safety and velocity (NaN where not known); shape ``(4, P)``.
    available
        Whole units that may be promised now; shape ``(P,)``.
    """

    figures: FloatArray
    available: IntArray


Pages = tuple[Page, ...]


def cut(figures: FloatArray, layout: Layout) -> Pages:
    """Lay figures, ``(4, R)`` in the order of the layout, out in pages."""
    available = whole_units_by_row(figures[ON_HAND], figures[RESERVED], figures[SAFETY])
    # Each page by itself: whoever keeps one does not keep them all.
    pages = [
        Page(figures[:, first:end].copy(), available[first:end].copy())
        for first, end in pairwise(layout.page_edges)
    ]
    for page in pages:
        _close(page)
    return tuple(pages)


def joined(pages: Pages) -> Page:
    """Put pages together; they are copied."""
    if not pages:
        return Page(np.zeros((4, 0)), np.zeros(0, np.int64))
    figures = np.concatenate([page.figures for page in pages], axis=1)
    available = np.concatenate([page.available for page in pages])
    figures.flags.writeable = available.flags.writeable = False
    return Page(figures, available)


def changed(
    pages: Pages, layout: Layout, changes: Mapping[int, tuple[float, float]]
) -> Pages:
    """
    Add to what is on hand and reserved of a few rows.

    Parameters
    ----------
    pages, layout
        What there is.
    changes
        Units on hand and reserved, by row.
    """
    made = list(pages)
    fresh: dict[int, Page] = {}
    for row, (on_hand, reserved) in changes.items():
        at = layout.page_at(row)
        page = fresh.get(at)
        if page is None:
            old = pages[at]
            page = fresh[at] = Page(old.figures.copy(), old.available.copy())
        place = row - layout.page_edges[at]
        figures = page.figures
        figures[ON_HAND, place] += on_hand
        figures[RESERVED, place] += reserved
        page.available[place] = whole_units(*figures[:VELOCITY, place].tolist())
    for at, page in fresh.items():
        _close(page)
        made[at] = page
    return tuple(made)


def replaced(
    pages: Pages, layout: Layout, rows: IntArray, figures: Mapping[int, FloatArray]
) -> Pages:
    """
    Put other figures in many rows.

    Parameters
    ----------
    pages, layout
        What there is.
    rows
        Rows, none twice; shape ``(Q,)``.
    figures
        What stands there, by place in ``Page.figures``; shape ``(Q,)`` each.
    """
    if len(rows) * _MANY > len(layout):
        whole = joined(pages).figures.copy()
        for which, column in figures.items():
            whole[which, rows] = column
        return cut(whole, layout)
    made = list(pages)
    order = np.argsort(rows, kind="stable")
    rows = rows[order]
    edges = layout.page_edges
    first = 0
    while first < len(rows):
        at = layout.page_at(int(rows[first]))
        end = int(np.searchsorted(rows, edges[at + 1]))
        fresh = pages[at].figures.copy()
        for which, column in figures.items():
            fresh[which, rows[first:end] - edges[at]] = column[order[first:end]]
        counts = whole_units_by_row(fresh[ON_HAND], fresh[RESERVED], fresh[SAFETY])
        made[at] = Page(fresh, counts)
        _close(made[at])
        first = end
    return tuple(made)


def _close(page: Page) -> None:
    page.figures.flags.writeable = page.available.flags.writeable = False
