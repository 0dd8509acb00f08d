"""The price of each part of an order at each node: what the exact method reads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domroute.offers.blocks import Block
from domroute.offers.priced import Offers
from domroute.problem import NetworkArrays
from domroute.records import record
from domroute.sourcing.bydate import shares_by_date
from domroute.sourcing.choice import FORBIDDEN
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.several import merged, where_worth_it
from domroute.split.atoms import Atoms
from domroute.tuning import LatticeTuning
from domroute.units import BoolArray, FloatArray, IntArray, least_worth


@record
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
    divided
        The nodes at hand some of whose prices are those of several services at once.
    is_whole
        Whether no node ships anything for less than it is priced here.
    is_lean
        Whether some node may by several services at once, which were not looked at.
    """

    units: FloatArray
    price: FloatArray
    shipments: FloatArray | None
    value: FloatArray
    rank: IntArray | None = None
    divided: frozenset[int] = frozenset()
    is_whole: bool = True
    is_lean: bool = False

    @property
    def several(self) -> bool:
        """Whether some price is that of several services of a node at once."""
        return bool(self.divided)

    def worth(self, least: float) -> Bundles:
        """Leave out what is worth less than each part of a split must be."""
        light = self.value < least_worth(least)
        return replace(self, price=np.where(light[:, None], FORBIDDEN, self.price))


def price_bundles(
    offers: Offers,
    lattice: Lattice,
    atoms: Atoms,
    arrays: NetworkArrays,
    tuned: LatticeTuning,
    *,
    is_lean: bool = False,
) -> Bundles:
    """
    Price every bundle of the lattice at every node at hand.

    Lean, those of orders with one delivery go by one service each.
    """
    problem = offers.problem
    units = lattice.counts if atoms.units is None else lattice.counts @ atoms.units
    value = units @ problem.unit_price
    if len(problem.groups) == 1:
        found = [_price_group(offers, 0, units, lattice, tuned, is_lean=is_lean)]
        price, shipments = found[0].price, None
    else:
        found = [
            _price_group(offers, at, units[:, group.lines], lattice, tuned)
            for at, group in enumerate(problem.groups)
        ]
        present = np.array([units[:, g.lines].any(axis=1) for g in problem.groups])
        parts = zip(present, found, strict=True)
        price = sum(has[:, None] * part.price for has, part in parts)
        shipments = present.sum(axis=0).astype(float)
    _forbid(offers, arrays, units, value, price)
    return Bundles(
        units=units,
        price=price,
        shipments=shipments,
        value=value,
        divided=frozenset().union(*(part.divided for part in found)),
        is_whole=all(part.is_whole for part in found),
        is_lean=any(part.is_lean for part in found),
    )


@record
class _Priced:
    """A delivery's part of bundles, priced at every node; as in ``Bundles``."""

    price: FloatArray
    divided: frozenset[int] = frozenset()
    is_whole: bool = True
    is_lean: bool = False


def _price_group(
    offers: Offers,
    group: int,
    units: FloatArray,
    lattice: Lattice,
    tuned: LatticeTuning,
    *,
    is_lean: bool = False,
) -> _Priced:
    """Price parts of one delivery at every node; ``(B, M)``."""
    count = len(offers.problem.nodes)
    for block in offers.blocks:
        if block.group != group:
            continue
        if shares_by_date(offers, block):
            # What an offer takes of one line it may not take of another, too.
            return _price_shared(offers, block, units, lattice, most=tuned.max_sums)
        price, is_plain = block.price_nodes(units, count, FORBIDDEN)
        is_whole = is_plain or not offers.several
        if is_whole or is_lean:
            return _Priced(price, is_lean=not is_whole)
        nodes = where_worth_it(block, units, price)
        if not len(nodes):
            return _Priced(price)
        if len(lattice.every.part) * len(nodes) > tuned.max_sums:
            return _Priced(price, is_whole=False)
        least = merged(offers, block, units, nodes, lattice)
        is_less = np.logical_or.reduce(least < price[:, nodes], axis=0)
        price[:, nodes] = np.minimum(price[:, nodes], least)
        divided = frozenset(nodes[is_less].tolist())
        return _Priced(price, divided)
    return _Priced(np.full((len(units), count), FORBIDDEN))


def _price_shared(
    offers: Offers,
    block: Block,
    units: FloatArray,
    lattice: Lattice,
    *,
    most: int,
) -> _Priced:
    """Price parts of a delivery whose lines share SKUs that arrive by and by."""
    nodes = np.unique(block.nodes)
    price = np.full((len(units), len(offers.problem.nodes)), FORBIDDEN)
    if len(lattice.every.part) * len(nodes) > most or not offers.several:
        return _Priced(price, is_whole=False)
    price[:, nodes] = merged(offers, block, units, nodes, lattice)
    return _Priced(price, frozenset(nodes.tolist()))


def _forbid(
    offers: Offers,
    arrays: NetworkArrays,
    units: FloatArray,
    value: FloatArray,
    price: FloatArray,
) -> None:
    """Apply what concerns all that an order takes from a node, over its shipments."""
    problem, eligibility = offers.problem, offers.eligibility
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
        load = node_load(offers, arrays, units)
        for mine, left in zip(load, eligibility.capacity + 1e-9, strict=True):
            price[mine > left] = FORBIDDEN
    minimum = arrays.minimum_order[problem.nodes]
    if minimum.any():
        price[value[:, None] < least_worth(minimum)] = FORBIDDEN


def node_load(offers: Offers, arrays: NetworkArrays, units: FloatArray) -> FloatArray:
    """Measure what bundles take of each row of nodes' capacity; ``(R, B, M)``."""
    uses = arrays.capacity.demands_at(offers.problem.nodes[None])
    present = units > 0
    is_any: BoolArray = np.logical_or.reduce(present, axis=1, keepdims=True)
    load: FloatArray = is_any * uses.per_order
    load += present.sum(axis=1, keepdims=True) * uses.per_line
    load += units.sum(axis=1, keepdims=True) * uses.per_unit
    each = offers.workload
    work = units.sum(axis=1)[:, None] if each is None else units @ each
    load += work * uses.per_work
    return load
