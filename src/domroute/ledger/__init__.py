"""The ledger: stock, what is promised of it, and the capacity that is taken."""

from domroute.ledger.inventory import Inventory
from domroute.ledger.needs import Reservation
from domroute.ledger.snapshot import Snapshot
from domroute.ledger.stock import Inbound, Stock, StockColumns, StockRows

__all__ = [
    "Inbound",
    "Inventory",
    "Reservation",
    "Snapshot",
    "Stock",
    "StockColumns",
    "StockRows",
]
