"""What a plan sends from nodes on each date, and whether it is worth enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domroute.offers.priced import Offers
from domroute.promise.sending import NO_DAY
from domroute.sourcing.choice import Take
from domroute.sourcing.offers import OfferTable
from domroute.units import IntArray


def is_worth_sending(offers: Offers, takes: Sequence[Take]) -> bool:
    """Tell whether nodes send as much as they must on every date they send on."""
    least = offers.minimums
    if least is None:
        return True
    worth: dict[tuple[int, int], float] = {}
    price = offers.problem.unit_price
    for take in takes:
        dates, node = take.block.dates, take.node
        if dates is None or dates.sent is None or not least[node]:
            continue
        day = int(dates.sent[take.offer])
        if day != NO_DAY:
            value = float(take.units @ price[take.block.lines])
            worth[node, day] = worth.get((node, day), 0.0) + value
    return all(value >= least[node] for (node, _), value in worth.items())


def days_of_offers(table: OfferTable) -> IntArray:
    """Return the dates on which offers leave nodes that ask for it; ``(A,)``."""
    found = [
        np.full(len(block.nodes), NO_DAY)
        if block.dates is None or block.dates.sent is None
        else block.dates.sent
        for block in table.blocks
    ]
    return np.concatenate(found) if found else np.empty(0, np.int64)
