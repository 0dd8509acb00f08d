"""Where a replay stands: plain data, so that it can be put away and taken up again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domroute.costs import StockValue
from domroute.orders import Order
from domroute.plan import Costs, Shipment, Unfilled
from domroute.result import RoutingResult


class Stage(StrEnum):
    """How far a shipment has come, or why it never left."""

    PICKING = "picking"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    CANCELED = "canceled"

    @property
    def counts(self) -> bool:
        """Whether its units fill the order, and its cost is paid."""
        return self not in (Stage.REJECTED, Stage.CANCELED)


@dataclass(slots=True)
class Moving:
    """
    A shipment and how far it has come.

    Attributes
    ----------
    id
        Its own among all shipments.
    number
        Of its reservation in the ledger.
    attempt
        Which routing of the order it comes from: 1, 2 and so on.
    period
        The capacity period in which it was reserved.
    asked_at
        When it was asked for: its dates are counted from there.
    causes
        By line, why it was asked for again; nothing where it is as first routed.
    """

    id: str
    number: int
    attempt: int
    shipment: Shipment
    routed_at: datetime
    period: int
    stage: Stage = Stage.PICKING
    left_at: datetime | None = None
    delivered_at: datetime | None = None
    asked_at: datetime | None = None
    causes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Vow:
    """
    What was promised of a line when its order was first routed.

    Attributes
    ----------
    units
        How many.
    on, by
        The date and the moment by which the last of them comes; None if some come at
        no promised date.
    """

    units: int
    on: date | None
    by: datetime | None


@dataclass(slots=True)
class Handed:
    """Units of a line in the customer's hands, and the node that they came from."""

    node: str
    sku: str
    units: int


@dataclass(slots=True)
class Story:
    """
    What has become of an order.

    Attributes
    ----------
    moving
        Its shipments, as positions in the list of all of them.
    refusals
        The nodes that have refused each line.
    handed
        By line, what the customer has; what comes back is taken off.
    delivered
        By line, units ever delivered.
    vows
        By line, what was promised at first; nothing where the network has no dates.
    causes
        By line, why units of it were last asked for again.
    canceled_of
        By line, units canceled.
    digital
        Units delivered that come from no node.
    """

    routed_at: datetime | None = None
    attempts: int = 0
    canceled: int = 0
    moving: list[int] = field(default_factory=list)
    unfilled: list[Unfilled] = field(default_factory=list)
    order_costs: list[Costs] = field(default_factory=list)
    refusals: dict[str, list[str]] = field(default_factory=dict)
    handed: dict[str, list[Handed]] = field(default_factory=dict)
    delivered: dict[str, int] = field(default_factory=dict)
    vows: dict[str, Vow] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    canceled_of: dict[str, int] = field(default_factory=dict)
    digital: int = 0


@dataclass(slots=True)
class Back:
    """
    Units that come back.

    Attributes
    ----------
    at
        When they arrive; None while they are under way.
    """

    order: str
    line: str
    sku: str
    units: int
    node: str
    way: str
    to_stock: bool
    at: datetime | None = None


@dataclass(slots=True)
class Flow:
    """Units by SKU that have ever been received, and where they are now."""

    received: dict[str, float] = field(default_factory=dict)
    in_transit: dict[str, float] = field(default_factory=dict)
    delivered: dict[str, float] = field(default_factory=dict)
    returned: dict[str, float] = field(default_factory=dict)
    in_inspection: dict[str, float] = field(default_factory=dict)
    lost: dict[str, float] = field(default_factory=dict)

    def count(self, account: str, sku: str, units: float) -> None:
        """Count units on an account."""
        book: dict[str, float] = getattr(self, account)
        book[sku] = book.get(sku, 0.0) + units

    def imbalance(self, on_hand: dict[str, float]) -> dict[str, float]:
        """
        Find the SKUs of which units have appeared or vanished, and how many.

        On hand + in transit + (delivered - returned) + in inspection + lost is what was
        ever received, the opening stock included.
        """
        wrong: dict[str, float] = {}
        for sku, received in self.received.items():
            there = on_hand.get(sku, 0.0) + sum(
                book.get(sku, 0.0)
                for book in (
                    self.in_transit,
                    self.delivered,
                    self.in_inspection,
                    self.lost,
                )
            )
            off = there - self.returned.get(sku, 0.0) - received
            if abs(off) > 1e-6:  # noqa: PLR2004 - fractions on hand are floats
                wrong[sku] = off
        return wrong


Task = tuple[datetime, int, int, int]
"""When, what (see ``agenda``), a running number, and a position in a list."""


@dataclass(slots=True)
class State:
    """
    Everything that changes in a replay, but for the ledger.

    Attributes
    ----------
    position
        How many events have happened.
    agenda
        What is due later, as a heap.
    held
        Orders that wait for the next wave, by id.
    picking
        Shipments that have not left, as positions in ``moving``.
    decisions
        When, orders, seconds, whether a wave, highest attempt.
    decided, valued
        What the router said of orders and of stock, in the order in which it was asked.
    rejections
        When, order, node, units, whether lost, and the cause.
    ignored
        When, what, order, and why nothing came of it.
    stock
        Units on hand at each node at the end of each day.
    """

    now: datetime
    start: datetime
    position: int = 0
    number: int = 0
    period: int = 0
    busy: int = 0
    agenda: list[Task] = field(default_factory=list)
    held: dict[str, Order] = field(default_factory=dict)
    is_wave_due: bool = False
    wave_at: datetime | None = None
    """When the next wave by departure is; None while none is held."""
    closed: list[str] = field(default_factory=list)
    moving: list[Moving] = field(default_factory=list)
    picking: dict[int, None] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    returns: list[Back] = field(default_factory=list)
    decisions: list[tuple[datetime, int, float, bool, int]] = field(
        default_factory=list
    )
    decided: list[RoutingResult] = field(default_factory=list)
    valued: list[StockValue] = field(default_factory=list)
    rejections: list[tuple[datetime, str, str, int, bool, str]] = field(
        default_factory=list
    )
    ignored: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    stock: list[tuple[datetime, dict[str, float]]] = field(default_factory=list)
    flow: Flow = field(default_factory=Flow)
    valuing_s: float = 0.0
    """Seconds spent on prices ahead of demand."""
    values: StockValue | None = None
    """Prices ahead of demand in force; None without any."""
