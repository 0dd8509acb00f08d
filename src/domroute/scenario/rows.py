"""Rows of tables whose nouns stand elsewhere in another form, or nowhere."""

from __future__ import annotations

from domroute.ledger.stock import Inbound
from domroute.orders import Line
from domroute.units import Count, LineId, Moment, Money, NodeId, OrderId, ServiceId, Sku
from domroute.validation import Frozen


class _OfStock(Frozen):
    """What says in which row of stock a row stands."""

    node: NodeId
    """Where; must have a stock row of the SKU."""
    sku: Sku
    """What."""


class InboundRow(Inbound, _OfStock):
    """Units of one SKU that arrive later at one node."""


class _OfOrder(Frozen):
    """What says in which order a row stands."""

    order: OrderId
    """The order it belongs to."""


class LineRow(Line, _OfOrder):
    """One line of an order."""


class ShipmentQuote(Frozen):
    """Cost once per shipment of an order from a node, by one service or by any."""

    order: OrderId
    """Which order."""
    node: NodeId
    """From which node."""
    service: ServiceId | None = None
    """By which service; any when absent."""
    cost: Money
    """Cost once per shipment."""


class UnitQuote(Frozen):
    """Cost of each unit of a line from a node."""

    order: OrderId
    """Which order."""
    line: LineId
    """Which of its lines."""
    node: NodeId
    """From which node."""
    cost: Money
    """Cost per unit."""


class WorkloadQuote(Frozen):
    """Capacity that each unit of a line uses at a node."""

    order: OrderId
    """Which order."""
    line: LineId
    """Which of its lines."""
    node: NodeId
    """From which node."""
    workload: Money
    """Capacity used per unit."""


class Closure(Frozen):
    """A node that was closed for a time, or for good."""

    node: NodeId
    """Which node."""
    closed_at: Moment
    """When it stopped filling."""
    reopened_at: Moment | None = None
    """When it filled again; never when absent."""


class DecisionRow(Frozen):
    """Units of one line that one node filled."""

    order: OrderId
    """Which order."""
    line: LineId
    """Which of its lines."""
    node: NodeId
    """The node that filled it."""
    quantity: Count
    """Whole units from there."""
