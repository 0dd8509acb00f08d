"""Some orders of a wave, on what the others leave: a wave to itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domroute.batch.cells import UNITS_SLACK
from domroute.batch.days import without_days
from domroute.batch.entering import Entrant
from domroute.batch.incumbent import Incumbent
from domroute.batch.loner import Loner
from domroute.batch.placed import Placed
from domroute.batch.repricing import restrict
from domroute.batch.tables import PricingTable
from domroute.batch.wave import Wave
from domroute.sourcing.choice import FORBIDDEN
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """
    Some orders of a wave.

    Attributes
    ----------
    whole, wave
        All orders, and these alone, with what the others leave.
    members
        Positions in the whole, by position here.
    kept
        By table of this wave, its columns in that of the whole.
    """

    whole: Wave
    wave: Wave
    members: tuple[int, ...]
    kept: tuple[IntArray, ...]

    @classmethod
    def of(cls, incumbent: Incumbent, members: Sequence[int]) -> Part:
        """
        Part orders, none of which is placed, from a wave.

        Parameters
        ----------
        incumbent
            What the others take.
        members
            Positions of the orders.
        """
        whole = incumbent.wave
        at_of = np.full(whole.count, -1)
        at_of[list(members)] = np.arange(len(members))
        tables: list[PricingTable] = []
        kept: list[IntArray] = []
        begin = 0
        for table in whole.tables:
            mine = np.flatnonzero(at_of[table.orders] >= 0)
            if not len(mine):
                continue
            part, columns = _part(table, mine, incumbent)
            tables.append(
                replace(part, orders=at_of[table.orders[mine]], cell_at=begin)
            )
            kept.append(columns)
            begin += part.cell.size
        loners = [
            _left_to(incumbent, loner, int(at_of[loner.at]))
            for loner in whole.loners
            if at_of[loner.at] >= 0
        ]
        idle = {
            int(at_of[at]): cost for at, cost in whole.idle.items() if at_of[at] >= 0
        }
        rungs = {
            int(at_of[at]): rung for at, rung in whole.rungs.items() if at_of[at] >= 0
        }
        room = np.maximum(0.0, incumbent.room - UNITS_SLACK)
        wave = replace(
            whole,
            count=len(members),
            tables=tuple(tables),
            loners=tuple(loners),
            idle=idle,
            stock=np.maximum(0, np.rint(incumbent.left)).astype(np.int64),
            is_contended=whole.is_contended.copy(),
            capacity=np.where(whole.is_limited, room, np.inf),
            barred=np.zeros(len(members), bool),
            absence=np.ones(len(members), np.int64),
            solve=None,
            floors={},
            alone={},
            named={},
            rungs=rungs,
            days=whole.days.beside(incumbent.used_capacity(np.arange(len(room)))),
        )
        return cls(whole, wave, tuple(members), tuple(kept))

    def narrowed(self, placed: Sequence[Placed | None]) -> list[Placed | None]:
        """See what these orders take in the whole; None what no longer may be."""
        mine: list[Placed | None] = [placed[at] for at in self.members]
        for table, kept in zip(self.wave.tables, self.kept, strict=True):
            for at in table.orders.tolist():
                one = mine[at]
                if one is not None and one.picks:
                    columns = kept.searchsorted([x for _, x in one.picks]).tolist()
                    mine[at] = _moved(one, columns)
        for loner in self.wave.loners:
            one = mine[loner.at]
            if one is not None and one.takes:
                mine[loner.at] = self._through(one, loner, is_widening=False)
        return mine

    def put_on(self, incumbent: Incumbent, placed: Sequence[Placed | None]) -> None:
        """Place these orders on an incumbent of the whole, as they are placed here."""
        found = list(placed)
        for table, kept in zip(self.wave.tables, self.kept, strict=True):
            for at in table.orders.tolist():
                one = found[at]
                if one is not None and one.picks:
                    columns = kept[[x for _, x in one.picks]].tolist()
                    found[at] = _moved(one, columns)
        for loner in self.wave.loners:
            one = found[loner.at]
            if one is not None and one.takes:
                found[loner.at] = self._through(one, loner, is_widening=True)
        for at, one in zip(self.members, found, strict=True):
            if one is not None and incumbent.placed[at] is None:
                incumbent.put(at, one)

    def _through(self, one: Placed, loner: Loner, *, is_widening: bool) -> Placed:
        """See takes of blocks here as takes of the same blocks there."""
        at = self.members[loner.at]
        theirs = next(other for other in self.whole.loners if other.at == at)
        some, others = theirs.offers.blocks, loner.offers.blocks
        if is_widening:
            some, others = others, some
        place = {id(block): n for n, block in enumerate(some)}
        takes = tuple(
            replace(take, block=others[place[id(take.block)]]) for take in one.takes
        )
        return replace(one, takes=takes)


def _part(
    table: PricingTable, mine: IntArray, incumbent: Incumbent
) -> tuple[PricingTable, IntArray]:
    """Take some orders of a table, with what others leave; and their columns."""
    sizes = np.diff(table.first)[mine]
    ends = np.cumsum(sizes)
    columns: IntArray = np.arange(int(ends[-1])) + np.repeat(
        table.first[mine] - (ends - sizes), sizes
    )
    fits: BoolArray = incumbent.fits(table, columns)
    price: FloatArray = np.where(fits, table.price[:, columns], FORBIDDEN)
    price[0] = FORBIDDEN
    part = replace(
        table,
        orders=table.orders[mine],
        price=price,
        first=np.concatenate(([0], ends)),
        node=table.node[columns],
        cell=np.ascontiguousarray(table.cell[:, columns]),
        row=np.ascontiguousarray(table.row[:, columns]),
        load=np.ascontiguousarray(table.load[:, :, columns]),
        missing=np.ascontiguousarray(table.missing[:, mine]),
    )
    return part, columns


def _left_to(incumbent: Incumbent, loner: Loner, at: int) -> Loner:
    """Leave an order that stands in no table what others leave."""
    wave, nodes = incumbent.wave, loner.offers.problem.nodes
    taken = wave.stock[loner.cell] - incumbent.left[loner.cell]
    load = incumbent.used_capacity(wave.arrays.capacity.of_node[:, nodes])
    later = incumbent.taken_later(loner.later)
    on_days = incumbent.used_capacity(
        np.empty(0, np.int64) if loner.days is None else loner.days
    )
    is_free = later is None or not later.any()
    if is_free and not (taken.any() or load.any() or on_days.any()):
        return replace(loner, at=at)
    offers = restrict(loner.offers, taken, load, wave.arrays, later)
    offers = without_days(offers, on_days)
    mine = at, offers, loner.cell, loner.later, loner.policy
    return Entrant(*mine, wave.arrays, loner.days).loner()


def _moved(one: Placed, columns: list[int]) -> Placed:
    parts = [part for part, _ in one.picks]
    return replace(one, picks=tuple(zip(parts, columns, strict=True)))
