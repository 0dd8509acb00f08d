"""Whether the units are there: stock netted by SKU, safety stock, and capacity."""

from __future__ import annotations

from typing import Final

from domroute.capacity import Capacity
from domroute.costs.counting import units_there
from domroute.ledger import Snapshot
from domroute.network import Node
from domroute.verify.quoted import Quoted
from domroute.verify.reading import Group, Part, Reading
from domroute.verify.rules import is_among, is_meant
from domroute.words import Measure

_ROUNDING: Final = 1e-12
"""Part of a minimum that a sum of prices may miss it by: rounding, and no cent."""
_SPARE: Final = 1e-9
"""What sums of work may be over a limit, relative to it or absolute: no whole unit."""


def is_worth(value: float, minimum: float) -> bool:
    """
    Tell whether a sum of prices comes to a minimum, but for how floats add up.

    Examples
    --------
    >>> is_worth(0.1 + 0.7, 0.8), is_worth(9_999_999.99, 10_000_000.0)
    (True, False)
    """
    return value >= minimum * (1.0 - _ROUNDING)


def is_within(load: float, spare: float, limit: float) -> bool:
    """
    Tell whether a load is no more than what a capacity has left, likewise.

    Examples
    --------
    >>> is_within(0.1 * 3, 0.3, 0.3), is_within(20_000_001, 2e7, 2e7)
    (True, False)
    """
    return load <= spare + _SPARE * max(1.0, limit)


def limits_on(node: Node) -> tuple[Capacity, ...]:
    """
    List what limits the work of a node: nothing, one capacity or several.

    Examples
    --------
    >>> place = {"lat": 40.7, "lon": -74.2}
    >>> limits_on(Node(id="newark", location=place, capacity={"units": 9}))
    (Capacity(limit=9.0, measure=<Measure.UNITS: 'units'>),)
    """
    told = node.capacity
    if told is None:
        return ()
    return (told,) if isinstance(told, Capacity) else tuple(told)


def check_stock(reading: Reading, inventory: Snapshot) -> None:
    """Note every SKU of which a node ships more than it has available."""
    for node_id, parts in reading.nodes.items():
        taken: dict[str, int] = {}
        for part in parts:
            for line, _, quantity in part.contents:
                taken[line.sku] = taken.get(line.sku, 0) + quantity
        for sku, units in taken.items():
            there = units_there(inventory, node_id, sku)
            if units > there:
                message = f"{units} units of {sku!r} ship, {there} are available"
                reading.add("oversold", f"node {node_id!r}", message)
            elif reading.book.keeps:
                _check_kept(reading, inventory, parts, sku)


def available_to(
    group: Group, node: Node, sku: str, reading: Reading, inventory: Snapshot
) -> float:
    """Count the units that a delivery may take, hard safety stock being kept back."""
    kept = sum(
        rule.units
        for rule in reading.book.keeps
        if is_among(node, rule.nodes)
        and is_meant(reading.order, group.delivery, rule.orders)
    )
    return max(0.0, units_there(inventory, node.id, sku) - kept)


def _check_kept(
    reading: Reading, inventory: Snapshot, parts: list[Part], sku: str
) -> None:
    # Deliveries may have to keep back different amounts: those that keep back at least
    # so much, together, must leave it.
    node, takers = parts[0].node, []
    for part in parts:
        units = sum(n for line, _, n in part.contents if line.sku == sku)
        if units:
            limit = available_to(part.group, node, sku, reading, inventory)
            takers.append((limit, units))
    for limit in {limit for limit, _ in takers}:
        units = sum(units for other, units in takers if other <= limit)
        if units > limit:
            message = f"{units} units of {sku!r} ship, {limit:g} after safety stock"
            reading.add("oversold", f"node {node.id!r}", message)


def safety_costs(reading: Reading, inventory: Snapshot) -> dict[str, float]:
    """Price the units taken of soft safety stock, by rule."""
    costs: dict[str, float] = {}
    for rule in reading.book.lends:
        for node_id, parts in reading.nodes.items():
            if not is_among(parts[0].node, rule.nodes):
                continue
            taken: dict[str, int] = {}
            for part in parts:
                if is_meant(reading.order, part.group.delivery, rule.orders):
                    for line, _, quantity in part.contents:
                        taken[line.sku] = taken.get(line.sku, 0) + quantity
            for sku, units in taken.items():
                free = max(0.0, units_there(inventory, node_id, sku) - rule.units)
                if units > free:
                    name = f"rule:{rule.name}"
                    price = (rule.price or 0.0) * (units - free)
                    costs[name] = costs.get(name, 0.0) + price
    return costs


def workload_of(part: Part, quoted: Quoted | None) -> float:
    """Sum the workload of a shipment: a unit counts 1 where nothing is quoted."""
    if quoted is None:
        return float(part.units)
    return sum(
        quoted.workload(line.id, part.node.id) * quantity
        for line, _, quantity in part.contents
    )


def taken_by_others(
    order_id: str, node_id: str, measure: Measure, stock: Snapshot
) -> float:
    """Say what is taken of a capacity beside an order, which counts but once."""
    load = stock.load(node_id, measure)
    if measure is Measure.ORDERS and node_id in stock.counted.get(order_id, ()):
        return max(0.0, load - 1.0)
    return load


def check_nodes(reading: Reading, inventory: Snapshot, quoted: Quoted | None) -> None:
    """Note every node used beyond its capacity or below its minimum order."""
    for node_id, parts in reading.nodes.items():
        node = parts[0].node
        for capacity in limits_on(node):
            measure = capacity.measure
            used = _measure(parts, measure, quoted)
            taken = taken_by_others(reading.order.id, node_id, measure, inventory)
            spare = capacity.limit - taken
            if not is_within(used, spare, capacity.limit):
                message = f"{used:g} {measure.value} are used, {spare:g} are left"
                reading.add("capacity", f"node {node_id!r}", message)
        if node.minimum_order:
            value = sum(value_of(part) for part in parts)
            if not is_worth(value, node.minimum_order):
                message = f"units worth {value:g}; it fills from {node.minimum_order:g}"
                reading.add("minimum_order", f"node {node_id!r}", message)


def _measure(parts: list[Part], measure: Measure, quoted: Quoted | None) -> float:
    match measure:
        case Measure.ORDERS:
            return 1.0
        case Measure.LINES:
            return float(sum(len(part.contents) for part in parts))
        case Measure.UNITS:
            return float(sum(part.units for part in parts))
        case Measure.WORKLOAD:
            return sum(workload_of(part, quoted) for part in parts)


def value_of(part: Part) -> float:
    """Sum what the customer pays for the units in a shipment."""
    return sum(
        quantity * (item.unit_price if line.unit_price is None else line.unit_price)
        for line, item, quantity in part.contents
    )
