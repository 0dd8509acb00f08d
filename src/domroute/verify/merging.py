"""Deliveries that are put together at a node: which parts, where to, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from domroute.network import Node
from domroute.verify.deliveries import Group
from domroute.verify.quoted import Quoted
from domroute.verify.reading import Contents, Part, Reading
from domroute.verify.rules import offers
from domroute.verify.workdays import day_limits_on
from domroute.words import Method


def check_merging(reading: Reading, quoted: Quoted | None) -> None:
    """Note every part of a delivery that is put together where it may not be."""
    if not reading.is_merged:
        return
    for group in reading.deliveries:
        parts = [part for part in reading.parts if part.group is group]
        sent = [part for part in parts if part.to is not None]
        if not sent:
            continue
        where = f"order {reading.order.id!r}"
        wholes = [part for part in parts if part.to is None]
        nodes = {part.to.id for part in sent if part.to is not None}
        if len(nodes) > 1 or len(wholes) != 1 or not wholes[0].joined:
            text = (
                "what is put together goes to one node, and from there in one shipment"
            )
            reading.add("wrong_merge", where, text)
            reading.is_whole = False
            continue
        for text in _refusals(group, wholes[0], quoted):
            reading.add("wrong_merge", where, text)
        for part in parts:
            refusal = _refuse_part(part)
            if refusal is not None:
                reading.add("wrong_merge", part.where, refusal)


def _refusals(group: Group, whole: Part, quoted: Quoted | None) -> list[str]:
    """List what stands against putting a delivery together at a node."""
    found = []
    if not group.delivery.together or group.method is not Method.SHIP:
        found.append("only what ships, and comes together, is put together")
    if not offers(whole.node, Method.MERGE):
        found.append(f"node {whole.node.id!r} does not offer to merge")
    if quoted is not None and quoted.is_asked:
        found.append("what is quoted is not put together")
    return found


def _refuse_part(part: Part) -> str | None:
    """Return why something is no part of what is put together; None if it may be."""
    if part.to is part.node:
        return f"node {part.node.id!r} sends nothing to itself"
    if part.stock_at is not None:
        return "what waits for stock is not put together"
    if day_limits_on(part.node):
        return f"node {part.node.id!r} has limits by the day"
    return None


def leg_of(group: Group, to: Node) -> Group:
    """See a part as though it were to be collected where it is put together."""
    return Group(
        group.delivery.model_copy(
            update={
                "method": Method.SHIP_TO_STORE,
                "node": to.id,
                "to": None,
                "services": (),
                "need_by": None,
                "earliest": None,
                "together": False,
            }
        ),
        Method.SHIP_TO_STORE,
        is_collected=False,
        place=to.location,
        is_timed=True,
        is_leg=True,
    )


def held_by(part: Part) -> Contents:
    """List what a shipment holds: of what was put together, all of it."""
    if not part.joined:
        return part.contents
    found: dict[tuple[str, str], int] = {}
    lines = {}
    for one in (*part.joined, part):
        for line, item, units in one.contents:
            key = line.id, item.sku
            found[key] = found.get(key, 0) + units
            lines[key] = line, item
    return tuple((*lines[key], units) for key, units in found.items())


def last_there(reading: Reading, part: Part, until: datetime) -> datetime | None:
    """Find when a node may work with the last of what was sent to it; None if never."""
    timetable, found = reading.book.timetable, []
    for one in part.joined:
        if one.there_at is None:
            return None
        at = timetable.received_at(part.node, one.there_at, until)
        if at is None:
            return None
        found.append(at.astimezone(UTC))
    return max(found)
