"""What one order takes in a joint plan, and where it stands."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from domroute.batch.loner import Loner
from domroute.batch.tables import PricingTable
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN, Take
from domroute.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """
    What one order takes.

    Attributes
    ----------
    cost
        Without prices; ``FORBIDDEN`` where the order has no plan.
    picks
        Bundles at columns, for an order in a table.
    takes
        For an order in none.
    is_sure
        Whether it is proven to fill what a ladder that drains asks for.
    drawn
        The cells that it takes from, and how much, for an order that may wait.
    """

    cost: float
    picks: tuple[tuple[int, int], ...] = ()
    takes: tuple[Take, ...] = ()
    is_sure: bool = True
    drawn: tuple[IntArray, FloatArray] | None = None


UNPLACED = Placed(FORBIDDEN)
"""Of an order without a plan."""


def rank_of(
    placed: Iterable[tuple[int, Placed | None]], absence: IntArray
) -> tuple[int, float]:
    """Weigh the orders without a plan, and sum what others cost; less is better."""
    missing, known = 0, []
    for at, one in placed:
        if one is None or one.cost >= IS_FORBIDDEN:
            missing += int(absence[at])
        else:
            known.append(one.cost)
    return missing, math.fsum(known)


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """Where an order of the wave stands: in a table, alone, or with nothing to do."""

    table: PricingTable | None
    place: int
    loner: Loner | None

    @property
    def has_work(self) -> bool:
        """Whether there is anything that the order could take."""
        return self.table is not None or self.loner is not None


IDLE = Seat(None, 0, None)
"""With nothing to do."""
