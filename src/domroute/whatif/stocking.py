"""Stock changed by rows: a new ledger, with the old one left as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from domroute.ledger.inventory import Inventory
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

    Parameters
    ----------
    inventory
        The ledger; what it has reserved counts as reserved stock in the new one.
    field
        One of ``STOCK_FIELDS``.
    rows
        Which rows, as in ``inventory.rows``; shape ``(R,)``.
    change
        From their values to the new ones.

    Examples
    --------
    >>> from domroute.ledger.stock import Stock
    >>> ledger = Inventory([Stock(node="N1", sku="A", on_hand=4)])
    >>> change_rows(ledger, "on_hand", np.array([True]), lambda x: 2 * x).available(
    ...     "N1", "A"
    ... )
    8
    """
    columns = {name: getattr(inventory.rows, name).copy() for name in STOCK_FIELDS}
    columns[field][rows] = change(columns[field][rows])
    return Inventory.from_columns(
        [inventory.node_ids[at] for at in inventory.rows.node.tolist()],
        [inventory.skus[at] for at in inventory.rows.sku.tolist()],
        columns["on_hand"],
        reserved=columns["reserved"],
        safety=columns["safety"],
        velocity=columns["velocity"],
        inbound=inventory.inbound,
    )


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
    >>> from domroute.ledger.stock import Stock
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
