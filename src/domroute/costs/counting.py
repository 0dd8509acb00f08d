"""How many units a node has, counted by the judge from the columns of the ledger."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from domroute.ledger import Snapshot

_NOISE: Final = 1e-9
_NOISE_PER_UNIT: Final = 1e-14
"""What differences of floats may miss a whole unit by: so much, and for each unit."""


def units_there(stock: Snapshot, node_id: str, sku: str) -> int:
    """
    Count the whole units that a node may promise of a SKU.

    Examples
    --------
    >>> from domroute.ledger import Inventory, Stock
    >>> stock = Inventory(
    ...     [Stock(node="N1", sku="A", on_hand=5.5, reserved=2)]
    ... ).snapshot()
    >>> units_there(stock, "N1", "A"), units_there(stock, "N2", "A")
    (3, 0)
    """
    counts = stock.counts(node_id, sku)
    if counts is None:
        return 0
    on_hand, reserved, safety = counts
    left = math.fsum((on_hand, -reserved, -safety, _worst_to_come(stock, node_id, sku)))
    return whole_of(left, on_hand)


def whole_of(left: float, units: float) -> int:
    """
    Count the whole units in what is left of so many, none lost to rounding.

    Examples
    --------
    >>> whole_of(3.3 - 1.1 - 1.2, 3.3), whole_of(0.99, 3.0), whole_of(-2.0, 3.0)
    (1, 0, 0)
    """
    nearest = round(left)
    if nearest - left > _NOISE + _NOISE_PER_UNIT * units:
        nearest = math.floor(left)
    return max(0, nearest)


def _worst_to_come(stock: Snapshot, node_id: str, sku: str) -> float:
    """
    Say by how much less will be there at the worst than now; 0 if never less.

    Units arrive, and units that are promised for later leave: one after the other, what
    comes before what goes.
    """
    promised = stock.relied.get(sku, {}).get(node_id, ())
    if not promised:
        return 0.0
    comes = [(at, 0, units) for at, units in _arrivals(stock, node_id, sku)]
    goes = [(at, 1, -units) for at, units in promised]
    so_far, worst = list[float](), 0.0
    for _, _, units in sorted(comes + goes):
        so_far.append(units)
        worst = min(worst, math.fsum(so_far))
    return worst


def _arrivals(
    stock: Snapshot, node_id: str, sku: str
) -> Iterator[tuple[datetime, float]]:
    for part in stock.coming.get(sku, {}).get(node_id, ()):
        yield part.at, part.quantity
