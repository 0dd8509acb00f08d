"""The column contract: every table of a scenario or history, column by column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Final, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from domroute.network import Component
from domroute.orders import Substitute
from domroute.scenario.tables import ENTRIES, HISTORY, SCENARIO, Entry
from domroute.validation import Needed
from domroute.words import Measure

Dtype = Literal[
    "id", "words", "number", "numbers", "integer", "flag", "time", "date", "object"
]
"""
What a column holds.

``id``: a name; ``words``: several names; ``number``: a float; ``numbers``: several
floats; ``integer``: a whole number; ``flag``: true or false; ``time``: a
timezone-aware moment; ``date``: an ISO date, or a moment where the field may be one;
``object``: what nests deeper, as JSON, or a word that stands for itself.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a table.

    Attributes
    ----------
    path
        Where its values stand in the JSON object of a row; the name itself when empty.
    tells_empty
        Whether several names that are none say something else than an absent cell.
    lack
        The code under which its absence is told, where it is required.
    """

    name: str
    dtype: Dtype
    meaning: str
    required: bool = False
    path: tuple[str, ...] = ()
    tells_empty: bool = False
    lack: str = "missing"

    @property
    def place(self) -> tuple[str, ...]:
        """Where its values stand in the JSON object of a row."""
        return self.path or (self.name,)


NESTED: Final[dict[str, str]] = {
    "location": "",
    "destination": "",
    "cost": "cost_",
    "capacity": "capacity_",
    "processing": "processing_",
    "delivery": "",
    "to": "to_",
}
"""Fields that are objects of their own, and what begins the names of their columns."""
ONE_EACH: Final[dict[str, tuple[str, ...]]] = {"capacity": tuple(map(str, Measure))}
"""Such objects of which there may be several: what tells them apart, a column each."""
OTHERS: Final = "others"
"""What those are called that have no column of their own: objects as JSON."""
RENAMED: Final[dict[tuple[str, ...], str]] = {
    ("delivery", "node"): "delivery_node",
    ("delivery", "services"): "delivery_services",
    ("location", "time_zone"): "location_time_zone",
    ("location", "calendar"): "location_calendar",
}
"""Columns that are not called as their fields, which would be others' names."""
_DTYPES: Final[tuple[tuple[type, Dtype], ...]] = (
    (bool, "flag"),
    (int, "integer"),
    (float, "number"),
    (str, "id"),
    (datetime, "time"),
    (AwareDatetime, "time"),
    (date, "date"),
)
"""What a column of each type of field holds; the first that fits."""
_PAIRED: Final = (Component, Substitute)
"""Objects of which a cell holds several, as JSON."""
_SEVERAL: Final[tuple[tuple[type, Dtype], ...]] = ((str, "words"), (float, "numbers"))
"""What a column of each type of several holds."""


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
        If there is no column for a field: it is an object that no table nests, or holds
        several that have no table of their own.

    Examples
    --------
    >>> from domroute.ledger.stock import Inbound
    >>> [column.name for column in columns_from(Inbound)]
    ['at', 'quantity']
    """
    columns: list[Column] = []
    for name, field in model.model_fields.items():
        here = (*place, name)
        is_required = required and field.is_required()
        kind = _kind_of(field.annotation)
        if _is_same_in_all(kind) or _stands_apart(name, kind):
            continue
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if name not in NESTED:
                message = f"{model.__name__}.{name}: {kind.__name__} has no columns"
                raise TypeError(message)
            stands = is_there and (is_required or field.default is not None)
            columns += columns_from(kind, here, required=is_required, is_there=stands)
            for one in ONE_EACH.get(name, ()):
                text = f"the {name} in {one}, beside which there may be others"
                columns.append(
                    Column(NESTED[name] + one, "number", text, path=(*here, one))
                )
            if name in ONE_EACH:
                text = f"each further {name}, of those that have no column, as objects"
                place_of = (*here, OTHERS)
                columns.append(
                    Column(NESTED[name] + OTHERS, "object", text, path=place_of)
                )
            continue
        prefix = "".join(NESTED[outer] for outer in place)
        columns.append(
            Column(
                RENAMED.get(here, prefix + name),
                _dtype_of(f"{model.__name__}.{name}", kind),
                _meaning_of(name, field, has_default=is_there),
                is_required,
                here if place else (),
                tells_empty=get_origin(kind) in (dict, tuple) and field.default is None,
                lack=next(
                    (x.code for x in field.metadata if isinstance(x, Needed)), "missing"
                ),
            )
        )
    return tuple(columns)


def _kind_of(annotation: object) -> object:
    """Return what a field is when it is there: of several forms the first."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(x for x in get_args(annotation) if x is not NoneType)
        return _kind_of(annotation)
    if get_origin(annotation) is Annotated:
        return _kind_of(get_args(annotation)[0])
    return annotation


def _is_same_in_all(kind: object) -> bool:
    """Tell whether a field has one value, which the table's name says already."""
    return get_origin(kind) is Literal and len(get_args(kind)) == 1


def _stands_apart(name: str, kind: object) -> bool:
    """Tell whether a field holds the rows of a table of its own."""
    entry = ENTRIES.get(name)
    rows = get_args(kind)[0] if get_origin(kind) is tuple else None
    return entry is not None and isinstance(rows, type) and issubclass(entry.row, rows)


def _dtype_of(where: str, kind: object) -> Dtype:
    if get_origin(kind) is dict and _is_plain(kind):
        return "object"
    if get_origin(kind) is tuple:
        kind, *_ = (_kind_of(part) for part in get_args(kind))
        if isinstance(kind, type) and issubclass(kind, _PAIRED):
            return "object"
        for known, dtype in _SEVERAL:
            if isinstance(kind, type) and issubclass(kind, known):
                return dtype
        message = f"{where}: there is no column for several {kind}"
        raise TypeError(message)
    for known, dtype in _DTYPES:
        if isinstance(kind, type) and issubclass(kind, known):
            return dtype
    message = f"{where}: there is no column for {kind}"
    raise TypeError(message)


def _is_plain(kind: object) -> bool:
    """Tell whether what nests deeper is such as JSON in a cell brings back."""
    if get_origin(kind) is Annotated:
        return _is_plain(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType, dict, tuple):
        return all(_is_plain(part) for part in get_args(kind) if part is not Ellipsis)
    if isinstance(kind, type) and issubclass(kind, datetime):
        return False
    return isinstance(kind, type) and issubclass(kind, (str, date, float))


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


def _columns_of(entries: Iterable[Entry]) -> dict[str, tuple[Column, ...]]:
    return {entry.name: columns_from(entry.row) for entry in entries if entry.is_flat}


COLUMNS: Final = _columns_of(SCENARIO)
"""Every table of a scenario by the name of its file; what nests deeper stays JSON."""
HISTORY_COLUMNS: Final = _columns_of(HISTORY)
"""The tables of a history beside its orders and lines; any may be absent."""
OPTIONAL_TABLES: Final = frozenset(
    entry.name for entry in SCENARIO if entry.is_optional and entry.is_flat
)
"""Tables that a scenario may do without."""

NODE_COLUMNS: Final = COLUMNS["nodes"]
"""The table of nodes."""
ITEM_COLUMNS: Final = COLUMNS["items"]
"""The table of items."""
STOCK_COLUMNS: Final = COLUMNS["stock"]
"""The table of stock: one row per node and SKU."""
INBOUND_COLUMNS: Final = COLUMNS["inbound"]
"""The table of what arrives later; may be absent."""
ORDER_COLUMNS: Final = COLUMNS["orders"]
"""The table of orders."""
LINE_COLUMNS: Final = COLUMNS["lines"]
"""The table of order lines; the order's delivery holds where a line gives none."""
SHIPMENT_QUOTE_COLUMNS: Final = COLUMNS["shipment_quotes"]
"""The table of quotes for shipments; may be absent."""
UNIT_QUOTE_COLUMNS: Final = COLUMNS["unit_quotes"]
"""The table of quotes for units; may be absent."""
WORKLOAD_QUOTE_COLUMNS: Final = COLUMNS["workload_quotes"]
"""The table of workloads; may be absent."""


def columns_of(table: str) -> tuple[Column, ...]:
    """
    Return the columns of a table of a scenario or of a history.

    Examples
    --------
    >>> [column.name for column in columns_of("closures")]
    ['node', 'closed_at', 'reopened_at']
    """
    return COLUMNS[table] if table in COLUMNS else HISTORY_COLUMNS[table]
