"""What the shipments of a plan ask of the ledger."""

from __future__ import annotations

from domroute.errors import Issue
from domroute.ledger.given import is_date, is_moment
from domroute.ledger.layout import Layout
from domroute.ledger.reservations import Reservation
from domroute.plan import Content, Plan
from domroute.units import MAX_AMOUNT


def requests_of(
    plan: Plan, layout: Layout, *, after: int = 0, period: int = 0
) -> tuple[list[Reservation], list[Issue]]:
    """
    Turn each shipment of a plan into the reservation that it asks for.

    Parameters
    ----------
    plan
        A plan, for one order or several.
    layout
        Which rows there are.
    after
        The greatest number that a reservation has.
    period
        The number of the period in which capacity is taken.

    Returns
    -------
    tuple
        What is asked for, and a fault for all content that no row holds.

    Examples
    --------
    >>> from domroute.plan import Shipment
    >>> take = Shipment("o1", "N1", "ship", (Content("l1", "A", 2),))
    >>> made, issues = requests_of(Plan((take,)), Layout.of(["N1"], ["A"])[0])
    >>> made[0].units, issues
    (2, [])
    """
    made: list[Reservation] = []
    issues: list[Issue] = []
    for number, shipment in enumerate(plan.shipments, after + 1):
        node = shipment.node_id
        sound: list[Content] = []
        for content in shipment.contents:
            where = f"stock of {content.sku!r} at {node!r}"
            quantity: object = content.quantity
            is_whole = isinstance(quantity, int) and not isinstance(quantity, bool)
            if not is_whole or content.quantity < 1:
                text = f"{quantity!r} units: should be a whole number from 1"
                issues.append(Issue("out_of_range", where, text))
            elif layout.row(node, content.sku) is None:
                issues.append(Issue("unknown_stock", where, "there is no such row"))
            else:
                sound.append(content)
        if not 0 <= shipment.workload <= MAX_AMOUNT:
            where = f"workload of order {shipment.order_id!r} at {node!r}"
            text = f"{shipment.workload!r} should be a number from 0"
            issues.append(Issue("out_of_range", where, text))
        start: object = shipment.stock_at
        if start is not None and not is_moment(start):
            where = f"stock_at of order {shipment.order_id!r} at {node!r}"
            text = f"{start!r:.60} should be a timezone-aware moment"
            issues.append(Issue("wrong_type", where, text))
            continue
        day: object = shipment.works_on
        if day is not None and not is_date(day):
            where = f"works_on of order {shipment.order_id!r} at {node!r}"
            issues.append(Issue("wrong_type", where, f"{day!r:.60} should be a date"))
            continue
        made.append(
            Reservation(
                number=number,
                order_id=shipment.order_id,
                node_id=node,
                method=shipment.method,
                contents=tuple(sound),
                service=shipment.service,
                workload=shipment.workload,
                period=period,
                stock_at=shipment.stock_at,
                works_on=shipment.works_on,
            )
        )
    return made, issues
