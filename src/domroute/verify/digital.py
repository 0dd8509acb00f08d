"""What comes from no node: taken off the order, and looked for beside its shipments."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from domroute.network import Item
from domroute.orders import Order
from domroute.verify.reading import Reading


def check_digital(reading: Reading) -> None:
    """Note digital lines that are not delivered whole, and what else is said to be."""
    order, book = reading.asked, reading.book
    if not (book.digital or reading.plan.digital):
        return
    wanted = {
        line.id: (line, book.items[line.sku])
        for line in order.lines
        if line.sku in book.digital
    }
    found = Counter[str]()
    for at, part in enumerate(reading.plan.digital):
        where = f"digital[{at}]"
        if part.order_id != order.id:
            text = f"is of order {part.order_id!r}, not {order.id!r}"
            reading.add("unknown_id", f"{where}.order_id", text)
        line, item = wanted.get(part.line_id, (None, None))
        if line is None or item is None or line.sku != part.sku:
            text = f"{part.sku!r} of line {part.line_id!r} is nothing digital asked for"
            reading.add("unknown_id", where, text)
            continue
        found[line.id] += part.quantity
        right, said = _delivers_at(order, item), part.delivers_at
        if said != right:
            text = f"delivers_at is {_shown(said)}, should be {_shown(right)}"
            reading.add("wrong_date", where, text)
    for line, _ in wanted.values():
        if found[line.id] != line.quantity:
            text = f"{found[line.id]} delivered of {line.quantity}: it is digital"
            reading.add("not_accounted", f"line {line.id!r}", text)


def _delivers_at(order: Order, item: Item) -> datetime | None:
    """Say when a digital item is there: once the order is placed and it is out."""
    if order.placed_at is None:
        return None
    moments = [order.placed_at, *([item.release_at] if item.release_at else [])]
    return max(moment.astimezone(UTC) for moment in moments)


def _shown(moment: datetime | None) -> str:
    return "missing" if moment is None else moment.isoformat()
