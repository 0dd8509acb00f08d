"""The protocol of cost terms, and the arrays that pass through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from domroute.ledger import Snapshot
from domroute.network import Item, Network, Node, Service
from domroute.orders import Delivery, Line, Order
from domroute.problem import NetworkArrays
from domroute.units import BoolArray, FloatArray, IntArray


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


@dataclass(frozen=True, slots=True, eq=False)
class Tariff:
    """
    A price per parcel, stepwise in weight and volume.

    A shipment takes as few parcels of the last step as leave a rest that fits one step.

    Attributes
    ----------
    caps_kg, caps_cm3
        What a parcel of each step may hold at most, with the slack that sums of floats
        need; increasing; shape ``(T,)``.
    parcel_kg, parcel_cm3
        What a full parcel takes, where one is not enough.
    rates
        Price of a parcel by zone and step; not below zero, and never falling with the
        step; shape ``(Z, T)``.
    zone
        Zone of each offer; shape ``(M,)``.
    """

    caps_kg: FloatArray
    caps_cm3: FloatArray
    parcel_kg: float
    parcel_cm3: float
    rates: FloatArray
    zone: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class ByZone:
    """
    Cards of services whose zones are numbered alike.

    Attributes
    ----------
    first
        The row of the first zone of each service; shape ``(S,)``.
    start, rise
        A line below what parcels by two of the services cost together in each zone:
        where it starts, and what it rises by for a kilogram; shape ``(Y,)``, of the
        zones that all services have.
    """

    first: IntArray
    start: FloatArray
    rise: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Cards:
    """
    Tariffs of several services, one under the other, and a row of zeros under all.

    Attributes
    ----------
    tariffs
        One for each card; their zones are not looked at.
    rates
        The rates of all, zone under zone; the last stands where a card has fewer steps
        than another; shape ``(Z, T)``.
    card
        Which tariff each row of ``rates`` is of; -1 for the last; shape ``(Z,)``.
    row
        The row that each offer is charged by; shape ``(M,)``.
    start, rise
        A line below the steps of each row: where it starts, and what it rises by for a
        kilogram; shape ``(Z,)``.
    by_zone
        Where an offer's row is the first of its service and its zone beyond: what the
        services have in common zone by zone; None where rows are others.
    """

    tariffs: tuple[Tariff, ...]
    rates: FloatArray
    card: IntArray
    row: IntArray
    start: FloatArray
    rise: FloatArray
    by_zone: ByZone | None = None


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
        What is charged besides by service, for every service that the term prices. A
        shipment takes the one that is cheapest over all terms, of those that serve it
        and no term keeps from node or line. Not looked at where customers collect, or a
        quote for a shipment covers every service.
    cards
        The tariffs of services: a price by weight and volume, on top of the rest.
    """

    per_shipment: FloatArray | None = None
    per_line: FloatArray | None = None
    per_unit: FloatArray | None = None
    curve: Callable[[FloatArray], FloatArray] | None = None
    carriers: tuple[Carrier, ...] | None = field(default=None)
    cards: Cards | None = None


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
