"""
The tables of a scenario and of a history: each is said here, and nowhere else.

What stands in a column, what must be there and what a column names is said by the
model of a row. JSON, CSV, Parquet, frames, the JSON Schema, the checks and the page of
columns read both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from domroute.boxes import Box
from domroute.calendars import Calendar
from domroute.events import Canceled, Received, Rejected, Returned
from domroute.lanes import Lane
from domroute.ledger.stock import Stock
from domroute.network import Item, Node
from domroute.orders import Order
from domroute.scenario.rows import (
    Closure,
    DecisionRow,
    InboundRow,
    LineRow,
    ShipmentQuote,
    UnitQuote,
    WorkloadQuote,
)
from domroute.services import Service
from domroute.validation import Frozen

Part = Literal["network", "inventory", "orders", "quotes", "history", "decisions"]
"""
What the rows of a table are part of, which says how they are read and written.

``network``: objects in its field of the table's name; ``inventory``: rows of the
ledger, and what arrives in them; ``orders``: the orders, and what stands in them;
``quotes``: amounts by key; ``history``: events; ``decisions``: what was filled.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One table.

    Attributes
    ----------
    name
        What its file and its frame are called.
    row
        The model of a row.
    part
        What its rows are part of.
    key
        The columns that tell rows apart: two rows that agree in all of them are a
        fault. Nothing, where rows may repeat.
    field
        What it is called within its part, in JSON too; as its file when empty.
    within
        The table in whose rows its own stand, in JSON.
    is_optional
        Whether it may be absent.
    is_flat
        Whether a row fits into cells; what nests deeper is JSON in a folder, too.
    tells_none
        Whether it says something without rows, and is written then.
    """

    name: str
    row: type[Frozen]
    part: Part
    key: tuple[str, ...] = ()
    field: str = ""
    within: str = ""
    is_optional: bool = False
    is_flat: bool = True
    tells_none: bool = False

    @property
    def place(self) -> tuple[str, ...]:
        """Where it stands in the JSON of a scenario, or of the rows that hold it."""
        name = self.field or self.name
        return ("quotes", name) if self.part == "quotes" else (name,)

    def is_left_out(self, count: int) -> bool:
        """Tell whether it is neither written nor shown with so many rows."""
        return not count and self.is_optional and not self.tells_none


_BY_LINE: Final = ("order", "line", "node")
_ALL: Final = (
    Entry("nodes", Node, "network", ("id",)),
    Entry("items", Item, "network", ("sku",)),
    Entry(
        "services",
        Service,
        "network",
        ("id",),
        is_optional=True,
        is_flat=False,
        tells_none=True,
    ),
    Entry("boxes", Box, "network", ("id",), is_optional=True),
    Entry("calendars", Calendar, "network", ("id",), is_optional=True, is_flat=False),
    Entry("lanes", Lane, "network", ("id",), is_optional=True),
    Entry("stock", Stock, "inventory", ("node", "sku")),
    Entry("inbound", InboundRow, "inventory", within="stock", is_optional=True),
    Entry("orders", Order, "orders", ("id",)),
    Entry("lines", LineRow, "orders", ("order", "id"), within="orders"),
    Entry(
        "shipment_quotes",
        ShipmentQuote,
        "quotes",
        ("order", "node", "service"),
        field="shipments",
        is_optional=True,
    ),
    Entry("unit_quotes", UnitQuote, "quotes", _BY_LINE, "units", is_optional=True),
    Entry(
        "workload_quotes",
        WorkloadQuote,
        "quotes",
        _BY_LINE,
        field="workload",
        is_optional=True,
    ),
    Entry("receipts", Received, "history", is_optional=True),
    Entry("rejections", Rejected, "history", is_optional=True),
    Entry("closures", Closure, "history", is_optional=True),
    Entry("cancellations", Canceled, "history", is_optional=True),
    Entry("returns", Returned, "history", is_optional=True),
    Entry("decisions", DecisionRow, "decisions", _BY_LINE, is_optional=True),
)

ENTRIES: Final[Mapping[str, Entry]] = MappingProxyType({e.name: e for e in _ALL})
"""Every table by its name, in the order in which they are read and written."""


def entries_of(*parts: Part) -> tuple[Entry, ...]:
    """
    Return the tables of some parts.

    Examples
    --------
    >>> [entry.name for entry in entries_of("network", "inventory")]
    ['nodes', 'items', 'services', 'boxes', 'calendars', 'lanes', 'stock', 'inbound']
    """
    return tuple(entry for entry in ENTRIES.values() if entry.part in parts)


SCENARIO: Final = entries_of("network", "inventory", "orders", "quotes")
"""The tables of a scenario."""
HISTORY: Final = entries_of("history", "decisions")
"""The tables of a history, beside its orders and lines."""
