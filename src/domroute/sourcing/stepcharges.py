"""Charges that are not linear, as rows of the program: tariffs and soft rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domroute.costs.term import Tariff
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.blocks import Block
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


def add_tariff(
    model: ArrayModel, table: OfferTable, mine: BlockTakes, tariff: Tariff
) -> None:
    """Let each used offer pick a step of its tariff that holds what it takes."""
    count = len(mine.ships)
    heaviest = table.weight_kg @ mine.limit
    bulkiest = table.volume_cm3 @ mine.limit
    has_volume = np.isfinite(tariff.parcel_cm3)
    rates = tariff.rates[tariff.zone]
    useful = [
        _useful_steps(tariff, rates[i], heaviest[i], bulkiest[i]) for i in range(count)
    ]
    owner = np.repeat(np.arange(count), [len(steps) for steps in useful])
    step = np.concatenate(useful) if useful else np.empty(0, np.int64)
    picks = model.add_columns(len(step), upper=1, cost=rates[owner, step])
    rows = model.add_rows(count, lower=0.0, upper=0.0)
    model.add_entries(rows[owner], picks, 1.0)
    model.add_entries(rows, mine.ships, -1.0)
    parcels = np.ceil(np.maximum(0.0, heaviest - tariff.caps_kg[-1]) / tariff.parcel_kg)
    if has_volume:
        over = np.maximum(0.0, bulkiest - tariff.caps_cm3[-1]) / tariff.parcel_cm3
        parcels = np.maximum(parcels, np.ceil(over))
    large = np.flatnonzero(parcels > 0)
    full = model.add_columns(len(large), upper=parcels[large], cost=rates[large, -1])
    sizes = [(table.weight_kg, tariff.caps_kg, tariff.parcel_kg)]
    if has_volume:
        sizes.append((table.volume_cm3, tariff.caps_cm3, tariff.parcel_cm3))
    for size, caps, parcel in sizes:
        rows = model.add_rows(count, upper=0.0)
        model.add_entries(rows[mine.offer], mine.column, size[mine.atom])
        model.add_entries(rows[owner], picks, -caps[step])
        model.add_entries(rows[large], full, -parcel)


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
