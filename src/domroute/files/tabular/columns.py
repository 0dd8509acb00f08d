"""The column contract: every table of a scenario or history, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Dtype = Literal["id", "words", "number", "integer", "flag", "time"]
"""
What a column holds.

``id``: a name; ``words``: several names; ``number``: a float; ``integer``: a whole
number; ``flag``: true or false; ``time``: a timezone-aware moment.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a table.

    Attributes
    ----------
    path
        Where its values stand in the JSON object of a row; the name itself when empty.
    """

    name: str
    dtype: Dtype
    meaning: str
    required: bool = False
    path: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, ...]:
        """Where its values stand in the JSON object of a row."""
        return self.path or (self.name,)


def _location(prefix: str, path: tuple[str, ...], *, required: bool) -> list[Column]:
    dtypes: tuple[tuple[str, Dtype, str], ...] = (
        ("lat", "number", "degrees north, WGS84"),
        ("lon", "number", "degrees east, WGS84"),
        ("postal_code", "id", "postal code, for zones that are looked up"),
        ("region", "id", "state or province"),
        ("country", "id", "country; US when absent"),
    )
    return [
        Column(
            prefix + name, dtype, text, required and dtype == "number", (*path, name)
        )
        for name, dtype, text in dtypes
    ]


def _delivery() -> list[Column]:
    of = "delivery"
    where = "the node the customer comes to, or that is shipped to"
    return [
        Column("method", "id", "delivery method", path=(of, "method")),
        *_location("to_", (of, "to"), required=False),
        Column("delivery_node", "id", where, path=(of, "node")),
        Column("radius_km", "number", "pick-up radius (km)", path=(of, "radius_km")),
        Column("delivery_services", "words", "services allowed", path=(of, "services")),
    ]


NODE_COLUMNS: Final[tuple[Column, ...]] = (
    Column("id", "id", "name of the node", required=True),
    *_location("", ("location",), required=True),
    Column("kind", "id", "dc, store, vendor or a word of your own; dc when absent"),
    Column("methods", "words", "delivery methods it offers; by its kind when absent"),
    Column("services", "words", "services it ships by; all when absent"),
    Column("groups", "words", "groups it belongs to"),
    Column("tags", "words", "capabilities and marks"),
    Column(
        "cost_per_shipment", "number", "handling cost", path=("cost", "per_shipment")
    ),
    Column("cost_per_line", "number", "handling cost", path=("cost", "per_line")),
    Column("cost_per_unit", "number", "handling cost", path=("cost", "per_unit")),
    Column(
        "capacity_limit",
        "number",
        "capacity left; no limit",
        path=("capacity", "limit"),
    ),
    Column(
        "capacity_measure",
        "id",
        "orders, lines, units or workload",
        path=("capacity", "measure"),
    ),
    Column("priority", "integer", "lower is preferred; 1 when absent"),
    Column("max_distance_km", "number", "how far it ships (km); no limit when absent"),
    Column("minimum_order", "number", "least value of units it fills for an order"),
    Column("enabled", "flag", "whether it is switched on; true when absent"),
    Column("active_from", "time", "first moment at which orders may use it"),
    Column("active_until", "time", "moment from which orders may not"),
)
"""The table of nodes."""

ITEM_COLUMNS: Final[tuple[Column, ...]] = (
    Column("sku", "id", "name of the item", required=True),
    Column("weight_kg", "number", "weight of a unit (kg); 0 when absent"),
    Column("length_cm", "number", "longest side, or any (cm); 0 when absent"),
    Column("width_cm", "number", "side (cm); 0 when absent"),
    Column("height_cm", "number", "side (cm); 0 when absent"),
    Column("unit_price", "number", "what a customer pays; 0 when absent"),
    Column("unit_cost", "number", "what a unit cost to buy; 0 when absent"),
    Column("tags", "words", "kinds of handling it needs"),
)
"""The table of items."""

STOCK_COLUMNS: Final[tuple[Column, ...]] = (
    Column("node", "id", "where", required=True),
    Column("sku", "id", "what", required=True),
    Column("on_hand", "number", "units there", required=True),
    Column("reserved", "number", "units promised already; 0 when absent"),
    Column("safety", "number", "units kept back; 0 when absent"),
    Column("velocity", "number", "units sold a day, where known"),
)
"""The table of stock: one row per node and SKU."""

INBOUND_COLUMNS: Final[tuple[Column, ...]] = (
    Column("node", "id", "where; must have a stock row of the SKU", required=True),
    Column("sku", "id", "what", required=True),
    Column("at", "time", "when it arrives", required=True),
    Column("quantity", "number", "units that arrive", required=True),
)
"""The table of what arrives later; may be absent."""

ORDER_COLUMNS: Final[tuple[Column, ...]] = (
    Column("id", "id", "name of the order", required=True),
    *_location("", ("destination",), required=False),
    Column("placed_at", "time", "when it was placed"),
    *_delivery(),
    Column("channel", "id", "where it was placed"),
    Column("tier", "id", "the customer's standing"),
    Column("value", "number", "what it is worth; the sum of its lines when absent"),
    Column(
        "priority", "integer", "whose turn it is in a batch: higher first; 0 if none"
    ),
    Column("weight", "number", "multiplies its unfilled penalties; 1 when absent"),
    Column("tags", "words", "marks of your own"),
)
"""The table of orders."""

LINE_COLUMNS: Final[tuple[Column, ...]] = (
    Column("order", "id", "the order it belongs to", required=True),
    Column("id", "id", "name of the line, unique in its order", required=True),
    Column("sku", "id", "what is asked for", required=True),
    Column("quantity", "integer", "whole units asked for", required=True),
    *_delivery(),
    Column("unit_price", "number", "what the customer pays; the item's when absent"),
    Column(
        "allow_split", "flag", "whether several nodes may fill it; true when absent"
    ),
    Column("ship_together", "id", "lines with the same name leave together"),
    Column("pinned_node", "id", "the only node that may fill it"),
    Column("excluded_nodes", "words", "nodes that may not fill it"),
    Column(
        "unfilled_penalty", "number", "cost of a unit unfilled; the policy's if none"
    ),
    Column("must_fill", "flag", "whether it must be filled; false when absent"),
)
"""The table of order lines; the order's delivery holds where a line gives none."""

SHIPMENT_QUOTE_COLUMNS: Final[tuple[Column, ...]] = (
    Column("order", "id", "which order", required=True),
    Column("node", "id", "from which node", required=True),
    Column("service", "id", "by which service; any when absent"),
    Column("cost", "number", "cost once per shipment", required=True),
)
"""The table of quotes for shipments; may be absent."""

UNIT_QUOTE_COLUMNS: Final[tuple[Column, ...]] = (
    Column("order", "id", "which order", required=True),
    Column("line", "id", "which of its lines", required=True),
    Column("node", "id", "from which node", required=True),
    Column("cost", "number", "cost per unit", required=True),
)
"""The table of quotes for units; may be absent."""

WORKLOAD_QUOTE_COLUMNS: Final[tuple[Column, ...]] = (
    *UNIT_QUOTE_COLUMNS[:3],
    Column("workload", "number", "capacity used per unit", required=True),
)
"""The table of workloads; may be absent."""

COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "nodes": NODE_COLUMNS,
    "items": ITEM_COLUMNS,
    "stock": STOCK_COLUMNS,
    "inbound": INBOUND_COLUMNS,
    "orders": ORDER_COLUMNS,
    "lines": LINE_COLUMNS,
    "shipment_quotes": SHIPMENT_QUOTE_COLUMNS,
    "unit_quotes": UNIT_QUOTE_COLUMNS,
    "workload_quotes": WORKLOAD_QUOTE_COLUMNS,
}
"""Every table by the name of its file; ``services`` nest too deep and stay JSON."""
OPTIONAL_TABLES: Final = frozenset(
    ("inbound", "shipment_quotes", "unit_quotes", "workload_quotes")
)
"""Tables that a scenario may do without."""

_WHEN: Final = Column("at", "time", "when", required=True)
_WHICH: Final = Column("order", "id", "which order", required=True)

RECEIPT_COLUMNS: Final[tuple[Column, ...]] = (
    Column("at", "time", "when the units may be promised", required=True),
    Column("node", "id", "where", required=True),
    Column("sku", "id", "what", required=True),
    Column("quantity", "integer", "whole units that came in", required=True),
)
"""The table of stock that came in."""

REJECTION_COLUMNS: Final[tuple[Column, ...]] = (
    _WHEN,
    _WHICH,
    Column("node", "id", "the node that said no", required=True),
    Column("line", "id", "the line it refused; all when absent"),
    Column("quantity", "integer", "units of the line (a short pick); all when absent"),
    Column("is_lost", "flag", "whether they are written off; false when absent"),
)
"""The table of what nodes refused."""

CLOSURE_COLUMNS: Final[tuple[Column, ...]] = (
    Column("node", "id", "which node", required=True),
    Column("closed_at", "time", "when it stopped filling", required=True),
    Column("reopened_at", "time", "when it filled again; never when absent"),
)
"""The table of nodes that were closed for a time."""

CANCELLATION_COLUMNS: Final[tuple[Column, ...]] = (
    _WHEN,
    _WHICH,
    Column("line", "id", "which of its lines; all when absent"),
)
"""The table of what customers no longer wanted."""

RETURN_COLUMNS: Final[tuple[Column, ...]] = (
    _WHEN,
    _WHICH,
    Column("line", "id", "which of its lines", required=True),
    Column("quantity", "integer", "whole units that came back", required=True),
    Column("node", "id", "where they were brought; sent by parcel when absent"),
    Column("to_stock", "flag", "whether they may be sold again; true when absent"),
)
"""The table of what customers gave back."""

DECISION_COLUMNS: Final[tuple[Column, ...]] = (
    _WHICH,
    Column("line", "id", "which of its lines", required=True),
    Column("node", "id", "the node that filled it", required=True),
    Column("quantity", "integer", "whole units from there", required=True),
)
"""The table of past decisions: one row per line and node."""

HISTORY_COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "receipts": RECEIPT_COLUMNS,
    "rejections": REJECTION_COLUMNS,
    "closures": CLOSURE_COLUMNS,
    "cancellations": CANCELLATION_COLUMNS,
    "returns": RETURN_COLUMNS,
    "decisions": DECISION_COLUMNS,
}
"""The tables of a history beside its orders and lines; any may be absent."""


def columns_of(table: str) -> tuple[Column, ...]:
    """
    Return the columns of a table of a scenario or of a history.

    Examples
    --------
    >>> [column.name for column in columns_of("closures")]
    ['node', 'closed_at', 'reopened_at']
    """
    return COLUMNS[table] if table in COLUMNS else HISTORY_COLUMNS[table]
