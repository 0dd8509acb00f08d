"""Goods without a node: who may ask for them, and what is left of an order to ship."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping

from domroute.items import Item
from domroute.orders import Line, Order
from domroute.raw import member
from domroute.validation import Fault

_HELD = ("pinned_node", "ship_together")
"""What ties a line to a node, or to what leaves one."""


def digital_of(items: Iterable[object]) -> frozenset[str]:
    """
    List the SKUs of the digital items.

    Examples
    --------
    >>> digital_of([Item(sku="mug"), Item(sku="gift-card", digital=True)])
    frozenset({'gift-card'})
    """
    found = [member(item, "sku") for item in items if member(item, "digital") is True]
    return frozenset(sku for sku in found if isinstance(sku, str))


def digital_faults(order: Order, digital: Container[str]) -> list[Fault]:
    """
    List what lines ask of digital goods that these cannot do.

    They come from no node, so no node can be named, nothing leaves with them, and
    nothing stands in for them, nor they for anything.

    Examples
    --------
    >>> line = {"id": "l1", "sku": "gift-card", "quantity": 1, "pinned_node": "S7"}
    >>> order = Order(id="o1", destination={"lat": 40, "lon": -75}, lines=[line])
    >>> digital_faults(order, {"gift-card"})[0][:2]
    ('digital_line', ('lines', 0, 'pinned_node'))
    """
    found: list[Fault] = []
    for at, line in enumerate(order.lines):
        where, name = ("lines", at), repr(line.sku)
        if line.sku in digital:
            named = [field for field in _HELD if getattr(line, field) is not None]
            named += ["substitutes"] if line.substitutes else []
            text = f"is not for {name}, which is digital: it comes from no node"
            found += [("digital_line", (*where, field), text) for field in named]
        for place, other in enumerate(line.substitutes):
            if other.sku in digital and line.sku not in digital:
                text = f"{other.sku!r} is digital, and cannot replace {name}"
                path = (*where, "substitutes", place, "sku")
                found.append(("digital_substitute", path, text))
    return found


def is_digital(order: Order, digital: Container[str]) -> bool:
    """Tell whether some line of an order is digital."""
    return any(line.sku in digital for line in order.lines)


def to_ship(order: Order, digital: Container[str], items: Mapping[str, Item]) -> Order:
    """
    Leave of an order what ships, worth as much as the whole of it.

    It may have no lines left.
    """
    lines = tuple([line for line in order.lines if line.sku not in digital])
    if len(lines) == len(order.lines):
        return order
    value = order.value
    if value is None:
        value = math.fsum(_price(x, items) * x.quantity for x in order.lines)
    return order.model_copy(update={"lines": lines, "value": value})


def _price(line: Line, items: Mapping[str, Item]) -> float:
    usual = items[line.sku].unit_price
    return usual if line.unit_price is None else line.unit_price
