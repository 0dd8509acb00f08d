"""Where a line is sure to be filled further, without any search."""

from __future__ import annotations

import math

import numpy as np

from domroute.answers.facts import Question
from domroute.offers.blocks import Block
from domroute.orders import Line
from domroute.rules import NodePriority
from domroute.units import BoolArray, IntArray
from domroute.words import Objective


def is_sure_to_fill(question: Question, at: int, *, saving: float) -> bool:
    """
    Tell whether no best plan leaves a unit of a line, if nodes have plenty of its SKU.

    Enough, not necessary: where no limit ties shipments to each other, no price falls
    as a shipment grows, and the whole delivery could go from one node that sends some
    of the line, by one service, for less than a unit of it costs if it is left. For any
    plan that leaves a unit is bettered by sending it from there: with what the plan
    sends from there already, that costs no more than the whole delivery would.

    Parameters
    ----------
    question
        What is asked.
    at
        Position of the line.
    saving
        What must be saved at least.
    """
    return _is_sure(question, at, saving=saving, is_stocked=False)


def is_sure_if_stocked(question: Question, at: int, *, saving: float) -> bool:
    """
    Tell the same of the question with plenty of one line's SKU at all that may fill it.

    That question need not be asked: where no price rises with stock and no ladder
    decides who may send, more stock adds offers, and takes none away nor makes any
    dearer. So a node at hand, which has something else of the order, proves it here.
    """
    if question.may_rise or _has_ladder(question):
        return False
    return _is_sure(question, at, saving=saving, is_stocked=True)


def _is_sure(question: Question, at: int, *, saving: float, is_stocked: bool) -> bool:
    offers = question.offers
    problem = offers.problem
    if problem.ways is not None:
        return False  # a unit more may be of other goods, or half of a kit
    line = problem.lines[at]
    if not _is_untied(question, line) or problem.order.delivery_of(line).together:
        return False
    group = 0
    if len(problem.groups) > 1:
        group = next(n for n, made in enumerate(problem.groups) if at in made.lines)
    if problem.groups[group].delivery.radius_km is not None:
        return False
    most = float(offers.penalty[at]) - saving - _besides(question)
    for block in offers.blocks:
        if block.group == group and block.never_falls(by_term=is_stocked):
            fits = _carries_all(question, block, at, is_stocked=is_stocked)
            if _costs_less(question, block, fits, most):
                return True
    return False


def _costs_less(question: Question, block: Block, fits: BoolArray, most: float) -> bool:
    """Tell whether some of these offers sends the whole delivery for less."""
    first = int(fits.argmax())
    if not fits[first]:
        return False
    problem = question.offers.problem
    wanted: IntArray = problem.quantity[block.lines]
    # Penalties are far above prices as a rule: the first that fits is cheap enough.
    parts = block.price_terms(first, wanted)
    if math.fsum([amount for _, amount in parts]) < most:
        return True
    whole = wanted.astype(float)[None, :]
    return bool((block.price(whole)[0][fits] < most).any())


def _has_ladder(question: Question) -> bool:
    """Tell whether a node priority may leave nodes out."""
    return any(
        isinstance(rule, NodePriority) and rule.price is None
        for rule in question.policy.rules
    )


def _is_untied(question: Question, line: Line) -> bool:
    """Tell whether a unit more from anywhere breaks no limit of the order's."""
    splits = question.policy.splits
    return (
        line.allow_split
        and line.ship_together is None
        and splits.min_part_value <= 0
        and splits.min_order_value <= 0
        and splits.max_shipments is None
        and splits.max_nodes is None
        and not (splits.ship_complete and splits.incomplete_price is None)
        and question.policy.objective is Objective.COST
        # With more stock a ladder may end at a better rung, and leave that node out.
        and math.isinf(question.offers.rung.worst)
        # What must be filled may leave no plan at all.
        and bool(np.isfinite(question.offers.penalty).all())
    )


def _besides(question: Question) -> float:
    """Return what a unit more may cost beside its shipment."""
    splits = question.policy.splits
    borrowed = sum([soft.price for soft in question.offers.eligibility.safeties])
    incomplete = (splits.incomplete_price or 0.0) if splits.ship_complete else 0.0
    return splits.split_price + incomplete + borrowed


def _carries_all(
    question: Question, block: Block, at: int, *, is_stocked: bool
) -> BoolArray:
    """
    Tell which offers send a line, and whatever else their node has; ``(A,)``.

    With ``is_stocked`` as they would if nodes that may fill the line had plenty of it.
    """
    offers = question.offers
    problem, eligibility = offers.problem, offers.eligibility
    nodes, carries = block.nodes, block.carries
    mine = int(block.lines.searchsorted(at))
    if is_stocked:
        fits: BoolArray = eligibility.allowed[at][nodes]
        if block.made is not None:
            fits = fits & block.made
    else:
        fits = block.limit[mine] > 0
    if carries is not None:
        # What an offer does not send of what its node has is what it does not carry.
        has = eligibility.of_lines(problem.sku_of)[block.lines][:, nodes] > 0
        if is_stocked:
            has |= (problem.sku_of[block.lines] == problem.sku_of[at])[:, None]
        has &= eligibility.allowed[block.lines][:, nodes]
        fits = fits & carries[mine] & (carries | ~has).all(axis=0)
    if eligibility.days is not None:
        limited = np.array(sorted(eligibility.days.limits))
        fits = fits & ~np.isin(offers.problem.nodes[nodes], limited)
    if eligibility.capacity is not None:
        fits = fits & np.isinf(eligibility.capacity[:, nodes]).all(axis=0)
    minimum = question.arrays.minimum_order
    if minimum.any():
        fits = fits & (minimum[problem.nodes[nodes]] <= 0)
    return fits
