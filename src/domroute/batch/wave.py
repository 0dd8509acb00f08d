"""The orders of a batch, compiled: most in tables, the others one by one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from domroute.batch.allotting import Allotments
from domroute.batch.cells import (
    Cells,
    Prices,
    Usage,
    Wish,
    capacity_left,
    whole_capacity,
)
from domroute.batch.days import Days
from domroute.batch.entering import Entrant
from domroute.batch.gathering import TableBuilder
from domroute.batch.loner import Loner
from domroute.batch.tables import Picks, PricingTable
from domroute.offers.priced import NO_LADDER, Offers, Rung
from domroute.orders import Order
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.rules import NodePriority, OrderFilter, SafetyStock
from domroute.sourcing.chains import CHAINS
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN, Take
from domroute.tuning import WaveTuning
from domroute.units import BoolArray, FloatArray, IntArray

_NAMED: Final = frozenset({"greedy", *CHAINS})
"""Methods that are no way to the best plan of an order."""


class Solve(Protocol):
    """Answers for all tables of a wave as :meth:`.PricingTable.solve` does for one."""

    def __call__(
        self, prices: Prices, *, is_strict: bool
    ) -> list[tuple[FloatArray, Picks]]:
        """Find the cheapest plan of every order at some prices."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """
    The cheapest plans at some prices, each order for itself.

    Attributes
    ----------
    values
        Cost of each order at the prices; shape ``(O,)``.
    usage
        What they all would take together.
    picks
        By table.
    wishes
        What each loner would take, by position.
    """

    values: FloatArray
    usage: Usage
    picks: tuple[Picks, ...]
    wishes: dict[int, Wish] = field(default_factory=dict)

    @property
    def sizes(self) -> FloatArray:
        """What orders cost without their sign, of those of which it is known."""
        sizes: FloatArray = np.abs(self.values)
        return sizes[sizes < IS_FORBIDDEN]

    @property
    def per_unit(self) -> float:
        """What a unit taken costs on average."""
        return float(self.sizes.sum()) / max(1.0, float(self.usage.units.sum()))


@dataclass(slots=True, eq=False)
class Wave:
    """
    The orders of a batch, and what they compete for.

    Attributes
    ----------
    idle
        Orders that no node can fill any part of, and what leaving them costs.
    cells
        The cells at hand.
    stock
        Units in each cell; shape ``(C,)``.
    is_contended
        Whether the orders could want more of a cell than there is; shape ``(C,)``.
    capacity
        What each row of the nodes' capacity leaves to do; shape ``(Q,)``; infinite
        without a limit.
    barred
        Orders found to have no plan even alone, which are set aside; shape ``(O,)``.
    absence
        How bad it is that an order has no plan; shape ``(O,)``.
    solve
        What answers for all tables, if they are not to be asked in turn.
    floors
        Units of each line that loners must not be left with less of, by position.
    allotments
        Cells in which units are for one channel alone.
    alone
        What loners cost at least if they are alone, as far as that is proven, by
        position: prices make nothing cheaper.
    named
        Orders that the policy names a method for which is not exact, by position: by
        that they are placed at first.
    rungs
        Rungs of a ladder that are not proven to be the last, by position.
    loner_s
        Seconds at most for one order that the kernel places, each time it is placed.
    days
        The working days that orders could fill, after all other rows of capacity.
    matters
        Which resources are scarce: contended cells, and after all cells the rows with a
        limit; shape ``(C + Q,)``.
    is_limited
        Which rows have one; shape ``(Q,)``.
    contended, scarce
        The contended cells, and all that matters, as positions.
    at_hand
        What there is of each of the scarce: units, or what a row leaves to do.
    """

    count: int
    tables: tuple[PricingTable, ...]
    loners: tuple[Loner, ...]
    idle: dict[int, float]
    cells: Cells
    stock: IntArray
    is_contended: BoolArray
    capacity: FloatArray
    policy: Policy
    arrays: NetworkArrays
    barred: BoolArray
    absence: IntArray
    solve: Solve | None = None
    allotments: Allotments = field(default_factory=Allotments)
    floors: dict[int, IntArray] = field(default_factory=dict)
    alone: dict[int, float] = field(default_factory=dict)
    named: dict[int, Loner] = field(default_factory=dict)
    rungs: dict[int, Rung] = field(default_factory=dict)
    loner_s: float = 1.0
    days: Days = field(default_factory=lambda: Days(0))
    matters: BoolArray = field(init=False)
    is_limited: BoolArray = field(init=False)
    contended: IntArray = field(init=False)
    scarce: IntArray = field(init=False)
    at_hand: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        """Tell what is scarce, of cells and of rows."""
        self.is_limited = np.isfinite(self.capacity)
        self.contend(self.is_contended)

    def contend(self, is_contended: BoolArray) -> None:
        """Say which cells are contended: there may be few among very many."""
        self.matters = np.concatenate((is_contended, self.is_limited))
        # Cells may be ten million: seen, not copied.
        self.is_contended = self.matters[: len(is_contended)]
        self.contended = np.flatnonzero(is_contended)
        self.scarce = np.flatnonzero(self.matters)
        self.at_hand = np.concatenate(
            (self.stock[self.contended], self.capacity[self.is_limited])
        )

    @property
    def tuning(self) -> WaveTuning:
        """The tuned numbers of waves."""
        return self.policy.solve.tuning.wave

    @property
    def drains(self) -> bool:
        """Whether a ladder is drained: a matter of each order in its turn."""
        return any(
            isinstance(rule, NodePriority) and rule.drain for rule in self.policy.rules
        )

    def share_time(self, seconds: float) -> None:
        """Let the orders that the kernel places take no more than this in one turn."""
        asked = {loner.at for loner in self.loners} | set(self.named)
        self.loner_s = seconds / max(1, len(asked))

    @property
    def shares_tables(self) -> bool:
        """Whether the tables are such as the compiled kernel can read."""
        return bool(self.tables) and all(table.own is None for table in self.tables)

    @property
    def bundle_count(self) -> int:
        """How many columns a program of the whole wave would have, about."""
        bundles = sum(int((s.price[1:] < IS_FORBIDDEN).sum()) for s in self.tables)
        return bundles + sum(loner.table.limit.size for loner in self.loners)

    def sizes(self) -> list[float]:
        """Count the steps that each order asks for."""
        sizes = [0.0] * self.count
        for table in self.tables:
            steps = float(table.lattice.counts[-1].sum())
            for at in table.orders.tolist():
                sizes[at] = steps
        for loner in self.loners:
            sizes[loner.at] = float(sum(loner.atoms.steps))
        return sizes

    def keep_plan(self, at: int) -> None:
        """Hold that nothing is worth as much as that an order has a plan."""
        self.absence[at] = self.count

    def keep_fill(self, table: PricingTable, place: int, state: int) -> None:
        """Forbid an order of a table to be filled less than in some state."""
        counts = table.lattice.counts
        is_less = (counts < counts[state]).any(axis=1)
        table.missing[is_less, place] = FORBIDDEN

    def keeps_fill(self, loner: Loner, takes: tuple[Take, ...]) -> bool:
        """Tell whether takes leave a loner no less than it must have."""
        floor = self.floors.get(loner.at)
        return floor is None or bool((loner.filled(takes) >= floor).all())

    def free_prices(self) -> Prices:
        """Ask for nothing."""
        return Prices.none(len(self.stock), len(self.capacity))

    def no_usage(self) -> Usage:
        """Use nothing."""
        return Usage.none(len(self.stock), len(self.capacity))

    def ask(self, prices: Prices, *, is_strict: bool = False) -> Answer:
        """
        Find the cheapest plan of every order at some prices, each for itself.

        Strictly, no order takes from a node twice; it takes a little longer.
        """
        values, usage = np.zeros(self.count), self.no_usage()
        for at, missing in self.idle.items():
            values[at] = missing
        picks = []
        solve = self._solve_tables if self.solve is None else self.solve
        found_all = solve(prices, is_strict=is_strict)
        for table, (value, found) in zip(self.tables, found_all, strict=True):
            values[table.orders] = value
            picked = found.without(self.barred[table.orders])
            table.use(picked, usage)
            picks.append(picked)
        wishes: dict[int, Wish] = {}
        for loner in self.loners:
            if self.barred[loner.at]:
                continue
            least, wish = loner.ask(prices, self.arrays)
            values[loner.at] = max(least, self.alone.get(loner.at, least))
            usage.add(wish)
            wishes[loner.at] = wish
        values[self.barred] = FORBIDDEN
        return Answer(values, usage, tuple(picks), wishes)

    def _solve_tables(
        self, prices: Prices, *, is_strict: bool
    ) -> list[tuple[FloatArray, Picks]]:
        return [table.solve(prices, is_strict=is_strict) for table in self.tables]

    def most_proven(self, alone: Sequence[float]) -> float:
        """
        Return what can be proven at most by plans from the nodes at hand.

        Infinite where there are no others. Where an order may need nodes beyond its
        rung, no more than what every order costs at least by itself, from any nodes.
        """
        if not self.rungs:
            return math.inf
        least = [
            self.rungs.get(at, NO_LADDER).holds(value) for at, value in enumerate(alone)
        ]
        return math.inf if max(least) >= IS_FORBIDDEN else math.fsum(least)

    def bound(self, answer: Answer, prices: Prices) -> float:
        """
        Return what any joint plan costs at least: Lagrange's bound at the prices.

        Orders that have no plan even alone are left out of it. A trillionth of all that
        was added and taken off is given away for rounding.
        """
        limited = self.is_limited
        values = answer.values[answer.values < IS_FORBIDDEN]
        least = math.fsum(values.tolist())
        # Not a product of vectors: threads of BLAS would go on spinning beside ours.
        at = self.contended
        units = float((prices.units[at] * self.stock[at]).sum())
        load = float(prices.load[limited] @ self.capacity[limited])
        # Of half a cell or more there can be one, whatever the cell holds.
        crowding = prices.crowding
        large = 0.0 if crowding is None else float(crowding.large.sum())
        rounding = 1e-12 * (float(np.abs(values).sum()) + units + load + large)
        return least - units - load - large - rounding


def compile_wave(
    orders: Iterable[Order],
    price: Callable[[Order], Offers],
    policy: Policy,
    arrays: NetworkArrays,
    policy_of: Callable[[Order], Policy] | None = None,
) -> Wave:
    """
    Price every order once, as if it were alone.

    Parameters
    ----------
    orders
        The orders, in the order in which results are wanted.
    price
        Finds what may be shipped for an order.
    policy, arrays
        Limits, and the network.
    policy_of
        The limits of each order, where some have their own.
    """
    cells = Cells(len(arrays.nodes))
    has_capacity = arrays.capacity.is_limited
    builder = TableBuilder(arrays, has_capacity)
    capacity = np.full(len(arrays.capacity.limit), np.inf)
    days = Days(len(capacity))
    loners: list[Loner] = []
    idle: dict[int, float] = {}
    named: dict[int, Loner] = {}
    rungs: dict[int, Rung] = {}
    allotments = Allotments()
    count = 0
    keeps_back = any(
        isinstance(rule, SafetyStock)
        and rule.price is None
        and rule.orders != OrderFilter()
        for rule in policy.rules
    )
    for at, order in enumerate(orders):
        count += 1
        offers = price(order)
        if not offers.rung.is_proven:
            rungs[at] = offers.rung
        cell = cells.enter(offers)
        if has_capacity:
            capacity = np.minimum(capacity, capacity_left(arrays, offers))
        if not offers.problem.lines:
            idle[at] = 0.0  # all that it asks for comes from no node
            continue
        later, on_days = cells.later_of(offers), days.enter(offers)
        mine = policy if policy_of is None else policy_of(order)
        entrant = Entrant(at, offers, cell, later, mine, arrays, on_days)
        waits = later is not None
        is_allotted = allotments.enter(offers, cell, arrays, waits=waits)
        is_free = offers.drain is None and not (keeps_back or waits or is_allotted)
        is_free = is_free and not offers.comes_together and on_days is None
        is_free = is_free and offers.minimums is None
        if is_free and entrant.fits_table:
            missing = entrant.enter(builder)
            if missing is not None:
                idle[at] = missing
            elif policy.solve.method in _NAMED:
                named[at] = entrant.named()
        else:
            loners.append(entrant.loner())
    days.close()
    stock, wanted = cells.close()
    is_contended = wanted > stock
    # Orders of one channel may want more than they may have, of what is enough for all.
    is_contended[list(allotments.own)] = True
    return Wave(
        count=count,
        tables=builder.build(),
        loners=tuple(loners),
        idle=idle,
        cells=cells,
        stock=stock,
        is_contended=is_contended,
        capacity=np.append(whole_capacity(arrays, capacity), days.capacity),
        policy=policy,
        arrays=arrays,
        barred=np.zeros(count, bool),
        absence=np.ones(count, np.int64),
        named=named,
        rungs=rungs,
        allotments=allotments,
        days=days,
    )
