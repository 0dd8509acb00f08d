"""What a term states, read as kinds of charges."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from domroute.costs.charges.answer import Carrier, Charges
from domroute.costs.charges.apart import in_parcels
from domroute.costs.charges.cards import cards_of
from domroute.costs.charges.charge import Charge
from domroute.costs.charges.curve import Curve
from domroute.costs.charges.linear import Linear
from domroute.costs.charges.parcels import Parcels
from domroute.costs.charges.sharing import Sharers
from domroute.units import FloatArray


def charges_of(
    made: Charges,
    weight_kg: FloatArray,
    volume_cm3: FloatArray,
    offers: int,
    runs: Mapping[str, slice],
    *,
    sharers: Sharers | None = None,
) -> tuple[Charge, ...]:
    """
    Read what a term states, as kinds of charges; what is linear comes first.

    Parameters
    ----------
    made
        What it states, which has been looked at.
    weight_kg, volume_cm3
        Of a unit of each line; shape ``(G,)``.
    offers
        How many there are.
    runs
        Those of each service that has any; looked at where it charges by carriers.
    sharers
        Which lines may share a parcel; None where all may.
    """
    found: list[Charge] = []
    once, line, unit = made.per_shipment, made.per_line, made.per_unit
    stacks = [] if made.cards is None else [made.cards]
    if made.carriers:
        known = [(runs[c.service], c) for c in made.carriers if c.service in runs]
        once = _once_by_carrier(once, known, offers)
        unit = _each_by_carrier(unit, known, (len(weight_kg), offers))
        tariffs = [(run, c.tariff) for run, c in known if c.tariff is not None]
        if tariffs:
            stacks.append(cards_of(tariffs, offers))
    if once is not None or line is not None or unit is not None:
        found.append(Linear(once, line, unit))
    for cards in stacks:
        found += in_parcels(Parcels(cards, weight_kg, volume_cm3), sharers)
    if made.curve is not None:
        found.append(Curve(made.curve))
    found += made.steps
    return tuple(found)


def _once_by_carrier(
    once: FloatArray | None, carriers: list[tuple[slice, Carrier]], offers: int
) -> FloatArray | None:
    """Add what is charged once by service to what is charged in any case."""
    for run, carrier in carriers:
        fee = carrier.per_shipment
        if np.any(fee):
            once = np.zeros(offers) if once is None else once.copy()
            once[run] += fee[run] if isinstance(fee, np.ndarray) else fee
    return once


def _each_by_carrier(
    each: FloatArray | None,
    carriers: list[tuple[slice, Carrier]],
    shape: tuple[int, int],
) -> FloatArray | None:
    """Add what is charged for units by service, likewise."""
    for run, carrier in carriers:
        rate = carrier.per_unit
        if rate is not None and np.logical_or.reduce(rate, axis=None):
            each = np.zeros(shape) if each is None else each.copy()
            each[:, run] += rate[:, None] if rate.ndim == 1 else rate[:, run]
    return each
