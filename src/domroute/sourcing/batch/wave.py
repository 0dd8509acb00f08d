"""The orders of a batch, compiled: most on sheets, the others one by one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from domroute.orders import Order
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.rules import OrderFilter, SafetyStock
from domroute.sourcing.batch.cells import (
    Cells,
    Prices,
    Usage,
    capacity_left,
    whole_capacity,
)
from domroute.sourcing.batch.gathering import SheetBuilder
from domroute.sourcing.batch.repricing import add_usage, reprice
from domroute.sourcing.batch.sheets import Picks, Sheet
from domroute.sourcing.bundles import price_bundles
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN, Take
from domroute.sourcing.greedy import simple_bound
from domroute.sourcing.lattice import is_small, lattice_of
from domroute.sourcing.offers import tabulate
from domroute.sourcing.subset import solve_subset
from domroute.sourcing.totals import ENDLESS, Totals, total_costs
from domroute.split.atoms import Atoms, atoms_of
from domroute.units import BoolArray, FloatArray, IntArray
from domroute.words import Objective


@dataclass(frozen=True, slots=True, eq=False)
class Loner:
    """An order that stands on no sheet: its limits or its size ask for the kernel."""

    at: int
    candidates: Candidates
    cell: IntArray
    atoms: Atoms

    @property
    def is_small(self) -> bool:
        """Whether its parts can be listed."""
        return is_small(self.atoms.steps, self.candidates.offer_count)


def filled(loner: Loner, takes: tuple[Take, ...]) -> IntArray:
    """Count the units of each line that takes fill."""
    units = np.zeros(len(loner.candidates.problem.quantity), np.int64)
    for take in takes:
        np.add.at(units, take.block.lines, take.units)
    return units


class Solve(Protocol):
    """What answers for all sheets of a wave as :meth:`.Sheet.solve` does for one."""

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
        By sheet.
    """

    values: FloatArray
    usage: Usage
    picks: tuple[Picks, ...]

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
        What each node can do; shape ``(N,)``; infinite where it has no limit.
    barred
        Orders found to have no plan even alone, which are set aside; shape ``(O,)``.
    absence
        How bad it is that an order has no plan; shape ``(O,)``.
    solve
        What answers for all sheets, if they are not to be asked in turn.
    floors
        Units of each line that loners must not be left with less of, by position.
    contended
        The contended cells.
    """

    count: int
    sheets: tuple[Sheet, ...]
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
    floors: dict[int, IntArray] = field(default_factory=dict)
    contended: IntArray = field(init=False)

    def __post_init__(self) -> None:
        """List the contended cells: there may be few among very many."""
        self.contended = np.flatnonzero(self.is_contended)

    @property
    def is_limited(self) -> BoolArray:
        """Which nodes have a capacity; shape ``(N,)``."""
        limited: BoolArray = np.isfinite(self.capacity)
        return limited

    @property
    def bundle_count(self) -> int:
        """How many bundles a program of the whole wave would choose from."""
        return sum(int((s.price[1:] < IS_FORBIDDEN).sum()) for s in self.sheets)

    def sizes(self) -> list[float]:
        """Count the steps that each order asks for."""
        sizes = [0.0] * self.count
        for sheet in self.sheets:
            steps = float(sheet.lattice.counts[-1].sum())
            for at in sheet.orders.tolist():
                sizes[at] = steps
        for loner in self.loners:
            sizes[loner.at] = float(sum(loner.atoms.steps))
        return sizes

    def keep_plan(self, at: int) -> None:
        """Hold that nothing is worth as much as that an order has a plan."""
        self.absence[at] = self.count

    def keep_fill(self, sheet: Sheet, place: int, state: int) -> None:
        """Forbid an order of a sheet to be filled less than in some state."""
        counts = sheet.lattice.counts
        is_less = (counts < counts[state]).any(axis=1)
        sheet.missing[is_less, place] = FORBIDDEN

    def keeps_fill(self, loner: Loner, takes: tuple[Take, ...]) -> bool:
        """Tell whether takes leave a loner no less than it must have."""
        floor = self.floors.get(loner.at)
        return floor is None or bool((filled(loner, takes) >= floor).all())

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
        solve = self._solve_sheets if self.solve is None else self.solve
        found_all = solve(prices, is_strict=is_strict)
        for sheet, (value, found) in zip(self.sheets, found_all, strict=True):
            values[sheet.orders] = value
            picked = found.without(self.barred[sheet.orders])
            sheet.use(picked, usage)
            picks.append(picked)
        for loner in self.loners:
            values[loner.at] = self._ask_loner(loner, prices, usage)
        values[self.barred] = FORBIDDEN
        return Answer(values, usage, tuple(picks))

    def _solve_sheets(
        self, prices: Prices, *, is_strict: bool
    ) -> list[tuple[FloatArray, Picks]]:
        return [sheet.solve(prices, is_strict=is_strict) for sheet in self.sheets]

    def _ask_loner(self, loner: Loner, prices: Prices, usage: Usage) -> float:
        priced = reprice(loner.candidates, loner.cell, prices, self.arrays)
        if loner.is_small:
            # The least cost, whatever the policy puts before it: that is a bound.
            by_cost = self.policy.model_copy(update={"objective": Objective.COST})
            choice = solve_subset(priced, by_cost, loner.atoms, self.arrays)
            if choice is not None:
                if choice.takes is not None:
                    takes = choice.takes
                    add_usage(usage, priced, loner.cell, takes, arrays=self.arrays)
                return choice.bound
        return simple_bound(tabulate(priced, loner.atoms))

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
    price: Callable[[Order], Candidates],
    policy: Policy,
    arrays: NetworkArrays,
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
    """
    cells = Cells(len(arrays.nodes))
    has_capacity = bool(np.isfinite(arrays.capacity).any())
    builder = SheetBuilder(arrays, has_capacity)
    capacity = np.full(len(arrays.nodes), np.inf)
    loners: list[Loner] = []
    idle: dict[int, float] = {}
    count = 0
    keeps_back = any(
        isinstance(rule, SafetyStock)
        and rule.price is None
        and rule.orders != OrderFilter()
        for rule in policy.rules
    )
    for at, order in enumerate(orders):
        count += 1
        candidates = price(order)
        cell = cells.enter(candidates)
        if has_capacity:
            capacity = np.minimum(capacity, capacity_left(arrays, candidates))
        atoms = atoms_of(candidates.problem.lines)
        is_plain = (
            not keeps_back
            and policy.solve.method in {"auto", "subset"}
            and all(g.delivery.radius_km is None for g in candidates.problem.groups)
            and is_small(atoms.steps, candidates.offer_count)
        )
        if is_plain:
            lattice = lattice_of(atoms.steps)
            bundles = price_bundles(candidates, lattice, atoms, arrays)
            totals = total_costs(candidates, policy, bundles)
            totals = _relieved(totals, sum(atoms.steps))
            weighs_parts = totals.counts_parts and bundles.shipments is not None
            if not (totals.fewest or totals.least_part_value > 0 or weighs_parts):
                if not builder.add(
                    at,
                    candidates,
                    lattice=lattice,
                    bundles=bundles,
                    totals=totals,
                    cell=cell,
                ):
                    idle[at] = float(totals.missing[0])
                continue
        loners.append(Loner(at, candidates, cell, atoms))
    stock, wanted = cells.stock, cells.wanted
    return Wave(
        count=count,
        sheets=builder.build(),
        loners=tuple(loners),
        idle=idle,
        cells=cells,
        stock=stock,
        is_contended=wanted > stock,
        capacity=whole_capacity(arrays, capacity),
        policy=policy,
        arrays=arrays,
        barred=np.zeros(count, bool),
        absence=np.ones(count, np.int64),
    )


def _relieved(totals: Totals, steps: int) -> Totals:
    """Forget a limit on parts that no plan of so many steps could meet."""
    if totals.most_parts < steps:
        return totals
    return replace(totals, most_parts=ENDLESS)
