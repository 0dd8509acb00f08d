"""Where a line is sure to be filled further, without any search."""

from __future__ import annotations

import math

import numpy as np

from domroute.orders import Line
from domroute.sourcing.blocks import Block
from domroute.sourcing.causes import Question
from domroute.units import BoolArray
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
    candidates = question.candidates
    problem = candidates.problem
    line = problem.lines[at]
    if not _is_untied(question, line):
        return False
    group = next(
        place for place, group in enumerate(problem.groups) if at in group.lines
    )
    if problem.groups[group].delivery.radius_km is not None:
        return False
    most = candidates.penalty[at] - saving - _besides(question)
    for block in candidates.blocks:
        if block.group == group and _is_rising(block):
            whole = problem.quantity[block.lines].astype(float)[None, :]
            fits = _carries_all(question, block, at)
            if fits.any() and bool((block.price(whole, problem)[0][fits] < most).any()):
                return True
    return False


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
        and math.isinf(question.candidates.worst)
        # What must be filled may leave no plan at all.
        and bool(np.isfinite(question.candidates.penalty).all())
    )


def _besides(question: Question) -> float:
    """Return what a unit more may cost beside its shipment."""
    splits = question.policy.splits
    borrowed = sum(soft.price for soft in question.candidates.eligibility.safeties)
    incomplete = (splits.incomplete_price or 0.0) if splits.ship_complete else 0.0
    return splits.split_price + incomplete + borrowed


def _is_rising(block: Block) -> bool:
    """Tell whether no shipment of a block gets cheaper as it grows."""
    return (
        not any(part.curve for part in block.parts)
        and bool((block.per_shipment >= 0).all())
        and bool((block.per_unit >= 0).all())
        and (block.per_line is None or bool((block.per_line >= 0).all()))
    )


def _carries_all(question: Question, block: Block, at: int) -> BoolArray:
    """Tell which offers send a line, and whatever else their node has; ``(A,)``."""
    candidates = question.candidates
    problem, eligibility = candidates.problem, candidates.eligibility
    nodes = block.nodes
    has = eligibility.stock[problem.sku_of[block.lines]][:, nodes] > 0
    has &= eligibility.allowed[block.lines][:, nodes]
    sends = block.limit > 0
    fits: BoolArray = sends[block.lines == at][0] & (sends | ~has).all(axis=0)
    if eligibility.capacity is not None:
        fits &= np.isinf(eligibility.capacity[nodes])
    fits &= question.arrays.minimum_order[problem.nodes[nodes]] <= 0
    return fits
