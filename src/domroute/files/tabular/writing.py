"""From a scenario to tables of cells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from domroute.files.tabular.cells import write_cell
from domroute.files.tabular.columns import (
    COLUMNS,
    NESTED,
    OTHERS,
    Column,
    columns_of,
)
from domroute.files.tabular.reading import Table
from domroute.network import Node
from domroute.orders import Order
from domroute.scenario.bundle import Scenario, inbound_of
from domroute.scenario.tables import SCENARIO, Entry, Part
from domroute.words import Per


def tables_of(scenario: Scenario) -> dict[str, Table]:
    """
    Turn a scenario into tables; services and policy have none.

    Parameters
    ----------
    scenario
        What to write. Optional tables that would be empty are left out.

    Examples
    --------
    >>> from domroute.ledger.inventory import Inventory
    >>> from domroute.network import Network
    >>> empty = Scenario("empty", Network(nodes=[], items=[]), Inventory())
    >>> list(tables_of(empty))
    ['nodes', 'items', 'stock', 'orders', 'lines']
    """
    flat = (entry for entry in SCENARIO if entry.is_flat)
    tables = {entry: _WRITERS[entry.part](scenario, entry) for entry in flat}
    return {
        entry.name: table
        for entry, table in tables.items()
        if not entry.is_left_out(table.length)
    }


def tables_of_orders(orders: Sequence[Order]) -> tuple[Table, Table]:
    """
    Turn orders into the table of orders and that of their lines.

    Examples
    --------
    >>> [table.name for table in tables_of_orders([])]
    ['orders', 'lines']
    """
    return table_of("orders", orders), _table_of_lines(orders)


def table_of(name: str, things: Sequence[object]) -> Table:
    """
    Turn objects into a table, where each column stands in a field of theirs.

    Examples
    --------
    >>> from domroute.network import Item
    >>> table_of("items", [Item(sku="A", weight_kg=2)]).cells["weight_kg"]
    [2.0]
    """
    cells = {
        column.name: [_cell(column, thing) for thing in things]
        for column in columns_of(name)
    }
    return Table(name, len(things), cells)


def _cell(column: Column, thing: object) -> object:
    for name in column.place:
        thing = getattr(thing, name)
        if thing is None:
            return None
    if thing in ((), {}) and not column.tells_empty:
        return None
    if column.dtype == "date" and isinstance(thing, datetime):
        return thing.isoformat()
    if column.dtype == "object" and isinstance(thing, tuple):
        thing = list(thing)  # of an object's forms one: a bare word would be another
    return write_cell(thing)


def _table_of_network(scenario: Scenario, entry: Entry) -> Table:
    things = getattr(scenario.network, entry.name)
    return (
        _table_of_nodes(things) if entry.row is Node else table_of(entry.name, things)
    )


def _table_of_nodes(nodes: Sequence[Node]) -> Table:
    """One capacity stands with its measure, several each in a column of its own."""
    bare = [node.model_copy(update={"capacity": None}) for node in nodes]
    table = table_of("nodes", bare)
    cells, name = table.cells, NESTED["capacity"]
    for at, node in enumerate(nodes):
        alone = [one for one in node.capacities if one.per is Per.DAY][:1]
        if len(node.capacities) == 1:
            alone = list(node.capacities)
        others = [one for one in node.day_limits if one not in alone]
        for one in node.period_limits:
            if one not in alone:
                cells[f"{name}{one.measure}"][at] = one.limit
        for one in alone:
            for field in type(one).model_fields:
                value = getattr(one, field)
                if value not in (Per.PERIOD, {}):
                    cells[name + field][at] = write_cell(value)
        if others:
            told = [one.model_dump(mode="json") for one in others]
            cells[name + OTHERS][at] = json.dumps(told, ensure_ascii=False)
    return table


def _table_of_inventory(scenario: Scenario, entry: Entry) -> Table:
    if entry.within:
        return _table_of_inbound(scenario, entry)
    return _table_of_stock(scenario, entry)


def _table_of_stock(scenario: Scenario, entry: Entry) -> Table:
    ledger, rows = scenario.inventory, scenario.inventory.rows
    cells: dict[str, list[Any]] = {
        "node": [ledger.node_ids[at] for at in rows.node.tolist()],
        "sku": [ledger.skus[at] for at in rows.sku.tolist()],
        "on_hand": rows.on_hand.tolist(),
        "reserved": rows.reserved.tolist(),
        "safety": rows.safety.tolist(),
        "velocity": [
            value if value == value else None  # noqa: PLR0124 - only NaN differs
            for value in rows.velocity.tolist()
        ],
    }
    cells["expires_on"] = [None] * len(ledger)
    cells["allocated"] = [None] * len(ledger)
    for (node, sku), one in ledger.restrictions.items():
        at = ledger.row(node, sku)
        if at is not None:
            cells["expires_on"][at] = write_cell(one.expires_on)
            cells["allocated"][at] = (
                write_cell(dict(one.allocated)) if one.allocated else None
            )
    return Table(entry.name, len(ledger), cells)


def _table_of_inbound(scenario: Scenario, entry: Entry) -> Table:
    rows = [
        (node, sku, part.at, part.quantity)
        for (node, sku), parts in inbound_of(scenario.inventory).items()
        for part in parts
    ]
    return table_of_rows(entry.name, rows)


def _table_of_orders(scenario: Scenario, entry: Entry) -> Table:
    if entry.within:
        return _table_of_lines(scenario.orders)
    return table_of(entry.name, scenario.orders)


def _table_of_lines(orders: Iterable[Order]) -> Table:
    pairs = [(order.id, line) for order in orders for line in order.lines]
    owner, *columns = COLUMNS["lines"]
    cells: dict[str, list[Any]] = {owner.name: [order for order, _ in pairs]}
    for column in columns:
        cells[column.name] = [_cell(column, line) for _, line in pairs]
    return Table("lines", len(pairs), cells)


def _table_of_quotes(scenario: Scenario, entry: Entry) -> Table:
    quotes = getattr(scenario.quotes, entry.field)
    size = len(entry.key)
    # A key that ends early is of every one that could stand at its end.
    rows = [(*key, *[None] * (size - len(key)), x) for key, x in quotes.items()]
    return table_of_rows(entry.name, rows)


_WRITERS: Final[Mapping[Part, Callable[[Scenario, Entry], Table]]] = {
    "network": _table_of_network,
    "inventory": _table_of_inventory,
    "orders": _table_of_orders,
    "quotes": _table_of_quotes,
}


def table_of_rows(name: str, rows: Sequence[tuple[object, ...]]) -> Table:
    """
    Turn rows of cells, in the order of the columns, into a table.

    Examples
    --------
    >>> table_of_rows("cancellations", [(None, "o1", None)]).cells["order"]
    ['o1']
    """
    names = [column.name for column in columns_of(name)]
    cells: dict[str, list[Any]] = {
        column: [row[at] for row in rows] for at, column in enumerate(names)
    }
    return Table(name, len(rows), cells)
