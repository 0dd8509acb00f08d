"""The hard node priority: worse nodes fill nothing while better ones fill as much."""

from __future__ import annotations

from domroute.ledger import Snapshot
from domroute.verify.filling import Filling
from domroute.verify.quoted import Quoted
from domroute.verify.reading import Reading
from domroute.verify.rules import is_meant


def check_ladders(reading: Reading, inventory: Snapshot, quoted: Quoted | None) -> None:
    """
    Note every shipment from a node below the rung that was needed.

    An order with so many ways to be filled that they cannot be gone through here is not
    judged by it: what is noted is proven.
    """
    order = reading.order
    deliveries = [group.delivery for group in reading.groups.values()]
    rules = [
        rule
        for rule in reading.book.ladders
        if any(is_meant(order, delivery, rule.orders) for delivery in deliveries)
    ]
    if not rules or not reading.parts:
        return
    filling = Filling(reading, inventory, quoted)
    worst = max(part.node.priority for part in reading.parts)
    better = [at for at, rung in enumerate(filling.rungs) if rung < worst]
    if not better:
        return
    best = filling.best_by_rung()
    if best is None:
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
