"""What can keep units of a line unfilled: each cause, when it is so, and cleared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from domroute.answers.facts import Facts, Question
from domroute.answers.lift import ANY_DATE, Lift
from domroute.orders import Line
from domroute.reasons import Reason


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


def _clear_handling(question: Question, at: int) -> Question:
    return replace(question, offers=question.lifted(Lift(at, handling=True)))


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
    mine = problem.asked[at].id
    return question.with_lines(
        lambda line: _let_split(line) if line.id == mine else line
    )


def _let_split(line: Line) -> Line:
    return line.model_copy(update={"allow_split": True})


def _let_apart(question: Question, at: int) -> Question:
    problem = question.offers.problem
    if problem.ways is not None:
        return question  # what leaves for each line is laid out for all together
    name = problem.asked[at].ship_together
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
    return replace(
        question,
        arrays=replace(question.arrays, minimum_order=none),
        offers=replace(question.offers, minimums=None),
    )


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
    Cause(
        Reason.MISSING_CAPABILITY,
        partial(Facts.is_unserved, reason=Reason.MISSING_CAPABILITY),
        _clear_handling,
    ),
    Cause(
        Reason.NO_SERVICE,
        partial(Facts.is_unserved, reason=Reason.NO_SERVICE),
        _clear_services,
    ),
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
