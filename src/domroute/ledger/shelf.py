"""What a snapshot is made of: the rows of a SKU, loads, and what arrives later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from domroute.ledger.drawers import Drawers
from domroute.ledger.stock import Inbound, Restriction
from domroute.units import FloatArray, IntArray

T = TypeVar("T")
Cell = tuple[str, str]
"""A node and a SKU."""
Loads = Mapping[tuple[str, str], float]
"""What is taken of capacity, by (node id, measure)."""
DayLoads = Mapping[tuple[str, date], Mapping[str, float]]
"""What is taken of the capacity of working days: by node id and date, by measure."""
Coming = Mapping[str, Mapping[str, tuple[Inbound, ...]]]
"""What arrives later, by SKU and then node."""
Relied = Mapping[str, Mapping[str, tuple[tuple[datetime, float], ...]]]
"""Units promised of what arrives later: from when on, how many; by SKU, then node."""
Restricted = Mapping[str, Mapping[str, Restriction]]
"""When units on hand expire, and for which channels some are; by SKU, then node."""
Counted = Drawers[str, Mapping[str, int]]
"""How many reservations an order has or had in a period, by order id and node id."""
CountedByDay = Drawers[str, Mapping[tuple[str, date], int]]
"""How many it has or had by the working day, by order id, node id and date."""


class Shelf(NamedTuple):
    """
    The rows of one SKU; the arrays are never written.

    Attributes
    ----------
    node
        Positions in ``node_ids``, rising; shape ``(S,)``.
    figures
        On hand, reserved, safety and velocity (NaN where not known); shape ``(4, S)``.
    available
        Whole units that may be promised now; shape ``(S,)``.
    """

    node: IntArray
    figures: FloatArray
    available: IntArray


def by_cell(by_sku: Mapping[str, Mapping[str, T]]) -> Mapping[Cell, T]:
    """
    Sort facts by (node, SKU), in alphabetical order.

    Examples
    --------
    >>> dict(by_cell({"B": {"N1": 3}, "A": {"N2": 5}}))
    {('N1', 'B'): 3, ('N2', 'A'): 5}
    """
    cells = {
        (node, sku): fact
        for sku, by_node in by_sku.items()
        for node, fact in by_node.items()
    }
    return MappingProxyType(dict(sorted(cells.items())))
