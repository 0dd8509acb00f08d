"""Count units that come in or are gone: each makes the next state, or refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from domroute.errors import InputError, Issue
from domroute.ledger.columns import refuse, whole_number
from domroute.ledger.days import Days
from domroute.ledger.drawers import Drawers
from domroute.ledger.given import check_ids, check_kind, check_moment, is_date
from domroute.ledger.opening import read_restriction
from domroute.ledger.shelf import Loads
from domroute.ledger.snapshot import Snapshot
from domroute.ledger.state import State
from domroute.ledger.stock import Inbound, Restriction
from domroute.units import MAX_AMOUNT, MAX_UNITS
from domroute.validation import wrong_type
from domroute.words import Measure

_NOTHING: Final = 1e-9
"""Less than any part of a unit that still arrives."""


def adjust(state: State, node: str, sku: str, units: int) -> State:
    """Count units in, or write them off; see :meth:`.Inventory.adjust`."""
    check_ids(node=node, sku=sku)
    where = f"stock of {sku!r} at {node!r}"
    change = whole_number(where, units, least=-MAX_UNITS)
    counts = state.stock.counts(node, sku)
    if counts is None:
        if change < 0:
            raise InputError([Issue("unknown_stock", where, "there is no such row")])
        return _counted_in(state, node, sku, change)
    on_hand, reserved, _ = counts
    # What is promised for later and does not arrive must be there, too.
    reserved += state.stock.later.kept((node, sku))
    if change < 0 and on_hand + change < reserved - _NOTHING:
        free = max(0.0, on_hand - reserved)
        text = f"{-change} units are to go, and {free:g} are not reserved"
        raise InputError([Issue("oversold", where, text)])
    return _counted_in(state, node, sku, change)


def _counted_in(state: State, node: str, sku: str, units: int) -> State:
    """Add units on hand, to a row that is new if need be."""
    stock = _with_row(state, node, sku)
    row = stock.layout.row(node, sku)
    if row is None or not units:
        return replace(state, stock=stock)
    counts = stock.counts(node, sku)
    if counts is not None and counts[0] + units > MAX_UNITS:
        where = f"stock of {sku!r} at {node!r}"
        text = f"would be {counts[0] + units:g}, which is more than {MAX_UNITS:g}"
        raise InputError([Issue("out_of_range", where, text)])
    return replace(state, stock=stock.changed({row: (float(units), 0.0)}))


def _with_row(state: State, node: str, sku: str) -> Snapshot:
    """Return the stock with a row for a cell: one of a known node and item."""
    if state.stock.layout.row(node, sku) is not None:
        return state.stock
    refuse(unknown(state, node, sku))
    spread, _ = state.stock.spread_with([node], [sku])
    return state.stock.counted_anew(spread)


def unknown(state: State, node: str, sku: str) -> list[Issue]:
    """List what of a cell is not of the network."""
    return [] if state.scope is None else state.scope.unknown(node, sku)


def receive(
    state: State,
    node: str,
    sku: str,
    units: int,
    *,
    due: datetime | None = None,
    is_expected: bool = True,
    inbound: datetime | Inbound | None = None,
) -> tuple[State, int]:
    """Take in units that were inbound; see :meth:`.Inventory.receive`."""
    check_ids(node=node, sku=sku)
    if due is not None:
        check_moment("due", due)
    due = _due(due, inbound)
    where = f"stock of {sku!r} at {node!r}"
    count = whole_number(where, units, least=1)
    parts = sorted(state.stock.later.parts((node, sku)), key=lambda part: part.at)
    if due is not None and not any(part.at == due for part in parts):
        text = f"nothing is due at {due!s:.60}"
        raise InputError([Issue("unknown_value", where, text)])
    left, rest = float(count), []
    for part in parts:
        takes = is_expected and (due is None or part.at == due)
        taken = min(left, part.quantity) if takes else 0.0
        left -= taken
        if part.quantity - taken > _NOTHING:
            rest.append(Inbound(at=part.at, quantity=part.quantity - taken))
    state = _counted_in(state, node, sku, count)
    if left < count:
        state = replace(state, stock=_expecting(state.stock, node, sku, tuple(rest)))
    return state, round(left)


def expect(state: State, node: str, sku: str, parts: Iterable[Inbound]) -> State:
    """Say anew what arrives later; see :meth:`.Inventory.expect`."""
    check_ids(node=node, sku=sku)
    given: tuple[object, ...] = tuple(parts)
    sound = tuple(part for part in given if isinstance(part, Inbound))
    refuse(
        [
            Issue("wrong_type", f"inbound[{at}]", f"{part!r:.60} should be an Inbound")
            for at, part in enumerate(given)
            if not isinstance(part, Inbound)
        ]
    )
    stock = _with_row(state, node, sku)
    return replace(state, stock=_expecting(stock, node, sku, sound))


def _due(due: datetime | None, inbound: object) -> datetime | None:
    """Read the moment for which units were due off either way to say it."""
    if inbound is None:
        return due
    if due is not None:
        text = "says the same as due: give one of them"
        raise InputError([Issue("contradictory", "inbound", text)])
    if isinstance(inbound, Inbound):
        return inbound.at
    if isinstance(inbound, datetime):
        check_moment("inbound", inbound)
        return inbound
    raise InputError([wrong_type("inbound", inbound, "a moment or an Inbound")])


def _expecting(
    stock: Snapshot, node: str, sku: str, parts: tuple[Inbound, ...]
) -> Snapshot:
    return stock.changed({}, later=stock.later.expecting((node, sku), parts))


def restrict(state: State, node: str, sku: str, one: Restriction | None) -> State:
    """Say anew what restricts units on hand; see :meth:`.Inventory.restrict`."""
    check_ids(node=node, sku=sku)
    issues: list[Issue] = []
    if one is not None:
        one = read_restriction(f"stock of {sku!r} at {node!r}", one, issues)
    refuse(issues)
    stock = _with_row(state, node, sku)
    by_node = dict(stock.restricted.get(sku, {}))
    by_node.pop(node, None)
    if one is not None:
        by_node[node] = one
    restricted = stock.restricted
    drawers = restricted if isinstance(restricted, Drawers) else Drawers(restricted)
    made = drawers.changed({sku: by_node}) if by_node else drawers.changed({}, [sku])
    return replace(state, stock=stock.restricting(made))


def start_period(state: State, loads: Loads | None) -> State:
    """Forget the capacity taken so far; see :meth:`.Inventory.start_period`."""
    if loads is not None:
        check_kind("loads", loads, Mapping, "numbers by (node id, measure)")
    taken: dict[tuple[str, str], float] = {}
    issues: list[Issue] = []
    for key, amount in dict(loads or {}).items():
        pair: object = key
        if not isinstance(pair, tuple) or len(pair) != 2:  # noqa: PLR2004 - a pair
            text = f"{pair!r:.60} should be a node id and a measure"
            issues.append(Issue("wrong_type", "loads", text))
            continue
        node, measure = key
        if _is_amount(node, measure, amount, issues):
            taken[node, Measure(measure).value] = float(amount)
    refuse(issues)
    return replace(
        state,
        stock=state.stock.changed({}, taken, Drawers()),
        period=state.period + 1,
    )


def start_days(
    state: State, loads: Mapping[tuple[str, str, date], float] | None
) -> State:
    """Say anew what is taken of working days; see :meth:`.Inventory.start_days`."""
    if loads is not None:
        check_kind("loads", loads, Mapping, "numbers by (node id, measure, date)")
    taken: dict[tuple[str, date], dict[str, float]] = {}
    issues: list[Issue] = []
    for key, amount in dict(loads or {}).items():
        told: object = key
        is_key = isinstance(told, tuple) and len(told) == 3  # noqa: PLR2004 - three
        if not is_key or not is_date(key[2]):
            text = f"{told!r:.60} should be a node id, a measure and a date"
            issues.append(Issue("wrong_type", "loads", text))
            continue
        node, measure, day = key
        if _is_amount(node, measure, amount, issues):
            mine = taken.setdefault((node, day), {})
            mine[Measure(measure).value] = float(amount)
    refuse(issues)
    return replace(state, stock=state.stock.changed({}, days=Days(Drawers(taken))))


def forget_days(state: State, before: date) -> State:
    """Forget working days; see :meth:`.Inventory.forget_days`."""
    if not is_date(before):
        text = f"{before!r:.60} should be a date"
        raise InputError([Issue("wrong_type", "before", text)])
    return replace(
        state, stock=state.stock.changed({}, days=state.stock.days.since(before))
    )


def _is_amount(node: str, measure: str, amount: float, issues: list[Issue]) -> bool:
    """Tell whether something is taken; note what cannot be."""
    value: object = amount
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if measure not in set(Measure):
        text = f"{measure!r} should be one of {', '.join(Measure)}"
        issues.append(Issue("unknown_value", f"loads of {node!r}", text))
        return False
    if not is_number or not 0 <= amount <= MAX_AMOUNT:
        text = f"{value!r:.60} should be a number from 0"
        issues.append(Issue("out_of_range", f"loads of {node!r}", text))
        return False
    return bool(amount)
