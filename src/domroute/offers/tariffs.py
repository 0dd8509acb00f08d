"""Stepwise tariffs over arrays: the step and the full parcels of many shipments."""

from __future__ import annotations

import numpy as np

from domroute.costs.term import Tariff
from domroute.units import FloatArray, IntArray


def tariff_price(tariff: Tariff, weight: FloatArray, volume: FloatArray) -> FloatArray:
    """
    Price parcels of given weights and volumes from every node; shape ``(B, M)``.

    The first step that holds a parcel prices it; what holds in none is first lightened
    by full parcels of the last step.
    """
    step, full = tariff_steps(tariff, weight, volume)
    by_zone = tariff.rates.T[step]
    if full is not None:
        by_zone = by_zone + full[:, None] * tariff.rates[:, -1]
    return by_zone[:, tariff.zone]


def parcel_price(tariff: Tariff, node: int, weight: float, volume: float) -> float:
    """Price one shipment from one node."""
    zone = tariff.zone[node]
    if weight <= tariff.caps_kg[-1] and volume <= tariff.caps_cm3[-1]:
        step = tariff.caps_kg.searchsorted(weight)
        if volume > 0:
            step = max(step, tariff.caps_cm3.searchsorted(volume))
        return float(tariff.rates[zone, step])
    steps, full = tariff_steps(tariff, np.array([weight]), np.array([volume]))
    price = tariff.rates[zone, steps[0]]
    if full is not None:
        price += full[0] * tariff.rates[zone, -1]
    return float(price)


def tariff_steps(
    tariff: Tariff, weight: FloatArray, volume: FloatArray
) -> tuple[IntArray, FloatArray | None]:
    """Find the step of the last parcel and the full parcels before it, ``(B,)``."""
    full = None
    if weight.max() > tariff.caps_kg[-1] or volume.max() > tariff.caps_cm3[-1]:
        full = _full_parcels(tariff, weight, volume)
        weight = np.maximum(0.0, weight - full * tariff.parcel_kg)
        if np.isfinite(tariff.parcel_cm3):
            volume = np.maximum(0.0, volume - full * tariff.parcel_cm3)
    step = tariff.caps_kg.searchsorted(weight)
    if np.isfinite(tariff.parcel_cm3):
        step = np.maximum(step, tariff.caps_cm3.searchsorted(volume))
    if full is not None:
        # Of millions of parcels the last may hold a rounding more than a full one.
        step = np.minimum(step, len(tariff.caps_kg) - 1)
    return step, full


def _full_parcels(tariff: Tariff, weight: FloatArray, volume: FloatArray) -> FloatArray:
    full: FloatArray = np.ceil((weight - tariff.caps_kg[-1]) / tariff.parcel_kg)
    if np.isfinite(tariff.parcel_cm3):
        by_volume = np.ceil((volume - tariff.caps_cm3[-1]) / tariff.parcel_cm3)
        full = np.maximum(full, by_volume)
    return np.maximum(full, 0.0)
