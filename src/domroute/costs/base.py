"""The base of terms that a policy names in JSON: a weight, a name, and what it is."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import SerializerFunctionWrapHandler, model_serializer

from domroute.costs.nature import Cover, Fact
from domroute.units import Id, Money
from domroute.validation import Frozen


class TermModel(Frozen):
    """
    A term of cost as a model: equal by value, saved in a policy, read from one.

    A subclass gives ``term`` and ``name`` the same word. What it is, it says by class
    attributes; what is charged, by ``prepare`` and ``amount``.

    Examples
    --------
    >>> from domroute.costs import Handling
    >>> Handling(name="overtime", weight=0.5).model_dump()
    {'term': 'handling', 'name': 'overtime', 'weight': 0.5}
    >>> Handling().model_dump()
    {'term': 'handling', 'weight': 1.0}
    """

    term: str
    """The word that names it in JSON."""
    name: Id
    """What its amounts are reported under; two of one kind need two names."""
    weight: Money = 1.0
    """Multiplies every amount."""

    covered_by: ClassVar[Cover] = Cover.NOTHING
    """What a quote replaces of it."""
    is_cash: ClassVar[bool] = True
    """Whether somebody is paid its amounts; otherwise they weigh a choice."""
    depends_on: ClassVar[frozenset[Fact]] = frozenset()
    """What its amounts depend on beside node, distance and contents."""
    falls_with_stock: ClassVar[bool] = False
    """Whether a unit costs no more where there is more."""
    never_pays: ClassVar[bool] = True
    """Whether no amount of it is below zero."""
    looks_ahead: ClassVar[bool] = False
    """Whether it prices units by what orders still to come would pay for them."""

    allows_late: ClassVar[bool] = False
    """Whether it prices what is delivered after ``need_by``, which then is allowed."""
    needs_arrival: ClassVar[bool] = False
    """Whether it cannot price a shipment that promises no date."""

    rises_with_time: ClassVar[bool] = False
    """Whether the same shipment never costs less where it comes later."""
    is_of_source: ClassVar[bool] = False
    """Whether it charges for what a node gives, and not for what goes through it."""

    @property
    def is_idle(self) -> bool:
        """Whether it charges nothing at all, and need not be asked."""
        return self.weight == 0

    @property
    def is_quotable(self) -> bool:
        """Whether a quote replaces what it charges, or some of it."""
        return self.covered_by is not Cover.NOTHING

    @model_serializer(mode="wrap")
    def _leave_out_usual_name(
        self, write: SerializerFunctionWrapHandler
    ) -> dict[str, Any]:
        made: dict[str, Any] = write(self)
        if made.get("name") == made.get("term"):
            made.pop("name", None)
        return made
