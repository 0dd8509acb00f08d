"""Where an order stands between one routing and the next: frozen, and kept in JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, Self

from pydantic import TypeAdapter, ValidationError

from domroute.errors import InputError, Issue
from domroute.events import Moved
from domroute.orders import Order
from domroute.plan import Digital, Shipment
from domroute.validation import issues_from, wrong_type

FORMAT: Final = "domroute.order_state/1"
"""The version of a state as plain values; it fixes the fields and their meaning."""


class Stage(StrEnum):
    """How far a shipment is that is kept as it is."""

    ACCEPTED = "accepted"
    SHIPPED = "shipped"
    COLLECTED = "collected"


class OrderStatus(StrEnum):
    """
    How an order stands.

    ``open``: something is planned that has not left. Otherwise nothing is:
    ``done``: all that is still wanted has left. ``canceled``: nothing is wanted, and
    nothing has left. ``attempts_exhausted``: some of it stays unfilled because it was
    refused too often. ``unfilled``: some of it stays unfilled for another reason.
    """

    OPEN = "open"
    DONE = "done"
    CANCELED = "canceled"
    UNFILLED = "unfilled"
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"


@dataclass(frozen=True, slots=True)
class Kept:
    """
    A shipment that is not routed again, with what it was planned to cost.

    Attributes
    ----------
    shipment
        As it was planned, less what was refused or canceled of it.
    stage
        How far it is.
    at
        Since when.
    """

    shipment: Shipment
    stage: Stage
    at: datetime

    @property
    def has_left(self) -> bool:
        """Whether nothing that happens to its node can stop it any more."""
        return self.stage is not Stage.ACCEPTED


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A node that said no to a line, and until when it is not asked again.

    Attributes
    ----------
    line_id, node_id
        Who refused what.
    until
        The first moment at which it may be asked again.
    most
        Units that it had to give all the same, where it was short.
    """

    line_id: str
    node_id: str
    until: datetime
    most: int = 0


@dataclass(frozen=True, slots=True)
class OrderState:
    """
    What is known of an order beside its plan; handed back in, it loses nothing.

    Attributes
    ----------
    order
        As it was placed.
    kept
        What has been accepted, has left or was collected.
    canceled
        Units that are no longer wanted, by line.
    refusals
        Who has refused what.
    attempts
        How often each line was refused.
    closed
        Nodes that were told to be closed.
    moved
        Where the rest goes in place of where the order said, first things first.
    status
        How it stands.
    digital
        What of it comes from no node: delivered as it was placed, and never routed.
    """

    order: Order
    kept: tuple[Kept, ...] = ()
    canceled: tuple[tuple[str, int], ...] = ()
    refusals: tuple[Refusal, ...] = ()
    attempts: tuple[tuple[str, int], ...] = ()
    closed: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    status: OrderStatus = OrderStatus.OPEN
    digital: tuple[Digital, ...] = ()

    def standing_as(self, status: OrderStatus) -> OrderState:
        """Say how it stands."""
        return replace(self, status=status)

    def units_kept(self, line_id: str, node_id: str | None = None) -> int:
        """
        Count the units of a line that are kept as they are, by a node or by any.

        Of kits the units of what leaves for them.
        """
        return sum(
            content.quantity
            for kept in self.kept
            for content in kept.shipment.contents
            if content.line_id == line_id and node_id in (None, kept.shipment.node_id)
        )

    @property
    def wanted(self) -> dict[str, int]:
        """Units of lines that ship, neither kept nor canceled; none of others."""
        canceled = dict(self.canceled)
        digital = {part.line_id for part in self.digital}
        left = {
            line.id: line.quantity - canceled.get(line.id, 0) - self.units_kept(line.id)
            for line in self.order.lines
            if line.id not in digital
        }
        return {name: units for name, units in left.items() if units > 0}

    def to_dict(self) -> dict[str, Any]:
        """Return the state as plain values, ready for JSON."""
        written: dict[str, Any] = _adapter().dump_python(self, mode="json")
        if not self.digital:
            del written["digital"]
        return {"format": FORMAT, **written}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Self:
        """
        Read a state from plain values.

        Raises
        ------
        InputError
            If they are none. All faults are listed.
        """
        given: object = values
        if not isinstance(given, Mapping):
            raise InputError([wrong_type("state", given, "a mapping")])
        rest = dict(given)
        if rest.pop("format", FORMAT) != FORMAT:
            text = f"{given['format']!r} should be {FORMAT!r}"
            raise InputError([Issue("unknown_value", "state.format", text)])
        try:
            read: Self = _adapter().validate_python(rest)
        except ValidationError as error:
            raise InputError(issues_from(error, "state", rest)) from None
        return read


@cache
def _adapter() -> TypeAdapter[Any]:
    """Make the reader once, when it is first needed."""
    return TypeAdapter(OrderState)


def cost_of(kept: tuple[Kept, ...]) -> float:
    """
    Add up what was planned for shipments that are kept.

    Examples
    --------
    >>> cost_of(())
    0.0
    """
    return math.fsum(one.shipment.cost for one in kept)
