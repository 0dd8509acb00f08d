"""The dates of what is put together at a node, and of the parts it is made of."""

from __future__ import annotations

from dataclasses import replace

from domroute.network import Node
from domroute.verify.dated import (
    check_validity,
    compare_dates,
    is_carrier_known,
    note_refusals,
    placed_at_of,
    shown,
    time_of,
)
from domroute.verify.merging import held_by, last_there, leg_of
from domroute.verify.quoted import Quoted
from domroute.verify.reading import Part, Reading
from domroute.verify.timing import Dates


def check_joined(reading: Reading, quoted: Quoted | None) -> None:
    """Note every wrong date of what is put together, and of its parts."""
    if not (reading.is_merged and reading.is_dated):
        return
    found = [part for part in reading.parts if part.to is not None or part.joined]
    known = [
        part
        for part in found
        if part.is_whole and is_carrier_known(part, reading, quoted)
    ]
    for part in known:
        if part.to is not None:
            _time_leg(part, part.to, reading)
    for part in known:
        if part.to is None:
            _check_whole(part, reading)


def _time_leg(part: Part, to: Node, reading: Reading) -> None:
    """Find when a part is where it is put together."""
    name, leg = part.shipment.service, leg_of(part.group, to)
    service = None if name is None else reading.book.services.get(name)
    timing = time_of(
        reading, leg, part.node, service, part.contents, distance_km=part.distance_km
    )
    part.timing = timing
    if timing.dates is None or timing.refusal is not None:
        text = f"node {part.node.id!r} {timing.refusal}"
        reading.add("not_permitted", part.where, text)
        return
    part.there_at = timing.dates.delivers_at


def _check_whole(part: Part, reading: Reading) -> None:
    """Check what is put together, and then what is said of its parts."""
    if reading.order.placed_at is None:
        return
    until = placed_at_of(reading) + reading.book.horizon
    last = last_there(reading, part, until)
    if last is None:
        text = f"node {part.node.id!r} never has all parts of it"
        reading.add("not_permitted", part.where, text)
        return
    service = reading.book.services.get(part.shipment.service or "")
    if service is None:
        return
    timing = time_of(
        reading,
        part.group,
        part.node,
        service,
        held_by(part),
        distance_km=part.distance_km,
        stock_at=last,
    )
    part.timing = timing
    note_refusals(part, reading, timing)
    if timing.dates is None:
        return
    compare_dates(part, reading, timing.dates)
    ends = [one.shipment.valid_until for one in part.joined]
    known = [end for end in ends if end is not None]
    right = min(known, default=None)
    if part.shipment.valid_until != right:
        text = f"valid_until is {shown(part.shipment.valid_until)}"
        text = f"{text}, should be {shown(right)}"
        reading.add("wrong_date", part.where, text)
    for one in part.joined:
        _check_leg(one, reading, timing.dates)


def _check_leg(part: Part, reading: Reading, whole: Dates) -> None:
    """Check the dates of a part: it leaves by its lane, and comes with the whole."""
    timing = part.timing
    if timing is None or timing.dates is None:
        return
    leaves, since, trip = timing.dates, timing.since, timing.trip
    dates = replace(
        leaves, delivers_on=whole.delivers_on, delivers_at=whole.delivers_at
    )
    part.timing = replace(timing, dates=dates, days_late=0, days_until=0)
    compare_dates(part, reading, dates)
    if since is not None and trip is not None:
        check_validity(part, reading, trip, since, leaves)
