"""What of the working days of nodes a plan takes: is there so much, what it costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domroute.offers.daysleft import SLACK
from domroute.offers.priced import Offers
from domroute.sourcing.choice import Take
from domroute.sourcing.offers import OfferTable
from domroute.units import FloatArray, IntArray


def has_room(offers: Offers, takes: Sequence[Take]) -> bool:
    """Tell whether the days on which takes are worked on have room for all of them."""
    if offers.days is None:
        return True
    return bool((taken_by_day(offers, takes) <= offers.days.left + SLACK).all())


def day_costs(offers: Offers, takes: Sequence[Take]) -> dict[str, float]:
    """Price what takes use of days, all of them together, by the names of terms."""
    days = offers.days
    if days is None or days.charges is None:
        return {}
    each = days.charges.each(taken_by_day(offers, takes))
    found = dict.fromkeys(days.charges.terms, 0.0)
    for term, amount in zip(days.charges.terms, each.tolist(), strict=True):
        found[term] += amount
    return found


def day_cost(offers: Offers, takes: Sequence[Take]) -> float:
    """Return what they cost by all terms."""
    return sum(day_costs(offers, takes).values())


def has_day_prices(offers: Offers) -> bool:
    """Tell whether an order may pay for the days on which it is worked on."""
    return offers.days is not None and offers.days.charges is not None


def taken_by_day(offers: Offers, takes: Sequence[Take]) -> FloatArray:
    """Measure what takes use of each day that the order could overfill; ``(Q,)``."""
    count = 0 if offers.days is None else len(offers.days.left)
    taken, has_order = np.zeros(count), np.zeros(count)
    for take in takes:
        room = take.block.room
        if room is not None:
            mine = np.flatnonzero(room.offer == take.offer)
            load = room.loads(take.units[None].astype(float))[0, mine]
            np.add.at(taken, room.row[mine], load)
            # An order counts once on a day, whatever is worked on then.
            has_order[room.row[mine]] = room.per_order[mine]
    found: FloatArray = taken + has_order
    return found


def entries_of(
    table: OfferTable,
) -> tuple[IntArray, IntArray, tuple[FloatArray, FloatArray, FloatArray]]:
    """
    List what the offers of a table use of such days.

    Returns
    -------
    tuple
        Offers and rows, ``(X,)`` each; and what each counts: per line, per unit, per
        workload; ``(X,)`` each.
    """
    offer, row = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    counts = [[np.empty(0)] for _ in range(3)]
    for first, block in zip(table.first.tolist(), table.blocks, strict=False):
        if block.room is not None:
            offer.append(block.room.offer + first)
            row.append(block.room.row)
            for kept, per in zip(
                counts,
                (block.room.per_line, block.room.per_unit, block.room.per_work),
                strict=True,
            ):
                kept.append(per)
    line, unit, work = (np.concatenate(part) for part in counts)
    return np.concatenate(offer), np.concatenate(row), (line, unit, work)
