r"""
Several orders at once as one integer program: exact where there are few enough.

With bundles :math:`p` of orders :math:`o` at columns :math:`x` (a node for an order)
and states :math:`s` to end in,

.. math::

   \min \sum_{opx} c_{opx} z_{opx} + \sum_{os} m_{os} e_{os}
   \quad\text{so that}\quad \sum_s e_{os} = 1, \quad
   \sum_{px} n_{pj} z_{opx} = \sum_s n_{sj} e_{os} \;\; \forall o, j, \quad
   \sum_p z_{opx} \le 1

and so that no cell and no capacity that others leave is exceeded. It is the program
over whole plans with the plans taken apart at their nodes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.batch.incumbent import Incumbent
from domroute.batch.placed import Placed, Seat, rank_of
from domroute.batch.rows import Demands, Guest, Levels, count_parts, keep_own
from domroute.batch.shares import Shares
from domroute.batch.tables import PricingTable
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.sourcing.proof import Proof
from domroute.units import FloatArray, IntArray

_SLACK: Final = 1e-9
"""What sums of the same costs may differ by, beside them."""


def solve_joint(
    incumbent: Incumbent,
    orders: Sequence[int],
    *,
    time_limit_s: float,
    gap: float,
    held: Sequence[Sequence[int]] = (),
) -> float:
    """
    Place some orders of an incumbent in the best way together, the others staying put.

    Parameters
    ----------
    incumbent
        The joint plan, all of whose orders are placed; it is changed only for the
        better.
    orders
        Positions of orders, each of which has something to do.
    time_limit_s, gap
        Seconds, and a relative gap.
    held
        Groups of other orders, all with a plan, that may move as well as long as none
        of the groups costs more than it does.

    Returns
    -------
    float
        A bound on the cost of these orders with the others as they are; none where one
        of them draws on cells as no program says it.
    """
    moved = [*orders, *(at for group in held for at in group)]
    if any(map(incumbent.is_intricate, moved)):
        return -math.inf
    ends = time.perf_counter() + time_limit_s
    return _solve(incumbent, orders, held, ends=ends, gap=gap)


def _solve(
    incumbent: Incumbent,
    orders: Sequence[int],
    held: Sequence[Sequence[int]],
    *,
    ends: float,
    gap: float,
) -> float:
    moved = [*orders, *(at for group in held for at in group)]
    filled = incumbent.day_cost
    before = {at: incumbent.lift(at) for at in moved}
    # What these orders add to days costs so much more than what the others do there.
    others = incumbent.day_cost
    program = _Program(incumbent)
    for at in moved:
        program.add(at, incumbent.seats[at])
    program.add_limits()
    for group in held:
        program.hold(group, most=_limit(before, group))
    absence = incumbent.wave.absence
    mine = {at: before[at] for at in orders}
    missing, cost = rank_of(mine.items(), absence)
    cost += filled - others
    proof = Proof(math.inf if missing else cost)
    solution = proof.ask(
        lambda solver: program.model.solve(
            time_limit_s=ends - time.perf_counter(),
            gap=gap,
            cost=program.cost if held else None,
            solver=solver,
        )
    )
    values = None if solution is None else solution.values
    found = {} if values is None else program.read(values)
    is_better = bool(found) and all(
        _costs(found, group) <= _limit(before, group) for group in held
    )
    if is_better:
        for at, placed in found.items():
            incumbent.put(at, placed)
        lacking, total = rank_of([(at, found[at]) for at in orders], absence)
        is_better = (lacking, total + incumbent.day_cost - others) < (missing, cost)
        # What the solver rounds, it may round over a limit.
        if not (is_better and incumbent.is_sound):
            for at in found:
                incumbent.lift(at)
            is_better = False
    if not is_better:
        for at, was in before.items():
            if was is not None:
                incumbent.put(at, was)
    return proof.bound


def _costs(placed: Mapping[int, Placed | None], group: Sequence[int]) -> float:
    known = [one.cost for at in group if (one := placed[at]) is not None]
    return math.fsum(known)


def _limit(placed: Mapping[int, Placed | None], group: Sequence[int]) -> float:
    """Say what a group may cost: no more than it does, but for rounding."""
    cost = _costs(placed, group)
    return cost + _SLACK * max(1.0, abs(cost))


@dataclass(slots=True, eq=False)
class _Piece:
    """The variables of one order."""

    at: int
    table: PricingTable
    place: int
    part: IntArray
    column: IntArray
    picks: IntArray
    state: IntArray
    ends: IntArray


class _Program:
    def __init__(self, incumbent: Incumbent) -> None:
        self._incumbent = incumbent
        self.model = ArrayModel()
        self._pieces: list[_Piece] = []
        self._guests: list[Guest] = []
        self._columns: dict[int, slice] = {}
        self._held: list[IntArray] = []

    @property
    def cost(self) -> FloatArray:
        """What is minimized: what those cost that are not held."""
        cost: FloatArray = self.model.costs().copy()
        for columns in self._held:
            cost[columns] = 0.0
        return cost

    def add(self, at: int, seat: Seat) -> None:
        """Add an order, wherever it stands."""
        first = self.model.columns
        self._add(at, seat)
        self._columns[at] = slice(first, self.model.columns)

    def hold(self, group: Sequence[int], most: float) -> None:
        """Let the orders of a group cost so much together at most."""
        costs, every = self.model.costs(), np.arange(self.model.columns)
        columns = np.concatenate([every[self._columns[at]] for at in group])
        self.model.at_most(columns, costs[columns], most)
        self._held.append(columns)

    def _add(self, at: int, seat: Seat) -> None:
        if seat.table is not None:
            self._add_order(at, seat.table, seat.place)
        elif seat.loner is not None:
            guest = Guest.enter(self.model, self._incumbent, seat.loner)
            self._guests.append(guest)

    def _add_order(self, at: int, table: PricingTable, place: int) -> None:
        """Add the bundles of an order that what is left allows, and its states."""
        model, incumbent = self.model, self._incumbent
        columns = slice(int(table.first[place]), int(table.first[place + 1]))
        is_open = incumbent.fits(table, columns) & (
            table.price[:, columns] < IS_FORBIDDEN
        )
        part, column = np.nonzero(is_open)
        column += columns.start
        picks = model.add_columns(len(part), upper=1, cost=table.price[part, column])
        state = np.flatnonzero(table.missing[:, place] < IS_FORBIDDEN)
        ends = model.add_columns(len(state), upper=1, cost=table.missing[state, place])
        row = model.add_rows(1, lower=1.0, upper=1.0)
        model.add_entries(row, ends, 1.0)
        counts = table.lattice.counts
        rows = model.add_rows(counts.shape[1], lower=0.0, upper=0.0)
        for j, row_j in enumerate(rows):
            model.add_entries(row_j, picks, counts[part, j])
            model.add_entries(row_j, ends, -counts[state, j])
        own = table.own
        if table.totals.counts_parts:
            weights = None if own is None else own.weights(table.totals)
            each = np.ones_like(part) if weights is None else weights[part]
            count_parts(model, table.extra, picks, each)
        if own is not None:
            keep_own(model, table, own, part, picks)
        if len(counts) > 2:  # noqa: PLR2004 - more than nothing and all
            used, where = np.unique(column, return_inverse=True)
            once = model.add_rows(len(used), upper=1.0)
            model.add_entries(once[where], picks, 1.0)
        self._pieces.append(_Piece(at, table, place, part, column, picks, state, ends))

    def add_limits(self) -> None:
        """Add what is left of every cell and capacity that the orders may use."""
        incumbent, wave = self._incumbent, self._incumbent.wave
        cells, rows, levels = Demands(), Demands(), Levels()
        shares = Shares(incumbent.allotments)
        for piece in self._pieces:
            table = piece.table
            cells.add(
                table.cell[:, piece.column].ravel(),
                table.taken[piece.part].T.ravel(),
                np.tile(piece.picks, len(table.cell)),
            )
            for row, load in zip(table.row, table.load, strict=True):
                used = load[piece.part, piece.column]
                rows.add(row[piece.column], used, piece.picks)
        for guest in self._guests:
            guest.demand(self.model, incumbent, cells, rows)
            guest.keep_levels(self.model, incumbent, levels, shares)
        cells.limit(self.model, incumbent.left, wave.is_contended)
        rows.limit(self.model, incumbent.room, wave.is_limited)
        if wave.days.charges is not None:
            used = incumbent.used_capacity(np.arange(len(incumbent.room)))
            rows.charge(self.model, wave.days.charges.less(used))
        levels.limit(self.model, incumbent.left)
        shares.limit(self.model, wave.stock)

    def read(self, values: FloatArray) -> dict[int, Placed]:
        """Read what each order takes; nothing if rounding has spoiled it."""
        found = {}
        for guest in self._guests:
            placed = guest.read(self._incumbent, values)
            if placed is None:
                return {}
            found[guest.loner.at] = placed
        for piece in self._pieces:
            chosen = np.flatnonzero(values[piece.picks] > 0.5)  # noqa: PLR2004
            picks = tuple(
                zip(
                    piece.part[chosen].tolist(),
                    piece.column[chosen].tolist(),
                    strict=True,
                )
            )
            found[piece.at] = self._incumbent.placed_as(piece.table, piece.place, picks)
        return found
