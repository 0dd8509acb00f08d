"""What may be used for an order: nodes, stock and capacity, and why not the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from domroute.offers.allocating import Allocated
from domroute.offers.daysleft import DaysLeft
from domroute.problem import OrderProblem
from domroute.reasons import Reason
from domroute.records import record
from domroute.supply import StockByDate
from domroute.units import BoolArray, FloatArray, IntArray


class Mark(NamedTuple):
    """A cause that was asked: its reason, of which lines, ``(G,)``, whom it allows."""

    reason: Reason
    lines: IntArray
    allows: BoolArray
    """Shape ``(M,)``, or ``(G, M)``."""


@dataclass(frozen=True, slots=True, eq=False)
class SoftBreak:
    """Where a soft rule is broken; ``breaks`` is ``(G, M)`` over a group's lines."""

    name: str
    price: float
    breaks: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class SoftSafety:
    """Units of each SKU that may be taken before a soft safety stock is touched."""

    name: str
    price: float
    free: FloatArray
    """Infinite at nodes that keep none back; shape ``(K, M)``."""


@record
class Eligibility:
    """
    What may be used: the mask, the stock and capacity left, and the soft rules broken.

    Attributes
    ----------
    allowed
        Which nodes may fill which lines, whatever their stock; shape ``(L, M)``.
    stock
        Units of each SKU that may be taken from each node; shape ``(K, M)``.
    capacity
        What each node can still do, by each of its rows of capacity; shape ``(R, M)``;
        None if no node has a limit.
    breaks
        Soft rules broken, for each group.
    safeties
        Soft safety stocks.
    preferences
        Soft priorities: a name, and a price per shipment of each node, ``(M,)``.
    marks
        What ``allowed`` was made of, in the order in which reasons are told.
    by_date
        What of ``stock`` may be taken by when it leaves; None where all may at once.
    allocated
        Where units are for one channel alone; None where none are.
    days
        What nodes have left on their working days; None where none has a limit.
    """

    allowed: BoolArray
    stock: IntArray
    capacity: FloatArray | None
    breaks: tuple[tuple[SoftBreak, ...], ...]
    safeties: tuple[SoftSafety, ...]
    preferences: tuple[tuple[str, FloatArray], ...]
    marks: tuple[Mark, ...] = ()
    by_date: StockByDate | None = None
    allocated: Allocated | None = None
    days: DaysLeft | None = None

    def of_lines(self, sku_of: IntArray) -> IntArray:
        """Return what may be taken for lines of SKUs, by whatever date; ``(L, M)``."""
        stock: IntArray = self.stock[sku_of]
        if self.by_date is None or np.logical_and.reduce(self.by_date.waits):
            return stock
        waits = self.by_date.waits[:, None]
        return np.where(waits, stock, self.by_date.stock[0, sku_of])

    def with_more(self, more: IntArray) -> Eligibility:
        """Have more of SKUs at nodes, ``(K, M)``; less where it is negative."""
        by_date = None if self.by_date is None else self.by_date.more(more)
        stock = np.maximum(0, self.stock + more)
        allocated = None if self.allocated is None else self.allocated.less(-more)
        return replace(self, stock=stock, by_date=by_date, allocated=allocated)

    def as_shared(self, skus: Sequence[int]) -> Eligibility:
        """Have all of some SKUs for every channel."""
        if self.allocated is None:
            return self
        more = np.zeros_like(self.stock)
        for k in skus:
            more[k] = np.maximum(0, self.allocated.shared[k] - self.stock[k])
        return replace(self.with_more(more), allocated=None)

    def without(self, taken: IntArray, later: FloatArray | None) -> Eligibility:
        """
        Leave what others do not take.

        Parameters
        ----------
        taken
            Units of each SKU that they take of what nodes have; shape ``(K, M)``.
        later
            And of what each class brings; None for nothing; shape ``(C-1, K, M)``.
        """
        allocated = None if self.allocated is None else self.allocated.less(taken)
        if self.by_date is None:
            stock = np.maximum(0, self.stock - taken)
            return replace(self, stock=stock, allocated=allocated)
        by_class = np.zeros_like(self.by_date.stock)
        by_class[0] = taken
        if later is not None:
            by_class[1:] = np.rint(later)
        left = self.by_date.stock - np.cumsum(by_class, axis=0)
        left = np.minimum.accumulate(np.maximum(0, left)[::-1], axis=0)[::-1]
        # Whoever waits draws on what arrives first: so much less is there of it alone.
        arrived = np.cumsum(by_class, axis=0) - by_class[0]
        coming = np.maximum(0, self.by_date.coming - arrived)
        coming = np.minimum.accumulate(coming[::-1], axis=0)[::-1]
        by_date = replace(self.by_date, stock=left, comes=coming.astype(float))
        return replace(self, stock=by_date.all, by_date=by_date, allocated=allocated)

    def as_kept_by(self, problem: OrderProblem, k: int) -> Eligibility:
        """Keep back nothing of a SKU that nodes have."""
        stock, by_date = self.stock.copy(), self.by_date
        stock[k] = problem.stock[k]
        if by_date is not None and problem.by_date is not None:
            by_date = replace(by_date, stock=by_date.stock.copy())
            by_date.stock[:, k] = problem.by_date.stock[:, k]
            stock[k] = by_date.all[k]
        return replace(self, stock=stock, by_date=by_date)
