"""Stock still to come: when units of an order's SKUs may be used, node by node."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np

from domroute.ledger import Snapshot
from domroute.ledger.stock import whole_units_by_row
from domroute.orders import Line, Order
from domroute.records import record
from domroute.units import BoolArray, FloatArray, IntArray


@record
class StockByDate:
    """
    What may be taken of SKUs at nodes, by when it leaves.

    A *class* of a node is a moment from which on more of some SKU may leave than
    before: the first is the order's own, others are arrivals. What leaves by a class
    counts against that class and against every later one, so that what comes later is
    promised once, and what is there is never promised to two.

    Attributes
    ----------
    since
        When each class of each node begins, rising; ``NEVER`` where a node has no more;
        microseconds from 1970 on; shape ``(C, M)``.
    stock
        Units of each SKU that may leave by each class; never falling along classes;
        shape ``(C, K, M)``.
    waits
        Which lines may wait; others take what is there from the start; shape ``(L,)``.
    comes
        What of each SKU arrives by each class and is not promised; ``(C, K, M)``.
    due
        When what each class brings of each SKU was due, where some of it is overdue;
        None elsewhere; shape ``(C, K, M)``.
    """

    since: IntArray
    stock: IntArray
    waits: BoolArray
    comes: FloatArray
    due: IntArray | None = None

    @property
    def all(self) -> IntArray:
        """Units that may leave at all; shape ``(K, M)``."""
        last: IntArray = self.stock[-1]
        return last

    @property
    def coming(self) -> IntArray:
        """
        Whole units of each SKU by each class that are not there from the start.

        What is there may expire, and these do not; shape ``(C, K, M)``.
        """
        return whole_units_by_row(self.comes)

    def at(self, nodes: IntArray) -> StockByDate:
        """Look at some of the nodes."""
        return StockByDate(
            self.since.take(nodes, axis=-1),
            self.stock.take(nodes, axis=-1),
            self.waits,
            self.comes.take(nodes, axis=-1),
            None if self.due is None else self.due.take(nodes, axis=-1),
        )

    def due_of(self, at: int, k: int) -> IntArray:
        """Say when what a class brings of a SKU to nodes was due; shape ``(M,)``."""
        found: IntArray = self.since[at] if self.due is None else self.due[at, k]
        return found

    def kept_back(self, kept: FloatArray) -> StockByDate:
        """Keep units back, ``(M,)`` or ``(K, M)``, whenever they leave."""
        left = np.floor(np.maximum(0.0, self.stock - kept)).astype(np.int64)
        return replace(self, stock=left)

    def more(self, units: IntArray) -> StockByDate:
        """Have more at hand from the start, ``(K, M)``; less where it is negative."""
        left = np.maximum(self.stock + units, 0)
        return replace(self, stock=left)


class Supplies(Protocol):
    """Knows what comes later, and which orders may wait for it."""

    def may_wait(self, order: Order) -> bool:
        """Tell whether some line of an order may wait."""

    def find(
        self,
        stock: Snapshot,
        order: Order,
        lines: tuple[Line, ...],
        skus: tuple[str, ...],
        shelves: tuple[FloatArray, IntArray],
        *,
        in_time: bool,
    ) -> tuple[StockByDate | None, bool]:
        """
        Find the classes of an order's SKUs; None if nothing it may wait for comes.

        And tell whether something that comes is left out.

        Parameters
        ----------
        stock
            The snapshot.
        order
            The order, placed at some moment.
        lines, skus
            Its lines, and their SKUs.
        shelves
            On hand, reserved and safety of each SKU at all nodes, ``(3, K, N)``; and
            what the ledger says is available, ``(K, N)``.
        in_time
            Leaves out what comes too late for all deliveries of the order.
        """
