"""A joint plan in the making: who takes what, and what is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from domroute.answers.assembly import assemble
from domroute.batch.allotting import Allotments
from domroute.batch.cells import NO_CELL, UNITS_SLACK, Prices, Usage
from domroute.batch.days import without_days
from domroute.batch.drawn import Taken, as_drawn, draw
from domroute.batch.loner import Loner
from domroute.batch.placed import IDLE, UNPLACED, Placed, Seat, rank_of
from domroute.batch.repricing import reprice, restrict, uses
from domroute.batch.tables import PricingTable
from domroute.batch.wave import Wave
from domroute.offers.priced import Offers
from domroute.sourcing.byday import day_cost
from domroute.sourcing.choice import FORBIDDEN, Choice, Take
from domroute.sourcing.kernel import decide
from domroute.sourcing.limits import limits_of
from domroute.units import BoolArray, FloatArray, IntArray

_LEAST = 1e-6
"""What is less than this over a limit is rounding."""
_ROUNDING: Final = 1e-9
"""What two sums of the same costs may differ by, beside them."""


@dataclass(slots=True, eq=False)
class Incumbent:
    """
    The joint plan so far; orders are placed, lifted and placed again.

    Attributes
    ----------
    placed
        By position in the batch; None where an order is lifted.
    seats
        Where each order stands.
    free
        What no order placed takes of each resource: units of the cells, and the rows of
        capacity after them; shape ``(C + Q,)``.
    left, room
        Of cells and of rows alone, the same numbers; shapes ``(C,)`` and ``(Q,)``.
    allotments
        What channels have taken of cells that are allocated.
    """

    wave: Wave
    placed: list[Placed | None]
    seats: list[Seat]
    free: FloatArray
    left: FloatArray = field(init=False)
    room: FloatArray = field(init=False)
    allotments: Allotments = field(init=False)

    def __post_init__(self) -> None:
        """See the two kinds of resources apart."""
        cells = len(self.wave.stock)
        self.left, self.room = self.free[:cells], self.free[cells:]
        self.allotments = self.wave.allotments.anew()

    @classmethod
    def of(cls, wave: Wave) -> Incumbent:
        """Start with an empty incumbent."""
        seats = [IDLE] * wave.count
        for table in wave.tables:
            for place, at in enumerate(table.orders.tolist()):
                seats[at] = Seat(table, place, None)
        for loner in wave.loners:
            seats[loner.at] = Seat(None, 0, loner)
        free = np.empty(len(wave.stock) + len(wave.capacity))
        incumbent = cls(wave, [None] * wave.count, seats, free)
        incumbent.empty()
        for at, value in wave.idle.items():
            incumbent.placed[at] = Placed(min(value, FORBIDDEN))
        return incumbent

    def empty(self) -> None:
        """Leave all there is, as though no order were placed."""
        self.left[:] = self.wave.stock
        self.room[:] = self.wave.capacity + UNITS_SLACK
        self.allotments = self.wave.allotments.anew()

    @property
    def used(self) -> Usage:
        """Units and capacity that the orders placed take."""
        used = Usage.none(len(self.left), len(self.room))
        used.units[:] = self.wave.stock - self.left
        used.load[:] = self.used_capacity(np.arange(len(self.room)))
        return used

    def used_capacity(self, rows: IntArray) -> FloatArray:
        """Return what is used of some rows; zero where there is no limit."""
        whole, limited = self.wave.capacity[rows], self.wave.is_limited[rows]
        load = np.zeros(rows.shape)
        load[limited] = whole[limited] + UNITS_SLACK - self.room[rows][limited]
        return load

    @property
    def is_sound(self) -> bool:
        """Whether no more is taken than there is."""
        return bool((self.left > -_LEAST).all() and (self.room > -_LEAST).all())

    def is_sure(self, at: int | None = None) -> bool:
        """Tell whether an order, or each, is proven to drain a ladder, if it must."""
        asked = self.placed if at is None else [self.placed[at]]
        return all(placed is None or placed.is_sure for placed in asked)

    def refuse(self, at: int) -> None:
        """Take what an order has from it: it has no plan."""
        self.lift(at)
        self.put(at, UNPLACED)

    def rank(self) -> tuple[int, float]:
        """Rank all orders, as :func:`rank_of` does some, and the days they fill."""
        missing, cost = rank_of(enumerate(self.placed), self.wave.absence)
        return missing, cost + self.day_cost

    @property
    def day_cost(self) -> float:
        """What days cost as all orders placed fill them together."""
        charges = self.wave.days.charges
        if charges is None:
            return 0.0
        used = self.used_capacity(charges.row)
        return float(charges.each_of(used).sum())

    def copy(self) -> list[Placed | None]:
        """Remember who takes what."""
        return list(self.placed)

    def is_like(self, placed: list[Placed | None]) -> bool:
        """Tell whether each order takes and costs what was remembered."""
        return all(
            one is other
            or (
                one is not None
                and other is not None
                and (one.cost, one.picks) == (other.cost, other.picks)
                and [(take.node, *take.units) for take in one.takes]
                == [(take.node, *take.units) for take in other.takes]
            )
            for one, other in zip(self.placed, placed, strict=True)
        )

    def restore(self, placed: list[Placed | None]) -> None:
        """Go back to what was remembered."""
        for at, old in enumerate(placed):
            if self.placed[at] is not old:
                self.lift(at)
        for at, old in enumerate(placed):
            if old is not None and self.placed[at] is None:
                self.put(at, old)

    def lift(self, at: int) -> Placed | None:
        """Take an order off the incumbent, and give back what it took."""
        placed = self.placed[at]
        if placed is not None and self.seats[at] is not IDLE:
            self._move(at, placed, -1.0)
            self.placed[at] = None
        return placed

    def put(self, at: int, placed: Placed) -> None:
        """Put an order back as it was."""
        placed = self._drawn(at, placed)
        self._move(at, placed, 1.0)
        self.placed[at] = placed

    def _drawn(self, at: int, placed: Placed) -> Placed:
        """Draw what an order ships on cells; on those of before, if they have it."""
        loner = self.seats[at].loner
        if loner is None or loner.later is None:
            return placed
        if placed.drawn is not None:
            cell, units = placed.drawn
            if (units <= self.left[cell]).all():
                return placed
        cells = loner.cell, loner.later
        drawn = draw(loner.offers, cells, placed.takes, self.left)
        return replace(placed, drawn=drawn)

    def settle_all(self, sequence: Iterable[int], prices: Prices) -> None:
        """Lift orders one after another, and place each before the next is lifted."""
        for at in sequence:
            self.lift(at)
            self.settle(at, prices)

    def clear(self) -> None:
        """Lift every order."""
        for at in range(self.wave.count):
            self.lift(at)

    def settle(self, at: int, prices: Prices) -> None:
        """Place an order, lifted or new, in the best way that what is left allows."""
        seat = self.seats[at]
        if seat.table is not None:
            self.put(at, self._settle_on(seat.table, seat.place, prices))
        elif seat.loner is not None:
            self.put(at, self._settle_loner(seat.loner, prices))

    def settle_first(self, at: int) -> None:
        """Place an order by the method that the policy names, if it names one."""
        named, seat = self.wave.named.get(at), self.seats[at]
        if named is None or seat.table is None:
            self.settle(at, self.wave.free_prices())
            return
        choice = self.decide(named, self.wave.free_prices())
        takes = choice.takes
        found = UNPLACED
        if takes is not None:
            picks = named.picks_on(seat.table, seat.place, takes)
            found = self.placed_as(seat.table, seat.place, picks)
        self.put(at, found)

    def _settle_on(self, table: PricingTable, place: int, prices: Prices) -> Placed:
        columns = slice(int(table.first[place]), int(table.first[place + 1]))
        cost = table.at(prices, columns)
        cost[~self.fits(table, columns)] = FORBIDDEN
        found = table.cheapest(cost, place)
        if found is None:
            return UNPLACED
        picks = tuple((part, columns.start + node) for part, node in found[1])
        return self.placed_as(table, place, picks)

    def fits(self, table: PricingTable, columns: slice | IntArray) -> BoolArray:
        """Tell which bundles what is left allows in some columns; ``(P, X)``."""
        left = self.left[table.cell[:, columns]]
        fits: BoolArray = table.taken[:, 0, None] <= left[0]
        for k in range(1, len(left)):
            fits &= table.taken[:, k, None] <= left[k]
        for row, load in zip(table.row, table.load, strict=True):
            fits &= load[:, columns] <= self.room[row[columns]]
        return fits

    def placed_as(
        self, table: PricingTable, place: int, picks: tuple[tuple[int, int], ...]
    ) -> Placed:
        """Price picks of an order, without prices."""
        # The position of what parts fill together is the sum of their positions.
        state = sum(part for part, _ in picks)
        cost = float(table.missing[state, place])
        if table.totals.counts_parts:
            cost += float(table.extra[table.count([part for part, _ in picks])])
        cost += sum(float(table.price[part, column]) for part, column in picks)
        return Placed(cost, picks=picks)

    def _settle_loner(self, loner: Loner, prices: Prices) -> Placed:
        wave = self.wave
        found = self._settle_by_stand_in(loner, prices)
        if found is not None:
            return found
        choice = self.decide(loner, prices)
        takes = choice.takes
        if takes is None or not wave.keeps_fill(loner, takes):
            return UNPLACED
        is_sure = choice.proves_goals or loner.offers.drain is None
        return replace(self.placed_by(loner, takes), is_sure=is_sure)

    def _settle_by_stand_in(self, loner: Loner, prices: Prices) -> Placed | None:
        """Place an order as its table has it, if that is all its limits ask."""
        table, wave = loner.stand_in, self.wave
        drains = loner.offers.drain is not None
        if table is None or loner.at in wave.floors or table.totals.fewest or drains:
            return None
        mine = loner.offers.eligibility.stock
        if (mine < wave.stock[loner.cell]).any():
            return None  # of what it must leave to others, others may have taken some
        found = self._settle_on(table, 0, prices)
        if found is UNPLACED:
            return found
        takes = table.takes(found.picks, loner.offers)
        limits = limits_of(loner.offers, loner.table, loner.policy, wave.arrays)
        placed = self.placed_by(loner, takes)
        is_exact = placed.cost <= found.cost + _ROUNDING * max(1.0, abs(found.cost))
        return placed if is_exact and limits.holds(loner.steps_of(takes)) else None

    def placed_by(self, loner: Loner, takes: tuple[Take, ...]) -> Placed:
        """
        Price takes of an order that stands in no table, without prices.

        And without what days cost, which all orders fill together.
        """
        wave = self.wave
        plan = assemble(loner.offers, loner.policy, wave.arrays, takes)
        cost = plan.costs.total - day_cost(loner.offers, takes)
        return Placed(cost, takes=takes)

    def bid(self, loner: Loner, prices: Prices) -> None:
        """Place an order, which is lifted, whatever others have left."""
        takes = self.decide(loner, prices, is_bidding=True).takes
        if takes is not None and self.wave.keeps_fill(loner, takes):
            self.put(loner.at, self.placed_by(loner, takes))

    def decide(
        self, loner: Loner, prices: Prices, *, is_bidding: bool = False
    ) -> Choice:
        """Ask the kernel what an order takes of what is left, at some prices."""
        wave, left = self.wave, loner.offers
        if not is_bidding:
            left = restrict(
                left,
                self.taken_from(left, loner.cell),
                self.used_capacity(wave.arrays.capacity.of_node[:, left.problem.nodes]),
                wave.arrays,
                self.taken_later(loner.later),
            )
            if loner.days is not None:
                left = without_days(left, self.used_capacity(loner.days))
        priced = reprice(
            *(left, loner.cell, prices, wave.arrays),
            later=loner.later,
            days=loner.days,
        )
        choice = decide(priced, loner.policy, wave.arrays, time_limit_s=wave.loner_s)
        if choice.takes is None:
            return choice
        # The same takes at their true cost: of blocks without prices, as they stood.
        at = {id(block): place for place, block in enumerate(priced.blocks)}
        takes = tuple(
            replace(take, block=loner.offers.blocks[at[id(take.block)]])
            for take in choice.takes
        )
        return replace(choice, takes=takes)

    def taken_from(self, offers: Offers, cell: IntArray) -> FloatArray:
        """Count what others have taken of what an order may take of cells; (K, M)."""
        taken = self.wave.stock[cell] - self.left[cell]
        eligibility, order = offers.eligibility, offers.problem.order
        allocated = eligibility.allocated
        if allocated is None or eligibility.by_date is not None:
            return taken
        seen = self.allotments.seen(taken, cell, order.channel)
        room = allocated.shared - np.maximum(allocated.kept + seen, taken)
        return np.maximum(0.0, eligibility.stock - np.floor(np.maximum(0.0, room)))

    def taken_later(self, later: IntArray | None) -> FloatArray | None:
        """Count what is taken of cells of what arrives later; None for none of them."""
        if later is None:
            return None
        taken: FloatArray = self.wave.stock[later] - self.left[later]
        return np.where(later == NO_CELL, 0.0, taken)

    def is_intricate(self, at: int) -> bool:
        """Tell whether an order draws on cells as no program of several says it."""
        loner = self.seats[at].loner
        return loner is not None and (
            loner.is_choosy or self.allotments.is_plain(loner.cell)
        )

    def _move(self, at: int, placed: Placed, sign: float) -> None:
        loner = self.seats[at].loner
        for cells, units, rows, load in self.taken_by(at, placed):
            self.left[cells] -= sign * units
            if loner is not None:
                channel = loner.offers.problem.order.channel
                self.allotments.move(channel, cells, units, sign)
            if len(rows):
                self.room[rows] -= sign * load

    def taken_by(self, at: int, placed: Placed) -> Iterable[Taken]:
        """Yield the cells, and the rows of capacity, that an order takes from."""
        table, loner = self.seats[at].table, self.seats[at].loner
        if loner is not None:
            takes, arrays = placed.takes, self.wave.arrays
            used = uses(loner.offers, loner.cell, takes, arrays, loner.days)
            return used if placed.drawn is None else as_drawn(placed.drawn, used)
        if table is None:
            return ()
        return (
            (
                table.cell[:, column],
                table.taken[part],
                table.row[:, column],
                table.load[:, part, column],
            )
            for part, column in placed.picks
        )
