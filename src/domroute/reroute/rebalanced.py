"""What comes of a backlog routed again together: by order, by tier, and what moves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from domroute.files.results import json_object
from domroute.ledger import Snapshot
from domroute.plan import Costs, Plan, Shipment
from domroute.reroute.answer import Rerouted
from domroute.result import gap_of
from domroute.tables import html_pairs, text_pairs, text_table
from domroute.words import Status

if TYPE_CHECKING:
    import pandas as pd

FORMAT: Final = "domroute.rebalanced/1"
"""The version of an answer as plain values; it fixes the fields and their meaning."""
MOVE_COLUMNS: Final = (
    "order",
    "tier",
    "line",
    "when",
    "node",
    "service",
    "delivers_on",
    "quantity",
)
"""The columns of :meth:`RebalanceResult.to_frame`, in order."""


@dataclass(frozen=True, slots=True)
class TierResult:
    """
    What was decided for the orders of a tier.

    Attributes
    ----------
    name
        As orders say it; None for all orders of tiers that were not named.
    orders
        How many were routed again.
    moved
        How many of those have something to release or to reserve.
    unfilled
        Units that they leave.
    status
        Optimal where the bound says so.
    cost
        Of what is left of them; infinite where one has no plan.
    bound
        What they cost at least while no better tier costs more than it does here.
    """

    name: str | None
    orders: int
    moved: int
    unfilled: int
    status: Status
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the cost may be above the best: (cost - bound) / abs(cost)."""
        return gap_of(self.cost, self.bound)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON; infinity becomes None."""
        return {
            "name": self.name,
            "orders": self.orders,
            "moved": self.moved,
            "unfilled": self.unfilled,
            "status": str(self.status),
            "cost": _finite(self.cost),
            "bound": _finite(self.bound),
            "gap": _finite(self.gap),
        }


@dataclass(frozen=True, slots=True)
class RebalanceResult:
    """
    What to do with a backlog now.

    Attributes
    ----------
    results
        One per order, as the open results were given. The bound of each is what the
        order would cost alone.
    tiers
        Those that have orders to route, the best first.
    status
        Optimal if every tier is.
    cost
        Of what is left of all orders: what is kept is no part of it. Infinite if an
        order has no plan.
    bound
        What that costs at least in any case, whichever tier comes first.
    gap_asked
        The gap at which to stop: optimal means within it.
    policy_version
        Of the policy, without what is each order's own.
    snapshot
        The stock that it was decided on: with what is kept taken, and all else given
        back.
    """

    results: tuple[Rerouted, ...]
    tiers: tuple[TierResult, ...]
    status: Status
    cost: float
    bound: float
    policy_version: str
    gap_asked: float | None = field(default=None, compare=False)
    elapsed_s: float = field(default=0.0, compare=False)
    snapshot: Snapshot | None = field(default=None, compare=False, repr=False)

    def __iter__(self) -> Iterator[Rerouted]:
        """Iterate over the results, one per order."""
        return iter(self.results)

    def __len__(self) -> int:
        """Count the orders."""
        return len(self.results)

    @property
    def gap(self) -> float:
        """How far the cost may be above the best: (cost - bound) / abs(cost)."""
        return gap_of(self.cost, self.bound)

    @property
    def is_optimal(self) -> bool:
        """Whether the plan of every tier is proven best."""
        return self.status is Status.OPTIMAL

    @property
    def moved(self) -> tuple[Rerouted, ...]:
        """The orders that have something to release or to reserve."""
        return tuple(one for one in self.results if one.has_changed)

    @property
    def freed(self) -> tuple[Shipment, ...]:
        """Shipments planned before that are no longer: what to release."""
        return tuple(part for one in self.results for part in one.freed)

    @property
    def added(self) -> Plan:
        """Shipments that were not planned so before: what to reserve."""
        return Plan(tuple(part for one in self.results for part in one.added))

    @property
    def costs(self) -> Costs:
        """The costs of what is left by term, unfilled penalties included."""
        return Costs.sum_of(one.result.costs for one in self.results)

    def to_frame(self) -> pd.DataFrame:
        """
        Return where lines that have moved were and are; columns are ``MOVE_COLUMNS``.

        A row for each line, node, service and date; ``when`` is before or after.
        """
        import pandas as pd

        rows = [
            (one.order_id, one.state.order.tier, change.line_id, when, *_cells(at))
            for one in self.results
            for change in one.changes
            for when, places in (("before", change.before), ("after", change.after))
            for at in places
        ]
        return pd.DataFrame(rows, columns=list(MOVE_COLUMNS))

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, ready for JSON; infinity becomes None."""
        return {
            "format": FORMAT,
            "status": str(self.status),
            "cost": _finite(self.cost),
            "bound": _finite(self.bound),
            "gap": _finite(self.gap),
            "gap_asked": self.gap_asked,
            "costs": self.costs.to_dict(),
            "policy_version": self.policy_version,
            "elapsed_s": self.elapsed_s,
            "tiers": [tier.to_dict() for tier in self.tiers],
            "results": [one.to_dict() for one in self.results],
        }

    def to_json(self) -> str:
        """Write the answer as a JSON object, each order on a line of its own."""
        return json_object(self.to_dict())

    def summary(self) -> list[tuple[str, str]]:
        """Return labels and values that say what was decided."""
        units = sum(u.quantity for one in self.results for u in one.plan.unfilled)
        return [
            ("orders", f"{len(self.results):,}"),
            ("status", _claim(self.status, self.cost, self.gap)),
            ("cost", f"{self.cost:,.2f}"),
            ("bound", f"{self.bound:,.2f}"),
            ("moved", f"{len(self.moved):,} order{'s' * (len(self.moved) != 1)}"),
            ("unfilled", f"{units:,} unit{'s' * (units != 1)}"),
            ("elapsed", f"{self.elapsed_s:.1f} s"),
        ]

    def __str__(self) -> str:
        """Say what was decided, in small tables."""
        header = ("tier", "orders", "moved", "left", "cost", "bound", "status")
        rows = [
            (
                tier.name or "others",
                f"{tier.orders:,}",
                f"{tier.moved:,}",
                f"{tier.unfilled:,}",
                f"{tier.cost:,.2f}",
                f"{tier.bound:,.2f}",
                _claim(tier.status, tier.cost, tier.gap),
            )
            for tier in self.tiers
        ]
        parts = [text_pairs(self.summary())]
        if len(rows) > 1:
            parts.append(text_table(header, rows))
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        return html_pairs(self.summary())


def _cells(at: Any) -> tuple[object, ...]:  # noqa: ANN401
    return at.node_id, at.service or None, at.delivers_on or None, at.quantity


def _claim(status: Status, cost: float, gap: float) -> str:
    return f"{status} (gap {gap:.2%})" if math.isfinite(cost) else str(status)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
