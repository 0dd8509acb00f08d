"""What is taken of capacity, said anew: of a period, and of working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domroute.ledger import counting
from domroute.ledger.promises import Promises
from domroute.ledger.shelf import Loads


class Periods(Promises):
    """A ledger whose periods begin anew, and whose days go by."""

    def start_period(self, loads: Loads | None = None) -> None:
        """
        Forget the capacity taken so far, as at the start of a day or shift.

        Parameters
        ----------
        loads
            What is taken of the new period from the start, by (node id, measure).

        Raises
        ------
        InputError
            If a measure does not exist, or what is taken is no number from 0.
        """
        self._chain.change(lambda state: (counting.start_period(state, loads), None))

    def start_days(
        self, loads: Mapping[tuple[str, str, date], float] | None = None
    ) -> None:
        """
        Say anew what is taken of the capacity of working days.

        A new period leaves working days as they are: each has its own.

        Parameters
        ----------
        loads
            What is taken, by (node id, measure, date); nothing when not given.

        Raises
        ------
        InputError
            If a measure does not exist, or what is taken is no number from 0.

        Examples
        --------
        >>> from datetime import date
        >>> from domroute import Inventory
        >>> inventory = Inventory()
        >>> inventory.start_days({("N1", "units", date(2026, 12, 1)): 40})
        >>> inventory.load("N1", "units", day=date(2026, 12, 1))
        40.0
        """
        self._chain.change(lambda state: (counting.start_days(state, loads), None))

    def forget_days(self, before: date) -> None:
        """Forget what was taken of working days before a date: they are over."""
        self._chain.change(lambda state: (counting.forget_days(state, before), None))
