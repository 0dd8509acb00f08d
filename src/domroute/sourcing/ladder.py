r"""
The hard node priority: how far down its ladder an order has to climb.

Let :math:`F(\rho)` be the most units that any plan from nodes of priority up to
:math:`\rho` fills, whatever it costs, within every hard rule and limit. The rung of an
order is the least :math:`\rho` with :math:`F(\rho) = F(\infty)`; nodes beyond are left
out. :math:`F` never falls, so that it is asked for of few rungs; the kernel answers,
with every cost at zero and each unit left at one.

A ladder that drains leaves nodes out only where lines are filled unit by unit, so that
the rungs up to each give :math:`F` of it together, or where the first rung does it all.
Elsewhere, where a node gives all or nothing, say, draining the first may need one
beyond the rung.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from domroute.offers.blocked import offered_units
from domroute.offers.priced import Offers, Rung
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.greedy import simple_bound
from domroute.sourcing.kernel import decide
from domroute.sourcing.linebound import line_bound
from domroute.sourcing.offers import tabulate
from domroute.split import SplitLimits
from domroute.split.atoms import atoms_of
from domroute.units import BoolArray, FloatArray, IntArray
from domroute.words import Objective


def climb(
    offers: Offers,
    policy: Policy,
    arrays: NetworkArrays,
    *,
    time_limit_s: float,
    drains: bool,
) -> Rung:
    """
    Find the rung that an order needs.

    Parameters
    ----------
    offers
        What may be shipped from all nodes that rules permit.
    policy, arrays
        Limits, and the network.
    time_limit_s
        Seconds for the search that the order is asked with.
    drains
        Whether each rung gives all it can before the next gives any.
    """
    rank = arrays.priority[offers.problem.nodes]
    offered = offered_units(offers)
    useful = offered.any(axis=0)
    rungs = np.unique(rank[useful])
    if len(rungs) <= 1:
        return Rung(float(rungs[0]) if len(rungs) else math.inf)
    most = _most_by_rung(offers, offered, rank, rungs)
    if _is_simple(offers, policy, arrays):
        return Rung(float(rungs[int(np.argmax(most >= most[-1]))]))
    tuning = policy.solve.tuning
    limit_s = tuning.ladder.share * time_limit_s
    asked = _Asked(offers, policy, arrays, rank, rungs, limit_s=limit_s)
    if drains:
        does_all = most[0] >= most[-1] and asked.fill(0).known >= most[-1]
        return Rung(float(rungs[0 if does_all else -1]))
    needed, is_proven = asked.find(most)
    worst = float(rungs[needed]) if needed >= 0 else math.inf
    if is_proven:
        return Rung(worst)
    table = tabulate(offers, atoms_of(offers.problem))
    floor = max(simple_bound(table), line_bound(table, tuning.bound))
    return Rung(worst, is_proven=False, floor=floor)


def kept_to(
    offers: Offers, rung: Rung, arrays: NetworkArrays, *, drains: bool
) -> Offers:
    """
    Leave out the nodes beyond a rung.

    Parameters
    ----------
    offers
        What may be shipped from all nodes that rules permit.
    rung
        How far an order goes.
    arrays
        The network.
    drains
        Whether each rung gives all it can before the next gives any.
    """
    rank = arrays.priority[offers.problem.nodes]
    rungs = np.unique(rank[offered_units(offers).any(axis=0)])
    if len(rungs) <= 1 and (rungs <= rung.worst).all():
        drain = np.zeros(len(rank), np.int64) if drains else None
        return replace(offers, rung=rung, drain=drain)
    drain = np.searchsorted(rungs[rungs <= rung.worst], rank) if drains else None
    admitted = admit(offers, rank <= rung.worst)
    return replace(admitted, rung=rung, drain=drain)


def drained(offers: Offers, arrays: NetworkArrays) -> Offers:
    """Let an order drain rung after rung of all nodes, whoever else takes from them."""
    rank = arrays.priority[offers.problem.nodes]
    return replace(offers, drain=np.unique(rank, return_inverse=True)[1])


def admit(offers: Offers, kept: BoolArray) -> Offers:
    """Leave an order some of the nodes at hand, ``(M,)``, and no others."""
    if kept.all():
        return offers
    blocks = [block.only(kept[block.nodes]) for block in offers.blocks]
    eligibility = offers.eligibility
    return replace(
        offers,
        blocks=tuple(block for block in blocks if len(block.nodes)),
        eligibility=replace(eligibility, allowed=eligibility.allowed & kept),
    )


def _most_by_rung(
    offers: Offers, offered: IntArray, rank: IntArray, rungs: IntArray
) -> IntArray:
    """Bound the units that nodes up to each rung fill, line by line; ``(R,)``."""
    found = np.zeros(len(rungs), np.int64)
    for at, rung in enumerate(rungs.tolist()):
        units = offered[:, rank <= rung].sum(axis=1)
        ways = offers.problem.ways
        if ways is not None:
            rows = [ways.rows_of(line) for line in range(len(ways.lines))]
            units = np.array([units[mine].sum() for mine in rows])
        found[at] = np.minimum(units, offers.problem.wanted).sum()
    return found


def _is_simple(offers: Offers, policy: Policy, arrays: NetworkArrays) -> bool:
    """Tell whether lines are filled each by itself, unit by unit, so bounds are met."""
    problem = offers.problem
    blocks = offers.blocks
    return (
        _hard_splits(policy.splits) == SplitLimits()
        and problem.ways is None
        and atoms_of(problem).units is None
        and not problem.shares_skus
        and offers.eligibility.capacity is None
        and offers.days is None
        and not arrays.minimum_order[problem.nodes].any()
        and not np.isinf(offers.penalty).any()
        and not any(block.has_choice or block.is_together for block in blocks)
        and all(group.delivery.radius_km is None for group in problem.groups)
    )


def _hard_splits(splits: SplitLimits) -> SplitLimits:
    """Forget the limits on splits that have a price."""
    if splits.over_limit_price is not None:
        splits = splits.model_copy(
            update={"max_shipments": None, "max_nodes": None, "over_limit_price": None}
        )
    if splits.incomplete_price is not None:
        splits = splits.model_copy(
            update={"ship_complete": False, "incomplete_price": None}
        )
    return splits.model_copy(update={"split_price": 0.0})


def at_no_cost(offers: Offers) -> Offers:
    """Make every way to ship free, and a unit left cost one."""
    must: FloatArray = np.where(np.isinf(offers.penalty), math.inf, 1.0)
    eligibility = replace(
        offers.eligibility,
        breaks=tuple(() for _ in offers.eligibility.breaks),
        safeties=(),
        preferences=(),
    )
    free = [
        replace(
            block,
            per_shipment=np.zeros(len(block.nodes)),
            per_line=None,
            per_unit=np.zeros(block.limit.shape),
            charged=(),
            stepped=(),
        )
        for block in offers.blocks
    ]
    return replace(offers, blocks=tuple(free), penalty=must, eligibility=eligibility)


def at_no_price(policy: Policy) -> Policy:
    """Keep the hard limits of a policy, and have exact methods fill as much as can."""
    # The rung is the rule's, by whatever method the order is asked.
    exact = policy.solve.model_copy(update={"method": "auto"})
    return policy.model_copy(
        update={
            "objective": Objective.COST,
            "splits": _hard_splits(policy.splits),
            "solve": exact,
        }
    )


@dataclass(frozen=True, slots=True)
class _Filled:
    """Units that a plan is known to fill, and that none fills more than."""

    known: float
    bound: float


class _Asked:
    """The kernel asked how much nodes up to a rung fill."""

    def __init__(
        self,
        offers: Offers,
        policy: Policy,
        arrays: NetworkArrays,
        rank: IntArray,
        rungs: IntArray,
        *,
        limit_s: float,
    ) -> None:
        self._free = at_no_cost(offers)
        self._policy = at_no_price(policy)
        self._arrays, self._rank, self._rungs = arrays, rank, rungs
        self._wanted = int(offers.problem.wanted.sum())
        self._limit_s = limit_s / max(1.0, math.ceil(math.log2(len(rungs) + 1)))
        self._deadline = time.perf_counter() + limit_s

    def find(self, most: IntArray) -> tuple[int, bool]:
        """
        Find the first rung that fills as much as all, and tell whether it is proven.

        Where it is not, the rung found is one that the order is proven to need, if
        perhaps not the last: plans from the nodes up to it keep to the ladder.

        Parameters
        ----------
        most
            What nodes up to each rung fill at most; never falling; ``(R,)``.

        Returns
        -------
        tuple
            Its position, -1 where nothing can be filled, and whether that is proven.
        """
        last = len(most) - 1
        first = int(np.argmax(most >= most[-1]))
        ample = self.fill(first)
        if ample.known >= most[-1]:
            return first, True
        whole = ample if first == last else self.fill(last)
        if whole.known <= 0:
            is_proven = whole.bound < 1
            return (-1 if is_proven else int(np.argmax(most >= 1))), is_proven
        is_proven = whole.bound < whole.known + 1
        low = int(np.argmax(most >= whole.known))
        high = last
        while low < high:
            middle = (low + high) // 2
            found = ample if middle == first else self.fill(middle)
            if found.bound < whole.known:
                low = middle + 1
            else:
                is_proven &= found.known >= whole.known
                high = middle
        return low, is_proven

    def fill(self, at: int) -> _Filled:
        """Fill as much as nodes up to a rung can."""
        offers = admit(self._free, self._rank <= self._rungs[at])
        left = max(1e-3, self._deadline - time.perf_counter())
        choice = decide(
            offers,
            self._policy,
            self._arrays,
            time_limit_s=min(left, max(self._limit_s, 1e-3)),
        )
        if choice.takes is None and choice.bound == math.inf:
            return _Filled(-1.0, -1.0)
        # What is left is a whole number.
        bound = self._wanted - math.ceil(max(choice.bound, 0.0) - 1e-6)
        if choice.takes is None:
            return _Filled(-1.0, bound)
        return _Filled(float(choice.filled(offers).sum()), bound)
