"""Orders turned into arrays, over the nodes that have any of what they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Final

import numpy as np

from domroute.digital import is_digital, to_ship
from domroute.errors import InputError, Issue
from domroute.laying import ways_of
from domroute.ledger import Inventory, Snapshot
from domroute.ledger.shelf import Shelf
from domroute.names import check_order
from domroute.network import Item
from domroute.orders import Delivery, Line, Order
from domroute.plan import Digital
from domroute.problem import Group, NetworkArrays, OrderProblem
from domroute.supply import StockByDate, Supplies
from domroute.units import FloatArray, IntArray

_EVERYWHERE: Final = slice(None)
"""All nodes, which is quicker to write to than each by its position."""


class StockMap:
    """
    A snapshot of stock seen through a network.

    Parameters
    ----------
    arrays
        The network.
    inventory
        The ledger, of which a snapshot is taken, or a snapshot.

    Attributes
    ----------
    node_at
        Where the ledger's nodes stand in ``arrays``; None where all stand as there.

    Raises
    ------
    InputError
        If stock names a node or item that the network does not have. All are listed.
    """

    __slots__ = ("arrays", "inventory", "node_at")

    def __init__(self, arrays: NetworkArrays, inventory: Inventory | Snapshot) -> None:
        stock = inventory.snapshot()
        issues = [
            Issue("unknown_id", "stock.node", f"{name!r} is not a node of the network")
            for name in stock.node_ids
            if name not in arrays.node_at
        ]
        issues += [
            Issue("unknown_id", "stock.sku", f"{name!r} is not an item of the network")
            for name in stock.skus
            if name not in arrays.items
        ]
        if issues:
            raise InputError(issues)
        self.arrays = arrays
        self.inventory = stock
        at = np.array([arrays.node_at[name] for name in stock.node_ids], np.int64)
        is_same = len(at) == len(arrays.nodes)
        self.node_at: IntArray | None = None if is_same else at

    def at(self, stock: Snapshot) -> StockMap:
        """
        See another snapshot, usually of the same ledger, through the same network.

        Raises
        ------
        InputError
            If it names a node or item that the network does not have.
        """
        if stock.layout is not self.inventory.layout:
            return StockMap(self.arrays, stock)
        seen = StockMap.__new__(StockMap)
        seen.arrays, seen.inventory, seen.node_at = self.arrays, stock, self.node_at
        return seen

    def available(self, skus: tuple[str, ...], node_count: int) -> IntArray:
        """Gather the available units of some SKUs at all nodes; shape ``(K, N)``."""
        stock = np.zeros((len(skus), node_count), np.int64)
        for k, node, shelf in self._shelves(skus, node_count):
            stock[k, node] = shelf.available
        return stock

    def figures(self, skus: tuple[str, ...], node_count: int) -> FloatArray:
        """Gather what is on hand, reserved and kept back; shape ``(3, K, N)``."""
        found = np.zeros((3, len(skus), node_count))
        for k, node, shelf in self._shelves(skus, node_count):
            found[:, k, node] = shelf.figures[:3]
        return found

    def _shelves(
        self, skus: tuple[str, ...], node_count: int
    ) -> Iterator[tuple[int, IntArray | slice, Shelf]]:
        """Yield the rows of each SKU that has any, and the nodes where they are."""
        node_at = self.node_at
        for k, sku in enumerate(skus):
            shelf = self.inventory.shelf(sku)
            if shelf is None:
                continue
            if node_at is not None:
                yield k, node_at[shelf.node], shelf
            elif len(shelf.node) == node_count:
                yield k, _EVERYWHERE, shelf
            else:
                yield k, shelf.node, shelf


def index_order(
    arrays: NetworkArrays,
    stock_map: StockMap,
    order: Order,
    *,
    all_nodes: bool = False,
    supply: Supplies | None = None,
    in_time: bool = False,
) -> OrderProblem:
    """
    Turn an order into arrays over the nodes that have any of it.

    Parameters
    ----------
    arrays, stock_map
        The network and the inventory, compiled.
    order
        The order to index.
    all_nodes
        Keeps nodes that have none of it as well, as explanations need.
    supply
        Finds what comes later, for orders that may wait for it; None for nothing.
    in_time
        Leaves out what comes too late for all deliveries.

    Raises
    ------
    InputError
        If a line names an unknown item or node. All such faults are listed.
    """
    check_order(arrays.known, order)
    placed, digital = None, arrays.known.digital
    if digital and is_digital(order, digital):
        placed, order = order, to_ship(order, digital, arrays.items)
    lines = order.lines
    if len(lines) > 1:
        lines = tuple(sorted(lines, key=_line_id))
    asked = [line.sku for line in lines]
    items = tuple([arrays.items[sku] for sku in asked])
    ways = None
    if arrays.has_kits or any(line.substitutes for line in lines):
        ways = ways_of(lines, arrays.items)
        if ways is not None:
            lines, items = ways.rows, ways.items
            asked = [line.sku for line in lines]
    skus = tuple(dict.fromkeys(asked))
    stock = stock_map.available(skus, len(arrays.nodes))
    by_date: StockByDate | None = None
    is_cut = False
    if supply is not None and supply.may_wait(order):
        figures = stock_map.figures(skus, len(arrays.nodes))
        held, shelves = stock_map.inventory, (figures, stock)
        by_date, is_cut = supply.find(
            *(held, order, lines, skus, shelves), in_time=in_time
        )
    if all_nodes:
        nodes = np.arange(len(arrays.nodes))
    else:
        here = stock if by_date is None else np.maximum(stock, by_date.all)
        nodes = np.logical_or.reduce(here, axis=0).nonzero()[0]
        if len(nodes) < stock.shape[1]:
            stock = stock.take(nodes, axis=1)
            by_date = None if by_date is None else by_date.at(nodes)
    at = {sku: k for k, sku in enumerate(skus)}
    facts = np.array(
        [
            (
                line.quantity,
                item.weight_kg,
                item.length_cm * item.width_cm * item.height_cm,
                item.unit_price if line.unit_price is None else line.unit_price,
                at[sku],
            )
            for line, item, sku in zip(lines, items, asked, strict=True)
        ],
        float,
    )
    facts = facts.reshape(len(lines), 5).T
    return OrderProblem(
        order=order,
        lines=lines,
        items=items,
        skus=skus,
        sku_of=facts[4].astype(np.int64),
        quantity=facts[0].astype(np.int64),
        weight_kg=facts[1],
        volume_cm3=facts[2],
        unit_price=facts[3],
        nodes=nodes,
        stock=stock,
        groups=_group_lines(arrays, order, lines, nodes),
        snapshot=stock_map.inventory,
        by_date=by_date,
        is_cut=is_cut,
        ways=ways,
        placed=placed,
        digital=() if placed is None else delivered(placed, arrays.items),
    )


def delivered(order: Order, items: Mapping[str, Item]) -> tuple[Digital, ...]:
    """
    List what of an order comes from no node, and when it is there.

    Examples
    --------
    >>> card = {"id": "l1", "sku": "gift-card", "quantity": 2}
    >>> order = Order(id="o1", destination={"lat": 40, "lon": -75}, lines=[card])
    >>> items = {"gift-card": Item(sku="gift-card", digital=True)}
    >>> [part.quantity for part in delivered(order, items)]
    [2]
    """
    found = []
    for line in sorted(order.lines, key=_line_id):
        if line.sku in items and items[line.sku].digital:
            at, release = order.placed_at, items[line.sku].release_at
            if at is not None:
                at = (at if release is None else max(at, release)).astimezone(UTC)
            found.append(Digital(order.id, line.id, line.sku, line.quantity, at))
    return tuple(found)


def _line_id(line: Line) -> str:
    return line.id


def _group_lines(
    arrays: NetworkArrays, order: Order, lines: tuple[Line, ...], nodes: IntArray
) -> tuple[Group, ...]:
    members: dict[Delivery, list[int]] = {}
    if any(line.delivery is not None for line in lines):
        for at, line in enumerate(lines):
            members.setdefault(order.delivery_of(line), []).append(at)
    elif lines:
        members[order.delivery] = list(range(len(lines)))
    groups = []
    for delivery, places in members.items():
        destination = delivery.to or order.destination
        if delivery.node is not None:
            destination = arrays.nodes[arrays.node_at[delivery.node]].location
        distance = (
            arrays.distances_km(nodes, destination)
            if destination is not None
            else np.zeros(len(nodes))
        )
        groups.append(Group(delivery, destination, np.array(places), distance))
    return tuple(groups)
