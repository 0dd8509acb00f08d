"""How many units a node has, counted by the judge from the columns of the ledger."""

from __future__ import annotations

import math

from domroute.ledger.inventory import Inventory


def units_there(inventory: Inventory, node_id: str, sku: str) -> int:
    """
    Count the whole units that a node may promise of a SKU.

    Examples
    --------
    >>> from domroute.ledger.stock import Stock
    >>> ledger = Inventory([Stock(node="N1", sku="A", on_hand=5.5, reserved=2)])
    >>> units_there(ledger, "N1", "A"), units_there(ledger, "N2", "A")
    (3, 0)
    """
    row = inventory.row(node_id, sku)
    if row is None:
        return 0
    rows = inventory.rows
    left = float(rows.on_hand[row] - rows.reserved[row] - rows.safety[row])
    return max(0, math.floor(left))
