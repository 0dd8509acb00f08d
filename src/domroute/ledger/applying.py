"""Many counts at once: a feed of stock applied to the ledger, whole or not at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from domroute.errors import InputError, Issue
from domroute.ledger.columns import (
    MAX_FAULTS,
    check_lengths,
    read_ids,
    read_numbers,
    refuse,
)
from domroute.ledger.counting import unknown
from domroute.ledger.pages import ON_HAND, RESERVED, SAFETY, VELOCITY
from domroute.ledger.state import State
from domroute.units import MAX_UNITS, FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

_FIGURES: Final = {
    "on_hand": ON_HAND,
    "reserved": RESERVED,
    "safety": SAFETY,
    "velocity": VELOCITY,
}
_NOISE: Final = 1e-9
"""Less than any part of a unit: what sums of floats may be off."""
OVER_PROMISED_COLUMNS: Final = ("node", "sku", "units")
"""The columns of :meth:`Applied.to_frame`, in order."""


class Frame(Protocol):
    """A table of columns, such as a frame of pandas."""

    @property
    def columns(self) -> Iterable[object]:
        """The names of its columns."""

    def __getitem__(self, name: str, /) -> object:
        """Return a column."""


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
        Cells of which more is reserved now than is on hand: all that was promised of
        them cannot leave. They were counted all the same.
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


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """
    Checked columns; each of length ``Q``.

    Attributes
    ----------
    nodes, skus
        Ids.
    figures
        What is counted, by place in a page's figures.
    """

    nodes: list[str]
    skus: list[str]
    figures: dict[int, FloatArray]
    adds: bool

    @classmethod
    def read(cls, columns: Mapping[str, object] | Frame, mode: str) -> Feed:
        """
        Check columns.

        Raises
        ------
        InputError
            With every fault of every column.
        """
        if mode not in ("set", "add"):
            text = f"{mode!r} should be 'set' or 'add'"
            raise InputError([Issue("unknown_value", "mode", text)])
        names = columns if isinstance(columns, Mapping) else columns.columns
        given = {str(name): columns[name] for name in map(str, names)}
        adds, issues = mode == "add", []
        allowed = ["node", "sku", *(("on_hand",) if adds else _FIGURES)]
        for name in given.keys() - set(allowed):
            text = f"should be one of {', '.join(allowed)} where the mode is {mode!r}"
            issues.append(Issue("unknown_field", name, text))
        issues.sort()
        needed = ["node", "sku", *(["on_hand"] if adds else [])]
        missing = [name for name in needed if name not in given]
        if not adds and not given.keys() & _FIGURES.keys():
            missing.append("on_hand")
        issues += [Issue("missing", name, "is required") for name in missing]
        nodes = read_ids("node", given.get("node", ()), issues)
        skus = read_ids("sku", given.get("sku", ()), issues)
        figures = {
            at: read_numbers(
                name,
                given[name],
                issues,
                least=-MAX_UNITS if adds else 0.0,
                may_be_unknown=at == VELOCITY,
            )
            for name, at in _FIGURES.items()
            if name in given and name in allowed
        }
        if not missing:
            by_name = {
                name: figures[at] for name, at in _FIGURES.items() if at in figures
            }
            issues += check_lengths({"node": nodes, "sku": skus, **by_name})
        refuse(issues)
        return cls(nodes, skus, figures, adds)

    def pick(self, kept: IntArray) -> Feed:
        """Keep some rows."""
        at = kept.tolist()
        return Feed(
            [self.nodes[i] for i in at],
            [self.skus[i] for i in at],
            {which: column[kept] for which, column in self.figures.items()},
            self.adds,
        )


def apply(
    state: State, columns: Mapping[str, object] | Frame, mode: str
) -> tuple[State, Applied]:
    """Count many cells at once; see :meth:`.Inventory.apply`."""
    feed = Feed.read(columns, mode)
    rows = state.stock.layout.find(feed.nodes, feed.skus)
    if not feed.adds:
        _refuse_repeated(feed, rows)
    state, made, refused = _make_rows(state, feed, rows)
    if made or refused:
        if refused:
            is_kept = np.ones(len(rows), bool)
            is_kept[list(refused)] = False
            feed = feed.pick(np.flatnonzero(is_kept))
        rows = state.stock.layout.find(feed.nodes, feed.skus)
    issues = [issue for found in refused.values() for issue in found]
    if feed.adds:
        cells, change = _added(feed, rows)
        before = state.stock.rows.on_hand[cells]
        after = before + change
        short = after < -_NOISE
        names = map(state.stock.layout.name, cells[short].tolist())
        for (node, sku), more, there in zip(
            names, change[short].tolist(), before[short].tolist(), strict=True
        ):
            text = f"{-more:g} units are to go, and {there:g} are on hand"
            issues.append(Issue("out_of_range", f"stock of {sku!r} at {node!r}", text))
        if short.any():
            rows, cells = rows[~np.isin(rows, cells[short])], cells[~short]
        figures = {ON_HAND: np.maximum(0.0, after[~short])}
    else:
        cells, figures = rows, dict(feed.figures)
        if RESERVED in figures:
            figures[RESERVED] = figures[RESERVED] + _promised(state, cells)
    if len(cells):
        state = replace(state, stock=state.stock.counted_anew(cells, figures))
    over = tuple(_over_promised(state, cells))
    return state, Applied(len(rows), made, over, tuple(issues))


def _refuse_repeated(feed: Feed, rows: IntArray) -> None:
    """
    Refuse a cell that is set twice.

    Raises
    ------
    InputError
        With every row that sets a cell again.
    """
    known = rows[rows >= 0]
    new = np.flatnonzero(rows < 0).tolist()
    fresh = {(feed.nodes[at], feed.skus[at]) for at in new}
    is_once = not len(known) or np.bincount(known).max() == 1
    if is_once and len(fresh) == len(new):
        return
    seen: set[tuple[str, str]] = set()
    issues = []
    for at, cell in enumerate(zip(feed.nodes, feed.skus, strict=True)):
        if cell in seen:
            text = f"stock of {cell[1]!r} at {cell[0]!r} is set twice"
            issues.append(Issue("duplicate_id", f"row[{at}]", text))
        seen.add(cell)
    raise InputError(issues[:MAX_FAULTS])


def _make_rows(
    state: State, feed: Feed, rows: IntArray
) -> tuple[State, int, dict[int, list[Issue]]]:
    """Make the rows that are not there; list, by row of the feed, what may not be."""
    fresh: dict[tuple[str, str], None] = {}
    refused: dict[int, list[Issue]] = {}
    known: dict[tuple[str, str], list[Issue]] = {}
    total = _totals(feed, rows)
    for at in np.flatnonzero(rows < 0).tolist():
        cell = feed.nodes[at], feed.skus[at]
        if cell not in known:
            known[cell] = unknown(state, *cell)
            if not known[cell] and total.get(cell, 0.0) < -_NOISE:
                text = f"{-total[cell]:g} units are to go, and there is no such row"
                where = f"stock of {cell[1]!r} at {cell[0]!r}"
                known[cell].append(Issue("unknown_stock", where, text))
        if known[cell]:
            refused[at] = [replace(issue, where=f"row[{at}]") for issue in known[cell]]
        else:
            fresh[cell] = None
    if fresh:
        nodes, skus = zip(*fresh, strict=True)
        state = replace(state, stock=state.stock.with_rows(nodes, skus))
    return state, len(fresh), refused


def _totals(feed: Feed, rows: IntArray) -> dict[tuple[str, str], float]:
    """Sum what is added to cells that are new."""
    found: dict[tuple[str, str], float] = {}
    if feed.adds:
        for at in np.flatnonzero(rows < 0).tolist():
            cell = feed.nodes[at], feed.skus[at]
            found[cell] = found.get(cell, 0.0) + float(feed.figures[ON_HAND][at])
    return found


def _added(feed: Feed, rows: IntArray) -> tuple[IntArray, FloatArray]:
    """Sum what is added, by cell."""
    change: FloatArray = np.bincount(rows, weights=feed.figures[ON_HAND]).astype(float)
    cells = np.flatnonzero(np.bincount(rows))
    return cells, change[cells]


def _promised(state: State, cells: IntArray) -> FloatArray:
    """Count what this ledger has promised itself of some rows."""
    promised = np.zeros(len(state.stock.layout))
    for one in state.book:
        for cell, units in one.cells.items():
            row = state.stock.layout.row(*cell)
            if row is not None:
                promised[row] += units
    return promised[cells]


def _over_promised(state: State, cells: IntArray) -> Iterator[OverPromised]:
    rows = state.stock.rows
    over = rows.reserved[cells] - rows.on_hand[cells]
    for row, units in _positive(cells, over):
        node, sku = state.stock.layout.name(row)
        yield OverPromised(node, sku, math.ceil(units - _NOISE))


def _positive(cells: IntArray, over: FloatArray) -> Sequence[tuple[int, float]]:
    some = over > _NOISE
    return list(zip(cells[some].tolist(), over[some].tolist(), strict=True))
