"""Worlds in which orders ask for digital goods as well, and what is left to ship."""

from __future__ import annotations

import math
from datetime import timedelta
from random import Random

from domroute.ledger import Inventory, Stock
from domroute.network import Item
from domroute.orders import Line

CARDS = ("card", "song")
"""SKUs of digital goods."""


def with_cards(made, seed):
    """Ask for some digital goods in the orders of a world, or for nothing else."""
    rng = Random(f"digital {seed}")
    placed = made.orders[0].placed_at
    late = None if placed is None else placed + timedelta(hours=rng.choice((-9, 30)))
    items = [
        Item(
            sku="card",
            digital=True,
            unit_price=rng.choice((0.0, 5.0, 25.0)),
            weight_kg=rng.choice((0.0, 50.0)),
            tags=rng.choice(((), ("hazmat",))),
        ),
        Item(
            sku="song",
            digital=True,
            unit_price=1.0,
            release_at=late if made.network.is_dated else None,
        ),
    ]
    network = made.network.model_copy(
        update={"items": (*made.network.items, *items)},
    )
    ledger = made.inventory
    if rng.random() < 0.3:  # of no matter
        row = Stock(node=network.nodes[0].id, sku="card", on_hand=rng.choice((0, 9)))
        ledger = Inventory([*ledger, row])
    orders = tuple(_asking(order, rng) for order in made.orders)
    return made._replace(network=network, inventory=ledger, orders=orders)


def _asking(order, rng):
    """Put digital lines among those of an order."""
    lines = [] if rng.random() < 0.06 else list(order.lines)
    for at in range(rng.choice((1, 1, 2))):
        fields = {}
        if rng.random() < 0.3:
            fields["allow_backorder"] = rng.choice((True, False))
        if rng.random() < 0.2:
            fields["must_fill"] = True
        if rng.random() < 0.2:
            fields["unit_price"] = 40.0
        if rng.random() < 0.2:
            fields["allow_split"] = False
        name = f"{rng.choice('adz')} digital {at}"
        quantity = rng.choice((1, 1, 3))
        lines.append(Line(id=name, sku=rng.choice(CARDS), quantity=quantity, **fields))
    rng.shuffle(lines)
    return order.model_copy(update={"lines": tuple(lines)})


def to_ship(order, network):
    """Leave of an order what ships, worth as much as the whole; None if nothing."""
    items = {item.sku: item for item in network.items}
    lines = tuple(line for line in order.lines if not items[line.sku].digital)
    value = order.value
    if value is None:
        value = math.fsum(
            (items[x.sku].unit_price if x.unit_price is None else x.unit_price)
            * x.quantity
            for x in order.lines
        )
    if not lines:
        return None
    return order.model_copy(update={"lines": lines, "value": value})


def delivered(order, network):
    """List what comes from no node: line, SKU, units, and when it is there."""
    items = {item.sku: item for item in network.items}
    found = []
    for line in order.lines:
        if items[line.sku].digital:
            moments = [order.placed_at, items[line.sku].release_at]
            known = [at for at in moments if at is not None]
            at = max(known) if order.placed_at is not None else None
            found.append((line.id, line.sku, line.quantity, at))
    return sorted(found)
