"""Reserve, release, commit, move, expire: each makes the next state, or refuses."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domroute.errors import InputError, Issue
from domroute.ledger.given import check_ids, check_kind, check_moment
from domroute.ledger.later import added, units_by
from domroute.ledger.needs import requests_of
from domroute.ledger.reservations import Reservation, Which
from domroute.ledger.shelf import Cell
from domroute.ledger.state import State
from domroute.ledger.wanted import Units
from domroute.plan import Plan, Shipment

Parts = Sequence[tuple[Reservation, Reservation | None]]
"""What is taken of reservations, and what is left of each; None for nothing."""
Answer = tuple[State, tuple[Reservation, ...]]


def reserve(
    state: State,
    plan: Plan,
    *,
    expires_at: datetime | None = None,
    beside: bool = False,
    replacing: Which | None = None,
) -> Answer:
    """Promise what a plan takes; see :meth:`.Inventory.reserve`."""
    check_kind("plan", plan, Plan, "a Plan")
    if expires_at is not None:
        check_moment("expires_at", expires_at)
    asked, issues = requests_of(
        plan, state.stock.layout, after=state.book.last, period=state.period
    )
    made = [replace(one, expires_at=expires_at) for one in asked]
    parts = [] if replacing is None else state.book.take(replacing, None)
    if not beside:
        gone = {part.number for part, _ in parts}
        issues += _held_already(state, made, gone)
    return _exchanged(state, parts, made, issues), tuple(made)


def _held_already(
    state: State, made: Iterable[Reservation], gone: Container[int]
) -> list[Issue]:
    """List the orders of which lines are reserved already."""
    lines: dict[str, set[str]] = {}
    for one in made:
        held = lines.setdefault(one.order_id, set())
        held.update(content.line_id for content in one.contents)
    issues = []
    for name, wanted in lines.items():
        held = {
            content.line_id
            for one in state.book.of_order(name)
            if one.number not in gone
            for content in one.contents
        }
        if twice := sorted(held & wanted):
            named = ", ".join(map(repr, twice))
            text = (
                f"line {named} is reserved already: release or replace that, or say "
                "that this comes beside it"
            )
            issues.append(Issue("already_reserved", f"order {name!r}", text))
    return issues


def _exchanged(
    state: State, parts: Parts, made: Sequence[Reservation], issues: list[Issue]
) -> State:
    """Give parts back and promise others, if stock and capacity are there for all."""
    tally, back = state.tally(), Units.of(part for part, _ in parts)
    by_day = state.day_tally()
    for part, rest in parts:
        tally.give_back(_whole(state, part), rest)
        by_day.give_back(_whole(state, part), rest)
    wanted = Units.of(made)
    for one in made:
        tally.take(one)
        by_day.take(one)
    issues += _oversold(state, wanted, back)
    if state.scope is not None:
        issues += tally.excess(state.scope.limits)
        issues += by_day.excess(state.scope.day_limits)
    if issues:
        raise InputError(issues)
    changes = {
        cell: wanted.now.get(cell, 0) - back.now.get(cell, 0)
        for cell in (*back.now, *wanted.now)
    }
    later = state.stock.later.relying(back.lots(-1)).relying(wanted.lots())
    left = [rest for _, rest in parts if rest is not None]
    gone = [part for part, rest in parts if rest is None]
    return replace(
        state,
        stock=state.stock.changed(
            _rows(state, {cell: (0, units) for cell, units in changes.items()}),
            tally.loads(),
            tally.counted(),
            later,
            by_day.days(),
        ),
        book=state.book.changed([*left, *made], gone),
    )


def _oversold(state: State, wanted: Units, back: Units) -> Iterator[Issue]:
    """
    List the cells of which more is wanted than there is, now or by some moment.

    What is given back may be promised again by then or later, whatever there is.
    """
    for cell in wanted.cells:
        is_given = cell in back.now or cell in back.by_moment
        for start in wanted.starts(cell):
            units, held = wanted.by(cell, start), back.by(cell, start)
            if units <= held:
                continue
            if is_given:
                there = max(held, _available_after(state, cell, back, start))
            else:
                there = state.stock.available(*cell, by=start)
            if units > there:
                when = "" if start is None else f" by {start.isoformat()}"
                where = f"stock of {cell[1]!r} at {cell[0]!r}"
                text = f"{units} units wanted{when}, {there} available"
                yield Issue("oversold", where, text)
                break


def _available_after(
    state: State, cell: Cell, back: Units, start: datetime | None
) -> int:
    """Count what may be promised of a cell once units of it are given back."""
    counts = state.stock.counts(*cell)
    if counts is None:
        return 0
    on_hand, reserved, safety = counts
    counts = on_hand, reserved - back.now.get(cell, 0), safety
    later = state.stock.later
    lots = added(later.lots(cell), back.lots(-1).get(cell, ()))
    return units_by(counts, later.parts(cell), lots, start)


def exchange(
    state: State, freed: Iterable[Which | tuple[Which, Mapping[str, int]]], plan: Plan
) -> Answer:
    """Give many things back and promise others; see :meth:`.Inventory.exchange`."""
    check_kind("freed", freed, Iterable, "reservations, shipments or order ids")
    check_kind("plan", plan, Plan, "a Plan")
    asked, issues = requests_of(
        plan, state.stock.layout, after=state.book.last, period=state.period
    )
    parts: list[tuple[Reservation, Reservation | None]] = []
    gone: set[int] = set()
    for one in freed:
        which, units = one if isinstance(one, tuple) else (one, None)
        if isinstance(which, Shipment):
            # Two that are alike are two reservations.
            mine = state.book.of_order(which.order_id)
            alike = (one for one in mine if one.is_for(which))
            which = next((one for one in alike if one.number not in gone), which)
        try:
            found = state.book.take(which, units)
        except InputError as error:
            issues += error.issues
            continue
        for part, rest in found:
            if part.number in gone:
                where = f"reservation {part.number} of order {part.order_id!r}"
                text = "is given back twice"
                issues.append(Issue("duplicate_id", where, text))
            gone.add(part.number)
            parts.append((part, rest))
    if issues:
        raise InputError(issues)
    made = list(asked)
    return _exchanged(state, parts, made, issues), tuple(made)


def release(state: State, which: Which, units: Mapping[str, int] | None) -> State:
    """Give units and capacity back; see :meth:`.Inventory.release`."""
    return _exchanged(state, state.book.take(which, units), [], [])


def commit(state: State, which: Which, units: Mapping[str, int] | None) -> State:
    """Let units leave; see :meth:`.Inventory.commit`."""
    parts = state.book.take(which, units)
    gone = Units.of(part for part, _ in parts)
    changes: dict[Cell, tuple[int, int]] = {}
    issues = []
    for cell in gone.cells:
        now, waited = gone.now.get(cell, 0), sum(gone.by_moment.get(cell, {}).values())
        changes[cell] = -(now + waited), -now
        on_hand, reserved, _ = state.stock.counts(*cell) or (0.0, 0.0, 0.0)
        there, words = on_hand, "on hand"
        if waited and reserved > now:
            # What is reserved for others is not theirs who wait.
            there, words = max(0.0, on_hand - (reserved - now)), "on hand and free"
        if now + waited > there:
            where = f"stock of {cell[1]!r} at {cell[0]!r}"
            text = f"{now + waited} units are to leave, {there:g} are {words}"
            issues.append(Issue("oversold", where, text))
    if issues:
        raise InputError(issues)
    tally, by_day, left = state.tally(), state.day_tally(), []
    for part, rest in parts:
        if rest is not None:
            tally.keep(rest)
            by_day.keep(rest)
            begun = {content.line_id for content in part.contents}.union(rest.begun)
            left.append(replace(rest, begun=tuple(sorted(begun))))
    return replace(
        state,
        stock=state.stock.changed(
            _rows(state, changes),
            tally.loads(),
            tally.counted(),
            state.stock.later.relying(gone.lots(-1)),
            by_day.days(),
        ),
        book=state.book.changed(left, [part for part, rest in parts if rest is None]),
    )


def move(
    state: State,
    which: Which,
    *,
    node_id: str | None,
    order_id: str | None,
    units: Mapping[str, int] | None,
) -> Answer:
    """Promise units elsewhere or to another order; see :meth:`.Inventory.move`."""
    named = {"node_id": node_id, "order_id": order_id}
    check_ids(**{name: value for name, value in named.items() if value is not None})
    parts = state.book.take(which, units)
    last = state.book.last
    made = []
    for part, rest in parts:
        one = part
        if rest is not None:
            last += 1
            one = replace(one, number=last)
        if order_id is not None:
            one = replace(one, order_id=order_id)
        if node_id is not None and node_id != part.node_id:
            one = replace(one, node_id=node_id, period=state.period, begun=())
        made.append(one)
    return _exchanged(state, parts, made, []), tuple(made)


def expire(state: State, now: datetime) -> tuple[State, tuple[str, ...]]:
    """Release what has expired; see :meth:`.Inventory.expire`."""
    check_moment("now", now)
    over = [
        one
        for one in state.book
        if one.expires_at is not None and one.expires_at <= now
    ]
    if not over:
        return state, ()
    names = tuple(dict.fromkeys(one.order_id for one in over))
    return _exchanged(state, [(one, None) for one in over], [], []), names


def _whole(state: State, part: Reservation) -> Reservation:
    """Return the reservation that something was taken of, as it stands."""
    return state.book.by_number[part.number]


def _rows(
    state: State, units: Mapping[Cell, tuple[int, int]]
) -> dict[int, tuple[float, float]]:
    """Say what is added to the figures of rows: on hand, and reserved."""
    row_of = state.stock.layout.row
    found: dict[int, tuple[float, float]] = {}
    for cell, (on_hand, reserved) in units.items():
        row = row_of(*cell)
        if row is not None:
            found[row] = float(on_hand), float(reserved)
    return found
