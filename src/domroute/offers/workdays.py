"""Offers once for each working day on which some of what they hold may be worked on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from domroute.costs.dayprice import Rise
from domroute.offers.blocks import Block
from domroute.offers.classes import Spread
from domroute.offers.dayroom import DayCharges, DayRoom, DayRows
from domroute.offers.daysleft import SLACK, DaysLeft
from domroute.offers.laid import Laid
from domroute.promise.dated import Dates
from domroute.promise.later import NEVER
from domroute.promise.timetable import Timetable
from domroute.units import FloatArray, IntArray
from domroute.words import Measure


@dataclass(frozen=True, slots=True)
class _Choices:
    """
    The days that the work on an offer may begin on, the first choice first.

    Attributes
    ----------
    first
        The position of the day on which it would begin without limits.
    days, opens
        Positions of the days, and when the node opens.
    is_full
        Whether no day has room for anything: there is one here nevertheless.
    is_bound
        Whether the last of them has not room for all.
    """

    first: int
    days: tuple[int, ...]
    opens: tuple[int, ...]
    is_full: bool = False
    is_bound: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """
    Offers spread over working days.

    Attributes
    ----------
    spread
        The offers: of each run those of the first choice, then those of the next.
    base
        What offer each was before; shape ``(A,)``.
    starts, works
        When the work begins, and on which working day, as :class:`.Dates` have it.
    is_full
        The offers whose node has no day with room; positions.
    """

    spread: Spread
    base: IntArray
    starts: IntArray
    works: IntArray
    is_full: IntArray


@dataclass(slots=True, eq=False)
class Workdays:
    """
    The working days of nodes, as an order could use them.

    Parameters
    ----------
    left
        What nodes have left.
    nodes
        The nodes at hand, as positions in the network; shape ``(M,)``.
    limit
        Units of each line that each may give; shape ``(L, M)``.
    workload
        What a unit of each line takes, in workload; None for 1; shape ``(L, M)``.
    last
        The last moment at which work may begin.
    most
        Days at most that an offer stands for.
    """

    left: DaysLeft
    nodes: IntArray
    limit: IntArray
    workload: FloatArray | None
    last: int
    most: int
    _rows: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    _bound: list[tuple[int, int, Measure, float]] = field(default_factory=list)
    _charges: list[tuple[int, str, Rise]] = field(default_factory=list)
    _needs: dict[int, dict[Measure, tuple[float, float]]] = field(default_factory=dict)

    def spread_out(
        self, spread: Spread, dates: Dates, nodes: IntArray, *, is_held: bool
    ) -> Moved | None:
        """
        Lay offers out once for each day; None where none is at a node with limits.

        Parameters
        ----------
        spread, dates
            The offers, and their dates as though there were no limits.
        nodes
            The node at hand of each; shape ``(A,)``.
        is_held
            Whether goods are held for a date, and worked on as late as they may be.
            What merely misses a truck is not.
        """
        limits = self.left.limits
        where = self.nodes[nodes]
        at = np.flatnonzero(np.isin(where, np.array(sorted(limits))))
        if not len(at):
            return None
        found, timetable = {}, dates.timetable
        opens, first = timetable.works(dates.way[at], dates.since[at])
        wished = self._wished(dates, at, timetable) if is_held else [-1] * len(at)
        for offer, opening, day, wish in zip(
            at.tolist(), opens.tolist(), first.tolist(), wished, strict=True
        ):
            if opening < NEVER:
                node = int(nodes[offer])
                found[offer] = self._choices(node, day, max(day, wish), timetable)
        return self._moved(spread, dates, found)

    @staticmethod
    def _wished(dates: Dates, at: IntArray, timetable: Timetable) -> list[int]:
        """Return the last days on which goods that are held may be worked on; or -1."""
        found = [-1] * len(at)
        unheld, _ = timetable.leaves(dates.way[at], dates.since[at])
        held = (dates.leaves[at] > unheld) & (dates.leaves[at] < NEVER)
        for place in np.flatnonzero(held).tolist():
            way, leaves = int(dates.way[at[place]]), int(dates.leaves[at[place]])
            node = timetable.ways.all[way].node
            latest = timetable.course(way).begun.latest_of_one(leaves)
            days, opens = timetable.working_days(node)
            last = int(opens.searchsorted(latest, side="right")) - 1
            found[place] = int(days[last]) if last >= 0 else -1
        return found

    def _choices(
        self, node: int, first: int, wished: int, timetable: Timetable
    ) -> _Choices:
        """
        List the days with room, from the first on that will do.

        Goods that are held are worked on as late as they may be, else the sooner.
        """
        place = int(self.nodes[node])
        days, opens = timetable.working_days(place)
        begin, end = np.searchsorted(days, [first, wished])
        sooner = range(int(end), int(begin) - 1, -1)
        chosen: list[int] = []
        least = _NONE
        for at in (*sooner, *range(int(end) + 1, len(days))):
            if opens[at] > self.last and at > begin:
                break
            room = self._room(node, timetable.window.first + int(days[at]))
            if room != _NONE:
                chosen.append(at)
                least = room
            # Others may fill a day that has room for all of it.
            is_enough = room == _ALL and not self.left.is_shared
            if is_enough or len(chosen) == self.most:
                break
        chosen = chosen or [int(end)]
        return _Choices(
            first,
            tuple(int(days[at]) for at in chosen),
            tuple(int(opens[at]) for at in chosen),
            is_full=least == _NONE,
            is_bound=least != _ALL or self.left.is_shared,
        )

    def _room(self, node: int, day: int) -> int:
        """Tell whether a day has room for all that costs nothing, for some, or none."""
        least = _ALL
        needs, place = self._need(node), int(self.nodes[node])
        for measure, left in self.left.of(place, day):
            one, all_ = needs[measure]
            if left + SLACK < one:
                return _NONE
            if left + SLACK < all_:
                least = _SOME
        if least == _ALL and self.left.prices:
            for measure, rises in self.left.rises(place, day).items():
                if any(rise.free + SLACK < needs[measure][1] for _, rise in rises):
                    return _SOME
        return least

    def _need(self, node: int) -> dict[Measure, tuple[float, float]]:
        """Say what an order takes of a node, at least and at most, by measure."""
        if node not in self._needs:
            units = self.limit[:, node]
            count = float(units.sum())
            each = np.ones(len(units))
            if self.workload is not None:
                each = self.workload[:, node]
            least = float(each[units > 0].min(initial=np.inf))
            self._needs[node] = {
                Measure.ORDERS: (1.0, 1.0),
                # A line may be in as many shipments as it has units.
                Measure.LINES: (1.0, count),
                Measure.UNITS: (1.0, count),
                Measure.WORKLOAD: (least, float(units @ each)),
            }
        return self._needs[node]

    def _moved(self, spread: Spread, dates: Dates, found: dict[int, _Choices]) -> Moved:
        laid, first = spread.laid, dates.timetable.window.first
        parts = list(_parts(laid, found))
        base = np.concatenate([mine for mine, _ in parts])
        rank = np.repeat([rank for _, rank in parts], [len(mine) for mine, _ in parts])
        starts, works = np.full(len(base), -1), np.full(len(base), -1)
        full: list[int] = []
        is_bound = len(base) > len(laid.service)
        stands_for = zip(base.tolist(), rank.tolist(), strict=True)
        for at, (offer, nth) in enumerate(stands_for):
            choices = found.get(offer)
            if choices is None:
                continue
            day = choices.days[nth]
            works[at] = first + day
            if day != choices.first:
                starts[at] = max(int(dates.since[offer]), choices.opens[nth])
            is_bound |= choices.is_bound
            if choices.is_full:
                full.append(at)
        moved = spread
        if len(base) > len(laid.service):
            edges = np.cumsum([0, *(len(mine) for mine, _ in parts)]).tolist()
            stocked = spread.stocked
            moved = Spread(
                Laid(
                    runs=tuple(slice(*pair) for pair in pairwise(edges)),
                    service=laid.service[base],
                    node=base if laid.node is None else laid.node[base],
                    zone=laid.zone[base],
                    carries=None if laid.carries is None else laid.carries[:, base],
                ),
                spread.since[base],
                None if stocked is None else stocked.only(base),
            )
        elif is_bound:
            # What nodes give is no longer the same by all services.
            moved = replace(spread, laid=replace(laid, zones=0))
        return Moved(moved, base, starts, works, np.array(full, np.int64))

    def limited(self, block: Block) -> Block:
        """Limit what offers take to what their days have left."""
        works = None if block.dates is None else block.dates.works
        if works is None:
            return block
        entries: list[tuple[int, int]] = []
        for offer in np.flatnonzero(works >= 0).tolist():
            node, day = int(block.nodes[offer]), int(works[offer])
            entries += [(offer, row) for row in self._rows_of(node, day)]
        if not entries:
            return block
        offer, row = np.array(entries, np.int64).T
        measures = [self._bound[at][2] for at in row.tolist()]
        per = {
            kind: np.array([measure is kind for measure in measures], float)
            for kind in Measure
        }
        lines = block.lines
        work = np.ones((len(lines), len(offer)))
        if self.workload is not None:
            work = self.workload[np.ix_(lines, block.nodes[offer])]
        return block.with_room(
            DayRoom(
                offer=offer,
                row=row,
                per_order=per[Measure.ORDERS],
                per_line=per[Measure.LINES],
                per_unit=per[Measure.UNITS],
                per_work=per[Measure.WORKLOAD],
                work=work,
                left=np.array([self._bound[at][3] for at in row.tolist()]),
                most=block.limit,
            )
        )

    def _rows_of(self, node: int, day: int) -> list[int]:
        """Return the rows of a day that an order could overfill, or that cost more."""
        key = node, day
        if key not in self._rows:
            rows: list[int] = []
            needs, place = self._need(node), int(self.nodes[node])
            rises = self.left.rises(place, day) if self.left.prices else {}
            left = dict(self.left.of(place, day))
            for measure in dict.fromkeys((*left, *rises)):
                room, all_ = left.get(measure, math.inf), needs[measure][1]
                dear = [
                    (len(self._bound), term, rise)
                    for term, rise in rises.get(measure, ())
                    # Others may fill what is free.
                    if self.left.is_shared or rise.free + SLACK < all_
                ]
                is_shared = self.left.is_shared and measure in left
                if is_shared or dear or room + SLACK < all_:
                    rows.append(len(self._bound))
                    self._bound.append((node, day, measure, room))
                    self._charges += dear
            self._rows[key] = rows
        return self._rows[key]

    @property
    def rows(self) -> DayRows | None:
        """The days that the order could overfill, or that cost; None for none."""
        if not self._bound:
            return None
        node, day, measures, left = zip(*self._bound, strict=True)
        charges: DayCharges | None = None
        if self._charges:
            row, terms, rises = zip(*self._charges, strict=True)
            free, price = np.array(rises, float).T
            charges = DayCharges(np.array(row), free, price, terms)
        return DayRows(np.array(node), np.array(day), np.array(left), measures, charges)


_NONE, _SOME, _ALL = range(3)
"""How much of what an order could take a day has room for."""


def _parts(laid: Laid, found: dict[int, _Choices]) -> Iterator[tuple[IntArray, int]]:
    """Yield offers of one run, and which of their choices of a day they stand for."""
    for run in laid.runs:
        mine = np.arange(run.start, run.stop)
        count = np.array(
            [len(found[at].days) if at in found else 1 for at in mine.tolist()]
        )
        for nth in range(int(count.max(initial=0))):
            yield mine[count > nth], nth
