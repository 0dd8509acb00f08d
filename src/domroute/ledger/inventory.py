"""The ledger of stock: what is there, what is promised, and what may still be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self

import numpy as np

from domroute.errors import InputError, Issue
from domroute.ledger.needs import Need, Reservation, needs_of
from domroute.ledger.stock import Inbound, Stock, StockColumns, StockRows
from domroute.plan import Plan
from domroute.units import FloatArray, IntArray
from domroute.words import Measure


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
        self.node_ids: tuple[str, ...] = tuple(sorted(set(columns.node)))
        self.skus: tuple[str, ...] = tuple(sorted(set(columns.sku)))
        self._node_at = {name: i for i, name in enumerate(self.node_ids)}
        sku_at = {name: i for i, name in enumerate(self.skus)}
        node = _positions(columns.node, self._node_at)
        sku = _positions(columns.sku, sku_at)
        order = np.lexsort((node, sku))
        node, sku = node[order], sku[order]
        same = (node[1:] == node[:-1]) & (sku[1:] == sku[:-1])
        if same.any():
            pairs = dict.fromkeys(np.flatnonzero(same).tolist())
            raise InputError(
                Issue(
                    "duplicate_id",
                    f"stock of {self.skus[sku[at]]!r} at {self.node_ids[node[at]]!r}",
                    "appears more than once; give one row per node and sku",
                )
                for at in pairs
            )
        self.rows = StockRows(
            node=node,
            sku=sku,
            on_hand=columns.on_hand[order],
            reserved=columns.reserved[order],
            safety=columns.safety[order],
            velocity=columns.velocity[order],
        )
        edges = np.searchsorted(sku, np.arange(len(self.skus) + 1))
        self._segments = {
            name: slice(int(edges[i]), int(edges[i + 1]))
            for i, name in enumerate(self.skus)
        }
        self._inbound = columns.inbound
        self._available = np.zeros(len(node), np.int64)
        self._refresh(np.arange(len(node)))
        self._reservations: dict[str, Reservation] = {}
        self._loads: dict[tuple[str, str], float] = {}
        self._period = 0

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
        inbound: dict[tuple[str, str], tuple[Inbound, ...]] | None = None,
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

    def _refresh(self, rows: IntArray) -> None:
        left = self.rows.on_hand[rows] - self.rows.reserved[rows]
        left -= self.rows.safety[rows]
        self._available[rows] = np.maximum(0, np.floor(left)).astype(np.int64)

    def __len__(self) -> int:
        return len(self.rows.node)

    def __iter__(self) -> Iterator[Stock]:
        rows = self.rows
        columns = zip(
            rows.node.tolist(),
            rows.sku.tolist(),
            rows.on_hand.tolist(),
            rows.reserved.tolist(),
            rows.safety.tolist(),
            rows.velocity.tolist(),
            strict=True,
        )
        for node, sku, on_hand, reserved, safety, velocity in columns:
            key = (self.node_ids[node], self.skus[sku])
            yield Stock(
                node=key[0],
                sku=key[1],
                on_hand=on_hand,
                reserved=reserved,
                safety=safety,
                inbound=self._inbound.get(key, ()),
                velocity=None if np.isnan(velocity) else velocity,
            )

    def __repr__(self) -> str:
        nodes, skus = len(self.node_ids), len(self.skus)
        return f"Inventory({len(self)} rows, {nodes} nodes, {skus} skus)"

    def segment(self, sku: str) -> slice | None:
        """Return where the rows of a SKU stand in ``rows``; None if it has none."""
        return self._segments.get(sku)

    @property
    def inbound(self) -> dict[tuple[str, str], tuple[Inbound, ...]]:
        """What arrives later, by (node, SKU); do not write."""
        return self._inbound

    @property
    def available_rows(self) -> IntArray:
        """Whole units that may be promised now; shape ``(R,)``; do not write."""
        return self._available

    def row(self, node: str, sku: str) -> int | None:
        """Return the row of a (node, SKU); None if there is none."""
        segment = self._segments.get(sku)
        at = self._node_at.get(node)
        if segment is None or at is None:
            return None
        found = segment.start + int(
            np.searchsorted(self.rows.node[segment], at, side="left")
        )
        if found < segment.stop and self.rows.node[found] == at:
            return found
        return None

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
        row = self.row(node, sku)
        if row is None:
            return 0
        if by is None:
            return int(self._available[row])
        rows = self.rows
        left = rows.on_hand[row] - rows.reserved[row] - rows.safety[row]
        coming = self._inbound.get((node, sku), ())
        left += sum(part.quantity for part in coming if part.at <= by)
        return max(0, int(left))

    def velocity(self, node: str, sku: str) -> float | None:
        """Return the units sold a day; None where not known."""
        row = self.row(node, sku)
        if row is None or np.isnan(self.rows.velocity[row]):
            return None
        return float(self.rows.velocity[row])

    def load(self, node: str, measure: Measure) -> float:
        """Return what reservations have taken of a node's capacity."""
        return self._loads.get((node, Measure(measure).value), 0.0)

    @property
    def loads(self) -> dict[tuple[str, str], float]:
        """What reservations have taken of capacity, by (node id, measure)."""
        return self._loads

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
        needs, issues = needs_of(plan, self.row)
        if expires_at is not None and expires_at.utcoffset() is None:
            text = "has no offset from UTC; give a timezone-aware moment"
            issues.append(Issue("naive_datetime", "expires_at", text))
        issues += [
            Issue(
                "already_reserved",
                f"order {name!r}",
                "release it before reserving again",
            )
            for name in needs
            if name in self._reservations
        ]
        issues += self._shortages(needs.values())
        if issues:
            raise InputError(issues)
        for name, need in needs.items():
            made = Reservation(
                order_id=name,
                rows=tuple(need.rows),
                quantities=tuple(need.rows.values()),
                loads=tuple((*key, amount) for key, amount in need.loads.items()),
                expires_at=expires_at,
                period=self._period,
            )
            self._reservations[name] = made
            self._apply(made, 1)

    def _shortages(self, needs: Iterable[Need]) -> list[Issue]:
        total: dict[int, int] = {}
        for need in needs:
            for row, quantity in need.rows.items():
                total[row] = total.get(row, 0) + quantity
        return [
            Issue(
                "oversold",
                f"stock of {self.skus[self.rows.sku[row]]!r} "
                f"at {self.node_ids[self.rows.node[row]]!r}",
                f"{quantity} units wanted, {self._available[row]} available",
            )
            for row, quantity in total.items()
            if quantity > self._available[row]
        ]

    def _apply(self, reservation: Reservation, sign: int) -> None:
        rows = np.array(reservation.rows, np.int64)
        amounts = np.array(reservation.quantities, float)
        self.rows.reserved[rows] += sign * amounts
        self._refresh(rows)
        if reservation.period != self._period:
            return
        for node, measure, amount in reservation.loads:
            key = (node, measure)
            self._loads[key] = self._loads.get(key, 0.0) + sign * amount

    def reservation(self, order_id: str) -> Reservation | None:
        """Return what is reserved for an order; None if nothing is."""
        return self._reservations.get(order_id)

    def release(self, order_id: str) -> None:
        """
        Give the units and capacity of an order back.

        Raises
        ------
        InputError
            If nothing is reserved for it.
        """
        self._apply(self._pop(order_id), -1)

    def commit(self, order_id: str) -> None:
        """
        Let the units of an order leave: on hand and reserved both fall.

        Raises
        ------
        InputError
            If nothing is reserved for it.
        """
        reservation = self._pop(order_id)
        rows = np.array(reservation.rows, np.int64)
        amounts = np.array(reservation.quantities, float)
        self.rows.reserved[rows] -= amounts
        self.rows.on_hand[rows] -= amounts
        self._refresh(rows)

    def _pop(self, order_id: str) -> Reservation:
        if order_id not in self._reservations:
            where = f"order {order_id!r}"
            raise InputError(
                [Issue("not_reserved", where, "nothing is reserved for it")]
            )
        return self._reservations.pop(order_id)

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
        row, where = self.row(node, sku), f"stock of {sku!r} at {node!r}"
        if row is None:
            raise InputError([Issue("unknown_stock", where, "there is no such row")])
        left = self.rows.on_hand[row] + units
        if left < self.rows.reserved[row]:
            free = self.rows.on_hand[row] - self.rows.reserved[row]
            text = f"{-units} units are to go, and {free:g} are not reserved"
            raise InputError([Issue("oversold", where, text)])
        self.rows.on_hand[row] = left
        self._refresh(np.array([row]))

    def expire(self, now: datetime) -> tuple[str, ...]:
        """Release every reservation that has expired; return their order ids."""
        over = tuple(
            name
            for name, made in self._reservations.items()
            if made.expires_at is not None and made.expires_at <= now
        )
        for name in over:
            self.release(name)
        return over

    def start_period(
        self, loads: Mapping[tuple[str, str], float] | None = None
    ) -> None:
        """
        Forget the capacity taken so far, as at the start of a day or shift.

        Parameters
        ----------
        loads
            What is taken of the new period from the start, by (node id, measure).
        """
        self._loads = dict(loads or {})
        self._period += 1


def _positions(names: Sequence[str], at: dict[str, int]) -> IntArray:
    return np.fromiter((at[name] for name in names), np.int64, len(names))
