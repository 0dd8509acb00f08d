"""Units that are for one channel alone: what is kept from orders of all others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from domroute.ledger import Restriction, Snapshot
from domroute.problem import OrderProblem
from domroute.supply import StockByDate
from domroute.units import BoolArray, FloatArray, IntArray

_Columns = tuple[IntArray, FloatArray]
"""Nodes where units of a SKU are allocated, and how many are kept from a channel."""


@dataclass(frozen=True, slots=True, eq=False)
class Allocated:
    """
    Where units of an order's SKUs are for one channel alone.

    Attributes
    ----------
    here
        Which cells hold such units, for the order's channel or others; ``(K, M)``.
    shared
        Units that might be taken if all were for everybody; shape ``(K, M)``.
    kept
        Units that are for other channels; shape ``(K, M)``.
    by_date
        Such units by when they leave, for an order that may wait.
    """

    here: BoolArray
    shared: IntArray
    kept: FloatArray
    by_date: StockByDate | None = None

    def less(self, units: IntArray) -> Allocated:
        """Have less at hand, ``(K, M)``; more where it is negative."""
        return replace(self, shared=np.maximum(0, self.shared - units))


@dataclass(slots=True, eq=False)
class Allocator:
    """
    Reads off the ledger what is kept from a channel; made once per router.

    Parameters
    ----------
    node_at
        Positions of nodes, by id.
    """

    node_at: Mapping[str, int]
    _known: dict[tuple[str, str | None], tuple[object, _Columns]] = field(
        default_factory=dict
    )

    def kept(
        self, problem: OrderProblem, stock: Snapshot
    ) -> tuple[FloatArray, BoolArray] | None:
        """
        Count the units of each cell that are kept from an order's channel.

        Returns
        -------
        tuple or None
            The units, and where there are any allocated, ``(K, M)`` each; None where
            there are none.
        """
        restricted, shape = stock.restricted, (len(problem.skus), len(self.node_at))
        if not restricted or not any(sku in restricted for sku in problem.skus):
            return None
        kept, here = np.zeros(shape), np.zeros(shape, bool)
        for k, sku in enumerate(problem.skus):
            by_node = restricted.get(sku)
            if by_node is not None:
                nodes, units = self._columns(sku, problem.order.channel, by_node)
                kept[k, nodes], here[k, nodes] = units, True
        if not here.any():
            return None
        return kept[:, problem.nodes], here[:, problem.nodes]

    def _columns(
        self, sku: str, channel: str | None, by_node: Mapping[str, Restriction]
    ) -> _Columns:
        """Return a SKU's allocations as columns: made once for each state of them."""
        known = self._known.get((sku, channel))
        if known is None or known[0] is not by_node:
            some = {
                self.node_at[node]: one.kept_from(channel)
                for node, one in by_node.items()
                if any(one.allocated.values())
            }
            nodes = np.array(list(some), np.int64)
            units = np.array(list(some.values()), float)
            known = self._known[sku, channel] = by_node, (nodes, units)
        return known[1]
