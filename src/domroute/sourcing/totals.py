"""What a plan costs beyond its shipments: what is left, how often it splits."""

from __future__ import annotations

from typing import Final

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.records import record
from domroute.sourcing.bundles import Bundles
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.comparing import are_least
from domroute.units import BoolArray, FloatArray, IntArray, least_worth
from domroute.words import Objective

ENDLESS: Final = 10**9
_SAME: Final = 1e-9
"""Share of a cost within which two are one."""


@record
class Totals:
    """
    The costs of ending with a part filled, and of the number of parts.

    Attributes
    ----------
    missing
        Cost of filling each state and no more; shape ``(P,)``.
    penalty
        The part of it that is penalty for unfilled units; shape ``(P,)``.
    most_parts
        The most shipments (or nodes) allowed.
    counts_shipments
        Whether shipments are counted; otherwise nodes are.
    soft_limits, over_price
        The numbers beyond which each part costs extra, and that extra.
    split_price
        Price of each shipment beyond the first.
    fewest
        Whether fewer shipments come before a lower cost.
    least_part_value
        What each part of a split must be worth.
    incomplete
        The part of ``missing`` that is no penalty; None where there is none; ``(P,)``.
    ranks
        Units of substitutes in each state, no better than each place of the preference:
        the fewer, the better among states that cost the same. None where there are
        none; shape ``(P, R)``.
    """

    missing: FloatArray
    penalty: FloatArray
    most_parts: int
    counts_shipments: bool
    soft_limits: tuple[int, ...]
    over_price: float
    split_price: float
    fewest: bool
    least_part_value: float
    incomplete: FloatArray | None = None
    ranks: IntArray | None = None

    @property
    def counts_parts(self) -> bool:
        """Whether the number of parts matters at all."""
        return (
            self.most_parts < ENDLESS
            or self.over_price > 0
            or self.split_price > 0
            or self.fewest
        )

    def part_weights(self, bundles: Bundles) -> IntArray:
        """Count what each part adds to the number of parts; shape ``(P,)``."""
        if bundles.shipments is None or not self.counts_shipments:
            return np.ones(len(bundles.units), np.int64)
        return bundles.shipments.astype(np.int64)

    def ends(self, cost: FloatArray) -> FloatArray:
        """Add what stays unfilled to the cost of filling each state."""
        return cost + self.missing

    def ends_counted(self, cost: FloatArray) -> FloatArray:
        """Add the prices of splits as well; ``cost`` has a row per number of parts."""
        return cost + self.missing + self.split_costs(len(cost))[:, None]

    def split_costs(self, most: int) -> FloatArray:
        """Price fewer parts than ``most``, by their number."""
        count = np.arange(most)
        over = np.zeros(most)
        for limit in self.soft_limits:
            over += self.over_price * np.maximum(0, count - limit)
        cost: FloatArray = over + self.split_price * np.maximum(0, count - 1)
        return cost

    def best_end(self, cost: FloatArray) -> tuple[int, int]:
        """Pick the number of parts and the state to end with."""
        ends = self.ends_counted(cost)
        possible = ends < IS_FORBIDDEN
        if self.fewest and possible.any():
            # Least penalty first, then fewest shipments, then what it costs besides: a
            # penalty of billions must not swallow cents.
            possible = are_least(np.broadcast_to(self.penalty, ends.shape), possible)
            count = int(np.flatnonzero(possible.any(axis=1))[0])
            besides = cost[count] + (
                0.0 if self.incomplete is None else self.incomplete
            )
            return count, self.first_of(np.where(possible[count], besides, FORBIDDEN))
        layer, state = np.unravel_index(int(ends.argmin()), ends.shape)
        if self.ranks is None:
            return int(layer), int(state)
        return self._preferred(ends)

    def first_of(self, ends: FloatArray) -> int:
        """Pick the state to end with, from what it costs to end with each; ``(P,)``."""
        if self.ranks is None:
            return int(ends.argmin())
        return self._preferred(ends[None])[1]

    def _preferred(self, ends: FloatArray) -> tuple[int, int]:
        """Pick, of ends ``(C, P)`` that cost the same, that with the best goods."""
        least = float(ends.min())
        tied = ends <= least + _SAME * max(1.0, abs(least))
        layer, state = np.nonzero(tied)
        ranks = np.empty((len(ends[0]), 0)) if self.ranks is None else self.ranks
        # The last key comes first.
        order = np.lexsort((ends[tied], *ranks[state].T[::-1], self.penalty[state]))
        return int(layer[order[0]]), int(state[order[0]])


def total_costs(offers: Offers, policy: Policy, bundles: Bundles) -> Totals:
    """Gather the limits and prices of a policy for one order."""
    splits, problem = policy.splits, offers.problem
    filled = bundles.units
    if problem.ways is not None:
        filled = problem.ways.filled(bundles.units).astype(float)
    left = problem.wanted - filled
    price = np.minimum(offers.penalty, FORBIDDEN)
    penalty = left @ price
    missing = penalty
    incomplete: FloatArray | None = None
    if splits.ship_complete:
        extra = splits.incomplete_price
        some = left.any(axis=1) & bundles.units.any(axis=1)
        besides: FloatArray = np.where(some, FORBIDDEN if extra is None else extra, 0.0)
        incomplete = besides
        missing = missing + besides
    if offers.least is not None:
        lacks: BoolArray = np.any(filled < offers.least, axis=1)
        missing = np.where(lacks, FORBIDDEN, missing)
    ranks: IntArray | None = None
    if problem.ways is not None:
        is_none = ~problem.ways.are_whole(bundles.units)
        missing = np.where(is_none, FORBIDDEN, missing)
        ranks = problem.ways.ranked(bundles.units)
    most, counts_shipments, over = ENDLESS, True, 0.0
    soft: tuple[int, ...] = ()
    limits = [splits.max_shipments, splits.max_nodes]
    if len(problem.groups) > 1 and splits.max_shipments is None:
        counts_shipments = splits.max_nodes is None and splits.min_order_value <= 0
    given = [limit for limit in limits if limit is not None]
    if given and splits.over_limit_price is None:
        most = min(given)
    elif given:
        soft, over = tuple(given), splits.over_limit_price or 0.0
    if is_worth_one_node(offers, policy):
        most = 1
    return Totals(
        missing=missing,
        penalty=penalty,
        most_parts=most,
        counts_shipments=counts_shipments,
        soft_limits=soft,
        over_price=over,
        split_price=splits.split_price,
        fewest=policy.objective is Objective.FEWEST_SHIPMENTS,
        least_part_value=splits.min_part_value,
        incomplete=incomplete,
        ranks=ranks,
    )


def counts_shipments(policy: Policy) -> bool:
    """Tell whether it matters how many shipments a plan has, or what each is worth."""
    splits = policy.splits
    return (
        splits.max_shipments is not None
        or splits.split_price > 0
        or splits.min_part_value > 0
        or policy.objective is Objective.FEWEST_SHIPMENTS
    )


def is_worth_one_node(offers: Offers, policy: Policy) -> bool:
    """Tell whether an order is worth too little to be divided over nodes."""
    least = policy.splits.min_order_value
    return least > 0 and order_value(offers) < least_worth(least)


def order_value(offers: Offers) -> float:
    """Return what the order is worth: as stated, or the sum of its lines."""
    problem = offers.problem
    if problem.order.value is not None:
        return problem.order.value
    if problem.ways is not None:
        return float(problem.ways.quantity @ problem.ways.unit_price)
    return float(problem.quantity @ problem.unit_price)
