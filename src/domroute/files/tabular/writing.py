"""From a scenario to tables of cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from domroute.files.tabular.cells import write_cell
from domroute.files.tabular.columns import COLUMNS, OPTIONAL_TABLES, columns_of
from domroute.files.tabular.reading import Table
from domroute.network import Node
from domroute.orders import Order
from domroute.scenario.bundle import Scenario, inbound_of


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
    network, quotes = scenario.network, scenario.quotes
    tables = [
        _table_of_nodes(network.nodes),
        table_of("items", network.items),
        _table_of_stock(scenario),
        _table_of_inbound(scenario),
        *tables_of_orders(scenario.orders),
        _table_of_keys(
            "shipment_quotes",
            [((*key, None)[:3], cost) for key, cost in quotes.shipments.items()],
        ),
        _table_of_keys("unit_quotes", quotes.units.items()),
        _table_of_keys("workload_quotes", quotes.workload.items()),
    ]
    return {
        table.name: table
        for table in tables
        if table.length or table.name not in OPTIONAL_TABLES
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
        column.name: [_cell(_member(thing, column.place)) for thing in things]
        for column in columns_of(name)
    }
    return Table(name, len(things), cells)


def _member(thing: object, place: tuple[str, ...]) -> object:
    for name in place:
        if thing is None:
            return None
        thing = getattr(thing, name)
    return thing


def _cell(value: object) -> object:
    return None if value == () else write_cell(value)


def _table_of_nodes(nodes: Sequence[Node]) -> Table:
    table = table_of("nodes", nodes)
    # A node that offers no method is not one whose kind says what it offers.
    table.cells["methods"] = [
        None if node.methods is None else write_cell(node.methods) for node in nodes
    ]
    return table


def _table_of_stock(scenario: Scenario) -> Table:
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
    return Table("stock", len(ledger), cells)


def _table_of_inbound(scenario: Scenario) -> Table:
    rows = [
        (node, sku, part.at, part.quantity)
        for (node, sku), parts in inbound_of(scenario.inventory).items()
        for part in parts
    ]
    return table_of_rows("inbound", rows)


def _table_of_lines(orders: Iterable[Order]) -> Table:
    pairs = [(order.id, line) for order in orders for line in order.lines]
    cells: dict[str, list[Any]] = {"order": [order for order, _ in pairs]}
    for column in COLUMNS["lines"][1:]:
        place = column.place
        cells[column.name] = [_cell(_member(line, place)) for _, line in pairs]
    return Table("lines", len(pairs), cells)


def _table_of_keys(
    name: str, rows: Iterable[tuple[tuple[object, ...], float]]
) -> Table:
    return table_of_rows(name, [(*key, amount) for key, amount in rows])


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
