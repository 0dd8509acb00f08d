"""What is taken of the capacity of nodes, in the period and on working days."""

from __future__ import annotations

from datetime import date

from domroute.errors import InputError, Issue
from domroute.ledger.days import Days
from domroute.ledger.given import is_date
from domroute.ledger.shelf import DayLoads, Loads
from domroute.validation import wrong_type
from domroute.wording import shorten
from domroute.words import Measure


class Loaded:
    """Capacity as it stands still: how much of it is taken."""

    def __init__(self, loads: Loads, days: Days) -> None:
        self._loads = loads
        self.days = days

    def load(self, node: str, measure: Measure, *, day: date | None = None) -> float:
        """
        Return what is taken of a node's capacity, in the period or on a day.

        Raises
        ------
        InputError
            If there is no such measure, or the day is no date.
        """
        try:
            kind = Measure(measure).value
        except ValueError:
            text = f"should be one of {', '.join(Measure)}, got {shorten(measure)}"
            raise InputError([Issue("unknown_value", "measure", text)]) from None
        if day is None:
            return self._loads.get((node, kind), 0.0)
        if not is_date(day):
            raise InputError([wrong_type("day", day, "a date")])
        return self.days.load(node, day, kind)

    @property
    def loads(self) -> Loads:
        """What reservations have taken of capacity, by (node id, measure)."""
        return self._loads

    @property
    def day_loads(self) -> DayLoads:
        """What reservations have taken of working days, by node id and date."""
        return self.days.loads
