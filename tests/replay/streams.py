"""Networks and streams small enough to replay in no time."""

import random
from datetime import UTC, datetime, timedelta

from builders import line, network, node, order, stock
from domroute import Item, Policy, Scenario
from domroute.events import Placed

START = datetime(2026, 3, 1, tzinfo=UTC)
CENTER, STORES = (0.0, 0.0), {"s1": (0.0, 3.0), "s2": (3.0, 0.0)}


def shop(name="shop", *, units=8, policy=None, orders=(), kept=("ABC", "ABC", "ABC")):
    """Make a center and two stores, each with some units of the items it keeps."""
    items = [
        Item(sku=sku, weight_kg=1.0, unit_price=40.0, unit_cost=15.0) for sku in "ABC"
    ]
    nodes = [
        node("d1", CENTER, kind="dc", per_shipment=1.0),
        *(
            node(name, at, kind="store", per_shipment=3.0)
            for name, at in STORES.items()
        ),
    ]
    rows = [dict.fromkeys(skus, units) for skus in kept]
    return Scenario(
        name=name,
        network=network(*nodes, items=items),
        inventory=stock(d1=rows[0], s1=rows[1], s2=rows[2]),
        policy=Policy() if policy is None else policy,
        orders=orders,
    )


APART = ("AB", "BC", "C")
"""What each node keeps, where an order for A and C must be split."""


def drawn_orders(seed, count=12, hours=1.0):
    """Draw orders for one or two items, an hour apart."""
    draw = random.Random(seed)
    return [
        order(
            f"o{number}",
            *(
                line(sku, sku, draw.randint(1, 2))
                for sku in draw.sample("ABC", draw.randint(1, 2))
            ),
            at=(draw.uniform(-1, 4), draw.uniform(-1, 4)),
            placed_at=START + timedelta(hours=number * hours),
        )
        for number in range(count)
    ]


def drawn_stream(scenario, seed):  # noqa: ARG001 - any scenario gets the same
    """Draw the events of a seed: orders, an hour apart."""
    return [Placed(order=each) for each in drawn_orders(seed)]
