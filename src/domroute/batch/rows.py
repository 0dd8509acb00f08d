"""What a program of several orders asks beside flows: by order, and of all together."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from domroute.batch.cells import NO_CELL
from domroute.batch.days import unfilled
from domroute.batch.incumbent import Incumbent
from domroute.batch.loner import Loner
from domroute.batch.own import OwnLimits
from domroute.batch.placed import Placed
from domroute.batch.shares import Shares
from domroute.batch.tables import PricingTable
from domroute.offers.dayroom import DayCharges
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.bydate import rows_by_class
from domroute.sourcing.formulation import formulate
from domroute.sourcing.limits import limits_of
from domroute.sourcing.variables import Formulation
from domroute.units import BoolArray, FloatArray, IntArray, least_worth


@dataclass(slots=True, eq=False)
class Demands:
    """What columns of a program use of places that hold no more than so much."""

    _place: list[IntArray] = field(default_factory=list)
    _amount: list[FloatArray] = field(default_factory=list)
    _column: list[IntArray] = field(default_factory=list)

    def add(self, place: IntArray, amount: FloatArray, column: IntArray) -> None:
        """Note what each column uses of a place."""
        self._place.append(place)
        self._amount.append(amount)
        self._column.append(column)

    def charge(self, model: ArrayModel, charges: DayCharges) -> None:
        """Add a column for what is beyond what each charge has free, and its row."""
        if not self._place:
            return
        place, column = np.concatenate(self._place), np.concatenate(self._column)
        value = np.concatenate(self._amount)
        count = len(charges.row)
        over = model.add_columns(count, upper=math.inf, cost=charges.price, whole=False)
        rows = model.add_rows(count, upper=charges.free)
        model.add_entries(rows, over, -1.0)
        entry, of = np.nonzero(place[:, None] == charges.row)
        model.add_entries(rows[of], column[entry], value[entry])

    def limit(self, model: ArrayModel, left: FloatArray, matters: BoolArray) -> None:
        """Add a row for each place that matters."""
        if not self._place:
            return
        place, column = np.concatenate(self._place), np.concatenate(self._column)
        value = np.concatenate(self._amount)
        kept = (value != 0) & matters[place]
        used, where = np.unique(place[kept], return_inverse=True)
        rows = model.add_rows(len(used), upper=left[used])
        model.add_entries(rows[where], column[kept], value[kept])


@dataclass(slots=True, eq=False)
class Levels:
    """
    Units of a cell that some orders must leave to others: hard safety stock by order.

    Those that may take a cell down to some level take no more of it together than lies
    above it: there is a sequence then in which none of them touches what is kept.
    """

    _by_cell: dict[int, list[_Taker]] = field(default_factory=dict)

    def add(self, cell: int, most: float, amount: FloatArray, column: IntArray) -> None:
        """Note what an order may take of a cell at most, and by which columns."""
        taker = _Taker(most, amount, column)
        self._by_cell.setdefault(cell, []).append(taker)

    def limit(self, model: ArrayModel, left: FloatArray) -> None:
        """Add a row for each level of a cell that is not all that is left."""
        for cell, takers in self._by_cell.items():
            for most in sorted({t.most for t in takers if t.most < left[cell]}):
                row = model.add_rows(1, upper=most)
                for taker in takers:
                    if taker.most <= most:
                        model.add_entries(row, taker.column, taker.amount)


@dataclass(frozen=True, slots=True, eq=False)
class _Taker:
    most: float
    amount: FloatArray
    column: IntArray


def count_parts(
    model: ArrayModel, extra: FloatArray, picks: IntArray, weights: IntArray
) -> None:
    """Limit the number of parts, and price it: never less for one part more."""
    model.at_most(picks, weights, len(extra) - 1)
    slope = np.diff(extra, prepend=extra[0])
    for count in np.flatnonzero(np.diff(slope) > 0).tolist():
        dearer = float(slope[count + 1] - slope[count])
        over = model.add_columns(1, upper=math.inf, cost=dearer, whole=False)
        row = model.add_rows(1, upper=float(count))
        model.add_entries(row, picks, weights)
        model.add_entries(row, over, -1.0)


def keep_own(
    model: ArrayModel,
    table: PricingTable,
    own: OwnLimits,
    part: IntArray,
    picks: IntArray,
) -> None:
    """Hold an order to what it asks of its bundles."""
    for has in own.collected:
        model.at_most(picks[has[part]], 1.0, 1.0)
    is_light = own.value[part] < least_worth(table.totals.least_part_value)
    if is_light.any():
        # Several parts: none is light. One: it may be.
        several = model.add_columns(1, upper=1)
        row = model.add_rows(1, upper=1.0)
        model.add_entries(row, picks, 1.0)
        model.add_entries(row, several, -table.lattice.counts[-1].sum())
        row = model.add_rows(1, upper=1.0)
        model.add_entries(row, picks[is_light], 1.0)
        model.add_entries(row, several, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Guest:
    """
    An order that stands in no table, in a program of several.

    Attributes
    ----------
    loner, made
        The order, and its own program.
    first
        Where the columns of its own program begin in that of several.
    """

    loner: Loner
    made: Formulation
    first: int

    @classmethod
    def enter(cls, model: ArrayModel, incumbent: Incumbent, loner: Loner) -> Guest:
        """Write an order's own program into that of several."""
        wave, table = incumbent.wave, loner.table
        made = formulate(unfilled(loner.offers), table, loner.policy, wave.arrays)
        floor = wave.floors.get(loner.at, np.empty(0, np.int64))
        for line in np.flatnonzero(floor).tolist():
            if table.tally is not None:
                each = table.filled_by[:, line].astype(float)
                most = float(each @ table.wanted - floor[line])
                made.model.at_most(made.short, each, most)
                continue
            row = made.model.add_rows(1, lower=float(floor[line]))
            made.model.add_entries(row, made.takes, table.units[made.atom, line])
        return cls(loner, made, model.add_model(made.model))

    def keep_levels(
        self, model: ArrayModel, incumbent: Incumbent, levels: Levels, shares: Shares
    ) -> None:
        """Note what the order may take of each cell: others may take more."""
        loner, made = self.loner, self.made
        by_date, node = loner.offers.eligibility.by_date, loner.table.node[made.offer]
        if by_date is not None:
            return  # its own program says what it may take by when
        mine = loner.offers.eligibility.stock
        need = loner.table.need_by_sku()
        there = incumbent.wave.stock[loner.cell]
        taken = there - incumbent.left[loner.cell]
        allocated = loner.offers.eligibility.allocated
        # Beside what is for channels, which shares see to.
        level = mine if allocated is None else allocated.shared
        most = np.maximum(0.0, level - taken)
        own = np.maximum(0.0, mine - incumbent.taken_from(loner.offers, loner.cell))
        for k, at in np.ndindex(mine.shape):
            picked = (node == at) & (need[made.atom, k] > 0)
            if not picked.any():
                continue
            cell, amount = int(loner.cell[k, at]), need[made.atom[picked], k]
            column = made.takes[picked] + self.first
            levels.add(cell, float(most[k, at]), amount, column)
            if allocated is not None and allocated.here[k, at]:
                model.at_most(column, amount, float(own[k, at]))
                channel = loner.offers.problem.order.channel
                shares.add(cell, channel, column, amount)

    def demand(
        self, model: ArrayModel, incumbent: Incumbent, cells: Demands, rows: Demands
    ) -> None:
        """Note what the order would use of cells, and of rows of capacity."""
        loner, made = self.loner, self.made
        table, takes = loner.table, made.takes + self.first
        node = table.node[made.offer]
        if loner.later is None:
            for of_sku, need in zip(loner.cell, table.need_by_sku().T, strict=True):
                cells.add(of_sku[node], need[made.atom], takes)
        else:
            self._draw(model, cells, loner.later)
        arrays, present = incumbent.wave.arrays, made.present + self.first
        for of, per_step, once, shipment in zip(
            loner.rows(arrays), *loner.loads(arrays), strict=True
        ):
            rows.add(of[made.offer], per_step[made.atom, made.offer], takes)
            rows.add(of[made.offer], once[made.atom, made.offer], present)
            counted = np.flatnonzero(shipment)
            # An order counts once at a node, or on a day, whatever it ships there.
            here, at = np.unique(of[counted], return_inverse=True)
            opened = model.add_columns(len(here), upper=1)
            links = model.add_rows(len(counted), upper=0.0)
            model.add_entries(links, made.ships[counted] + self.first, 1.0)
            model.add_entries(links, opened[at], -1.0)
            rows.add(here, np.ones(len(here)), opened)

    def _draw(self, model: ArrayModel, cells: Demands, later: IntArray) -> None:
        """Draw what leaves by a class on any of the cells that there are by then."""
        loner, made = self.loner, self.made
        offers, table, takes = loner.offers, loner.table, made.takes + self.first
        node = table.node[made.offer]
        every = np.concatenate((loner.cell[None], later))
        by_date = offers.eligibility.by_date
        if by_date is None:
            return
        brings = np.diff(by_date.stock, axis=0, prepend=0)
        nodes = brings.shape[-1]
        for k in range(len(loner.cell)):
            # Of what leaves by each class, what does not by the one before.
            before, mine_alone = np.zeros(len(takes)), Demands()
            for at, units in rows_by_class(offers, table, k):
                by_now = units[made.atom, made.offer]
                amount, before = by_now - before, by_now
                if not at:
                    cells.add(loner.cell[k][node], amount, takes)
                    mine_alone.add(node, amount, takes)
                    continue
                for here in np.unique(node[amount > 0]).tolist():
                    mine = (node == here) & (amount > 0)
                    sources = every[: at + 1, k, here]
                    is_there = sources != NO_CELL
                    sources, most = sources[is_there], brings[: at + 1, k, here]
                    flows = model.add_columns(
                        len(sources), upper=most[is_there], whole=False
                    )
                    row = model.add_rows(1, lower=0.0, upper=0.0)
                    model.add_entries(row, flows, 1.0)
                    model.add_entries(row, takes[mine], -amount[mine])
                    cells.add(sources, np.ones(len(sources)), flows)
                    places = np.flatnonzero(is_there) * nodes + here
                    mine_alone.add(places, np.ones(len(sources)), flows)
            # What others leave alone may still be too little for two of its classes.
            left = brings[:, k].ravel().astype(float)
            mine_alone.limit(model, left, np.ones(len(left), bool))

    def read(self, incumbent: Incumbent, values: FloatArray) -> Placed | None:
        """Read what the order takes; None if rounding has broken one of its limits."""
        loner, wave = self.loner, incumbent.wave
        last = self.first + self.made.model.columns
        taken = self.made.steps_taken(values[self.first : last])
        table = loner.table
        limits = limits_of(loner.offers, table, loner.policy, wave.arrays)
        if not limits.holds(taken):
            return None
        return incumbent.placed_by(loner, table.takes(taken))
