"""Rows of stock and what arrives later: the nouns of the ledger, beside the others."""

from domroute.ledger.stock import Inbound, Stock, StockColumns, StockRows

__all__ = ["Inbound", "Stock", "StockColumns", "StockRows"]
