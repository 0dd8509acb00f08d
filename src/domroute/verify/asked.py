"""What an order asks for: what of it ships, what it is worth, what may wait."""

from __future__ import annotations

from collections.abc import Mapping

from domroute.network import Item
from domroute.orders import Order
from domroute.policy import Policy
from domroute.verify.book import Book


def worth_of(order: Order, items: Mapping[str, Item]) -> float:
    """Return what an order is worth: as stated, or the sum of its lines."""
    if order.value is not None:
        return order.value
    total = 0.0
    for line in order.lines:
        price = line.unit_price
        if price is None:
            price = items[line.sku].unit_price if line.sku in items else 0.0
        total += price * line.quantity
    return total


def that_ships(order: Order, book: Book) -> Order:
    """Leave of an order the lines that ship; it is worth as much as before."""
    lines = tuple([line for line in order.lines if line.sku not in book.digital])
    if len(lines) == len(order.lines):
        return order
    worth = worth_of(order, book.items)
    return order.model_copy(update={"lines": lines, "value": worth})


def waiting_lines(order: Order, policy: Policy) -> frozenset[str]:
    """
    List the lines that may wait for stock: as they say, else as the policy does.

    Examples
    --------
    >>> wanted = Order(
    ...     id="o1",
    ...     destination={"lat": 40, "lon": -75},
    ...     lines=[
    ...         {"id": "l1", "sku": "A", "quantity": 1},
    ...         {"id": "l2", "sku": "A", "quantity": 1, "allow_backorder": False},
    ...     ],
    ... )
    >>> waiting_lines(wanted, Policy(costs=[], allow_backorder=True))
    frozenset({'l1'})
    """
    usual = policy.allow_backorder
    found = []
    for line in order.lines:
        may = line.allow_backorder
        if usual if may is None else may:
            found.append(line.id)
    return frozenset(found)
