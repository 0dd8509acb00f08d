"""One order of hundreds of lines, whose quantities no node holds alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.case import Case
from benchmarks.families.networks import Shape, draw_stream
from domroute import Network, Policy, Quotes

WIDE = Shape(
    nodes=50,
    orders=1,
    skus=200,
    lines=(200, 200),
    units=tuple(range(5, 21)),
    stocked=0.5,
    deepest=12,
)
"""Lines of 5 to 20 units over nodes that hold at most 12: most lines must be split."""
LIGHT = replace(WIDE, units=tuple(range(1, 8)), stocked=0.3)
"""Lines of 1 to 7 units over nodes that hold less than a third of them."""


def tariff_case(seed: int = 0, shape: Shape = WIDE) -> Case:
    """Draw the order at handling costs and the stepwise tariff by zone and weight."""
    stream = draw_stream(shape, seed=seed)
    return Case(
        name=f"tariff {seed}",
        order=stream.orders[0],
        network=stream.network,
        inventory=stream.inventory,
        policy=stream.policy,
    )


def light_case(seed: int = 0, shape: Shape = LIGHT) -> Case:
    """Draw small parcels of light items: what is paid is mostly a fixed charge."""
    case = tariff_case(seed, shape)
    rng = np.random.default_rng(seed)
    items = [
        item.model_copy(update={"weight_kg": int(grams) / 1000, "height_cm": 1})
        for item, grams in zip(
            case.network.items,
            rng.integers(100, 601, len(case.network.items)),
            strict=True,
        )
    ]
    network = Network(nodes=case.network.nodes, items=items)
    return replace(case, name=f"light {seed}", network=network)


def quoted_case(seed: int = 0, shape: Shape = WIDE) -> Case:
    """Draw the order at quoted costs: 10 to 60 a shipment, 0.20 to 2.00 a unit."""
    stream = draw_stream(
        shape, seed=seed, policy=Policy(costs=[], unfilled_penalty=1000.0)
    )
    order, rng = stream.orders[0], np.random.default_rng(seed)
    nodes = [node.id for node in stream.network.nodes]
    fixed = rng.integers(1000, 6001, len(nodes)) / 100
    per_unit = rng.integers(20, 201, (len(order.lines), len(nodes))) / 100
    quotes = Quotes(
        shipments={
            (order.id, node): float(cost)
            for node, cost in zip(nodes, fixed, strict=True)
        },
        units={
            (order.id, line.id, node): float(per_unit[at, n])
            for at, line in enumerate(order.lines)
            for n, node in enumerate(nodes)
        },
    )
    return Case(
        name=f"quoted {seed}",
        order=order,
        network=stream.network,
        inventory=stream.inventory,
        policy=stream.policy,
        quotes=quotes,
    )
