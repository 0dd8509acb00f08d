"""Where the rows of a ledger stand: by SKU, then node, cut into pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Final, NamedTuple, Self

import numpy as np

from domroute.errors import InputError, Issue
from domroute.units import IntArray

PAGE_ROWS: Final = 64
"""Rows of a page, more where one SKU has more: a change copies the pages it touches."""


_Names = tuple[tuple[str, ...], dict[str, int]]
"""Names in alphabetical order, and their positions."""


class Place(NamedTuple):
    """
    Where the rows of a SKU stand on its page.

    Attributes
    ----------
    page
        The number of the page.
    part
        Which rows of it; None for all.
    node
        Positions in ``Layout.node_ids``, rising; shape ``(S,)``.
    """

    page: int
    part: slice | None
    node: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """
    The names and places of rows, sorted by SKU and then node; shared, never changed.

    Attributes
    ----------
    node_ids, skus
        Names, in alphabetical order.
    node_at, sku_at
        Their positions.
    node, sku
        Positions by row; shape ``(R,)``.
    key
        Both in one number, rising with the row; shape ``(R,)``.
    edges
        The first row of each SKU, and the number of rows.
    page_of
        The page of each SKU: none is on two.
    page_edges
        The first row of each page, and the number of rows.
    page_starts
        The same, to look up many at once; shape ``(P + 1,)``.
    """

    node_ids: tuple[str, ...]
    skus: tuple[str, ...]
    node_at: dict[str, int]
    sku_at: dict[str, int]
    node: IntArray
    sku: IntArray
    key: IntArray
    edges: list[int]
    page_of: list[int]
    page_edges: list[int]
    page_starts: IntArray
    _places: dict[str, Place] = field(default_factory=dict)
    """Filled as they are asked for."""

    @classmethod
    def of(cls, nodes: Sequence[str], skus: Sequence[str]) -> tuple[Self, IntArray]:
        """
        Sort rows, and say in which order they stand.

        Parameters
        ----------
        nodes, skus
            Ids of each row, in any order; length ``R``.

        Returns
        -------
        tuple
            The layout, and which of the given rows stands at each place, ``(R,)``.

        Raises
        ------
        InputError
            If a pair appears twice. All such pairs are listed.
        """
        node_ids, sku_ids = tuple(sorted(set(nodes))), tuple(sorted(set(skus)))
        node_at = {name: i for i, name in enumerate(node_ids)}
        sku_at = {name: i for i, name in enumerate(sku_ids)}
        node, sku = _positions(nodes, node_at), _positions(skus, sku_at)
        return cls._arranged((node_ids, node_at), (sku_ids, sku_at), node, sku)

    @classmethod
    def _arranged(
        cls,
        nodes: _Names,
        skus: _Names,
        node: IntArray,
        sku: IntArray,
    ) -> tuple[Self, IntArray]:
        (node_ids, node_at), (sku_ids, sku_at) = nodes, skus
        key = sku * max(1, len(node_ids)) + node
        order: IntArray = np.argsort(key, kind="stable")
        node, sku, key = node[order], sku[order], key[order]
        same = key[1:] == key[:-1]
        if same.any():
            pairs = dict.fromkeys(key[:-1][same].tolist())
            named = [divmod(pair, len(node_ids)) for pair in pairs]
            text = "appears more than once; give one row per node and sku"
            raise InputError(
                Issue(
                    "duplicate_id", f"stock of {sku_ids[k]!r} at {node_ids[n]!r}", text
                )
                for k, n in named
            )
        for array in (node, sku, key):
            array.flags.writeable = False
        edges = np.searchsorted(sku, np.arange(len(sku_ids) + 1)).tolist()
        page_of, page_edges = _pages(edges)
        made = cls(
            node_ids,
            sku_ids,
            node_at,
            sku_at,
            node,
            sku,
            key,
            edges,
            page_of,
            page_edges,
            np.array(page_edges, np.int64),
        )
        return made, order

    def extended(
        self, nodes: Sequence[str], skus: Sequence[str]
    ) -> tuple[Layout, IntArray]:
        """
        Make room for rows that are not there yet.

        Parameters
        ----------
        nodes, skus
            Ids of each new row; none may be there, and none twice.

        Returns
        -------
        tuple
            The layout, and which row stands at each place: one of the old ones, or, by
            a position beyond them, one of the new ones; shape ``(R,)``.
        """
        node_ids, sku_ids = self.node_ids, self.skus
        node_at, sku_at = self.node_at, self.sku_at
        old_node, old_sku = self.node, self.sku
        if not node_at.keys() >= set(nodes):
            node_ids = tuple(sorted({*node_ids, *nodes}))
            node_at = {name: i for i, name in enumerate(node_ids)}
            old_node = _positions(self.node_ids, node_at)[old_node]
        if not sku_at.keys() >= set(skus):
            sku_ids = tuple(sorted({*sku_ids, *skus}))
            sku_at = {name: i for i, name in enumerate(sku_ids)}
            old_sku = _positions(self.skus, sku_at)[old_sku]
        return self._arranged(
            (node_ids, node_at),
            (sku_ids, sku_at),
            np.concatenate([old_node, _positions(nodes, node_at)]),
            np.concatenate([old_sku, _positions(skus, sku_at)]),
        )

    def find(self, nodes: Sequence[str], skus: Sequence[str]) -> IntArray:
        """Find many rows; -1 for pairs that have none; shape ``(Q,)``."""
        # `map` over a dictionary's own method: no step of Python for each row.
        count = len(nodes)
        node = np.fromiter(map(self.node_at.get, nodes, repeat(-1)), np.int64, count)
        sku = np.fromiter(map(self.sku_at.get, skus, repeat(-1)), np.int64, count)
        found = np.full(count, -1, np.int64)
        some = np.flatnonzero((node >= 0) & (sku >= 0))
        key = sku[some] * len(self.node_ids) + node[some]
        # Asked in order, the search stays in the part of the keys that is at hand.
        order = np.argsort(key)
        key, some = key[order], some[order]
        row = self.key.searchsorted(key)
        is_there = row < len(self.key)
        is_there[is_there] = self.key[row[is_there]] == key[is_there]
        found[some[is_there]] = row[is_there]
        return found

    def __len__(self) -> int:
        return len(self.node)

    def segment(self, sku: str) -> slice | None:
        """Return where the rows of a SKU stand; None if it has none."""
        at = self.sku_at.get(sku)
        return None if at is None else slice(self.edges[at], self.edges[at + 1])

    def place(self, sku: str) -> Place | None:
        """Return where the rows of a SKU stand on its page; None if it has none."""
        found = self._places.get(sku)
        if found is None:
            at = self.sku_at.get(sku)
            if at is None:
                return None
            first, end = self.edges[at], self.edges[at + 1]
            page = self.page_of[at]
            edge, until = self.page_edges[page], self.page_edges[page + 1]
            is_all = (first, end) == (edge, until)
            part = None if is_all else slice(first - edge, end - edge)
            found = self._places[sku] = Place(page, part, self.node[first:end])
        return found

    def row(self, node: str, sku: str) -> int | None:
        """Return the row of a (node, SKU); None if there is none."""
        at, where = self.sku_at.get(sku), self.node_at.get(node)
        if at is None or where is None:
            return None
        first, end = self.edges[at], self.edges[at + 1]
        found = first + int(self.node[first:end].searchsorted(where))
        if found < end and self.node[found] == where:
            return found
        return None

    def name(self, row: int) -> tuple[str, str]:
        """Return the (node, SKU) of a row."""
        return self.node_ids[self.node[row]], self.skus[self.sku[row]]

    def names(self) -> Iterator[tuple[str, str]]:
        """Iterate over the (node, SKU) of all rows."""
        nodes, skus = self.node_ids, self.skus
        for node, sku in zip(self.node.tolist(), self.sku.tolist(), strict=True):
            yield nodes[node], skus[sku]

    def page_at(self, row: int) -> int:
        """Return the page on which a row stands."""
        return bisect_right(self.page_edges, row) - 1


def _positions(names: Sequence[str], at: dict[str, int]) -> IntArray:
    return np.fromiter(map(at.__getitem__, names), np.int64, len(names))


def _pages(edges: list[int]) -> tuple[list[int], list[int]]:
    """Cut rows into pages of whole SKUs."""
    page_of: list[int] = []
    page_edges = [0]
    for first, end in runs(edges, PAGE_ROWS):
        page_of += [len(page_edges) - 1] * (end - first)
        page_edges.append(edges[end])
    return page_of, page_edges


def runs(edges: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """
    Take parts together until there are so many rows, or one part alone.

    Parameters
    ----------
    edges
        The first row of each part, and the number of rows.
    size
        Rows that a run has at most, if it is of more than one part.

    Examples
    --------
    >>> list(runs([0, 2, 4, 9, 10], 4))
    [(0, 2), (2, 3), (3, 4)]
    """
    first, count = 0, len(edges) - 1
    while first < count:
        end = max(first + 1, bisect_right(edges, edges[first] + size) - 1)
        yield first, end
        first = end
