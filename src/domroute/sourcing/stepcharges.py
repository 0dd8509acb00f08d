"""Charges that are not linear, as rows of the integer program: tariffs and soft rules."""

from __future__ import annotations

from typing import cast

import numpy as np

from domroute.costs.term import Tariff
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.blocks import Block
from domroute.sourcing.offers import OfferTable
from domroute.units import FloatArray, IntArray


def add_tariffs(
    model: ArrayModel,
    table: OfferTable,
    ships: IntArray,
    atom: IntArray,
    offer: IntArray,
    takes: IntArray,
) -> None:
    """Let each used offer pick a step of its tariff that holds what it takes."""
    for at, block in enumerate(table.blocks):
        tariffs = [part.tariff for part in block.parts if part.tariff is not None]
        for tariff in tariffs:
            _add_tariff(model, table, ships, atom, offer, takes, at, tariff)


def _add_tariff(
    model: ArrayModel,
    table: OfferTable,
    ships: IntArray,
    atom: IntArray,
    offer: IntArray,
    takes: IntArray,
    at: int,
    tariff: Tariff,
) -> None:
    first, end = int(table.first[at]), int(table.first[at + 1])
    count = end - first
    limit = table.limit[:, first:end]
    heaviest = table.weight_kg @ limit
    bulkiest = table.volume_cm3 @ limit
    has_volume = np.isfinite(tariff.parcel_cm3)
    rates = tariff.rates[tariff.zone]
    pairs = [
        _useful_steps(tariff, rates[i], heaviest[i], bulkiest[i]) for i in range(count)
    ]
    owner = np.repeat(np.arange(count), [len(steps) for steps in pairs])
    step = np.concatenate(pairs) if pairs else np.empty(0, np.int64)
    picks = model.add_columns(len(step), upper=1, cost=rates[owner, step])
    rows = model.add_rows(count, lower=0.0, upper=0.0)
    model.add_entries(rows[owner], picks, 1.0)
    model.add_entries(rows, ships[first:end], -1.0)
    parcels = np.ceil(np.maximum(0.0, heaviest - tariff.caps_kg[-1]) / tariff.parcel_kg)
    if has_volume:
        over = np.maximum(0.0, bulkiest - tariff.caps_cm3[-1]) / tariff.parcel_cm3
        parcels = np.maximum(parcels, np.ceil(over))
    large = np.flatnonzero(parcels > 0)
    full = model.add_columns(len(large), upper=parcels[large], cost=rates[large, -1])
    mine = (offer >= first) & (offer < end)
    sizes = [(table.weight_kg, tariff.caps_kg, tariff.parcel_kg)]
    if has_volume:
        sizes.append((table.volume_cm3, tariff.caps_cm3, tariff.parcel_cm3))
    for size, caps, parcel in sizes:
        rows = model.add_rows(count, upper=0.0)
        model.add_entries(rows[offer[mine] - first], takes[mine], size[atom[mine]])
        model.add_entries(rows[owner], picks, -caps[step])
        model.add_entries(rows[large], full, -parcel)


def _useful_steps(
    tariff: Tariff, rates: FloatArray, heaviest: float, bulkiest: float
) -> IntArray:
    """Keep steps up to the first that holds everything, and of equal rates the last."""
    enough = (tariff.caps_kg >= heaviest) & (tariff.caps_cm3 >= bulkiest)
    end = int(enough.argmax()) + 1 if enough.any() else len(rates)
    kept = np.append(rates[1:end] > rates[: end - 1], [True])
    return cast("IntArray", np.flatnonzero(kept))


def add_breaks(
    model: ArrayModel,
    table: OfferTable,
    atom: IntArray,
    offer: IntArray,
    takes: IntArray,
) -> None:
    """Charge each offer once if it takes any line that breaks a soft rule there."""
    for at, block in enumerate(table.blocks):
        for part in block.parts:
            if part.breaks is None:
                continue
            first = int(table.first[at])
            count = len(block.nodes)
            broken = _broken_atoms(table, block, part.breaks.breaks)
            marks = model.add_columns(count, upper=1, cost=part.breaks.price)
            here = np.flatnonzero((offer >= first) & (offer < first + count))
            here = here[broken[atom[here], offer[here] - first]]
            rows = model.add_rows(len(here), upper=0.0)
            model.add_entries(rows, takes[here], 1.0)
            limit = table.limit[atom[here], offer[here]]
            model.add_entries(rows, marks[offer[here] - first], -limit)


def _broken_atoms(
    table: OfferTable, block: Block, breaks: FloatArray | IntArray
) -> IntArray:
    has = table.units[:, block.lines] > 0
    return cast("IntArray", (has @ breaks.astype(np.int64)) > 0)
