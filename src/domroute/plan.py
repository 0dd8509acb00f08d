"""What to do: shipments and what stays unfilled, frozen and equal by value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domroute.reasons import Reason
from domroute.words import Method, Supply


@dataclass(frozen=True, slots=True)
class Costs:
    """
    Amounts by term, in a stated order; equal by value and hashable.

    Examples
    --------
    >>> costs = Costs.of({"shipping": 7.5, "handling": 2.0})
    >>> costs["shipping"], costs.total
    (7.5, 9.5)
    """

    amounts: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, amounts: Mapping[str, float]) -> Costs:
        """Keep the amounts that are not zero, in alphabetical order of the terms."""
        return cls(tuple(sorted((k, v) for k, v in amounts.items() if v != 0.0)))

    @classmethod
    def sum_of(cls, parts: Iterable[Costs]) -> Costs:
        """Add amounts term by term; the order of the parts does not matter."""
        gathered: dict[str, list[float]] = {}
        for part in parts:
            for term, amount in part.amounts:
                gathered.setdefault(term, []).append(amount)
        return cls.of({term: math.fsum(many) for term, many in gathered.items()})

    @property
    def total(self) -> float:
        """The sum over all terms."""
        return math.fsum(amount for _, amount in self.amounts)

    def __getitem__(self, term: str) -> float:
        return dict(self.amounts).get(term, 0.0)

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return iter(self.amounts)

    def to_dict(self) -> dict[str, float]:
        """Return the amounts as a dictionary."""
        return dict(self.amounts)


@dataclass(frozen=True, slots=True)
class Content:
    """Units of one line in a shipment."""

    line_id: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Shipment:
    """
    Units of one order that leave one node together by one service.

    ``cost`` is the sum of ``costs``. ``service`` is None for collected deliveries,
    where a quote covers the shipment whatever it goes by, and where the network has no
    services and no term says that it depends on them. ``workload`` is what it takes of
    the node's capacity when that is measured in workload.

    Where the network says when it works, a shipment has its dates: when it is ready,
    when it is handed over (None where it is collected), the date on which it is
    delivered, or may be collected, and the moment by which (None where the service
    promises none); and the last moment at which an order is still handed over then.
    Moments are in UTC, dates those at the destination. ``supply`` says whether it waits
    for stock still to come, and ``stock_at`` when the last of that may be used; None
    where all is there. ``works_on`` is the working day of the node on which its work
    counts, where the node has a limit for each; None elsewhere.

    A part of a delivery that is put together on its way goes by a lane to the node
    ``merge_at``; its ``delivers_on`` and ``delivers_at`` are those of the whole, and so
    are not when it is at that node. What leaves that node for the customer is a
    shipment like any other: it holds what that node itself gives, which may be nothing,
    and its costs are those of the whole.
    """

    order_id: str
    node_id: str
    method: Method
    contents: tuple[Content, ...]
    costs: Costs = Costs()
    service: str | None = None
    distance_km: float = 0.0
    workload: float = 0.0
    ready_at: datetime | None = None
    ships_at: datetime | None = None
    delivers_on: date | None = None
    delivers_at: datetime | None = None
    valid_until: datetime | None = None
    stock_at: datetime | None = None
    supply: Supply | None = None
    works_on: date | None = None
    merge_at: str | None = None

    @property
    def cost(self) -> float:
        """The cost of this shipment, over all terms."""
        return self.costs.total

    @property
    def units(self) -> int:
        """How many units leave."""
        return sum(content.quantity for content in self.contents)


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Units of one line that the plan leaves, why, and what that costs."""

    order_id: str
    line_id: str
    sku: str
    quantity: int
    reason: Reason
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Digital:
    """
    A digital line: all its units are delivered, from no node, whatever else ships.

    ``delivers_at`` is when, in UTC: once the order is placed and the item is out; None
    where nobody says when the order was placed.
    """

    order_id: str
    line_id: str
    sku: str
    quantity: int
    delivers_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """
    Shipments and what stays unfilled, in a stated order: equal plans compare equal.

    ``order_costs`` are costs of the plan that belong to no one shipment, such as the
    price of a soft rule. ``digital`` has the lines of digital items, by line id.
    """

    shipments: tuple[Shipment, ...] = ()
    unfilled: tuple[Unfilled, ...] = ()
    order_costs: Costs = Costs()
    digital: tuple[Digital, ...] = ()

    @property
    def arriving(self) -> tuple[Shipment, ...]:
        """The shipments that reach the customer: not parts to be put together."""
        return tuple([part for part in self.shipments if part.merge_at is None])

    @property
    def merged_at(self) -> str | None:
        """The node at which it is put together; None where it is not."""
        nodes = (part.merge_at for part in self.shipments)
        return next((node for node in nodes if node is not None), None)

    @property
    def split_count(self) -> int:
        """Shipments that reach the customer, beyond the first."""
        return max(0, len(self.arriving) - 1)

    @property
    def node_ids(self) -> tuple[str, ...]:
        """The nodes that ship, each once, in alphabetical order."""
        return tuple(sorted({shipment.node_id for shipment in self.shipments}))

    @property
    def costs(self) -> Costs:
        """The costs of the whole plan by term, unfilled penalties included."""
        parts = [*(shipment.costs for shipment in self.shipments), self.order_costs]
        if self.unfilled:
            missed = math.fsum(part.cost for part in self.unfilled)
            parts.append(Costs.of({"unfilled": missed}))
        return Costs.sum_of(parts)
