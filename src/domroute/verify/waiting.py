"""Whether shipments that wait for stock wait for what comes, and say so."""

from __future__ import annotations

from datetime import datetime

from domroute.ledger import Snapshot
from domroute.verify.reading import Part, Reading
from domroute.verify.stock import arrivals_of
from domroute.wording import shorten
from domroute.words import Supply


def check_waiting(reading: Reading, inventory: Snapshot) -> None:
    """Note every shipment that waits for nothing, or says not what it waits for."""
    for part in reading.parts:
        if reading.is_dated:
            _check_moment(part, reading, inventory)
            continue
        for name in ("stock_at", "supply"):
            said: object = getattr(part.shipment, name)
            if said is not None:
                text = f"{name} is {shorten(said)}: nothing says when"
                reading.add("wrong_date", part.where, text)


def _check_moment(part: Part, reading: Reading, inventory: Snapshot) -> None:
    """Note a moment at which nothing comes that the shipment may wait for."""
    said: object = part.shipment.stock_at
    if said is None:
        return
    arrivals, right = arrivals_of(reading, inventory), set[datetime]()
    if arrivals is not None:
        for line, _, _ in part.contents:
            if line.id in reading.waiting:
                right.update(arrivals.moments(part.node, line.sku))
    if part.stock_at is None or part.stock_at not in right:
        moments = " or ".join(at.isoformat() for at in sorted(right))
        shown = said.isoformat() if isinstance(said, datetime) else shorten(said)
        text = f"stock_at is {shown}, should be missing"
        reading.add("wrong_date", part.where, f"{text} or {moments}" if right else text)


def supply_of(part: Part, placed: datetime) -> Supply:
    """Say what a shipment of an order placed at a moment is made of."""
    for _, item, _ in part.contents:
        if item.release_at is not None and item.release_at > placed:
            return Supply.PRE_ORDER
    waits = part.shipment.stock_at is not None
    return Supply.BACK_ORDER if waits else Supply.IN_STOCK
