"""Orders gathered into tables: those whose lattices and limits are the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from domroute.batch.own import OwnLimits
from domroute.batch.tables import PricingTable
from domroute.offers.priced import Offers
from domroute.problem import NetworkArrays
from domroute.sourcing.bundles import Bundles, node_load
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.totals import Totals
from domroute.units import FloatArray, IntArray


@dataclass(slots=True, eq=False)
class TableBuilder:
    """Gathers orders into pricing tables, by their lattices."""

    arrays: NetworkArrays
    has_capacity: bool
    _groups: dict[tuple[object, ...], list[_Entry]] = field(default_factory=dict)

    def add(
        self,
        at: int,
        offers: Offers,
        *,
        lattice: Lattice,
        bundles: Bundles,
        totals: Totals,
        cell: IntArray,
        own: OwnLimits | None = None,
    ) -> bool:
        """
        Take up an order; False if no node may fill any part of it.

        One with limits of its own has a table to itself.
        """
        problem = offers.problem
        kept = np.flatnonzero((bundles.price[1:] < IS_FORBIDDEN).any(axis=0))
        if not len(kept):
            return False
        of_line = problem.sku_of[:, None] == np.arange(len(problem.skus))
        taken = bundles.units @ of_line.astype(float)
        price = bundles.price[:, kept]
        price[0] = FORBIDDEN
        capacity = self.arrays.capacity
        row = capacity.of_node[: None if self.has_capacity else 0, problem.nodes[kept]]
        load = np.zeros((0, *price.shape))
        if self.has_capacity:
            load = node_load(offers, self.arrays, bundles.units)[:, :, kept]
            load *= np.isfinite(capacity.limit[row])[:, None]
        prices = totals.over_price, totals.split_price
        limits = totals.most_parts, totals.soft_limits, totals.counts_parts, *prices
        alone = None if own is None else at
        key = (lattice.counts.tobytes(), taken.tobytes(), limits, alone)
        self._groups.setdefault(key, []).append(
            _Entry(
                at, lattice, taken, price, problem.nodes[kept], cell[:, kept], row,
                load, totals, own,
            )
        )  # fmt: skip
        return True

    def build(self) -> tuple[PricingTable, ...]:
        """Lay the tables side by side, and forget them one by one."""
        tables = []
        while self._groups:
            _, entries = self._groups.popitem()
            tables.append(_lay(entries))
        tables.sort(key=lambda table: int(table.orders[0]))
        ends = np.cumsum([0, *(table.cell.size for table in tables)]).tolist()
        return tuple(
            replace(table, cell_at=at)
            for table, at in zip(tables, ends[:-1], strict=True)
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    at: int
    lattice: Lattice
    taken: FloatArray
    price: FloatArray
    node: IntArray
    cell: IntArray
    row: IntArray
    load: FloatArray
    totals: Totals
    own: OwnLimits | None


def _lay(entries: list[_Entry]) -> PricingTable:
    first = np.concatenate(([0], np.cumsum([len(e.node) for e in entries])))
    return PricingTable(
        orders=np.array([e.at for e in entries], np.int64),
        lattice=entries[0].lattice,
        taken=entries[0].taken,
        price=np.concatenate([e.price for e in entries], axis=1),
        first=first.astype(np.int64),
        node=np.concatenate([e.node for e in entries]),
        cell=np.concatenate([e.cell for e in entries], axis=1),
        cell_at=0,
        row=np.concatenate([e.row for e in entries], axis=1),
        load=np.concatenate([e.load for e in entries], axis=2),
        missing=np.stack([e.totals.missing for e in entries], axis=1),
        totals=entries[0].totals,
        own=entries[0].own,
    )
