"""
Every plan there is for an order of all kinds of lines, from the documentation alone.

Lines are laid out as the goods that may leave for them: the SKU asked for, each
substitute, the components of a kit. Of goods any units may leave, as of lines in
``plain_stocked``; plans that make parts of kits, or more than is asked for, are none.
Lanes bring what is collected at a store from elsewhere.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from domroute.services import Service
from plain_dates import Clock, local
from plain_stocked import StockedWorld
from plain_supply import received

STORE = "ship_to_store"


class Goods(NamedTuple):
    """A SKU that may leave for a line: by which option, and units for each of it."""

    line: Any
    option: int
    each: int


def carried_by(lane):
    """Return a lane as what carries goods to a store, for nothing."""
    return Service(
        id=lane.id,
        rate_card={"weights_kg": [1e6], "rates": [[0.0]]},
        zones={"kind": "distance", "bands_km": []},
        methods=[STORE],
        calendar=lane.calendar,
        pickups=lane.pickups,
        transit_days=lane.transit_days,
        delivers_by=lane.delivers_by,
    )


class MixedClock(Clock):
    """Dates, those of transfers to a store too (no ``earliest`` is asked of them)."""

    def __init__(self, order, network, policy):
        super().__init__(order, network, policy)
        self.services |= {lane.id: carried_by(lane) for lane in network.lanes}

    def raw(self, trip, a):
        """Return the dates by calendars alone; None where there are none."""
        delivery = trip.delivery
        if delivery.method != STORE:
            return super().raw(trip, a)
        if trip.service is None:  # the store's own, from the shelf
            ready = self.ready(trip, a)
            return None if ready is None else self._collected(trip, ready)
        made = super().raw(trip, a)
        if made is None or made.delivers_at is None:
            return made
        return self._put_away(trip, made)

    def _put_away(self, trip, made):
        """Say when what arrives at a store is received, and may be collected."""
        store = self.nodes[trip.delivery.node]
        work = self.hours(store.calendar, trip.end)
        there = received(work, made.delivers_at, store.receiving_minutes)
        shop = self.hours(store.collection_calendar or store.calendar, trip.end)
        for opens, closes in shop.openings:
            at = None if there is None else max(opens, there)
            if at is not None and at < closes:
                on = local(at, trip.end)
                return made._replace(delivers_on=on, delivers_at=at)
        return None


class MixedWorld(StockedWorld):
    """
    One order with kits, substitutes and lanes, and what may be done about it.

    Of a kit that leaves together, one may be asked for.
    """

    clock_of = MixedClock

    def __init__(self, order, network, inventory, policy):
        self.asked = order
        self.rows = {item.sku: item for item in network.items}
        self.goods, lines = {}, []
        for line in order.lines:
            for name, goods, fields in self._goods_of(line):
                self.goods[name] = goods
                lines.append(line.model_copy(update={**fields, "id": name}))
        value = order.value
        if value is None:
            value = math.fsum(self._price(x) * x.quantity for x in order.lines)
        laid = order.model_copy(update={"lines": tuple(lines), "value": value})
        self.lanes = {lane.id: lane for lane in network.lanes}
        super().__init__(laid, network, inventory, policy)
        self.services |= {lane.id: carried_by(lane) for lane in network.lanes}
        self.laid = [self.goods[line.id] for line in self.lines]

    # --- goods ------------------------------------------------------------------

    def _price(self, line):
        """Say what the customer pays for a unit of a line."""
        own = line.unit_price
        return self.rows[line.sku].unit_price if own is None else own

    def _goods_of(self, line):
        """List what may leave for a line: a name, what it is, how it is laid out."""
        skus = [line.sku, *(other.sku for other in line.substitutes)]
        for option, sku in enumerate(skus):
            item = self.rows[sku]
            parts = [(x.sku, x.quantity) for x in item.components] or [(sku, 1)]
            worth = sum(self.rows[name].unit_price * each for name, each in parts)
            pieces = sum(each for _, each in parts)
            is_one = bool(item.components) and item.kit == "together"
            assert not is_one or line.quantity == 1  # more are not gone through
            for name, each in parts:
                # A share of the line's price: by those of components, or evenly.
                share = self.rows[name].unit_price / worth if worth else 1 / pieces
                fields = {
                    "sku": name,
                    "quantity": line.quantity * each,
                    "unit_price": self._price(line) * share,
                    "ship_together": f"{line.id} {option}" if is_one else None,
                    "substitutes": (),
                }
                laid = f"{line.id} {option} {name}"
                yield laid, Goods(line, option, each), fields

    def options(self, units):
        """Count units of each line by option, as many as are begun of kits."""
        found = {line.id: [0] * (1 + len(line.substitutes)) for line in self._asked()}
        for goods, n in zip(self.laid, units, strict=True):
            row = found[goods.line.id]
            row[goods.option] = max(row[goods.option], -(-n // goods.each))
        return found

    def _asked(self):
        """List the lines that are asked for."""
        return self.asked.lines

    def _fits(self, units):
        """Tell whether no line is given more than is asked for."""
        if not super()._fits(units):
            return False
        found = self.options(units)
        return all(sum(found[x.id]) <= x.quantity for x in self._asked())

    def _vectors(self, of, name, delivery):
        """List what may be in one shipment."""
        return filter(self._fits, super()._vectors(of, name, delivery))

    def unfilled(self, left):
        """Count what is left of each line; None where some kit is not whole."""
        gone = [m - n for m, n in zip(self.most, left, strict=True)]
        found = self.options(gone)
        for goods, n in zip(self.laid, gone, strict=True):
            if n != goods.each * found[goods.line.id][goods.option]:
                return None
        return {x.id: x.quantity - sum(found[x.id]) for x in self._asked()}

    def _is_short(self, left):
        """Tell whether something is left of what is asked for."""
        return any(self.unfilled(left).values())

    def _penalty(self, left):
        """Price what is left and what stands in; None if it may not be."""
        short = self.unfilled(left)
        if short is None:
            return None
        gone = self.options([m - n for m, n in zip(self.most, left, strict=True)])
        total = 0.0
        for line in self._asked():
            units, mixture = short[line.id], gone[line.id]
            used = [n for n in mixture if n]
            if not line.allow_split and used and (units or len(used) > 1):
                return None
            own = line.unfilled_penalty
            each = self.policy.unfilled_penalty if own is None else own
            if units and (line.must_fill or each is None):
                return None
            total += units * (each or 0.0) * self.asked.weight
            stands = zip(line.substitutes, mixture[1:], strict=True)
            total += sum(other.penalty * n for other, n in stands)
        return total

    # --- lanes ------------------------------------------------------------------

    def carriers(self, name, delivery):
        """List what may take a delivery from a node: services and lanes."""
        if delivery.method != STORE:
            return super().carriers(name, delivery)
        if name == delivery.node:  # from the shelf
            return [None]
        lanes = [
            one
            for one, lane in self.lanes.items()
            if (lane.origin, lane.destination) == (name, delivery.node)
            and (not delivery.services or one in delivery.services)
        ]
        services = super().carriers(name, delivery)
        return [*(one for one in services if one not in self.lanes), *lanes]

    def _part(self, name, delivery, service, units, stock_at):
        """Return a shipment, with the price of its lane where it rides one."""
        part = super()._part(name, delivery, service, units, stock_at)
        is_carried = service in self.lanes and "shipping" in self.terms
        if isinstance(part, str) or not is_carried:
            return part
        cost = self.lanes[service].cost
        rows = zip(self.lines, units, strict=True)
        kilos = sum(self.items[x.sku].weight_kg * n for x, n in rows)
        more = cost.per_shipment + cost.per_unit * sum(units) + cost.per_kg * kilos
        return part._replace(price=part.price + more)
