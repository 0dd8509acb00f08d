"""Waves of orders that compete: a little more stock than demand, thinly spread."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.case import Stream
from benchmarks.families.networks import Shape, draw_stream
from domroute import Capacity, Inventory, Network, Policy


@dataclass(frozen=True, slots=True)
class WaveShape:
    """
    The size of a wave, and how scarce its stock is.

    Attributes
    ----------
    ratio
        Stock of every SKU, beside what the orders want of it.
    deepest
        Units that a node is given at a time, from one to this many.
    is_thin
        Whether no cell holds more than `deepest`. Otherwise a node may be given of a
        SKU again and again, which is harder: cells of three units and more, too small
        to be in ample supply, are where a plan that splits no unit costs most.
    capacity
        Units that all nodes together can do, beside what the orders want, the same at
        each node; None for no limit.
    """

    orders: int
    nodes: int
    skus: int
    ratio: float
    lines: tuple[int, int] = (1, 3)
    units: tuple[int, ...] = (1, 2, 3)
    deepest: int = 2
    is_thin: bool = False
    capacity: float | None = None

    @property
    def name(self) -> str:
        """Say the size and the scarcity, and what else is not as usual."""
        size = f"{self.orders:,} x {self.nodes:,} x {self.skus:,}, {self.ratio:g}"
        lines = "" if self.lines == (1, 3) else f", {_span(self.lines)} lines"
        units = "" if self.units == (1, 2, 3) else f", {_span(self.units)} units"
        thin = ", thin" if self.is_thin else ""
        limit = "" if self.capacity is None else f", capacity {self.capacity:g}"
        return size + lines + units + thin + limit


def _span(values: tuple[int, ...]) -> str:
    low, high = min(values), max(values)
    return f"{low}" if low == high else f"{low}-{high}"


def draw_wave(
    shape: WaveShape, *, seed: int = 0, policy: Policy | None = None
) -> Stream:
    """Draw a network at mixed costs, its orders, and stock for just about all."""
    stream = draw_stream(
        Shape(
            nodes=shape.nodes,
            orders=shape.orders,
            skus=shape.skus,
            lines=shape.lines,
            units=shape.units,
        ),
        seed=seed,
        policy=policy,
    )
    rng = np.random.default_rng([seed, 1])
    wanted: dict[str, int] = {}
    for order in stream.orders:
        for line in order.lines:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    nodes = [node.id for node in stream.network.nodes]
    held: dict[tuple[str, str], int] = {}
    for sku in sorted(wanted):
        left = math.ceil(wanted[sku] * shape.ratio)
        if shape.is_thin and left > len(nodes) * shape.deepest:
            message = f"{left} units of {sku} do not fit in {len(nodes)} thin cells"
            raise ValueError(message)
        while left > 0:
            node = nodes[int(rng.integers(len(nodes)))]
            before = held.get((node, sku), 0)
            most = shape.deepest - before if shape.is_thin else shape.deepest
            units = min(left, most, int(rng.integers(1, shape.deepest + 1)))
            if units > 0:
                held[node, sku] = before + units
                left -= units
    inventory = Inventory.from_columns(
        [node for node, _ in held],
        [sku for _, sku in held],
        np.array(list(held.values()), float),
    )
    network = stream.network
    if shape.capacity is not None:
        each = math.ceil(sum(wanted.values()) * shape.capacity / shape.nodes)
        network = _limited(network, Capacity(limit=each, measure="units"))
    return replace(stream, name=shape.name, network=network, inventory=inventory)


def _limited(network: Network, capacity: Capacity) -> Network:
    nodes = [node.model_copy(update={"capacity": capacity}) for node in network.nodes]
    return network.model_copy(update={"nodes": tuple(nodes)})
