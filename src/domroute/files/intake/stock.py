"""Stock rows as columns: checked with arrays, so that 10^5 of them load at once."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from pydantic import ValidationError

from domroute.errors import Issue
from domroute.files.intake.rows import MAX_FAULTS, Rows, capped, read_rows
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Inbound, Restriction, Stock
from domroute.names import Known, Reference, references_of, unknown
from domroute.scenario.rows import InboundRow
from domroute.units import MAX_UNITS, BoolArray, FloatArray
from domroute.validation import Fault, faults_of

_NUMBERS: Final = ("on_hand", "reserved", "safety", "velocity")
_PLAIN: Final = frozenset(("node", "sku", *_NUMBERS))
_PLAIN_NUMBERS: Final = (int, float)
_REFERENCES: Final = references_of(Stock)
_DEFAULTS: Final[dict[str, float]] = {"reserved": 0.0, "safety": 0.0}


@dataclass(slots=True)
class StockColumns:
    """
    The stock table as columns of raw values.

    Attributes
    ----------
    rows
        What the table is called, and how a place in it is named.
    columns
        By name, each of length ``R``; values that a row does not give are defaults, and
        None for an unknown velocity.
    record
        Makes the raw object of a row that has to be looked at by itself.
    odd
        Rows that have to be looked at by themselves.
    inbound
        What arrives later, where that is a table of its own.
    """

    rows: Rows
    columns: dict[str, list[Any]]
    record: Callable[[int], object]
    odd: set[int] = field(default_factory=set)
    inbound: Rows | None = None


def stock_of_records(rows: Rows) -> StockColumns:
    """
    Turn raw stock objects into columns.

    Examples
    --------
    >>> rows = Rows.of("stock", [{"node": "N1", "sku": "A", "on_hand": 5}])
    >>> stock_of_records(rows).columns["on_hand"]
    [5]
    """
    odd = {
        at
        for at, record in enumerate(rows.records)
        if not isinstance(record, dict) or not record.keys() <= _PLAIN
    }
    plain: list[dict[str, Any]] = [
        record if isinstance(record, dict) else {} for record in rows.records
    ]
    columns = {
        name: [record.get(name, _DEFAULTS.get(name)) for record in plain]
        for name in ("node", "sku", *_NUMBERS)
    }
    return StockColumns(rows, columns, rows.records.__getitem__, odd)


def read_stock(
    stock: StockColumns, known: Known, issues: list[Issue]
) -> Inventory | None:
    """
    Check the stock table and build the ledger; None if it has faults.

    Parameters
    ----------
    stock
        The table.
    known
        The nodes and SKUs that stock may name.
    issues
        Where faults go.

    Examples
    --------
    >>> issues = []
    >>> rows = Rows.of("stock", [{"node": "N1", "sku": "A", "on_hand": -1}])
    >>> read_stock(stock_of_records(rows), Known(), issues)
    >>> print(*issues)
    stock[0].on_hand: should be greater than or equal to 0, got -1.0 [out_of_range]
    """
    before = len(issues)
    nodes, skus = _names(stock, "node"), _names(stock, "sku")
    numbers = {name: _numbers(stock, name) for name in _NUMBERS}
    found: list[Issue] = []
    has_failed = False  # a row whose column is absent fails without a word
    inbound: dict[tuple[str, str], tuple[Inbound, ...]] = {}
    restricted: dict[tuple[str, str], Restriction] = {}
    for at in sorted(stock.odd):
        row = _read_row(stock, at, found)
        if len(found) > MAX_FAULTS:
            break
        if row is None:
            has_failed = True
        else:
            nodes[at], skus[at] = row.node, row.sku
            for name in _NUMBERS:
                value = getattr(row, name)
                numbers[name][at] = np.nan if value is None else value
            if row.inbound:
                inbound[row.node, row.sku] = row.inbound
            if (restriction := row.restriction) is not None:
                restricted[row.node, row.sku] = restriction
    ids = {"node": nodes, "sku": skus}
    for ref in _REFERENCES:
        found += _unknown_names(stock, ref, ids[ref.field], known)
    found += _repeated_pairs(stock, nodes, skus)
    issues += capped(found, stock.rows.name)
    if stock.inbound is not None:
        pairs = set(zip(nodes, skus, strict=True))
        inbound = _read_inbound(stock.inbound, pairs, issues)
    if has_failed or len(issues) > before:
        return None
    return Inventory.from_columns(
        nodes, skus, **numbers, inbound=inbound, restricted=restricted
    )


def _names(stock: StockColumns, name: str) -> list[str]:
    """Return a column of ids; what is none becomes empty, and its row odd."""
    values = stock.columns[name]
    if set(map(type, values)) <= {str}:
        return list(values)
    stock.odd.update(at for at, value in enumerate(values) if type(value) is not str)
    return [value if type(value) is str else "" for value in values]


def _numbers(stock: StockColumns, name: str) -> FloatArray:
    """Return a column of units; rows with what is none become odd."""
    values = stock.columns[name]
    absent: BoolArray = np.zeros(len(values), bool)
    if name == "velocity" and None in values:
        absent = np.array([value is None for value in values], bool)
        values = [0.0 if value is None else value for value in values]
    if not set(map(type, values)) <= {int, float}:
        values = [v if type(v) in _PLAIN_NUMBERS else np.nan for v in values]
    column = np.array(values, float)
    good = np.isfinite(column) & (column >= 0) & (column <= MAX_UNITS)
    stock.odd.update(np.flatnonzero(~good).tolist())
    column[absent] = np.nan
    return column


def _read_row(stock: StockColumns, at: int, found: list[Issue]) -> Stock | None:
    try:
        return Stock.model_validate(stock.record(at))
    except ValidationError as error:
        found += stock.rows.issues(at, faults_of(error))
        return None


def _unknown_names(
    stock: StockColumns, ref: Reference, values: list[str], known: Known
) -> list[Issue]:
    there = None if ref.names is None else known.of(ref.names)
    strange = set() if there is None else set(values) - there - {""}
    if ref.names is None or not strange:
        return []
    rows = [at for at, value in enumerate(values) if value in strange]
    return [
        issue
        for at in rows[: MAX_FAULTS + 1]
        for issue in stock.rows.issues(
            at, [unknown((ref.field,), values[at], ref.names.what)]
        )
    ]


def _repeated_pairs(
    stock: StockColumns, nodes: list[str], skus: list[str]
) -> list[Issue]:
    pairs = list(zip(nodes, skus, strict=True))
    if len(set(pairs)) == len(pairs):
        return []
    seen: set[tuple[str, str]] = set()
    issues: list[Issue] = []
    for at, pair in enumerate(pairs):
        if pair in seen and "" not in pair:
            node, sku = pair
            text = f"stock of {sku!r} at {node!r} appears more than once"
            fault: Fault = ("duplicate_id", (), text)
            issues += stock.rows.issues(at, [fault])
        seen.add(pair)
    return issues


def _read_inbound(
    rows: Rows, pairs: AbstractSet[tuple[str, str]], issues: list[Issue]
) -> dict[tuple[str, str], tuple[Inbound, ...]]:
    coming: dict[tuple[str, str], tuple[Inbound, ...]] = {}
    for at, row in enumerate(read_rows(InboundRow, rows, issues)):
        if row is None:
            continue
        key = (row.node, row.sku)
        if key not in pairs:
            text = f"there is no stock row of {row.sku!r} at {row.node!r}"
            issues += rows.issues(at, [("unknown_id", (), text)])
        part = Inbound(at=row.at, quantity=row.quantity)
        coming[key] = (*coming.get(key, ()), part)
    return coming
