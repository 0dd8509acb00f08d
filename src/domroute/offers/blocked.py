"""
What blocks a node from a line: every cause beside the others, as it was laid out.

Each cause is a mark: whom it lets, by reference to the very mask that left nodes out.
Laying offers out costs nothing more for it; who asks why reads the marks in their
order. A set of bits would be the same table, but for policies of 64 rules and more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from domroute.offers.eligibility import Mark
from domroute.offers.priced import Offers
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.units import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Blocked:
    """
    What blocks each node at hand from each line.

    Attributes
    ----------
    marks
        Causes, in the order in which they are told: what the node is, what the line
        asks, the rules in the policy's order, the priority ladder, stock; then what
        keeps a node that may fill the line from any offer of it.
    offering
        Where the last of these begin.
    first
        The position of the first that blocks; -1 where some is offered; ``(L, M)``.
    """

    marks: tuple[Mark, ...]
    offering: int
    first: IntArray
    _lacking: dict[Reason, BoolArray] = field(default_factory=dict)

    @property
    def is_out(self) -> BoolArray:
        """Where a node may not fill a line, whoever would carry it; ``(L, M)``."""
        found: BoolArray = (self.first >= 0) & (self.first < self.offering)
        return found

    def reason(self, line: int, node: int) -> Reason | None:
        """Say why a node may not fill a line; None where it may."""
        at = int(self.first[line, node])
        return self.marks[at].reason if 0 <= at < self.offering else None

    def keeps_out(self, node: int) -> Reason:
        """Say why a node offers nothing of any line: first what it may not fill."""
        first = self.first[:, node]
        last = int(first.max())
        return self.marks[int(first[0]) if last < self.offering else last].reason

    def lacks(self, reason: Reason) -> BoolArray:
        """Tell where a node may fill a line, and this keeps it from it; ``(L, M)``."""
        found = self._lacking.get(reason)
        if found is None:  # each line that is short asks it again
            mine = [
                at
                for at, mark in enumerate(self.marks)
                if at >= self.offering and mark.reason == reason
            ]
            found = (
                np.isin(self.first, mine) if mine else np.zeros(self.first.shape, bool)
            )
            self._lacking[reason] = found
        return found


def blocked_of(offers: Offers, arrays: NetworkArrays) -> Blocked:
    """
    Read off what blocks each node at hand from each line of an order.

    A ladder says who may not fill a line only where it is proven that the rungs beyond
    are not needed.
    """
    problem, eligibility = offers.problem, offers.eligibility
    lines, rung = np.arange(len(problem.lines)), offers.rung
    offered = offered_units(offers) > 0
    kept = arrays.priority[problem.nodes] <= rung.worst
    ladder = [Mark(Reason.LOWER_PRIORITY, lines, kept)]
    stock = eligibility.of_lines(problem.sku_of)
    marks = [*eligibility.marks, *(ladder if rung.is_proven else [])]
    allocated = eligibility.allocated
    if allocated is not None:
        is_held = (allocated.shared > 0) & (allocated.kept > 0)
        of_others = (stock <= 0) & is_held[problem.sku_of]
        marks.append(Mark(Reason.ALLOCATED, lines, ~of_others))
    marks.append(Mark(Reason.NO_STOCK, lines, stock > 0))
    offering = len(marks)
    marks += [] if rung.is_proven else ladder
    if eligibility.capacity is not None:
        marks.append(
            Mark(
                Reason.NO_CAPACITY,
                lines,
                offered | (eligibility.capacity > 0).all(axis=0),
            )
        )
    marks += [mark for late in offers.dating for mark in late.marks()]
    marks += offers.lacking
    marks.append(Mark(Reason.NO_SERVICE, lines, offered))
    first = np.full((len(lines), len(problem.nodes)), -1)
    for at in range(len(marks) - 1, -1, -1):
        allows = marks[at].allows
        if at < len(eligibility.marks):  # whoever was let in since, they block no more
            allows = allows | eligibility.allowed[marks[at].lines]
        first[marks[at].lines] = np.where(allows, first[marks[at].lines], at)
    return Blocked(tuple(marks), offering, first)


def offered_units(offers: Offers) -> IntArray:
    """Count the units of each line that each node at hand offers; ``(L, M)``."""
    problem = offers.problem
    most = np.zeros((len(problem.lines), len(problem.nodes)), np.int64)
    for block in offers.blocks:
        limit = block.limit
        if block.room is not None:  # several days may do what one cannot
            limit = np.where(limit > 0, block.room.most, 0)
        for run in block.runs:
            here = np.ix_(block.lines, block.nodes[run])
            most[here] = np.maximum(most[here], limit[:, run])
    return most
