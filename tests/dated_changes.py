"""Dated worlds changed a little, as plain values: ids, rows, dates, and single days."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domroute.jsonio import scenario_from_json, scenario_to_json
from domroute.ledger import Inventory, Stock
from domroute.network import Network
from domroute.orders import Order
from domroute.policy import Policy
from domroute.router import Router
from domroute.scenario import Scenario

WEEKS = timedelta(weeks=52)
"""As long as a year that begins on the same weekday."""
LISTS_OF_ROWS = {"nodes", "items", "services", "calendars", "stock", "lines"}
"""What may come in any order."""


def raw_of(world):
    """Write a dated world, or a single unit of one, down as plain values."""
    made = Scenario(
        "dated", world.network, world.inventory, [world.order], world.policy
    )
    return json.loads(scenario_to_json(made))


def scenario_of(raw):
    """Read plain values as a scenario."""
    return scenario_from_json(json.dumps(raw))


def routed(raw):
    """Route the only order of a scenario that is written as plain values."""
    made = scenario_of(raw)
    return Router(made.network, made.inventory, made.policy).route(made.orders[0])


def changed(value, change):
    """Change every text of nested values, keys too."""
    if isinstance(value, dict):
        return {change(key): changed(part, change) for key, part in value.items()}
    if isinstance(value, list):
        return [changed(part, change) for part in value]
    return change(value) if isinstance(value, str) else value


def renamed(raw, names):
    """Give things other names, wherever they stand."""
    return changed(raw, lambda text: names.get(text, text))


def names_in(raw):
    """List the ids of what a scenario holds."""
    return [
        *(node["id"] for node in raw["nodes"]),
        *(service["id"] for service in raw["services"]),
        *(calendar["id"] for calendar in raw["calendars"]),
        *(item["sku"] for item in raw["items"]),
        *(line["id"] for line in raw["orders"][0]["lines"]),
        raw["orders"][0]["id"],
    ]


def later_by_a_year(raw):
    """Move every date and moment on by 52 weeks."""

    def moved(text):
        for kind in (date, datetime):
            try:
                return (kind.fromisoformat(text) + WEEKS).isoformat()
            except ValueError:
                continue
        return text

    return changed(raw, moved)


def shuffled(value, random, key=None):
    """Mix all rows that may come in any order."""
    if isinstance(value, dict):
        rows = list(value.items())
        return {
            name: shuffled(part, random, name)
            for name, part in random.sample(rows, len(rows))
        }
    if isinstance(value, list):
        parts = [shuffled(part, random) for part in value]
        return random.sample(parts, len(parts)) if key in LISTS_OF_ROWS else parts
    return value


@dataclass(frozen=True)
class Single:
    """One unit from one node by one service of a world, and nothing else to decide."""

    network: Network
    inventory: Inventory
    policy: Policy
    order: Order

    @classmethod
    def of(cls, world, random):
        """Draw a line of the order, a node with a unit of it, and a service."""
        line = random.choice(world.order.lines)
        node = random.choice(world.network.nodes)
        delivery = line.delivery or world.order.delivery
        if not delivery.method.is_collected:
            names = (random.choice(world.network.services).id,)
            delivery = delivery.model_copy(update={"services": names})
        alone = line.model_copy(
            update={"quantity": 1, "delivery": None, "pinned_node": node.id}
        )
        fields = {"lines": (alone,), "delivery": delivery}
        return cls(
            world.network,
            Inventory([Stock(node=node.id, sku=line.sku, on_hand=1)]),
            Policy(costs=[], promise=world.policy.promise),
            world.order.model_copy(update=fields),
        )


def shipment_of(raw):
    """Return the only shipment of the only order; None where it is not sent."""
    plan = routed(raw).plan
    assert len(plan.shipments) + len(plan.unfilled) == 1
    return plan.shipments[0] if plan.shipments else None


def leaves(shipment):
    """Return when goods leave a node, by service or with whom collects them."""
    return shipment.delivers_at if shipment.ships_at is None else shipment.ships_at
