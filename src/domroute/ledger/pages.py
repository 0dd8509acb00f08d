"""The figures of stock, in pages: a change copies the pages it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple, Self

import numpy as np

from domroute.ledger.layout import Layout, runs
from domroute.ledger.stock import whole_units, whole_units_by_row
from domroute.units import BoolArray, FloatArray, IntArray

ON_HAND: Final = 0
RESERVED: Final = 1
SAFETY: Final = 2
VELOCITY: Final = 3
"""Which row of ``Page.figures`` is what."""


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


_TOGETHER: Final = 1024
"""Rows of the pages that are copied together."""
Pages = tuple[tuple[FloatArray, IntArray], ...]
"""
Pages by their numbers, each as plain a tuple as can be: thousands are made at once, and
of objects that Python's collector must look at so many make it walk all there are.
"""


def cut(figures: FloatArray, layout: Layout) -> Pages:
    """Lay figures, ``(4, R)`` in the order of the layout, out in pages."""
    return tuple(_cut(figures, layout.page_edges))


def _cut(
    figures: FloatArray, edges: Sequence[int]
) -> Iterator[tuple[FloatArray, IntArray]]:
    """Cut figures into pages at some edges."""
    available = whole_units_by_row(figures[ON_HAND], figures[RESERVED], figures[SAFETY])
    for first, end in runs(edges, _TOGETHER):
        start, stop = edges[first], edges[end]
        # Copied some at a time: whoever keeps a page keeps those beside it, not all.
        some, counts = figures[:, start:stop].copy(), available[start:stop].copy()
        _close(some, counts)
        for left, right in pairwise(edges[first : end + 1]):
            part = slice(left - start, right - start)
            yield some[:, part], counts[part]


def joined(pages: Iterable[tuple[FloatArray, IntArray]]) -> Page:
    """Put pages together; they are copied."""
    whole = tuple(pages)
    if not whole:
        return Page(np.zeros((4, 0)), np.zeros(0, np.int64))
    figures = _beside([figures for figures, _ in whole])
    available = np.concatenate([available for _, available in whole])
    _close(figures, available)
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
    fresh: dict[int, tuple[FloatArray, IntArray]] = {}
    for row, (on_hand, reserved) in changes.items():
        at = layout.page_at(row)
        page = fresh.get(at)
        if page is None:
            old = pages[at]
            page = fresh[at] = old[0].copy(), old[1].copy()
        place = row - layout.page_edges[at]
        figures, available = page
        figures[ON_HAND, place] += on_hand
        figures[RESERVED, place] += reserved
        available[place] = whole_units(*figures[:VELOCITY, place].tolist())
    for at, page in fresh.items():
        _close(*page)
        made[at] = page
    return tuple(made)


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """
    Some pages side by side, to read and rewrite many rows of theirs at once.

    What it costs grows with the pages that the rows stand on, not with all there are.

    Attributes
    ----------
    layout
        The rows there are.
    numbers
        The pages, rising; None for all, of a layout that is new.
    edges
        The first row of each in ``figures``, and how many rows there are.
    at
        Where the rows that were asked for stand in ``figures``; shape ``(Q,)``.
    figures
        On hand, reserved, safety and velocity of all rows of the pages: a copy, to be
        written; shape ``(4, S)``.
    """

    layout: Layout
    numbers: list[int] | None
    edges: list[int]
    at: IntArray
    figures: FloatArray

    @classmethod
    def of(cls, pages: Pages, layout: Layout, rows: IntArray) -> Self:
        """Lay out the pages on which some rows stand, ``(Q,)``, in any order."""
        starts = layout.page_starts
        page = starts[:-1].searchsorted(rows, side="right") - 1
        is_open = np.zeros(len(pages), bool)
        is_open[page] = True
        numbers = np.flatnonzero(is_open)
        edges = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(starts[numbers + 1] - starts[numbers], out=edges[1:])
        shift = np.zeros(len(pages), np.int64)
        shift[numbers] = edges[:-1] - starts[numbers]
        listed = numbers.tolist()
        figures = _beside([pages[number][0] for number in listed])
        return cls(layout, listed, edges.tolist(), rows + shift[page], figures)

    @classmethod
    def with_rows(
        cls, pages: Pages, layout: Layout, nodes: Sequence[str], skus: Sequence[str]
    ) -> tuple[Self, IntArray]:
        """
        Lay out all pages, and empty rows that are new between theirs.

        Returns
        -------
        tuple
            The rows, of which all are asked for; and where each of those of before
            stands and, after them, each new one; shape ``(R,)``.
        """
        layout, order = layout.extended(nodes, skus)
        count = len(order)
        is_old = order < count - len(nodes)
        figures = np.zeros((4, count))
        figures[VELOCITY] = np.nan
        for column, old in zip(figures, _beside([f for f, _ in pages]), strict=True):
            column[is_old] = old  # they keep their order
        moved = np.empty(count, np.int64)
        moved[order] = np.arange(count)
        return cls(layout, None, layout.page_edges, np.arange(count), figures), moved

    def of_rows(self, rows: IntArray | BoolArray) -> Self:
        """Ask for some of the rows alone."""
        return replace(self, at=self.at[rows])

    def folded(self, pages: Pages) -> Pages:
        """Return all pages, these with the figures that they have now."""
        fresh = _cut(self.figures, self.edges)
        if self.numbers is None:
            return tuple(fresh)
        made = list(pages)
        for number, page in zip(self.numbers, fresh, strict=True):
            made[number] = page
        return tuple(made)


def _beside(figures: Sequence[FloatArray]) -> FloatArray:
    return np.concatenate(figures, axis=1) if figures else np.zeros((4, 0))


def _close(figures: FloatArray, available: IntArray) -> None:
    figures.setflags(write=False)
    available.setflags(write=False)
