"""How many units a node has, counted by the judge from the columns of the ledger."""

from __future__ import annotations

import math
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
    left = math.fsum((on_hand, -reserved, -safety))
    nearest = round(left)
    if nearest - left > _NOISE + _NOISE_PER_UNIT * on_hand:
        nearest = math.floor(left)
    return max(0, nearest)
