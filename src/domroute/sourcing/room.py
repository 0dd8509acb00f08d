"""What is left at each offer's node for more of an order: stock and capacity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.offers.priced import Offers
from domroute.problem import NetworkArrays
from domroute.sourcing.bydate import room_of
from domroute.sourcing.offers import OfferTable
from domroute.units import FloatArray, IntArray


@dataclass(slots=True, eq=False)
class Room:
    """
    Room that shrinks as atoms are taken, for every offer by itself.

    Attributes
    ----------
    load
        What a step of each atom takes of each row of a node's capacity, and what its
        first step takes besides; shape ``(R, J, A)`` each.
    capacity
        What each offer's node can still do, by row; shape ``(R, A)``.
    stock
        Units of each SKU left at each offer's node; shape ``(K, A)``.
    need
        Units of each SKU in a step of each atom; shape ``(J, K)``.
    """

    load: FloatArray
    first_load: FloatArray
    capacity: FloatArray
    stock: FloatArray
    need: FloatArray

    @classmethod
    def of(
        cls,
        offers: Offers,
        table: OfferTable,
        loads: tuple[FloatArray, FloatArray],
        taken: IntArray,
    ) -> Room:
        """Measure the room that a plan so far, ``(J, A)``, leaves."""
        eligibility = offers.eligibility
        node = table.node
        limit = eligibility.capacity
        load, first_load = loads
        endless = np.full((len(load), len(node)), np.inf)
        capacity = endless if limit is None else limit[:, node] + 1e-9
        need = table.need_by_sku()
        stock = eligibility.stock[:, node].astype(float)
        if eligibility.by_date is not None:
            takes = table.takes(taken)
            stock = room_of(offers, eligibility.by_date, table, takes).astype(float)
        for offer in np.flatnonzero(taken.any(axis=0)).tolist():
            here = node == node[offer]
            steps = taken[:, offer]
            for row, each, once in zip(capacity, load, first_load, strict=True):
                row[here] -= steps @ each[:, offer] + (steps > 0) @ once[:, offer]
            if eligibility.by_date is None:
                stock[:, here] -= (steps @ need)[:, None]
        return cls(load, first_load, capacity, stock, need)

    def take(self, atom: int, most: IntArray) -> IntArray:
        """Take steps of an atom, up to ``most``, while there is room; ``(A,)``."""
        steps = np.zeros(len(most), np.int64)
        at = np.flatnonzero(most)
        if not len(at):
            return steps
        load, first = self.load[:, atom, at], self.first_load[:, atom, at]
        spare = self.capacity[:, at] - first
        by_row = np.where(spare >= 0, np.inf, 0.0)
        np.divide(spare, load, out=by_row, where=load > 0)
        room = by_row.min(axis=0)
        needed = np.flatnonzero(self.need[atom]).tolist()
        for k in needed:
            room = np.minimum(room, self.stock[k, at] / self.need[atom, k])
        fits = np.minimum(most[at], np.maximum(0.0, np.floor(room + 1e-9)))
        self.capacity[:, at] -= fits * load + (fits > 0) * first
        for k in needed:
            self.stock[k, at] -= self.need[atom, k] * fits
        steps[at] = fits
        return steps


def loads_of(
    offers: Offers, table: OfferTable, arrays: NetworkArrays
) -> tuple[FloatArray, FloatArray]:
    """Return what steps, and first steps, take of capacity; ``(R, J, A)`` each."""
    nodes = offers.problem.nodes[table.node]
    uses = arrays.capacity.demands_at(nodes[None])
    units = table.units.sum(axis=1)[:, None]
    lines = (table.units > 0).sum(axis=1)[:, None]
    each = offers.workload
    work = units if each is None else table.units @ each[:, table.node]
    return units * uses.per_unit + work * uses.per_work, lines * uses.per_line
