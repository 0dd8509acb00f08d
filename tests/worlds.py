"""
Small random worlds: tight stock, limits of every kind, orders of two deliveries.

Besides as they are drawn: with lines that are dear beside lines worth nothing, and with
a term that pays for what is shipped. Both are asked by the integer program too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from domroute.capacity import Capacity
from domroute.costs import Handling, Quotes, Shipping
from domroute.ledger import Inventory, Stock
from domroute.network import Item, Network, Node
from domroute.orders import Delivery, Order
from domroute.policy import Policy, SolveOptions
from domroute.rules import MaxDistance, NodeFilter, SafetyStock
from domroute.services import Service
from domroute.words import Measure
from paying import bonus

SERVICES = (("air", "hazmat"), ("freight", "cold"), ("ground", "hazmat"))
"""Names of services, and what each may refuse."""
HERE, THERE = {"lat": 40.0, "lon": -75.0}, {"lat": 40.6, "lon": -75.0}


class World(NamedTuple):
    """What ``ways_of`` and a router are asked."""

    order: Order
    network: Network
    inventory: Inventory
    policy: Policy
    quotes: Quotes | None


def world(random) -> World:
    """Draw a world of two or three nodes, two SKUs and one to three lines."""
    money = random.choice([0.01, 1.0, 1000.0])
    names = ["N1", "N2", "N3"][: random.choice([1, 2, 2, 3])]
    is_carried = random.random() < 0.4
    return World(
        order=_order(random, names, money),
        network=Network(
            nodes=[_node(random, name, money) for name in names],
            items=[
                Item(
                    sku=sku,
                    weight_kg=random.choice([1.0, 2.5]),
                    unit_price=random.choice([5.0, 10.0]),
                    tags=random.choice([(), (), ("hazmat",)]),
                )
                for sku in "AB"
            ],
            services=_services(random, money) if is_carried else (),
        ),
        inventory=Inventory(
            Stock(
                node=name,
                sku=sku,
                on_hand=random.choice([0, 1, 1, 2, 3, 4]),
                safety=random.choice([0, 0, 0, 0, 1]),
            )
            for name in names
            for sku in "AB"
            if random.random() < 0.85
        ),
        policy=_policy(random, names, money, is_carried=is_carried),
        quotes=None
        if random.random() < 0.8
        else Quotes(
            shipments={
                ("o", name): round(random.choice([0, 2, 5, 7.25]) * money, 4)
                for name in names
                if random.random() < 0.7
            }
        ),
    )


def dear_world(random) -> World:
    """Draw a world in which leaving a line may cost a million, or nothing."""
    made = world(random)
    lines = tuple(
        line
        if line.must_fill or random.random() < 0.15
        else line.model_copy(update={"unfilled_penalty": _penalty(random)})
        for line in made.order.lines
    )
    order = made.order.model_copy(update={"lines": lines})
    return _by_any_method(made._replace(order=order), random)


def _penalty(random) -> float:
    """Draw next to nothing, or a lot."""
    little, much = [0.0, 0.0, 0.0, 0.001, 0.5, 1.0, 4.0], [30.0, 1000.0, 60_000.0, 1e6]
    return random.choice(random.choice([little, much]))


def paid_world(random) -> World:
    """Draw a world in which some shipments, lines and units cost less than nothing."""
    return _by_any_method(paid(world(random), random), random)


def paid(made, random):
    """Add a term that pays to what has a network and a policy."""
    names = [node.id for node in made.network.nodes]
    costs = (*made.policy.costs, bonus(random, names))
    policy = made.policy.model_copy(update={"costs": costs})
    return made._replace(policy=policy)


def limited_world(random) -> World:
    """Draw a world in which nodes may have several capacities."""
    return _by_any_method(limited(world(random), random), random)


def limited(made, random):
    """Limit most nodes of what has a network by one measure or several."""
    network = made.network
    nodes = [
        node.model_copy(update={"capacity": _capacities(random)})
        if random.random() < 0.7
        else node
        for node in network.nodes
    ]
    fields = {"nodes": nodes, "items": network.items, "services": network.services}
    return made._replace(network=type(network)(**fields))


def _capacities(random) -> tuple[Capacity, ...]:
    """Draw limits on one measure to all of them, few of which are far too high."""
    measures = random.sample(
        ["orders", "lines", "units", "workload"], random.choice([1, 2, 2, 3, 4])
    )
    return tuple(
        Capacity(limit=random.choice([0, 1, 1, 2, 2, 3, 5]), measure=measure)
        for measure in sorted(measures, key=list(Measure).index)
    )


def served_world(random) -> World:
    """Draw a world in which it often pays that a node ships by several services."""
    made = world(random)
    money = random.choice([1.0, 1.0, 1000.0])
    items = tuple(
        item.model_copy(update={"tags": (tag,) if random.random() < 0.7 else ()})
        for item, tag in zip(made.network.items, ("hazmat", "cold"), strict=True)
    )
    services = tuple(
        _service(random, name, money, refused)
        for name, refused in SERVICES[: random.choice([2, 2, 3])]
    )
    fields = {"items": items, "services": services}
    network = made.network.model_copy(update=fields)
    network = type(network)(**network.model_dump())  # looked at again, whole
    costs = random.choice([(Shipping(),), (Handling(), Shipping())])
    one = random.random() < 0.2
    splits = made.policy.splits.model_copy(update={"several_services": not one})
    dear = {"unfilled_penalty": 60.0 * money, "costs": costs, "splits": splits}
    policy = made.policy.model_copy(update=dear)
    line, where = {"unfilled_penalty": None}, {}
    if random.random() < 0.7:
        line["delivery"], where["delivery"] = None, Delivery()
    lines = tuple(x.model_copy(update=line) for x in made.order.lines)
    wanted = made.order.model_copy(update={"lines": lines, **where})
    more = Inventory(
        row.model_copy(update={"on_hand": row.on_hand + random.choice([0, 2])})
        for row in made.inventory
    )
    made = World(wanted, network, more, policy, made.quotes)
    return _by_any_method(made, random)


def _service(random, name: str, money: float, refused: str) -> Service:
    """Draw a service whose price may rise faster than the weight."""
    low = [random.choice([1, 2, 6]) * money]
    for _ in range(2):
        low.append(low[-1] + random.choice([1, 4, 9]) * money)
    return Service(
        id=name,
        rate_card={
            "weights_kg": [1.0, 2.5, 5.0],
            "rates": [low, [rate + money for rate in low]],
        },
        zones={"kind": "distance", "bands_km": [50.0]},
        **_chance(random, 0.7, refused_tags=[refused]),
        **_chance(random, 0.2, max_weight_kg=2.0),
    )


def _by_any_method(made, random) -> World:
    """Draw who is asked; small orders are listed, unless they are forced."""
    solve = SolveOptions(method=random.choice(["auto", "auto", "mip"]))
    policy = made.policy.model_copy(update={"solve": solve})
    return made._replace(policy=policy)


def _chance(random, share: float, **fields: Any) -> dict[str, Any]:
    """Give fields once in a while."""
    return fields if random.random() < share else {}


def _node(random, name: str, money: float) -> Node:
    """Draw a node with some limit of its own, or none."""
    return Node(
        id=name,
        kind=random.choice(["dc", "store", "store"]),
        location={"lat": 40.0 + random.choice([0, 0.3, 0.9]), "lon": -75.0},
        cost={
            "per_shipment": round(random.choice([0, 1, 3.07, 8]) * money, 4),
            "per_line": round(random.choice([0, 0, 0.5]) * money, 4),
            "per_unit": round(random.choice([0, 0, 0.33]) * money, 4),
        },
        **_chance(
            random,
            0.25,
            capacity={
                "limit": random.choice([0, 1, 1, 2, 3]),
                "measure": random.choice(["orders", "lines", "units", "workload"]),
            },
        ),
        **_chance(random, 0.15, minimum_order=random.choice([10.0, 20.0, 40.0])),
        **_chance(random, 0.1, max_distance_km=50.0),
        **_chance(random, 0.07, enabled=False),
        **_chance(random, 0.1, methods=["ship"]),
    )


def _services(random, money: float) -> list[Service]:
    """Draw one or two services, some of which refuse something."""
    made = []
    for name in ("air", "ground")[: random.choice([1, 2])]:
        step = [random.choice([1, 2, 4]) * money for _ in range(4)]
        low = [round(step[0], 4), round(step[0] + step[1], 4)]
        high = [round(x + step[2], 4) for x in low]
        made.append(
            Service(
                id=name,
                rate_card={"weights_kg": [2.5, 5.0], "rates": [low, high]},
                zones={"kind": "distance", "bands_km": [50.0]},
                **_chance(random, 0.2, refused_tags=["hazmat"]),
                **_chance(random, 0.15, max_weight_kg=2.0),
            )
        )
    return made


def _policy(random, names: list[str], money: float, *, is_carried: bool) -> Policy:
    """Draw costs, limits on splits, penalties and a goal."""
    splits: dict[str, Any] = {
        **_chance(random, 0.2, max_shipments=random.choice([1, 2])),
        **_chance(random, 0.15, max_nodes=random.choice([1, 2])),
        **_chance(random, 0.15, min_part_value=random.choice([8.0, 15.0])),
        **_chance(random, 0.1, min_order_value=random.choice([20.0, 45.0])),
        **_chance(random, 0.15, ship_complete=True),
        **_chance(random, 0.2, split_price=round(1.5 * money, 4)),
    }
    if splits.get("ship_complete"):
        splits |= _chance(random, 0.4, incomplete_price=round(3 * money, 4))
    if "max_shipments" in splits or "max_nodes" in splits:
        splits |= _chance(random, 0.2, over_limit_price=round(2 * money, 4))
    price = _chance(random, 0.4, price=round(0.7 * money, 4))
    rules = [
        *([SafetyStock(units=1, **price)] if random.random() < 0.12 else []),
        *(
            [MaxDistance(km=50.0, nodes=NodeFilter(ids=[random.choice(names)]))]
            if random.random() < 0.12
            else []
        ),
    ]
    costs = [Handling()] if random.random() < 0.9 else []
    return Policy(
        costs=[*costs, *([Shipping()] if is_carried else [])],
        rules=rules,
        splits=splits,
        unfilled_penalty=random.choice(
            [None, *[round(x * money, 4) for x in (0.5, 4, 9, 9, 30, 30, 30, 1000)]]
        ),
        objective=random.choice(["cost", "cost", "cost", "fewest_shipments"]),
    )


def _delivery(random, names: list[str]) -> dict[str, Any]:
    """Draw a delivery, shipped or collected."""
    kind = random.choice(["ship", "ship", "there", "pickup", "radius", "store"])
    return {
        "ship": {},
        "there": {"to": THERE},
        "pickup": {"method": "pickup", "node": random.choice(names)},
        "radius": {"method": "pickup", "radius_km": 50.0},
        "store": {"method": "ship_to_store", "node": random.choice(names)},
    }[kind]


def _order(random, names: list[str], money: float) -> Order:
    """Draw an order of one to three lines."""
    count = random.choice([1, 2, 2, 3])
    usual = _delivery(random, names)
    together = _chance(random, 0.15, ship_together="set")
    lines = []
    for at in range(count):
        own = (
            {} if together else _chance(random, 0.35, delivery=_delivery(random, names))
        )
        pinned = _chance(random, 0.12, pinned_node=random.choice(names))
        excluded = (
            {}
            if pinned
            else _chance(random, 0.1, excluded_nodes=[random.choice(names)])
        )
        must = _chance(random, 0.05, must_fill=True)
        left = (
            {}
            if must
            else _chance(
                random, 0.3, unfilled_penalty=round(random.choice([0, 1, 9]) * money, 4)
            )
        )
        lines.append(
            {
                "id": f"l{at}",
                "sku": random.choice("AB"),
                "quantity": random.choice([1, 1, 2, 3]),
                "allow_split": random.random() > 0.15,
                **own,
                **together,
                **pinned,
                **excluded,
                **must,
                **left,
            }
        )
    return Order(
        id="o",
        destination=HERE,
        delivery=usual,
        lines=lines,
        **_chance(random, 0.2, weight=2.0),
    )
