"""The ledger: a noun beside the others, kept in a room of its own."""

from domroute.ledger import Inventory

__all__ = ["Inventory"]
