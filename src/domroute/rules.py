"""What a plan may not do, or does only at a stated price."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal, Protocol, Self, runtime_checkable

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domroute.network import Item, Node
from domroute.orders import Delivery, Order
from domroute.reasons import Reason
from domroute.services import Service
from domroute.units import Flag, Id, Kilometers, Money, Number, Units
from domroute.validation import Frozen
from domroute.words import Method

DISTANCE_SLACK_KM = 1e-6
"""A millimeter: distances this close to a limit are within it."""


class NodeFilter(Frozen):
    """
    Nodes by id, kind, group or tag: those that match every field that is given.

    Examples
    --------
    >>> NodeFilter(kinds=["store"]).matches(
    ...     Node(id="N1", kind="dc", location={"lat": 40.7, "lon": -74.0})
    ... )
    False
    """

    ids: tuple[Id, ...] = ()
    kinds: tuple[Id, ...] = ()
    groups: tuple[Id, ...] = ()
    tags: tuple[Id, ...] = ()

    def matches(self, node: Node) -> bool:
        """Tell whether a node matches; an empty filter matches every node."""
        return (
            (not self.ids or node.id in self.ids)
            and (not self.kinds or node.kind in self.kinds)
            and (not self.groups or not set(self.groups).isdisjoint(node.groups))
            and (not self.tags or not set(self.tags).isdisjoint(node.tags))
        )


class OrderFilter(Frozen):
    """Orders by channel, tier, tag or method: those that match every given field."""

    channels: tuple[Id, ...] = ()
    tiers: tuple[Id, ...] = ()
    tags: tuple[Id, ...] = ()
    methods: tuple[Method, ...] = ()

    def matches(self, order: Order, delivery: Delivery) -> bool:
        """Tell whether a delivery of an order matches; empty matches everything."""
        return (
            (not self.channels or order.channel in self.channels)
            and (not self.tiers or order.tier in self.tiers)
            and (not self.tags or not set(self.tags).isdisjoint(order.tags))
            and (not self.methods or delivery.method in self.methods)
        )


@runtime_checkable
class Rule(Protocol):
    """
    Whether a node may fill an item of an order.

    Any object with these members is a rule, yours included. ``price`` None makes it
    hard; a number makes it soft: a shipment from a node that breaks it costs that much
    more, under the term ``rule:<name>``.
    """

    @property
    def name(self) -> str:
        """A short name, unique within a policy."""

    @property
    def price(self) -> float | None:
        """The price of a shipment that breaks the rule; None forbids it."""

    @property
    def reason(self) -> Reason:
        """The reason given for a node that the rule excludes."""

    def applies(self, order: Order, delivery: Delivery) -> bool:
        """Tell whether the rule concerns this delivery of this order."""

    def permits(self, node: Node, item: Item, distance_km: float) -> bool:
        """Tell whether the node may fill the item at this distance."""


class _PolicyRule(Frozen):
    by_node: ClassVar[bool] = False
    """Whether it looks at the node alone: then it is asked once of each."""

    price: Money | None = None
    """Price of a shipment that breaks the rule; None makes it hard."""
    orders: OrderFilter = OrderFilter()
    """The orders the rule concerns."""

    def applies(self, order: Order, delivery: Delivery) -> bool:
        """Tell whether the rule concerns this delivery of this order."""
        return self.orders.matches(order, delivery)


class EligibleNodes(_PolicyRule):
    """Only nodes that match may fill."""

    by_node: ClassVar[bool] = True

    rule: Literal["eligible_nodes"] = "eligible_nodes"
    name: Id = "eligible_nodes"
    nodes: NodeFilter

    @property
    def reason(self) -> Reason:
        """The reason given for a node that the rule excludes."""
        return Reason.NOT_ELIGIBLE

    def permits(self, node: Node, item: Item, distance_km: float) -> bool:
        """Tell whether the node matches."""
        return self.nodes.matches(node)


class ExcludedNodes(_PolicyRule):
    """Nodes that match may not fill."""

    by_node: ClassVar[bool] = True

    rule: Literal["excluded_nodes"] = "excluded_nodes"
    name: Id = "excluded_nodes"
    nodes: NodeFilter

    @property
    def reason(self) -> Reason:
        """The reason given for a node that the rule excludes."""
        return Reason.NOT_ELIGIBLE

    def permits(self, node: Node, item: Item, distance_km: float) -> bool:
        """Tell whether the node does not match."""
        return not self.nodes.matches(node)

    @model_validator(mode="after")
    def _check_filter(self) -> Self:
        if self.nodes == NodeFilter():
            message = "an empty filter would exclude every node"
            raise ValueError(message)
        return self


class MaxDistance(_PolicyRule):
    """Nodes that match ship no farther than this; collected deliveries are exempt."""

    rule: Literal["max_distance"] = "max_distance"
    name: Id = "max_distance"
    km: Kilometers
    nodes: NodeFilter = NodeFilter()

    @property
    def reason(self) -> Reason:
        """The reason given for a node that the rule excludes."""
        return Reason.TOO_FAR

    def applies(self, order: Order, delivery: Delivery) -> bool:
        """Tell whether the rule concerns this delivery of this order."""
        return not delivery.method.is_collected and super().applies(order, delivery)

    def reach_km(self, node: Node) -> float:
        """Return how far a node may ship (kilometers)."""
        return self.km if self.nodes.matches(node) else math.inf

    def permits(self, node: Node, item: Item, distance_km: float) -> bool:
        """Tell whether the node is near enough."""
        return distance_km <= self.reach_km(node) + DISTANCE_SLACK_KM


class RequireTag(_PolicyRule):
    """
    Items with a tag are filled only by nodes, or go only by services, with the same.

    What goes by no service, such as what customers collect, needs none with the tag.

    Examples
    --------
    >>> cold = RequireTag(tag="cold", of=["nodes", "services"])
    >>> cold.of
    ('nodes', 'services')
    """

    rule: Literal["require_tag"] = "require_tag"
    name: Id = "require_tag"
    tag: Id
    of: tuple[Literal["nodes", "services"], ...] = ("nodes",)
    """Who must have it: nodes, services (and lanes), or both."""

    @property
    def reason(self) -> Reason:
        """The reason given for a node that the rule excludes."""
        return Reason.MISSING_CAPABILITY

    def permits(self, node: Node, item: Item, distance_km: float) -> bool:
        """Tell whether the node has the tag, if it must, and the item needs it."""
        return (
            "nodes" not in self.of or self.tag not in item.tags or self.tag in node.tags
        )

    @property
    def by_service(self) -> bool:
        """Whether it looks at services: then ``lets_carry`` is asked of each."""
        return "services" in self.of

    def lets_carry(self, service: Service, item: Item) -> bool:
        """Tell whether a service has the tag, if it must, and the item needs it."""
        return (
            "services" not in self.of
            or self.tag not in item.tags
            or self.tag in service.tags
        )

    @field_validator("of")
    @classmethod
    def _check_of(cls, of: tuple[str, ...]) -> tuple[str, ...]:
        if not of or len(set(of)) < len(of):
            text = "should be nodes, services or both, each once"
            raise PydanticCustomError("require_tag_of", text)
        return of

    @model_serializer(mode="wrap")
    def _write_of(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out whom it usually asks: a rule from before is the same."""
        written: dict[str, Any] = write(self)
        if self.of == ("nodes",):
            written.pop("of", None)
        return written


class MinAccuracy(_PolicyRule):
    """
    Only nodes whose stock records are as accurate as that may fill.

    Examples
    --------
    >>> store = Node(id="S7", location={"lat": 40.7, "lon": -74.0}, accuracy=0.93)
    >>> MinAccuracy(least=0.95).permits(store, Item(sku="A"), 0.0)
    False
    """

    by_node: ClassVar[bool] = True

    rule: Literal["min_accuracy"] = "min_accuracy"
    name: Id = "min_accuracy"
    least: Annotated[Number, Field(ge=0, le=1)]
    """The least ``Node.accuracy``."""

    @property
    def reason(self) -> Reason:
        """The reason given for a node that the rule excludes."""
        return Reason.NOT_ELIGIBLE

    def permits(self, node: Node, item: Item, distance_km: float) -> bool:
        """Tell whether the node is accurate enough."""
        return node.accuracy >= self.least


class NeedBy(Frozen):
    """
    What is delivered after ``need_by`` is no plan, whatever a term would charge for it.

    Without a term :class:`~domroute.costs.lateness.Lateness` it is so for all orders;
    this rule says for which it stays so beside one.

    Examples
    --------
    >>> NeedBy(orders={"tiers": ["gold"]}).reason
    <Reason.TOO_LATE: 'too_late'>
    """

    rule: Literal["need_by"] = "need_by"
    name: Id = "need_by"
    orders: OrderFilter = OrderFilter()
    """The orders the rule concerns."""

    @property
    def price(self) -> float | None:
        """None: it is never broken."""
        return None

    @property
    def reason(self) -> Reason:
        """The reason given for what comes too late."""
        return Reason.TOO_LATE

    def applies(self, order: Order, delivery: Delivery) -> bool:
        """Tell whether the rule concerns this delivery of this order."""
        return self.orders.matches(order, delivery)

    def permits(self, node: Node, item: Item, distance_km: float) -> bool:
        """Let every node: what is late is a matter of offers, not of nodes."""
        return True


def _refuse_methods(orders: OrderFilter) -> OrderFilter:
    if orders.methods:
        message = "this rule concerns whole orders: filter by channel, tier or tag"
        raise ValueError(message)
    return orders


WholeOrders = Annotated[OrderFilter, AfterValidator(_refuse_methods)]


class NodePriority(Frozen):
    """
    Prefer nodes with a lower ``priority``.

    Soft (a price): a shipment costs ``price`` for each step of priority above the best
    in the network. Hard (no price): a ladder; nodes of a worse priority are left out
    whenever nodes of better priorities together can fill as many of the ordered units,
    within every hard rule and limit, whatever it costs.

    With ``drain``, each rung gives all that it can before the next gives any: first as
    many units as can be are filled, then as many of them as can be from the nodes of
    the best priority, then from those of the next, and so on; cost decides last.

    Examples
    --------
    >>> NodePriority(drain=True).price is None
    True
    """

    rule: Literal["node_priority"] = "node_priority"
    name: Id = "node_priority"
    price: Money | None = None
    drain: Flag = False
    """Whether rungs are drained one after another: only of a ladder, without price."""
    orders: WholeOrders = OrderFilter()

    @model_validator(mode="after")
    def _check_drain(self) -> Self:
        if self.drain and self.price is not None:
            message = "a priority that drains is a ladder, and has no price"
            raise ValueError(message)
        return self


class SafetyStock(Frozen):
    """
    Keep units back at nodes that match, beyond what each stock row already keeps.

    Soft (a price): units of the last ``units`` may be taken at ``price`` each.
    """

    rule: Literal["safety_stock"] = "safety_stock"
    name: Id = "safety_stock"
    units: Units
    price: Money | None = None
    nodes: NodeFilter = NodeFilter()
    orders: WholeOrders = OrderFilter()


BuiltInRule = Annotated[
    EligibleNodes
    | ExcludedNodes
    | MaxDistance
    | RequireTag
    | MinAccuracy
    | NeedBy
    | NodePriority
    | SafetyStock,
    Field(discriminator="rule"),
]
