"""The order that is asked about again: what is left, and who may not be asked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domroute.network import Network
from domroute.orders import Delivery, Line, Order
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.reroute.applying import is_barred
from domroute.reroute.state import OrderState


@dataclass(frozen=True, slots=True)
class Rest:
    """
    What is left of an order.

    Attributes
    ----------
    order
        The units still wanted, to be routed.
    reasons
        Lines that nobody may be asked for, and why.
    everyone
        The nodes there are.
    """

    order: Order
    reasons: Mapping[str, Reason]
    everyone: tuple[str, ...]

    def without(self, nodes: Iterable[str]) -> Order:
        """Ask no node of some for any line."""
        names = tuple(nodes)
        if not names:
            return self.order
        lines = [_excluding(line, names) for line in self.order.lines]
        return self.order.model_copy(update={"lines": tuple(lines)})


def rest_of(
    state: OrderState,
    policy: Policy,
    network: Network,
    now: datetime,
    prices: Mapping[str, float] | None = None,
) -> Rest:
    """
    Make the order for what is neither kept nor canceled.

    Parameters
    ----------
    state
        How the order stands; something is wanted still.
    policy, network
        How it is routed again, and the nodes there are.
    now
        When it is asked again: dates are found from then on.
    prices
        Of a unit by SKU, where they have been looked up already.

    Notes
    -----
    Nobody may be asked for a line that was refused too often, for the rest of a line
    that may not be split, or of lines that ship together, once a part is kept, or for
    any line where no more shipments may be. Where a customer is to collect within a
    radius, the rest goes to the node that keeps a part. Of a delivery that comes on one
    date the rest comes no sooner than what is kept.
    """
    moved, wanted = _held(state, as_moved(state)), state.wanted
    everyone = tuple(node.id for node in network.nodes)
    reasons = _reasons(state, moved, policy)
    barred = _barred(policy, everyone)
    lines = []
    for line in moved.lines:
        if line.id not in wanted:
            continue
        made = line.model_copy(update={"quantity": wanted[line.id]})
        if line.id in reasons:
            lines.append(
                _excluding(_given_up(made, reasons[line.id], policy), everyone)
            )
            continue
        delivery, nodes = moved.delivery_of(line), dict(barred)
        if not delivery.method.is_collected:
            nodes |= dict.fromkeys(state.closed)
        nodes |= dict.fromkeys(_refused_by(state, line.id, now))
        pin = _collected_at(state, moved, delivery)
        if pin is not None and line.pinned_node is None:
            made = made.model_copy(update={"pinned_node": pin})
        lines.append(_excluding(made, tuple(nodes)))
    placed = moved.placed_at
    update = {
        "lines": tuple(lines),
        "placed_at": now if placed is None else max(placed, now),
    }
    if moved.value is None:
        update["value"] = _worth(moved, prices or prices_in(network))
    return Rest(moved.model_copy(update=update), reasons, everyone)


def _held(state: OrderState, order: Order) -> Order:
    """Hold what is left of deliveries that come on one date until that of the kept."""
    lines = {line.id: line for line in order.lines}
    last: dict[Delivery, date] = {}
    for part in (one.shipment for one in state.kept):
        line = lines.get(part.contents[0].line_id)
        delivery = None if line is None else order.delivery_of(line)
        if delivery is not None and delivery.together and part.delivers_on is not None:
            dates = (part.delivers_on, last.get(delivery), delivery.earliest)
            last[delivery] = max(day for day in dates if day is not None)
    if not last:
        return order
    held = {one: one.model_copy(update={"earliest": day}) for one, day in last.items()}
    update = {
        "delivery": held.get(order.delivery, order.delivery),
        "lines": tuple(
            line
            if line.delivery is None
            else line.model_copy(
                update={"delivery": held.get(line.delivery, line.delivery)}
            )
            for line in order.lines
        ),
    }
    return order.model_copy(update=update)


def _barred(policy: Policy, everyone: tuple[str, ...]) -> dict[str, None]:
    """Name the nodes that the options leave out."""
    options = policy.reroute
    barred = dict.fromkeys(options.exclude_nodes)
    if options.include_nodes:
        only = set(options.include_nodes)
        barred |= dict.fromkeys(name for name in everyone if name not in only)
    return barred


def _refused_by(state: OrderState, line_id: str, now: datetime) -> Iterable[str]:
    """Name the nodes that have refused all of a line, and are not asked again yet."""
    return (
        one.node_id
        for one in state.refusals
        if one.line_id == line_id and not one.most and is_barred(one, now)
    )


def _given_up(line: Line, reason: Reason, policy: Policy) -> Line:
    """Let a line be left that nobody gives any more, even if it must be filled."""
    if reason is not Reason.ATTEMPTS_EXHAUSTED:
        return line
    update: dict[str, object] = {"must_fill": False}
    if line.unfilled_penalty is None and (
        line.must_fill or policy.unfilled_penalty is None
    ):
        update["unfilled_penalty"] = policy.unfilled_penalty or 0.0
    return line.model_copy(update=update)


def as_moved(state: OrderState) -> Order:
    """Return an order as it was placed, with its deliveries as they were moved."""
    order = state.order
    for event in state.moved:
        update: dict[str, object] = {}
        if event.line is None:
            delivery = event.delivery or order.delivery
            if event.destination is not None:
                update["destination"] = event.destination
                delivery = delivery.model_copy(update={"to": None})
                update["lines"] = tuple(
                    line
                    if line.delivery is None
                    else line.model_copy(
                        update={
                            "delivery": line.delivery.model_copy(update={"to": None})
                        }
                    )
                    for line in order.lines
                )
            update["delivery"] = delivery
        else:
            update["lines"] = tuple(
                line
                if line.id != event.line
                else line.model_copy(
                    update={
                        "delivery": (
                            event.delivery or order.delivery_of(line)
                        ).model_copy(
                            update={}
                            if event.destination is None
                            else {"to": event.destination}
                        )
                    }
                )
                for line in order.lines
            )
        order = order.model_copy(update=update)
    return order


def _excluding(line: Line, nodes: tuple[str, ...]) -> Line:
    if not nodes:
        return line
    names = tuple(dict.fromkeys((*line.excluded_nodes, *nodes)))
    return line.model_copy(update={"excluded_nodes": names})


def _reasons(state: OrderState, order: Order, policy: Policy) -> dict[str, Reason]:
    """Say for which lines nobody may be asked."""
    most, begun = policy.splits.max_shipments, set()
    no_more = (
        most is not None
        and policy.splits.over_limit_price is None
        and len(state.kept) >= most
    )
    groups: set[str] = set()
    for line in order.lines:
        if state.units_kept(line.id):
            begun.add(line.id)
            if line.ship_together is not None:
                groups.add(line.ship_together)
    attempts, found = dict(state.attempts), {}
    for line in order.lines:
        if attempts.get(line.id, 0) >= policy.reroute.max_attempts:
            found[line.id] = Reason.ATTEMPTS_EXHAUSTED
        elif no_more:
            found[line.id] = Reason.SPLIT_LIMIT
        elif line.id in begun and not line.allow_split:
            found[line.id] = Reason.LINE_NOT_SPLITTABLE
        elif line.ship_together in groups:
            found[line.id] = Reason.SHIP_TOGETHER
    return found


def _collected_at(state: OrderState, order: Order, delivery: Delivery) -> str | None:
    """Name the node that keeps a part of what is collected within a radius."""
    if delivery.radius_km is None:
        return None
    mine = {line.id for line in order.lines if order.delivery_of(line) == delivery}
    for one in state.kept:
        part = one.shipment
        if part.method is delivery.method and any(
            content.line_id in mine for content in part.contents
        ):
            return part.node_id
    return None


def prices_in(network: Network) -> dict[str, float]:
    """
    List what a unit of each item costs the customer.

    Examples
    --------
    >>> prices_in(Network(nodes=[], items=[{"sku": "A", "unit_price": 2}]))
    {'A': 2.0}
    """
    return {item.sku: item.unit_price for item in network.items}


def _worth(order: Order, prices: Mapping[str, float]) -> float:
    """Add up what the lines of an order are worth, as the judge does."""
    return math.fsum(
        (prices.get(line.sku, 0.0) if line.unit_price is None else line.unit_price)
        * line.quantity
        for line in order.lines
    )
