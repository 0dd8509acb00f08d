"""What becomes of shipments once they leave: delivered, returned, back in stock."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from domroute.events import Returned
from domroute.geography import great_circle_km, unit_vectors
from domroute.ledger.inventory import Inventory
from domroute.network import STORE
from domroute.orders import Order
from domroute.plan import Shipment
from domroute.replay.agenda import Due, push
from domroute.replay.setting import Setting
from domroute.replay.state import Back, Handed, Stage, State

BY_STORE, BY_PARCEL = "store", "parcel"


class Aftermath:
    """
    Follows shipments from the moment they leave.

    Parameters
    ----------
    setting
        The stores that returns are brought to, what is assumed, and the luck.
    state, ledger
        Where the replay stands.
    """

    def __init__(self, setting: Setting, state: State, ledger: Inventory) -> None:
        self._setting, self._state, self._ledger = setting, state, ledger
        self._world = setting.world
        nodes = setting.scenario.network.nodes
        self._stores = [node for node in nodes if node.kind == STORE]
        self._vectors = unit_vectors(
            np.array([node.location.lat for node in self._stores], float),
            np.array([node.location.lon for node in self._stores], float),
        )

    def depart(self, index: int, now: datetime) -> None:
        """Let a shipment leave its node."""
        state, moving = self._state, self._state.moving[index]
        shipment = moving.shipment
        self._ledger.commit(moving.number)
        state.picking.pop(index, None)
        moving.stage, moving.left_at = Stage.IN_TRANSIT, now
        for content in shipment.contents:
            state.flow.count("in_transit", content.sku, content.quantity)
        push(state, self._arrival(shipment, now), Due.ARRIVES, index)

    def _arrival(self, shipment: Shipment, now: datetime) -> datetime:
        """Say when a shipment that leaves now is there: as promised, or later."""
        if shipment.method.is_collected:
            return now
        due = shipment.delivers_at
        if due is None:
            due = now + self._world.transit(shipment.distance_km)
        late = self._world.late.get(shipment.service or "", 0.0)
        about = (shipment.order_id, shipment.node_id, shipment.service)
        if self._setting.happens(late, "late", *about):
            due += timedelta(days=self._world.late_days)
        return max(now, due)

    def arrive(self, index: int, now: datetime) -> None:
        """Hand a shipment to the customer, who may send some of it back."""
        state, moving = self._state, self._state.moving[index]
        story = state.stories[moving.shipment.order_id]
        moving.stage, moving.delivered_at = Stage.DELIVERED, now
        for content in moving.shipment.contents:
            units, line = content.quantity, content.line_id
            state.flow.count("in_transit", content.sku, -units)
            state.flow.count("delivered", content.sku, units)
            hand = Handed(moving.shipment.node_id, content.sku, units)
            story.handed.setdefault(line, []).append(hand)
            first = story.delivered.get(line, 0)
            story.delivered[line] = first + units
            if self._world.returns is not None:
                order = self._setting.orders[moving.shipment.order_id]
                for unit in range(first, first + units):
                    self._decide_return(order, line, unit, hand)

    def _decide_return(self, order: Order, line: str, unit: int, hand: Handed) -> None:
        """Draw whether a unit comes back, and how."""
        returns, setting = self._world.returns, self._setting
        about = (order.id, line, unit)
        if returns is None or not setting.happens(returns.share, "returns", *about):
            return
        node, way, days = hand.node, BY_PARCEL, returns.days + returns.parcel_days
        if setting.happens(returns.in_store, "in store", *about):
            store = self._nearest_store(order)
            if store is not None:
                node, way, days = store, BY_STORE, returns.days
        to_stock = setting.happens(returns.resalable, "resalable", *about)
        hand.units -= 1
        back = Back(order.id, line, hand.sku, 1, node, way, to_stock)
        self._state.returns.append(back)
        at = self._state.now + timedelta(days=days)
        push(self._state, at, Due.COMES_BACK, len(self._state.returns) - 1)

    def _nearest_store(self, order: Order) -> str | None:
        open_to = [node.id not in self._state.closed for node in self._stores]
        if order.destination is None or not any(open_to):
            return None
        to = order.destination
        far = great_circle_km(self._vectors, to.lat, to.lon)
        return self._stores[int(np.where(open_to, far, np.inf).argmin())].id

    def take_back(self, event: Returned) -> None:
        """Let a customer bring or send what they have; as much of it as they have."""
        story = self._state.stories.get(event.order)
        hands = [] if story is None else story.handed.get(event.line, [])
        left = event.quantity
        for hand in hands:
            units = min(left, hand.units)
            if units == 0:
                continue
            hand.units -= units
            left -= units
            node = hand.node if event.node is None else event.node
            way = BY_PARCEL if event.node is None else BY_STORE
            back = Back(
                event.order, event.line, hand.sku, units, node, way, event.to_stock
            )
            self._state.returns.append(back)
            self.come_back(len(self._state.returns) - 1, event.at)
        if left:
            text = f"{left} of line {event.line!r} not with the customer"
            self._state.ignored.append((event.at, event.event, event.order, text))

    def come_back(self, index: int, now: datetime) -> None:
        """Take units in for inspection."""
        back, flow = self._state.returns[index], self._state.flow
        back.at = now
        flow.count("returned", back.sku, back.units)
        flow.count("in_inspection", back.sku, back.units)
        push(self._state, now + self._world.inspection, Due.INSPECTED, index)

    def inspected(self, index: int) -> None:
        """Put units back in stock, or write them off."""
        back, flow = self._state.returns[index], self._state.flow
        flow.count("in_inspection", back.sku, -back.units)
        if back.to_stock:
            self._ledger.adjust(back.node, back.sku, back.units)
        else:
            flow.count("lost", back.sku, back.units)
