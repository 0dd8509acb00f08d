"""What can keep units of a line unfilled: each cause, when it is so, and cleared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from domroute.answers.lift import ANY_DATE, Lift
from domroute.offers.blocked import blocked_of
from domroute.offers.priced import Offers
from domroute.orders import Line
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.units import BoolArray, IntArray

NOWHERE: Final[IntArray] = np.empty(0, np.int64)
"""No nodes."""


@dataclass(frozen=True, slots=True, eq=False)
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
        by_date = problem.by_date
        has = np.logical_or.reduce(problem.stock[problem.sku_of], axis=1)
        if by_date is not None:
            coming = np.logical_or.reduce(by_date.all[problem.sku_of], axis=1)
            has = has | (by_date.waits & coming)
        if problem.ways is not None:
            return problem.ways.has_way(has, self.at)
        return bool(has[self.at])

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
        k = offers.problem.sku_of[self.at]
        is_more = (allocated.shared[k] > eligibility.stock[k]) & (allocated.kept[k] > 0)
        return bool((is_more & eligibility.allowed[self.at]).any())

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

    @property
    def is_without_service(self) -> bool:
        """Whether some node has it, may fill it, and no service sends it from there."""
        arrays = self.question.arrays
        blocked = blocked_of(self.question.offers, arrays)
        is_full = blocked.lacks(Reason.NO_CAPACITY)[self.rows]
        found = blocked.lacks(Reason.NO_SERVICE)[self.rows]
        if is_full.any() and not found.any():
            # A node that can do no more makes no offers, whatever services it has.
            lifted = self.question.lifted(Lift(self.at, capacity=True))
            free = blocked_of(lifted, arrays).lacks(Reason.NO_SERVICE)[self.rows]
            nodes = self.question.offers.problem.nodes
            there = [np.isin(nodes, lifted.problem.nodes[row]) for row in free]
            found = is_full & np.array(there)
        return bool(found.any())

    def is_out_of_time(self, reason: Reason) -> bool:
        """Whether some node has it, may fill it, and offers it at no date that does."""
        late = self.question.offers.dating
        if not late:
            return False
        blocked = blocked_of(self.question.offers, self.question.arrays)
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


@dataclass(frozen=True, slots=True)
class Cause:
    """
    One thing that can keep units unfilled.

    Attributes
    ----------
    reason
        What is said of it.
    is_in_question
        Whether what the reason says is so.
    clear
        Asks the order again without it.
    """

    reason: Reason
    is_in_question: Callable[[Facts], bool]
    clear: Callable[[Question, int], Question]

    @property
    def is_of_stock(self) -> bool:
        """Whether it is cleared by stock."""
        return self.clear is _clear_stock

    @property
    def is_of_dates(self) -> bool:
        """Whether it is cleared by other dates."""
        return self.clear is _clear_dates


def _clear_stock(question: Question, at: int) -> Question:
    return replace(question, offers=question.lifted(Lift(at, stock=True)))


def _clear_channels(question: Question, at: int) -> Question:
    return replace(question, offers=question.lifted(Lift(at, channels=True)))


def _clear_rules(question: Question, at: int) -> Question:
    return replace(question, offers=question.lifted(Lift(at, rules=True)))


def _clear_services(question: Question, at: int) -> Question:
    return replace(question, offers=question.lifted(Lift(at, services=True)))


def _clear_dates(question: Question, at: int) -> Question:  # noqa: ARG001 - of all
    return replace(question, offers=question.lifted(ANY_DATE))


def _clear_life(question: Question, at: int) -> Question:  # noqa: ARG001 - of all
    return replace(question, offers=question.lifted(Lift(0, life=True)))


def _clear_capacity(question: Question, at: int) -> Question:
    return replace(question, offers=question.lifted(Lift(at, capacity=True)))


def _let_line_split(question: Question, at: int) -> Question:
    problem = question.offers.problem
    if problem.ways is not None:
        split = problem.ways.split(at)
        if split is None:
            return question
        offers = replace(question.offers, problem=replace(problem, ways=split))
        return replace(question, offers=offers)
    mine = problem.lines[at].id
    return question.with_lines(
        lambda line: _let_split(line) if line.id == mine else line
    )


def _let_split(line: Line) -> Line:
    return line.model_copy(update={"allow_split": True})


def _let_apart(question: Question, at: int) -> Question:
    problem = question.offers.problem
    if problem.ways is not None:
        return question  # what leaves for each line is laid out for all together
    name = problem.lines[at].ship_together
    return question.with_lines(
        lambda line: (
            line.model_copy(update={"ship_together": None})
            if line.ship_together == name
            else line
        )
    )


def _let_come_apart(question: Question, at: int) -> Question:  # noqa: ARG001 - of all
    return replace(question, offers=question.offers.apart())


def _let_incomplete(question: Question, at: int) -> Question:  # noqa: ARG001 - of all
    return question.with_splits(ship_complete=False)


def _clear_minimum(question: Question, at: int) -> Question:  # noqa: ARG001 - of all
    none = np.zeros_like(question.arrays.minimum_order)
    return replace(question, arrays=replace(question.arrays, minimum_order=none))


def _let_split_freely(question: Question, at: int) -> Question:  # noqa: ARG001 - of all
    return question.with_splits(
        max_shipments=None, max_nodes=None, min_order_value=0.0, min_part_value=0.0
    )


CAUSES: Final = (
    Cause(Reason.OUT_OF_STOCK, lambda f: not f.is_anywhere, _clear_stock),
    Cause(Reason.ALLOCATED, lambda f: f.is_allocated, _clear_channels),
    Cause(
        Reason.PINNED_NODE_SHORT,
        lambda f: f.line.pinned_node is not None and f.is_short,
        _clear_stock,
    ),
    Cause(Reason.PICKUP_NODE_SHORT, lambda f: f.is_pickup_short, _clear_stock),
    Cause(
        Reason.NO_ELIGIBLE_NODE,
        lambda f: f.is_anywhere and not f.usable.any(),
        _clear_rules,
    ),
    Cause(Reason.NOT_ENOUGH_STOCK, lambda f: f.is_short, _clear_stock),
    Cause(
        Reason.EXPIRED,
        partial(Facts.is_out_of_time, reason=Reason.EXPIRED),
        _clear_life,
    ),
    *(
        Cause(reason, partial(Facts.is_out_of_time, reason=reason), _clear_dates)
        for reason in (
            Reason.TOO_LATE,
            Reason.AFTER_CUTOFF,
            Reason.NOT_ACTIVE,
            Reason.NO_DATE,
        )
    ),
    Cause(Reason.NO_SERVICE, lambda f: f.is_without_service, _clear_services),
    Cause(Reason.NO_CAPACITY, lambda f: f.meets_capacity, _clear_capacity),
    Cause(
        Reason.LINE_NOT_SPLITTABLE, lambda f: not f.line.allow_split, _let_line_split
    ),
    Cause(Reason.SHIP_TOGETHER, lambda f: f.line.ship_together is not None, _let_apart),
    Cause(Reason.NOT_TOGETHER, lambda f: f.comes_together, _let_come_apart),
    Cause(Reason.SHIP_COMPLETE, lambda f: f.ships_complete, _let_incomplete),
    Cause(Reason.BELOW_MINIMUM_ORDER, lambda f: f.meets_minimum, _clear_minimum),
    Cause(Reason.SPLIT_LIMIT, lambda f: f.meets_split_limit, _let_split_freely),
)
"""In the order in which they are asked: the first that is proven is told."""

_OF_NODES: Final = (
    Reason.BELOW_MINIMUM_ORDER,
    Reason.NO_CAPACITY,
    Reason.SPLIT_LIMIT,
    Reason.SHIP_COMPLETE,
)
CAUSES_OF_NODES: Final = tuple(
    cause for reason in _OF_NODES for cause in CAUSES if cause.reason is reason
)
"""What can keep a node that offers something out of every plan, in this order."""


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
