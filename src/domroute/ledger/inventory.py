"""The ledger of stock: what is there, what is promised, and what may still be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self, TypeVar

import numpy as np

from domroute.ledger.layout import Layout
from domroute.ledger.needs import Reservation
from domroute.ledger.pages import cut
from domroute.ledger.snapshot import Cell, Loads, Snapshot
from domroute.ledger.state import Link, State
from domroute.ledger.stock import Inbound, Stock, StockColumns, StockRows
from domroute.plan import Plan
from domroute.units import FloatArray, IntArray
from domroute.words import Measure

T = TypeVar("T")


class Inventory:
    """
    Stock by node and SKU, less what has been reserved.

    Routing reads it and changes nothing; ``reserve`` takes a plan's units and capacity
    off, ``release`` gives them back, ``commit`` makes them leave for good.

    Parameters
    ----------
    stock
        One row per (node, SKU), as objects or as columns; a pair given twice is a
        fault.

    Raises
    ------
    InputError
        If a pair appears twice. All such pairs are listed.

    Examples
    --------
    >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5, safety=1)])
    >>> inventory.available("N1", "A"), inventory.available("N1", "B")
    (4, 0)
    """

    def __init__(self, stock: Iterable[Stock] | StockColumns = ()) -> None:
        columns = stock if isinstance(stock, StockColumns) else StockColumns.of(stock)
        layout, order = Layout.of(columns.node, columns.sku)
        figures = np.array(
            [columns.on_hand, columns.reserved, columns.safety, columns.velocity], float
        )[:, order]
        stood = Snapshot(layout, cut(figures, layout), {}, columns.inbound)
        self._tip = Link(State(stood))

    def snapshot(self) -> Snapshot:
        """
        Return stock and capacity as they stand now; later changes do not reach it.

        It costs no copy: what the ledger changes later, it writes elsewhere.
        """
        return self._latest().state.stock

    def _latest(self) -> Link:
        link = self._tip
        after = link.after
        if after:
            while after:
                link = after[0]
                after = link.after
            self._tip = link
        return link

    def _change(self, make: Callable[[State], tuple[State, T]]) -> T:
        """Replace the state by what is made of it: whole, or not at all."""
        while True:
            link = self._latest()
            state, answer = make(link.state)
            made = Link(state)
            # One call of C: whoever comes first, and no one else, is the next.
            if link.after.setdefault(0, made) is made:
                self._tip = made
                return answer

    @classmethod
    def from_columns(
        cls,
        node: Sequence[str],
        sku: Sequence[str],
        on_hand: FloatArray,
        *,
        reserved: FloatArray | None = None,
        safety: FloatArray | None = None,
        velocity: FloatArray | None = None,
        inbound: Mapping[Cell, tuple[Inbound, ...]] | None = None,
    ) -> Self:
        """
        Build the ledger from checked columns, without an object per row.

        Parameters
        ----------
        node, sku
            Ids; length ``R``.
        on_hand, reserved, safety
            Units, finite and not negative; shape ``(R,)``.
        velocity
            Units a day, NaN where not known; shape ``(R,)``.
        inbound
            What arrives later, by (node, SKU).

        Raises
        ------
        InputError
            If a pair appears twice.

        Examples
        --------
        >>> Inventory.from_columns(["N1"], ["A"], np.array([3.0])).available("N1", "A")
        3
        """
        nothing = np.zeros(len(node))
        unknown = np.full(len(node), np.nan)
        return cls(
            StockColumns(
                node=node,
                sku=sku,
                on_hand=np.asarray(on_hand, float),
                reserved=nothing if reserved is None else np.asarray(reserved, float),
                safety=nothing if safety is None else np.asarray(safety, float),
                velocity=unknown if velocity is None else np.asarray(velocity, float),
                inbound=inbound or {},
            )
        )

    def __len__(self) -> int:
        return len(self.snapshot())

    def __iter__(self) -> Iterator[Stock]:
        return iter(self.snapshot())

    def __repr__(self) -> str:
        nodes, skus = len(self.node_ids), len(self.skus)
        return f"Inventory({len(self)} rows, {nodes} nodes, {skus} skus)"

    @property
    def node_ids(self) -> tuple[str, ...]:
        """The nodes that have rows, in alphabetical order."""
        return self.snapshot().node_ids

    @property
    def skus(self) -> tuple[str, ...]:
        """The SKUs that have rows, in alphabetical order."""
        return self.snapshot().skus

    @property
    def rows(self) -> StockRows:
        """All rows as columns, sorted by SKU and then node, as they stand now."""
        return self.snapshot().rows

    def segment(self, sku: str) -> slice | None:
        """Return where the rows of a SKU stand in ``rows``; None if it has none."""
        return self.snapshot().segment(sku)

    @property
    def inbound(self) -> Mapping[Cell, tuple[Inbound, ...]]:
        """What arrives later, by (node, SKU)."""
        return self.snapshot().inbound

    @property
    def available_rows(self) -> IntArray:
        """Whole units that may be promised now; shape ``(R,)``."""
        return self.snapshot().available_rows

    def row(self, node: str, sku: str) -> int | None:
        """Return the row of a (node, SKU); None if there is none."""
        return self.snapshot().row(node, sku)

    def available(self, node: str, sku: str, *, by: datetime | None = None) -> int:
        """
        Count the whole units that may be promised.

        Parameters
        ----------
        node, sku
            Where and what; a pair without a stock row has none.
        by
            Counts what arrives until then as well (timezone-aware).
        """
        return self.snapshot().available(node, sku, by=by)

    def counts(self, node: str, sku: str) -> tuple[float, float, float] | None:
        """Return the units on hand, reserved and kept back; None without a row."""
        return self.snapshot().counts(node, sku)

    def velocity(self, node: str, sku: str) -> float | None:
        """Return the units sold a day; None where not known."""
        return self.snapshot().velocity(node, sku)

    def load(self, node: str, measure: Measure) -> float:
        """Return what reservations have taken of a node's capacity."""
        return self.snapshot().load(node, measure)

    @property
    def loads(self) -> Loads:
        """What reservations have taken of capacity, by (node id, measure)."""
        return self.snapshot().loads

    def reserve(self, plan: Plan, *, expires_at: datetime | None = None) -> None:
        """
        Take a plan's units and capacity off what may be promised.

        Parameters
        ----------
        plan
            A plan, for one order or several.
        expires_at
            When :meth:`expire` may give the units back (timezone-aware).

        Raises
        ------
        InputError
            If one of its orders is reserved already, or any unit is not there. The plan
            is then refused whole: nothing is taken. All faults are listed.

        Examples
        --------
        >>> from domroute.plan import Content, Shipment
        >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5)])
        >>> take = Shipment("o1", "N1", "ship", (Content("l1", "A", 2),))
        >>> inventory.reserve(Plan((take,)))
        >>> inventory.available("N1", "A")
        3
        """
        self._change(lambda state: (state.reserve(plan, expires_at), None))

    def reservation(self, order_id: str) -> Reservation | None:
        """Return what is reserved for an order; None if nothing is."""
        return self._latest().state.reservations.get(order_id)

    def release(self, order_id: str) -> None:
        """
        Give the units and capacity of an order back.

        Raises
        ------
        InputError
            If nothing is reserved for it.
        """
        self._change(lambda state: (state.release(order_id), None))

    def commit(self, order_id: str) -> None:
        """
        Let the units of an order leave: on hand and reserved both fall.

        Raises
        ------
        InputError
            If nothing is reserved for it.
        """
        self._change(lambda state: (state.commit(order_id), None))

    def adjust(self, node: str, sku: str, units: int) -> None:
        """
        Count units that have come in, or write off units that are gone.

        Parameters
        ----------
        node, sku
            A pair that has a row.
        units
            Whole units, negative for those that are gone.

        Raises
        ------
        InputError
            If there is no such row, or what is reserved would no longer be there.

        Examples
        --------
        >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5)])
        >>> inventory.adjust("N1", "A", 3)
        >>> inventory.available("N1", "A")
        8
        """
        self._change(lambda state: (state.adjust(node, sku, units), None))

    def expire(self, now: datetime) -> tuple[str, ...]:
        """Release every reservation that has expired; return their order ids."""
        return self._change(lambda state: state.expire(now))

    def start_period(self, loads: Loads | None = None) -> None:
        """
        Forget the capacity taken so far, as at the start of a day or shift.

        Parameters
        ----------
        loads
            What is taken of the new period from the start, by (node id, measure).
        """
        self._change(lambda state: (state.start_period(loads), None))

    def __getstate__(self) -> State:
        return self._latest().state

    def __setstate__(self, state: State) -> None:
        self._tip = Link(state)
