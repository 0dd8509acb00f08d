"""What a cost term is: it says so itself, and nobody keeps a list of terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from domroute.costs.dayprice import DayPrice
from domroute.errors import InputError, Issue
from domroute.wording import shorten

Word = TypeVar("Word", bound=StrEnum)


class Cover(StrEnum):
    """
    What a quote for a shipment or its units replaces of a term.

    ``nothing``: the term stands beside quotes. ``whole``: a quote for the shipment
    replaces all of it; lines whose units are quoted are not shown to it. ``parts``: a
    quote for the shipment replaces what it charges once per shipment, one for units
    what it charges per line and unit; its ``amount`` looks at ``shipment_quoted`` and
    ``unquoted`` to tell them apart.
    """

    NOTHING = "nothing"
    WHOLE = "whole"
    PARTS = "parts"


class Fact(StrEnum):
    """
    What an amount may depend on beside node, distance and contents of the shipment.

    ``service``: by which it goes; such a term says what it charges by each.
    ``parcels``: how it is packed. ``stock``: what is there when it is decided.
    ``date``: when the order was placed. ``arrival``: when the shipment is delivered.
    """

    SERVICE = "service"
    PARCELS = "parcels"
    STOCK = "stock"
    DATE = "date"
    ARRIVAL = "arrival"


@dataclass(frozen=True, slots=True)
class Nature:
    """
    What a term declares of itself.

    Attributes
    ----------
    covered_by
        What quotes replace of it.
    is_cash
        Whether somebody is paid its amounts; otherwise they weigh a choice.
    depends_on
        The facts that its amounts depend on; None where it does not say, so that
        anything may be.
    falls_with_stock
        Whether its amounts are never below zero, and never more where more is in stock.
    never_pays
        Whether its amounts are never below zero; so of all that fall with stock.
    is_idle
        Whether it charges nothing at all: it is not asked.
    allows_late
        Whether it prices what is delivered after ``need_by``, which then is allowed.
    needs_arrival
        Whether it cannot price a shipment that promises no date.
    rises_with_time
        Whether its amounts are never less where the same shipment comes later; so of
        all that do not depend on the arrival.
    day_price
        What it charges for the work on a node's day; None where days cost nothing.
    looks_ahead
        Whether it prices units by what orders still to come would pay for them: it is
        left out where that is found anew.
    is_of_source
        Whether it charges for what a node gives, and not for what goes through it; so
        of all that say that they look at stock.
    """

    covered_by: Cover
    is_cash: bool
    depends_on: frozenset[Fact] | None
    falls_with_stock: bool = False
    never_pays: bool = False
    looks_ahead: bool = False
    is_idle: bool = False
    allows_late: bool = False
    needs_arrival: bool = False
    rises_with_time: bool = False
    day_price: DayPrice | None = None
    is_of_source: bool = False

    def says(self, fact: Fact) -> bool:
        """Tell whether it says that its amounts depend on a fact."""
        return self.depends_on is not None and fact in self.depends_on

    def may_depend_on(self, fact: Fact) -> bool:
        """Tell whether its amounts depend on a fact, for all that it says."""
        return self.depends_on is None or fact in self.depends_on

    @property
    def may_fall_with_time(self) -> bool:
        """Whether its amounts may be less where the same shipment comes later."""
        return self.may_depend_on(Fact.ARRIVAL) and not self.rises_with_time

    @property
    def may_rise_with_stock(self) -> bool:
        """Whether its amounts may be more where more is in stock, or below zero."""
        return self.may_depend_on(Fact.STOCK) and not self.falls_with_stock


CARRIED: Final = frozenset({Fact.SERVICE, Fact.PARCELS})
"""What the price of carriage depends on."""


def nature_of(term: object) -> Nature:
    """
    Ask a term what it is.

    A term declares itself by the attributes ``covered_by``, ``is_cash``,
    ``depends_on``, ``falls_with_stock``, ``never_pays``, ``looks_ahead``,
    ``is_idle``, ``allows_late``, ``needs_arrival``, ``rises_with_time``,
    ``is_of_source`` and ``day_price``. What it does not say is taken so that nothing
    depends on it: a term that is quotable is replaced whole, is paid in cash and may
    depend on anything. One with a ``day_price`` says in ``day_amount`` the same in
    plain Python, for the judge.

    Raises
    ------
    InputError
        If it says of itself what no term can be.

    Examples
    --------
    >>> from domroute.costs import Handling
    >>> nature_of(Handling()).covered_by
    <Cover.PARTS: 'parts'>
    >>> class Gift:
    ...     name, is_quotable = "gift", False
    >>> nature_of(Gift())
    Nature(covered_by=<Cover.NOTHING: 'nothing'>, is_cash=True, depends_on=None,
        falls_with_stock=False, never_pays=False, looks_ahead=False, is_idle=False,
        allows_late=False, needs_arrival=False, rises_with_time=False, day_price=None,
        is_of_source=False)
    """
    cover: object = getattr(term, "covered_by", None)
    if cover is None:
        is_quotable = bool(getattr(term, "is_quotable", False))
        cover = Cover.WHOLE if is_quotable else Cover.NOTHING
    facts: object = getattr(term, "depends_on", None)
    if facts is not None and not isinstance(facts, (frozenset, set, tuple, list)):
        facts = (facts,)
    name = getattr(term, "name", type(term).__name__)
    depends = None
    if facts is not None:
        depends = frozenset(
            _read(Fact, fact, f"term {name!r} depends_on") for fact in facts
        )
    falls = bool(getattr(term, "falls_with_stock", False))
    return Nature(
        covered_by=_read(Cover, cover, f"term {name!r} covered_by"),
        is_cash=bool(getattr(term, "is_cash", True)),
        depends_on=depends,
        falls_with_stock=falls,
        never_pays=falls or bool(getattr(term, "never_pays", False)),
        looks_ahead=bool(getattr(term, "looks_ahead", False)),
        is_idle=bool(getattr(term, "is_idle", False)),
        allows_late=bool(getattr(term, "allows_late", False)),
        needs_arrival=bool(getattr(term, "needs_arrival", False)),
        rises_with_time=bool(getattr(term, "rises_with_time", False)),
        day_price=_day_price(term, name),
        is_of_source=bool(getattr(term, "is_of_source", False))
        or (depends is not None and Fact.STOCK in depends),
    )


def day_prices_of(terms: Iterable[object]) -> tuple[tuple[str, DayPrice], ...]:
    """List what terms that are asked charge for days, by their names."""
    found = []
    for term in terms:
        nature = nature_of(term)
        if nature.day_price is not None and not nature.is_idle:
            found.append((str(getattr(term, "name", "")), nature.day_price))
    return tuple(found)


def _day_price(term: object, name: object) -> DayPrice | None:
    """Read what a term charges for days, which it says in two ways."""
    found: object = getattr(term, "day_price", None)
    if found is None:
        return None
    if isinstance(found, DayPrice) and callable(getattr(term, "day_amount", None)):
        return found
    text = f"day_price is {shorten(found)}, should be a DayPrice beside a day_amount()"
    raise InputError([Issue("wrong_type", f"term {name!r}", text)])


def _read(words: type[Word], value: object, where: str) -> Word:
    try:
        return words(str(value))
    except ValueError:
        text = f"{shorten(value)} should be one of {', '.join(words)}"
        raise InputError([Issue("unknown_value", where, text)]) from None
