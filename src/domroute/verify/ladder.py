"""The hard node priority: worse nodes fill nothing while better ones fill as much."""

from __future__ import annotations

from collections import Counter

from domroute.ledger import Snapshot
from domroute.rules import NodePriority
from domroute.verify.beside import Beside
from domroute.verify.filling import Best, Filling
from domroute.verify.quoted import Quoted
from domroute.verify.reading import Reading
from domroute.verify.rules import is_meant


def check_ladders(
    reading: Reading,
    inventory: Snapshot,
    quoted: Quoted | None,
    beside: Beside | None = None,
) -> None:
    """
    Note every shipment from a node below the rung that was needed.

    An order with so many ways to be filled that they cannot be gone through here is not
    judged by it: what is noted is proven. Of a wave, orders drain what the ``beside``
    leave; how far they may climb is a matter of the stock before all of them.
    """
    rules = _ladders_of(reading)
    draining = [rule for rule in rules if rule.drain]
    if not rules or not (reading.parts or draining):
        return
    if draining:
        filling = Filling(reading, inventory, quoted, beside)
        best = filling.best_by_rung()
        if best:
            _check_drained(draining[0], reading, filling.rungs, best[-1])
        return
    filling = Filling(reading, inventory, quoted)
    worst = max(part.node.priority for part in reading.parts)
    if all(rung >= worst for rung in filling.rungs):
        return
    best = filling.best_by_rung()
    if not best:
        return
    # Where there is no plan at all, other faults of this one say why.
    most = [-1 if found is None else found[0] for found in best]
    needed = filling.rungs[most.index(max(most))]
    for part in reading.parts:
        if part.node.priority > needed:
            message = (
                f"{rules[0].name!r}: {part.node.id!r} has priority "
                f"{part.node.priority}, nodes up to {needed:g} fill as much"
            )
            reading.add("rule_broken", part.where, message)


def drains(reading: Reading) -> bool:
    """Tell whether as much must be filled as can be, whatever it costs."""
    return any(rule.drain for rule in _ladders_of(reading))


def _ladders_of(reading: Reading) -> list[NodePriority]:
    if not reading.book.ladders:
        return []
    order = reading.order
    deliveries = [group.delivery for group in reading.groups.values()]
    return [
        rule
        for rule in reading.book.ladders
        if any(is_meant(order, delivery, rule.orders) for delivery in deliveries)
    ]


def _check_drained(
    rule: NodePriority, reading: Reading, rungs: list[int], best: Best | None
) -> None:
    """Note that a rung could give more before the next gives any."""
    if best is None:
        return
    given = Counter[int]()
    for part in reading.parts:
        given[part.node.priority] += part.units
    if given.total() < best[0]:
        message = f"{rule.name!r}: {given.total()} units ship, {best[0]} can be filled"
        reading.add("rule_broken", f"order {reading.order.id!r}", message)
        return
    for rung, most in zip(rungs, best[1], strict=True):
        if given[rung] == most:
            continue
        if given[rung] < most:
            message = (
                f"{rule.name!r}: nodes of priority {rung} give {given[rung]} units, "
                f"and can give {most} of the {best[0]} that can be filled"
            )
            reading.add("rule_broken", f"order {reading.order.id!r}", message)
        return
