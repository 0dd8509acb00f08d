"""What work on a node's day costs as the day fills: convex prices of a day."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Protocol

from domroute.words import Measure


class DayTerm(Protocol):
    """What a term with a :class:`DayPrice` can be asked besides, as the judge does."""

    @property
    def name(self) -> str:
        """The name under which its amounts are reported."""

    def day_amount(self, limit: float, taken: float, more: float) -> float:
        """Price in plain Python what is added to a day's work."""


class Rise(NamedTuple):
    """
    Where the price of a day's work rises.

    Attributes
    ----------
    free
        How much more may be done on the day before it does.
    price
        By how much; for each beyond.
    """

    free: float
    price: float


@dataclass(frozen=True, slots=True)
class DayPrice:
    """
    What a term charges for the work on a node's day, all of an order's together.

    It is convex: the fuller the day, the dearer what is added.

    Attributes
    ----------
    steps
        Shares of the limit, and the price of each beyond that share: both rising.
    measure
        The limits that it looks at; None for those of every measure, each by itself.
    is_soft
        Whether more may be done than the limit says.

    Examples
    --------
    >>> price = DayPrice(steps=((0.5, 1.0), (1.0, 4.0)), is_soft=True)
    >>> price.rises(limit=10.0, taken=3.0)
    [Rise(free=2.0, price=1.0), Rise(free=7.0, price=3.0)]
    >>> DayPrice(steps=((0.5, 1.0), (1.0, 0.5)))
    Traceback (most recent call last):
        ...
    ValueError: prices of a day must rise with its shares, got ((0.5, 1.0), (1.0, 0.5))
    """

    steps: tuple[tuple[float, float], ...]
    measure: Measure | None = None
    is_soft: bool = False

    def __post_init__(self) -> None:
        """Refuse what is not convex: a bound could be wrong."""
        for (share, price), (later, more) in pairwise(((0.0, 0.0), *self.steps)):
            if not (later >= share and more >= price):
                text = f"prices of a day must rise with its shares, got {self.steps}"
                raise ValueError(text)

    def concerns(self, measure: Measure) -> bool:
        """Tell whether it looks at limits of a measure."""
        return self.measure is None or self.measure is measure

    def softens(self, measure: Measure) -> bool:
        """Tell whether more may be done than a limit of a measure says."""
        return self.is_soft and self.concerns(measure)

    def rises(self, limit: float, taken: float) -> list[Rise]:
        """
        List where it rises for what is added to a day.

        Parameters
        ----------
        limit, taken
            Of the day, and what is taken of it already.
        """
        found, before = [], 0.0
        for share, price in self.steps:
            if price > before:
                found.append(Rise(max(0.0, share * limit - taken), price - before))
            before = price
        return found
