"""Answers of re-routing as a file has them: of one order, and of a backlog."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from domroute.calendars import Date
from domroute.events import Moved
from domroute.files.written import Moment, WrittenContent, WrittenResult
from domroute.orders import Order
from domroute.units import Amount, Count, Id, Number, Units, Whole
from domroute.validation import Frozen
from domroute.words import Method, Status, Supply


class _Kept(Frozen):
    """A shipment that stays as it is."""

    class _Shipment(Frozen):
        """What one node sends, or hands over, together."""

        class _Costs(Frozen):
            """Amounts by term."""

            amounts: tuple[tuple[Id, Amount], ...] = ()

        order_id: Id
        node_id: Id
        method: Method
        contents: tuple[WrittenContent, ...]
        costs: _Costs = _Costs()
        service: Id | None = None
        distance_km: Number = 0.0
        workload: Number = 0.0
        ready_at: Moment | None = None
        ships_at: Moment | None = None
        delivers_on: Date | None = None
        delivers_at: Moment | None = None
        valid_until: Moment | None = None
        stock_at: Moment | None = None
        supply: Supply | None = None
        works_on: Date | None = None
        merge_at: Id | None = None

    shipment: _Shipment
    stage: Literal["accepted", "shipped", "collected"]
    at: Moment
    """Since when it is so far."""


class _Refusal(Frozen):
    """A node that said no to a line."""

    line_id: Id
    node_id: Id
    until: Moment
    """The first moment at which it may be asked again."""
    most: Whole = 0
    """Units that it had to give all the same, where it was short."""


class _Digital(Frozen):
    """A line that comes from no node."""

    order_id: Id
    line_id: Id
    sku: Id
    quantity: Count
    delivers_at: Moment | None = None


Stands = Literal["open", "done", "canceled", "unfilled", "attempts_exhausted"]


class WrittenState(Frozen):
    """What is known of an order beside its plan."""

    format: Literal["domroute.order_state/1"]
    order: Order
    kept: tuple[_Kept, ...] = ()
    canceled: tuple[tuple[Id, Count], ...] = ()
    """Units that are no longer wanted, by line."""
    refusals: tuple[_Refusal, ...] = ()
    attempts: tuple[tuple[Id, Count], ...] = ()
    """How often each line was refused."""
    closed: tuple[Id, ...] = ()
    """Nodes that were told to be closed."""
    moved: tuple[Moved, ...] = ()
    """Where the rest goes in place of where the order said, first things first."""
    status: Stands = "open"
    digital: tuple[_Digital, ...] = ()
    """What of it comes from no node: delivered as it was placed."""


class _Brief(Frozen):
    """A shipment to release or to reserve."""

    node_id: Id
    method: Method
    service: Id | None
    contents: tuple[WrittenContent, ...]


class _Placing(Frozen):
    """Units of a line somewhere."""

    node_id: Id
    service: Id | None
    delivers_on: Date | None
    quantity: Count


class _Change(Frozen):
    """A line that is elsewhere than it was."""

    line_id: Id
    before: tuple[_Placing, ...]
    after: tuple[_Placing, ...]


class _Lost(Frozen):
    """Units that were said to be gone."""

    node_id: Id
    sku: Id
    quantity: Count


class _Ignored(BaseModel):
    """An event that nothing came of: its fields, and why."""

    model_config = ConfigDict(extra="allow")
    event: Id
    at: Moment
    because: str


class WrittenRerouted(Frozen):
    """What to do with an order now."""

    format: Literal["domroute.rerouted/1"]
    order_id: Id
    status: Stands
    result: WrittenResult
    """The plan for what is left."""
    freed: tuple[_Brief, ...]
    added: tuple[_Brief, ...]
    changes: tuple[_Change, ...]
    lost: tuple[_Lost, ...]
    ignored: tuple[_Ignored, ...]
    state: WrittenState


class _Tier(Frozen):
    """What was decided for the orders of a tier."""

    name: Id | None
    """Null for all orders of tiers that were not named."""
    orders: Whole
    moved: Whole
    unfilled: Whole
    status: Status
    cost: Number | None
    bound: Number | None
    """What they cost at least while no better tier costs more."""
    gap: Number | None


class WrittenRebalanced(Frozen):
    """What to do with a backlog now; null stands for infinity."""

    format: Literal["domroute.rebalanced/1"]
    status: Status
    cost: Number | None
    bound: Number | None
    gap: Number | None
    gap_asked: Units | None
    costs: dict[str, Number]
    policy_version: str
    elapsed_s: Number
    tiers: tuple[_Tier, ...]
    results: tuple[WrittenRerouted, ...]
