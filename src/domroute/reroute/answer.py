"""What comes of routing an order again: the rest's plan, what is kept, what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from domroute.events import RerouteEvent
from domroute.plan import Plan, Shipment
from domroute.policy import Policy
from domroute.reroute.state import Kept, OrderState, OrderStatus, cost_of
from domroute.result import RoutingResult
from domroute.tables import text_pairs, text_table

FORMAT: Final = "domroute.rerouted/1"
"""The version of an answer as plain values; it fixes the fields and their meaning."""


@dataclass(frozen=True, slots=True, order=True)
class Placing:
    """Units of a line somewhere: which node, by which service, there on which date."""

    node_id: str
    service: str
    delivers_on: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Change:
    """
    A line that is elsewhere than it was, or in other numbers.

    Attributes
    ----------
    line_id
        Which line.
    before, after
        Where it was and is, in order; texts are empty where there is no service or
        date.
    """

    line_id: str
    before: tuple[Placing, ...]
    after: tuple[Placing, ...]


@dataclass(frozen=True, slots=True)
class Rerouted:
    """
    What to do with an order now.

    Attributes
    ----------
    result
        The plan for what is left, its cost and bound. What is kept is no part of it.
    kept
        Shipments that stay as they are.
    freed
        Shipments planned before that are no longer: what to release.
    added
        Shipments that were not planned so before: what to reserve.
    changes
        The lines that are elsewhere than before, by id.
    state
        What to hand in beside the result the next time, and how the order stands.
    lost
        Units that were said to be lost, by (node id, SKU): the ledger's to write off.
    ignored
        Events that nothing came of, and why.
    policy
        What the rest was decided and judged by: the policy with the limits that are
        left, and the price of what moves.
    """

    result: RoutingResult
    kept: tuple[Kept, ...]
    freed: tuple[Shipment, ...]
    added: tuple[Shipment, ...]
    changes: tuple[Change, ...]
    state: OrderState
    lost: tuple[tuple[tuple[str, str], int], ...] = ()
    ignored: tuple[tuple[RerouteEvent, str], ...] = ()
    policy: Policy | None = field(default=None, compare=False, repr=False)

    @property
    def order_id(self) -> str:
        """Which order."""
        return self.state.order.id

    @property
    def status(self) -> OrderStatus:
        """How the order stands."""
        return self.state.status

    @property
    def plan(self) -> Plan:
        """The whole of it: what is kept, what is planned, and what stays unfilled."""
        rest = self.result.plan
        kept = tuple(one.shipment for one in self.kept)
        parts, digital = kept + rest.shipments, self.state.digital
        return Plan(parts, rest.unfilled, rest.order_costs, digital)

    @property
    def cost(self) -> float:
        """The cost of the rest, and what was planned for that which is kept."""
        return self.result.cost + cost_of(self.kept)

    @property
    def has_changed(self) -> bool:
        """Whether there is anything to release or to reserve."""
        return bool(self.freed or self.added)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON."""
        return {
            "format": FORMAT,
            "order_id": self.order_id,
            "status": str(self.status),
            "result": self.result.to_dict(),
            "freed": [_brief(part) for part in self.freed],
            "added": [_brief(part) for part in self.added],
            "changes": [
                {
                    "line_id": one.line_id,
                    "before": [_placed(at) for at in one.before],
                    "after": [_placed(at) for at in one.after],
                }
                for one in self.changes
            ],
            "lost": [
                {"node_id": node, "sku": sku, "quantity": units}
                for (node, sku), units in self.lost
            ],
            "ignored": [
                {**event.model_dump(mode="json"), "because": why}
                for event, why in self.ignored
            ],
            "state": self.state.to_dict(),
        }

    def __str__(self) -> str:
        rows = [
            (one.line_id, _words(one.before), _words(one.after)) for one in self.changes
        ]
        parts = [
            text_pairs([("now", str(self.status)), ("kept", str(len(self.kept)))]),
            str(self.result),
        ]
        if rows:
            parts.append(text_table(("line", "before", "after"), rows))
        return "\n\n".join(parts)


def resumed(result: RoutingResult, state: OrderState) -> Rerouted:
    """
    See a result and the state beside it, as they were put away, as an answer again.

    Parameters
    ----------
    result, state
        Those of the answer before.
    """
    return Rerouted(result, state.kept, (), (), (), state)


def changes_of(
    before: Iterable[Shipment], after: Iterable[Shipment]
) -> tuple[Change, ...]:
    """
    List the lines that are elsewhere in one plan than in another, by id.

    Parameters
    ----------
    before, after
        All shipments of each.

    Examples
    --------
    >>> changes_of([], [])
    ()
    """
    old, new = _placings(before), _placings(after)
    return tuple(
        Change(line, old.get(line, ()), new.get(line, ()))
        for line in sorted({*old, *new})
        if old.get(line) != new.get(line)
    )


def differing(
    some: Iterable[Shipment], others: Iterable[Shipment]
) -> tuple[Shipment, ...]:
    """
    Return the shipments that have no like among others: same node, service, contents.

    Examples
    --------
    >>> differing([], [])
    ()
    """
    there = [_likeness(part) for part in others]
    found = []
    for part in some:
        like = _likeness(part)
        if like in there:
            there.remove(like)
        else:
            found.append(part)
    return tuple(found)


def _likeness(part: Shipment) -> tuple[object, ...]:
    return part.node_id, part.method, part.service, part.stock_at, part.contents


def _placings(parts: Iterable[Shipment]) -> dict[str, tuple[Placing, ...]]:
    found: dict[str, list[Placing]] = {}
    for part in parts:
        day: date | None = part.delivers_on
        on = "" if day is None else day.isoformat()
        for content in part.contents:
            at = Placing(part.node_id, part.service or "", on, content.quantity)
            found.setdefault(content.line_id, []).append(at)
    return {line: tuple(sorted(ats)) for line, ats in found.items()}


def _brief(part: Shipment) -> dict[str, object]:
    return {
        "node_id": part.node_id,
        "method": str(part.method),
        "service": part.service,
        "contents": [
            {"line_id": c.line_id, "sku": c.sku, "quantity": c.quantity}
            for c in part.contents
        ],
    }


def _placed(at: Placing) -> dict[str, object]:
    return {
        "node_id": at.node_id,
        "service": at.service or None,
        "delivers_on": at.delivers_on or None,
        "quantity": at.quantity,
    }


def _words(placings: tuple[Placing, ...]) -> str:
    return ", ".join(f"{at.quantity} at {at.node_id}" for at in placings) or "-"
