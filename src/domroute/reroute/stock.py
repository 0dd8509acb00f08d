"""The stock that an order may count on when it is asked about again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from domroute.errors import InputError
from domroute.events import LateInbound
from domroute.ledger import Inbound, Inventory, Snapshot
from domroute.plan import Plan
from domroute.reroute.applying import is_barred
from domroute.reroute.state import OrderState
from domroute.result import RoutingResult


def stock_for(
    ledger: Inventory | Snapshot,
    state: OrderState,
    planned: RoutingResult,
    lost: Mapping[tuple[str, str], int],
    now: datetime,
    *,
    late: Sequence[LateInbound] = (),
    is_plain: bool = True,
) -> Inventory | Snapshot:
    """
    Copy a ledger, with what the order holds and does not keep given back.

    Where the ledger has reserved nothing for the order, it does not keep its books:
    what is kept is taken off here. Units that were said to be lost are taken off, and a
    node that was short of a line has no more of its SKU than it said. The ledger itself
    stays as it is.

    Parameters
    ----------
    ledger
        As it is now.
    state
        What the order keeps, and who has refused what.
    planned
        The plan before.
    lost
        Units by (node, SKU).
    now
        When it is asked.
    late
        What arrives later than the ledger may say.
    is_plain
        Whether nothing leaves for the order but what its lines name.
    """
    caps = caps_of(state, planned, now)
    is_booked = isinstance(ledger, Inventory) and bool(
        ledger.reservations_of(state.order.id)
    )
    if not (caps or state.kept or lost or is_booked or late):
        return ledger
    copied = _copy(ledger)
    if is_booked and not is_plain:
        for held in copied.reservations_of(state.order.id):
            copied.release(held.number)
        _book(copied, state)
    elif is_booked:
        _give_back(copied, state)
    else:
        _book(copied, state)
    for (node, sku), units in lost.items():
        _take_off(copied, node, sku, units)
    _put_off(copied, late)
    for (node, sku), most in caps.items():
        _cap(copied, node, sku, most)
    return copied


def stock_for_all(
    ledger: Inventory | Snapshot,
    states: Iterable[OrderState],
    lost: Iterable[tuple[tuple[str, str], int]],
    late: Iterable[LateInbound] = (),
) -> Inventory:
    """
    Copy a ledger, with what orders hold and do not keep given back, all at once.

    As :func:`stock_for` does it for one, but for nodes that were short of a line: that
    is a matter of the one order.

    Parameters
    ----------
    ledger
        As it is now.
    states
        What each order keeps.
    lost
        Units by (node, SKU), once for each order that lost some.
    late
        What arrives later than the ledger may say.
    """
    copied, kept = _copy(ledger), list[OrderState]()
    freed: list[tuple[int, dict[str, int]]] = []
    for state in states:
        if isinstance(ledger, Inventory) and ledger.reservations_of(state.order.id):
            freed += _freed(copied, state)
        elif state.kept:
            kept.append(state)
    if freed:
        copied.exchange(freed, Plan())
    for state in kept:
        _book(copied, state)
    for (node, sku), units in lost:
        _take_off(copied, node, sku, units)
    _put_off(copied, late)
    return copied


def _put_off(ledger: Inventory, late: Iterable[LateInbound]) -> None:
    """Let what is late arrive when it is expected, where the ledger does not know."""
    for event in late:
        rows = ledger.inbound.get((event.node, event.sku), ())
        moved = [
            Inbound(at=event.expected, quantity=row.quantity)
            for row in rows
            if row.at == event.due and event.expected is not None
        ]
        left = [row for row in rows if row.at != event.due]
        if len(left) < len(rows):
            ledger.expect(event.node, event.sku, [*left, *moved])


def _copy(ledger: Inventory | Snapshot) -> Inventory:
    if isinstance(ledger, Inventory):
        return ledger.copy()
    copied = Inventory(ledger)
    copied.start_period(ledger.loads)
    copied.start_days(ledger.days.as_told)
    return copied


def _book(ledger: Inventory, state: OrderState) -> None:
    """Reserve what is kept; where it is not all there, take off what there is."""
    for one in state.kept:
        part = one.shipment
        try:
            ledger.reserve(Plan((part,)), beside=True)
        except InputError:
            for content in part.contents:
                _take_off(ledger, part.node_id, content.sku, content.quantity)


def _give_back(ledger: Inventory, state: OrderState) -> None:
    """Release what is reserved for an order, but for what is kept."""
    freed = list(_freed(ledger, state))
    if freed:
        ledger.exchange(freed, Plan())


def _freed(
    ledger: Inventory, state: OrderState
) -> Iterator[tuple[int, dict[str, int]]]:
    """List what is reserved for an order and not kept: numbers, and units by line."""
    kept: dict[tuple[object, ...], int] = {}
    for one in state.kept:
        part = one.shipment
        for content in part.contents:
            by = part.service, str(part.method), part.stock_at
            key = part.node_id, *by, content.line_id
            kept[key] = kept.get(key, 0) + content.quantity
    for held in ledger.reservations_of(state.order.id):
        free = {}
        for content in held.contents:
            by = held.service, str(held.method), held.stock_at
            key = held.node_id, *by, content.line_id
            stays = min(kept.get(key, 0), content.quantity)
            kept[key] = kept.get(key, 0) - stays
            if content.quantity > stays:
                free[content.line_id] = content.quantity - stays
        if free:
            yield held.number, free


def caps_of(
    state: OrderState, planned: RoutingResult, now: datetime
) -> dict[tuple[str, str], int]:
    """
    Say how much nodes have that were short: what they did not refuse.

    Parameters
    ----------
    state, planned
        How the order stands, and the plan before.
    now
        When it is asked.
    """
    skus = {line.id: line.sku for line in state.order.lines}
    short = [one for one in state.refusals if one.most and is_barred(one, now)]
    caps: dict[tuple[str, str], int] = {}
    for one in short:
        cell = one.node_id, skus[one.line_id]
        begun = state.units_kept(one.line_id, one.node_id)
        caps[cell] = caps.get(cell, 0) + max(0, one.most - begun)
    named = {(one.line_id, one.node_id) for one in short}
    for node, line, sku, units in _planned(planned):
        cell = node, sku
        if cell in caps and (line, node) not in named:
            caps[cell] += units
    return caps


def _planned(planned: RoutingResult) -> Iterable[tuple[str, str, str, int]]:
    for part in planned.plan.shipments:
        for content in part.contents:
            yield part.node_id, content.line_id, content.sku, content.quantity


def _cap(ledger: Inventory, node: str, sku: str, most: int) -> None:
    """Leave no more than so many units, now and of what is to come: the last go."""
    _take_off(ledger, node, sku, ledger.snapshot().available(node, sku) - most)
    rows = sorted(ledger.inbound.get((node, sku), ()), key=lambda row: row.at)
    if not rows:
        return
    over = float(max(0, ledger.available(node, sku, by=rows[-1].at) - most))
    left: list[Inbound] = []
    for row in reversed(rows):
        gone = min(over, row.quantity)
        over -= gone
        if row.quantity > gone:
            left.append(Inbound(at=row.at, quantity=row.quantity - gone))
    ledger.expect(node, sku, left)


def _take_off(ledger: Inventory, node: str, sku: str, units: int) -> None:
    there = min(units, ledger.snapshot().available(node, sku))
    if there > 0:
        ledger.adjust(node, sku, -there)
