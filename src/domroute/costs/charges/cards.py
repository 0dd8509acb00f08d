"""Rate cards over arrays: the step and the full parcels of many shipments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from domroute.costs.charges.kinds import Kinds
from domroute.costs.charges.tariffs import ByZone, Cards, Tariff
from domroute.units import BoolArray, FloatArray, IntArray

_LEAST: Final = 1e-9
"""A weight above zero, to divide by."""
FREE: Final = -1
"""The card of offers that are charged nothing: their row is of zeros."""


def stacked(tariffs: Sequence[Tariff]) -> tuple[FloatArray, IntArray]:
    """
    Put the rates of tariffs one under the other, and a row of zeros under all.

    Returns
    -------
    tuple
        The rates, zone under zone, shape ``(Z, T)``, and which tariff each row is of,
        ``FREE`` for the last.
    """
    steps = max(tariff.rates.shape[1] for tariff in tariffs)
    rates = [
        tariff.rates[:, np.minimum(np.arange(steps), tariff.rates.shape[1] - 1)]
        for tariff in tariffs
    ]
    sizes = [len(tariff.rates) for tariff in tariffs]
    card = np.repeat(np.arange(len(tariffs)), sizes)
    return np.vstack((*rates, np.zeros(steps))), np.append(card, FREE)


def line_below(tariff: Tariff) -> tuple[FloatArray, FloatArray]:
    """
    Draw a line below the steps of each zone, however many parcels there are.

    Returns
    -------
    tuple
        Where it starts, and what it rises by for a kilogram; shape ``(Z,)`` each.
    """
    rates, caps = tariff.rates, tariff.caps_kg
    if not 0 < caps[-1] < np.inf:  # a tariff of a user's may not look at weight
        return rates.min(axis=1), np.zeros(len(rates))
    rise = np.maximum(0.0, rates[:, -1] - rates[:, 0]) / caps[-1]
    rise = np.minimum(rise, rates[:, -1] / max(tariff.parcel_kg, caps[-1]))
    return (rates - rise[:, None] * caps).min(axis=1), rise


def line_up_to(
    tariff: Tariff, heaviest: float, slope: float
) -> tuple[FloatArray, FloatArray]:
    """
    Draw a line below the steps of each zone up to a weight, as steep as is said.

    Returns
    -------
    tuple
        Where it starts, and what it rises by for a kilogram; shape ``(Z,)`` each.
    """
    last = int(np.searchsorted(tariff.caps_kg, heaviest))
    rates = np.maximum(0.0, tariff.rates[:, : last + 1])
    ends = np.minimum(tariff.caps_kg[: last + 1], heaviest)
    ends = np.maximum(ends, _LEAST)
    rise = slope * (rates / ends).min(axis=1)
    if last == len(tariff.caps_kg):  # full parcels go before the last
        full = np.maximum(0.0, tariff.rates[:, -1]) / tariff.parcel_kg
        rise = np.minimum(rise, full)
    start: FloatArray = (rates - rise[:, None] * ends).min(axis=1)
    return start, rise


def lines_below(tariffs: Sequence[Tariff]) -> tuple[FloatArray, FloatArray]:
    """Draw them for tariffs stacked in this order, and along zero for the last row."""
    below = [line_below(tariff) for tariff in tariffs]
    starts, rises = [start for start, _ in below], [rise for _, rise in below]
    return np.concatenate([*starts, [0.0]]), np.concatenate([*rises, [0.0]])


def by_zone(tariffs: Sequence[Tariff]) -> ByZone:
    """See tariffs stacked in this order zone by zone."""
    below = [line_below(tariff) for tariff in tariffs]
    zones = min(len(start) for start, _ in below)
    starts = np.sort([start[:zones] for start, _ in below], axis=0)
    sizes = [len(tariff.rates) for tariff in tariffs]
    return ByZone(
        first=np.cumsum([0, *sizes[:-1]]),
        start=starts[:2].sum(axis=0),
        rise=np.min([rise[:zones] for _, rise in below], axis=0),
    )


def cards_of(tariffs: Sequence[tuple[slice, Tariff]], offers: int) -> Cards:
    """Have some offers charged by tariffs of their own, and the others nothing."""
    rates, card = stacked([tariff for _, tariff in tariffs])
    row = np.full(offers, len(rates) - 1)
    first = 0
    for here, tariff in tariffs:
        row[here] = first + tariff.zone[here]
        first += len(tariff.rates)
    stack = tuple(tariff for _, tariff in tariffs)
    return Cards(stack, rates, card, row, *lines_below(stack))


def with_free(cards: Cards, free: BoolArray) -> Cards:
    """Charge some offers, ``(M,)``, nothing: by the last row."""
    row = np.where(free, len(cards.rates) - 1, cards.row)
    return replace(cards, row=row, by_zone=None)


def price(cards: Cards, weight: FloatArray, volume: FloatArray) -> FloatArray:
    """
    Price parcels of given weights and volumes by every offer; shape ``(B, M)``.

    The first step that holds a parcel prices it; what holds in none is first lightened
    by full parcels of the last step.
    """
    if len(cards.tariffs) == 1:
        step, full = tariff_steps(cards.tariffs[0], weight, volume)
        by_row = cards.rates.T[step]
        if full is not None:
            by_row = by_row + full[:, None] * cards.rates[:, -1]
        return by_row[:, cards.row]
    steps, fulls = _steps_by_card(cards, weight, volume)
    # Row by row first: there are far fewer rows than offers.
    by_row = cards.rates[np.arange(len(cards.rates))[:, None], steps[cards.card]]
    if fulls is not None:
        by_row += fulls[cards.card] * cards.rates[:, -1:]
    return by_row.take(cards.row, axis=0).T


def least_by_zone(
    cards: Cards,
    rows: Sequence[int],
    zones: int,
    measures: tuple[FloatArray, FloatArray],
    kinds: Kinds | None = None,
) -> FloatArray:
    """
    Price parcels by the cheapest of some services in each zone; shape ``(B, Z)``.

    Parameters
    ----------
    cards
        Of the services.
    rows
        The row of the first zone of each.
    zones
        How many zones their common rule has.
    measures
        Weights and volumes; of shape ``(B,)`` each.
    kinds
        Of nodes, where not all services reach all of them: then the shape is
        ``(B, U)``, and infinite what none reaches.
    """
    steps, fulls = _steps_by_card(cards, *measures)
    count = zones if kinds is None else len(kinds.zone)
    least = np.full((len(measures[0]), count), np.inf)
    for at, first in enumerate(rows):
        card = cards.card[first]
        rates = cards.rates[first : first + zones]
        if kinds is not None:
            rates = rates.take(kinds.zone, axis=0)
        price = rates.T.take(steps[card], axis=0)
        if fulls is not None:
            price += fulls[card][:, None] * rates[:, -1]
        if kinds is not None:
            price[:, ~kinds.serves[at]] = np.inf
        np.minimum(least, price, out=least)
    return least


def pair_of(
    cards: Cards, rows: Sequence[int], kinds: Kinds
) -> tuple[FloatArray, FloatArray]:
    """
    Draw lines below what two services ask together, by those that reach each kind.

    Returns
    -------
    tuple of FloatArray
        Where they start, infinite where no two reach it, and how they rise; ``(U,)``.
    """
    row = np.array(rows)[:, None] + kinds.zone
    starts = np.sort(np.where(kinds.serves, cards.start[row], np.inf), axis=0)
    rise = np.where(kinds.serves, cards.rise[row], np.inf)
    return starts[:2].sum(axis=0), np.minimum.reduce(rise, axis=0)


def price_at(
    cards: Cards, weight: FloatArray, volume: FloatArray, offers: IntArray
) -> FloatArray:
    """Price B shipments, each by its own offer; shape ``(B,)``."""
    row = cards.row[offers]
    steps, fulls = _steps_by_card(cards, weight, volume)
    card, each = cards.card[row], np.arange(len(row))
    price: FloatArray = cards.rates[row, steps[card, each]]
    if fulls is not None:
        price = price + fulls[card, each] * cards.rates[row, -1]
    return price


def price_one(cards: Cards, offer: int, weight: float, volume: float) -> float:
    """Price one shipment by one offer."""
    row = cards.row[offer]
    tariff, rates = cards.tariffs[cards.card[row]], cards.rates[row]
    if weight <= tariff.caps_kg[-1] and volume <= tariff.caps_cm3[-1]:
        step = tariff.caps_kg.searchsorted(weight)
        if volume > 0:
            step = max(step, tariff.caps_cm3.searchsorted(volume))
        return float(rates[step])
    steps, full = tariff_steps(tariff, np.array([weight]), np.array([volume]))
    price = rates[steps[0]]
    if full is not None:
        price += full[0] * rates[-1]
    return float(price)


def tariffs_in(cards: Cards) -> list[tuple[IntArray, Tariff]]:
    """List the offers that each card charges, and the rates that it does so by."""
    found = []
    card = cards.card[cards.row]
    for at, tariff in enumerate(cards.tariffs):
        offers = np.flatnonzero(card == at)
        if len(offers):
            rates = cards.rates[:, : tariff.rates.shape[1]]
            zone = cards.row[offers]
            found.append((offers, replace(tariff, rates=rates, zone=zone)))
    return found


def _steps_by_card(
    cards: Cards, weight: FloatArray, volume: FloatArray
) -> tuple[IntArray, FloatArray | None]:
    """Find step and full parcels by every card; shape ``(C, B)``."""
    steps = np.empty((len(cards.tariffs), len(weight)), np.int64)
    fulls: FloatArray | None = None
    known: Tariff | None = None
    for at, tariff in enumerate(cards.tariffs):
        if known is not None and _is_alike(tariff, known):
            steps[at] = steps[at - 1]
            if fulls is not None:
                fulls[at] = fulls[at - 1]
            continue
        known = tariff
        steps[at], full = tariff_steps(tariff, weight, volume)
        if full is not None:
            fulls = np.zeros(steps.shape) if fulls is None else fulls
            fulls[at] = full
    return steps, fulls


def _is_alike(one: Tariff, other: Tariff) -> bool:
    """Tell whether the steps of two cards are seen at once to be the same."""
    return (
        one.caps_kg is other.caps_kg
        and one.caps_cm3 is other.caps_cm3
        and one.parcel_kg == other.parcel_kg
        and one.parcel_cm3 == other.parcel_cm3
    )


def tariff_steps(
    tariff: Tariff, weight: FloatArray, volume: FloatArray
) -> tuple[IntArray, FloatArray | None]:
    """Find the step of the last parcel and the full parcels before it, ``(B,)``."""
    full = None
    most_kg, most_cm3 = weight.max(initial=0.0), volume.max(initial=0.0)
    if most_kg > tariff.caps_kg[-1] or most_cm3 > tariff.caps_cm3[-1]:
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
