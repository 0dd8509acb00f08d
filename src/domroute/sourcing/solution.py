"""What a solver says of an integer program, and which solvers there are to ask."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domroute.units import FloatArray


class Solver(StrEnum):
    """Who is asked for an integer program, in this order where the first has failed."""

    HIGHS = "HiGHS"
    SCIP = "SCIP"


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """
    What the solver says.

    ``values`` is None when it found nothing; ``bound`` is infinite when it proved that
    there is nothing to find. With more time it would say the same where it has ended.
    A fault tells why what it said is no solution, where it is none: nothing else is
    kept of it then.
    """

    values: FloatArray | None
    bound: float
    nodes: int
    has_ended: bool = False
    fault: str = ""

    @property
    def is_impossible(self) -> bool:
        """Whether there is nothing to find, it says."""
        return self.bound == float("inf")
