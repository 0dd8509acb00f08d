"""An order held to the names that a network has, before it is asked about."""

from __future__ import annotations

from domroute.errors import InputError, Issue
from domroute.known import Known, is_unknown, order_faults
from domroute.orders import Order
from domroute.validation import wrong_type


def check_order(known: Known, order: Order) -> None:
    """
    Refuse an order that names what the network does not have.

    Raises
    ------
    InputError
        If it names unknown items, nodes or services. All such faults are listed.
    """
    if issues := order_issues(known, order):
        raise InputError(issues)


def order_issues(known: Known, order: Order) -> list[Issue]:
    """
    List what is wrong with an order: names that the network does not have, above all.

    A copy made by ``model_copy`` has not been validated: what is no order, or has no
    lines, or lines of no units, is told as well.
    """
    thing: object = order
    if not isinstance(thing, Order):
        return [wrong_type("order", thing, "an Order")]
    if not order.lines:
        return [Issue("out_of_range", f"order {order.id!r}", "has no lines")]
    if _is_clean(known, order):
        return []
    found = [
        Issue(
            "out_of_range",
            _where(order, ("lines", at)),
            f"quantity {line.quantity} should be 1 or above",
        )
        for at, line in enumerate(order.lines)
        if line.quantity < 1
    ]
    found += [
        Issue(code, _where(order, path), f"sku {text}" if "sku" in path else text)
        for code, path, text in order_faults(order, known)
    ]
    return found


def _is_clean(known: Known, order: Order) -> bool:
    """Tell quickly, as every route asks, that there is nothing to be told."""
    nodes, skus = known.nodes, known.skus
    if order.delivery.node is not None or order.delivery.services:
        return False
    for line in order.lines:
        if is_unknown(line.sku, skus) or line.quantity < 1 or line.delivery is not None:
            return False
        if line.pinned_node is not None and is_unknown(line.pinned_node, nodes):
            return False
    return True


def _where(order: Order, path: tuple[str | int, ...]) -> str:
    """Name the order, and the line that a fault is in."""
    if path[0] == "lines" and isinstance(path[1], int):
        return f"order {order.id!r} line {order.lines[path[1]].id!r}"
    return f"order {order.id!r}"
