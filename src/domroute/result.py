"""A plan with what is claimed of it: status, cost, bound and statistics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import Field

from domroute.errors import InfeasibleError, NoPlanError
from domroute.ledger import Snapshot
from domroute.orders import Order
from domroute.plan import Costs, Digital, Plan, Shipment, Unfilled
from domroute.tables import html_pairs, html_table, text_pairs, text_table
from domroute.words import Status

if TYPE_CHECKING:
    import pandas as pd

FORMAT: Final = "domroute.result/1"
"""The version of a result as plain values; it fixes the fields and their meaning."""
PLAN_COLUMNS = (
    "order",
    "line",
    "sku",
    "quantity",
    "node",
    "service",
    "method",
    "shipment",
    "reason",
    "ships_at",
    "delivers_on",
    "delivers_at",
    "stock_at",
    "supply",
)
"""The columns of ``RoutingResult.to_frame()``, in order."""
DIGITAL: Final = "digital"
"""What stands in place of a method where units come from no node."""
_ROUNDING: Final = 1e-9
"""Part of a cost that sums of the same amounts may differ by."""


def gap_of(cost: float, bound: float) -> float:
    """
    Say how far a cost may be above the best, as a share of its size.

    Zero where only rounding is open; infinite without a plan, or of a plan for nothing.
    A cost may be below zero, where a term pays.

    Examples
    --------
    >>> gap_of(10.0, 9.0), gap_of(-4.0, -10.0), gap_of(0.0, -1.0)
    (0.1, 1.5, inf)
    """
    open_ = 0.0 if cost == bound else cost - bound
    if math.isinf(cost) or open_ <= _ROUNDING * max(1.0, abs(cost)):
        return math.inf if open_ == math.inf else 0.0
    return open_ / abs(cost) if cost else math.inf


@dataclass(frozen=True, slots=True)
class Statistics:
    """What it took: nodes at hand, ways to ship, states or nodes of the search."""

    nodes: int = 0
    offers: int = 0
    states: int = 0


@dataclass(frozen=True, slots=True)
class RoutingResult:
    """
    The best plan found for one order, and how good it is.

    ``cost`` and ``bound`` are infinite when no plan satisfies the hard rules; the plan
    is then empty but for the reasons its units stay unfilled. Time, statistics, the
    snapshot it was decided on and the order itself do not count when results are
    compared, and JSON has neither snapshot nor order.
    """

    order_id: str
    plan: Plan
    status: Status
    cost: float
    bound: float
    method: str
    policy_version: str
    elapsed_s: float = field(default=0.0, compare=False)
    statistics: Statistics = field(default=Statistics(), compare=False)
    valid_until: datetime | None = None
    """Until when its dates may be relied on; None where nothing says when it ships."""
    snapshot: Snapshot | None = field(default=None, compare=False, repr=False)
    """The stock and capacity that it was decided on, of the order's SKUs at least."""
    order: Annotated[Order | None, Field(exclude=True)] = field(
        default=None, compare=False, repr=False
    )
    """The order that was routed; None where the result was read from JSON."""

    @property
    def costs(self) -> Costs:
        """The costs of the plan by term, unfilled penalties included."""
        return self.plan.costs

    @property
    def gap(self) -> float:
        """How far the cost may be above the best: (cost - bound) / abs(cost)."""
        return gap_of(self.cost, self.bound)

    @property
    def is_optimal(self) -> bool:
        """Whether the plan is proven best."""
        return self.status is Status.OPTIMAL

    def raise_for_status(self) -> Self:
        """
        Return the result itself, or raise if it holds no plan.

        Raises
        ------
        InfeasibleError
            If no plan satisfies the hard rules.
        NoPlanError
            If a limit was reached with no plan in hand.
        """
        if self.status is Status.INFEASIBLE:
            why = "; ".join(_unfilled_words(part) for part in self.plan.unfilled)
            message = f"order {self.order_id!r} has no plan: {why}"
            raise InfeasibleError(message)
        if math.isinf(self.cost):
            message = f"no plan for order {self.order_id!r} within the limit"
            raise NoPlanError(message)
        return self

    def summary(self) -> list[tuple[str, str]]:
        """Return labels and values that say what was decided."""
        plan, splits = self.plan, self.plan.split_count
        claim = f"{self.status} (gap {self.gap:.2%})"
        units = sum(part.quantity for part in plan.unfilled)
        shipments = f"{len(plan.arriving)} ({splits} split{'s' * (splits != 1)})"
        digital = sum(part.quantity for part in plan.digital)
        rows = [
            ("order", self.order_id),
            ("status", claim if math.isfinite(self.cost) else str(self.status)),
            ("cost", f"{self.cost:,.2f}"),
            ("shipments", shipments),
            ("unfilled", f"{units} unit{'s' * (units != 1)}"),
        ]
        if digital:
            rows.append(("digital", f"{digital} unit{'s' * (digital != 1)}"))
        return rows

    def __str__(self) -> str:
        parts = [text_pairs(self.summary())]
        if self.plan.shipments:
            parts.append(text_table(self._header(), self._shipment_rows()))
        if self.plan.unfilled:
            parts.append(
                "\n".join(_unfilled_words(part) for part in self.plan.unfilled)
            )
        if self.plan.digital:
            parts.append("\n".join(_digital_words(part) for part in self.plan.digital))
        if self.costs.amounts:
            parts.append(text_pairs((term, f"{x:,.2f}") for term, x in self.costs))
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        parts = [html_pairs(self.summary())]
        if self.plan.shipments:
            parts.append(html_table(self._header(), self._shipment_rows()))
        if self.plan.unfilled:
            rows = [
                (p.line_id, p.sku, str(p.quantity), p.reason.sentence)
                for p in self.plan.unfilled
            ]
            parts.append(html_table(["line", "sku", "unfilled", "because"], rows))
        if self.plan.digital:
            digital = [
                (p.line_id, p.sku, str(p.quantity), _moment_words(p.delivers_at))
                for p in self.plan.digital
            ]
            parts.append(html_table(["line", "sku", "digital", "there"], digital))
        parts.append(html_pairs((term, f"{x:,.2f}") for term, x in self.costs))
        return "".join(parts)

    def _header(self) -> tuple[str, ...]:
        return _DATED_HEADER if self._is_dated() else _SHIPMENT_HEADER

    def _is_dated(self) -> bool:
        return any(part.ready_at is not None for part in self.plan.shipments)

    def _shipment_rows(self) -> list[tuple[str, ...]]:
        is_dated = self._is_dated()
        return [
            (
                shipment.node_id,
                str(shipment.method),
                shipment.service or "-",
                _contents_words(shipment),
                f"{shipment.distance_km:,.0f}",
                f"{shipment.cost:,.2f}",
                *(_when(shipment) if is_dated else ()),
            )
            for shipment in self.plan.shipments
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain values, ready for JSON; infinity becomes None."""
        plan, until = self.plan, self.valid_until
        return {
            "format": FORMAT,
            "order_id": self.order_id,
            "status": str(self.status),
            "cost": _finite(self.cost),
            "bound": _finite(self.bound),
            "gap": _finite(self.gap),
            "costs": self.costs.to_dict(),
            "method": self.method,
            "policy_version": self.policy_version,
            "elapsed_s": self.elapsed_s,
            **({} if until is None else {"valid_until": until.isoformat()}),
            "shipments": [
                {
                    "node_id": part.node_id,
                    "method": str(part.method),
                    "service": part.service,
                    "distance_km": part.distance_km,
                    "workload": part.workload,
                    "cost": part.cost,
                    "costs": part.costs.to_dict(),
                    **_dates_of(part),
                    **({} if part.merge_at is None else {"merge_at": part.merge_at}),
                    "contents": [
                        {"line_id": c.line_id, "sku": c.sku, "quantity": c.quantity}
                        for c in part.contents
                    ],
                }
                for part in plan.shipments
            ],
            "unfilled": [
                {
                    "line_id": part.line_id,
                    "sku": part.sku,
                    "quantity": part.quantity,
                    "reason": str(part.reason),
                    "cost": part.cost,
                }
                for part in plan.unfilled
            ],
            **_digital_of(plan),
            "order_costs": plan.order_costs.to_dict(),
            "statistics": {
                "nodes": self.statistics.nodes,
                "offers": self.statistics.offers,
                "states": self.statistics.states,
            },
        }

    def to_frame(self) -> pd.DataFrame:
        """
        Return one row per line and shipment, and per unfilled or digital line.

        The columns are ``PLAN_COLUMNS``; ``shipment`` counts from 1, and is missing
        where units stay unfilled, as ``reason`` is where they ship. Both are where
        units are digital: their ``method`` is ``"digital"``. Dates, and what is
        waited for, are missing where nothing says when.
        """
        import pandas as pd

        frame = pd.DataFrame(list(rows_of(self)), columns=list(PLAN_COLUMNS))
        named = ("ships_at", "delivers_at", "stock_at")
        moments = dict.fromkeys(named, "datetime64[us, UTC]")
        return frame.astype({"shipment": "Int64", "quantity": "int64", **moments})


def rows_of(result: RoutingResult) -> Iterator[tuple[object, ...]]:
    """
    Yield the rows of a result: of each line and shipment, unfilled and digital line.

    Examples
    --------
    >>> from domroute.reasons import Reason
    >>> left = Unfilled("o1", "l1", "A", 2, Reason.NO_DATE)
    >>> plan = Plan(unfilled=(left,))
    >>> result = RoutingResult("o1", plan, Status.OPTIMAL, 9.0, 9.0, "subset", "v1")
    >>> next(rows_of(result))[:4]
    ('o1', 'l1', 'A', 2)
    """
    name = result.order_id
    for number, part in enumerate(result.plan.shipments, start=1):
        end = (part.node_id, part.service, part.method.value, number, None)
        supply = None if part.supply is None else part.supply.value
        dates = (part.ships_at, part.delivers_on, part.delivers_at)
        for content in part.contents:
            what = (name, content.line_id, content.sku, content.quantity)
            yield (*what, *end, *dates, part.stock_at, supply)
    for left in result.plan.unfilled:
        what = (name, left.line_id, left.sku, left.quantity)
        nowhere = (None, None, None, None, left.reason.value)
        yield (*what, *nowhere, None, None, None, None, None)
    for line in result.plan.digital:
        what = (name, line.line_id, line.sku, line.quantity)
        nobody = (None, None, DIGITAL, None, None)
        yield (*what, *nobody, None, None, line.delivers_at, None, None)


_SHIPMENT_HEADER = ("node", "method", "service", "contents", "km", "cost")
_DATED_HEADER = (*_SHIPMENT_HEADER, "leaves", "there")


_MOMENTS: Final = (
    *("ready_at", "ships_at", "delivers_on", "delivers_at", "valid_until"),
    *("stock_at", "works_on"),
)
"""The moments and dates of a shipment, in the order in which they are told."""


def _contents_words(shipment: Shipment) -> str:
    return ", ".join(f"{part.quantity} x {part.sku}" for part in shipment.contents)


def _when(shipment: Shipment) -> tuple[str, str]:
    """Say when a shipment leaves, in UTC, and on which date it is there."""
    there = shipment.delivers_on
    return (
        _moment_words(shipment.ships_at),
        "-" if there is None else there.isoformat(),
    )


def _moment_words(moment: datetime | None) -> str:
    """Say a moment, in UTC."""
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M}Z"


def _digital_words(part: Digital) -> str:
    """Say what comes from no node."""
    at = part.delivers_at
    when = "" if at is None else f", there {_moment_words(at)}"
    return f"{part.quantity} x {part.sku} (line {part.line_id}) digital{when}"


def _unfilled_words(part: Unfilled) -> str:
    what = f"{part.quantity} x {part.sku} (line {part.line_id})"
    return f"{what} unfilled: {part.reason.sentence}"


def _dates_of(part: Shipment) -> dict[str, str]:
    """Return the dates that a shipment has, as ISO texts."""
    dates: dict[str, date | None] = {name: getattr(part, name) for name in _MOMENTS}
    said = {name: day.isoformat() for name, day in dates.items() if day is not None}
    return said if part.supply is None else {**said, "supply": part.supply.value}


def _digital_of(plan: Plan) -> dict[str, list[dict[str, object]]]:
    """Return what comes from no node, if anything does."""
    if not plan.digital:
        return {}
    rows = [
        {
            "line_id": part.line_id,
            "sku": part.sku,
            "quantity": part.quantity,
            **(
                {}
                if part.delivers_at is None
                else {"delivers_at": part.delivers_at.isoformat()}
            ),
        }
        for part in plan.digital
    ]
    return {"digital": rows}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
