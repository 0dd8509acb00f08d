"""The ledger: stock, what is promised of it, and the capacity that is taken."""

from domroute.ledger.applying import Applied, OverPromised
from domroute.ledger.inventory import Inventory
from domroute.ledger.reservations import Reservation
from domroute.ledger.scope import Scope
from domroute.ledger.snapshot import Snapshot
from domroute.ledger.stock import Inbound, Restriction, Stock, StockColumns, StockRows

__all__ = [
    "Applied",
    "Inbound",
    "Inventory",
    "OverPromised",
    "Reservation",
    "Restriction",
    "Scope",
    "Snapshot",
    "Stock",
    "StockColumns",
    "StockRows",
]
