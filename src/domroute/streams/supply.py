"""How stock comes in: receipts every few days, for demand expected or drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import Field

from domroute.streams.baskets import Basket, DrawnLines
from domroute.streams.weights import Weights
from domroute.units import FloatArray, IntArray
from domroute.validation import Frozen

Orders = Callable[[float], float]
"""Orders expected from the start until so many days later."""
_DAY_US: Final = 24 * 3600 * 10**6
"""Microseconds."""


class Replenishment(Frozen):
    """
    How nodes are filled up: at each review, to so many days of expected demand.

    What a node is thought to sell is its share of all demand. What it does sell is for
    the policy to say, and no policy changes the receipts: all meet the same.

    Examples
    --------
    >>> Replenishment(every_days=7, cover_days=14, node_weights={"N1": 3, "S7": 1})
    Replenishment(every_days=7.0, cover_days=14.0, lead_days=0.0, ...
    """

    every_days: Annotated[float, Field(ge=0.1, le=366)] = 7.0
    """Days between reviews; the first is that long after the start."""
    cover_days: Annotated[float, Field(gt=0, le=366)] = 14.0
    """
    Days of expected demand at hand once a delivery has come in. With fewer than
    ``every_days``, stock runs out before the next.
    """
    lead_days: Annotated[float, Field(ge=0, le=366)] = 0.0
    """Days from review to receipt."""
    node_weights: Weights = Field(default_factory=dict)
    """Each node's share of every SKU; all alike when empty."""
    follows: Literal["forecast", "orders"] = "forecast"
    """
    What is replaced at a review: the demand that was expected since the last one, or
    the orders drawn since then (a base-stock policy, which counts canceled ones too).
    """

    @property
    def stock_days(self) -> float:
        """Days of expected demand that stock and receipts on their way amount to."""
        return self.lead_days + self.cover_days

    def reviews(self, days: float) -> FloatArray:
        """
        Return the reviews whose receipts still come in time (days from the start).

        Examples
        --------
        >>> Replenishment(every_days=7, lead_days=3).reviews(24)
        array([ 7., 14., 21.])
        """
        count = math.floor((days - self.lead_days) / self.every_days + 1e-9)
        steps = np.arange(1, max(count, 0) + 1, dtype=np.float64)
        return steps * self.every_days


def units_lost(
    basket: Basket,
    skus: Sequence[str],
    nodes: Sequence[str],
    node_weights: Mapping[str, float],
) -> FloatArray:
    """
    Return the units of each SKU that an order makes a node lose; shape ``(K, N)``.

    Parameters
    ----------
    basket
        What is in an order.
    skus, nodes
        All of them.
    node_weights
        By node, 0 for those it does not name; all alike when empty.

    Examples
    --------
    >>> one = Basket(lines=[1], units=[1])
    >>> units_lost(one, ["A"], ["N1", "S7"], {"N1": 3, "S7": 1})
    array([[0.75, 0.25]])
    """
    default = 0.0 if node_weights else 1.0
    weights = np.array([node_weights.get(node, default) for node in nodes])
    units = basket.units_per_order * basket.popularity(skus)
    per_order: FloatArray = np.outer(units, weights / weights.sum())
    return per_order


def units_between(
    reviews: FloatArray, moments: IntArray, lines: DrawnLines, count: int
) -> FloatArray:
    """
    Count the units drawn up to each review, since the one before.

    Parameters
    ----------
    reviews
        Days from the start, ascending; shape ``(R,)``.
    moments
        Of each line, in microseconds from the start; shape ``(L,)``.
    lines
        What was drawn.
    count
        Of SKUs, ``K``.

    Returns
    -------
    FloatArray
        Shape ``(R, K)``.

    Examples
    --------
    >>> one = np.array([0])
    >>> lines = DrawnLines(order=one, sku=one, units=np.array([5]))
    >>> units_between(np.array([1.0, 2.0]), one, lines, 2)
    array([[5., 0.],
           [0., 0.]])
    """
    period = np.searchsorted(reviews * _DAY_US, moments, side="left")
    key = period * count + lines.sku
    cells = (len(reviews) + 1) * count
    total = np.bincount(key, lines.units, minlength=cells).astype(np.float64)
    return total.reshape(-1, count)[: len(reviews)]


def draw_receipts(
    replenishment: Replenishment,
    reviews: FloatArray,
    expected: Orders,
    *,
    per_order: FloatArray,
    drawn: FloatArray,
    phase: FloatArray,
) -> Iterator[tuple[float, IntArray]]:
    r"""
    Work out what comes in after each review.

    Parameters
    ----------
    replenishment
        The policy.
    reviews
        Days from the start; shape ``(R,)``.
    expected
        Orders expected from the start until so many days later.
    per_order
        Units expected of each SKU at each node in an order; shape ``(K, N)``.
    drawn
        Units of each SKU drawn until each review since the last; shape ``(R, K)``.
    phase
        What is added before units are rounded down, from 0 to 1; shape ``(K, N)``.
        Where it is uniform, receipts are right on average, however thin.

    Yields
    ------
    day, units
        Days from the start, and whole units; shape ``(K, N)``.

    Notes
    -----
    The target at review :math:`r` is the demand expected in the days that stock stands
    for, :math:`S(r) = D(r, r + \text{lead} + \text{cover})`. The position starts at
    :math:`S(0)`, falls by what was expected or drawn, and rises by what is ordered:
    :math:`\max(0, \lfloor S(r) - \text{position} + \text{phase} \rfloor)`; what
    rounding leaves is in the position still, and so is not lost [1]_.

    References
    ----------
    .. [1] Zipkin, P. (2000). *Foundations of Inventory Management*, section 3.2:
       base-stock policies with constant lead times. McGraw-Hill.

    Examples
    --------
    >>> steady = lambda day: 10.0 * day
    >>> some = Replenishment(every_days=7, cover_days=7)
    >>> half = np.array([[0.5]])
    >>> units = {"per_order": half, "drawn": np.zeros((2, 1)), "phase": half}
    >>> found = draw_receipts(some, some.reviews(14), steady, **units)
    >>> [(day, units.tolist()) for day, units in found]
    [(7.0, [[35]]), (14.0, [[35]])]
    """
    share = per_order / np.maximum(per_order.sum(axis=1, keepdims=True), 1e-300)
    ahead = replenishment.stock_days
    position = (expected(ahead) - expected(0.0)) * per_order
    before = 0.0
    for at, review in enumerate(reviews.tolist()):
        if replenishment.follows == "orders":
            position -= drawn[at][:, None] * share
        else:
            position -= (expected(review) - expected(before)) * per_order
        target = (expected(review + ahead) - expected(review)) * per_order
        units = np.maximum(np.floor(target - position + phase), 0.0)
        position += units
        before = review
        yield review + replenishment.lead_days, units.astype(np.int64)
