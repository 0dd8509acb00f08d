"""An order asked about, and what stands against a line of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from domroute.answers.lift import Lift
from domroute.offers.blocked import Blocked, blocked_of
from domroute.offers.priced import Offers
from domroute.orders import Line
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.units import BoolArray, IntArray

NOWHERE: Final[IntArray] = np.empty(0, np.int64)
"""No nodes."""


@dataclass(frozen=True, eq=False)
class Question:
    """
    One order as it was decided, and how it would be asked with something lifted.

    Attributes
    ----------
    offers
        Over the nodes at hand, or over all nodes.
    policy, arrays
        Limits, and the network.
    lifted
        The same over all nodes, with something lifted.
    may_rise
        Whether a price may be more, or below zero, where more is in stock.
    """

    offers: Offers
    policy: Policy
    arrays: NetworkArrays
    lifted: Callable[[Lift], Offers]
    may_rise: bool = True

    @cached_property
    def blocked(self) -> Blocked:
        """What blocks nodes from lines: read off once for all lines that are short."""
        return blocked_of(self.offers, self.arrays)

    def with_splits(self, **limits: object) -> Question:
        """Change limits on splits."""
        splits = self.policy.splits.model_copy(update=limits)
        policy = self.policy.model_copy(update={"splits": splits})
        return replace(self, policy=policy)

    def with_lines(self, change: Callable[[Line], Line]) -> Question:
        """Change lines, in what concerns how they may be divided."""
        problem = self.offers.problem
        lines = tuple([change(line) for line in problem.lines])
        changed = replace(self.offers, problem=replace(problem, lines=lines))
        return replace(self, offers=changed)


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """
    What stands against one line, seen over all nodes.

    Attributes
    ----------
    question
        The order, over all nodes.
    at
        Position of the line.
    rows
        What may leave for it, as positions.
    usable
        Units that nodes which may fill the line have of its goods; shape ``(N,)``.
    whole
        Units of the line that they could fill, each by itself; shape ``(N,)``.
    total
        Units that they could fill together.
    sources
        The nodes that ship any of the line's delivery.
    """

    question: Question
    at: int
    rows: IntArray
    usable: IntArray
    whole: IntArray
    total: int
    sources: IntArray

    @classmethod
    def of(cls, question: Question, at: int, sources: IntArray = NOWHERE) -> Facts:
        """Look at one line."""
        eligibility, problem = question.offers.eligibility, question.offers.problem
        rows = problem.rows_of(at)
        stock = eligibility.of_lines(problem.sku_of)
        there = stock[rows] * eligibility.allowed[rows]
        usable = whole = there.sum(axis=0)
        total = int(usable.sum())
        if problem.ways is not None:
            every = np.zeros((len(problem.nodes), len(problem.lines)), np.int64)
            every[:, rows] = there.T
            whole, total = problem.ways.could_fill(every, at)
        return cls(question, at, rows, usable, whole, total, sources)

    @property
    def asked(self) -> int:
        """Units of the SKU asked for on all lines."""
        problem = self.question.offers.problem
        if problem.ways is not None:
            return int(problem.wanted[self.at])
        mine = problem.sku_of == problem.sku_of[self.at]
        return int(problem.quantity[mine].sum())

    @property
    def line(self) -> Line:
        """The line."""
        return self.question.offers.problem.asked[self.at]

    @property
    def is_anywhere(self) -> bool:
        """Whether any node has any of it available."""
        problem = self.question.offers.problem
        by_date, rows = problem.by_date, self.rows
        skus = problem.sku_of[rows]
        mine = np.logical_or.reduce(problem.stock[skus], axis=1)
        if by_date is not None:
            coming = np.logical_or.reduce(by_date.all[skus], axis=1)
            mine |= by_date.waits[rows] & coming
        if problem.ways is None:
            return bool(mine[0])
        has = np.zeros(len(problem.lines), bool)
        has[rows] = mine
        return problem.ways.has_way(has, self.at)

    @property
    def is_short(self) -> bool:
        """Whether the nodes that may fill it have less than is asked for."""
        may: BoolArray = self.question.offers.eligibility.allowed[self.rows]
        return bool(may.any() and self.total < self.asked)

    @property
    def is_allocated(self) -> bool:
        """Whether nodes that may fill it have more of it, for other channels."""
        offers = self.question.offers
        allocated, eligibility = offers.eligibility.allocated, offers.eligibility
        if allocated is None:
            return False
        skus = offers.problem.sku_of[self.rows]
        is_more = allocated.shared[skus] > eligibility.stock[skus]
        is_more &= allocated.kept[skus] > 0
        return bool((is_more & eligibility.allowed[self.rows]).any())

    @property
    def is_pickup_short(self) -> bool:
        """Whether the node to collect at has too few, or none within reach has all."""
        delivery = self.question.offers.problem.order.delivery_of(self.line)
        if not delivery.method.is_collected:
            return False
        if delivery.node is not None or not len(self.sources):
            most = self.whole.max(initial=0)
            return self.is_short if delivery.node is not None else most < self.asked
        return bool((self.whole[self.sources] < self.asked).all())

    def is_unserved(self, reason: Reason) -> bool:
        """Whether some node has it, may fill it, and no service may send it there."""
        blocked = self.question.blocked
        is_full = blocked.lacks(Reason.NO_CAPACITY)[self.rows]
        found = blocked.lacks(reason)[self.rows]
        if is_full.any() and not found.any():
            # A node that can do no more makes no offers, whatever services it has.
            lifted = self.question.lifted(Lift(self.at, capacity=True))
            free = blocked_of(lifted, self.question.arrays).lacks(reason)[self.rows]
            nodes = self.question.offers.problem.nodes
            there = [np.isin(nodes, lifted.problem.nodes[row]) for row in free]
            found = is_full & np.array(there)
        return bool(found.any())

    def is_out_of_time(self, reason: Reason) -> bool:
        """Whether some node has it, may fill it, and offers it at no date that does."""
        late = self.question.offers.dating
        if not late:
            return False
        blocked = self.question.blocked
        return bool(blocked.lacks(reason)[self.rows].any()) or any(
            one.withholds(reason, row) for one in late for row in self.rows.tolist()
        )

    @property
    def meets_capacity(self) -> bool:
        """Whether some node that has it and may fill it is limited."""
        limited = limited_by(Reason.NO_CAPACITY, self.question)
        return bool(limited[self.usable > 0].any())

    @property
    def meets_minimum(self) -> bool:
        """Whether some node that has it and may fill it asks for a least value."""
        nodes = self.question.offers.problem.nodes
        return bool(self.question.arrays.minimum_order[nodes][self.usable > 0].any())

    @property
    def meets_split_limit(self) -> bool:
        """Whether splits are limited at all."""
        splits = self.question.policy.splits
        counted = splits.max_shipments is not None or splits.max_nodes is not None
        return (
            (counted and splits.over_limit_price is None)
            or splits.min_order_value > 0
            or splits.min_part_value > 0
        )

    @property
    def comes_together(self) -> bool:
        """Whether all that comes of its delivery comes on one date."""
        return self.question.offers.problem.order.delivery_of(self.line).together

    @property
    def ships_complete(self) -> bool:
        """Whether the order ships complete or not at all."""
        splits = self.question.policy.splits
        return splits.ship_complete and splits.incomplete_price is None


def limited_by(reason: Reason, question: Question) -> BoolArray:
    """
    Tell which nodes a reason of nodes may be told of, over all nodes; ``(N,)``.

    A minimum and a capacity are a node's own: another's keeps out who needs it, and is
    not said of it. Limits of the order are everybody's.
    """
    nodes = question.offers.problem.nodes
    capacity = question.offers.eligibility.capacity
    found: BoolArray = np.ones(len(nodes), bool)
    if reason is Reason.BELOW_MINIMUM_ORDER:
        found = question.arrays.minimum_order[nodes] > 0
    elif reason is Reason.NO_CAPACITY:
        found &= False if capacity is None else np.isfinite(capacity).any(axis=0)
        days = question.offers.eligibility.days
        if days is not None:
            found |= np.isin(nodes, np.array(sorted(days.limits)))
    return found
