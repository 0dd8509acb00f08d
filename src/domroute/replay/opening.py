"""What a replay opens with: the ledger, and the events, all checked beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np

from domroute.errors import InputError, Issue
from domroute.events import (
    Canceled,
    Closed,
    Event,
    Placed,
    Received,
    Rejected,
    Reopened,
    Returned,
)
from domroute.goods import Goods
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Inbound
from domroute.names import order_issues
from domroute.network import STORE, Network
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.replay.tactic import Tactic
from domroute.replay.world import World
from domroute.scenario import Scenario
from domroute.scenario.references import policy_faults
from domroute.validation import join_path
from domroute.wording import shorten
from domroute.words import DistanceMethod

Pair = tuple[str, str]
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 9000
"""Calendars end in 9999, and what leaves must have time to arrive."""


_EVENTS: Final = (Placed, Received, Rejected, Closed, Reopened, Canceled, Returned)


def read_events(events: object) -> tuple[Event, ...]:
    """
    List events.

    Raises
    ------
    InputError
        If they are something else, such as a tactic in their place.
    """
    if isinstance(events, (Tactic, Policy)):
        text = f"{type(events).__name__} should be events; give it as tactic="
        raise InputError([Issue("wrong_type", "events", text)])
    made: tuple[Any, ...] = tuple(events) if isinstance(events, Iterable) else (events,)
    issues = [
        Issue("wrong_type", f"events[{at}]", f"{shorten(event)} should be an event")
        for at, event in enumerate(made)
        if not isinstance(event, _EVENTS)
    ]
    if issues:
        raise InputError(issues)
    return made


def check_events(scenario: Scenario, events: Sequence[Event]) -> None:
    """
    Refuse events that name what is not there.

    Raises
    ------
    InputError
        If there are no events, an order is placed twice, or an event names an order,
        line, node or item that nobody knows. All faults are listed.
    """
    issues = list(_issues(scenario, events))
    if not events:
        issues.append(Issue("missing", "events", "nothing happens; give at least one"))
    if issues:
        raise InputError(issues)


def check_tactic(network: Network, tactic: Tactic, world: World) -> None:
    """
    Refuse a policy, or a world, that speaks of nodes that the network does not have.

    Raises
    ------
    InputError
        If a rule names an unknown node, hard rules leave none, or the world assumes
        something of a kind of node, or a service, that there is none of, or waves go
        by departures and the network gives no dates. All faults are listed.
    """
    issues = [
        Issue(code, join_path(f"tactic {tactic.name!r} policy", path), sentence)
        for code, path, sentence in policy_faults(tactic.policy, network)
    ]
    kinds = sorted({node.kind for node in network.nodes})
    issues += [
        Issue("unknown_value", f"world.{field}", f"{kind!r} is none of {kinds}")
        for field in ("rejects", "short_picks")
        for kind in getattr(world, field)
        if kind not in kinds
    ]
    if tactic.is_by_departure and not network.is_dated:
        text = "'departure' needs a network that gives dates: this one says no times"
        issues.append(Issue("contradictory", f"tactic {tactic.name!r} waves", text))
    services = sorted(service.id for service in network.services)
    issues += [
        Issue("unknown_value", "world.late", f"{name!r} is none of {services}")
        for name in world.late
        if name not in services
    ]
    if issues:
        raise InputError(issues)


def _issues(scenario: Scenario, events: Sequence[Event]) -> Iterator[Issue]:
    arrays = NetworkArrays.of(scenario.network, DistanceMethod.GREAT_CIRCLE)
    lines: dict[str, set[str]] = {}
    for at, event in enumerate(events):
        if isinstance(event, Placed):
            order = event.order
            if order.id in lines:
                text = f"order {order.id!r} is placed more than once"
                yield Issue("duplicate_id", _where(at, event), text)
            lines[order.id] = {line.id for line in order.lines}
            yield from order_issues(arrays.known, order)
    for at, event in enumerate(events):
        if not _FIRST_YEAR <= event.at.year <= _LAST_YEAR:
            text = f"{event.at:%Y-%m-%d} should be from {_FIRST_YEAR} to {_LAST_YEAR}"
            yield Issue("out_of_range", _where(at, event), text)
        for text in _unknown(arrays, lines, event):
            yield Issue("unknown_id", _where(at, event), text)


def _where(at: int, event: Event) -> str:
    return f"events[{at}] ({event.event})"


def _unknown(
    arrays: NetworkArrays, lines: dict[str, set[str]], event: Event
) -> Iterator[str]:
    node = None if isinstance(event, (Placed, Canceled)) else event.node
    if node is not None and node not in arrays.node_at:
        yield f"{node!r} is not a node of the network"
    if isinstance(event, Received) and event.sku not in arrays.items:
        yield f"{event.sku!r} is not an item of the network"
    if isinstance(event, (Rejected, Canceled, Returned)):
        if event.order not in lines:
            yield f"order {event.order!r} is never placed"
        elif event.line is not None and event.line not in lines[event.order]:
            yield f"order {event.order!r} has no line {event.line!r}"


def receipts_of(inventory: Inventory, start: datetime) -> Iterator[Received]:
    """Turn what the stock says is inbound into events, none before the start."""
    for (node, sku), parts in inventory.inbound.items():
        for part in parts:
            if part.quantity >= 1:
                yield Received(
                    at=max(start, part.at),
                    node=node,
                    sku=sku,
                    quantity=int(part.quantity),
                )


def open_ledger(
    scenario: Scenario, events: Iterable[Event], world: World, start: datetime
) -> Inventory:
    """
    Copy the ledger, with a row for every pair that may ever hold a unit.

    What is reserved in the scenario stays reserved; what is inbound is expected when it
    comes by events, none before the start, so that orders may wait for it.
    """
    kept = list(scenario.inventory)
    pairs = dict.fromkeys((row.node, row.sku) for row in kept)
    more = [pair for pair in _pairs(scenario, events, world) if pair not in pairs]
    more = list(dict.fromkeys(more))
    none = [0.0] * len(more)
    unknown = [np.nan] * len(more)
    velocity = [np.nan if row.velocity is None else row.velocity for row in kept]
    ledger = Inventory.from_columns(
        [row.node for row in kept] + [node for node, _ in more],
        [row.sku for row in kept] + [sku for _, sku in more],
        np.array([row.on_hand for row in kept] + none),
        reserved=np.array([row.reserved for row in kept] + none),
        safety=np.array([row.safety for row in kept] + none),
        velocity=np.array(velocity + unknown),
        restricted=scenario.inventory.restrictions,
    )
    coming: dict[Pair, dict[datetime, int]] = {}
    for event in receipts_of(scenario.inventory, start):
        by_moment = coming.setdefault((event.node, event.sku), {})
        by_moment[event.at] = by_moment.get(event.at, 0) + event.quantity
    for (node, sku), parts in coming.items():
        due = [Inbound(at=at, quantity=units) for at, units in sorted(parts.items())]
        ledger.expect(node, sku, due)
    return ledger


def expect_rest(ledger: Inventory, happened: Iterable[Event]) -> None:
    """Expect no more what has come already, in a ledger that has just been opened."""
    came = Counter[tuple[str, str, datetime]]()
    for event in happened:
        if isinstance(event, Received):
            came[event.node, event.sku, event.at] += event.quantity
    for (node, sku), parts in ledger.inbound.items():
        left = [(part.at, part.quantity - came[node, sku, part.at]) for part in parts]
        due = [Inbound(at=at, quantity=units) for at, units in left if units > 0]
        ledger.expect(node, sku, due)


def _pairs(scenario: Scenario, events: Iterable[Event], world: World) -> Iterator[Pair]:
    items = {item.sku: item for item in scenario.network.items}
    sold: dict[str, dict[str, tuple[str, ...]]] = {}
    for event in events:
        if isinstance(event, Placed):
            goods = Goods(event.order, items)
            sold[event.order.id] = {x.id: goods.skus(x) for x in event.order.lines}
    for event in events:
        if isinstance(event, Received):
            yield event.node, event.sku
        elif isinstance(event, Returned) and event.node is not None:
            yield from ((event.node, sku) for sku in sold[event.order][event.line])
    if world.returns is not None and world.returns.in_store > 0:
        skus = dict.fromkeys(
            sku for lines in sold.values() for mine in lines.values() for sku in mine
        )
        for node in scenario.network.nodes:
            if node.kind == STORE:
                yield from ((node.id, sku) for sku in skus)
