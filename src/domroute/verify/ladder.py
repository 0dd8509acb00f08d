"""The hard node priority: worse nodes are left out while better ones have as much."""

from __future__ import annotations

import math
from collections import Counter

from domroute.ledger import Snapshot
from domroute.network import Node
from domroute.orders import Line
from domroute.verify.permissions import (
    refuse_delivery,
    refuse_line,
    rules_of,
)
from domroute.verify.reading import Reading
from domroute.verify.rules import is_meant, lets
from domroute.verify.stock import available_to


def check_ladders(reading: Reading, inventory: Snapshot) -> None:
    """Note every shipment from a node below the step that was needed."""
    for rule in reading.book.ladders:
        concerned = {
            line.id
            for line in reading.order.lines
            if is_meant(reading.order, reading.groups[line.id].delivery, rule.orders)
        }
        worst = worst_priority(concerned, reading, inventory)
        for part in reading.parts:
            if part.node.priority > worst and any(
                line.id in concerned for line, _, _ in part.contents
            ):
                message = (
                    f"{rule.name!r}: {part.node.id!r} has priority "
                    f"{part.node.priority}, nodes up to {worst:g} have as much"
                )
                reading.add("rule_broken", part.where, message)


def worst_priority(
    concerned: set[str],
    reading: Reading,
    inventory: Snapshot,
) -> float:
    """Return the lowest priority that gives every line as much as all nodes do."""
    wanted: Counter[str] = Counter()
    for line in reading.order.lines:
        wanted[line.sku] += line.quantity
    worst = -math.inf
    for line in reading.order.lines:
        if line.id not in concerned or line.sku not in reading.book.items:
            continue
        stocked = sorted(_stocked_nodes(line, reading, inventory))
        enough = min(wanted[line.sku], sum(units for _, units in stocked))
        reached = 0.0
        for priority, units in stocked:
            if reached >= enough:
                break
            reached += units
            worst = max(worst, priority)
    return worst


def _stocked_nodes(
    line: Line, reading: Reading, inventory: Snapshot
) -> list[tuple[int, float]]:
    """Return the priority and units of each node that may fill a line."""
    found: list[tuple[int, float]] = []
    for node in reading.book.nodes.values():
        units = available_to(
            reading.groups[line.id], node, line.sku, reading, inventory
        )
        if units >= 1 and _may_fill(line, node, reading):
            found.append((node.priority, math.floor(units)))
    return found


def _may_fill(line: Line, node: Node, reading: Reading) -> bool:
    order, book, group = reading.order, reading.book, reading.groups[line.id]
    item, km = book.items[line.sku], group.distance_km(node, book)
    return (
        refuse_line(line, node) is None
        and refuse_delivery(order, group, node, km) is None
        and all(lets(rule, node, item, km) for rule in rules_of(order, group, book))
    )
