"""Working days in a wave: each is a row of capacity of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from domroute.batch.cells import UNITS_SLACK, Prices
from domroute.offers.blocks import Block
from domroute.offers.dayroom import DayCharges
from domroute.offers.daysleft import Used
from domroute.offers.priced import Offers
from domroute.sourcing.choice import Take
from domroute.sourcing.offers import OfferTable
from domroute.units import FloatArray, IntArray
from domroute.words import Measure

_ENDLESS: Final = 2.0**30
"""More than a wave could want of a day."""


@dataclass(slots=True, eq=False)
class Days:
    """
    The working days that orders of a wave could fill, numbered as they are met.

    Attributes
    ----------
    first
        The number of the first: after all rows of the network's capacity.
    number
        Of each node, by position in the network, date, by ordinal, and measure.
    left
        What each has left; without a limit more than all could want.
    fills
        What terms charge as they fill: of each number, what is free before a price
        rises, and by how much it does.
    charges
        The same, laid out, beside what those use who have no part in it; None for
        nothing.
    """

    first: int
    number: dict[tuple[int, int, Measure], int] = field(default_factory=dict)
    left: list[float] = field(default_factory=list)
    fills: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    charges: DayCharges | None = None

    def enter(self, offers: Offers) -> IntArray | None:
        """Give numbers to the days of an order; None where it has none; ``(Q,)``."""
        days = offers.days
        if days is None:
            return None
        found = []
        # To be counted, what is used needs a limit, if one that nobody meets.
        most = np.minimum(days.left, _ENDLESS).tolist()
        for key, left in zip(_keys(offers), most, strict=True):
            if key not in self.number:
                self.number[key] = self.first + len(self.left)
                self.left.append(left)
            at = self.number[key]
            self.left[at - self.first] = min(self.left[at - self.first], left)
            found.append(at)
        self._note_fills(offers, found)
        return np.array(found, np.int64)

    def _note_fills(self, offers: Offers, numbers: list[int]) -> None:
        """Note what terms charge for days: the same for all orders."""
        charges = None if offers.days is None else offers.days.charges
        if charges is None:
            return
        mine: dict[int, list[tuple[float, float]]] = {}
        rows, rises = charges.row.tolist(), np.stack((charges.free, charges.price))
        for row, rise in zip(rows, rises.T.tolist(), strict=True):
            mine.setdefault(numbers[row], []).append(tuple(rise))
        for at, found in mine.items():
            self.fills.setdefault(at, found)

    def close(self) -> None:
        """Lay out what is charged, once all orders are entered."""
        if self.fills:
            rises = [(at, *rise) for at, mine in self.fills.items() for rise in mine]
            row, free, price = np.array(rises, float).T
            self.charges = DayCharges(row.astype(np.int64), free, price, ())

    def beside(self, used: FloatArray) -> Days:
        """Leave what others use, by number."""
        if self.charges is None:
            return self
        return replace(self, charges=self.charges.less(used))

    def of(self, offers: Offers) -> IntArray | None:
        """Return the numbers of the days of an order that has been entered."""
        if offers.days is None:
            return None
        return np.array([self.number[key] for key in _keys(offers)], np.int64)

    @property
    def capacity(self) -> FloatArray:
        """What the days have left, whole where it is counted; shape ``(D,)``."""
        left = np.maximum(0.0, np.array(self.left, float))
        counted = [measure is not Measure.WORKLOAD for _, _, measure in self.number]
        whole: FloatArray = np.where(counted, np.floor(left + UNITS_SLACK), left)
        return whole

    def used(self, load: FloatArray) -> Used:
        """Say what is used of each, of what is used of all rows of the wave."""
        found: dict[tuple[int, int], dict[Measure, float]] = {}
        for (node, day, measure), at in self.number.items():
            found.setdefault((node, day), {})[measure] = float(load[at])
        return found


def unfilled(offers: Offers) -> Offers:
    """Leave out what days cost: all orders that fill them pay for that together."""
    days = offers.days
    if days is None or days.charges is None:
        return offers
    return replace(offers, days=replace(days, charges=None))


def _keys(offers: Offers) -> Iterable[tuple[int, int, Measure]]:
    days = offers.days
    if days is None:
        return ()
    nodes = offers.problem.nodes[days.node].tolist()
    return zip(nodes, days.day.tolist(), days.measures, strict=True)


def day_uses(
    days: IntArray | None, take: Take, has_order: set[int]
) -> tuple[IntArray, FloatArray]:
    """
    Say what a take uses of which days.

    Parameters
    ----------
    days
        The numbers of the order's days.
    take
        What is shipped.
    has_order
        The days that the order counts on already; it is added to.
    """
    room = take.block.room
    if days is None or room is None:
        return np.empty(0, np.int64), np.empty(0)
    at = np.flatnonzero(room.offer == take.offer)
    load = room.loads(take.units[None].astype(float))[0, at]
    rows = days[room.row[at]]
    for place in np.flatnonzero(room.per_order[at]).tolist():
        row = int(rows[place])
        load[place] += row not in has_order
        has_order.add(row)
    return rows, load


def day_prices(
    block: Block, days: IntArray | None, prices: Prices
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """
    Price what the offers of a block use of days.

    Returns
    -------
    tuple of FloatArray
        Per order, ``(A,)``; per line and per unit, ``(G, A)``.
    """
    per_unit = np.zeros(block.limit.shape)
    per_line, per_order = np.zeros(block.limit.shape), np.zeros(len(block.nodes))
    room = block.room
    if days is not None and room is not None:
        price = prices.load[days[room.row]]
        each = price * (room.per_unit + room.work * room.per_work)
        np.add.at(per_unit.T, room.offer, each.T)
        np.add.at(per_line.T, room.offer, (price * room.per_line)[:, None])
        np.add.at(per_order, room.offer, price * room.per_order)
    return per_order, per_line, per_unit


def without_days(offers: Offers, used: FloatArray) -> Offers:
    """
    Leave an order what others have left of working days.

    Parameters
    ----------
    offers
        The order, as it stood before any was taken.
    used
        What others use of its days; shape ``(Q,)``.
    """
    mine = offers.days
    if mine is None:
        return offers
    left = np.maximum(0.0, mine.left - used)
    mine = mine.filled(used)
    blocks = [
        block
        if block.room is None
        else block.with_room(replace(block.room, left=left[block.room.row]))
        for block in offers.blocks
    ]
    return replace(offers, days=replace(mine, left=left), blocks=tuple(blocks))


@dataclass(frozen=True, slots=True, eq=False)
class ByOffer:
    """
    What the offers of an order use of days, in as many layers as an offer has rows.

    Attributes
    ----------
    rows
        Numbers; of no matter where nothing is used; shape ``(D, A)``.
    per_step, once
        For each step of each atom, and with its first; shape ``(D, J, A)``.
    shipment
        Once on a day; shape ``(D, A)``.
    """

    rows: IntArray
    per_step: FloatArray
    once: FloatArray
    shipment: FloatArray

    @classmethod
    def of(cls, table: OfferTable, offers: Offers, days: IntArray) -> ByOffer:
        """Lay out what a table's offers use."""
        entries: list[tuple[int, int, Block, int]] = []
        layer: dict[int, int] = {}
        for first, block in zip(table.first.tolist(), table.blocks, strict=False):
            if block.room is None:
                continue
            for at, offer in enumerate(block.room.offer.tolist()):
                layer[first + offer] = layer.get(first + offer, -1) + 1
                entries.append((layer[first + offer], first + offer, block, at))
        count = max(layer.values(), default=-1) + 1
        shape = count, *table.limit.shape
        made = cls(
            np.zeros((count, len(table.node)), np.int64),
            np.zeros(shape),
            np.zeros(shape),
            np.zeros((count, len(table.node))),
        )
        units = table.units.sum(axis=1)
        lines = (table.units > 0).sum(axis=1)
        for layer_at, offer, block, at in entries:
            room = block.room
            if room is None:
                continue
            work = units
            if offers.workload is not None:
                work = table.units @ offers.workload[:, table.node[offer]]
            made.rows[layer_at, offer] = days[room.row[at]]
            made.per_step[layer_at, :, offer] = (
                units * room.per_unit[at] + work * room.per_work[at]
            )
            made.once[layer_at, :, offer] = lines * room.per_line[at]
            made.shipment[layer_at, offer] = room.per_order[at]
        return made
