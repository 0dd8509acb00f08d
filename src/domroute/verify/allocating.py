"""Units for one channel alone, as the judge reads them off the rows of stock."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from domroute.ledger import Snapshot

_NOISE: Final = 1e-9
"""Less than any part of a unit that counts: what sums of floats may be off."""


def allocated_at(stock: Snapshot, node_id: str, sku: str) -> Mapping[str, float]:
    """
    Say how many units of a SKU at a node are for which channel alone.

    Examples
    --------
    >>> from domroute.ledger import Inventory, Stock
    >>> row = Stock(node="N1", sku="A", on_hand=5, allocated={"web": 2})
    >>> dict(allocated_at(Inventory([row]).snapshot(), "N1", "A"))
    {'web': 2.0}
    """
    row = stock.restriction(node_id, sku)
    return {} if row is None else row.allocated


def held_for_others(
    stock: Snapshot, node_id: str, sku: str, channel: str | None
) -> float:
    """Count the units that an order of a channel may not take."""
    own = allocated_at(stock, node_id, sku)
    if not own:
        return 0.0
    return math.fsum([units for name, units in own.items() if name != channel])


def short_by_channel(
    draws: Iterable[tuple[datetime | None, str | None, int]],
    there: Callable[[datetime | None], float],
    own: Mapping[str, float],
) -> str | None:
    """
    Say where orders of some channels take what is for others; None for nowhere.

    What a channel takes is first of its own; beyond that it is of what is for all, of
    which there is no more than what no channel holds for itself.

    Parameters
    ----------
    draws
        Until when units wait (None: they are there now), the channel of their order,
        and the units.
    there
        Says how many there are by a moment.
    own
        Units that are for one channel alone.

    Examples
    --------
    >>> short_by_channel([(None, "app", 3)], lambda by: 4.0, {"web": 2.0})
    "3 units of {sku} {ship} for channel 'app', 2 are not for others"
    """
    draws = tuple(draws)
    starts = {start for start, _, _ in draws if start is not None}
    for by in (None, *sorted(starts)):
        taken: dict[str | None, int] = {}
        for start, channel, units in draws:
            if start is None or (by is not None and start <= by):
                taken[channel] = taken.get(channel, 0) + units
        text = _fault(taken, there(by), own)
        if text is not None:
            return text if by is None else f"{text} by {by.isoformat()}"
    return None


def _fault(
    taken: Mapping[str | None, int], there: float, own: Mapping[str, float]
) -> str | None:
    for name, units in taken.items():
        others = math.fsum(n for of, n in own.items() if of != name)
        most = max(0.0, there - others)
        if units > most + _NOISE:
            text = f"{units} units of {{sku}} {{ship}} for channel {name!r}"
            return f"{text}, {most:g} are not for others"
    free = max(0.0, there - math.fsum(own.values()))
    beyond = math.fsum(
        max(0.0, units - (0.0 if name is None else own.get(name, 0.0)))
        for name, units in taken.items()
    )
    if beyond > free + _NOISE:
        text = f"{beyond:g} units of {{sku}} {{ship}} beyond what channels hold"
        return f"{text}, {free:g} are for all"
    return None
