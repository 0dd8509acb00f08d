"""The price of each part of an order at each node: what the exact method reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from domroute.offers.candidates import Candidates
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import FORBIDDEN
from domroute.sourcing.lattice import Lattice
from domroute.split.atoms import Atoms
from domroute.units import BoolArray, FloatArray, IntArray, least_worth
from domroute.words import Measure


@dataclass(frozen=True, slots=True, eq=False)
class Bundles:
    """
    What each node asks for each part of an order.

    A *bundle* is all that one order takes from one node: a shipment for each delivery
    group it touches, each by its cheapest service.

    Attributes
    ----------
    units
        Units of each line in each bundle; shape ``(P, L)``; the first is empty.
    price
        Cost of each bundle at each node, ``FORBIDDEN`` where it may not be; ``(P, M)``.
    shipments
        Shipments each bundle takes; None where every bundle takes one; shape ``(P,)``.
    value
        What the units of each bundle are worth; shape ``(P,)``.
    rank
        What goes before cost, in whole numbers; shape ``(P, M)``; None for nothing.
    """

    units: FloatArray
    price: FloatArray
    shipments: FloatArray | None
    value: FloatArray
    rank: IntArray | None = None


def price_bundles(
    candidates: Candidates,
    lattice: Lattice,
    atoms: Atoms,
    arrays: NetworkArrays,
) -> Bundles:
    """Price every bundle of the lattice at every node at hand."""
    problem = candidates.problem
    units = lattice.counts if atoms.units is None else lattice.counts @ atoms.units
    groups = len(problem.groups)
    value = units @ problem.unit_price
    if groups == 1:
        price = _price_group(candidates, 0, units)
        shipments = None
    else:
        price = np.zeros((len(units), len(problem.nodes)))
        shipments = np.zeros(len(units))
        for at, group in enumerate(problem.groups):
            mine = units[:, group.lines]
            present = mine.any(axis=1)
            shipments += present
            price[present] += _price_group(candidates, at, mine[present])
    _forbid(candidates, arrays, units, value, price)
    return Bundles(units=units, price=price, shipments=shipments, value=value)


def _price_group(candidates: Candidates, group: int, units: FloatArray) -> FloatArray:
    """Price parts of one group at every node, by its cheapest service; ``(B, M)``."""
    count = len(candidates.problem.nodes)
    for block in candidates.blocks:
        if block.group == group:
            return block.price_nodes(units, candidates.problem, count, FORBIDDEN)
    return np.full((len(units), count), FORBIDDEN)


def _forbid(
    candidates: Candidates,
    arrays: NetworkArrays,
    units: FloatArray,
    value: FloatArray,
    price: FloatArray,
) -> None:
    """Apply what concerns all that an order takes from a node, over its shipments."""
    problem, eligibility = candidates.problem, candidates.eligibility
    if problem.shares_skus:
        for k in range(len(problem.skus)):
            taken = units @ (problem.sku_of == k)
            price[taken[:, None] > eligibility.stock[k]] = FORBIDDEN
    for safety in eligibility.safeties:
        for k in range(len(problem.skus)):
            taken = units @ (problem.sku_of == k)
            over = np.maximum(0.0, taken[:, None] - safety.free[k])
            price += safety.price * over
    if eligibility.capacity is not None:
        load = node_load(candidates, arrays, units)
        price[load > eligibility.capacity + 1e-9] = FORBIDDEN
    minimum = arrays.minimum_order[problem.nodes]
    if minimum.any():
        price[value[:, None] < least_worth(minimum)] = FORBIDDEN


def node_load(
    candidates: Candidates, arrays: NetworkArrays, units: FloatArray
) -> FloatArray:
    """Measure what bundles take of each node's capacity, as it counts; ``(B, M)``."""
    problem = candidates.problem
    measure = arrays.measure[problem.nodes]
    load = np.zeros((len(units), len(problem.nodes)))
    by_measure: dict[Measure, Callable[[], BoolArray | IntArray | FloatArray]] = {
        Measure.ORDERS: lambda: np.any(units, axis=1),
        Measure.LINES: lambda: (units > 0).sum(axis=1),
        Measure.UNITS: lambda: units.sum(axis=1),
    }
    for code, kind in enumerate(Measure):
        at = np.flatnonzero(measure == code)
        if len(at) == 0:
            continue
        if kind is Measure.WORKLOAD:
            each = candidates.workload
            load[:, at] = (
                units.sum(axis=1)[:, None] if each is None else units @ each[:, at]
            )
        else:
            load[:, at] = by_measure[kind]()[:, None]
    return load
