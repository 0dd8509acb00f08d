"""Reserve, release, commit, move, expire: each makes the next state, or refuses."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domroute.errors import InputError, Issue
from domroute.ledger.given import check_ids, check_kind, check_moment
from domroute.ledger.needs import requests_of
from domroute.ledger.reservations import Reservation, Which
from domroute.ledger.shelf import Cell
from domroute.ledger.state import State
from domroute.ledger.stock import whole_units
from domroute.plan import Plan

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
    tally, back = state.tally(), _sum(parts)
    for part, rest in parts:
        tally.give_back(_whole(state, part), rest)
    wanted: dict[Cell, int] = {}
    for one in made:
        tally.take(one)
        for cell, units in one.cells.items():
            wanted[cell] = wanted.get(cell, 0) + units
    for cell, units in wanted.items():
        held = back.get(cell, 0)
        there = state.stock.available(*cell)
        if held and units > held:
            there = _available_after(state, cell, held)
        if units > max(there, held):
            where = f"stock of {cell[1]!r} at {cell[0]!r}"
            text = f"{units} units wanted, {max(there, held)} available"
            issues.append(Issue("oversold", where, text))
    if state.scope is not None:
        issues += tally.excess(state.scope.limits)
    if issues:
        raise InputError(issues)
    changes = {
        cell: wanted.get(cell, 0) - back.get(cell, 0) for cell in (*back, *wanted)
    }
    left = [rest for _, rest in parts if rest is not None]
    gone = [part for part, rest in parts if rest is None]
    return replace(
        state,
        stock=state.stock.changed(
            _rows(state, changes, 0, 1), tally.loads(), tally.counted()
        ),
        book=state.book.changed([*left, *made], gone),
    )


def _available_after(state: State, cell: Cell, back: int) -> int:
    """Count what may be promised of a cell once units of it are given back."""
    counts = state.stock.counts(*cell)
    if counts is None:
        return 0
    on_hand, reserved, safety = counts
    return whole_units(on_hand, reserved - back, safety)


def release(state: State, which: Which, units: Mapping[str, int] | None) -> State:
    """Give units and capacity back; see :meth:`.Inventory.release`."""
    return _exchanged(state, state.book.take(which, units), [], [])


def commit(state: State, which: Which, units: Mapping[str, int] | None) -> State:
    """Let units leave; see :meth:`.Inventory.commit`."""
    parts = state.book.take(which, units)
    gone = _sum(parts)
    issues = []
    for (node, sku), count in gone.items():
        counts = state.stock.counts(node, sku)
        there = 0.0 if counts is None else counts[0]
        if count > there:
            where = f"stock of {sku!r} at {node!r}"
            text = f"{count} units are to leave, {there:g} are on hand"
            issues.append(Issue("oversold", where, text))
    if issues:
        raise InputError(issues)
    tally, left = state.tally(), []
    for part, rest in parts:
        if rest is not None:
            tally.keep(rest)
            begun = {content.line_id for content in part.contents}.union(rest.begun)
            left.append(replace(rest, begun=tuple(sorted(begun))))
    return replace(
        state,
        stock=state.stock.changed(
            _rows(state, gone, -1, -1), tally.loads(), tally.counted()
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


def _sum(parts: Parts) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for part, _ in parts:
        for cell, units in part.cells.items():
            found[cell] = found.get(cell, 0) + units
    return found


def _rows(
    state: State, units: Mapping[Cell, int], on_hand: int, reserved: int
) -> dict[int, tuple[float, float]]:
    """Say what is added to the figures of rows."""
    row_of = state.stock.layout.row
    found: dict[int, tuple[float, float]] = {}
    for cell, count in units.items():
        row = row_of(*cell)
        if row is not None:
            found[row] = float(on_hand * count), float(reserved * count)
    return found
