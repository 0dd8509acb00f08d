"""Whether enough of an order leaves each node on every date that it sends on."""

from __future__ import annotations

from datetime import date

from domroute.verify.clock import day_at
from domroute.verify.reading import Part, Reading
from domroute.verify.stock import is_worth, value_of


def check_minimums(reading: Reading) -> None:
    """
    Note every node that sends less than its minimum order on a date.

    Where an order has no dates, all that a node gives it counts at once.
    """
    if not reading.book.has_minimums:
        return
    for node_id, parts in reading.nodes.items():
        least = parts[0].node.minimum_order
        if not least:
            continue
        by_day: dict[date | None, float] = {}
        for part in parts:
            if not part.contents:
                continue  # it only sends on what was put together there
            day = _leaves_on(part, reading)
            by_day[day] = by_day.get(day, 0.0) + value_of(part)
        for day, value in by_day.items():
            if not is_worth(value, least):
                on = "" if day is None else f" on {day}"
                text = f"units worth {value:g}{on}; it fills from {least:g}"
                reading.add("minimum_order", f"node {node_id!r}", text)


def _leaves_on(part: Part, reading: Reading) -> date | None:
    """Return the date at its node on which a shipment leaves, or is ready."""
    dates = None if part.timing is None else part.timing.dates
    if dates is None:
        return None
    leaves = dates.ready_at if dates.ships_at is None else dates.ships_at
    return day_at(reading.book.timetable.clock.zone_of(part.node), leaves)
