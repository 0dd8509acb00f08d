"""When units on hand expire, and for which channels some of them are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from domroute.ledger.shelf import Cell, Restricted, by_cell
from domroute.ledger.stock import Restriction


class Restricting:
    """Stock as it stands still: which of its units not everybody may have."""

    def __init__(self, restricted: Restricted) -> None:
        self._restricted = restricted

    def restriction(self, node: str, sku: str) -> Restriction | None:
        """Return what restricts the units of a cell on hand; None if nothing does."""
        by_node = self._restricted.get(sku)
        return None if by_node is None else by_node.get(node)

    @property
    def restricted(self) -> Restricted:
        """When units on hand expire, and for which channels some are, by SKU."""
        return self._restricted

    @cached_property
    def restrictions(self) -> Mapping[Cell, Restriction]:
        """What restricts units on hand, by (node, SKU), in alphabetical order."""
        return by_cell(self._restricted)
