"""The offers of an order, priced, and what a plan of them must keep to."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from domroute.offers.blocks import Block
from domroute.offers.dating import Undated
from domroute.offers.dayroom import DayRows
from domroute.offers.eligibility import Eligibility, Mark
from domroute.problem import OrderProblem
from domroute.records import record
from domroute.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Rung:
    """
    How far down a hard ladder an order goes.

    Attributes
    ----------
    worst
        The priority beyond which nodes are left out; infinite without a ladder.
    is_proven
        Whether it is proven that the order needs to go so far, and no farther.
    floor
        Where it is not, what plans over the nodes of all rungs cost at least.
    """

    worst: float = math.inf
    is_proven: bool = True
    floor: float = math.inf

    def holds(self, bound: float) -> float:
        """Return what is proven where a bound is over the nodes up to this rung."""
        return bound if self.is_proven else min(bound, self.floor)


NO_LADDER: Final = Rung()


@record
class Offers:
    """
    Every way an order's units may leave, and what the order as a whole must keep to.

    Attributes
    ----------
    blocks
        Offers by group and service, in a stated order.
    penalty
        Cost of leaving a unit of each line of the order unfilled; infinite where it
        must be filled; shape ``(A,)``.
    workload
        Capacity in workload that a unit of each line takes at each node at hand; shape
        ``(L, M)``; None where no node is limited so.
    rung
        How far down a hard ladder they go.
    drain
        The rung of each node of a ladder whose rungs are drained one after another,
        from zero; shape ``(M,)``; None where none is, or one rung does it all.
    least
        Units of each line of the order that a plan must fill; None where it is free;
        shape ``(A,)``.
    through
        The node at hand that a plan must use; None where it is free.
    several
        Whether a node may send one delivery by several services at once.
    dating
        What keeps nodes from lines for the dates of all that they could offer.
    days
        The working days that the order could overfill; None for none.
    lacking
        The nodes all of whose services lack a tag that a line needs.
    minimums
        What must leave each node at hand on a date at least, in worth, where it may
        send on several; zero where nothing must; shape ``(M,)``. None for none.
    """

    problem: OrderProblem
    eligibility: Eligibility
    blocks: tuple[Block, ...]
    penalty: FloatArray
    workload: FloatArray | None
    rung: Rung = NO_LADDER
    drain: IntArray | None = None
    least: IntArray | None = None
    through: int | None = None
    several: bool = False
    dating: tuple[Undated, ...] = ()
    days: DayRows | None = None
    lacking: tuple[Mark, ...] = ()
    minimums: FloatArray | None = None

    @property
    def divides(self) -> bool:
        """Whether some node may do so: it has several services, and leave."""
        return self.several and any(block.has_choice for block in self.blocks)

    @property
    def competes(self) -> bool:
        """Whether services of one node may want the same units of its stock."""
        return self.divides and any(
            bool(((block.limit > 0) & (block.limit < wanted[:, None])).any())
            for block in self.blocks
            if (wanted := self.problem.quantity[block.lines]).max() > 1
        )

    @property
    def comes_together(self) -> bool:
        """Whether all of some delivery comes on one date."""
        return any(block.is_together for block in self.blocks)

    def apart(self) -> Offers:
        """Let every delivery come on several dates."""
        return replace(self, blocks=tuple(block.apart() for block in self.blocks))

    @property
    def is_free(self) -> bool:
        """Whether a plan may fill what it likes, by whatever nodes."""
        return self.least is None and self.through is None

    @property
    def has_ladder(self) -> bool:
        """Whether a hard ladder says which nodes come before others."""
        return self.drain is not None or self.rung != NO_LADDER

    @property
    def count(self) -> int:
        """How many ways to ship there are."""
        return sum([len(block.nodes) for block in self.blocks])
