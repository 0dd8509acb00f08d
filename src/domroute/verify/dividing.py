"""Whether an order is divided as it may be: split limits, whole lines, completeness."""

from __future__ import annotations

from domroute.orders import Line
from domroute.split import SplitLimits
from domroute.verify.asked import worth_of
from domroute.verify.reading import Reading
from domroute.verify.stock import is_worth, value_of

Sources = dict[str, set[str]]
"""The nodes that ship a part of each line, by line id."""


def check_division(reading: Reading) -> None:
    """Note every way in which the order may not be divided as it is."""
    _check_lines(reading)
    if len(reading.parts) > 1:
        _check_limits(reading)
    if any(group.delivery.radius_km is not None for group in reading.deliveries):
        _check_collection(reading)
    splits = reading.book.policy.splits
    if splits.ship_complete and splits.incomplete_price is None and is_partial(reading):
        message = "some units ship and some do not"
        reading.add("ship_complete", f"order {reading.order.id!r}", message)


def is_partial(reading: Reading) -> bool:
    """Tell whether the order is filled, but not completely."""
    return any(reading.left.values()) and any(reading.shipped.values())


def _check_lines(reading: Reading) -> None:
    together: dict[str, list[Line]] = {}
    sources: Sources | None = None
    for line in reading.order.lines:
        if not line.allow_split:
            sources = _find_sources(reading) if sources is None else sources
            _check_whole(line, reading, sources[line.id])
        if line.ship_together is not None:
            together.setdefault(line.ship_together, []).append(line)
        if reading.left[line.id] and must_fill(line, reading):
            message = f"{reading.left[line.id]} units stay unfilled and must not"
            reading.add("must_fill", f"line {line.id!r}", message)
    if together:
        sources = _find_sources(reading) if sources is None else sources
        for name, lines in together.items():
            _check_together(name, lines, reading, sources)


def must_fill(line: Line, reading: Reading) -> bool:
    """Tell whether a plan that leaves units of a line unfilled is no plan."""
    if line.must_fill:
        return True
    return line.unfilled_penalty is None and (
        reading.book.policy.unfilled_penalty is None
    )


def _find_sources(reading: Reading) -> Sources:
    sources: Sources = {line_id: set() for line_id in reading.lines}
    for part in reading.parts:
        for line, _, _ in part.contents:
            sources[line.id].add(part.node.id)
    return sources


def _check_whole(line: Line, reading: Reading, sources: set[str]) -> None:
    if line.id in reading.ways:
        _check_goods(line, reading)
        return
    if len(sources) > 1 or (sources and reading.left[line.id]):
        message = f"may not be split, but {len(sources)} nodes ship a part of it"
        if len(sources) == 1:
            message = "may not be split, but only a part of it ships"
        reading.add("line_split", f"line {line.id!r}", message)


def _check_goods(line: Line, reading: Reading) -> None:
    """Note a line that may not be split of which goods leave in several shipments."""
    shipments: dict[str, int] = {}
    for part in reading.parts:
        for sku in {x.sku for x, _, _ in part.contents if x.id == line.id}:
            shipments[sku] = shipments.get(sku, 0) + 1
    is_partial = bool(shipments) and bool(reading.left[line.id])
    is_apart = any(count > 1 for count in shipments.values())
    ways = reading.ways[line.id]
    is_mixed = all(set(shipments) - {role.sku for role in way.roles} for way in ways)
    if shipments and (is_partial or is_apart or is_mixed):
        message = "may not be split, but goods for it leave apart, or for a part of it"
        reading.add("line_split", f"line {line.id!r}", message)


def _check_together(
    name: str, lines: list[Line], reading: Reading, sources: Sources
) -> None:
    nodes = {node for line in lines for node in sources[line.id]}
    if len(nodes) > 1 or (nodes and any(reading.left[line.id] for line in lines)):
        message = f"lines of {name!r} leave {len(nodes)} nodes, or not all of them do"
        reading.add("ship_together", f"order {reading.order.id!r}", message)


def _check_collection(reading: Reading) -> None:
    for group in reading.deliveries:
        if group.delivery.radius_km is None:
            continue
        nodes = {part.node.id for part in reading.parts if part.group is group}
        if len(nodes) > 1:
            message = f"one pick-up is spread over {', '.join(sorted(nodes))}"
            reading.add("split_pickup", f"order {reading.order.id!r}", message)


def _check_limits(reading: Reading) -> None:
    splits, where = reading.book.policy.splits, f"order {reading.order.id!r}"
    shipments, nodes = arriving(reading), len(reading.nodes)
    if splits.over_limit_price is None:
        if splits.max_shipments is not None and shipments > splits.max_shipments:
            message = f"{shipments} shipments, at most {splits.max_shipments} may be"
            reading.add("split_limit", where, message)
        if splits.max_nodes is not None and nodes > splits.max_nodes:
            message = f"{nodes} nodes, at most {splits.max_nodes} may be"
            reading.add("split_limit", where, message)
    if splits.min_order_value and nodes > 1:
        value = worth_of(reading.order, reading.book.items)
        if not is_worth(value, splits.min_order_value):
            message = f"worth {value:g}, split from {splits.min_order_value:g} only"
            reading.add("split_limit", where, message)
    gives = [part for part in reading.parts if part.contents]
    if splits.min_part_value and len(gives) > 1:
        for part in gives:
            value = value_of(part)
            if not is_worth(value, splits.min_part_value):
                message = (
                    f"worth {value:g}, a part is {splits.min_part_value:g} at least"
                )
                reading.add("split_limit", part.where, message)


def arriving(reading: Reading) -> int:
    """Count the shipments that reach the customer: not what is put together first."""
    if not reading.is_merged:
        return len(reading.parts)
    return sum(part.to is None for part in reading.parts)


def split_cost(splits: SplitLimits, shipments: int, nodes: int) -> float:
    """
    Price the splits of an order.

    Examples
    --------
    >>> limits = SplitLimits(max_shipments=1, over_limit_price=5.0, split_price=1.0)
    >>> split_cost(limits, 3, 2)  # two splits at 1, two shipments over at 5
    12.0
    """
    cost = splits.split_price * max(0, shipments - 1)
    if splits.over_limit_price is not None:
        if splits.max_shipments is not None:
            cost += splits.over_limit_price * max(0, shipments - splits.max_shipments)
        if splits.max_nodes is not None:
            cost += splits.over_limit_price * max(0, nodes - splits.max_nodes)
    return cost
