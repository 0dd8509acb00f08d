"""What a term answers when it is asked: its charges, as it states them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from domroute.costs.charges.steps import Steps
from domroute.costs.charges.tariffs import Cards, Tariff
from domroute.units import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Carrier:
    """
    What a term charges where a delivery goes by one service.

    Parts left None are no limit, or nothing to pay. Of arrays over all offers, those by
    this service are looked at.

    Attributes
    ----------
    tariff
        A price by weight and volume, on top of the rest.
    serves
        The offers that it makes, of those that the network lets it; shape ``(M,)``.
    carries
        The lines it accepts, of those that the service does; shape ``(L,)``.
    per_shipment
        Once per shipment, everywhere or by offer; a number, or shape ``(M,)``.
    per_unit
        For each unit of a line, everywhere or by offer; shape ``(L,)`` or ``(L, M)``.
    """

    service: str
    tariff: Tariff | None = None
    serves: BoolArray | None = None
    carries: BoolArray | None = None
    per_shipment: float | FloatArray = 0.0
    per_unit: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Charges:
    """
    What a term charges; parts left None are zero.

    Amounts may be below zero, where a term pays for what ships; a curve may not.

    Attributes
    ----------
    per_shipment
        Once for each shipment of an offer; shape ``(M,)``.
    per_line
        Once for each line present in a shipment; shape ``(L, M)``.
    per_unit
        For each unit of a line; shape ``(L, M)``.
    curve
        Any other cost of a shipment, not negative: takes the units of each line in B
        shipments, shape ``(B, L)``, and returns their costs by every offer, ``(B, M)``.
        The exact method takes any such function; the integer program, which it falls
        back to on orders of many units, leaves it out of the bound and says so.
    carriers
        What is charged besides by service, for every service that the term prices;
        several of one service add up. A
        shipment takes the one that is cheapest over all terms, of those that serve it
        and no term keeps from node or line. Not looked at where customers collect, or a
        quote for a shipment covers every service.
    cards
        The tariffs of services: a price by weight and volume, on top of the rest.
    steps
        Prices that rise in steps with a measure, on top of the rest.
    """

    per_shipment: FloatArray | None = None
    per_line: FloatArray | None = None
    per_unit: FloatArray | None = None
    curve: Callable[[FloatArray], FloatArray] | None = None
    carriers: tuple[Carrier, ...] | None = field(default=None)
    cards: Cards | None = None
    steps: tuple[Steps, ...] = ()
