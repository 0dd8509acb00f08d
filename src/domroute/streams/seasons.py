"""When orders come: the hours of a day, the days of a week, months, peaks, trend."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Self

import numpy as np
from pydantic import Field, model_validator

from domroute.streams.weights import Profile, Weight
from domroute.units import FloatArray
from domroute.validation import Frozen

_THURSDAY: Final = 3
"""The weekday from which NumPy counts its days: 1 January 1970."""
_HOURS_A_YEAR: Final = 24 * 365.25


class Peak(Frozen):
    """
    A stretch of days with more orders than usual, or fewer.

    Examples
    --------
    >>> Peak(first="2026-11-23", last="2026-11-30", factor=3).factor
    3.0
    """

    first: date
    last: date
    """The last day that belongs to it."""
    factor: Weight
    """What orders are multiplied by; where peaks overlap, all of their factors."""

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if self.last < self.first:
            message = f"last {self.last} is before first {self.first}"
            raise ValueError(message)
        return self


class Seasons(Frozen):
    """
    How orders are spread over time.

    Profiles are relative: each is divided by its mean, so that ``orders_per_day`` stays
    what an average day brings. Peaks and trend come on top.

    Examples
    --------
    >>> Seasons(weekdays=(1, 1, 1, 1, 1, 2, 2)).trend
    0.0
    """

    weekdays: Annotated[Profile, Field(min_length=7, max_length=7)] = (1.0,) * 7
    """Of each day of the week, from Monday."""
    hours: Annotated[Profile, Field(min_length=24, max_length=24)] = (1.0,) * 24
    """Of each hour of the day, from midnight."""
    months: Annotated[Profile, Field(min_length=12, max_length=12)] = (1.0,) * 12
    """Of each month, from January."""
    peaks: tuple[Peak, ...] = ()
    trend: Annotated[float, Field(gt=-1, le=100)] = 0.0
    """Growth in a year, from the start: 0.1 is a tenth more, compounded."""

    def factors(self, start: datetime, hours: int) -> FloatArray:
        r"""
        Return what the orders of an average hour are multiplied by.

        Parameters
        ----------
        start
            When the first hour begins; days and hours are read off its own clock.
        hours
            How many.

        Returns
        -------
        FloatArray
            Shape ``(H,)``.

        Notes
        -----
        :math:`f_h = w_{d(h)}\, u_{c(h)}\, m_{m(h)}\, (1 + g)^{h / 8766}
        \prod_{p \ni d(h)} f_p`, with the profiles of weekdays, hours and months over
        their means, the trend :math:`g` and the peaks :math:`p`.

        Examples
        --------
        >>> from datetime import UTC
        >>> busy = Seasons(
        ...     peaks=[Peak(first="2026-01-02", last="2026-01-02", factor=3)]
        ... )
        >>> busy.factors(datetime(2026, 1, 1, tzinfo=UTC), 72)[[0, 24, 47, 48]]
        array([1., 3., 3., 1.])
        """
        steps = np.arange(hours)
        clock = np.datetime64(start.replace(tzinfo=None), "s") + steps * 3600
        day = clock.astype("datetime64[D]")
        weekday = (day.astype(np.int64) + _THURSDAY) % 7
        hour = (clock - day).astype(np.int64) // 3600
        month = clock.astype("datetime64[M]").astype(np.int64) % 12
        found: FloatArray = (
            _relative(self.weekdays)[weekday] * _relative(self.hours)[hour]
        )
        found *= _relative(self.months)[month]
        found *= (1.0 + self.trend) ** (steps / _HOURS_A_YEAR)
        for peak in self.peaks:
            first, last = np.datetime64(peak.first, "D"), np.datetime64(peak.last, "D")
            found[(day >= first) & (day <= last)] *= peak.factor
        return found


def _relative(profile: tuple[float, ...]) -> FloatArray:
    values = np.array(profile)
    relative: FloatArray = values / values.mean()
    return relative
