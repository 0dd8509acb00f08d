"""What kits are made of, and whether what stands in for a line is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from domroute.orders import Order
from domroute.raw import member
from domroute.validation import Fault


def kits_of(items: Iterable[object]) -> dict[str, frozenset[str]]:
    """
    Look up the SKUs of the components of each kit among items.

    Examples
    --------
    >>> from domroute.items import Item
    >>> kits_of([Item(sku="A"), Item(sku="SET", components=[("A", 2)])])
    {'SET': frozenset({'A'})}
    """
    found: dict[str, frozenset[str]] = {}
    for item in items:
        parts, sku = member(item, "components"), member(item, "sku")
        if parts and isinstance(parts, (list, tuple)) and isinstance(sku, str):
            inside = [member(part, "sku") for part in parts]
            found[sku] = frozenset(x for x in inside if isinstance(x, str))
    return found


def substitute_faults(
    order: Order, kits: Mapping[str, AbstractSet[str]]
) -> list[Fault]:
    """
    List the substitutes of an order that are kits with what they stand for in them.

    Examples
    --------
    >>> line = {"id": "l1", "sku": "A", "quantity": 1, "substitutes": [("SET", 0)]}
    >>> order = Order(id="o1", destination={"lat": 40, "lon": -75}, lines=[line])
    >>> substitute_faults(order, {"SET": {"A", "B"}})[0][:2]
    ('substitute_cycle_in_kit', ('lines', 0, 'substitutes', 0, 'sku'))
    """
    return [
        (
            "substitute_cycle_in_kit",
            ("lines", at, "substitutes", place, "sku"),
            f"{other.sku!r} is a kit with {line.sku!r} in it, which it is to replace",
        )
        for at, line in enumerate(order.lines)
        for place, other in enumerate(line.substitutes)
        if line.sku in kits.get(other.sku, ())
    ]
