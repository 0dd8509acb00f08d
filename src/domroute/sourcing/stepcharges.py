"""Charges that are not linear, as rows of the program: tariffs and soft rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domroute.costs.cards import tariffs_in
from domroute.costs.term import Cards, Tariff
from domroute.offers.blocks import Block
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.offers import OfferTable
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class BlockTakes:
    """
    The variables of one block of offers.

    Attributes
    ----------
    ships
        Whether each offer is used; shape ``(A,)``.
    atom, offer, column
        What may be taken, the position of the offer in the block, and the variable of
        the steps taken; shape ``(X,)``.
    limit
        Steps of each atom that each offer can take; shape ``(J, A)``.
    """

    block: Block
    ships: IntArray
    atom: IntArray
    offer: IntArray
    column: IntArray
    limit: IntArray

    def only(self, offers: IntArray) -> BlockTakes:
        """Keep some of the offers, counted from the first of these."""
        if len(offers) == len(self.ships):
            return self
        place = np.full(len(self.ships), -1)
        place[offers] = np.arange(len(offers))
        mine = place[self.offer] >= 0
        return BlockTakes(
            block=self.block,
            ships=self.ships[offers],
            atom=self.atom[mine],
            offer=place[self.offer[mine]],
            column=self.column[mine],
            limit=self.limit[:, offers],
        )


def takes_by_block(
    table: OfferTable,
    ships: IntArray,
    atom: IntArray,
    offer: IntArray,
    column: IntArray,
) -> Iterator[BlockTakes]:
    """Yield the variables of each block, offers counted from its first."""
    for at, block in enumerate(table.blocks):
        first, end = int(table.first[at]), int(table.first[at + 1])
        mine = (offer >= first) & (offer < end)
        yield BlockTakes(
            block=block,
            ships=ships[first:end],
            atom=atom[mine],
            offer=offer[mine] - first,
            column=column[mine],
            limit=table.limit[:, first:end],
        )


def add_cards(
    model: ArrayModel, table: OfferTable, mine: BlockTakes, cards: Cards
) -> IntArray:
    """
    Let each used offer climb its tariff until it holds what it takes.

    Returns the variables that say how far up it stands.

    Steps that rise evenly, as those of most rate cards do, are one whole number: how
    far up the offer stands. To ask whether it stands above or below is a far better
    question for branch and bound than whether it stands on one given step.
    """
    climbed = [
        _add_tariff(model, table, mine.only(offers), tariff)
        for offers, tariff in tariffs_in(cards)
    ]
    return np.concatenate(climbed) if climbed else np.empty(0, np.int64)


def _add_tariff(
    model: ArrayModel, table: OfferTable, mine: BlockTakes, tariff: Tariff
) -> IntArray:
    heaviest = table.weight_kg @ mine.limit
    bulkiest = table.volume_cm3 @ mine.limit
    stairs = _stairs(tariff, heaviest, bulkiest)
    count = len(mine.ships)
    ground = model.add_columns(count, upper=1, cost=stairs.ground_rate, whole=False)
    rows = model.add_rows(count, lower=0.0, upper=0.0)
    model.add_entries(rows, ground, 1.0)
    model.add_entries(rows, mine.ships, -1.0)
    climbed = _add_flights(model, stairs, ground)
    parcels = np.ceil(np.maximum(0.0, heaviest - tariff.caps_kg[-1]) / tariff.parcel_kg)
    if np.isfinite(tariff.parcel_cm3):
        over = np.maximum(0.0, bulkiest - tariff.caps_cm3[-1]) / tariff.parcel_cm3
        parcels = np.maximum(parcels, np.ceil(over))
    large = np.flatnonzero(parcels > 0)
    last_rate = tariff.rates[tariff.zone[large], -1]
    full = model.add_columns(len(large), upper=parcels[large], cost=last_rate)
    sizes = [(table.weight_kg, stairs.ground_kg, stairs.rise_kg, tariff.parcel_kg)]
    if np.isfinite(tariff.parcel_cm3):
        sizes.append(
            (
                table.volume_cm3,
                stairs.ground_cm3,
                stairs.rise_cm3,
                tariff.parcel_cm3,
            )
        )
    for size, first, rise, parcel in sizes:
        rows = model.add_rows(count, upper=0.0)
        # In full parcels, so that kilograms and cubic centimeters stand at like scales.
        model.add_entries(rows[mine.offer], mine.column, size[mine.atom] / parcel)
        model.add_entries(rows, ground, -first / parcel)
        model.add_entries(rows[stairs.owner], climbed, -rise / parcel)
        model.add_entries(rows[large], full, -1.0)
    return climbed


@dataclass(frozen=True, slots=True, eq=False)
class _Stairs:
    """
    The tariffs of a block's offers, as flights of even steps.

    Attributes
    ----------
    ground_rate, ground_kg, ground_cm3
        The first step of each offer, and what it holds; shape ``(A,)``.
    owner, length, rise_rate, rise_kg, rise_cm3
        Of each flight: its offer, its steps, and what each adds; shape ``(F,)``. The
        flights of an offer stand together, from the lowest.
    """

    ground_rate: FloatArray
    ground_kg: FloatArray
    ground_cm3: FloatArray
    owner: IntArray
    length: IntArray
    rise_rate: FloatArray
    rise_kg: FloatArray
    rise_cm3: FloatArray


def _stairs(tariff: Tariff, heaviest: FloatArray, bulkiest: FloatArray) -> _Stairs:
    """Cut the tariff of each offer into flights, up to what could ever be shipped."""
    count = len(heaviest)
    rates = tariff.rates[tariff.zone]
    useful = [
        _useful_steps(tariff, rates[i], heaviest[i], bulkiest[i]) for i in range(count)
    ]
    sizes = np.array([len(steps) for steps in useful], np.int64)
    owner = np.repeat(np.arange(count), sizes)
    step = np.concatenate(useful) if useful else np.empty(0, np.int64)
    held_cm3 = np.where(np.isfinite(tariff.caps_cm3), tariff.caps_cm3, 0.0)
    level = np.stack((rates[owner, step], tariff.caps_kg[step], held_cm3[step]))
    rise = np.diff(level, axis=1)
    is_same_offer = owner[1:] == owner[:-1]
    rise, of = rise[:, is_same_offer], owner[1:][is_same_offer]
    is_even = np.isclose(rise[:, 1:], rise[:, :-1], rtol=1e-9, atol=1e-9).all(axis=0)
    is_start = np.append([True], (of[1:] != of[:-1]) | ~is_even)[: len(of)]
    starts = np.flatnonzero(is_start)
    ground = level[:, np.cumsum(sizes) - sizes]
    return _Stairs(
        ground_rate=ground[0],
        ground_kg=ground[1],
        ground_cm3=ground[2],
        owner=of[starts],
        length=np.diff(np.append(starts, len(of))),
        rise_rate=rise[0, starts],
        rise_kg=rise[1, starts],
        rise_cm3=rise[2, starts],
    )


def _add_flights(model: ArrayModel, stairs: _Stairs, ground: IntArray) -> IntArray:
    """Add how far each flight is climbed; none before the one below it is over."""
    count = len(stairs.owner)
    climbed = model.add_columns(count, upper=stairs.length, cost=stairs.rise_rate)
    is_upper = np.append([False], stairs.owner[1:] == stairs.owner[:-1])[:count]
    entered = climbed.copy()
    entered[~is_upper] = ground[stairs.owner[~is_upper]]
    long = np.flatnonzero(is_upper & (stairs.length > 1))
    entered[long] = model.add_columns(len(long), upper=1)
    held = np.flatnonzero(~is_upper | (stairs.length > 1))
    rows = model.add_rows(len(held), upper=0.0)
    model.add_entries(rows, climbed[held], 1.0)
    model.add_entries(rows, entered[held], -stairs.length[held])
    upper = np.flatnonzero(is_upper)
    rows = model.add_rows(len(upper), upper=0.0)
    model.add_entries(rows, entered[upper], stairs.length[upper - 1])
    model.add_entries(rows, climbed[upper - 1], -1.0)
    return climbed


def _useful_steps(
    tariff: Tariff, rates: FloatArray, heaviest: float, bulkiest: float
) -> IntArray:
    """Keep steps up to the first that holds everything, and of equal rates the last."""
    enough = (tariff.caps_kg >= heaviest) & (tariff.caps_cm3 >= bulkiest)
    end = int(enough.argmax()) + 1 if enough.any() else len(rates)
    kept = np.append(rates[1:end] > rates[: end - 1], [True])
    return np.flatnonzero(kept)


def add_breaks(
    model: ArrayModel,
    table: OfferTable,
    mine: BlockTakes,
    breaks: BoolArray,
    price: float,
) -> None:
    """Charge each offer once if it takes any line that breaks a soft rule there."""
    has = (table.units[:, mine.block.lines] > 0).astype(np.int64)
    broken = has @ breaks.astype(np.int64) > 0
    marks = model.add_columns(len(mine.ships), upper=1, cost=price)
    here = np.flatnonzero(broken[mine.atom, mine.offer])
    rows = model.add_rows(len(here), upper=0.0)
    model.add_entries(rows, mine.column[here], 1.0)
    limit = mine.limit[mine.atom[here], mine.offer[here]]
    model.add_entries(rows, marks[mine.offer[here]], -limit)
