"""The stock that an order may count on when it is asked about again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from domroute.errors import InputError
from domroute.ledger import Inventory, Snapshot
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
    is_plain
        Whether nothing leaves for the order but what its lines name.
    """
    caps = _caps(state, planned, now)
    is_booked = isinstance(ledger, Inventory) and bool(
        ledger.reservations_of(state.order.id)
    )
    if not (caps or state.kept or lost or is_booked):
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
    for (node, sku), most in caps.items():
        _take_off(copied, node, sku, copied.snapshot().available(node, sku) - most)
    return copied


def _copy(ledger: Inventory | Snapshot) -> Inventory:
    if isinstance(ledger, Inventory):
        return ledger.copy()
    copied = Inventory(ledger)
    copied.start_period(ledger.loads)
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
    kept: dict[tuple[str, str | None, str, str], int] = {}
    for one in state.kept:
        part = one.shipment
        for content in part.contents:
            key = part.node_id, part.service, str(part.method), content.line_id
            kept[key] = kept.get(key, 0) + content.quantity
    for held in ledger.reservations_of(state.order.id):
        free = {}
        for content in held.contents:
            key = held.node_id, held.service, str(held.method), content.line_id
            stays = min(kept.get(key, 0), content.quantity)
            kept[key] = kept.get(key, 0) - stays
            if content.quantity > stays:
                free[content.line_id] = content.quantity - stays
        if free:
            ledger.release(held.number, free)


def _caps(
    state: OrderState, planned: RoutingResult, now: datetime
) -> dict[tuple[str, str], int]:
    """Say how much nodes have that were short: what they did not refuse."""
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


def _take_off(ledger: Inventory, node: str, sku: str, units: int) -> None:
    there = min(units, ledger.snapshot().available(node, sku))
    if there > 0:
        ledger.adjust(node, sku, -there)
