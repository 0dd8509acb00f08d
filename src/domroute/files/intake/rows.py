"""Rows of a table: raw objects, and how to name a place in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from domroute.errors import Issue
from domroute.validation import Fault, faults_of, join_path, path_in

M = TypeVar("M", bound=BaseModel)
Locate = Callable[[int, tuple[str | int, ...]], str | None]
"""Names a place, from the row and the parts of a path; None if its fault is known."""

MAX_FAULTS: Final = 10_000
"""Faults listed of one table: a table with more is not what it should be."""
_MAX_LIST: Final = 100_000
"""Entries in a list within an object: no order has as many lines."""
_CHUNK: Final = 1_000


def plain_locate(name: str) -> Locate:
    """
    Name places as they are nested in JSON.

    Examples
    --------
    >>> plain_locate("orders")(3, ("lines", 0, "quantity"))
    'orders[3].lines[0].quantity'
    """
    return lambda row, path: join_path(f"{name}[{row}]", path)


@dataclass(frozen=True, slots=True)
class Rows:
    """
    A table of raw objects.

    Attributes
    ----------
    name
        What the table is called in a fault.
    records
        The raw objects.
    locate
        How a place in one of them is named.
    """

    name: str
    records: Sequence[object]
    locate: Locate

    @classmethod
    def of(cls, name: str, records: Sequence[object]) -> Rows:
        """Name places as they are nested in JSON."""
        return cls(name, records, plain_locate(name))

    def issues(self, row: int, faults: Iterable[Fault]) -> list[Issue]:
        """Give the faults of a row their place."""
        placed = [(code, self.locate(row, path), text) for code, path, text in faults]
        return [Issue(code, at, text) for code, at, text in placed if at is not None]


def read_rows(model: type[M], rows: Rows, issues: list[Issue]) -> list[M | None]:
    """
    Turn raw objects into models, and list every fault.

    Parameters
    ----------
    model
        What each row should be.
    rows
        The table.
    issues
        Where faults go.

    Returns
    -------
    list of models
        None where a row has faults; shorter than the table where that was given up.

    Examples
    --------
    >>> from domroute.network import Item
    >>> issues = []
    >>> read_rows(Item, Rows.of("items", [{"sku": "A"}, {"sku": 5}]), issues)[1]
    >>> print(*issues)
    items[1].sku: should be a string, got 5 [wrong_type]
    """
    adapter = TypeAdapter(list[model])  # type: ignore[valid-type]
    made: list[M | None] = []
    found: list[Issue] = []
    for start in range(0, len(rows.records), _CHUNK):
        chunk = rows.records[start : start + _CHUNK]
        if not any(map(_is_oversized, chunk)):
            try:
                made += adapter.validate_python(list(chunk))
            except ValidationError:
                pass  # one by one, to keep what is good and to name what is not
            else:
                continue
        for at, record in enumerate(chunk, start):
            made.append(_read_row(model, rows, at, record, found))
        if len(found) > MAX_FAULTS:
            break
    issues += capped(found, rows.name)
    return made


def _read_row(
    model: type[M], rows: Rows, at: int, record: object, found: list[Issue]
) -> M | None:
    if len(found) > MAX_FAULTS:
        return None
    if faults := oversized_lists(record):
        found += rows.issues(at, faults)
        return None
    try:
        return model.model_validate(record)
    except ValidationError as error:
        faults = [
            (code, path_in(record, path, code), text)
            for code, path, text in faults_of(error)
        ]
        found += rows.issues(at, faults)
        return None


def capped(found: list[Issue], name: str) -> list[Issue]:
    """
    Keep the first faults of a table that is wrong from end to end.

    Examples
    --------
    >>> capped([Issue("missing", "stock[0].sku", "is required")], "stock")[0].code
    'missing'
    """
    if len(found) <= MAX_FAULTS:
        return found
    text = f"has more than {MAX_FAULTS:,} faults; the rest of it was not read"
    return [*found[:MAX_FAULTS], Issue("too_many_faults", name, text)]


def _is_oversized(record: object) -> bool:
    return isinstance(record, dict) and any(
        type(value) is list and len(value) > _MAX_LIST for value in record.values()
    )


def oversized_lists(record: object) -> list[Fault]:
    """
    List the lists of an object that are too long to be meant.

    Examples
    --------
    >>> [path for _, path, _ in oversized_lists({"lines": [0] * 200_000})]
    [('lines',)]
    """
    if not isinstance(record, dict):
        return []
    return [
        ("out_of_range", (str(key),), f"has {len(value):,} entries")
        for key, value in record.items()
        if type(value) is list and len(value) > _MAX_LIST
    ]
