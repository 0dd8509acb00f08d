"""Small random worlds of goods that ship alone, keep apart, or need handling."""

from __future__ import annotations

from random import Random

from domroute.ledger import Inventory, Stock
from domroute.network import Item
from domroute.rules import RequireTag
from kit_worlds import kit_world
from worlds import served_world, world

TAGS = ("cold", "food", "hazmat")
PAIRS = (("hazmat", "food"), ("cold", "hazmat"), ("food", "cold"))
SKUS = "ABCD"


def parcel_world(random):
    """Draw a world of four SKUs, which services carry."""
    made = served_world(random) if random.random() < 0.5 else world(random)
    while not made.network.services:
        made = world(random)
    network = made.network
    apart = tuple(random.sample(PAIRS, random.choice([0, 1, 1, 2, 3])))
    items = tuple(_item(random, sku, apart) for sku in SKUS)
    services, nodes = (
        tuple(one.model_copy(update={"tags": _tags(random, 0.5)}) for one in rows)
        for rows in (network.services, network.nodes)
    )
    fields = {"items": items, "services": services, "nodes": nodes}
    rows = [row for row in made.inventory if row.sku in "AB"]
    rows += [
        Stock(node=node.id, sku=sku, on_hand=random.choice([0, 1, 2, 3]))
        for node in nodes
        for sku in "CD"
    ]
    lines = tuple(
        line.model_copy(update={"sku": random.choice(SKUS)})
        for line in made.order.lines
    )
    policy = made.policy.model_copy(
        update={"apart": apart, "rules": (*made.policy.rules, *_rules(random))}
    )
    return made._replace(
        order=made.order.model_copy(update={"lines": lines}),
        network=network.model_copy(update=fields),
        inventory=Inventory(rows),
        policy=policy,
    )


def parcel_kits(seed, method):
    """Draw a world of kits whose components ship alone, or keep apart."""
    random, more = Random(seed), 0
    made = kit_world(seed, method)
    while not made.network.services:
        more += 10_000
        made = kit_world(seed + more, method)
    apart = tuple(random.sample(PAIRS, random.choice([0, 1, 2])))
    items = []
    for item in made.network.items:
        if not item.components:
            torn = _item(random, item.sku, apart)
            fields = {"tags": torn.tags, "ships_alone": torn.ships_alone}
            item = item.model_copy(update=fields)  # noqa: PLW2901
        items.append(item)
    return made._replace(
        network=made.network.model_copy(update={"items": tuple(items)}),
        policy=made.policy.model_copy(update={"apart": apart}),
    )


def _item(random, sku, apart):
    """Draw an item that is not to be apart from itself, or ships alone."""
    tags = _tags(random, 0.45)
    is_torn = any(a in tags and b in tags for a, b in apart)
    return Item(
        sku=sku,
        weight_kg=random.choice([0.0, 0.5, 1.0, 2.5]),
        unit_price=random.choice([5.0, 10.0]),
        tags=tags,
        ships_alone=is_torn or random.random() < 0.25,
    )


def _tags(random, share):
    """Draw some of the tags."""
    return tuple(tag for tag in TAGS if random.random() < share)


def _rules(random):
    """Draw rules by which nodes or services need a tag, hard or soft."""
    whom = [("services",), ("services",), ("nodes", "services"), ("nodes",)]
    return [
        RequireTag(
            name=f"handles {tag}",
            tag=tag,
            of=random.choice(whom),
            price=random.choice([None, None, 0.4, 3.0]),
        )
        for tag in TAGS
        if random.random() < 0.3
    ]
