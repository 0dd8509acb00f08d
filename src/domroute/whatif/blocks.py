"""How far two replays of one history differ, and how sure that is: by blocks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.replay.measures import Frames, Measured
from domroute.whatif.intervals import CONFIDENCE, Interval, t_quantile

if TYPE_CHECKING:
    import pandas as pd

What = Literal["cost", "margin", "shipments", "lead_h"]


@checked
def difference_per_order(
    outcome: Measured,
    against: Measured,
    what: What = "cost",
    *,
    days: float = 7.0,
    confidence: float = CONFIDENCE,
) -> Interval:
    r"""
    Estimate how an order differs under one tactic from under another, from one stream.

    A history cannot be drawn again. Its orders are cut into blocks by when they were
    placed, and the blocks taken for independent draws of the same trade.

    Parameters
    ----------
    outcome, against
        What came of replaying the same orders twice.
    what
        Of an order: ``cost`` and penalties, contribution ``margin``, ``shipments`` or
        ``lead_h``, the hours from placed to delivered (of orders that have them).
    days
        Length of a block. Stock that one block takes is missing in the next, so blocks
        depend on each other, the less the longer they are; intervals of short blocks
        are too narrow then.
    confidence
        The share of such intervals that hold the true difference.

    Returns
    -------
    Interval
        The mean difference of an order, with the interval around it; ``count`` is the
        number of blocks, and with one block there is no interval.

    Raises
    ------
    InputError
        If the orders are not the same, or ``what`` is unknown, or ``days`` is no
        number above 0.

    Notes
    -----
    With :math:`d_b` the sum of the differences in block :math:`b` and :math:`n_b` its
    orders, the mean is the ratio :math:`r = \sum d_b / \sum n_b`, and its standard
    error :math:`\sqrt{B / (B - 1) \sum (d_b - r n_b)^2} / \sum n_b`: batch means [1]_
    with Student's distribution of :math:`B - 1` degrees of freedom.

    References
    ----------
    .. [1] Law, A. M. (2015). *Simulation Modeling and Analysis*, 5th edition, chapter
       9. McGraw-Hill.
    """
    issues = []
    if what not in _OF_ORDER:
        text = f"{what!r} should be one of {', '.join(_OF_ORDER)}"
        issues.append(Issue("unknown_value", "what", text))
    length: object = days
    if not isinstance(length, (int, float)) or not 0 < length < math.inf:
        text = f"{days!r} should be a number of days above 0"
        issues.append(Issue("out_of_range", "days", text))
    one, other = Frames.of(outcome), Frames.of(against)
    placed = one.orders.set_index("order")["placed_at"]
    if set(placed.index) != set(other.orders["order"]):
        text = "the two outcomes are not of the same orders"
        issues.append(Issue("contradictory", "against", text))
    if issues:
        raise InputError(issues)
    gaps = _OF_ORDER[what](one).reindex(placed.index)
    gaps = (gaps - _OF_ORDER[what](other).reindex(placed.index)).dropna()
    since = (placed[gaps.index] - placed.min()).dt.total_seconds() / 86400
    blocks = gaps.groupby((since // days).astype(int))
    return _ratio(blocks.sum().tolist(), blocks.size().tolist(), confidence)


def _ratio(sums: list[float], counts: list[int], confidence: float) -> Interval:
    unknown, size = float("nan"), len(sums)
    if not size:
        return Interval(unknown, unknown, unknown, 0)
    orders = sum(counts)
    mean = math.fsum(sums) / orders
    if size == 1:
        return Interval(mean, unknown, unknown, 1)
    squares = math.fsum((d - mean * n) ** 2 for d, n in zip(sums, counts, strict=True))
    error = math.sqrt(squares * size / (size - 1)) / orders
    half = t_quantile((1 + confidence) / 2, size - 1) * error
    return Interval(mean, mean - half, mean + half, size)


def cost_of(frames: Frames) -> pd.Series[float]:
    """Add up what each order costs, with penalties."""
    return by_order(frames, frames.paid, "amount")


def margin_of(frames: Frames) -> pd.Series[float]:
    """Work out the contribution margin of each order."""
    sent = frames.sent
    earned = (sent["unit_price"] - sent["unit_cost"]) * sent["quantity"]
    back = frames.came_back
    kept = back["unit_cost"].where(back["to_stock"].astype(bool), 0.0)
    lost = (back["unit_price"] - kept) * back["quantity"]
    return (
        by_order(frames, sent.assign(earned=earned), "earned")
        - by_order(frames, back.assign(lost=lost), "lost")
        - by_order(frames, frames.cash, "amount")
    )


def _shipments(frames: Frames) -> pd.Series[float]:
    return by_order(frames, frames.standing.assign(count=1.0), "count")


def _lead_h(frames: Frames) -> pd.Series[float]:
    return frames.orders.set_index("order")["lead_h"].astype(float)


def by_order(frames: Frames, frame: pd.DataFrame, column: str) -> pd.Series[float]:
    """Add up a column by order; zero for orders that have none of it."""
    sums = frame.groupby("order")[column].sum()
    return sums.reindex(frames.orders["order"]).fillna(0.0).astype(float)


_OF_ORDER: Final[dict[str, Callable[[Frames], pd.Series[float]]]] = {
    "cost": cost_of,
    "margin": margin_of,
    "shipments": _shipments,
    "lead_h": _lead_h,
}
