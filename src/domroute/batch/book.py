"""The tables of a wave end to end: flat arrays, as compiled code wants them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from domroute.batch.tables import PricingTable
from domroute.sourcing.lattice import Pairs
from domroute.units import FloatArray, IntArray

Records = np.ndarray[tuple[int], np.dtype[Any]]
_ORDER = np.dtype(
    [
        (name, np.int64)
        for name in (
            "at", "table", "begin", "end", "price_at", "missing_at", "picks_at",
            "picks_end",
        )
    ]
)  # fmt: skip
_TABLE = np.dtype(
    [
        (name, np.int64)
        for name in (
            "states", "skus", "width", "size", "layers", "taken_at", "column_at",
            "cell_at", "extra_at", "lead_at", "every_at", "axis_at",
        )
    ]
)  # fmt: skip
_AXIS = np.dtype([(name, np.int64) for name in ("stride", "step", "most")])
NO_AXES: Final = -1
"""Where a lattice is no box of the SKUs of its orders."""


class Book(NamedTuple):
    """
    All tables in a row. Cells are small integers: they are read most of all.

    Attributes
    ----------
    orders
        Of each order its position in the batch, its table, its columns there, where its
        prices begin and what its missing units cost, and the places of its picks.
    tables
        Of each table its states, SKUs of an order, columns, orders, rows of parts
        counted (none where they are not), and where its tables begin.
    taken, price, cell, missing, extra
        What stands in all tables, flat; prices and what is missing by order.
    row, load
        The rows of capacity of each column, and what bundles use of them, which stands
        as ``price`` does; first of the first row of each node, and so on; no rows where
        no node is limited.
    start, part
        Pairs of each table by state: where they begin, and their parts; those that lead
        with the first atom present, and all.
    axes
        For each SKU of an order of a table: by how much a part of the lattice moves on,
        for how many units, how many times. Tables have them if each SKU is one atom.
    """

    orders: Records
    tables: Records
    taken: IntArray
    price: FloatArray
    row: IntArray
    load: FloatArray
    cell: np.ndarray[tuple[int], np.dtype[np.int32]]
    missing: FloatArray
    extra: FloatArray
    start: IntArray
    part: IntArray
    axes: Records

    @property
    def largest(self) -> int:
        """The bundles of the largest order, at all its columns."""
        states = self.tables["states"][self.orders["table"]]
        return int((states * (self.orders["end"] - self.orders["begin"])).max())


def bind(tables: tuple[PricingTable, ...]) -> Book:
    """Put tables end to end."""
    extras = [s.extra if s.totals.counts_parts else np.empty(0) for s in tables]
    leads = [_by_state(s.lattice.ranks, len(s.price)) for s in tables]
    everys = [_by_state((s.lattice.every,), len(s.price)) for s in tables]
    pair_at = _starts([len(start) for start, _ in (*leads, *everys)])
    start, part = _join_pairs([*leads, *everys])
    of_table = np.empty(len(tables), _TABLE)
    of_table["states"] = [len(s.price) for s in tables]
    of_table["skus"] = [len(s.cell) for s in tables]
    of_table["width"] = [len(s.node) for s in tables]
    of_table["size"] = sizes = [len(s.orders) for s in tables]
    of_table["layers"] = [len(extra) for extra in extras]
    of_table["taken_at"] = _starts([s.taken.size for s in tables])
    of_table["column_at"] = _starts([len(s.node) for s in tables])
    of_table["cell_at"] = _starts([s.cell.size for s in tables])
    of_table["extra_at"] = _starts([len(extra) for extra in extras])
    of_table["lead_at"], of_table["every_at"] = np.split(pair_at, 2)
    axes = [_axes(s) for s in tables]
    size = sum(s.price.size for s in tables)
    load = np.empty((len(tables[0].row), size))
    for r, flat in enumerate(load):
        _by_order([(s.load[r], s.first) for s in tables], flat)
    of_table["axis_at"] = np.where(
        [len(of) > 0 for of in axes], _starts([len(of) for of in axes]), NO_AXES
    )
    of_order = np.empty(sum(sizes), _ORDER)
    states = np.repeat(of_table["states"], sizes)
    steps = np.repeat([int(s.lattice.counts[-1].sum()) for s in tables], sizes)
    of_order["at"] = _join([s.orders for s in tables])
    of_order["table"] = np.repeat(np.arange(len(tables)), sizes)
    of_order["begin"] = _join([s.first[:-1] for s in tables])
    of_order["end"] = _join([s.first[1:] for s in tables])
    of_order["price_at"] = _starts((of_order["end"] - of_order["begin"]) * states)
    of_order["missing_at"] = _starts(states)
    of_order["picks_at"] = _starts(steps)
    of_order["picks_end"] = np.cumsum(steps)
    return Book(
        orders=of_order,
        tables=of_table,
        taken=_join([s.taken.ravel().astype(np.int64) for s in tables]),
        price=_by_order([(s.price, s.first) for s in tables], np.empty(size)),
        row=np.concatenate([s.row for s in tables], axis=1),
        load=load,
        cell=_join([s.cell.ravel() for s in tables]).astype(np.int32),
        missing=np.concatenate([s.missing.T.ravel() for s in tables]),
        extra=np.concatenate(extras),
        start=start,
        part=part,
        axes=np.concatenate(axes),
    )


def _axes(table: PricingTable) -> Records:
    """Describe the lattice of a table as a box of its SKUs; nothing if it is none."""
    axes = np.empty(table.taken.shape[1], _AXIS)
    counts, taken = table.lattice.counts, table.taken
    if counts.shape[1] != taken.shape[1]:
        return axes[:0]
    for k, units in enumerate(taken.T):
        atoms = (j for j, of in enumerate(counts.T) if _is_multiple(units, of))
        atom = next(atoms, None)
        if atom is None:
            return axes[:0]
        one = (counts.sum(axis=1) == 1) & (counts[:, atom] == 1)
        stride = int(np.flatnonzero(one)[0])
        axes[k] = stride, units[stride], counts[:, atom].max()
    return axes


def _is_multiple(units: FloatArray, counts: FloatArray) -> bool:
    """Tell whether units are as many times the counts in every state."""
    times = units.max() / counts.max()
    return bool((units == times * counts).all())


def _starts(sizes: Sequence[int] | IntArray) -> IntArray:
    return np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)


def _join(arrays: list[IntArray]) -> IntArray:
    return np.concatenate(arrays).astype(np.int64)


def _by_order(
    tables: list[tuple[FloatArray, IntArray]], flat: FloatArray
) -> FloatArray:
    """Put the table of each order in one piece, column by column, into an array."""
    at = 0
    for table, first in tables:
        for begin, end in pairwise(first.tolist()):
            size = (end - begin) * len(table)
            flat[at : at + size] = table[:, begin:end].T.ravel()
            at += size
    return flat


def _by_state(groups: tuple[Pairs, ...], states: int) -> tuple[IntArray, IntArray]:
    """Sort pairs by state: where those of each state begin, and their parts."""
    state = [
        np.repeat(p.states, np.diff(np.append(p.starts, len(p.part)))) for p in groups
    ]
    of = np.concatenate(state)
    order = np.argsort(of, kind="stable")
    part = np.concatenate([p.part for p in groups])[order]
    return np.searchsorted(of[order], np.arange(states + 1)).astype(np.int64), part


def _join_pairs(
    pairs: list[tuple[IntArray, IntArray]],
) -> tuple[IntArray, IntArray]:
    """Join the pairs of tables; starts then count over all of them."""
    bases = _starts([len(part) for _, part in pairs])
    starts = [start + base for (start, _), base in zip(pairs, bases, strict=True)]
    return _join(starts), _join([part for _, part in pairs])
