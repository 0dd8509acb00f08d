"""How a ledger is read: every method answers from one snapshot of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from domroute.ledger.shelf import Cell, DayLoads, Loads, Relied
from domroute.ledger.snapshot import Snapshot
from domroute.ledger.stock import Inbound, Restriction, Stock, StockRows
from domroute.units import IntArray
from domroute.words import Measure


class Readable(ABC):
    """What can be read like a snapshot, of which it has one for each moment."""

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Return stock and capacity as they stand now."""

    def __len__(self) -> int:
        return len(self.snapshot())

    def __iter__(self) -> Iterator[Stock]:
        return iter(self.snapshot())

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
    def relied(self) -> Relied:
        """What is promised of that, by SKU and then node; see ``Snapshot.relied``."""
        return self.snapshot().relied

    @property
    def restrictions(self) -> Mapping[Cell, Restriction]:
        """When units on hand expire, and for which channels some are, by cell."""
        return self.snapshot().restrictions

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

    def load(self, node: str, measure: Measure, *, day: date | None = None) -> float:
        """
        Return what reservations have taken of a node's capacity.

        Parameters
        ----------
        node, measure
            Whose, and in which measure.
        day
            Of which working day; None for the period.
        """
        return self.snapshot().load(node, measure, day=day)

    @property
    def day_loads(self) -> DayLoads:
        """What reservations have taken of working days, by node id and date."""
        return self.snapshot().day_loads

    @property
    def loads(self) -> Loads:
        """What reservations have taken of capacity, by (node id, measure)."""
        return self.snapshot().loads
