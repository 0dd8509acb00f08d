"""What a ledger has promised, put away as plain values and taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Self

from pydantic import Field

from domroute.calendars import Date
from domroute.errors import InputError, Issue
from domroute.ledger.capacity import Tally
from domroute.ledger.days import Days, DayTally
from domroute.ledger.drawers import Drawers
from domroute.ledger.reservations import Book, Reservation
from domroute.ledger.state import State
from domroute.ledger.wanted import Units
from domroute.plan import Content
from domroute.units import Count, Id, Moment, Money
from domroute.validation import Frozen
from domroute.words import Measure, Method


class ReservedContent(Frozen):
    """Units of one line that are reserved."""

    line: Id
    sku: Id
    quantity: Count


class ReservedShipment(Frozen):
    """One reservation, as it is put away."""

    number: Count
    """Its own in the ledger."""
    order: Id
    node: Id
    contents: tuple[ReservedContent, ...]
    method: Method = Method.SHIP
    service: Id | None = None
    workload: Money = 0.0
    expires_at: Moment | None = None
    """When it may be given back; never if there is none."""
    is_current: bool = True
    """Whether it takes capacity of the period that lasts, or of one before."""
    begun: tuple[Id, ...] = ()
    """Lines of which units have left already."""
    stock_at: Moment | None = None
    """From when on its units must be there; none where they are there now."""
    works_on: Date | None = None
    """The working day whose capacity it takes; none where none has a limit."""

    @classmethod
    def of(cls, one: Reservation, period: int) -> Self:
        """Put a reservation away."""
        return cls(
            number=one.number,
            order=one.order_id,
            node=one.node_id,
            contents=tuple(
                ReservedContent(line=c.line_id, sku=c.sku, quantity=c.quantity)
                for c in one.contents
            ),
            method=one.method,
            service=one.service,
            workload=one.workload,
            expires_at=one.expires_at,
            is_current=one.period == period,
            begun=one.begun,
            stock_at=one.stock_at,
            works_on=one.works_on,
        )

    def taken_up(self, period: int) -> Reservation:
        """Take the reservation up again in a period."""
        return Reservation(
            number=self.number,
            order_id=self.order,
            node_id=self.node,
            method=self.method,
            contents=tuple(Content(c.line, c.sku, c.quantity) for c in self.contents),
            service=self.service,
            workload=self.workload,
            expires_at=self.expires_at,
            period=period if self.is_current else period - 1,
            begun=self.begun,
            stock_at=self.stock_at,
            works_on=self.works_on,
        )


class CapacityTaken(Frozen):
    """What is taken of a node's capacity in the period that lasts, or on a day."""

    node: Id
    measure: Measure
    used: Money
    day: Date | None = None
    """The working day; none where it is of the period."""


class OrderCounted(Frozen):
    """An order that counts at a node in the period that lasts, or on a day."""

    node: Id
    order: Id
    shipments: Count
    """How many reservations it has or had there."""
    day: Date | None = None
    """The working day; none where it is of the period."""


class Promised(Frozen):
    """
    All that a ledger has promised beside its stock rows.

    Examples
    --------
    >>> Promised().reservations
    ()
    """

    reservations: tuple[ReservedShipment, ...] = ()
    capacity: tuple[CapacityTaken, ...] | None = None
    """When not given, what the reservations of the period take."""
    counted: tuple[OrderCounted, ...] = ()
    """When an order with reservations is not in it, it counts by those."""
    last: int = Field(0, ge=0)
    """The greatest number that a reservation has had: none is given again."""

    @classmethod
    def of(cls, state: State) -> Self:
        """Put away what a ledger has promised."""
        return cls(
            reservations=tuple(
                ReservedShipment.of(one, state.period) for one in state.book
            ),
            capacity=tuple(
                CapacityTaken(node=node, measure=Measure(measure), used=used)
                for (node, measure), used in sorted(state.stock.loads.items())
            )
            + tuple(
                CapacityTaken(node=node, measure=Measure(measure), used=used, day=day)
                for (node, day), taken in state.stock.day_loads.items()
                for measure, used in sorted(taken.items())
            ),
            counted=tuple(
                OrderCounted(node=node, order=order, shipments=count)
                for node, order, count in sorted(
                    (node, order, count)
                    for order, by_node in state.stock.counted.items()
                    for node, count in by_node.items()
                )
            )
            + tuple(
                OrderCounted(node=node, order=order, shipments=count, day=day)
                for order, places in state.stock.days.counted.items()
                for (node, day), count in sorted(places.items())
            ),
            last=state.book.last,
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to put away."""
        return not (self.reservations or self.capacity or self.counted or self.last)


def restored(state: State, promised: Promised, *, adds: bool) -> State:
    """
    Take up what a ledger had promised.

    Parameters
    ----------
    state
        A ledger that has promised nothing itself.
    promised
        What it had promised.
    adds
        Whether units are reserved for it now; otherwise its rows say so already. What
        must be there later alone is in no row, and is promised now in either case.

    Raises
    ------
    InputError
        If a number is given twice, or what is reserved has no row or is more than the
        row says. All faults are listed.
    """
    if len(state.book.by_number):
        text = "there are some already; take them up in a ledger that has none"
        raise InputError([Issue("already_reserved", "reservations", text)])
    made = [one.taken_up(state.period) for one in promised.reservations]
    units = Units.of(made)
    if issues := [*_repeated(promised), *_missing(state, units, adds=adds)]:
        raise InputError(issues)
    tally, by_day = Tally({}, Drawers(), state.period), DayTally(Days())
    for one in made:
        tally.take(one)
        by_day.take(one)
    loads, days = tally.loads(), by_day.days()
    if promised.capacity is not None:
        loads = {
            (t.node, t.measure.value): t.used
            for t in promised.capacity
            if t.used and t.day is None
        }
    counted = {order: dict(by_node) for order, by_node in tally.counted().items()}
    for mark in promised.counted:
        if mark.day is None:
            mine = counted.setdefault(mark.order, {})
            mine[mark.node] = max(mark.shipments, mine.get(mark.node, 0))
    changes = {}
    for cell, count in units.now.items():
        row = state.stock.layout.row(*cell)
        if adds and row is not None:
            changes[row] = 0.0, float(count)
    later = state.stock.later.relying(units.lots())
    return replace(
        state,
        stock=state.stock.changed(
            changes, loads, Drawers(counted), later, _days_of(promised, days)
        ),
        book=Book.of(made, promised.last),
    )


def _days_of(promised: Promised, days: Days) -> Days:
    """Say what is taken of working days, beside what reservations say of it."""
    loads: dict[tuple[str, date], dict[str, float]] = {}
    if promised.capacity is None:
        loads = {place: dict(taken) for place, taken in days.loads.items()}
    for row in promised.capacity or ():
        if row.used and row.day is not None:
            loads.setdefault((row.node, row.day), {})[row.measure.value] = row.used
    counted = {order: dict(places) for order, places in days.counted.items()}
    for mark in promised.counted:
        if mark.day is not None:
            mine, place = counted.setdefault(mark.order, {}), (mark.node, mark.day)
            mine[place] = max(mark.shipments, mine.get(place, 0))
    return Days(Drawers(loads), Drawers(counted))


def _repeated(promised: Promised) -> Iterator[Issue]:
    seen: set[int] = set()
    for at, one in enumerate(promised.reservations):
        if one.number in seen:
            text = f"{one.number} is the number of another reservation"
            yield Issue("duplicate_id", f"reservations[{at}].number", text)
        seen.add(one.number)


def _missing(state: State, units: Units, *, adds: bool) -> Iterator[Issue]:
    for node, sku in units.cells:
        count = units.now.get((node, sku), 0)
        where = f"reservations of {sku!r} at {node!r}"
        counts = state.stock.counts(node, sku)
        if counts is None:
            yield Issue("unknown_stock", where, "there is no such stock row")
        elif not adds and count > counts[1] + 1e-9:
            text = f"{count} units, and the stock row says that {counts[1]:g} are"
            yield Issue("contradictory", where, text)
