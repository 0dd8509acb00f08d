"""Random tiny orders with kits and substitutes, small enough to be gone through."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from builders import item, line, node, service
from domroute import Inventory, Network, Order, Policy, Stock

PLAIN = "ABCD"


class KitWorld(NamedTuple):
    """An order, and what it is routed with."""

    order: Order
    network: Network
    there: dict[tuple[str, str], int]
    policy: Policy

    @property
    def inventory(self) -> Inventory:
        """The stock as a ledger."""
        return Inventory(
            Stock(node=name, sku=sku, on_hand=units)
            for (name, sku), units in self.there.items()
        )


def kit_world(seed: int, method: str = "auto") -> KitWorld:
    """Draw a world."""
    draw = Random(seed)
    items = [
        item(
            sku,
            weight_kg=draw.choice((0.5, 1.0, 2.0)),
            unit_price=draw.choice((0.0, 4.0, 10.0)),
            tags=("cold",) if draw.random() < 0.1 else (),
        )
        for sku in PLAIN
    ]
    for name in "KLM":
        parts = draw.sample(PLAIN, draw.choice((1, 2, 2)))
        items.append(
            item(
                name,
                components=[(sku, draw.choice((1, 1, 2))) for sku in parts],
                kit=draw.choice(("together", "parts")),
                unit_price=draw.choice((10.0, 25.0)),
            )
        )
    nodes = _nodes(draw)
    services = ()
    costs = [{"term": "handling"}]
    if draw.random() < 0.6:
        refused = ("cold",) if draw.random() < 0.3 else ()
        rates = ((3.0, 4.0, 6.5, 9.0, 30.0),)
        weights = (1.0, 2.0, 4.0, 8.0, 60.0)
        services = (service("s", rates, weights, refused_tags=refused),)
        costs.append({"term": "shipping"})
    network = Network(nodes=nodes, items=items, services=services)
    order = Order(
        id="o1",
        destination={"lat": 0, "lon": 0},
        lines=lines_of(draw, {one.sku: one for one in items}, [n.id for n in nodes]),
        weight=draw.choice((1.0, 1.0, 2.0)),
    )
    there = {(n.id, sku): draw.choice((0, 1, 2, 3)) for n in nodes for sku in PLAIN}
    splits = {}
    if draw.random() < 0.2:
        splits["max_shipments"] = draw.choice((1, 2))
    if draw.random() < 0.2:
        splits["split_price"] = 2.0
    if draw.random() < 0.1:
        splits["ship_complete"] = True
    if draw.random() < 0.1:
        splits["min_part_value"] = draw.choice((5.0, 12.0))
    policy = Policy(
        costs=costs,
        splits=splits,
        objective="fewest_shipments" if draw.random() < 0.15 else "cost",
        unfilled_penalty=draw.choice((1.0, 4.0, 15.0, 100.0)),
        solve={"method": method},
    )
    return KitWorld(order, network, there, policy)


def _nodes(draw):
    """Draw one to three nodes, some with a minimum value."""
    nodes = []
    for at in range(draw.choice((1, 2, 2, 3))):
        extra = {}
        if draw.random() < 0.15:
            extra["minimum_order"] = draw.choice((8.0, 20.0))
        if draw.random() < 0.2:
            measure, most = draw.choice((("units", 3), ("lines", 2)))
            extra["capacity"] = {"measure": measure, "limit": most}
        nodes.append(
            node(
                f"N{at}",
                (0.0, at * 0.1),
                per_shipment=draw.choice((1.0, 2.0, 3.0)),
                per_line=draw.choice((0.0, 0.5)),
                per_unit=draw.choice((0.0, 0.25, 1.0)),
                **extra,
            )
        )
    return nodes


def lines_of(draw, items, nodes):
    """Draw the lines of an order."""
    lines = []
    count = draw.choice((1, 1, 2, 2))
    for at in range(count):
        quantity = draw.choice((1, 1, 2)) if count > 1 else draw.choice((1, 2, 3))
        sku = draw.choice([*PLAIN, "K", "K", "L", "M"])
        fields = _fields(draw, sku, items, nodes)
        lines.append(line(f"l{at}", sku, quantity, **fields))
    if count > 1 and draw.random() < 0.2:
        lines = [one.model_copy(update={"ship_together": "set"}) for one in lines]
    return lines


def _fields(draw, sku, items, nodes):
    """Draw the substitutes of a line and what it says of kits."""
    others = []
    for other in draw.sample([*PLAIN, *"KLM"], draw.choice((0, 1, 1, 2))):
        inside = {part.sku for part in items[other].components}
        if other != sku and sku not in inside:
            others.append((other, draw.choice((0.0, 0.0, 0.5, 1.0, 3.0))))
    fields = {"substitutes": others}
    if draw.random() < 0.2:
        fields["allow_split"] = False
    if draw.random() < 0.1:
        fields["pinned_node"] = draw.choice(nodes)
    elif draw.random() < 0.1:
        fields["excluded_nodes"] = [draw.choice(nodes)]
    if draw.random() < 0.1:
        fields["must_fill"] = True
    elif draw.random() < 0.2:
        fields["unfilled_penalty"] = draw.choice((0.5, 6.0))
    if draw.random() < 0.3:
        fields["unit_price"] = draw.choice((6.0, 9.0))
    return fields
