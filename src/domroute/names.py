"""Names that must exist: in one table those of another, in an order the network's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from domroute.errors import InputError, Issue
from domroute.orders import Order
from domroute.validation import Fault, shorten, wrong_type


@dataclass(frozen=True, slots=True)
class Known:
    """
    The names a scenario knows; None where a table could not be read.

    Nothing is said of names in a table that could not be read: one fault there should
    not become a thousand elsewhere.
    """

    nodes: AbstractSet[str] | None = None
    skus: AbstractSet[str] | None = None
    services: AbstractSet[str] | None = None
    orders: Mapping[str, AbstractSet[str]] | None = None
    """The ids of the lines of each order."""


def order_faults(order: object, known: Known) -> Iterator[Fault]:
    """
    List what an order names that is not known.

    Excluding a node that does not exist, or no longer does, excludes nothing: that is
    no fault.

    Parameters
    ----------
    order
        An order, or the raw object of one that could not be read.
    known
        What is known.

    Examples
    --------
    >>> raw = {"lines": [{"sku": "B", "pinned_node": "N1"}]}
    >>> list(order_faults(raw, Known(nodes={"N1"}, skus={"A"})))
    [('unknown_id', ('lines', 0, 'sku'), "'B' is not an item of the network")]
    """
    yield from _delivery_faults(member(order, "delivery"), ("delivery",), known)
    for at, line in enumerate(_list(member(order, "lines"))):
        sku, pin = member(line, "sku"), member(line, "pinned_node")
        if is_unknown(sku, known.skus):
            yield unknown(("lines", at, "sku"), sku, "an item")
        if pin is not None and is_unknown(pin, known.nodes):
            yield unknown(("lines", at, "pinned_node"), pin, "a node")
        delivery = member(line, "delivery")
        if delivery is not None:
            yield from _delivery_faults(delivery, ("lines", at, "delivery"), known)


def _delivery_faults(
    delivery: object, path: tuple[str | int, ...], known: Known
) -> Iterator[Fault]:
    node = member(delivery, "node")
    if node is not None and is_unknown(node, known.nodes):
        yield unknown((*path, "node"), node, "a node")
    yield from service_faults(delivery, known, path)


def service_faults(
    thing: object, known: Known, path: tuple[str | int, ...] = ()
) -> Iterator[Fault]:
    """
    List the services that a node or delivery names and that are not known.

    Examples
    --------
    >>> list(service_faults({"services": ["air"]}, Known(services={"ground"})))
    [('unknown_id', ('services', 0), "'air' is not a service of the network")]
    """
    for i, name in enumerate(_list(member(thing, "services"))):
        if is_unknown(name, known.services):
            yield unknown((*path, "services", i), name, "a service")


def quote_faults(names: Mapping[str, object], known: Known) -> Iterator[Fault]:
    """
    List what a quote names that is not known.

    Parameters
    ----------
    names
        The ids of the quote by what they are: order, line, node or service.
    known
        What is known.

    Examples
    --------
    >>> known = Known(nodes={"N1"}, orders={"o1": {"l1"}})
    >>> list(quote_faults({"order": "o1", "line": "l2", "node": "N1"}, known))
    [('unknown_id', ('line',), "'l2' is not a line of order 'o1'")]
    """
    order, line = names.get("order"), names.get("line")
    if known.orders is not None and isinstance(order, str):
        lines = known.orders.get(order)
        if lines is None:
            yield unknown(("order",), order, "an order", of="scenario")
        elif isinstance(line, str) and line not in lines:
            yield unknown(("line",), line, "a line", of=f"order {shorten(order)}")
    node, service = names.get("node"), names.get("service")
    if is_unknown(node, known.nodes):
        yield unknown(("node",), node, "a node")
    if service is not None and is_unknown(service, known.services):
        yield unknown(("service",), service, "a service")


def is_unknown(name: object, known: AbstractSet[str] | None) -> bool:
    """
    Tell whether a name is missing; what is no name at all is another fault.

    Examples
    --------
    >>> is_unknown("N9", {"N1"}), is_unknown(9, {"N1"}), is_unknown("N9", None)
    (True, False, False)
    """
    return known is not None and isinstance(name, str) and name not in known


def unknown(
    path: tuple[str | int, ...], name: object, what: str, *, of: str = "network"
) -> Fault:
    """
    Say that a name is not known.

    Examples
    --------
    >>> unknown(("sku",), "B", "an item")
    ('unknown_id', ('sku',), "'B' is not an item of the network")
    """
    owner = of if of.startswith("order ") else f"the {of}"
    return "unknown_id", path, f"{shorten(name)} is not {what} of {owner}"


def member(thing: object, name: str) -> object:
    """
    Read a field of an object, or of the raw dictionary that should become one.

    Examples
    --------
    >>> member({"sku": "A"}, "sku")
    'A'
    """
    if isinstance(thing, dict):
        return thing.get(name)
    return getattr(thing, name, None)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()


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
