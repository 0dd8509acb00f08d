"""Random dated worlds in which nodes have limits by the working day."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from domroute.capacity import Capacity
from domroute.costs import Load
from domroute.ledger import Inventory
from plain_dated_worlds import drawn

DAY = timedelta(days=1)


def drawn_daily(seed, count=1):
    """Draw a world, and so many orders, of nodes with limits by the day."""
    made, rng = drawn(seed, count), Random(f"daily {seed}")
    network, ledger = by_day(made, rng)
    return made._replace(network=network, inventory=ledger)


def by_day(made, rng):
    """Give nodes of a world limits by the day, some of it taken already."""
    start = made.orders[0].placed_at.date()
    nodes, loads = [], {}
    for node in made.network.nodes:
        if rng.random() < 0.15:
            nodes.append(node)
            continue
        limits = list(node.capacities)
        measures = rng.sample(("units", "units", "lines", "orders", "workload"), 2)
        for measure in dict.fromkeys(measures[: rng.choice((1, 1, 2))]):
            special = {}
            if rng.random() < 0.4:
                day = start + rng.choice((-1, 0, 0, 1, 1, 2)) * DAY
                special[day] = rng.choice((0, 0, 1, 2, 9))
            limit = rng.choice((1, 1, 2, 2, 3, 4))
            limits.append(
                Capacity(limit=limit, measure=measure, per="day", special=special)
            )
            for ahead in range(-1, 6):
                if rng.random() < 0.45:
                    taken = rng.choice((limit, limit, 1, limit - 1))
                    loads[node.id, measure, start + ahead * DAY] = float(taken)
        nodes.append(node.model_copy(update={"capacity": tuple(limits)}))
    network = made.network.model_copy(update={"nodes": tuple(nodes)})
    ledger = Inventory(made.inventory)
    ledger.start_days(loads)
    return network, ledger


def drawn_loaded(seed, count=1):
    """Draw such a world with a policy in which days cost more as they fill."""
    made, rng = drawn_daily(seed, count), Random(f"loaded {seed}")
    terms = []
    for name in ("load", "over")[: rng.choice((1, 1, 1, 2))]:
        price = rng.choice((0.0, 0.3, 1.0, 2.5, 6.0))
        terms.append(
            Load(
                name=name,
                free_share=rng.choice((0.0, 0.3, 0.5, 0.5, 0.8, 1.0)),
                per_unit=price,
                over_per_unit=rng.choice((None, None, price, price + 2.0, 20.0)),
                measure=rng.choice((None, None, None, "units", "orders", "lines")),
                weight=rng.choice((1.0, 1.0, 1.0, 0.5, 0.0)),
            )
        )
    policy = made.policy.model_copy(update={"costs": (*made.policy.costs, *terms)})
    return made._replace(policy=policy)
