"""Whether the times that nodes and orders state say enough, and can be kept."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from domroute.calendars import (
    ANY_DAY,
    DAY_MINUTES,
    WEEKDAYS,
    Calendar,
    CutOff,
    Hours,
    entry_on,
    minute_of,
)
from domroute.errors import DeadlineWarning
from domroute.lanes import Lane
from domroute.network import Network, Node, state_times
from domroute.orders import Delivery, Order
from domroute.services import Service
from domroute.validation import Fault, join_path


def time_faults(
    nodes: Sequence[Node | None],
    beside: Iterable[object],
    *,
    has_zone: bool,
) -> Iterator[tuple[int, Fault]]:
    """
    List what nothing can be made of in the times that nodes state.

    Parameters
    ----------
    nodes
        Of a network; None for one that could not be read.
    beside
        Its services and calendars, among other rows of its tables.
    has_zone
        Whether the network says in which time zone places are that name none.

    Yields
    ------
    int and Fault
        The position of a node, and what is wrong there.

    Examples
    --------
    >>> node = Node(id="N1", location={"lat": 40.7, "lon": -74.0}, cutoff="14:00")
    >>> [(at, code) for at, (code, _, _) in time_faults([node], [], has_zone=False)]
    [(0, 'no_time_zone')]
    """
    rows = list(beside)
    by_id = {row.id: row for row in rows if isinstance(row, Calendar)}
    there = [node for node in nodes if node is not None]
    carriers = [row for row in rows if isinstance(row, (Service, Lane))]
    needs_zone = not has_zone and state_times(there, carriers)
    for at, node in enumerate(nodes):
        if node is None:
            continue
        zone = node.time_zone or node.location.time_zone
        if needs_zone and zone is None:
            yield at, _NO_ZONE
        calendar = by_id.get(node.calendar or "")
        if calendar is not None:
            yield from ((at, fault) for fault in _ambiguous(node, calendar))


_NO_ZONE: Final[Fault] = (
    "no_time_zone",
    ("time_zone",),
    "is required where local times are given: the network has none either",
)


def _ambiguous(node: Node, calendar: Calendar) -> Iterator[Fault]:
    """List cut-offs that may be meant before a night's work, or at its end."""
    told: list[tuple[tuple[str, ...], CutOff]] = [
        (("cutoffs", key), times) for key, times in node.cutoffs.items()
    ]
    if node.cutoff is not None:
        told.insert(0, (("cutoff",), node.cutoff))
    for path, times in told:
        said: set[str] = set()
        for key, clock, rows in _applying(times, calendar):
            night = next((row for row in rows if _is_in_night(clock, row)), None)
            place = path if isinstance(times, str) else (*path, key)
            if night is not None and place[-1] not in said:
                said.add(place[-1])
                later = minute_of(clock) + DAY_MINUTES
                text = (
                    f"{clock!r} may be before or after the midnight that the hours "
                    f"{night[0]}-{night[1]} pass: after it is "
                    f"'{later // 60}:{later % 60:02}'"
                )
                yield "ambiguous_cutoff", place, text


def _applying(
    times: CutOff, calendar: Calendar
) -> Iterator[tuple[str, str, Sequence[Hours]]]:
    """Yield each cut-off, and its key, with hours of a day to which it applies."""
    by_day = {ANY_DAY: times} if isinstance(times, str) else times
    hours = calendar.hours or {}
    for name in WEEKDAYS:
        key = name if name in by_day else ANY_DAY
        if key in by_day:
            yield key, by_day[key], hours.get(name, ())
    dates = {date.fromisoformat(key) for key in by_day if key[:1].isdigit()}
    for day in sorted({*calendar.special, *dates} - {*calendar.closed}):
        applies = entry_on({key: key for key in by_day}, day)
        if applies is not None:
            usual = hours.get(WEEKDAYS[day.weekday()], ())
            yield applies, by_day[applies], calendar.special.get(day, usual)


def _is_in_night(clock: str, row: Hours) -> bool:
    """Tell whether a time comes after midnight, too, in hours that pass it."""
    opens, closes = map(minute_of, row)
    return minute_of(clock) <= closes < opens


def tell_deadlines(
    orders: Iterable[Order], network: Network, *, stacklevel: int = 3
) -> None:
    """Warn of every order that is needed before it was placed."""
    for at, order in enumerate(orders):
        for path, delivery in _needed(order):
            if _is_past(order, delivery, network):
                where = join_path(f"orders[{at}]", (*path, "need_by"))
                text = (
                    f"{where}: {delivery.need_by} is before the order was placed, "
                    f"{order.placed_at} [need_by_before_placed]"
                )
                warnings.warn(text, DeadlineWarning, stacklevel=stacklevel)


def _needed(order: Order) -> Iterator[tuple[tuple[str | int, ...], Delivery]]:
    """Yield the deliveries of an order that are needed by a time, and their places."""
    if order.placed_at is None:
        return
    if order.delivery.need_by is not None and any(
        line.delivery is None for line in order.lines
    ):
        yield ("delivery",), order.delivery
    for at, line in enumerate(order.lines):
        if line.delivery is not None and line.delivery.need_by is not None:
            yield ("lines", at, "delivery"), line.delivery


def _is_past(order: Order, delivery: Delivery, network: Network) -> bool:
    placed, latest = order.placed_at, delivery.need_by
    if placed is None or latest is None:
        return False
    if isinstance(latest, datetime):
        return latest < placed
    zone = _zone_at(order, delivery, network) or network.time_zone
    try:
        local = placed.astimezone(UTC if zone is None else ZoneInfo(zone))
    except OverflowError:  # beyond the years that Python knows
        return False
    return latest < local.date()


def _zone_at(order: Order, delivery: Delivery, network: Network) -> str | None:
    """Return the time zone that the place of a delivery names."""
    node = next((node for node in network.nodes if node.id == delivery.node), None)
    if node is not None:
        return node.time_zone or node.location.time_zone
    place = order.destination_of(delivery)
    return None if place is None else place.time_zone
