"""The dates of offers: what may not be made for them, and what terms are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

import numpy as np

from domroute.costs.nature import nature_of
from domroute.errors import InputError, Issue
from domroute.network import Service
from domroute.offers.classes import Classes, Spread, Stocked, Waiting
from domroute.offers.coming import NOTHING_COMES, SupplyFinder
from domroute.offers.deadlines import Deadlines
from domroute.offers.delivery import DeliveryAtHand
from domroute.offers.eligibility import Mark
from domroute.offers.freshness import Freshness
from domroute.offers.laid import Laid, anywhere
from domroute.offers.together import by_date
from domroute.offers.workdays import Workdays
from domroute.orders import Order
from domroute.policy import Policy
from domroute.problem import Group, NetworkArrays, OrderProblem
from domroute.promise.dated import Dates, Lack, Wish
from domroute.promise.finding import DateFinder
from domroute.promise.window import tick_of
from domroute.reasons import Reason
from domroute.records import record
from domroute.supply import Supplies
from domroute.units import BoolArray, IntArray

_REASONS: Final = {
    Lack.TIME: Reason.TOO_LATE,
    Lack.ROOM: Reason.NO_CAPACITY,
    Lack.ACTIVE: Reason.NOT_ACTIVE,
    Lack.SAME_DAY: Reason.AFTER_CUTOFF,
    Lack.DATE: Reason.NO_DATE,
}
"""What is said of a node all of whose offers lack something: of the nearest of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Dating:
    """
    How a network and a policy look at dates; made once per router.

    Attributes
    ----------
    finder
        Finds the dates of offers.
    is_everywhere
        Whether the network says when it works, so that every shipment has dates.
    needs_arrival
        Whether some term cannot price a shipment that promises no date.
    deadlines
        Which deliveries may not come late.
    supply
        Finds what comes later, for lines that may wait for it.
    freshness
        Knows what expires.
    rises
        Whether no term charges less for what comes later.
    most_days
        Working days with room that an offer stands for at most.
    """

    finder: DateFinder
    is_everywhere: bool
    needs_arrival: bool
    deadlines: Deadlines
    supply: Supplies
    freshness: Freshness
    most_days: int
    rises: bool = True

    @classmethod
    def of(
        cls, arrays: NetworkArrays, services: Sequence[Service], policy: Policy
    ) -> Self:
        """Look through a network and a policy once."""
        asked = [nature_of(term) for term in policy.costs]
        asked = [nature for nature in asked if not nature.is_idle]
        days = policy.promise.horizon_days
        kept = [one.promised_at(policy.promise.confidence) for one in services]
        finder = DateFinder(arrays.network, arrays.nodes, kept, days)
        deadlines = Deadlines.of(policy)
        return cls(
            finder=finder,
            is_everywhere=arrays.network.is_dated,
            needs_arrival=any(nature.needs_arrival for nature in asked),
            deadlines=deadlines,
            supply=SupplyFinder(
                finder,
                arrays.node_at,
                policy.allow_backorder,
                policy.promise.overdue_days,
                deadlines,
            ),
            freshness=Freshness.of(arrays.network, arrays.nodes, arrays.node_at),
            rises=not any(nature.may_fall_with_time for nature in asked),
            most_days=policy.solve.tuning.offers.max_days,
        )

    def without_waiting(self) -> Self:
        """Look at dates where no line waits for what is still to come."""
        return replace(self, supply=NOTHING_COMES)

    def concerns(self, problem: OrderProblem) -> bool:
        """Tell whether the shipments of an order have dates."""
        return (
            self.is_everywhere
            or any(group.delivery.is_dated for group in problem.groups)
            or self.supply.may_wait(problem.order)
        )

    def date(
        self,
        delivery: DeliveryAtHand,
        laid: Laid,
        waiting: Waiting | None,
        *,
        any_date: bool = False,
        workdays: Workdays | None = None,
    ) -> tuple[Spread, Dates, IntArray | None]:
        """
        Find the dates of a delivery's offers.

        Parameters
        ----------
        delivery, laid
            The delivery, and its offers.
        waiting
            What its lines may wait for; None where all is there.
        workdays
            What nodes have left on their working days; None where none has a limit.
        any_date
            Whether each comes as soon as it may, whatever else comes with it.

        Returns
        -------
        Spread
            The offers, each once for every moment from which on lines may leave, and
            for every date on which it may come if all that comes must come on one.
        Dates
            Of each.
        IntArray or None
            From when on each line may leave, if that differs; shape ``(G,)``.

        Raises
        ------
        InputError
            Code ``no_placed_at``, if nobody says when the order was placed.
        """
        problem, group = delivery.problem, delivery.group
        placed = tick_of(placed_at_of(problem.order))
        since: IntArray | int = placed
        released: IntArray | None = None
        if waiting is None and not any(item.release_at for item in delivery.items):
            spread = Spread(laid, np.full(len(laid.service), placed))
        else:
            classes = Classes.of(delivery.items, placed, waiting)
            spread = classes.spread_out(laid)
            laid, since = spread.laid, spread.since
            released = None if len(classes.moments) == 1 else classes.released
        nodes = delivery.nodes if laid.node is None else delivery.nodes[laid.node]
        wish = self.wish_of(problem.order, group, delivery.arrays, placed)
        if any_date:  # what is late is made, and priced by how late it is
            wish = replace(wish, is_hard=False)

        def find(wish: Wish) -> Dates:
            by = laid.service, laid.zone
            return self.finder.find(wish, nodes, by, since=since, runs=laid.runs)

        dates = find(wish)
        on_days = None
        if workdays is not None:
            on_days = self._by_day(delivery, (spread, dates), workdays, wish)
        asks: Callable[[Wish], Dates] = find
        if on_days is not None:
            spread, asks = on_days
            dates = asks(wish)
        if group.delivery.together and not any_date:
            # Held longer, it may leave on a date on which its node sends enough.
            least = delivery.arrays.minimum_order[delivery.nodes]
            spread, dates = by_date(
                spread,
                dates,
                lambda day: asks(replace(wish, held=day)),
                rises=self.rises and not least.any(),
            )
        return spread, dates, released

    def _by_day(
        self,
        delivery: DeliveryAtHand,
        laid: tuple[Spread, Dates],
        workdays: Workdays,
        wish: Wish,
    ) -> tuple[Spread, Callable[[Wish], Dates]] | None:
        """Move the work on offers to days that have room; and find dates of that."""
        spread, dates = laid
        node, kept = spread.laid.node, delivery.kept
        moved = workdays.spread_out(
            *(spread, dates, kept if node is None else kept[node]),
            is_held=delivery.group.delivery.earliest is not None,
        )
        if moved is None:
            return None
        mine, starts = moved.spread, moved.starts
        nodes, node = delivery.nodes, mine.laid.node
        if node is not None:
            nodes = nodes[node]

        def find(asked: Wish) -> Dates:
            if asked is wish and not (starts >= 0).any():
                found = dates.only(moved.base)
            else:
                by = mine.laid.service, mine.laid.zone
                found = self.finder.find(
                    asked,
                    nodes,
                    by,
                    since=mine.since,
                    runs=mine.laid.runs,
                    starts=starts,
                )
            lack = found.lack.copy()
            lack[moved.is_full] = Lack.ROOM
            return replace(found, works=moved.works, lack=lack)

        return mine, find

    def wish_of(
        self, order: Order, group: Group, arrays: NetworkArrays, placed: int
    ) -> Wish:
        """Say what dates a delivery of an order placed then asks for."""
        delivery = group.delivery
        is_hard = self.deadlines.forbid_late(order, delivery)
        return Wish(
            delivery=delivery,
            placed=placed,
            place=group.destination,
            node=None if delivery.node is None else arrays.node_at[delivery.node],
            is_hard=is_hard,
            needs_date=self.needs_arrival or delivery.is_dated,
        )


def placed_at_of(order: Order) -> datetime:
    """
    Return when an order was placed, which its dates begin with.

    Raises
    ------
    InputError
        Code ``no_placed_at``.
    """
    if order.placed_at is None:
        text = "is needed where dates matter; route() takes it as now, too"
        where = f"order {order.id!r}.placed_at"
        raise InputError([Issue("no_placed_at", where, text)])
    return order.placed_at


@record
class Undated:
    """
    The offers of a delivery, some of which have no dates, or goods, that will do.

    Attributes
    ----------
    delivery
        The lines, and the nodes asked about.
    laid, lack
        All offers, and what the dates of each lack, of :class:`Lack`.
    stocked
        What of stock each may take; None where all of it.
    fresh
        The lines that each brings while they are good; None for all; ``(G, A)``.
    """

    delivery: DeliveryAtHand
    laid: Laid
    lack: IntArray
    stocked: Stocked | None = None
    fresh: BoolArray | None = None

    def by_services(self, goes: BoolArray) -> Undated:
        """Look at the offers by some services, and by none, which comes last."""
        kept = goes[self.laid.service]
        at = kept.nonzero()[0]
        stocked = None if self.stocked is None else self.stocked.only(at)
        return replace(
            self,
            laid=self.laid.only(kept),
            lack=self.lack[at],
            stocked=stocked,
            fresh=None if self.fresh is None else self.fresh[:, at],
        )

    def withholds(self, reason: Reason, line: int) -> bool:
        """
        Tell whether some node would send more of a line, but for its dates.

        So it is where some of it is there in time, and what arrives later is not.
        """
        stocked, lines = self.stocked, self.delivery.group.lines
        if stocked is None or line not in lines:
            return False
        at = int(np.flatnonzero(lines == line)[0])
        lacks, most, laid = self.lack, stocked.limit[at], self.laid
        node = np.arange(len(most)) if laid.node is None else laid.node
        carries = most > 0 if laid.carries is None else laid.carries[at] & (most > 0)
        fine = np.zeros(len(self.delivery.kept), np.int64)
        is_fine = carries & (lacks == Lack.NOTHING)
        np.maximum.at(fine, node[is_fine], most[is_fine])
        asked = [lack for lack, told in _REASONS.items() if told is reason]
        mine = carries & np.isin(lacks, asked)
        return bool((most[mine] > fine[node[mine]]).any())

    def marks(self) -> list[Mark]:
        """Mark nodes from which offers carry a line, and none brings it as asked."""
        lines, count = self.delivery.group.lines, len(self.delivery.problem.nodes)
        kept, laid, lacks = self.delivery.kept, self.laid, self.lack
        node = kept if laid.node is None else kept[laid.node]
        shape = len(lines), len(node)
        carries = np.ones(shape, bool) if laid.carries is None else laid.carries
        if self.stocked is not None:
            carries = carries & (self.stocked.limit > 0)
        in_time = carries & (lacks == Lack.NOTHING)
        fresh = np.True_ if self.fresh is None else self.fresh
        told = anywhere(in_time & fresh, node, count)
        found = [(Reason.EXPIRED, in_time)]
        found += [(_REASONS[lack], carries & (lacks == lack)) for lack in _REASONS]
        marks = []
        for reason, offers in found:
            if not offers.any():
                continue
            out = anywhere(offers, node, count) & ~told
            if out.any():
                marks.append(Mark(reason, lines, ~out))
                told |= out
        return marks
