"""Whether what ships is still good when it comes, as far as it expires."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from domroute.ledger import Snapshot
from domroute.network import Item, Node
from domroute.verify.reading import Part, Reading
from domroute.verify.stock import arrivals_of


def check_lots(reading: Reading, inventory: Snapshot) -> None:
    """Note every shipment of units on hand that would not be good for long enough."""
    spoiled: dict[tuple[str, str], list[tuple[datetime, int]]] = {}
    for part in reading.parts:
        for line, item, units in part.contents:
            text = _spoils(part, item, reading, inventory)
            if text is None:
                continue
            if part.stock_at is None or line.id not in reading.waiting:
                reading.add("expired", part.where, f"line {line.id!r}: {text}")
            else:
                cell = part.node.id, item.sku
                spoiled.setdefault(cell, []).append((part.stock_at, units))
    for (node_id, sku), draws in sorted(spoiled.items()):
        _check_arriving(reading, inventory, (reading.book.nodes[node_id], sku), draws)


def _spoils(
    part: Part, item: Item, reading: Reading, inventory: Snapshot
) -> str | None:
    """Say how good units on hand would be when a shipment comes; None if enough."""
    row = inventory.restriction(part.node.id, item.sku)
    last = None if row is None else row.expires_on
    day = None if last is None else _day_of(part, reading)
    if last is None or day is None:
        return None
    left = (last - day).days
    if left >= item.minimum_life_days:
        return None
    text = f"units of {item.sku!r} expire on {last}, {left} days after {day}"
    return f"{text}; {item.minimum_life_days} are asked for"


def _day_of(part: Part, reading: Reading) -> date | None:
    """Return when a shipment comes, else when it leaves its node; or was ordered."""
    timing, moment = part.timing, reading.order.placed_at
    dates = None if timing is None else timing.dates
    if dates is not None and dates.delivers_on is not None:
        return dates.delivers_on
    if dates is not None and dates.ships_at is not None:
        moment = dates.ships_at
    if moment is None:
        return None
    zone = _zone_of(part.node, reading)
    return moment.astimezone(UTC).astimezone(ZoneInfo(zone)).date()


def _zone_of(node: Node, reading: Reading) -> str:
    usual = reading.book.network.time_zone or "UTC"
    return node.time_zone or node.location.time_zone or usual


def _check_arriving(
    reading: Reading,
    inventory: Snapshot,
    cell: tuple[Node, str],
    draws: list[tuple[datetime, int]],
) -> None:
    """Hold what may not be of what is on hand against what arrives by then."""
    arrivals = arrivals_of(reading, inventory)
    if arrivals is None:
        return
    node, sku = cell
    there = partial(arrivals.arriving, node, sku)
    for by in sorted({start for start, _ in draws}):
        units = sum(n for start, n in draws if start <= by)
        if units > there(by):
            text = f"{units} units of {sku!r} must be of what arrives by"
            text += f" {by.isoformat()}, {there(by)} are: others expire"
            reading.add("expired", f"node {node.id!r}", text)
            return
