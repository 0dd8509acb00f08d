"""The sheets of a wave end to end: flat arrays, as compiled code wants them."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from domroute.sourcing.batch.sheets import Sheet
from domroute.sourcing.lattice import Pairs
from domroute.units import FloatArray, IntArray


class Book(NamedTuple):
    """
    All sheets in a row.

    What is per sheet has shape ``(S,)``, what is per order of the book ``(O,)``. A
    table of a sheet stands in its flat array from the place given, row by row.

    Attributes
    ----------
    order
        Positions in the batch of the orders of the book.
    sheet, begin, end, price_at, missing_at
        Of each order: its sheet, its columns there, and where its prices begin, and
        what its missing units cost.
    picks_at
        Where the picks of each order may be kept, and where the last end; ``(O + 1,)``.
    states, skus, width, size
        Of each sheet: states, SKUs of an order, columns, and orders.
    layers
        Rows of parts counted, none first; zero where they are not.
    taken_at, column_at, cell_at, extra_at
        Where the tables of each sheet begin.
    lead_at, every_at
        Where the starts of each sheet's pairs begin; the starts are of ``lead_part``
        and ``every_part``.
    has_load
        Whether ``load`` is there; it stands as ``price`` does.
    """

    order: IntArray
    sheet: IntArray
    begin: IntArray
    end: IntArray
    price_at: IntArray
    missing_at: IntArray
    picks_at: IntArray
    states: IntArray
    skus: IntArray
    width: IntArray
    size: IntArray
    layers: IntArray
    taken_at: IntArray
    column_at: IntArray
    cell_at: IntArray
    extra_at: IntArray
    lead_at: IntArray
    every_at: IntArray
    taken: IntArray
    price: FloatArray
    load: FloatArray
    node: IntArray
    cell: IntArray
    missing: FloatArray
    extra: FloatArray
    lead_start: IntArray
    lead_part: IntArray
    every_start: IntArray
    every_part: IntArray
    has_load: bool


def bind(sheets: tuple[Sheet, ...]) -> Book:
    """Put sheets end to end."""
    extras = [s.extra if s.totals.counts_parts else np.empty(0) for s in sheets]
    leads = [_by_state(s.lattice.ranks, len(s.price)) for s in sheets]
    everys = [_by_state((s.lattice.every,), len(s.price)) for s in sheets]
    lead_start, lead_part = _join_pairs(leads)
    every_start, every_part = _join_pairs(everys)
    sizes = [len(s.orders) for s in sheets]
    steps = [int(s.lattice.counts[-1].sum()) for s in sheets]
    missing_at = [
        base + np.arange(size) * len(sheet.price)
        for base, size, sheet in zip(
            _starts([s.missing.size for s in sheets]), sizes, sheets, strict=True
        )
    ]
    tables = [
        size for s in sheets for size in (np.diff(s.first) * len(s.price)).tolist()
    ]
    return Book(
        order=_join([s.orders for s in sheets]),
        sheet=np.repeat(np.arange(len(sheets)), sizes),
        begin=_join([s.first[:-1] for s in sheets]),
        end=_join([s.first[1:] for s in sheets]),
        price_at=_starts(tables),
        missing_at=_join(missing_at),
        picks_at=np.concatenate(([0], np.cumsum(np.repeat(steps, sizes)))),
        states=_whole([len(s.price) for s in sheets]),
        skus=_whole([len(s.cell) for s in sheets]),
        width=_whole([s.price.shape[1] for s in sheets]),
        size=_whole(sizes),
        layers=_whole([len(extra) for extra in extras]),
        taken_at=_starts([s.taken.size for s in sheets]),
        column_at=_starts([len(s.node) for s in sheets]),
        cell_at=_starts([s.cell.size for s in sheets]),
        extra_at=_starts([len(extra) for extra in extras]),
        lead_at=_starts([len(starts) for starts, _ in leads]),
        every_at=_starts([len(starts) for starts, _ in everys]),
        taken=_join([s.taken.ravel().astype(np.int64) for s in sheets]),
        price=_by_order([(s.price, s.first) for s in sheets]),
        load=_by_order([(s.load, s.first) for s in sheets if s.load is not None]),
        node=_join([s.node for s in sheets]),
        cell=_join([s.cell.ravel() for s in sheets]),
        # By order, then by state: each order reads its own in a row.
        missing=np.concatenate([s.missing.T.ravel() for s in sheets]),
        extra=np.concatenate(extras),
        lead_start=lead_start,
        lead_part=lead_part,
        every_start=every_start,
        every_part=every_part,
        has_load=sheets[0].load is not None,
    )


def _whole(values: list[int]) -> IntArray:
    return np.array(values, np.int64)


def _starts(sizes: list[int]) -> IntArray:
    return np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)


def _join(arrays: list[IntArray]) -> IntArray:
    return np.concatenate(arrays).astype(np.int64)


def _by_order(tables: list[tuple[FloatArray, IntArray]]) -> FloatArray:
    """Put the table of each order in one piece: read in a row, it comes at once."""
    flat = np.empty(sum(table.size for table, _ in tables))
    at = 0
    for table, first in tables:
        for begin, end in pairwise(first.tolist()):
            size = (end - begin) * len(table)
            flat[at : at + size] = table[:, begin:end].ravel()
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
    """Join the pairs of sheets; starts then count over all of them."""
    bases = _starts([len(part) for _, part in pairs])
    starts = [start + base for (start, _), base in zip(pairs, bases, strict=True)]
    return _join(starts), _join([part for _, part in pairs])
