"""What is handed in to route an order again, read, with every fault told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from domroute.errors import InputError, Issue
from domroute.events import (
    Accepted,
    Canceled,
    Closed,
    Collected,
    LateInbound,
    Moved,
    Rejected,
    Reopened,
    RerouteEvent,
    Shipped,
    rank_of,
)
from domroute.goods import Goods
from domroute.indexing import delivered
from domroute.network import Item, Network
from domroute.orders import Order
from domroute.policy import Policy
from domroute.reroute.state import OrderState
from domroute.result import RoutingResult
from domroute.validation import Frozen, issues_from, wrong_type
from domroute.wording import name_kind, shorten

_EVENTS: Final = (
    *(Accepted, Canceled, Closed, Collected, LateInbound, Moved),
    *(Rejected, Reopened, Shipped),
)
_NO_REBALANCE: Final = "a backlog is rebalanced by Router.rebalance"


def events_from(
    events: Iterable[RerouteEvent | Mapping[str, object]],
    order: Order,
    network: Network,
    now: datetime | None,
) -> tuple[tuple[RerouteEvent, ...], datetime]:
    """
    Read events, and sort them by time; say as of when the order is asked about.

    Parameters
    ----------
    events
        Events, or mappings that hold the fields of one. Those of other orders are left
        out.
    order, network
        What they may name.
    now
        As of when; that of the last event when None.

    Raises
    ------
    InputError
        If one is no event of a re-routing, or names what is not there, or is later than
        ``now``. All faults are listed.
    """
    by_order, as_of = events_by_order(events, [order], network, now)
    return by_order[order.id], as_of


def events_by_order(
    events: Iterable[RerouteEvent | Mapping[str, object]],
    orders: Iterable[Order],
    network: Network,
    now: datetime | None,
) -> tuple[dict[str, tuple[RerouteEvent, ...]], datetime]:
    """
    Read events of many orders; say of each what happened, and as of when all are asked.

    Parameters
    ----------
    events, network, now
        As :func:`events_from` takes them.
    orders
        The orders; events of others are left out.

    Raises
    ------
    InputError
        As :func:`events_from` does. All faults are listed.
    """
    issues: list[Issue] = []
    if isinstance(events, (str, bytes, Mapping, Frozen)):
        raise InputError([wrong_type("events", events, "a list of events")])
    read = [
        (at, event)
        for at, given in enumerate(events)
        if (event := _read(given, f"events[{at}]", issues)) is not None
    ]
    issues += _moment_issues(now)
    is_offset = not _moment_issues(now)
    named = {order.id: order for order in orders}
    names = {
        "node": ({node.id for node in network.nodes}, "a node"),
        "sku": ({item.sku for item in network.items}, "an item"),
    }
    own: dict[str, list[RerouteEvent]] = {}
    common: list[RerouteEvent] = []
    for at, event in read:
        where = f"events[{at}]"
        line, of = getattr(event, "line", None), getattr(event, "order", None)
        issues += _strange_names(event, where, names)
        if of in named and line is not None:
            lines = {one.id for one in named[of].lines}
            if line not in lines:
                text = f"{shorten(line)} is not a line of order {of!r}"
                issues.append(Issue("unknown_id", f"{where}.line", text))
        if now is not None and is_offset and event.at > now:
            text = f"{event.at.isoformat()} is later than now, {now.isoformat()}"
            issues.append(Issue("contradictory", f"{where}.at", text))
        if of is None:
            common.append(event)
        elif of in named:
            own.setdefault(of, []).append(event)
    if issues:
        raise InputError(issues)
    moments = [event.at for some in (common, *own.values()) for event in some]
    moments += [one.placed_at for one in named.values() if one.placed_at is not None]
    as_of = now or max(moments, default=datetime.min.replace(tzinfo=UTC))
    return {
        name: tuple(
            sorted((*common, *own.get(name, ())), key=lambda e: (e.at, rank_of(e)))
        )
        for name in named
    }, as_of


def _strange_names(
    event: RerouteEvent, where: str, names: Mapping[str, tuple[set[str], str]]
) -> Iterator[Issue]:
    """List what an event names that the network does not have, by field."""
    for field, (known, what) in names.items():
        name = getattr(event, field, None)
        if name is not None and name not in known:
            text = f"{shorten(name)} is not {what} of the network"
            yield Issue("unknown_id", f"{where}.{field}", text)


def _moment_issues(now: object) -> list[Issue]:
    if now is None or (isinstance(now, datetime) and now.tzinfo is not None):
        return []
    if isinstance(now, datetime):
        text = "needs its offset from UTC, as in 2026-01-31T12:00:00Z"
        return [Issue("naive_datetime", "now", text)]
    return [wrong_type("now", now, "a moment")]


def check_asked(
    result: object, order: Order | None, policy: Policy, network: Network
) -> Order:
    """
    Find the order that a result is of; the result may carry it.

    Raises
    ------
    InputError
        If there is none, or it is another, or the policy's options name nodes that are
        not there. All faults are listed.
    """
    issues = list(option_issues(policy, network))
    items = {item.sku: item for item in network.items}
    nodes = {node.id for node in network.nodes}
    found = order_of(result, order, (items, nodes), issues)
    if found is None or issues:
        raise InputError(issues)
    return found


def order_of(
    result: object,
    order: object,
    known: tuple[Mapping[str, Item], AbstractSet[str]],
    issues: list[Issue],
) -> Order | None:
    """
    Find the order that a result is of, and note why there is none.

    Parameters
    ----------
    result, order
        What is given; the result may carry its order.
    known
        The items of the network, by SKU, and the ids of its nodes.
    issues
        Where faults are noted.
    """
    if not isinstance(result, RoutingResult):
        issues.append(wrong_type("result", result, "a RoutingResult or Rerouted"))
    if order is not None and not isinstance(order, Order):
        issues.append(wrong_type("order", order, "an Order"))
    elif isinstance(result, RoutingResult):
        if (hub := result.plan.merged_at) is not None:
            text = f"is put together at {hub!r}: such a plan is not routed again"
            issues.append(Issue("merged_plan", "result", text))
        found = result.order if order is None else order
        items, nodes = known
        faults = list(_order_issues(result, found, items))
        faults += _node_issues(result, nodes)
        issues += faults
        return None if faults else found
    return None


def with_digital(state: OrderState, items: Mapping[str, Item]) -> OrderState:
    """Note what of an order comes from no node, if that is not noted yet."""
    if state.digital or not any(item.digital for item in items.values()):
        return state
    return replace(state, digital=delivered(state.order, items))


def check_moved(order: Order) -> None:
    """
    Refuse deliveries that cannot stand beside each other once some have moved.

    Raises
    ------
    InputError
        If the order could not have been placed so. All faults are listed.
    """
    try:
        Order(**{name: getattr(order, name) for name in Order.model_fields})
    except ValidationError as error:
        raise InputError(issues_from(error, f"order {order.id!r} as moved")) from None


def _order_issues(
    result: RoutingResult, order: Order | None, items: Mapping[str, Item]
) -> Iterator[Issue]:
    """List why a result cannot be of an order."""
    if order is None:
        text = "is needed with a result that was read from JSON"
        yield Issue("missing", "order", text)
        return
    if order.id != result.order_id:
        text = f"is order {order.id!r}, the result is of {result.order_id!r}"
        yield Issue("contradictory", "order", text)
        return
    lines = {line.id: line.quantity for line in order.lines}
    planned = Goods(order, items).filled(
        part.contents for part in result.plan.shipments
    )
    for name, units in planned.items():
        if units > lines.get(name, 0):
            text = f"ships {units} of line {name!r}, of which {lines.get(name, 0)}"
            yield Issue("contradictory", "result", f"{text} were ordered")


def _node_issues(result: RoutingResult, nodes: AbstractSet[str]) -> Iterator[Issue]:
    """List the nodes of a plan that the network does not have."""
    for at, part in enumerate(result.plan.shipments):
        if part.node_id not in nodes:
            text = f"{shorten(part.node_id)} is not a node of the network"
            where = f"result.plan.shipments[{at}].node_id"
            yield Issue("unknown_id", where, f"{text}: leave it there, and close it")


def option_issues(policy: Policy, network: Network) -> Iterator[Issue]:
    """List the nodes that options name in vain."""
    known = {node.id for node in network.nodes}
    for field in ("include_nodes", "exclude_nodes"):
        for at, name in enumerate(getattr(policy.reroute, field)):
            if name not in known:
                where = f"policy.reroute.{field}[{at}]"
                text = f"{shorten(name)} is not a node of the network"
                yield Issue("unknown_id", where, text)


def _read(given: object, where: str, issues: list[Issue]) -> RerouteEvent | None:
    if isinstance(given, _EVENTS):
        return given
    if not isinstance(given, Mapping):
        issues.append(
            Issue(
                "wrong_type",
                where,
                f"should be an event of a re-routing, got {name_kind(given)}",
            )
        )
        return None
    word = given.get("event")
    refused = {"rebalance": _NO_REBALANCE}
    if isinstance(word, str) and word in refused:
        issues.append(Issue("not_supported", f"{where}.event", refused[word]))
        return None
    try:
        read: RerouteEvent = _adapter().validate_python(dict(given))
    except ValidationError as error:
        issues += issues_from(error, where, dict(given))
        return None
    return read


@cache
def _adapter() -> TypeAdapter[Any]:
    """Make the reader once, when it is first needed."""
    return TypeAdapter(RerouteEvent)
