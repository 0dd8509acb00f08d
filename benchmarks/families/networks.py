"""
Networks across the United States with orders of a few lines: the everyday case.

Every fifth node is a distribution center, the others are stores, whose work is dearer.
Places are uniform over a box around the contiguous states. Prices, weights and sizes
are whole cents, grams and centimeters: an integer model of the same problem is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.case import Stream
from domroute import (
    HandlingCost,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """
    The size and the kind of a stream.

    Attributes
    ----------
    lines
        The least and the most lines of an order.
    units
        Quantities a line draws from, each as likely as the other.
    stocked
        Share of the SKUs that a node holds, 1 to ``deepest`` units of each.
    mixed
        Whether nodes' work costs differ; if not, all cost 3.00 a shipment and 1.50 a
        unit.
    """

    nodes: int = 50
    orders: int = 400
    skus: int = 200
    lines: tuple[int, int] = (1, 5)
    units: tuple[int, ...] = (1, 1, 1, 1, 2, 3)
    stocked: float = 0.7
    deepest: int = 5
    mixed: bool = True


def draw_stream(shape: Shape, *, seed: int = 0, policy: Policy | None = None) -> Stream:
    """Draw a network, its stock and its orders."""
    rng = np.random.default_rng(seed)
    N, K = shape.nodes, shape.skus
    handling = _draw_handling(rng, N) if shape.mixed else np.full((N, 2), (300, 150))
    nodes = [
        Node(
            id=f"N{n:04d}",
            kind="store" if n % 5 else "dc",
            location=_draw_place(rng),
            cost=HandlingCost(
                per_shipment=int(handling[n, 0]) / 100,
                per_unit=int(handling[n, 1]) / 100,
            ),
        )
        for n in range(N)
    ]
    items = [
        Item(
            sku=f"K{k:05d}",
            weight_kg=int(rng.integers(100, 2001)) / 1000,
            length_cm=30,
            width_cm=20,
            height_cm=int(rng.integers(2, 16)),
            unit_price=20,
        )
        for k in range(K)
    ]
    held = rng.random((N, K)) < shape.stocked
    at_node, at_sku = np.nonzero(held)
    inventory = Inventory.from_columns(
        [nodes[n].id for n in at_node],
        [items[k].sku for k in at_sku],
        rng.integers(1, shape.deepest + 1, len(at_node)).astype(float),
    )
    orders = [
        Order(
            id=f"o{o}",
            destination=_draw_place(rng),
            lines=[
                Line(
                    id=f"l{at:02d}",
                    sku=items[k].sku,
                    quantity=int(rng.choice(shape.units)),
                )
                for at, k in enumerate(_draw_basket(rng, shape))
            ],
        )
        for o in range(shape.orders)
    ]
    return Stream(
        name=f"{N} nodes",
        orders=tuple(orders),
        network=Network(nodes=nodes, items=items),
        inventory=inventory,
        policy=Policy() if policy is None else policy,
    )


def _draw_handling(rng: np.random.Generator, N: int) -> np.ndarray:
    """Draw cents per shipment and per unit; stores are dearer than centers."""
    is_dc = np.arange(N) % 5 == 0
    center = np.column_stack((rng.integers(50, 201, N), rng.integers(20, 81, N)))
    store = np.column_stack((rng.integers(100, 601, N), rng.integers(50, 301, N)))
    return np.where(is_dc[:, None], center, store)


def _draw_place(rng: np.random.Generator) -> Location:
    return Location(lat=rng.uniform(28.0, 46.0), lon=rng.uniform(-120.0, -75.0))


def _draw_basket(rng: np.random.Generator, shape: Shape) -> list[int]:
    count = int(rng.integers(shape.lines[0], shape.lines[1] + 1))
    return [int(k) for k in rng.choice(shape.skus, count, replace=False)]
