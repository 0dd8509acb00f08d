"""Tariffs as straight lines: a linear stand-in that finds good nodes quickly."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from domroute.costs.term import Tariff
from domroute.sourcing.offers import OfferTable
from domroute.sourcing.tariffs import tariff_price
from domroute.units import FloatArray, IntArray

_POINTS: Final = 25
_MARGIN: Final = 1.25


def straighten(table: OfferTable, taken: IntArray) -> OfferTable:
    """
    Replace every tariff by the line that fits it best near the weights a plan ships.

    Parameters
    ----------
    table
        The offers.
    taken
        A plan, for the range of weights; steps by atom and offer; shape ``(J, A)``.

    Returns
    -------
    OfferTable
        The same offers with a charge per shipment and per step in place of each tariff:
        an estimate, good for choosing nodes and not for pricing.
    """
    per_shipment, per_step = table.per_shipment.copy(), table.per_step.copy()
    for at, block in enumerate(table.blocks):
        here = slice(int(table.first[at]), int(table.first[at + 1]))
        for part in block.parts:
            if part.tariff is not None:
                weight = _billable(table, part.tariff)
                flat, slope = _fit(part.tariff, weight, taken)
                per_shipment[here] += flat
                per_step[:, here] += weight[:, None] * slope
    return replace(table, per_shipment=per_shipment, per_step=per_step)


def _billable(table: OfferTable, tariff: Tariff) -> FloatArray:
    """Return what a step of each atom weighs for the carrier; shape ``(J,)``."""
    if not np.isfinite(tariff.parcel_cm3):
        return table.weight_kg
    by_volume = table.volume_cm3 * (tariff.parcel_kg / tariff.parcel_cm3)
    return np.maximum(table.weight_kg, by_volume)


def _fit(
    tariff: Tariff, weight: FloatArray, taken: IntArray
) -> tuple[FloatArray, FloatArray]:
    shipped = weight @ taken
    shipped = shipped[shipped > 0]
    low = float(shipped.min(initial=tariff.parcel_kg)) / _MARGIN
    high = float(shipped.max(initial=low)) * _MARGIN
    grid = np.linspace(low, high, _POINTS)
    price = tariff_price(tariff, grid, np.zeros(_POINTS))
    sides = np.stack((np.ones(_POINTS), grid), axis=1)
    flat, slope = np.linalg.lstsq(sides, price, rcond=None)[0]
    return np.maximum(flat, 0.0), np.maximum(slope, 0.0)
