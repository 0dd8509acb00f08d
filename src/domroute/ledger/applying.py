"""Many counts at once: a feed of stock applied to the ledger, whole or not at all."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from domroute.errors import InputError, Issue
from domroute.ledger.columns import MAX_FAULTS
from domroute.ledger.feed import Feed
from domroute.ledger.layout import Layout
from domroute.ledger.newcells import NOISE, NewCells
from domroute.ledger.pages import ON_HAND, RESERVED, Spread
from domroute.ledger.state import State
from domroute.units import MAX_UNITS, BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

OVER_PROMISED_COLUMNS: Final = ("node", "sku", "units")
"""The columns of :meth:`Applied.to_frame`, in order."""


@dataclass(frozen=True, slots=True)
class OverPromised:
    """A cell of which more is reserved than is on hand, and by how many units."""

    node: str
    sku: str
    units: int


@dataclass(frozen=True, slots=True)
class Applied:
    """
    What became of columns that were applied.

    Attributes
    ----------
    rows
        How many rows of the columns were applied.
    made
        How many cells of the ledger are new.
    over_promised
        Cells of which more is reserved now than is on hand, or kept for what is
        promised for later: all that was promised of them cannot leave. They were
        counted all the same.
    refused
        What could not be done, by row of the columns; the rest was.
    """

    rows: int
    made: int
    over_promised: tuple[OverPromised, ...] = ()
    refused: tuple[Issue, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return what is over-promised: ``OVER_PROMISED_COLUMNS``."""
        import pandas as pd

        rows = [(cell.node, cell.sku, cell.units) for cell in self.over_promised]
        return pd.DataFrame(rows, columns=list(OVER_PROMISED_COLUMNS))


def apply(state: State, feed: Feed) -> tuple[State, Applied]:
    """
    Count many cells at once; see :meth:`.Inventory.apply`.

    Nothing is done row by row in Python but the look-up of names. Of the figures, only
    the pages are copied on which a count stands; rows that are new make all of them be
    laid out again.
    """
    stock, spread, made = state.stock, None, 0
    rows = stock.layout.find(feed.nodes, feed.skus)
    new = NewCells.of(feed, np.flatnonzero(rows < 0))
    if not feed.adds:
        _refuse_repeated(feed, rows, new)
    issues: list[Issue] = []
    if len(new):
        is_refused, issues = new.refused(feed, state.scope)
        made = len(new) - int(is_refused.sum())
        if made:
            spread, rows = new.entered(stock, rows, is_refused)
        if issues:
            is_there = rows >= 0
            feed, rows = feed.pick(is_there), rows[is_there]
    if not len(rows):
        return state, Applied(0, 0, (), tuple(issues))
    cells, of_row = rows, None
    if feed.adds:
        cells, of_row = np.unique(rows, return_inverse=True)
    spread = stock.spread(cells) if spread is None else spread.of_rows(cells)
    count = len(rows)
    if of_row is None:
        _set(spread, feed, _promised(state, spread.layout, cells, feed))
    else:
        is_wrong, found = _add(spread, feed, cells, of_row)
        issues += found
        count -= int(is_wrong[of_row].sum())
        cells, spread = cells[~is_wrong], spread.of_rows(~is_wrong)
    state = replace(state, stock=stock.counted_anew(spread))
    over = _over_promised(state, spread, cells)
    return state, Applied(count, made, over, tuple(issues))


def _refuse_repeated(feed: Feed, rows: IntArray, new: NewCells) -> None:
    """
    Refuse a cell that is set twice.

    Raises
    ------
    InputError
        With every row that sets a cell again.
    """
    known = np.sort(rows[rows >= 0])
    if len(new) == len(new.at) and not (known[1:] == known[:-1]).any():
        return
    seen: set[tuple[str, str]] = set()
    issues = []
    for at, cell in enumerate(zip(feed.nodes, feed.skus, strict=True)):
        if cell in seen:
            text = f"stock of {cell[1]!r} at {cell[0]!r} is set twice"
            issues.append(Issue("duplicate_id", f"row[{at}]", text))
        seen.add(cell)
    raise InputError(issues[:MAX_FAULTS])


def _set(spread: Spread, feed: Feed, promised: FloatArray) -> None:
    """Set figures; what this ledger has promised comes on top of what others have."""
    for which, column in feed.figures.items():
        mine = promised if which == RESERVED else 0.0
        spread.figures[which, spread.at] = column + mine


def _add(
    spread: Spread, feed: Feed, cells: IntArray, of_row: IntArray
) -> tuple[BoolArray, list[Issue]]:
    """
    Add to what is on hand.

    Parameters
    ----------
    spread
        The cells' figures.
    feed
        What is added, row by row.
    cells
        The rows of the ledger; shape ``(C,)``.
    of_row
        Which of them each row of the feed counts; shape ``(Q,)``.

    Returns
    -------
    tuple
        The cells that get nothing, since they would hold less than nothing or more than
        anything does, shape ``(C,)``; and that said of each.
    """
    change = np.bincount(of_row, feed.figures[ON_HAND], len(cells))
    before: FloatArray = spread.figures[ON_HAND, spread.at]
    after = before + change
    is_wrong = (after < -NOISE) | (after > MAX_UNITS)
    issues = []
    for at in np.flatnonzero(is_wrong).tolist():
        node, sku = spread.layout.name(int(cells[at]))
        text = f"would be {after[at]:g}, which is more than {MAX_UNITS:g}"
        if after[at] < 0:
            text = f"{-change[at]:g} units are to go, and {before[at]:g} are on hand"
        issues.append(Issue("out_of_range", f"stock of {sku!r} at {node!r}", text))
    after = np.where(is_wrong, before, np.maximum(0.0, after))
    spread.figures[ON_HAND, spread.at] = after
    return is_wrong, issues


def _promised(state: State, layout: Layout, rows: IntArray, feed: Feed) -> FloatArray:
    """Count what this ledger has promised of some rows, none twice, if it is asked."""
    nodes, skus, units = [], [], []
    if RESERVED in feed.figures:
        for one in state.book:
            if one.stock_at is not None:
                continue
            for content in one.contents:
                nodes.append(one.node_id)
                skus.append(content.sku)
                units.append(float(content.quantity))
    found = layout.find(nodes, skus)
    order = np.argsort(rows)
    spot = np.minimum(rows[order].searchsorted(found), len(rows) - 1)
    at = order[spot]
    is_among = rows[at] == found
    mine = np.array(units, float)[is_among]
    return np.bincount(at[is_among], mine, len(rows)).astype(float)


def _over_promised(
    state: State, spread: Spread, cells: IntArray
) -> tuple[OverPromised, ...]:
    """List the cells of which more is reserved, or kept for later, than is on hand."""
    on_hand, reserved = (spread.figures[i, spread.at] for i in (ON_HAND, RESERVED))
    over = reserved - on_hand
    for sku, by_node in state.stock.later.short.items():
        for node, units in by_node.items():
            over[cells == spread.layout.row(node, sku)] += units
    found = []
    for at in np.flatnonzero(over > NOISE).tolist():
        node, sku = spread.layout.name(int(cells[at]))
        units = math.ceil(over[at] - NOISE)
        found.append(OverPromised(node, sku, units))
    return tuple(found)
