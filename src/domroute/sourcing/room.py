"""What is left at each offer's node for more of an order: stock and capacity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.offers.daysleft import SLACK
from domroute.offers.priced import Offers
from domroute.problem import NetworkArrays
from domroute.sourcing.bydate import room_of
from domroute.sourcing.byday import entries_of, taken_by_day
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
    days
        The working days that the order could overfill; None for none.
    """

    load: FloatArray
    first_load: FloatArray
    capacity: FloatArray
    stock: FloatArray
    need: FloatArray
    days: _Days | None = None

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
        days = None if offers.days is None else _Days.of(offers, table, taken)
        return cls(load, first_load, capacity, stock, need, days)

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
        if self.days is not None:
            room = np.minimum(room, self.days.room(atom, at))
        needed = np.flatnonzero(self.need[atom]).tolist()
        for k in needed:
            room = np.minimum(room, self.stock[k, at] / self.need[atom, k])
        fits = np.minimum(most[at], np.maximum(0.0, np.floor(room + 1e-9)))
        self.capacity[:, at] -= fits * load + (fits > 0) * first
        if self.days is not None:
            self.days.take(atom, at, fits)
        for k in needed:
            self.stock[k, at] -= self.need[atom, k] * fits
        steps[at] = fits
        return steps


@dataclass(slots=True, eq=False)
class _Days:
    """
    What the working day of each offer has left for it, by itself.

    Attributes
    ----------
    offer
        The offers that a day limits; shape ``(X,)``.
    left
        What it has left; shape ``(X,)``.
    each, once
        What a step of each atom takes, and its first step besides; shape ``(J, X)``.
    """

    offer: IntArray
    left: FloatArray
    each: FloatArray
    once: FloatArray

    @classmethod
    def of(cls, offers: Offers, table: OfferTable, taken: IntArray) -> _Days:
        """Measure the room that a plan so far, ``(J, A)``, leaves."""
        offer, row, (per_line, per_unit, per_work) = entries_of(table)
        left = np.empty(0) if offers.days is None else offers.days.left
        left = left - taken_by_day(offers, table.takes(taken))
        units = table.units.sum(axis=1)[:, None]
        work = np.broadcast_to(units, (len(units), len(offer)))
        if offers.workload is not None:
            work = table.units @ offers.workload[:, table.node[offer]]
        lines = (table.units > 0).sum(axis=1)[:, None]
        each = units * per_unit + work * per_work
        return cls(offer, left[row] + SLACK, each, lines * per_line)

    def room(self, atom: int, offers: IntArray) -> FloatArray:
        """Count the steps of an atom that offers, ``(K,)``, have room for."""
        spare, each = self.left - self.once[atom], self.each[atom]
        steps = np.where(spare >= 0, np.inf, 0.0)
        np.divide(np.maximum(spare, 0.0), each, out=steps, where=each > 0)
        steps[spare < 0] = 0.0
        room = np.full(int(max(offers.max(), self.offer.max(initial=0))) + 1, np.inf)
        np.minimum.at(room, self.offer, steps)
        found: FloatArray = room[offers]
        return found

    def take(self, atom: int, offers: IntArray, steps: FloatArray) -> None:
        """Take steps of an atom by offers; shape ``(K,)`` each."""
        taken = np.zeros(int(max(offers.max(), self.offer.max(initial=0))) + 1)
        taken[offers] = steps
        mine = taken[self.offer]
        self.left -= mine * self.each[atom] + (mine > 0) * self.once[atom]


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
