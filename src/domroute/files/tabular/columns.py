"""The column contract: every table of a scenario or history, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Final, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from domroute.files.intake.draft import ShipmentQuote, UnitQuote, WorkloadQuote
from domroute.ledger.stock import Inbound, Stock
from domroute.network import Item, Node
from domroute.orders import Line, Order

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


NESTED: Final[dict[str, str]] = {
    "location": "",
    "destination": "",
    "cost": "cost_",
    "capacity": "capacity_",
    "delivery": "",
    "to": "to_",
}
"""Fields that are objects of their own, and what begins the names of their columns."""
RENAMED: Final[dict[tuple[str, ...], str]] = {
    ("delivery", "node"): "delivery_node",
    ("delivery", "services"): "delivery_services",
}
"""Columns that are not called as their fields, which would be others' names."""
APART: Final = frozenset(("lines", "inbound"))
"""Fields whose rows stand in a table of their own."""
_DTYPES: Final[tuple[tuple[type, Dtype], ...]] = (
    (bool, "flag"),
    (int, "integer"),
    (float, "number"),
    (str, "id"),
    (datetime, "time"),
    (AwareDatetime, "time"),
)
"""What a column of each type of field holds; the first that fits."""


def columns_from(
    model: type[BaseModel],
    place: tuple[str, ...] = (),
    *,
    required: bool = True,
    is_there: bool = True,
) -> tuple[Column, ...]:
    """
    Derive the columns of a table from the fields of the objects in its rows.

    Parameters
    ----------
    model
        Of the objects.
    place
        Where they stand in the object of a row.
    required, is_there
        Whether they must be there, and whether they are there without being given.

    Raises
    ------
    TypeError
        If there is no column for a field: it is an object that no table nests.

    Examples
    --------
    >>> [column.name for column in columns_from(Inbound)]
    ['at', 'quantity']
    """
    columns: list[Column] = []
    for name, field in model.model_fields.items():
        if name in APART:
            continue
        here = (*place, name)
        is_required = required and field.is_required()
        kind = _kind_of(field.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if name not in NESTED:
                message = f"{model.__name__}.{name}: {kind.__name__} has no columns"
                raise TypeError(message)
            stands = is_there and (is_required or field.default is not None)
            columns += columns_from(kind, here, required=is_required, is_there=stands)
            continue
        prefix = "".join(NESTED[outer] for outer in place)
        columns.append(
            Column(
                RENAMED.get(here, prefix + name),
                _dtype_of(f"{model.__name__}.{name}", kind),
                _meaning_of(name, field, has_default=is_there),
                is_required,
                here if place else (),
            )
        )
    return tuple(columns)


def _kind_of(annotation: object) -> object:
    """Return what a field is when it is there."""
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = [x for x in get_args(annotation) if x is not NoneType]
    if get_origin(annotation) is Annotated:
        return _kind_of(get_args(annotation)[0])
    return annotation


def _dtype_of(where: str, kind: object) -> Dtype:
    if get_origin(kind) is tuple:
        return "words"
    for known, dtype in _DTYPES:
        if isinstance(kind, type) and issubclass(kind, known):
            return dtype
    message = f"{where}: there is no column for {kind}"
    raise TypeError(message)


def _meaning_of(name: str, field: FieldInfo, *, has_default: bool) -> str:
    """Say what a field says of itself first, and what it is when absent."""
    text = " ".join((field.description or name.replace("_", " ")).split())
    text = text.partition(". ")[0].rstrip(".")
    text = text[:1].lower() + text[1:]
    default = field.default
    if has_default and isinstance(default, (bool, int, float, str)):
        word = str(default).lower() if isinstance(default, bool) else f"{default}"
        text += f"; {word.removesuffix('.0')} when absent"
    return text


NODE_COLUMNS: Final = columns_from(Node)
"""The table of nodes."""

ITEM_COLUMNS: Final = columns_from(Item)
"""The table of items."""

STOCK_COLUMNS: Final = columns_from(Stock)
"""The table of stock: one row per node and SKU."""

INBOUND_COLUMNS: Final = (
    Column("node", "id", "where; must have a stock row of the SKU", required=True),
    Column("sku", "id", "what", required=True),
    *columns_from(Inbound),
)
"""The table of what arrives later; may be absent."""

ORDER_COLUMNS: Final = columns_from(Order)
"""The table of orders."""

LINE_COLUMNS: Final = (
    Column("order", "id", "the order it belongs to", required=True),
    *columns_from(Line),
)
"""The table of order lines; the order's delivery holds where a line gives none."""

SHIPMENT_QUOTE_COLUMNS: Final = columns_from(ShipmentQuote)
"""The table of quotes for shipments; may be absent."""

UNIT_QUOTE_COLUMNS: Final = columns_from(UnitQuote)
"""The table of quotes for units; may be absent."""

WORKLOAD_QUOTE_COLUMNS: Final = columns_from(WorkloadQuote)
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
