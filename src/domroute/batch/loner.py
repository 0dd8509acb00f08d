"""Orders that stand in no table: asked one by one, they take part as others do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.batch.cells import Prices, Wish
from domroute.batch.days import ByOffer
from domroute.batch.drawn import prices_by_class
from domroute.batch.tables import PricingTable
from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.bydate import class_of
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN, Take
from domroute.sourcing.offers import OfferTable, spread
from domroute.split.atoms import Atoms
from domroute.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Loner:
    """
    An order that stands in no table: its limits or its size ask for the kernel.

    Attributes
    ----------
    at
        Its position in the batch.
    offers, atoms, table
        What may be shipped for it, in which parts, side by side.
    cell
        The cell of each SKU of the order at each node at hand; shape ``(K, M)``.
    policy
        Its limits, which may be its own.
    stand_in
        Where its parts can be listed, a table of it without those of its limits that a
        table cannot keep: what it proves is a bound for the order.
    later
        The cells of what arrives later, if it may wait; shape ``(C-1, K, M)``.
    days
        The numbers of the working days that it could use; None for none; ``(Q,)``.
    """

    at: int
    offers: Offers
    atoms: Atoms
    table: OfferTable
    cell: IntArray
    policy: Policy
    stand_in: PricingTable | None = None
    later: IntArray | None = None
    days: IntArray | None = None

    @property
    def is_choosy(self) -> bool:
        """Whether it may wait, and not take whatever is there in the meantime."""
        if self.later is None:
            return False
        is_allocated = self.offers.eligibility.allocated is not None
        return is_allocated or any(b.barred is not None for b in self.offers.blocks)

    def filled(self, takes: tuple[Take, ...]) -> IntArray:
        """Count the units of each line of the order that takes fill."""
        problem = self.offers.problem
        units = np.zeros(len(problem.quantity), np.int64)
        for take in takes:
            np.add.at(units, take.block.lines, take.units)
        return problem.filled(units)

    def steps_of(self, takes: tuple[Take, ...]) -> IntArray:
        """See takes as steps of each atom by offer; shape ``(J, A)``."""
        return self.table.steps_of(takes)

    def picks_on(
        self, table: PricingTable, place: int, takes: tuple[Take, ...]
    ) -> tuple[tuple[int, int], ...]:
        """See takes as bundles at columns of a table on which the order stands."""
        problem, atoms = self.offers.problem, self.atoms
        every = table.lattice.counts
        if atoms.units is not None:
            every = every @ atoms.units
        first, last = table.first[[place, place + 1]].tolist()
        at_node: dict[int, IntArray] = {}
        for take in takes:
            units = at_node.setdefault(take.node, np.zeros(every.shape[1], np.int64))
            units[take.block.lines] += take.units
        return tuple(
            (
                int((every == units).all(axis=1).argmax()),
                first
                + int(np.searchsorted(table.node[first:last], problem.nodes[node])),
            )
            for node, units in at_node.items()
        )

    def loads(self, arrays: NetworkArrays) -> tuple[FloatArray, FloatArray, FloatArray]:
        """
        Measure what an order uses of the rows of nodes' capacity, as they count.

        Returns
        -------
        tuple[FloatArray, FloatArray, FloatArray]
            For each step, and once for each atom, ``(R, J, A)``; once at a node,
            or on a day, ``(R, A)``.
        """
        table, offers = self.table, self.offers
        uses = arrays.capacity.demands_at(offers.problem.nodes[table.node][None])
        units = table.units.sum(axis=1).astype(float)[:, None]
        each = offers.workload
        work = units if each is None else (table.units @ each)[:, table.node]
        lines = (table.units > 0).sum(axis=1).astype(float)[:, None]
        per_step: FloatArray = units * uses.per_unit + work * uses.per_work
        found = per_step, lines * uses.per_line, uses.per_order[:, 0]
        if self.days is None:
            return found
        mine = ByOffer.of(table, offers, self.days)
        more = mine.per_step, mine.once, mine.shipment
        step, once, shipment = (
            np.concatenate(both) for both in zip(found, more, strict=True)
        )
        return step, once, shipment

    def unit_prices(self, prices: Prices) -> tuple[FloatArray, IntArray]:
        """
        Price a unit of each SKU by each offer, where it costs least, and say where.

        Returns
        -------
        tuple
            Prices and cells; shape ``(K, A)`` each.
        """
        cell, node = self.cell, self.table.node
        if self.later is None:
            return prices.units[cell][:, node], cell[:, node]
        price, cells = prices_by_class((cell, self.later), prices)
        # A line that does not wait may find it cheaper there: a bound may be lower.
        on, rows = class_of(self.table)[None, :], np.arange(len(cell))[:, None]
        return price[on, rows, node[None, :]], cells[on, rows, node[None, :]]

    def rows(self, arrays: NetworkArrays) -> IntArray:
        """List the rows of capacity that each offer uses; shape ``(R, A)``."""
        node = self.offers.problem.nodes[self.table.node]
        rows = arrays.capacity.of_node[:, node]
        if self.days is None:
            return rows
        mine = ByOffer.of(self.table, self.offers, self.days)
        return np.concatenate((rows, mine.rows))

    def ask(self, prices: Prices, arrays: NetworkArrays) -> tuple[float, Wish]:
        """
        Bound what the order costs at some prices, and tell what it would take then.

        Prices on half a cell are not asked of it: fewer orders may share their limit.
        """
        plain = prices.times(1.0)
        table = self.stand_in
        if table is None:
            return relax(self, plain, arrays)
        values, picks = table.solve(plain, is_strict=True)
        return float(values[0]), Wish(
            table.cell[:, picks.column].ravel(),
            table.taken[picks.part].T.ravel(),
            table.row[:, picks.column].ravel(),
            table.load[:, picks.part, picks.column].ravel(),
        )


def relax(loner: Loner, prices: Prices, arrays: NetworkArrays) -> tuple[float, Wish]:
    """
    Bound an order from below: every step at its cheapest, and one shipment if any.

    What comes once for a line is spread over the steps that an offer can take of it.
    ``FORBIDDEN`` where a step must be filled that no offer can take.
    """
    table, rows = loner.table, loner.rows(arrays)
    idle = float(np.minimum(table.wanted @ table.penalty, FORBIDDEN))
    none = np.empty(0, np.int64)
    nothing = Wish(none, np.empty(0), none, np.empty(0))
    if not len(table.node):
        return idle, nothing
    per_step, once, shipment = loner.loads(arrays)
    price = prices.load[rows]
    need = table.need_by_sku()
    units, cell = loner.unit_prices(prices)
    step = table.per_step + need @ units
    step += (per_step * price[:, None]).sum(axis=0)
    step += spread(table.per_atom + (once * price[:, None]).sum(axis=0), table.limit)
    step[table.limit <= 0] = FORBIDDEN
    offer = step.argmin(axis=1)
    cheapest = step[np.arange(len(offer)), offer]
    least_of = table.least(cheapest)
    is_taken = least_of < np.minimum(table.penalty, IS_FORBIDDEN)
    each = float(
        table.wanted @ np.minimum(least_of, np.minimum(table.penalty, FORBIDDEN))
    )
    fixed = table.per_shipment + _least_steps(table) + (shipment * price).sum(axis=0)
    first = int(fixed.argmin())
    least = float(fixed[first])
    if least < 0:  # a term of one's own may pay for shipments: as many as there are
        least = float(np.minimum(fixed, 0.0).sum())
    if idle <= each + least or not is_taken.any():
        return min(idle, each + least), nothing
    atoms, taken = np.flatnonzero(is_taken), table.steps
    if table.tally is not None:
        atoms, taken = table.tally.best(cheapest, is_taken)
    at, steps = offer[atoms], taken[atoms].astype(float)
    load = per_step + once / np.maximum(table.limit, 1)
    used = np.append(at, first)
    return each + least, Wish(
        cell[:, at].ravel(),
        (need[atoms] * steps[:, None]).T.ravel(),
        rows[:, used].ravel(),
        np.append(steps * load[:, atoms, at], shipment[:, [first]], axis=1).ravel(),
    )


def _least_steps(table: OfferTable) -> FloatArray:
    """Return what charges in steps ask of a shipment by each offer at least; (A,)."""
    least = np.zeros(len(table.node))
    for at, block in enumerate(table.blocks):
        here = slice(int(table.first[at]), int(table.first[at + 1]))
        for line in block.below(slope=0.0):
            least[here] += line.start
    return least
