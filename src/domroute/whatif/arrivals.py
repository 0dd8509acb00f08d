"""When a node first has a SKU: orders routed before that came from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from domroute.events import (
    Canceled,
    Closed,
    Event,
    Placed,
    Received,
    Rejected,
    Returned,
)
from domroute.network import STORE
from domroute.orders import Order
from domroute.replay.world import World
from domroute.scenario import Scenario

_EVER: Final = datetime.min.replace(tzinfo=UTC)


class Arrivals:
    """
    The first moment of every pair of node and SKU, and the orders it is too late for.

    Parameters
    ----------
    scenario
        The opening stock, and what is inbound.
    events
        What happens.
    world
        What else may put units in a store.
    hold_h
        The longest that an order waits to be routed (hours).
    is_usual
        Whether lines wait for stock that do not say so.
    """

    def __init__(
        self,
        scenario: Scenario,
        events: Iterable[Event],
        world: World,
        *,
        hold_h: float,
        is_usual: bool = False,
    ) -> None:
        happened, self._is_usual = tuple(events), is_usual
        self._hold = timedelta(hours=hold_h)
        self._first: dict[str, dict[str, datetime]] = {}
        self._fill(scenario, happened, world)
        # Who may be routed again waits for no one knows how long.
        self._is_calm = not (
            any((*world.rejects.values(), *world.short_picks.values()))
            or any(isinstance(event, Closed) for event in happened)
        )
        self._unsettled = {
            event.order
            for event in happened
            if isinstance(event, Rejected)
            or (isinstance(event, Canceled) and event.line is not None)
        }

    def _fill(self, scenario: Scenario, events: Sequence[Event], world: World) -> None:
        sold = {
            (event.order.id, line.id): line.sku
            for event in events
            if isinstance(event, Placed)
            for line in event.order.lines
        }
        for row in scenario.inventory:
            if row.on_hand >= 1:
                self._note(row.node, row.sku, _EVER)
        for (node, sku), parts in scenario.inventory.inbound.items():
            for part in parts:
                self._note(node, sku, part.at)
        for event in events:
            if isinstance(event, Received):
                self._note(event.node, event.sku, event.at)
            elif isinstance(event, Returned) and event.node is not None:
                brought = sold.get((event.order, event.line))
                if brought is not None:
                    self._note(event.node, brought, event.at)
        self._anytime: tuple[str, ...] = ()
        if world.returns is not None and world.returns.in_store > 0:
            nodes = scenario.network.nodes
            self._anytime = tuple(node.id for node in nodes if node.kind == STORE)

    def _note(self, node: str, sku: str, at: datetime) -> None:
        firsts = self._first.setdefault(sku, {})
        firsts[node] = min(at, firsts.get(node, at))

    def exclude(self, order: Order) -> Order:
        """Close lines that may not wait to the nodes that had none of it in time."""
        if not self._is_calm or order.id in self._unsettled or order.placed_at is None:
            return order
        last = order.placed_at + self._hold
        lines = []
        for line in order.lines:
            said = line.allow_backorder
            if self._is_usual if said is None else said:
                lines.append(line)
                continue
            late = [
                node
                for node, at in self._first.get(line.sku, {}).items()
                if at > last
                and node not in self._anytime
                and node not in line.excluded_nodes
            ]
            nodes = (*line.excluded_nodes, *late)
            lines.append(line.model_copy(update={"excluded_nodes": nodes}))
        return order.model_copy(update={"lines": tuple(lines)})
