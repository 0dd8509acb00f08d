"""From tables of cells to the raw objects of a scenario, with a name for each place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domroute.errors import Issue
from domroute.files.intake import Draft, Rows, StockColumns
from domroute.files.tabular.columns import OTHERS, columns_of
from domroute.scenario.tables import entries_of
from domroute.validation import join_path
from domroute.wording import shorten
from domroute.words import Measure

_MEASURES = frozenset(map(str, Measure))


@dataclass(slots=True)
class Table:
    """
    A table as columns of plain values.

    Attributes
    ----------
    name
        What it is called, in the column contract and in faults.
    length
        How many rows it has.
    cells
        Values by column, None where absent; only columns of the contract.
    """

    name: str
    length: int
    cells: dict[str, list[Any]]


def check_header(name: str, header: Iterable[object]) -> list[Issue]:
    """
    List columns that are unknown, given more than once, or required and absent.

    Examples
    --------
    >>> for issue in check_header("workload_quotes", ["order", "line", "node", "cost"]):
    ...     print(issue)
    workload_quotes.cost: is no column of this table; known are order, line, node,
    workload [unknown_field]
    workload_quotes.workload: is required: capacity used per unit [missing]
    """
    names = [str(column) for column in header]
    known = [column.name for column in columns_of(name)]
    issues: list[Issue] = []
    counts = Counter(names)
    for column, count in counts.items():
        where = f"{name}.{shorten(column).strip(chr(39))}"
        if column not in known:
            text = f"is no column of this table; known are {', '.join(known)}"
            issues.append(Issue("unknown_field", where, text))
        if count > 1:
            text = "the column is given more than once"
            issues.append(Issue("duplicate_key", where, text))
    issues += [
        Issue(column.lack, f"{name}.{column.name}", f"is required: {column.meaning}")
        for column in columns_of(name)
        if column.required and column.name not in counts
    ]
    return issues


def draft_of(tables: Mapping[str, Table | None]) -> Draft:
    """
    Turn tables into the raw parts of a scenario.

    Parameters
    ----------
    tables
        By name, as in ``COLUMNS``; None where one could not be read.

    Examples
    --------
    >>> draft_of({"items": Table("items", 1, {"sku": ["A"]})}).tables["items"].records
    [{'sku': 'A'}]
    """
    draft = Draft()
    for entry in entries_of("network", "quotes"):
        if entry.name in tables:
            table = tables[entry.name]
            draft.tables[entry.name] = None if table is None else rows_of(table)
    stock, inbound = (tables.get(entry.name) for entry in entries_of("inventory"))
    if stock is not None:
        draft.stock = stock_of(stock, inbound)
    orders, lines = (tables.get(entry.name) for entry in entries_of("orders"))
    if orders is not None and lines is not None:
        draft.tables[orders.name] = orders_of(orders, lines, draft.issues)
    return draft


def rows_of(table: Table) -> Rows:
    """Turn a table into raw objects, a dictionary for each row."""
    columns = columns_of(table.name)
    records: list[dict[str, Any]] = [{} for _ in range(table.length)]
    # An object with a required part is there, so that the part is what is missing.
    for name in {c.place[0] for c in columns if c.required and len(c.place) > 1}:
        for record in records:
            record[name] = {}
    for column in columns:
        if column.name in table.cells:
            _fill(records, column.place, table.cells[column.name])
    if table.name == "nodes":
        _join_limits(records)
    return Rows(table.name, records, _Places(table).locate)


def _fill(
    records: list[dict[str, Any]], place: tuple[str, ...], cells: list[Any]
) -> None:
    *outer, last = place
    for record, cell in zip(records, cells, strict=True):
        if cell is None:
            continue
        here = record
        for name in outer:
            here = here.setdefault(name, {})
        here[last] = cell


def _join_limits(records: list[dict[str, Any]]) -> None:
    """Put one limit and its measure beside those that have a column of their own."""
    for record in records:
        given = record.get("capacity", {})
        if OTHERS in given or "per" in given:
            record["capacity"] = _listed(given)
            continue
        measure, limit = given.get("measure"), given.get("limit")
        others = {k: x for k, x in given.items() if k not in ("measure", "limit")}
        is_known = isinstance(measure, str) and measure in _MEASURES
        is_sound = is_known and isinstance(limit, (int, float))
        if not (others and is_sound and limit >= 0):
            continue
        if measure not in others:
            record["capacity"] = {measure: limit} | others
        elif all(isinstance(x, (int, float)) and x >= 0 for x in others.values()):
            every = [(measure, limit), *others.items()]
            record["capacity"] = [{"measure": m, "limit": x} for m, x in every]


def _listed(given: dict[str, Any]) -> object:
    """List limits of which some are per day; as they stand where that cannot be."""
    others = given.get(OTHERS, [])
    if not isinstance(others, list):
        return given
    one = {name: x for name, x in given.items() if name not in {*_MEASURES, OTHERS}}
    by_measure = [
        {"measure": name, "limit": x} for name, x in given.items() if name in _MEASURES
    ]
    limits = [*([one] if one else []), *by_measure, *others]
    return limits[0] if len(limits) == 1 else limits


class _Places:
    """Names places by row and column; is silent on columns reported as absent."""

    def __init__(self, table: Table) -> None:
        self._name = table.name
        columns = columns_of(table.name)
        self._names: dict[tuple[str | int, ...], str] = {
            column.place: column.name for column in columns
        }
        self._absent: set[tuple[str | int, ...]] = {
            c.place for c in columns if c.required and c.name not in table.cells
        }

    def locate(self, row: int, path: tuple[str | int, ...]) -> str | None:
        if path in self._absent:
            return None
        for size in range(len(path), 0, -1):
            column = self._names.get(path[:size])
            if column is not None:
                return join_path(f"{self._name}[{row}].{column}", path[size:])
        return join_path(f"{self._name}[{row}]", path)


def stock_of(table: Table, inbound: Table | None = None) -> StockColumns:
    """Turn the stock table into columns, without an object for each row."""
    cells, nothing = table.cells, [None] * table.length
    columns: dict[str, list[Any]] = {
        name: cells.get(name, nothing)
        for name in ("node", "sku", "on_hand", "velocity")
    }
    for name in ("reserved", "safety"):
        values = cells.get(name, nothing)
        columns[name] = (
            [0.0 if value is None else value for value in values]
            if None in values
            else values
        )

    def record(at: int) -> object:
        values = {name: cells[at] for name, cells in table.cells.items()}
        return {name: cell for name, cell in values.items() if cell is not None}

    # What restricts units is rare: such rows are looked at by themselves.
    odd = {
        at
        for name in ("expires_on", "allocated")
        for at, cell in enumerate(cells.get(name, ()))
        if cell is not None
    }
    rows = Rows(table.name, (), _Places(table).locate)
    coming = None if inbound is None else rows_of(inbound)
    return StockColumns(rows, columns, record, odd, inbound=coming)


def orders_of(orders: Table, lines: Table, issues: list[Issue]) -> Rows:
    """
    Turn the tables of orders and lines into raw orders.

    Parameters
    ----------
    orders, lines
        The tables.
    issues
        Where lines of unknown orders go.
    """
    heads, parts = rows_of(orders), rows_of(lines)
    names = orders.cells.get("id", [])
    # What is no text is no name, and may not even be hashable: said where it stands.
    at_of = {
        name: at
        for at, name in reversed(list(enumerate(names)))
        if isinstance(name, str)
    }
    members: list[list[int]] = [[] for _ in range(orders.length)]
    for row, (record, name) in enumerate(_split_names(parts, lines)):
        at = at_of.get(name) if isinstance(name, str) else None
        if at is not None:
            members[at].append(row)
            record.pop("order", None)
        elif name is None and "order" in lines.cells:
            issues += parts.issues(row, [("missing", ("order",), "is required")])
        elif names and "order" in lines.cells:
            text = f"{shorten(name)} is not in the table of orders"
            issues += parts.issues(row, [("unknown_id", ("order",), text)])
    records: list[object] = [
        {**_dict(head), "lines": [parts.records[row] for row in rows]}
        for head, rows in zip(heads.records, members, strict=True)
    ]

    def locate(row: int, path: tuple[str | int, ...]) -> str | None:
        if len(path) > 1 and path[0] == "lines" and isinstance(path[1], int):
            return parts.locate(members[row][path[1]], path[2:])
        is_lost = "order" not in lines.cells or "id" not in orders.cells
        if path == ("lines",) and is_lost:
            return None  # nobody knows which lines are whose: said once, of the column
        return heads.locate(row, path)

    return Rows(orders.name, records, locate)


def _split_names(parts: Rows, lines: Table) -> Iterator[tuple[dict[str, Any], object]]:
    names = lines.cells.get("order", [None] * lines.length)
    for record, name in zip(parts.records, names, strict=True):
        yield _dict(record), name


def _dict(record: object) -> dict[str, Any]:
    return record if isinstance(record, dict) else {}
