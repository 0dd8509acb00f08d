"""What arrives at nodes after an order was placed, read off the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np

from domroute.ledger import Snapshot
from domroute.offers.byclass import count_by_class
from domroute.offers.course import Course
from domroute.offers.deadlines import Deadlines
from domroute.orders import Line, Order
from domroute.promise.finding import DateFinder
from domroute.promise.later import NEVER
from domroute.promise.window import tick_of
from domroute.records import record
from domroute.supply import StockByDate
from domroute.units import FloatArray, IntArray


@record
class _Rows:
    """What arrives of one SKU, or is promised of that, row by row; shape ``(E,)``."""

    node: IntArray
    at: IntArray
    units: FloatArray


@record
class _State:
    """
    What arrives of one SKU and what is promised of it, as long as neither changes.

    Attributes
    ----------
    coming, relied
        The ledger's own, by node: others are another state.
    arrivals, promises
        The same as columns.
    course
        Both of them, as it is for orders before the first arrival is overdue.
    first
        When that is.
    is_received
        Whether arrivals may be used later than they arrive.
    """

    coming: object
    relied: object
    arrivals: _Rows
    promises: _Rows
    course: Course
    first: int
    is_received: bool


@dataclass(slots=True, eq=False)
class SupplyFinder:
    """
    Finds the classes of stock for orders; made once per router.

    Parameters
    ----------
    finder
        Knows when nodes have received what arrives.
    node_at
        Positions of nodes, by id.
    is_usual
        Whether lines wait that do not say so.
    overdue_days
        In how many days stock comes that should have come already; None for never.
    deadlines
        Which deliveries may not come late.
    """

    finder: DateFinder
    node_at: Mapping[str, int]
    is_usual: bool
    overdue_days: int | None
    deadlines: Deadlines
    _known: dict[str, _State] = field(default_factory=dict)

    def may_wait(self, order: Order) -> bool:
        """Tell whether some line of an order may wait."""
        said = [line.allow_backorder for line in order.lines]
        return True in said or (self.is_usual and None in said)

    def _waits(self, line: Line) -> bool:
        said = line.allow_backorder
        return self.is_usual if said is None else said

    def find(
        self,
        stock: Snapshot,
        order: Order,
        lines: tuple[Line, ...],
        skus: tuple[str, ...],
        shelves: tuple[FloatArray, IntArray],
        *,
        in_time: bool = False,
    ) -> tuple[StockByDate | None, bool]:
        """Find the classes of an order's SKUs; see :class:`.Supplies`."""
        if order.placed_at is None:
            return None, False
        placed = tick_of(order.placed_at)
        waits = [self._waits(line) for line in lines]
        wanted = {line.sku for line, one in zip(lines, waits, strict=True) if one}
        states = [
            self._state(stock, sku, placed) if sku in wanted else None for sku in skus
        ]
        courses = {}
        for k, state in enumerate(states):
            if state is not None:
                course = self._course(state, order.placed_at, placed)
                if course.concerns(placed):
                    courses[k] = course
        if not courses:
            return None, False
        figures, available = shelves
        until = self.deadlines.last_in_time(order) if in_time else NEVER
        is_cut = any(one.last > until for one in courses.values())
        since, by, comes = count_by_class(figures, courses, placed, until=until)
        if len(since) == 1 and not any(one.is_promised for one in courses.values()):
            return None, is_cut
        if len(wanted) < len(skus):
            others = [k for k, name in enumerate(skus) if name not in wanted]
            by[:, others] = available[others]
        due, days = None, self.overdue_days
        if days is not None:
            due = self._due(states, order.placed_at, days, since)
        found = StockByDate(since, by, np.array(waits, bool), comes, due)
        return found, is_cut

    def _due(
        self,
        states: Sequence[_State | None],
        placed_at: datetime,
        days: int,
        since: IntArray,
    ) -> IntArray | None:
        """
        Say when what each class brings was due, ``(C, K, N)``; None where it is then.

        What is overdue is of other moments for other orders, and is one supply.
        """
        placed, found = tick_of(placed_at), None
        for k, state in enumerate(states):
            if state is None or state.first > placed:
                continue
            rows = state.arrivals
            for row in np.flatnonzero(rows.at <= placed).tolist():
                node, due = int(rows.node[row]), int(rows.at[row])
                later = self.finder.days_on(node, placed_at, days)
                one = np.array([node])
                comes = self.finder.received(placed, one, np.array([later]))
                if found is None:
                    shape = len(since), len(states), since.shape[1]
                    found = np.broadcast_to(since[:, None], shape).copy()
                mine = np.flatnonzero(since[:, node] == comes)
                found[mine, k, node] = np.minimum(found[mine, k, node], due)
        return found

    def _course(self, state: _State, placed_at: datetime, placed: int) -> Course:
        """Say what is to be expected of a SKU when an order is placed."""
        days, rows = self.overdue_days, state.arrivals
        is_late = days is not None and state.first <= placed
        if not (state.is_received or is_late):
            return state.course
        node, at, units = rows.node, rows.at, rows.units
        if days is None:
            # To receive what should be there already makes it no likelier to come.
            kept = at > placed
            node, at, units = node[kept], at[kept], units[kept]
        elif is_late:
            at, late = at.copy(), np.flatnonzero(at <= placed)
            at[late] = [
                self.finder.days_on(one, placed_at, days) for one in node[late].tolist()
            ]
        at = self.finder.received(placed, node, at)
        return _course_of(_Rows(node, at, units), state.promises)

    def _state(self, stock: Snapshot, sku: str, placed: int) -> _State | None:
        """Read off what arrives of a SKU: once for each state of it."""
        coming, relied = stock.coming.get(sku), stock.relied.get(sku)
        if not (coming or relied):
            return None
        known = self._known.get(sku)
        if known is None or known.coming is not coming or known.relied is not relied:
            arrivals = _columns(
                (self.node_at[node], tick_of(part.at), part.quantity)
                for node, parts in (coming or {}).items()
                for part in parts
            )
            promises = _columns(
                (self.node_at[node], tick_of(at), -units)
                for node, parts in (relied or {}).items()
                for at, units in parts
            )
            node, at = arrivals.node, arrivals.at
            known = self._known[sku] = _State(
                *(coming, relied, arrivals, promises),
                course=_course_of(arrivals, promises),
                first=int(at.min(initial=NEVER)),
                is_received=self.finder.received(placed, node, at) is not at,
            )
        return known


def _columns(rows: Iterable[tuple[int, int, float]]) -> _Rows:
    """Make columns of rows: node, moment, units."""
    listed = list(rows)
    node, at, units = zip(*listed, strict=True) if listed else ((), (), ())
    return _Rows(
        np.array(node, np.int64), np.array(at, np.int64), np.array(units, float)
    )


def _course_of(arrivals: _Rows, promises: _Rows) -> Course:
    """Put what arrives and what is promised of it together."""
    return Course.of(
        np.concatenate((arrivals.node, promises.node)),
        np.concatenate((arrivals.at, promises.at)),
        np.concatenate((arrivals.units, promises.units)),
    )


class _NothingComes:
    """Knows of nothing to come, so that no line waits."""

    def may_wait(self, order: Order) -> bool:  # noqa: ARG002 - as all supplies
        """Tell that none may."""
        return False

    def find(
        self,
        stock: Snapshot,  # noqa: ARG002
        order: Order,  # noqa: ARG002
        lines: tuple[Line, ...],  # noqa: ARG002
        skus: tuple[str, ...],  # noqa: ARG002
        shelves: tuple[FloatArray, IntArray],  # noqa: ARG002
        *,
        in_time: bool = False,  # noqa: ARG002
    ) -> tuple[StockByDate | None, bool]:
        """Find nothing."""
        return None, False


NOTHING_COMES: Final = _NothingComes()
"""For questions about what is on hand alone."""
