"""Numbers on a page, each with the frame, row and column that it comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Shown:
    """A number that stands on a page, and where it comes from."""

    text: str
    frame: str
    row: int
    column: str


@dataclass(slots=True, eq=False)
class Numbers:
    """
    Writes numbers out of frames, and remembers each.

    Attributes
    ----------
    frames
        By name.
    currency
        The sign that money is shown with.
    shown
        What was written, in order.
    """

    frames: Mapping[str, pd.DataFrame]
    currency: str = "$"
    shown: list[Shown] = field(default_factory=list)

    def write(
        self,
        frame: str,
        row: int,
        column: str,
        unit: str,
        *,
        signed: bool = False,
        whole: bool = False,
    ) -> str:
        """
        Write a number as HTML that says where it comes from.

        Parameters
        ----------
        frame, row, column
            Where: rows count from 0.
        unit
            ``money``, ``share``, or what it counts.
        signed
            Whether it is a change, and has a sign.
        whole
            Whether to leave out what is behind the point.
        """
        value = float(self.frames[frame][column].iloc[row])
        text = written(value, unit, currency=self.currency, signed=signed, whole=whole)
        self.shown.append(Shown(text, frame, row, column))
        where = f'data-frame="{frame}" data-row="{row}" data-column="{column}"'
        return f'<data value="{value!r}" {where}>{escape(text)}</data>'


def written(
    value: float,
    unit: str,
    *,
    currency: str = "$",
    signed: bool = False,
    whole: bool = False,
) -> str:
    """
    Write a number for people.

    Examples
    --------
    >>> written(1234.5, "money"), written(-0.5, "money", signed=True)
    ('$1,234.50', '-$0.50')
    >>> written(0.123, "share"), written(0.01, "share", signed=True)
    ('12.3%', '+1.0 points')
    >>> written(3.0, "days"), written(2.34, "hours", signed=True)
    ('3 days', '+2.34 hours')
    >>> written(1.0, "runs"), written(float("nan"), "money")
    ('1 run', 'not known')
    """
    if not math.isfinite(value):
        return UNKNOWN
    size = abs(value)
    digits = 0 if whole else 2
    if unit == "share":
        digits = 1
        body = f"{100 * size:,.1f}{' points' if signed else '%'}"
        size *= 100
    elif unit == "money":
        body = f"{currency}{size:,.{digits}f}"
    else:
        digits = 0 if whole or (value.is_integer() and not signed) else 2
        number = f"{size:,.{digits}f}"
        one = unit.removesuffix("s") if number == "1" else unit
        # A ratio has no unit of its own.
        body = number if unit == "ratio" else f"{number} {one}"
    is_zero = round(size, digits) == 0
    if is_zero:
        return body
    if value < 0:
        return f"-{body}"
    return f"+{body}" if signed else body
