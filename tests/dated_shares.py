"""What the best plan of a dated order does because of dates, as brute force sees it."""

from __future__ import annotations

from itertools import combinations

from plain_dated import DatedWorld, added
from plain_dates import COLLECTED

SHARES = (
    *("are collected", "go by express for a date", "go in several shipments for dates"),
    *("wait for a release", "are late on purpose", "leave units for dates"),
)
"""What a best plan may do because of dates."""


def shares_of(world, best):
    """Yield what a best plan does because of dates."""
    if any(part.delivery.method in COLLECTED for part in best.parts):
        yield "are collected"
    if any(_is_express(world, part) for part in best.parts):
        yield "go by express for a date"
    if any(_is_apart(world, *pair) for pair in combinations(best.parts, 2)):
        yield "go in several shipments for dates"
    if any(_waits(world, part) for part in best.parts):
        yield "wait for a release"
    if any(_is_late(world, part) for part in best.parts):
        yield "are late on purpose"
    if _is_left(world, best):
        yield "leave units for dates"


def _others(world, part):
    """Yield the other ways to send the same from where there is enough of it."""
    for node in world.nodes:
        if all(
            world.may(line, node, part.delivery)
            and n <= world.stock.get((node, line.sku), 0)
            for line, n in zip(world.lines, part.units, strict=True)
            if n
        ):
            for service in world.carriers(node, part.delivery):
                yield (
                    node,
                    service,
                    world.part(node, part.delivery, service, part.units),
                )


def _bare(world, node, delivery, service, units):
    """Price a shipment as though dates did not matter."""
    loose = delivery.model_copy(update={"need_by": None, "earliest": None})
    part = DatedWorld.part(world, node, loose, service, units)
    return None if isinstance(part, str) else part.price


def _is_express(world, part):
    """Tell whether a slower service of the node would be cheaper but for need_by."""
    if part.delivery.need_by is None or part.service is None:
        return False
    for service in world.carriers(part.node, part.delivery):
        price = _bare(world, part.node, part.delivery, service, part.units)
        if service != part.service and price is not None and price < part.price:
            return True
    return False


def _is_apart(world, one, other):
    """Tell whether two shipments would be cheaper as one but for their dates."""
    if one.delivery != other.delivery or one.dates.delivers_at is None:
        return False
    units = added(one.units, other.units)
    for part in (one, other):
        if not all(
            n <= world.stock.get((part.node, line.sku), 0)
            and (not n or world.may(line, part.node, part.delivery))
            for line, n in zip(world.lines, units, strict=True)
        ):
            continue
        price = _bare(world, part.node, part.delivery, part.service, units)
        if price is not None and price < one.price + other.price:
            return True
    return False


def _waits(world, part):
    """Tell whether a line leaves later than it could alone."""
    for at, n in enumerate(part.units):
        if n and world.released[at] < part.at:
            alone = tuple(n * (k == at) for k in range(len(part.units)))
            sent = world.part(part.node, part.delivery, part.service, alone)
            if not isinstance(sent, str) and sent.dates.leaves < part.dates.leaves:
                return True
    return False


def _is_late(world, part):
    """Tell whether something is late that could be less so."""
    return part.dates.days_late > 0 and any(
        not isinstance(other, str) and other.dates.days_late < part.dates.days_late
        for _, _, other in _others(world, part)
    )


def _is_left(world, best):
    """Tell whether units stay that could leave for less but for dates."""
    for at, line in enumerate(world.lines):
        if not best.left[at]:
            continue
        own = line.unfilled_penalty
        each = world.policy.unfilled_penalty if own is None else own
        for node in world.nodes:
            gone = sum(load[at] for name, load in best.used if name == node)
            if world.stock.get((node, line.sku), 0) <= gone:
                continue
            if _is_barred(world, line, node, each):
                return True
    return False


def _is_barred(world, line, node, penalty):
    """Tell whether dates, or what they cost, keep a unit from leaving a node."""
    delivery = world.delivery_of(line)
    alone = tuple(int(other is line) for other in world.lines)
    if not world.may(line, node, delivery):
        return False
    for service in world.carriers(node, delivery):
        part = world.part(node, delivery, service, alone)
        if part in {"no_date", "after_cutoff", "too_late"}:
            return True
        if part != "not_active" and 0 < penalty - part.price < part.dated_price:
            return True
    return False
