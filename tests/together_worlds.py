"""Small dated worlds whose deliveries come on one date, and whose SKUs lie apart."""

from __future__ import annotations

from random import Random

from domroute.ledger import Inventory, Stock
from domroute.orders import Delivery
from drawn_times import is_so
from plain_dated_worlds import drawn

_COLLECTED = ("same_day", "pickup", "curbside", "locker")


def drawn_together(seed, count=1):
    """Draw a world as any dated one; most of its deliveries come together."""
    made, rng = drawn(f"together {seed}", count), Random(f"together {seed}")
    known = {}

    def together(delivery):
        """Have a delivery come together, and most of them by a carrier."""
        if delivery not in known:
            own = delivery
            if delivery.method in _COLLECTED and is_so(rng, 0.8):
                kept = {"services": delivery.services, "earliest": delivery.earliest}
                own = Delivery(method="ship", need_by=delivery.need_by, **kept)
            known[delivery] = own.model_copy(update={"together": is_so(rng, 0.9)})
        return known[delivery]

    names = [node.id for node in made.network.nodes]
    homes = {item.sku: rng.choice(names) for item in made.network.items}
    rows = [
        Stock(node=row.node, sku=row.sku, on_hand=_held(rng, row, homes[row.sku]))
        for row in made.inventory
    ]
    policy = made.policy
    if is_so(rng, 0.7):
        policy = policy.model_copy(update={"unfilled_penalty": 40.0})
    return made._replace(
        orders=having(made.orders, together), inventory=Inventory(rows), policy=policy
    )


def having(orders, change):
    """Return orders with other deliveries, each changed alike wherever it stands."""
    found = []
    for order in orders:
        lines = tuple(
            line
            if line.delivery is None
            else line.model_copy(update={"delivery": change(line.delivery)})
            for line in order.lines
        )
        update = {"delivery": change(order.delivery), "lines": lines}
        found.append(order.model_copy(update=update))
    return tuple(found)


def _held(rng, row, home):
    """Draw what a node has: most SKUs are at one node alone."""
    if row.node == home:
        return max(row.on_hand, 1)
    return row.on_hand if is_so(rng, 0.35) else 0
