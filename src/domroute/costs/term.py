"""The protocol of cost terms, and the arrays that pass through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from domroute.costs.charges.answer import Carrier, Charges
from domroute.costs.charges.tariffs import Tariff
from domroute.ledger import Snapshot
from domroute.network import Item, Network, Node
from domroute.orders import Delivery, Line, Order
from domroute.problem import NetworkArrays
from domroute.services import Service
from domroute.units import BoolArray, FloatArray, IntArray

__all__ = [
    "Carrier",
    "Charges",
    "CostTerm",
    "Pricer",
    "Question",
    "ShipmentFacts",
    "Tariff",
]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """
    What a term is asked to price: the lines of one delivery, over its offers.

    An *offer* is a node and a service by which it may ship: a node stands here once for
    each of its services, service by service. Terms that do not depend on the service
    price nodes, and need not know.

    Attributes
    ----------
    nodes
        Positions in ``arrays``; shape ``(M,)``.
    distance_km
        To the customer; shape ``(M,)``.
    quantity, weight_kg, volume_cm3, unit_price
        Of each line, or of a unit of it; shape ``(L,)``.
    available
        Whole units available of each line's SKU; shape ``(L, M)``.
    services
        All there are, sorted by id.
    service
        The position in ``services`` of each offer's; -1 where it goes by none, as where
        customers collect; shape ``(M,)``.
    zone
        The zone of each offer by its service's rule, from zero; shape ``(M,)``.
    days_late
        How many days after ``need_by`` each offer is delivered, 0 where it is in time;
        None where nothing says when; shape ``(M,)``.
    days_until
        How many days after the order each offer is delivered, by the dates at the
        destination; None likewise; shape ``(M,)``.
    waits
        Which offers wait for stock still to come; None where none does; shape ``(M,)``.
    """

    order: Order
    delivery: Delivery
    postal_code: str | None
    lines: tuple[Line, ...]
    items: tuple[Item, ...]
    arrays: NetworkArrays
    inventory: Snapshot
    nodes: IntArray
    distance_km: FloatArray
    quantity: IntArray
    weight_kg: FloatArray
    volume_cm3: FloatArray
    unit_price: FloatArray
    available: IntArray
    services: tuple[Service, ...]
    service: IntArray
    zone: IntArray
    days_late: IntArray | None = None
    days_until: IntArray | None = None
    waits: BoolArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ShipmentFacts:
    """
    What the judge knows of one shipment when it asks a term for its amount.

    Two say what quotes have replaced; only the terms of this package look at
    them. A quotable term of your own need not: it is not asked about a shipment that
    has a quote, and is shown only the contents without one.

    Attributes
    ----------
    contents
        Line, item and units of each line in the shipment.
    is_collected
        Whether the customer comes for it.
    shipment_quoted
        Whether a quote replaces what is charged once per shipment.
    quoted_lines
        Ids of the lines whose quotes replace what is charged per line and per unit.
    days_late
        How many days after ``need_by`` it is delivered; 0 where it is in time, or
        nothing says when.
    days_until
        How many days after the order it is delivered, by the dates at the destination;
        0 where nothing says when.
    waits
        Whether it waits for stock still to come.
    apart
        The pairs of tags whose items never share a parcel: with items that ship alone,
        they make one shipment several parcels. A term that prices parcels prices each:
        see :func:`~domroute.costs.parting.sum_of_parcels`.
    """

    order: Order
    delivery: Delivery
    node: Node
    service: str | None
    contents: tuple[tuple[Line, Item, int], ...]
    distance_km: float
    postal_code: str | None
    network: Network
    inventory: Snapshot
    shipment_quoted: bool = False
    quoted_lines: frozenset[str] = frozenset()
    is_collected: bool = False
    days_late: int = 0
    days_until: int = 0
    waits: bool = False
    apart: tuple[tuple[str, str], ...] = ()

    @property
    def unquoted(self) -> tuple[tuple[Line, Item, int], ...]:
        """The contents whose units no quote covers."""
        if not self.quoted_lines:
            return self.contents
        return tuple(
            part for part in self.contents if part[0].id not in self.quoted_lines
        )


class Pricer(Protocol):
    """A term made ready for one network."""

    def charges(self, question: Question) -> Charges:
        """Price the lines of one delivery over its offers."""


@runtime_checkable
class CostTerm(Protocol):
    """
    One named component of cost.

    Any object with these members is a term, yours included. A term says its cost
    twice: as arrays for the solver, and in plain Python for the judge that checks every
    plan; a plan on which the two disagree is never returned. What else it may say of
    itself, see :func:`~domroute.costs.nature.nature_of`.
    """

    @property
    def name(self) -> str:
        """The name under which its amounts are reported; unique within a policy."""

    @property
    def is_quotable(self) -> bool:
        """Whether a quote for a shipment or unit replaces what this term charges."""

    def prepare(self, arrays: NetworkArrays) -> Pricer:
        """Make ready for a network: called once per router; may return ``self``."""

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python, as the judge does."""
