"""Offers as the integer program and the greedy see them: atoms by offers, one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from domroute.costs.charges import Takes
from domroute.offers.blocks import Block
from domroute.offers.priced import Offers
from domroute.problem import OrderProblem
from domroute.sourcing.choice import FORBIDDEN, Take
from domroute.split.atoms import Atoms
from domroute.split.tally import Tally
from domroute.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class OfferTable:
    """
    All offers of an order side by side, over its atoms.

    Attributes
    ----------
    is_plain
        Whether each atom is one unit of the line at the same position.
    steps
        Steps wanted of each atom, at most; shape ``(J,)``.
    units
        Units of each line in a step of each atom; shape ``(J, L)``.
    limit
        Steps of each atom that each offer can take; shape ``(J, A)``.
    node, group, block
        Where each offer stands; shape ``(A,)``.
    per_shipment
        Shape ``(A,)``.
    per_step
        Cost of a step beyond what comes once per line or shipment; shape ``(J, A)``.
    per_atom
        Cost that comes once, with the first step; shape ``(J, A)``.
    wanted, penalty
        How many there are of each demand, and what leaving one costs; ``FORBIDDEN``
        where it must be filled; shape ``(D,)``. The demands are the atoms, but where
        several ways lead to what is asked for.
    filled_by
        Units of each line of the order in one of each demand; shape ``(D, A)``.
    weight_kg, volume_cm3, value
        Of a step; shape ``(J,)``.
    tally
        How steps add up to demands; None where a step is one.
    """

    problem: OrderProblem
    is_plain: bool
    blocks: tuple[Block, ...]
    steps: IntArray
    units: IntArray
    limit: IntArray
    node: IntArray
    group: IntArray
    block: IntArray
    first: IntArray
    per_shipment: FloatArray
    per_step: FloatArray
    per_atom: FloatArray
    wanted: IntArray
    penalty: FloatArray
    filled_by: IntArray
    weight_kg: FloatArray
    volume_cm3: FloatArray
    value: FloatArray
    tally: Tally | None = None

    def left(self, taken: IntArray) -> IntArray:
        """Count what a plan, steps ``(J, A)``, leaves of each demand; ``(D,)``."""
        steps = taken.sum(axis=1)
        return self.steps - steps if self.tally is None else self.tally.left(steps)

    def is_whole(self, taken: IntArray) -> bool:
        """Tell whether a plan, ``(J, A)``, fills whole ones of its demands."""
        return self.tally is None or self.tally.is_whole(taken.sum(axis=1))

    def least(self, step: FloatArray) -> FloatArray:
        """Return what one of each demand costs at least, from ``(J,)``; ``(D,)``."""
        return step if self.tally is None else self.tally.cheapest(step)

    @property
    def weights(self) -> tuple[IntArray, int]:
        """
        What a step of each atom counts for, in shares of a unit; shape ``(J,)``.

        Besides, how many shares a unit of a line of the order has.
        """
        ways = self.problem.ways
        if ways is None:
            return self.units.sum(axis=1), 1
        weights, shares = ways.weights
        return self.units @ weights, shares

    @property
    def has_steps(self) -> bool:
        """Whether some offer is priced by steps, which it climbs in the program."""
        return any(charge.climbs for block in self.blocks for charge in block.stepped)

    @property
    def is_linear(self) -> bool:
        """Whether all that is charged is a sum over shipments, lines and units."""
        return not any(block.stepped for block in self.blocks)

    def need_by_sku(self) -> FloatArray:
        """Count the units of each SKU in a step of each atom; shape ``(J, K)``."""
        problem = self.problem
        of_line = problem.sku_of[:, None] == np.arange(len(problem.skus))
        need: FloatArray = self.units.astype(float) @ of_line.astype(float)
        return need

    def units_of(self, steps: IntArray) -> FloatArray:
        """Turn bundles of steps, ``(B, J)``, into units of lines, ``(B, L)``."""
        return (
            steps.astype(float) if self.is_plain else steps @ self.units.astype(float)
        )

    def price_everywhere(self, steps: IntArray) -> FloatArray:
        """Price B bundles of steps, ``(B, J)``, at every offer; shape ``(B, A)``."""
        found = np.empty((len(steps), len(self.node)))
        units = self.units_of(steps)
        for at, block in enumerate(self.blocks):
            price = block.price(units[:, block.lines])
            found[:, self.first[at] : self.first[at + 1]] = price
        return found

    def price_at(self, steps: IntArray, offers: IntArray) -> FloatArray:
        """Price B bundles of steps, ``(B, J)``, each at its own offer; ``(B,)``."""
        found = np.empty(len(steps))
        units = self.units_of(steps)
        for at, block in enumerate(self.blocks):
            here: IntArray | slice = slice(None)
            if len(self.blocks) > 1:
                here = np.flatnonzero(self.block[offers] == at)
                if not len(here):
                    continue
            mine = units[here][:, block.lines]
            found[here] = block.price_at(mine, offers[here] - self.first[at])
        return found

    def takes(
        self, taken: IntArray, offers: IntArray | None = None
    ) -> tuple[Take, ...]:
        """Turn steps by atom and offer, ``(J, A)``, into takes; of some if told."""
        found = []
        used = np.flatnonzero(taken.any(axis=0)) if offers is None else offers
        for offer in used.tolist():
            block = self.blocks[self.block[offer]]
            units = (taken[:, offer] @ self.units)[block.lines]
            at = offer - int(self.first[self.block[offer]])
            found.append(Take(block, at, units.astype(np.int64)))
        return tuple(found)

    def steps_of(self, takes: Iterable[Take]) -> IntArray:
        """See takes as steps of each atom by offer; shape ``(J, A)``."""
        steps = np.zeros(self.limit.shape, np.int64)
        line = (self.units > 0).argmax(axis=1)
        each = self.units[np.arange(len(line)), line]
        block_at = {id(block): at for at, block in enumerate(self.blocks)}
        for take in takes:
            units = np.zeros(self.units.shape[1], np.int64)
            units[take.block.lines] = take.units
            offer = int(self.first[block_at[id(take.block)]]) + take.offer
            steps[:, offer] = units[line] // each
        return steps


def takes_by_block(
    table: OfferTable, ships: IntArray, pairs: tuple[IntArray, IntArray, IntArray]
) -> Iterator[tuple[Block, Takes]]:
    """
    Yield the variables of each block, offers counted from its first.

    Parameters
    ----------
    table, ships
        The offers, and whether each is used; shape ``(A,)``.
    pairs
        What may be taken, by which offer, and the variable of it; shape ``(X,)`` each.
    """
    atom, offer, column = pairs
    for at, block in enumerate(table.blocks):
        first, end = int(table.first[at]), int(table.first[at + 1])
        mine = (offer >= first) & (offer < end)
        yield (
            block,
            Takes(
                ships=ships[first:end],
                atom=atom[mine],
                offer=offer[mine] - first,
                column=column[mine],
                limit=table.limit[:, first:end],
                units=table.units[:, block.lines],
            ),
        )


def tabulate(offers: Offers, atoms: Atoms) -> OfferTable:
    """Lay the offers of an order side by side."""
    problem, blocks = offers.problem, offers.blocks
    count = len(problem.lines)
    units = np.eye(count, dtype=np.int64) if atoms.units is None else atoms.units
    sizes = [len(block.nodes) for block in blocks]
    first = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    shape = (count, int(first[-1]))
    limit = np.zeros(shape, np.int64)
    per_unit, per_line = np.zeros(shape), np.zeros(shape)
    for at, block in enumerate(blocks):
        here = (block.lines[:, None], np.arange(first[at], first[at + 1]))
        limit[here] = block.limit
        per_unit[here] = block.per_unit
        if block.per_line is not None:
            per_line[here] = block.per_line
    steps = np.array(atoms.steps, np.int64)
    penalty = np.minimum(offers.penalty, FORBIDDEN)
    tally = atoms.tally
    filled_by = units if tally is None else tally.filled_by
    return OfferTable(
        problem=problem,
        is_plain=atoms.units is None,
        blocks=blocks,
        steps=steps,
        units=units,
        limit=_step_limits(units, limit, steps, is_plain=atoms.units is None),
        node=_join([block.nodes for block in blocks]),
        group=_join([np.full(len(b.nodes), b.group, np.int64) for b in blocks]),
        block=np.repeat(np.arange(len(blocks)), sizes),
        first=first,
        per_shipment=(
            np.concatenate([block.per_shipment for block in blocks])
            if blocks
            else np.empty(0)
        ),
        per_step=units @ per_unit,
        per_atom=(units > 0) @ per_line,
        wanted=steps if tally is None else tally.wanted,
        penalty=np.minimum(filled_by @ penalty, FORBIDDEN),
        filled_by=filled_by,
        weight_kg=units @ problem.weight_kg,
        volume_cm3=units @ problem.volume_cm3,
        value=units @ problem.unit_price,
        tally=tally,
    )


def spread(once: FloatArray, limit: IntArray) -> FloatArray:
    """
    Spread what comes once with the first step over steps, so that none gains by it.

    Any number of steps costs at least that much for each. Where a term pays, one step
    may be all there is.

    Parameters
    ----------
    once
        Cost that comes with the first step; shape ``(J, A)``.
    limit
        Steps at most; shape ``(J, A)``.

    Examples
    --------
    >>> spread(np.array([[6.0, -6.0]]), np.array([[3, 3]]))
    array([[ 2., -6.]])
    """
    found: FloatArray = np.where(once > 0, once / np.maximum(limit, 1), once)
    return found


def _join(arrays: list[IntArray]) -> IntArray:
    return np.concatenate(arrays) if arrays else np.empty(0, np.int64)


def _step_limits(
    units: IntArray, limit: IntArray, steps: IntArray, *, is_plain: bool
) -> IntArray:
    """Turn limits in units of lines into limits in steps of atoms; shape ``(J, A)``."""
    if is_plain:
        return np.minimum(limit, steps[:, None])
    found = np.empty((len(units), limit.shape[1]), np.int64)
    for atom, row in enumerate(units):
        lines = np.flatnonzero(row)
        found[atom] = (limit[lines] // row[lines, None]).min(axis=0)
    return np.minimum(found, steps[:, None])
