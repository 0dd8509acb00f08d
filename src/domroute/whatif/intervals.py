"""How far a mean over a few seeds may be from the truth: Student's intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from domroute.arguments import checked

CONFIDENCE = 0.95
"""Of the intervals: nineteen of twenty such intervals hold the truth."""
_UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class Interval:
    """
    A mean and the interval around it that holds the true one, as a rule.

    Attributes
    ----------
    low, high
        The ends; NaN where a single value says nothing of how values spread.
    count
        Values it was made of.
    """

    mean: float
    low: float
    high: float
    count: int

    def times(self, factor: float) -> Interval:
        """Return that of the values times a factor, 0 or above."""
        return Interval(
            self.mean * factor, self.low * factor, self.high * factor, self.count
        )


@checked
def interval_of(values: Iterable[float], *, confidence: float = CONFIDENCE) -> Interval:
    r"""
    Work out the mean of values and its interval by Student's distribution.

    The ends are :math:`\bar x \pm t_{n-1} s / \sqrt n`. It takes the values to be drawn
    independently, as runs of different seeds are, and their mean to be about normal.
    Values that are not known (NaN) do not count.

    Parameters
    ----------
    values
        One per seed.
    confidence
        The share of such intervals that hold the true mean; above 0 and below 1.

    References
    ----------
    .. [1] Student (1908). The probable error of a mean. *Biometrika* 6(1), 1-25.

    Examples
    --------
    >>> interval_of([1.0, 2.0, 3.0])
    Interval(mean=2.0, low=-0.484..., high=4.484..., count=3)
    """
    known = [value for value in values if not math.isnan(value)]
    count = len(known)
    if not count:
        return Interval(_UNKNOWN, _UNKNOWN, _UNKNOWN, 0)
    mean = math.fsum(known) / count
    if count == 1:
        return Interval(mean, _UNKNOWN, _UNKNOWN, 1)
    spread = math.sqrt(math.fsum((x - mean) ** 2 for x in known) / (count - 1))
    half = t_quantile((1 + confidence) / 2, count - 1) * spread / math.sqrt(count)
    return Interval(mean, mean - half, mean + half, count)


@checked
def interval_of_resamples(
    values: Iterable[float], blocks: int, *, confidence: float = CONFIDENCE
) -> Interval:
    r"""
    Work out the interval of streams that are all put together from one history.

    However many are drawn, they know no more than the history does: what spreads like
    its mean is a single stream, not the mean of all of them.

    Parameters
    ----------
    values
        One per stream; at least two.
    blocks
        That the history has; at least two.
    confidence
        The share of such intervals that hold the true mean.

    Notes
    -----
    With :math:`n` values of variance :math:`s^2` and :math:`B` blocks the squared
    standard error is :math:`s^2 (B / (B - 1) + 1 / n)`: a stream of :math:`B` blocks,
    drawn with replacement, spreads by :math:`(B - 1) / B` of the variance of the mean
    of as many new ones, and :math:`n` streams know their own mean only so well.
    Student's distribution has :math:`\min(B, n) - 1` degrees of freedom.

    References
    ----------
    .. [1] Efron, B. and Tibshirani, R. J. (1993). *An Introduction to the Bootstrap*,
       chapters 5 and 6. Chapman and Hall.

    Examples
    --------
    >>> interval_of_resamples([1.0, 2.0, 3.0], 3)
    Interval(mean=2.0, low=-3.825..., high=7.825..., count=3)
    """
    known = [value for value in values if not math.isnan(value)]
    count = len(known)
    mean = math.fsum(known) / count
    variance = math.fsum((x - mean) ** 2 for x in known) / (count - 1)
    error = math.sqrt(variance * (blocks / (blocks - 1) + 1 / count))
    half = t_quantile((1 + confidence) / 2, min(blocks, count) - 1) * error
    return Interval(mean, mean - half, mean + half, count)


@checked
def t_quantile(share: float, degrees: int) -> float:
    """
    Find the value that a share of Student's distribution is below.

    Parameters
    ----------
    share
        Above 0 and below 1.
    degrees
        Degrees of freedom; at least 1.

    Raises
    ------
    ValueError
        If the share or the degrees are outside these limits.

    Notes
    -----
    By bisection of the exact distribution function, a finite sum for whole degrees
    (equations 26.7.3 and 26.7.4 of [1]_); each step takes time in proportion to them.

    References
    ----------
    .. [1] Abramowitz, M. and Stegun, I. A. (1964). *Handbook of Mathematical
       Functions*. National Bureau of Standards.

    Examples
    --------
    >>> round(t_quantile(0.975, 9), 3)
    2.262
    """
    if not 0 < share < 1 or degrees < 1:
        message = f"no quantile at {share!r} of {degrees!r} degrees of freedom"
        raise ValueError(message)
    if share < 1 / 2:
        return -t_quantile(1 - share, degrees)
    # The angle whose tangent is t / sqrt(degrees) is bounded, unlike t.
    low, high = 0.0, math.pi / 2
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return math.sqrt(degrees) * math.tan(middle)
        if (1 + _within(middle, degrees)) / 2 < share:
            low = middle
        else:
            high = middle


def _within(angle: float, degrees: int) -> float:
    """Return the chance of a value within plus and minus that of an angle."""
    sine, cosine = math.sin(angle), math.cos(angle)
    is_odd = degrees % 2 == 1
    total, part = 0.0, cosine if is_odd else 1.0
    # Odd: cos + 2/3 cos^3 + 2*4/(3*5) cos^5 ...; even: 1 + 1/2 cos^2 + 1*3/(2*4) ...
    for power in range(1 if is_odd else 0, degrees - 1, 2):
        total += part
        part *= (power + 1) / (power + 2) * cosine**2
    return 2 / math.pi * (angle + sine * total) if is_odd else sine * total
