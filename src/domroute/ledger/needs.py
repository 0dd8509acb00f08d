"""What a plan needs of the ledger, and what of it is promised to each order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from domroute.errors import Issue
from domroute.plan import Plan
from domroute.words import Measure


@dataclass(frozen=True, slots=True)
class Need:
    """
    What one order takes.

    Attributes
    ----------
    rows
        Units by row of the ledger.
    loads
        Capacity by (node id, measure), in every measure.
    """

    rows: dict[int, int] = field(default_factory=dict)
    loads: dict[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reservation:
    """Units and capacity promised to one order."""

    order_id: str
    rows: tuple[int, ...]
    quantities: tuple[int, ...]
    loads: tuple[tuple[str, str, float], ...]
    """Node id, measure, amount."""
    period: int = 0
    """The period in which the capacity was taken."""
    expires_at: datetime | None = None


def needs_of(
    plan: Plan, row_of: Callable[[str, str], int | None]
) -> tuple[dict[str, Need], list[Issue]]:
    """
    Add up what each order of a plan takes.

    Parameters
    ----------
    plan
        A plan, for one order or several.
    row_of
        Finds the row of a (node, SKU); None if there is none.

    Returns
    -------
    tuple
        Needs by order id, and a fault for all content that no row holds.

    Examples
    --------
    >>> from domroute.plan import Content, Shipment
    >>> take = Shipment("o1", "N1", "ship", (Content("l1", "A", 2),))
    >>> needs, issues = needs_of(Plan((take,)), lambda node, sku: 7)
    >>> needs["o1"].rows, needs["o1"].loads["N1", "units"]
    ({7: 2}, 2.0)
    """
    needs: dict[str, Need] = {}
    issues: list[Issue] = []
    for shipment in plan.shipments:
        node = shipment.node_id
        need = needs.setdefault(shipment.order_id, Need())
        for content in shipment.contents:
            row = row_of(node, content.sku)
            where = f"stock of {content.sku!r} at {node!r}"
            quantity: object = content.quantity
            if not isinstance(quantity, int) or quantity < 1:
                text = f"{quantity!r} units: should be a whole number from 1"
                issues.append(Issue("out_of_range", where, text))
                continue
            if row is None:
                issues.append(Issue("unknown_stock", where, "there is no such row"))
                continue
            need.rows[row] = need.rows.get(row, 0) + content.quantity
        for measure, amount in (
            (Measure.LINES, len(shipment.contents)),
            (Measure.UNITS, shipment.units),
            (Measure.WORKLOAD, shipment.workload),
        ):
            key = (node, measure.value)
            need.loads[key] = need.loads.get(key, 0.0) + amount
        need.loads[node, Measure.ORDERS.value] = 1.0
    return needs, issues
