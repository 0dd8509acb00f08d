"""
The online test-bed of Jasin and Sinha, with the parameters of Ma.

Metros send orders one by one, each of a known type; nodes hold what is expected and a
little more. Nothing arrives. What is not filled is canceled at twice the price: a node
that always has everything.

References
----------
.. [1] Jasin, S. and Sinha, A. (2015). An LP-based correlated rounding scheme for
   multi-item ecommerce order fulfillment. *Operations Research* 63(6).
.. [2] Ma, W. (2023). Order-optimal correlated rounding for fulfilling multi-item
   e-commerce orders. *Manufacturing & Service Operations Management* 25.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

import numpy as np

from benchmarks.published import DATA

METROS = np.array(
    [
        (40.6943, -73.9249, 18_680_025),  # New York
        (34.1141, -118.4068, 12_531_334),  # Los Angeles
        (41.8375, -87.6866, 8_586_888),  # Chicago
        (25.7840, -80.2101, 6_076_316),  # Miami
        (32.7935, -96.7667, 5_910_669),  # Dallas
        (29.7860, -95.3885, 5_724_418),  # Houston
        (40.0077, -75.1339, 5_540_199),  # Philadelphia
        (33.7628, -84.4220, 5_151_496),  # Atlanta
        (38.9047, -77.0163, 5_066_973),  # Washington
        (42.3188, -71.0852, 4_465_966),  # Boston
    ]
)
"""Latitude, longitude and people."""
NODES = np.array(
    [
        (37.7448, -121.3985),  # OAK4
        (39.9797, -86.3833),  # IND1
        (41.2776, -75.4973),  # AVP3
        (33.9114, -81.0501),  # CAE1
        (32.9709, -97.3348),  # DFW7
    ]
)
MORE_NODES = np.array(
    [
        *NODES.tolist(),
        (34.06, -117.60),  # Ontario, California
        (47.20, -122.24),  # Sumner, Washington
        (39.74, -104.90),  # Denver
        (28.00, -81.90),  # Lakeland, Florida
        (33.45, -112.20),  # Phoenix
    ]
)
FIXED, BASE, PER_MILE = 8.759, 0.423, 0.000541
"""Cost of a shipment, of an item, and of an item and mile."""
TWICE = 2.0
"""What canceling costs, beside a shipment from the farthest node."""
CARRIED, SAFETY = 0.75, 0.5
"""Chance that a node carries an item; standard deviations of safety stock."""
_LARGEST = 5
_EARTH_KM, _MILE_KM = 6371.0, 1.61


@dataclass(frozen=True, slots=True)
class Shape:
    """Items, types of each size, and arrivals."""

    items: int = 20
    types: int = 5
    arrivals: int = 10_000
    metros: np.ndarray = field(default_factory=lambda: METROS)
    nodes: np.ndarray = field(default_factory=lambda: NODES)


@dataclass(frozen=True, slots=True, eq=False)
class Bed:
    """
    One instance: J metros, K nodes, Q types of orders that are not empty, I items.

    The last node is the one that cancels.

    Attributes
    ----------
    items
        Items of each type, filled up with -1; shape ``(Q, 5)``.
    sizes
        How many they are; shape ``(Q,)``.
    chance
        Of an arrival to be of each type, and at last of none; shape ``(Q + 1,)``.
    share
        Of each metro; shape ``(J,)``.
    miles
        Shape ``(J, K)``.
    closest
        The closest node that carries an item, K where none does; shape ``(J, I)``.
    fixed, unit
        Costs of a shipment and of an item; shapes ``(K + 1,)`` and ``(J, K + 1)``.
    stock
        Shape ``(K, I)``.
    """

    shape: Shape
    seed: int
    items: np.ndarray
    sizes: np.ndarray
    chance: np.ndarray
    share: np.ndarray
    miles: np.ndarray
    closest: np.ndarray
    fixed: np.ndarray
    unit: np.ndarray
    stock: np.ndarray

    @property
    def rates(self) -> np.ndarray:
        """Return the chance of each type at each metro; shape ``(Q, J)``."""
        return self.chance[:-1, None] * self.share

    def arrivals(self, sequence: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw who arrives: types, Q for none, and metros; shape ``(T,)`` each."""
        random = np.random.default_rng([self.seed, sequence, 1])
        count = self.shape.arrivals
        types = random.choice(len(self.chance), count, p=self.chance)
        return types, random.choice(len(self.share), count, p=self.share)


def draw_bed(seed: int, shape: Shape | None = None) -> Bed:
    """Draw an instance."""
    shape = Shape() if shape is None else shape
    random = np.random.default_rng([seed, 0])
    of_size = random.random(_LARGEST + 1)
    of_size /= of_size.sum()
    items, chance = [], []
    for size in range(1, _LARGEST + 1):
        of_type = random.random(shape.types)
        of_type /= of_type.sum()
        for share in of_type:
            chosen = random.choice(shape.items, size, replace=False)
            items.append([*sorted(chosen.tolist()), *([-1] * (_LARGEST - size))])
            chance.append(of_size[size] * share)
    miles = _miles(shape.metros, shape.nodes)
    unit = BASE + PER_MILE * miles
    carried = random.random((len(shape.nodes), shape.items)) < CARRIED
    share = shape.metros[:, 2] / shape.metros[:, 2].sum()
    of_item = np.zeros(shape.items)
    for mine, likely in zip(items, chance, strict=True):
        of_item[[item for item in mine if item >= 0]] += likely
    closest = np.where(carried.T[None], miles[:, None, :], np.inf).argmin(axis=2)
    closest[:, ~carried.any(axis=0)] = len(shape.nodes)
    demand = np.zeros((len(shape.nodes) + 1, shape.items))
    every = np.broadcast_to(np.arange(shape.items), closest.shape)
    np.add.at(demand, (closest, every), share[:, None] * of_item)
    demand, count = demand[:-1], shape.arrivals
    safety = SAFETY * np.sqrt(count * demand * (1 - demand))
    fixed = np.full(len(shape.nodes) + 1, FIXED)
    fixed[-1] *= TWICE
    return Bed(
        shape=shape,
        seed=seed,
        items=np.array(items),
        sizes=(np.array(items) >= 0).sum(axis=1),
        chance=np.array([*chance, of_size[0]]),
        share=share,
        miles=miles,
        closest=closest,
        fixed=fixed,
        unit=np.column_stack((unit, TWICE * unit.max(axis=1))),
        stock=np.rint(count * demand + safety).astype(np.int64),
    )


def large_shape() -> Shape:
    """Make the larger case: the 99 largest cities, ten nodes and a hundred items."""
    with (DATA / "us_cities/2014_us_cities.csv").open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: -float(row["pop"]))
    cities = [(float(r["lat"]), float(r["lon"]), float(r["pop"])) for r in rows[:99]]
    return Shape(
        items=100,
        types=10,
        arrivals=100_000,
        metros=np.array(cities),
        nodes=MORE_NODES,
    )


def _miles(metros: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """Measure great circles, by haversines."""
    lat, lon = np.radians(metros[:, None, :2] - nodes[None]).transpose(2, 0, 1)
    across = np.cos(np.radians(metros[:, 0]))[:, None] * np.cos(np.radians(nodes[:, 0]))
    half = np.sin(lat / 2) ** 2 + across * np.sin(lon / 2) ** 2
    return 2 * _EARTH_KM * np.arcsin(np.sqrt(half)) / _MILE_KM
