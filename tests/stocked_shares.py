"""What the best plan of an order does because of stock still to come."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations

SHARES = (
    *("wait for stock", "keep what is there waiting for what comes"),
    *("split now | later at a node", "backorder units", "leave units unfilled"),
    *("leave units though they come", "wait for a release"),
)
"""What a best plan may do because of stock still to come."""
LEAST = {
    "wait for stock": 0.05,
    "split now | later at a node": 0.05,
    "backorder units": 0.05,
}
"""How often it must, or what is drawn avoids it."""


def stocked_shares_of(world, best):
    """Yield what a best plan does because of stock still to come."""
    if any(_waits(world, part) for part in best.parts):
        yield "wait for stock"
    if any(_is_kept(world, name, best) for name in best.nodes):
        yield "keep what is there waiting for what comes"
    if any(_is_split(*pair) for pair in permutations(best.parts, 2)):
        yield "split now | later at a node"
    if any(part.stock_at is not None for part in best.parts):
        yield "backorder units"
    if any(best.left):
        yield "leave units unfilled"
    if _is_left(world, best):
        yield "leave units though they come"
    if any(_is_released_later(world, part) for part in best.parts):
        yield "wait for a release"


def _waits(world, part):
    """Tell whether a shipment leaves later than it would were all of it there."""
    if part.stock_at is None:
        return False
    now = world.part(part.node, part.delivery, part.service, part.units)
    return isinstance(now, str) or now.dates.leaves < part.dates.leaves


def _is_released_later(world, part):
    """Tell whether a shipment waits for a release beyond what it waits for stock."""
    since = max(world.clock.placed, part.stock_at or world.clock.placed)
    if part.at == since:
        return False
    trip = world.trip(part.node, part.delivery, part.service)
    other = world.clock.ask(trip, since)
    return isinstance(other, str) or other.leaves < part.dates.leaves


def _is_kept(world, name, best):
    """Tell whether units that are there now leave with others that are not."""
    gone, later = defaultdict(int), defaultdict(int)
    for part in best.parts:
        if part.node != name:
            continue
        for line, n in zip(world.lines, part.units, strict=True):
            (gone if part.stock_at is None else later)[line.sku] += n
    return any(
        n and gone[sku] < world.shelf(name, sku).units[0] for sku, n in later.items()
    )


def _is_split(one, other):
    """Tell whether a node sends a delivery now, and another of it later."""
    return (
        (one.node, one.delivery) == (other.node, other.delivery)
        and one.stock_at is None
        and other.stock_at is not None
    )


def _is_left(world, best):
    """Tell whether units stay that some node will have."""
    gone = defaultdict(int)
    for name, load in best.used:
        for line, n in zip(world.lines, load, strict=True):
            gone[name, line.sku] += n
    return any(
        n
        and waits
        and gone[name, line.sku] < world.shelf(name, line.sku).units[-1]
        and world.may(line, name, world.delivery_of(line))
        for line, waits, n in zip(world.lines, world.waits, best.left, strict=True)
        for name in world.nodes
    )
