"""Which deliveries may not come late, and when what arrives is of no use to them."""

from __future__ import annotations

from typing import Self

from domroute.costs.nature import nature_of
from domroute.orders import Delivery, Order
from domroute.policy import Policy
from domroute.promise.later import NEVER
from domroute.promise.window import tick_on
from domroute.records import record
from domroute.rules import NeedBy


@record
class Deadlines:
    """
    How a policy looks at ``need_by``.

    Attributes
    ----------
    is_hard
        Whether no term prices what is late, so that it is forbidden to all orders.
    rules
        Those that forbid it to some even so.
    """

    is_hard: bool
    rules: tuple[NeedBy, ...]

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """Look through a policy."""
        asked = [nature_of(term) for term in policy.costs]
        return cls(
            is_hard=not any(each.allows_late and not each.is_idle for each in asked),
            rules=tuple(rule for rule in policy.rules if isinstance(rule, NeedBy)),
        )

    def forbid_late(self, order: Order, delivery: Delivery) -> bool:
        """Tell whether a delivery may not come after its ``need_by``."""
        return delivery.need_by is not None and (
            self.is_hard or any(rule.applies(order, delivery) for rule in self.rules)
        )

    def last_in_time(self, order: Order) -> int:
        """
        Say after which moment nothing of an order leaves in time, whoever sends it.

        Two days after a date began it is over everywhere. ``NEVER`` where some delivery
        may come late.

        Examples
        --------
        >>> from domroute.promise.window import moment_of
        >>> line = {"id": "l1", "sku": "A", "quantity": 1}
        >>> when = {
        ...     "placed_at": "2026-06-01T12:00Z",
        ...     "delivery": {"need_by": "2026-06-03"},
        ... }
        >>> order = Order(
        ...     id="o1", destination={"lat": 40, "lon": -75}, lines=[line], **when
        ... )
        >>> moment_of(Deadlines(True, ()).last_in_time(order)).isoformat()
        '2026-06-05T00:00:00+00:00'
        """
        last = 0
        for line in order.lines:
            delivery = order.delivery_of(line)
            need_by = delivery.need_by
            if need_by is None or not self.forbid_late(order, delivery):
                return NEVER
            last = max(last, tick_on(need_by.toordinal() + 2))
        return last
