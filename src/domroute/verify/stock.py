"""Whether the units are there: stock netted by SKU, safety stock, and capacity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from domroute.capacity import Capacity
from domroute.costs.counting import units_there
from domroute.ledger import Snapshot
from domroute.network import Node
from domroute.orders import Line
from domroute.verify.allocating import allocated_at, held_for_others
from domroute.verify.arrivals import Arrivals
from domroute.verify.deliveries import Group
from domroute.verify.quoted import Quoted
from domroute.verify.reading import Part, Reading
from domroute.verify.rules import is_among, is_meant
from domroute.words import Measure, Per

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
    List what limits the work of a node in a period: nothing, one limit or several.

    Examples
    --------
    >>> place = {"lat": 40.7, "lon": -74.2}
    >>> limits_on(Node(id="newark", location=place, capacity={"units": 9}))
    (Capacity(limit=9.0, measure=<Measure.UNITS: 'units'>),)
    """
    told = node.capacity
    if told is None:
        return ()
    every = (told,) if isinstance(told, Capacity) else tuple(told)
    return tuple(one for one in every if one.per is Per.PERIOD)


def arrivals_of(reading: Reading, inventory: Snapshot) -> Arrivals | None:
    """Return what comes when, for an order that may wait; None for any other."""
    placed = reading.order.placed_at
    if not reading.waiting or placed is None:
        return None
    if reading.arrivals is None:
        reading.arrivals = Arrivals(reading.book, inventory, [placed.astimezone(UTC)])
    return reading.arrivals


def units_by(
    reading: Reading,
    inventory: Snapshot,
    node: Node,
    sku: str,
    by: datetime | None = None,
) -> int:
    """
    Count the units that a node may promise to an order, now or by a moment.

    Who may not wait for a SKU takes the ledger at its word: what has not come of it,
    and should have, is not their concern.
    """
    arrivals = arrivals_of(reading, inventory)
    if arrivals is None or sku not in reading.waits_for:
        return units_there(inventory, node.id, sku)
    return arrivals.there(node, sku, by)


def starts_of(
    reading: Reading, inventory: Snapshot, node: Node, line: Line
) -> tuple[datetime, ...]:
    """List until when units of a line may wait at a node, the first first."""
    arrivals = arrivals_of(reading, inventory)
    if arrivals is None or line.id not in reading.waiting:
        return ()
    return arrivals.moments(node, line.sku)


def check_stock(reading: Reading, inventory: Snapshot) -> None:
    """Note every SKU of which a node ships more than it has available."""
    if arrivals_of(reading, inventory) is not None:
        for parts in reading.nodes.values():
            _check_by_date(reading, inventory, parts)
        return
    for node_id, parts in reading.nodes.items():
        taken: dict[str, int] = {}
        for part in parts:
            for _, item, quantity in part.contents:
                sku = item.sku
                taken[sku] = taken.get(sku, 0) + quantity
        for sku, units in taken.items():
            there = units_there(inventory, node_id, sku)
            if units > there:
                message = f"{units} units of {sku!r} ship, {there} are available"
                reading.add("oversold", f"node {node_id!r}", message)
            elif reading.book.keeps or allocated_at(inventory, node_id, sku):
                _check_kept(reading, inventory, parts, sku)


def available_to(
    group: Group,
    node: Node,
    sku: str,
    reading: Reading,
    inventory: Snapshot,
    *,
    by: datetime | None = None,
) -> float:
    """
    Count the units that a delivery may take: some are kept back, or for others.

    Parameters
    ----------
    by
        Until when it waits; None for what is there now.
    """
    there = units_by(reading, inventory, node, sku, by)
    kept = kept_from(group, node, reading)
    kept += held_for_others(inventory, node.id, sku, reading.order.channel)
    return max(0.0, there - kept)


def kept_from(group: Group, node: Node, reading: Reading) -> float:
    """Add up the hard safety stock that a delivery must leave at a node."""
    return sum(
        rule.units
        for rule in reading.book.keeps
        if is_among(node, rule.nodes)
        and is_meant(reading.order, group.delivery, rule.orders)
    )


def _check_by_date(reading: Reading, inventory: Snapshot, parts: list[Part]) -> None:
    """Hold what ships until each moment against what is there by then."""
    node = parts[0].node
    draws: dict[str, list[tuple[datetime | None, float, int]]] = {}
    for part in parts:
        kept = kept_from(part.group, node, reading)
        for line, _, units in part.contents:
            start = part.stock_at if line.id in reading.waiting else None
            held = held_for_others(inventory, node.id, line.sku, reading.order.channel)
            draws.setdefault(line.sku, []).append((start, kept + held, units))
    for sku, mine in draws.items():
        text = short_by_date(mine, partial(units_by, reading, inventory, node, sku))
        if text is not None:
            message = text.format(sku=repr(sku), ship="ship")
            reading.add("oversold", f"node {node.id!r}", message)


def short_by_date(
    draws: list[tuple[datetime | None, float, int]],
    there: Callable[[datetime | None], float],
) -> str | None:
    """
    Say where units are drawn on that are not there by then; None if all are.

    Parameters
    ----------
    draws
        Until when units wait (None: they are there now), what must be left, and the
        units.
    there
        Says how many there are by a moment.
    """
    if len(draws) == 1:  # as most often, and most often it is there
        (by, kept, units) = draws[0]
        if units <= there(by) - kept:
            return None
    starts = {start for start, _, _ in draws if start is not None}
    for by in (None, *sorted(starts)):
        drawn = [
            (kept, units)
            for start, kept, units in draws
            if start is None or (by is not None and start <= by)
        ]
        if not drawn:
            continue
        most_by = there(by)
        for least in sorted({0.0, *[kept for kept, _ in drawn]}):
            units = sum([n for kept, n in drawn if kept >= least])
            most = max(0.0, most_by - least)
            if units > most:
                when = "" if by is None else f" by {by.isoformat()}"
                text = f"{units} units of {{sku}} {{ship}}{when}, {most:g}"
                return f"{text} {'beside what is kept' if least else 'are available'}"
    return None


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
            message = f"{units} units of {sku!r} ship, {limit:g} beside what is kept"
            reading.add("oversold", f"node {node.id!r}", message)


def safety_costs(reading: Reading, inventory: Snapshot) -> dict[str, float]:
    """Price the units taken of soft safety stock, by rule."""
    costs: dict[str, float] = {}
    for rule in reading.book.lends:
        for parts in reading.nodes.values():
            if not is_among(parts[0].node, rule.nodes):
                continue
            taken: dict[str, int] = {}
            for part in parts:
                if is_meant(reading.order, part.group.delivery, rule.orders):
                    for line, _, quantity in part.contents:
                        taken[line.sku] = taken.get(line.sku, 0) + quantity
            for sku, units in taken.items():
                there = _there_at_last(reading, inventory, parts[0].node, sku)
                free = max(0.0, there - rule.units)
                if units > free:
                    name = f"rule:{rule.name}"
                    price = (rule.price or 0.0) * (units - free)
                    costs[name] = costs.get(name, 0.0) + price
    return costs


def _there_at_last(reading: Reading, inventory: Snapshot, node: Node, sku: str) -> int:
    """Count what there is of a SKU once all has come that its lines may wait for."""
    lines = [line for line in reading.order.lines if line.sku == sku]
    starts = {at for x in lines for at in starts_of(reading, inventory, node, x)}
    return units_by(reading, inventory, node, sku, max(starts, default=None))


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
    """Note every node used beyond its capacity."""
    for node_id, parts in reading.nodes.items():
        node = parts[0].node
        for capacity in limits_on(node):
            measure = capacity.measure
            used = measure_of(
                [(p.units, len(p.contents), workload_of(p, quoted)) for p in parts],
                measure,
            )
            taken = taken_by_others(reading.order.id, node_id, measure, inventory)
            spare = capacity.limit - taken
            if not is_within(used, spare, capacity.limit):
                message = f"{used:g} {measure.value} are used, {spare:g} are left"
                reading.add("capacity", f"node {node_id!r}", message)


def measure_of(parts: list[tuple[int, int, float]], measure: Measure) -> float:
    """
    Measure what shipments of one order ask of a node.

    Parameters
    ----------
    parts
        Of each shipment its units, lines and workload.
    measure
        What is counted.

    Examples
    --------
    >>> [measure_of([(3, 1, 6.0), (2, 2, 2.0)], kind) for kind in Measure]
    [1.0, 3.0, 5.0, 8.0]
    """
    match measure:
        case Measure.ORDERS:
            return 1.0
        case Measure.LINES:
            return float(sum(lines for _, lines, _ in parts))
        case Measure.UNITS:
            return float(sum(units for units, _, _ in parts))
        case Measure.WORKLOAD:
            return sum(work for _, _, work in parts)


def value_of(part: Part) -> float:
    """Sum what the customer pays for the units in a shipment."""
    return sum(
        quantity * (item.unit_price if line.unit_price is None else line.unit_price)
        for line, item, quantity in part.contents
    )
