"""What may be promised for an order before it is bought: dates, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from domroute.plan import Costs, Unfilled
from domroute.result import RoutingResult
from domroute.tables import html_table, text_table
from domroute.words import Method

if TYPE_CHECKING:
    import pandas as pd

FORMAT: Final = "domroute.promise/1"
"""The version of a promise as plain values; it fixes the fields and their meaning."""
BEST: Final = "best"
"""The speed of what may go by any service."""
PROMISE_COLUMNS: Final = (
    "order",
    "method",
    "speed",
    "delivers_on",
    "cost",
    "shipments",
    "unfilled",
    "valid_until",
    "dominated",
)
"""The columns of ``Promise.to_frame()``, in order."""


@dataclass(frozen=True, slots=True)
class PromiseOption:
    """
    One way to have an order: by a method, at a speed.

    Attributes
    ----------
    method, speed
        How, and by services of which speed; ``"best"`` for any.
    result
        The plan that stands for it, as :meth:`.Router.route` finds it.
    dominated
        Whether another option leaves no more unfilled, costs no more and comes no
        later, and is better in one of these.
    """

    method: Method
    speed: str
    result: RoutingResult = field(repr=False)
    dominated: bool = False

    @property
    def delivers(self) -> tuple[date | None, ...]:
        """The date of each shipment; None where none is promised."""
        return tuple(part.delivers_on for part in self.result.plan.arriving)

    @property
    def delivers_on(self) -> date | None:
        """The last of these dates; None where a shipment has none, or there is none."""
        dates = [day for day in self.delivers if day is not None]
        return max(dates) if dates and len(dates) == len(self.delivers) else None

    @property
    def cost(self) -> float:
        """What it costs."""
        return self.result.cost

    @property
    def costs(self) -> Costs:
        """The same by term."""
        return self.result.costs

    @property
    def unfilled(self) -> tuple[Unfilled, ...]:
        """What cannot be had so, and why."""
        return self.result.plan.unfilled

    @property
    def valid_until(self) -> datetime | None:
        """Until when its dates may be relied on."""
        return self.result.valid_until

    def to_dict(self) -> dict[str, Any]:
        """Return the option as plain values, ready for JSON."""
        days = [None if day is None else day.isoformat() for day in self.delivers]
        last, until = self.delivers_on, self.valid_until
        return {
            "method": str(self.method),
            "speed": self.speed,
            "delivers_on": None if last is None else last.isoformat(),
            "delivers": days,
            "valid_until": None if until is None else until.isoformat(),
            "dominated": self.dominated,
            "result": self.result.to_dict(),
        }

    def _comes(self) -> float:
        """Say when it comes, as a number; what promises no date never does."""
        moments = [part.delivers_at for part in self.result.plan.shipments]
        known = [moment.timestamp() for moment in moments if moment is not None]
        return max(known) if known and len(known) == len(moments) else float("inf")

    def measures(self) -> tuple[float, float, float]:
        """Return what options are compared by: units left, cost, and when it comes."""
        left = sum(part.quantity for part in self.unfilled)
        return left, self.cost, self._comes()


@dataclass(frozen=True, slots=True)
class Promise:
    """
    What may be promised for an order; it reserves nothing.

    Examples
    --------
    >>> Promise("o1", ()).to_dict()
    {'format': 'domroute.promise/1', 'order_id': 'o1', 'options': []}
    """

    order_id: str
    options: tuple[PromiseOption, ...]

    @classmethod
    def of(cls, order_id: str, options: Iterable[PromiseOption]) -> Promise:
        """Gather options, and mark those that another makes pointless."""
        made = list(options)
        measures = [option.measures() for option in made]
        return cls(
            order_id,
            tuple(
                replace(option, dominated=any(_beats(one, mine) for one in measures))
                for option, mine in zip(made, measures, strict=True)
            ),
        )

    def __iter__(self) -> Iterator[PromiseOption]:
        return iter(self.options)

    def __len__(self) -> int:
        return len(self.options)

    def option(
        self, speed: str = BEST, method: Method | str | None = None
    ) -> PromiseOption:
        """
        Return the option of a speed, and of a method if there are several.

        Raises
        ------
        KeyError
            If there is none.
        """
        for option in self.options:
            if option.speed == speed and method in {None, option.method}:
                return option
        raise KeyError((speed, method))

    def to_dict(self) -> dict[str, Any]:
        """Return the promise as plain values, ready for JSON."""
        return {
            "format": FORMAT,
            "order_id": self.order_id,
            "options": [option.to_dict() for option in self.options],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row per option; the columns are ``PROMISE_COLUMNS``."""
        import pandas as pd

        rows = [
            (
                self.order_id,
                str(option.method),
                option.speed,
                option.delivers_on,
                option.cost,
                len(option.delivers),
                sum(part.quantity for part in option.unfilled),
                option.valid_until,
                option.dominated,
            )
            for option in self.options
        ]
        return pd.DataFrame(rows, columns=list(PROMISE_COLUMNS))

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                str(option.method),
                option.speed,
                "-" if option.delivers_on is None else str(option.delivers_on),
                f"{option.cost:,.2f}",
                str(len(option.delivers)),
                str(sum(part.quantity for part in option.unfilled)),
                "another is better" if option.dominated else "",
            )
            for option in self.options
        ]

    def __str__(self) -> str:
        return text_table(_HEADER, self._rows())

    def _repr_html_(self) -> str:
        return html_table(_HEADER, self._rows())


_HEADER: Final = ("method", "speed", "delivers on", "cost", "shipments", "unfilled", "")


def _beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Tell whether measures are nowhere worse, and somewhere better."""
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))
