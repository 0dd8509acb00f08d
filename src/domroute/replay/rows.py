"""The rows of an outcome's tables, from where a replay stands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from domroute.orders import Order
from domroute.replay.aftermath import BY_PARCEL
from domroute.replay.measures import nature_of_amount, values_of
from domroute.replay.moments import Zones, deadline_of
from domroute.replay.promised import promises_of
from domroute.replay.setting import Setting
from domroute.replay.state import Back, Moving, State, Story

Row = tuple[Any, ...]


def rows_of(setting: Setting, state: State) -> Iterator[tuple[str, Iterator[Row]]]:
    """
    List the rows of every table.

    Yields
    ------
    tuple
        The name of the table, and its rows in the order of its columns.
    """
    kind = setting.kind
    yield "orders", _orders(setting, state)
    yield "shipments", _shipments(setting, state)
    yield "promises", promises_of(setting, state)
    yield "contents", _contents(setting, state)
    yield "costs", _costs(setting, state)
    yield "unfilled", _unfilled(setting, state)
    yield "returns", _returns(setting, state)
    yield (
        "rejections",
        (
            (at, order, node, kind[node], *rest)
            for at, order, node, *rest in state.rejections
        ),
    )
    yield "ignored", iter(state.ignored)
    yield (
        "stock",
        (
            (at, node, kind[node], units)
            for at, by_node in state.stock
            for node, units in by_node.items()
        ),
    )
    yield "decisions", iter(state.decisions)


def _orders(setting: Setting, state: State) -> Iterator[Row]:
    for name, story in state.stories.items():
        order, placed = setting.orders[name], setting.orders[name].placed_at
        sent = [m for m in _moving(state, story) if m.stage.counts]
        ends = [m.delivered_at for m in sent if m.delivered_at is not None]
        done = max(ends) if ends and len(ends) == len(sent) else None
        lead = (
            (done - placed).total_seconds() / 3600
            if placed is not None and done is not None
            else math.nan
        )
        prices = _prices(setting, order)
        contents = [content for m in sent for content in m.shipment.contents]
        goods = setting.goods(name)
        filled = goods.filled(m.shipment.contents for m in sent)
        fills = [(content.line_id, content.quantity) for content in contents]
        yield (
            name,
            placed,
            story.routed_at,
            story.attempts,
            order.channel,
            order.tier,
            len(order.lines),
            sum(line.quantity for line in order.lines),
            sum(filled.values()) + story.digital,
            sum(part.quantity for part in story.unfilled),
            story.canceled,
            len(sent),
            math.fsum(
                prices[line] * units
                for line, units in (fills if goods.is_plain else filled.items())
            ),
            math.fsum(
                setting.items[content.sku].unit_cost * content.quantity
                for content in contents
            ),
            done,
            lead,
            math.fsum(m.shipment.distance_km for m in sent),
        )


def _shipments(setting: Setting, state: State) -> Iterator[Row]:
    zones = Zones(setting.scenario.network)
    for name, story in state.stories.items():
        order, count = setting.orders[name], 0
        delivery_of = {line.id: order.delivery_of(line) for line in order.lines}
        for m in _moving(state, story):
            shipment = m.shipment
            delivery = delivery_of[shipment.contents[0].line_id]
            zone = zones.of(order, delivery, shipment.node_id)
            yield (
                m.id,
                name,
                m.attempt,
                shipment.node_id,
                setting.kind[shipment.node_id],
                shipment.service,
                str(shipment.method),
                m.routed_at,
                m.left_at,
                m.delivered_at,
                shipment.distance_km,
                shipment.units,
                math.fsum(
                    setting.items[content.sku].weight_kg * content.quantity
                    for content in shipment.contents
                ),
                str(m.stage),
                m.stage.counts and count > 0,
                shipment.ready_at,
                shipment.ships_at,
                shipment.delivers_on,
                shipment.delivers_at,
                deadline_of(delivery, zone),
            )
            count += m.stage.counts


def _contents(setting: Setting, state: State) -> Iterator[Row]:
    for name, story in state.stories.items():
        prices = _prices(setting, setting.orders[name])
        goods = setting.goods(name)
        for m in _moving(state, story):
            worth = goods.prices(m.shipment.contents, prices)
            for content in m.shipment.contents:
                yield (
                    m.id,
                    name,
                    content.line_id,
                    content.sku,
                    content.quantity,
                    worth[content.line_id, content.sku],
                    setting.items[content.sku].unit_cost,
                )


def _costs(setting: Setting, state: State) -> Iterator[Row]:
    values = values_of((*setting.tactic.policy.costs, *state.valued))
    for order, shipment, name, amount in _amounts(setting, state):
        yield order, shipment, name, amount, nature_of_amount(name, values)


def _amounts(
    setting: Setting, state: State
) -> Iterator[tuple[str, str | None, str, float]]:
    for name, story in state.stories.items():
        for m in _moving(state, story):
            if m.stage.counts:
                yield from ((name, m.id, *cost) for cost in m.shipment.costs)
        for costs in story.order_costs:
            yield from ((name, None, *cost) for cost in costs)
        missed = sum(part.cost for part in story.unfilled)
        if missed:
            yield name, None, "unfilled", missed
    for back in _arrived(state):
        yield back.order, None, "returns", _return_cost(setting, back)


def _unfilled(setting: Setting, state: State) -> Iterator[Row]:
    for name, story in state.stories.items():
        if not story.unfilled:
            continue
        prices = _prices(setting, setting.orders[name])
        for part in story.unfilled:
            yield (
                name,
                part.line_id,
                part.sku,
                part.quantity,
                str(part.reason),
                part.cost,
                prices[part.line_id],
                setting.items[part.sku].unit_cost,
            )


def _returns(setting: Setting, state: State) -> Iterator[Row]:
    for back in _arrived(state):
        yield (
            back.order,
            back.line,
            back.sku,
            back.units,
            back.node,
            back.way,
            back.at,
            back.to_stock,
            _return_cost(setting, back),
        )


def _arrived(state: State) -> Iterator[Back]:
    return (back for back in state.returns if back.at is not None)


def _return_cost(setting: Setting, back: Back) -> float:
    returns = setting.world.returns
    if returns is None:
        return 0.0
    each = returns.parcel_cost if back.way == BY_PARCEL else returns.store_cost
    return each * back.units


def _moving(state: State, story: Story) -> list[Moving]:
    return [state.moving[index] for index in story.moving]


def _prices(setting: Setting, order: Order) -> Mapping[str, float]:
    return {
        line.id: setting.items[line.sku].unit_price
        if line.unit_price is None
        else line.unit_price
        for line in order.lines
    }
