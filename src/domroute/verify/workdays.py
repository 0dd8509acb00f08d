"""On which working day the work on a shipment counts, and whether a day is overfull."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domroute.capacity import Capacity
from domroute.costs.asking import amount_of
from domroute.costs.dayprice import DayPrice, DayTerm
from domroute.costs.quotes import Quotes
from domroute.errors import Issue
from domroute.ledger import Snapshot
from domroute.network import Node
from domroute.plan import Plan, Shipment
from domroute.verify.beside import Beside
from domroute.verify.quoted import Quoted, read_quotes
from domroute.verify.reading import Part, Reading
from domroute.verify.stock import is_within, measure_of, workload_of
from domroute.verify.timing import Trip
from domroute.words import Measure, Per

Fills = tuple[tuple[DayTerm, DayPrice], ...]
"""Terms that charge for days as they fill, and what they say of it."""


def day_limits_on(node: Node) -> tuple[Capacity, ...]:
    """
    List what limits a node's work on each of its days.

    Examples
    --------
    >>> place = {"lat": 40.7, "lon": -74.2}
    >>> limit = Capacity(limit=9, measure="units", per="day")
    >>> len(day_limits_on(Node(id="newark", location=place, capacity=limit)))
    1
    """
    told = node.capacity
    if told is None:
        return ()
    every = (told,) if isinstance(told, Capacity) else told
    return tuple(one for one in every if one.per is Per.DAY)


def day_said(shipment: Shipment) -> date | None:
    """Return the day that a shipment says it is worked on, if that is a date."""
    said: object = shipment.works_on
    if isinstance(said, date) and not isinstance(said, datetime):
        return said
    return None


def check_day(part: Part, reading: Reading, trip: Trip, since: datetime) -> None:
    """Note a day that is none of the node's, or before the work can begin."""
    said: object = part.shipment.works_on
    if not day_limits_on(part.node):
        if said is not None:
            text = f"works_on is {said}: {part.node.id!r} has no limit by the day"
            reading.add("wrong_date", part.where, text)
        return
    first = reading.book.timetable.first_day(trip, since)
    day = day_said(part.shipment)
    clock, calendar = reading.book.timetable.clock, part.node.calendar
    if first is None:
        return
    if day is None or day < first or not clock.works_on(calendar, day):
        text = f"works_on is {said}, should be a working day from {first} on"
        reading.add("wrong_date", part.where, text)


@dataclass(frozen=True, slots=True)
class _Use:
    """What a plan uses of a node's day, in one measure."""

    node_id: str
    day: date
    measure: Measure
    limit: float
    taken: float
    used: float


def _uses(
    reading: Reading, inventory: Snapshot, quoted: Quoted | None
) -> Iterator[_Use]:
    """Yield what a plan uses of each working day that has a limit."""
    if not reading.book.has_days:
        return
    order_id = reading.order.id
    for node_id, parts in reading.nodes.items():
        by_day: dict[date, list[Part]] = {}
        for part in parts:
            day = day_said(part.shipment)
            if day is not None:
                by_day.setdefault(day, []).append(part)
        for capacity in day_limits_on(parts[0].node):
            for day, mine in sorted(by_day.items()):
                measure = capacity.measure
                used = measure_of(
                    [(p.units, len(p.contents), workload_of(p, quoted)) for p in mine],
                    measure,
                )
                taken = inventory.load(node_id, measure, day=day)
                counted = inventory.days.counted.get(order_id, ())
                if measure is Measure.ORDERS and (node_id, day) in counted:
                    taken = max(0.0, taken - 1.0)
                limit = capacity.special.get(day, capacity.limit)
                yield _Use(node_id, day, measure, limit, taken, used)


def check_days(reading: Reading, inventory: Snapshot, quoted: Quoted | None) -> None:
    """Note every working day on which a node would do more than it can."""
    for use in _uses(reading, inventory, quoted):
        left = use.limit - use.taken
        if _is_soft(use.measure, reading.book.fills):
            continue
        if not is_within(use.used, left, use.limit):
            text = f"{use.used:g} {use.measure.value} are used, {left:g} are left on"
            reading.add("capacity", f"node {use.node_id!r}", f"{text} {use.day}")


def _is_soft(measure: Measure, fills: Fills) -> bool:
    """Tell whether a term lets more be done than limits of a measure say."""
    return any(price.softens(measure) for _, price in fills)


def day_costs(
    reading: Reading,
    inventory: Snapshot,
    quoted: Quoted | None,
    beside: Beside | None,
) -> dict[str, float]:
    """
    Price what a plan adds to the work of days, by the names of terms.

    To what the ledger says is taken, and what orders of a wave add that come before it.
    """
    costs: dict[str, float] = {}
    for use in _uses(reading, inventory, quoted):
        taken = use.taken
        if beside is not None:
            place = use.node_id, use.day, use.measure
            taken += beside.before(reading.order.id, *place)
        for term, price in reading.book.fills:
            if price.concerns(use.measure):
                made = term.day_amount(use.limit, taken, use.used)
                amount = amount_of(term.name, made, may_refuse=False)
                costs[term.name] = costs.get(term.name, 0.0) + amount
    return costs


def days_overfull(
    plans: Iterable[Plan],
    nodes: Mapping[str, Node],
    held: Snapshot,
    quotes: Quotes | None,
    fills: Fills = (),
) -> list[Issue]:
    """List the days on which plans ask more of nodes together than these can do."""
    made: dict[tuple[str, date], dict[str, list[tuple[int, int, float]]]] = {}
    for plan in plans:
        for shipment in plan.shipments:
            node, day = nodes.get(shipment.node_id), day_said(shipment)
            if node is None or day is None or not day_limits_on(node):
                continue
            quoted = read_quotes(quotes, shipment.order_id)
            work = sum(
                content.quantity
                * (1.0 if quoted is None else quoted.workload(content.line_id, node.id))
                for content in shipment.contents
            )
            units = sum(content.quantity for content in shipment.contents)
            by_order = made.setdefault((node.id, day), {})
            mine = by_order.setdefault(shipment.order_id, [])
            mine.append((units, len(shipment.contents), work))
    issues = []
    for (node_id, day), by_order in sorted(made.items()):
        for capacity in day_limits_on(nodes[node_id]):
            measure = capacity.measure
            if _is_soft(measure, fills):
                continue
            limit = capacity.special.get(day, capacity.limit)
            used = sum(measure_of(parts, measure) for parts in by_order.values())
            left = limit - held.load(node_id, measure, day=day)
            if not is_within(used, left, limit):
                text = (
                    f"{used:g} {measure.value} are used together on {day}, {left:g} "
                    "are left"
                )
                issues.append(Issue("capacity", f"node {node_id!r}", text))
    return issues
