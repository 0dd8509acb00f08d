"""Stock changed by rows: a new ledger, with the old one left as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from domroute.errors import InputError, Issue
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Stock, StockColumns
from domroute.network import Network
from domroute.units import BoolArray, FloatArray

STOCK_FIELDS: Final = ("on_hand", "reserved", "safety", "velocity")
"""What of a row of stock can be changed."""


def change_rows(
    inventory: Inventory,
    field: str,
    rows: BoolArray,
    change: Callable[[FloatArray], FloatArray],
) -> Inventory:
    """
    Make a ledger in which one column of some rows is another.

    What the ledger has promised, expects and has taken of capacity is in the new one
    as well: who changes ``reserved`` changes what others have promised.

    Parameters
    ----------
    inventory
        The ledger; it stays as it is.
    field
        One of ``STOCK_FIELDS``.
    rows
        Which rows, as in ``inventory.rows``; shape ``(R,)``.
    change
        From their values to the new ones.

    Examples
    --------
    >>> ledger = Inventory([Stock(node="N1", sku="A", on_hand=4)])
    >>> change_rows(ledger, "on_hand", np.array([True]), lambda x: 2 * x).available(
    ...     "N1", "A"
    ... )
    8
    """
    made = inventory.copy()
    stock, at = made.snapshot(), np.flatnonzero(rows)
    values: FloatArray = getattr(stock.rows, field).copy()
    if field == "reserved":
        for one in made.reservations:
            if one.stock_at is not None:
                continue
            for (node, sku), units in one.cells.items():
                values[stock.row(node, sku)] -= units
    names = [stock.layout.name(row) for row in at.tolist()]
    made.apply(
        {
            "node": [node for node, _ in names],
            "sku": [sku for _, sku in names],
            field: change(values[at]),
        }
    )
    return made


def add_rows(
    inventory: Inventory, stock: Iterable[Stock], network: Network
) -> Inventory:
    """
    Make a ledger that has more rows, and all else of another.

    Parameters
    ----------
    inventory
        The ledger; it stays as it is.
    stock
        The rows.
    network
        What it keeps to then: the rows may be at nodes that it had not before.

    Raises
    ------
    InputError
        If a row is there already or given twice, or the network has no such node or
        item. All such rows are listed.

    Examples
    --------
    >>> network = Network(nodes=[], items=[])
    >>> len(add_rows(Inventory(), [], network))
    0
    """
    made, rows = inventory.copy(), tuple(stock)
    made.keep_to(network)
    text = "appears more than once; give one row per node and sku"
    issues = [
        Issue("duplicate_id", f"stock of {row.sku!r} at {row.node!r}", text)
        for row in rows
        if made.counts(row.node, row.sku) is not None
    ]
    if not issues:
        columns = StockColumns.of(rows)
        told = made.apply(
            {name: getattr(columns, name) for name in ("node", "sku", *STOCK_FIELDS)}
        )
        issues += told.refused
    if issues:
        raise InputError(issues)
    for row in rows:
        if row.inbound:
            made.expect(row.node, row.sku, row.inbound)
        if row.restriction is not None:
            made.restrict(
                row.node,
                row.sku,
                expires_on=row.expires_on,
                allocated=row.allocated,
            )
    return made


def rows_of(inventory: Inventory, network: Network, pick: str | None) -> BoolArray:
    """
    Find rows of stock by node, by ``node,sku``, or by ``kind=``, ``node=``, ``sku=``.

    Parameters
    ----------
    inventory, network
        The ledger, and the nodes whose kinds may be asked for.
    pick
        Which; ``*`` and None are all.

    Examples
    --------
    >>> ledger = Inventory([Stock(node=n, sku="A", on_hand=4) for n in ("N1", "N2")])
    >>> rows_of(ledger, Network(nodes=[], items=[]), "N2,A").tolist()
    [False, True]
    """
    if pick in (None, "*"):
        return np.ones(len(inventory), bool)
    nodes, skus = set(inventory.node_ids), set(inventory.skus)
    field, equals, value = str(pick).partition("=")
    node, comma, sku = str(pick).rpartition(",")
    if pick in nodes:
        nodes = {str(pick)}
    elif equals and field == "kind":
        nodes = {n.id for n in network.nodes if n.kind == value}
    elif equals and field == "node":
        nodes = {value}
    elif equals and field == "sku":
        skus = {value}
    elif comma:
        nodes, skus = {node}, {sku}
    else:
        nodes = set()
    at_node = np.array([name in nodes for name in inventory.node_ids], bool)
    of_sku = np.array([name in skus for name in inventory.skus], bool)
    rows = inventory.rows
    if not len(inventory):
        return np.zeros(0, bool)
    found: BoolArray = at_node[rows.node] & of_sku[rows.sku]
    return found
