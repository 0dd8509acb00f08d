"""The rows of what was promised of each line, and of what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domroute.replay.moments import Zones, deadline_of
from domroute.replay.setting import Setting
from domroute.replay.state import Moving, State
from domroute.replay.why import came_at, came_on, last_of, why


def promises_of(setting: Setting, state: State) -> Iterator[tuple[Any, ...]]:
    """
    List what was promised of each line of the orders that were routed.

    Parameters
    ----------
    setting
        The orders as they were placed; without dates there is nothing to list.
    state
        Where the replay stands.

    Yields
    ------
    tuple
        In the order of the columns.
    """
    if not setting.is_dated:
        return
    zones = Zones(setting.scenario.network)
    for name, story in state.stories.items():
        if story.routed_at is None:
            continue
        order = setting.orders[name]
        sent: dict[str, list[Moving]] = {line.id: [] for line in order.lines}
        standing = [state.moving[index] for index in story.moving]
        standing = [moving for moving in standing if moving.stage.counts]
        for moving in standing:
            for held in dict.fromkeys(x.line_id for x in moving.shipment.contents):
                sent[held].append(moving)
        filled = setting.goods(name).filled(x.shipment.contents for x in standing)
        for line in order.lines:
            if setting.items[line.sku].digital:
                continue  # it is there at once, and from no node
            vow, parts = story.vows.get(line.id), sent[line.id]
            last, delivery = last_of(parts), order.delivery_of(line)
            node = None if last is None else last.shipment.node_id
            zone = zones.of(order, delivery, node)
            canceled = story.canceled_of.get(line.id, 0)
            cause, came = story.causes.get(line.id), filled.get(line.id, 0)
            yield (
                name,
                line.id,
                order.placed_at,
                deadline_of(delivery, zone),
                line.quantity,
                story.routed_at,
                0 if vow is None else vow.units,
                None if vow is None else vow.on,
                None if vow is None else vow.by,
                came,
                None if last is None else came_on(last, zone),
                None if last is None else came_at(last),
                canceled,
                why(vow, parts, line.id, came=came, canceled=canceled, cause=cause),
            )
