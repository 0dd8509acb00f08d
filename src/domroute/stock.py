"""Rows of stock and what arrives later: the nouns of the ledger, beside the others."""

from domroute.ledger.stock import Inbound, Restriction, Stock, StockColumns, StockRows

__all__ = ["Inbound", "Restriction", "Stock", "StockColumns", "StockRows"]
