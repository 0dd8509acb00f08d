"""
The best plan of an order that may be put together at a node, from the documentation.

Every node that offers to merge, every way in which nodes may send parts to it, and
every service from there is tried; whatever is not put together is left to
:mod:`plain_together`.
"""

from __future__ import annotations

import math
from datetime import UTC, timedelta
from itertools import product
from typing import Any, NamedTuple

from domroute.orders import Delivery
from plain_dated import DatedWorld, Looks, added
from plain_together import best_of


class MergedPlan(NamedTuple):
    """A plan that is put together: what it costs, where, and who sends what."""

    cost: float
    node: str
    service: str
    given: Any
    dates: Any


class MergingWorld(DatedWorld):
    """One order, and what may be done about it at nodes that offer to merge."""

    def merged(self):
        """Yield all plans that are put together."""
        if not self._may_merge():
            return
        for name, node in self.nodes.items():
            if node.methods is not None and "merge" in node.methods:
                yield from self._at(name)

    def _may_merge(self):
        """Tell whether the order is one that may be put together at all."""
        deliveries = set(map(self.delivery_of, self.lines))
        placed, splits = self.clock.placed, self.policy.splits
        own = {self.items[line.sku].release_at for line in self.lines}
        is_soft = splits.over_limit_price is not None
        quoted = any(order == self.order.id for order, _ in self.quotes)
        return (
            len(deliveries) == 1
            and all(x.together and x.method == "ship" for x in deliveries)
            and not any(at is not None and at > placed for at in own)
            and self.policy.objective == "cost"
            and not (is_soft and splits.max_nodes)
            and not quoted
        )

    def _at(self, hub):
        """Yield the plans that are put together at a node."""
        (delivery,) = set(map(self.delivery_of, self.lines))
        node = self.nodes[hub]
        if not node.enabled or not self._has_room(hub):
            return
        lanes = {
            lane.origin: lane
            for lane in self.network.lanes
            if lane.destination == hub and lane.transit_days is not None
        }
        there = {name: self._there_at(hub, name, lane) for name, lane in lanes.items()}
        names = [name for name in lanes if there[name] is not None]
        loads = [self._given(name, delivery) for name in (*names, hub)]
        for picked in product(*loads):
            total = self.zero
            for units in picked:
                total = added(total, units)
            given = {
                name: units
                for name, units in zip((*names, hub), picked, strict=True)
                if any(units)
            }
            if self._fits(total) and set(given) - {hub}:
                yield from self._made_at(hub, (lanes, there), given, total)

    def _given(self, name, delivery):
        """List what a node may give."""
        found = [self.zero]
        for units in self._vectors(self.lines, name, delivery):
            looks = Looks(lines=sum(n > 0 for n in units))
            taken = {}
            for line, n in zip(self.lines, units, strict=True):
                taken[line.sku] = taken.get(line.sku, 0) + n
            is_there = all(
                n <= self.stock.get((name, sku), 0) for sku, n in taken.items()
            )
            if is_there and self._within(name, units, {looks: (0.0, ())}):
                found.append(units)
        return found

    def _has_room(self, hub):
        """Tell whether a node can do one more order."""
        limits = {one.measure.value: one.limit for one in self.nodes[hub].capacities}
        return limits.get("orders", 1) >= 1

    def _there_at(self, hub, name, lane):
        """Return when a node may work with what another sends it; None if never."""
        node, clock = self.nodes[hub], self.clock
        clock.services[lane.id] = lane.as_service
        place = node.location.model_copy(update={"time_zone": clock.zone_of(node)})
        trip = clock.trip(name, Delivery(to=place), lane.id, 1)
        dates = clock.ask(trip, clock.placed)
        if isinstance(dates, str) or dates.delivers_at is None:
            return None
        at = dates.delivers_at.astimezone(UTC)
        left = timedelta(minutes=node.receiving_minutes)
        if not left:
            return at
        for opens, closes in clock.hours(node.calendar, clock.zone_of(node)).openings:
            begins = max(opens, at)
            if closes < begins:
                continue
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        return None

    def _made_at(self, hub, sent, given, total):
        """Yield the plans in which nodes give just so much, service by service."""
        lanes, there = sent
        (delivery,) = set(map(self.delivery_of, self.lines))
        left = tuple(m - n for m, n in zip(self.most, total, strict=True))
        chosen = [(name, units, None) for name, units in given.items()]
        penalty = self._penalty(left)
        if penalty is None or not self._keeps_whole(total, left, chosen):
            return
        splits, cost = self.policy.splits, penalty
        if splits.ship_complete and any(left):
            if splits.incomplete_price is None:
                return
            cost += splits.incomplete_price
        is_light = any(map(self._is_light, given.values()))
        if len(given) > 1 and is_light:
            return
        extra = self._splitting(1, len({*given, hub}), is_light=False)
        if extra is None:
            return
        cost += extra
        for name, units in given.items():
            if name != hub:
                cost += self._price_of_part(name, lanes[name], units)
        cost += self._work(hub, given.get(hub, self.zero))
        last = max(there[name] for name in given if name != hub)
        for service in self.carriers(hub, delivery):
            dates = self.clock.ask(self.trip(hub, delivery, service), last)
            if isinstance(dates, str) or dates.delivers_at is None:
                continue
            zone = self.zone_number(hub, delivery, service)
            card = self.services[service].rate_card
            price = self._rate(card, zone, self._kilos(total))
            lines = sum(n > 0 for n in total)
            price += self._price_of_dates(dates, lines, sum(total))
            yield MergedPlan(cost + price, hub, service, given, dates)

    def _price_of_part(self, name, lane, units):
        """Price a part: its node's work, and the lane."""
        price = self._work(name, units) + lane.cost.per_shipment
        price += lane.cost.per_unit * sum(units)
        return price + lane.cost.per_kg * self._kilos(units)

    def _work(self, name, units):
        """Price the work of a node that gives so much."""
        cost = self.nodes[name].cost
        lines = sum(n > 0 for n in units)
        return cost.per_shipment + cost.per_line * lines + cost.per_unit * sum(units)

    def _kilos(self, units):
        """Weigh units of each line."""
        return sum(
            self.items[x.sku].weight_kg * n
            for x, n in zip(self.lines, units, strict=True)
        )


def best_merged(made):
    """Return the cheapest plan that is put together at a node; None without any."""
    world = MergingWorld(made.order, *made[1:])
    return min(world.merged(), default=None, key=lambda plan: plan.cost)


def best_cost(made):
    """Return what the best plan costs, put together or not; and whether it is."""
    plain, merged = best_of(made), best_merged(made)
    cost = math.inf if plain is None else plain.cost
    if merged is None or merged.cost >= cost:
        return cost, False
    return merged.cost, True
